"""BG/BB gives the published figures, and what adding up every future by hand gives."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest

from clv_xl.errors import CellError, NotANumber, NotAvailable, OutOfRange
from clv_xl.models import bg_bb
from clv_xl.models.bg_bb import BGBB
from clv_xl.models.estimation import Verdict

from .conftest import DATA

MODEL = BGBB(1.2, 0.75, 0.66, 2.78)
HISTORIES = np.array([(0, 0, 0), (0, 0, 6), (1, 1, 6), (4, 5, 6), (6, 6, 6), (2, 9, 12), (1, 1, 1)]).T


@pytest.fixture(scope="session")
def donations():
    """Frequency, recency, opportunities and number of the 11,104 donors."""
    return np.loadtxt(DATA / "models" / "donations.csv", delimiter=",", skiprows=1).T


@pytest.fixture(scope="session")
def fit(donations):
    return BGBB.fit(*donations)


@pytest.mark.parametrize("name", ["bgbb-fit-paper", "bgbb-fit-btyd"])
def test_published_fits(name, fit, oracle):
    got = dict(zip(fit.names, fit.parameters, strict=True)) | {"loglik": fit.loglik}
    oracle(name).holds([got[key] for key in oracle(name).expected], list(oracle(name).expected.values()))
    assert fit.verdict is Verdict.CONVERGED
    assert fit.customers == 11_104


def test_published_loglikelihoods(oracle):
    published = oracle("bgbb-logp-22")
    given = published.inputs
    published.holds(BGBB(*given["params"]).loglik(given["x"], given["t_x"], given["n"]))


def test_published_chances_alive_in_2002(fit, oracle):
    published = oracle("bgbb-palive-2002")
    x, t_x = np.transpose(published.inputs["rows"])
    published.holds(fit.model.probability_alive(x, t_x, published.inputs["n"]))


def test_published_holdout_total(fit, donations, oracle):
    *histories, donors = donations
    oracle("bgbb-holdout-total").holds(donors @ fit.model.conditional_expected_purchases(5, *histories))


def test_published_frequencies(fit, oracle):
    chances = [fit.model.probability_of_n_purchases(n, 6)[0] for n in (0, 6)]
    oracle("bgbb-insample").holds(fit.customers * np.array(chances))


def test_published_purchases_of_new_customers(oracle):
    published = oracle("bgbb-newcust-cum")
    published.holds(BGBB(*published.inputs["params"]).expected_purchases(published.inputs["n"]))


def test_quantities_of_btyd(oracle):
    published = oracle("bgbb-btyd-quantities")
    model, x, t_x = BGBB(*published.inputs["params"]), [0, 4, 6], [0, 5, 6]
    expected, alive, dert = (
        model.conditional_expected_purchases(10, x, t_x, 6),
        model.probability_alive(x, t_x, 6),
        model.dert(0.1, x, t_x, 6),
    )
    got = {
        "expectation_n10": model.expected_purchases(10)[0],
        "cet_x0_t0_next10": expected[0],
        "cet_x4_t5_next10": expected[1],
        "p_alive_next_x0": alive[0],
        "p_alive_next_x4_t5": alive[1],
        "dert_x4_t5_d01": dert[1],
        "dert_x6_t6_d01": dert[2],
        "dert_x0_d01": dert[0],
    }
    published.holds([got[key] for key in published.expected], list(published.expected.values()))


def test_walkthrough_of_btyd(fit):
    # Its fit stopped a little earlier: 0.1302169 and 3.627858 stand in the vignette of BTYD 2.4.
    got = fit.model.conditional_expected_purchases(10, [0, 4], [0, 5], 6)
    assert got == pytest.approx([0.1302169, 3.627858], rel=3e-4)


# ---- mathematics


def history(purchases):
    return sum(purchases), max((at for at, bought in enumerate(purchases, 1) if bought), default=0), len(purchases)


def test_all_histories_have_chance_one():
    for n in (1, 5):
        every = np.array([history(each) for each in itertools.product((0, 1), repeat=n)])
        assert np.exp(MODEL.loglik(*every.T)).sum() == pytest.approx(1, rel=1e-13)


@pytest.mark.parametrize("seen", [(), (0, 0, 0), (1, 0, 1, 0), (1, 1, 1), (0, 1, 0, 0, 0)])
def test_predictions_are_sums_over_every_future(seen):
    """The chance of a future is the likelihood of both over that of what was seen."""
    ahead = 4
    now = history(seen)
    futures = np.array(list(itertools.product((0, 1), repeat=ahead)))
    both = np.array([history((*seen, *future)) for future in futures])
    chance = np.exp(MODEL.loglik(*both.T) - MODEL.loglik(*now))
    times = futures.sum(axis=1)
    assert MODEL.conditional_expected_purchases(ahead, *now) == pytest.approx(chance @ times, rel=1e-12)
    for n in range(ahead + 2):
        expected = chance[times == n].sum()
        assert MODEL.probability_of_n_purchases(n, ahead, *now) == pytest.approx(expected, rel=1e-11)
    x, _, n = now
    buys = chance[futures[:, 0] == 1].sum()
    alive = buys * (MODEL.alpha + MODEL.beta + n) / (MODEL.alpha + x)
    assert MODEL.probability_alive(*now) == pytest.approx(alive, rel=1e-12)


def test_dert_is_the_sum_of_what_comes():
    ahead = np.arange(1, 601)
    for x, t_x, n in HISTORIES.T:
        expected = MODEL.conditional_expected_purchases(ahead, x, t_x, n)
        discounted = np.diff(expected, prepend=0) @ 1.1 ** -ahead.astype(float)
        assert MODEL.dert(0.1, x, t_x, n) == pytest.approx(discounted, rel=1e-12)


@pytest.mark.parametrize(
    "parameters", [(1e5, 2e5, 1e-4, 3.0), (1e-5, 1e-5, 1e-5, 1e-5), (1e6, 1.0, 1.0, 1e6), (0.3, 900.0, 1e6, 1e-3)]
)
def test_likelihoods_where_parameters_are_extreme(parameters):
    rows = [*HISTORIES.T.tolist(), [3, 40, 260], [250, 260, 260]]
    with mpmath.workdps(50):
        a, b, c, d = map(mpmath.mpf, parameters)

        def alive(x, n):
            return mpmath.beta(a + x, b + n - x) / mpmath.beta(a, b)

        def truth(x, t_x, n):
            gone = (alive(x, k) * mpmath.beta(c + 1, d + k) for k in range(t_x, n))
            stays = alive(x, n) * mpmath.beta(c, d + n)
            total = stays + mpmath.fsum(gone)
            return mpmath.log(total / mpmath.beta(c, d)), stays / total * (d + n) / (c + d + n)

        expected = [[float(value) for value in truth(*row)] for row in rows]
    model, columns = BGBB(*parameters), np.transpose(rows)
    loglik, chance = np.transpose(expected)
    assert model.loglik(*columns) == pytest.approx(loglik, rel=1e-9, abs=1e-9)
    assert model.probability_alive(*columns) == pytest.approx(chance, rel=1e-8, abs=1e-300)


def test_rows_come_back_in_their_order_in_portions_too(monkeypatch):
    random = np.random.default_rng(5)
    n = random.integers(0, 15, 600)
    t_x = random.integers(0, n + 1)
    x = np.where(t_x > 0, random.integers(1, np.maximum(t_x, 1) + 1), 0)
    one_by_one = [MODEL.loglik(*row)[0] for row in np.stack([x, t_x, n], axis=1)[:200]]
    whole, fit = MODEL.loglik(x, t_x, n), BGBB.fit(x, t_x, n)
    assert whole[:200] == pytest.approx(one_by_one, rel=1e-13)
    monkeypatch.setattr(bg_bb, "_AT_ONCE", 200)
    assert MODEL.loglik(x, t_x, n) == pytest.approx(whole, rel=1e-13)
    assert BGBB.fit(x, t_x, n).parameters == pytest.approx(fit.parameters, rel=1e-6)


@pytest.mark.parametrize("theta", [(0.2, -0.3, -0.4, 1.0), (-3.0, 2.0, 3.0, -2.0), (5.0, 6.0, 0.0, 0.0)])
def test_the_gradient_is_that_of_the_likelihood(theta):
    x, t_x, n = HISTORIES
    objective = BGBB._objective(bg_bb.Histories.of(x, t_x, n, np.arange(1.0, len(x) + 1)))  # noqa: SLF001  what the optimiser sees
    numeric = [(objective(theta + s)[0] - objective(theta - s)[0]) / 2e-5 for s in np.eye(4) * 1e-5]
    value, gradient = objective(np.array(theta))
    assert gradient == pytest.approx(numeric, rel=1e-6, abs=1e-8)
    weights = np.arange(1, len(x) + 1)
    assert value == pytest.approx(weights @ BGBB(*np.exp(theta)).loglik(x, t_x, n) / weights.sum(), rel=1e-13)


# ---- estimation


def simulated(model, customers, random):
    """Histories as the model tells them, customer by customer, with different numbers of opportunities."""
    n = random.integers(5, 13, customers)
    lives = random.geometric(random.beta(model.gamma, model.delta, customers)) - 1
    buys = random.random((customers, 12)) < random.beta(model.alpha, model.beta, customers)[:, None]
    buys &= np.arange(12) < np.minimum(n, lives)[:, None]
    return buys.sum(axis=1), np.where(buys, np.arange(1, 13), 0).max(axis=1), n


def test_equal_customers_are_a_weight():
    x, t_x, n = simulated(MODEL, 300, np.random.default_rng(6))
    once = BGBB.fit(np.tile(x, 4), np.tile(t_x, 4), np.tile(n, 4))
    weighted = BGBB.fit(x, t_x, n, np.full(300, 4))
    assert weighted.parameters == pytest.approx(once.parameters, rel=1e-6)
    assert weighted.loglik == pytest.approx(once.loglik, rel=1e-12)
    assert weighted.model.loglik(x, t_x, n).sum() * 4 == pytest.approx(weighted.loglik, rel=1e-12)


def test_intervals_hold_the_truth_as_often_as_they_say():
    random, truth, held = np.random.default_rng(7), BGBB(1.0, 1.5, 0.8, 4.0), []
    for _ in range(60):
        low, high = BGBB.fit(*simulated(truth, 1500, random)).interval(0.9)
        held.append([low[i] < value < high[i] for i, value in enumerate((1.0, 1.5, 0.8, 4.0))])
    assert 0.84 < np.mean(held) < 0.96


def test_simulated_futures_are_those_of_the_model():
    random, rows = np.random.default_rng(8), 40_000
    for x, t_x, n in HISTORIES.T:
        alive = np.repeat(MODEL.probability_alive(x, t_x, n), rows)
        drawn = MODEL.simulate_future(3, alive, np.full(rows, x), np.full(rows, n), random)
        shares = np.bincount(drawn.astype(int), minlength=4) / rows
        expected = [MODEL.probability_of_n_purchases(k, 3, x, t_x, n)[0] for k in range(4)]
        assert shares == pytest.approx(expected, abs=0.011)
        assert not MODEL.simulate_future(0, alive, np.full(rows, x), np.full(rows, n), random).any()


# ---- nasty data


@pytest.mark.parametrize(
    "rows",
    [
        [(0, 0, 6)],
        [(1, 1, 1)],
        [(6, 6, 6)] * 30,
        [(0, 0, 6)] * 30,
        [(2, 4, 6)] * 30,
        [(0, 0, 1)] * 10 + [(1, 1, 1)] * 10,
        [(0, 0, 0), (1, 3, 5)],
        [(0, 0, 2_000), (900, 950, 1_000), (1, 1, 10_000)],
    ],
    ids=["one", "one buyer", "always", "never", "identical", "one opportunity", "none yet", "many opportunities"],
)
def test_little_data_gives_a_fit_with_a_verdict(rows):
    x, t_x, n = np.transpose(rows)
    fit = BGBB.fit(x, t_x, n)
    assert fit.verdict is not Verdict.CONVERGED
    model = fit.model
    assert np.isfinite([*fit.parameters, fit.loglik, fit.aic, fit.bic]).all()
    alive = model.probability_alive(x, t_x, n)
    assert ((alive >= 0) & (alive <= 1)).all()
    for values in (
        model.conditional_expected_purchases(5, x, t_x, n),
        model.dert(0.1, x, t_x, n),
        model.probability_of_n_purchases(0, 5, x, t_x, n),
        model.simulate_future(5, alive, x, n, np.random.default_rng(9)),
    ):
        assert (np.isfinite(values) & (values >= 0)).all()


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: BGBB.fit([], [], []), NotAvailable, "no customers"),
        (lambda: BGBB.fit([0, 0], [0, 0], [0, 0]), NotAvailable, "no customer has had an opportunity"),
        (lambda: BGBB.fit([1], [1], [3], [0]), NotAvailable, "no customers"),
        (lambda: BGBB.fit([1], [1], [3], [-1]), OutOfRange, "weight"),
        (lambda: BGBB.fit([1, 3], [1, 2], [6, 6]), OutOfRange, "frequency is at most recency.*row 2"),
        (lambda: BGBB.fit([1, 3], [7, 4], 6), OutOfRange, "recency at most opportunities; row 1"),
        (lambda: BGBB.fit([0], [2], [6]), OutOfRange, "only there; row 1"),
        (lambda: BGBB.fit([1], [1.5], [6]), OutOfRange, "recency is a whole number"),
        (lambda: BGBB.fit([1], [1], [float("nan")]), OutOfRange, "opportunities is a whole number"),
        (lambda: BGBB.fit([1], [1], [45_292]), OutOfRange, "opportunities is a whole number from 0 to 10,000"),
        (lambda: BGBB.fit([1, 2], [1, 2, 3], [6]), NotANumber, "differ in length"),
        (lambda: BGBB.fit(["often"], [1], [6]), NotANumber, "frequency, recency and opportunities are numbers"),
        (lambda: MODEL.conditional_expected_purchases(2.5, 1, 1, 6), OutOfRange, "m is a whole number"),
        (lambda: MODEL.conditional_expected_purchases([1, 2], [1, 1, 1], 1, 6), NotANumber, "differ in length"),
        (lambda: MODEL.probability_of_n_purchases(-1, 6), OutOfRange, "n is a whole number"),
        (lambda: MODEL.dert(0, 1, 1, 6), OutOfRange, "discount"),
    ],
)
def test_what_cannot_be_is_said(call, kind, message):
    with pytest.raises(CellError, match=message) as said:
        call()
    assert type(said.value) is kind
