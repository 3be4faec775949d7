"""A workbook: its sheets by name, and one of them as rows of texts; formulas as Excel last computed them."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from sim.errors import DataError, suggestion
from sim.numbers.rows import Row
from sim.numbers.workbooks.archive import Archive
from sim.numbers.workbooks.formats import BUILTIN
from sim.numbers.workbooks.sheet import Shared, rows_of
from sim.numbers.workbooks.texts import shared_texts
from sim.numbers.workbooks.xml import parse
from sim.numbers.writing import visible

_WORKBOOK = "xl/workbook.xml"
_IDS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)
"""The attribute of a sheet that names its relationship, as parsed."""


@dataclass(frozen=True)
class Tab:
    """A sheet as the workbook lists it."""

    title: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class _Relation:
    kind: str
    """The last word of its type: worksheet, chartsheet, styles ..."""
    part: str


def sheet_rows(raw: bytes, name: str, sheet: str | None, remarks: list[str]) -> Iterator[Row]:
    """Give the rows of a sheet that hold anything; the first sheet that is not hidden if none is named.

    Raises:
        DataError: not a workbook, encrypted, damaged, too large, or no such sheet.
    """
    archive = Archive(raw, name)
    part = _main_part(archive)
    relations = _relations(archive, part)
    tabs, since_1904 = _contents(archive, part, relations)
    tab = _chosen(tabs, name, sheet, remarks)
    parts = {relation.kind: relation.part for relation in relations.values()}
    texts = shared_texts(archive, parts["sharedStrings"]) if "sharedStrings" in parts else []
    formats = _formats(archive, parts["styles"]) if "styles" in parts else ["General"]
    return rows_of(archive, tab.part, tab.title, Shared(texts, formats, since_1904))


def _main_part(archive: Archive) -> str:
    """Give the part that lists the sheets."""
    part = _WORKBOOK
    if "_rels/.rels" in archive:
        found = _relations(archive, "").values()
        part = next((relation.part for relation in found if relation.kind == "officeDocument"), part)
    if part not in archive or part.endswith(".bin"):
        what = "a binary workbook" if part.endswith(".bin") else "not an Excel workbook"
        raise DataError(f"'{archive.name}' is {what} (save it as .xlsx or CSV)")
    return part


def _relations(archive: Archive, part: str) -> dict[str, _Relation]:
    """Give the parts that a part refers to, by the id that it calls them by."""
    folder, _, file = part.rpartition("/")
    found: dict[str, _Relation] = {}

    def relation(attributes: dict[str, str]) -> None:
        kind, target = attributes.get("Type", "").rpartition("/")[2], attributes.get("Target", "")
        if attributes.get("TargetMode") != "External":
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[attributes.get("Id", "")] = _Relation(kind, path)

    rels = posixpath.join(folder, "_rels", f"{file}.rels")
    if rels in archive:
        parse(archive, rels, {"Relationship": relation}, {})
    return found


def _contents(archive: Archive, part: str, relations: dict[str, _Relation]) -> tuple[list[Tab], bool]:
    """Give the worksheets of a workbook in its order, and whether its days count from 1904."""
    tabs: list[Tab] = []
    dates: list[bool] = []

    def sheet(attributes: dict[str, str]) -> None:
        title = attributes.get("name", "")
        relation = relations.get(next((attributes[key] for key in _IDS if key in attributes), ""))
        if relation is None:
            raise DataError(
                f"'{archive.name}' is damaged: its sheet '{visible(title)}' is nowhere in it"
                " (open and save it in Excel)"
            )
        if relation.kind == "worksheet":
            tabs.append(Tab(title, relation.part, attributes.get("state", "visible") != "visible"))

    def properties(attributes: dict[str, str]) -> None:
        dates.append(attributes.get("date1904", "0") in ("1", "true"))

    parse(archive, part, {"sheet": sheet, "workbookPr": properties}, {})
    return tabs, any(dates)


def _chosen(tabs: list[Tab], name: str, sheet: str | None, remarks: list[str]) -> Tab:
    if not tabs:
        raise DataError(f"'{name}' has no sheet of cells")
    if sheet is not None:
        tab = next((tab for tab in tabs if tab.title == sheet), None)
        if tab is None:
            raise DataError(f"no sheet of '{name}' is called '{sheet}'{suggestion(sheet, [tab.title for tab in tabs])}")
        return tab
    tab = next((tab for tab in tabs if not tab.hidden), tabs[0])
    if tab.hidden:
        remarks.append(f"sheet '{visible(tab.title)}' of '{name}' is hidden, and was read since no other is named")
    elif tabs[0].hidden:
        remarks.append(f"sheet '{visible(tab.title)}' of '{name}' was read, the first that is not hidden")
    return tab


def _formats(archive: Archive, part: str) -> list[str]:
    """Give the number format of each style of cells."""
    own: dict[str, str] = {}
    styles: list[str] = []
    inside = False

    def enter(_: dict[str, str]) -> None:
        nonlocal inside
        inside = True

    def leave() -> None:
        nonlocal inside
        inside = False

    def style(attributes: dict[str, str]) -> None:
        if inside:
            styles.append(attributes.get("numFmtId", "0"))

    def number_format(attributes: dict[str, str]) -> None:
        own[attributes.get("numFmtId", "")] = attributes.get("formatCode", "General")

    parse(archive, part, {"numFmt": number_format, "cellXfs": enter, "xf": style}, {"cellXfs": leave})
    builtin = {str(number): code for number, code in BUILTIN.items()}
    return [own.get(number) or builtin.get(number, "General") for number in styles] or ["General"]
