"""Cohorts against the functions of the catalogue, and against pandas."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from clv_xl.analysis import Analysis, analyse
from clv_xl.analysis.tables import PERIODS
from clv_xl.cells import serial
from clv_xl.template.orders import sample

from .shops import SHOPS, Rows, analysed, cells, chance_orders

COLUMNS = [str(period) for period in range(PERIODS)]


def long(months: int) -> pd.DataFrame:
    """A shop of so many months of the calendar, two orders in the first and the last and some between."""
    frame = chance_orders(months, count=300, days=(months - 2) * 30)
    frame["date"] += pd.Timestamp(2012, 1, 31) - frame["date"].min()
    ends = [frame["date"].min(), frame["date"].min() + pd.DateOffset(months=months - 1)]
    edge = pd.DataFrame({"order": ["a", "z"], "customer": "edge", "date": ends, "amount": 10.0, "channel": "web"})
    return pd.concat([frame, edge], ignore_index=True)


CASES = {
    "cdnow": ("month", SHOPS["cdnow"]),
    "retail": ("month", SHOPS["retail"]),
    "random": ("month", SHOPS["random"]),
    "25 months": ("month", lambda: long(25)),
    "26 months": ("quarter", lambda: long(26)),
    "75 months": ("quarter", lambda: long(75)),
    "76 months": ("year", lambda: long(76)),
    "30 years": ("year", lambda: long(360)),
    "sample": ("quarter", lambda: sample("en", "")),
}


@pytest.mark.parametrize(("unit", "shop"), CASES.values(), ids=CASES)
def test_both_tables_are_those_of_the_functions(unit: str, shop: Callable[[], pd.DataFrame]) -> None:
    orders = shop()
    analysis = analyse(orders)
    assert analysis.facts["cohort_unit"].en == unit
    retention = cells("COHORT_RETENTION", orders[orders["amount"] >= 0], ("customer", "date"), unit)
    equal(analysis, "cohorts", retention)
    equal(analysis, "cohort_value", cells("COHORT_VALUE", orders, ("customer", "date", "amount"), unit))


def equal(analysis: Analysis, key: str, rows: Rows) -> None:
    table = analysis.tables[key]
    assert [serial(start) for start in table["cohort"]] == [row[0] for row in rows]
    assert table["customers"].tolist() == [row[1] for row in rows]
    want = [[math.nan if cell == "" else cell for cell in row[2 : 2 + PERIODS]] for row in rows]
    width = min(len(want[0]), PERIODS)
    np.testing.assert_allclose(table[COLUMNS[:width]].to_numpy(), np.array(want), rtol=1e-12, atol=1e-12)
    assert table[COLUMNS[width:]].isna().all(axis=None)


@pytest.mark.parametrize("shop", SHOPS)
def test_every_customer_is_in_one_cohort(shop: str) -> None:
    tables = analysed(shop).tables
    for key in ("cohorts", "cohort_value"):
        assert tables[key]["customers"].sum() == len(tables["customers"])
    assert (tables["cohorts"]["0"] == 1).all()


def test_retention_by_pandas() -> None:
    orders = SHOPS["cdnow"]()
    month = orders["date"].dt.to_period("M")
    first = month.groupby(orders["customer"]).transform("min")
    since = (month - first).map(lambda months: months.n)
    told = pd.DataFrame({"first": first, "since": since, "customer": orders["customer"]})
    active = told.pivot_table(index="first", columns="since", values="customer", aggfunc="nunique")
    want = active.div(active[0], axis=0).iloc[:, :PERIODS]
    np.testing.assert_allclose(analysed("cdnow").tables["cohorts"][COLUMNS].to_numpy(), want.to_numpy())


def test_value_of_all_periods_is_the_revenue() -> None:
    """Sample data: ten quarters, so that the last period that is known holds all that a cohort brought."""
    orders = sample("en", "")
    table = analyse(orders).tables["cohort_value"]
    last = table[COLUMNS].ffill(axis=1).iloc[:, -1]
    assert (last * table["customers"]).sum() == pytest.approx(orders["amount"].sum())


@pytest.mark.parametrize(("end", "noted"), [("2024-03-30", True), ("2024-03-31", False), ("2024-05-01", False)])
def test_a_period_that_is_not_over_is_told(end: str, noted: bool) -> None:
    days = pd.to_datetime(["2024-01-05", "2024-02-10", "2024-03-20"])
    orders = pd.DataFrame({"order": ["1", "2", "3"], "customer": "an", "date": days, "amount": 10.0})
    note = analyse(orders, as_of=pd.Timestamp(end).date()).facts["cohort_note"]
    assert (note is not None) == noted
