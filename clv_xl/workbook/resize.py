"""A table with another body: its cells, its areas and what follows them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from clv_xl.errors import CellRefused
from clv_xl.workbook.address import LAST_ROW, Area, area, name
from clv_xl.workbook.cell_xml import Gone, Styled
from clv_xl.workbook.guards import pivots

if TYPE_CHECKING:
    from clv_xl.workbook.book import Book
    from clv_xl.workbook.sheet_xml import SheetXml
    from clv_xl.workbook.splice import Rows
    from clv_xl.workbook.tables import Table
    from clv_xl.workbook.values import Value

_REF = re.compile(rb"""(\sref\s*=\s*["'])([^"']*)""")
# Marks a table whose only row waits for its first entry.
_WAITING = re.compile(rb"""\sinsertRow\s*=\s*["'][^"']*["']""")


class Resize:
    """The body of a table replaced by other rows, which may be more or fewer."""

    def __init__(self, book: Book, table: Table, rows: Sequence[Sequence[Value]]) -> None:
        self._book = book
        self.table = table
        # A table always has a body, if only of blank cells.
        self._rows = rows or [[None] * len(table.columns)]
        top = table.area.top + table.header_rows
        self.old = table.body or table.area._replace(top=top, bottom=top)
        self.new = self.old._replace(bottom=top + len(self._rows) - 1)
        if table.totals_rows:
            raise self._refusal("it has a totals row: switch that off in Excel (Table Design)")
        if table.calculated_columns:
            columns = ", ".join(table.calculated_columns)
            raise self._refusal(f"it has calculated columns ({columns}): move them out of the table")
        if any(len(row) != table.area.columns for row in self._rows):
            raise self._refusal(f"a row does not have its {table.area.columns} columns: give one value for each")
        if self.new.bottom > LAST_ROW:
            raise self._refusal(f"{len(self._rows):,} rows do not fit on the sheet: split them")

    def edits(self, xml: SheetXml) -> Rows:
        """Give the edits of its cells; refuse when something is in the way."""
        self._check(xml)
        styles = xml.styles(self.old.top)
        first, last = self.old.left, self.old.right
        edits: Rows = {
            row: {column: Styled(value, styles.get(column)) for column, value in enumerate(values, first)}
            for row, values in enumerate(self._rows, self.new.top)
        }
        if self.new.bottom < self.old.bottom:
            gone = Gone(xml.implied)
            for row in range(self.new.bottom + 1, self.old.bottom + 1):
                edits[row] = dict.fromkeys(range(first, last + 1), gone)
        return edits

    def part(self) -> bytes:
        """Give the part of the table with its areas moved."""
        data = self._book.package.read(self.table.part)
        data = _REF.sub(lambda match: match[1] + self.moved(match[2]), data)
        return _WAITING.sub(b"", data)

    def moved(self, areas: bytes) -> bytes:
        """Let each area that spans the old rows of the table span the new ones."""
        if self.old == self.new:
            return areas
        return b" ".join(self._moved(text) for text in areas.split(b" "))

    def _moved(self, text: bytes) -> bytes:
        try:
            box = area(text.decode())
        except CellRefused:
            return text
        spans = box.bottom == self.old.bottom and box.top in (self.old.top, self.table.area.top)
        if spans and self.old.left <= box.left and box.right <= self.old.right:
            return str(box._replace(bottom=self.new.bottom)).encode()
        return text

    def _check(self, xml: SheetXml) -> None:
        both = self.old._replace(bottom=max(self.old.bottom, self.new.bottom))
        sheet = self._book.sheet(self.table.sheet)
        obstacles = [(box, "merged cells") for box in xml.merged]
        obstacles += [(box, "an array formula or data table") for box, _ in xml.spans.values()]
        obstacles += [(box, "a pivot table") for box in pivots(self._book, sheet)]
        obstacles += [
            (other.area, f"table {other.name}")
            for other in self._book.tables.values()
            if other.sheet == sheet.name and other != self.table
        ]
        for box, what in obstacles:
            if box.meets(both):
                raise self._refusal(f"{what} in {box} stands in the way: move it")
        if self.new.bottom > self.old.bottom:
            below = Area(self.old.bottom + 1, self.old.left, self.new.bottom, self.old.right)
            if found := xml.first_filled(below):
                raise self._refusal(f"it would grow over {sheet.name}!{name(*found)}, which is not empty: move that")

    def _refusal(self, why: str) -> CellRefused:
        return CellRefused(f"Table {self.table.name} cannot be filled: {why}.")
