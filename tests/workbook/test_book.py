import warnings
import zipfile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from clv_xl.errors import CellRefused, Encrypted, NotAWorkbook, Unsupported, cell_error
from clv_xl.workbook import Book
from clv_xl.workbook.address import Area

READABLE = [
    "add-in-formatters.xlsx", "add-in-functions.xlsx", "calendar1904.xlsx", "chartsheet-pivot.xlsx", "data-table.xlsx",
    "dialog-sheet.xlsx", "dynamic-arrays.xlsx", "form-controls.xlsx", "prefix.xlsx",
    "shared-above-master.xlsx", "shared.xlsx", "table-slicer.xlsx",
]  # fmt: skip


def openpyxl_cells(path, *, values):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, data_only=values)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield sheet.title, (cell.row, cell.column), cell.value


@pytest.mark.parametrize("name", READABLE)
def test_values_and_formulas_are_those_that_openpyxl_reads(workbooks, name):
    with Book(workbooks / name) as book:
        cells = {sheet.name: book.cells(sheet.name) for sheet in book.sheets.values() if sheet.kind == "worksheet"}
    for sheet, position, value in openpyxl_cells(workbooks / name, values=True):
        mine = cells[sheet][position].value
        if not hasattr(value, "isoformat"):
            assert getattr(mine, "cell", mine) == value, (sheet, position)
    for sheet, position, value in openpyxl_cells(workbooks / name, values=False):
        text = getattr(value, "text", value)
        if getattr(value, "t", "") != "dataTable" and isinstance(text, str) and text.startswith("="):
            assert cells[sheet][position].formula == text[1:], (sheet, position)


def test_rows_and_cells_without_references(workbooks):
    rows = CalamineWorkbook.from_path(workbooks / "no-references.xlsx").get_sheet_by_index(0).to_python()
    with Book(workbooks / "no-references.xlsx") as book:
        cells = book.cells(next(iter(book.sheets)))
    assert [[cells[row, column].value for column in range(1, 11)] for row in range(1, 11)] == [
        r[:10] for r in rows[:10]
    ]


def test_strict(workbooks):
    with Book(workbooks / "strict.xlsx") as book:
        assert list(book.sheets) == ["Sheet1", "Sheet Number 2"]
        assert book.cells("Sheet1")[1, 1].value == "test"
        assert book.cells("Sheet Number 2")[7, 1].formula == "SUM(A3:D3)"


def test_sheets_calendar_and_tables(workbooks):
    with Book(workbooks / "chartsheet-pivot.xlsx") as book:
        assert [sheet.kind for sheet in book.sheets.values()] == ["worksheet", "worksheet", "chartsheet"]
        assert not book.date1904
        with pytest.raises(CellRefused, match="'Chart' is a chartsheet and has no cells"):
            book.cells("Chart")
        with pytest.raises(CellRefused, match=r"There is no sheet 'Missing'.*has 'Data', 'Pivot', 'Chart'"):
            book.cells("Missing")
    with Book(workbooks / "calendar1904.xlsx") as book:
        assert book.date1904
    with Book(workbooks / "table-slicer.xlsx") as book:
        table = book.table("table1")
        assert (table.name, table.area, table.body) == ("Table1", Area(1, 1, 33, 11), Area(2, 1, 33, 11))
        assert table.columns[:3] == ["mpg", "cyl", "disp"]
        with pytest.raises(CellRefused, match=r"no table 'Orders': the tables of table-slicer.xlsx are: Table1"):
            book.table("Orders")


def test_dynamic_arrays_tell_their_area(workbooks):
    with Book(workbooks / "dynamic-arrays.xlsx") as book:
        cell = book.cells("Sheet1")[2, 2]
    assert (cell.formula, cell.array) == ("_xlfn.DROP(A2:A8,2)", Area(2, 2, 6, 2))


def test_data_tables_are_values(workbooks):
    with Book(workbooks / "data-table.xlsx") as book:
        cells = book.cells("2D")
    assert all(cell.array is None for cell in cells.values())
    assert [cell.formula for cell in cells.values() if cell.formula] == ["B1 & B2"]


def test_kinds_of_values(made):
    shared = (
        "<si><t>plain</t></si><si><r><t>ri</t></r><r><t>ch</t></r><rPh sb='0' eb='1'><t>kana</t></rPh></si>"
        "<si><t>a_x000D_b _x005F_x0041_</t></si>"
    )
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="rId2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>'
    )
    rows = (
        '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c></row>'
        '<row r="3"><c r="B3" t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="str"><f>""</f><v></v></c>'
        '<c t="d"><v>2020-01-01T12:00:00</v></c><c t="d"><v>06:00:00</v></c><c s="4"/><c><v>1e999</v></c></row>'
        '<row><c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c></row>'
    )
    path = made(rows, **{
        "xl/_rels/workbook.xml.rels": links,
        "xl/sharedStrings.xml":
            f'<x:sst xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f'{shared.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")}</x:sst>',
    })  # fmt: skip
    with Book(path) as book:
        cells = book.cells("sheet1")
    assert [cells[1, n].value for n in (1, 2, 3)] == ["plain", "rich", "a\rb _x0041_"]
    assert [cells[3, n].value for n in range(2, 9)] == [
        True, cell_error("#N/A"), "", 43831.5, 0.25, None, cell_error("#NUM!"),
    ]  # fmt: skip
    assert cells[3, 4].formula == '""'
    assert cells[3, 7].style == 4
    assert cells[4, 1].value == "inline"


def test_names_and_custom_properties(made):
    path = made(
        **{
            "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            '<workbookPr date1904="true"/><sheets><sheet name="Sheet1" sheetId="7" state="hidden" r:id="rId1"/>'
            "</sheets>"
            '<definedNames><definedName name="Margin">Sheet1!$B$1</definedName>'
            '<definedName name="Margin" localSheetId="0">0.4</definedName></definedNames></workbook>',
            "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/>'
            '<Relationship Id="b" Type="x/custom-properties" Target="docProps/custom.xml"/></Relationships>',
            "docProps/custom.xml": '<Properties xmlns="p" xmlns:vt="v"><property name="Client"><vt:lpwstr>Acme'
            "</vt:lpwstr></property></Properties>",
        }
    )
    with Book(path) as book:
        assert book.names == {"Margin": "Sheet1!$B$1"}
        assert book.local_names == {("Sheet1", "Margin"): "0.4"}
        assert book.custom_properties == {"Client": "Acme"}
        assert book.date1904
        assert book.sheets["Sheet1"].state == "hidden"
    with Book(made(name="bare.xlsx")) as book:
        assert book.custom_properties == {}


def test_files_that_are_refused(workbooks, made, tmp_path):
    def refused(path, error, words):
        with pytest.raises(error, match=words):
            Book(path)

    refused(workbooks / "encrypted.xlsx", Encrypted, "protected by a password.*Save a copy without")
    refused(workbooks / "binary.xlsb", Unsupported, "binary workbook.*save it as .xlsx")
    refused(tmp_path / "none.xlsx", NotAWorkbook, "There is no file .*none.xlsx")
    refused(tmp_path, NotAWorkbook, "is a folder")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    refused(tmp_path / "old.xls", Unsupported, "old .xls format: open it in Excel and save it as .xlsx")
    (tmp_path / "text.xlsx").write_text("customer,amount")
    refused(tmp_path / "text.xlsx", NotAWorkbook, "no Excel workbook")
    (tmp_path / "empty.xlsx").touch()
    refused(tmp_path / "empty.xlsx", NotAWorkbook, "no Excel workbook")
    whole = made().read_bytes()
    for size in (10, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.xlsx").write_bytes(whole[:size])
        refused(tmp_path / "cut.xlsx", NotAWorkbook, "cut short or damaged")
    refused(made(**{"_xmlsignatures/sig1.xml": "<a/>"}), Unsupported, "digitally signed.*remove the signature")
    refused(made(**{"XL/Workbook.xml": "<a/>"}), NotAWorkbook, "holds XL/Workbook.xml twice")
    refused(made(**{"xl/workbook.xml": '<document xmlns="w"/>'}), NotAWorkbook, "Office file but no Excel workbook")
    refused(made(**{"xl/workbook.xml": "<workbook>"}), NotAWorkbook, "no well-formed XML")
    with zipfile.ZipFile(tmp_path / "zip.xlsx", "w") as archive:
        archive.writestr("readme.txt", "")
    refused(tmp_path / "zip.xlsx", NotAWorkbook, "a zip file but no Excel workbook")


@pytest.mark.parametrize(
    ("flag", "error", "message", "told"),
    [
        (0x1, Encrypted, "encrypted", "versleuteld"),
        (0x40, Encrypted, "encrypted", "versleuteld"),
        (0x2000, Encrypted, "encrypted", "versleuteld"),
        (0x20, Unsupported, "changes to another file.*again in Excel", "wijziging van een ander bestand"),
    ],
)
def test_parts_that_cannot_be_read_as_they_are_are_refused(made, flag, error, message, told):
    path = made()
    data = bytearray(path.read_bytes())
    for at in (6, data.index(b"PK\x01\x02") + 8):  # of the first part, in its own head and in the table of contents
        data[at : at + 2] = (int.from_bytes(data[at : at + 2], "little") | flag).to_bytes(2, "little")
    path.write_bytes(data)
    with pytest.raises(error, match=message) as raised:
        Book(path)
    assert told in raised.value.text.nl


def test_damage_inside_shows_when_it_is_read(made):
    path = made('<row r="1"><c r="A1"><v>1</v></c></row>')
    data = bytearray(path.read_bytes())
    at = data.index(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml")
    data[at + 20] ^= 0xFF
    path.write_bytes(data)
    with Book(path) as book, pytest.raises(NotAWorkbook, match=r"sheet1.xml is damaged. Restore a backup"):
        book.cells("Sheet1")
    path = made('<row r="1"><c r="A1"><v>one</v></c></row>')
    with Book(path) as book, pytest.raises(NotAWorkbook, match="damaged near row 1"):
        book.cells("Sheet1")


def test_nothing_is_resolved_from_outside(made, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    doctype = f'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    part = doctype + "<worksheet><sheetData><row><c t='str'><v>&x;</v></c></row></sheetData></worksheet>"
    with Book(made(**{"xl/worksheets/sheet1.xml": part})) as book, pytest.raises(Unsupported, match="a DOCTYPE"):
        book.cells("Sheet1")
    with pytest.raises(Unsupported, match="holds a DOCTYPE"):
        Book(made(**{"xl/workbook.xml": "<!DOCTYPE workbook [<!ENTITY a 'b'>]><workbook/>"}))


def test_a_bomb_is_not_inflated(made):
    path = made(**{"xl/worksheets/sheet1.xml": " " * (1 << 27)})
    with Book(path) as book, pytest.raises(Unsupported, match="inflates to 134,217,728 bytes"):
        book.cells("Sheet1")
