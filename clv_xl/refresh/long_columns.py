"""The columns of very many orders, as a calculator reads them: whole, and without a cell for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from itertools import chain, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clv_xl.calculation.cell_columns import column_of
from clv_xl.calculation.places import Place
from clv_xl.cells import plain, serial
from clv_xl.columns import ColumnRange
from clv_xl.errors import OrdersError, WorkbookError
from clv_xl.orders.tables import RawTable, read_area
from clv_xl.workbook import Formula
from clv_xl.workbook.address import LAST_ROW
from clv_xl.workbook.cells import Cell
from clv_xl.workbook.formula_search import has_formulas
from clv_xl.workbook.survey import Survey, Wanted, sheet_chunks

if TYPE_CHECKING:
    from clv_xl.cells import Range, Value
    from clv_xl.orders.columns import Cells
    from clv_xl.workbook import Book
    from clv_xl.workbook.address import Area
    from clv_xl.workbook.tables import Table

    from .finding import Found

Spot = tuple[int, int]

_MANY = 5_000  # rows from which on it pays to look whether their sheet holds formulas


@dataclass(frozen=True)
class LongColumns:
    """Raw orders that stand in `place`, without any formula; others may stand above them."""

    raw: RawTable
    place: Place
    _known: dict[Place, Range] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Book, found: Found | None) -> LongColumns | None:
        """The orders of a workbook when they are many and nothing on their sheet is computed but above them."""
        if found is None or len(found.raw) < _MANY or found.raw.date1904 or _computed(book, found.place):
            return None
        return cls(found.raw, found.place)

    @classmethod
    def of_table(cls, book: Book, table: Table) -> LongColumns | None:
        """Likewise the rows of a table; None where blanks cannot be told from blank texts."""
        body = table.body
        if body is None or body.rows < _MANY or book.date1904 or find_spec("fastexcel") is None:
            return None
        place = Place(table.sheet, body)
        if _computed(book, place):
            return None
        try:
            raw = read_area(book.path, table.sheet, body, table.columns, date1904=False)
        except OrdersError:  # what the fast readers cannot read, our own may
            return None
        blanks = any(column.dtype == object and "" in column.tolist() for column in raw.columns)
        return None if blanks else cls(raw, place)

    @classmethod
    def of_rows(cls, rows: Sequence[Sequence[Any]], place: Place) -> LongColumns | None:
        """Rows that will stand in a place, when they are many and none of their values is computed."""
        if len(rows) < _MANY:
            return None
        columns = [_column([row[number] for row in rows]) for number in range(place.area.columns)]
        known = [column for column in columns if column is not None]
        if len(known) < len(columns):
            return None
        return cls(RawTable(None, known, place.sheet, place.area.top, ""), place)

    def column(self, place: Place) -> Range | None:
        """The cells of one column or part of it; None for other areas, and where kinds of cells are mixed."""
        if place not in self._known:
            box, inside = place.area, self.place.area
            meets = place.sheet == self.place.sheet and inside.left <= box.left == box.right <= inside.right
            if not meets or box.top < inside.top or box.bottom > inside.bottom:
                return None
            rows = slice(box.top - inside.top, box.bottom - inside.top + 1)
            cells = self._range(box.left - inside.left, rows)
            if cells is None:
                return None
            self._known[place] = cells
        return self._known[place]

    def rows(self) -> list[list[Value]]:
        """All rows, as their cells hold them."""
        columns = ([plain(cell) for cell in column.tolist()] for column in self.raw.columns)
        return [list(row) for row in zip(*columns, strict=True)]

    def _range(self, number: int, rows: slice) -> Range | None:
        texts = self.raw.texts(number)
        if texts is not None:
            return ColumnRange(texts[0][rows], texts[1])
        cells: Any = self.raw.columns[number][rows]
        return ColumnRange(cells.astype(np.float64, copy=False)) if cells.dtype.kind in "iuf" else None


class LongCells(Mapping[Spot, Cell]):
    """The cells of a sheet of which most are those of long columns, each made when it is asked for."""

    def __init__(self, columns: LongColumns, beside: Mapping[Spot, Cell]) -> None:
        self.columns, self.beside = columns, beside

    def __getitem__(self, spot: Spot) -> Cell:
        if not (area := self.columns.place.area).covers(*spot):
            return self.beside[spot]
        value = self.columns.raw.columns[spot[1] - area.left][spot[0] - area.top]
        return Cell(plain(value))

    def __iter__(self) -> Iterator[Spot]:
        area = self.columns.place.area
        rows, columns = range(area.top, area.bottom + 1), range(area.left, area.right + 1)
        return chain(self.beside, product(rows, columns))

    def __len__(self) -> int:
        return len(self.beside) + self.columns.place.area.size

    def with_beside(self, beside: Mapping[Spot, Cell]) -> LongCells:
        """The same columns with other cells beside them."""
        return LongCells(self.columns, beside)

    def frees(self, area: Area) -> bool:
        """Whether `beside` holds all cells of an area."""
        return not self.columns.place.area.meets(area)


class Sheet:
    """The sheet of a file that holds long columns, read when it is asked for."""

    def __init__(self, book: Book, name: str) -> None:
        self._book, self._name = book, name

    @cached_property
    def cells(self) -> Mapping[Spot, Cell]:
        """All its cells, those of the columns included."""
        return self._book.cells(self._name)

    @cached_property
    def last(self) -> int:
        """The number of its last row, told without reading cells."""
        part = self._book.sheet(self._name).part
        try:
            return Survey(sheet_chunks(self._book.package, part), part, Wanted()).last
        except WorkbookError:  # of an unusual form
            return LAST_ROW


class StoredCells(LongCells):
    """The cells of the sheet of a file: `beside` has those above long columns, and all others are read when asked."""

    def __init__(self, columns: LongColumns, beside: Mapping[Spot, Cell], sheet: Sheet) -> None:
        super().__init__(columns, beside)
        self._sheet = sheet

    @classmethod
    def of(cls, book: Book, columns: LongColumns) -> StoredCells:
        """The cells of a sheet with columns that are long."""
        return cls(columns, _above(book, columns.place), Sheet(book, columns.place.sheet))

    def __getitem__(self, spot: Spot) -> Cell:
        if self._is_above(spot):
            return self.beside[spot]
        if spot[0] > self.columns.place.area.bottom and spot[0] > self._sheet.last:
            raise KeyError(spot)
        return self._sheet.cells[spot]

    def __iter__(self) -> Iterator[Spot]:
        return chain(self.beside, (spot for spot in self._sheet.cells if not self._is_above(spot)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def with_beside(self, beside: Mapping[Spot, Cell]) -> StoredCells:
        """The same columns with other cells above them."""
        return StoredCells(self.columns, beside, self._sheet)

    def frees(self, area: Area) -> bool:
        """Whether an area lies above the columns."""
        return area.bottom < self.columns.place.area.top

    def refilled(self, place: Place, rows: Sequence[Sequence[Any]]) -> RefilledCells | None:
        """The cells once other rows stand in the columns and fill `place`; None where cells are needed for that."""
        columns = LongColumns.of_rows(rows, place)
        return None if columns is None else RefilledCells(columns, self.beside, self._sheet, self.columns.place.area)

    def _is_above(self, spot: Spot) -> bool:
        return spot[0] < self.columns.place.area.top


class RefilledCells(StoredCells):
    """The cells of the sheet of a file of which long columns, those in the area `old`, have other rows."""

    def __init__(self, columns: LongColumns, beside: Mapping[Spot, Cell], sheet: Sheet, old: Area) -> None:
        super().__init__(columns, beside, sheet)
        self._old = old

    def __getitem__(self, spot: Spot) -> Cell:
        if self.columns.place.area.covers(*spot):
            return LongCells.__getitem__(self, spot)
        if self._old.covers(*spot):
            raise KeyError(spot)
        return super().__getitem__(spot)

    def __iter__(self) -> Iterator[Spot]:
        new = self.columns.place
        stored = (spot for spot in super().__iter__() if not (self._old.covers(*spot) or new.area.covers(*spot)))
        return chain(stored, (spot[1:] for spot in new.positions()))

    def with_beside(self, beside: Mapping[Spot, Cell]) -> RefilledCells:
        """The same columns with other cells above them."""
        return RefilledCells(self.columns, beside, self._sheet, self._old)


def parted(cells: Mapping[Spot, Cell], *areas: Area) -> tuple[LongCells | None, Mapping[Spot, Cell]]:
    """Cells with long columns and what stands beside those; all as cells where an area lies over the columns."""
    if isinstance(cells, LongCells) and all(cells.frees(area) for area in areas):
        return cells, cells.beside
    return None, cells


def joined(long: LongCells | None, beside: Mapping[Spot, Cell]) -> Mapping[Spot, Cell]:
    """The cells of a sheet of which the long columns are as they were, if it has any."""
    return beside if long is None else long.with_beside(beside)


def column_at(cells: Mapping[Spot, Cell], area: Area) -> Range | None:
    """The cells of one column; None where a formula stands among them, or where kinds of values are mixed."""
    found = [cells.get((row, area.left)) for row in range(area.top, area.bottom + 1)]
    if any(cell is not None and cell.formula is not None for cell in found):
        return None
    return column_of([None if cell is None else cell.value for cell in found])


def _computed(book: Book, place: Place) -> bool:
    """Whether a sheet holds formulas but above a place."""
    above = sum(cell.formula is not None for cell in _above(book, place).values())
    return has_formulas(book.package.chunks(book.sheet(place.sheet).part), beyond=above)


def _above(book: Book, place: Place) -> dict[Spot, Cell]:
    """The cells of the rows above a place."""
    top = place.area.top
    cells = book.cells(place.sheet, last=top - 1) if top > 1 else {}
    return {spot: cell for spot, cell in cells.items() if spot[0] < top}


def _column(values: Sequence[Any]) -> Cells | None:
    """A column as `RawTable` has it, but for days, which are numbers; None where a value is computed."""
    kinds = set(map(type, values)) - {type(None)}
    if Formula in kinds:
        return None
    if kinds == {str}:
        return pd.array(values, dtype=pd.StringDtype("python"))
    if kinds == {dt.date}:
        codes, days = pd.factorize(np.array(values, object))
        return np.append([serial(day) for day in days], np.nan)[codes]
    cells = np.array([plain(value) for value in values], object)
    return cells.astype(float) if all(type(cell) is float or cell is None for cell in cells) else cells
