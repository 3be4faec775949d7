"""Keyword arguments of `Scenario.run`: a convenience that makes a recipe and the means."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypedDict

from sim.engine.journal import Journal
from sim.engine.means import Means
from sim.engine.recipe import Recipe
from sim.errors import UsageError

RECIPE = frozenset(field.name for field in fields(Recipe))


class Options(TypedDict, total=False):
    """What `Scenario.run` takes by keyword; fields of `Recipe` and `Means`, in the types that people type."""

    draws: int
    seed: int
    design: str
    percentiles: Sequence[float]
    precision: Sequence[str]
    max_draws: int
    smooth: str | None
    workers: int
    map_: Any
    blocks_per_task: int | None
    memory: int
    progress: Callable[[float], None]
    journal: str | Path | None
    resume: bool


def recipe_and_means(recipe: Recipe | None, means: Means | None, options: Options) -> tuple[Recipe, Means]:
    """Give the recipe and the means of a run, made of the keyword arguments where they are not given.

    Raises:
        TypeError: no argument is called so.
        UsageError: a value that makes no sense, or one that a recipe or means beside it holds already.
    """
    if unknown := options.keys() - Options.__annotations__.keys():
        raise TypeError(f"run() got an unexpected keyword argument '{min(unknown)}'")
    of_recipe: dict[str, Any] = {name: value for name, value in options.items() if name in RECIPE}
    of_means: dict[str, Any] = {name: value for name, value in options.items() if name not in RECIPE}
    for value, named, what in ((recipe, of_recipe, "recipe"), (means, of_means, "means")):
        if value is not None and named:
            raise UsageError(f"{min(named)} is said beside the {what}, which holds it (say it there)")
    return recipe or _recipe(of_recipe), means or _means(of_means)


def _recipe(options: dict[str, Any]) -> Recipe:
    several: dict[str, Any] = {name: tuple(options[name]) for name in ("percentiles", "precision") if name in options}
    return Recipe(**options | several)


def _means(options: dict[str, Any]) -> Means:
    path, resume = options.pop("journal", None), options.pop("resume", False)
    return Means(**options, journal=None if path is None else Journal(Path(path), resume=resume))
