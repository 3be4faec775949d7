"""Paths that lead nowhere, or to something that is no file: one sentence each, and nothing that waits."""

import os
from pathlib import Path

import pytest

from sim.errors import DataError, ScenarioError
from sim.numbers.tables import contents, read_table
from sim.study.scenario import load

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes in folders")


@pytest.fixture
def odd(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("loop.yaml", "loop.csv"):
        (tmp_path / name).symlink_to(name)
    (tmp_path / "dangling.yaml").symlink_to("nowhere")
    return tmp_path


ODD = {
    "pipe": ("pipe.yaml", "not a file"),
    "loop": ("loop.yaml", "links run in a circle"),
    "dangling": ("dangling.yaml", "no such file"),
    "long": ("a" * 300, "file name too long"),
    "nul": ("a\\0b", "no file can be called so"),
}


@pytest.mark.parametrize(("name", "message"), ODD.values(), ids=ODD)
def test_a_base_that_is_no_file_is_one_problem(odd, name, message):
    (odd / "x.yaml").write_text(f'extends: "{name}"\n')
    with pytest.raises(ScenarioError, match=message):
        load(odd / "x.yaml")


@pytest.mark.parametrize(("name", "message"), ODD.values(), ids=ODD)
def test_a_scenario_that_is_no_file_is_one_problem(odd, name, message):
    with pytest.raises(ScenarioError, match=message):
        load(odd / name.replace("\\0", "\0"))


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_devices_are_no_files(device):
    with pytest.raises(ScenarioError, match="not a file"):
        load(device)
    with pytest.raises(DataError, match="not a file"):
        contents(Path(device), "x.csv", ())


@pytest.mark.parametrize("name", ["pipe.csv", "loop.csv", "a\0.csv", "a" * 300 + ".csv"])
def test_a_table_that_is_no_file_is_one_error(odd, name):
    with pytest.raises(DataError, match="cannot read"):
        read_table(odd / name, name="x.csv")


@pytest.mark.parametrize("name", ["pipe.csv", "loop.csv", r"a\0b.csv", "a" * 300 + ".csv"])
def test_a_column_of_what_is_no_file_is_one_problem_with_its_line(odd, name):
    (odd / "x.yaml").write_text(f'name: X\ncompany: {{deal_value: {{from: "{name}#deal"}}}}\n')
    with pytest.raises(ScenarioError, match=r"x\.yaml:2:.*cannot read"):
        load(odd / "x.yaml")
