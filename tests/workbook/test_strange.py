"""Forms that no program should write are refused in a sentence, and never taken for something else."""

import struct
import zipfile

import pytest

from clv_xl.errors import CellRefused, NotAWorkbook, Unsupported
from clv_xl.workbook import Book, patch

from .conftest import MAIN

CELL = '<c r="A1"><v>1</v></c>'
NUMBERS = ["-1", "0", "+1", "1.5", "1e3", "NaN", "x", " 1 ", "1_0", "٣", "1048577", "1" * 5_000, "A1", "0x10"]
ADDRESSES = ["A0", "A2", "1", "A", "A-1", "AAAA1", "XFE1", " A1 ", "A1:B2", "R1C1", "A" + "1" * 5_000, "Ä1"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_row_with_a_strange_number_is_refused(made, number):
    path = made(f'<row r="{number}">{CELL.replace("A1", "A" + number)}</row>')
    data = path.read_bytes()
    with pytest.raises(Unsupported, match="strange number"):
        patch(path, {"Sheet1": {"A1": 5}})
    assert path.read_bytes() == data
    with pytest.raises(NotAWorkbook, match="is damaged near row"), Book(path) as book:
        book.cells("Sheet1")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_cell_with_a_strange_address_is_refused(made, address):
    path = made(f'<row r="1">{CELL.replace("A1", address)}</row>')
    with pytest.raises(Unsupported, match=r"strange address|out of order"):
        patch(path, {"Sheet1": {"A1": 5}})
    with pytest.raises(NotAWorkbook, match="is damaged near row 1"), Book(path) as book:
        book.cells("Sheet1")


def test_small_letters_are_letters(made):
    path = made('<row r="1"><c r="a1"><v>1</v></c><c r="ab1"><v>2</v></c></row>')
    patch(path, {"Sheet1": {"AB1": 5}})
    with Book(path) as book:
        assert {spot: cell.value for spot, cell in book.cells("Sheet1").items()} == {(1, 1): 1.0, (1, 28): 5.0}


def test_a_merged_cell_without_an_area_merges_nothing(made):
    for strange in ("<mergeCell/>", '<mergeCell count="1"/>', '<mergeCell ref="none"/>'):
        path = made(f'<row r="1">{CELL}</row>', "", f"<mergeCells>{strange}</mergeCells>")
        if strange == "<mergeCell/>":
            assert patch(path, {"Sheet1": {"A1": 5}}).changed
            continue
        with pytest.raises(Unsupported, match="names an area that is none"):
            patch(path, {"Sheet1": {"A1": 5}})


def test_a_number_that_is_none_is_refused(made):
    path = made('<row r="1"><c r="A1"><v>0x10</v></c></row>')
    with pytest.raises(NotAWorkbook, match="damaged"):
        patch(path, {"Sheet1": {"A1": 5}})


def test_only_sheets_are_sheets(made):
    path = made(f'<row r="1">{CELL}</row>')
    with Book(path) as book:
        text = book.package.read("xl/workbook.xml").decode()
    with Book(made(**{"xl/workbook.xml": text.replace("<sheet ", "<rheet ")})) as book:
        assert list(book.sheets) == []


def test_a_name_of_a_sheet_beyond_counting_is_passed_over(made):
    with Book(made()) as book:
        text = book.package.read("xl/workbook.xml").decode()
    named = '<definedNames><definedName name="a" localSheetId="%s">1</definedName><odd name="b"/></definedNames>'
    for index in ("1" * 5_000, "x", "7"):
        path = made(**{"xl/workbook.xml": text.replace("</workbook>", named % index + "</workbook>")})
        with Book(path) as book:
            assert (book.names, book.local_names) == ({}, {})


def test_long_names_of_sheets_make_no_long_sentence(made):
    with Book(made()) as book:
        text = book.package.read("xl/workbook.xml").decode()
    path = made(**{"xl/workbook.xml": text.replace('name="Sheet1"', f'name="{"x" * 9_000}"')})
    with Book(path) as book, pytest.raises(CellRefused) as refusal:
        book.sheet("Other")
    assert len(str(refusal.value)) < 200


def test_parts_in_one_place_are_refused(made):
    data = bytearray(made().read_bytes())
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    path = made(name="twice.xlsx")
    path.write_bytes(data)
    with pytest.raises(NotAWorkbook, match="parts that overlap"):
        Book(path)
    data[second + 42 : second + 46] = struct.pack("<L", len(data))
    path.write_bytes(data)
    with pytest.raises(NotAWorkbook):
        Book(path)


def test_a_directory_without_entries_is_refused(tmp_path):
    path = tmp_path / "empty.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.xml", "<a/>")
    content = bytearray(path.read_bytes())
    end = content.rfind(b"PK\x05\x06")
    content[end + 8 : end + 16] = bytes(8)  # no entries, in a directory without bytes
    path.write_bytes(content)
    with pytest.raises(NotAWorkbook):
        Book(path)


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="A1" t="n\xf2"><v>1</v></c>',
        b'<c r="A1"><v>1\xf2</v></c>',
        b'<c r="A1" t="inlineStr"><is><t>\xf2</t></is></c>',
    ],
)
def test_bytes_that_are_no_text_are_refused_in_a_sentence(made, cell):
    sheet = b'<worksheet xmlns="%s"><sheetData><row r="1">%s</row></sheetData></worksheet>' % (MAIN.encode(), cell)
    path = made(**{"xl/worksheets/sheet1.xml": sheet})
    data = path.read_bytes()
    with pytest.raises(NotAWorkbook, match="Sheet1 holds a cell that is damaged"):
        patch(path, {"Sheet1": {"A1": 5}})
    assert path.read_bytes() == data
