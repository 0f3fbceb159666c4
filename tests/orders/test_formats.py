"""The same orders in every kind of file are the same; what a parser of text or Parquet gives is what stands there."""

import csv
import datetime as dt
import decimal
import io
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clv_xl.errors import OrdersError
from clv_xl.orders import textfiles, workbooks
from clv_xl.orders.arrow import cells
from clv_xl.orders.cleaning import clean, read_orders
from clv_xl.orders.columns import Column
from clv_xl.orders.headers import Mapping
from clv_xl.orders.tables import from_rows, read_table
from clv_xl.orders.totals import totals

HEADERS = ["Order", "Customer", "Date", "Amount", "Status"]
FIRST = dt.datetime(2023, 1, 31, 9, 30)
ROWS = [
    [f"A{n // 2}", f"c{n % 7}@Shop.nl", FIRST + dt.timedelta(days=n), 12.5 * n - 100, ("paid", "cancelled")[n % 9 == 0]]
    for n in range(1, 300)
]


def texts(delimiter=",", day="%Y-%m-%d %H:%M:%S +0000", dutch=False):
    out = io.StringIO(newline="")
    lines = csv.writer(out, delimiter=delimiter)
    lines.writerow(HEADERS)
    for order, customer, date, amount, status in ROWS:
        shown = f"{amount:,.2f}".translate(str.maketrans(",.", ".,")) if dutch else f"{amount:.2f}"
        lines.writerow([order, customer, date.strftime(day), shown, status])
    return out.getvalue()


def workbook(path):
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADERS, *ROWS]):
            sheet.write_row(number, 0, row)


WRITERS = {
    "a.csv": lambda path: path.write_text(texts()),
    "dutch.csv": lambda path: path.write_bytes(texts(";", "%d-%m-%Y", dutch=True).encode("cp1252")),
    "tabs.txt": lambda path: path.write_text(texts("\t", "%d %B %Y"), encoding="utf-16"),
    "a.parquet": lambda path: pd.DataFrame(ROWS, columns=HEADERS).to_parquet(path),
    "coded.parquet": lambda path: pd.DataFrame(ROWS, columns=HEADERS).astype({"Status": "category"}).to_parquet(path),
    "a.xlsx": workbook,
}


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("name", WRITERS)
def test_the_same_orders_in_every_kind_of_file(tmp_path, monkeypatch, name, large):
    monkeypatch.setattr(workbooks, "LARGE", 0 if large else 1e9)
    path = tmp_path / name
    WRITERS[name](path)
    expected = clean(from_rows(HEADERS, ROWS, source="rows"), Mapping.find(HEADERS))
    found = read_orders(path)
    pd.testing.assert_frame_equal(found.frame, expected.frame)
    assert (found.ledger.dropped, found.ledger.kept) == (expected.ledger.dropped, expected.ledger.kept)
    assert totals(found.frame) == totals(expected.frame)
    # A record of Parquet has no header above it.
    first = 1 if name.endswith("parquet") else 2
    rows = {reason: [row - 2 + first for row in seen] for reason, seen in expected.ledger.examples.items()}
    assert found.ledger.examples == rows


RECORDS = st.lists(
    st.text(st.sampled_from("a1é;,|\t\" '\n\r.-€"), max_size=14).map(lambda text: text + "\n"), max_size=8
).map("".join)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sampled_from(["a;b;c\n", "a,b,c\r\n", '"x;y";z;\n', "sep=;\na;b;c\n", "k;;\n\n"]), text=RECORDS)
@example(start="a;b;c\n", text="1;2;3\n1;2;3;4\n")
@example(start="a;b;c\n", text='1;2;"open\n')
@example(start="a;b;c\n", text="1;2;3\n" * 200 + "1;\0x;3\n")
@example(start="sep=;\n", text='a"b;"c"d;"e""f"\n\n;;\n')
def test_text_is_read_as_python_reads_it(tmp_path, monkeypatch, start, text):
    monkeypatch.setattr(textfiles, "_SAMPLE", 3)
    path, content = tmp_path / "a.csv", (start + text).encode()
    columns, head = textfiles.read_columns(path, content)
    with monkeypatch.context() as patched:
        patched.setattr(textfiles, "_parsed", lambda *_: None)
        slow, slow_head = textfiles.read_columns(path, content)
    assert [[cell or "" for cell in cells] for cells in columns] == [[cell or "" for cell in cells] for cells in slow]
    width = len(columns)
    assert head == [row + [""] * (width - len(row)) for row in slow_head[:3]] or head == slow_head


def test_a_longer_record_far_down_is_kept_whole(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Klant;Datum;Bedrag\n" + "ann;2024-05-03;1\n" * 5000 + "bob;2024-05-04;2;extra\n")
    table = read_table(path)
    assert (len(table.columns), len(table)) == (4, 5001)
    assert [cells[-1] for cells in table.columns] == ["bob", "2024-05-04", "2", "extra"]


def column(array):
    path = io.BytesIO()
    pq.write_table(pa.table({"x": array}), path)
    return Column.read(cells(pq.read_table(io.BytesIO(path.getvalue())).column("x")))


MOMENT = dt.datetime(2024, 5, 3, 23, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("array", "day"),
    [
        *((pa.array([MOMENT], pa.timestamp(unit, "UTC")), "2024-05-03") for unit in ("s", "ms", "us", "ns")),
        (pa.array([MOMENT], pa.timestamp("us", "Europe/Amsterdam")), "2024-05-04"),
        (pa.array([MOMENT.replace(tzinfo=None)], pa.timestamp("ns")), "2024-05-03"),
        (pa.array([dt.date(2024, 5, 3)], pa.date32()), "2024-05-03"),
        (pa.array([dt.date(2024, 5, 3)], pa.date64()), "2024-05-03"),
        (pa.array([None], pa.timestamp("us")), "NaT"),
    ],
    ids=str,
)
def test_days_of_parquet(array, day):
    assert column(array).days.astype(str).tolist() == [day]


@pytest.mark.parametrize(
    ("array", "values"),
    [
        (pa.array([1, None, 3], pa.int64()), [1, None, 3]),
        (pa.array([1, None, 255], pa.uint8()), [1, None, 255]),
        (pa.array([decimal.Decimal("12.50"), None], pa.decimal128(9, 2)), [12.5, None]),
        (pa.array([1.5, None, float("nan")], pa.float32()), [1.5, None, None]),
        (pa.array([], pa.int64()), []),
    ],
    ids=str,
)
def test_numbers_of_parquet(array, values):
    read = column(array)
    assert [None if np.isnan(number) else number for number in read.numbers] == values
    assert read.empty.tolist() == [value is None for value in values]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())], ids=str)
def test_texts_of_parquet(kind):
    read = column(pa.array(["ann", None, " ", "ann"]).cast(kind))
    assert read.empty.tolist() == [False, True, True, False]
    assert read.customers().texts[read.customers().codes[[0, 3]]].tolist() == ["ann", "ann"]


def test_long_numbers_keep_every_digit():
    read = column(pa.array([9_007_199_254_740_993, None, 7], pa.int64()))
    assert read.texts == ["9007199254740993", "7"]


@pytest.mark.parametrize("index", [None, "Order"])
def test_an_index_of_pandas_is_a_column(tmp_path, index):
    frame = pd.DataFrame(ROWS, columns=HEADERS)
    path = tmp_path / "a.parquet"
    (frame.iloc[::-1] if index is None else frame.set_index(index)).to_parquet(path)
    assert read_orders(path).ledger.orders == read_orders_of_rows()


def read_orders_of_rows():
    return clean(from_rows(HEADERS, ROWS, source="rows"), Mapping.find(HEADERS)).ledger.orders


@pytest.mark.parametrize("values", [[[1, 2]], [{"sku": "a"}], [b"bytes"]], ids=str)
def test_nested_columns_are_refused(tmp_path, values):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"customer": ["ann"], "date": [FIRST], "amount": [1.0], "lines": values}), path)
    with pytest.raises(OrdersError, match=r"a\.parquet: column lines holds .* one plain value in each cell"):
        read_table(path)


def test_parquet_that_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(OrdersError, match=r"a\.parquet is damaged or no Parquet file"):
        read_table(path)
    pd.DataFrame(ROWS[:0], columns=HEADERS).to_parquet(path)
    with pytest.raises(OrdersError, match=r"a\.parquet holds no rows"):
        read_table(path)
    with pytest.raises(OrdersError, match="no sheet 'Blad1'"):
        read_table(path, "Blad1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(OrdersError, match=r"pip install 'clv-xl\[large\]'"):
        read_table(path)
