import pytest

from clv_xl.errors import CellRefused
from clv_xl.workbook.address import Area, area, column_letters, column_number, name, parse


@pytest.mark.parametrize(("text", "position"), [("A1", (1, 1)), ("$b$5", (5, 2)), ("XFD1048576", (1048576, 16384))])
def test_parse(text, position):
    assert parse(text) == position
    assert name(*position) == text.replace("$", "").upper()


@pytest.mark.parametrize("text", ["", "B", "5", "B0", "XFE1", "A1048577", "AAAA1", "Sheet1!A1", "A1:B2", "B5 "])
def test_what_is_no_cell_is_refused(text):
    with pytest.raises(CellRefused):
        parse(text)


def test_every_column_has_letters_and_back():
    assert all(column_number(column_letters(n)) == n for n in range(1, 16385))
    assert [column_letters(n) for n in (26, 27, 702, 703)] == ["Z", "AA", "ZZ", "AAA"]


def test_a_position_outside_the_sheet_has_no_name():
    with pytest.raises(CellRefused, match="outside the sheet"):
        name(0, 1)


@pytest.mark.parametrize(
    ("text", "wanted", "spelled"),
    [
        ("$A$1:C9", Area(1, 1, 9, 3), "A1:C9"),
        ("C9:A1", Area(1, 1, 9, 3), "A1:C9"),
        ("B5", Area(5, 2, 5, 2), "B5"),
        ("A:C", Area(1, 1, 1048576, 3), "A1:C1048576"),
        ("$2:4", Area(2, 1, 4, 16384), "A2:XFD4"),
    ],
)
def test_area(text, wanted, spelled):
    assert area(text) == wanted
    assert str(wanted) == spelled


def test_sizes_and_meetings():
    box = area("B2:D5")
    assert (box.rows, box.columns, box.anchor) == (4, 3, (2, 2))
    assert box.covers(5, 4)
    assert not box.covers(6, 4)
    assert box.meets(area("D5:E9"))
    assert not box.meets(area("E2:F9"))
