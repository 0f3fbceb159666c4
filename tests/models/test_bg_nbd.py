"""BG/NBD and MBG/NBD give the published figures, and what they mean where nobody has published any."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from clv_xl.errors import OutOfRange
from clv_xl.models.bg_nbd import BGNBD
from clv_xl.models.estimation import Verdict
from clv_xl.models.mbg_nbd import MBGNBD


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (BGNBD, "bgnbd-fit-paper"),
        (BGNBD, "bgnbd-fit-clvtools"),
        (BGNBD, "bgnbd-fit-btyd"),
        (MBGNBD, "mbgnbd-fit"),
        (MBGNBD, "mbgnbd-fit-btydplus"),
    ],
)
def test_fits_of_the_cdnow_sample(model, name, cdnow, oracle):
    fit, published = model.fit(*cdnow[:3]), oracle(name)
    got = dict(zip(fit.names, fit.parameters, strict=True)) | {"loglik": fit.loglik}
    published.holds([got[key] for key in published.expected], list(published.expected.values()))
    assert fit.verdict is Verdict.CONVERGED
    assert fit.customers == 2357


@pytest.mark.parametrize(("model", "name"), [(BGNBD, "bgnbd-fit-full"), (MBGNBD, "mbgnbd-fit-full")])
def test_fits_of_all_cdnow_customers(model, name, cdnow_full, oracle):
    fit, published = model.fit(*cdnow_full), oracle(name)
    got = dict(zip(fit.names, fit.parameters, strict=True)) | {"loglik": fit.loglik}
    published.holds([got[key] for key in published.expected], list(published.expected.values()))
    assert fit.verdict is Verdict.CONVERGED
    assert fit.customers == 23570


def test_log_likelihood_of_mbg_nbd(cdnow, oracle):
    oracle("mbgnbd-loglik").holds(MBGNBD.fit(*cdnow[:3]).loglik)


def test_standard_errors(cdnow, cdnow_full, oracle):
    oracle("bgnbd-se-clvtools").holds(BGNBD.fit(*cdnow[:3]).standard_errors)
    oracle("bgnbd-se-full").holds(BGNBD.fit(*cdnow_full).standard_errors)


def test_holdout_of_the_cdnow_sample(cdnow_future, oracle):
    *known, future = cdnow_future
    expected = BGNBD.fit(*known).model.conditional_expected_purchases(39, *known)
    published = oracle("bgnbd-holdout-clvtools")
    figures = {"sum_cet": expected.sum(), "actual": future.sum(), "mae": np.abs(expected - future).mean()}
    published.holds([figures[key] for key in published.expected], list(published.expected.values()))


@pytest.mark.parametrize(
    ("model", "name"),
    [(BGNBD, f"bgnbd-cet25-t{t}") for t in (1, 3, 6)] + [(MBGNBD, f"mbgnbd-cet25-t{t}") for t in (1, 3, 6)],
)
def test_expected_purchases_of_customers(model, name, oracle):
    published = oracle(name)
    got = model(*published.parameters).conditional_expected_purchases(published.inputs["t"], *published.customers())
    published.holds(got)


@pytest.mark.parametrize("name", ["bgnbd-condexp-note", "bgnbd-condexp-btyd", "bgnbd-paradox-btyd"])
def test_expected_purchases_of_a_customer(name, oracle):
    given = (published := oracle(name)).inputs
    model = BGNBD(*published.parameters)
    published.holds(model.conditional_expected_purchases(given["t"], given["x"], given["t_x"], given["T"]))


def test_customer_1516(oracle):
    given = (published := oracle("bgnbd-1516-btyd")).inputs
    history = given["x"], given["t_x"], given["T"]
    model = BGNBD(*published.parameters)
    published.holds(model.conditional_expected_purchases(given["t"], *history), published.expected["cet"])
    published.holds(model.probability_alive(*history), published.expected["p_alive"])


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (BGNBD, "bgnbd-expectation-note"),
        (BGNBD, "bgnbd-expectation52-btyd"),
        (BGNBD, "bgnbd-newcust"),
        (MBGNBD, "mbgnbd-newcust"),
    ],
)
def test_expected_purchases_of_a_new_customer(model, name, oracle):
    published = oracle(name)
    published.holds(model(*published.parameters).expected_purchases(published.inputs["t"]))


@pytest.mark.parametrize(("model", "name"), [(BGNBD, "bgnbd-palive25"), (MBGNBD, "mbgnbd-palive25")])
def test_chance_to_be_alive(model, name, oracle):
    published = oracle(name)
    published.holds(model(*published.parameters).probability_alive(*published.customers()))


@pytest.mark.parametrize("name", ["bgnbd-palive-btyd", "bgnbd-palive-zero"])
def test_chance_of_a_customer_to_be_alive(name, oracle):
    given = (published := oracle(name)).inputs
    published.holds(BGNBD(*published.parameters).probability_alive(given["x"], given["t_x"], given["T"]))


def test_chance_of_a_number_of_purchases(oracle):
    published = oracle("bgnbd-pmf-btyd")
    model = BGNBD(*published.parameters)
    published.holds([model.probability_of_n_purchases(n, t)[0] for t, n in published.inputs["pairs"]])
    published = oracle("bgnbd-pmf30")
    given = published.inputs
    published.holds([model.probability_of_n_purchases(n, given["t"])[0] for n in given["x"]])


def test_dert(oracle):
    published = oracle("bgnbd-dert")
    rows = np.array(published.inputs["rows"]).T
    published.holds(BGNBD(*published.parameters).dert(published.inputs["delta"], *rows))


# ---- beyond the published: the textbook's closed form in many digits

_CHANCES = [
    (0.8, 2.4),
    (1, 2.4),
    (1 + 1e-9, 2.4),
    (1 - 1e-6, 0.5),
    (30, 200),
    (2.5, 1000),
    (0.05, 0.1),
    (1e-3, 50),
    (5, 0.01),
]
_HISTORIES = [(0, 0, 0), (0, 0, 39), (1, 30, 39), (5, 300, 365), (400, 360, 365)]


def _textbook(model, t, x, end):
    """Expected purchases of who is alive: Fader, Hardie and Lee (2005), equation (10), without the denominator."""
    with mpmath.workdps(400 if model.b >= 1000 else 50):  # with 50 digits, x = 400 then comes out as 10^26
        r, alpha, a, b = (mpmath.mpf(float(value)) for value in (model.r, model.alpha, model.a, model.b))
        a += mpmath.mpf(10) ** -25 if a == 1 else 0
        b += x + model.TOSSED_AT_FIRST
        z = mpmath.mpf(t) / (alpha + end + t)
        tail = (1 - z) ** (a - 1) * mpmath.hyp2f1(a + b - 1 - r - x, a - 1, a + b - 1, z)  # Euler's form of it
        return float((a + b - 1) / (a - 1) * (1 - tail))


@pytest.mark.parametrize(("a", "b"), _CHANCES)
@pytest.mark.parametrize(("kind", "r", "alpha"), [(BGNBD, 2, 30), (MBGNBD, 0.01, 0.001)])
def test_expected_purchases_in_extreme_cases(kind, r, alpha, a, b):
    model = kind(r, alpha, a, b)
    for x, t_x, end in _HISTORIES:
        for t in (1e-3, 3650.0):
            got = model.conditional_expected_purchases(t, x, t_x, end)
            alive = model.probability_alive(x, t_x, end)
            assert got == pytest.approx(alive * _textbook(model, t, x, end), rel=1e-10)


@pytest.mark.parametrize("discount", [1e-7, 1e-3, 0.05, 2])
@pytest.mark.parametrize(("a", "b"), [(0.8, 2.4), (30, 200), (2.5, 5000), (0.05, 0.1)])
def test_dert_is_the_discounted_integral_of_purchases_to_come(a, b, discount):
    model = MBGNBD(0.5, 6, a, b)
    for x, t_x, end in ((0, 0, 39), (5, 30, 39), (80, 38, 39)):
        v = np.arange(-50, 5, 0.03) - np.log(discount)  # log of time: the trapezoidal rule is exact for such curves
        t = np.exp(v)
        purchases = model.conditional_expected_purchases(t, x, t_x, end)
        expected = (discount * np.exp(-discount * t) * purchases * t).sum() * 0.03
        assert model.dert(discount, x, t_x, end) == pytest.approx(expected, rel=1e-9)


def test_without_a_discount_only_customers_who_surely_leave_have_a_finite_future():
    with pytest.raises(OutOfRange, match="discount"):
        BGNBD(0.25, 4.4, 1.0, 2.4).dert(0, 2, 30, 39)
    model = BGNBD(0.25, 4.4, 1.5, 2.4)
    assert model.dert(0, 2, 30, 39) == pytest.approx(model.conditional_expected_purchases(1e15, 2, 30, 39), rel=1e-5)
    assert model.dert(0, 2, 30, 39) == pytest.approx(model.dert(1e-15, 2, 30, 39), rel=1e-5)


def test_many_times_are_as_good_as_one():
    model = BGNBD(0.25, 4.4, 0.8, 2.4)
    t, end = np.geomspace(0.01, 1e4, 400), np.linspace(5, 500, 400)
    for what in (model.conditional_expected_purchases(t, 3, 4, end), model.dert(0.01, 3, 4, end)):
        assert len(what) == 400
    for row in (0, 57, 399):
        one = model.conditional_expected_purchases(t[row], 3, 4, end[row])
        assert model.conditional_expected_purchases(t, 3, 4, end)[row] == pytest.approx(one[0], rel=1e-11)
        assert model.dert(0.01, 3, 4, end)[row] == pytest.approx(model.dert(0.01, 3, 4, end[row])[0], rel=1e-11)
