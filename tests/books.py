"""Workbooks made by hand, part by part, so that any of them can be damaged."""

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"


def relations(*kinds_and_targets):
    """Give a part with relationships: `rId1`, `rId2` and so on, each of a kind to a target."""
    inside = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(kinds_and_targets, start=1)
    )
    return f'<Relationships xmlns="{RELS}">{inside}</Relationships>'


def workbook(*tabs, properties=""):
    """Give the part that lists sheets, each a title with its state."""
    inside = "".join(
        f'<sheet name="{title}" sheetId="{n}" state="{state}" r:id="rId{n}"/>'
        for n, (title, state) in enumerate(tabs, start=1)
    )
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets>{inside}</sheets></workbook>'


def styles(*codes):
    """Give the styles 1, 2 and so on, one a number format; style 0 is General."""
    own = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{escaped(code)}"/>' for n, code in enumerate(codes))
    used = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(codes)))
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{own}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{used}</cellXfs></styleSheet>'
    )


def escaped(text):
    """Write a text inside XML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def texts(*items):
    """Give the part of texts that cells share; each item is what stands between `<si>` and `</si>`."""
    return f'<sst xmlns="{MAIN}">' + "".join(f"<si>{item}</si>" for item in items) + "</sst>"


def sheet(*rows):
    """Give a worksheet of rows, as XML."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def parts(rows, **others):
    """Give the parts of a workbook of one sheet; others by their name: `styles`, `sharedStrings`, `workbook`."""
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": others.pop("workbook", workbook(("Sheet1", "visible"))),
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), *((kind, f"{kind}.xml") for kind in others)
        ),
        SHEET: sheet(*rows),
        **{f"xl/{kind}.xml": content for kind, content in others.items()},
    }


def packed(contents, method=zipfile.ZIP_DEFLATED):
    """Give the bytes of a workbook of these parts: names and contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def heading(*names):
    """Give a first row of texts."""
    cells = "".join(f'<c r="{chr(65 + n)}1" t="str"><v>{name}</v></c>' for n, name in enumerate(names))
    return f'<row r="1">{cells}</row>'
