import datetime as dt
import random
import warnings
import zipfile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from clv_xl.errors import CellError, CellRefused, cell_error
from clv_xl.workbook import Book, Cached, Formula, patch
from clv_xl.workbook.address import name, parse

pytestmark = pytest.mark.usefixtures("blocks")

EDITABLE = [
    "add-in-formatters.xlsx", "add-in-functions.xlsx", "calendar1904.xlsx", "chartsheet-pivot.xlsx", "data-table.xlsx",
    "dialog-sheet.xlsx", "dynamic-arrays.xlsx", "form-controls.xlsx", "no-references.xlsx",
    "prefix.xlsx", "shared-above-master.xlsx", "shared.xlsx", "strict.xlsx", "table-slicer.xlsx",
]  # fmt: skip
# openpyxl finds no sheets in strict workbooks and stops at the properties of the other one.
OPENPYXL_CANNOT = {"strict.xlsx", "no-references.xlsx"}
CONSTANTS = [3.25, -7, True, None, 'tëxt & <x> "{p}" _x0041_', "=1+1", " space\n", cell_error("#N/A")]
RESULTS = [42.5, 'a "result" ', False, "", cell_error("#DIV/0!")]


def parts(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {part: archive.read(part) for part in archive.namelist()}


def raw_entries(path):
    """The bytes of each entry as they stand in the file, local header included."""
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        starts = sorted((info.header_offset, info.filename) for info in archive.infolist())
        ends = [start for start, _ in starts[1:]] + [archive.start_dir]
    return {part: data[start:end] for (start, part), end in zip(starts, ends, strict=True)}


def first_sheet(path):
    with Book(path) as book:
        sheet = next(sheet for sheet in book.sheets.values() if sheet.kind == "worksheet")
        return sheet, book.cells(sheet.name)


def allowed_edits(path, seed):
    """Edits of all kinds in the first sheet, without those that are refused."""
    chance = random.Random(seed)
    sheet, cells = first_sheet(path)
    edits = {"C400": 1.5, "GR2": "new"}
    for kept in (True, False):
        places = [key for key, cell in cells.items() if (cell.formula is not None) == kept]
        for key in chance.sample(places, min(8, len(places))):
            edits[name(*key)] = Cached(chance.choice(RESULTS)) if kept else chance.choice(CONSTANTS)
    while True:
        try:
            return sheet, edits, patch(path, {sheet.name: edits}, out=path.with_name("out.xlsx"))
        except CellRefused as refusal:
            address = str(refusal).removeprefix(f"{sheet.name}!").split(":")[0]
            del edits[address]


def wanted(edit):
    value = edit.value if isinstance(edit, Cached) else edit
    return value.cell if isinstance(value, CellError) else value


@pytest.mark.parametrize("file", EDITABLE)
def test_every_other_part_is_the_same_raw_bytes(real, file):
    path = real(file)
    sheet, _ = first_sheet(path)
    out = path.with_name("out.xlsx")
    patched = patch(path, {sheet.name: {"AZ999": 12.5}}, out=out)
    assert (patched.parts, patched.cells, patched.changed) == ((sheet.part,), 1, True)
    before, after = raw_entries(path), raw_entries(out)
    assert [part for part in before if before[part] != after[part]] == [sheet.part]
    assert before.keys() == after.keys()


@pytest.mark.parametrize("file", EDITABLE)
@pytest.mark.parametrize("seed", [1, 2])
def test_edits_are_read_back_and_bystanders_stay(real, file, seed):
    path = real(file)
    _, edits, patched = allowed_edits(path, seed)
    out = path.with_name("out.xlsx")
    before, after = first_sheet(path)[1], first_sheet(out)[1]
    for address, edit in edits.items():
        position = parse(address)
        if position in after:
            assert getattr(after[position].value, "cell", after[position].value) == wanted(edit), address
        else:
            assert edit is None
        if position in before:
            assert after[position].style == before[position].style
            if isinstance(edit, Cached):
                assert after[position][1:] == before[position][1:]
    touched = {parse(address) for address in edits}
    assert {k: v for k, v in after.items() if k not in touched} == {k: v for k, v in before.items() if k not in touched}
    assert all(parts(out)[part] == data for part, data in parts(path).items() if part not in patched.parts)


@pytest.mark.parametrize("file", EDITABLE)
def test_other_readers_see_the_edits_and_the_bystanders(real, file):
    path = real(file)
    sheet, edits, _ = allowed_edits(path, 3)
    out = path.with_name("out.xlsx")
    touched = {parse(address): wanted(edit) for address, edit in edits.items()}

    def calamine(book):
        rows = CalamineWorkbook.from_path(book).get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        return {(r, c): v for r, row in enumerate(rows, 1) for c, v in enumerate(row, 1) if v != ""}

    old, new = calamine(path), calamine(out)
    assert {k: v for k, v in new.items() if k not in touched} == {k: v for k, v in old.items() if k not in touched}
    for position, value in touched.items():
        if isinstance(value, float) and not isinstance(new[position], dt.date):
            assert new[position] == value
        if isinstance(value, bool):
            assert new[position] is value


@pytest.mark.parametrize("file", sorted({*EDITABLE} - OPENPYXL_CANNOT))
def test_openpyxl_sees_the_edits_and_the_bystanders(real, file):
    path = real(file)
    sheet, edits, _ = allowed_edits(path, 5)
    touched = {parse(address): wanted(edit) for address, edit in edits.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before, after = (
            openpyxl.load_workbook(book, data_only=True)[sheet.name] for book in (path, path.with_name("out.xlsx"))
        )
    for cell in (cell for row in before.iter_rows() for cell in row):
        other = after.cell(cell.row, cell.column)
        assert other.number_format == cell.number_format
        value = touched.get((cell.row, cell.column), cell.value)
        if not isinstance(other.value, dt.date | dt.time):
            # openpyxl takes blank text for nothing, and leaves this escape as it is.
            assert (other.value or None) == (value or None) or "_x005F_" in other.value


@pytest.mark.parametrize("file", EDITABLE)
def test_the_same_edit_again_changes_nothing(real, file):
    path = real(file)
    sheet, edits, _ = allowed_edits(path, 4)
    out = path.with_name("out.xlsx")
    data, stamp = out.read_bytes(), out.stat()
    again = patch(out, {sheet.name: edits})
    assert (again.changed, again.cells, again.parts) == (False, 0, ())
    assert out.read_bytes() == data
    assert (out.stat().st_mtime_ns, out.stat().st_ino) == (stamp.st_mtime_ns, stamp.st_ino)


@pytest.mark.parametrize("file", EDITABLE)
def test_writing_what_stands_there_keeps_every_byte(real, file):
    path = real(file)
    data = path.read_bytes()
    sheet, cells = first_sheet(path)
    edits = {}
    for position, cell in cells.items():
        if cell.array is None or cell.array.rows * cell.array.columns == 1:
            edits[name(*position)] = Cached(cell.value) if cell.formula is not None else cell.value
    while True:
        try:
            patched = patch(path, {sheet.name: edits})
        except CellRefused as refusal:
            del edits[str(refusal).removeprefix(f"{sheet.name}!").split(":")[0]]
        else:
            break
    assert not patched.changed
    assert path.read_bytes() == data


def test_numbers_are_compared_as_numbers(made, sheet_xml):
    path = made('<row r="1"><c r="A1" s="3"><f>50*36</f><v>1800</v></c><c r="B1"><v>1.80e3</v></c></row>')
    assert not patch(path, {"Sheet1": {"A1": Cached(1800.0), "b1": 1800}}).changed
    assert patch(path, {"Sheet1": {"A1": Cached(1801.0)}}).cells == 1
    assert '<c r="A1" s="3"><f>50*36</f><v>1801</v></c><c r="B1"><v>1.80e3</v></c>' in sheet_xml(path)


def test_only_the_touched_cell_changes_in_its_sheet(real):
    path = real("prefix.xlsx")
    before = parts(path)["xl/worksheets/sheet1.xml"]
    patch(path, {"SylkTest": {"B1": 99}})
    after = parts(path)["xl/worksheets/sheet1.xml"]
    assert after == before.replace(
        b'<x:c r="B1" s="2">\r\n<x:v>1</x:v>\r\n</x:c>', b'<x:c r="B1" s="2"><x:v>99</x:v></x:c>'
    )
    assert after != before


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (1, '<c r="A1"><v>1</v></c>'),
        (0.1, '<c r="A1"><v>0.1</v></c>'),
        (1e300, '<c r="A1"><v>1e+300</v></c>'),
        (2**70, '<c r="A1"><v>1.1805916207174113e+21</v></c>'),
        (True, '<c r="A1" t="b"><v>1</v></c>'),
        (cell_error("#N/A"), '<c r="A1" t="e"><v>#N/A</v></c>'),
        (float("nan"), '<c r="A1" t="e"><v>#NUM!</v></c>'),
        (float("inf"), '<c r="A1" t="e"><v>#NUM!</v></c>'),
        (dt.date(2024, 2, 29), '<c r="A1"><v>45351</v></c>'),
        (dt.datetime(2024, 2, 29, 18, tzinfo=dt.UTC), '<c r="A1"><v>45351.75</v></c>'),
        (dt.date(1900, 2, 28), '<c r="A1"><v>59</v></c>'),
        ("=1+1", '<c r="A1" t="inlineStr"><is><t>=1+1</t></is></c>'),
        ("a{p}b", '<c r="A1" t="inlineStr"><is><t>a{p}b</t></is></c>'),
        (" a", '<c r="A1" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c>'),
        ("a\r\x01\ud800", '<c r="A1" t="inlineStr"><is><t>a_x000D__x0001__xD800_</t></is></c>'),
        ("_x0041_", '<c r="A1" t="inlineStr"><is><t>_x005F_x0041_</t></is></c>'),
        (Formula("=A2&B2", 'x<"y"'), '<c r="A1" t="str"><f>A2&amp;B2</f><v>x&lt;"y"</v></c>'),
    ],
)
def test_how_values_are_written(made, sheet_xml, value, cell):
    path = made()
    assert patch(path, {"Sheet1": {"A1": value}}).cells == 1
    assert f'<sheetData><row r="1">{cell}</row></sheetData>' in sheet_xml(path)
    assert not patch(path, {"Sheet1": {"$a$1": value}}).changed


def test_dates_of_1904(real):
    path = real("calendar1904.xlsx")
    patch(path, {"Sheet1": {"A1": dt.date(1904, 1, 2)}})
    assert first_sheet(path)[1][1, 1].value == 1
    with pytest.raises(CellRefused, match="Sheet1!A1: 1903-12-31 lies before the first day"):
        patch(path, {"Sheet1": {"A1": dt.date(1903, 12, 31)}})


def test_blank_keeps_the_style_and_adds_no_cell(made, sheet_xml):
    path = made('<row r="1"><c r="A1" s="3" t="b"><v>1</v></c></row>')
    assert patch(path, {"Sheet1": {"A1": None, "B1": None, "A9": None}}).cells == 1
    assert '<sheetData><row r="1"><c r="A1" s="3"/></row></sheetData>' in sheet_xml(path)


def test_new_cells_take_their_place(made, sheet_xml):
    path = made(
        '<row r="2" spans="2:3"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c><extLst/></row><row r="5" ht="9"/>',
        before='<dimension ref="B2:D5"/>',
    )
    patch(path, {"Sheet1": {"F7": 7, "C2": 3, "A2": 0, "E2": 5, "B5": 6, "A3": 4, "A1": 9}})
    assert sheet_xml(path).split(">", 1)[1] == (
        '<dimension ref="A1:F7"/><sheetData><row r="1"><c r="A1"><v>9</v></c></row><row r="2"><c r="A2"><v>0</v></c>'
        '<c r="B2"><v>1</v></c><c r="C2"><v>3</v></c><c r="D2"><v>2</v></c><c r="E2"><v>5</v></c><extLst/></row>'
        '<row r="3"><c r="A3"><v>4</v></c></row><row r="5" ht="9"><c r="B5"><v>6</v></c></row>'
        '<row r="7"><c r="F7"><v>7</v></c></row></sheetData></worksheet>'
    )


def test_a_spill_is_rewritten_as_a_whole(real):
    path = real("dynamic-arrays.xlsx")
    before = first_sheet(path)[1]
    days = [["ma"], ["di"], ["wo"], ["do"], [5]]
    patched = patch(path, {"Sheet1": {"b2": Cached(days)}})
    after = first_sheet(path)[1]
    assert [[after[row, 2].value] for row in range(2, 7)] == days
    assert (after[2, 2].formula, after[2, 2].array) == (before[2, 2].formula, before[2, 2].array)
    assert patched.cells == 5
    assert b'cm="1"' in parts(path)["xl/worksheets/sheet1.xml"]
    assert not patch(path, {"Sheet1": {"B2": Cached(days)}}).changed


def test_a_spill_and_a_lost_formula_in_one_call(real):
    # The calculation chain goes with the formula, and the spill is still written as a whole.
    path = real("dynamic-arrays.xlsx")
    assert any(part.endswith("calcChain.xml") for part in parts(path))
    patch(path, {"Sheet1": {"B2": Cached([[n] for n in range(5)]), "c2": 1}})
    after = first_sheet(path)[1]
    assert [after[row, 2].value for row in range(2, 7)] == [0, 1, 2, 3, 4]
    assert (after[2, 3].value, after[2, 3].formula, after[2, 3].array) == (1, None, None)
    assert not any("calcChain" in part for part in parts(path))


def test_the_calculation_chain_goes_only_with_a_formula(real):
    path = real("calendar1904.xlsx")
    kept = patch(path, {"Sheet1": {"B1": Cached(5), "B2": Formula("A2+2", 6), "C1": Formula("A1", 43100)}})
    assert kept.parts == ("xl/worksheets/sheet1.xml",)
    lost = patch(path, {"Sheet1": {"B1": 5}})
    assert lost.parts == (
        "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/calcChain.xml", "xl/worksheets/sheet1.xml",
    )  # fmt: skip
    after = parts(path)
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["[Content_Types].xml"] + after["xl/_rels/workbook.xml.rels"]
    assert openpyxl.load_workbook(path)["Sheet1"]["B1"].value == dt.datetime(1904, 1, 6)


def test_a_formula_that_stands_there_is_kept_as_it_is(made, sheet_xml):
    path = made('<row r="1"><c r="A1" cm="1"><f t="array" ref="A1" ca="1">CLV(1&amp;2)</f><v>1</v></c></row>')
    assert not patch(path, {"Sheet1": {"A1": Formula("=CLV(1&2)", 1)}}).changed
    patch(path, {"Sheet1": {"A1": Formula("CLV(1&2)", 2)}})
    assert '<c r="A1" cm="1"><f t="array" ref="A1" ca="1">CLV(1&amp;2)</f><v>2</v></c>' in sheet_xml(path)
    patch(path, {"Sheet1": {"A1": Formula("CLV(3)", 2)}})
    assert '<c r="A1"><f>CLV(3)</f><v>2</v></c>' in sheet_xml(path)


def test_rich_values_go_with_the_value(made, sheet_xml):
    path = made('<row r="1"><c r="A1" t="e" vm="1"><v>#VALUE!</v></c></row>')
    patch(path, {"Sheet1": {"A1": 5}})
    assert '<c r="A1"><v>5</v></c>' in sheet_xml(path)


def test_a_sheet_in_utf_16(made):
    xml = (
        '<?xml version="1.0" encoding="UTF-16"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="str"><v>é</v></c></row></sheetData></worksheet>'
    )
    path = made(**{"xl/worksheets/sheet1.xml": xml.encode("utf-16")})
    patch(path, {"Sheet1": {"B1": 2}})
    assert [cell.value for cell in first_sheet(path)[1].values()] == ["é", 2]


def test_out_of_an_unchanged_workbook_is_a_copy(made, tmp_path):
    path = made()
    assert not patch(path, {}, out=tmp_path / "copy.xlsx").changed
    assert (tmp_path / "copy.xlsx").read_bytes() == path.read_bytes()
