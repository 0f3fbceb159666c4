"""New rows of tables are, to the byte, what their cells are one by one."""

from __future__ import annotations

import datetime as dt
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import CellRefused, cell_error
from clv_xl.workbook.cell_xml import CellXml
from clv_xl.workbook.row_xml import RowXml, TableRow
from clv_xl.workbook.values import Formula

TEXTS = ["", "K000123", "a b", " a", "a\t", "a\nb", "Ü & <Co>", "_x0041_", "_x", "\x0b", "\ufffe", "\ud800", "é\u00a0"]
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.sampled_from(TEXTS), st.datetimes(),
    st.dates(dt.date(1904, 1, 1)), st.floats().map(np.float64), st.just(cell_error("#N/A")),
    st.builds(Formula, st.just("1<2"), st.floats()),
)  # fmt: skip


def writers(prefix: bytes, date1904: bool) -> tuple[CellXml, RowXml]:
    cell = re.compile(rb"<c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</c\s*>)", re.DOTALL)
    cells = CellXml("Sheet1", cell, prefix, str, date1904)
    return cells, RowXml(cells)


def one_by_one(cells: CellXml, number: int, row: TableRow) -> bytes:
    written = b"".join(cells.rewritten(number, column, None, edit) for column, edit in row.edits().items())
    return b'<%srow r="%d">%s</%srow>' % (cells.prefix, number, written, cells.prefix) if written else b""


@given(
    st.lists(st.tuples(VALUES, st.sampled_from([None, b"0", b"12"])), max_size=5),
    st.integers(1, 1 << 20), st.integers(1, 100), st.sampled_from([b"", b"x:"]), st.booleans(),
)  # fmt: skip
def test_a_row_is_its_cells(content, number, first, prefix, date1904):
    row = TableRow([value for value, _ in content], first, tuple(style for _, style in content), over=False)
    (cells, _), (counted, rows) = writers(prefix, date1904), writers(prefix, date1904)
    try:
        wanted = one_by_one(cells, number, row)
    except (CellRefused, OverflowError) as error:
        with pytest.raises(type(error), match=re.escape(str(error))):
            rows.written(number, row)
        return
    assert rows.written(number, row).encode() == wanted
    assert counted.written == cells.written


@pytest.mark.parametrize("date1904", [False, True])
def test_values_at_the_limits(date1904):
    days = [dt.date(9999, 12, 31), dt.date(1904, 1, 1) if date1904 else dt.date(1900, 1, 1)]
    numbers = [0.0, -0.0, 1e15, 1e15 - 1, 0.1 + 0.2, math.inf, math.nan, 5e-324]
    for value in [*days, *numbers, *TEXTS, "x" * 16_383, "x" * 32_767, "😀" * 16_383]:
        row = TableRow([value], 3, (b"4",), over=False)
        (cells, _), (_, rows) = writers(b"", date1904), writers(b"", date1904)
        assert rows.written(7, row).encode() == one_by_one(cells, 7, row)


@pytest.mark.parametrize("value", [dt.date(1890, 5, 1), "x" * 32_768, "😀" * 16_384, object()])
def test_what_fits_in_no_cell_is_refused_with_its_place(value):
    with pytest.raises(CellRefused, match=r"^Sheet1!C7: "):
        writers(b"", date1904=False)[1].written(7, TableRow([value], 3, (None,), over=False))
