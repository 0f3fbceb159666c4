from collections import UserList

import pytest

from clv_xl.errors import CellRefused, cell_error
from clv_xl.workbook import Book, Cached, Formula, Frozen, patch

pytestmark = pytest.mark.usefixtures("blocks")

SPILL = (
    '<row r="1"><c r="A1" s="2" cm="1"><f t="array" ref="A1:B2">_xlfn._xlws.SORT(X)</f><v>1</v></c>'
    '<c r="B1"><v>2</v></c><c r="D1"><v>9</v></c></row>'
    '<row r="2"><c r="A2" s="3"><v>3</v></c><c r="B2" t="str"><v>4</v></c></row>'
    '<row r="4"><c r="A4" s="1"/><c r="C4"><v>7</v></c></row>'
)


def values(path):
    with Book(path) as book:
        return {key: cell.value for key, cell in book.cells("Sheet1").items() if cell.value is not None}


def test_a_spill_grows(made, sheet_xml):
    path = made(SPILL, before='<dimension ref="A1:D4"/>')
    patched = patch(path, {"Sheet1": {"A1": Cached([[10], [20], [30], [40], ["end"]])}})
    assert patched.cells == 7
    assert values(path) == {
        (1, 1): 10, (2, 1): 20, (3, 1): 30, (4, 1): 40, (5, 1): "end", (1, 4): 9, (4, 3): 7,
    }  # fmt: skip
    text = sheet_xml(path)
    assert '<c r="A1" s="2" cm="1"><f t="array" ref="A1:A5">_xlfn._xlws.SORT(X)</f><v>10</v></c><c r="B1"/>' in text
    assert '<c r="A2" s="3"><v>20</v></c><c r="B2"/>' in text
    assert '<c r="A4" s="1"><v>40</v></c>' in text
    assert '<dimension ref="A1:D5"/>' in text
    assert not patch(path, {"Sheet1": {"A1": Cached([[10], [20], [30], [40], ["end"]])}}).changed


def test_rows_of_any_sequence_spill(made):
    path = made(SPILL)
    patch(path, {"Sheet1": {"A1": Cached(UserList([(n,) for n in range(3)]))}})
    assert [values(path)[row, 1] for row in (1, 2, 3)] == [0, 1, 2]
    assert not patch(path, {"Sheet1": {}}).changed


def test_a_spill_shrinks_to_one_cell_and_comes_back(made, sheet_xml):
    path = made(SPILL)
    patch(path, {"Sheet1": {"A1": Cached([[cell_error("#N/A")]])}})
    assert values(path) == {(1, 1): cell_error("#N/A"), (1, 4): 9, (4, 3): 7}
    assert '<c r="A1" s="2" cm="1" t="e"><f t="array" ref="A1">' in sheet_xml(path)
    patch(path, {"Sheet1": {"A1": Cached([[1, 2, 3], [4, 5, 6]])}})
    assert [values(path)[2, column] for column in (1, 2, 3)] == [4, 5, 6]
    assert 'ref="A1:C2"' in sheet_xml(path)


@pytest.mark.parametrize(
    ("rows", "after", "words"),
    [
        ([[1, 2, 3, 4]], "", "A1: its result would spill over D1, which is not empty: move it"),
        ([[1, 2, 3]] * 4, "", "spill over C4, which is not empty"),
        ([[1]] * 3, '<mergeCells><mergeCell ref="A3:B3"/></mergeCells>', "spill over merged cells in A3:B3"),
        ([[1], [2, 3]], "", "the result is 2 x 2 cells large, its place A1:B2 2 x 2"),
        ([], "", "the result is 0 x 0 cells large"),
        (5, "", "the result is 1 x 1 cells large, its place A1:B2 2 x 2"),
    ],
)
def test_a_spill_that_is_in_the_way_of_something(made, rows, after, words):
    path = made(SPILL, after=after)
    data = path.read_bytes()
    with pytest.raises(CellRefused, match=words):
        patch(path, {"Sheet1": {"A1": Cached(rows)}})
    assert path.read_bytes() == data


def test_a_spill_over_a_cell_that_is_written_too_or_over_a_table(made):
    path = made(SPILL)
    with pytest.raises(CellRefused, match="Sheet1!A3: this is part of two results"):
        patch(path, {"Sheet1": {"A1": Cached([[1]] * 3), "A3": 5}})
    table = (
        '<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" displayName="T" ref="A3:A4">'
        '<tableColumns count="1"><tableColumn id="1" name="a"/></tableColumns></table>'
    )
    links = '<Relationships><Relationship Id="a" Type="x/table" Target="../tables/table1.xml"/></Relationships>'
    parts = {"xl/tables/table1.xml": table, "xl/worksheets/_rels/sheet1.xml.rels": links}
    with pytest.raises(CellRefused, match="spill over table T in A3:A4: move that"):
        patch(made(SPILL, **parts), {"Sheet1": {"A1": Cached([[1]] * 3)}})
    array = '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1">X</f></c></row><row r="4"><c r="A4"><f t="array" '
    path = made(f'{array}ref="A4:A5">Y</f></c></row>')
    with pytest.raises(CellRefused, match="spill over an array formula or data table in A4:A5"):
        patch(path, {"Sheet1": {"A1": Cached([[1]] * 4)}})


SHARED = (
    '<row r="1"><c r="A1"><f t="shared" si="3"/><v>0</v></c></row>'
    '<row r="2"><c r="A2" s="1"><f t="shared" ref="A1:B3" si="3">B2*$C$1&amp;"a"</f><v>1</v></c>'
    '<c r="B2" t="str"><f t="shared" si="3"/><v>two</v></c></row>'
    '<row r="3"><c r="A3"><f t="shared" si="3"/><v>3</v></c><c r="B3"><f t="shared" si="4"/><v>4</v></c></row>'
)


@pytest.mark.parametrize("edit", [5, None, Formula("1+1", 2), Frozen()])
def test_those_that_share_a_formula_get_their_own(made, edit):
    path = made(SHARED)
    with Book(path) as book:
        before = book.cells("Sheet1")
    assert patch(path, {"Sheet1": {"A2": edit, "A3": Cached(30)}}).cells == 4
    with Book(path) as book:
        after = book.cells("Sheet1")
    assert [after[key].formula for key in ((1, 1), (2, 2), (3, 1))] == ['B1*$C$1&"a"', 'C2*$C$1&"a"', 'B3*$C$1&"a"']
    assert [after[key].formula for key in ((1, 1), (2, 2), (3, 1))] == [
        before[key].formula for key in ((1, 1), (2, 2), (3, 1))
    ]
    assert [after[key].value for key in ((1, 1), (2, 2), (3, 1))] == [0, "two", 30]
    wanted = {Formula: (2, "1+1"), Frozen: (1, None), int: (5, None), type(None): (None, None)}[type(edit)]
    assert after[2, 1][:2] == wanted
    assert after[2, 1].style == 1


def test_those_that_share_a_formula_in_a_real_workbook(real):
    path = real("shared-above-master.xlsx")
    with Book(path) as book:
        sheet = next(iter(book.sheets))
        before = book.cells(sheet)
    formulas = [key for key, cell in before.items() if cell.formula is not None]
    for row, column in formulas:
        patch(path, {sheet: {f"{chr(64 + column)}{row}": 7}})
        with Book(path) as book:
            after = book.cells(sheet)
        before = {**before, (row, column): before[row, column]._replace(value=7, formula=None, array=None)}
        assert {k: c._replace(array=None) for k, c in after.items()} == before


def test_frozen_values(made, sheet_xml):
    rows = (
        '<row r="1"><c r="A1" s="1" t="str" cm="1" vm="2"><f>CLV(1)</f><v>te&amp;xt</v></c><c r="B1"><f>1/3</f>'
        '<v>0.33333333333333331</v></c><c r="C1" t="b"><f>TRUE</f><v>1</v></c>'
        '<c r="D1" t="e"><f>NA()</f><v>#N/A</v></c><c r="E1"><f>F1</f></c></row>'
    )
    path = made(rows)
    patch(path, {"Sheet1": dict.fromkeys(["A1", "B1", "C1", "D1", "E1"], Frozen())})
    assert (
        '<row r="1"><c r="A1" s="1" t="inlineStr"><is><t>te&amp;xt</t></is></c><c r="B1"><v>0.3333333333333333</v></c>'
        '<c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#N/A</v></c><c r="E1"/></row>'
    ) in sheet_xml(path)
    for address in ("A1", "G9"):
        with pytest.raises(CellRefused, match=f"Sheet1!{address}: there is no formula to freeze here"):
            patch(path, {"Sheet1": {address: Frozen()}})


def test_a_frozen_spill_is_constants(made, sheet_xml, real):
    path = made(SPILL)
    assert patch(path, {"Sheet1": {"A1": Frozen()}}).cells == 2
    text = sheet_xml(path)
    assert '<c r="A1" s="2"><v>1</v></c><c r="B1"><v>2</v></c>' in text
    assert '<c r="B2" t="inlineStr"><is><t>4</t></is></c>' in text
    with pytest.raises(CellRefused, match="part of the array formula in A1:B2"):
        patch(made(SPILL), {"Sheet1": {"B2": Frozen()}})
    path = real("dynamic-arrays.xlsx")
    with Book(path) as book:
        before = book.cells("Sheet1")
    patched = patch(path, {"Sheet1": {"B2": Frozen()}})
    with Book(path) as book:
        after = book.cells("Sheet1")
    assert {key: cell.value for key, cell in after.items()} == {key: cell.value for key, cell in before.items()}
    assert after[2, 2].formula is None
    assert "xl/calcChain.xml" in patched.parts
    patch(path, {"Sheet1": {"B3": 1}})
