"""A workbook with macros is patched and refreshed like any other, and its macros stay what they are."""

import zipfile

import pytest
import xlsxwriter

from clv_xl.refresh import refresh
from clv_xl.workbook import Book, Cached, patch

from .macros import PROJECT, with_macros

MACRO_ENABLED = b'"application/vnd.ms-excel.sheet.macroEnabled.main+xml"'


def parts_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def client(tmp_path):
    """Orders in a table, a call of ours beside the client's own function of that name, a button and a note."""
    path = tmp_path / "client.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.set_vba_name("ThisWorkbook")
        orders, report = book.add_worksheet("Orders"), book.add_worksheet("Report")
        for sheet, name in ((orders, "Sheet1"), (report, "Sheet2")):
            sheet.set_vba_name(name)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        rows = [[f"o{number}", f"c{number % 3}", 45000 + number, 10.0 * number + 5] for number in range(12)]
        headers = [{"header": header} for header in ("Order", "Customer", "Date", "Amount")]
        orders.add_table(0, 0, 12, 3, {"name": "Orders", "data": rows, "columns": headers})
        for row, order in enumerate(rows, 1):
            orders.write(row, 2, order[2], day)
        report.write_formula("B1", "=AOV(Orders[Amount])", None, 0)
        report.write_formula("B2", "=CLV(B1,2,3)", None, 0)
        report.write_comment("A1", "a note")
        report.insert_button("D4", {"macro": "Button1_Click", "caption": "Value"})
    return with_macros(path)


def test_a_refresh_leaves_the_macros(client, libreoffice):
    before = parts_of(client)
    assert refresh(client).changed
    after = parts_of(client)
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet2.xml"]
    assert list(before) == list(after)
    assert after["xl/vbaProject.bin"] == PROJECT.read_bytes()
    assert MACRO_ENABLED in after["[Content_Types].xml"]
    assert b"Button1_Click" in after["xl/drawings/vmlDrawing1.vml"]
    with Book(client) as book:
        cells = book.cells("Report")
        assert [cells[row, 2].value for row in (1, 2)] == [60.0, 360.0]
    # An independent reader finds the module, as it was written.
    with zipfile.ZipFile(libreoffice.convert(client, "ods", recalculate=False)) as archive:
        module = archive.read("Basic/VBAProject/Clients.xml").decode()
    source = PROJECT.with_name("Clients.bas").read_text().replace("&", "&amp;").replace('"', "&quot;")
    assert source.replace("'", "&apos;") in module


def test_a_table_that_grows_leaves_the_macros(client):
    before = parts_of(client)
    rows = [[f"o{number}", "c", 45100 + number, 1.0] for number in range(30)]
    assert patch(client, {"Report": {"B1": Cached(1.0)}}, tables={"Orders": rows}).changed
    after = parts_of(client)
    changed = [name for name in before if before[name] != after[name]]
    assert set(changed) == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/tables/table1.xml"}


@pytest.mark.parametrize(
    ("name", "sheet", "parts"),
    [
        (
            "form-controls.xlsx",
            "Sheet1",
            ["xl/drawings/vmlDrawing1.vml", *(f"xl/ctrlProps/ctrlProp{n}.xml" for n in (1, 2, 3))],
        ),
        ("add-in-formatters.xlsx", None, ["xl/drawings/vmlDrawing1.vml"]),
    ],
)
def test_controls_and_notes_in_real_workbooks_with_macros(real, name, sheet, parts):
    path = with_macros(real(name))
    before = parts_of(path)
    with Book(path) as book:
        first = next(item for item in book.sheets.values() if item.kind == "worksheet")
        assert sheet in (None, first.name)
    assert patch(path, {first.name: {"AZ999": "new", "AZ1000": 12.5}}).parts == (first.part,)
    after = parts_of(path)
    assert [name for name in before if before[name] != after[name]] == [first.part]
    assert set(parts) < set(after)
    assert after["xl/vbaProject.bin"] == PROJECT.read_bytes()
    assert MACRO_ENABLED in after["[Content_Types].xml"]
    assert b"legacyDrawing" in after[first.part]
