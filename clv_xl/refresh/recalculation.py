"""Which formula cells change, to what, and which of them cannot be computed here.

A call of our functions is always computed. An ordinary formula is computed only when it depends on what changed and
this package reproduces, from the values in the file, the value that the file holds for it, if it holds one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clv_xl.calculation import Calculator, Incalculable
from clv_xl.calculation.library import Result, rows_of
from clv_xl.calculation.places import Place
from clv_xl.terms import Text
from clv_xl.workbook import address

if TYPE_CHECKING:
    from clv_xl.calculation.calculator import Key
    from clv_xl.cells import Value
    from clv_xl.workbook.cells import Cell

    from .revision import Revision

UNREPRODUCED = Text(
    "computed here it does not give the value the file holds", "hier berekend geeft hij niet de waarde in het bestand"
)
_SAME = 1e-12  # relative; the last digits differ between programs that add in another order


@dataclass(frozen=True)
class Change:
    """A cell that shows something else now; `after` is rows where a formula spills."""

    sheet: str
    cell: str
    before: Value
    after: Result


@dataclass(frozen=True)
class Stale:
    """A cell that keeps its old value although what it reads changed, and why."""

    sheet: str
    cell: str
    reason: Text


def recalculate(
    before: Revision, after: Revision, touched: Sequence[Place], *, blanks: bool = False
) -> tuple[list[Change], list[Stale]]:
    """The formula cells that change between the file and its revision, in which the places `touched` changed.

    `blanks` computes every formula that holds no value, as openpyxl leaves them; else those that depend on a change.
    """
    stored = Calculator(before, compute=lambda _: False)
    formulas = dict(_formulas(after))
    ours = {
        key
        for key, cell in formulas.items()
        if stored.calls_ours(cell.formula or "", key[0]) or (blanks and cell.value is None)
    }
    reach = _Reach(touched)
    affected = ours | reach.dependents(after, {key: cell for key, cell in formulas.items() if key not in ours}, ours)

    live: set[Key] = set()
    doubts: dict[Key, Text] = {}
    for key in (key for key in formulas if key in affected):
        unprotected = key in ours or formulas[key].value is None
        reason = _doubt(stored, key, formulas[key], trusted=unprotected)
        if reason:
            doubts[key] = reason
        else:
            live.add(key)
    calculator = Calculator(after, compute=live.__contains__)
    changes, spots = [], []
    for key in (key for key in formulas if key in live):
        cell = formulas[key]
        try:
            rows = _in_range(calculator.result(*key), cell)
        except Incalculable as error:
            doubts[key] = error.text
            continue
        if not all(_same(new, old) for new, old in zip(_flat(rows), _shown(after, key, cell), strict=True)):
            new = rows if cell.array is not None else rows[0][0]
            changes.append(Change(key[0], address.name(key[1], key[2]), cell.value, new))
            spots.append(key)
    reached = _Reach(touched).dependents(after, {key: formulas[key] for key in doubts}, spots) if doubts else set()
    stale = [
        Stale(key[0], address.name(key[1], key[2]), reason)
        for key, reason in doubts.items()
        if key in ours or key in reached
    ]
    return changes, stale


def _in_range(result: Result, cell: Cell) -> list[list[Value]]:
    """A result in the shape of the cells it fills; a single value fills an old-style array throughout."""
    rows = rows_of(result)
    height, width = (1, 1) if cell.array is None else (cell.array.rows, cell.array.columns)
    if (len(rows), len(rows[0])) == (height, width):
        return rows
    if len(rows) == len(rows[0]) == 1:
        return [[rows[0][0]] * width for _ in range(height)]
    sizes = f"{len(rows)} x {len(rows[0])}", f"{height} x {width}"
    raise Incalculable(
        "its result is {} cells now, its range {}".format(*sizes),
        "de uitkomst is nu {} cellen, het bereik {}".format(*sizes),
    )


def _formulas(book: Revision) -> Iterator[tuple[Key, Cell]]:
    for sheet in book.sheets:
        for (row, column), cell in book.cells(sheet).items():
            if cell.formula is not None:
                yield (sheet, row, column), cell


def _doubt(stored: Calculator, key: Key, cell: Cell, *, trusted: bool) -> Text | None:
    """Why a formula is not computed here; None when it is."""
    try:
        result = stored.evaluate(cell.formula or "", key[0], key[1])
    except Incalculable as error:
        return error.text
    if trusted or _same(rows_of(result)[0][0], cell.value):
        return None
    return UNREPRODUCED


def _shown(book: Revision, key: Key, cell: Cell) -> list[Value]:
    """What the cells of a formula hold in the file."""
    if cell.array is None:
        return [cell.value]
    cells = book.cells(key[0])
    spots = Place(key[0], cell.array).positions()
    return [found.value if (found := cells.get((row, column))) else None for _, row, column in spots]


def _flat(rows: list[list[Value]]) -> list[Value]:
    return [value for row in rows for value in row]


def _same(new: Value, old: Value) -> bool:
    if new is None:
        new = 0.0  # a formula that gives a blank shows 0
    if new == "" and old is None:
        return True  # XlsxWriter and others store an empty text as no value
    if isinstance(new, float) and isinstance(old, float):
        return math.isclose(new, old, rel_tol=_SAME, abs_tol=1e-15)
    return (type(new) is type(old) and new == old) or (hasattr(new, "cell") and new == old)


class _Reach:
    """The cells that depend on touched places, near and far."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._areas: list[Place] = []
        self._cells: dict[str, set[tuple[int, int]]] = {}
        for place in places:
            self._touch(place)

    def dependents(self, book: Revision, formulas: dict[Key, Cell], sources: Iterable[Key]) -> set[Key]:
        """The keys of `formulas` that read a touched place or one of `sources`, directly or through each other."""
        for sheet, row, column in sources:
            self._touch(_spot(book, sheet, row, column))
        reader = Calculator(book)
        reads = {key: list(reader.reads(cell.formula or "", key[0], key[1])) for key, cell in formulas.items()}
        found: set[Key] = set()
        while True:
            new = {key for key, places in reads.items() if key not in found and any(map(self._meets, places))}
            if not new:
                return found
            found |= new
            for key in new:
                self._touch(_spot(book, *key))

    def _touch(self, place: Place) -> None:
        if place.area.rows * place.area.columns == 1:
            self._cells.setdefault(place.sheet, set()).add((place.area.top, place.area.left))
        else:
            self._areas.append(place)

    def _meets(self, place: Place) -> bool:
        top, left, bottom, right = place.area
        spots = self._cells.get(place.sheet, set())
        if any(top <= row <= bottom and left <= column <= right for row, column in spots):
            return True
        return any(
            other.sheet == place.sheet
            and other.area.top <= bottom
            and other.area.bottom >= top
            and other.area.left <= right
            and other.area.right >= left
            for other in self._areas
        )


def _spot(book: Revision, sheet: str, row: int, column: int) -> Place:
    """The cells a formula fills: its own, or all it spills into."""
    cell = book.cells(sheet)[row, column]
    return Place(sheet, cell.array or address.Area(row, column, row, column))
