"""Tables over a customer base, against published figures and against other ways to count."""

from __future__ import annotations

import csv
import datetime as dt
import random
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clv_xl.cells import serial
from clv_xl.errors import CellError, NotANumber, NotAvailable, OutOfRange, cell_error
from clv_xl.functions import CATALOGUE
from clv_xl.functions.customers import SEGMENTS
from clv_xl.models.purchases import PERIODS, scores

DATA = Path(__file__).parents[1] / "data"
Rows = list[list[Any]]


def table(name: str, *args: Any) -> Rows:
    rows = CATALOGUE[name].cells(*args)
    assert isinstance(rows, list), rows
    assert {len(row) for row in rows} == {len(rows[0])}, "a table is a rectangle"
    return rows


def day(*date: int) -> float:
    return serial(dt.date(*date))


@pytest.fixture(scope="module")
def cdnow() -> tuple[list[str], list[dt.date], list[float]]:
    lines = [line.split() for line in (DATA / "orders/CDNOW_sample.txt").read_text().splitlines()]
    dates = [dt.date(int(line[2][:4]), int(line[2][4:6]), int(line[2][6:])) for line in lines]
    return [line[1] for line in lines], dates, [float(line[4]) for line in lines]


def random_orders(count: int, seed: int) -> tuple[list[str], list[float], list[float]]:
    chance = random.Random(seed)
    ids = [f"c{chance.randrange(count // 4)}" for _ in range(count)]
    dates = [float(chance.randrange(44_000, 45_500)) for _ in range(count)]
    return ids, dates, [round(chance.uniform(-5, 100), 2) for _ in range(count)]


class TestSummary:
    def test_published_summary_of_cdnow(self, cdnow: tuple[list[str], list[dt.date], list[float]]) -> None:
        """All 2,357 customers, the eight whose one order was free among them."""
        rows = table("CUSTOMER_SUMMARY", *cdnow, day(1997, 9, 30), "week")
        assert rows[0] == ["customer", "frequency", "recency", "T", "monetary value"]
        got = {int(row[0]): row[1:] for row in rows[1:]}
        with (DATA / "functions/cdnow_summary.csv").open() as file:
            want = {int(row.pop("ID")): [float(value) for value in row.values()] for row in csv.DictReader(file)}
        assert set(got) == set(want)
        assert len(want) == 2357
        for customer, figures in got.items():
            assert figures[0] == want[customer][0]
            assert figures == pytest.approx(want[customer], abs=0.00501), "two decimals are printed"

    def test_same_day_refund_blank_row_and_later_order(self) -> None:
        ids = ["An", "an", "AN", None, "an", "an"]
        dates = [100.25, 110.5, 110.75, None, 111.0, 200.0]
        rows = table("CUSTOMER_SUMMARY", ids, dates, [10, 20, 30, None, -20, 99], 120)
        assert rows[1:] == [["An", 1, 10, 20, 50]]

    def test_last_date_in_the_data_is_the_default(self) -> None:
        """Be it of a refund, or of an order without a customer."""
        assert table("CUSTOMER_SUMMARY", ["a", "a", None], [100, 130, 150], [10, -5, 8])[1][3] == 50

    @pytest.mark.parametrize(("unit", "days"), [("day", 1), ("Week", 7), ("month", 30.4375), ("YEAR", 365.25)])
    def test_units(self, unit: str, days: float) -> None:
        row = table("CUSTOMER_SUMMARY", ["a", "a"], [100, 160], [10, 30], 200, unit)[1]
        assert row == ["a", 1, 60 / days, 100 / days, 30]

    @pytest.mark.parametrize(
        ("date", "amount", "error"),
        [
            ("soon", 5, "#VALUE!"),
            (None, 5, "#VALUE!"),
            (True, 5, "#VALUE!"),
            (0, 5, "#NUM!"),
            (3_000_000, 5, "#NUM!"),
            (cell_error("#REF!"), 5, "#REF!"),
            (100, "five", "#VALUE!"),
            (100, None, "#VALUE!"),
            (100, cell_error("#DIV/0!"), "#DIV/0!"),
        ],
    )
    @pytest.mark.parametrize("name", ["CUSTOMER_SUMMARY", "RFM_TABLE"])
    def test_a_bad_row_spoils_its_customer_only(self, name: str, date: Any, amount: Any, error: str) -> None:
        ids, dates, amounts = ["a", "b", "c", "b"], [100, 110, 120, 125], [1, 2, 3, 4]
        clean = table(name, ["a", "c"], [100, 120], [1, 3], 130)
        rows = table(name, [*ids, "b"], [*dates, date], [*amounts, amount], 130)
        assert [row[0] for row in rows[1:]] == ["a", "b", "c"]
        assert [cell.cell for cell in rows[2][1:]] == [error] * (len(rows[0]) - 1)
        assert [rows[0], rows[1], rows[3]] == clean

    def test_an_error_for_an_id_has_its_own_row(self) -> None:
        rows = table("CUSTOMER_SUMMARY", ["a", cell_error("#N/A")], [100, 110], [1, 2])
        assert rows[1:] == [["a", 0, 0, 10, 0], [NotAvailable()] * 5]

    def test_after_the_as_of_date_nothing_can_spoil(self) -> None:
        assert table("CUSTOMER_SUMMARY", ["a", "a"], [100, 200], [1, "?"], 150)[1] == ["a", 0, 0, 50, 0]

    @pytest.mark.parametrize("name", ["CUSTOMER_SUMMARY", "RFM_TABLE", "COHORT_VALUE"])
    def test_refusals_say_why(self, name: str) -> None:
        spec = CATALOGUE[name]
        with pytest.raises(NotANumber, match=rf"{name}: the ranges differ in length"):
            spec(["a", "b"], [100, 110], [1])
        with pytest.raises(NotAvailable, match=rf"{name}: .*purchase"):
            spec(["a", "b"], [100, 110], [-2, -1])

    def test_number_and_text_are_one_customer(self) -> None:
        assert table("CUSTOMER_SUMMARY", [12, "12"], [100, 110], [1, 2])[1] == [12, 1, 10, 10, 2]


class TestRfm:
    def test_equal_values_score_alike_whatever_the_order(self) -> None:
        ids, dates, amounts = random_orders(400, seed=3)
        rows = table("RFM_TABLE", ids, dates, amounts, 45_600)[1:]
        for figure, score in ((1, 4), (2, 5), (3, 6)):
            by_value = defaultdict(set)
            for row in rows:
                by_value[row[figure]].add(row[score])
            assert all(len(found) == 1 for found in by_value.values())
            ordered = [min(by_value[value]) for value in sorted(by_value, reverse=figure == 1)]
            assert ordered == sorted(ordered), "better never scores lower"
        mixed = list(zip(ids, dates, amounts, strict=True))
        random.Random(4).shuffle(mixed)
        again = table("RFM_TABLE", *map(list, zip(*mixed, strict=True)), 45_600)[1:]
        by_customer = {row[0]: row[1:3] + row[4:] for row in rows}
        assert {row[0]: row[1:3] + row[4:] for row in again} == by_customer

    def test_one_time_buyers_all_score_1(self) -> None:
        ids = [f"c{i}" for i in range(70)] + [f"d{i // 2}" for i in range(60)]
        rows = table("RFM_TABLE", ids, [100 + i for i in range(130)], [10] * 130)[1:]
        assert {row[5] for row in rows if row[2] == 1} == {1}
        assert {row[5] for row in rows if row[2] == 2} == {4}, "70 of 100 customers do worse"

    @pytest.mark.parametrize("classes", range(2, 11))
    def test_distinct_values_fill_classes_evenly(self, classes: int) -> None:
        found = list(scores([float(i) for i in range(10 * classes)], classes).values())
        assert [found.count(score) for score in range(1, classes + 1)] == [10] * classes

    @pytest.mark.parametrize("classes", range(2, 11))
    def test_ends_of_the_segment_map(self, classes: int) -> None:
        """Best is Champions, worst is Lost, whatever the number of scores."""
        ids = [f"c{i}" for i in range(20) for _ in range(i + 1)]
        dates = [100 + 10 * i for i in range(20) for _ in range(i + 1)]
        rows = table("RFM_TABLE", ids, dates, [10] * len(ids), 400, classes)
        assert (rows[1][-1], rows[-1][-1]) == ("Lost", "Champions")
        assert rows[-1][4:7] == [classes] * 3

    def test_refunds_lower_the_total_only(self) -> None:
        assert table("RFM_TABLE", ["a", "a"], [100, 110], [50, -20])[1][1:4] == [10, 1, 30]

    def test_dutch(self) -> None:
        rows = table("RFM_TABLE", ["a"], [100], [5], None, None, "NL")
        assert (rows[0][0], rows[1][-1]) == ("klant", "Verloren")

    def test_segments_as_published(self) -> None:
        """The 25 pairs by recency score 5 to 1; eleven names."""
        published = """
            5 | New | Potential loyalist | Potential loyalist | Champions | Champions
            4 | Promising | Potential loyalist | Potential loyalist | Loyal | Loyal
            3 | About to sleep | About to sleep | Need attention | Loyal | Loyal
            2 | Hibernating | Hibernating | At risk | At risk | Can't lose
            1 | Lost | Hibernating | At risk | At risk | Can't lose
        """
        lines = [[cell.strip() for cell in line.split("|")] for line in published.strip().splitlines()]
        names = set()
        for recency, *segments in lines:
            for frequency, segment in enumerate(segments, 1):
                assert CATALOGUE["RFM_SEGMENT"].cells(int(recency), frequency) == segment
                names.add(segment)
        assert len(names) == 11
        dutch = {CATALOGUE["RFM_SEGMENT"].cells(r, f, "nl") for r in range(1, 6) for f in range(1, 6)}
        assert len(dutch) == 11
        assert "Niet te verliezen" in dutch
        assert len({name for row in SEGMENTS for name in row}) == 11


class TestCohorts:
    @pytest.mark.parametrize("period", PERIODS)
    def test_sizes_sum_to_the_customers(self, period: str, cdnow: tuple[list[str], list[dt.date], list[float]]) -> None:
        ids, dates, _ = cdnow
        rows = table("COHORT_RETENTION", ids, dates, period)
        assert sum(row[1] for row in rows[1:]) == len(set(ids)) == 2357
        assert all(row[2] == 1 for row in rows[1:]), "everybody is there in period 0"
        assert rows[0][2:] == list(range(len(rows[0]) - 2))

    def test_against_a_count_by_hand(self, cdnow: tuple[list[str], list[dt.date], list[float]]) -> None:
        ids, dates, amounts = cdnow
        first: dict[str, dt.date] = {}
        for customer, date in sorted(zip(ids, dates, strict=True)):
            first.setdefault(customer, date)
        march = {customer for customer, date in first.items() if (date.year, date.month) == (1997, 3)}
        in_may = {c for c, d in zip(ids, dates, strict=True) if c in march and (d.year, d.month) == (1997, 5)}
        row = table("COHORT_RETENTION", ids, dates)[3]
        assert row[:2] == [day(1997, 3, 1), len(march)]
        assert row[4] == len(in_may) / len(march)
        assert row[-2:] == ["", ""], "18 months in the data, the third cohort has 16"
        paid = [(c, d, a) for c, d, a in zip(ids, dates, amounts, strict=True) if a >= 0]
        worth = table("COHORT_VALUE", *map(list, zip(*paid, strict=True)), "year", 0.5)
        assert worth[1][3] == pytest.approx(sum(amounts) / len({c for c, _, _ in paid}) / 2)

    def test_periods_start_where_the_calendar_says(self) -> None:
        random_days = [random.Random(5).randrange(61, 2_900_000) for _ in range(500)]
        for each in random_days:
            date = dt.date(1899, 12, 30) + dt.timedelta(days=each)
            starts = {
                "week": date - dt.timedelta(days=date.weekday()),
                "month": date.replace(day=1),
                "quarter": date.replace(month=date.month - (date.month - 1) % 3, day=1),
                "year": date.replace(month=1, day=1),
            }
            for period, (index, start) in PERIODS.items():
                assert start(index(each)) == max(serial(starts[period]), 1)

    def test_an_order_that_cannot_be_placed_refuses_the_table(self) -> None:
        assert CATALOGUE["COHORT_RETENTION"].cells(["a", "b"], [100, None]) == NotANumber()
        assert CATALOGUE["COHORT_RETENTION"].cells(["a", "b"], [100, cell_error("#REF!")]) == cell_error("#REF!")
        assert isinstance(CATALOGUE["COHORT_RETENTION"].cells(["a", None], [100, None]), list)

    def test_more_periods_than_columns(self) -> None:
        with pytest.raises(OutOfRange, match="longer period"):
            CATALOGUE["COHORT_RETENTION"](["a", "b"], [100, 2_000_000], "week")


class TestShares:
    @pytest.mark.parametrize("seed", range(20))
    def test_pareto_against_numpy(self, seed: int) -> None:
        chance = np.random.default_rng(seed)
        values = np.round(chance.gamma(1, 100, 10 + 17 * seed), seed % 3 - 1)  # many ties
        for top in (0.01, 0.07, 0.2, 0.5, 1):
            best = int(np.ceil(round(len(values) * top, 6)))
            want = np.sort(values)[::-1][:best].sum() / values.sum()
            assert CATALOGUE["PARETO_SHARE"].cells(values, top) == pytest.approx(want, rel=1e-12)

    def test_seven_percent_of_a_hundred_is_seven(self) -> None:
        assert CATALOGUE["PARETO_SHARE"].cells([1] * 100, 0.07) == pytest.approx(0.07, rel=1e-15)

    @pytest.mark.parametrize("seed", range(10))
    def test_decile_against_numpy(self, seed: int) -> None:
        values = np.round(np.random.default_rng(seed).gamma(1, 100, 3 + 29 * seed), seed % 3 - 1)
        want = [1 + 10 * int((values > value).sum()) // len(values) for value in values]
        assert CATALOGUE["CUSTOMER_DECILE"](values, values).tolist() == want
        assert [CATALOGUE["CUSTOMER_DECILE"].cells(value, values) for value in values[:5]] == want[:5]

    def test_decile_of_a_round_number(self) -> None:
        found = CATALOGUE["CUSTOMER_DECILE"](list(range(100)), list(range(100)))
        assert [found.count(decile) for decile in range(1, 11)] == [10] * 10


def test_margin_stops_at_1() -> None:
    rows = table("CLV_SENSITIVITY", 50, 12, 3, 0.95)
    assert rows[-1] == ["margin", 0.95, 1, 1800, pytest.approx(90)]
    assert [row[-1] for row in rows[1:-1]] == pytest.approx([171] * 3)


@pytest.mark.parametrize("name", ["CUSTOMER_SUMMARY", "RFM_TABLE", "COHORT_VALUE"])
def test_a_hundred_thousand_orders(name: str) -> None:
    """1 second on the machine it was written on; the limit leaves room for slow ones."""
    orders = random_orders(100_000, seed=1)
    start = time.process_time()
    assert not isinstance(CATALOGUE[name].cells(*orders), CellError)
    assert time.process_time() - start < 5
