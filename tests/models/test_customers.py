"""Orders to customers: the published summary, each edge rule once, every kind of column, and three other ways to it."""

from __future__ import annotations

import csv
import datetime as dt
import math
import tracemalloc
import uuid
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clv_xl import customer_summary
from clv_xl.errors import DivideByZero, NotANumber, NotAvailable, OutOfRange
from clv_xl.models.beta_geometric import BetaGeometric
from clv_xl.models.bg_nbd import BGNBD
from clv_xl.models.customers import Customers
from clv_xl.models.holdout import calibration_holdout
from clv_xl.models.opportunities import opportunities
from clv_xl.models.purchase_days import REASONS, PurchaseDays, sort_keys
from clv_xl.models.reading import one_day
from clv_xl.models.tracking import repeat_purchases_over_time

DATA = Path(__file__).parents[1] / "data"
DAY = 45_292  # 1 January 2024, a Monday


def lines() -> list[list[str]]:
    return [line.split() for line in (DATA / "orders" / "CDNOW_sample.txt").read_text(encoding="ascii").splitlines()]


@pytest.fixture(scope="module")
def sample() -> tuple[list[int], list[dt.date], list[float]]:
    rows = lines()
    dates = [dt.date(int(row[2][:4]), int(row[2][4:6]), int(row[2][6:])) for row in rows]
    return [int(row[1]) for row in rows], dates, [float(row[4]) for row in rows]


def figures(customers: Customers) -> dict[Any, tuple[float, float, float, float]]:
    columns = (customers.frequency, customers.recency, customers.T, customers.monetary_value)
    return dict(zip(customers.ids.tolist(), zip(*(column.tolist() for column in columns), strict=True), strict=True))


def of(days: list[Any], amounts: list[Any] | None = None, **settings: Any) -> Customers:
    """The orders of one customer, days counted from 1 January 2024."""
    dates = [DAY + day if type(day) in {int, float} else day for day in days]
    return Customers.of(["an"] * len(days), dates, amounts, **{"unit": "day"} | settings)


def one(*args: Any, **settings: Any) -> tuple[float, float, float, float]:
    return figures(of(*args, **settings))["an"]


class TestPublished:
    def test_summary_of_all_cdnow_customers(self, sample: Any, oracle: Any) -> None:
        oracle("summary-cdnow")  # which gives the tolerances below
        got = figures(Customers.of(*sample, end="1997-09-30"))
        with (DATA / "functions/cdnow_summary.csv").open() as file:
            want = {int(row.pop("ID")): [float(value) for value in row.values()] for row in csv.DictReader(file)}
        assert len(want) == 2357
        assert set(got) == set(want)
        for customer, (frequency, recency, age, money) in got.items():
            assert frequency == want[customer][0]
            assert [recency, age] == pytest.approx(want[customer][1:3], abs=0.005)
            assert money == pytest.approx(want[customer][3], abs=0.006)

    def test_the_models_read_it(self, sample: Any, oracle: Any) -> None:
        customers = Customers.of(*sample, end="1997-09-30")
        fit: Any = BGNBD.fit(customers.frequency, customers.recency, customers.T)
        assert isinstance(fit.model, BetaGeometric)
        assert fit.loglik == pytest.approx(oracle("bgnbd-fit-clvtools").expected["loglik"], abs=1e-4)

    def test_holdout_of_cdnow(self, sample: Any, oracle: Any) -> None:
        found = calibration_holdout(PurchaseDays.of(*sample), "1997-09-30", dt.date(1998, 6, 30))
        assert found.frequency.sum() == oracle("bgnbd-holdout-clvtools").expected["actual"] == 1882
        assert found.duration == 39
        assert figures(found.calibration) == figures(Customers.of(*sample, end="1997-09-30"))
        later = [amount for _, date, amount in zip(*sample, strict=True) if date > dt.date(1997, 9, 30)]
        assert found.spend.sum() == pytest.approx(sum(later))

    def test_tracking_of_cdnow(self, sample: Any) -> None:
        found = repeat_purchases_over_time(PurchaseDays.of(*sample))
        assert found.start == np.datetime64("1997-01-01")
        assert found.cumulative[-1] == Customers.of(*sample).frequency.sum()
        assert found.cumulative[38] == Customers.of(*sample, end="1997-10-01").frequency.sum(), "week 39 ends there"
        assert (len(found.times), found.times[-2], found.times[-1]) == (78, 77, 545 / 7)
        assert found.births.max() < 12.01, "the cohort joined in twelve weeks"
        births, customers = found.at_risk()
        assert customers.sum() == 2357
        assert len(births) == len(set(found.births.tolist())) == 84

    def test_donors_come_back_from_their_gifts(self) -> None:
        """A donor with the published frequency and recency, written as gifts, is summed up to what was published."""
        with (DATA / "models/donations.csv").open() as file:
            want = [[int(value) for value in row.values()] for row in csv.DictReader(file)]
        ids, dates = [], []
        for number, (frequency, recency, _, _) in enumerate(want):
            for year in [0, *range(1, frequency), *([recency] if frequency else [])]:
                ids += [number, number]
                dates += [dt.date(1995 + year, 2, 1), dt.date(1995 + year, 12, 31)]
        found = opportunities(PurchaseDays.of(ids, dates, end="2001-12-31"), "year")
        assert [list(row) for row in zip(found.frequency, found.recency, found.n, strict=True)] == [
            row[:3] for row in want
        ]


class TestPurchases:
    """What is a purchase, and what it brings."""

    def test_the_first_purchase_is_no_repeat(self) -> None:
        assert one([0], [10], end=DAY + 9) == (0, 0, 9, 0)

    def test_orders_of_one_day_are_one_purchase(self) -> None:
        found = of([0.1, 3.2, 3.9, 5], [10, 20, 30, 40], end=DAY + 9)
        assert figures(found)["an"] == (2, 5, 9, 45)
        assert found.orders.tolist() == [4]
        assert found.spend.tolist() == [100]

    def test_the_order_of_the_rows_says_nothing(self) -> None:
        assert one([5, 0, 3], [40, 10, 20]) == one([0, 3, 5], [10, 20, 40])

    def test_an_order_of_zero_is_a_purchase_and_lowers_the_mean(self) -> None:
        assert one([0, 3, 5], [10, 0, 40]) == (2, 5, 5, 20)

    def test_an_order_of_zero_can_be_left_out(self) -> None:
        found = of([0, 3, 5], [10, 0, 40], zero_amounts=False)
        assert figures(found)["an"] == (1, 5, 5, 40)
        assert found.dropped == {"zero_amount": 1}

    def test_an_order_without_an_amount_is_a_purchase_outside_the_mean(self) -> None:
        found = of([0, 3, 5, 6, 6], [10, None, 40, math.nan, 7])
        assert figures(found)["an"] == (3, 6, 6, 40)
        assert found.valued.tolist() == [1]
        assert found.spend.tolist() == [57]
        assert found.noted == {"missing_amounts": 2}
        assert found.dropped == {}

    def test_without_amounts_no_purchase_tells_a_spend(self) -> None:
        found = of([0, 3, 5])
        assert figures(found)["an"] == (2, 5, 5, 0)
        assert found.valued.tolist() == [0]

    def test_the_last_date_is_the_end_be_it_of_a_row_that_is_dropped(self) -> None:
        found = Customers.of(["an", "", "bo"], [DAY, DAY + 8, DAY + 3], [1, 1, 1], unit="day")
        assert found.end == np.datetime64("2024-01-09")
        assert found.T.tolist() == [8, 5]
        assert found.dropped == {"missing_customer": 1}

    def test_who_bought_on_the_last_day_only_is_kept(self) -> None:
        assert one([0]) == (0, 0, 0, 0)

    def test_orders_after_the_end_are_dropped(self) -> None:
        found = of([0, 3, 4, 9], [1, 2, 3, -4], end=dt.date(2024, 1, 4))
        assert figures(found)["an"] == (1, 3, 3, 2)
        assert found.dropped == {"later": 2}

    def test_first_and_last_day(self) -> None:
        found = of([3, 0])
        assert found.first.tolist() == [dt.date(2024, 1, 1)]
        assert found.last.tolist() == [dt.date(2024, 1, 4)]

    @pytest.mark.parametrize(("unit", "days"), [("day", 1), ("week", 7), ("Month", 30.4375), ("YEAR", 365.25)])
    def test_units(self, unit: str, days: float) -> None:
        found = of([0, 70], end=DAY + 700, unit=unit)
        assert found.recency.tolist() == [70 / days]
        assert found.T.tolist() == [700 / days]
        assert found.unit == unit.casefold()

    @pytest.mark.parametrize("unit", ["fortnight", "", None, 7])
    def test_unknown_unit(self, unit: Any) -> None:
        with pytest.raises(NotANumber, match="choose from day, week, month, year"):
            of([0], unit=unit)


class TestReturns:
    """Orders below 0."""

    def test_a_return_of_the_same_day_comes_off_that_day(self) -> None:
        found = of([0, 3, 3, 5], [10, 20, -5, 40])
        assert figures(found)["an"] == (2, 5, 5, 27.5)
        assert found.noted == {"returns": 1}

    def test_a_later_return_comes_off_the_purchase_before_it_and_is_none(self) -> None:
        found = of([0, 3, 5, 6], [10, 20, 40, -10], end=DAY + 7)
        assert figures(found)["an"] == (2, 5, 7, 25)
        assert found.orders.tolist() == [3]
        assert found.spend.tolist() == [60]

    def test_every_return_of_a_purchase_comes_off(self) -> None:
        assert one([0, 3, 3, 4, 5], [10, 20, -2, -3, 40]) == (2, 5, 5, 27.5)

    def test_a_return_of_the_first_purchase_leaves_the_mean(self) -> None:
        assert one([0, 1, 3], [10, -10, 20]) == (1, 3, 3, 20)

    def test_a_return_before_the_first_purchase_comes_off_the_spend_only(self) -> None:
        found = of([-3, 0, 5], [-4, 10, 20])
        assert figures(found)["an"] == (1, 5, 5, 20)
        assert found.spend.tolist() == [26]

    @pytest.mark.parametrize("back", [-20, -25])
    def test_a_day_of_which_nothing_is_left_keeps_its_time_and_leaves_the_mean(self, back: float) -> None:
        found = of([0, 3, 3, 5], [10, 20, back, 40])
        assert figures(found)["an"] == (2, 5, 5, 40)
        assert found.valued.tolist() == [1]
        assert found.noted == {"returns": 1, "returned_days": 1}

    def test_cents_that_floats_cannot_hold_leave_nothing(self) -> None:
        assert of([0, 3, 3, 3], [10, 0.1, 0.2, -0.3]).valued.tolist() == [0]

    def test_who_only_returned_is_no_customer(self) -> None:
        found = Customers.of(["an", "bo", "bo"], [DAY] * 3, [10, -5, -6])
        assert found.ids.tolist() == ["an"]
        assert found.dropped == {"refund": 2}
        assert found.noted == {}

    def test_a_neighbour_is_not_touched(self) -> None:
        found = Customers.of(["an", "an", "bo", "bo", "bo"], [DAY, DAY + 9, DAY + 2, DAY, DAY + 1], [1, 2, 3, 4, -1])
        assert found.spend.tolist() == [3, 6]
        assert found.monetary_value.tolist() == [2, 3]

    def test_a_return_after_the_calibration_is_unknown_to_it(self) -> None:
        days = PurchaseDays.of(
            ["an"] * 5, [DAY, DAY + 3, DAY + 9, DAY + 8, DAY + 6], [10, 20, 40, -15, -1], end=DAY + 9
        )
        found = calibration_holdout(days, dt.date(2024, 1, 7), unit="day")
        assert figures(found.calibration)["an"] == (1, 3, 6, 19)
        assert found.calibration.dropped == {"later": 2}
        assert (found.frequency.tolist(), found.spend.tolist(), found.duration) == ([1], [25], 3)


class TestDropped:
    """Rows that are left out, each counted once."""

    @pytest.mark.parametrize("nobody", [None, "", math.nan, pd.NA, pd.NaT, DivideByZero(), math.inf])
    def test_an_order_of_nobody(self, nobody: Any) -> None:
        found = Customers.of(["an", nobody], [DAY, DAY + 1], [1, 2])
        assert found.ids.tolist() == ["an"]
        assert found.dropped == {"missing_customer": 1}

    @pytest.mark.parametrize("never", [None, "", "  ", math.nan, pd.NaT, pd.NA, np.datetime64("NaT"), Decimal("nan")])
    def test_an_order_without_a_date(self, never: Any) -> None:
        assert of([0, never]).dropped == {"missing_date": 1}

    @pytest.mark.parametrize("odd", [True, DivideByZero(), dt.time(9), dt.timedelta(1), [1], np.timedelta64(1, "D")])
    def test_a_date_that_is_something_else(self, odd: Any) -> None:
        assert of([0, odd]).dropped == {"unreadable_date": 1}

    @pytest.mark.parametrize("number", [0, -3, 0.99, 2_958_466, 20_240_101, 1_704_067_200_000_000_000, math.inf])
    def test_a_number_that_is_no_day(self, number: float) -> None:
        for container in (list, np.array, lambda cells: np.array(cells, object), pd.Series):
            found = Customers.of(["an", "an"], container([DAY, number]))
            assert found.dropped == {"date_out_of_range": 1}
            assert found.end == np.datetime64("2024-01-01")

    def test_a_day_that_no_calendar_has(self) -> None:
        dates = np.array(["2024-01-01", "12024-01-01", "-0400-01-01"], "datetime64[D]")
        assert Customers.of(["an"] * 3, dates).dropped == {"date_out_of_range": 2}

    @pytest.mark.parametrize("odd", [True, DivideByZero(), math.inf, -math.inf, dt.date(2024, 1, 1), [1]])
    def test_an_amount_that_is_something_else(self, odd: Any) -> None:
        found = of([0, 3], [10, odd])
        assert found.dropped == {"unreadable_amount": 1}
        assert found.frequency.tolist() == [0]

    def test_the_first_reason_counts(self) -> None:
        found = Customers.of(["an", None, "an"], [DAY, None, DAY + 9], [10, True, math.inf], end=DAY + 3)
        assert found.dropped == {"missing_customer": 1, "later": 1}

    def test_nothing_left_says_why(self) -> None:
        with pytest.raises(NotAvailable, match=r"no purchase is left \(dropped: missing date 1, later 1, refund 1\)"):
            of([0, None, 9], [-4, 3, 2], end=DAY + 3)
        for column in ([], np.array([]), pd.Series(dtype=object)):
            with pytest.raises(NotAvailable, match=r"no purchase is left$"):
                Customers.of(column, column, column)


class TestRefused:
    @pytest.mark.parametrize("when", ["2024-01-05", "05/01/2024", "soon", np.str_("x"), "45296"])
    def test_a_date_in_text(self, when: str) -> None:
        with pytest.raises(NotANumber, match=r"the date in row 2 is text, .*make real dates"):
            of([0, when])
        with pytest.raises(NotANumber, match="the date in row 1 is text"):
            Customers.of(["an"], np.array([when]))
        with pytest.raises(NotANumber, match="the date in row 1 is text"):
            Customers.of(["an"], pd.Series([str(when)], dtype="str"))

    def test_an_amount_in_text(self) -> None:
        with pytest.raises(NotANumber, match="the amount in row 2 is text, '12,50'"):
            of([0, 1], [10, "12,50"])

    def test_columns_of_different_lengths(self) -> None:
        for columns in ((["an"], [DAY, DAY]), (["an"], [DAY], [1, 2]), (["an", "bo"], [DAY], [1])):
            with pytest.raises(NotANumber, match="differ in length"):
                Customers.of(*columns)

    def test_a_block_where_a_column_belongs(self) -> None:
        for block in (np.zeros((2, 1)), pd.DataFrame({"a": [1, 2]})):
            with pytest.raises(NotANumber, match="one value for each order"):
                Customers.of(block, [DAY, DAY])

    def test_an_id_that_is_a_list(self) -> None:
        with pytest.raises(NotANumber, match="customer ids are numbers or text"):
            Customers.of([["an"], "an"], [DAY, DAY])

    def test_a_number_beyond_all_sheets(self) -> None:
        with pytest.raises(NotANumber, match="too large"):
            of([0, 1], [1, 10**400])

    @pytest.mark.parametrize("end", ["30-09-1997", "someday", True, math.nan, pd.NaT])
    def test_an_end_that_is_no_date(self, end: Any) -> None:
        with pytest.raises(NotANumber, match="is not a date"):
            of([0], end=end)

    def test_an_end_out_of_range(self) -> None:
        with pytest.raises(OutOfRange, match="is no date"):
            of([0], end=0.0)

    def test_amounts_in_several_currencies(self) -> None:
        with pytest.raises(NotANumber, match=r"2 currencies \(EUR, USD\)"):
            of([0, 1], [1, 2], currencies=["EUR", "USD"])
        with pytest.raises(NotANumber, match="one for every order"):
            of([0, 1], [1, 2], currencies=["EUR"])

    def test_one_currency_however_it_is_written_and_whatever_is_dropped(self) -> None:
        found = of([0, 1, 2, None], [1, 2, 3, 4], currencies=["EUR", "eur", None, "USD"])
        assert found.orders.tolist() == [3]


class TestIds:
    def test_case_tells_nobody_apart_and_the_first_spelling_stays(self) -> None:
        found = Customers.of(["Bo", "AN", "bo", "an", "BO"], [DAY] * 5)
        assert found.ids.tolist() == ["Bo", "AN"]
        assert found.orders.tolist() == [3, 2]

    def test_a_number_and_the_same_in_text_are_one(self) -> None:
        found = Customers.of([12.0, "12", 12, Decimal(12), "012", 1e15], [DAY] * 6)
        assert found.orders.tolist() == [4, 1, 1]

    @pytest.mark.parametrize("container", [list, lambda cells: np.array(cells, object), pd.Series])
    def test_true_is_a_word_and_not_1(self, container: Any) -> None:
        found = Customers.of(container([1, True, "true", 0, False]), [DAY] * 5)
        assert found.orders.tolist() == [1, 2, 1, 1]

    def test_long_numbers_stay_exact(self) -> None:
        long = [2**60, 2**60 + 1, 2**70, -5]
        assert Customers.of(long, [DAY] * 4).ids.tolist() == long
        assert Customers.of([*long, 1.5], [DAY] * 5).ids.tolist() == [*long, 1.5]

    def test_other_things_stand_for_themselves(self) -> None:
        names = [uuid.UUID(int=1), uuid.UUID(int=2), b"x", "a\nb", "Straße", "STRASSE", ("a", 1)]
        assert Customers.of(names, [DAY] * 7).ids.tolist() == [name for name in names if name != "STRASSE"]

    @pytest.mark.parametrize(
        ("names", "ids"),
        [(["a\nb", "A\nB", ""], ["a\nb"]), (["x", "Y", "y", ""], ["x", "Y"])],
    )
    def test_line_breaks_and_blanks_among_texts(self, names: list[str], ids: list[str]) -> None:
        found = Customers.of(pd.Series(names, dtype="str"), [DAY] * len(names))
        assert found.ids.tolist() == ids
        assert found.dropped == {"missing_customer": 1}

    def test_case_is_more_than_capitals(self) -> None:
        assert Customers.of(["straße", "strasse"], [DAY] * 2).ids.tolist() == ["straße"]

    def test_codes_of_a_categorical_are_taken_as_they_are(self) -> None:
        names = pd.Categorical.from_codes([2, 0, -1, 2], ["bo", "nobody", "an"])
        found = Customers.of(names, [DAY] * 4)
        assert found.ids.tolist() == ["bo", "an"]
        assert found.orders.tolist() == [1, 2]
        assert found.dropped == {"missing_customer": 1}
        assert Customers.of(pd.Categorical([7, 3, 7]), [DAY] * 3).ids.tolist() == [3, 7]

    def test_customers_stand_in_order_of_appearance(self) -> None:
        assert Customers.of([7, 3, 5, 3], [DAY + 3, DAY + 2, DAY + 1, DAY]).ids.tolist() == [7, 3, 5]


WHEN = [dt.datetime(2024, 1, day, 23, 30) for day in (1, 4, 4, 9, 2)]
WHO = [5, 5, 6, 5, 6]
PAID = [10.0, 20.0, 30.0, 40.0, 50.0]
WANT = {5: (2, 8, 8, 30), 6: (1, 2, 7, 30)}
SERIALS = [DAY + when.day - 1 + 23.5 / 24 for when in WHEN]
DATES: dict[str, Any] = {
    "serials": SERIALS,
    "whole serials": [math.floor(number) for number in SERIALS],
    "serials of numpy": np.array(SERIALS),
    "small serials of numpy": np.array(SERIALS, np.float32),
    "unsigned serials": np.array(SERIALS, np.uint16),
    "serials of pandas": pd.Series(SERIALS),
    "serials that may be missing": pd.array([math.floor(number) for number in SERIALS], dtype="Int64"),
    "exact serials": [Decimal(math.floor(number)) for number in SERIALS[:3]] + [Fraction(n) for n in SERIALS[3:]],
    "times": WHEN,
    "dates": [when.date() for when in WHEN],
    "dates and serials": [WHEN[0], SERIALS[1], WHEN[2].date(), np.datetime64(WHEN[3]), pd.Timestamp(WHEN[4])],
    "objects": np.array(WHEN, object),
    **{f"datetime64[{unit}]": np.array(WHEN, f"datetime64[{unit}]") for unit in ("ns", "us", "ms", "s", "m", "h", "D")},
    "big-endian": np.array(WHEN, ">M8[s]"),
    "Series": pd.Series(WHEN),
    "Series of dates": pd.Series([when.date() for when in WHEN]),
    "Series with another index": pd.Series(WHEN, index=[4, 4, 1, 0, 9]),
    "DatetimeIndex": pd.DatetimeIndex(WHEN),
    "Amsterdam": pd.Series(WHEN).dt.tz_localize("Europe/Amsterdam"),
    "Amsterdam, of Python": [when.replace(tzinfo=ZoneInfo("Europe/Amsterdam")) for when in WHEN],
    "Amsterdam, as told in UTC": pd.DatetimeIndex(WHEN)
    .tz_localize("Europe/Amsterdam")
    .tz_convert("Asia/Tokyo")
    .tz_convert("Europe/Amsterdam"),
    "categories": pd.Series(WHEN).astype("category"),
    "Arrow times": pd.Series(WHEN, dtype="timestamp[us][pyarrow]"),
    "Arrow times in a zone": pd.Series(WHEN).dt.tz_localize("Asia/Tokyo").astype("timestamp[us, Asia/Tokyo][pyarrow]"),
    "Arrow dates": pd.Series([when.date() for when in WHEN], dtype="date32[day][pyarrow]"),
}
AMOUNTS: dict[str, Any] = {
    "floats": PAID,
    "a tuple": tuple(PAID),
    "whole numbers": [int(amount) for amount in PAID],
    "Decimals": [Decimal(amount) for amount in PAID],
    "mixed": [10, 20.0, Decimal(30), np.float32(40), Fraction(50)],
    "small whole numbers": np.array(PAID, np.int8),
    "objects": np.array(PAID, object),
    "Float64": pd.array(PAID, dtype="Float64"),
    "Arrow": pd.Series(PAID, dtype="double[pyarrow]"),
    "Arrow Decimals": pd.Series([Decimal(amount) for amount in PAID], dtype="object"),
}
NAMES: dict[str, Any] = {
    "ints": WHO,
    "floats": [float(who) for who in WHO],
    "int32": np.array(WHO, np.int32),
    "Int64": pd.array(WHO, dtype="Int64"),
    "Arrow ints": pd.Series(WHO, dtype="int64[pyarrow]"),
    "category": pd.Series(WHO).astype("category"),
    "objects": np.array(WHO, object),
}
TEXTS: dict[str, Any] = {
    "list": list(map(str, WHO)),
    "fixed width": np.array(list(map(str, WHO))),
    "variable width": np.array(list(map(str, WHO)), np.dtypes.StringDType()),
    "objects": np.array(list(map(str, WHO)), object),
    "str": pd.Series(list(map(str, WHO)), dtype="str"),
    "string": pd.Series(list(map(str, WHO)), dtype="string"),
    "python strings": pd.Series(list(map(str, WHO)), dtype=pd.StringDtype("python")),
    "category": pd.Series(list(map(str, WHO))).astype("category"),
}


class TestColumns:
    """The same orders in every kind of column."""

    @pytest.mark.parametrize("kind", DATES)
    def test_dates(self, kind: str) -> None:
        assert figures(Customers.of(WHO, DATES[kind], PAID, unit="day")) == WANT

    @pytest.mark.parametrize("kind", AMOUNTS)
    def test_amounts(self, kind: str) -> None:
        assert figures(Customers.of(WHO, WHEN, AMOUNTS[kind], unit="day")) == WANT

    @pytest.mark.parametrize("kind", NAMES)
    def test_numbers_as_ids(self, kind: str) -> None:
        assert figures(Customers.of(NAMES[kind], WHEN, PAID, unit="day")) == WANT

    @pytest.mark.parametrize("kind", TEXTS)
    def test_texts_as_ids(self, kind: str) -> None:
        want = {str(name): row for name, row in WANT.items()}
        assert figures(Customers.of(TEXTS[kind], WHEN, PAID, unit="day")) == want

    def test_missing_values_of_pandas(self) -> None:
        found = Customers.of(
            pd.Series([5, None, 5, 5], dtype="Int64"),
            pd.Series([WHEN[0], WHEN[1], None, WHEN[3]], dtype="timestamp[us][pyarrow]"),
            pd.Series([1, 2, 3, None], dtype="Int64"),
        )
        assert found.dropped == {"missing_customer": 1, "missing_date": 1}
        assert found.noted == {"missing_amounts": 1}

    def test_columns_are_left_as_they_were(self) -> None:
        columns = [np.array(column) for column in (WHO, SERIALS, PAID)]
        for column in columns:
            column.flags.writeable = False
        assert figures(Customers.of(*columns, unit="day")) == WANT

    def test_the_day_is_that_of_the_zone(self) -> None:
        """Half past eleven in the evening in London is the next day in Amsterdam."""
        london = pd.Series([dt.datetime(2024, 1, 1, 23, 30)]).dt.tz_localize("Europe/London")
        amsterdam = london.dt.tz_convert("Europe/Amsterdam")
        for dates in (amsterdam, [amsterdam[0]], [amsterdam[0].to_pydatetime()]):
            assert Customers.of([1], dates).end == np.datetime64("2024-01-02")
        assert Customers.of([1], london).end == np.datetime64("2024-01-01")

    @pytest.mark.parametrize(
        ("serial", "day", "since_1904"),
        [
            *((1, "1900-01-01", False), (59, "1900-02-28", False), (61, "1900-03-01", False)),
            *((45_292.99, "2024-01-01", False), (2_958_465.9, "9999-12-31", False)),
            *((0, "1904-01-01", True), (43_830, "2024-01-01", True), (2_957_003, "9999-12-31", True)),
        ],
    )
    def test_serials_of_both_date_systems(self, serial: float, day: str, since_1904: bool) -> None:
        for container in (list, np.array, lambda cells: np.array(cells, object)):
            assert str(Customers.of([1], container([serial]), dated_1904=since_1904).end) == day
        assert str(np.datetime64(one_day(serial, dated_1904=since_1904), "D")) == day

    @pytest.mark.parametrize(
        "end",
        [
            *("2024-01-05", dt.date(2024, 1, 5), dt.datetime(2024, 1, 5, 22), np.datetime64("2024-01-05T13"), DAY + 4),
            *(DAY + 4.5, pd.Timestamp("2024-01-05 12:00"), pd.Timestamp("2024-01-05 23:30", tz="Asia/Tokyo")),
        ],
    )
    def test_the_end_in_many_forms(self, end: Any) -> None:
        assert one([0, 3, 5], end=end) == (1, 3, 4, 0)

    def test_the_end_counts_from_1904_as_the_dates_do(self) -> None:
        found = of([0, 3, 5], end=DAY + 4, dated_1904=True)
        assert str(found.end) == "2028-01-06"
        assert figures(found)["an"] == (1, 3, 4, 0)


# ---- other ways to the same

cents = st.integers(0, 10_000).map(lambda amount: amount / 100)
names = st.sampled_from(["An", "an", "bo", "BO", "cy", "Cy", "di", 12.0, "12"])
moments = st.floats(DAY, DAY + 60, exclude_max=True, width=32)
sales = st.lists(st.tuples(names, moments, cents), min_size=1, max_size=40)
ends = st.none() | st.integers(DAY - 1, DAY + 70)


def naive(
    rows: list[tuple[Any, float, float]], end: float
) -> dict[str, tuple[float, float, float, float, float, float]]:
    """Returns by hand: frequency, recency, T, mean, purchases in the mean, spend."""
    bought: dict[str, dict[int, float]] = defaultdict(dict)
    for name, when, amount in rows:
        if amount >= 0 and when < end + 1:
            spend = bought[name]
            spend[int(when)] = spend.get(int(when), 0) + amount
    found = {}
    for name, spend in bought.items():
        total, touched = sum(spend.values()), set()
        for other, when, amount in rows:
            if other == name and amount < 0 and when < end + 1:
                total += amount
                if before := [day for day in spend if day <= int(when)]:
                    spend[max(before)] += amount
                    touched.add(max(before))
        first, last = min(spend), max(spend)
        told = [money for day, money in spend.items() if day != first and not (day in touched and money <= 1e-9)]
        mean = sum(told) / max(len(told), 1)
        found[name] = (len(spend) - 1, last - first, end - first, mean, len(told), total)
    return found


class TestOtherWays:
    @settings(deadline=None)
    @given(sales, ends, st.sampled_from(["day", "week", "month", "year"]))
    def test_the_function_in_cells_says_the_same(self, rows: list[Any], end: float | None, unit: str) -> None:
        ids, dates, amounts = map(list, zip(*rows, strict=True))
        until = max(map(int, dates)) if end is None else end
        if min(map(int, dates)) > until:
            with pytest.raises(NotAvailable):
                Customers.of(ids, dates, amounts, end=end, unit=unit)
            return
        want = customer_summary(ids, dates, amounts, end, unit)[1:]
        found = Customers.of(ids, dates, amounts, end=end, unit=unit)
        got = zip(found.ids, found.frequency, found.recency, found.T, found.monetary_value, strict=True)
        for row, other in zip(got, want, strict=True):
            assert row[0] == other[0]
            assert list(row[1:]) == pytest.approx(list(other[1:]), rel=1e-12, abs=1e-12)

    @settings(deadline=None, max_examples=40)
    @given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60), cents), min_size=1, max_size=40))
    def test_pandas_says_the_same(self, rows: list[Any]) -> None:
        frame = pd.DataFrame(rows, columns=["id", "date", "amount"])
        frame["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(frame["date"], "D")
        days = frame.groupby(["id", "date"])["amount"].sum().reset_index()
        found = Customers.of(frame["id"], frame["date"], frame["amount"], unit="day")
        assert sorted(found.ids) == sorted(set(frame["id"]))
        for name, got in figures(found).items():
            own = days[days["id"] == name]
            repeats = own["amount"].iloc[1:]
            mean = repeats.mean() if len(repeats) else 0
            span, age = own["date"].max() - own["date"].min(), frame["date"].max() - own["date"].min()
            assert got == pytest.approx((len(repeats), span.days, age.days, mean), rel=1e-12, abs=1e-12)

    @settings(deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from("abc"), st.integers(DAY, DAY + 12), st.integers(-4, 4)), min_size=1, max_size=30
        ),
        st.integers(DAY, DAY + 12),
    )
    def test_returns_by_hand_say_the_same(self, rows: list[Any], end: int) -> None:
        want = naive(rows, end)
        columns = list(map(list, zip(*rows, strict=True)))
        if not want:
            with pytest.raises(NotAvailable):
                Customers.of(*columns, end=end)
            return
        found = Customers.of(*columns, end=end, unit="day")
        got = zip(
            *(found.frequency, found.recency, found.T, found.monetary_value, found.valued, found.spend), strict=True
        )
        for name, row in zip(found.ids, got, strict=True):
            assert row == pytest.approx(want.pop(name))
        assert not want

    @settings(deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["an", "AN", "", None, 3.0, math.nan, True, NotAvailable()]),
                st.sampled_from([DAY, DAY + 1.5, DAY + 9, None, -4.0, math.inf, True, DivideByZero(), 1e9]),
                st.sampled_from([0, 5, 2.5, -3, None, math.nan, math.inf, False, NotANumber()]),
            ),
            max_size=12,
        ),
        st.booleans(),
        ends,
    )
    def test_every_row_is_somewhere_and_no_figure_is_missing(self, rows: list[Any], zero: bool, end: Any) -> None:
        columns = list(map(list, zip(*rows, strict=True))) or [[], [], []]
        try:
            days = PurchaseDays.of(*columns, zero_amounts=zero, end=end)
        except NotAvailable:
            return
        assert set(days.dropped) <= set(REASONS)
        assert days.orders.sum() + len(days.returns.day) + sum(days.dropped.values()) == len(rows)
        found = Customers.from_days(days)
        for column in (found.frequency, found.recency, found.T, found.monetary_value, found.spend):
            assert np.isfinite(column).all()
        assert (found.recency <= found.T).all()
        assert ((found.recency == 0) == (found.frequency == 0)).all()
        assert (found.valued <= found.frequency).all()

    @settings(deadline=None)
    @given(sales, st.integers(0, 60), st.integers(1, 30))
    def test_a_holdout_is_the_difference_of_two_ends(self, rows: list[Any], split: int, length: int) -> None:
        columns = list(map(list, zip(*rows, strict=True)))
        days = PurchaseDays.of(*columns, end=DAY + 100)
        middle, until = DAY + split, DAY + split + length
        if min(map(int, columns[1])) > middle:
            with pytest.raises(NotAvailable):
                calibration_holdout(days, middle, until)
            return
        found = calibration_holdout(days, middle, until, "day")
        short, whole = Customers.of(*columns, end=middle, unit="day"), Customers.of(*columns, end=until, unit="day")
        assert figures(found.calibration) == figures(short)
        assert found.calibration.dropped == short.dropped
        more = dict(zip(whole.ids, zip(whole.frequency, whole.spend, strict=True), strict=True))
        for place, name in enumerate(short.ids):
            assert found.frequency[place] == more[name][0] - short.frequency[place]
            assert found.spend[place] == pytest.approx(more[name][1] - short.spend[place], abs=1e-9)
        assert found.duration == length

    @settings(deadline=None, max_examples=40)
    @given(sales, st.sampled_from([("day", 1), ("week", 7), ("month", 30.4375)]))
    def test_tracking_counts_each_repeat_once(self, rows: list[Any], unit: tuple[str, float]) -> None:
        columns = list(map(list, zip(*rows, strict=True)))
        days = PurchaseDays.of(*columns, end=DAY + 75)
        found, customers = repeat_purchases_over_time(days, unit[0]), Customers.from_days(days, "day")
        start = min(map(int, columns[1]))
        assert found.incremental.sum() == customers.frequency.sum()
        assert found.cumulative.tolist() == np.cumsum(found.incremental).tolist()
        for time, count in zip(found.times, found.cumulative, strict=True):
            until = Customers.of(*columns, end=start + math.floor(time * unit[1] + 1e-9), unit="day")
            assert count == until.frequency.sum()
        age = [DAY + 75 - start - birth * unit[1] for birth in found.births]
        assert age == pytest.approx(customers.T.tolist())

    @settings(deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 4), st.integers(0, 800)), min_size=1, max_size=40),
        st.integers(0, 900),
        st.sampled_from([("day", "D"), ("week", "W"), ("month", "M"), ("quarter", "Q"), ("year", "Y")]),
    )
    def test_opportunities_by_periods_of_pandas(self, rows: list[Any], end: int, unit: tuple[str, str]) -> None:
        start = pd.Timestamp("2021-11-18")
        until = start + pd.Timedelta(end, "D")
        period = until.to_period(unit[1])
        if period.end_time.normalize() != until:
            period -= 1
        bought: dict[int, set[int]] = defaultdict(set)
        for name, day in rows:
            if day <= end:
                bought[name].add((start + pd.Timedelta(day, "D")).to_period(unit[1]).ordinal)
        want = {}
        for name, periods in bought.items():
            after = [number - min(periods) for number in periods if min(periods) < number <= period.ordinal]
            if min(periods) <= period.ordinal:
                want[name] = (len(after), max(after, default=0), period.ordinal - min(periods))
        names, numbers = map(list, zip(*rows, strict=True))
        dates = start + pd.to_timedelta(numbers, "D")
        if not want:
            with pytest.raises(NotAvailable):
                opportunities(PurchaseDays.of(names, dates, end=until), unit[0])
            return
        found = opportunities(PurchaseDays.of(names, dates, end=until), unit[0])
        got = zip(found.frequency, found.recency, found.n, strict=True)
        assert dict(zip(found.ids.tolist(), got, strict=True)) == want
        assert found.end == period.end_time.to_datetime64().astype("datetime64[D]")
        assert found.too_late == len(bought) - len(want)


class TestPeriods:
    def test_the_periods_of_a_test_are_in_order_and_within_the_data(self) -> None:
        days = PurchaseDays.of([1, 1], [DAY, DAY + 9])
        for split, until in ((DAY + 9, None), (DAY + 5, DAY + 5), (DAY + 5, DAY + 10)):
            with pytest.raises(OutOfRange, match="the calibration ends before the holdout does"):
                calibration_holdout(days, split, until)
        with pytest.raises(NotAvailable):
            calibration_holdout(days, DAY - 1)

    def test_tracking_of_a_single_day_has_no_periods(self) -> None:
        found = repeat_purchases_over_time(PurchaseDays.of([1, 2], [DAY, DAY]))
        assert found.times.tolist() == found.incremental.tolist() == found.cumulative.tolist() == []
        assert found.births.tolist() == [0, 0]

    def test_tracking_of_a_wrong_date_is_refused(self) -> None:
        with pytest.raises(OutOfRange, match="a date is wrong"):
            repeat_purchases_over_time(PurchaseDays.of([1, 2], [DAY, 2_958_465.0]), "day")

    def test_opportunities_of_an_unknown_period(self) -> None:
        with pytest.raises(NotANumber, match="choose from day, week, month, quarter, year"):
            opportunities(PurchaseDays.of([1], [DAY]), "decade")


class TestSize:
    @pytest.mark.parametrize("most", [5, 2**50, 2**62])
    @settings(deadline=None)
    @given(st.data())
    def test_keys_are_sorted_whether_or_not_there_is_room_for_their_places(
        self, most: int, data: st.DataObject
    ) -> None:
        keys = data.draw(st.lists(st.integers(0, most - 1), min_size=1))
        given_keys = np.array(keys)
        ordered, rows = sort_keys(given_keys, most)
        assert rows.tolist() == np.argsort(given_keys, kind="stable").tolist()
        assert ordered.tolist() == sorted(keys)

    def test_a_date_far_off_does_not_disturb(self) -> None:
        found = Customers.of([7, 5, 7, 5], [2_958_465, 61, 61, 2_958_464], [1, 2, 4, 8], unit="day")
        assert figures(found) == {7: (1, 2_958_404, 2_958_404, 1), 5: (1, 2_958_403, 2_958_404, 8)}

    def test_memory_grows_with_the_rows(self) -> None:
        def peak(rows: int) -> int:
            chance = np.random.default_rng(1)
            columns = chance.integers(0, rows // 5, rows), chance.integers(DAY, DAY + 700, rows), chance.random(rows)
            tracemalloc.start()
            Customers.of(*columns)
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return most

        assert peak(400_000) < 5 * peak(100_000)
