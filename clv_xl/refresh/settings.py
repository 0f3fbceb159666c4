"""The cells of a workbook that have a name: its inputs, and the results others may look up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clv_xl.calculation import Calculator, Incalculable, UnknownReference
from clv_xl.calculation.places import Key, Places
from clv_xl.cells import serial

from .revision import DAYS_TO_1904

if TYPE_CHECKING:
    from clv_xl.cells import Value

    from .revision import Revision


def named_cells(book: Revision) -> dict[str, Key]:
    """The names of the workbook that mean one cell, in lower case."""
    return dict(_named_cells(book))


def _named_cells(book: Revision) -> Iterator[tuple[str, Key]]:
    places = Places(book)
    for name, text in book.names.items():
        try:
            place = places.find(text.removeprefix("="), "", 1)
        except (UnknownReference, KeyError):
            continue
        if place.area.rows * place.area.columns == 1 and place.sheet:
            yield name.casefold(), (place.sheet, place.area.top, place.area.left)


def number(book: Revision, calculator: Calculator, key: Key | None) -> float | None:
    """The number a setting shows; where it cannot be computed here (TODAY), what the file holds for it."""
    try:
        value: Value = None if key is None else calculator.value(*key)
    except Incalculable:
        cell = None if key is None else book.cells(key[0]).get(key[1:])
        value = None if cell is None else cell.value
    return value if isinstance(value, float) else None


def set_as_of(book: Revision, day: dt.date, date1904: bool) -> None:
    """Type the as-of date where the workbook has a cell for it: named own_as_of, or as_of when no formula fills it."""
    spots = named_cells(book)
    for key in filter(None, map(spots.get, ("own_as_of", "as_of"))):
        cell = book.cells(key[0]).get(key[1:])
        if cell is None or cell.formula is None:
            wanted = serial(day) - (DAYS_TO_1904 if date1904 else 0)
            if cell is None or cell.value != wanted:
                book.stamp(key, wanted)
            return
