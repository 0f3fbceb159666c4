"""The rows of long tables, put into the finished sheet: XlsxWriter would decide anew for each of their cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clv_xl.workbook.cell_xml import CellXml
from clv_xl.workbook.row_xml import RowXml, TableRow

if TYPE_CHECKING:
    from .plan import Block, SheetPlan

LONG = 2_000  # rows from which on it pays
_CELL = re.compile(rb'<c r="[A-Z]+\d+"(?: s="(\d+)")?')
_DIMENSION = re.compile(rb'(<dimension ref="[A-Z]+\d+:[A-Z]+)(\d+)')


def long_block(sheet: SheetPlan) -> Block | None:
    """The block of a sheet that is long, if there is one and nothing stands beside it or below."""
    if len(sheet.blocks) != 1 or len(sheet.blocks[0].columns[0]) < LONG:
        return None
    block = sheet.blocks[0]
    return None if any(row > block.top for row, _ in sheet.cells) else block


def lengthened(part: bytes, sheet: str, block: Block) -> bytes:
    """A sheet's part, in which the first row of a block stands, with all its rows, styled as that one."""
    first = re.search(rb'<row r="%d"[^>]*>.*?</row>' % block.top, part, re.DOTALL)
    if first is None:
        raise ValueError(f"{sheet} has no row {block.top}")
    styles = tuple(_CELL.findall(first[0]))
    rows = RowXml(CellXml(sheet, _CELL, b"", lambda _: "", date1904=False))
    values = enumerate(zip(*block.columns, strict=True), block.top)
    next(values)
    more = "".join([rows.written(number, TableRow(line, block.left, styles, over=False)) for number, line in values])
    whole = part[: first.end()] + more.encode() + part[first.end() :]
    return _DIMENSION.sub(rb"\g<1>%d" % block.bottom, whole, count=1)
