"""The ten features and their default effects, as `sim features` prints them."""

import textwrap
from collections.abc import Iterator

import numpy as np

from sim.numbers.writing import input_value
from sim.scenario.evidence.features import feature_data
from sim.scenario.shapes.features import Feature

WIDTH = 80


def features_text() -> str:
    """Give every feature, what it may move by default, how far, the grade and the source of that."""
    data = feature_data()
    qualities = ", ".join(f"{name} {share * 100:g}%" for name, share in data.qualities.items())
    about = (
        "What a feature brings counts only where a scenario says feature_effects: at full adoption, as much of it as"
        f" the vendor's quality says ({qualities}, or a share). 'sim priors NAME' shows what an effect rests on."
    )
    return "\n".join([*textwrap.wrap(about, WIDTH), *(line for feature in Feature for line in _feature(feature))])


def _feature(feature: Feature) -> Iterator[str]:
    data = feature_data()
    yield ""
    entry = data.features[feature]
    yield f"{feature} - {entry.title}"
    yield from _wrapped(entry.why)
    for name, share in entry.moves.items():
        prior = data.prior(name)
        low, middle, high = (
            input_value(float(x) * share, prior.unit, "USD")
            for x in data.distribution(name).ppf(np.array([0.1, 0.5, 0.9]))
        )
        part = "" if share == 1 else f"{share * 100:g}% of "
        yield from _wrapped(
            f"moves effects.{name} by {part}the prior {prior.name}: P10 {low}, P50 {middle}, P90 {high}"
        )
        yield from _wrapped(prior.cited)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")
