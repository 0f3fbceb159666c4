"""A column of raw cells, taken apart by kind once, so that every parser works on arrays.

Texts are kept as their distinct values with a code for each row: a parser reads each distinct text once, whatever the
number of rows.
"""

from __future__ import annotations

import numbers
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Cells = NDArray[np.object_]

EMPTY, TEXT, NUMBER, DAY, OTHER = range(5)

_NO_CUSTOMER = frozenset(
    {
        *("0", "-", "--", "n/a", "na", "n.v.t.", "nvt", "#n/a", "none", "null", "nan", "guest", "guest checkout"),
        *("gast", "gastbestelling", "unknown", "onbekend", "anonymous", "anoniem"),
    }
)
_NO_ORDER = frozenset({"-", "--", "n/a", "#n/a", "none", "null", "nan"})
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
        """Sort `cells` (object array: str, float, int, bool, None, date, datetime, anything) by kind."""
        size = len(cells)
        kinds = np.fromiter(map(_KINDS.__getitem__, map(type, cells)), np.int8, size)
        values = np.full(size, np.nan)
        is_number = kinds == NUMBER
        values[is_number] = cells[is_number].astype(np.float64)
        kinds[is_number & np.isnan(values)] = EMPTY

        days = np.full(size, np.datetime64("NaT"), "datetime64[D]")
        is_day = kinds == DAY
        days[is_day] = cells[is_day].astype("datetime64[D]")

        is_text = kinds == TEXT
        raw_codes, raw_texts = pd.factorize(cells[is_text])
        stripped = np.empty(len(raw_texts), object)
        stripped[:] = [text.strip().removeprefix("'").strip() for text in raw_texts]
        again, texts = pd.factorize(stripped)
        codes = np.full(size, -1, np.intp)
        codes[is_text] = again[raw_codes]
        blank = np.fromiter((text == "" for text in texts), bool, len(texts))
        column = cls(kinds, values, days, [str(text) for text in texts], codes)
        kinds[column.spread(blank, fill=False)] = EMPTY
        return column

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

    def customers(self) -> NDArray[np.object_]:
        """Give customer ids as text (n), "" where missing: empty, an error, 0, guest, n/a and the like.

        12345.0 is "12345", also when written so in text. Capitals tell nobody apart, as in our functions: the first
        spelling stays, but e-mail addresses lose their capitals.
        """
        spelled: dict[str, str] = {}
        ids = (_identity(text.casefold() if "@" in text else text) for text in self.texts)
        return self._ids(_NO_CUSTOMER, [spelled.setdefault(text.casefold(), text) for text in ids])

    def orders(self) -> NDArray[np.object_]:
        """Give order ids as text (n), "" where missing."""
        return self._ids(_NO_ORDER, [_identity(text) for text in self.texts])

    def words(self) -> NDArray[np.object_]:
        """Give the texts (n) as they stand, "" elsewhere."""
        return self.spread(_objects(self.texts), "")

    def _ids(self, missing: frozenset[str], texts: list[str]) -> NDArray[np.object_]:
        ids = self.spread(_objects(["" if text.casefold() in missing else text for text in texts]), "")
        is_number = self.kinds == NUMBER
        codes, distinct = pd.factorize(self.numbers[is_number])
        shown = [str(int(value)) if value.is_integer() else repr(value) for value in distinct.tolist()]
        ids[is_number] = _objects(["" if text in missing else text for text in shown])[codes]
        return ids


def _identity(text: str) -> str:
    return text.partition(".")[0] if _WHOLE_NUMBER.fullmatch(text) else text


def _objects(values: Sequence[str]) -> NDArray[np.object_]:
    array = np.empty(len(values), object)
    array[:] = values
    return array
