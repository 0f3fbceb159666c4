"""Edits of cells, spliced into the bytes of their rows."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from clv_xl.workbook.address import Area
from clv_xl.workbook.cell_xml import attributes

if TYPE_CHECKING:
    from clv_xl.workbook.address import Position
    from clv_xl.workbook.cell_xml import CellXml, Edit
    from clv_xl.workbook.sheet_xml import Row, SheetXml

Rows = dict[int, dict[int, "Edit"]]

_SPANS = re.compile(rb"""\sspans\s*=\s*["'](\d+):(\d+)["']""")
# A row that says no more than this is not missed once it is empty.
_PLAIN_ROW = {b"r", b"spans", b"x14ac:dyDescent"}


class Splice:
    """Writes edits into one sheet; rows and cells that are new go to their place in the order."""

    def __init__(self, sheet: SheetXml, cells: CellXml) -> None:
        self._sheet = sheet
        self._cells = cells
        self._tag = b"<%sc" % sheet.prefix
        self._row_tag = b"%srow" % sheet.prefix
        self._written: list[Position] = []
        self._emptied: set[int] = set()

    def write(self, edits: Rows) -> None:
        """Make the edits, and let the dimension of the sheet follow."""
        pending = deque(sorted(edits))
        for row in self._sheet.rows:
            fresh = b""
            while pending and pending[0] < row.number:
                number = pending.popleft()
                fresh += self._new_row(number, edits[number])
            self._sheet.change(row.start, row.start, fresh)
            if pending and pending[0] == row.number:
                self._edit_row(row, edits[pending.popleft()])
            if not pending:
                break
        self._sheet.append_rows(b"".join(self._new_row(number, edits[number]) for number in pending))
        self._set_dimension()

    def _put(self, row: int, column: int, old: re.Match[bytes] | None, edit: Edit) -> bytes:
        new = self._cells.rewritten(row, column, old, edit)
        if new and old is None:
            self._written.append((row, column))
        return new

    def _new_row(self, number: int, edits: dict[int, Edit]) -> bytes:
        cells = b"".join(self._put(number, column, None, edits[column]) for column in sorted(edits))
        return b'<%s r="%d">%s</%s>' % (self._row_tag, number, cells, self._row_tag) if cells else b""

    def _edit_row(self, row: Row, edits: dict[int, Edit]) -> None:
        data, at = self._sheet.data, row.opened
        pending = deque(sorted(edits))
        out: list[bytes] = []
        for column, old in self._sheet.cells(row):
            if not pending:
                break
            out.append(data[at : old.start()])
            while pending and pending[0] < column:
                out.append(self._put(row.number, pending[0], None, edits[pending.popleft()]))
            if pending and pending[0] == column:
                out.append(self._put(row.number, column, old, edits[pending.popleft()]))
            else:
                out.append(old[0])
            at = old.end()
        out += [self._put(row.number, column, None, edits[column]) for column in pending]
        out.append(data[at : row.closing])
        inner = b"".join(out)
        if inner == data[row.opened : row.closing]:
            return
        if self._tag not in inner:
            self._emptied.add(row.number)
            if not inner.strip() and self._dispensable(row):
                self._sheet.change(row.start, row.end, b"")
                return
        tag = self._fitting(data[row.start : row.opened], edits)
        closing = data[row.closing : row.end]
        if not closing:
            tag, closing = tag.removesuffix(b"/>").rstrip() + b">", b"</%s>" % self._row_tag
        self._sheet.change(row.start, row.end, tag + inner + closing)

    def _dispensable(self, row: Row) -> bool:
        tag = attributes(self._sheet.data[row.start : row.opened])
        return set(tag) <= _PLAIN_ROW and not self._sheet.implied

    def _fitting(self, tag: bytes, edits: dict[int, Edit]) -> bytes:
        """Take the spans off a row that they no longer cover; they are only a hint."""
        spans = _SPANS.search(tag)
        if spans and (min(edits) < int(spans[1]) or max(edits) > int(spans[2])):
            return tag[: spans.start()] + tag[spans.end() :]
        return tag

    def _set_dimension(self) -> None:
        if self._sheet.dimension is None or not (self._written or self._emptied):
            return
        used, start, end = self._sheet.dimension
        rows = [used.top, used.bottom]
        if used.bottom in self._emptied:
            rows[1] = max(self._last_filled(), used.top)
        rows += [row for row, _ in self._written]
        columns = [used.left, used.right, *(column for _, column in self._written)]
        area = Area(min(rows), min(columns), max(rows), max(columns))
        if area != used:
            self._sheet.change(start, end, str(area).encode())

    def _last_filled(self) -> int:
        """Find the last of the old rows that still has cells."""
        for row in reversed(self._sheet.rows):
            if row.number not in self._emptied and self._sheet.data.find(self._tag, row.opened, row.closing) >= 0:
                return row.number
        return 1
