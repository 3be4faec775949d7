"""Two checkouts side by side: the same commands on every shipped scenario, every byte they print or write compared.

`python -m benchmarks.golden OTHER` runs what is listed here once with this checkout and once with the one in the
folder OTHER, on the scenarios of this one, and names each output that differs; the exit code is 1 if one does. What is
to change on purpose is then in a list that can be read, and nothing else has changed. Takes some four minutes.

`--keep FOLDER` leaves the outputs of both there, to be looked at with `diff -r`; OTHER may also be such outputs of an
earlier time. `--quick` runs two scenarios.
"""

import argparse
import contextlib
import io
import os
import runpy
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from filecmp import cmpfiles
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import ROOT

EACH = (
    "check {file}",
    "run {file} --draws 2048 --out reports/{name} --inputs --kpis --sip {name}.sip.json --force",
    "run {file} --draws 1024 --json --design latin --seed 5",
    "run {file} --draws 1024 --out narrow/{name} --design random --percentiles 1,50,99",
    "run {file} --draws 1024 --out hdr/{name} --design hdr --quiet --fail-if 'p(npv > 0) < 0.99'",
    "inputs {file} --chart {name}.inputs.svg",
    "inputs {file} --csv",
    "tornado {file} --draws 1024 --chart {name}.tornado.svg",
    "tornado {file} --draws 1024 --metric payback --chart {name}.payback.svg",
    "tornado {file} --draws 1024 --csv --metric roi",
    "levers {file} --draws 1024",
    "levers {file} --draws 1024 --csv",
    "delay {file} --draws 1024 --months 1,4",
    "delay {file} --draws 1024 --csv",
)
"""Commands on each scenario."""

ONCE = (
    "run {files} --draws 256 --out all",
    "run {files} --draws 256 --json",
    "run {main} --draws 2048 --smooth auto --out smooth",
    "run {main} --draws 2048 --smooth nothing --out not",
    "run {main} --draws 262144 --memory 380MB --out counted",
    "run {main} --precision 2% --max-draws 8192 --out precise",
    "run {main} --draws 2048 --out rules --fail-if 'p(npv > 0) < 0.6' --fail-if 'p50(roi) < -0.9'",
    "run missing.yaml",
    "run {main} --draws 2048 --percentiles 5,500",
    "run {main} --design sobel",
    "run {main} --cluster remote",
    "fit scenarios/history.csv --column {column} --chart fit.svg",
    "fit scenarios/history.csv --column {column} --json",
    "priors",
    "priors conversion",
    "vendors",
    "vendors vtiger",
    "features",
    "schema",
    "init --out my.yaml",
    "run my.yaml --draws 1024",
    "init --industry retail --size small --out preset.yaml",
    "run preset.yaml --draws 1024 --kpis",
    "calibrate",
    "--help",
    "run --help",
)
"""Commands that are run once."""

QUICK = ("mid_market", "tei_rows")
"""Scenarios of the quick version."""

LIBRARY = """
import sim
results = sim.load("scenarios/{name}").run(draws=1024, seed=3)
print(results, *results.values(), sep="\\n")
for frame in (results.summary, results.standard_errors, results.compare, results.levers, results.kpis,
              results.tei_table, results.inputs, results.correlations):
    print(frame.__name__, frame().to_csv(), sep="\\n")
try:
    print(results.tornado().to_csv())
except sim.SimError as certain:
    print(certain)
print(results.probability("payback", at_most=24).to_csv())
"""
"""What notebooks see."""


def main() -> int:
    """Run both and compare. Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.golden", description=__doc__)
    parser.add_argument("other", type=Path, help="folder of the other checkout")
    parser.add_argument("--quick", action="store_true", help="two scenarios only")
    parser.add_argument("--keep", type=Path, help="folder to leave the outputs of both in")
    arguments = parser.parse_args()
    with TemporaryDirectory() as temporary:
        base = arguments.keep or Path(temporary)
        folders = [(base / name).resolve() for name in ("this", "other")]
        checkouts = [ROOT, arguments.other.resolve()]
        if (arguments.other / "printed").exists():
            folders[1] = checkouts.pop()
        children = [_started(at, folder, arguments.quick) for at, folder in zip(checkouts, folders, strict=False)]
        if sum(child.wait() for child in children):
            raise SystemExit("a checkout could not be run")
        differing = list(differences(*folders, every=not arguments.quick))
        count = sum(path.is_file() for path in folders[0].rglob("*"))
    print("\n".join([*differing, f"{count} outputs, {len(differing)} differ"]))
    return bool(differing)


def _started(checkout: Path, folder: Path, quick: bool) -> "subprocess.Popen[bytes]":
    """Run every command with the program of a checkout, in a folder of its own."""
    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    environment = os.environ | {"PYTHONPATH": str(checkout), "COLUMNS": "100"}
    child = [sys.executable, __file__, "--child", *(["--quick"] if quick else [])]
    return subprocess.Popen(child, cwd=folder, env=environment)


def differences(this: Path, other: Path, *, every: bool) -> Iterator[str]:
    """Name every file that is not the same in two folders, or that only one of them has; of those of `this` or all."""
    names = [{str(path.relative_to(at)) for path in at.rglob("*") if path.is_file()} for at in (this, other)]
    if not every:
        names[1] &= names[0]
    yield from (f"only in one: {name}" for name in sorted(names[0] ^ names[1]))
    _, unlike, unread = cmpfiles(this, other, sorted(names[0] & names[1]), shallow=False)
    yield from (f"differs: {name}" for name in (*unlike, *unread))


def _child(*, quick: bool) -> None:
    """Run every command in this folder; what each prints is written beside what it writes."""
    files = sorted(Path("scenarios").glob("*.yaml"))
    few = [file for file in files if file.stem in QUICK] if quick else files
    column = Path("scenarios/history.csv").read_text(encoding="utf-8").splitlines()[0].split(",")[-1]
    common = {
        "files": shlex.join(map(str, files)),
        "main": "scenarios/mid_market.yaml",
        "column": shlex.quote(column),
    }
    commands = [command.format(file=file, name=file.stem) for file in few for command in EACH]
    once = [command for command in ONCE if not quick or ("{files}" not in command and command != "calibrate")]
    for command in (*commands, *(command.format(**common) for command in once)):
        _printed(command)
    for file in few:
        with _caught(f"library_{file.stem}"):
            exec(LIBRARY.format(name=file.name), {"__name__": "notebook"})


def _printed(command: str) -> None:
    """Run a command of the program in this process."""
    name = "".join(c if c.isalnum() else "_" for c in command)[:150]
    with _caught(name):
        sys.argv = ["sim", *shlex.split(command)]
        try:
            runpy.run_module("sim", run_name="__main__", alter_sys=True)
        except SystemExit as end:
            print(f"exit code {end.code}")


@contextlib.contextmanager
def _caught(name: str) -> Iterator[None]:
    """Write what is printed inside into a file, standard error too."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            yield
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
    Path("printed").mkdir(exist_ok=True)
    printed = []
    for stream in (out, err):
        stream.flush()
        printed.append(stream.buffer.getvalue())
    Path("printed", name).write_bytes(b"\n=== stderr\n".join(printed))


if __name__ == "__main__":
    if "--child" in sys.argv:
        sys.path.pop(0)  # this folder, which names like `table` would come from
        _child(quick="--quick" in sys.argv)
    else:
        raise SystemExit(main())
