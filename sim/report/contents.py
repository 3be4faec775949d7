"""What is in a report and in which order, once for every format."""

from collections.abc import Iterable, Iterator, Mapping

from sim.analysis import answers
from sim.analysis.cells import Figure, percentile
from sim.analysis.delay import delay_table, delays_shown
from sim.analysis.driver_table import driver_table
from sim.analysis.gaps import gap_lines
from sim.analysis.headline import answers_of, headline, scope
from sim.analysis.key_figures import kpi_table
from sim.analysis.levers import lever_table, levers_shown
from sim.analysis.options_text import how_to_read, how_to_read_pairs, pairs_shown, tolerance_lines
from sim.analysis.result import Result
from sim.analysis.results import Results
from sim.analysis.section import Block, Bullets, Picture, Section
from sim.analysis.table import Cell, Table, people
from sim.analysis.undefined import BASE, undefined_lines
from sim.analysis.yearly import yearly_rows
from sim.errors import UsageError
from sim.finance.metrics import METRICS
from sim.model.key_figures.table import RECORDED
from sim.numbers.kinds import Kind
from sim.numbers.writing import rate
from sim.report.charts.results import charts_of
from sim.report.decision import comparison_tables, fit_sections
from sim.report.tables import key_figures, yearly
from sim.report.tables.drivers import drivers_section, lines_shown
from sim.report.tables.inputs import correlations_shown, inputs_shown
from sim.sampling.estimates import Statistics

LEVERS = (
    "What each lever adds to the customer margin, averaged over every order of switching them on (Shapley values):"
    " the parts add up to the line in every future. Mean over the horizon, undiscounted."
)
DELAY = (
    "Mean NPV lost if go-live comes later than in the plan and its delays, in the same futures otherwise: licences and"
    " the team are paid for longer, benefits start later."
)
NOT_VALUED = "No benefit is counted for these. Each can be recorded in the file under kpis, before and with the CRM:"
INPUTS_PICTURE = Picture("inputs", "Every input as asked for and as drawn")


def sections(results: Results) -> Iterator[Section]:
    """Give the sections of the report of a run; one that has nothing to say has no blocks, and data without rows."""
    yield _vendors(results)
    if results.setting.tei:
        yield yearly_tables(results)
    yield Section("", tuple(Picture(name, title, chart) for name, (title, chart) in charts_of(results).items()))
    yield _decision(results)
    yield _lines(results)
    yield _percentiles(results)
    yield _tornados(results)
    yield _levers(results)
    yield _delays(results)
    yield key_figures_section(results)
    yield _not_valued(results)
    yield _inputs(results)
    yield _correlations(results)
    yield _features(results)
    yield _sources(results)


def data(results: Results) -> list[Table]:
    """Give every answer in long form, in the order of the report."""
    return [table for section in sections(results) for table in section.data]


def lead(results: Results) -> str:
    """Say what the numbers of a report are of."""
    setting, run = results.setting, results.run
    return (
        f"{setting.months} months from signature, {setting.currency},"
        f" discount rate {setting.discount_rate} a year."
        f" {run.draws:,} futures ({run.design} design, seed {run.seed});"
        " every vendor is valued in the same futures. Behind ± stands the standard error of the simulation."
    )


def _vendors(results: Results) -> Section:
    about = results, results.setting, results.run
    found = results.options()
    answered = answers_of(*about, results.comparison, found, results.advice().text)
    blocks = headline(*about), *answered, how_to_read(found), _conventions(results)
    tables = answers.statistics(results), answers.payback_by_month(results), answers.standings(results)
    return Section("Vendors", blocks, (*tables, answers.duels(results), results.advice().table))


def note(results: Results) -> str:
    """Say what of a run's figures is not of all draws, or not as close as asked, if any is."""
    return scope(results.run, results.misses)


def _conventions(results: Results) -> str:
    if results.setting.tei:
        return f"{yearly.NOTE} 0% is break-even; staff time is included. Payback counts only if it lasts."
    return (
        "ROI is net: (benefit - cost) / cost, undiscounted, staff time included; 0% is break-even."
        " NPV is discounted monthly. Payback counts only if it lasts."
    )


def yearly_tables(results: Results) -> Section:
    """Give the yearly table of every vendor."""
    tables = [results.yearly(name) for name in results]
    means = " Rows are means; percentiles are those of each column by itself." if tables[0].uncertain else ""
    parts = (
        Section(table.vendor, (yearly.yearly_shown(table), yearly.figures(results, table.vendor))) for table in tables
    )
    about = f"In {results.setting.currency}, costs in brackets.{means}"
    return Section("Yearly tables", (about, *parts), (yearly_rows(tables),))


def _decision(results: Results) -> Section:
    """Give the options pair by pair, and what a doubt about fit does to the choice."""
    options = results.options()
    pairs = (pairs_shown(options, results.setting.currency), how_to_read_pairs()) if options.pairs else ()
    blocks: list[Block] = [*pairs, *tolerance_lines(options, results.setting.currency), *fit_sections(results)]
    return Section("The choice, pair by pair", tuple(blocks), tuple(comparison_tables(results, options)))


def _lines(results: Results) -> Section:
    about = "Mean of each line over the horizon, undiscounted."
    return Section("Where the value comes from", (about, lines_shown(results)), (answers.line_means(results),))


def _percentiles(results: Results) -> Section:
    parts = (
        Section(r.vendor, (_percentile_table(r), *_notes("Not defined:", undefined_lines(r)), *_gaps(r), *_live(r)))
        for r in results.values()
    )
    return Section("All percentiles", (BASE, *parts))


def _notes(title: str, lines: Iterable[str]) -> tuple[Bullets, ...]:
    said = tuple(lines)
    return (Bullets(title, said),) if said else ()


def _gaps(result: Result) -> tuple[Bullets, ...]:
    return _notes("In a gap between two groups of futures, where no run tells the percentile:", gap_lines(result))


def _live(result: Result) -> tuple[Block, ...]:
    """Give the percentiles of the futures in which the project goes live, if it may be cancelled before."""
    if result.live is None:
        return ()
    share, kept = rate(float(result.live.mean())), result.live.size
    about = f"In the {share} of the first {kept:,} futures in which the project goes live:"
    return about, _table_of(result, {name: result.statistics_live(name) for name in METRICS}, shares=False)


def _percentile_table(result: Result) -> Table:
    return _table_of(result, {name: result.statistics(name) for name in METRICS}, shares=True)


def _table_of(result: Result, described: Mapping[str, Statistics], *, shares: bool) -> Table:
    """Give means and percentiles of every metric, and the shares of the futures without one if wanted."""
    last = ("not defined", "never") if shares else ()
    rows: list[list[Cell]] = []
    for name, one in described.items():
        kind = METRICS[name].kind
        cells = (Figure(one.mean.value, kind, one.mean.se), *(percentile(one, q, kind) for q in result.percentiles))
        without = (Figure(s.value, Kind.RATE) if s.value else "" for s in (one.undefined, one.never) if shares)
        rows.append([METRICS[name].title, *cells, *without])
    header = ["", "Mean", *(f"P{q:g}" for q in result.percentiles), *last]
    return people("percentiles", header, rows, result.setting.currency)


def _tornados(results: Results) -> Section:
    """Give what moves the gap between the best option and the next, and below it the NPV of the best vendor.

    Those of other vendors are asked for one by one: a report on a hundred of them would be all tornados.
    """
    found, said = [], ""
    for target in ["", "npv"] if len(results) > 1 else [""]:
        try:
            found.append(results.drivers(target))
        except UsageError as why:  # certain, or too few futures
            said = f"No tornado: {why}."
    parts = [drivers_section(tornado, results) for tornado in found]
    return Section("What moves the result", (*parts, said) if said else tuple(parts), (driver_table(found),))


def _levers(results: Results) -> Section:
    means, currency = {name: results.details.levers(name) for name in results}, results.setting.currency
    about = (
        f"{LEVERS} {results.details.few_futures:,} futures, so that the sum may differ from the line above in the"
        " last digits."
    )
    shown = levers_shown(means, currency)
    blocks = (about, shown) if shown else ()
    return Section("Which lever makes the customer margin", blocks, (lever_table(means, currency),))


def _delays(results: Results) -> Section:
    losses, currency = {name: results.details.delays(name) for name in results}, results.setting.currency
    about = f"{DELAY} {results.details.few_futures:,} futures."
    blocks = (about, delays_shown(losses, currency)) if all(losses.values()) else ()  # rows have no go-live
    return Section("What a later go-live costs", blocks, (delay_table(losses, currency),))


def key_figures_section(results: Results) -> Section:
    """Give key figures without the CRM and with it, for every vendor."""
    parts = (Section(f"{name}: key figures", _key_figures(results, name)) for name in results)
    recorded = key_figures.recorded_shown(results)
    missing = tuple(key_figures.missing_lines(results))
    listed = Bullets("Not computed, because the scenario does not say enough:", missing)
    ending: tuple[Block, ...] = (*((recorded,) if recorded else ()), *((listed,) if missing else ()))
    tables = (kpi_table({name: results.details.kpis(name) for name in results}),)
    return Section("Key figures without the CRM and with it", (key_figures.about(results), *parts, *ending), tables)


def _key_figures(results: Results, name: str) -> tuple[Block, ...]:
    targets = key_figures.targets_shown(results, name)
    return (key_figures.kpis_shown(results, name), *((targets,) if targets else ()))


def _not_valued(results: Results) -> Section:
    """Say which figures people ask for that no result holds, and why; those that the file records stand above."""
    others = (found for name, found in RECORDED.items() if name not in results.setting.kpis)
    listed = Bullets(NOT_VALUED, tuple(f"{found.title}: {found.why}" for found in others))
    return Section("What is not valued", (listed,) if listed.lines else ())


def _inputs(results: Results) -> Section:
    blocks = INPUTS_PICTURE, inputs_shown(results)
    return Section("Inputs as asked and as sampled", blocks, (answers.inputs(results),))


def _correlations(results: Results) -> Section:
    shown = correlations_shown(results)
    title = "Correlations as asked and as drawn"
    return Section(title, (shown,) if shown else (), (answers.correlations(results),))


def _features(results: Results) -> Section:
    table = answers.features(results)
    told = (
        (n.vendor, n.feature, f"{n.quality} ({n.about})" if n.about else n.quality, n.moved, n.counts, n.source)
        for n in results.setting.features
    )
    shown = people("features", [column.title for column in table.columns if column.title], told)
    about = "What each vendor has, and whether the result holds anything of it."
    return Section("Features", (about, shown) if shown else (), (table,))


def _sources(results: Results) -> Section:
    table = answers.assumptions(results)
    told = ((a.title, a.asked, a.source, a.note) for a in results.setting.assumptions if a.source or a.note)
    about = "What the scenario says of its numbers; every number of it is in assumptions.csv."
    shown = people("sources", table.header, told)
    return Section("Sources and notes", (about, shown), (table,))
