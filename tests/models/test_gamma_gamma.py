"""Gamma-Gamma gives the published figures, whatever the currency."""

from __future__ import annotations

import datetime as dt
import gzip

import mpmath
import numpy as np
import pytest

from clv_xl.errors import CellError, NotANumber, NotAvailable, OutOfRange
from clv_xl.models.customers import Customers
from clv_xl.models.estimation import Verdict
from clv_xl.models.gamma_gamma import CORRELATED, GammaGamma, frequency_spend_correlation

from .conftest import DATA

MODEL = GammaGamma(6.25, 3.74, 15.44)


@pytest.fixture(scope="session")
def spend(cdnow):
    """Frequency and mean spend per repeat purchase of the CDNOW sample."""
    return cdnow[0], cdnow[3]


@pytest.fixture(scope="session")
def fit(spend):
    return GammaGamma.fit(*spend)


@pytest.mark.parametrize("name", ["gg-fit-paper", "gg-fit-clvtools"])
def test_published_fits(name, fit, oracle):
    oracle(name).holds(fit.parameters, list(oracle(name).expected.values()))
    assert fit.names == tuple(oracle(name).expected)
    assert fit.verdict is Verdict.CONVERGED


def test_fit_of_all_cdnow_customers(oracle):
    with gzip.open(DATA / "models" / "CDNOW_master.txt.gz", "rt", encoding="ascii") as file:
        ids, dates, paid = np.loadtxt(file, usecols=(0, 1, 3), skiprows=1).T
    days = [dt.datetime.strptime(f"{date:.0f}", "%Y%m%d") for date in dates]
    known = Customers.of(ids.astype(int), days, paid, end="1997-09-30")
    fit = GammaGamma.fit(known.valued, known.monetary_value)
    oracle("gg-fit-full").holds(fit.parameters, list(oracle("gg-fit-full").expected.values()))


def test_repeat_buyers_are_counted(fit):
    assert fit.customers == 946  # as the paper has


def test_published_loglikelihood(fit, spend, oracle):
    oracle("gg-loglik").holds(fit.loglik)
    repeat = spend[0] > 0
    oracle("gg-loglik").holds(fit.model.loglik(spend[0][repeat], spend[1][repeat]).sum())


def test_standard_errors(fit, oracle):
    oracle("gg-se-clvtools").holds(fit.standard_errors)


def test_published_expected_spend(oracle):
    published = oracle("gg-cond-mean-10")
    given = published.inputs
    published.holds(GammaGamma(*given["params"]).expected_spend(given["x"], given["m"]))


def test_expected_spend_of_btyd(oracle):
    published = oracle("gg-expected-35-3")
    given = published.inputs
    published.holds(GammaGamma(*given["params"]).expected_spend(given["x"], given["m"]))


def test_published_correlation(spend):
    # "the simple correlation ... is .11": Fader, Hardie and Lee (2005), RFM and CLV
    assert frequency_spend_correlation(*spend) == pytest.approx(0.11, abs=0.005)
    assert frequency_spend_correlation(*spend) < CORRELATED


# ---- mathematics


@pytest.mark.parametrize("parameters", [(6.25, 3.74, 15.44), (1e5, 2e4, 3.0), (1e-4, 0.3, 1e-5), (0.5, 1e5, 1e6)])
@pytest.mark.parametrize(("x", "m"), [(1, 35.0), (400, 12.5), (3, 1e-4), (2, 1e9)])
def test_likelihoods_where_parameters_are_extreme(parameters, x, m):
    with mpmath.workdps(40):
        p, q, v, spent = *map(mpmath.mpf, parameters), mpmath.mpf(m) * x
        shape = p * x
        truth = -mpmath.log(mpmath.beta(shape, q)) + q * mpmath.log(v) + shape * mpmath.log(spent)
        truth -= mpmath.log(m) + (shape + q) * mpmath.log(v + spent)
    assert GammaGamma(*parameters).loglik(x, m) == pytest.approx(float(truth), rel=1e-9, abs=1e-7)


def test_the_likelihood_is_a_density():
    for x in (1, 3):
        area = mpmath.quad(lambda m, x=x: float(np.exp(MODEL.loglik(x, float(m))[0])), [0.001, 20, 60, 300, 5000])
        assert float(area) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("theta", [(1.8, 1.3, -0.8), (-2.0, -1.0, 3.0), (5.0, 6.0, 1.0)])
def test_gradient_and_hessian_are_those_of_the_likelihood(theta):
    x, m, w = np.array([1.0, 1, 2, 7, 30]), np.array([0.2, 1.5, 0.9, 1.1, 3.0]), np.array([1.0, 2, 1, 5, 1])
    objective, hessian = GammaGamma._likelihood(x, m, w)  # noqa: SLF001  what the optimiser sees
    numeric = [(objective(theta + s)[0] - objective(theta - s)[0]) / 2e-5 for s in np.eye(3) * 1e-5]
    value, gradient = objective(np.array(theta))
    assert gradient == pytest.approx(numeric, rel=1e-6, abs=1e-8)
    rows = np.array([(objective(theta + s)[1] - objective(theta - s)[1]) / 2e-5 for s in np.eye(3) * 1e-5])
    scale = np.exp(theta)
    curves = hessian(np.array(theta)) * np.outer(scale, scale) + np.diag(gradient)
    assert curves == pytest.approx(rows, rel=1e-5, abs=1e-7)
    assert value == pytest.approx(w @ GammaGamma(*np.exp(theta)).loglik(x, m) / w.sum(), rel=1e-12)


@pytest.mark.parametrize("rate", [100, 1 / 13_000])
def test_money_in_another_unit_rescales_v_only(rate, fit, spend):
    other = GammaGamma.fit(spend[0], spend[1] * rate)
    assert other.parameters == pytest.approx(fit.parameters * [1, 1, rate], rel=1e-7)
    assert other.standard_errors == pytest.approx(fit.standard_errors * [1, 1, rate], rel=1e-6)
    assert other.loglik == pytest.approx(fit.loglik - fit.customers * np.log(rate), rel=1e-12)
    assert other.model.expected_spend(spend[0], spend[1] * rate) == pytest.approx(
        fit.model.expected_spend(*spend) * rate, rel=1e-7
    )
    assert frequency_spend_correlation(spend[0], spend[1] * rate) == pytest.approx(frequency_spend_correlation(*spend))


def test_equal_customers_are_a_weight(spend):
    x, m = (values[:200] for values in spend)
    once, weighted = GammaGamma.fit(np.tile(x, 3), np.tile(m, 3)), GammaGamma.fit(x, m, np.full(200, 3))
    assert weighted.parameters == pytest.approx(once.parameters, rel=1e-7)
    assert weighted.standard_errors == pytest.approx(once.standard_errors, rel=1e-5)
    assert weighted.customers == once.customers == 3 * np.sum(x > 0)
    assert frequency_spend_correlation(x, m, np.full(200, 3)) == pytest.approx(frequency_spend_correlation(x, m))


def test_intervals_hold_the_truth_as_often_as_they_say():
    random, truth, held = np.random.default_rng(3), (4.0, 3.0, 20.0), []
    for _ in range(150):
        x = random.geometric(0.3, 600)
        m = random.gamma(truth[0] * x) / x * truth[2] / random.gamma(truth[1], size=600)
        low, high = GammaGamma.fit(x, m).interval(0.9)
        held.append((low < truth) & (truth < high))
    assert 0.85 < np.mean(held) < 0.95


# ---- expected spend


def test_spend_lies_between_own_mean_and_that_of_all():
    own = MODEL.expected_spend([1, 5, 500], 80.0)
    assert (np.diff([MODEL.population_mean, *own, 80.1]) > 0).all()
    assert MODEL.population_mean == pytest.approx(6.25 * 15.44 / 2.74)


def test_customers_of_whom_no_spend_is_known_get_the_mean_of_all():
    unknown = MODEL.expected_spend([0, 0, 0, 4], [0.0, float("nan"), 99.0, float("nan")])
    assert unknown == pytest.approx(MODEL.population_mean)
    refunded, free, little = MODEL.expected_spend([4, 4, 4], [-10.0, 0.0, 0.01])
    assert refunded == free < little < MODEL.population_mean


def test_an_infinite_mean_is_said():
    model = GammaGamma(2.0, 0.8, 10.0)
    for call in (lambda: model.population_mean, lambda: model.expected_spend([3, 0], [20.0, 0.0])):
        with pytest.raises(OutOfRange, match=r"infinite: q is 0\.8, and it is finite only above 1"):
            call()
    assert model.expected_spend(3, 20.0) == pytest.approx(2 * 70 / 5.8)  # what this customer spent makes it finite


def test_simulated_spend_is_that_of_the_model():
    rows, random = 200_000, np.random.default_rng(4)
    for x, m in ((0, 0.0), (1, 80.0), (9, 12.0)):
        drawn = MODEL.simulate_spend(np.full(rows, 2.0), np.full(rows, x), np.full(rows, m), random)
        mean, shape = MODEL.expected_spend(x, m)[0], MODEL.p * x + MODEL.q
        # Sum of 2 purchases: variance within a customer, and between customers.
        squared = (2 * MODEL.p) * (2 * MODEL.p + 1) * (MODEL.v + x * m) ** 2 / ((shape - 1) * (shape - 2))
        spread = np.sqrt(squared - (2 * mean) ** 2)
        assert drawn.mean() == pytest.approx(2 * mean, abs=5 * spread / np.sqrt(rows))
        assert drawn.std() == pytest.approx(spread, rel=0.05)
    none = MODEL.simulate_spend(np.zeros(3), np.array([0, 1, 2]), np.array([0.0, 5, 5]), random)
    assert not none.any()
    wild = GammaGamma(1.0, 1e-3, 1.0).simulate_spend(np.ones(1000), np.zeros(1000), np.zeros(1000), random)
    assert np.isfinite(wild).all()


# ---- nasty data


@pytest.mark.parametrize(
    ("x", "m"),
    [
        ([1], [20.0]),
        ([3] * 40, [25.0] * 40),
        (range(1, 31), [25.0] * 30),
        ([1, 1], [1e-9, 1e12]),
        ([400, 900, 2], [10.0, 11.0, 9.0]),
        ([1] * 20, np.linspace(1, 9, 20)),
    ],
    ids=["one", "identical", "one price", "far apart", "heavy buyers", "one purchase each"],
)
def test_little_data_gives_a_fit_with_a_verdict(x, m):
    fit = GammaGamma.fit(list(x), m)
    assert fit.verdict is not Verdict.CONVERGED
    assert np.isfinite([*fit.parameters, fit.loglik, fit.aic, fit.bic]).all()
    try:
        assert np.isfinite(fit.model.expected_spend(list(x), m)).all()
    except OutOfRange as said:
        assert "infinite" in str(said)  # noqa: PT017  either is right: the rule is that nothing else happens


def test_who_is_no_repeat_buyer_with_spend_is_left_out(spend):
    x, m = (values[spend[0] > 0] for values in spend)
    with_others = GammaGamma.fit(np.r_[x, 0, 3, 2, 5], np.r_[m, 50.0, 0.0, -7.0, float("nan")])
    assert with_others.parameters == pytest.approx(GammaGamma.fit(x, m).parameters, rel=1e-12)
    assert with_others.customers == len(x)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: GammaGamma.fit([0, 0], [0, 0]), NotAvailable, "none of the 2 customers is a repeat buyer"),
        (lambda: GammaGamma.fit([1, 2], [0, -5]), NotAvailable, "none of the 2 customers is a repeat buyer"),
        (lambda: GammaGamma.fit([], []), NotAvailable, "no customers"),
        (lambda: GammaGamma.fit([1.5], [3]), OutOfRange, "frequency is a whole number from 0 up; row 1"),
        (lambda: GammaGamma.fit([1, -1], [3, 3]), OutOfRange, "frequency is a whole number from 0 up; row 2"),
        (lambda: GammaGamma.fit([1], [float("inf")]), OutOfRange, "monetary_value is a number, or empty; row 1"),
        (lambda: GammaGamma.fit([1], [3], [-2]), OutOfRange, "weights"),
        (lambda: GammaGamma.fit([1, 2], [3, 4, 5]), NotANumber, "differ in length"),
        (lambda: GammaGamma.fit([1], ["much"]), NotANumber, "frequency and monetary_value are numbers"),
        (lambda: MODEL.loglik([1, 0], [5, 5]), OutOfRange, "repeat buyers.*row 2"),
        (lambda: frequency_spend_correlation([1, 2], [5, 5]), NotAvailable, "no correlation"),
        (lambda: frequency_spend_correlation([3], [5]), NotAvailable, "no correlation"),
        (lambda: frequency_spend_correlation([0], [5]), NotAvailable, "none of the 1"),
    ],
)
def test_what_cannot_be_is_said(call, kind, message):
    with pytest.raises(CellError, match=message) as said:
        call()
    assert type(said.value) is kind
