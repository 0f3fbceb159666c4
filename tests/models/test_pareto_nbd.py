"""Pareto/NBD gives the published figures, and the textbook's integrals in the corners."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from clv_xl.errors import OutOfRange
from clv_xl.models.estimation import Verdict
from clv_xl.models.pareto_nbd import ParetoNBD


def _figures(fit):
    return dict(zip(fit.names, fit.parameters, strict=True)) | {"loglik": fit.loglik}


@pytest.mark.parametrize("name", ["pnbd-fit-paper", "pnbd-fit-clvtools"])
def test_fits_of_the_cdnow_sample(name, cdnow, oracle):
    fit, published = ParetoNBD.fit(*cdnow[:3]), oracle(name)
    got = _figures(fit)
    published.holds([got[key] for key in published.expected], list(published.expected.values()))
    assert fit.verdict is Verdict.CONVERGED


def test_log_likelihood_and_standard_errors(cdnow, oracle):
    fit = ParetoNBD.fit(*cdnow[:3])
    oracle("pnbd-loglik").holds(fit.loglik)
    oracle("pnbd-se-clvtools").holds(fit.standard_errors)


def test_fit_of_all_cdnow_customers(cdnow_full, oracle):
    fit, published = ParetoNBD.fit(*cdnow_full), oracle("pnbd-fit-full")
    got = _figures(fit)
    published.holds([got[key] for key in published.expected], list(published.expected.values()))
    oracle("pnbd-se-full").holds(fit.standard_errors)
    assert fit.verdict is Verdict.CONVERGED


def test_holdout_of_the_cdnow_sample(cdnow_future, oracle):
    *known, future = cdnow_future
    published = oracle("pnbd-holdout-clvtools")
    # At the parameters where the publisher's optimiser stopped, a little before the maximum.
    model = ParetoNBD(*oracle("pnbd-cust1-clvtools").parameters)
    expected = model.conditional_expected_purchases(39, *known)
    figures = {"sum_cet": expected.sum(), "actual": future.sum(), "mae": np.abs(expected - future).mean()}
    published.holds([figures[key] for key in published.expected], list(published.expected.values()))


@pytest.mark.parametrize("t", [1, 3, 6])
def test_expected_purchases_of_customers(t, oracle):
    published = oracle(f"pnbd-cet25-t{t}")
    published.holds(ParetoNBD(*published.parameters).conditional_expected_purchases(t, *published.customers()))


@pytest.mark.parametrize("name", ["pnbd-paradox", "pnbd-underflow"])
def test_expected_purchases_of_heavy_buyers(name, oracle):
    given = (published := oracle(name)).inputs
    model = ParetoNBD(*published.parameters)
    published.holds(model.conditional_expected_purchases(given["t"], given["x"], given["t_x"], given["T"]))


@pytest.mark.parametrize("name", ["pnbd-palive-stable", "pnbd-palive-overflow"])
def test_chance_of_heavy_buyers_to_be_alive(name, oracle):
    given = oracle(name).inputs
    alive = ParetoNBD(*oracle(name).parameters).probability_alive(given["x"], given["t_x"], given["T"])
    assert np.all((alive >= 0) & (alive <= 1))


@pytest.mark.parametrize("name", ["pnbd-newcust", "pnbd-expectation52", "pnbd-expectation-0-9"])
def test_expected_purchases_of_a_new_customer(name, oracle):
    published = oracle(name)
    published.holds(ParetoNBD(*published.parameters).expected_purchases(published.inputs["t"]))


def test_chance_to_be_alive(oracle):
    published = oracle("pnbd-palive25")
    published.holds(ParetoNBD(*published.parameters).probability_alive(*published.customers()))


@pytest.mark.parametrize("name", ["pnbd-prob-n1-t1", "pnbd-prob-n2-t2"])
def test_chance_of_a_number_of_purchases(name, oracle):
    given = (published := oracle(name)).inputs
    model = ParetoNBD(*published.parameters)
    published.holds(model.probability_of_n_purchases(given["n"], given["t"], *published.customers()))


@pytest.mark.parametrize("name", ["pnbd-1516", "pnbd-cust1-clvtools"])
def test_everything_about_a_customer(name, oracle):
    given = (published := oracle(name)).inputs
    model, history = ParetoNBD(*published.parameters), (given["x"], given["t_x"], given["T"])
    got = {
        "cet": model.conditional_expected_purchases(given["t"], *history),
        "p_alive": model.probability_alive(*history),
        "dert": model.dert(given.get("delta", 1), *history),
    }
    for key, value in published.expected.items():
        published.holds(got[key], value)


def test_dert(oracle):
    given = (published := oracle("pnbd-dert-1516")).inputs
    published.holds(ParetoNBD(*published.parameters).dert(given["delta"], given["x"], given["t_x"], given["T"]))
    given = (published := oracle("pnbd-dert-btyd")).inputs
    published.holds(ParetoNBD(*published.parameters).dert(given["delta"], *np.array(given["rows"]).T))


# ---- beyond the published

_MODELS = [(0.55, 10.6, 0.6, 11.7), (0.55, 11.7, 0.6, 10.6), (2, 0.1, 1, 50), (0.3, 500, 3, 0.5), (20, 4, 0.01, 1)]
_HISTORIES = [(0, 0, 0), (0, 0, 39), (1, 30, 39), (5, 5, 365), (3, 39, 39), (400, 360, 365)]


def _odds_of_gone(model, x, t_x, end):
    """Integral of the chance to leave at u, against staying, in 30 digits."""
    with mpmath.workdps(30):
        r, alpha, s, beta = (mpmath.mpf(float(value)) for value in (model.r, model.alpha, model.s, model.beta))

        def gone(v):
            u = mpmath.exp(v) - least
            purchases = (r + x) * mpmath.log((alpha + end) / (alpha + u))
            return s * mpmath.exp(purchases - (s + 1) * mpmath.log(beta + u) + s * mpmath.log(beta + end) + v)

        least = min(alpha, beta)
        low, high = mpmath.log(least + t_x), mpmath.log(least + end)
        return mpmath.quad(gone, [low, *(low + (high - low) / 2**k for k in range(8, -1, -1))])


@pytest.mark.parametrize("parameters", _MODELS)
def test_chance_to_be_alive_in_extreme_cases(parameters):
    model = ParetoNBD(*parameters)
    for history in _HISTORIES:
        odds = float(_odds_of_gone(model, *history))
        assert model.probability_alive(*history) == pytest.approx(1 / (1 + odds), rel=1e-9)


@pytest.mark.parametrize("parameters", [*_MODELS, (0.55, 10.6, 1, 11.7), (0.55, 10.6, 1 + 1e-13, 11.7)])
def test_expected_purchases_and_dert_are_integrals_of_the_rate(parameters):
    """Who is alive buys at a rate of mean (r + x) / (alpha + T), and stays with ((beta + T) / (beta + T + t))^s."""
    model = ParetoNBD(*parameters)
    for x, t_x, end in _HISTORIES:
        rate = model.probability_alive(x, t_x, end)[0] * (model.r + x) / (model.alpha + end)
        for t in (0.1, 39, 1e5):
            v = np.arange(-40, 0.0001, 1e-4) + np.log(t)
            stays = np.exp(v - model.s * np.log1p(np.exp(v) / (model.beta + end)))
            expected = rate * (stays.sum() - (stays[0] + stays[-1]) / 2) * 1e-4
            assert model.conditional_expected_purchases(t, x, t_x, end) == pytest.approx(expected, rel=1e-7)
        for discount in (1e-5, 0.05, 3):
            v = np.arange(-50, 6, 0.02) - np.log(discount)
            stays = np.exp(v - discount * np.exp(v) - model.s * np.log1p(np.exp(v) / (model.beta + end)))
            assert model.dert(discount, x, t_x, end) == pytest.approx(rate * stays.sum() * 0.02, rel=1e-9)


def test_without_a_discount_only_customers_who_leave_soon_have_a_finite_future():
    with pytest.raises(OutOfRange, match="discount"):
        ParetoNBD(0.5, 10, 1, 12).dert(0, 2, 30, 39)
    model = ParetoNBD(0.5, 10, 1.5, 12)
    assert model.dert(0, 2, 30, 39) == pytest.approx(model.conditional_expected_purchases(1e30, 2, 30, 39), rel=1e-9)
    assert model.dert(0, 2, 30, 39) == pytest.approx(model.dert(1e-30, 2, 30, 39), rel=1e-9)


@pytest.mark.parametrize("n", [0, 1, 7, 60])
def test_chance_of_a_number_of_purchases_is_a_mixture_over_the_moment_of_leaving(n):
    model, (x, t_x, end), t = ParetoNBD(0.55, 10.6, 0.6, 11.7), (12, 30, 39), 52
    with mpmath.workdps(20):
        shape, scale, rest, s = mpmath.mpf(12.55), mpmath.mpf(49.6), mpmath.mpf(50.7), mpmath.mpf(0.6)

        def count(u):
            ways = mpmath.gamma(shape + n) / mpmath.gamma(shape) / mpmath.factorial(n)
            return ways * (scale / (scale + u)) ** shape * (u / (scale + u)) ** n

        gone = mpmath.quad(lambda u: count(u) * s * rest**s / (rest + u) ** (s + 1), [0, 5, 20, t])
        expected = float(count(t) * (rest / (rest + t)) ** s + gone)
    alive = model.probability_alive(x, t_x, end)[0]
    got = model.probability_of_n_purchases(n, t, x, t_x, end)
    assert got == pytest.approx(alive * expected + (n == 0) * (1 - alive), rel=1e-11)
