"""Edits of cells, spliced into the bytes of their rows."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from clv_xl.workbook.cell_xml import Gone, attributes
from clv_xl.workbook.rewriting import Change
from clv_xl.workbook.row_xml import RowXml, TableRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clv_xl.workbook.address import Position
    from clv_xl.workbook.cell_xml import CellXml, Edit
    from clv_xl.workbook.rows import Row
    from clv_xl.workbook.survey import Survey

RowEdits = tuple[int, "dict[int, Edit] | TableRow"]

_BLOCK = 1 << 16
"""Bytes of new rows that are handed on at a time."""
_SPANS = re.compile(rb"""\sspans\s*=\s*["'](\d+):(\d+)["']""")
# A row that says no more than this is not missed once it is empty.
_PLAIN_ROW = {b"r", b"spans", b"x14ac:dyDescent"}


class Splice:
    """Writes edits into rows; rows and cells that are new go to their place in the order, and on the list `written`."""

    def __init__(self, survey: Survey, cells: CellXml, written: list[Position] | None = None) -> None:
        self._survey = survey
        self._rows = survey.rows
        self._cells = cells
        self._table_rows = RowXml(cells)
        self._row_tag = b"%srow" % survey.prefix
        self._written = written

    def kept(self, edits: Iterable[RowEdits]) -> Iterator[Change]:
        """Edit rows that the survey kept."""
        for number, cells in edits:
            row = self._survey.kept.get(number)
            if row is None:
                yield from self._inserted(self._survey.places[number].offset, number, cells)
            else:
                yield from self._changed(row, cells)

    def stream(self, rows: Iterable[Row], edits: Iterable[RowEdits], end: int) -> Iterator[Change]:
        """Edit rows as they are read, both in rising order; new ones that come after them go to `end`."""
        pending = iter(edits)
        number, cells = next(pending, (0, {}))
        for row in rows:
            while number and number < row.number:
                yield from self._inserted(row.start, number, cells)
                number, cells = next(pending, (0, {}))
            if number == row.number:
                yield from self._changed(row, cells)
                number, cells = next(pending, (0, {}))
        while number:
            first, out, size = number, [], 0
            while number and size < _BLOCK:
                out.append(self._row(number, cells))
                size += len(out[-1])
                number, cells = next(pending, (0, {}))
            if size:
                yield Change(end, first, end, b"".join(out))

    def _put(self, row: int, column: int, old: re.Match[bytes] | None, edit: Edit) -> bytes:
        new = self._cells.rewritten(row, column, old, edit)
        if new and old is None and self._written is not None:
            self._written.append((row, column))
        return new

    def _inserted(self, at: int, number: int, edits: dict[int, Edit] | TableRow) -> Iterator[Change]:
        row = self._row(number, edits)
        if row:
            yield Change(at, number, at, row)

    def _row(self, number: int, edits: dict[int, Edit] | TableRow) -> bytes:
        """Give a new row; nothing when it would hold nothing."""
        if isinstance(edits, TableRow):
            return self._table_rows.written(number, edits).encode()
        cells = b"".join(self._put(number, column, None, edits[column]) for column in sorted(edits))
        return b'<%s r="%d">%s</%s>' % (self._row_tag, number, cells, self._row_tag) if cells else b""

    def _changed(self, row: Row, edits: dict[int, Edit] | TableRow) -> Iterator[Change]:
        if not isinstance(edits, TableRow):
            yield from self._edited(row, edits)
        elif (cells := self._table_rows.refilled(row, edits)) is None:
            yield from self._edited(row, edits.edits())
        elif cells != row.inner:
            tag = _fitting(row.tag, edits.first, edits.first + len(edits.values) - 1)
            yield Change(row.start, row.number, row.end, tag + cells + row.data[row.closing :])

    def _edited(self, row: Row, edits: dict[int, Edit]) -> Iterator[Change]:
        at = row.opened
        goes = any(isinstance(edit, Gone) for edit in edits.values())
        shell = Gone(goes and self._rows.counting(row))
        pending = deque(sorted(edits))
        out: list[bytes] = []
        for column, old in self._rows.cells(row):
            if not pending:
                break
            out.append(row.data[at : old.start()])
            while pending and pending[0] < column:
                out.append(self._put(row.number, pending[0], None, edits[pending.popleft()]))
            if pending and pending[0] == column:
                edit = edits[pending.popleft()]
                out.append(self._put(row.number, column, old, shell if isinstance(edit, Gone) else edit))
            else:
                out.append(old[0])
            at = old.end()
        out += [self._put(row.number, column, None, edits[column]) for column in pending]
        out.append(row.data[at : row.closing])
        inner = b"".join(out)
        if inner == row.inner:
            return
        counted = row.number in self._survey.counted
        if not inner.strip() and not counted and set(attributes(row.tag)) <= _PLAIN_ROW:
            yield Change(row.start, row.number, row.end, b"")
            return
        tag, closing = _fitting(row.tag, min(edits), max(edits)), row.data[row.closing :]
        if not closing:
            tag, closing = tag.removesuffix(b"/>").rstrip() + b">", b"</%s>" % self._row_tag
        yield Change(row.start, row.number, row.end, tag + inner + closing)


def _fitting(tag: bytes, first: int, last: int) -> bytes:
    """Take the spans off a row that they no longer cover; they are only a hint."""
    spans = _SPANS.search(tag)
    if spans and (first < int(spans[1]) or last > int(spans[2])):
        return tag[: spans.start()] + tag[spans.end() :]
    return tag
