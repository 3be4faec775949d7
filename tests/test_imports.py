import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim

PACKAGE = Path(sim.__file__).parent

HEAVY = {"numpy", "pandas", "matplotlib", "scipy"}


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


def test_type_checkers_see_the_names_that_are_imported_when_used():
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {(alias.asname, node.module) for node in block.body for alias in node.names}
    assert seen == {(name, home) for home, names in sim._HOMES.items() for name in names}


def test_every_public_name_can_be_imported():
    for name in sim.__all__:
        assert getattr(sim, name) is not None


def test_an_unknown_name_is_refused():
    with pytest.raises(AttributeError, match="module 'sim' has no attribute 'laod'"):
        _ = sim.laod
