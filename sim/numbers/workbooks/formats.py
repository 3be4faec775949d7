r"""Number formats of Excel, parsed: which unit a cell shows beside its number, and whether it is a date.

A format has up to four sections between semicolons, for numbers above zero, below zero, zero, and texts, or with
conditions of their own: ``[>=100000]0.0,"k";0``. A ``%`` shows a hundred times the number; a quoted or escaped one, as
in ``0"%"`` and ``0\%``, is a text, so that a cell that holds 12 shows 12% (ECMA-376, part 1, 18.8.31).
"""

import operator
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sim.numbers.currencies import currencies_of
from sim.numbers.reading import UNITS
from sim.numbers.rows import Held
from sim.numbers.words import SIZES

BUILTIN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)',
    7: '"$"#,##0.00_);("$"#,##0.00)',
    8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    **{
        number: code
        for numbers, code in (
            ((14, *range(27, 32), 36, *range(50, 55), 57, 58), "yyyy-mm-dd"),
            ((15,), "d-mmm-yy"),
            ((16,), "d-mmm"),
            ((17,), "mmm-yy"),
            ((18, 19, 20, 21, *range(32, 36), 55, 56), "h:mm:ss"),
            ((22,), "m/d/yy h:mm"),
        )
        for number in numbers
    },
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)',
    42: '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
    44: '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
}
"""Formats that a workbook names by number alone; 27 to 36 and 50 to 58 are dates and times of East Asia."""

MAX_CODE = 1_000
"""Characters of a format beyond which it counts as none; Excel takes 255."""

_TOKEN = re.compile(
    r"""(?P<general>general)
      | "(?P<quoted>[^"]*)"? | \\(?P<escaped>.) | [_*](?P<space>.)
      | \[\$(?P<sign>[^\]-]*)[^\]]*\] | \[(?P<elapsed>h+|m+|s+)\]
      | \[(?P<test><=|>=|<>|<|>|=)\s*(?P<limit>[-+]?\d+(\.\d*)?)\s*\] | \[[^\]]*\]
      | (?P<meridiem>am/pm|a/p)
      | (?P<digits>\.?[0#?][0#?.,]*(?:e[-+](?=[0#?]))?)
      | (?P<percent>%) | (?P<text>@) | (?P<end>;)
      | (?P<letters>[a-z]+) | (?P<other>.)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_DATE_LETTERS = re.compile(r"[ymdhs]+|a{3,4}|b{2,4}|g{1,3}e{0,2}|e{1,4}", re.IGNORECASE)
_SCALED = re.compile(r"[0#?](,+)(\.|$)")
_TESTS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_SIZED_SIGN = re.compile(
    r"(%)(.+)|(k|K|T|M|B|bn|Tsd\.?|Mio\.?|Mrd\.?|mln|mld|tys\.?|Cr\.?|lakh)([$€£¥₹]|EUR|USD|GBP|CHF)"
)
_PUNCTUATION = re.compile(r"[.,:;!?*'’\"\[\]–—−_]*")
_SAME = {"％": "%", "bps": "bp", "hrs": "hours"}
"""Units by the name that numbers are read with."""


@dataclass(frozen=True)
class Section:
    """What one section of a format shows beside the number."""

    test: tuple[str, float] | None = None
    """The condition of its own, if it has one: `(">=", 100.0)`."""
    date: bool = False
    elapsed: bool = False
    """Whether it shows hours, minutes or seconds beyond those of a day."""
    percent: bool = False
    scaled: int = 0
    """How many times it shows thousands of the number: 1 for thousands, 2 for millions."""
    digits: bool = False
    text: bool = False
    """Whether it is for texts."""
    inside: str = ""
    """What stands between its digits and makes another number of them for whoever reads them."""
    before: tuple[str, ...] = ()
    """The words in front of the digits, and signs of currencies."""
    after: tuple[str, ...] = ()

    @cached_property
    def sign(self) -> str:
        """The currency as numbers are written with it; empty if it shows none, or one that is not known."""
        return next((form for word in self.words for form in (word, word.rstrip(".")) if self._is_sign(form)), "")

    def _is_sign(self, word: str) -> bool:
        """Whether a word is a currency; a K behind the digits is a thousand."""
        return bool(currencies_of(word)) and not (word in UNITS and word in self.after)

    @cached_property
    def unit(self) -> str:
        """What the digits are counted in, or multiplied by, as numbers are written with it; empty if not known."""
        if self.percent or self.before[-1:] == ("%",):
            return "%"
        first = self.after[0].rstrip(".") if self.after and not self.scaled else ""
        first = _SAME.get(first, first)
        return first if first in UNITS else ""

    @property
    def words(self) -> tuple[str, ...]:
        """All words beside the digits."""
        return (*self.before, *self.after)

    @cached_property
    def beside(self) -> str:
        """The words that neither the sign nor the unit stands for, nor the thousands that the format leaves out."""
        return " ".join([*filter(None, [self.inside]), *(word for word in self.words if not self._is_known(word))])

    def _is_known(self, word: str) -> bool:
        """Whether the sign or the unit stands for a word; a currency may be shown twice, as `USD` and `$`."""
        if self.sign and currencies_of(self.sign) & currencies_of(word.rstrip(".")):
            return True
        if self.scaled and SIZES.get(word.rstrip(".").casefold()) == 1000**self.scaled:
            return True
        return not {self.sign, self.unit}.isdisjoint((word, word.rstrip("."), _SAME.get(word)))


@lru_cache(1024)
def sections(code: str) -> tuple[Section, ...]:
    """Take a format apart, into the sections for numbers.

    Example:
        >>> [section.sign for section in sections('[$€-407] #,##0;"CHF" -#,##0')]
        ['€', 'CHF']
    """
    found: list[Section] = []
    tokens: list[re.Match[str]] = []
    for match in _TOKEN.finditer(code[: MAX_CODE + 1]):
        if match["end"]:
            found.append(_section(tokens))
            tokens = []
        else:
            tokens.append(match)
    found.append(_section(tokens))
    usual = len(found) <= 4 and len(code) <= MAX_CODE
    numeric = tuple(section for section in found[:3] if not section.text)
    return numeric if usual and numeric else (Section(digits=True),)


def _section(tokens: list[re.Match[str]]) -> Section:
    tests = [(token["test"], float(token["limit"])) for token in tokens if token["test"]]
    digits = [place for place, token in enumerate(tokens) if token["digits"] or token["general"]]
    first, last = (digits[0], digits[-1]) if digits else (len(tokens), len(tokens))
    pattern = "".join(token["digits"] or "" for token in tokens)
    return Section(
        test=tests[0] if tests else None,
        date=any(map(_is_date, tokens)),
        elapsed=any(token["elapsed"] for token in tokens),
        percent=any(token["percent"] for token in tokens),
        scaled=len(match[1]) if (match := _SCALED.search(pattern)) else 0,
        digits=bool(digits),
        text=any(token["text"] for token in tokens),
        inside=_inside(tokens[first : last + 1]),
        before=_words(tokens[:first]),
        after=_words(tokens[last + 1 :]),
    )


def _inside(tokens: list[re.Match[str]]) -> str:
    """Give the literals between digits but for marks of groups: those with three digits or more behind them."""
    found = ""
    behind = 0
    for token in reversed(tokens):
        if token["digits"]:
            behind += sum(map(token["digits"].count, "0#?"))
        elif (literal := _literal(token)) and (literal.isalnum() or (literal in ".," and behind < 3)):
            found = literal + found
    return found


def _is_date(token: re.Match[str]) -> bool:
    letters = token["letters"]
    return bool(token["elapsed"] or token["meridiem"] or (letters and _DATE_LETTERS.fullmatch(letters)))


def _words(tokens: list[re.Match[str]]) -> tuple[str, ...]:
    """Give the words that literal characters make up, without brackets, signs and other punctuation around them."""
    written = "".join(_literal(token) for token in tokens)
    words = (word for word in re.split(r"[\s()+\-]+", written) if not _PUNCTUATION.fullmatch(word))
    return tuple(part for word in words for part in _size_and_sign(word))


def _size_and_sign(word: str) -> tuple[str, ...]:
    """Give `k€` as `k` and `€`, `%/a` as `%` and `/a`; any other word as it is, since `R$` is no dollar."""
    match = _SIZED_SIGN.fullmatch(word)
    return tuple(filter(None, match.groups())) if match else (word,)


def _literal(token: re.Match[str]) -> str:
    if token["sign"] is not None:
        return f" {token['sign']} "
    return token["quoted"] or token["escaped"] or token["letters"] or token["other"] or (" " if token["space"] else "")


def section_for(code: str, value: float) -> Section:
    """Give the section of a format that shows a number."""
    parts = sections(code)
    if len(parts) == 1:
        return parts[0]
    usual = (("<", 0.0) if place else (">", 0.0) if len(parts) > 2 else (">=", 0.0) for place in range(2))
    for part, otherwise in zip(parts[:-1], usual, strict=False):
        test, limit = part.test or otherwise
        if _TESTS[test](value, limit):
            return part
    return parts[-1]


def shown(code: str, value: float) -> Held:
    """Write a number with the unit that its format shows, to be read as numbers of a scenario file are.

    Example:
        >>> shown("0.0%", 0.12), shown('0"%"', 12.0), shown("[$€-407] #,##0.00", 1200.0)
        ('12%', '12%', '€1200')
    """
    section = section_for(code, value)
    if not section.digits:  # shows a dash or nothing in place of the number
        section = next((part for part in sections(code) if part.digits), Section())
    if section.percent:
        value = float(f"{value * 100:.15g}")
    gap, space = " " if len(section.sign) > 1 else "", " " if len(section.unit) > 2 else ""
    return Held(f"{section.sign}{gap}{plain(value)}{space}{section.unit}", section.beside)


def plain(value: float) -> str:
    """Write a number with its digits and a decimal point alone, if it has any."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
