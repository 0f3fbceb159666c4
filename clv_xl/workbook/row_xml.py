"""Rows of tables, new or filled anew: they come by the million, so those of plain values are written whole."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from clv_xl.errors import CellRefused
from clv_xl.workbook.address import column_letters
from clv_xl.workbook.cell_xml import Edit, Styled
from clv_xl.workbook.values import LONGEST_TEXT, Formula, Value, encode, plain, same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clv_xl.workbook.cell_xml import CellXml
    from clv_xl.workbook.rows import Row

# What XML or a cell wants spelled in another way, and spaces that it must be told to keep.
_SPECIAL = re.compile(r"[&<>\x00-\x1f\ufffe\uffff\ud800-\udfff]|_x|^\s|\s\Z")
_SURELY_SHORT = LONGEST_TEXT // 2  # a character counts for two at most
_BLANK = "/>"


class TableRow(NamedTuple):
    """The cells of a table in one row, from column `first` on, each in the style of its column; `over` as in Styled."""

    values: Sequence[Value | Formula]
    first: int
    styles: tuple[bytes | None, ...]
    over: bool

    def edits(self) -> dict[int, Edit]:
        """Its cells one by one."""
        cells = zip(self.values, self.styles, strict=True)
        return {column: Styled(value, style, self.over) for column, (value, style) in enumerate(cells, self.first)}


class _Layout(NamedTuple):
    """Cells of one table: what stands before and after the number of the row in each, and the shape of a whole row."""

    heads: list[tuple[str, str]]
    shape: re.Pattern[str]


class RowXml:
    """Writes rows of tables, to the byte as `cells` writes them one by one, and counted there."""

    def __init__(self, cells: CellXml) -> None:
        self._cells, self._prefix = cells, cells.prefix.decode()
        self._layouts: dict[tuple[int, tuple[bytes | None, ...]], _Layout] = {}
        self._days: dict[date, str] = {}
        self._number = f"><{self._prefix}v>", f"</{self._prefix}v></{self._prefix}c>"
        self._shared = f' t="s"{self._number[0]}', self._number[1]
        self._text = (
            f' t="inlineStr"><{self._prefix}is><{self._prefix}t>',
            f"</{self._prefix}t></{self._prefix}is></{self._prefix}c>",
        )

    def written(self, number: int, row: TableRow) -> str:
        """Give a new `<row>`; "" when its cells are blank and without a style."""
        heads = self._layout(row).heads
        cells = "".join([
            self._cell(number, place, value, heads[place], row) for place, value in enumerate(row.values)
        ])  # fmt: skip
        return f'<{self._prefix}row r="{number}">{cells}</{self._prefix}row>' if cells else ""

    def refilled(self, old: Row, row: TableRow) -> bytes | None:
        """Give the cells of a row that stands there; None when it holds others than the table's, plain and in style."""
        heads, shape = self._layout(row)
        try:
            found = shape.fullmatch(old.inner.decode())
        except UnicodeDecodeError:
            return None
        if found is None or found[1] != str(old.number):
            return None
        cells = []
        for place, ((head, tail), value, end) in enumerate(zip(heads, row.values, found.groups()[1:], strict=True)):
            new = _BLANK if value is None else self._end(value)
            settled = None if new is None else self._settled(end, new)
            if settled is None:
                cell = self._cells.cell.fullmatch(f"{head}{found[1]}{tail}{end}".encode())
                edit = Styled(value, row.styles[place], row.over)
                cells.append(self._cells.rewritten(old.number, row.first + place, cell, edit).decode())
            else:
                self._cells.written += settled != end
                cells.append(f"{head}{found[1]}{tail}{settled}")
        return "".join(cells).encode()

    def _layout(self, row: TableRow) -> _Layout:
        known = row.first, row.styles
        if known not in self._layouts:
            heads = [self._head(*place) for place in enumerate(row.styles, row.first)]
            p = re.escape(self._prefix)
            content = f'<{p}v>[^<]*</{p}v>|<{p}is><{p}t(?: xml:space="preserve")?>[^<]*</{p}t></{p}is>'
            end = rf'((?: t="\w+")?(?:/>|>(?:{content})</{p}c>))'
            cells = [re.escape(head) + r"\1" + re.escape(tail) + end for head, tail in heads]
            shape = "".join(cells).replace(r"\1", r"([1-9]\d*)", 1)
            self._layouts[known] = _Layout(heads, re.compile(shape))
        return self._layouts[known]

    def _head(self, column: int, style: bytes | None) -> tuple[str, str]:
        """What stands before and after the number of the row in a start tag."""
        return f'<{self._prefix}c r="{column_letters(column)}', '"' if style is None else f'" s="{style.decode()}"'

    def _cell(self, number: int, place: int, value: Value | Formula, head: tuple[str, str], row: TableRow) -> str:
        end = self._end(value)
        if end is None:
            edit = Styled(value, row.styles[place], row.over)
            return self._cells.rewritten(number, row.first + place, None, edit).decode()
        self._cells.written += 1
        return f"{head[0]}{number}{head[1]}{end}"

    def _end(self, value: Value | Formula) -> str | None:
        """What stands after address and style of a cell with a plain value; None for a value that needs more care."""
        opening, closing = self._number
        if type(value) is str and len(value) <= _SURELY_SHORT and (value.isalnum() or not _SPECIAL.search(value)):
            opening, closing = self._text
            return f"{opening}{value}{closing}"
        if type(value) is float and math.isfinite(value):
            return f"{opening}{encode(value)[1]}{closing}"
        if type(value) is date and (day := self._day(value)):
            return f"{opening}{day}{closing}"
        return None

    def _settled(self, old: str, new: str) -> str | None:
        """Which of two ends a cell gets, as it keeps its own where that shows the same; None where that is not sure."""
        if old in (new, _BLANK):
            return new
        if old.startswith(self._text[0]):
            # Without what XML or a cell spells in another way, other characters are another text.
            return None if "&" in old or "_x" in old else new
        try:
            if old.startswith(self._number[0]) and new.startswith(self._number[0]):
                is_same = same(*(float(_inside(end, self._number)) for end in (old, new)))
            elif old.startswith(self._shared[0]) and new.startswith(self._text[0]):
                is_same = self._cells.shared(int(_inside(old, self._shared))) == _inside(new, self._text)
            else:
                return None
        except (ValueError, IndexError):  # damage
            return None
        return old if is_same else new

    def _day(self, day: date) -> str:
        """The serial of a day; "" for one that the calendar of the workbook does not have."""
        if day not in self._days:
            try:
                self._days[day] = encode(plain(day, self._cells.date1904))[1]
            except CellRefused:
                return ""
        return self._days[day]


def _inside(end: str, around: tuple[str, str]) -> str:
    return end[len(around[0]) : -len(around[1])]
