"""What a run answers: percentiles, probabilities, tornados and the comparison of vendors, as DataFrames.

pandas is imported by the methods that give DataFrames; the numbers themselves need numpy only.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.analysis import comparison
from sim.analysis.advice import Advice, advise
from sim.analysis.breakeven import Breakeven, breakeven
from sim.analysis.breakeven_curve import BreakevenCurve, breakeven_curve
from sim.analysis.breakeven_pairs import BreakevenPairs, breakeven_pairs
from sim.analysis.catch_up import CatchUp, catch_up
from sim.analysis.condition import parse_condition
from sim.analysis.delay import delay_losses
from sim.analysis.driver_table import driver_table, frame_of, kind_table
from sim.analysis.drivers import DriverTornado, driver_tornado
from sim.analysis.fit import DOUBTS, Fit, check_no_fit, doubted, fit_of, fits
from sim.analysis.grounds import grounds_of
from sim.analysis.headline import brief, scope
from sim.analysis.key_figures import KPI_COLUMNS
from sim.analysis.levers import lever_margins
from sim.analysis.options import Options, options_of
from sim.analysis.paired import Paired, paired
from sim.analysis.result import HEADLINE, Result
from sim.analysis.section import Section
from sim.analysis.small_runs import Details
from sim.analysis.stress import RERUN, StressTest, stress_test
from sim.analysis.stress_plan import Asked, Known
from sim.analysis.tail import LEVEL, Tail, tail
from sim.analysis.target import GAP, WINS, target_of
from sim.analysis.text import WIDTH, plain, vendors_layout
from sim.analysis.tornado_kinds import KindTornado, tornado_of_kind
from sim.analysis.yearly import YearlyTable, table_frame, yearly_table
from sim.distributions.picture import Picture
from sim.engine.draws import Run
from sim.engine.smooth.law import chances
from sim.engine.smooth.sketches import affine_of
from sim.errors import UsageError, suggestion
from sim.model.case import Case, all_inputs
from sim.model.fit import MOST_DOUBT
from sim.model.probe import Probe
from sim.model.setting import Setting
from sim.numbers.arrays import Array
from sim.sampling import estimates as statistics
from sim.sampling.correlation import Correlation, measured
from sim.sampling.draws import REPLICATES, Input
from sim.sampling.estimates import Estimate

if TYPE_CHECKING:
    import pandas as pd

INPUT_COLUMNS = (
    "input", "used_by", "asked", "asked_mean", "min", "p10", "p50", "mean", "p90", "max", "source", "note"
)  # fmt: skip

CORRELATION_COLUMNS = ("input_a", "input_b", "measure", "asked", "used", "drawn")


class Results(Mapping[str, Result]):
    """All vendors of a run by name, in the same futures."""

    def __init__(
        self,
        cases: Mapping[str, Case],
        run: Run,
        setting: Setting,
        *,
        probe: Callable[[str, Sequence[str]], Probe] | None = None,
    ) -> None:
        self.run, self.setting = run, setting
        self._probe = probe
        self.percentiles = run.recipe.percentiles
        self._results = {
            name: Result(case, run.vendors[name], setting, self.percentiles, run.inputs) for name, case in cases.items()
        }
        self.inputs_asked: Mapping[str, Input] = all_inputs(cases)
        self.misses: tuple[str, ...] = ()
        """What was to be known more closely than it is, by vendor."""
        self._yearly: dict[str, YearlyTable] = {}
        self._options: dict[tuple[float | None, float], Options] = {}
        self._fit: Fit | None = None
        self._caught: list[CatchUp] | None = None
        self._drivers: dict[tuple[str, str, tuple[str, ...]], DriverTornado] = {}

    def __getitem__(self, vendor: str) -> Result:
        if vendor not in self._results:
            raise UsageError(f"no vendor is called '{vendor}'{suggestion(vendor, self._results)}")
        return self._results[vendor]

    def get(self, key: str, default: Any = None) -> Any:
        """Give a vendor's result, or the default if there is no such vendor."""
        return self._results.get(key, default)

    def __contains__(self, vendor: object) -> bool:
        return vendor in self._results

    def __iter__(self) -> Iterator[str]:
        return iter(self._results)

    def __len__(self) -> int:
        return len(self._results)

    @cached_property
    def paired(self) -> Paired:
        """The offers, and buying nothing, side by side in the futures that are kept."""
        return paired({name: result.case for name, result in self.items()}, self.run, self.setting.nothing)

    @cached_property
    def details(self) -> Details:
        """Key figures, levers and the cost of delay, as reports show them."""
        cases = {name: result.case for name, result in self.items()}
        run, setting = self.run, self.setting
        return Details(cases, run.seed, run.design, run.draws // REPLICATES, setting.kpi_month, setting.kpis)

    @cached_property
    def comparison(self) -> comparison.Comparison:
        """The options by NPV; exactly over the input integrated out, if there is one."""
        if self.run.smoothed is not None:
            law = chances(self.inputs_asked[self.run.smoothed].distribution)
            lines = {name: affine_of(r.sketch("npv")) for name, r in self.items()}
            return comparison.compare_lines(lines, law, self.setting.nothing)
        return comparison.compare({name: self.paired.outcome(name, "npv") for name in self}, self.setting.nothing)

    def options(self, *, risk_tolerance: float | None = None, fit: float = 0.0) -> Options:
        """Hold the options against each other: what each brings and risks, pairs, what knowing better is worth.

        Args:
            risk_tolerance: an amount; that of the file (`decision`), if it has one, where none is given.
            fit: doubt about how well each vendor's CRM works here, one standard deviation: 0.15 for 15%.

        Raises:
            UsageError: a risk tolerance that is not above zero, a doubt that makes no sense, or one beside the file's.
        """
        tolerance = self.setting.risk_tolerance if risk_tolerance is None else risk_tolerance
        if tolerance is not None and not tolerance > 0:
            raise UsageError(f"a risk tolerance of {tolerance:g} makes no sense (give an amount above zero)")
        if (tolerance, fit) not in self._options:
            self._options[tolerance, fit] = self._compared(tolerance, fit)
        return self._options[tolerance, fit]

    def _compared(self, tolerance: float | None, fit: float) -> Options:
        if not fit:
            losses = {name: result.probability("npv", below=0) for name, result in self.items()}
            return options_of(self.paired, self.comparison, tolerance, losses)
        _check_doubts([fit])
        check_no_fit(self.paired)
        table = doubted(self.paired, fits(self, self.run), fit)
        npvs = {name: table.outcome(name, "npv") for name in self}
        return options_of(table, comparison.compare(npvs, table.nothing), tolerance)

    def fit(self, doubts: Sequence[float] = DOUBTS) -> Fit:
        """Say what a doubt about how well each vendor's CRM works here does to the choice.

        Args:
            doubts: standard deviations of each vendor's fit, 0.15 for 15%.

        Raises:
            UsageError: a doubt below 0 or above 50%, or a scenario that says a fit itself.
        """
        _check_doubts(doubts)
        if doubts is not DOUBTS:
            return fit_of(self.paired, fits(self, self.run), doubts)
        if self._fit is None:
            self._fit = fit_of(self.paired, fits(self, self.run), doubts)
        return self._fit

    def catch_up(self) -> list[CatchUp]:
        """Say how much more adoption or hours saved would make each other vendor level with the best option."""
        if self._caught is None:
            best = self.options().best.name
            self._caught = [catch_up(self.paired, name, best) for name in self if name != best]
        return self._caught

    @cached_property
    def _advice(self) -> Advice:
        try:
            tornado = self.drivers()
        except UsageError:  # nothing varies, or too few futures tell what moves it
            tornado = None
        return advise(grounds_of(self, self.options(), self.setting, self._fit_told, self.catch_up, tornado))

    @cached_property
    def _advice_in_brief(self) -> Advice:
        """The advice without what takes time: doubt about fit, what it would take, what it hangs on."""
        return advise(grounds_of(self, self.options(), self.setting, None, list, None))

    def advice(self) -> Advice:
        """Give the decision in words: what to take, how sure, what it hangs on; every number with where it stands."""
        return self._advice

    @property
    def _fit_told(self) -> Fit | None:
        """What a doubt about fit does, where the scenario leaves it open."""
        return self.fit() if all(case.fit == 1.0 for case in self.paired.cases.values()) else None

    @property
    def brief(self) -> Section:
        """The comparison as terminals and notebooks show it."""
        told, note = self._advice_in_brief.text, scope(self.run, self.misses)
        return brief(self, self.setting, self.run, self.comparison, self.options(), told, note)

    @cached_property
    def input_rows(self) -> list[dict[str, Any]]:
        """Every uncertain input: what was asked for and what was drawn, by `INPUT_COLUMNS`."""
        return [self._input_row(asked) for asked in self.inputs_asked.values()]

    @cached_property
    def correlation_rows(self) -> list[dict[str, Any]]:
        """Every correlation that was asked for: as asked, as used after a repair, and as drawn, by its columns."""
        return [self._correlation_row(pair) for pair in self.setting.correlations]

    def _correlation_row(self, pair: Correlation) -> dict[str, Any]:
        drawn = measured(pair.measure, self.run.inputs[pair.a], self.run.inputs[pair.b])
        row = (pair.a, pair.b, str(pair.measure), pair.asked, pair.used, drawn)
        return dict(zip(CORRELATION_COLUMNS, row, strict=True))

    @cached_property
    def input_pictures(self) -> Mapping[str, tuple[Picture, Array]]:
        """The shape of every uncertain input as asked for, and its draws by cell of that picture, (CELLS,)."""
        pictures = {key: Picture(asked.distribution) for key, asked in self.inputs_asked.items()}
        return {key: (picture, picture.counted(self.run.inputs[key])) for key, picture in pictures.items()}

    def _input_row(self, asked: Input) -> dict[str, Any]:
        drawn = self.run.inputs[asked.key]
        summary = statistics.describe(drawn, HEADLINE)
        p10, p50, p90 = (summary.percentiles[q].value for q in HEADLINE)
        users = [name for name, result in self.items() if asked.key in {i.key for i in result.case.inputs}]
        asked_for = (asked.key, ", ".join(users), asked.asked, asked.distribution.mean)
        sampled = (float(drawn.min()), p10, p50, summary.mean.value, p90, float(drawn.max()))
        return dict(zip(INPUT_COLUMNS, (*asked_for, *sampled, asked.source, asked.note), strict=True))

    def summary(self) -> "pd.DataFrame":
        """Give mean, sd and percentiles, a row a vendor and metric."""
        import pandas as pd

        return pd.concat({name: result.summary() for name, result in self.items()}, names=["vendor"])

    def standard_errors(self) -> "pd.DataFrame":
        """Give the standard errors of `summary`, in the same shape."""
        import pandas as pd

        return pd.concat({name: result.standard_errors() for name, result in self.items()}, names=["vendor"])

    def probability(
        self,
        metric: str,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        above: float | None = None,
        below: float | None = None,
    ) -> "pd.DataFrame":
        """Give the probability that a metric keeps every bound given, and its standard error, a row a vendor."""
        import pandas as pd

        chances = {
            name: result.probability(metric, at_least=at_least, at_most=at_most, above=above, below=below)
            for name, result in self.items()
        }
        return pd.DataFrame.from_dict(chances, orient="index", columns=["probability", "se"]).rename_axis("vendor")

    def drivers(self, target: str = "", *, vendor: str = "", groups: Sequence[str] = ()) -> DriverTornado:
        """Give what moves a target, from the run's own draws; worked out once.

        By default the gap between the NPV of the best option and that of the next, buying nothing among them; the NPV
        of the only vendor, or of one named. `target` is npv, roi, cash, gap, loss, wins or any metric; `groups` are
        parts of the file (effects, rollout ...), section or vendor, whose inputs are one bar.

        Raises:
            UsageError: an unknown target, vendor or group, too few futures, or a target that never varies.
        """
        of = target_of(self.paired, target, vendor)
        key = of.name, of.vendor, tuple(groups)
        if key not in self._drivers:
            self._drivers[key] = driver_tornado(self.paired, target, vendor, groups)
        return self._drivers[key]

    def tornado_of(self, kind: str, target: str = "", *, vendor: str = "", points: Sequence[float] = ()) -> KindTornado:
        """Give a tornado as other tools draw it, for a target as in `drivers`.

        Raises:
            UsageError: an unknown kind, target or vendor, points that make no sense, or too few futures.
        """
        return tornado_of_kind(self.paired, kind, target, vendor, points)

    def tornado(
        self,
        target: str = "",
        *,
        vendor: str = "",
        kind: str = "",
        groups: Sequence[str] = (),
        points: Sequence[float] = (),
    ) -> "pd.DataFrame":
        """Give what moves a target, a row an input, the largest share of its variance first; see `drivers`.

        With a kind - one-at-a-time, spider, spearman, regression, contribution, change - a tornado as other tools draw
        it, a row an input and number. A metric without a vendor is that of every vendor, one below the other.
        """
        vendors = list(self) if target not in ("", GAP, WINS) and not vendor else [vendor]
        if kind:
            return frame_of([kind_table(self.tornado_of(kind, target, vendor=v, points=points)) for v in vendors])
        return frame_of([driver_table([self.drivers(target, vendor=v, groups=groups)]) for v in vendors])

    def compare(self) -> "pd.DataFrame":
        """Give P(best), mean NPV, gap to the leader and expected regret with standard errors, a row an option.

        Buying nothing is one of them, unless the scenario leaves it out.
        """
        import pandas as pd

        rows = {}
        for name, standing in self.comparison.standings.items():
            row: dict[str, float] = {}
            for column in ("p_best", "mean", "gap", "regret"):
                row[column], row[f"{column}_se"] = getattr(standing, column)
            rows[name] = row
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("option")

    def yearly(self, vendor: str) -> YearlyTable:
        """Give a vendor's yearly table: its lines at the start, in each year, in total and as present value."""
        if vendor not in self._yearly:
            self._yearly[vendor] = yearly_table(self[vendor].case, self.paired.draws(vendor))
        return self._yearly[vendor]

    def tei_table(self) -> "pd.DataFrame":
        """Give the yearly tables of all vendors, a row a vendor, part, line and statistic; costs are below zero."""
        return table_frame([self.yearly(name) for name in self])

    def levers(self) -> "pd.DataFrame":
        """Give the mean part of the customer margin that each lever makes, with its standard error.

        A row a vendor and lever; a vendor's rows add up to its line, exactly.
        """
        import pandas as pd

        rows = [
            {"vendor": name, "lever": lever, "mean": part.value, "se": part.se}
            for name in self
            for lever, part in self.lever_means(name).items()
        ]
        return pd.DataFrame(rows, columns=["vendor", "lever", "mean", "se"])

    def lever_means(self, vendor: str) -> dict[str, Estimate]:
        """Give the mean part of a vendor's customer margin that each lever makes, over the horizon, undiscounted."""
        margins = lever_margins(self[vendor].case, self.paired.draws(vendor))
        return {lever: statistics.mean(part) for lever, part in margins.items()}

    def kpis(self, month: int | None = None) -> "pd.DataFrame":
        """Give every key figure without the CRM, with it, and the change: a row each, columns `KPI_COLUMNS`.

        They are those of the year up to `month` (the file's `kpi_month`, or the horizon), in 4,096 futures.

        Raises:
            UsageError: a month outside the horizon.
        """
        import pandas as pd

        answers = ((vendor, answer) for vendor in self for answer in self.details.kpis(vendor, month))
        return pd.DataFrame([row for vendor, answer in answers for row in answer.rows(vendor)], columns=KPI_COLUMNS)

    def cost_of_delay(self, vendor: str, months: Sequence[int] = range(1, 7)) -> dict[int, Estimate]:
        """Give the mean NPV lost if go-live comes so many months later, in the same futures otherwise.

        Raises:
            UsageError: a scenario given by rows, which has no go-live.
        """
        lost = delay_losses(self[vendor].case, self.paired.draws(vendor), months)
        return {month: statistics.mean(loss) for month, loss in lost.items()}

    def probe(self, vendor: str, whats: Sequence[str]) -> Probe:
        """Give the cases in which numbers of a vendor can be set; see `Scenario.probe`.

        Raises:
            UsageError: there is no such vendor or number, or the run has none that can be set.
        """
        if self._probe is None:
            raise UsageError("a number is set by its place in a file, and these results come from none")
        if self.run.smoothed is not None:
            raise UsageError("a run that integrates an input out cannot set a number (run it without smooth)")
        return self._probe(vendor, whats)

    def breakeven(self, vendor: str, what: str, such_that: str = "p(npv > 0) >= 80%") -> Breakeven:
        """Give what a number of a vendor may be at most, or must be at least, so that a condition holds.

        The futures are those of the run: everything but the number stays as drawn.

        Args:
            vendor: whose number it is.
            what: its place in the file, such as licence.list_price or company.users, a named input, or fit.
            such_that: "p(npv > 0) >= 80%", "mean(npv) >= 50k", "p50(roi) >= 20%", "ce(npv, 200k) >= 0", "best",
                "p(best) >= 60%".

        Raises:
            UsageError: there is no such vendor or number, the condition makes no sense, or the run is too short.
        """
        condition = parse_condition(such_that)
        return breakeven(self.paired, self.probe(vendor, [what]), condition, self.setting.currency)

    def breakeven_curve(self, answer: Breakeven) -> BreakevenCurve:
        """Give the statistic of an answer, and the expected regret of every option, over values of its number."""
        return breakeven_curve(self.paired, self.probe(answer.vendor, [answer.number.what]), answer)

    def breakeven_pairs(
        self, vendor: str, what: str, beside: str, such_that: str = "p(npv > 0) >= 80%"
    ) -> BreakevenPairs:
        """Give what a number may be at most, or must be at least, for each of some values of another.

        Of a probability also for 60, 80 and 90 %.

        Raises:
            UsageError: as of `breakeven`.
        """
        condition = parse_condition(such_that)
        return breakeven_pairs(self.paired, self.probe(vendor, [what, beside]), condition, self.setting.currency)

    @property
    def leader(self) -> str:
        """The vendor with the highest mean NPV."""
        return max(self, key=lambda name: self.comparison.standings[name].mean.value)

    def tail(self, vendor: str | None = None, level: float = LEVEL) -> Tail:
        """Say what makes the worst futures of a vendor by NPV, of the one with the highest mean if none is given.

        Args:
            vendor: whose.
            level: percent of the futures that are called the worst ones.

        Raises:
            UsageError: no such vendor, nothing uncertain, or too few futures.
        """
        return tail(self.paired, self[vendor or self.leader].vendor, self.setting.currency, level)

    def stress(self, stresses: Mapping[str, Asked], *, by: str = RERUN) -> StressTest:
        """Put every option under some stresses, and compare it with what it is as in the file.

        Args:
            stresses: by name, what becomes of inputs by name, title or key: a band of percentiles as "p0..p20",
                "below p20" or "above p80"; a value, 1.8 or "40%"; "yes" or "no" for an event; a law, as
                {"dist": "pert", ...} or one of `sim`. Of a name that each vendor has of its own, all of them change,
                or one of them: "overrun of Acme".
            by: "re-run", or "reweighting" of the futures as drawn, which evaluates nothing again.

        Raises:
            UsageError: an unknown input, a value out of bounds, an empty band, or too few futures to weight.

        Example:
            results.stress({"Weak rollout": {"adoption": "below p20", "overrun": 1.8}})
        """
        known = Known(self.inputs_asked, tuple(self), self.setting.currency)
        plans = known.plans(stresses)
        return stress_test(self.paired, self.run, self.inputs_asked, plans, self.setting.currency, by)

    def inputs(self) -> "pd.DataFrame":
        """Give every uncertain input as asked for and as drawn."""
        import pandas as pd

        return pd.DataFrame(self.input_rows, columns=INPUT_COLUMNS).set_index("input")

    def correlations(self) -> "pd.DataFrame":
        """Give every correlation as asked for, as used after a repair, and as drawn."""
        import pandas as pd

        return pd.DataFrame(self.correlation_rows, columns=CORRELATION_COLUMNS)

    def __repr__(self) -> str:
        return plain(self.brief, layout=vendors_layout(WIDTH))


def _check_doubts(doubts: Sequence[float]) -> None:
    if wrong := [doubt for doubt in doubts if not 0 <= doubt <= MOST_DOUBT]:
        raise UsageError(f"a doubt of {wrong[0] * 100:g}% about fit (must be 0% to {MOST_DOUBT:.0%})")
