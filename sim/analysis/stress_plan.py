"""What a stress asks for: inputs held to a band of their percentiles, set to a value, or given another law."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from sim.distributions import Bernoulli, Distribution, is_distribution, read_distribution
from sim.errors import UsageError, suggestion
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, read_number
from sim.numbers.writing import input_value
from sim.sampling.draws import Input

HOW = "write 40%, p0..p20, below p20, above p80, yes or no for an event, or a law such as {dist: pert, ...}"

_BAND = re.compile(r"p(?P<low>\d+(?:\.\d+)?)\s*\.\.\s*p(?P<high>\d+(?:\.\d+)?)", re.IGNORECASE)
_END = re.compile(r"(?P<side>below|above)\s+p(?P<at>\d+(?:\.\d+)?)", re.IGNORECASE)
_HAPPENS = {"yes": 1.0, "no": 0.0}


@dataclass(frozen=True)
class Band:
    """Probabilities between which an input's quantile stays, 0 to 1."""

    low: float
    high: float

    @property
    def is_whole(self) -> bool:
        """Whether it leaves the input as it is."""
        return (self.low, self.high) == (0, 1)


Wanted = Band | float | Distribution
"""What becomes of an input: held to a band, set to a value, or drawn from another law at the same quantiles."""

Asked = Mapping[str, object]
"""What becomes of inputs by what people call them: a number, a text, a law as in a file, or a distribution."""


@dataclass(frozen=True)
class Plan:
    """One stress: its name, and what becomes of each input by key."""

    name: str
    changes: Mapping[str, Wanted]


@dataclass(frozen=True)
class Known:
    """What there is to stress: the inputs by key, the vendors, and the currency of amounts."""

    inputs: Mapping[str, Input]
    vendors: Sequence[str]
    currency: str

    def plans(self, stresses: Mapping[str, Asked]) -> list[Plan]:
        """Read some stresses.

        Raises:
            UsageError: one asks for nothing, for what nobody knows, or for what cannot be.
        """
        if not stresses:
            raise UsageError("no stress is given (write {'Weak rollout': {'adoption': 'below p20'}})")
        return [self._plan(name, asked) for name, asked in stresses.items()]

    def _plan(self, name: str, asked: Asked) -> Plan:
        if not isinstance(asked, Mapping) or not asked:
            raise UsageError(f"stress '{name}': it changes nothing (name an input, such as 'adoption': 'below p20')")
        changes: dict[str, Wanted] = {}
        for called, what in asked.items():
            for drawn in self.called(called, name):
                if drawn.key in changes:
                    raise UsageError(f"stress '{name}': '{called}' is changed twice (keep one)")
                changes[drawn.key] = self._wanted(what, drawn, f"stress '{name}', {called}")
        return Plan(name, changes)

    def called(self, text: str, stress: str) -> list[Input]:
        """Give the inputs that a text means: by name or title, by key, or by the end of a name; of one vendor or all.

        What vendors share and some of them override is one name: all of it is meant.

        Raises:
            UsageError: there is none, or it means several.
        """
        name, owner = self._of_vendor(text.strip())
        among = [drawn for drawn in self.inputs.values() if owner in ("", drawn.owner)]
        found = [i for i in among if name.lower() in (i.name.lower(), i.title.lower())]
        found = found or [i for i in among if name == i.key]
        found = found or [i for i in among if name.lower().replace(" ", "_") == i.name.lower().rpartition(".")[2]]
        if not found:
            raise UsageError(f"stress '{stress}': {self._unknown(name, owner)}")
        if len(several := list(dict.fromkeys(drawn.name for drawn in found))) > 1:
            raise UsageError(f"stress '{stress}': '{text}' may be {' or '.join(several)} (write one of them)")
        return found

    def _of_vendor(self, text: str) -> tuple[str, str]:
        """Take a vendor off the end of a text, `overrun of Acme`."""
        owner = next((vendor for vendor in self.vendors if text.lower().endswith(f" of {vendor.lower()}")), "")
        return (text[: -len(f" of {owner}")], owner) if owner else (text, "")

    def _unknown(self, name: str, owner: str) -> str:
        if owner:
            own = [drawn.title for drawn in self.inputs.values() if drawn.owner == owner]
            return f"{owner} has no uncertain '{name}' of its own{suggestion(name, own)}"
        names = {drawn.title: None for drawn in self.inputs.values()} | {
            drawn.name: None for drawn in self.inputs.values()
        }
        hint = suggestion(name, names) or " (`sim inputs FILE` lists them)"
        return f"no vendor has an uncertain input called '{name}'{hint}"

    def _wanted(self, what: object, drawn: Input, where: str) -> Wanted:
        try:
            return self._read(what, drawn)
        except ValidationError as error:
            raise UsageError(f"{where}: {_first(error)}") from None
        except ValueError as error:
            raise UsageError(f"{where}: {error}") from None

    def _read(self, what: object, drawn: Input) -> Wanted:
        if isinstance(what, Distribution):
            return self._law(what, drawn)
        if isinstance(what, dict) and is_distribution(what):
            return self._law(read_distribution(what, Reading(self.currency, drawn.unit, said_by="")), drawn)
        if isinstance(what, str) and (band := band_in(what)):
            return band
        if isinstance(drawn.distribution, Bernoulli):
            if what is True or what is False:
                return float(what)
            if not isinstance(what, str) or what.lower() not in _HAPPENS:
                raise ValueError("it happens or does not (write yes or no, or {dist: bernoulli, p: 30%})")
            return _HAPPENS[what.lower()]
        value = _number(what, Reading(self.currency, drawn.unit, said_by=""))
        self._check(value, value, drawn)
        return value

    def _law(self, law: Distribution, drawn: Input) -> Distribution:
        if isinstance(drawn.distribution, Bernoulli) and not isinstance(law, Bernoulli):
            raise ValueError("it happens or does not (write yes or no, or {dist: bernoulli, p: 30%})")
        self._check(*law.reach, drawn)
        return law

    def _check(self, low: float, high: float, drawn: Input) -> None:
        """Make sure that numbers stay within the bounds of an input."""
        lowest, highest = drawn.bounds
        if (lowest is None or low >= lowest) and (highest is None or high <= highest):
            return
        least, most = (None if end is None else input_value(end, drawn.unit, self.currency) for end in drawn.bounds)
        within = f"at most {most}" if least is None else f"at least {least}" if most is None else f"{least} to {most}"
        beyond = low if lowest is not None and low < lowest else high
        raise ValueError(f"{input_value(beyond, drawn.unit, self.currency)} is out of its bounds (must be {within})")


def band_in(text: str) -> Band | None:
    """Give the band of percentiles that a text means; None if it means none.

    Raises:
        ValueError: it is empty, or no percentiles are.

    Example:
        >>> band_in("p0..p20"), band_in("above p90"), band_in("40%")
        (Band(low=0.0, high=0.2), Band(low=0.9, high=1.0), None)
    """
    band, end = _BAND.fullmatch(text.strip()), _END.fullmatch(text.strip())
    if band:
        low, high = float(band["low"]), float(band["high"])
    elif end:
        low, high = (0.0, float(end["at"])) if end["side"].lower() == "below" else (float(end["at"]), 100.0)
    else:
        return None
    if high > 100:
        raise ValueError(f"'{text}' goes beyond p100, the highest percentile")
    if low >= high:
        raise ValueError(f"the band '{text}' is empty (write the lower percentile first, such as p0..p20)")
    return Band(low / 100, high / 100)


def _number(what: object, reading: Reading) -> float:
    """Read a number, and say what else may stand there."""
    if not isinstance(what, int | float | str) or isinstance(what, bool):
        raise ValueError(f"cannot read {what!r} ({HOW})")
    try:
        return read_number(what, reading)
    except ValueError as error:
        more = "" if any(map(str.isdigit, str(what))) else f"; {HOW}"
        raise ValueError(f"{error}{more}") from None


def _first(error: ValidationError) -> str:
    """Give the first thing that is wrong with a law."""
    wrong = error.errors()[0]
    place = ".".join(str(step) for step in wrong["loc"])
    return f"{place + ': ' if place else ''}{wrong['msg'].removeprefix('Value error, ')}"


def in_words(wanted: Wanted, drawn: Input, currency: str) -> str:
    """Say what becomes of an input: `adoption in its lowest 20% (up to 43%)`."""
    if isinstance(wanted, Band):
        return f"{drawn.title} {_band_in_words(wanted, drawn, currency)}"
    if isinstance(wanted, Distribution):
        if isinstance(wanted, Bernoulli):
            return f"{drawn.title} happens with {input_value(wanted.p, Kind.RATE, currency)}"
        low, high = (input_value(end, drawn.unit, currency) for end in wanted.swing)
        return f"{drawn.title} {wanted.model_dump()['dist']}, P10 {low} to P90 {high}"
    if isinstance(drawn.distribution, Bernoulli):
        return f"{drawn.title} {'happens' if wanted else 'does not happen'}"
    return f"{drawn.title} = {input_value(wanted, drawn.unit, currency)}"


def _band_in_words(band: Band, drawn: Input, currency: str) -> str:
    low, high = (input_value(end, drawn.unit, currency) for end in _ends(band, drawn.distribution))
    if band.is_whole:
        return "as it is"
    if band.low == 0:
        return f"in its lowest {band.high * 100:.4g}% (up to {high})"
    if band.high == 1:
        return f"in its highest {(1 - band.low) * 100:.4g}% (from {low})"
    return f"from its P{band.low * 100:.4g} to its P{band.high * 100:.4g} ({low} to {high})"


def _ends(band: Band, law: Distribution) -> Iterable[float]:
    import numpy as np

    from sim.sampling.streams import EDGES

    return (float(x) for x in law.ppf(np.clip(np.array([band.low, band.high]), *EDGES)))
