"""Words beside a number that numbers are not read with: what they probably mean, so that an error can say so."""

import re

from sim.errors import suggestion
from sim.numbers.currencies import CODES
from sim.numbers.kinds import Kind
from sim.numbers.notation import Notation, plain

_SIZES = {
    12: "dozen dutzend",
    100: "hundred hundreds hundert",
    1e3: "千 t td k tsd tausend th thou thousand thousands tys tis tisíc mille mil mila duizend tusen tusind ribu rb"
    " тыс",
    1e4: "万 萬 만",
    1e5: "l lac lacs lakh lakhs",
    1e6: "m mm mn mio mill mln million millions millionen millón millones milhão milhões milione milioni miljoen miljon"
    " miljoner milion miliony milionów milyon juta jt млн",
    1e7: "c cr crore crores",
    1e8: "億 亿 억",
    1e9: "b bil bln bn md mrd mld billion billions milliard milliards milliarde milliarden miliard miliardy miljard"
    " miljarder miliardo miliardi milyar млрд",
}
SIZES = {word: size for size, words in _SIZES.items() for word in words.split()}
"""Words that make a number larger, in small letters and without a point behind them."""

_WORD = re.compile(r"(?<![^\W\d])[^\W\d_]+(?!\w)")
"""A word that no underscore ties to others, as in names."""

_DIGITS = re.compile(r"\d[\d.,]*")
_BESIDE = re.compile(r"[-+(]?\s*(?P<before>[^\W\d]+\.?)\s+\(?-?[.,]?\d.*|[^\w]*\d[\d.,]*\s*(?P<after>[^\W\d]+\.?)")


def unread_word(text: str, kind: Kind, currency: str, notation: Notation) -> str:
    """Say which word beside a number is not understood, and how to write what it means; empty if there is none.

    Example:
        >>> unread_word("3 lakh", Kind.COUNT, "INR", Notation())
        "cannot read '3 lakh': write 300k, not 'lakh'"
    """
    text = plain(text)
    if kind in (Kind.MONEY, Kind.COUNT, Kind.ANY) and (sized := _sized(text, notation)):
        return sized
    match = _BESIDE.fullmatch(text) if kind in (Kind.MONEY, Kind.ANY) else None
    return no_currency(text, match["before"] or match["after"], currency) if match else ""


def no_currency(text: str, word: str, currency: str) -> str:
    """Say that a word beside an amount is no currency, and what would be one."""
    near = suggestion(word.upper(), sorted(CODES)) if len(word) > 2 else ""
    return (
        f"cannot read '{text}': '{word}' is no currency"
        f"{near or f' (amounts are in {currency} here: write that, or no word)'}"
    )


def _sized(text: str, notation: Notation) -> str:
    word = next((word for word in _WORD.findall(text) if word.casefold() in SIZES), "")
    digits = _DIGITS.search(text)
    if not (word and digits):
        return ""
    readings = notation.readings(digits[0].rstrip(".,"))
    if len(readings) != 1:
        return f"cannot read '{text}': write k, M or bn, not '{word}'"
    return f"cannot read '{text}': write {notation.write(_short(readings[0] * SIZES[word.casefold()]))}, not '{word}'"


def _short(number: float) -> str:
    size, letter = next((pair for pair in ((1e9, "bn"), (1e6, "M"), (1e3, "k")) if number >= pair[0]), (1.0, ""))
    return f"{number / size:.12g}{letter}"
