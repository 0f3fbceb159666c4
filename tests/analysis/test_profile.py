"""The profile against pandas and scipy, and what is left out of it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

from clv_xl.analysis import analyse
from clv_xl.analysis.profile import BLANK, CHANCE, CLEAR, FEWEST, MOST, OTHER, chance

from .shops import cdnow


def shop(traits: list[object], spend: list[float] | None = None, column: str = "city") -> pd.DataFrame:
    """One order for each trait, of a customer each."""
    count = len(traits)
    return pd.DataFrame(
        {
            "order": [f"o{row}" for row in range(count)],
            "customer": [f"c{row}" for row in range(count)],
            "date": pd.Timestamp(2024, 1, 1),
            "amount": [10.0] * count if spend is None else spend,
            column: pd.Series(traits, dtype=object),
        }
    )


def test_shares_by_pandas() -> None:
    """How many CDs the first order had; what few bought is one row."""
    orders = cdnow()
    table = analyse(orders).tables["profile"].set_index("trait")
    first = orders.sort_values("date", kind="stable").groupby("customer")["cds"].first()
    spend = orders.groupby("customer", sort=False)["amount"].sum()
    best = spend.sort_values(ascending=False, kind="stable").index[: math.ceil(0.2 * len(spend))]
    everyone, top = first.value_counts(), first[best].value_counts()
    common = everyone[everyone >= FEWEST]
    assert set(table.index) == {*(str(cds) for cds in common.index), OTHER}
    for cds, customers in common.items():
        row = table.loc[str(cds)]
        assert (row["customers"], row["top_customers"]) == (customers, top.get(cds, 0))
        assert row["share"] == pytest.approx(customers / len(spend))
        assert row["lift"] == pytest.approx((top.get(cds, 0) / len(best)) / (customers / len(spend)))
    assert table["customers"].sum() == len(spend)
    assert table["top_customers"].sum() == len(best) == analyse(orders).facts["top_customers"]
    for column in ("share", "top_share"):
        assert table[column].sum() == pytest.approx(1)
    assert table["lift"].drop(OTHER).is_monotonic_decreasing


def test_the_first_order_tells_wherever_it_stands() -> None:
    orders = cdnow().drop_duplicates(["customer", "date"])
    one, other = (
        analyse(some).tables["profile"].assign(trait=lambda table: table["trait"].map(str)).set_index("trait")
        for some in (orders, orders.sample(frac=1, random_state=2))
    )
    pd.testing.assert_series_equal(one["customers"].sort_index(), other["customers"].sort_index())


def test_a_trait_is_the_same_whatever_its_case_and_blanks_are_one() -> None:
    traits = ["Web"] * 6 + [" web"] * 3 + ["WEB "] + [None, "", "  ", math.nan] + ["Shop"] * 5 + ["fair"] * 4
    table = analyse(shop(traits)).tables["profile"]
    assert dict(zip(table["trait"], table["customers"], strict=True)) == {"Web": 10, "Shop": 5, OTHER: 4, BLANK: 4}
    assert table["trait"].tolist()[-2:] == [OTHER, BLANK], "what is no trait stands last"


@pytest.mark.parametrize(
    "traits",
    [
        pytest.param([f"order {number}" for number in range(60)], id="all different"),
        pytest.param(["web"] * 60, id="all the same"),
        pytest.param([None] * 60, id="none"),
        pytest.param([float(number % 55) for number in range(600)], id="a measure"),
    ],
)
def test_a_column_that_groups_nobody_is_named_and_left_out(traits: list[object]) -> None:
    orders = shop(traits, column="note")
    if isinstance(traits[0], float):
        orders["note"] = orders["note"].astype(float)
    analysis = analyse(orders)
    assert analysis.tables["profile"].empty
    doubts = analysis.tables["doubts"]["doubt"].dropna()
    assert any("note" in doubt.en and "note" in doubt.nl for doubt in doubts)


def test_of_many_towns_the_largest_are_shown() -> None:
    traits = [f"town {town}" for town in range(80) for _ in range(5 + town)]
    table = analyse(shop(traits)).tables["profile"]
    assert len(table) == MOST + 1
    assert set(table["trait"]) == {OTHER, *(f"town {town}" for town in range(80 - MOST, 80))}
    assert table["customers"].sum() == len(traits)


def test_columns_stay_together_in_their_order() -> None:
    orders = cdnow()
    orders.insert(0, "web", np.where(np.arange(len(orders)) % 3 == 0, "yes", "no"))
    table = analyse(orders).tables["profile"]
    assert table["attribute"].drop_duplicates().tolist() == ["web", "cds"]
    assert table["attribute"].tolist() == sorted(table["attribute"], reverse=True)


def test_what_stands_out_is_told_from_chance() -> None:
    spend = [100.0] * 20 + [10.0] * 80
    told = {}
    for name, traits in {"telling": ["a"] * 20 + ["b"] * 80, "empty": ["a", "b"] * 50}.items():
        table = analyse(shop(traits, spend)).tables["profile"]
        told[name] = set(table["reading"])
    assert told == {"telling": {CLEAR}, "empty": {CHANCE}}


@pytest.mark.parametrize("seed", range(20))
def test_chance_is_that_of_fisher(seed: int) -> None:
    random = np.random.default_rng(seed)
    everyone = int(random.integers(2, 300))
    having, top = (int(random.integers(1, everyone)) for _ in range(2))
    for best in {max(0, having + top - everyone), having * top // everyone, min(having, top)}:
        if best < having + top - everyone:
            continue
        square = [[best, top - best], [having - best, everyone - having - top + best]]
        assert chance(best, having, top, everyone) == pytest.approx(fisher_exact(square)[1], rel=1e-6)
