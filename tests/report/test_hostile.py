"""What a scenario file says comes out as text in every format, whatever it says and wherever it says it."""

import csv
import json
import xml.etree.ElementTree as ET
from datetime import date

import pytest
import yaml
from markdown_it import MarkdownIt
from rich.cells import cell_len

import sim
from sim.errors import ScenarioError
from sim.numbers.writing import visible
from sim.report.charts.files import write_charts
from sim.report.console import MOST
from sim.report.sipmath.library import library, library_text
from sim.report.write import texts
from tests.commands import run
from tests.hostile import MONTHLY, ROWS, TEXTS, scenario

SIGNS = tuple("=+-@＝＋－＠")
PAGE = {"inline", "text", "image"} | {
    f"{name}_{end}"
    for name in ("heading", "paragraph", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td")
    for end in ("open", "close")
}
"""What a report's Markdown is made of: no links, no code, no HTML, no emphasis."""
COMMANDS = [
    ["run", "--inputs", "--kpis", "--draws", "64"],
    ["check"],
    ["inputs"],
    ["tornado", "--draws", "256"],
    ["levers", "--draws", "64"],
    ["delay", "--draws", "64"],
    ["inputs", "--csv"],
    ["tornado", "--draws", "256", "--csv"],
    ["levers", "--draws", "64", "--csv"],
    ["delay", "--draws", "64", "--csv"],
    ["run", "--draws", "64", "--json"],
]


def file_of(folder, text, numbers=MONTHLY):
    path = folder / "hostile.yaml"
    path.write_text(scenario(text, numbers), encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=[(key, n) for key in TEXTS for n in ("monthly", "rows")], ids="-".join)
def said(request, tmp_path_factory):
    """A hostile text, and the results of a scenario that says it everywhere."""
    key, numbers = request.param
    path = file_of(tmp_path_factory.mktemp("hostile"), TEXTS[key], {"monthly": MONTHLY, "rows": ROWS}[numbers])
    return TEXTS[key], sim.load(path).run(draws=256)


@pytest.fixture(scope="module")
def files(said):
    return {name: text for name, (text, _) in texts(said[1]).items()}


def plain(text):
    """Whether nothing of a text hides, turns or moves."""
    return all(line == visible(line) for line in text.split("\n"))


def test_a_page_of_markdown_shows_every_text_as_it_is(said, files):
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(files["report.md"])
    parts = [token for token in tokens if token.type == "inline"]
    assert {token.type for token in tokens} | {part.type for token in parts for part in token.children} <= PAGE
    images = [part.attrs["src"] for token in parts for part in token.children if part.type == "image"]
    assert all(source.startswith("charts/") for source in images)
    shown = ["".join(part.content for part in token.children) for token in parts]
    assert shown[0] == visible(said[0])
    assert sum(visible(said[0]) in text for text in shown) > 40
    assert plain(files["report.md"])


def test_no_cell_of_a_table_is_a_formula_whatever_the_separator(said, files):
    for text in (text for name, text in files.items() if name.endswith(".csv")):
        assert plain(text.replace("\r\n", "\n"))
        for separator in ",;|\t":
            for row in csv.reader(text.splitlines(), delimiter=separator, quoting=csv.QUOTE_MINIMAL):
                assert not [c for c in row if c.strip().startswith(SIGNS) and not number(c)]
    cells = [cell for row in csv.reader(files["assumptions.csv"].splitlines()) for cell in row]
    assert any(visible(said[0]) in cell.replace("'", "") or visible(said[0]) in cell for cell in cells)


def number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_documents_hold_the_very_text_and_are_plain(said, files):
    text, results = said
    for document in (files["report.json"], library_text(library(results, date.today().isoformat()))):
        assert plain(document)
        found = list(strings(json.loads(document, parse_constant=pytest.fail)))
        assert sum(text in one for one in found) > 3
    assert json.loads(files["report.json"])["scenario"] == text


def strings(content):
    if isinstance(content, dict):
        for key, value in content.items():
            yield key
            yield from strings(value)
    elif isinstance(content, list):
        for value in content:
            yield from strings(value)
    elif isinstance(content, str):
        yield content


@pytest.mark.parametrize("key", ["script", "control", "formulae", "quote"])
def test_charts_show_every_text_as_it_is(key, tmp_path):
    results = sim.load(file_of(tmp_path, TEXTS[key])).run(draws=256)
    write_charts(results, tmp_path / "charts")
    kinds, shown = set(), []
    for path in (tmp_path / "charts").glob("*.svg"):
        elements = list(ET.parse(path).iter())
        kinds |= {element.tag.rpartition("}")[2] for element in elements}
        shown += [element.text for element in elements if element.text]
        assert plain(path.read_text(encoding="utf-8"))
    assert not kinds & {"script", "a", "image", "foreignObject"}
    assert sum(visible(TEXTS[key])[:30].strip() in text for text in shown) > 10
    assert len(list((tmp_path / "charts").glob("*.png"))) == 7


@pytest.mark.usefixtures("bare_reports")
@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize("numbers", [MONTHLY, ROWS], ids=["monthly", "rows"])
@pytest.mark.parametrize("key", ["control", "console"])
def test_commands_print_every_text_as_it_is(key, numbers, columns, tmp_path):
    path = file_of(tmp_path, TEXTS[key], numbers)
    for command, *options in COMMANDS:
        done = run(command, path, *options, cwd=tmp_path, COLUMNS=str(columns))
        assert (command, done.returncode) == (command, 2 if command == "delay" and numbers is ROWS else 0)
        out, err = done.stdout.decode(), done.stderr.decode()
        assert plain(out)
        assert plain(err)
        if not {"--csv", "--json"} & {*options}:
            assert max(map(cell_len, out.splitlines()), default=0) <= max(
                columns, len(f"{path}: ok, 2 vendors, 9 uncertain inputs")
            )
        if key == "console" and command in ("run", "inputs", "tornado"):
            assert "[red]x[/]" in out
            assert ":smile:" in out


@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize(
    "text", ["日本語の名前" * 9, "🚀 é " * 20, "a\u0301" * 25], ids=["wide", "pictures", "accents"]
)
def test_signs_of_two_columns_or_none_stay_within_the_terminal(text, columns, tmp_path):
    done = run("inputs", file_of(tmp_path, text, ROWS), cwd=tmp_path, COLUMNS=str(columns))
    out = done.stdout.decode()
    assert done.returncode == 0
    assert max(map(cell_len, out.splitlines())) <= columns
    assert "".join(text.split()) in "".join(out.split())


def test_errors_are_a_line_each_whatever_the_file_says(tmp_path):
    path = file_of(tmp_path, TEXTS["control"], MONTHLY | {"company": {"users": "*", "customers": "*"}})
    with pytest.raises(ScenarioError) as caught:
        sim.load(path)
    done = run("check", path)
    assert done.returncode == 2
    assert plain(done.stderr.decode())
    assert len(done.stderr.decode().splitlines()) == len(caught.value.problems) > 1


def test_a_long_list_of_problems_is_cut_with_a_count(tmp_path):
    path = tmp_path / "many.yaml"
    path.write_text(
        "name: x\nmonths: 6\ndiscount_rate: 5%\nvendors: {A: {}}\n" + "".join(f"k{n}: 1\n" for n in range(362))
    )
    with pytest.raises(ScenarioError) as caught:
        sim.load(path)
    assert len(caught.value.problems) >= 362
    for command in (["check", path], ["run", path], ["inputs", path]):
        lines = run(*command).stderr.decode().splitlines()
        assert len(lines) == MOST + 1
        assert lines[-1] == f"... and {len(caught.value.problems) - MOST} more problems"


@pytest.mark.usefixtures("bare_reports")
def test_a_name_of_ten_thousand_characters_is_cut_on_a_terminal_and_whole_in_files(tmp_path):
    long = "xyz " * 2500
    numbers = {
        **MONTHLY,
        "vendors": {f"{long}v": {"licence": {"list_price": "$5"}}, "W": {"licence": {"list_price": "$9"}}},
    }
    path = tmp_path / "long.yaml"
    path.write_text(yaml.safe_dump(numbered(numbers), allow_unicode=True), encoding="utf-8")
    done = run("run", path, "--draws", 64, cwd=tmp_path, COLUMNS="80")
    assert done.returncode == 0
    assert len(done.stdout.decode().splitlines()) < 120
    assert f"{long}v" in (tmp_path / "reports/long/percentiles.csv").read_text(encoding="utf-8-sig")


def numbered(numbers):
    """Give a scenario of numbers alone, with plain names."""
    if isinstance(numbers, dict):
        return {str(k).replace("*", "x"): numbered(v) for k, v in numbers.items() if v is not None} | (
            {"name": "x"} if numbers.get("months") else {}
        )
    if isinstance(numbers, list):
        return [numbered(one) for one in numbers]
    return numbers.replace("*", "x") if isinstance(numbers, str) else numbers
