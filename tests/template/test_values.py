"""What a template computes: against pandas, and in states that a user brings about."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from clv_xl.calculation import Calculator
from clv_xl.cells import Value
from clv_xl.orders.totals import totals
from clv_xl.refresh.record import FIGURES
from clv_xl.refresh.results import results
from clv_xl.template import orders
from clv_xl.template.making import planned
from clv_xl.template.plan import Readable
from clv_xl.workbook.address import parse

from .states import HOSTS, clear_orders, errors, made, type_in, value, values


@pytest.mark.parametrize("host", HOSTS)
def test_results_are_what_pandas_computes(host: str):
    frame = orders.sample("en", "")
    dates = frame.groupby("customer")["date"].agg(["min", "max"])
    as_of = frame["date"].max()
    gone = (as_of - dates["max"]).dt.days > 365
    seen_to = as_of - pd.Timedelta(days=365)
    watched = dates["min"] <= seen_to
    end = dates["max"].where(gone, seen_to)
    exposure = (end - dates["min"])[watched].dt.days.sum() / 365.25
    so_far = (dates["max"].where(gone, as_of) - dates["min"]).dt.days.sum() / 365.25 / len(dates)
    once = (gone & watched & (dates["min"] == dates["max"])).sum()
    life = exposure / (gone.sum() - once) * (1 - once / watched.sum())
    repeats = (len(frame) - len(dates)) / (so_far * len(dates))
    lifetime_orders = 1 + repeats * life
    per_year = frame["amount"].mean() * lifetime_orders / life
    expected = {
        "order_value": frame["amount"].mean(),
        "repeat_per_year": repeats,
        "orders_per_year": lifetime_orders / life,
        "value_per_year": per_year,
        "lifespan_so_far": so_far,
        "lifespan_corrected": life,
        "lifespan_used": life,
        "clv_revenue": per_year * life,
        "clv_margin": per_year * life * 0.45,
        "clv_present": per_year * 0.45 * (1 - 1.1**-life) / 0.1,
        "cac_ceiling": per_year * life * 0.45 / 3,
        "cac_now": 1500 / 30,
        "ratio_now": per_year * life * 0.45 / 50,
        "margin_per_order": frame["amount"].mean() * 0.45,
        "margin_per_month": repeats * frame["amount"].mean() * 0.45 / 12,
        "payback_months": (50 - frame["amount"].mean() * 0.45) / (repeats * frame["amount"].mean() * 0.45 / 12),
        "orders_to_earn_back": 50 / (frame["amount"].mean() * 0.45),
        "net_now": per_year * life * 0.45 - 50,
    }
    context = made("en", host)
    assert values(context, *expected) == pytest.approx(expected, rel=1e-12)
    assert value(context, "verdict") == "Healthy: three times the cost or more"


@pytest.mark.parametrize(("language", "host"), [("en", "excel"), ("nl", "native"), ("nl", "addin")])
class TestNoErrorIsShown:
    """Whatever state the workbook is in."""

    def test_without_orders(self, language: str, host: str):
        context = made(language, host)
        clear_orders(context)
        assert not errors(context)
        assert values(context, "clv_margin", "revenue") == {"clv_margin": "", "revenue": ""}

    @pytest.mark.parametrize("state", ["sample", "empty", "one"])
    def test_without_inputs(self, language: str, host: str, state: str):
        context = made(language, host, state)
        for name in ("margin", "discount", "spend", "new_customers", "industry", "period"):
            type_in(context, name, None)
        assert not errors(context)
        assert value(context, "clv_margin") == ""

    def test_from_an_empty_template(self, language: str, host: str):
        context = made(language, host, "empty")
        assert not errors(context)
        assert values(context, "margin", "spend", "new_customers", "clv_revenue") == dict.fromkeys(
            ("margin", "spend", "new_customers", "clv_revenue"), ""
        )
        assert value(context, "points_of_attention") == 0

    @pytest.mark.parametrize("state", ["sample", "empty"])
    def test_totals_typed_instead_of_orders(self, language: str, host: str, state: str):
        context = made(language, host, state)
        clear_orders(context)
        typed = {"revenue": 1000.0, "purchases": 20.0, "customers": 10.0, "years": 2.0, "own_lifespan": 3.0}
        for name, number in typed.items():
            type_in(context, name, number)
        assert not errors(context)
        assert value(context, "clv_revenue") == pytest.approx(1000 / 10 / 2 * 3)

    def test_one_customer_with_one_order(self, language: str, host: str):
        context = made(language, host, "one")
        assert not errors(context)
        assert values(context, "customers", "lifespan_corrected") == {"customers": 1, "lifespan_corrected": ""}

    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("revenue", 0.0),
            ("spend", 0.0),
            ("spend", None),
            ("new_customers", 0.0),
            ("margin", None),
            ("margin", 0.0),
            ("margin", 1.0),
            ("margin", 45.0),
            ("margin", "a lot"),
            ("discount", None),
            ("discount", 1.0),
            ("discount", 10.0),
            ("target_ratio", 0.0),
            ("lever_step", 0.0),
            ("lever_step", 1.0),
            ("customers", 0.0),
            ("customers", -3.0),
            ("purchases", "many"),
            ("own_lifespan", 0.0),
            ("own_lifespan", 1e-6),
            ("own_churn", 0.0),
            ("own_churn", 1.0),
            ("own_value", 1e-9),
            ("own_frequency", 52.0),
            ("as_of", 1.0),
            ("industry", None),
            ("industry", "Alchemy"),
            ("period", "decade"),
            ("period", 12.0),
            ("churned", 0.0),
        ],
    )
    def test_with(self, language: str, host: str, name: str, typed: Value):
        context = made(language, host)
        type_in(context, name, typed)
        assert not errors(context)


@pytest.mark.parametrize(
    ("name", "typed"), [("margin", 45.0), ("customers", 0.0), ("as_of", 1.0), ("purchases", "many")]
)
def test_a_value_out_of_bounds_is_not_used_and_told(name: str, typed: Value):
    context = made("en", "excel")
    before = value(context, name) if name != "margin" else ""
    type_in(context, name, typed)
    assert value(context, name) == before
    sheet, _, spot = context.plan.names[name].partition("!")
    assert str(Calculator(Readable(context.plan)).value(sheet, parse(spot)[0], 6)).startswith("Type")


def test_a_later_as_of_date_is_used():
    context, first = made("en", "native"), orders.sample("en", "")["date"].min().date()
    later = float((dt.date(2025, 12, 31) - dt.date(1899, 12, 30)).days)
    type_in(context, "as_of", later)
    assert value(context, "years") == pytest.approx((dt.date(2025, 12, 31) - first).days / 365.25)


def test_the_three_kinds_of_workbook_compute_the_same():
    excel, *others = (made("nl", host).plan.computed() for host in HOSTS)
    for sheet, cells in excel.items():
        for spot, shown in cells.items():
            for other in others:
                found = other[sheet][spot]
                same = found == pytest.approx(shown, rel=1e-9) if isinstance(shown, float) else found == shown
                assert same, (sheet, spot)


def one_day() -> pd.DataFrame:
    day = pd.Timestamp("2024-05-01")
    return pd.DataFrame({"order": list("abcd"), "customer": list("xyzx"), "date": day, "amount": [10.0, 20, 30, 40]})


def one_time_buyers() -> pd.DataFrame:
    chance = np.random.default_rng(3)
    first = chance.integers(0, 1000, 300)
    repeats = [(c, day + wait) for c, day in enumerate(first) if c % 3 == 0 for wait in (60, 130, 200)]
    rows = [*enumerate(first), *repeats]
    days = pd.Timestamp("2021-01-01") + pd.to_timedelta([day for _, day in rows], unit="D")
    orders = {"order": [f"o{n}" for n in range(len(rows))], "customer": [f"c{c}" for c, _ in rows], "date": days}
    return pd.DataFrame(orders | {"amount": 25.0})


@pytest.mark.parametrize(
    "frame", [orders.sample("en", ""), one_day(), one_time_buyers()], ids=["sample", "day", "once"]
)
@pytest.mark.parametrize("host", HOSTS)
def test_the_workbook_says_what_the_command_says(host: str, frame: pd.DataFrame):
    found, context = totals(frame), planned("en", "EUR", host, frame)
    told = {FIGURES[key].cell: figure for key, figure in results(found).items()}
    names = ("order_value", "orders_per_year", "value_per_year", "lifespan_so_far", "lifespan_used", "clv_revenue")
    assert {name: value(context, name) for name in names} == pytest.approx({name: told[name] for name in names})
    assert value(context, "clv_revenue") >= found.revenue / found.customers * (1 - 1e-12)


def test_payback_counts_the_first_order_and_ends_with_the_lifespan():
    context = made("en", "excel")
    type_in(context, "spend", 30.0 * 30)
    assert value(context, "payback_months") == 0
    type_in(context, "spend", 1250.0 * 30)
    assert value(context, "payback_months") == "beyond the lifespan"
