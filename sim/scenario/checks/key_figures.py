"""Targets of key figures that cannot be met or computed."""

from typing import TYPE_CHECKING

from sim.errors import Problem
from sim.model.key_figures.table import KPIS
from sim.scenario.tree import Node

if TYPE_CHECKING:
    from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.shapes.key_figures import records_of


def check_kpis(file: "ScenarioFile", tree: Node, problems: list[Problem]) -> None:
    """Refuse targets of key figures that cannot be computed, and a year that ends after the horizon."""
    if file.kpi_month is not None and file.kpi_month > file.horizon:
        problems.append(
            tree.problem(("kpi_month",), f"month {file.kpi_month} is after the horizon (at most {file.horizon})")
        )
    for name, record in records_of(file.kpis).items():
        needs = [need for need in KPIS[name].needs if need.startswith("company.")] if name in KPIS else []
        missing = [need for need in needs if getattr(file.company, need.removeprefix("company.")) is None]
        if missing and not file.by_rows:
            them = "it" if len(missing) == 1 else "them"
            problems.append(
                tree.problem(("kpis", name), f"cannot be computed without {', '.join(missing)} (give {them})")
            )
        elif record.before is record.target is record.actual is None:
            problems.append(tree.problem(("kpis", name), "says nothing (give target, actual or, if recorded, before)"))
