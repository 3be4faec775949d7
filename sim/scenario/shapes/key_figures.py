"""The section `kpis` of a scenario file: what is wanted of a key figure, and what was measured of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field, create_model

from sim.model.key_figures.table import KPIS, RECORDED, Record
from sim.numbers.kinds import Kind
from sim.numbers.spec import Spec
from sim.scenario.number import certain

_WANTED = {"target": "What is wanted.", "actual": "What was measured since."}


def _entry(name: str, kind: Kind, fields: Mapping[str, str]) -> type[Spec]:
    """Make the shape of an entry: one number of a kind for each field."""
    number = certain(kind)
    shapes: dict[str, Any] = {
        key: (number | None, Field(default=None, description=text)) for key, text in fields.items()
    }
    shape: type[Spec] = create_model(
        name, __base__=Spec, __doc__="A key figure: what is wanted and measured.", **shapes
    )
    return shape


def _kpis_shape() -> type[Spec]:
    fields: dict[str, Any] = {}
    computed = {kind: _entry(f"Target{kind.name.title()}", kind, _WANTED) for kind in Kind}
    recorded = {
        kind: _entry(f"Record{kind.name.title()}", kind, {"before": "What it was before the CRM."} | _WANTED)
        for kind in Kind
    }
    for name, kpi in KPIS.items():
        fields[name] = (computed[kpi.unit] | None, Field(default=None, description=f"{kpi.title}: computed."))
    for name, noted in RECORDED.items():
        text = f"{noted.title}: recorded, not valued - {noted.why}."
        fields[name] = (recorded[noted.unit] | None, Field(default=None, description=text))
    doc = "Key figures: targets, and what was measured. Those that the model does not compute are listed as recorded."
    shape: type[Spec] = create_model("Kpis", __base__=Spec, __doc__=doc, **fields)
    return shape


if TYPE_CHECKING:
    Kpis = Spec
else:
    Kpis = _kpis_shape()


def records_of(kpis: Spec) -> dict[str, Record]:
    """Give what a file records, by key figure."""
    records = {}
    for name in (*KPIS, *RECORDED):
        entry = getattr(kpis, name)
        if entry is not None:
            numbers = {key: getattr(entry, key) for key in ("before", "target", "actual") if hasattr(entry, key)}
            records[name] = Record(**numbers, note=" ".join(text for text in (entry.note, entry.source) if text))
    return records
