"""Large workbooks are read through fastexcel: what it gives equals what calamine and the patcher's own reader give."""

import datetime as dt
import io
import logging
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clv_xl.errors import CellError, OrdersError, WorkbookError
from clv_xl.orders import parts, workbooks
from clv_xl.orders.cleaning import read_orders
from clv_xl.orders.columns import Column
from clv_xl.orders.tables import RawTable, from_rows, read_area, read_table
from clv_xl.refresh.finding import rows_of
from clv_xl.workbook import Book

WORKBOOKS = Path(__file__).parents[1] / "data" / "workbooks"
DAY = dt.datetime(2024, 5, 3)
HEADERS = ["Order", "Klant", "Datum", "Bedrag", "Notitie"]
ERROR = CellError("", "#N/A")


@pytest.fixture
def large(monkeypatch):
    """Every workbook counts as a large one."""
    monkeypatch.setattr(workbooks, "LARGE", 0)


def write(path, rows, *, at=(0, 0), sheet="Orders", tables=(), **options):
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss", **options}) as book:
        clock, lasting = book.add_format({"num_format": "hh:mm"}), book.add_format({"num_format": "[hh]:mm:ss"})
        page = book.add_worksheet(sheet)
        for place in tables:
            names = rows[place[0] - at[0]][place[1] - at[1] : place[3] - at[1] + 1]
            page.add_table(*place, {"columns": [{"header": name} for name in names]})
        for number, row in enumerate(rows, at[0]):
            for column, cell in enumerate(row, at[1]):
                if isinstance(cell, CellError):
                    page.write_formula(number, column, "=NA()", None, cell.cell)
                elif isinstance(cell, dt.time | dt.timedelta):
                    page.write_datetime(number, column, cell, clock if isinstance(cell, dt.time) else lasting)
                elif cell is not None:
                    page.write(number, column, cell)
    return path


def plain(table: RawTable):
    """Everything that cleaning looks at."""
    columns = []
    for cells in table.columns:
        column = Column.read(cells)
        errors = [repr(cell) if isinstance(cell, CellError) else None for cell in cells]
        texts = [column.texts[code] if code >= 0 else "" for code in column.codes]
        numbers = [None if np.isnan(number) else number for number in column.numbers]
        columns.append((column.kinds.tolist(), numbers, column.days.astype(str).tolist(), texts, errors))
    return table.headers, table.sheet, table.first_row, table.date1904, columns


def typed(table):
    return [cells.dtype != object for cells in table.columns]


def both(path, monkeypatch):
    """The table as a large workbook and as a small one."""
    small = read_table(path)
    monkeypatch.setattr(workbooks, "LARGE", 0)
    large = read_table(path)
    monkeypatch.undo()
    return large, small


ROWS = [[f"A{number}", "ann", DAY, 1.5 * number, "x"] for number in range(1, 1201)]


def test_columns_of_one_kind_have_one_type(tmp_path, monkeypatch):
    large, small = both(write(tmp_path / "a.xlsx", [HEADERS, *ROWS]), monkeypatch)
    assert typed(large) == [True] * 5
    assert [cells.dtype.kind for cells in large.columns[2:4]] == ["M", "f"]
    assert plain(large) == plain(small)
    assert len(large) == 1200


@pytest.mark.parametrize("row", [1, 1100], ids=lambda row: f"row {row}")
@pytest.mark.parametrize(
    ("column", "cell"),
    [
        *((3, cell) for cell in ("1.234,50", " 12", True, ERROR, DAY, dt.time(10), dt.timedelta(hours=30), None, "")),
        *((2, cell) for cell in ("3-5-2024", 45000.0, False, ERROR, dt.time(10), None, "soon")),
        *((1, cell) for cell in (12345.0, True, ERROR, DAY, None, "  ", "'bob")),
    ],
    ids=str,
)
def test_one_odd_cell_is_not_lost(tmp_path, monkeypatch, column, cell, row):
    rows = [list(one) for one in ROWS]
    rows[row][column] = cell
    large, small = both(write(tmp_path / "a.xlsx", [HEADERS, *rows]), monkeypatch)
    assert plain(large) == plain(small)
    if cell is ERROR:
        assert large.columns[column][row] == ERROR


CELLS = {
    "number": st.one_of(st.floats(-1e9, 1e9), st.integers(0, 60_000).map(float)),
    "text": st.text("aB1,.- '€\n<&", max_size=5),
    "day": st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1)).map(lambda day: day.replace(microsecond=0)),
    "time": st.just(dt.time(13, 30)),
    "truth": st.booleans(),
    "error": st.sampled_from([CellError("", name) for name in ("#N/A", "#DIV/0!", "#REF!", "#VALUE!")]),
    "none": st.none(),
}
COLUMN = st.sampled_from(list(CELLS)).flatmap(
    lambda kind: st.lists(
        st.one_of(*[CELLS[kind]] * 6, CELLS["none"], st.one_of(*CELLS.values())), min_size=8, max_size=8
    )
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    columns=st.lists(COLUMN, min_size=3, max_size=3),
    at=st.tuples(st.integers(0, 3), st.integers(0, 2)),
    date1904=st.booleans(),
)
def test_any_sheet_reads_alike(tmp_path, monkeypatch, columns, at, date1904):
    rows = [["Klant", "Datum", "Bedrag"], *map(list, zip(*columns, strict=True)), ["ann", DAY, 1.0]]
    path = write(tmp_path / "a.xlsx", rows, at=at, date_1904=date1904)
    large, small = both(path, monkeypatch)
    without_times = [
        one for one in range(3) if not (date1904 and any(isinstance(cell, dt.time) for cell in columns[one]))
    ]
    assert plain(large)[:4] == plain(small)[:4]
    for one in without_times:
        assert plain(large)[4][at[1] + one] == plain(small)[4][at[1] + one]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    columns=st.lists(COLUMN, min_size=3, max_size=3),
    at=st.tuples(st.integers(0, 3), st.integers(0, 2)),
    date1904=st.booleans(),
    below=st.booleans(),
)
def test_a_table_reads_as_the_patcher_reads_it(tmp_path, monkeypatch, columns, at, date1904, below):
    headers = ["Klant", "Datum", "Bedrag"]
    rows = [headers, *map(list, zip(*columns, strict=True))]
    place = (*at, at[0] + 8, at[1] + 2)
    beside = [["x"] * (at[1] + 6)] if below else []
    path = tmp_path / "a.xlsx"
    write(path, [*rows, *beside], at=at, tables=[place], date_1904=date1904)
    for size in (0, workbooks.LARGE):
        monkeypatch.setattr(workbooks, "LARGE", size)
        with Book(path) as book:
            same_as_the_patcher(book, next(iter(book.tables.values())))
    monkeypatch.undo()


def same_as_the_patcher(book, table):
    told = rows_of(book, table, book.path.name, book.date1904)
    body = table.body
    area = (body.top, body.left, body.bottom, body.right)
    found = read_area(book.path, table.sheet, area, table.columns, date1904=book.date1904)
    assert plain(found) == plain(told)


@pytest.mark.usefixtures("large")
def test_tables_of_real_workbooks_read_as_the_patcher_reads_them():
    seen = 0
    for path in sorted(WORKBOOKS.glob("*.xls[xm]")):
        try:
            book = Book(path)
        except WorkbookError:
            continue
        with book:
            for table in book.tables.values():
                if table.body is not None:
                    with suppress(OrdersError):  # what the fast readers refuse, the patcher reads alone
                        same_as_the_patcher(book, table)
                        seen += 1
    assert seen


def test_without_fastexcel_a_large_workbook_reads_alike(tmp_path, monkeypatch):
    path = write(tmp_path / "a.xlsx", [["Export"], [], HEADERS, *ROWS[:50]], at=(0, 1))
    monkeypatch.setattr(workbooks, "LARGE", 0)
    fast = read_table(path)
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    slow = read_table(path)
    assert typed(fast)[1:] == [True] * 5
    assert typed(slow) == [False] * 6
    assert plain(fast) == plain(slow)


@pytest.mark.usefixtures("large")
def test_only_the_chosen_sheet_is_read_whole(tmp_path, monkeypatch):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in {"Log": [["note"]] + [[f"n{n}"] for n in range(3000)], "Orders": [HEADERS, *ROWS]}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    seen = []
    read = workbooks.read_sheets
    monkeypatch.setattr(workbooks, "read_sheets", lambda *how: seen.append(read(*how)) or seen[-1])
    assert (read_table(path).sheet, len(read_table(path))) == ("Orders", 1200)
    assert [{name: len(rows) for name, rows in found.items()} for found in seen[:1]] == [{"Log": 1000, "Orders": 1000}]


@pytest.mark.usefixtures("large")
def test_a_sheet_whose_beginning_is_not_found_is_read_whole(tmp_path, monkeypatch):
    path, other = write(tmp_path / "a.xlsx", [HEADERS, *ROWS]), tmp_path / "b.xlsx"
    monkeypatch.setattr(parts, "_LARGEST", 1000)
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(other, "w") as changed:
        for name in archive.namelist():
            remark = b"<!--" + b" " * 300_000 + b"--><sheetData>"
            changed.writestr(name, archive.read(name).replace(b"<sheetData>", remark))
    assert plain(read_table(other)) == plain(read_table(path))


@pytest.mark.usefixtures("large")
def test_fastexcel_is_quiet_about_empty_columns(tmp_path, caplog, capfd):
    path = write(tmp_path / "a.xlsx", [[*HEADERS, "Leeg"], *ROWS[:5]])
    with caplog.at_level(logging.INFO, "root"):
        assert len(read_table(path).columns) == 6
    assert (caplog.text, *capfd.readouterr()) == ("", "", "")


@pytest.mark.usefixtures("large")
def test_a_damaged_large_workbook_is_refused(tmp_path):
    path = write(tmp_path / "a.xlsx", [HEADERS, *ROWS])
    content = path.read_bytes()
    half = len(content) // 3
    path.write_bytes(content[:half] + bytes(200) + content[half + 200 :])
    with pytest.raises(OrdersError, match=r"a\.xlsx is damaged"):
        read_table(path)
    with pytest.raises(OrdersError, match=r"a\.xlsx is damaged"):
        read_area(path, "Orders", (2, 1, 1201, 5), HEADERS, date1904=False)


def test_the_beginning_of_a_workbook(tmp_path):
    path = write(tmp_path / "a.xlsx", [HEADERS, *ROWS])
    short = parts.beginning(path.read_bytes(), 10)
    sheets = workbooks.read_sheets(short, lambda names: names)
    assert sheets == {"Orders": workbooks.read_sheets(path.read_bytes(), lambda names: names)["Orders"][:10]}
    assert parts.size(short) < parts.size(path.read_bytes()) / 10


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="3"><c r="B3" t="e"><v>#N/A</v></c></row>',
        b"<row><c><v>1</v></c><c t='e'><f>NA()</f><v>#N/A</v></c></row>",
        b'<x:row r="3" spans="1:2"><x:c r="B3" s="1" t="e"><x:v>#N/A</x:v></x:c></x:row>',
    ],
)
def test_errors_are_found_in_any_spelling(row):
    before = b'<row r="1"><c r="A1" t="str"><v>t="e"</v></c></row><row r="2"/>' + b" " * 500_000
    after = b'<row r="4"><c t="e"/></row>'
    found = dict(parts.errors_in(io.BytesIO(b"<sheetData>" + before + row + after + b"</sheetData>")))
    assert found == {(3, 2): ERROR}


def test_errors_are_told_as_unreadable_not_as_missing(tmp_path):
    path = write(tmp_path / "a.xlsx", [HEADERS, *ROWS[:3], ["A9", "ann", DAY, ERROR, ""]])
    assert read_orders(path).ledger.dropped == {"unreadable_amount": 1}


def test_a_table_without_rows_is_blank():
    assert from_rows(["a", "b"], [[None, ""], ["  ", float("nan")]], source="x").is_blank
    assert not from_rows(["a", "b"], [[None, ""]] * 3000 + [[None, 0.0]], source="x").is_blank


def test_mutated_workbooks_are_read_or_refused(tmp_path, monkeypatch):
    good = write(tmp_path / "good.xlsx", [HEADERS, *ROWS[:40], ["x", "y", DAY, ERROR, None]]).read_bytes()
    path, chance, refused = tmp_path / "a.xlsx", np.random.default_rng(4), []
    for number in range(150):
        content = np.frombuffer(good, np.uint8).copy()
        content[chance.integers(0, len(content), number % 19)] = chance.integers(0, 256)  # or none
        path.write_bytes(content.tobytes()[: None if number % 5 else int(chance.integers(len(content)))])
        monkeypatch.setattr(workbooks, "LARGE", 0 if number % 2 else 1e9)
        try:
            read_table(path)
            read_area(path, "Orders", (2, 1, 42, 5), HEADERS, date1904=False)
        except OrdersError as error:
            refused.append(str(error))
    assert 20 < len(refused) < 150
    assert all(path.name in message for message in refused)
