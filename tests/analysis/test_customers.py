"""The list of customers, against the functions of the catalogue and against pandas."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from clv_xl.analysis import LISTINGS, analyse
from clv_xl.analysis.base import top_count
from clv_xl.functions import CATALOGUE
from clv_xl.functions.customers import SEGMENTS
from clv_xl.terms import LANGUAGES

from .shops import SHOPS, analysed, cdnow, cells, chance_orders

ALL = pytest.mark.parametrize("shop", SHOPS)


def by_name(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index(frame["customer"].str.casefold()).sort_index()


@ALL
@pytest.mark.parametrize("language", LANGUAGES)
def test_scores_and_segments_are_those_of_rfm_table(shop: str, language: str) -> None:
    table = analysed(shop).tables["customers"]
    rows = cells("RFM_TABLE", SHOPS[shop](), ("customer", "date", "amount"), None, 5, language)
    assert len(rows) == len(table)
    end = SHOPS[shop]()["date"].max()
    got = {
        row.customer: [
            (end - row.last_order).days, row.orders, row.spend,
            row.recency_score, row.frequency_score, row.monetary_score, row.segment[language],
        ]
        for row in table.itertuples()
    }  # fmt: skip
    assert got == {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize("seed", range(8))
def test_random_shops_too(seed: int) -> None:
    orders = chance_orders(seed, count=10 + 40 * seed)
    table = by_name(analyse(orders).tables["customers"])
    rows = {row[0].casefold(): row for row in cells("RFM_TABLE", orders, ("customer", "date", "amount"))}
    scored = table[["recency_score", "frequency_score", "monetary_score"]]
    assert [rows[name][4:7] for name in table.index] == scored.to_numpy().tolist()
    assert set(rows) == set(table.index)


@ALL
def test_deciles_are_those_of_the_function(shop: str) -> None:
    table = analysed(shop).tables["customers"]
    spend = table["spend"].tolist()
    some = range(0, len(spend), 37)
    assert [CATALOGUE["CUSTOMER_DECILE"].cells(spend[at], spend) for at in some] == [table["decile"][at] for at in some]


@ALL
def test_sums_by_pandas(shop: str) -> None:
    orders = SHOPS[shop]()
    key = orders["customer"].str.casefold()
    bought = orders[orders["amount"] >= 0]
    dates = bought.groupby(key)["date"]
    want = pd.DataFrame({"first_order": dates.min(), "last_order": dates.max(), "orders": dates.count()})
    want["spend"] = orders.groupby(key)["amount"].sum()
    table = by_name(analysed(shop).tables["customers"])
    got = table[["first_order", "last_order", "orders", "spend"]]
    pd.testing.assert_frame_equal(got, want, check_names=False, check_dtype=False)


@ALL
def test_parts_add_up(shop: str) -> None:
    table = analysed(shop).tables["customers"]
    known = {name for row in SEGMENTS for name in row}
    assert set(table["segment"]) <= known
    assert table["customer"].is_unique
    assert sorted(table["rank"]) == list(range(1, len(table) + 1))
    orders = SHOPS[shop]()
    buyers = set(orders["customer"][orders["amount"] >= 0].str.casefold())
    revenue = orders["amount"][orders["customer"].str.casefold().isin(buyers)].sum()
    assert table.groupby("decile")["spend"].sum().sum() == pytest.approx(revenue)
    assert table["decile"].between(1, 10).all()


@ALL
def test_the_most_valuable_come_first(shop: str) -> None:
    table = analysed(shop).tables["customers"]
    assert table["rank"].is_monotonic_increasing
    assert table["value"].notna().all()
    assert table["value"].is_monotonic_decreasing


def test_without_prediction_the_biggest_spenders_come_first() -> None:
    orders = cdnow().drop_duplicates("customer")
    table = analyse(orders).tables["customers"]
    assert table[["alive", "expected", "value", "low", "high"]].isna().all(axis=None)
    assert table["spend"].is_monotonic_decreasing
    assert len(table) == 2357


@pytest.mark.parametrize("end", [dt.date(1997, 1, 1), dt.date(1997, 9, 30), dt.date(1998, 6, 30)])
def test_later_orders_do_not_count(end: dt.date) -> None:
    orders = cdnow()
    known = orders[orders["date"] <= pd.Timestamp(end)]
    whole, cut = (analyse(some, as_of=end) for some in (orders, known))
    for key in LISTINGS:
        pd.testing.assert_frame_equal(whole.tables[key], cut.tables[key])
    assert whole.facts == cut.facts


def test_a_later_day_of_looking_makes_customers_less_alive() -> None:
    early, late = (
        by_name(analyse(cdnow(), as_of=end).tables["customers"]) for end in (None, dt.date(1998, 12, 31))
    )  # fmt: skip
    assert late["alive"].mean() < early["alive"].mean() - 0.05
    assert (late["recency_score"] == early["recency_score"]).all()


def test_the_order_of_rows_changes_nothing() -> None:
    orders = cdnow()
    mixed = orders.sample(frac=1, random_state=3)
    one, other = (by_name(analyse(some).tables["customers"]) for some in (orders, mixed))
    whole = ["orders", "recency_score", "frequency_score", "first_order", "last_order"]
    pd.testing.assert_frame_equal(one[whole], other[whole])
    pd.testing.assert_series_equal(one["value"], other["value"], rtol=1e-6)


@ALL
def test_share_of_the_best_is_that_of_the_function(shop: str) -> None:
    analysis = analysed(shop)
    want = CATALOGUE["PARETO_SHARE"].cells(analysis.tables["customers"]["spend"].tolist())
    assert analysis.facts["top_share"] == pytest.approx(want)


@pytest.mark.parametrize(("customers", "best"), [(0, 0), (1, 1), (4, 1), (5, 1), (6, 2), (15, 3), (35, 7), (36, 8)])
def test_the_best_fifth_is_rounded_up(customers: int, best: int) -> None:
    assert top_count(customers) == best
