"""The likelihood of BG/NBD and MBG/NBD, with the slopes and curves that fits climb by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import digamma, expit, gammaln, zeta

from .estimation import Likelihood

if TYPE_CHECKING:
    from .estimation import Floats
    from .histories import Histories


class BetaGeometricLikelihood:
    """Mean log-likelihood of histories as a function of the logarithms of r, alpha, a and b.

    Gamma functions depend on the number of purchases only and are taken once for each. In BG/NBD nobody leaves before
    the first repeat purchase, so of one-time buyers only T counts. A customer is alive, or left after the last
    purchase: the log odds of the second are `odds`.
    """

    def __init__(self, histories: Histories, *, tossed_at_first: bool) -> None:
        x, weights = histories.frequency, histories.weights / histories.customers
        self._counts, of_count = np.unique(x, return_inverse=True)
        self._share = np.bincount(of_count, weights=weights)
        self._tosses = self._counts + tossed_at_first
        may_be_gone = x >= 1 - tossed_at_first
        self._only_end, of_end = np.unique(histories.T[~may_be_gone], return_inverse=True)
        self._at_end = np.bincount(of_end, weights=weights[~may_be_gone], minlength=len(self._only_end))
        rows = x, histories.recency, histories.T, weights, of_count
        self._x, self._last, self._end, self._weights, self._of_count = (column[may_be_gone] for column in rows)

    def likelihood(self) -> Likelihood:
        """What a fit needs."""
        return Likelihood(self.objective, self.hessian)

    def objective(self, theta: Floats) -> tuple[float, Floats]:
        """The mean log-likelihood and its gradient."""
        r, alpha, a, b = p = np.exp(theta)
        share, counts, tosses = self._share, self._counts, self._tosses
        value = share @ (gammaln(r + counts) + gammaln(b + tosses) - gammaln(a + b + tosses))
        value += r * np.log(alpha) - gammaln(r) + gammaln(a + b) - gammaln(b)
        both = digamma(a + b) - share @ digamma(a + b + tosses)
        by_r = share @ digamma(r + counts) - digamma(r) + np.log(alpha)
        by_alpha, by_a = r / alpha, both
        by_b = both - digamma(b) + share @ digamma(b + tosses)
        if len(self._only_end):
            log_end = np.log(alpha + self._only_end)
            value -= r * (self._at_end @ log_end)
            by_r -= self._at_end @ log_end
            by_alpha -= r * (self._at_end @ (1 / (alpha + self._only_end)))
        end, last, shape = alpha + self._end, alpha + self._last, r + self._x
        log_end, log_last, stayed = np.log(end), np.log(last), self._stayed(b)
        odds = (np.log(a) - np.log(stayed))[self._of_count] + shape * (log_end - log_last)
        gone = expit(odds)
        # log(1 + exp(odds)) without overflow
        value += self._weights @ (np.maximum(odds, 0) + np.log1p(np.exp(-np.abs(odds))) - shape * log_end)
        gone *= self._weights
        alive = self._weights - gone
        by_r -= alive @ log_end + gone @ log_last
        by_alpha -= alive @ (shape / end) + gone @ (shape / last)
        by_a += gone.sum() / a
        by_b -= np.bincount(self._of_count, weights=gone, minlength=len(counts)) @ (1 / stayed)
        return float(value), np.array([by_r, by_alpha, by_a, by_b]) * p

    def hessian(self, theta: Floats) -> Floats:
        """The second derivatives of the objective, by the parameters."""
        r, alpha, a, b = np.exp(theta)
        share, tosses, weights = self._share, self._tosses, self._weights
        both = _trigamma(a + b) - share @ _trigamma(a + b + tosses)
        h = np.zeros((4, 4))
        h[0, 0] = share @ _trigamma(r + self._counts) - _trigamma(r)
        h[0, 1], h[1, 1] = 1 / alpha, -r / alpha**2
        h[2, 2] = h[2, 3] = both
        h[3, 3] = both - _trigamma(b) + share @ _trigamma(b + tosses)
        if len(self._only_end):
            inverse = 1 / (alpha + self._only_end)
            h[0, 1] -= self._at_end @ inverse
            h[1, 1] += r * (self._at_end @ inverse**2)
        end, last, shape, stayed = alpha + self._end, alpha + self._last, r + self._x, self._stayed(b)
        later = np.log(end) - np.log(last)
        chance = expit((np.log(a) - np.log(stayed))[self._of_count] + shape * later)
        gone = weights * chance
        # The slopes of the odds: by r, alpha and b; by a it is 1 / a for all.
        slopes = np.stack([later, shape / end - shape / last, (-1 / stayed)[self._of_count]])
        unsure = gone * (1 - chance)
        h[np.ix_([0, 1, 3], [0, 1, 3])] += (slopes * unsure) @ slopes.T
        h[[0, 1, 2], [2, 2, 3]] += slopes @ unsure / a
        h[0, 1] += gone @ (1 / end - 1 / last) - weights @ (1 / end)
        h[1, 1] += weights @ (shape / end**2) - gone @ (shape / end**2 - shape / last**2)
        h[2, 2] += (unsure.sum() - gone.sum()) / a**2
        h[3, 3] += gone @ slopes[2] ** 2
        return np.asarray(np.triu(h) + np.triu(h, 1).T)

    def _stayed(self, b: float) -> Floats:
        """Tosses survived for sure, and b; who never tossed is not looked up."""
        return np.where(self._tosses > 0, b + self._tosses - 1, 1.0)


def _trigamma(z: Floats | float) -> Floats:
    return np.asarray(zeta(2, z))
