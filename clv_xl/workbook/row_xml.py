"""New rows of tables: they come by the million, so those of plain values are written whole."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from clv_xl.errors import CellRefused
from clv_xl.workbook.address import column_letters
from clv_xl.workbook.cell_xml import Edit, Styled
from clv_xl.workbook.values import LONGEST_TEXT, Formula, Value, encode, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clv_xl.workbook.cell_xml import CellXml

# What XML or a cell wants spelled in another way, and spaces that it must be told to keep.
_SPECIAL = re.compile(r"[&<>\x00-\x1f\ufffe\uffff\ud800-\udfff]|_x|^\s|\s\Z")
_SURELY_SHORT = LONGEST_TEXT // 2  # a character counts for two at most


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


class RowXml:
    """Writes new rows of tables, to the byte as `cells` writes them one by one, and counted there."""

    def __init__(self, cells: CellXml) -> None:
        self._cells, self._prefix = cells, cells.prefix.decode()
        self._heads: dict[tuple[int, tuple[bytes | None, ...]], list[tuple[str, str]]] = {}
        self._days: dict[date, str] = {}
        self._number = f"><{self._prefix}v>", f"</{self._prefix}v></{self._prefix}c>"
        self._text = (
            f' t="inlineStr"><{self._prefix}is><{self._prefix}t>',
            f"</{self._prefix}t></{self._prefix}is></{self._prefix}c>",
        )

    def written(self, number: int, row: TableRow) -> str:
        """Give the `<row>`; "" when its cells are blank and without a style."""
        known = row.first, row.styles
        if known not in self._heads:
            self._heads[known] = [self._head(*place) for place in enumerate(row.styles, row.first)]
        heads = self._heads[known]
        cells = "".join([
            self._cell(number, place, value, heads[place], row) for place, value in enumerate(row.values)
        ])  # fmt: skip
        return f'<{self._prefix}row r="{number}">{cells}</{self._prefix}row>' if cells else ""

    def _head(self, column: int, style: bytes | None) -> tuple[str, str]:
        """What stands before and after the number of the row in a start tag."""
        return f'<{self._prefix}c r="{column_letters(column)}', '"' if style is None else f'" s="{style.decode()}"'

    def _cell(self, number: int, place: int, value: Value | Formula, head: tuple[str, str], row: TableRow) -> str:
        opening, closing = self._number
        if type(value) is str and len(value) <= _SURELY_SHORT and (value.isalnum() or not _SPECIAL.search(value)):
            opening, closing = self._text
            shown = value
        elif type(value) is float and math.isfinite(value):
            shown = encode(value)[1]
        elif type(value) is date and (day := self._day(value)):
            shown = day
        else:
            edit = Styled(value, row.styles[place], row.over)
            return self._cells.rewritten(number, row.first + place, None, edit).decode()
        self._cells.written += 1
        return f"{head[0]}{number}{head[1]}{opening}{shown}{closing}"

    def _day(self, day: date) -> str:
        """The serial of a day; "" for one that the calendar of the workbook does not have."""
        if day not in self._days:
            try:
                self._days[day] = encode(plain(day, self._cells.date1904))[1]
            except CellRefused:
                return ""
        return self._days[day]
