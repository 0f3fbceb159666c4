import weakref
import zipfile

import openpyxl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from clv_xl.errors import CellRefused
from clv_xl.workbook import Book, Cached, Formula, patch

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


CALCULATED = {"amount": {"formula": "=[@date]*2"}}


def test_calculated_columns(orders):
    path = orders(**CALCULATED)
    with Book(path) as book:
        text = book.tables["Orders"].calculated_columns["amount"]
    assert text == "[[#This Row],date]*2"
    rows = [[f"c{n}", 45100 + n, Formula(text, 2.0 * (45100 + n))] for n in range(6)]
    assert patch(path, {}, tables={"Orders": rows}).cells == 18
    sheet = openpyxl.load_workbook(path)["Orders"]
    assert [sheet.cell(row, 4).value for row in range(3, 9)] == [f"={text}"] * 6
    assert [row[2] for row in body(path)] == [2.0 * (45100 + n) for n in range(6)]
    assert not patch(path, {}, tables={"Orders": rows}).changed
    patched = patch(path, {}, tables={"Orders": rows[:1]})
    with Book(path) as book:
        assert [key for key, cell in book.cells("Orders").items() if cell.formula] == [(3, 4)]
    assert patched.cells == 15
    patch(path, {}, tables={"Orders": []})
    with Book(path) as book:
        assert [cell.formula for cell in book.cells("Orders").values() if cell.formula] == []


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["a", 1, 2]], "amount is a calculated column, and Orders!D3 would hold no formula: give one"),
        ([["a", 1, None]], "would hold no formula"),
        ([["a", 1, Cached(2)]], "would hold no formula"),
        ([["a", Formula("1", 1), Formula("1", 1)]], "Orders!C3 would hold a formula among the data: give a value"),
    ],
)
def test_what_a_calculated_column_may_not_hold(orders, rows, words):
    path = orders(**CALCULATED)
    data = path.read_bytes()
    with pytest.raises(CellRefused, match=words):
        patch(path, {}, tables={"Orders": rows})
    assert path.read_bytes() == data


def test_a_formula_in_a_column_of_data(orders):
    with pytest.raises(CellRefused, match="would hold a formula among the data"):
        patch(orders(), {}, tables={"Orders": [["a", 1, Formula("1", 1)]]})


def test_the_calculation_chain_goes_with_the_formulas_of_lost_rows(orders):
    path = orders(**CALCULATED)
    rows = [["a", 1, Formula("Orders[[#This Row],[date]]*2", 2)]] * 2
    chain = (
        '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="D3" i="1"/><c r="D4"/>'
        '<c r="D5"/></calcChain>'
    )
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    links = "xl/_rels/workbook.xml.rels"
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    parts[links] = parts[links].replace(
        b"</Relationships>", b'<Relationship Id="rId99" Type="%s" Target="calcChain.xml"/></Relationships>' % kind
    )
    parts["xl/calcChain.xml"] = chain.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    patched = patch(path, {}, tables={"Orders": rows})
    assert "xl/calcChain.xml" in patched.parts
    with zipfile.ZipFile(path) as archive:
        assert "xl/calcChain.xml" not in archive.namelist()
        assert b"calcChain" not in archive.read(links)


TOTALS = {
    "total_row": True, "customer": {"total_string": "Total"}, "amount": {"total_function": "sum", "total_value": 7.5},
}  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 3, 4, 9])
def test_the_totals_row_moves_with_the_body(orders, count):
    path = orders(**TOTALS)
    with Book(path) as book:
        totals = [book.cells("Orders")[6, column] for column in (2, 4)]
    rows = [[f"c{n}", 45100 + n, n / 2] for n in range(count)]
    total = sum(row[2] for row in rows)
    patch(path, {"Orders": {f"D{3 + count}": Cached(total), "F6": "beside"}}, tables={"Orders": rows})
    with Book(path) as book:
        cells, table = book.cells("Orders"), book.tables["Orders"]
    assert str(table.area) == f"B2:D{3 + count}"
    assert table.body.rows == count
    assert cells[3 + count, 2] == totals[0]
    assert cells[3 + count, 4] == totals[1]._replace(value=total)
    assert cells[6, 6].value == "beside"
    assert [[cells[3 + n, column].value for column in (2, 3, 4)] for n in range(count)] == rows
    assert max(row for row, column in cells if column < 5) == 3 + count
    assert xml(path, "xl/tables/table1.xml").count(f'ref="B2:D{2 + count}"') == 1
    assert f'<dimension ref="A1:F{max(6, 3 + count)}"/>' in xml(path, "xl/worksheets/sheet1.xml")
    openpyxl.load_workbook(path)
    assert not patch(path, {}, tables={"Orders": rows}).changed


def test_totals_that_name_cells_by_address_and_what_stands_below(orders):
    path = orders(**TOTALS | {"amount": {"total_function": "=SUM(D3:D5)"}})
    book = openpyxl.load_workbook(path)
    book["Orders"]["D6"] = "=SUM(D3:D5)"
    book.save(path)
    with pytest.raises(CellRefused, match="the formula in D6 of its totals row names cells by their address"):
        patch(path, {}, tables={"Orders": DATA * 2})
    assert patch(path, {}, tables={"Orders": [[*row[:2], 9] for row in DATA]}).changed
    with pytest.raises(CellRefused, match="would grow over Orders!C8, which is not empty"):
        patch(orders(below="C8", **TOTALS), {}, tables={"Orders": DATA * 2})


class Row(list):
    __hash__ = object.__hash__


class Computed:
    """Rows that exist only while they are looked at; `most` counts those that existed at once."""

    def __init__(self, count):
        self.count = count
        self.alive = weakref.WeakSet()
        self.most = 0

    def __len__(self):
        return self.count

    def __iter__(self):
        for number in range(self.count):
            row = Row([f"c{number}", 45000.0 + number % 700, number / 4])
            self.alive.add(row)
            self.most = max(self.most, len(self.alive))
            yield row


def test_rows_may_be_computed_while_they_are_written(orders):
    path, rows = orders(), Computed(3000)
    patch(path, {}, tables={"Orders": rows})
    assert not patch(path, {}, tables={"Orders": rows}).changed
    assert rows.most < 5
    assert len(body(path)) == 3000
    assert body(path)[-1][2] == 2999 / 4


def test_two_tables_side_by_side(tmp_path):
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Both")
        for left, name in ((0, "One"), (4, "Two")):
            options = {"name": name, "data": [[1, 2], [3, 4]], "columns": [{"header": "a"}, {"header": "b"}]}
            sheet.add_table(0, left, 2, left + 1, options)
    patch(path, {"Both": {"C2": "between"}}, tables={"One": [[n, n] for n in range(5)], "Two": [[9, 9]]})
    with Book(path) as book:
        cells = {key: cell.value for key, cell in book.cells("Both").items() if cell.value is not None}
        assert [str(book.tables[name].area) for name in ("One", "Two")] == ["A1:B6", "E1:F2"]
    assert cells == {
        (1, 1): "a", (1, 2): "b", (1, 5): "a", (1, 6): "b", (2, 3): "between", (2, 5): 9, (2, 6): 9,
    } | {(2 + n, column): n for n in range(5) for column in (1, 2)}  # fmt: skip


def test_a_protected_sheet(tmp_path):
    path = tmp_path / "protected.xlsx"
    with xlsxwriter.Workbook(path) as book:
        free = book.add_format({"locked": False})
        sheet = book.add_worksheet("Orders")
        sheet.protect("secret")
        for left, name, form in ((0, "Locked", None), (3, "Free", free)):
            columns = [{"header": "a"}, {"header": "b"}]
            sheet.add_table(0, left, 2, left + 1, {"name": name, "columns": columns})
            for row in (1, 2):
                sheet.write_row(row, left, [1, 2], form)
        sheet.write("G1", 1, free)
        sheet.write_formula("H1", "=1+1", None, 2)
        sheet.set_column("I:J", None, free)
        sheet.set_row(19, None, free)
        open_sheet = book.add_worksheet("Open")
        open_sheet.write("A1", 1)
    data = path.read_bytes()
    for address in ("A9", "H1", "A2", "K1"):
        with pytest.raises(CellRefused, match=f"Orders!{address}: this cell is locked and its sheet protected"):
            patch(path, {"Orders": {address: 1}})
    with pytest.raises(CellRefused, match="Table Locked cannot be filled: its sheet is protected and its cells are"):
        patch(path, {}, tables={"Locked": [[1, 2]]})
    assert path.read_bytes() == data
    allowed = {"G1": 5, "H1": Cached(3), "I7": 7, "J1": 8, "A20": 9}
    assert patch(path, {"Orders": allowed, "Open": {"A1": 2}}, tables={"Free": [[n, n] for n in range(4)]}).changed
    assert patch(path, {"Orders": {"A9": 1}}, locked={"orders"}).cells == 1
