"""A cell far from the others is no reason to make room for all between them."""

import re
import resource
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from clv_xl.errors import OrdersError
from clv_xl.orders.tables import read_area, read_table

DATA = Path(__file__).parents[1] / "data" / "workbooks"
DAY = datetime(2024, 5, 3)
ORDERS = [["Klant", "Datum", "Bedrag"], ["ann", DAY, 12.5], ["bob", DAY, 7.5]]
FAR = r"sheet 'Orders' has cells as far as row 1,048,576 and column 16,384"


@pytest.fixture(autouse=True)
def _little_memory():
    """A reader that makes room for all is refused it here, rather than by the machine."""
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, limits)


def workbook(path, far="Orders", last="XFD1048576", value="x"):
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name in ("Orders", "Notes"):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(ORDERS if name == "Orders" else [["Info"], ["Nothing"]]):
                sheet.write_row(number, 0, row)
            if name == far:
                sheet.write(last, value, book.add_format({"bold": True}))
    return path


def edited(path, old, new):
    """Rewrite the XML of the first sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = re.sub(old, new, parts["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_orders_beside_a_far_cell_are_refused_with_its_place(tmp_path):
    path = workbook(tmp_path / "a.xlsx")
    for read in (lambda: read_table(path), lambda: read_table(path, "orders"),
                 lambda: read_area(path, "Orders", (2, 1, 3, 3), ORDERS[0], date1904=False)):  # fmt: skip
        with pytest.raises(OrdersError, match=FAR):
            read()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb'<dimension ref="[^"]*"', b'<dimension ref="A1:C3"'),
        (rb'r="XFD1048576"', b'r="xfd1048576"'),
        (rb'<c r="XFD1048576"', b'<c\n  t="n" r = "XFD1048576"'),
        (rb'<row r="1048576"', b'<row r="4"'),
    ],
)
def test_files_that_lie_about_it_are_seen_through(tmp_path, old, new):
    with pytest.raises(OrdersError, match=FAR):
        read_table(edited(workbook(tmp_path / "a.xlsx"), old, new))


def test_a_column_that_no_sheet_has_is_refused(tmp_path):
    path = edited(workbook(tmp_path / "a.xlsx", last="D4"), rb'r="D4"', b'r="ZZZZ4"')
    with pytest.raises(OrdersError, match=r"row 4 and column 475,254"):
        read_table(path)


def test_cells_without_addresses_are_counted(tmp_path):
    path = workbook(tmp_path / "a.xlsx", last="A1048576")
    wide = b"<row>" + b"<c><v>1</v></c>" * 60 + b"</row></sheetData>"
    edited(path, rb"</sheetData>", b'<row r="1048575">' + wide.removeprefix(b"<row>"))
    with pytest.raises(OrdersError, match=r"row 1,048,576 and column 60"):
        read_table(path)


def test_a_far_cell_on_another_sheet_or_without_a_value_does_no_harm(tmp_path):
    other, blank = workbook(tmp_path / "a.xlsx", far="Notes"), workbook(tmp_path / "b.xlsx", value=None)
    assert [len(read_table(path)) for path in (other, blank)] == [2, 2]


def test_a_long_narrow_sheet_is_read(tmp_path):
    path = workbook(tmp_path / "a.xlsx", last="A200000")
    assert len(read_table(path)) == 199_999


def test_large_workbooks_are_looked_at_too(tmp_path, monkeypatch):
    monkeypatch.setattr("clv_xl.orders.workbooks.LARGE", 0)
    with pytest.raises(OrdersError, match=FAR):
        read_table(workbook(tmp_path / "a.xlsx"))
    assert len(read_table(workbook(tmp_path / "b.xlsx", far="Notes"))) == 2


def test_an_area_of_too_many_cells_is_refused(tmp_path):
    with pytest.raises(OrdersError, match="more cells than can be read"):
        read_area(workbook(tmp_path / "a.xlsx", far=""), "Orders", (2, 1, 1 << 20, 60), ORDERS[0], date1904=False)


def changed(path, source, part, old, new):
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert re.search(old, parts[part], re.DOTALL)
    parts[part] = re.sub(old, new, parts[part], count=1, flags=re.DOTALL)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def opendocument(path, filler):
    cells = "".join(
        "<table:table-row>" + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        ) + "</table:table-row>" for row in [["Klant", "Datum", "Bedrag"], ["ann", "3-5-2024", "12,50"]]
    )  # fmt: skip
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        names = " ".join(f'xmlns:{name}="{space}{name}:1.0"' for name in ("office", "table", "text"))
        body = f'<table:table table:name="Orders">{cells}{filler}</table:table>'
        body = f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        archive.writestr("content.xml", f"<office:document-content {names}>{body}</office:document-content>")
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{space}manifest:1.0"/>')
    return path


BLANKS = '<table:table-row table:number-rows-repeated="1048573"><table:table-cell/></table:table-row>'
FAR_CELL = '<table:table-cell table:number-columns-repeated="16383"/><table:table-cell office:value-type="string"/>'


def test_an_opendocument_with_a_far_cell_is_refused(tmp_path):
    with pytest.raises(OrdersError, match=r"as far as row 1,048,576 and column 16,384"):
        read_table(opendocument(tmp_path / "a.ods", f"{BLANKS}<table:table-row>{FAR_CELL}</table:table-row>"))
    with pytest.raises(OrdersError, match=r"as far as row 1,048,575 and column 16,384"):
        read_table(opendocument(tmp_path / "b.ods", f"{BLANKS.replace('<table:table-cell/>', FAR_CELL)}"))


def test_an_opendocument_that_ends_in_blanks_is_read(tmp_path):
    assert len(read_table(opendocument(tmp_path / "a.ods", BLANKS))) == 1


def test_a_binary_workbook_with_a_far_cell_is_refused(tmp_path):
    record = b"\x00\x04" + (1_048_575).to_bytes(4, "little") + b"\x05\x10" + (16_383).to_bytes(4, "little") + bytes(12)
    path = changed(tmp_path / "a.xlsb", DATA / "binary.xlsb", "xl/worksheets/sheet1.bin", rb"\x92\x01\x00",
                   lambda end: record + end[0])  # fmt: skip
    with pytest.raises(OrdersError, match=r"as far as row 1,048,576 and column 16,384"):
        read_table(path)


@pytest.mark.parametrize("address", [b"A99999999999999999999", b"A1048577000"])
def test_a_row_that_no_sheet_has_is_refused(tmp_path, address):
    path = edited(workbook(tmp_path / "a.xlsx", last="C40"), rb'r="C40"', b'r="%s"' % address)
    with pytest.raises(OrdersError):
        read_table(path)
