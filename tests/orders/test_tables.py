"""Files are found, decoded and refused with a plain sentence."""

import io
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from clv_xl.errors import OrdersError
from clv_xl.orders.cleaning import clean, read_orders
from clv_xl.orders.headers import Mapping
from clv_xl.orders.tables import from_rows, read_table

DAY = datetime(2024, 5, 3)
ORDERS = [["Klant", "Datum", "Bedrag"], ["ann", DAY, 12.5], ["bob", DAY, 7.5]]
TEXT = "Klant;Datum;Bedrag\nJosé;3-5-2024;12,50\n\nbob;13-5-2024;€ 7,50\n"


def workbook(path, sheets, **options):
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd", **options}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def test_the_sheet_and_row_with_the_headers_are_found(tmp_path):
    titled = [["Export of 1 May"], [], *ORDERS]
    path = workbook(tmp_path / "a.xlsx", {"Info": [["Klant", "ann"]], "Orders": titled, "Leeg": []})
    table = read_table(path)
    assert (table.sheet, table.first_row, table.headers) == ("Orders", 4, ["Klant", "Datum", "Bedrag"])
    assert read_orders(path).frame["amount"].tolist() == [12.5, 7.5]


def test_two_sheets_that_fit_equally_are_named(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"Jan": ORDERS, "Feb": ORDERS, "Mrt": ORDERS[:1]})
    with pytest.raises(OrdersError, match=r"2 sheets that fit equally: Jan, Feb\. Say which: --sheet 'Jan'"):
        read_table(path)
    assert read_table(path, "feb").sheet == "Feb"
    with pytest.raises(OrdersError, match="no sheet 'Apr'; it has: Jan, Feb, Mrt"):
        read_table(path, "Apr")


def test_unknown_headers_can_be_mapped(tmp_path):
    rows = [["Wie", "Wanneer", "Hoeveel"], *ORDERS[1:]]
    path = workbook(tmp_path / "a.xlsx", {"Blad1": rows})
    with pytest.raises(OrdersError, match="Headers seen: Wie, Wanneer, Hoeveel"):
        read_orders(path)
    orders = read_orders(path, {"customer": "Wie", "date": "Wanneer", "amount": "3"})
    assert orders.ledger.orders == 2


def test_a_sheet_without_headers(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"Blad1": ORDERS[1:]})
    table = read_table(path)
    assert (table.headers, table.first_row, len(table)) == (None, 1, 2)


@pytest.mark.parametrize("formatted", [True, False])
def test_dates_of_1904(tmp_path, formatted):
    rows = [ORDERS[0], ["ann", DAY if formatted else 43953.0, 1.0]]
    path = workbook(tmp_path / "a.xlsx", {"A": rows}, date_1904=True)
    assert str(read_orders(path).frame["date"][0].date()) == "2024-05-03"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_text_files(tmp_path, encoding, delimiter):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.replace(";", delimiter).encode(encoding))
    orders = read_orders(path)
    assert orders.frame["customer"].tolist() == ["José", "bob"]
    assert orders.frame["amount"].tolist() == [12.5, 7.5]
    assert orders.frame["order"].tolist() == ["row 2", "row 4"]
    assert orders.ledger.currency == "EUR"


def test_decimal_comma_inside_quotes(tmp_path):
    path = tmp_path / "paypal.csv"
    path.write_text(
        '"Datum","Naam","Valuta","Bruto"\n"03/05/2024","Ann","EUR","1.050,00"\n"04/05/2024","Bo","EUR","-50,00"\n'
    )
    orders = read_orders(path)
    assert orders.frame["amount"].tolist() == [1050.0]
    assert (orders.ledger.dropped, orders.ledger.refunded_amount) == ({"refund": 1}, 50.0)


def test_blanks_as_delimiter_with_decimal_commas(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(" 0001 19970101  29,33\n 0002 19970118   9,73\n")
    table = read_table(path)
    assert table.headers is None
    assert (
        clean(table, Mapping.find(None, {"customer": "1", "date": "2", "amount": "3"})).frame["amount"].sum() == 39.06
    )


def test_the_line_that_names_the_delimiter(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("sep=;\n" + TEXT)
    assert read_orders(path).frame["order"].tolist() == ["row 3", "row 5"]


def test_a_first_row_with_an_address_is_no_header(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("ann@shop.nl,2024-05-03,12.50\nbob@shop.nl,2024-05-04,7.50\n")
    assert read_table(path).headers is None


def refused_files():
    locked = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)
    book = io.BytesIO()
    workbook(book, {"A": ORDERS})
    return [
        ("locked.xlsx", locked, "password"),
        ("broken.xlsx", b"PK\x03\x04 and no more", "damaged"),
        ("cut.xlsx", book.getvalue()[:2000], "damaged"),
        ("text.xlsx", b"klant;datum;bedrag\n", "damaged"),
        ("broken.ods", b"PK\x03\x04 and no more", "damaged"),
        ("empty.xlsx", b"", "is empty"),
        ("empty.csv", b" \n\n", "is empty"),
        ("headers.csv", b"klant;datum;bedrag\n", "no rows"),
        ("book.csv", book.getvalue(), "is a workbook"),
        ("noise.csv", bytes(range(256)) * 8, "no text file"),
        ("quote.csv", b"\xff\xfeo", "damaged"),
        ("orders.pdf", b"%PDF", "no workbook or text file"),
    ]


@pytest.mark.parametrize(("name", "content", "message"), refused_files(), ids=lambda value: str(value)[:12])
def test_refused_files(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(OrdersError, match=message) as error:
        read_orders(path)
    assert name in str(error.value)


def test_a_missing_file_and_a_sheet_of_text():
    with pytest.raises(OrdersError, match=r"nowhere\.csv cannot be opened"):
        read_table(Path("nowhere.csv"))


def test_a_text_file_has_no_sheet(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    with pytest.raises(OrdersError, match="no sheet 'Blad1'"):
        read_table(path, "Blad1")


def test_an_empty_workbook(tmp_path):
    with pytest.raises(OrdersError, match="no sheet with rows"):
        read_table(workbook(tmp_path / "a.xlsx", {"A": [], "B": ORDERS[:1]}))


def test_rows_from_a_workbook_table():
    table = from_rows(
        ["klant", "datum", "bedrag"], [["ann", 45415.0, 5.0], ["bob"]], source="t", sheet="S", first_row=8
    )
    orders = clean(table, Mapping.find(table.headers))
    assert orders.ledger.examples == {"missing_amount": [9]}
    assert (orders.source, str(orders.ledger.first_date)) == ("t", "2024-05-03")


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_ragged_row_spoils_no_other(tmp_path, delimiter):
    path = tmp_path / "export.csv"
    rows = [
        ["Klant", "Datum", "Bedrag", "Notitie"],
        ["a", "01-05-2024", "10", "x"],
        ["b", "02-05-2024", "20", "x", "y"],
    ]
    path.write_text("\n".join(delimiter.join(row) for row in [*rows, ["c"]]))
    orders = read_orders(path)
    assert list(orders.frame["customer"]) == ["a", "b"]
    assert orders.ledger.read == 3
