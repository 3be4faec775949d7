"""A journal: a run that was cut off ends in the same bytes, and a journal that does not fit is refused."""

import json
import os
import random
import subprocess
import sys
import time

import numpy as np
import pytest

from sim.distributions import Uniform
from sim.engine.fingerprint import fingerprint
from sim.engine.gather import Gathering
from sim.engine.journal import HEAD, MAGIC, Journal
from sim.engine.packing import pack, unpack
from sim.engine.parts import Job
from sim.engine.plan import Plan
from sim.engine.processes import Processes
from sim.engine.recipe import Recipe
from sim.errors import JournalError, UsageError
from sim.finance.metrics import METRICS
from sim.sampling.design import Design
from sim.sampling.draws import CHUNK, blocks
from sim.study.scenario import load
from tests.commands import run
from tests.places import ROOT
from tests.runs import simulated
from tests.same import assert_same_run

SCENARIO = ROOT / "scenarios" / "ten_fold.yaml"
DRAWS = 16 * CHUNK * 2
COUNTED = 360_000_000
RUN = {"draws": DRAWS, "seed": 4, "metrics": ("npv", "payback")}


@pytest.fixture(scope="module")
def cases():
    return load(SCENARIO).cases


@pytest.fixture(scope="module")
def alone(cases):
    return simulated(cases, **RUN)


class CutOffError(Exception):
    pass


def cut_off_at(share):
    def progress(done):
        if done >= share:
            raise CutOffError

    return progress


def half_done(cases, path, **more):
    """Write the journal of a run that was cut off in the middle."""
    with pytest.raises(CutOffError):
        simulated(cases, **RUN | more, journal=Journal(path, resume=False), progress=cut_off_at(0.5))
    return path


def resumed(cases, path, **more):
    return simulated(cases, **RUN | more, journal=Journal(path, resume=True))


@pytest.fixture(scope="module")
def half(cases, tmp_path_factory):
    """The bytes of the journal of a run that was cut off in the middle."""
    return half_done(cases, tmp_path_factory.mktemp("half") / "run.journal").read_bytes()


@pytest.fixture
def journal(half, tmp_path):
    path = tmp_path / "run.journal"
    path.write_bytes(half)
    return path


def frames(path):
    """Where each frame starts."""
    data, at, found = path.read_bytes(), len(MAGIC), []
    while at < len(data):
        found.append(at)
        at += HEAD + int.from_bytes(data[at : at + 8], "little")
    return found


def parts_of(path):
    data, starts = path.read_bytes(), frames(path)
    return [unpack(data[a + HEAD : b]) for a, b in zip(starts[1:], [*starts[2:], len(data)], strict=True)]


def changed(path, at, byte):
    data = bytearray(path.read_bytes())
    data[at] ^= byte
    path.write_bytes(data)


@pytest.mark.parametrize("memory", [1_000_000_000, COUNTED], ids=["kept", "counted"])
def test_a_part_is_the_same_after_packing(cases, memory):
    counts = memory == COUNTED
    plan = Plan(cases, Recipe(seed=3), ("npv", "payback", "irr"), rows=CHUNK - 7, counts=counts)
    gatherings = [Gathering(plan, 2 * CHUNK) for _ in range(2)]
    todo = blocks(2 * CHUNK)
    for number in range(0, len(todo), 5):
        part = Job(plan, gatherings[0].centres)(todo[number : number + 5])
        packed = pack(part)
        again = unpack(packed)
        assert (again.chunks, again.seconds, again.lines) == (part.chunks, part.seconds, part.lines)
        assert pack(again) == packed
        gatherings[0].enter(part)
        gatherings[1].enter(again)
    assert_same_run(*(gathering.close() for gathering in gatherings))


@pytest.mark.parametrize("data", [b"", b"12345678", b"\x02" + b"\0" * 7 + b"{}", b"\xff" * 40])
def test_bytes_that_are_no_part_are_no_part(data):
    with pytest.raises((ValueError, KeyError)):
        unpack(data)


def test_a_run_with_a_journal_is_the_same_run(cases, alone, tmp_path):
    assert_same_run(alone, simulated(cases, **RUN, journal=Journal(tmp_path / "new" / "run.journal", resume=False)))


def test_a_run_that_was_cut_off_goes_on_where_it_ended(cases, alone, journal):
    shares = []
    assert_same_run(alone, simulated(cases, **RUN, journal=Journal(journal, resume=True), progress=shares.append))
    assert shares[0] > 0.5
    shares.clear()
    assert_same_run(alone, simulated(cases, **RUN, journal=Journal(journal, resume=True), progress=shares.append))
    assert shares == []


def test_a_counted_run_goes_on_with_other_tasks_and_workers(cases, tmp_path):
    counted = {
        "memory": COUNTED,
        "metrics": tuple(name for name in METRICS if name != "irr"),
    }  # so many that there is no room to keep them
    path = half_done(cases, tmp_path / "run.journal", **counted, blocks_per_task=3)
    with Processes(2) as pool:
        again = resumed(cases, path, **counted, map_=pool, workers=2)
    assert again.counted
    assert_same_run(simulated(cases, **RUN | counted), again)


def test_doublings_go_on_too(cases, tmp_path):
    def doubled(**more):
        more["metrics"] = RUN["metrics"]
        return simulated(cases, draws=64, seed=1, enough=lambda run: False, max_draws=DRAWS * 2, **more)

    seen = []

    def progress(share):
        seen.append(share)
        if len(seen) == 10:
            raise CutOffError

    path = tmp_path / "run.journal"
    with pytest.raises(CutOffError):
        doubled(journal=Journal(path, resume=False), progress=progress, blocks_per_task=1)
    assert_same_run(doubled(), doubled(journal=Journal(path, resume=True)))


def test_a_torn_last_record_is_dropped_wherever_it_is_torn(cases, alone, journal):
    whole, starts = journal.read_bytes(), frames(journal)
    for end in (5, starts[1] - 1, starts[-1] + 3, len(whole) - 1):
        journal.write_bytes(whole[:end])
        assert_same_run(alone, resumed(cases, journal))
        assert sum(len(part.chunks) for part in parts_of(journal)) == 32  # what was torn is gone from the file


@pytest.mark.parametrize("more", [0, 5, 300], ids="{} zeros behind it".format)
def test_a_last_record_that_ends_in_zeros_is_dropped_wherever_they_begin(journal, more):
    """The power went: the file has its length, or more, and the last pages of it were never written."""
    whole = journal.read_bytes()
    starts = frames(journal)
    last, end = starts[-1], len(whole)
    for begin in {last, last + 1, last + HEAD - 1, last + HEAD, last + HEAD + 1, (last + end) // 2, end - 2}:
        journal.write_bytes(whole[:begin] + bytes(end - begin + more))
        with Journal(journal, resume=True).of(key_of(whole)) as again:
            assert len(list(again._frames(skip=1))) == len(starts) - 2
        assert journal.read_bytes() == whole[:last]


@pytest.mark.parametrize("begin", [0, 5, len(MAGIC) - 1, len(MAGIC), len(MAGIC) + 3])
def test_a_journal_whose_beginning_was_never_written_begins_anew(journal, begin):
    whole, second = journal.read_bytes(), frames(journal)[1]
    journal.write_bytes(whole[:begin] + bytes(500))
    with Journal(journal, resume=True).of(key_of(whole)) as again:
        assert list(again._frames(skip=1)) == []
    assert journal.read_bytes() == whole[:second]


def test_a_beginning_of_zeros_before_anything_else_is_refused_and_kept(journal):
    damaged = MAGIC[:5] + bytes(len(MAGIC) - 5) + journal.read_bytes()[len(MAGIC) :]
    journal.write_bytes(damaged)
    with pytest.raises(JournalError, match="is not a journal"), Journal(journal, resume=True).of({}):
        pass
    assert journal.read_bytes() == damaged


def test_zeros_before_the_last_record_are_refused(journal):
    whole = journal.read_bytes()
    starts = frames(journal)
    for begin in (starts[1], starts[1] + HEAD, starts[1] + HEAD + 40):
        journal.write_bytes(whole[:begin] + bytes(64) + whole[begin + 64 :])
        with pytest.raises(JournalError, match="damaged at byte"), Journal(journal, resume=True).of(key_of(whole)):
            pass


def key_of(whole):
    """Give the run that a journal is of, as its first record says."""
    length = int.from_bytes(whole[len(MAGIC) : len(MAGIC) + 8], "little")
    return json.loads(whole[len(MAGIC) + HEAD : len(MAGIC) + HEAD + length])


def test_a_flipped_bit_anywhere_is_refused(cases, journal):
    whole, starts = journal.read_bytes(), frames(journal)
    places = random.Random(1).sample(range(len(MAGIC), len(whole)), 20)
    for at in [*places, len(whole) - 1, *(start + i for start in starts[:3] for i in (0, 7, 8, 24, HEAD))]:
        journal.write_bytes(whole)
        bit = 1 << at % 8
        changed(journal, at, bit if whole[at] != bit else 3 - bit % 3)  # a record that ends in zeros counts as torn
        with pytest.raises(JournalError, match=r"is damaged at byte [\d,]+ \(delete it to start anew\)"):
            resumed(cases, journal)


def test_a_record_that_is_there_twice_is_refused(cases, journal):
    whole, starts = journal.read_bytes(), frames(journal)
    journal.write_bytes(whole + whole[starts[-1] :])
    with pytest.raises(JournalError, match="is damaged"):
        resumed(cases, journal)


def test_a_record_of_another_run_is_refused(cases, journal, tmp_path):
    other = half_done(cases, tmp_path / "other.journal", seed=5)
    journal.write_bytes(journal.read_bytes() + other.read_bytes()[frames(other)[1] :])
    with pytest.raises(JournalError, match="is damaged"):
        resumed(cases, journal)


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"seed": 5}, "seed"),
        ({"draws": DRAWS * 2}, "draws"),
        ({"design": Design.LATIN, "metrics": ("npv",)}, "metrics, design"),
        ({"memory": COUNTED}, "memory"),
        ({"enough": lambda run: True}, "precision"),
    ],
)
def test_a_journal_of_another_run_is_refused_and_kept(cases, journal, other, what):
    before = journal.read_bytes()
    with pytest.raises(JournalError, match=f"is of another run: not the same {what} "):
        resumed(cases, journal, **other)
    assert journal.read_bytes() == before


def test_a_journal_of_another_scenario_is_refused(journal):
    with pytest.raises(JournalError, match="is of another run: not the same scenario "):
        resumed(load(ROOT / "scenarios" / "gross_margin_525.yaml").cases, journal)


def test_an_existing_journal_is_not_written_over(cases, journal):
    with pytest.raises(JournalError, match=r"exists \(--resume goes on with it; delete it to start anew\)"):
        simulated(cases, **RUN, journal=Journal(journal, resume=False))


def test_what_is_no_journal_is_refused_and_kept(cases, tmp_path):
    path = tmp_path / "thesis.txt"
    path.write_text("years of work")
    with pytest.raises(JournalError, match=r"thesis.txt is not a journal of this program"):
        resumed(cases, path)
    assert path.read_text() == "years of work"


def test_a_pickle_is_never_read(cases, tmp_path):
    path = tmp_path / "run.journal"
    path.write_bytes(b"cos\nsystem\n(S'touch broken'\ntR.")
    with pytest.raises(JournalError, match="is not a journal"):
        resumed(cases, path)


def test_a_journal_in_use_is_refused(cases, journal):
    def again(share):
        resumed(cases, journal)

    with pytest.raises(JournalError, match="is in use by another run"):
        simulated(cases, **RUN, journal=Journal(journal, resume=True), progress=again)


def test_a_journal_that_cannot_be_written_is_one_error(cases, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match=r"cannot write the journal .*: (Not a directory|File exists)"):
        simulated(cases, **RUN, journal=Journal(tmp_path / "file" / "run.journal", resume=False))


# Killed at any moment


def arguments(folder, *more):
    wanted = ["run", SCENARIO, "--draws", 16 * CHUNK * 2, "--seed", 2, "--workers", 1, "--json", *more]
    return [*map(str, wanted), "--journal", str(folder)]


def test_a_run_killed_at_several_moments_ends_in_the_same_bytes(tmp_path):
    whole = run(*arguments(tmp_path / "whole")).stdout
    file = tmp_path / "cut" / "ten-fold.journal"
    moments = random.Random(7)
    sizes = []
    for _ in range(3):
        command = [sys.executable, "-m", "sim", *arguments(file.parent, "--resume")]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        before = file.stat().st_size if file.exists() else 0
        while process.poll() is None and (not file.exists() or file.stat().st_size <= before):
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.2))
        process.kill()
        process.wait()
        sizes.append(file.stat().st_size)
    assert sizes == sorted(set(sizes)), "every run added something"
    assert run(*arguments(file.parent, "--resume")).stdout == whole


def test_resume_without_a_journal_is_a_usage_error():
    done = run("run", SCENARIO, "--resume")
    assert done.returncode == 2
    assert done.stderr.startswith(b"sim: --resume goes on with a journal")


# What tells runs apart


def test_a_fingerprint_is_the_same_in_every_process(cases):
    code = "from sim.study.scenario import load; from sim.engine.fingerprint import fingerprint"
    code += f"; print(fingerprint(load({str(SCENARIO)!r}).cases))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1",)
    }
    assert printed == {fingerprint(cases)}


def test_values_that_differ_have_fingerprints_that_differ():
    values = [
        None, 0, 0.0, -0.0, False, "", b"", (), [], {}, set(), "0", ("a", "b"), ("ab",), (("a",), "b"), {"a": "b"},
        np.zeros(2), np.zeros(3), np.zeros((1, 2)), np.zeros(2, np.float32), 1e-300, {1, 2}, {1, 3}, Uniform,
        Uniform(low=0, high=1), Uniform(low=0, high=2), Design.SOBOL, Design.LATIN, float("nan"), [[1], 2], [[1, 2]],
    ]  # fmt: skip
    assert len({fingerprint(value) for value in values}) == len(values)


def test_what_cannot_be_told_apart_is_refused():
    with pytest.raises(UsageError, match="a object cannot be told from another"):
        fingerprint([object()])
