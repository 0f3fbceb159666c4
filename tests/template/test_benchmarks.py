"""The sheet of benchmarks: against the file of published figures, read anew, and in states that a user brings about."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

import pytest

import clv_xl
from clv_xl.calculation import Calculator
from clv_xl.cells import Value, serial
from clv_xl.template import comparison, published
from clv_xl.template.context import Context
from clv_xl.template.making import planned
from clv_xl.template.plan import PlannedCell, Readable
from clv_xl.template.writing import Writer
from clv_xl.workbook.address import parse

if TYPE_CHECKING:
    from ..evaluators.libreoffice import LibreOffice

FILE = Path(clv_xl.__file__).parent / "data" / "benchmarks.csv"
ROWS = list(csv.DictReader(FILE.read_text("utf-8").splitlines()))
MEASURES = list(published.MEASURES)
READ = {
    "clv": (("CLV", "LTV"), "per customer"),
    "cac": (("CAC", "CAC blended median"), "per customer"),
    "ratio": (("LTV:CAC", "LTV:CAC p50"), "ratio"),
    "retention": (("Customer retention rate",), "% per year"),
    "order_value": (("AOV",), "per order"),
    "repeat": (("Repeat purchase rate",), "% of customers"),
    "margin": (("Gross margin",), "% of revenue"),
}
"""What is compared: the metrics as the file names them, in their unit."""


def expected(industry: str, key: str) -> tuple[float, int, int | None, str] | None:
    """Mean, number, newest year and tier of the best figures in the file."""
    metrics, unit = READ[key]
    found = [
        row
        for row in ROWS
        if row["industry"].casefold() == industry.casefold() and row["metric"] in metrics and row["unit"] == unit
    ]
    if not found:
        return None
    best = min(row["tier"] for row in found)
    found = [row for row in found if row["tier"] == best]
    years = [int(row["source_year"]) for row in found if row["source_year"]]
    return mean(float(row["value"]) for row in found), len(found), max(years, default=None), best


class Typed:
    """A workbook to type in, computed anew each time."""

    def __init__(self, language: str = "en", currency: str = "EUR", host: str = "native", **more: object) -> None:
        self.context: Context = planned(language, currency, host, **more)
        self.sheet = self.context.plan.sheets[self.context.text("sheet.benchmarks")]
        first = self.context.plan.names["clients_clv"].rpartition("$")[2]
        self.rows = dict(zip(MEASURES, range(int(first), int(first) + len(MEASURES)), strict=True))

    def type(self, name: str, value: Value) -> None:
        sheet, _, spot = self.context.plan.names[name].partition("!")
        column = 2 if name == "industry" else parse(spot)[1]  # typed beside what is used
        self.context.plan.sheets[sheet].cells[parse(spot)[0], column] = PlannedCell(
            float(value) if isinstance(value, int) else value
        )

    def show(self, key: str, column: int) -> Value:
        return self.cell(self.rows[key], column)

    def cell(self, row: int, column: int) -> Value:
        return Calculator(Readable(self.context.plan)).value(self.sheet.name, row, column)


def test_the_measures_are_those_that_this_test_reads():
    assert {key: (measure.metrics, measure.unit) for key, measure in published.MEASURES.items()} == READ


@pytest.mark.parametrize(
    "industry", ["eCommerce", "Commercial Insurance", "Apparel", "Fintech", "Retail", "HVAC", "SaaS", "Luxury goods"]
)
def test_published_figures_are_those_of_the_file(industry: str):
    book = Typed()
    book.type("industry", industry)
    for key, measure in published.MEASURES.items():
        name = industry
        wanted = expected(industry, key)
        if wanted is None:
            name, wanted = measure.general, expected(measure.general, key)
        shown = [book.show(key, column) for column in (comparison.INDUSTRY, comparison.SOURCES)]
        if wanted is None:
            assert shown == ["", 0], key
            assert book.show(key, comparison.PUBLISHED) == "", key
            continue
        figure, count, year, tier = wanted
        scale = 100 if measure.kind == "share" else 1
        assert shown == [name, count], key
        assert book.show(key, comparison.PUBLISHED) == pytest.approx(figure / scale), key
        assert book.show(key, comparison.YEAR) == ("" if year is None else year), key
        assert book.show(key, comparison.TIER) == tier, key


def test_a_figure_of_a_worse_source_does_not_spoil_a_better_one():
    """The client article's 321,000 for commercial insurance is 108 times what First Page Sage found."""
    book = Typed()
    book.type("industry", "Commercial insurance")
    assert book.show("clv", comparison.PUBLISHED) == 2975


def test_every_amount_that_is_compared_is_in_one_currency_and_every_group_of_one_tier():
    groups = defaultdict(set)
    for one in published.published():
        if one.measure:
            assert one.record.currency in ("", published.SOURCE_CURRENCY)
            groups[one.measure, one.industry].add(one.record.tier)
    assert all(len(tiers) == 1 for tiers in groups.values())


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_row_of_the_file_stands_in_the_table_and_every_choice_has_a_figure(language: str):
    context = planned(language, "EUR", "native")
    sheet = context.plan.sheets[context.text("sheet.benchmarks")]
    table = context.plan.tables[context.text("benchmarks.table")].area
    values = [sheet.cells[row, 3].value for row in range(table.top + 1, table.bottom + 1)]
    assert sorted(values) == sorted(float(row["value"]) for row in ROWS)
    links = [sheet.cells[row, 10].link for row in range(table.top + 1, table.bottom + 1)]
    assert sorted(links) == sorted(row["url"] for row in ROWS)
    choices = context.plan.names["industry_list"].replace("$", "").split("!")[1].split(":")
    computed = context.plan.computed()[sheet.name]
    rows = range(parse(choices[0])[0], parse(choices[1])[0] + 1)
    names = [sheet.cells[row, 1].value for row in rows]
    assert names == sorted(set(names), key=str.casefold)
    assert all(computed[row, 2] >= 1 for row in rows)
    assert sum(computed[row, 2] for row in rows) == sum(bool(one.measure) for one in published.published())


def test_age_counts_from_the_as_of_date():
    book = Typed()
    table = book.context.plan.tables["Benchmarks"].area
    rows = range(table.top + 1, table.bottom + 1)
    year = dt.date(2025, 6, 30).year  # of the last sample order
    for row in rows:
        told = book.sheet.cells[row, 7].value
        if row % 25 == 0:
            assert book.cell(row, 8) == ("" if told is None else max(0, year - told))


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        *((0.01, "half or less"), (0.5, "half or less"), (0.51, "below"), (0.899, "below"), (0.9, "about equal")),
        *((1, "about equal"), (1.1, "about equal"), (1.11, "above"), (1.99, "above"), (2, "double or more")),
        (40, "double or more"),
    ],
)
def test_bands_meet_without_a_gap(ratio: float, words: str):
    book = Typed()
    own = book.show("cac", comparison.OWN)
    book.type("clients_cac", own / ratio)
    assert book.show("cac", comparison.RATIO) == pytest.approx(ratio)
    assert book.show("cac", comparison.BAND) == words


def test_money_in_another_currency_is_compared_at_a_dated_rate_only():
    book = Typed()
    own = book.show("cac", comparison.OWN)
    for rate, day, there in ((None, None, False), (0.9, None, False), (None, 45000, False), (0.9, 45000, True)):
        book.type("exchange_rate", rate)
        book.type("exchange_date", day)
        assert book.show("cac", comparison.HERE) == (pytest.approx(84 * 0.9) if there else "")
        assert book.show("cac", comparison.RATIO) == (pytest.approx(own / 84 / 0.9) if there else "")
        told = "published" if there else "published; no exchange rate: not compared"
        assert book.show("cac", comparison.READING) == told


def test_money_in_the_currency_of_the_sources_needs_no_rate():
    book = Typed(currency="USD")
    assert "exchange_rate" not in book.context.plan.names
    assert book.show("cac", comparison.RATIO) == pytest.approx(book.show("cac", comparison.OWN) / 84)


def test_the_clv_has_a_ratio_only_beside_one_on_the_same_basis():
    book = Typed(currency="USD")
    assert book.show("clv", comparison.PUBLISHED) == 255
    assert book.show("clv", comparison.RATIO) == ""
    assert book.show("clv", comparison.READING) == "published; revenue or margin not told: not compared"
    book.type("clients_clv", 100.0)
    assert book.show("clv", comparison.RATIO) == pytest.approx(book.show("clv", comparison.OWN) / 100)
    assert book.show("clv", comparison.READING) == "your own clients"


def test_own_clients_go_before_what_is_published():
    book = Typed()
    assert book.show("margin", comparison.READING) == "published"
    book.type("clients_margin", 0.9)
    assert book.show("margin", comparison.RATIO) == pytest.approx(0.5)
    assert book.show("margin", comparison.READING) == "your own clients"


def test_the_message_names_the_figure_that_is_furthest_either_way():
    book = Typed()
    title = book.sheet.charts[0].title
    row = int(title.rpartition("$")[2])
    shown = f"{book.show('repeat', comparison.RATIO):.2f}"
    assert book.cell(row, 1) == f"Repeat rate differs most: {shown} times the published one."
    book.type("clients_retention", book.show("retention", comparison.OWN))
    book.type("clients_margin", 0.09)  # 5 times as high
    assert book.cell(row, 1) == "Gross margin differs most: 5 times that of your own clients."
    book.type("clients_cac", 500.0)  # a tenth
    assert book.cell(row, 1) == "CAC differs most: 0.1 times that of your own clients."


@pytest.mark.parametrize("language", ["en", "nl"])
def test_without_an_industry_it_asks_for_one(language: str):
    book = Typed(language)
    book.type("industry", None)
    asked = book.cell(5, comparison.INDUSTRY)
    assert asked == book.context.text("comparison.none")
    assert book.context.text("sheet.inputs") in str(asked)
    for key in MEASURES:
        assert book.show(key, comparison.RATIO) == ""
        assert book.show(key, comparison.READING) == book.context.text("comparison.reading.unchosen")


@pytest.mark.filterwarnings("ignore:.*extension is not supported")  # openpyxl reads for LibreOffice
def test_libreoffice_computes_the_same_with_a_rate_and_own_clients(libreoffice: LibreOffice, tmp_path: Path):
    book = Typed()
    typed = {"exchange_rate": 0.9, "exchange_date": serial(dt.date(2025, 6, 30)), "clients_margin": 0.5}
    for name, value in typed.items():
        book.type(name, value)
    (tmp_path / "t.xlsx").write_bytes(Writer(book.context).write())
    computed = libreoffice.values(tmp_path / "t.xlsx")["Benchmarks"]
    for row, column in book.sheet.cells:
        if book.sheet.cells[row, column].formula and row < 40:
            mine, theirs = book.cell(row, column), computed.get((row, column))
            shown = "" if theirs is None else theirs
            assert shown == (pytest.approx(mine) if isinstance(mine, float) else mine), (row, column)
