"""What BG/NBD and MBG/NBD share: Poisson purchases, and a coin that ends the customer's life after a purchase.

Both know a customer who is alive by two numbers that are independent of each other: the purchase rate, gamma with
`r + x` and `alpha + T`, and the chance to leave, beta with `a` and `b + x` (MBG/NBD: one survived toss more, at time
zero). Every expectation is one of these two. All formulas take arrays; times are in the unit of `alpha`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import betainc, betaln, gammaln, xlogy

from clv_xl.errors import OutOfRange

from .beta_geometric_fit import BetaGeometricLikelihood
from .buy_till_you_die import BuyTillYouDie
from .histories import checked
from .quadrature import beta, by_few, discounted_tail

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator
    from numpy.typing import ArrayLike

    from .estimation import Floats, Likelihood
    from .histories import Histories


@dataclass(frozen=True)
class BetaGeometric(BuyTillYouDie):
    """Parameters r and alpha of the purchase rates (gamma), a and b of the chance to leave (beta); all above 0.

    The mean purchase rate is r / alpha per unit of time, the mean chance to leave at a purchase a / (a + b).
    """

    r: float
    alpha: float
    a: float
    b: float

    TOSSED_AT_FIRST: ClassVar[bool]
    """Whether the first purchase too may be the last (MBG/NBD)."""

    STARTS: ClassVar = ((0.5, 0.15, 1.0, 2.5), (1.0, 1.0, 0.5, 5.0), (0.2, 0.05, 0.2, 0.2), (3.0, 3.0, 0.1, 1.0))
    TIMES: ClassVar = (0, 1, 0, 0)

    @classmethod
    def likelihood(cls, histories: Histories) -> Likelihood:
        return BetaGeometricLikelihood(histories, tossed_at_first=cls.TOSSED_AT_FIRST).likelihood()

    # ---- what is known of a customer

    def loglik(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Floats:
        x, t_x, end = checked(frequency, recency, T)
        shape, tosses = self.r + x, x + self.TOSSED_AT_FIRST
        alive = gammaln(shape) - gammaln(self.r) + self.r * np.log(self.alpha) - shape * np.log(self.alpha + end)
        alive += betaln(self.a, self.b + tosses) - betaln(self.a, self.b)
        return np.asarray(alive + np.logaddexp(0, self._odds_of_gone(x, t_x, end)))

    def _odds_of_gone(self, x: Floats, t_x: Floats, end: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):  # b + x - 1 below 0 is not looked at
            odds = np.log(self.a) - np.log(self.b + x - 1 + self.TOSSED_AT_FIRST)
            odds += (self.r + x) * (np.log(self.alpha + end) - np.log(self.alpha + t_x))
        return odds if self.TOSSED_AT_FIRST else np.where(x > 0, odds, -np.inf)

    # ---- what is expected

    def _purchases_when_alive(self, t: Floats, x: Floats, end: Floats) -> Floats:
        """E[(1 - exp(-rate p t)) / p]: the textbook's 2F1 is this, but loses its digits about a = 1 and for large a."""

        def purchases(shape: float, p: Floats, time: Floats) -> Floats:
            return -np.expm1(-shape * np.log1p(np.multiply.outer(time, p))) / p

        return self._mean(purchases, x, t / (self.alpha + end))

    def _mean(self, what: Callable[[float, Floats, Floats], Floats], x: Floats, time: Floats) -> Floats:
        """The mean over the chance to leave, of what depends on it, on the shape of the rate, and on time."""
        mean = np.zeros(len(x))
        for count in np.unique(x):
            same = np.flatnonzero((x == count) & (time > 0))
            shape = self.r + float(count)
            p, weights = beta(self.a, self.b + float(count) + self.TOSSED_AT_FIRST)
            mean[same] = by_few(lambda times: what(shape, p, times) @ weights, time[same])  # noqa: B023  called at once
        return mean

    def _chance_when_alive(self, n: int, t: Floats, x: Floats, end: Floats) -> Floats:
        a, b, shape = self.a, self.b + x + self.TOSSED_AT_FIRST, self.r + x
        z = t / (self.alpha + end + t)
        stays = np.exp(betaln(a, b + n) - betaln(a, b))
        poisson = gammaln(shape + n) - gammaln(shape) - gammaln(n + 1) + shape * np.log1p(-z)
        chance = stays * np.exp(poisson + xlogy(n, z))
        if n == 0:
            return np.asarray(chance)
        leaves = np.exp(betaln(a + 1, b + n - 1) - betaln(a, b))
        return np.asarray(chance + leaves * betainc(n, shape, z))

    def _residual_when_alive(self, discount: float, x: Floats, end: Floats) -> Floats:
        """E[N'(t) exp(-discount t)] with the rate integrated out, over the chance to leave; no formula is published."""
        b = self.b + x + self.TOSSED_AT_FIRST
        if discount == 0:
            if self.a <= 1:
                raise OutOfRange(
                    "without a discount customers buy without end when a is 1 or less: give a discount rate"
                )
            return (self.a + b - 1) / (self.a - 1)

        def purchases(shape: float, p: Floats, time: Floats) -> Floats:
            return shape / p * discounted_tail(shape + 1, np.divide.outer(time, p))

        return self._mean(purchases, x, discount * (self.alpha + end))

    def _draw_when_alive(self, t: float, x: Floats, end: Floats, random: Generator) -> Floats:
        rate = random.gamma(self.r + x) / (self.alpha + end)
        leave = np.maximum(random.beta(self.a, self.b + x + self.TOSSED_AT_FIRST), np.finfo(float).tiny)
        return np.asarray(np.minimum(random.poisson(rate * t), random.geometric(leave)), float)
