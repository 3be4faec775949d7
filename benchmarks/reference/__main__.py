"""The reference model by this library and by what could be used instead, in one table.

Each contender runs in a process of its own, several rounds in turn, and its least time counts. Imports, compilation
and tables come before the clock starts. Rates are draws a second of processor time. The last column compares means
and percentiles (5, 50, 95) of ROI and NPV, P(payback <= 24) and, with --irr, the mean IRR with this library's.
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.reference.contenders import CONTENDERS, INDEPENDENT, OURS, PLAIN, THREADED, WITH_IRR, Contender
from benchmarks.reference.measured import AGREE, Measured, Round, child, farthest
from benchmarks.table import table

WORKERS = (1, 2, 3, 8)
EXTRA = "pip install -e '.[bench]'"
HEADER = ("", "draws", "draws/s", "ours is faster by", "peak memory", "agrees")


@dataclass(frozen=True)
class Size:
    """How much is run."""

    draws: int
    rounds: int
    same_bytes: int
    """Draws for which the bytes of several workers are compared."""


FULL = Size(draws=1_000_000, rounds=3, same_bytes=262_144)
QUICK = Size(draws=65_536, rounds=1, same_bytes=65_536)


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    size = QUICK if asked.quick else FULL
    draws = asked.draws or size.draws
    chosen = {name: CONTENDERS[name] for name in (OURS, *(asked.contender or CONTENDERS))}
    results = measured(chosen, draws, asked.rounds or size.rounds, threads=asked.threads, irr=asked.irr)
    notes = _notes(results, asked.threads, min(draws, size.same_bytes))
    print("\n\n".join([_head(), table(HEADER, list(_rows(chosen, results))), "\n".join(f"- {note}" for note in notes)]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reference", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small version, in half a minute")
    parser.add_argument("--draws", type=int, help=f"draws of each contender (default {FULL.draws:,})")
    parser.add_argument("--rounds", type=int, help=f"processes of each contender (default {FULL.rounds})")
    parser.add_argument("--threads", type=int, default=2, help="threads to hold against one (default 2)")
    parser.add_argument("--contender", choices=CONTENDERS, action="append", help="only this one; may be repeated")
    parser.add_argument("--irr", action="store_true", help="every contender works out the IRR too")
    return parser.parse_args()


def measured(
    chosen: dict[str, Contender], draws: int, rounds: int, *, threads: int, irr: bool
) -> Mapping[str, Measured]:
    """Run everybody in turn, several rounds, each with a seed of its own."""
    special = dict.fromkeys((PLAIN, WITH_IRR, THREADED, INDEPENDENT), Contender())
    results: dict[str, Measured] = {}
    for seed in range(1, rounds + 1):
        for name, contender in (chosen | special).items():
            if name in results and results[name].failure:
                continue
            earlier = results[name].rounds if name in results else ()
            results[name] = another(name, contender, earlier, draws, seed, threads=threads, irr=irr)
            print(f"round {seed} of {rounds}: {name}", file=sys.stderr, flush=True)
    return results


def another(
    name: str, contender: Contender, earlier: Sequence[Round], draws: int, seed: int, *, threads: int, irr: bool
) -> Measured:
    """Add a round, or the reason why there is none."""
    if not contender.is_installed:
        return Measured(failure=f"not installed ({EXTRA})")
    wants_irr = name == WITH_IRR or (irr and name != PLAIN)
    try:
        # Seeds of one round differ too: the same random draws for two contenders would agree too well.
        own = 1_000 * seed + len(name) + 31 * sum(map(ord, name))
        done = child(name, draws // contender.fewer, own, threads=threads, irr=wants_irr)
    except subprocess.CalledProcessError as error:
        return Measured(failure=f"does not run: {(error.stderr.splitlines() or ['no message'])[-1]}")
    return Measured([*earlier, done])


def _head() -> str:
    from importlib.metadata import version

    return (
        f"{os.cpu_count()} processors {platform.machine()}, {platform.system()},"
        f" Python {platform.python_version()}, numpy {version('numpy')}, one thread unless said"
    )


def _rows(chosen: Mapping[str, Contender], results: Mapping[str, Measured]) -> Iterator[Sequence[str]]:
    ours = results[OURS]
    for name, contender in chosen.items():
        its = results[name]
        if its.failure:
            yield name, "", "", "", "", its.failure
            continue
        against = ours if contender.correlated else results[INDEPENDENT]
        yield (
            name + ("" if contender.correlated else " †"),
            f"{its.rounds[0].draws:,}",
            f"{its.rate:,.0f}",
            f"{ours.rate / its.rate:,.2f}",
            f"{its.megabytes:,.0f} MB",
            "" if its is ours else _agreement(its, against),
        )


def _agreement(its: Measured, against: Measured) -> str:
    name, apart = farthest(its.statistics, against.statistics)
    return f"yes ({apart:.1f} se)" if apart <= AGREE else f"no: {name} {apart:.1f} se apart"


def _notes(results: Mapping[str, Measured], threads: int, draws: int) -> Iterator[str]:
    one, several = results[OURS], results[THREADED]
    added = results[WITH_IRR].processor_seconds / results[PLAIN].processor_seconds - 1
    yield f"IRR adds {added:.0%} to the time of ours."
    yield (
        f"{threads} threads take {several.seconds:.3f} s of wall time, one takes {one.seconds:.3f} s:"
        f" {one.seconds / several.seconds:.2f} times as fast."
    )
    yield same_bytes(draws)
    yield (
        f"Least processor time of {len(one.rounds)} rounds in turn, most memory. Imports, compilation and tables come"
        " before the clock starts."
    )
    yield (
        f"Agrees: no statistic is more than {AGREE:.0f} standard errors from ours (16 batches a round, errors of both);"
        " the farthest is given."
    )
    yield (
        "Peers have no cash flow: they sample, and the loop of (b) values; monaco works case by case, in plain Python,"
        " on fewer draws."
    )
    yield "† cannot correlate: samples independently, and is held against ours without correlations."


def same_bytes(draws: int) -> str:
    """Say whether several numbers of workers gave the same bytes."""
    digests = {child(THREADED, draws, 1, threads=workers, irr=True).digest for workers in WORKERS}
    same = "the same bytes" if len(digests) == 1 else "DIFFERENT BYTES"
    return f"{', '.join(map(str, WORKERS))} workers: {same} of ROI, NPV, payback and IRR, {draws:,} draws."


if __name__ == "__main__":
    main()
