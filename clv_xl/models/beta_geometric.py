"""What BG/NBD and MBG/NBD share: Poisson purchases, and a coin that ends the customer's life after a purchase.

Both know a customer who is alive by two numbers that are independent of each other: the purchase rate, gamma with
`r + x` and `alpha + T`, and the chance to leave, beta with `a` and `b + x` (MBG/NBD: one survived toss more, at time
zero). Every expectation is one of these two. All formulas take arrays; times are in the unit of `alpha`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import betainc, betaln, digamma, expit, gammaln, xlogy

from clv_xl.errors import OutOfRange

from .buy_till_you_die import BuyTillYouDie
from .estimation import Likelihood
from .histories import checked
from .quadrature import beta, by_few, discounted_tail

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator
    from numpy.typing import ArrayLike

    from .estimation import Floats
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
        x, t_x, end = histories.frequency, histories.recency, histories.T
        weights = histories.weights / histories.customers
        counts, of_count = np.unique(x, return_inverse=True)
        share = np.bincount(of_count, weights=weights)
        tosses = counts + cls.TOSSED_AT_FIRST
        # In BG/NBD nobody leaves before the first repeat purchase, so for one-time buyers only T counts.
        may_be_gone = np.full(len(x), True) if cls.TOSSED_AT_FIRST else x > 0
        only_end, of_end = np.unique(end[~may_be_gone], return_inverse=True)
        at_end = np.bincount(of_end, weights=weights[~may_be_gone], minlength=len(only_end))
        x, t_x, end, weights = (values[may_be_gone] for values in (x, t_x, end, weights))
        of_count = of_count[may_be_gone]

        def objective(theta: Floats) -> tuple[float, Floats]:
            r, alpha, a, b = np.exp(theta)
            purchases, survived, all_tosses = digamma(r + counts), digamma(b + tosses), digamma(a + b + tosses)
            value = share @ (gammaln(r + counts) + gammaln(b + tosses) - gammaln(a + b + tosses))
            value += r * np.log(alpha) - gammaln(r) + gammaln(a + b) - gammaln(b)
            by_r = share @ purchases - digamma(r) + np.log(alpha)
            by_alpha = r / alpha
            by_a = digamma(a + b) - share @ all_tosses
            by_b = digamma(a + b) - digamma(b) + share @ (survived - all_tosses)
            if len(only_end):
                log_end = np.log(alpha + only_end)
                value -= r * (at_end @ log_end)
                by_r -= at_end @ log_end
                by_alpha -= r * (at_end @ (1 / (alpha + only_end)))
            log_end, log_last, shape = np.log(alpha + end), np.log(alpha + t_x), r + x
            stayed = np.where(tosses > 0, b + tosses - 1, 1.0)  # who never tossed is not looked up
            odds = np.log(a) - np.log(stayed)[of_count] + shape * (log_end - log_last)
            gone = expit(odds)
            # log(1 + exp(odds)) without overflow
            value += weights @ (np.maximum(odds, 0) + np.log1p(np.exp(-np.abs(odds))) - shape * log_end)
            gone *= weights
            alive = weights - gone
            by_r -= alive @ log_end + gone @ log_last
            by_alpha -= (alive * shape) @ (1 / (alpha + end)) + (gone * shape) @ (1 / (alpha + t_x))
            by_a += gone.sum() / a
            by_b -= np.bincount(of_count, weights=gone, minlength=len(counts)) @ (1 / stayed)
            return float(value), np.array([by_r * r, by_alpha * alpha, by_a * a, by_b * b])

        return Likelihood(objective)

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
