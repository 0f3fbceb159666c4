"""How far the cells of an .ods or .xlsb reach; what reads them makes room for the whole rectangle, too."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from clv_xl.errors import OrdersError
from clv_xl.orders.extent import MOST_CELLS
from clv_xl.terms import dutch

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAG = re.compile(
    rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>"
)
_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["'](\d{1,9})["']""")
_ROW, _BLANK, _LAST_CELL = 0, 1, 11  # records of an .xlsb: a row, a cell without value, the last kind of cell
_LONG = 0x80  # more bytes of a number follow


def refuse_far(content: bytes, source: str) -> None:
    """Refuse a workbook with a sheet whose rectangle does not fit in memory; raises OrdersError."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name == "content.xml":
                corners = _of_tables(archive.read(name))
            elif re.search(r"sheets?/[^/]+\.bin$", name.replace("\\", "/").lower()):
                corners = iter([_of_records(archive.read(name))])
            else:
                continue
            for rows, columns in corners:
                if rows * columns > MOST_CELLS:
                    raise OrdersError(
                        f"{source} has a sheet with cells as far as row {rows:,} and column {columns:,}, which is more "
                        "than can be read: delete the rows below and the columns right of the orders.",
                        f"{source} heeft een blad met cellen tot rij {dutch(rows)} en kolom {dutch(columns)}, meer dan "
                        "te lezen is: verwijder de rijen onder en de kolommen rechts van de bestellingen.",
                    )


def _of_tables(xml: bytes) -> Iterator[tuple[int, int]]:
    """The last row and column with a value of each table of an .ods, in which equal neighbours are told once."""
    row = column = bottom = right = 0
    rows = 1
    for tag in _TAG.finditer(xml):
        repeated = _REPEATED.search(tag[2])
        count = int(repeated[1]) if repeated else 1
        if tag[1] == b"table":
            yield bottom, right
            row = column = bottom = right = 0
            rows = 1
        elif tag[1] == b"table-row":
            row, column, rows = row + rows if row else 1, 0, count
        else:
            column += count
            if b"value-type" in tag[2] or not tag[2].endswith(b"/"):
                bottom, right = max(bottom, row + rows - 1), max(right, column)
    yield bottom, right


def _of_records(data: bytes) -> tuple[int, int]:
    """The last row and column with a value of a sheet of an .xlsb."""
    at = row = bottom = right = 0
    while at + 2 <= len(data):
        kind = data[at]
        at += 1
        if kind & _LONG:
            kind = kind & ~_LONG | data[at] << 7
            at += 1
        size = shift = 0
        while at < len(data):
            byte = data[at]
            at += 1
            size |= (byte & ~_LONG) << shift
            shift += 7
            if not byte & _LONG:
                break
        if kind == _ROW:
            row = int.from_bytes(data[at : at + 4], "little") + 1
        elif _BLANK < kind <= _LAST_CELL:
            bottom, right = max(bottom, row), max(right, int.from_bytes(data[at : at + 4], "little") + 1)
        at += size
    return bottom, right
