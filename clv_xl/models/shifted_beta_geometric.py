"""Shifted beta-geometric: Fader and Hardie (2007), How to Project Customer Retention, J. Interactive Marketing 21(1).

For contracts that end or are renewed once a period. Periods are counted from 1; the first chance to leave is at the
end of period 1, so a customer lost in period t has renewed t - 1 times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import expit

from clv_xl.errors import NotAvailable, OutOfRange

from .checks import MOST_PERIODS, columns, counted, refuse, whole
from .estimation import Fit, above_zero, fitted

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .estimation import Floats, Objective

_STARTS = ((1.0, 2.0), (0.1, 1.0), (5.0, 20.0), (0.5, 0.1))


@dataclass(frozen=True)
class SBG:
    """Parameters alpha and beta of the chance to leave at the end of a period (beta); both above 0.

    The chance differs between customers, with mean alpha / (alpha + beta), and never changes for one of them:
    retention of a cohort rises because who is likely to leave leaves early.
    """

    alpha: float
    beta: float

    def __post_init__(self) -> None:
        above_zero(self)

    # ---- fitting

    @classmethod
    def fit(cls, periods: ArrayLike, lost: ArrayLike, weights: ArrayLike | None = None) -> Fit[Self]:
        """Maximum likelihood, from customers; cohorts of different age can be mixed.

        Args:
            periods: the period in which a customer left, or the last one that is known to have been followed by a
                renewal; 0 for who has not come to a renewal yet.
            lost: whether the customer left.
            weights: customers that each row stands for; 1 each when left out.

        Raises:
            CellError: periods that cannot be, or no renewal or loss at all.

        """
        at, gone, w = columns(periods=periods, lost=lost, weights=1.0 if weights is None else weights)
        last = whole(at, "periods")
        refuse((gone != 0) & (gone != 1), "lost is true or false")
        refuse((gone == 1) & (last == 0), "nobody is lost before period 1")
        counted(w)
        left = np.bincount(last, w * gone).astype(float)[1:]
        stayed = np.bincount(last, w * (1 - gone)).astype(float)[1:]
        return cls._fitted(left, (left + stayed)[::-1].cumsum()[::-1] - left, float(w.sum()))

    @classmethod
    def fit_survivors(cls, survivors: ArrayLike, customers: float | None = None) -> Fit[Self]:
        """Maximum likelihood, from the customers of one cohort that were left after 0, 1, 2... periods.

        Args:
            survivors: counts, or shares on any scale (100, 63.1, 46.8...) when `customers` is given; never rising.
            customers: how many there were at the start; left out, the first count.

        Raises:
            CellError: survivors that cannot be, or no period at all.

        """
        (left_over,) = columns(survivors=survivors)
        refuse(~((left_over >= 0) & np.isfinite(left_over)), "survivors are numbers from 0 up")
        refuse(np.diff(left_over, prepend=left_over[:1]) > 0, "survivors never rise")
        if len(left_over) > MOST_PERIODS:
            raise OutOfRange(f"a survival table has at most {MOST_PERIODS:,} periods")
        if customers is not None:
            counted(*columns(customers=customers))
            counted(left_over)
            left_over = left_over / left_over[0] * customers
        return cls._fitted(left_over[:-1] - left_over[1:], left_over[1:], float(counted(left_over)[0]))

    @classmethod
    def _fitted(cls, left: Floats, stayed: Floats, customers: float) -> Fit[Self]:
        if not (left + stayed).any():
            raise NotAvailable("no customer has come to a renewal yet")
        return fitted(cls, cls._objective(left / customers, stayed / customers), _STARTS, customers, scale=(1, 1))

    @staticmethod
    def _objective(left: Floats, stayed: Floats) -> Objective:
        earlier = np.arange(len(left))
        came, lost = left + stayed, left.sum()

        def objective(theta: Floats) -> tuple[float, Floats]:
            alpha, beta = np.exp(theta)
            stay, either = beta + earlier, alpha + beta + earlier
            value = lost * np.log(alpha) + stayed @ np.log(stay) - came @ np.log(either)
            both = came @ (1 / either)
            return float(value), np.array([lost - alpha * both, beta * (stayed @ (1 / stay) - both)])

        return objective

    def loglik(self, periods: ArrayLike, lost: ArrayLike) -> Floats:
        """The log-likelihood of each customer; arguments as for `fit`."""
        at, gone = columns(periods=periods, lost=lost)
        last = whole(at, "periods")
        refuse((gone != 0) & (gone != 1), "lost is true or false")
        refuse((gone == 1) & (last == 0), "nobody is lost before period 1")
        survival = self.log_survival(int(last.max(initial=0)))
        left = survival[last - (gone == 1)] + np.log(self.churn(np.maximum(last, 1)))
        return np.where(gone == 1, left, survival[last])

    # ---- a cohort

    def log_survival(self, last: int) -> Floats:
        """Logarithms of the survival after 0, 1... `last` periods."""
        earlier = np.arange(last)
        stay = np.log(self.beta + earlier) - np.log(self.alpha + self.beta + earlier)
        return np.concatenate([[0.0], np.cumsum(stay)])

    def survival(self, t: ArrayLike) -> Floats:
        """The share of a cohort that is left after t periods, t from 0."""
        after = whole(t, "t")
        return np.asarray(np.exp(self.log_survival(int(after.max(initial=0)))[after]))

    def retention(self, t: ArrayLike) -> Floats:
        """The share of the customers in period t, from 1, that renews at its end."""
        renewals = whole(t, "t", 1, None) - 1
        return np.asarray((self.beta + renewals) / (self.alpha + self.beta + renewals))

    def churn(self, t: ArrayLike) -> Floats:
        """The share of the customers in period t, from 1, that leaves at its end."""
        renewals = whole(t, "t", 1, None) - 1
        return np.asarray(self.alpha / (self.alpha + self.beta + renewals))

    def probability_of_churn_at(self, t: ArrayLike) -> Floats:
        """The chance that a new customer leaves at the end of period t, from 1."""
        period = np.asarray(t, float)
        return self.churn(period) * self.survival(period - 1)

    def projection(self, periods: int, customers: ArrayLike, renewals: ArrayLike = 0) -> Floats:
        """Customers that will be left after 1, 2... `periods` periods, all cohorts together.

        Args:
            periods: how far to look, from 1.
            customers: now in each cohort.
            renewals: made so far by each cohort; 0 for a new one.

        """
        now, made = columns(customers=customers, renewals=renewals)
        refuse(~((now >= 0) & np.isfinite(now)), "customers are a number from 0 up")
        age = whole(made, "renewals")
        (ahead,) = whole(periods, "periods", 1)
        survival = self.log_survival(int(age.max(initial=0) + ahead))
        later = survival[age[:, None] + np.arange(1, ahead + 1)] - survival[age][:, None]
        return np.asarray(now @ np.exp(later))

    # ---- lifetime

    @property
    def expected_lifetime(self) -> float:
        """Mean number of periods that a new customer stays, the first included.

        Raises:
            OutOfRange: alpha is not above 1, and the mean is infinite.

        """
        if not self.alpha > 1:
            raise OutOfRange(
                f"the expected lifetime is infinite: alpha is {self.alpha:.4g}, and it is finite only above 1; "
                "a discount rate makes it finite"
            )
        return (self.alpha + self.beta - 1) / (self.alpha - 1)

    def derl(self, discount: float, period: ArrayLike) -> Floats:
        """Discounted expected residual lifetime: renewals still to come, each worth less the later it comes.

        Equation 6 of Fader and Hardie (2010), Customer-Base Valuation in a Contractual Setting, Marketing Science
        29(1): of a customer in `period` (from 1, so with one renewal less) who is about to renew or leave. That renewal
        is not discounted. `discount` is the rate per period, 0.1 for 10 %, and above 0.
        """
        now = whole(period, "period", 1, None)
        if not 0 < discount < np.inf:
            raise OutOfRange("the discount is a rate per period above 0")
        periods, of_period = np.unique(now, return_inverse=True)
        sums = [discounted_sum(self.beta + each, self.alpha, discount) for each in periods.tolist()]
        return np.asarray(self.retention(now) * np.array(sums)[of_period])


def discounted_sum(b: float, c: float, discount: float) -> float:
    """2F1(1, b; b + c; 1 / (1 + discount)) for b from 1 and c above 0: the sum of (b)k / (b + c)k / (1 + discount)^k.

    It is the mean of 1 / (1 - z p) under a beta distribution with b and c, by the trapezoidal rule in the logit of p,
    whose error falls exponentially whatever the discount. scipy's `hyp2f1` is wrong or infinite where c is (nearly) a
    whole number and the discount a few percent, and nan for c of thousands.
    """
    if c < _SMALL:  # too long a tail; one up is not
        return (1 + discount - c / (b + c) * discounted_sum(b, c + 1, discount)) / discount
    top = b * np.log(b / (b + c)) + c * np.log(c / (b + c))
    step = 0.25 * min(1.0, 2 * np.sqrt(1 / b + 1 / c))
    low, high = (top - _NOTHING) / b, (_NOTHING - top - np.log(min(discount, 1.0))) / c
    logit = np.arange(low, high, step)
    weight = np.exp(-b * np.logaddexp(0, -logit) - c * np.logaddexp(0, logit) - top)
    return float((1 + discount) * (weight @ (1 / (discount + expit(-logit)))) / weight.sum())


_SMALL = 0.05
_NOTHING = 45.0  # exp(-45) of the largest weight is left out
