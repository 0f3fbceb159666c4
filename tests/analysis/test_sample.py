"""The sample shop: made as its script says, the same shop in every language, and with a story to tell."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from clv_xl.analysis import Analysis, analyse
from clv_xl.analysis.profile import CLEAR
from clv_xl.orders.totals import totals
from clv_xl.template.inputs import OWN_FIGURES
from clv_xl.template.orders import sample
from clv_xl.template.texts import LANGUAGES

SCRIPT = Path(__file__).parents[1] / "data/sample_orders.py"


@cache
def told(language: str = "en") -> Analysis:
    return analyse(sample(language, "Sample"), margin=0.45, discount=0.1)


def test_the_file_is_what_the_script_writes() -> None:
    spec = importlib.util.spec_from_file_location("sample_orders", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.PATH.read_text("utf-8") == script.content()
    assert script.PATH.stat().st_size < 60_000


def test_every_language_has_the_same_shop_in_its_own_words() -> None:
    first, *others = (sample(language, "") for language in LANGUAGES)
    for other in others:
        fixed = ["order", "date", "amount"]
        pd.testing.assert_frame_equal(first[fixed], other[fixed])
        for one, same in zip(first.columns[4:], other.columns[4:], strict=True):
            assert first[one].nunique() == other[same].nunique()
            assert len(set(zip(first[one], other[same], strict=True))) == first[one].nunique()


def test_customers_are_marked_as_made_up() -> None:
    assert sample("nl", "Voorbeeld")["customer"].str.fullmatch(r"Voorbeeld-\d{3}").all()
    assert sample("en", "Sample")["customer"].str.fullmatch(r"Sample-\d{3}").all()


def test_a_customer_is_worth_three_to_four_times_the_sample_cost() -> None:
    frame = sample("en", "Sample")
    typed = {item.name: item.sample for item in OWN_FIGURES}
    known = totals(frame)
    assert known.lifespan_is_seen
    worth = known.lifetime_orders * known.revenue / known.purchases * typed["margin"]
    assert 3 <= worth / (typed["spend"] / typed["new_customers"]) <= 4


def test_it_shows_what_the_sheets_are_for() -> None:
    tables, facts = told().tables, told().facts
    assert facts["prediction_model"] is not None
    assert tables["doubts"].isna().all(axis=None), "sample data leave no doubt"
    assert tables["customers"]["low"].notna().all()
    assert len(tables["cohorts"]) == 10
    assert tables["customers"]["segment"].nunique() == 11
    profile = tables["profile"]
    clear = profile[profile["reading"] == CLEAR]
    assert {"Channel", "Category"} <= set(clear["attribute"])
    assert "Region" not in set(clear["attribute"])
    assert set(profile["attribute"]) == {"Channel", "Region", "Category"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_depends_on_the_language(language: str) -> None:
    for key, table in told().tables.items():
        numbers = table.select_dtypes("number")
        pd.testing.assert_frame_equal(told(language).tables[key].select_dtypes("number"), numbers)
