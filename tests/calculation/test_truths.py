"""Excel tells TRUE from 1, a cell from what is typed, and areas of one size from others: IronCalc is the witness."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from clv_xl.calculation import Calculator
from clv_xl.calculation.syntax import parse
from clv_xl.workbook import Book

from ..evaluators import agrees

COLUMNS = {"A": [True, 1, "x", None, "axe", 12], "B": [1, True, 0, False, None, "1"], "C": [1, 0, None, 1, 2, 0]}

FORMULAS = [
    *("MATCH(1,{TRUE;1},0)", "MATCH(TRUE,{1;TRUE},0)", "MATCH(1,A1:A2,0)", "MATCH(TRUE,B1:B2,0)", "MATCH(0,B3:B4,0)"),
    *("MATCH(FALSE,B3:B4,0)", "ROWS(_xlfn.UNIQUE(A1:A2))", "ROWS(_xlfn.UNIQUE(B1:B4))"),
    *("COUNTIF(A1:A6,1)", 'COUNTIF(A1:A6,"*")', 'COUNTIF(A1:A6,"t*")'),
    *("COUNTIF(B1:B6,C2)", "COUNTIF(C1:C6,H9)", 'SUMIF(A1:A2,">0")', "SUMPRODUCT(A1:A2)"),
    *("SUM(A1)", "SUM(TRUE)", "SUM(A1:A2)", "SUM(A3)", "COUNT(A1)", "COUNT(TRUE)", "MAX(A1)", "MIN(A1)", "AVERAGE(A1)"),
    *("LARGE(A1,1)", "SUBTOTAL(9,A1)", "SUBTOTAL(2,A1)", "AND(A3)", "AND(A1,A3)", "OR(A4,TRUE)"),
    *("SUM(_xlfn._xlws.FILTER(A1:A6,C1:C6))", "SUM(_xlfn._xlws.FILTER(A1:A6,C1:C2))"),
    *("SUM(_xlfn._xlws.FILTER(A1:B6,C1:C6))", "IFERROR(SUM(_xlfn._xlws.FILTER(A1:A6,C1:C2)),7)"),
    *("SUM(_xlfn._xlws.FILTER(A1:C1,{1,0,1}))", "SUM(_xlfn._xlws.FILTER(A1:C1,{1,0}))"),
    "SUM(_xlfn._xlws.FILTER(A1:A3,{1;#N/A;1}))",
]  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("truths") / "truths.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        for letter, values in COLUMNS.items():
            for row, value in enumerate(values, 1):
                if value is not None:
                    sheet.write(f"{letter}{row}", value)
        for row, formula in enumerate(FORMULAS):
            sheet.write_formula(row, 25, f"={formula}", None, "")
    return path


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_truth_is_no_number(formula, path, ironcalc):
    with Book(path) as book:
        found = Calculator(book).evaluate(formula, "S", 30, 26)
    assert agrees(found, ironcalc.load(path).get_cell_value(0, FORMULAS.index(formula) + 1, 26))


@pytest.mark.parametrize(("one", "other"), [("COUNTIF(A1,1)", "COUNTIF(A1,TRUE)"), ("SUM({1,0})", "SUM({TRUE,0})")])
def test_calls_with_a_truth_and_with_a_number_are_two(one, other):
    assert parse(one) != parse(other)
    assert len({parse(one), parse(other), parse(one)}) == 2


# By Excel's documentation, where IronCalc takes no single cell for a range, or searches a block.
DOCUMENTED = {"COUNTIF(A1,1)": 0.0, 'SUMIF(A1,">0")': 0.0, "SUM(INDEX(A1:A3,1))": 0.0, "MATCH(1,A1:B2,0)": "#N/A"}


@pytest.mark.parametrize("formula", DOCUMENTED)
def test_a_cell_is_a_range_and_a_block_no_line(formula, path):
    with Book(path) as book:
        assert agrees(Calculator(book).evaluate(formula, "S"), DOCUMENTED[formula])
