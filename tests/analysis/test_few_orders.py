"""Orders that say little or nothing: never an error, and always a reason in both languages."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clv_xl.analysis import LISTINGS, Analysis, analyse
from clv_xl.analysis.analysis import FACTS
from clv_xl.analysis.prediction import FEWEST
from clv_xl.terms import LANGUAGES, Text

from .shops import cdnow

START = pd.Timestamp(2024, 1, 1)


def orders(*rows: tuple[str | None, float, float | None]) -> pd.DataFrame:
    """Customer, days after the start, amount."""
    names, days, amounts = zip(*rows, strict=True) if rows else ((), (), ())
    return pd.DataFrame(
        {
            "order": [f"o{row}" for row in range(len(rows))],
            "customer": pd.Series(names, dtype=object),
            "date": [START + pd.Timedelta(days=day) for day in days],
            "amount": np.array(amounts, float),
            "channel": pd.Series(["web" if len(name or "") % 2 else "shop" for name in names], dtype=object),
        }
    )


def came_back(customers: int) -> pd.DataFrame:
    return orders(*((f"c{number}", day, 20.0 + number) for number in range(customers) for day in (number, 40 + number)))


TOO_FEW = {
    "none": orders(),
    "one order": orders(("an", 0, 50)),
    "one customer": orders(*(("an", 9 * number, 50 + number) for number in range(40))),
    "two customers": orders(("an", 0, 50), ("bo", 10, 20), ("an", 50, 30)),
    "one day": orders(*((f"c{number}", 0, 50) for number in range(60))),
    "all once": orders(*((f"c{number}", number, 50) for number in range(60))),
    "refunds only": orders(("an", 0, -50), ("bo", 3, -10)),
    "nameless": orders((None, 0, 50), ("", 3, 10)),
    "no amounts": orders(("an", 0, None), ("bo", 3, None)),
    "nearly enough": came_back(FEWEST - 1),
}
ENOUGH = {
    "just enough": came_back(FEWEST),
    "all free": orders(*((f"c{number}", number + day, 0) for number in range(20) for day in (0, 30))),
    "all alike": orders(*((f"c{number}", day, 10) for number in range(50) for day in range(0, 300, 30))),
    "a century": orders(*((f"c{n}", day, 10 + n) for n in range(30) for day in (n, 400 * n, 36500 - n))),
    "huge amounts": orders(*((f"c{n}", n + day, 1e12 * (1 + n % 7)) for n in range(40) for day in (0, 30, 31 + 3 * n))),
    "tiny amounts": orders(*((f"c{n}", n + day, 0.01 * (n % 3)) for n in range(40) for day in (0, 30, 31 + 3 * n))),
}


def sound(analysis: Analysis, customers: int) -> None:
    """Every table has its columns and rows, every number is finite or blank, every text is in each language."""
    assert list(analysis.tables) == list(LISTINGS)
    assert set(analysis.facts) == set(FACTS)
    for key, listing in LISTINGS.items():
        table = analysis.tables[key]
        assert tuple(table.columns) == listing.heads
        assert table.index.equals(pd.RangeIndex(len(table)))
        if listing.rows is not None:
            assert len(table) == listing.rows
            first_blank = table.iloc[:, 0].isna().to_numpy().argmax() if table.iloc[:, 0].isna().any() else listing.rows
            assert table.iloc[first_blank:].isna().all(axis=None), "blank rows stand last"
        for field in listing.fields:
            for value in table[field.key]:
                _fits(value, field.kind)
    for value in analysis.facts.values():
        _fits(value, "")
    assert len(analysis.tables["customers"]) == customers
    assert analysis.tables["history"].empty


def _fits(value: Any, kind: str) -> None:
    if isinstance(value, Text):
        assert kind in ("word", "")
        assert all(value[language].strip() for language in LANGUAGES)
    elif isinstance(value, dt.date) or value is pd.NaT:
        assert kind in ("date", "month")
    elif isinstance(value, str):
        assert kind in ("word", "text", "")
    elif value is not None:
        assert not math.isinf(value)


@pytest.mark.parametrize("name", TOO_FEW)
def test_too_few_to_predict(name: str) -> None:
    frame = TOO_FEW[name]
    analysis = analyse(frame, margin=0.4, discount=0.1)
    buyers = frame["customer"][(frame["amount"] >= 0) & frame["customer"].map(bool)].nunique()
    sound(analysis, buyers)
    tables = analysis.tables
    assert tables["customers"][["alive", "expected", "value", "low", "high"]].isna().all(axis=None)
    for key in ("models", "parameters", "outlook", "tracking"):
        assert tables[key].isna().all(axis=None)
    assert analysis.facts["prediction_model"] is None
    assert tables["doubts"]["doubt"][0] == analysis.facts["prediction_reason"]
    assert tables["cohorts"]["customers"].sum() == buyers


@pytest.mark.parametrize("name", ENOUGH)
@pytest.mark.parametrize("discount", [None, 0.1])
def test_just_enough_to_predict(name: str, discount: float | None) -> None:
    frame = ENOUGH[name]
    analysis = analyse(frame, discount=discount)
    sound(analysis, frame["customer"].nunique())
    assert analysis.tables["customers"][["alive", "expected", "value"]].notna().all(axis=None)
    assert analysis.tables["customers"]["alive"].between(0, 1).all()
    assert analysis.tables["doubts"]["doubt"].notna().any(), "so few orders are in doubt"


def test_only_the_columns_of_orders() -> None:
    sound(analyse(pd.DataFrame({"order": [], "customer": [], "date": [], "amount": []})), 0)


def test_reasons_name_what_is_missing() -> None:
    said = {name: analyse(frame).facts["prediction_reason"].en for name, frame in TOO_FEW.items()}
    assert "no orders" in said["none"]
    assert "one day" in said["one day"]
    assert "No customer came back" in said["all once"]
    assert "1 of 1 customers" in said["one customer"]


def test_a_day_before_all_orders_leaves_none() -> None:
    sound(analyse(cdnow(), as_of=dt.date(1990, 1, 1)), 0)


def test_silence_after_the_last_order_is_a_doubt() -> None:
    told = analyse(cdnow(), as_of=dt.date(1999, 6, 30)).tables["doubts"]["doubt"].dropna()
    assert [doubt for doubt in told if "365 days before" in doubt.en and "365 dagen" in doubt.nl]


def test_any_kind_of_column() -> None:
    """Whatever describes an order: numbers, dates, truths, lists of anything."""
    frame = came_back(30)
    count = len(frame)
    frame["number"] = np.arange(count) % 3
    frame["share"] = np.where(np.arange(count) % 4 < 2, 0.5, np.nan)
    frame["day"] = frame["date"].dt.to_period("Q").dt.start_time
    frame["flag"] = np.arange(count) % 2 == 0
    frame["kind"] = pd.Categorical(["a", "b"] * (count // 2))
    frame["nothing"] = None
    frame["mixed"] = [1, "1", None, 2.5, True] * (count // 5)
    analysis = analyse(frame)
    sound(analysis, 30)
    traits = analysis.tables["profile"].groupby("attribute")["customers"].sum()
    assert set(traits) == {30}
    assert {"number", "share", "mixed"} <= set(traits.index)
    assert "nothing" not in traits.index


@pytest.mark.parametrize("odd", [{"margin": 45}, {"discount": 10}, {"margin": math.nan}, {"horizon": 0}, {"level": 80}])
def test_an_input_that_cannot_be_leaves_the_prediction_blank(odd: dict[str, float]) -> None:
    frame = ENOUGH["just enough"]
    analysis = analyse(frame, **odd)
    assert analysis.facts["prediction_model"] is None
    assert analysis.tables["customers"]["value"].isna().all()
    assert analysis.tables["customers"]["spend"].is_monotonic_decreasing
    assert analysis.facts["prediction_reason"].en


def test_nobody_who_leaves_is_a_doubt() -> None:
    told = analyse(ENOUGH["all alike"]).tables["doubts"]["doubt"].dropna()
    assert [doubt for doubt in told if "sees nobody leave" in doubt.en and "niemand vertrekken" in doubt.nl]
