"""What a decision rests on, put together for terminals, reports and programs."""

from collections.abc import Iterator

from sim.analysis.differences import differences
from sim.analysis.fit_text import (
    about_catch_up,
    about_fit,
    catch_up_shown,
    catch_up_table,
    doubts_shown,
    doubts_table,
)
from sim.analysis.headline import scope
from sim.analysis.options import Options
from sim.analysis.options_text import (
    how_to_read,
    how_to_read_pairs,
    knowledge_line,
    options_shown,
    options_table,
    pairs_shown,
    pairs_table,
    tolerance_lines,
)
from sim.analysis.results import Results
from sim.analysis.section import Block, Section
from sim.analysis.table import Table


def compared(results: Results, options: Options, doubt: float = 0.0) -> list[Section]:
    """Give the comparison of options as terminals show it: the options, the pairs, what a doubt about fit does."""
    setting, run = results.setting, results.run
    currency = setting.currency
    of = f"; doubt of ±{doubt:.0%} about how well each CRM works here" if doubt else ""
    first: list[Block] = [
        f"{setting.months} months, {currency}; {run.draws:,} futures, {run.design} design, seed {run.seed}{of}",
        "" if doubt else results.advice().text,
        options_shown(options, currency),
        how_to_read(options),
        *((knowledge_line(options, currency),) if doubt else ()),
        differences({name: result.case for name, result in results.items()}),
        *tolerance_lines(options, currency),
    ]
    pairs = (pairs_shown(options, currency), how_to_read_pairs()) if options.pairs else ()
    ending = "± is the standard error of the simulation.", scope(run, results.misses)
    parts = [
        Section(setting.name, tuple(block for block in first if block)),
        Section("Pair by pair", pairs),
        *(() if doubt else fit_sections(results)),
        Section("", tuple(filter(None, ending))),
    ]
    return [part for part in parts if part.blocks]


def fit_sections(results: Results) -> Iterator[Section]:
    """Give what a doubt about fit does, where the scenario leaves it open."""
    if says_fit(results) or len(results) + (results.setting.nothing is not None) < 2:
        return
    found, more = results.fit(), results.catch_up()
    yield Section("If a CRM works better or worse here", (doubts_shown(found, results.setting.currency), about_fit()))
    if more:
        yield Section("What it would take", (catch_up_shown(found, more), about_catch_up(found)))


def says_fit(results: Results) -> bool:
    """Whether the scenario says how well a vendor's CRM works here."""
    return any(result.case.fit != 1.0 for result in results.values())


def comparison_tables(results: Results, options: Options) -> list[Table]:
    """Give the same in long form."""
    currency = results.setting.currency
    tables = [options_table(options, currency), pairs_table(options, currency)]
    if not says_fit(results):
        found = results.fit()
        tables += [doubts_table(found, currency), catch_up_table(found, results.catch_up())]
    return tables
