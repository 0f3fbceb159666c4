"""Which styles tell a day: as Excel's own formats do, and as openpyxl sees them in real files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from clv_xl.workbook import Book
from clv_xl.workbook.formats import tells_day

WORKBOOKS = Path(__file__).parents[1] / "data" / "workbooks"


@pytest.mark.parametrize(
    ("code", "day"),
    [
        *[(code, True) for code in ("yyyy-mm-dd", "dd/mm/yy hh:mm", "mmm-yy", "mmmm", "dddd", "[$-413]d mmmm yyyy;@")],
        *[(code, True) for code in ('d" dagen "mmm', r"yyyy\-mm\-dd\ hh:mm:ss.000", "[Red]dd-mm", "D-MMM-YYYY")],
        *[
            (code, False)
            for code in ("General", "0.00", "#,##0", "hh:mm", "[h]:mm:ss", "mm:ss.0", "@", "0%", "0.00E+00")
        ],
        *[
            (code, False)
            for code in ('0 "days"', r"0\d", "[Red]0.00", "[$-413]0", "h:mm AM/PM", '"dd-mm-yyyy"', "", "0_d")
        ],
        ('0;"d"yyyy', False),
    ],
)
def test_a_format_tells_a_day(code, day):
    assert tells_day(code) is day


def test_built_in_and_own_formats_of_a_file(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, code in enumerate([14, 22, 10, 4, 20, "d mmm yyyy", "0.0", 47, 15]):
            sheet.write(row, 0, 45961, book.add_format({"num_format": code}))
        sheet.write(20, 0, 45961)
    with Book(path) as book:
        shown = [cell.style in book.date_styles for cell in book.cells("Sheet1").values()]
    assert shown == [True, True, False, False, False, True, False, False, True, False]


def test_real_files_as_openpyxl_sees_them():
    seen = 0
    for path in sorted(WORKBOOKS.glob("*.xlsx")):
        try:
            theirs = openpyxl.load_workbook(path)
        except Exception:  # noqa: BLE001  a file that openpyxl does not open is no witness
            continue
        with Book(path) as book:
            for sheet in theirs.worksheets:
                if book.sheets[sheet.title].kind != "worksheet":
                    continue
                ours = book.cells(sheet.title)
                for (row, column), cell in list(ours.items())[:2_000]:
                    other = sheet.cell(row, column)
                    if isinstance(cell.value, float) and other.data_type in {"n", "d"}:
                        seen += 1
                        timed = not any(sign in other.number_format.casefold() for sign in ("y", "d", "mmm"))
                        assert (cell.style in book.date_styles) is (other.is_date and not timed), (path.name, other)
    assert seen > 1_000


@pytest.mark.parametrize(
    "styles",
    [
        "<styleSheet><cellXfs>",
        "",
        '<!DOCTYPE a [<!ENTITY b "c">]><styleSheet/>',
        f'<styleSheet><cellXfs><xf numFmtId="{"9" * 5_000}"/><xf numFmtId="x"/><xf/></cellXfs></styleSheet>',
    ],
    ids=["cut", "empty", "doctype", "odd numbers"],
)
def test_styles_that_cannot_be_read_refuse_nothing(tmp_path, styles):
    path, broken = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write(0, 0, 45961, book.add_format({"num_format": 14}))
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for part in old.namelist():
            new.writestr(part, styles if part == "xl/styles.xml" else old.read(part))
    with Book(broken) as book:
        assert book.date_styles == frozenset()
