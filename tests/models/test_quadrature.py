"""The integrals agree with mpmath's, in the corners too."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from clv_xl.models.quadrature import beta, by_few, discounted_tail

_ORDERS = [1e-3, 0.1, 0.5, 0.6061, 0.995, 1 - 1e-9, 1, 1 + 1e-12, 1.001, 1.4999, 1.5, 2, 2.5, 7.3, 20.3, 39.9, 40.1]
_LARGE = [81, 81.243, 300.7, 1e4, 1e5]


def _tail(s, z):
    with mpmath.workdps(25):
        s, z = mpmath.mpf(s), mpmath.mpf(z)
        if s < 50 and z < 100:
            return float(mpmath.exp(z) * mpmath.expint(s, z))
        unit = s + z  # over which what is integrated falls by e
        places = [0, 1, 4, 16, 64, 256, mpmath.inf]
        return float(mpmath.quad(lambda u: mpmath.exp(-z * u / unit - s * mpmath.log1p(u / unit)), places) / unit)


@pytest.mark.parametrize("s", _ORDERS + _LARGE)
def test_discounted_tail(s):
    z = np.array([1e-8, 1e-3, 0.1, 0.999, 1.0, 2.0, 20.0, 300.0, 1e6])
    if s > 50:
        z = z[2:]  # below, mpmath's own integral is too slow; the next test says what it is there
    assert discounted_tail(s, z).tolist() == pytest.approx([_tail(s, value) for value in z], rel=2e-13)


@pytest.mark.parametrize("s", [81.0, 1e3, 1e5])
def test_discounted_tail_without_much_discount(s):
    """By its expansion in z, 1 / (s - 1) - z / ((s - 1) (s - 2)) and so on."""
    z = 1e-6
    expected = 1 / (s - 1) - z / ((s - 1) * (s - 2)) + z**2 / ((s - 1) * (s - 2) * (s - 3))
    assert discounted_tail(s, np.array([z])) == pytest.approx([expected], rel=1e-13)


@pytest.mark.parametrize("a", [1e-3, 0.05, 0.8, 1, 5, 40, 1e4])
@pytest.mark.parametrize("b", [0.01, 2.4, 50, 3e3, 1e6])
def test_means_over_a_beta_distribution(a, b):
    p, weights = beta(a, b)
    assert len(p) < 1000
    assert np.all((p > 0) & (p <= 1))
    assert weights.sum() == pytest.approx(1, rel=1e-13)
    for power in (1, 2, 3):
        moment = np.prod([(a + k) / (a + b + k) for k in range(power)])
        assert weights @ p**power == pytest.approx(moment, rel=1e-10)
    # What a rule for polynomials misses: a bend at a small p.
    for bend in (1e-6, 1e-2) if b <= 50 else ():  # beyond, mpmath takes its time
        with mpmath.workdps(20):
            expected = mpmath.hyp2f1(1, a, a + b, -1 / mpmath.mpf(bend))
        assert weights @ (1 / (1 + p / bend)) == pytest.approx(float(expected), rel=1e-10)


def test_a_function_from_few_of_its_values():
    places = np.random.default_rng(1).lognormal(0, 2, 5000)
    calls = []

    def function(values):
        calls.append(len(values))
        return values / (1 + values) ** 1.5

    assert by_few(function, places).tolist() == pytest.approx(function(places).tolist(), rel=1e-11)
    assert calls[0] < 500
    assert by_few(function, np.full(99, 2.0)).tolist() == pytest.approx(function(np.full(99, 2.0)).tolist(), rel=1e-13)
    assert by_few(function, np.array([])).tolist() == []
