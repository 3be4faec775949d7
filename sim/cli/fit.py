"""`sim fit`: which family a column looks like, as a table, as JSON and as YAML to paste."""

import textwrap
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.distributions.fitting.candidates import Bounds
from sim.distributions.fitting.fit import Fit, Ranking, assessed, rank
from sim.distributions.fitting.paste import yaml_of
from sim.errors import DataError
from sim.numbers.notation import Notation
from sim.numbers.observations import FEW, Observations, column_unit, observations
from sim.numbers.reading import Reading, read_number
from sim.numbers.tables import read_table, referring
from sim.numbers.writing import visible
from sim.report.formats.json import printed

WIDTH = 80


@dataclass(frozen=True)
class Fitted:
    """What `sim fit` found: the observations, the ranking with the best families tested, the bounds."""

    name: str
    """The column, as `from:` writes it."""
    seen: Observations
    remarks: tuple[str, ...]
    ranking: Ranking
    seed: int
    decimal: str | None = None
    """The mark before decimals, if it was stated."""
    keep: Collection[str] = ()
    """Rows that were kept although they are no observations."""

    @property
    def fits(self) -> tuple[Fit, ...]:
        """The families, best first."""
        return self.ranking.fits

    @property
    def nothing_fits(self) -> bool:
        """Whether every family that was tested is rejected at 5 %."""
        return all(fit.rejected for fit in self.fits if fit.replicates)

    def yaml(self, fit: Fit) -> str:
        """Write a fitted distribution as a scenario file does."""
        return yaml_of(fit.distribution, self.seen.unit, self.seen.mark)


def fit_column(
    path: Path,
    column: str,
    *,
    families: list[str],
    bounds: str | None,
    top: int,
    seed: int,
    decimal: str | None = None,
    keep: Collection[str] = (),
) -> Fitted:
    """Read a column, fit it, and test the best `top` families; `keep` as in `read_table`.

    Raises:
        DataError: the file, the column, a family or the bounds cannot be used.
    """
    wanted = referring(path.name, column)
    table = read_table(path, name=path.name, sheet=wanted.sheet, keep=keep, kept_by="--keep {}")
    cells = table.column(wanted.column)
    if decimal not in (None, ".", ","):
        raise DataError(f"'{decimal}' is no decimal mark (write --decimal . or --decimal ,)")
    reading = Reading(kind=column_unit(cells), notation=Notation.of(decimal), said_by="--decimal {}")
    seen = observations(cells, wanted.column, reading, foreign=True)
    within = _bounds(bounds, replace(reading, currency=seen.currency, kind=seen.unit))
    ranking = rank(seen.present, unit=seen.unit, bounds=within, families=families)
    fits = tuple(assessed(fit, bounds=within, seed=seed) if n < top else fit for n, fit in enumerate(ranking.fits))
    return Fitted(f"{path.name}#{column}", seen, table.remarks, Ranking(fits, ranking.refused), seed, decimal, keep)


def _bounds(text: str | None, reading: Reading) -> Bounds:
    if text is None:
        return None, None
    parts = [part.strip() for part in text.split(";" if ";" in text else ",")]
    if len(parts) != 2 or not any(parts):
        raise DataError(f"cannot read the bounds '{text}' (write 0%,100% or, for one of them, '0,')")
    try:
        low, high = (None if part == "" else read_number(part, reading) for part in parts)
    except ValueError as error:
        raise DataError(f"bounds '{text}': {error}") from None
    return low, high


def fit_text(fitted: Fitted, top: int) -> str:
    """Give the ranking as people read it, 80 columns wide."""
    n, families = len(fitted.seen.present), len(fitted.fits)
    shown = fitted.fits[:top]
    lines = [
        f"{visible(fitted.name)}: {n:,} observations, {families} {'families' if families > 1 else 'family'} fitted"
    ]
    lines += [f"  {remark}" for remark in (*fitted.remarks, *fitted.seen.remarks)]
    lines += ["", *_table(shown)]
    if families > len(shown):
        lines.append(f"and {families - len(shown)} more (--top {families} shows all)")
    lines += ["", *_explained(fitted, shown), *_refused(fitted), *_advice(fitted), "", "To paste, the best by AIC:"]
    return "\n".join(part for line in lines for part in _wrapped(line)) + f"\n  {fitted.yaml(fitted.fits[0])}"


def _table(fits: tuple[Fit, ...]) -> list[str]:
    head = f"{'Family':18}{'AIC':>10}{'BIC':>10}{'log-lik.':>10}{'KS':>7}{'p':>7}{'AD':>9}{'p':>7}"
    rows = [
        f"{fit.family:18}{fit.aic:>10.1f}{fit.bic:>10.1f}{fit.log_likelihood:>10.1f}"
        f"{fit.ks:>7.3f}{_p(fit.ks_p):>7}{_distance(fit.ad):>9}{_p(fit.ad_p):>7}"
        for fit in fits
    ]
    return [head, "─" * len(head), *rows]


def _distance(value: float) -> str:
    if value == float("inf"):
        return "n/a"
    return f"{value:.3f}" if value < 1000 else f"{value:.3g}"


def _p(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _explained(fitted: Fitted, shown: tuple[Fit, ...]) -> list[str]:
    replicates = shown[0].replicates
    return [
        "Lower AIC and BIC are better; two apart is little. KS and AD are the distances of Kolmogorov-Smirnov and"
        " Anderson-Darling between column and family. p is how often samples of the family itself, fitted the same"
        f" way, lie at least as far ({replicates} samples, seed {fitted.seed}); below 0.05 the family does not fit."
    ]


def _refused(fitted: Fitted) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for family, why in fitted.ranking.refused:
        reasons.setdefault(why, []).append(family)
    families = "; ".join(f"{', '.join(names)} ({why})" for why, names in reasons.items())
    return [f"Not fitted: {families}."] if families else []


def _advice(fitted: Fitted) -> list[str]:
    stated = f', decimal: "{fitted.decimal}"' if fitted.decimal else ""
    stated += "".join(f", {rows}: keep" for rows in sorted(fitted.keep))
    n, drawn = len(fitted.seen.present), f"  {{from: {visible(fitted.name)}{stated}}}"
    if fitted.nothing_fits:
        return ["", "No family fits (p below 0.05). Draw what was seen instead:", drawn]
    if n < FEW:
        return [
            "",
            f"{n} observations cannot tell these families apart, and say nothing of the tails. Widen the range by"
            " judgement, or draw what was seen:",
            drawn,
        ]
    return []


def _wrapped(line: str) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]


def fit_json(fitted: Fitted, top: int) -> str:
    """Give the ranking as one JSON document."""
    document = {
        "schema_version": 1,
        "column": fitted.name,
        "observations": len(fitted.seen.present),
        "missing_rows": list(fitted.seen.missing),
        "remarks": [*fitted.remarks, *fitted.seen.remarks],
        "unit": fitted.seen.unit.name.lower(),
        "seed": fitted.seed,
        "nothing_fits": fitted.nothing_fits,
        "fits": [_document(fitted, fit) for fit in fitted.fits[:top]],
        "not_fitted": dict(fitted.ranking.refused),
    }
    return printed(document, indent=2)


def _document(fitted: Fitted, fit: Fit) -> dict[str, Any]:
    return {
        "family": fit.family,
        "parameters": fit.distribution.model_dump(by_alias=True, exclude_none=True, exclude={"dist"}),
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic,
        "bic": fit.bic,
        "ks": {"statistic": fit.ks, "p": fit.ks_p},
        "ad": {"statistic": fit.ad if fit.ad < float("inf") else None, "p": fit.ad_p},
        "replicates": fit.replicates,
        "yaml": fitted.yaml(fit),
    }
