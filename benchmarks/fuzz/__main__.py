"""Thousands of mutants of the shipped scenarios, tried: `python -m benchmarks.fuzz`, some ten minutes for 10,000.

Every mutant must be refused with an error that has a line, fail with a sentence, or give a result that keeps its
invariants: no traceback, no warning of numpy, nothing that goes on and on. Each that does not is written to FOLDER
(`--keep`), with what is wrong; `--only N` tries one mutant again. The exit code is 1 if something is wrong.
"""

import argparse
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import ROOT
from benchmarks.fuzz.mutate import mutant
from benchmarks.fuzz.trial import Verdict, tried

SHIPPED = sorted((ROOT / "scenarios").glob("*.yaml"))


def trials(numbers: Iterable[int], seed: int, *, run_every: int) -> Iterator[tuple[int, str, Verdict]]:
    """Try mutants by their numbers: give each with its text and what became of it; every so many that can be is run."""
    bases = [path.read_text(encoding="utf-8") for path in SHIPPED]
    with TemporaryDirectory() as folder:
        place = Path(folder, "mutant.yaml")
        for file in (*SHIPPED, *(ROOT / "scenarios").glob("*.csv")):  # what they extend, and read
            shutil.copy(file, folder)
        for number in numbers:
            text = mutant(bases[number % len(bases)], seed, number)
            place.write_text(text, encoding="utf-8", newline="")
            yield number, text, tried(place, runs=number // len(bases) % run_every == 0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try mutants and print what became of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description="Mutated scenario files, tried.")
    parser.add_argument("--mutants", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="number of one mutant")
    parser.add_argument("--run-every", type=int, default=4, help="run every so many of those that can be")
    parser.add_argument("--keep", type=Path, help="folder for mutants with which something is wrong")
    asked = parser.parse_args(arguments)
    numbers = range(asked.mutants) if asked.only is None else [asked.only]
    outcomes, wrong, slowest = Counter[str](), 0, (0.0, -1)
    for number, text, verdict in trials(numbers, asked.seed, run_every=asked.run_every if asked.only is None else 1):
        outcomes[verdict.outcome] += 1
        slowest = max(slowest, (verdict.seconds, number))
        if verdict.wrong:
            wrong += 1
            print(f"mutant {number}: {verdict.wrong}", flush=True)
            if asked.keep is not None:
                asked.keep.mkdir(parents=True, exist_ok=True)
                (asked.keep / f"{number}.yaml").write_text(text, encoding="utf-8", newline="")
    print(", ".join(f"{count:,} {what}" for what, count in outcomes.most_common()))
    print(f"slowest: mutant {slowest[1]}, {slowest[0]:.1f} s; {wrong:,} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
