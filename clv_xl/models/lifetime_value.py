"""What a customer will still bring: purchases to come, times what one brings, discounted at an annual rate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

import numpy as np

from .bg_bb import BGBB

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import ArrayLike

    from .estimation import Floats

_NODES = 16


class PurchaseModel(Protocol):
    """What a model of purchases in continuous time can tell of customers with a frequency, recency and T."""

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Floats:
        """The chance that each has not left."""
        ...

    def expected_purchases(self, t: ArrayLike) -> Floats:
        """Repeat purchases of a new customer in a time t."""
        ...

    def conditional_expected_purchases(
        self, t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
    ) -> Floats:
        """Purchases of each in the time t that follows."""
        ...

    def dert(self, discount: float, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Floats:
        """Discounted expected residual transactions."""
        ...

    def simulate_future(self, t: float, alive: Floats, x: Floats, end: Floats, random: Generator) -> Floats:
        """One draw of the purchases of each in the time t that follows."""
        ...


def continuous_rate(discount: float, units_per_year: float) -> float:
    """The continuous discount rate per unit of time of an annual rate: 0.1 a year is 0.00183 a week."""
    return math.log1p(discount) / units_per_year


def discounted_purchases(
    model: PurchaseModel, horizon: float, rate: float, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
) -> Floats:
    """Purchases of each customer in a time that follows, each worth exp(-rate t) when it comes after a time t.

    Args:
        model: the model, fitted in the unit of time of all others.
        horizon: how far to look ahead; infinite for DERT.
        rate: continuous, per unit of time.
        frequency: repeat purchases.
        recency: first to last purchase.
        T: first purchase to the end of the data.

    """
    if math.isinf(horizon):
        return model.dert(rate, frequency, recency, T)
    if isinstance(model, BGBB):
        return _by_period(model, int(horizon), rate, frequency, recency, T)
    whole = model.conditional_expected_purchases(horizon, frequency, recency, T)
    if rate == 0:
        return whole
    # By parts, with the expectation E: the integral of exp(-rate t) dE(t) needs no derivative of E.
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    times, weights = horizon * (nodes + 1) / 2, horizon * weights / 2
    passing = sum(
        weight * math.exp(-rate * time) * model.conditional_expected_purchases(time, frequency, recency, T)
        for time, weight in zip(times.tolist(), weights.tolist(), strict=True)
    )
    return math.exp(-rate * horizon) * whole + rate * passing


def _by_period(
    model: BGBB, horizon: int, rate: float, frequency: ArrayLike, recency: ArrayLike, opportunities: ArrayLike
) -> Floats:
    """What is bought at the next opportunity is discounted once, as in DERT of BG/BB."""
    expected = [
        model.conditional_expected_purchases(period, frequency, recency, opportunities) for period in range(horizon + 1)
    ]
    later = np.exp(-rate * np.arange(1, horizon + 1))
    return np.asarray(np.diff(expected, axis=0).T @ later)
