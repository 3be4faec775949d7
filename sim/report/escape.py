"""Names and texts made safe for where they are shown."""

import unicodedata

from sim.numbers.writing import visible


def csv_cell(text: str) -> str:
    """Keep a text from being read as a formula by a spreadsheet."""
    safe = visible(text)
    return f"'{safe}" if safe[:1] in ("=", "+", "-", "@") else safe


def markdown(text: str) -> str:
    """Escape what Markdown or HTML would read as markup."""
    safe = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{c}" if c in r"\`*_{}[]#|~" else c for c in safe)


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
