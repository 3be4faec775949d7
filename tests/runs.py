"""Runs by keyword, for tests that say what matters to them."""

from dataclasses import fields

from sim.analysis.smooth_choice import simulate_smoothed
from sim.engine.means import Means
from sim.engine.recipe import Recipe
from sim.engine.run import simulate

RECIPE = {field.name for field in fields(Recipe)}
MEANS = {field.name for field in fields(Means)}


def simulated(cases, **options):
    """Simulate by fields of a recipe and of means; the rest are arguments of the run."""
    return simulate(cases, *_apart(options), **_rest(options))


def smoothed(cases, asked, **options):
    """Simulate with an input integrated out."""
    options["smooth"] = asked
    return simulate_smoothed(cases, *_apart(options), **_rest(options))


def _apart(options):
    recipe, means = ({k: v for k, v in options.items() if k in names} for names in (RECIPE, MEANS))
    return Recipe(**recipe), Means(**means)


def _rest(options):
    return {k: v for k, v in options.items() if k not in RECIPE | MEANS}
