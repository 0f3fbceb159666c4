import pytest

from clv_xl.errors import CellRefused, Unsupported
from clv_xl.workbook import Cached, Formula, patch

pytestmark = pytest.mark.usefixtures("blocks")

ARRAY = (
    '<row r="1"><c r="A1"><f t="array" ref="A1:B2">X()</f><v>1</v></c><c r="B1"><v>2</v></c></row>'
    '<row r="2"><c r="A2"><v>3</v></c><c r="B2"><v>4</v></c><c r="D2"><f>A1</f><v>1</v></c></row>'
)
SHARED = (
    '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>1</v></c></row>'
    '<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c></row>'
)


def refused(path, edits, words, sheet="Sheet1"):
    data = path.read_bytes()
    with pytest.raises(CellRefused, match=words):
        patch(path, {sheet: edits})
    assert path.read_bytes() == data
    assert [file.name for file in path.parent.iterdir() if file.name.startswith(".clv-xl")] == []


def test_tables(real):
    path = real("table-slicer.xlsx")
    refused(path, {"B2": 1, "b1": "x"}, "Sheet 1!B1: this is the header of table Table1: rename the column", "Sheet 1")


def test_totals_row(made):
    table = (
        '<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" displayName="T" ref="A1:A3" '
        'totalsRowCount="1"><tableColumns count="1"><tableColumn id="1" name="a"/></tableColumns></table>'
    )
    path = made(
        '<row r="3"><c r="A3"><f>SUM(A2)</f><v>0</v></c></row>',
        **{
            "xl/tables/table1.xml": table,
            "xl/worksheets/_rels/sheet1.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package'
            '/2006/relationships"><Relationship Id="a" Type="x/table" Target="../tables/table1.xml"/></Relationships>',
        },
    )
    refused(path, {"A3": 1}, "Sheet1!A3: this is the totals row of table T: change it in Excel")
    assert patch(path, {"Sheet1": {"A3": Cached(5)}}).changed


def test_pivot_tables(real):
    refused(real("chartsheet-pivot.xlsx"), {"A3": 1}, "Pivot!A3: this is part of a pivot table: refresh it", "Pivot")


def test_merged_cells(made):
    path = made(ARRAY, after='<mergeCells count="1"><mergeCell ref="D4:E5"/></mergeCells>')
    refused(path, {"D4": 1, "E5": 2}, "Sheet1!E5: this is merged into D4: write that cell")
    assert patch(path, {"Sheet1": {"D4": 1}}).cells == 1


def test_array_formulas(made):
    path = made(ARRAY)
    words = "this is part of the array formula in A1:B2: refresh it as a whole at A1"
    for edits in ({"B2": 1}, {"A1": 1}, {"A1": Formula("1", 1)}, {"B1": Cached(1)}):
        refused(path, edits, words)
    shape = "Sheet1!A1: the result is {} x {} cells large, its place A1:B2 2 x 2: let Excel calculate it once"
    refused(path, {"A1": Cached(1)}, shape.format(1, 1))
    refused(path, {"A1": Cached([[1, 2], [3, 4], [5, 6]])}, shape.format(3, 2))
    refused(path, {"A1": Cached([[1, 2], [3]])}, shape.format(2, 2))
    refused(path, {"D2": Cached([[1], [2]])}, "its place D2 1 x 1")
    assert patch(path, {"Sheet1": {"D2": Cached([[5]])}}).cells == 1


def test_data_tables(made):
    path = made('<row r="2"><c r="B2"><f t="dataTable" ref="B2:B3" r1="A1"/><v>1</v></c></row>')
    for edit in (1, Cached(2)):
        refused(path, {"B3": edit}, "Sheet1!B3: this is part of the data table B2:B3: let Excel calculate it")


def test_values_that_fit_in_no_cell(made):
    path = made(SHARED)
    refused(path, {"C1": "x" * 32768}, "Sheet1!C1: the text is longer than the 32,767 characters of a cell: shorten")
    refused(path, {"C1": Formula("1+" * 4096 + "1", 1)}, "Sheet1!C1: the formula is longer than 8,192 characters")
    refused(path, {"C1": [1]}, "Sheet1!C1: a list fits in no cell")
    refused(path, {"C1": Cached(1)}, "Sheet1!C1: there is no formula to refresh here: write a value or a Formula")
    assert patch(path, {"Sheet1": {"C1": "x" * 32767}}).changed


def test_addresses(made):
    path = made(SHARED)
    refused(path, {"XFE1": 1}, "Sheet1!XFE1: XFE1 lies outside the sheet, which ends at XFD1048576")
    refused(path, {"one": 1}, "Sheet1!one: 'one' is no cell address: write it like B5")
    refused(path, {"C1": 1, "$c$1": 2}, "this cell is given twice")


def test_sheets(real):
    path = real("chartsheet-pivot.xlsx")
    refused(path, {"A1": 1}, "Sheet 'Chart' is a chartsheet and has no cells: name a worksheet", "Chart")
    refused(path, {"A1": 1}, "There is no sheet 'Sheet9'", "Sheet9")
    refused(real("dialog-sheet.xlsx"), {"A1": 1}, "is a dialogsheet", "Dialog1")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ('<row r="2"/><row r="1"/>', "rows out of order near row 1"),
        ('<row r="1"><c r="B1"/><c r="A1"/><c r="C1"/></row>', "cells out of order in row 1"),
        ('<row r="1"/><row r="1"/>', "rows out of order near row 1"),
        ('<row r="3"/><row r="2"><c r="C2"/></row><row r="9"/>', "rows out of order near row 2"),
        ("<!-- note --><row r='1'/>", "comments or raw text among its cells"),
        ('<row r="1"><c r="A1" t="str"><v><![CDATA[<row r="9">]]></v></c></row>', "comments or raw text"),
        ('<x:row xmlns:x="m" r="1"/>', "holds rows in an unusual form"),
        ('<row r="1"><row r="2"/></row>', "rows"),
    ],
)
def test_sheets_that_no_program_should_write(made, rows, words):
    with pytest.raises(Unsupported, match=rf"made\.xlsx: xl/worksheets/sheet1.xml .*{words}.*save it again"):
        patch(made(rows), {"Sheet1": {"C1": 1}})
