"""From the file's shapes to one spelled-out case a vendor: names looked up, defaults filled in, bounds checked."""

from sim.errors import Problem, suggestion
from sim.model.adjustments import Tax
from sim.model.case import Case
from sim.model.events import Event
from sim.model.line import Line, Nature
from sim.model.operations import Operations
from sim.model.quantity import Quantity
from sim.model.response import NO_RESPONSE, USUAL_HOURS, Answer, Response
from sim.model.rollout import Climb, Rollout
from sim.scenario.cases.custom import custom_lines
from sim.scenario.cases.events import events_of
from sim.scenario.cases.lines import bills, hourly_cost, in_force, lines_of, market_of, operations_of
from sim.scenario.cases.lookup import Lookup
from sim.scenario.cases.streams import own_streams, shared_streams
from sim.scenario.cases.yearly import check_risks, yearly_rows
from sim.scenario.checks.needs import check_company, retention_of
from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.tree import Node, dotted


def resolve(file: ScenarioFile, tree: Node, problems: list[Problem]) -> dict[str, Case]:
    """Give the case of every vendor; what cannot run is added to `problems`."""
    shared = {dotted(place): stream for place, stream in shared_streams(file).items()}
    lookups = (Lookup(file, tree, name, shared | own_streams(file, name), problems) for name in file.vendors)
    cases = {get.name: case_of(get) for get in lookups}
    check_risks(file, cases, tree, problems)
    return cases


def case_of(get: Lookup) -> Case:
    """Spell a vendor out. The order in which numbers are looked up is that of its inputs in every table."""
    file = get.file
    rate = get.top("discount_rate")
    events = events_of(get)
    lines, operations = _rows(get, events) if file.by_rows else _lines(get, events)
    if not file.soft_benefits:
        lines = tuple(line for line in lines if line.nature is not Nature.SOFT_BENEFIT)
    inflation, tax = get.top("inflation"), _tax(get)
    finance, reinvestment = (get.top(f"{use}_rate", rate) for use in ("finance", "reinvestment"))
    fit = get.fit()
    users, rollout, risks = get.company("users", 1.0), _rollout(get), _risks(get, lines)
    return Case(  # only now is every input known
        vendor=get.name,
        months=file.horizon,
        discount_rate=rate,
        finance_rate=finance,
        reinvestment_rate=reinvestment,
        users=users,
        rollout=rollout,
        lines=lines,
        inputs=tuple(get.inputs.values()),
        events=events,
        inflation=inflation,
        tax=tax,
        discounting=file.convention,
        operations=operations,
        risks=risks,
        fit=fit,
    )


def _lines(get: Lookup, events: tuple[Event, ...]) -> tuple[tuple[Line, ...], Operations]:
    check_company(get)
    lines = lines_of(get, market_of(get), retention_of(get), events)
    custom = tuple(custom_lines(get, {line.name for line in lines}))
    return (*in_force(lines), *custom), operations_of(get, lines)


def _rows(get: Lookup, events: tuple[Event, ...]) -> tuple[tuple[Line, ...], None]:
    return (*yearly_rows(get), *bills(events)), None


def _risks(get: Lookup, lines: tuple[Line, ...]) -> dict[str, Quantity]:
    adjustments = get.file.risk_adjustments
    return {line.name: get.number(adjustments[line.name]) for line in lines if line.name in adjustments}


def _tax(get: Lookup) -> Tax | None:
    shape = get.file.tax
    return None if shape is None else Tax(get.number(shape.rate), shape.write_off_months or 0)


def _rollout(get: Lookup) -> Rollout:
    return Rollout(
        plan_months=get.offered("rollout.plan_months"),
        delay_months=get.offered("rollout.delay_months"),
        adoption=get.offered("rollout.adoption", 1.0),
        ramp_months=get.offered("rollout.ramp_months"),
        shape=get.offer.rollout.shape or Climb.EXPONENTIAL,
        decay=get.offered("rollout.decay"),
        response=_response(get),
    )


def _response(get: Lookup) -> Response:
    answers = {
        of: Answer(get.offered(f"response.{of}_share"), get.offered(f"response.{of}_hours", 1.0))
        for of in ("training", "upkeep", "change")
    }
    if all(answer.share == 0.0 for answer in answers.values()):
        return NO_RESPONSE
    return Response(
        **answers,
        usual_hours=get.offered("response.usual_hours", USUAL_HOURS),
        trained=get.offered("training.hours_per_user"),
        refresh=get.offered("training.refresh"),
        data_upkeep=get.offered("administration.data_upkeep_hours"),
        change_management=get.offered("implementation.change_management"),
        users=get.company("users", 1.0),
        hourly_cost=hourly_cost(get),
    )


def check_overrides(file: ScenarioFile, tree: Node, problems: list[Problem]) -> None:
    """Refuse a vendor's input that overrides no shared one."""
    for name, vendor in file.vendors.items():
        for key in vendor.inputs:
            if key not in file.inputs:
                hint = suggestion(key, file.inputs) or " (declare it under inputs)"
                problems.append(
                    tree.problem(("vendors", name, "inputs", key), f"overrides no shared input{hint}", at_key=True)
                )
