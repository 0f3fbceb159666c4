"""A workbook as it will be: the file, with new rows in a table and new constants, before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from clv_xl.cells import plain
from clv_xl.workbook.cells import Cell

if TYPE_CHECKING:
    from clv_xl.calculation.calculator import Key
    from clv_xl.cells import Value
    from clv_xl.workbook.book import Book
    from clv_xl.workbook.tables import Table


DAYS_TO_1904 = 1462


class Revision:
    """What a calculator reads: `book` with `body` in place of a table's rows and `constants` in its cells."""

    def __init__(self, book: Book, table: Table | None = None, body: Sequence[Sequence[Any]] = ()) -> None:
        self._book = book
        self._cells: dict[str, dict[tuple[int, int], Cell]] = {}
        self.sheets: Mapping[str, Any] = book.sheets
        self.names: Mapping[str, str] = book.names
        self.local_names: Mapping[tuple[str, str], str] = book.local_names
        self.tables: Mapping[str, Table] = book.tables
        self.constants: dict[Key, Value] = {}
        if table is not None:
            self._refill(table, body)

    def cells(self, sheet: str) -> Mapping[tuple[int, int], Cell]:
        """The cells of a sheet, new ones included; a sheet that holds none (a chart sheet) is empty."""
        if sheet not in self._cells:
            self._cells[sheet] = self._book.cells(sheet) if self._book.sheets[sheet].kind == "worksheet" else {}
        return self._cells[sheet]

    def stamp(self, key: Key, value: Value) -> None:
        """Put a constant in a cell."""
        sheet, *position = key
        self._cells[sheet] = {**self.cells(sheet), (position[0], position[1]): Cell(value, None, None, 0)}
        self.constants[key] = value

    def _plain(self, value: Any) -> Value:
        number = plain(value)
        if isinstance(value, dt.date) and isinstance(number, float) and self._book.date1904:
            return number - DAYS_TO_1904
        return number

    def _refill(self, table: Table, body: Sequence[Sequence[Any]]) -> None:
        top, left = table.area.top + table.header_rows, table.area.left
        old = table.area._replace(top=top)
        kept = {
            (row, column): cell
            for (row, column), cell in self._book.cells(table.sheet).items()
            if not (old.top <= row <= old.bottom and old.left <= column <= old.right)
        }
        new = {
            (top + row, left + column): Cell(self._plain(value), None, None, 0)
            for row, values in enumerate(body)
            for column, value in enumerate(values)
        }
        self._cells[table.sheet] = kept | new
        area = table.area._replace(bottom=max(top, top + len(body) - 1))
        self.tables = {**self.tables, table.name: replace(table, area=area)}
