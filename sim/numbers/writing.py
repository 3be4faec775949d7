"""Numbers and texts as people read them: amounts, rates, months, their standard errors; nothing that hides."""

import math
import re
import unicodedata

from sim.numbers.currencies import CURRENCY_SIGNS
from sim.numbers.kinds import Kind

PREFERRED_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
assert all(code in CURRENCY_SIGNS[sign] for code, sign in PREFERRED_SIGNS.items())

_STEPS = ((1e9, "bn"), (1e6, "M"), (1e3, "k"))
LARGE = 10_000
"""Amounts from here on are written with k, M or bn."""


def money(value: float, currency: str) -> str:
    """Write an amount: with cents below 100, in whole units below 10,000, with three digits and k, M or bn above.

    None has three decimals, which half of Europe reads as thousands.

    Example:
        >>> [money(amount, "EUR") for amount in (75, 3319.4, 18_400, -1234567, 2.5e12)]
        ['€75.00', '€3,319', '€18.4k', '-€1.23M', '€2,500bn']
    """
    size = abs(value)
    digits = _scaled(size) if round(size) >= LARGE else f"{size:,.0f}" if round(size, 2) >= 100 else f"{size:.2f}"
    return f"{'-' if value < 0 and digits != '0.00' else ''}{sign_of(currency)}{digits}"


def sign_of(currency: str) -> str:
    """Give what stands in front of an amount: `$`, `CHF `."""
    return PREFERRED_SIGNS.get(currency, f"{currency} ")


def _scaled(size: float) -> str:
    """Write a number from 10,000 on with three digits."""
    size = float(f"{size:.3g}")
    step, suffix = next((s, x) for s, x in _STEPS if size >= s)
    return f"{size / step:,.{_places(size / step)}f}{suffix}"


def plain_number(value: float) -> str:
    """Write a number that has no unit, with three digits, four from 10 on; none has three decimals behind a digit.

    Example:
        >>> [plain_number(number) for number in (0.125, 1.6714, 23.456, 3319.4, 12345.6)]
        ['0.125', '1.67', '23.46', '3,319', '12,346']
    """
    return f"{value:,.0f}" if abs(value) >= 999.95 else f"{value:.4g}" if abs(value) >= 10 else f"{value:.3g}"


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
            return plain_number(value)


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
    return 2 if size < 10 else 1 if size < 100 else 0


def rate(value: float) -> str:
    """Write a rate as a percentage with one decimal, none from 1,000 % on."""
    text = f"{value * 100:,.1f}%" if abs(value) < 10 else f"{value * 100:,.0f}%"
    return text.lstrip("-") if not float(text[:-1].replace(",", "")) else text


def months(value: float) -> str:
    """Write a month, with a tenth where it is no whole one; `inf` is never."""
    return "never" if value == float("inf") else f"{round(value, 1):g}"


def short_money(value: float, currency: str) -> str:
    """Write a small amount, such as a standard error, with two digits; nothing of it below a cent is left.

    Example:
        >>> [short_money(amount, "USD") for amount in (0, 3e-15, 0.5, 79.4, 693.2, 1540)]
        ['$0', '$0', '$0.5', '$79', '$693', '$1.5k']
    """
    size = float(f"{value:.2g}") if value >= 0.005 else 0.0
    step, suffix = next(((s, x) for s, x in _STEPS if size >= s), (1.0, ""))
    digits = f"{size / step:.2g}" if size / step < 100 else f"{value / step:.0f}"
    return f"{sign_of(currency)}{digits}{suffix}"


def points(se: float) -> str:
    """Write the standard error of a share or rate in percentage points."""
    if 0 < se < 1e-5:
        return "±<0.001"
    return f"±{se * 100:.2g}" if se * 100 < 99.5 else f"±{se * 100:.0f}"


def input_value(value: float, unit: Kind, currency: str) -> str:
    """Write an input's value in its own unit, with up to four digits.

    Example:
        >>> input_value(0.125, Kind.RATE, "USD"), input_value(18_000, Kind.MONEY, "USD"), input_value(6.5, Kind.ANY, "")
        ('12.5%', '$18k', '6.5')
    """
    if unit is Kind.RATE:
        return f"{value * 100:.3g}%" if abs(value) < 9.995 else f"{value * 100:,.0f}%"
    size = abs(value)
    digits = _trimmed(_scaled(size)) if round(size) >= LARGE else plain_number(size)
    return f"{'-' if value < 0 else ''}{sign_of(currency) if unit is Kind.MONEY else ''}{digits}"


def _trimmed(digits: str) -> str:
    """Give a number with k, M or bn without zeros behind its point."""
    return re.sub(r"\.?0+(?=[a-zA-Z])", "", digits) if "." in digits else digits


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
