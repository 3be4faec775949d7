"""What the arguments of the command line mean, beyond what typer reads."""

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import UsageError
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, read_number

if TYPE_CHECKING:
    from sim.analysis.rules import Rule

PREFIXES = "KMGT"
MEMORY = re.compile(rf"(\d{{1,9}}(?:\.\d{{1,9}})?) ?([{PREFIXES}])(i)?B", re.IGNORECASE)


def asked_vendors(vendor: str | None, results: Collection[str]) -> list[str]:
    """Give the vendor asked for, or all of them."""
    return list(results) if vendor is None else [known_vendor(vendor, results)]


def plain_lines(text: str) -> str:
    """Give a text for a terminal: plain line ends, none at the end."""
    return text.replace("\r\n", "\n").rstrip("\n")


def months_of(text: str) -> list[int]:
    """Read months of delay, such as 1,2,3.

    Raises:
        UsageError: not whole months from 1 to 600.
    """
    try:
        later = sorted({int(part) for part in text.split(",")})
    except ValueError:
        raise UsageError(f"cannot read the months '{text}' (write 1,2,3)") from None
    if not 1 <= later[0] <= later[-1] <= 600:
        raise UsageError(f"a delay of {text} months (give whole months from 1 to 600)")
    return later


def amount_of(text: str, currency: str) -> float:
    """Read an amount of money, such as 200k or $1.5M.

    Raises:
        UsageError: it is none, or in another currency.
    """
    return _number(text, Kind.MONEY, currency, "amount")


def share_of(text: str, what: str) -> float:
    """Read a share, such as 15%.

    Raises:
        UsageError: it is none.
    """
    return _number(text, Kind.RATE, "USD", what)


def _number(text: str, kind: Kind, currency: str, what: str) -> float:
    try:
        return read_number(text.strip(), Reading(kind=kind, currency=currency, said_by=""))
    except ValueError as error:
        raise UsageError(f"cannot read the {what} '{text}': {error}") from None


def percentiles_of(text: str) -> tuple[float, ...]:
    """Read percentiles, such as 5,50,95.

    Raises:
        UsageError: not numbers.
    """
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"cannot read the percentiles '{text}' (write 5,10,50,90,95)") from None


def points_of(text: str) -> tuple[float, ...]:
    """Read percentiles of inputs, such as 5,95 or P5,P95; none of an empty text.

    Raises:
        UsageError: not numbers.
    """
    return percentiles_of(re.sub("[pP]", "", text)) if text.strip() else ()


def memory_of(text: str) -> int:
    """Read an amount of memory, such as 500MB, 1.5GB or 2GiB, as bytes.

    Raises:
        UsageError: it is none, or has no unit.
    """
    match = MEMORY.fullmatch(text.strip())
    if not match:
        raise UsageError(f"cannot read the memory '{text}' (write 500MB, 2GB or 1GiB)")
    number, prefix, binary = match.groups()
    return int(float(number) * (1024 if binary else 1000) ** (1 + PREFIXES.index(prefix.upper())))


def rules_of(texts: Sequence[str]) -> "tuple[Rule, ...]":
    """Read rules, such as 'p(npv > 0) < 0.6'.

    Raises:
        UsageError: one is none.
    """
    from sim.analysis.rules import parse_rule

    return tuple(map(parse_rule, texts))


def known_vendor(vendor: str, vendors: Collection[str]) -> str:
    """Give the vendor's name back.

    Raises:
        UsageError: no vendor is called so.
    """
    from sim.errors import suggestion

    if vendor not in vendors:
        raise UsageError(f"no vendor is called '{vendor}'{suggestion(vendor, vendors)}")
    return vendor


def check_chart(chart: Path, force: bool) -> None:
    """Make sure that a chart can be written.

    Raises:
        UsageError: its suffix is not that of a chart.
        ReportError: the file exists and is not to be replaced.
    """
    from sim.study.folder import check_new

    if chart.suffix not in (".png", ".svg"):
        raise UsageError(f"{chart} is neither .png nor .svg")
    check_new(chart, force=force)
