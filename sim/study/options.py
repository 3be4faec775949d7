"""Keyword arguments of `Scenario.run`: a convenience that makes a recipe and the means."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypedDict

from sim.engine.journal import Journal
from sim.engine.means import Means
from sim.engine.recipe import Recipe

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


def recipe_and_means(options: Options) -> tuple[Recipe, Means]:
    """Give what the keyword arguments ask for.

    Raises:
        TypeError: no argument is called so.
        UsageError: a value that makes no sense.
    """
    if unknown := options.keys() - Options.__annotations__.keys():
        raise TypeError(f"run() got an unexpected keyword argument '{min(unknown)}'")
    told: dict[str, Any] = dict(options)
    path, resume = told.pop("journal", None), told.pop("resume", False)
    recipe = {name: value for name, value in told.items() if name in RECIPE}
    recipe |= {name: tuple(recipe[name]) for name in ("percentiles", "precision") if name in recipe}
    means = {name: value for name, value in told.items() if name not in RECIPE}
    journal = None if path is None else Journal(Path(path), resume=resume)
    return Recipe(**recipe), Means(**means, journal=journal)
