"""Names and texts made safe for where they are shown: one function for each format, used by that format alone."""

import re
import unicodedata

from sim.numbers.writing import is_hidden, visible

_FORMULA = re.compile(r"""(^|[;|])(?=[\s"]*[-=+@＝＋－＠])""")
"""Where a cell begins with the sign of a formula, also if `;` or `|` is taken for the separator of cells."""

_MARKUP = re.compile(
    r"""
    [\\`*_{}\[\]#|~^@]      # emphasis, code, links, footnotes, cells, mentions
    | \$ (?!\d)             # formulas; an amount such as $5 opens none that could end
    | : (?=\S)              # addresses, :emoji:
    | (?<=www) [.]          # addresses
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ENTITY = re.compile("[&<>]")
_OUTER_SPACE = re.compile(r"^\s+|\s+$")
_BLOCK = re.compile(r"^(\d+(?=[.)](?:\s|$))|(?=[-+=:]))")
"""Where a backslash keeps the first sign of a line from beginning a list, a rule or a heading."""

_BEYOND_ASCII = re.compile(r"[^\n -~]")


def csv_cell(text: str) -> str:
    """Quote a text, and keep a spreadsheet from reading it as a formula, whichever separator it splits cells at."""
    safe = _FORMULA.sub(r"\1'", visible(text))
    return '"{}"'.format(safe.replace('"', '""'))


def markdown(text: str) -> str:
    """Escape what Markdown or HTML would read as markup inside a line."""
    safe = _ENTITY.sub(lambda found: _ENTITIES[found[0]], _MARKUP.sub(r"\\\g<0>", visible(text)))
    return _OUTER_SPACE.sub(lambda found: "".join(f"&#{ord(c)};" for c in found[0]), safe)


def markdown_line(text: str) -> str:
    """Escape the same, and what would be read as a list, a rule or a heading at the start of a line."""
    return _BLOCK.sub(r"\1\\", markdown(text))


def json_printable(text: str) -> str:
    r"""Escape in a JSON document what would move a terminal's cursor, or cannot be written as UTF-8; the same document.

    Example:
        >>> json_printable('["\x9b2J"]')
        '["\\u009b2J"]'
    """
    return text if text.isascii() and "\x7f" not in text else _BEYOND_ASCII.sub(_json_escape, text)


def _json_escape(found: re.Match[str]) -> str:
    if not is_hidden(found[0]):
        return found[0]
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n : n + 2].hex()}" for n in range(0, len(units), 2))


def slug(text: str) -> str:
    """Give a file name: lower-case ASCII letters and digits joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())[:60].rstrip("-") or "unnamed"


def slugs(names: list[str]) -> dict[str, str]:
    """Give each name a file name of its own."""
    names_by_text: dict[str, str] = {}
    for name in names:
        base = candidate = slug(name)
        number = 2
        while candidate in names_by_text.values():
            candidate, number = f"{base}-{number}", number + 1
        names_by_text[name] = candidate
    return names_by_text
