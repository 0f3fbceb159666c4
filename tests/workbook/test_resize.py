import zipfile

import openpyxl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from clv_xl.errors import CellRefused
from clv_xl.workbook import Book, patch

pytestmark = pytest.mark.usefixtures("blocks")

HEADERS = ["customer", "date", "amount"]
DATA = [["a", 45000, 1.5], ["b", 45001, 2.5], ["c", 45002, 3.5]]


@pytest.fixture
def orders(tmp_path):
    """A table of three orders in B2:D5, formatted, with what may follow or stand in its way."""

    def make(below=None, merged=None, **options):
        path = tmp_path / "orders.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("Orders")
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            sheet.write("A1", "title")
            sheet.add_table(1, 1, 4 + bool(options.get("total_row")), 3, {
                "name": "Orders", "data": DATA,
                "columns": [{"header": h} | options.pop(h, {}) for h in HEADERS], **options,
            })  # fmt: skip
            for row, values in enumerate(DATA, 2):
                sheet.write(row, 2, values[1], day)
            sheet.conditional_format("D3:D5", {"type": "data_bar"})
            sheet.conditional_format("D3:D4", {"type": "cell", "criteria": ">", "value": 1, "format": day})
            sheet.data_validation("B3:B5", {"validate": "length", "criteria": ">", "value": 0})
            if below:
                sheet.write(below, "note")
            if merged:
                sheet.merge_range(merged, "wide")
        return path

    return make


def body(path):
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Orders").to_python(skip_empty_area=False)
    return [row[1:4] for row in rows[2:]]


def xml(path, part):
    with zipfile.ZipFile(path) as archive:
        return archive.read(part).decode()


def test_growing(orders):
    path = orders()
    rows = [[f"c{n}", 45100 + n, n / 2] for n in range(10)]
    patched = patch(path, {}, tables={"orders": rows})
    assert patched.parts == ("xl/tables/table1.xml", "xl/worksheets/sheet1.xml")
    sheet, table = xml(path, "xl/worksheets/sheet1.xml"), xml(path, "xl/tables/table1.xml")
    assert table.count('ref="B2:D12"') == 2
    assert '<dimension ref="A1:D12"/>' in sheet
    assert 'sqref="D3:D12"' in sheet
    assert 'sqref="B3:B12"' in sheet
    assert 'sqref="D3:D4"' in sheet
    book = openpyxl.load_workbook(path)
    assert [[cell.value for cell in row] for row in book["Orders"]["B3:D12"]] != []
    assert {book["Orders"].cell(row, 3).number_format for row in range(3, 13)} == {"yyyy-mm-dd"}
    assert [[row[0], row[2]] for row in body(path)] == [[row[0], row[2]] for row in rows]
    with Book(path) as opened:
        assert opened.tables["Orders"].body.rows == 10
    assert not patch(path, {}, tables={"Orders": rows}).changed


def test_shrinking_leaves_what_stands_beside_and_below(orders):
    path = orders(below="C9")
    patch(path, {"Orders": {"F5": "beside"}})
    patch(path, {}, tables={"Orders": [["z", 45200, 9.5]]})
    with Book(path) as book:
        cells = {key: cell.value for key, cell in book.cells("Orders").items() if cell.value is not None}
        assert str(book.tables["Orders"].area) == "B2:D3"
    assert cells == {
        (1, 1): "title", (2, 2): "customer", (2, 3): "date", (2, 4): "amount",
        (3, 2): "z", (3, 3): 45200, (3, 4): 9.5, (5, 6): "beside", (9, 3): "note",
    }  # fmt: skip
    sheet = xml(path, "xl/worksheets/sheet1.xml")
    assert '<row r="4"' not in sheet
    assert 'sqref="B3"' in sheet
    patch(path, {"Orders": {"C9": None}}, tables={"Orders": DATA})
    assert [row[0] for row in body(path)][:3] == ["a", "b", "c"]


def test_the_dimension_shrinks_with_the_table(orders):
    path = orders()
    patch(path, {}, tables={"Orders": DATA[:1]})
    assert '<dimension ref="A1:D3"/>' in xml(path, "xl/worksheets/sheet1.xml")


def test_no_rows_leave_one_blank_row(orders):
    path = orders()
    patch(path, {}, tables={"Orders": []})
    with Book(path) as book:
        assert str(book.tables["Orders"].area) == "B2:D3"
        assert [book.cells("Orders")[3, n].value for n in (3,)] == [None]
    assert not patch(path, {}, tables={"Orders": []}).changed


def test_a_table_with_a_slicer(real):
    path = real("table-slicer.xlsx")
    before = path.read_bytes()
    with Book(path) as book:
        cells, table = book.cells("Sheet 1"), book.tables["Table1"]
    rows = [[cells[row, column].value for column in range(1, 12)] for row in range(2, 34)]
    assert not patch(path, {}, tables={"Table1": rows}).changed
    assert path.read_bytes() == before
    patched = patch(path, {}, tables={"Table1": rows + rows})
    assert patched.parts == (table.part, "xl/worksheets/sheet1.xml")
    with Book(path) as book:
        assert str(book.tables["Table1"].area) == "A1:K65"
        assert book.cells("Sheet 1")[65, 11].value == rows[-1][-1]


def test_refusals(orders):
    def refused(path, words, rows=None, edits=None):
        data = path.read_bytes()
        with pytest.raises(CellRefused, match=words):
            patch(path, edits or {}, tables={"Orders": rows or [*DATA, *DATA]})
        assert path.read_bytes() == data

    refused(orders(below="C7"), r"would grow over Orders!C7, which is not empty: move that")
    refused(orders(merged="C7:D7"), r"merged cells in C7:D7 stands in the way: move it")
    refused(orders(), "a row does not have its 3 columns", [["a", 1]])
    refused(orders(), "B3: this is in the body of a table that is filled too", edits={"Orders": {"B3": 1}})
    path = orders()
    with pytest.raises(CellRefused, match="There is no table 'Clients'"):
        patch(path, {}, tables={"Clients": DATA})


def test_array_formulas_and_other_tables_in_the_way(orders):
    path = orders()
    book = openpyxl.load_workbook(path)
    book["Orders"]["C8"] = openpyxl.worksheet.formula.ArrayFormula("C8:C9", "=A1:A2")
    book.save(path)
    with pytest.raises(CellRefused, match="an array formula or data table in C8:C9 stands in the way"):
        patch(path, {}, tables={"Orders": [*DATA, *DATA]})
    book = openpyxl.load_workbook(orders())
    for row in (["x", "y"], ["", ""]):
        book["Orders"].append([None, *row])
    book["Orders"].add_table(openpyxl.worksheet.table.Table(displayName="Other", ref="B6:C7"))
    book.save(path)
    with pytest.raises(CellRefused, match="table Other in B6:C7 stands in the way"):
        patch(path, {}, tables={"Orders": [*DATA, *DATA]})


def test_a_formula_among_the_data(orders):
    path = orders()
    book = openpyxl.load_workbook(path)
    book["Orders"]["D4"] = "=1+1"
    book.save(path)
    with pytest.raises(CellRefused, match="Orders!D4: there is a formula among the data of this table: move it out"):
        patch(path, {}, tables={"Orders": DATA})
