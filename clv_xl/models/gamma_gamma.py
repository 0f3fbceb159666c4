"""Gamma-Gamma: what a customer spends per purchase. Fader, Hardie and Lee (2005), RFM and CLV.

Journal of Marketing Research 42, in the form of Fader and Hardie (2013), note 025. Frequency counts repeat purchases,
and monetary value is their mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import digamma, gammaln, zeta

from clv_xl.errors import NotAvailable, OutOfRange

from .checks import columns, counted, refuse, whole
from .estimation import Fit, Likelihood, above_zero, fitted

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import ArrayLike

    from .estimation import Floats

_STARTS = ((3.0, 3.0, 0.7), (1.0, 2.0, 2.0), (20.0, 5.0, 0.2), (1.0, 0.5, 0.5))

CORRELATED = 0.3
"""Above this correlation of frequency and spend, either way, the model's assumption of independence is in doubt."""


@dataclass(frozen=True)
class GammaGamma:
    """Parameters p, q and v, all above 0; v is in the currency.

    What a customer spends at a purchase is gamma with shape p and rate nu, and nu differs between customers, gamma with
    shape q and rate v. Spend is taken as independent of how often a customer buys.
    """

    p: float
    q: float
    v: float

    def __post_init__(self) -> None:
        above_zero(self)

    # ---- fitting

    @classmethod
    def fit(cls, frequency: ArrayLike, monetary_value: ArrayLike, weights: ArrayLike | None = None) -> Fit[Self]:
        """Maximum likelihood, from repeat buyers with a mean spend above 0; `customers` of the fit counts them.

        Args:
            frequency: repeat purchases of each customer.
            monetary_value: mean spend per repeat purchase; empty (nan) where it is not known.
            weights: customers that each row stands for; 1 each when left out.

        Raises:
            CellError: values that cannot be, or no repeat buyer with a mean spend above 0.

        """
        x, m, w = _spenders(frequency, monetary_value, weights)
        unit = float(w @ m) / float(w.sum())
        # A density in money changes with the unit of money.
        return fitted(
            cls,
            cls._likelihood(x, m / unit, w),
            _STARTS,
            float(w.sum()),
            scale=(1, 1, unit),
            offset=-float(np.log(unit)),
        )

    @staticmethod
    def _likelihood(x: Floats, m: Floats, w: Floats) -> Likelihood:
        weights = w / w.sum()
        counts, of_count = np.unique(x, return_inverse=True)
        share = np.bincount(of_count, weights=weights)
        total, purchases = x * m, weights * x
        log_total, log_mean = float(purchases @ np.log(total)), float(weights @ np.log(m))

        def objective(theta: Floats) -> tuple[float, Floats]:
            p, q, v = np.exp(theta)
            spent = np.log(v + total)
            by_purchase, by_customer = purchases @ spent, weights @ spent
            inverse = 1 / (v + total)
            value = share @ (gammaln(p * counts + q) - gammaln(p * counts)) - gammaln(q) + q * (theta[2] - by_customer)
            value += p * (log_total - by_purchase) - log_mean
            both = digamma(p * counts + q)
            by_p = share @ (counts * (both - digamma(p * counts))) + log_total - by_purchase
            by_q = share @ both - digamma(q) + theta[2] - by_customer
            by_v = q / v - p * (purchases @ inverse) - q * (weights @ inverse)
            return float(value), np.array([by_p * p, by_q * q, by_v * v])

        def hessian(theta: Floats) -> Floats:
            p, q, v = np.exp(theta)
            inverse = 1 / (v + total)
            both, by_customer, by_purchase = zeta(2, p * counts + q), weights @ inverse, purchases @ inverse
            pp = share @ (counts**2 * (both - zeta(2, p * counts)))
            pq, qq = share @ (counts * both), share @ both - zeta(2, q)
            vv = p * (purchases @ inverse**2) + q * (weights @ inverse**2) - q / v**2
            return np.array(
                [[pp, pq, -by_purchase], [pq, qq, 1 / v - by_customer], [-by_purchase, 1 / v - by_customer, vv]]
            )

        return Likelihood(objective, hessian)

    def loglik(self, frequency: ArrayLike, monetary_value: ArrayLike) -> Floats:
        """The log-likelihood of each repeat buyer's mean spend; both must be above 0."""
        x, m = _checked(frequency, monetary_value)
        refuse(~((x > 0) & (m > 0)), "the likelihood is of repeat buyers with a mean spend above 0")
        shape, spent = self.p * x, np.log(self.v + x * m)
        value = gammaln(shape + self.q) - gammaln(shape) - gammaln(self.q) - np.log(m)
        return np.asarray(value + self.q * (np.log(self.v) - spent) + shape * (np.log(x * m) - spent))

    # ---- what is expected

    @property
    def population_mean(self) -> float:
        """Expected spend per purchase of somebody of whom nothing is known.

        Raises:
            OutOfRange: q is not above 1, and the mean is infinite.

        """
        return float(self._mean(0.0, 0.0))

    def expected_spend(self, frequency: ArrayLike, monetary_value: ArrayLike) -> Floats:
        """Expected spend per purchase of each customer: between their own mean and that of all.

        Without repeat purchases, or with an unknown mean (nan), it is the population mean. A mean below 0, of who
        brought back more than was bought, counts as 0.

        Raises:
            OutOfRange: so few purchases and so small a q that the mean is infinite.

        """
        return self._mean(*self._known(frequency, monetary_value))

    @staticmethod
    def _known(frequency: ArrayLike, monetary_value: ArrayLike) -> tuple[Floats, Floats]:
        """Purchases whose spend is known, and all that was spent at them."""
        x, m = _checked(frequency, monetary_value)
        x = np.where(np.isnan(m), 0.0, x)
        return x, np.where(x > 0, x * np.maximum(m, 0.0), 0.0)

    def _mean(self, x: Floats | float, spent: Floats | float) -> Floats:
        shape = self.p * np.asarray(x) + self.q
        if np.any(shape <= 1):
            raise OutOfRange(
                f"the mean spend of all customers is infinite: q is {self.q:.4g}, and it is finite only above 1"
            )
        return np.asarray(self.p * (self.v + spent) / (shape - 1))

    # ---- simulation

    def simulate_spend(
        self, purchases: Floats, frequency: ArrayLike, monetary_value: ArrayLike, random: Generator
    ) -> Floats:
        """What each customer spends at so many purchases to come: one draw for each, given what they spent so far."""
        x, spent = self._known(frequency, monetary_value)
        rate = np.maximum(random.gamma(self.p * x + self.q), _LEAST) / (self.v + spent)
        return random.gamma(self.p * purchases) / rate


_LEAST = 1e-200  # a smaller rate, for q near 0, would overflow


def frequency_spend_correlation(
    frequency: ArrayLike, monetary_value: ArrayLike, weights: ArrayLike | None = None
) -> float:
    """Pearson's correlation of frequency and mean spend, of repeat buyers with a mean spend above 0; see `CORRELATED`.

    Raises:
        NotAvailable: there are none, or one of the two does not vary.

    """
    x, m, w = _spenders(frequency, monetary_value, weights)
    x, m = (values - np.average(values, weights=w) for values in (x, m / m.max()))
    spread = float(np.sqrt((w @ x**2) * (w @ m**2)))
    if not spread > np.finfo(float).eps * float(w.sum()):
        raise NotAvailable("frequency or mean spend is the same for all repeat buyers: they have no correlation")
    return float(w @ (x * m)) / spread


def _checked(frequency: ArrayLike, monetary_value: ArrayLike) -> tuple[Floats, Floats]:
    x, m = columns(frequency=frequency, monetary_value=monetary_value)
    whole(x, "frequency", most=None)
    refuse(np.isinf(m), "monetary_value is a number, or empty")
    return x, m


def _spenders(
    frequency: ArrayLike, monetary_value: ArrayLike, weights: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """Frequency, mean spend and weight of who the model is about."""
    x, m = _checked(frequency, monetary_value)
    x, m, w = columns(frequency=x, monetary_value=m, weights=1.0 if weights is None else weights)
    counted(w)
    told = (x > 0) & (m > 0) & (w > 0)
    if not told.any():
        raise NotAvailable(f"none of the {w.sum():,.0f} customers is a repeat buyer with a mean spend above 0")
    return x[told], m[told], w[told]
