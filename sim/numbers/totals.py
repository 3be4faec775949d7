"""Rows that are sums of other rows: no observations, so they are left out, with a word about each."""

import math
import re
from collections.abc import Collection, Sequence

from sim.numbers.reading import looks_numeric

TOTALS = frozenset(
    word.strip().casefold()
    for word in """
    Total, Totals, Grand total, Grand totals, Overall total, Sum, Subtotal, Subtotals, Sub-total, Sub total
    Summe, Gesamt, Gesamtsumme, Gesamtergebnis, Ergebnis, Teilergebnis, Zwischensumme, Insgesamt
    Total général, Sous-total, Somme, Total general, Suma total, Suma, Total geral, Soma
    Totale, Totale complessivo, Subtotale, Somma, Totaal, Eindtotaal, Subtotaal
    Totalt, Totalsumma, Delsumma, Sum total, I alt, Hovedtotal, Yhteensä
    Razem, Ogółem, Suma końcowa, Suma częściowa, Celkem, Celkový součet, Spolu, Összesen, Végösszeg
    Jumlah, Total keseluruhan, Toplam, Genel Toplam, Итого, Всего, Общий итог, Разом, Σύνολο
    合計, 総計, 小計, 合计, 总计, 小计, 總計, 합계, 총합계, 소계, कुल, कुल योग, סה"כ, المجموع, الإجمالي
    """.replace("\n", ",").split(",")
    if word.strip()
)
"""What the first cell of a row of totals says, whatever its case and with or without a colon."""

FEWEST = 3
"""Numbers other than zero that a last row must be the sum of to count as their total."""

LEAST = 2
"""Digits that a sum must have at least, zeros in front aside: small numbers add up by chance."""

_AMOUNT = re.compile(
    r"(?:[^\w\s.,;:+%-]|[A-Z]{3}|[^\W\d]{1,3}\s)?\s*(-?\d[\d,]*(?:\.\d+)?)\s*(?:[^\w\s.,;:+%-]|[A-Z]{3})?"
)
_NO_DIGIT = re.compile(r"\D")
_SWAPPED = str.maketrans(".,", ",.")
_GROUPED = frozenset({"total", "subtotal", "ergebnis", "summe", "totaal", "totale", "totalt", "suma"})
"""What Excel's subtotals say behind the name of the group."""

_LAST_WORDS = _GROUPED | {word.rpartition(" ")[2] for word in TOTALS}
_ENDS = ":： ."


def totals(rows: Sequence[Sequence[str]], missing: Collection[str] = ("",)) -> tuple[int, ...]:
    """Give the places of the rows that are totals, among rows that are not empty; `missing` are no numbers.

    Named ones: the first cell that is neither empty nor a count says so, or it says `North Total` right below a row of
    `North`, as Excel's subtotals do. And the last row, if its first cell holds no date or number of its own, every
    number in it is the sum of those above it (percentages aside), and one of those sums is of at least three numbers
    and not small.

    Example:
        >>> totals([("May", "3"), ("June", "4"), ("Total:", "7")])
        (2,)
    """
    maybe = [place for place, row in enumerate(rows) if not row[0] or _may_name(row[0])]
    named = [place for place in maybe if _is_named(rows[place], rows[place - 1] if place else ())]
    left_out = set(named)
    others = [row for place, row in enumerate(rows) if place not in left_out]
    last = len(rows) - 1
    if others and last not in named and any(_is_sum(others, missing, decimal) for decimal in ".,"):
        return (*named, last)
    return tuple(named)


def _may_name(first: str) -> bool:
    """Whether a row may be a named one by its first cell: a number in it may be that of the line."""
    return first[0].isdigit() or _last_word(first) in _LAST_WORDS


def _last_word(label: str) -> str:
    return label.rstrip(_ENDS).casefold().rpartition(" ")[2]


def _is_named(row: Sequence[str], above: Sequence[str]) -> bool:
    place, label = next(((p, cell) for p, cell in enumerate(row) if cell and not cell.isdigit()), (0, row[0]))
    plain = label.rstrip(_ENDS).casefold()
    if plain in TOTALS:
        return True
    group, _, word = plain.rpartition(" ")
    return word in _GROUPED and place < len(above) and above[place].casefold() == group


def _is_sum(rows: Sequence[Sequence[str]], missing: Collection[str], decimal: str) -> bool:
    last = rows[-1]
    if not last or (_amount(last[0], decimal) is None and looks_numeric(last[0])):
        return False
    strong = False
    for place, cell in enumerate(last):
        if (total := _amount(cell, decimal)) is None:
            continue
        cells = [row[place] for row in rows[:-1] if place < len(row) and row[place]]
        others = [_amount(cell, decimal) for cell in cells if cell.lower() not in missing]
        numbers = [number for number in others if number is not None]
        if len(numbers) < len(others) or not math.isclose(total, math.fsum(numbers), rel_tol=1e-9):
            return False
        sure = len(_NO_DIGIT.sub("", cell).lstrip("0")) >= LEAST
        strong = strong or (sure and sum(number != 0 for number in numbers) >= FEWEST)
    return strong


def _amount(text: str, decimal: str) -> float | None:
    """Give the number that a cell holds, whatever its currency; nothing for percentages and texts."""
    if decimal == ",":
        text = text.translate(_SWAPPED)
    try:
        return float(text)
    except ValueError:
        match = _AMOUNT.fullmatch(text)
    return float(match[1].replace(",", "")) if match else None
