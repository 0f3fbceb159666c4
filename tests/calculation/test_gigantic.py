"""Formulas over huge areas or of endless depth are computed from what is there, or refused: never a hang or a crash."""

import zipfile

import pytest
import xlsxwriter

from clv_xl.calculation import Calculator, Incalculable
from clv_xl.calculation.syntax import parse, walk
from clv_xl.refresh import refresh
from clv_xl.workbook import Book

DEEP = ["(" * 3_000 + "1" + ")" * 3_000, "1" + "+1" * 3_000, "-" * 3_000 + "1", "IF(1," * 1_500 + "1" + ")" * 1_500]


def workbook(path, formulas=(), names=(), last="B3"):
    with xlsxwriter.Workbook(path) as book:
        sheet, other = book.add_worksheet("S"), book.add_worksheet("Other")
        sheet.write_column("A1", [1, 2, 3])
        sheet.write_column("B1", [10, 20, 30])
        sheet.write(last, 30)
        other.write_column("A1", [100, 200, 300, 400])
        for name, text in names:
            book.define_name(name, text)
        for row, formula in enumerate(formulas):
            sheet.write_formula(row, 4, formula, None, 0)
    return path


def value(path, formula):
    with Book(path) as book:
        return Calculator(book).evaluate(formula, "S", 1, 9)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("SUM(A1:XFD1048576)", 66.0),
        ("SUM(A1:A1048576*B1:B1048576)", 140.0),
        ("SUM(A2:A1048576*B2:B1048576)", 130.0),
        ("SUM(Other!A1:A1048576*A1:A1048576)", 1400.0),
        ("SUM(A900000:B1048576)", 0.0),
        ("COUNT(A1:B60000)", 6.0),
    ],
)
def test_a_huge_area_ends_where_the_workbook_does(tmp_path, formula, expected):
    assert value(workbook(tmp_path / "a.xlsx"), formula) == expected


@pytest.mark.parametrize("formula", ["SUM(A1:XFD1048576)", "SUM(A1:A1048576*A1:XFD1)"])
def test_what_is_still_too_large_is_refused(tmp_path, formula):
    with pytest.raises(Incalculable, match="more cells than can be computed"):
        value(workbook(tmp_path / "a.xlsx", last="XFD1048576"), formula)


@pytest.mark.parametrize("text", DEEP)
def test_endless_depth_is_refused(tmp_path, text):
    with pytest.raises(Incalculable, match="nested too deep"):
        value(workbook(tmp_path / "a.xlsx"), text)


def test_a_deep_formula_is_walked_in_the_order_of_its_text():
    told = [getattr(node, "text", getattr(node, "value", "")) for node in walk(parse("SUM(A1,2)+B1*C1"))]
    assert told == ["", "SUM(A1,2)", "A1", 2.0, "", "B1", "C1"]
    assert sum(1 for _ in walk(parse("1" + "+1" * 900))) == 1801


def test_a_chain_of_names_without_end_is_refused(tmp_path):
    names = [(f"name_{number}", f"=name_{number + 1}") for number in range(1_500)]
    path = workbook(tmp_path / "a.xlsx", ["=name_0", "=AOV(name_0,1)"], names)
    done = refresh(path)
    assert {"E2"} <= {stale.cell for stale in done.stale}


@pytest.mark.parametrize(
    "formula", ["=AOV(A1:XFD1048576,3)", "=AOV(A1:A1048576*B1:B1048576,3)", *(f"=AOV({text},2)" for text in DEEP)]
)
def test_a_refresh_ends_whatever_a_formula_reads(tmp_path, formula):
    path = workbook(tmp_path / "a.xlsx", [formula, "=AOV(12,3)"])
    done = refresh(path)
    assert [change.after for change in done.changes if change.cell == "E2"] == [4.0]
    assert "E1" in {told.cell for told in [*done.changes, *done.stale]}


def test_a_huge_array_formula_keeps_its_value_and_so_does_what_reads_it(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        sheet.write_formula("A1", "=AOV(12,3)")
        sheet.write_formula("A2", "=AOV(J1,2)")
        sheet.write_array_formula("J1:K2", "=AOV(12,3)")
    widened(path, b'ref="J1:K2"', b'ref="J1:XFD1048576"')
    done = refresh(path)
    assert [change.cell for change in done.changes] == ["A1"]
    assert {stale.cell for stale in done.stale} == {"A2", "J1"}


def widened(path, old, new):
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
