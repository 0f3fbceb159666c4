"""The shifted beta-geometric model gives the published figures, and what mpmath gives."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest

from clv_xl.errors import CellError, NotANumber, NotAvailable, OutOfRange
from clv_xl.models.estimation import Verdict
from clv_xl.models.shifted_beta_geometric import SBG, discounted_sum

YEARS = 7  # of the calibration in Fader and Hardie (2007)


@pytest.fixture
def survivors(oracle):
    return oracle("sbg-data").expected


@pytest.mark.parametrize(("segment", "name"), [("regular", "sbg-fit-regular"), ("highend", "sbg-fit-highend")])
def test_published_fits(segment, name, survivors, oracle):
    fit = SBG.fit_survivors(survivors[segment][: YEARS + 1], 1000)
    oracle(name).holds([fit.model.alpha, fit.model.beta], list(oracle(name).expected.values()))
    assert fit.verdict is Verdict.CONVERGED
    assert fit.customers == 1000


def test_published_loglikelihoods(survivors, oracle):
    fits = [SBG.fit_survivors(survivors[key][: YEARS + 1], 1000) for key in ("regular", "highend")]
    oracle("sbg-loglik").holds([fit.loglik for fit in fits])


def test_published_chances_to_leave(oracle):
    published = oracle("sbg-pmf-a1b1")
    published.holds(SBG(1, 1).probability_of_churn_at(published.inputs["t"]))


@pytest.mark.parametrize("name", ["sbg-derl-case1", "sbg-derl-case2"])
def test_published_residual_lifetimes(name, oracle):
    published = oracle(name)
    model = SBG(published.inputs["alpha"], published.inputs["beta"])
    published.holds(model.derl(published.inputs["d"], published.inputs["renewals"]))


def test_the_projection_is_close_to_what_was_seen_later(survivors):
    # As figure 5 of the paper shows, within two points: twelve years, of which the fit knows seven.
    for seen in survivors.values():
        model = SBG.fit_survivors(seen[: YEARS + 1], 1000).model
        assert model.projection(12, 100)[YEARS:] == pytest.approx(seen[YEARS + 1 :], abs=2)


def test_individuals_and_their_survival_table_are_the_same_data(survivors):
    counts = np.array(survivors["regular"][: YEARS + 1]) * 10
    periods = [*range(1, YEARS + 1), YEARS]
    lost = [True] * YEARS + [False]
    customers = [*(counts[:-1] - counts[1:]), counts[-1]]
    table = SBG.fit_survivors(counts)
    people = SBG.fit(
        np.repeat(periods, np.round(customers).astype(int)), np.repeat(lost, np.round(customers).astype(int))
    )
    weighted = SBG.fit(periods, lost, customers)
    for fit in (people, weighted):
        assert fit.parameters == pytest.approx(table.parameters, rel=1e-7)
        assert fit.loglik == pytest.approx(table.loglik, rel=1e-12)
        assert fit.standard_errors == pytest.approx(table.standard_errors, rel=1e-4)
    assert np.dot(customers, table.model.loglik(periods, lost)) == pytest.approx(table.loglik, rel=1e-12)


def test_cohorts_of_different_age_are_fitted_together():
    model, random = SBG(1.2, 3.4), np.random.default_rng(1)
    life = random.geometric(random.beta(1.2, 3.4, 40_000))
    age = random.integers(0, 9, 40_000)
    fit = SBG.fit(np.minimum(life, age), life <= age)
    low, high = fit.interval(0.999)
    assert (low < [model.alpha, model.beta]).all()
    assert (high > [model.alpha, model.beta]).all()
    assert fit.customers == 40_000  # with those who have not come to a renewal


@pytest.mark.parametrize("theta", [(0.0, 1.0), (-3.0, 2.0), (4.0, -2.0), (10.0, 11.0)])
def test_the_gradient_is_that_of_the_likelihood(theta):
    objective = SBG._objective(np.array([0.3, 0.2, 0.0, 0.1]), np.array([0.6, 0.4, 0.3, 0.2]))  # noqa: SLF001  what the optimiser sees
    step = np.eye(2) * 1e-5
    numeric = [(objective(theta + each)[0] - objective(theta - each)[0]) / 2e-5 for each in step]
    assert objective(np.array(theta))[1] == pytest.approx(numeric, rel=1e-6, abs=1e-9)


def test_intervals_hold_the_truth_as_often_as_they_say():
    random, truth, held = np.random.default_rng(2), np.array([0.8, 2.0]), []
    for _ in range(150):
        life = random.geometric(random.beta(*truth, 500))
        fit = SBG.fit(np.minimum(life, 6), life <= 6)
        low, high = fit.interval(0.9)
        held.append((low < truth) & (truth < high))
    assert 0.85 < np.mean(held) < 0.95


def test_the_words_agree_with_each_other():
    model, t = SBG(0.7, 1.2), np.arange(1, 40)
    assert model.survival(0) == 1
    assert model.survival(t) == pytest.approx(model.survival(t - 1) * model.retention(t), rel=1e-13)
    assert model.probability_of_churn_at(t) == pytest.approx(-np.diff(model.survival(np.r_[0, t])), rel=1e-11)
    assert model.churn(t) + model.retention(t) == pytest.approx(1)
    assert (np.diff(model.retention(t)) > 0).all()
    two = model.projection(3, [100, 50], [0, 4])
    assert two == pytest.approx(100 * model.survival([1, 2, 3]) + 50 * model.survival([5, 6, 7]) / model.survival(4))


@pytest.mark.parametrize(("alpha", "beta"), [(0.02, 30.0), (1e5, 1e5), (1e-4, 1e-4), (162754.0, 6e-6)])
def test_survival_where_parameters_are_extreme(alpha, beta):
    t = np.array([1, 2, 30, 500])
    with mpmath.workdps(60):
        a, b = mpmath.mpf(alpha), mpmath.mpf(beta)
        truth = [float(mpmath.log(mpmath.beta(a, b + int(each)) / mpmath.beta(a, b))) for each in t]
    assert SBG(alpha, beta).log_survival(500)[t] == pytest.approx(truth, rel=1e-9)


SHAPES = (6e-6, 0.067, 0.999999, 1.0, 1.0000001, 2.0, 3.8, 1e4)


@pytest.mark.parametrize("b", [1.0, 1.3, 53.2])
def test_discounted_sums_in_hard_cases(b):
    """Where scipy's own is wrong by a factor, infinite or nan: b = 1.3, c = 1 or 2, a discount of 0.02 %."""
    for c, discount in itertools.product(SHAPES, (1e-7, 2e-4, 0.01, 3.0)):
        with mpmath.workdps(30):
            z = 1 / (1 + mpmath.mpf(discount))
            truth = float(mpmath.hyp2f1(1, b, mpmath.mpf(b) + mpmath.mpf(c), z, maxterms=10**6))
        assert discounted_sum(b, c, discount) == pytest.approx(truth, rel=1e-12), (c, discount)


@pytest.mark.parametrize(("b", "c"), [(1e6, 1.0), (1e6, 1e6), (1e6, 6e-6), (500.0, 1e6)])
def test_discounted_sums_of_large_parameters(b, c):
    k = np.arange(20_000)
    terms = np.cumsum(np.r_[0.0, np.log((b + k) / (b + c + k)) - np.log(1.002)])
    assert discounted_sum(b, c, 0.002) == pytest.approx(np.exp(terms).sum(), rel=1e-10)


def test_derl_is_the_sum_over_renewals():
    model, periods = SBG(1.4, 2.2), np.array([1, 2, 7])
    survival = model.survival(np.arange(3000))
    for period, value in zip(periods.tolist(), model.derl(0.05, periods), strict=True):
        later = survival[period:] / survival[period - 1]
        assert value == pytest.approx(later @ 1.05 ** -np.arange(len(later)), rel=1e-12)


def test_expected_lifetime():
    model = SBG(3.5, 6.0)
    assert model.expected_lifetime == pytest.approx(model.survival(np.arange(10_001)).sum(), rel=1e-6)
    with pytest.raises(OutOfRange, match=r"infinite: alpha is 0\.704, and it is finite only above 1"):
        _ = SBG(0.704, 1.182).expected_lifetime
    # The discounted one goes to it.
    assert 1 + model.derl(1e-9, 1)[0] == pytest.approx(model.expected_lifetime, rel=1e-6)


@pytest.mark.parametrize(
    ("periods", "lost"),
    [
        ([1], [True]),
        ([5], [False]),
        ([1] * 50, [True] * 50),
        ([4] * 50, [False] * 50),
        ([1] * 20, [True] * 5 + [False] * 15),
        ([3] * 20, [True] * 20),
    ],
    ids=["one lost", "one stays", "all lost in period 1", "none lost", "one renewal", "all lost at once later"],
)
def test_little_data_gives_a_fit_with_a_verdict(periods, lost):
    fit = SBG.fit(periods, lost)
    assert fit.verdict in {Verdict.BOUND, Verdict.WEAK}
    assert np.isfinite(fit.parameters).all()
    assert np.isfinite([fit.loglik, fit.aic, fit.bic]).all()
    assert np.isfinite(fit.model.derl(0.1, [1, 2, 50])).all()
    assert np.isfinite(fit.model.survival([0, 1, 10])).all()


def test_one_renewal_tells_the_mean_chance_only():
    fit = SBG.fit_survivors([20, 15])
    assert fit.model.retention(1) == pytest.approx(0.75, rel=1e-5)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: SBG.fit([0, 0], [False, False]), NotAvailable, "no customer has come to a renewal"),
        (lambda: SBG.fit([], []), NotAvailable, "no customers"),
        (lambda: SBG.fit([1, 2], [True, True], [0, 0]), NotAvailable, "no customers"),
        (lambda: SBG.fit([1, 0], [True, True]), OutOfRange, "before period 1; row 2"),
        (lambda: SBG.fit([1.5], [True]), OutOfRange, "periods is a whole number from 0 to 10,000; row 1"),
        (lambda: SBG.fit([45292], [True]), OutOfRange, "periods is a whole number"),
        (lambda: SBG.fit([float("nan")], [True]), OutOfRange, "periods is a whole number"),
        (lambda: SBG.fit([1, 2], [True, 2]), OutOfRange, "lost is true or false; row 2"),
        (lambda: SBG.fit([1, 2], [True, False], [1, -1]), OutOfRange, "weights are numbers of customers.*row 2"),
        (lambda: SBG.fit([1, 2, 3], [True, False]), NotANumber, "differ in length"),
        (lambda: SBG.fit(["May"], [True]), NotANumber, "periods, lost and weights are numbers"),
        (lambda: SBG.fit_survivors([]), NotAvailable, "no customers"),
        (lambda: SBG.fit_survivors([0, 0]), NotAvailable, "no customers"),
        (lambda: SBG.fit_survivors([0, 0], 10), NotAvailable, "no customers"),
        (lambda: SBG.fit_survivors([100]), NotAvailable, "no customer has come to a renewal"),
        (lambda: SBG.fit_survivors([100, 80, 90]), OutOfRange, "never rise; row 3"),
        (lambda: SBG.fit_survivors([100, float("inf")]), OutOfRange, "from 0 up; row 2"),
        (lambda: SBG.fit_survivors([100, 80], -5), OutOfRange, "numbers of customers"),
        (lambda: SBG.fit_survivors(np.ones(10_002)), OutOfRange, "at most 10,000 periods"),
        (lambda: SBG(1, 1).survival(-1), OutOfRange, "t is a whole number from 0"),
        (lambda: SBG(1, 1).retention(0), OutOfRange, "t is a whole number from 1"),
        (lambda: SBG(1, 1).derl(0, 1), OutOfRange, "discount"),
        (lambda: SBG(1, 1).derl(float("nan"), 1), OutOfRange, "discount"),
        (lambda: SBG(1, 1).derl(0.1, 0), OutOfRange, "period is a whole number from 1"),
        (lambda: SBG(1, 1).projection(0, 100), OutOfRange, "periods is a whole number from 1"),
        (lambda: SBG(1, 1).projection(3, -1), OutOfRange, "customers are"),
    ],
)
def test_what_cannot_be_is_said(call, kind, message):
    with pytest.raises(CellError, match=message) as said:
        call()
    assert type(said.value) is kind
