"""How sure a prediction is: of the parameters (delta method), and of what customers will do (simulation).

The parameters are known ever better as customers are added; what one customer does stays chance. An interval of the
expected total tells the first only, and actual totals fall outside it more often than it says: for those, and for a
customer, take the interval of `Simulation`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from scipy.special import ndtri

if TYPE_CHECKING:
    from numpy.random import Generator

    from .estimation import Fit, Floats
    from .gamma_gamma import GammaGamma
    from .lifetime_value import PurchaseModel

Model = TypeVar("Model")
_STEP = 1e-4
_PARAMETER_SETS = 100  # each serves several simulations: working out who is alive costs more than drawing
_CELLS = 4_000_000  # simulated numbers in memory at a time


def delta_interval(fit: Fit[Model], quantity: Callable[[Model], float], level: float) -> tuple[float, float]:
    """Low and high end of a positive quantity that follows from the parameters; NaN when they are not known well.

    Normal on the logarithmic scale, the gradient by differences.
    """
    middle, theta = quantity(fit.model), np.log(fit.parameters)
    steps = np.eye(len(theta)) * _STEP
    ends = [[quantity(_with(fit, theta + sign * step)) for sign in (1, -1)] for step in steps]
    if not min(middle, *map(min, ends)) > 0:
        return math.nan, math.nan
    gradient = np.array([(math.log(up) - math.log(down)) / (2 * _STEP) for up, down in ends])
    half = float(ndtri(0.5 + level / 2)) * math.sqrt(max(float(gradient @ fit.covariance @ gradient), 0.0))
    return middle * math.exp(-half), middle * math.exp(half)


def drawn(fit: Fit[Model], count: int, random: Generator) -> list[Model]:
    """Models whose parameters are as likely as the fit says, which has to have converged."""
    draws = random.multivariate_normal(np.log(fit.parameters), fit.covariance, count, method="cholesky")
    return [_with(fit, theta) for theta in draws]


def _with(fit: Fit[Model], theta: Floats) -> Model:
    return type(fit.model)(*np.exp(theta).tolist())


@dataclass(frozen=True)
class Simulation:
    """Intervals of what customers will buy and spend, and of the sums of both over all customers."""

    purchases: tuple[Floats, Floats]
    value: tuple[Floats, Floats]
    total_purchases: tuple[float, float]
    total_value: tuple[float, float]


def simulate(
    purchases: Fit[PurchaseModel],
    spend: Fit[GammaGamma] | None,
    customers: tuple[Floats, Floats, Floats, Floats, Floats],
    horizon: float,
    *,
    worth: Floats,
    level: float,
    draws: int,
    seed: int,
) -> Simulation:
    """Simulate the future of each customer, over the parameters that the data allow and over chance.

    Args:
        purchases: the fitted model of purchases.
        spend: that of the money; without one every purchase brings 1.
        customers: frequency, recency, T, and of the money the number of purchases known and their mean.
        horizon: how far to look ahead, in the unit of time of the model; finite.
        worth: what 1 of spend is worth, for each customer: margin and discount.
        level: of the intervals, 0.8 for 80 %.
        draws: simulations.
        seed: the same seed gives the same intervals.

    """
    random = np.random.default_rng(seed)
    sets = min(_PARAMETER_SETS, draws)
    models = drawn(purchases, sets, random)
    spends = [None] * sets if spend is None else drawn(spend, sets, random)
    tails = (0.5 - level / 2, 0.5 + level / 2)
    totals = np.zeros((2, draws))
    count = len(worth)
    ends = np.empty((2, 2, count))
    size = max(1, _CELLS // draws)
    for start in range(0, count, size):
        some = slice(start, start + size)
        x, t_x, end, valued, mean, factor = (values[some] for values in (*customers, worth))
        bought = np.empty((2, draws, len(x)))
        for number, (model, spender) in enumerate(zip(models, spends, strict=True)):
            alive = model.probability_alive(x, t_x, end)
            for draw in range(number, draws, sets):
                n = bought[0, draw] = model.simulate_future(horizon, alive, x, end, random)
                bought[1, draw] = n * factor
                if spender is not None:
                    buy = np.flatnonzero(n)
                    paid = spender.simulate_spend(n[buy], valued[buy], mean[buy], random)
                    bought[1, draw, buy] = paid * factor[buy]
        totals += bought.sum(axis=2)
        ends[:, :, some] = np.quantile(bought, tails, axis=1).swapaxes(0, 1)
    low, high = np.quantile(totals, tails, axis=1)
    return Simulation(
        (ends[0, 0], ends[0, 1]), (ends[1, 0], ends[1, 1]),
        (float(low[0]), float(high[0])), (float(low[1]), float(high[1])),
    )  # fmt: skip
