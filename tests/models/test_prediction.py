"""Predictions of a customer base: what is chosen, how sure it is, and what is said where the data tell little."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad

from clv_xl.errors import CellError
from clv_xl.models.bg_nbd import BGNBD
from clv_xl.models.estimation import Verdict
from clv_xl.models.intervals import delta_interval
from clv_xl.models.lifetime_value import continuous_rate, discounted_purchases
from clv_xl.models.mbg_nbd import MBGNBD
from clv_xl.models.pareto_nbd import ParetoNBD
from clv_xl.models.prediction import predict
from clv_xl.models.purchase_days import PurchaseDays, Returns
from clv_xl.models.selection import COMPARED

from .conftest import DATA

CALIBRATED = dt.date(1997, 9, 30)
CALIBRATION_ENDS = int(np.datetime64(CALIBRATED).astype(np.int64))
HELD_OUT = 1882  # purchases of the sample in the 39 weeks that follow


def cdnow_days(end: dt.date | None = None, customers: int | None = None) -> PurchaseDays:
    lines = [line.split() for line in (DATA / "orders" / "CDNOW_sample.txt").read_text(encoding="ascii").splitlines()]
    if customers is not None:
        known = sorted({line[1] for line in lines})[:customers]
        lines = [line for line in lines if line[1] in known]
    dates = [dt.datetime.strptime(line[2], "%Y%m%d") for line in lines]
    return PurchaseDays.of([line[1] for line in lines], dates, [float(line[4]) for line in lines], end=end)


@pytest.mark.parametrize(("model", "half"), [(BGNBD, 146), (ParetoNBD, 223)])
def test_the_delta_method_gives_the_known_interval_of_the_cdnow_total(model, half, cdnow):
    fit = model.fit(*cdnow[:3])

    def total(fitted):
        return float(fitted.conditional_expected_purchases(39, *cdnow[:3]).sum())

    low, high = delta_interval(fit, total, 0.95)
    assert (high - low) / 2 == pytest.approx(half, rel=0.02)
    assert low < total(fit.model) < high


@pytest.mark.parametrize("model", [BGNBD(0.243, 4.414, 0.793, 2.426), ParetoNBD(0.553, 10.58, 0.606, 11.67)])
@pytest.mark.parametrize("horizon", [4.0, 52.0, 520.0])
def test_discounting_is_the_integral_over_the_rate_of_purchases(model, horizon):
    rate, history = continuous_rate(0.15, 365.25 / 7), (2, 30.43, 38.86)

    def expected(t):
        return float(model.conditional_expected_purchases(t, *history)[0])

    passing = quad(lambda t: math.exp(-rate * t) * expected(t), 0, horizon, epsabs=1e-12)[0]
    exact = math.exp(-rate * horizon) * expected(horizon) + rate * passing
    assert discounted_purchases(model, horizon, rate, *history)[0] == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize("model", [BGNBD(0.243, 4.414, 0.793, 2.426), MBGNBD(0.525, 6.183, 0.891, 1.614)])
def test_a_long_horizon_comes_close_to_all_that_is_to_come(model):
    rate, history = 0.02, (2, 30.43, 38.86)
    whole = discounted_purchases(model, math.inf, rate, *history)
    assert discounted_purchases(model, 600.0, rate, *history) == pytest.approx(whole, rel=1e-3)


def test_what_customers_did_lies_within_the_simulated_interval_but_not_within_that_of_the_parameters():
    prediction = predict(cdnow_days(CALIBRATED), 39, models=["bgnbd"], level=0.95)
    _, low, high = prediction.expected_total
    assert not low < HELD_OUT < high  # known of BG/NBD on these data: more than chance
    assert prediction.expected_purchases.sum() == pytest.approx(1653.4, abs=0.1)
    simulated = prediction.intervals.total_purchases
    assert simulated[0] < low < high < simulated[1]


def test_intervals_hold_the_share_of_customers_they_promise():
    """80 % or more of the customers: purchases are whole numbers, so an interval of them covers more than it must."""
    days = cdnow_days()
    calibrated = predict(cdnow_days(CALIBRATED), 39, level=0.8)
    bought = np.bincount(days.customer[days.day > CALIBRATION_ENDS], minlength=len(days.ids))
    low, high = calibrated.intervals.purchases
    assert days.ids.tolist() == calibrated.customers.ids.tolist()
    inside = (low <= bought) & (bought <= high)
    assert 0.8 < inside.mean() < 0.97
    often = calibrated.customers.frequency >= 5
    assert 0.7 < inside[often].mean() < 0.95


def test_the_same_seed_gives_the_same_intervals():
    days = cdnow_days(CALIBRATED, 300)
    first, again, other = (predict(days, 26, draws=200, seed=seed).intervals for seed in (1, 1, 2))
    assert first.total_value == again.total_value != other.total_value
    assert np.array_equal(first.value[1], again.value[1])


def test_bic_decides_on_the_full_period_and_the_holdout_on_the_calibration():
    whole = predict(cdnow_days(), 26, draws=0)
    assert [one.model for one in whole.compared] == list(COMPARED)
    assert (whole.model.model, "BIC is 16.9 lower than that of Pareto/NBD" in whole.reason.en) == ("mbgnbd", True)
    assert "16,9 lager" in whole.reason.nl
    part = predict(cdnow_days(CALIBRATED), 26, draws=0)
    assert "misses least in the holdout" in part.reason.en
    assert min(part.compared, key=lambda one: one.holdout.squared_error) is part.model


def test_the_holdout_of_bg_bb_counts_whole_months():
    prediction = predict(cdnow_days(dt.date(1998, 6, 30)), 6, unit="month", models=["bgbb"], draws=50)
    held = prediction.model.holdout
    assert held.duration == 6  # January to June
    assert held.expected == pytest.approx(held.actual, rel=0.1)
    assert prediction.population.T.max() == 17  # the months of 18 after that of the first purchase
    assert len(prediction.value) == 2357


def test_value_is_margin_times_spend_times_discounted_purchases():
    days = cdnow_days(CALIBRATED)
    plain = predict(days, 52, draws=0)
    assert plain.value == pytest.approx(plain.expected_purchases * plain.expected_spend)
    margin = predict(days, 52, margin=0.4, discount=0.1, draws=0)
    ratio = margin.value / plain.value / 0.4
    assert np.all((ratio > 1 / 1.1) & (ratio < 1))


@pytest.mark.parametrize("customers", [1, 2, 5, 20, 60])
@pytest.mark.parametrize("models", [COMPARED, ["bgbb"]])
def test_few_customers_give_a_result_with_doubts(customers, models):
    prediction = predict(cdnow_days(None, customers), 12, unit="month", models=models, draws=100)
    assert prediction.doubts
    for figures in (prediction.probability_alive, prediction.expected_purchases, prediction.value):
        assert np.isfinite(figures).all()
        assert (figures >= 0).all()
    converged = prediction.model.fit.verdict is Verdict.CONVERGED
    assert (prediction.intervals is not None) == converged  # else nobody knows which parameters to draw
    if converged:
        assert all(np.isfinite(end).all() for end in (*prediction.intervals.value, *prediction.intervals.purchases))


def test_one_time_buyers_only():
    days = PurchaseDays.of(list("abcdefgh"), [45000.0 + 10 * number for number in range(8)], [20.0] * 8, end=45400.0)
    prediction = predict(days, 12, unit="month", draws=100)
    assert prediction.expected_spend.tolist() == [20.0] * 8
    assert prediction.expected_purchases.max() < 1
    assert len(prediction.doubts) >= 2


def test_orders_of_one_day():
    days = PurchaseDays.of(["a", "b"], [45000.0, 45000.0], [20.0, 30.0])
    with pytest.raises(CellError):
        predict(days, 12)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"horizon": 0}, "horizon"),
        ({"horizon": math.inf}, "horizon"),
        ({"horizon": 12, "margin": 60}, "0.6 for 60 %"),
        ({"horizon": 12, "discount": 10}, "0.1 for 10 %"),
        ({"horizon": 12, "level": 95}, "0.8 for 80 %"),
        ({"horizon": 12, "models": ["arima"]}, "choose from bgnbd"),
        ({"horizon": 12, "models": ["bgnbd", "bgbb"]}, "cannot be compared"),
        ({"horizon": 1.5, "models": ["bgbb"], "unit": "month"}, "whole periods"),
        ({"horizon": 12, "unit": "fortnight"}, "no unit of time"),
    ],
)
def test_what_is_refused_says_why(arguments, told):
    horizon = arguments.pop("horizon")
    with pytest.raises(CellError, match=told):
        predict(cdnow_days(CALIBRATED, 100), horizon, **arguments)


def test_purchases_that_came_back_whole_bring_nothing():
    days, random = cdnow_days(customers=800), np.random.default_rng(3)
    repeats = np.flatnonzero(days.repeats)
    lost = random.choice(repeats, len(repeats) // 4, replace=False)
    back = Returns(days.customer[lost], days.day[lost], -days.spend[lost])
    before, after = (predict(one, 52, models=["mbgnbd"]) for one in (days, replace(days, returns=back)))
    assert np.array_equal(before.expected_purchases, after.expected_purchases)
    kept = float(after.value.sum() / before.value.sum())
    assert kept == pytest.approx(0.75, abs=0.05)
    low, high = (after.intervals.total_value[end] / before.intervals.total_value[end] for end in (0, 1))
    assert (low, high) == pytest.approx((kept, kept), abs=0.05)
