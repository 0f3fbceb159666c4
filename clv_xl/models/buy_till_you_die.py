"""What the models of customers who leave unseen have in common: while alive they buy, and nobody says when they leave.

A model says how likely it is that a customer has left, and what a customer who has not will do. All formulas take
arrays, one number for each customer; times are in the unit of the data.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from scipy.special import expit

from clv_xl.errors import NotANumber, OutOfRange

from .estimation import Fit, above_zero, fitted
from .histories import Histories, checked

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import ArrayLike

    from .estimation import Floats, Likelihood

_MANY = 4_000  # different histories; with more, a sample shows first where the maximum is
_SAMPLE = 2_000


class BuyTillYouDie(ABC):
    """The questions that one can ask of every such model; its parameters are a frozen dataclass, all above 0."""

    STARTS: ClassVar[tuple[tuple[float, ...], ...]]
    """Parameters to begin a fit with, in units of the mean T."""

    TIMES: ClassVar[tuple[int, ...]]
    """The power of the unit of time in each parameter."""

    def __post_init__(self) -> None:
        above_zero(self)

    @classmethod
    def fit(cls, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None) -> Fit[Self]:
        """Maximum likelihood.

        Args:
            frequency: repeat purchases of each customer.
            recency: time from first to last purchase, 0 for who bought once.
            T: time from first purchase to the end of the data, in the same unit.
            weights: customers that each row stands for.

        Raises:
            CellError: histories that cannot be, or none, or none of any length.

        """
        histories, unit = Histories.of(frequency, recency, T, weights).scaled()
        scale = np.power(unit, cls.TIMES)
        near = None
        if len(histories.frequency) > _MANY:
            sample = histories.sample(_SAMPLE)
            near = fitted(
                cls, cls.likelihood(sample), cls.STARTS, sample.customers, scale=np.ones(len(scale))
            ).parameters
        repeats = float(histories.weights @ histories.frequency) / histories.customers
        # A density in time changes with the unit of time, once for each repeat purchase.
        return fitted(
            cls, cls.likelihood(histories), cls.STARTS, histories.customers,
            scale=scale, offset=-repeats * float(np.log(unit)), near=near,
        )  # fmt: skip

    @classmethod
    @abstractmethod
    def likelihood(cls, histories: Histories) -> Likelihood:
        """Mean log-likelihood of the customers, as a function of the logarithms of the parameters."""

    # ---- what is known of a customer

    @abstractmethod
    def loglik(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Floats:
        """The log-likelihood of each customer."""

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Floats:
        """The chance that each customer has not left."""
        return self._alive(*checked(frequency, recency, T))

    def _alive(self, x: Floats, t_x: Floats, end: Floats) -> Floats:
        return np.asarray(expit(-self._odds_of_gone(x, t_x, end)))

    @abstractmethod
    def _odds_of_gone(self, x: Floats, t_x: Floats, end: Floats) -> Floats:
        """Log odds; minus infinity where leaving is impossible."""

    # ---- what is expected

    def expected_purchases(self, t: ArrayLike) -> Floats:
        """Repeat purchases of a new customer in a time t after the first purchase."""
        return self.conditional_expected_purchases(t, 0, 0, 0)

    def conditional_expected_purchases(
        self, t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
    ) -> Floats:
        """Purchases of each customer in the time t that follows."""
        t, x, t_x, end = _ahead(t, frequency, recency, T)
        return self._purchases_when_alive(t, x, end) * self._alive(x, t_x, end)

    @abstractmethod
    def _purchases_when_alive(self, t: Floats, x: Floats, end: Floats) -> Floats:
        """Expected purchases in t of who is alive."""

    def probability_of_n_purchases(
        self, n: int, t: ArrayLike, frequency: ArrayLike = 0, recency: ArrayLike = 0, T: ArrayLike = 0
    ) -> Floats:
        """The chance that each customer (a new one, when left out) makes n purchases in the time t that follows."""
        if n < 0 or n != int(n):
            raise OutOfRange("a number of purchases is a whole number from 0 up")
        t, x, t_x, end = _ahead(t, frequency, recency, T)
        alive = self._alive(x, t_x, end)
        chance = alive * np.clip(self._chance_when_alive(int(n), t, x, end), 0, 1)
        return np.asarray(1 - alive + chance if n == 0 else chance)

    @abstractmethod
    def _chance_when_alive(self, n: int, t: Floats, x: Floats, end: Floats) -> Floats:
        """The chance of n purchases in t of who is alive."""

    def dert(self, discount: float, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Floats:
        """Discounted expected residual transactions: purchases still to come, each worth less the later it comes.

        Args:
            discount: the continuous rate per unit of time: ln(1 + 0.1) / 52 for 10 % a year and weeks.
            frequency: of each customer, as are the others.
            recency: time from first to last purchase.
            T: time from first purchase to now.

        Raises:
            OutOfRange: below 0; or 0 where the purchases still to come have no finite mean.

        """
        if not 0 <= discount < np.inf:
            raise OutOfRange("a discount rate is a number from 0 up")
        x, t_x, end = checked(frequency, recency, T)
        return self._residual_when_alive(float(discount), x, end) * self._alive(x, t_x, end)

    @abstractmethod
    def _residual_when_alive(self, discount: float, x: Floats, end: Floats) -> Floats:
        """Discounted purchases still to come of who is alive."""

    # ---- simulation

    def simulate_future(self, t: float, alive: Floats, x: Floats, end: Floats, random: Generator) -> Floats:
        """Purchases in the time t that follows: one draw for each customer, alive with the chance given."""
        lives = np.flatnonzero(random.random(len(x)) < alive)
        bought = np.zeros(len(x))
        bought[lives] = self._draw_when_alive(t, x[lives], end[lives], random)
        return bought

    @abstractmethod
    def _draw_when_alive(self, t: float, x: Floats, end: Floats, random: Generator) -> Floats:
        """Purchases in t of who is alive."""


def _ahead(
    t: ArrayLike, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    """A time for each customer, or several times for one."""
    history = checked(frequency, recency, T)
    try:
        times, x, t_x, end = np.broadcast_arrays(np.atleast_1d(np.asarray(t, float)), *history)
    except (TypeError, ValueError):
        raise NotANumber("the time ahead is one number, or one for each customer") from None
    if not np.all((times >= 0) & np.isfinite(times)):
        raise OutOfRange("the time ahead is a number from 0 up")
    return times, x, t_x, end
