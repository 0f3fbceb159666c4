"""The cells of a workbook as they will be when a patch is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from clv_xl.workbook.address import Area, Position, parse
from clv_xl.workbook.values import Cached, Formula, Frozen, Plain, Value, plain

if TYPE_CHECKING:
    from clv_xl.workbook.book import Book
    from clv_xl.workbook.resize import Resize

Edits = Mapping[str, Mapping[str, Value | Cached | Formula | Frozen]]


class Afterwards:
    """Looks through edits and new rows of tables at what stands below them."""

    def __init__(self, book: Book, edits: Edits, resizes: Sequence[Resize]) -> None:
        self._book, self._resizes = book, resizes
        self._edits = {
            (book.sheet(sheet).name, *parse(address)): edit
            for sheet, cells in edits.items()
            for address, edit in cells.items()
            if not isinstance(edit, Frozen)
        }

    def values(self, sheet: str, area: Area) -> list[list[Plain]]:
        """Give the rows of an area."""
        columns = range(area.left, area.right + 1)
        return [[self._value(sheet, (row, column)) for column in columns] for row in range(area.top, area.bottom + 1)]

    def _value(self, sheet: str, place: Position) -> Plain:
        for resize in self._resizes:
            table, (row, column) = resize.table, place
            if table.sheet == sheet and table.area.left <= column <= table.area.right:
                if table.header_rows and row == table.area.top:
                    return table.columns[column - table.area.left]
                if resize.new.top <= row <= resize.new.bottom:
                    return self._plain(resize.value(row, column))
        edit = self._edits.get((sheet, *place), self)
        if edit is not self:
            return self._plain(edit)
        cell = self._book.cells(sheet).get(place)
        return None if cell is None else cell.value

    def _plain(self, edit: object) -> Plain:
        value = edit.value if isinstance(edit, Cached | Formula) else edit
        while isinstance(value, Sequence) and not isinstance(value, str):
            value = value[0]
        return plain(value, self._book.date1904)
