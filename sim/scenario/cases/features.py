"""From the features a vendor lists to the effects they have: none, unless `feature_effects` says so.

A lever has one distribution, for all features that move it together; each feature has a share of it. What a vendor gets
is the distribution times the sum of shares times qualities, which is at most the distribution: two features on one
lever can never bring more than the lever's effect. A lever that the scenario moves itself is refused, so no effect
counts twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sim.distributions import Multiple
from sim.model.setting import FeatureNote
from sim.scenario.cases.words import in_words
from sim.scenario.evidence.features import FeatureData, feature_data
from sim.scenario.number import Expects, Leaf, expects_of
from sim.scenario.shapes.features import DEFAULT, Feature
from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.shapes.sections import Effects
from sim.scenario.tree import Place

WAYS = {
    "churn_reduction": ("churn_reduction", "retention_points", "retention_lift"),
    "leads": ("leads", "cost_per_lead_cut"),
}
"""Numbers of `effects` that are other ways to move the same lever."""


@dataclass(frozen=True)
class Moved:
    """A lever that features move by default: its effect, at the place where the file asks for it."""

    leaf: Leaf
    share: float
    """Part of the lever's distribution that this vendor's features make, above 0, at most 1."""


def moved_levers(file: ScenarioFile, vendor: str) -> dict[str, Moved]:
    """Give the levers that a vendor's features move by default, but for those that the scenario moves itself."""
    place, _ = _asked(file, vendor)
    data = feature_data()
    shares: dict[str, float] = {}
    for feature in _counted(file, vendor):
        worth = data.worth(_features(file, vendor)[feature])
        for lever, part in data.features[feature].moves.items():
            shares[lever] = shares.get(lever, 0.0) + part * worth
    free = {lever: round(min(share, 1.0), 9) for lever, share in shares.items() if not _given(file, vendor, lever)}
    return {lever: _moved(data, lever, share, place) for lever, share in free.items()}


def _moved(data: FeatureData, lever: str, share: float, place: Place) -> Moved:
    prior = data.prior(lever)
    part = "" if share == 1 else f"{share * 100:.4g}% of the "
    distribution = prior.distribution if share == 1 else Multiple(of=prior.distribution, times=share)
    leaf = Leaf(
        distribution,
        f"features, {part}{prior.asked}",
        prior.cited,
        prior.note or "",
        prior=prior.name,
        expects=expected_of(lever),
        place=place,
    )
    return Moved(leaf, share)


def expected_of(lever: str) -> Expects:
    """Give what a number of `effects` takes."""
    expects = expects_of(Effects, lever)
    if expects is None:
        raise TypeError(f"effects.{lever} takes no number")
    return expects


def check_features(file: ScenarioFile) -> Iterable[tuple[Place, str]]:
    """Give what is wrong with the features that are to count, with its place."""
    for vendor in file.vendors:
        place, names = _asked(file, vendor)
        if place[0] == "vendors" or vendor == next(iter(file.vendors)):
            yield from _unlisted(file, vendor, place, names)
        for feature in _counted(file, vendor):
            for lever in feature_data().features[feature].moves:
                if effect := _given(file, vendor, lever):
                    yield place, _twice(vendor, feature, lever, effect)


def _twice(vendor: str, feature: Feature, lever: str, effect: str) -> str:
    return (
        f"{feature} of {vendor} moves effects.{lever}, which effects.{effect} moves already: the same effect would"
        f" count twice (drop effects.{effect}, or list the other features only: feature_effects: [...])"
    )


def _unlisted(file: ScenarioFile, vendor: str, place: Place, names: tuple[str, ...]) -> Iterable[tuple[Place, str]]:
    """Give the features that are to count and that no vendor in question has."""
    vendors = [vendor] if place[0] == "vendors" else list(file.vendors)
    had = {feature for name in vendors for feature in _had(file, name)}
    whose = f"of {vendor}" if place[0] == "vendors" else "of any vendor"
    if names == (DEFAULT,) and not had:
        yield place, f"no features {whose} are listed (such as features: {{quoting: full, portal: basic}})"
    for name in names:
        if name not in (DEFAULT, *had):
            yield place, f"{name} is not among the features {whose} (list it: features: {{{name}: full}})"


def feature_notes(file: ScenarioFile) -> tuple[FeatureNote, ...]:
    """Give every feature of every vendor: its quality, what it may move, and whether and how that counts."""
    return tuple(
        _note(file, vendor, feature, lever)
        for vendor in file.vendors
        for feature in _features(file, vendor)
        for lever in feature_data().features[feature].moves
    )


def _note(file: ScenarioFile, vendor: str, feature: Feature, lever: str) -> FeatureNote:
    data, quality = feature_data(), _features(file, vendor)[feature]
    counts, source = "not counted: recorded only", ""
    if feature in _counted(file, vendor):
        share = data.features[feature].moves[lever] * data.worth(quality)
        counts = f"{share * 100:.4g}% of the {data.prior(lever).asked}"
        source = data.prior(lever).cited
    elif effect := _given(file, vendor, lever):
        counts = f"not counted: the scenario has a figure of its own, {in_words(('effects', effect))}"
    about = "; ".join(text for text in (quality.source, quality.note) if text)
    return FeatureNote(
        vendor,
        data.features[feature].title,
        quality.asked,
        about,
        f"effects.{lever}",
        in_words(("effects", lever)),
        counts,
        source,
    )


def _features(file: ScenarioFile, vendor: str) -> Mapping[Feature, Leaf]:
    """Give the features of a vendor, each with its quality."""
    told = file.offers[vendor].features
    qualities = {feature: getattr(told, feature.value) for feature in Feature}
    return {feature: quality for feature, quality in qualities.items() if quality is not None}


def _had(file: ScenarioFile, vendor: str) -> list[Feature]:
    """Give the features that a vendor has at all."""
    return [feature for feature, quality in _features(file, vendor).items() if feature_data().worth(quality) > 0]


def _asked(file: ScenarioFile, vendor: str) -> tuple[Place, tuple[str, ...]]:
    """Give which features are to count for a vendor, and where the file says so."""
    own = file.vendors[vendor].feature_effects
    if own is not None:
        return ("vendors", vendor, "feature_effects"), own
    return ("common", "feature_effects"), file.common.feature_effects or ()


def _counted(file: ScenarioFile, vendor: str) -> list[Feature]:
    """Give the features of a vendor that take their default effect."""
    names = _asked(file, vendor)[1]
    return [feature for feature in _had(file, vendor) if DEFAULT in names or feature in names]


def _given(file: ScenarioFile, vendor: str, lever: str) -> str:
    """Give the number of `effects` by which the scenario moves a lever itself; empty if it does not."""
    effects = file.offers[vendor].effects
    return next((way for way in WAYS.get(lever, (lever,)) if getattr(effects, way) is not None), "")
