"""Integrals that the models need and scipy does not give."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial import Chebyshev
from scipy.special import gammaln, zeta

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_NATS = 40.0  # exp(-40) of the whole is not seen
_TERMS = 33
_MARGIN = 1e-3  # so that equal places span something too
_SERIES_BELOW, _FRACTION_ABOVE = 1.0, 40.0
_SERIES_TERMS = 20
_MOST_TERMS = 500
_ROUNDING = 1e-16
_NEAR = 5e-3


@lru_cache
def legendre(nodes: int) -> tuple[Floats, Floats]:
    """Places and weights of Gauss and Legendre between 0 and 1."""
    places, weights = np.polynomial.legendre.leggauss(nodes)
    return (places + 1) / 2, weights / 2


@lru_cache(maxsize=4096)
def beta(a: float, b: float) -> tuple[Floats, Floats]:
    """Places p and weights such that weights @ f(p) is the mean of f under a beta distribution with a and b.

    For an f that is smooth in log p and level at both ends, as the models' are. The trapezoidal rule in the log odds of
    p, which is as good as exact for such a curve, however narrow (b of a million) or skewed (a of a thousandth) the
    distribution; Gauss and Jacobi's nodes miss what happens at a small p.
    """
    spread = np.sqrt((a + b) / (a * b))
    step = min(0.22, 0.6 * spread)
    middle = np.log(a / b)
    low = max(middle - 8.5 * spread - _NATS / a, -1.5 * _NATS)
    high = min(middle + 8.5 * spread + _NATS / b, _NATS)
    odds = np.arange(low, high + step, step)
    log_p, log_rest = -np.logaddexp(0, -odds), -np.logaddexp(0, odds)
    density = a * log_p + b * log_rest
    density = np.exp(density - density.max())
    # What lies beyond the ends falls like a geometric series.
    density[0] /= -np.expm1(-a * step)
    density[-1] /= -np.expm1(-b * step)
    counts = density > np.exp(-_NATS) * density.sum()
    return np.exp(log_p[counts]), density[counts] / density.sum()


def by_few(function: Callable[[Floats], Floats], places: Floats) -> Floats:
    """A positive function at many places above 0, from its values at few, when its graph on log scales is smooth.

    The function must have no singularity within a right angle of the positive axis; Chebyshev's series then gives it to
    rounding with a number of terms that depends on how far apart the places are alone.
    """
    if len(places) <= _TERMS:
        return function(places)
    ends = np.log([places.min(), places.max()]) + np.array([-_MARGIN, _MARGIN])
    terms = int(np.ceil(_TERMS / np.arcsinh(np.pi / (ends[1] - ends[0]))))
    if len(places) <= terms:
        return function(places)
    series = Chebyshev.interpolate(lambda v: np.log(function(np.exp(v))), terms, ends)
    return np.asarray(np.exp(series(np.log(places))))


def discounted_tail(s: float, z: Floats) -> Floats:
    """exp(z) E_s(z), the integral of exp(-z u) (1 + u)^-s over u from 0: s > 0, z > 0.

    The continued fraction of Legendre, except for a small z and s, where it is slow: there the series (NIST Handbook
    8.19.10) of an order about 1, and up again by recurrence, which loses nothing while z is below s.
    """
    z = np.asarray(z, float)
    out = np.empty(z.shape)
    small = z < (_SERIES_BELOW if s < _FRACTION_ABOVE else 0)
    if small.any():
        out[small] = _series_and_recurrence(s, z[small])
    out[~small] = _fraction(s, z[~small])
    return out


def _fraction(s: float, z: Floats) -> Floats:
    """1 / (z + s - 1 s / (z + s + 2 - 2 (s + 1) / (z + s + 4 - ...))), by the method of Lentz and Thompson."""
    b = z + s
    d = 1 / b
    step = d
    out = d.copy()
    for k in range(1, _MOST_TERMS):
        a = -k * (s + k - 1)
        b = b + 2
        d = 1 / (b + a * d)
        step = (b * d - 1) * step
        out += step
        if not np.any(np.abs(step) > _ROUNDING * out):
            break
    return out


def _series_and_recurrence(s: float, z: Floats) -> Floats:
    steps = max(round(s - 1), 0)
    e = 1 - (s - steps)  # from -1/2 to 1
    log_z = np.log(z)
    # (Gamma(1 + e) z^-e - 1) / e, which is -Euler's constant - log z where e is 0
    power = (gammaln(1 + e) if abs(e) > _NEAR else _log_gamma_near_1(e)) - e * log_z
    total = np.expm1(power) / e if e else -np.euler_gamma - log_z
    term = np.ones(z.shape)
    for k in range(1, _SERIES_TERMS):
        term = term * -z / k
        total = total - term / (e + k)
    out = np.exp(z) * total
    for k in range(steps):
        out = (1 - z * out) / (s - steps + k)
    return np.asarray(out)


def _log_gamma_near_1(e: float) -> float:
    """The logarithm of Gamma(1 + e) for a small e, whose digits 1 + e would lose."""
    return -np.euler_gamma * e + sum(zeta(k) / k * (-e) ** k for k in range(2, 8))
