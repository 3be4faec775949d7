"""A recipe is checked once, at the door; means change no number."""

from dataclasses import fields

import pytest

import sim
from sim.engine.means import Means
from sim.engine.recipe import Recipe
from sim.sampling.design import MOST_NUMBERED, Design
from sim.study.options import Options, recipe_and_means
from tests.places import SCENARIOS
from tests.same import assert_same_run


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("draws", 0, r"cannot make 0 draws \(1 to 4,294,967,296\)"),
        ("draws", -5, "cannot make -5 draws"),
        ("draws", MOST_NUMBERED + 1, "cannot make 4,294,967,297 draws"),
        ("design", "sobel", r"no design is called 'sobel' \(one of: sobol, latin, random, hdr\)"),
        ("percentiles", (5.0, 100.0), "percentiles must lie between 0 and 100: 100"),
        ("percentiles", (), "percentiles must lie between 0 and 100: none given"),
    ],
)
def test_what_makes_no_sense_is_refused(field, value, message):
    with pytest.raises(sim.UsageError, match=message):
        Recipe(**{field: value})


def test_draws_of_the_hdr_design_are_not_doubled():
    with pytest.raises(sim.UsageError, match="cannot be doubled"):
        Recipe(design=Design.HDR, precision=("1%",))


@pytest.mark.parametrize("means", [{"workers": 0}, {"blocks_per_task": 0}])
def test_means_that_do_nothing_are_refused(means):
    with pytest.raises(sim.UsageError, match="must be at least 1"):
        Means(**means)


def test_a_recipe_has_one_form():
    assert Recipe(design="latin", percentiles=(90, 10, 10)) == Recipe(design=Design.LATIN, percentiles=(10, 90))


def test_keywords_make_the_same_run_as_a_recipe_and_means():
    scenario = sim.load(SCENARIOS / "ten_fold.yaml")
    by_keyword = scenario.run(draws=64, seed=9, design="random", workers=2)
    recipe = Recipe(64, 9, Design.RANDOM)
    assert_same_run(by_keyword.run, scenario.run(recipe, Means(workers=2)).run)
    assert by_keyword.run.recipe == recipe


def test_a_run_tells_the_draws_that_were_made():
    run = sim.load(SCENARIOS / "ten_fold.yaml").run(draws=1000).run
    assert run.recipe == Recipe(1024)
    assert run.recipe.facts() == {"seed": 1, "draws": 1024, "design": "sobol"}


def test_every_keyword_is_a_field():
    known = {field.name for kind in (Recipe, Means) for field in fields(kind)} | {"resume"}
    assert set(Options.__annotations__) == known


def test_an_unknown_keyword_is_a_type_error():
    with pytest.raises(TypeError, match="unexpected keyword argument 'drws'"):
        recipe_and_means(None, None, {"drws": 5})


@pytest.mark.parametrize(
    ("recipe", "means", "option", "what"),
    [(Recipe(), None, {"draws": 5}, "draws.* recipe"), (None, Means(), {"workers": 2}, "workers.* means")],
)
def test_what_is_said_twice_is_refused(recipe, means, option, what):
    with pytest.raises(sim.UsageError, match=what):
        recipe_and_means(recipe, means, option)
    recipe_and_means(recipe, means, {"workers": 2} if recipe else {"draws": 5})
