import ast
import os
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import sim

PACKAGE = Path(sim.__file__).parent

ORDER = (
    "sim.errors",
    "sim.spec",
    "sim.columns",
    "sim.workbooks",
    "sim.datasets",
    "sim.observations",
    "sim.distributions.base",
    "sim.distributions.percentiles",
    "sim.distributions.lookup",
    "sim.distributions.gridded",
    "sim.distributions.tabulated",
    "sim.distributions.data",
    "sim.distributions.positive",
    "sim.distributions.tails",
    "sim.distributions.counts",
    "sim.distributions.beta_quantile",
    "sim.distributions.bounded",
    "sim.distributions.bell",
    "sim.distributions.events",
    "sim.distributions.metalog",
    "sim.distributions.nested",
    "sim.distributions.sums",
    "sim.distributions.compound",
    "sim.distributions.families",
    "sim.distributions",
    "sim.libraries",
    "sim.quantity",
    "sim.schedule",
    "sim.irr",
    "sim.years",
    "sim.finance.flows",
    "sim.finance.ownership",
    "sim.finance.recovery",
    "sim.finance.returns",
    "sim.finance",
    "sim.finance.forms",
    "sim.sobol",
    "sim.dependence",
    "sim.ties",
    "sim.hdr",
    "sim.sampling",
    "sim.fitting.paste",
    "sim.fitting.estimates",
    "sim.fitting.count_estimates",
    "sim.fitting.candidates",
    "sim.fitting.goodness",
    "sim.fitting",
    "sim.statistics",
    "sim.events",
    "sim.world",
    "sim.book",
    "sim.benefits",
    "sim.costs.licence",
    "sim.costs.project",
    "sim.costs.staff",
    "sim.costs.changeover",
    "sim.costs",
    "sim.operations",
    "sim.custom",
    "sim.yearly_rows",
    "sim.terms",
    "sim.model",
    "sim.sensitivity",
    "sim.levers",
    "sim.kpis.side",
    "sim.kpis.table",
    "sim.kpis.answers",
    "sim.kpis",
    "sim.delay",
    "sim.details",
    "sim.tei",
    "sim.tally",
    "sim.smooth.law",
    "sim.smooth.lines",
    "sim.smooth.tallies",
    "sim.smooth.kept",
    "sim.smooth.choice",
    "sim.smooth",
    "sim.fingerprint",
    "sim.processes",
    "sim.work",
    "sim.tasks",
    "sim.packing",
    "sim.journal",
    "sim.ledger",
    "sim.run",
    "sim.metalog",
    "sim.picture",
    "sim.preview",
    "sim.comparison",
    "sim.setting",
    "sim.results",
    "sim.rules",
    "sim.precision",
    "sim.scenario.text",
    "sim.scenario.data",
    "sim.scenario.evidence",
    "sim.scenario.priors",
    "sim.scenario.catalogue",
    "sim.scenario.stock",
    "sim.scenario.leaf",
    "sim.scenario.key_figures",
    "sim.scenario.sections",
    "sim.scenario.row_shapes",
    "sim.scenario.features",
    "sim.scenario.correlations",
    "sim.scenario.shapes",
    "sim.scenario.numbers",
    "sim.scenario.feature_data",
    "sim.scenario.featured",
    "sim.scenario.lines",
    "sim.scenario.checks",
    "sim.scenario.entries",
    "sim.scenario.yearly",
    "sim.scenario.happenings",
    "sim.scenario.traps",
    "sim.scenario.resolve",
    "sim.scenario.prior_checks",
    "sim.scenario.rows",
    "sim.scenario.web",
    "sim.scenario.correlate",
    "sim.scenario.loading",
    "sim.scenario.schema",
    "sim.scenario",
    "sim.formats",
    "sim.folder",
    "sim.tables",
    "sim.kpi_text",
    "sim.lever_text",
    "sim.input_text",
    "sim.evidence_text",
    "sim.feature_text",
    "sim.csv_files",
    "sim.json_file",
    "sim.page",
    "sim.canvas",
    "sim.sheet",
    "sim.plots",
    "sim.fit_charts",
    "sim.report",
    "sim.terminal",
    "sim.fit_command",
    "sim.scores",
    "sim.sipmath",
    "sim.arguments",
    "sim.cluster",
    "sim.crew",
    "sim.batch",
    "sim.starter",
    "sim.presets",
    "sim.calibration",
    "sim.calibration_text",
    "sim.source_commands",
    "sim.cli",
    "sim.__main__",
)
"""A module may import only from those above it."""

WAYS_OUT = {("sim.results", "sim.report"), ("sim.results", "sim.terminal")}
"""Results write and show themselves: imported where they are used, after everything is loaded."""

HEAVY = {"numpy", "pandas", "matplotlib", "scipy"}


def modules():
    """Source of every module of the package by name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return found


def imports_of(name, source, known):
    """Modules of the package that a module imports, anywhere in it, and whether only inside functions."""
    found = {}
    tree = ast.parse(source)
    for node, inside in walked(tree, inside=False):
        for target in targets(node, name, known):
            found[target] = found.get(target, True) and inside
    return found


def walked(node, *, inside):
    """Every import below a node and whether it stands in a function; imports for type checkers are left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, inside
        yield from walked(
            child, inside=inside or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        )


def targets(node, name, known):
    if isinstance(node, ast.Import):
        wanted = {alias.name for alias in node.names}
    else:
        assert node.level == 0, f"{name} has a relative import"
        below = {f"{node.module}.{alias.name}" for alias in node.names}
        wanted = {target if target in known else node.module for target in below}
    return {target for target in wanted if target in known and target not in ("sim", name)}


@pytest.fixture(scope="module")
def graph():
    sources = modules()
    return {name: imports_of(name, source, sources) for name, source in sources.items() if name != "sim"}


def test_every_module_has_its_place_in_the_order(graph):
    assert set(graph) == set(ORDER)


def test_modules_import_only_from_those_above_them(graph):
    place = {name: number for number, name in enumerate(ORDER)}
    wrong = [
        f"{name} imports {target}"
        for name, found in graph.items()
        for target in found
        if place.get(target, len(ORDER)) >= place.get(name, -1) and (name, target) not in WAYS_OUT
    ]
    assert wrong == []


def test_imports_make_no_cycle(graph):
    down = {name: {t for t in found if (name, t) not in WAYS_OUT} for name, found in graph.items()}
    TopologicalSorter(down).prepare()


def test_the_ways_out_of_results_are_imported_only_inside_functions(graph):
    for name, target in WAYS_OUT:
        assert graph[name][target], f"{name} imports {target} when it is loaded"


def test_the_package_itself_imports_nothing_of_its_own_when_loaded():
    sources = modules()
    assert imports_of("sim", sources["sim"], sources) == {}


def test_this_test_sees_imports_inside_functions_and_not_those_for_type_checkers():
    source = """
from typing import TYPE_CHECKING
import sim.model
from sim import sobol
if TYPE_CHECKING:
    from sim.cli import main
def f():
    from sim.report import write_report
"""
    known = modules()
    assert imports_of("sim.x", source, known) == {"sim.model": False, "sim.sobol": False, "sim.report": True}


def loaded_by(code):
    """Which of the heavy packages a fresh interpreter has loaded after running some code."""
    script = f"import sys\n{code}\nprint('|'.join(sorted({HEAVY!r} & set(sys.modules))))"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment, timeout=60
    )
    return done.stdout.splitlines()[-1]


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_by("import sim; sim.__version__; dir(sim)") == ""


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]], ids=" ".join)
def test_help_loads_nothing_heavy(arguments):
    code = f"""
import runpy
sys.argv = ["sim", *{arguments!r}]
try:
    runpy.run_module("sim", run_name="__main__", alter_sys=True)
except SystemExit as end:
    assert not end.code, end.code
"""
    assert loaded_by(code) == ""


def test_every_public_name_can_be_imported():
    for name in sim.__all__:
        assert getattr(sim, name) is not None


def test_an_unknown_name_is_refused():
    with pytest.raises(AttributeError, match="module 'sim' has no attribute 'laod'"):
        _ = sim.laod
