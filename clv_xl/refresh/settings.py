"""The cells of a workbook that have a name: its inputs, and the results others may look up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clv_xl.calculation import Calculator, Incalculable, UnknownReference
from clv_xl.calculation.places import Key, Places
from clv_xl.cells import serial
from clv_xl.terms import Text
from clv_xl.workbook import address

from .revision import DAYS_TO_1904

if TYPE_CHECKING:
    from clv_xl.cells import Value
    from clv_xl.workbook.cells import Cell

    from .revision import Revision

LAST_DAY = 2_957_003  # 31 December 9999, counted from 1904
_FORMULA = Text(
    "a formula fills this as-of date, so it was not set: the sheets count up to their own",
    "een formule vult deze peildatum, die dus niet gezet is: de bladen tellen tot hun eigen datum",
)
_TEXT = Text(
    "this as-of date holds text, so it was not set: empty the cell, or put a date in it",
    "deze peildatum bevat tekst en is dus niet gezet: maak de cel leeg, of zet er een datum in",
)
_UNREAD = Text(
    "this as-of date is text, or a number that is no day, so it does not count: type it as a date",
    "deze peildatum is tekst, of een getal dat geen dag is, en telt dus niet: typ haar als datum",
)


@dataclass(frozen=True)
class Remark:
    """Something about a cell that a person must know, and that stopped nothing; `sheet` is "" of the whole workbook."""

    sheet: str
    cell: str
    text: Text


# Not imitated: that would take every number format of Excel, and what it cuts off is lost for good.
AS_DISPLAYED = Remark(
    "",
    "",
    Text(
        "this workbook computes with numbers as they are displayed (File > Options > Advanced: Set precision as "
        "displayed), and clv-xl with all their digits: what it wrote may differ by a rounding until Excel recalculates "
        "(Ctrl+Alt+F9)",
        "deze werkmap rekent met getallen zoals ze worden weergegeven (Bestand > Opties > Geavanceerd: Precisie "
        "instellen zoals weergegeven), en clv-xl met al hun cijfers: wat het schreef kan een afronding schelen tot "
        "Excel herberekent (Ctrl+Alt+F9)",
    ),
)


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
        if place.area.size == 1 and place.sheet:
            yield name.casefold(), (place.sheet, place.area.top, place.area.left)


def number(book: Revision, calculator: Calculator, key: Key | None) -> float | None:
    """The number a setting shows; where it cannot be computed here (TODAY), what the file holds for it."""
    value = None if key is None else _shown(book, calculator, key)
    return value if isinstance(value, float) else None


def shown_by(book: Revision, keys: Sequence[Key | None]) -> list[Value]:
    """What cells show when all is computed; where that cannot be done here, what the file holds for them."""
    calculator = Calculator(book)
    return [None if key is None else _shown(book, calculator, key) for key in keys]


def _shown(book: Revision, calculator: Calculator, key: Key) -> Value:
    try:
        return calculator.value(*key)
    except Incalculable:
        cell = book.cells(key[0]).get(key[1:])
        return None if cell is None else cell.value


def set_as_of(book: Revision, day: dt.date, date1904: bool) -> Remark | None:
    """Type the as-of date where the workbook has a cell for it, or tell why that one keeps what it holds."""
    held = None
    for key, cell in _as_of_cells(book):
        why = _FORMULA if cell is not None and cell.formula is not None else _TEXT if _is_text(cell) else None
        if why is None:
            wanted = serial(day) - (DAYS_TO_1904 if date1904 else 0)
            if cell is None or cell.value != wanted:
                book.stamp(key, wanted)
            return None
        held = held or Remark(key[0], address.name(*key[1:]), why)
    return held


def unread_as_of(book: Revision) -> Remark | None:
    """Tell of an as-of date that was typed in such a way that no sheet and no refresh can count with it."""
    for key, cell in _as_of_cells(book):
        if cell is not None and cell.formula is None:
            too_late = isinstance(cell.value, float) and cell.value > LAST_DAY
            if too_late or _is_text(cell):
                return Remark(key[0], address.name(*key[1:]), _UNREAD)
    return None


def _as_of_cells(book: Revision) -> Iterator[tuple[Key, Cell | None]]:
    """The cells for an as-of date: an input of its own first, which a template has, then what may be computed."""
    spots = named_cells(book)
    for key in filter(None, map(spots.get, ("own_as_of", "as_of"))):
        yield key, book.cells(key[0]).get(key[1:])


def _is_text(cell: Cell | None) -> bool:
    return cell is not None and isinstance(cell.value, str) and bool(cell.value.strip())
