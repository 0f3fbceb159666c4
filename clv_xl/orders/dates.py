"""Dates from date cells, day numbers and text; the order of day and month is decided once for the whole column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clv_xl.errors import OrdersError
from clv_xl.orders.columns import DAY, NUMBER, TEXT
from clv_xl.orders.headers import Note

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clv_xl.orders.columns import Column

    Days = NDArray[np.datetime64]

# Excel counts days from here; 29 February 1900 never was, which shifts only dates before March 1900.
_EPOCH_1900 = np.datetime64("1899-12-30", "D")
_EPOCH_1904 = np.datetime64("1904-01-01", "D")
_LAST_SERIAL = 2_958_465  # 9999-12-31

_CLOCK = re.compile(r"(?:T|  *|,  *)\d{1,2}[:.]\d{2}.*")  # each way begins with a sign of its own: four times as fast
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_TOGETHER = re.compile(r"(\d{4})(\d\d)(\d\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d\d)")
_DAY_NAME = re.compile(r"(?:[a-z]+,? )?(\d{1,2})[-/. ]+([a-z]+)[-/., ]+(\d{4}|\d\d)", re.IGNORECASE)
_NAME_DAY = re.compile(r"(?:[a-z]+, )?([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.IGNORECASE)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")

_MONTH_NAMES = ("jan", "feb", "mar maa mrt", "apr", "may mei", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec")
_MONTHS = {name: month for month, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_CENTURY_TURN = 69  # the two-digit years 69 to 99 are 1969 to 1999, as POSIX has it
_MONTHS_A_YEAR = 12

_NONE = (0, 0, 0, False)


def dates(column: Column, *, date1904: bool = False) -> tuple[Days, list[Note]]:
    """Give the days of the column (n, datetime64[D], NaT where empty or unreadable) and the notes to show.

    Understood: dates, day numbers of Excel (from 1900, or 1904 as the workbook says), yyyymmdd as number or text,
    ISO text, day-month-year with digits or with an English or Dutch month name. The time of day and its zone are left
    out: the day is the one that is written. Day comes first unless some date of the column has a second field above
    12; a column that shows both orders raises OrdersError.
    """
    bare = _without_clock(column.texts)
    places, distinct = pd.factorize(np.array([*bare, ""], object)[:-1])  # without their time of day they are few
    fields = np.array([_fields(text) for text in distinct] or [_NONE], np.int64)
    open_order = fields[:, 3].astype(bool)
    month_first, notes = _order(column.texts, places, fields, open_order)
    first, second = fields[:, 1], fields[:, 2]
    swap = open_order & (not month_first)
    texts = _days(fields[:, 0], np.where(swap, second, first), np.where(swap, first, second))[places]
    serials = np.array([_serial(text) for text in distinct] or [np.nan])[places]
    serials[[one != other for one, other in zip(bare, column.texts, strict=True)]] = np.nan
    texts = np.where(np.isnan(serials), texts, _from_numbers(serials, date1904))

    result = column.days.copy()
    is_number, is_text = column.kinds == NUMBER, column.kinds == TEXT
    result[is_number] = _from_numbers(column.numbers[is_number], date1904)
    result[is_text] = texts[column.codes[is_text]]
    if np.any(~np.isnan(serials)):
        notes.append(Note("dates written as day numbers were read as Excel's", "dagnummers zijn gelezen als in Excel"))
    if month_first and np.any(column.kinds == DAY):
        notes.append(
            Note(
                "some dates are month-first text and others real dates: a program may have swapped their day and month",
                "sommige datums zijn tekst met de maand voorop, andere echte datums: daarin kunnen dag en maand"
                " verwisseld zijn",
            )
        )
    return result, notes


def _without_clock(texts: list[str]) -> list[str]:
    bare = _CLOCK.sub("", "\n".join(texts)).split("\n")
    return bare if len(bare) == len(texts) else [_CLOCK.sub("", text) for text in texts]


def _order(
    texts: list[str], places: NDArray[np.intp], fields: NDArray[np.int64], open_order: NDArray[np.bool_]
) -> tuple[bool, list[Note]]:
    """Whether the month comes first in the dates whose order is open, and how that is known."""

    def example(which: NDArray[np.bool_]) -> str:
        return texts[int(which[places].argmax())]

    if not open_order.any():
        return False, []
    day_first = open_order & (fields[:, 1] > _MONTHS_A_YEAR) & (fields[:, 2] <= _MONTHS_A_YEAR)
    month_first = open_order & (fields[:, 2] > _MONTHS_A_YEAR) & (fields[:, 1] <= _MONTHS_A_YEAR)
    if day_first.any() and month_first.any():
        one, other = example(day_first), example(month_first)
        raise OrdersError(
            f"Dates are written in two ways: {one!r} has the day first, {other!r} the month. "
            "Give the column one order.",
            f"Datums zijn op twee manieren geschreven: {one!r} heeft de dag voorop, {other!r} de maand. "
            "Geef de kolom één volgorde.",
        )
    if month_first.any():
        shown = example(month_first)
        return True, [Note(f"dates: month first (as in {shown!r})", f"datums: maand eerst (zie {shown!r})")]
    if day_first.any():
        shown = example(day_first)
        return False, [Note(f"dates: day first (as in {shown!r})", f"datums: dag eerst (zie {shown!r})")]
    shown = example(open_order)
    return False, [
        Note(
            f"dates: day first, assumed: no date tells day from month (as in {shown!r})",
            f"datums: dag eerst, aangenomen: geen datum toont welke de maand is (zie {shown!r})",
        )
    ]


def _fields(text: str) -> tuple[int, int, int, bool]:
    """Year, month and day; or year, first and second field with True where day and month are still to be told."""
    if found := _YEAR_FIRST.fullmatch(text):
        return int(found[1]), int(found[3]), int(found[4]), False
    if found := _YEAR_LAST.fullmatch(text):
        return _year(found[4]), int(found[1]), int(found[3]), True
    if found := _TOGETHER.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3]), False
    if found := _DAY_NAME.fullmatch(text):
        return _year(found[3]), _month(found[2]), int(found[1]), False
    if found := _NAME_DAY.fullmatch(text):
        return int(found[3]), _month(found[1]), int(found[2]), False
    return _NONE


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:  # noqa: PLR2004  two digits
        return year
    return year + (1900 if year >= _CENTURY_TURN else 2000)


def _month(name: str) -> int:
    return _MONTHS.get(name[:3].casefold(), 0)


def _serial(text: str) -> float:
    return float(text.replace(",", ".")) if _SERIAL.fullmatch(text) else np.nan


def _days(years: NDArray[np.int64], months: NDArray[np.int64], days: NDArray[np.int64]) -> Days:
    """Calendar days; NaT where there is no such day."""
    starts = ((years - 1970) * 12 + months - 1).astype("datetime64[M]")
    result: Days = starts.astype("datetime64[D]") + (days - 1).astype("timedelta64[D]")
    wrong = (months < 1) | (months > _MONTHS_A_YEAR) | (days < 1) | (result.astype("datetime64[M]") != starts)
    result[wrong] = np.datetime64("NaT")
    return result


def _from_numbers(values: NDArray[np.float64], date1904: bool) -> Days:
    """Day numbers, or yyyymmdd where the number is too large for one; NaT where it is neither."""
    whole = np.where(np.isfinite(values) & (np.abs(values) < 1e8), values, -1).astype(np.int64)  # noqa: PLR2004  9 digits
    together = (whole > _LAST_SERIAL) & (whole == values)
    result = _days(np.where(together, whole // 10_000, 0), whole // 100 % 100, whole % 100)
    serial = (whole >= 1) & (whole <= _LAST_SERIAL)
    result[serial] = (_EPOCH_1904 if date1904 else _EPOCH_1900) + whole[serial]
    result[~serial & ~together] = np.datetime64("NaT")
    return result
