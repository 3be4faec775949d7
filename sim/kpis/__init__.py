"""Key figures before and after: the company without the CRM and with it, in the same futures."""

from sim.kpis.answers import KPI_COLUMNS, PERCENTILES, KpiAnswer, answers, missing, sides
from sim.kpis.table import AFTER, KPIS, RECORDED, Kpi, Record, Recorded

__all__ = [
    "AFTER",
    "KPIS",
    "KPI_COLUMNS",
    "PERCENTILES",
    "RECORDED",
    "Kpi",
    "KpiAnswer",
    "Record",
    "Recorded",
    "answers",
    "missing",
    "sides",
]
