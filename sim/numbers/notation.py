"""Which mark a number's decimals stand behind, and which marks group its thousands.

``1.850`` is 1.85 to some and 1,850 to others. A text is read where it has one reading by itself, as ``1.234,50``,
``12,5`` and ``1,234,567`` have, or where its file says how it writes numbers; else both readings are told.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

NEUTRAL = " '_"
"""Marks that can only group: a space, an apostrophe, an underscore."""

_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2212": "-"})
_GROUPS = r"[1-9]\d{{0,2}}(?:{0}\d{{3}})+"
_INDIAN = r"[1-9]\d?(?:,\d\d)+,\d{3}"
"""Thousands, and above them hundreds of thousands: 12,34,567."""

_LIKE_A_DATE = re.compile(r"0\d+[.,]")
"""No number is written so: 01.2024 is a month."""

_NO_CENTS = re.compile(r"(?<=\d)(?P<mark>[.,])(?:--?|–|—)(?=[^\d-]*$)")
_THREE_DECIMALS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}\.\d{3}(?![\d.,])")


def plain(text: str) -> str:
    """Give a text with every space, apostrophe and minus that typesetters know as the one on a keyboard.

    A dash behind a decimal mark, as in Swiss prices, stands for no cents: it is no minus.

    Example:
        >>> plain("18’000.–"), plain("1.500,- €"), plain("1500-")
        ("18'000.00", '1.500,00 €', '1500-')
    """
    text = text.strip() if text.isascii() else text.translate(_PLAIN).strip()
    return _NO_CENTS.sub(r"\g<mark>00", text) if _NO_CENTS.search(text) else text


@dataclass(frozen=True)
class Notation:
    """The decimal mark of a file or a column and the mark of its groups; both empty where nothing says it."""

    decimal: str = ""
    group: str = ""

    @classmethod
    def of(cls, decimal: str | None, group: str | None = None) -> Self:
        """Give the notation that is stated by one mark or both.

        Example:
            >>> Notation.of(","), Notation.of(None, "'")
            (Notation(decimal=',', group='.'), Notation(decimal='.', group="'"))
        """
        if decimal is None and group is None:
            return cls()
        decimal = decimal or ("," if group == "." else ".")
        return cls(decimal, group or ("." if decimal == "," else ","))

    def readings(self, digits: str) -> tuple[float, ...]:
        """Give every number that digits with their marks may mean: none, one, or two of which the first has the point.

        Example:
            >>> Notation().readings("1.850"), Notation().readings("1.234,50"), Notation(",", ".").readings("1.850")
            ((1.85, 1850.0), (1234.5,), (1850.0,))
        """
        if _LIKE_A_DATE.match(digits):
            return ()
        if digits.isdecimal() or (self.decimal == "." and digits.replace(".", "", 1).isdecimal()):
            return (float(digits),)
        pairs = ((self.decimal, self.group),) if self.decimal else ((".", ","), (",", "."))
        return tuple(dict.fromkeys(n for marks in pairs if (n := _reading(digits, *marks)) is not None))

    def write(self, text: str) -> str:
        """Give the text of a number with a decimal point as the file writes it, so that it has one reading.

        Example:
            >>> Notation().write("USD 1.125"), Notation(",", ".").write("12.5%")
            ('USD 1.1250', '12,5%')
        """
        return text.replace(".", self.decimal) if self.decimal else _THREE_DECIMALS.sub(r"\g<0>0", text)

    @property
    def words(self) -> str:
        """What it is in words: 'a decimal comma'."""
        return "a decimal comma" if self.decimal == "," else "a decimal point"


def _reading(digits: str, decimal: str, group: str) -> float | None:
    match = _layout(decimal, group).fullmatch(digits)
    if match is None:
        return None
    whole = "".join(filter(str.isdigit, match["whole"] or "0"))
    return float(f"{whole}.{match['part'] or match['tail'] or '0'}{match['power'] or ''}")


@lru_cache
def _layout(decimal: str, group: str) -> re.Pattern[str]:
    """Give the pattern of numbers with these marks; one number has groups of one mark."""
    point = re.escape(decimal)
    groups = [_GROUPS.format(re.escape(mark)) for mark in dict.fromkeys(group + NEUTRAL)]
    grouped = "|".join([*groups, _INDIAN] if group == "," else groups)
    ended = "*" if decimal == "." else "+"  # 5. is a number, while a comma behind one is punctuation
    return re.compile(
        rf"(?:(?P<whole>\d+|{grouped})(?:{point}(?P<part>\d{ended}))?|{point}(?P<tail>\d+))(?P<power>[eE][-+]?\d+)?"
    )


class Written(float):
    """A number of a file that remembers how it is written there.

    Example:
        >>> Written("1.850"), Written("1.850").text
        (1.85, '1.850')
    """

    text: str

    def __new__(cls, text: str) -> Self:
        """Read the text of a number with a decimal point."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override]
        """Give what a copy is made of."""
        return (self.text,)
