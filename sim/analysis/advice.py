"""The decision in words: what to take, how sure that is, what it hangs on and what would change it.

Every number in a sentence is a reference into a table, written as the tables write it, and no sentence says more than
they do: a tie is a tie, and how often an option is best stands beside what that is worth in money.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.catch_up import CatchUp
from sim.analysis.cells import Figure
from sim.analysis.fit import Fit
from sim.analysis.options import Option, Options, Pair
from sim.analysis.sentences import ENGLISH
from sim.analysis.table import Cell, Column, Table
from sim.numbers.kinds import Kind
from sim.sampling.estimates import Estimate

TIED = 2.0
"""Standard errors within which two means are the same."""

SMALL = 0.01
"""Share of what an option costs below which its regret is none that a planner would act on."""

MOST_NAMED = 2
"""Inputs that are named behind the first."""


@dataclass(frozen=True)
class Reference:
    """A number of a sentence: where it stands, and how it is written."""

    table: str
    row: str
    column: str
    estimate: Estimate
    shown: str

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True)
class Sentence:
    """A sentence, and the numbers in it."""

    name: str
    text: str
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class Views:
    """How likely an option's NPV is above zero, by what is counted."""

    everything: Estimate
    money: Estimate
    hard: Estimate | None
    """With the time spent, without the time freed; None where no time is freed."""


@dataclass(frozen=True)
class Grounds:
    """What the advice is made of, all of it from the same futures."""

    options: Options
    percentiles: Mapping[str, tuple[Estimate, Estimate]]
    """P10 and P90 of each offer's NPV."""
    spent: Mapping[str, float]
    """Mean of what each offer costs, present value."""
    views: Mapping[str, Views]
    """Where staff time counts for something."""
    fit: Fit | None
    catch_up: Mapping[str, CatchUp]
    drivers: Sequence[tuple[str, Estimate]]
    """What the gap between the two best hangs on, or the NPV of the only offer: names and shares, the largest first."""
    between: bool
    """Whether that is the gap."""
    currency: str


NOWHERE: tuple[Cell, ...] = ("", "", "", Estimate(float("nan"), float("nan")), "")
"""What a sentence without a number refers to."""


@dataclass(frozen=True)
class Advice:
    """The sentences, the recommendation first."""

    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """Give all of them as a paragraph."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def table(self) -> Table:
        """Give every number of every sentence, with where it stands, a row each; sentences without one once."""
        names = "sentence", "text", "table", "row", "column"
        columns = (*map(Column, names), Column("value", error="standard_error"), Column("shown"))
        rows = (
            (
                s.name,
                s.text,
                *(("", "", "", None, "") if r is None else (r.table, r.row, r.column, r.estimate, r.shown)),
            )
            for s in self.sentences
            for r in (s.references or (None,))
        )
        return Table("advice", columns, tuple(rows), index=2)


def advise(grounds: Grounds) -> Advice:
    """Give the decision in words."""
    return Advice(tuple(_sentences(grounds)))


def is_tie(options: Options, spent: Mapping[str, float]) -> bool:
    """Whether the two best options cannot be told apart, or choosing between them is worth next to nothing."""
    pair = _first_pair(options)
    if pair is None:
        return False
    small = SMALL * spent.get(pair.second, spent.get(pair.first, 0.0))
    return abs(pair.gap.value) <= TIED * pair.gap.se or options[pair.second].regret.value < small


def _sentences(grounds: Grounds) -> Iterator[Sentence]:
    options = grounds.options
    offer = _offer(options)
    yield _recommended(grounds)
    if offer is None:
        return
    if offer == options.best:
        yield from _ahead(grounds)
    low, high = grounds.percentiles[offer.name]
    if low.value == high.value == offer.worst.value:
        yield _say("certain")
        return
    yield _range(grounds, offer)
    yield from _views(grounds, offer)
    yield from _drivers(grounds)
    yield from _what_would_change_it(grounds)


def _offer(options: Options) -> Option | None:
    """Give the best of what can be bought."""
    nothing = options.nothing
    return next((option for option in options.options if option.name != nothing), None)


def _first_pair(options: Options) -> Pair | None:
    return options.pairs[0] if options.pairs else None


def _recommended(grounds: Grounds) -> Sentence:
    options, pair = grounds.options, _first_pair(grounds.options)
    best = options.best
    names: dict[str, Reference | str] = {"best": best.name, "mean": _mean(best, grounds)}
    if pair is None:
        return _say("only", best=best.name)
    second = options[pair.second]
    names |= {"second": second.name, "second_mean": _mean(second, grounds)}
    if is_tie(options, grounds.spent):
        if options.nothing in (best.name, second.name):
            offer = second if best.name == options.nothing else best
            return _say("tie_nothing", best=offer.name, mean=_mean(offer, grounds))
        return _say("tie", **names)
    if best.name == options.nothing:
        return _say("nothing", **{key: names[key] for key in ("best", "second", "second_mean")})
    return _say("take" if options.nothing is not None else "must", best=best.name, mean=names["mean"])


def _ahead(grounds: Grounds) -> Iterator[Sentence]:
    """Say against whom and against nothing the best is ahead, in how many futures and by how much."""
    options = grounds.options
    pairs = [pair for pair in options.pairs if pair.first == options.best.name]
    others = [pair for pair in pairs if pair.second != options.nothing][:1]
    nothing = [pair for pair in pairs if pair.second == options.nothing]
    parts = [("ahead_tie" if is_tie(options, grounds.spent) else "ahead", pair) for pair in others]
    parts += [("ahead_nothing" if others else "ahead_only", pair) for pair in nothing]
    said = [
        _say(name, first=pair.first, other=pair.second, beats=_beats(pair, grounds), gap=_gap(pair, grounds))
        for name, pair in parts
    ]
    if said:
        text = ", and ".join(sentence.text for sentence in said)
        yield Sentence("ahead", f"{text}.", tuple(r for sentence in said for r in sentence.references))


def _range(grounds: Grounds, offer: Option) -> Sentence:
    low, high = grounds.percentiles[offer.name]
    return _say(
        "range",
        offer=offer.name,
        low=_money("percentiles", offer.name, "P10 of NPV", low, grounds),
        high=_money("percentiles", offer.name, "P90 of NPV", high, grounds),
        p_loss=_share("options", offer.name, "P(loss)", offer.p_loss, grounds),
        worst=_money("options", offer.name, "Worst 5%", offer.worst, grounds),
    )


def _views(grounds: Grounds, offer: Option) -> Iterator[Sentence]:
    views = grounds.views.get(offer.name)
    if views is None:
        return
    shares = {"everything": views.everything, "money": views.money}
    if views.hard is not None:
        shares["hard"] = views.hard
    told = {key: _share("bridge", offer.name, key, p, grounds) for key, p in shares.items()}
    yield _say("views" if views.hard is not None else "views_money", **told)
    if len({p.value >= 0.5 for p in shares.values()}) > 1:
        yield _say("views_warning")


def _drivers(grounds: Grounds) -> Iterator[Sentence]:
    if not grounds.drivers:
        return
    shares = [
        (name, _reference("tornado", name, "share", share, Figure(share.value, Kind.RATE).text("")))
        for name, share in grounds.drivers[: 1 + MOST_NAMED]
    ]
    (first, share), *others = shares
    more = "".join(ENGLISH["drivers_more"].format(name=name, share=part) for name, part in others)
    told: dict[str, Reference | str] = {"first": first, "first_share": share, "more": more}
    said = _hanging(grounds, told)
    yield Sentence(said.name, said.text, tuple(part for _, part in shares))


def _hanging(grounds: Grounds, told: "dict[str, Reference | str]") -> Sentence:
    """Say what hangs on the inputs named: the choice between two offers, whether one pays, or what its NPV is."""
    pair, nothing = _first_pair(grounds.options), grounds.options.nothing
    if pair is None or not grounds.between:
        return _say("drivers_own", **told)
    if nothing in (pair.first, pair.second):
        return _say("drivers_nothing", offer=pair.second if pair.first == nothing else pair.first, **told)
    return _say("drivers", best=pair.first, other=pair.second, **told)


def _what_would_change_it(grounds: Grounds) -> Iterator[Sentence]:
    options = grounds.options
    yield from _catch_up(grounds)
    yield from _doubt(grounds)
    for switch in options.tolerances.switches[:1]:
        at = _money("tolerances", switch.below, "risk tolerance", switch.tolerance, grounds)
        yield _say("tolerance", below=switch.below, tolerance=at)
    if not options.knowledge.value:
        yield _say("knowledge_none")
        return
    worth = _money("options", options.best.name, "Regret", options.knowledge, grounds)
    yield _say("knowledge", worth=worth)


def _catch_up(grounds: Grounds) -> Iterator[Sentence]:
    options, fit = grounds.options, grounds.fit
    if fit is None or options.best.name == options.nothing or is_tie(options, grounds.spent):
        return
    by_name = {advantage.option: advantage for advantage in fit.advantages}
    caught = next((by_name[option.name] for option in options.options if option.name in by_name), None)
    if caught is None or np.isnan(caught.factor.value) or caught.option not in grounds.catch_up:
        return
    rise = Estimate(caught.factor.value - 1, caught.factor.se)
    said = [_say("catch_up", other=caught.option, factor=_percent(caught.option, "Benefits", rise))]
    more = grounds.catch_up[caught.option]
    if not np.isnan(more.adoption.value):
        shown = f"{more.adoption.value * 100:.1f}"
        said.append(
            _say(
                "catch_up_adoption", adoption=_reference("catch_up", caught.option, "Or adoption", more.adoption, shown)
            )
        )
    if not np.isnan(more.hours.value):
        hours = _reference("catch_up", caught.option, "Or hours", more.hours, f"{more.hours.value:.2f}")
        said.append(_say("catch_up_hours", hours=hours))
    text = "".join(sentence.text for sentence in said)
    yield Sentence("catch_up", f"{text}.", tuple(r for sentence in said for r in sentence.references))


def _doubt(grounds: Grounds) -> Iterator[Sentence]:
    fit, best = grounds.fit, grounds.options.best
    if fit is None or best.name == grounds.options.nothing:
        return
    doubted = next((d for d in fit.doubts if d.doubt == TOLD_DOUBT), None)
    if doubted is None:
        return
    standing, row = doubted.comparison.standings[best.name], best.name
    yield _say(
        "doubt",
        doubt=_reference("fit", row, "doubt", Estimate(doubted.doubt, 0.0), f"{doubted.doubt:.0%}"),
        p_best=_share("fit", row, "P(best)", standing.p_best, grounds),
        regret=_money("fit", row, "Regret", standing.regret, grounds),
    )


TOLD_DOUBT = 0.1
"""Doubt about fit that the advice speaks of: what is usual between a plan and its outcome is more."""


def _mean(option: Option, grounds: Grounds) -> Reference:
    return _money("options", option.name, "Mean NPV", option.mean, grounds)


def _beats(pair: Pair, grounds: Grounds) -> Reference:
    return _share("pairs", f"{pair.first} over {pair.second}", "Ahead in", pair.beats, grounds)


def _gap(pair: Pair, grounds: Grounds) -> Reference:
    return _money("pairs", f"{pair.first} over {pair.second}", "On average", pair.gap, grounds)


def _money(table: str, row: str, column: str, estimate: Estimate, grounds: Grounds) -> Reference:
    return _reference(table, row, column, estimate, Figure(estimate.value, Kind.MONEY).text(grounds.currency))


def _share(table: str, row: str, column: str, estimate: Estimate, grounds: Grounds) -> Reference:
    if estimate.value in (0.0, 1.0):
        return _reference(table, row, column, estimate, "all" if estimate.value else "none")
    return _reference(table, row, column, estimate, Figure(estimate.value, Kind.RATE).text(grounds.currency))


def _percent(row: str, column: str, estimate: Estimate) -> Reference:
    return _reference("catch_up", row, column, estimate, f"{estimate.value * 100:.1f}%")


def _reference(table: str, row: str, column: str, estimate: Estimate, shown: str) -> Reference:
    return Reference(table, row, column, estimate, shown)


def _say(name: str, **parts: "Reference | str") -> Sentence:
    """Fill a sentence in; what is no reference is a name."""
    references = tuple(part for part in parts.values() if isinstance(part, Reference))
    return Sentence(name, ENGLISH[name].format(**parts), references)
