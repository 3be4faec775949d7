"""The ten features and their default effects, as `sim features` prints them."""

import textwrap
from collections.abc import Iterator

import numpy as np

from sim.formats import input_value
from sim.scenario.feature_data import feature_data
from sim.scenario.features import Feature

WIDTH = 80


def features_text() -> str:
    """Give every feature, what it may move by default, how far, the grade and the source of that."""
    data = feature_data()
    qualities = ", ".join(f"{name} {share * 100:g}%" for name, share in data.qualities.items())
    about = (
        f"What a feature brings counts only where a scenario says feature_effects; effects hold at full adoption, in"
        f" the quality a vendor has ({qualities} of the effect, or a share). Grades: A official, peer-reviewed or"
        f" primary data; B analyst or large survey; C vendor or consultant; D no source named; none: an assumption."
        f" As of {data.as_of}."
    )
    return "\n".join([*textwrap.wrap(about, WIDTH), *(line for feature in Feature for line in _feature(feature))])


def _feature(feature: Feature) -> Iterator[str]:
    data = feature_data()
    yield ""
    yield f"{feature} - {data.titles[feature]}"
    for name, share in data.moves[feature].items():
        lever = data.levers[name]
        low, middle, high = (
            input_value(float(x) * share, lever.expects.kind, "USD") for x in lever.law.ppf(np.array([0.1, 0.5, 0.9]))
        )
        part = "" if share == 1 else f" ({share * 100:g}% of what moves it)"
        said = f"moves effects.{name}{part}: P10 {low}, P50 {middle}, P90 {high}; grade {lever.grade}"
        for text in (said, f"source: {lever.leaf.source}"):
            yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")
