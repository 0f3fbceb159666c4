"""What holds for every model of purchase histories, whatever it assumes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.stats import binom

from clv_xl.errors import CellError, NotANumber, NotAvailable, OutOfRange
from clv_xl.models.bg_nbd import BGNBD
from clv_xl.models.estimation import Verdict
from clv_xl.models.histories import Histories
from clv_xl.models.mbg_nbd import MBGNBD
from clv_xl.models.pareto_nbd import ParetoNBD


def _bought(random, rate, lifetime, end):
    """Frequency and recency of customers who buy at a rate until they leave, or die at a purchase."""
    x, t_x, now = np.zeros(len(rate)), np.zeros(len(rate)), np.zeros(len(rate))
    last = np.minimum(end, lifetime)
    going = np.arange(len(rate))
    while len(going):
        now[going] += random.exponential(1 / rate[going])
        going = going[now[going] < last[going]]
        x[going] += 1
        t_x[going] = now[going]
    return x, t_x


def _tossed(first):
    def customers(model, end, random):
        rate = np.maximum(random.gamma(model.r, 1 / model.alpha, len(end)), 1e-12)
        tosses = random.geometric(np.maximum(random.beta(model.a, model.b, len(end)), 1e-12)) - first
        x, t_x = np.zeros(len(end)), np.zeros(len(end))
        for row in range(len(end)):
            gaps = random.exponential(1 / rate[row], min(int(tosses[row]), 500))
            times = np.cumsum(gaps)[np.cumsum(gaps) <= end[row]]
            if len(times):
                x[row], t_x[row] = len(times), times[-1]
        return x, t_x

    return customers


def _left(model, end, random):
    rate = np.maximum(random.gamma(model.r, 1 / model.alpha, len(end)), 1e-12)
    leaving = np.maximum(random.gamma(model.s, 1 / model.beta, len(end)), 1e-12)
    return _bought(random, rate, random.exponential(1 / leaving), end)


CASES = {
    "BG/NBD": (BGNBD(0.6, 8.0, 0.9, 2.5), _tossed(first=0)),
    "MBG/NBD": (MBGNBD(0.8, 8.0, 0.8, 2.0), _tossed(first=1)),
    "Pareto/NBD": (ParetoNBD(0.8, 8.0, 0.7, 12.0), _left),
}
"""A model, and how customers come about who are as it says."""


@pytest.fixture(params=CASES, scope="module")
def case(request):
    return CASES[request.param]


@pytest.fixture
def model(case):
    return case[0]


def _customers(case, count, seed, unit=1.0):
    model, simulate = case
    random = np.random.default_rng(seed)
    end = random.uniform(20, 80, count).round(1)
    x, t_x = simulate(model, end, random)
    return x, t_x * unit, end * unit


# ---- the likelihood


@pytest.mark.parametrize("theta", [(-0.5, -1.2, 0.1, 0.3), (1.5, 2.0, -2.0, -3.0), (-3.0, -4.0, 3.0, 4.0)])
def test_gradient_and_hessian_are_those_of_the_value(case, theta):
    theta = np.array(theta)
    histories, _ = Histories.of(*_customers(case, 200, 1)).scaled()
    objective, hessian = type(case[0]).likelihood(histories)
    scale = np.exp(theta)
    differences = approx_fprime(theta, lambda at: objective(at)[0], 1e-7)
    assert objective(theta)[1] == pytest.approx(differences, rel=2e-5, abs=2e-6)
    if hessian:
        step = np.eye(len(theta)) * 1e-5
        rows = np.array([(objective(theta + d)[1] - objective(theta - d)[1]) / 2e-5 for d in step])
        curves = hessian(theta) * np.outer(scale, scale) + np.diag(objective(theta)[1])
        assert curves == pytest.approx(rows, rel=1e-5, abs=1e-7)


def test_the_likelihoods_of_customers_add_up_to_that_of_the_fit(case):
    rows = _customers(case, 500, 2)
    fit = type(case[0]).fit(*rows)
    assert fit.model.loglik(*rows).sum() == pytest.approx(fit.loglik, rel=1e-9)
    assert fit.bic - fit.aic == pytest.approx(4 * (np.log(500) - 2))


def test_likelihoods_of_all_futures_add_up_to_one(model):
    """The chance of no purchase until T is the likelihood of one who made none."""
    for t in (1, 20, 300):
        assert np.exp(model.loglik(0, 0, t)) == pytest.approx(model.probability_of_n_purchases(0, t), rel=1e-9)


# ---- fits


def _same(fit, other, times=1.0):
    assert other.loglik == pytest.approx(fit.loglik, rel=1e-9)
    assert other.parameters == pytest.approx(fit.parameters * times, rel=1e-5)
    assert other.standard_errors == pytest.approx(fit.standard_errors * times, rel=1e-4)
    assert other.verdict is fit.verdict is Verdict.CONVERGED


def test_equal_customers_are_one_with_a_weight(case):
    rows, kind = _customers(case, 400, 3), type(case[0])
    weights = np.random.default_rng(1).integers(0, 4, 400)
    _same(kind.fit(*(np.repeat(row, weights) for row in rows)), kind.fit(*rows, weights))


def test_the_order_of_customers_does_not_matter(case):
    rows, kind = _customers(case, 400, 4), type(case[0])
    order = np.random.default_rng(2).permutation(400)
    _same(kind.fit(*rows), kind.fit(*(row[order] for row in rows)))


@pytest.mark.parametrize("unit", [7.0, 1 / 52, 1e-9, 1e9])
def test_the_unit_of_time_changes_nothing_but_the_parameters_of_scale(case, unit):
    kind = type(case[0])
    x, t_x, end = _customers(case, 400, 5)
    fit, other = kind.fit(x, t_x, end), kind.fit(x, t_x * unit, end * unit)
    times = np.power(unit, kind.TIMES)
    assert other.parameters == pytest.approx(fit.parameters * times, rel=1e-5)
    assert other.standard_errors == pytest.approx(fit.standard_errors * times, rel=1e-4)
    assert other.loglik == pytest.approx(fit.loglik - x.sum() * np.log(unit), rel=1e-9)
    assert other.model.conditional_expected_purchases(5 * unit, x, t_x * unit, end * unit) == pytest.approx(
        fit.model.conditional_expected_purchases(5, x, t_x, end), rel=1e-4
    )


def test_a_sample_is_only_a_way_to_begin(case, monkeypatch):
    rows, kind = _customers(case, 6000, 6), type(case[0])
    fit = kind.fit(*rows)
    monkeypatch.setattr("clv_xl.models.buy_till_you_die._MANY", 10**9)
    _same(kind.fit(*rows), fit)


def test_simulated_customers_give_their_parameters_back(case):
    """A 90 % interval holds the truth nine times in ten, within what chance allows."""
    model, fits = case[0], 60
    truth, held = np.array([getattr(model, name) for name in vars(model)]), np.zeros(4)
    for seed in range(fits):
        fit = type(model).fit(*_customers(case, 1500, 1000 + seed))
        low, high = fit.interval(0.9)
        held += (low <= truth) & (truth <= high)
    low, high = binom.ppf([0.0005, 0.9995], fits, 0.9)
    assert np.all((held >= low) & (held <= high))


# ---- nasty data


_ONE = np.ones(30)
_MANY = np.random.default_rng(3).poisson(400, 30) + 1.0
NASTY = {
    "one customer": ([2], [3], [9]),
    "one customer who bought once": ([0], [0], [9]),
    "bought once": (_ONE * 0, _ONE * 0, np.linspace(1, 40, 30)),
    "heavy buyers": (_MANY, _ONE * 38, _ONE * 39),
    "very heavy buyers": (_MANY * 1000, _ONE * 38e4, _ONE * 39e4),
    "some without time": (np.r_[_ONE * 0, _ONE], np.r_[_ONE * 0, _ONE * 5], np.r_[_ONE * 0, _ONE * 20]),
    "identical": (_ONE * 3, _ONE * 10, _ONE * 20),
    "bought at the end": (_ONE * 3, _ONE * 20, _ONE * 20),
    "one stands for a million": ([3, 0, 1, 7], [9, 0, 4, 30], [39, 39, 20, 35], [1e6, 1, 1, 1]),
    "very unlike": ([0, 0, 400], [0, 0, 3e3], [0, 1e-9, 4e3]),
    "eight who seem to leave alike": (
        [5, 8, 1, 7, 1, 0, 1, 11],
        [13, 18, 1, 18, 3, 0, 2, 6],
        [33, 21, 33, 21, 25, 36, 25, 23],
    ),
}


def _sensible(model, rows):
    alive = model.probability_alive(*rows)
    random = np.random.default_rng(1)
    figures = [
        model.conditional_expected_purchases(39, *rows),
        model.dert(0.002, *rows),
        model.simulate_future(39, alive, np.asarray(rows[0], float), np.asarray(rows[2], float), random),
        model.expected_purchases([0, 1, 1e4]),
    ]
    chances = [alive, *(model.probability_of_n_purchases(n, 39, *rows) for n in (0, 3))]
    for values in (*figures, *chances):
        assert np.all(np.isfinite(values) & (values >= 0))
    for values in chances:
        assert np.all(values <= 1)


@pytest.mark.parametrize("name", NASTY)
def test_nasty_data_gives_a_verdict(case, name):
    fit = type(case[0]).fit(*NASTY[name])
    assert np.all(np.isfinite(fit.parameters) & (fit.parameters > 0))
    assert np.isfinite(fit.loglik)
    assert fit.verdict is not Verdict.CONVERGED
    _sensible(fit.model, NASTY[name][:3])


@pytest.mark.parametrize("unit", [1, 7])
@pytest.mark.parametrize("count", [1, 20, 50])
def test_few_customers_of_cdnow_give_a_verdict(case, cdnow, count, unit):
    random = np.random.default_rng(count)
    for _ in range(6):
        rows = [column[random.choice(len(column), count, replace=False)] for column in [np.arange(2357)]]
        x, t_x, end = (column[rows[0]] for column in cdnow[:3])
        fit = type(case[0]).fit(x, t_x * unit, end * unit)
        assert fit.verdict in {Verdict.CONVERGED, Verdict.WEAK, Verdict.BOUND}
        assert np.all(np.isfinite(fit.parameters))
        _sensible(fit.model, (x, t_x * unit, end * unit))


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        (([], [], []), NotAvailable, "no customers"),
        (([0, 0], [0, 0], [0, 0]), NotAvailable, "T is 0"),
        (([1], [5], [4]), OutOfRange, "recency"),
        (([1.5], [2], [4]), OutOfRange, "whole number"),
        (([1, 2], [2], [4, 5, 6]), NotANumber, "length"),
        (([-1], [0], [4]), OutOfRange, "frequency"),
        (([np.nan], [0], [4]), OutOfRange, "frequency"),
        (([1], [2], [np.inf]), OutOfRange, "T is"),
        ((["x"], [2], [4]), NotANumber, "numbers"),
        (([1], [2], [4], [-1]), OutOfRange, "weight"),
        (([1], [2], [4], [0]), NotAvailable, "no customers"),
    ],
)
def test_histories_that_cannot_be_are_refused(case, rows, error, words):
    with pytest.raises(error, match=words):
        type(case[0]).fit(*rows)


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_parameters_are_above_zero(model, value):
    for name in vars(model):
        with pytest.raises(OutOfRange, match=f"{name} is a number above 0"):
            type(model)(**(vars(model) | {name: value}))


# ---- predictions


@pytest.mark.parametrize("history", [(0, 0, 0), (0, 0, 30), (4, 20, 30)])
def test_numbers_of_purchases_have_chances_that_add_up_and_the_expected_mean(model, history):
    t = 12.0
    chances = np.array([model.probability_of_n_purchases(n, t, *history)[0] for n in range(200)])
    assert chances.sum() == pytest.approx(1, rel=1e-9)
    mean = model.conditional_expected_purchases(t, *history)[0]
    assert chances @ np.arange(200) == pytest.approx(mean, rel=1e-8)


def test_simulated_futures_agree_with_the_chances(model):
    rows = tuple(np.repeat(column, 20_000) for column in ([0.0, 6.0], [0.0, 25.0], [30.0, 30.0]))
    alive = model.probability_alive(*rows)
    bought = model.simulate_future(20.0, alive, rows[0], rows[2], np.random.default_rng(8)).reshape(2, -1)
    for row, history in enumerate(((0, 0, 30), (6, 25, 30))):
        for n in range(4):
            chance = model.probability_of_n_purchases(n, 20, *history)[0]
            assert abs((bought[row] == n).sum() - 20_000 * chance) < 4.5 * np.sqrt(20_000 * chance) + 1
        mean = model.conditional_expected_purchases(20, *history)[0]
        assert abs(bought[row].mean() - mean) < 4.5 * bought[row].std() / np.sqrt(20_000)


def test_no_time_ahead_brings_nothing_and_more_brings_more(model):
    assert model.conditional_expected_purchases(0, 3, 20, 30).tolist() == [0]
    assert model.expected_purchases(0).tolist() == [0]
    assert model.probability_of_n_purchases(0, 0, 3, 20, 30) == pytest.approx([1])
    assert model.probability_of_n_purchases(2, 0, 3, 20, 30).tolist() == [0]
    assert np.all(np.diff(model.conditional_expected_purchases(np.geomspace(1e-6, 1e9, 100), 3, 20, 30)) > 0)


def test_shapes_follow_the_customers_and_the_times(model):
    x, t_x, end = [0, 1, 2], [0, 5, 6], [9, 10, 11]
    assert model.conditional_expected_purchases([1, 2, 3], x, t_x, end).shape == (3,)
    assert model.conditional_expected_purchases([1, 2, 3], 2, 6, 11).shape == (3,)
    assert model.expected_purchases(1).shape == (1,)
    for call, error in (
        (lambda: model.conditional_expected_purchases([1, 2], x, t_x, end), NotANumber),
        (lambda: model.conditional_expected_purchases("soon", x, t_x, end), NotANumber),
        (lambda: model.conditional_expected_purchases(-1, x, t_x, end), OutOfRange),
        (lambda: model.probability_of_n_purchases(-1, 2, x, t_x, end), OutOfRange),
        (lambda: model.dert(-0.1, x, t_x, end), OutOfRange),
    ):
        with pytest.raises(CellError) as caught:
            call()
        assert type(caught.value) is error
