"""Numbers and texts as people read them: amounts, rates, months, their standard errors; nothing that hides."""

import math
import re
import unicodedata

from sim.numbers.currencies import CURRENCY_SIGNS
from sim.numbers.kinds import Kind

PREFERRED_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
assert all(code in CURRENCY_SIGNS[sign] for code, sign in PREFERRED_SIGNS.items())

_STEPS = ((1e9, "bn"), (1e6, "M"), (1e3, "k"))


def money(value: float, currency: str) -> str:
    """Write an amount with three to four digits.

    Example:
        >>> money(-1234567, "USD"), money(75, "EUR"), money(18_400, "CHF")
        ('-$1.235M', '€75.00', 'CHF 18.40k')
    """
    sign = PREFERRED_SIGNS.get(currency, f"{currency} ")
    size = float(f"{abs(value):.4g}")
    step, suffix = next(((s, x) for s, x in _STEPS if size >= s), (1.0, ""))
    digits = f"{size / step:.0f}" if size / step >= 1000 else f"{size / step:.{_places(size / step)}f}"
    return f"{'-' if value < 0 and float(digits) else ''}{sign}{digits}{suffix}"


def figure(value: float, kind: Kind, currency: str) -> str:
    """Write a result in its unit; one that does not exist is an n/a."""
    if math.isnan(value):
        return "n/a"
    match kind:
        case Kind.MONTHS:
            return months(value)
        case Kind.RATE:
            return rate(value)
        case Kind.MONEY:
            return money(value, currency)
        case _:
            return f"{value:,.4g}"


def error(se: float, kind: Kind, currency: str) -> str:
    """Write the standard error of a result, with a plus-minus sign; nothing where there is none."""
    if math.isnan(se):
        return ""
    match kind:
        case Kind.RATE:
            return points(se)
        case Kind.MONEY:
            return f"±{short_money(se, currency)}"
        case _:
            return f"±{se:.2g}"


def accounting(value: float) -> str:
    """Write an amount in whole units of the currency as an account does, in brackets below zero.

    Example:
        >>> accounting(1606511.4), accounting(-53150.0), accounting(-0.2)
        ('1,606,511', '(53,150)', '0')
    """
    text = f"{abs(value):,.0f}"
    return f"({text})" if value < 0 and text != "0" else text


def _places(size: float) -> int:
    return 3 if size < 10 and size else 2 if size < 100 else 1


def rate(value: float) -> str:
    """Write a rate as a percentage with one decimal, none from 1,000 % on."""
    text = f"{value * 100:,.1f}%" if abs(value) < 10 else f"{value * 100:,.0f}%"
    return text.lstrip("-") if not float(text[:-1].replace(",", "")) else text


def months(value: float) -> str:
    """Write a month, with a tenth where it is no whole one; `inf` is never."""
    return "never" if value == float("inf") else f"{round(value, 1):g}"


def short_money(value: float, currency: str) -> str:
    """Write a small amount, such as a standard error, with two digits."""
    sign = PREFERRED_SIGNS.get(currency, f"{currency} ")
    size = float(f"{value:.2g}")
    step, suffix = next(((s, x) for s, x in _STEPS if size >= s), (1.0, ""))
    return f"{sign}{size / step:.2g}{suffix}" if size / step < 100 else f"{sign}{value / step:.0f}{suffix}"


def points(se: float) -> str:
    """Write the standard error of a share or rate in percentage points."""
    if 0 < se < 1e-5:
        return "±<0.001"
    return f"±{se * 100:.2g}" if se * 100 < 99.5 else f"±{se * 100:.0f}"


def input_value(value: float, unit: Kind, currency: str) -> str:
    """Write an input's value in its own unit, with up to four digits."""
    if unit is Kind.RATE:
        return f"{value * 100:.3g}%" if abs(value) < 9.995 else f"{value * 100:,.0f}%"
    size = float(f"{abs(value):.4g}")
    step, suffix = next(((s, x) for s, x in _STEPS if size >= max(s, 1e4)), (1.0, ""))
    digits = f"{size / step:.4g}{suffix}"
    sign = f"{PREFERRED_SIGNS.get(currency, f'{currency} ')}" if unit is Kind.MONEY else ""
    return f"{'-' if value < 0 else ''}{sign}{digits}"


def visible(text: str) -> str:
    r"""Make control, direction-changing and line-breaking characters visible, so that a name cannot move the cursor.

    Example:
        >>> visible("Acme\x1b[2J")
        'Acme\\x1b[2J'
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNUSUAL.sub(lambda found: ascii(found[0])[1:-1] if is_hidden(found[0]) else found[0], text)


_UNUSUAL = re.compile("[^ -~]")
NAME, PROSE = 200, 2000
"""Most characters of a name and of a sentence on a terminal; files hold them whole."""


def clipped(text: str, most: int) -> str:
    """Give the visible form of a text for a terminal, cut where it is longer than `most` characters."""
    shown = visible(text[: most + 1])
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def is_hidden(character: str) -> bool:
    """Whether a character is no letter, mark, sign or space, but moves, turns or hides what stands around it."""
    category = unicodedata.category(character)
    return category[0] == "C" or category in ("Zl", "Zp")
