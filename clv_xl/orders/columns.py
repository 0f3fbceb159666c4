"""A column of raw cells, taken apart by kind once, so that every parser works on arrays.

Texts are kept as their distinct values with a code for each row: a parser reads each distinct text once, whatever the
number of rows.
"""

from __future__ import annotations

import numbers
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pandas.api.extensions import ExtensionArray

    Cells = NDArray[Any] | ExtensionArray
    """Raw cells of a column: mixed as an object array, else numbers, datetime64 or texts of pandas (NA: no value)."""

EMPTY, TEXT, NUMBER, DAY, OTHER = range(5)

_NO_CUSTOMER = frozenset(
    {
        *("0", "-", "--", "n/a", "na", "n.v.t.", "nvt", "#n/a", "none", "null", "nan", "guest", "guest checkout"),
        *("gast", "gastbestelling", "unknown", "onbekend", "anonymous", "anoniem"),
    }
)
_NO_ORDER = frozenset({"-", "--", "n/a", "#n/a", "none", "null", "nan"})
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WHOLE_NUMBER = re.compile(r"\d+\.0+")


class _Kinds(dict[type, int]):
    """Python type -> kind; a type that is met for the first time is filed under its base."""

    def __missing__(self, kind: type) -> int:
        if issubclass(kind, bool | np.bool_):
            found = OTHER
        elif issubclass(kind, str):
            found = TEXT
        elif issubclass(kind, type(None) | type(pd.NaT)):
            found = EMPTY
        elif issubclass(kind, numbers.Real):
            found = NUMBER
        else:
            found = DAY if issubclass(kind, date) else OTHER
        self[kind] = found
        return found


_KINDS = _Kinds()


_FIRST_DATE = np.datetime64("1900-01-01")
_NO_CODE = np.intp(-1)
_NO_DAY = np.datetime64("NaT", "D")


class Ids(NamedTuple):
    """Names of customers or orders: the place of each row's (n) among the distinct ones (u), -1 where it has none."""

    codes: NDArray[np.intp]
    texts: NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Column:
    """Cells by kind. n rows, u distinct texts.

    kinds    EMPTY, TEXT, NUMBER, DAY (a date or a date with time) or OTHER (booleans, errors, times)   n
    numbers  the numbers, NaN elsewhere                                                                  n
    days     datetime64[D] of the dates, NaT elsewhere                                                   n
    texts    distinct texts, stripped of blanks and of the leading apostrophe that exports add           u
    codes    place of each row's text in `texts`, -1 elsewhere                                           n
    """

    kinds: NDArray[np.int8]
    numbers: NDArray[np.float64]
    days: NDArray[np.datetime64]
    texts: list[str]
    codes: NDArray[np.intp]

    @classmethod
    def read(cls, cells: Cells) -> Column:
        """Sort `cells` by kind; an object array may hold str, float, int, bool, None, date, datetime, anything."""
        if not isinstance(cells, np.ndarray):
            return cls.of_texts(*factorized(cells))
        size = len(cells)
        # Read-only arrays of one value, repeated without taking room.
        numbers, days, codes = (
            np.broadcast_to(np.nan, size),
            np.broadcast_to(_NO_DAY, size),
            np.broadcast_to(_NO_CODE, size),
        )
        if cells.dtype.kind == "M":
            kinds = np.where(cells < _FIRST_DATE, OTHER, DAY).astype(np.int8)  # a time without a day
            kinds[np.isnat(cells)] = EMPTY
            days = np.where(kinds == DAY, cells.astype("datetime64[D]"), _NO_DAY)
            return cls(kinds, numbers, days, [], codes)
        if cells.dtype.kind in "iuf":
            numbers = cells.astype(np.float64, copy=False)
            return cls(np.where(np.isnan(numbers), EMPTY, NUMBER).astype(np.int8), numbers, days, [], codes)
        return cls._of_objects(cells)

    @classmethod
    def of_texts(cls, codes: NDArray[np.intp], raw: list[str]) -> Column:
        """Make a column of texts that `factorized` told apart."""
        size = len(codes)
        codes, texts = _distinct(codes, raw)
        kinds = np.where(codes < 0, EMPTY, TEXT).astype(np.int8)
        kinds[codes == _place("", texts)] = EMPTY
        return cls(kinds, np.broadcast_to(np.nan, size), np.broadcast_to(_NO_DAY, size), texts, codes)

    @classmethod
    def _of_objects(cls, cells: NDArray[np.object_]) -> Column:
        size = len(cells)
        kinds = np.fromiter(map(_KINDS.__getitem__, map(type, cells)), np.int8, size)
        values = np.full(size, np.nan)
        is_number = kinds == NUMBER
        values[is_number] = cells[is_number].astype(np.float64)
        kinds[is_number & np.isnan(values)] = EMPTY

        days = np.full(size, _NO_DAY)
        is_day = kinds == DAY
        days[is_day] = cells[is_day].astype("datetime64[D]")

        is_text = kinds == TEXT
        codes = np.full(size, -1, np.intp)
        places, found = pd.factorize(cells[is_text])
        codes[is_text], texts = _distinct(places, found.tolist())
        kinds[is_text & (codes == _place("", texts))] = EMPTY
        return cls(kinds, values, days, texts, codes)

    def take(self, rows: NDArray[np.intp]) -> Column:
        """Give the column of these rows only."""
        return Column(self.kinds[rows], self.numbers[rows], self.days[rows], self.texts, self.codes[rows])

    def spread(self, of_texts: Sequence[Any] | NDArray[Any], fill: Any) -> NDArray[Any]:
        """Bring values of the distinct texts (u) to the rows (n); `fill` where a row holds no text."""
        known = of_texts if isinstance(of_texts, np.ndarray) else np.array(of_texts, type(fill))
        # The code -1 of a row without text takes the last value.
        return np.append(known, np.array([fill], known.dtype))[self.codes]

    @property
    def empty(self) -> NDArray[np.bool_]:
        """Rows (n) without a value."""
        empty: NDArray[np.bool_] = self.kinds == EMPTY
        return empty

    def customers(self) -> Ids:
        """Give customer ids, missing where empty, an error, 0, guest, n/a and the like.

        12345.0 is "12345", also when written so in text. Capitals tell nobody apart, as in our functions: the first
        spelling stays, but e-mail addresses lose their capitals.
        """
        return self._ids(_NO_CUSTOMER, folded=True)

    def orders(self) -> Ids:
        """Give order ids."""
        return self._ids(_NO_ORDER, folded=False)

    def _ids(self, missing: frozenset[str], *, folded: bool) -> Ids:
        texts = [
            text.partition(".")[0] if ".0" in text and _WHOLE_NUMBER.fullmatch(text) else text for text in self.texts
        ]
        codes = self.codes
        is_number = self.kinds == NUMBER
        if is_number.any():
            places, values = pd.factorize(self.numbers[is_number])
            codes = codes.copy()
            codes[is_number] = len(texts) + places
            texts += [str(int(value)) if value.is_integer() else repr(value) for value in values.tolist()]
        keys = [text.casefold() for text in texts]
        if folded:
            texts = [
                key if "@" in key and _ADDRESS.fullmatch(key) else text for key, text in zip(keys, texts, strict=True)
            ]
        known = np.fromiter((key != "" and key not in missing for key in keys), bool, len(keys))
        names = _objects(texts)
        if not folded and texts == self.texts:
            same, count = np.arange(len(names)), len(names)
        else:
            same, distinct = pd.factorize(_objects(keys) if folded else names)
            count = len(distinct)
        if count < len(names):
            first = np.empty(count, np.intp)
            first[same[::-1]] = np.arange(len(names))[::-1]
            names = names[first]
        same[~known] = -1
        return Ids(np.append(same, -1)[codes], names)


def columns_of(rows: Sequence[Sequence[Any]], width: int) -> list[Cells]:
    """Turn rows, which may differ in length, into columns of objects."""
    columns: list[Cells] = []
    for place in range(width):
        cells = (row[place] if place < len(row) else None for row in rows)
        columns.append(np.fromiter(cells, dtype=object, count=len(rows)))
    return columns


def factorized(cells: ExtensionArray) -> tuple[NDArray[np.intp], list[str]]:
    """Tell texts apart: the place of each (n; -1: no value) among the distinct ones (u), as they stand in the file."""
    codes, found = cells.factorize()
    return codes, np.asarray(found, object).tolist()


def _distinct(codes: NDArray[np.intp], raw: list[str]) -> tuple[NDArray[np.intp], list[str]]:
    """Strip distinct texts, which makes some of them equal."""
    texts = [text.strip().removeprefix("'").strip() for text in raw]
    if texts == raw:
        return codes, texts
    again, distinct = pd.factorize(_objects(texts))
    return np.append(again, -1)[codes], distinct.tolist()


def _place(text: str, texts: list[str]) -> int:
    """Tell where a text stands; -2, which is nobody's code, when it does not occur."""
    return texts.index(text) if text in texts else -2


def _objects(values: Sequence[str]) -> NDArray[np.object_]:
    array = np.empty(len(values), object)
    array[:] = values
    return array
