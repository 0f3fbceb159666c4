"""Totals by hand."""

from datetime import date

import pandas as pd
import pytest

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
    assert (found.revenue, found.purchases, found.customers, found.repeat_customers) == (150, 5, 3, 2)
    assert (found.first_date, found.as_of) == (date(2022, 1, 1), date(2024, 1, 1))
    assert found.years == 730 / 365.25
    # a left after 181 days; b was last seen exactly 365 days before: still active; c one day old.
    assert (found.churned, found.active) == (1, 2)
    assert found.durations_total == pytest.approx((181 + 365 + 1) / 365.25)


def test_orders_after_the_as_of_date_are_left_out():
    found = totals(FRAME, as_of=date(2022, 6, 30))
    assert (found.purchases, found.customers, found.churned, found.years) == (1, 1, 0, 180 / 365.25)
    with pytest.raises(OrdersError, match="No orders up to 2021-12-31"):
        totals(FRAME, as_of="2021-12-31")


def test_a_later_as_of_date_makes_customers_leave():
    found = totals(FRAME, as_of="2026-01-01", silent_after=90)
    assert (found.churned, found.active) == (3, 0)
    assert found.durations_total == pytest.approx((181 + 0 + 1) / 365.25)


def test_one_day_is_the_least():
    assert totals(FRAME[:1]).years == 1 / 365.25


def test_no_orders():
    with pytest.raises(OrdersError, match="No orders"):
        totals(FRAME[:0])
