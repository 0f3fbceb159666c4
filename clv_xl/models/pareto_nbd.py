"""Pareto/NBD: Schmittlein, Morrison and Colombo (1987), Counting Your Customers, Management Science 33(1).

The textbook likelihood is a difference of two 2F1 that overflow and cancel. Here it stands as what it means, the
integral over the moment u at which the customer left:

    s * integral from recency to T of (alpha + u)^-(r + x) (beta + u)^-(s + 1) du

In v = log(min(alpha, beta) + u) the logarithm of what is integrated is concave, and a few Gauss-Legendre nodes give it.
Every derivative is a mean over the same nodes, so the gradient and the Hessian are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import betainccinv, betaincinv, digamma, expit, gammaln, polygamma, xlogy

from clv_xl.errors import OutOfRange

from .buy_till_you_die import BuyTillYouDie
from .estimation import Likelihood
from .histories import checked
from .quadrature import discounted_tail, legendre

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import ArrayLike

    from .estimation import Floats
    from .histories import Histories

_NEGLIGIBLE = 40.0  # exp(-40) of the largest integrand
_CLIMBING, _EXACT = 16, 32  # nodes: relative error of the integral below 2e-10, and of rounding
_FINEST = 64
_TAIL = 1e-30
_CHUNK = 512  # rows whose nodes stay in the cache


@dataclass(frozen=True)
class ParetoNBD(BuyTillYouDie):
    """Parameters r and alpha of the purchase rates (gamma), s and beta of the rates of leaving (gamma); all above 0.

    The mean purchase rate is r / alpha, the mean rate of leaving s / beta, both per unit of time.
    """

    r: float
    alpha: float
    s: float
    beta: float

    STARTS: ClassVar = ((0.5, 0.25, 0.6, 0.3), (1.0, 1.0, 0.5, 2.0), (0.2, 0.05, 0.2, 0.05), (3.0, 3.0, 2.0, 5.0))
    TIMES: ClassVar = (0, 1, 0, 1)

    @classmethod
    def likelihood(cls, histories: Histories) -> Likelihood:
        weights = histories.weights / histories.customers
        counts, of_count = np.unique(histories.frequency, return_inverse=True)
        share = np.bincount(of_count, weights=weights)
        rows = np.stack([histories.frequency, histories.recency, histories.T, weights])
        chunks = [rows[:, start : start + _CHUNK] for start in range(0, rows.shape[1], _CHUNK)]

        def objective(theta: Floats) -> tuple[float, Floats]:
            r, alpha, s, beta = p = np.exp(theta)
            value = share @ gammaln(r + counts) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
            slopes = np.array(
                [share @ digamma(r + counts) - digamma(r) + np.log(alpha), r / alpha, np.log(beta), s / beta]
            )
            for x, t_x, end, weight in chunks:
                left = _Leaving(r, alpha, s, beta, x, t_x, end, _CLIMBING)
                value += weight @ left.loglik
                slopes += left.slopes(weight)
            return float(value), slopes * p

        def hessian(theta: Floats) -> Floats:
            r, alpha, s, beta = np.exp(theta)
            curves = np.zeros((4, 4))
            curves[0, 0] = share @ polygamma(1, r + counts) - polygamma(1, r)
            curves[0, 1] = curves[1, 0] = 1 / alpha
            curves[2, 3] = curves[3, 2] = 1 / beta
            curves[1, 1], curves[3, 3] = -r / alpha**2, -s / beta**2
            for x, t_x, end, weight in chunks:
                left = _Leaving(r, alpha, s, beta, x, t_x, end, _CLIMBING)
                curves += left.curves(weight)
            return curves

        return Likelihood(objective, hessian)

    # ---- what is known of a customer

    def loglik(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Floats:
        x, t_x, end = checked(frequency, recency, T)
        rate = gammaln(self.r + x) - gammaln(self.r) + self.r * np.log(self.alpha) + self.s * np.log(self.beta)
        return np.asarray(rate + self._by_chunks("loglik", x, t_x, end))

    def _odds_of_gone(self, x: Floats, t_x: Floats, end: Floats) -> Floats:
        return self._by_chunks("odds", x, t_x, end)

    def _by_chunks(self, figure: str, *history: Floats) -> Floats:
        x, t_x, end = np.broadcast_arrays(*history)
        out = np.empty(len(x))
        for start in range(0, len(x), _CHUNK):
            rows = slice(start, start + _CHUNK)
            left = _Leaving(self.r, self.alpha, self.s, self.beta, x[rows], t_x[rows], end[rows], _EXACT)
            out[rows] = getattr(left, figure)
        return out

    # ---- what is expected

    def _purchases_when_alive(self, t: Floats, x: Floats, end: Floats) -> Floats:
        left = self.beta + end
        return (self.r + x) / (self.alpha + end) * left * _power_integral(np.log1p(t / left), self.s - 1)

    def _residual_when_alive(self, discount: float, x: Floats, end: Floats) -> Floats:
        if discount == 0 and self.s <= 1:
            raise OutOfRange("without a discount customers buy without end when s is 1 or less: give a discount rate")
        left = self.beta + end
        ahead = discounted_tail(self.s, discount * left) if discount else 1 / (self.s - 1)
        return np.asarray((self.r + x) / (self.alpha + end) * left * ahead)

    def _chance_when_alive(self, n: int, t: Floats, x: Floats, end: Floats) -> Floats:
        """Still alive at t after n purchases, or n purchases and then gone at u, over all u before t.

        The latter is a beta density of u / (alpha + T + u) times a power of little slope: the integral keeps to where
        that density is.
        """
        shape, a, b = self.r + x, self.alpha + end, self.beta + end
        ways = gammaln(shape + n) - gammaln(shape) - gammaln(n + 1)
        stays = ways + xlogy(n, t / (a + t)) - shape * np.log1p(t / a) - self.s * np.log1p(t / b)
        least = np.minimum(a, b)
        bounds = [invert(n + 1, shape + self.s, _TAIL) for invert in (betaincinv, betainccinv)]
        low, high = (a * q / np.maximum(1 - q, _TAIL) for q in bounds)
        low, high = np.where(low < t, low, 0.0), np.minimum(high, t)
        first, width = np.log(least + low), np.log1p((high - low) / (least + low))
        places, share = legendre(_FINEST)
        gone = np.zeros(len(x))
        for place, part in zip(places, share, strict=True):
            v = first + width * place
            u = np.maximum(np.exp(v) - least, 0.0)
            power = xlogy(n, u / a) - (shape + n) * np.log1p(u / a) - (self.s + 1) * np.log1p(u / b)
            gone += part * np.exp(ways + power + v)
        return np.asarray(np.exp(stays) + self.s / b * width * gone)

    def _draw_when_alive(self, t: float, x: Floats, end: Floats, random: Generator) -> Floats:
        rate = random.gamma(self.r + x) / (self.alpha + end)
        leaving = random.gamma(self.s, size=len(x)) / (self.beta + end)
        lifetime = random.exponential(size=len(x)) / np.maximum(leaving, 1e-200)
        return np.asarray(random.poisson(rate * np.minimum(lifetime, t)), float)


class _Leaving:
    """When customers may have left: nodes in time (rows) for each customer (columns), and what each weighs.

    loglik  of each customer, but for what depends on x alone
    odds    log odds of having left
    """

    def __init__(
        self, r: float, alpha: float, s: float, beta: float, x: Floats, t_x: Floats, end: Floats, nodes: int
    ) -> None:
        self.s, self.shape = s, r + x
        self.alpha_end, self.beta_end = alpha + end, beta + end
        self.log_alpha_end, self.log_beta_end = np.log(self.alpha_end), np.log(self.beta_end)
        places, share = legendre(nodes)
        first = min(alpha, beta) + t_x
        width = np.log1p((end - t_x) / first)
        fall = self.shape * first / (alpha + t_x) + (s + 1) * first / (beta + t_x) - 1
        width = np.minimum(width, _NEGLIGIBLE / np.maximum(fall, np.finfo(float).tiny * _NEGLIGIBLE))
        v = np.multiply.outer(places, width)
        v += np.log(first)
        u = np.exp(v)
        if alpha <= beta:
            self.alpha_u, self.log_alpha_u = u, v
            self.beta_u = u + (beta - alpha)
            self.log_beta_u = np.log(self.beta_u)
        else:
            self.beta_u, self.log_beta_u = u, v
            self.alpha_u = u + (alpha - beta)
            self.log_alpha_u = np.log(self.alpha_u)
        power = v - self.shape * self.log_alpha_u
        power -= (s + 1) * self.log_beta_u
        most = power.max(axis=0)
        power -= most
        self.density = np.exp(power, out=power)
        self.density *= share[:, None]
        self.total = self.density.sum(axis=0)
        alive = -self.shape * self.log_alpha_end - s * self.log_beta_end
        self.odds = np.log(s * self.total) + most - alive + _log(width)
        self.loglik = alive + np.logaddexp(0, self.odds)

    def slopes(self, weight: Floats) -> Floats:
        """Of the weighted log-likelihood, by r, alpha, s and beta."""
        alive, gone = weight * expit(-self.odds), weight * expit(self.odds)
        density = self.density * (gone / self.total)
        return -np.array(
            [
                alive @ self.log_alpha_end + np.vdot(density, self.log_alpha_u),
                self.shape @ (alive / self.alpha_end + (density / self.alpha_u).sum(axis=0)),
                alive @ self.log_beta_end + np.vdot(density, self.log_beta_u) - gone.sum() / self.s,
                self.s * (alive @ (1 / self.beta_end)) + (self.s + 1) * (density / self.beta_u).sum(),
            ]
        )

    def curves(self, weight: Floats) -> Floats:
        """The Hessian: the mean of that of each moment of leaving, and the covariance of their slopes."""
        odds_alive = expit(-self.odds)
        shape, s = self.shape, self.s
        density = np.vstack([self.density * (expit(self.odds) / self.total), odds_alive])
        a, b = np.vstack([self.alpha_u, self.alpha_end]), np.vstack([self.beta_u, self.beta_end])
        log_a, log_b = (
            np.vstack([self.log_alpha_u, self.log_alpha_end]),
            np.vstack([self.log_beta_u, self.log_beta_end]),
        )
        left = np.ones((len(a), 1))
        left[-1] = 0  # the last is: not at all
        slopes = np.stack([-log_a, -shape / a, left / s - log_b, -(s + left) / b])
        means = (slopes * density).sum(axis=1)
        density *= weight
        curves = (slopes * density).reshape(4, -1) @ slopes.reshape(4, -1).T - (means * weight) @ means.T
        curves[1, 1] += (density * shape / a**2).sum()
        curves[3, 3] += (density * (s + left) / b**2).sum()
        curves[2, 2] -= (density * left).sum() / s**2
        curves[0, 1] -= (density / a).sum()
        curves[2, 3] -= (density / b).sum()
        curves[1, 0], curves[3, 2] = curves[0, 1], curves[2, 3]
        return np.asarray(curves)


def _power_integral(log_growth: Floats, k: float) -> Floats:
    """The integral of v^-(k + 1) from 1 to exp(log_growth), also about k = 0."""
    return np.asarray(log_growth if k == 0 else -np.expm1(-k * log_growth) / k)


def _log(values: Floats) -> Floats:
    """The logarithm, minus infinity at 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(values))
