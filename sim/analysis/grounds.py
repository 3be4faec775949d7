"""What the decision in words is made of, gathered from the results of a run."""

from collections.abc import Callable, Mapping, Sequence

from sim.analysis.advice import Grounds, Views
from sim.analysis.catch_up import CatchUp
from sim.analysis.drivers import DriverTornado
from sim.analysis.fit import Fit
from sim.analysis.options import Options
from sim.analysis.result import Result
from sim.analysis.target import GAP
from sim.model.line import Nature
from sim.model.setting import Setting
from sim.sampling.estimates import Estimate


def grounds_of(
    vendors: Mapping[str, Result],
    options: Options,
    setting: Setting,
    fit: Fit | None,
    catch_up: Callable[[], Sequence[CatchUp]],
    tornado: DriverTornado | None,
) -> Grounds:
    """Gather what the advice is made of."""
    buys = options.best.name != options.nothing
    caught = {one.option: one for one in catch_up()} if buys and fit is not None else {}
    return Grounds(
        options=options,
        percentiles={name: _range(result) for name, result in vendors.items()},
        spent={name: result.statistics("cost_pv").mean.value for name, result in vendors.items()},
        views={name: views for name, result in vendors.items() if (views := _views(result)) is not None},
        fit=fit,
        catch_up=caught,
        drivers=[] if tornado is None else [(bar.title, bar.share) for bar in tornado.told],
        between=tornado is not None and tornado.target.name == GAP,
        currency=setting.currency,
    )


def _range(result: Result) -> tuple[Estimate, Estimate]:
    percentiles = result.statistics("npv").percentiles
    return percentiles[10.0], percentiles[90.0]


def _views(result: Result) -> Views | None:
    """Give how likely it pays by what is counted; None where no staff time counts."""
    natures = {line.nature for line in result.case.lines}
    if not natures & {Nature.SOFT_BENEFIT, Nature.TIME_COST}:
        return None
    everything, money = (result.probability(metric, above=0) for metric in ("npv", "npv_cash"))
    hard = result.probability("npv_hard", above=0) if Nature.SOFT_BENEFIT in natures else None
    return Views(everything, money, hard)
