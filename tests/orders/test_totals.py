"""Totals by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

import clv_xl
from clv_xl.errors import OrdersError
from clv_xl.orders.totals import totals

FRAME = pd.DataFrame(
    {
        "order": list("12345"),
        "customer": ["a", "a", "b", "c", "c"],
        "date": pd.to_datetime(["2022-01-01", "2022-07-01", "2023-01-01", "2023-12-31", "2024-01-01"]),
        "amount": [10.0, 20.0, 30.0, 40.0, 50.0],
    }
)


def test_by_hand():
    found = totals(FRAME)
    assert (found.revenue, found.purchases, found.customers) == (150, 5, 3)
    assert (found.first_date, found.as_of) == (date(2022, 1, 1), date(2024, 1, 1))
    # a left after 181 days; b was last seen exactly 365 days before: still active; c one day old.
    assert found.churned == 1
    assert found.durations_total == pytest.approx((181 + 365 + 1) / 365.25)
    # a was seen to leave; b was watched for no day at all, c came too late to be watched.
    assert (found.watched, found.exposure_total) == (2, pytest.approx(181 / 365.25))
    assert found.lifespan_is_seen


def test_orders_after_the_as_of_date_are_left_out():
    found = totals(FRAME, as_of=date(2022, 6, 30))
    assert (found.purchases, found.customers, found.churned) == (1, 1, 0)
    with pytest.raises(OrdersError, match="No orders up to 2021-12-31"):
        totals(FRAME, as_of="2021-12-31")


def test_a_later_as_of_date_makes_customers_leave():
    found = totals(FRAME, as_of="2026-01-01", silent_after=90)
    assert found.churned == 3
    assert found.durations_total == pytest.approx((181 + 0 + 1) / 365.25)


def shop(mean: int, window: int, gap: int, customers: int = 20_000) -> pd.DataFrame:
    """Orders of customers who arrive evenly, stay for a time of that mean and buy every so many days; all in days."""
    chance = np.random.default_rng(5)
    start = chance.uniform(0, window, customers)
    stay = np.minimum(chance.exponential(mean, customers), window - start)
    repeats = chance.poisson(stay / gap)
    who = np.repeat(np.arange(customers), repeats)
    later = start[who] + stay[who] * chance.uniform(0, 1, len(who))
    days = np.concatenate([start, later]).astype(int)
    day = pd.Timestamp("2021-01-01") + pd.to_timedelta(days, unit="D")
    ids = np.concatenate([np.arange(customers), who])
    return pd.DataFrame({"customer": ids, "date": day, "amount": 1.0})


@pytest.mark.parametrize(("window", "silent_after"), [(1095, 90), (1095, 365), (730, 365)])
def test_a_simulated_shop_whose_customers_stay_a_year(window, silent_after):
    found = totals(shop(mean=365, window=window, gap=14), silent_after=silent_after)
    corrected = clv_xl.lifespan_exposure(found.exposure_total, found.churned)
    so_far = clv_xl.lifespan(found.durations_total, found.customers)
    last_order_comes_before_the_end = 0.88
    assert last_order_comes_before_the_end < corrected < 1
    assert so_far < 0.82
    naive = clv_xl.lifespan_exposure(found.durations_total, found.churned)
    assert naive > 1.05


@pytest.mark.parametrize(("silent_after", "low"), [(90, 0.95), (365, 0.75)])
def test_orders_of_a_simulated_lifetime(silent_after, low):
    """A customer who stays a year and buys every fourteen days after the first order buys 27 times.

    The longer one waits before a silent customer counts as gone, the more time without orders is counted as theirs.
    """
    orders = shop(mean=365, window=1095, gap=14)
    found = totals(orders, silent_after=silent_after)
    assert low < found.lifetime_orders / (1 + 365 / 14) < 1.02
    over_the_window = len(orders) / found.customers / (1095 / 365.25)
    assert over_the_window < 0.4 * found.lifetime_orders


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_one_time_buyers_do_not_shorten_the_life_of_the_others(share):
    """Customers stay three years and buy every sixty days, but for a share who never come back."""
    orders = shop(mean=1095, window=1460, gap=60)
    chance = np.random.default_rng(7)
    gone = set(np.flatnonzero(chance.uniform(size=20_000) < share))
    once = orders["customer"].isin(gone)
    found = totals(orders[~once | ~orders["customer"].duplicated()], silent_after=365)
    truth = 1 + (1 - share) * 1095 / 60
    assert 0.7 < found.lifetime_orders / truth < 1.05
    naive = found.exposure_total / found.churned
    assert naive < 0.85 * found.lifespan


def test_the_lifetime_is_never_shorter_than_what_was_seen():
    found = totals(FRAME)
    assert found.lifespan == pytest.approx(547 / 3 / 365.25)
    assert found.lifetime_orders == pytest.approx(5 / 3)
    assert totals(FRAME[:1]).lifetime_orders == 1


def test_too_short_a_time_to_see_who_left():
    assert not totals(shop(mean=365, window=380, gap=14), silent_after=365).lifespan_is_seen


def test_no_orders():
    with pytest.raises(OrdersError, match="No orders"):
        totals(FRAME[:0])
