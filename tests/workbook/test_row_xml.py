"""Rows of tables, new and filled anew, are to the byte what their cells are one by one."""

from __future__ import annotations

import datetime as dt
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.errors import CellRefused, NotAWorkbook, cell_error
from clv_xl.workbook.address import name
from clv_xl.workbook.cell_xml import CellXml
from clv_xl.workbook.row_xml import RowXml, TableRow
from clv_xl.workbook.rows import Rows
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


PLAIN = st.one_of(
    st.none(), st.floats(-1e9, 1e9).map(lambda number: round(number, 2)), st.integers(0, 9).map(float),
    st.sampled_from(["", "a", "b", "a b", "é", "x" * 9]), st.dates(dt.date(2020, 1, 1), dt.date(2020, 1, 9)),
)  # fmt: skip
# What stands in a cell behind its style: as we write it, and as other programs do.
STANDING = [
    "/>", "></c>", "><v>1</v></c>", "><v>1.0</v></c>", "><v>5.0999999999999996</v></c>", ' t="n"><v>2</v></c>',
    "><v></v></c>", "><v>1e400</v></c>", "><v>one</v></c>", ' t="s"><v>0</v></c>', ' t="s"><v>1</v></c>', ' t="s"/>',
    ' t="s"><v>99</v></c>', ' t="b"><v>1</v></c>', ' t="e"><v>#N/A</v></c>', ' t="str"><v>a</v></c>',
    ' t="inlineStr"><is><t>a</t></is></c>', ' t="inlineStr"><is><t></t></is></c>', ' t="inlineStr"><is/></c>',
    ' t="inlineStr"><is><t>&#97;</t></is></c>', ' t="inlineStr"><is><t>_x0061_</t></is></c>',
    ' t="inlineStr"><is><t xml:space="preserve">a</t></is></c>', ' t="inlineStr"><is><t>a\r\nb</t></is></c>',
    ' t="inlineStr"><is><r><t>a</t></r></is></c>', ' t="d"><v>2020-01-01</v></c>', ' cm="1"><v>1</v></c>',
    "><f>1+1</f><v>2</v></c>", "><v>1</v><extLst><ext/></extLst></c>", ' t="inlineStr"><v>a</v></c>',
    "><is><t>a</t></is></c>",
]  # fmt: skip
SHARED = ["a", "b"]


def sheet(prefix: bytes, date1904: bool) -> tuple[Rows, CellXml]:
    rows = Rows(prefix, "sheet1.xml")
    return rows, CellXml("Sheet1", rows.cell, prefix, SHARED.__getitem__, date1904)


def styled(style: bytes | None) -> str:
    return "" if style is None else f' s="{style.decode()}"'


def prefixed(text: str, prefix: bytes) -> str:
    return re.sub(r"<(/?)(?=[a-z])", rf"<\1{prefix.decode()}", text)


@given(
    st.lists(
        st.tuples(VALUES | PLAIN, st.sampled_from([None, b"0", b"12"]), st.sampled_from(STANDING)),
        min_size=1, max_size=5,
    ),
    st.integers(1, 1 << 19), st.integers(1, 100), st.sampled_from([b"", b"x:"]), st.booleans(), st.booleans(),
    st.sampled_from(["", "address", "style", "missing", "beside"]),
)  # fmt: skip
def test_a_refilled_row_is_its_cells(content, number, first, prefix, date1904, over, odd):
    """A row of a table that stands there becomes what its cells become one by one, or is left to those."""
    check(content, number, first, prefix, date1904, over, odd)


@pytest.mark.parametrize("end", STANDING)
def test_a_cell_that_shows_the_same_keeps_its_spelling(end):
    for value in (None, 0.0, 1.0, 2.0, 5.1, math.inf, True, dt.date(2020, 1, 1), *"abc", "", "a\nb", "_x0061_"):
        check([(value, b"4", end)], 7, 2, b"", date1904=False, over=False, odd="")


def check(content, number, first, prefix, date1904, over, odd):
    row = TableRow([value for value, _, _ in content], first, tuple(style for _, style, _ in content), over)
    standing = [
        f'<c r="{name(number + (odd == "address"), column)}"{styled(style)}{end}'
        for column, (_, style, end) in enumerate(content, first)
    ]
    last = first + len(content)
    if odd == "missing":
        del standing[0]
    elif odd == "style":
        standing[0] = standing[0].replace(' s="', ' s="3')
    elif odd == "beside":
        standing.append(f'<c r="{name(number, last)}"><v>1</v></c>')
    data = prefixed(f'<row r="{number}" spans="1:9">{"".join(standing)}</row>', prefix).encode()
    (rows, cells), (_, counted) = sheet(prefix, date1904), sheet(prefix, date1904)
    old = next(rows.rows(data, 0, 0))

    def one_by_one() -> bytes:
        edits, made = row.edits(), []
        for column, match in rows.cells(old):
            edit = edits.pop(column, None)
            made.append(match[0] if column not in range(first, last) else cells.rewritten(number, column, match, edit))
        return b"".join([*made, *(cells.rewritten(number, column, None, edit) for column, edit in edits.items())])

    try:
        found = RowXml(counted).refilled(old, row)
    except (CellRefused, NotAWorkbook, OverflowError) as error:
        with pytest.raises(type(error), match=re.escape(str(error))):
            one_by_one()
        return
    if found is None:
        assert odd or not all(PLAIN_END.fullmatch(end) for _, _, end in content)
        return
    assert found == one_by_one()
    assert (counted.written, counted.formulas_lost) == (cells.written, cells.formulas_lost)


PLAIN_END = re.compile(r'(?: t="\w+")?(?:/>|>(?:<v>[^<]*</v>|<is><t[^<]*</t></is>)</c>)')
