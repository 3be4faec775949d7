"""What rows of totals are called, and rows of averages, in the languages of spreadsheets."""

import re
from collections.abc import Callable

from sim.numbers.currencies import currencies_of


def _labels(text: str) -> frozenset[str]:
    return frozenset(plain_label(label) for label in text.replace("\n", ",").split(",") if label.strip())


def plain_label(text: str) -> str:
    """Give a label in small letters, without marks around its words.

    Example:
        >>> plain_label("** Grand-Total (EUR): **")
        'grand total eur'
    """
    return " ".join(_words(text))


def _words(text: str) -> list[str]:
    return text.casefold().translate(_MARKS).split()


_MARKS = str.maketrans(dict.fromkeys("*=-–—_#()[]<>|:：.,;/'", " "))

TOTALS = _labels("""
    Total, Totals, Grand total, Grand totals, Grand sum, Grand average, Grand count, Grand max, Grand min
    Overall total, Sum, Subtotal, Subtotals, Sub total, Total result, Grand result
    Summe, Gesamt, Gesamtsumme, Gesamtergebnis, Gesamtbetrag, Ergebnis, Teilergebnis, Zwischensumme, Insgesamt
    Total général, Totaux, Sous total, Somme, Total general, Suma total, Suma, Total geral, Soma
    Totale, Totale complessivo, Subtotale, Somma, Totaal, Eindtotaal, Subtotaal
    Totalt, Summa, Totalsumma, Delsumma, Sum total, I alt, Hovedtotal, Yhteensä, Yht
    Razem, Ogółem, Łącznie, Suma końcowa, Suma częściowa, Celkem, Celkový součet, Spolu, Összesen, Végösszeg
    Jumlah, Total keseluruhan, Toplam, Genel Toplam, Итого, Всего, Общий итог, Разом, Σύνολο, Σ, ∑
    合計, 総計, 小計, 合计, 总计, 小计, 總計, 합계, 총합계, 소계, कुल, कुल योग, סה"כ, المجموع, الإجمالي
""")

_PRECISELY = frozenset({"net", "gross", "netto", "brutto", "ht", "ttc", "excl", "incl", "vat", "usd", "eur"})
_YEAR = re.compile(r"(19|20)\d\d")
_MEANS = """
    Average, Avg, Mean, Mittelwert, Durchschnitt, Ø, Moyenne, Promedio, Média, Media, Gemiddelde, Średnia, Medelvärde
    Genomsnitt, Gennemsnit, Gjennomsnitt, Keskiarvo, Průměr, Priemer, Átlag, Rata rata, Ortalama, Среднее, 平均, 평균
"""
_SPREADS = "Std, Stdev, Std dev, StdDev, Standard deviation, Standardabweichung, Stabw, Écart type"
STATISTICS = {
    **dict.fromkeys(_labels(_MEANS), "mean of all"),
    "media": "mean",
    **dict.fromkeys(_labels("Median, Médiane, Mediana, Mediaan, Medián, Медиана"), "median"),
    **dict.fromkeys(
        _labels("Count, Number, Anzahl, Nombre, Recuento, Contagem, Conteggio, Aantal, Liczba, Antal"), "count"
    ),
    **dict.fromkeys(_labels("Min, Minimum, Mínimo, Minimo, Minimalwert"), "min"),
    **dict.fromkeys(_labels("Max, Maximum, Máximo, Massimo, Maximalwert"), "max"),
    **dict.fromkeys(_labels(_SPREADS), "spread"),
}
"""What rows of averages, counts and the like say they are; people and products may be called so too."""

_GROUPED = frozenset(
    label for label in (*TOTALS, *STATISTICS, "итог", "сумма", "集計", "汇总", "요약") if " " not in label
)
"""What subtotals say beside the name of the group."""

SAID_ALONE = frozenset({"mean of all", "median", "spread"})
"""What needs no proof below a table: nobody and nothing is called so."""

_WORDS = _GROUPED.union(*(label.split() for label in TOTALS))


def may_name_a_total(first: str) -> bool:
    """Whether a row may be a named total by its first cell, which may be the number of the line."""
    return first[:1].isdigit() or not _WORDS.isdisjoint(_words(first))


def names_a_total(label: str, group: Callable[[], str]) -> bool:
    """Whether a label is that of a total, or of the group's total; `group` gives the label above, where it is asked."""
    plain = plain_label(label)
    if plain in TOTALS:
        return True
    first, _, after = plain.partition(" ")
    before, _, last = plain.rpartition(" ")
    if first in TOTALS and (after in _PRECISELY or _YEAR.fullmatch(after) or currencies_of(after.upper())):
        return True
    of = [name for word, name in ((last, before), (first, after)) if word in _GROUPED and name]
    return bool(of) and plain_label(group()) in of
