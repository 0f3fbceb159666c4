"""Columns of orders from anywhere - pandas, numpy, the cells of a sheet - as arrays of codes, days and amounts.

What is no date or amount but may stand for one is never guessed at: text is refused, and numbers are days as a sheet
counts them, never nanoseconds.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clv_xl.cells import plain, text
from clv_xl.errors import CellError, NotANumber, OutOfRange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Faults = dict[str, Mask]
    Values = Sequence[Any] | NDArray[Any] | pd.Series | pd.Index | pd.api.extensions.ExtensionArray
    Day = dt.date | np.datetime64 | float | str

_EMPTY, _NUMBER, _DAY, _STAMP, _TEXT, _OTHER = range(6)

_SERIALS = {False: (1, 2_958_465, 25_569), True: (0, 2_957_003, 24_107)}
"""Of the 1900 and the 1904 date system: the first serial, the last (31 December 9999) and that of 1 January 1970."""

_LEAP_BUG = 61  # serials of 1900 below it are one less: Excel believes in 29 February 1900
_ORDINAL_1970 = dt.date(1970, 1, 1).toordinal()
_EXACT = 2**53  # from here on not every whole number is a float
_LONG = 10**15  # from here on a sheet would cut a number's digits
_FIRST, _LAST = 1 - _ORDINAL_1970, dt.date.max.toordinal() - _ORDINAL_1970


class _Kinds(dict[type, int]):
    """Python type -> kind, found out once for each type."""

    def __missing__(self, kind: type) -> int:
        if kind is type(None) or kind.__name__ in {"NAType", "NaTType"}:  # pandas' missing values
            found = _EMPTY
        elif issubclass(kind, bool | np.bool_ | np.timedelta64):
            found = _OTHER
        elif issubclass(kind, numbers.Real | Decimal):
            found = _NUMBER
        elif issubclass(kind, dt.date):
            found = _DAY
        elif issubclass(kind, np.datetime64):
            found = _STAMP
        else:
            found = _TEXT if issubclass(kind, str) else _OTHER
        self[kind] = found
        return found


_KINDS = _Kinds()


def read_ids(values: Values) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """The place of each row's id (n) among the different ones (u), -1 where it has none; and these, as first written.

    Ids are compared as in our functions: without regard to case, the number 12 and the text "12" alike. Blanks and
    errors are no ids. A categorical is taken apart already, so its categories come in their own order.

    Raises:
        NotANumber: something that cannot be an id, as a list.

    """
    column = _column(values)
    if isinstance(column, pd.Categorical):
        return _merged(column.codes.astype(np.intp), _labels(column.categories.array))
    if isinstance(column, pd.api.extensions.ExtensionArray):
        codes, found = column.factorize()
        return _merged(codes, _labels(found))
    cells = _array(column)
    try:
        codes, labels = pd.factorize(cells)
        if labels.dtype == object and not set(map(type, labels)) <= {str}:
            # To Python True is 1; to a sheet it is a word.
            words = [text(cell) if isinstance(cell, bool) else cell for cell in cells]
            codes, labels = pd.factorize(_objects(words))
        return _merged(codes, labels)
    except TypeError:
        raise NotANumber("customer ids are numbers or text; something else stands among them") from None


def read_days(values: Values, *, dated_1904: bool = False) -> tuple[Ints, Faults]:
    """Days since 1970 (n), local where a time has a zone; and the rows without one, by reason.

    Args:
        values: dates, times or numbers; numbers are Excel's serials.
        dated_1904: whether these count from 1904 instead of 1900.

    Raises:
        NotANumber: a date is text.

    """
    array = _array(values)
    if array.dtype.kind == "M":
        return _checked(array.astype("datetime64[D]").view(np.int64), np.isnat(array))
    if array.dtype.kind in "iuf":
        return _of_serials(array.astype(np.float64, copy=False), dated_1904)
    kinds = _kinds(array, "date")
    serials, faults = _of_serials(_numbers(array, kinds), dated_1904)
    dates, stamps = kinds == _DAY, kinds == _STAMP
    days = np.where(kinds == _NUMBER, serials, 0)
    days[dates] = [cell.toordinal() - _ORDINAL_1970 for cell in array[dates]]
    days[stamps] = array[stamps].astype("datetime64[D]").view(np.int64)
    missing = (kinds == _EMPTY) | (faults["missing_date"] & (kinds == _NUMBER)) | (days == np.iinfo(np.int64).min)
    days, outside = _checked(days, missing)
    outside["date_out_of_range"] |= faults["date_out_of_range"]
    return days, {"missing_date": missing, "unreadable_date": kinds == _OTHER, **outside}


def read_amounts(values: Values) -> tuple[Floats, Faults]:
    """Amounts (n), NaN where there is none; and the rows whose amount is none that can be, by reason.

    Raises:
        NotANumber: an amount is text.

    """
    array = _array(values)
    if array.dtype.kind in "iuf":
        amounts, wrong = array.astype(np.float64, copy=False), np.zeros(len(array), bool)
    else:
        kinds = _kinds(array, "amount")
        amounts, wrong = _numbers(array, kinds), (kinds != _NUMBER) & (kinds != _EMPTY)
    return amounts, {"unreadable_amount": wrong | np.isinf(amounts)}


def one_day(value: Day, *, dated_1904: bool = False) -> int:
    """A day, given as a date, a time, a serial or ISO text, as days since 1970.

    Raises:
        NotANumber: it is none of these.
        OutOfRange: no such day.

    """
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value)
        except ValueError:
            raise NotANumber(f"{value!r} is not a date; write it as 2025-12-31") from None
    days, faults = read_days([value], dated_1904=dated_1904)
    if faults["date_out_of_range"][0]:
        raise OutOfRange(f"{value} is no date")
    if any(rows[0] for rows in faults.values()):
        raise NotANumber(f"{value!r} is not a date")
    return int(days[0])


def _column(values: Any) -> Any:
    """One column, out of the wrapping of pandas where numpy holds it."""
    column = values.array if isinstance(values, pd.Series | pd.Index) else values
    if getattr(column, "ndim", 1) != 1:
        raise NotANumber("ids, dates and amounts are columns: one value for each order")
    return np.asarray(column) if isinstance(column, pd.arrays.NumpyExtensionArray) else column


def _array(values: Any) -> NDArray[Any]:
    """The column as numbers, datetime64 without a zone, or objects."""
    column = _column(values)
    array: NDArray[Any]
    if isinstance(column, pd.api.extensions.ExtensionArray):
        array = _of_pandas(column)
    else:
        array = column if isinstance(column, np.ndarray) else _of_cells(list(column))
    return array if array.dtype.kind in "iufMO" else array.astype(object)


def _of_pandas(column: Any) -> NDArray[Any]:
    if isinstance(column, pd.arrays.DatetimeArray):
        return np.asarray(column.tz_localize(None))
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        return np.asarray(column.to_numpy(np.float64, na_value=np.nan))
    return np.asarray(column, object)


def _of_cells(cells: list[Any]) -> NDArray[Any]:
    kinds = set(map(type, cells))
    if kinds <= {float}:
        return np.array(cells, np.float64)
    exact = kinds <= {int, float} and all(abs(cell) < _EXACT for cell in cells)
    return np.array(cells) if exact else _objects(cells)


def _objects(cells: Sequence[Any]) -> NDArray[np.object_]:
    array = np.empty(len(cells), object)
    array[:] = cells
    return array


def _labels(found: Any) -> NDArray[Any]:
    """The distinct values of an array of pandas: whole numbers as such, anything else as objects."""
    values = found.tolist()
    return np.array(values) if pd.api.types.is_integer_dtype(found.dtype) else _objects(values)


def _merged(codes: NDArray[np.intp], labels: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Ids that differ in spelling only become one; what is no id becomes -1."""
    if labels.dtype.kind in "iu" or (labels.dtype.kind == "f" and np.isfinite(labels).all()):
        return codes, labels
    if _told_apart(labels):
        return codes, labels
    keys = _keys(labels.tolist())
    places: dict[str, int] = {"": -1}
    new = np.fromiter((places.setdefault(key, len(places) - 1) for key in keys), np.intp, len(keys))
    count = len(places) - 1
    if count == len(labels):
        return codes, labels
    spelled = np.unique(new, return_index=True)[1]
    return np.append(new, -1)[codes], labels[spelled[len(spelled) - count :]]


def _told_apart(labels: NDArray[Any]) -> bool:
    """Whether different spellings are different ids at a glance: ASCII in one case, none of them blank."""
    if not set(map(type, labels)) <= {str} or "" in labels:
        return False
    together = "".join(labels)
    return together.isascii() and together in {together.lower(), together.upper()}


def _keys(labels: list[Any]) -> list[str]:
    """Ids as they are compared, "" for what is none."""
    if set(map(type, labels)) <= {str}:
        together = "\n".join(labels)
        folded = together.casefold().split("\n")
        return folded if len(folded) == len(labels) else [label.casefold() for label in labels]
    return [_key(label) for label in labels]


def _key(label: Any) -> str:
    if isinstance(label, int | np.integer) and abs(int(label)) >= _LONG:
        return str(label)
    cell = plain(label)
    if not isinstance(cell, CellError):
        return text(cell).casefold()
    return "" if isinstance(label, CellError | float) else str(label).casefold()


def _kinds(array: NDArray[np.object_], what: str) -> NDArray[np.int8]:
    """The kind of each cell. Raises NotANumber for text that is not blank."""
    kinds = np.fromiter(map(_KINDS.__getitem__, map(type, array)), np.int8, len(array))
    for row in np.flatnonzero(kinds == _TEXT).tolist():
        if array[row].strip():
            raise NotANumber(f"the {what} in row {row + 1} is text, {array[row]!r}: make real {what}s of the column")
        kinds[row] = _EMPTY
    return kinds


def _numbers(array: NDArray[np.object_], kinds: NDArray[np.int8]) -> Floats:
    """The numbers among cells, NaN elsewhere."""
    result = np.full(len(array), math.nan)
    which = kinds == _NUMBER
    try:
        result[which] = array[which].astype(np.float64)
    except (OverflowError, ValueError):
        raise NotANumber("a number is too large for a sheet") from None
    return result


def _of_serials(serials: Floats, dated_1904: bool) -> tuple[Ints, Faults]:
    first, last, epoch = _SERIALS[dated_1904]
    missing = np.isnan(serials)
    outside = ~missing & ~((serials >= first) & (serials < last + 1))
    days = np.floor(serials)
    if missing.any() or outside.any():
        days[missing | outside] = first
    if not dated_1904:
        days += days < _LEAP_BUG
    return days.astype(np.int64) - epoch, {"missing_date": missing, "date_out_of_range": outside}


def _checked(days: Ints, missing: Mask) -> tuple[Ints, Faults]:
    return days, {"missing_date": missing, "date_out_of_range": ~missing & ((days < _FIRST) | (days > _LAST))}
