"""Where a convention that the file takes, perhaps unawares, moves its figures. Warnings, each with a name."""

from collections.abc import Iterator

from sim.errors import Problem
from sim.finance.schedule import Sum
from sim.model.case import Case
from sim.model.lines.licence import AddOns, Billing, Prepaid, Subscription
from sim.model.lines.staff import TrainingCash, TrainingTime
from sim.model.world import World
from sim.numbers.writing import money
from sim.sampling.draws import base_run
from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.tree import Node, Place


def conventions_of(file: ScenarioFile, cases: dict[str, Case], tree: Node) -> Iterator[Problem]:
    """Give a warning for every convention that costs a vendor something only because of how the file is set up."""
    for place, name, why in _warned(file, cases):
        yield tree.problem(place, f"{why} [{name}]")


def _warned(file: ScenarioFile, cases: dict[str, Case]) -> Iterator[tuple[Place, str, str]]:
    for name, case in cases.items():
        wasted = prepaid_beyond(case)
        if wasted:
            paid, beyond = _last_payment(case.months)
            why = (
                f"{name} is paid twelve months ahead in month {paid}, {beyond} of them beyond the horizon: some"
                f" {money(wasted, file.currency)} that buy no benefit here (end the horizon with a paid year, or say"
                " prepaid_at_horizon: pro_rata)"
            )
            yield ("months",) if file.months is not None else ("years",), "prepaid-beyond-horizon", why
        if _untaught(case):
            yield _training_place(file, name), "training-without-effect", _UNTAUGHT


_UNTAUGHT = (
    "training is a cost that nothing answers to, so that leaving it out can only raise the return; say under"
    " `response` how adoption answers (training_share: 45%, training_hours: 4)"
)


def _untaught(case: Case) -> bool:
    """Whether there is training and adoption does not answer to it."""
    trained = any(isinstance(line, TrainingCash | TrainingTime) for line in case.lines)
    return trained and case.rollout.response.training.share == 0.0


def _training_place(file: ScenarioFile, vendor: str) -> Place:
    common = file.common.training
    own = common.cash_per_user is None and common.hours_per_user is None
    return ("vendors", vendor, "training") if own else ("common", "training")


def prepaid_beyond(case: Case) -> float:
    """Give what a vendor is paid ahead for months beyond the horizon, in the base run; 0 if that is left out."""
    lines = [line for line in case.lines if isinstance(line, Subscription | AddOns)]
    licences = [line.subscription if isinstance(line, AddOns) else line for line in lines]
    paid, beyond = _last_payment(case.months)
    if not beyond or not licences or licences[0].billing is Billing.MONTHLY or licences[0].prepaid is Prepaid.PRO_RATA:
        return 0.0
    world = World(case.rollout, case.months, base_run(case.inputs), case.events)
    flows = Sum(line.flows(world) for line in lines).by_month(case.months + 1, 1)
    return float(flows[paid, 0]) * beyond / 12


def _last_payment(months: int) -> tuple[int, int]:
    """Give the last month of a horizon in which a year is paid ahead, and how many of its months lie beyond."""
    paid = (months - 1) // 12 * 12 + 1
    return paid, paid + 11 - months
