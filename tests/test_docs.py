"""What the documentation says is so: generated pages are current, links lead somewhere, examples run."""

import doctest
import importlib.util
import json
import re
import shlex
import shutil

import pytest
import yaml
from jsonschema import Draft202012Validator

import sim
from sim.cli import main as cli
from sim.scenario.schema import schema_text
from sim.study.options import recipe_and_means
from sim.study.scenario import Scenario
from tests.places import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))
FOLDERS = ("sim", "scenarios", "tests", "docs", "benchmarks")

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FILE = re.compile(rf"`((?:\.\./)?(?:{'|'.join(FOLDERS)})/[\w./-]+\.\w+)`")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON_AND_OUTPUT = re.compile(
    r"^```python\n(import sim(?:(?!^```).)*)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


def blocks(page, language):
    return [body for name, body in BLOCK.findall(page.read_text(encoding="utf-8")) if name == language]


def prose(page):
    return BLOCK.sub("", page.read_text(encoding="utf-8"))


def stripped(text):
    """Drop the blanks at line ends that tables print."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def examples(language, wanted):
    return [
        pytest.param(body, id=f"{page.name}-{number}")
        for page in PAGES
        for number, body in enumerate(blocks(page, language), start=1)
        if wanted(body)
    ]


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Give a folder that looks like the root of the repository to an example, and may be written to."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def page_of(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def anchors(page):
    """Give the anchors GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_reference_is_what_the_schema_makes_of_it():
    found = (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8")
    assert found == page_of("reference").reference_text(), "run: python docs/reference.py"


def test_the_page_of_evidence_is_what_the_data_make_of_it():
    found = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    assert found == page_of("evidence").evidence_text(), "run: python docs/evidence.py"


def test_the_shipped_schema_is_current():
    found = (ROOT / "scenarios" / "scenario.schema.json").read_text(encoding="utf-8")
    assert found == schema_text(), "run: sim schema > scenarios/scenario.schema.json"


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_shipped_scenario_names_the_schema_and_passes_both_checks(path):
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == "# yaml-language-server: $schema=./scenario.schema.json"
    assert sim.load(path).cases
    Draft202012Validator(json.loads(schema_text())).validate(yaml.safe_load(text))


def test_scenarios_are_shipped():
    assert SCENARIOS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_named_exists(page):
    missing = [
        name for name in FILE.findall(prose(page)) if not any((at / name).exists() for at in (ROOT, page.parent))
    ]
    assert not missing


@pytest.mark.parametrize("text", examples("yaml", lambda body: re.search(r"^(name|extends):", body, re.MULTILINE)))
def test_a_whole_scenario_in_the_docs_runs(text, shop):
    path = shop / "scenarios" / "example.yaml"
    path.write_text(text, encoding="utf-8")
    assert sim.load(path).run(draws=64)


@pytest.mark.parametrize("code", examples("python", lambda body: body.startswith("import sim")))
def test_python_in_the_docs_runs(code, shop):
    exec(compile(code, "example", "exec"), {})


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_python_in_the_docs_prints_what_the_docs_show(page, shop, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for code, shown in PYTHON_AND_OUTPUT.findall(page.read_text(encoding="utf-8")):
        exec(compile(code, "example", "exec"), {})
        assert shown == stripped(capsys.readouterr().out)


@pytest.fixture
def run_once(monkeypatch):
    """A scenario that several commands of a page run by the same recipe is run once."""
    runs = {}
    run = Scenario.run

    def remembered(self, recipe=None, means=None, **options):
        recipe, means = recipe_and_means(recipe, means, options)
        key = self.setting.sha256, recipe
        if key not in runs:
            runs[key] = run(self, recipe, means)
        return runs[key]

    monkeypatch.setattr(Scenario, "run", remembered)


@pytest.mark.usefixtures("bare_reports", "run_once")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_the_docs_print_what_the_docs_show(page, shop, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    for text in blocks(page, "console"):
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            name, *arguments = shlex.split(command)
            assert name == "sim"
            with pytest.raises(SystemExit):
                cli.main(arguments)
            out, err = capsys.readouterr()
            printed = stripped(err + out)
            assert doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS), printed


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ({"prior": "conversion_lift"}, True),
        ({"value": {"prior": "conversion_lift"}, "note": "x"}, True),
        ({"prior": "conversion_lift", "note": "x"}, True),
        ({"prior": "hours_saved"}, False),
        ({"prior": "conversion_lit"}, False),
        ({"prior": "conversion_lift", "case": "high"}, False),
    ],
)
def test_the_schema_knows_the_priors_of_each_kind_of_number(number, fits):
    found = {"name": "T", "months": 12, "discount_rate": 0.1, "company": {}, "vendors": {"A": {"effects": {}}}}
    found["vendors"]["A"]["effects"]["conversion"] = number
    assert Draft202012Validator(json.loads(schema_text())).is_valid(found) == fits


@pytest.mark.parametrize(("entry", "fits"), [("vtiger/enterprise", True), ("vtiger/enterprize", False), (5, False)])
def test_the_schema_knows_the_catalogue(entry, fits):
    found = {"name": "T", "months": 12, "discount_rate": 0.1, "company": {}, "vendors": {"A": {"catalogue": entry}}}
    assert Draft202012Validator(json.loads(schema_text())).is_valid(found) == fits
