"""The benchmark file, and how industries are found in it."""

from __future__ import annotations

from collections import Counter

import pytest

from clv_xl.benchmarks import nearest, records, select
from clv_xl.errors import NotAvailable
from clv_xl.functions import CATALOGUE

BENCHMARK = CATALOGUE["BENCHMARK"]


def test_rows_and_tiers() -> None:
    assert len(records()) == 302
    assert Counter(record.tier for record in records()) == {"A": 91, "B": 105, "C": 106}


def test_every_record_is_complete() -> None:
    for record in records():
        assert record.industry.en
        assert record.industry.nl
        assert record.metric
        assert record.unit
        assert record.source
        assert record.value > 0
        assert record.url.startswith("https://") or record.source.startswith("Client article")
        assert "tier=" not in record.note
        assert "seed" not in f"{record}".casefold()


def test_client_figures_say_what_they_are() -> None:
    figures = [record for record in records() if record.source.startswith("Client article")]
    assert len(figures) == 7
    assert {record.tier for record in figures} == {"C"}


def test_percentages_are_shares() -> None:
    for record in records():
        if record.unit.startswith("%"):
            assert 0 < record.figure < 1
            assert record.figure == pytest.approx(record.value / 100, rel=1e-14)


def test_one_unit_and_currency_at_a_time() -> None:
    for record in records():
        for name in (record.industry.en, record.industry.nl):
            taken = select(name, record.metric)
            assert len({(each.unit, each.currency) for each in taken}) == 1
    (spend,) = select("Netherlands, all online", "Online spend total")
    assert (spend.value, spend.unit, spend.year) == (30.6, "bn per year", 2021), "of as many each, the newest"


@pytest.mark.parametrize("name", ["Financial services", "FINANCIAL SERVICES", "financiële  dienstverlening "])
def test_an_industry_by_either_name(name: str) -> None:
    assert BENCHMARK.cells(name) == 2500
    assert BENCHMARK.cells(name, "ltv:cac") == NotAvailable()


def test_statistics_of_several_sources() -> None:
    got = [BENCHMARK.cells("Insurance", "CAC organic", each) for each in ("low", "Median", "high", "count", None)]
    assert got == [121.98, 355.99, 590, 2, 355.99]


@pytest.mark.parametrize(
    ("industry", "metric", "message"),
    [
        ("Insurrance", "CLV", "nearest: Insurance"),
        ("consultancy", "CLV", "Business consultancy"),
        ("horeca", "CLV", "Restaurants / horeca"),
        ("qqq", "CLV", "Benchmarks sheet"),
        ("Retail", "CVL", "there is CLV, CAC organic"),
    ],
)
def test_the_message_names_what_is_near(industry: str, metric: str, message: str) -> None:
    with pytest.raises(NotAvailable, match=message):
        BENCHMARK(industry, metric)


def test_a_column_of_industries() -> None:
    assert BENCHMARK(["Retail", "SaaS", "?"], "CLV") == [150, 1200, NotAvailable()]
    assert CATALOGUE["BENCHMARK_RATIO"].cells([[75.0], [300.0]], "Retail") == [[0.5], [2.0]]


def test_nearest_does_not_repeat() -> None:
    assert nearest("retail", ["Retail", "Ecommerce/Retail", "Retail"]) == ["Retail", "Ecommerce/Retail"]
