"""Formulas computed as other programs compute them, and nothing guessed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xlsxwriter

from clv_xl.calculation import Calculator, Incalculable
from clv_xl.cells import Value
from clv_xl.errors import CellError
from clv_xl.hosts import lambdas
from clv_xl.workbook import Book, address
from clv_xl.workbook.cells import Cell

from ..evaluators import agrees

DATA = [
    ["Order", "Customer", "Date", "Amount"],
    ["o1", "an", 45000, 10.5],
    ["o2", "bo", 45010, 20],
    ["o3", "An", 45020, 0.1],
    ["o4", None, 45030, -3],
    ["o5", 12, None, "n/a"],
    ["o6", "12", 45050, 30],
]

# Formulas that LibreOffice 7.4 knows: it is the witness.
PLAIN = [
    "1+2*3^2", "-2^2", "2^-1", "2^3^2", "10%", "(1+2)*3%", "1-2-3", "2/4/2", '"a"&1&2.5', "1=1", '"a"="A"', "2<>3",
    "1<2=TRUE", "1/0", "0.1+0.2", "SUM(D2:D7)", "SUM(D2:D7,1,TRUE)", "COUNT(D2:D7)", "COUNTA(B2:B7)", "MIN(D2:D7)",
    "MAX(C2:C7)", "AVERAGE(D2:D7)", "ROUND(2.5,0)", "ROUND(-2.5,0)", "ROUND(2.345,2)", "LEN(1234)",
    'LEN("")', "LEN(B5)", "LEN(1/0)", "RIGHT(1234,3)", 'RIGHT("abc")', 'RIGHT("abc",9)', 'RIGHT("abc",-1)',
    "RIGHT(1.5,2)", "ROUNDUP(2.1,0)",
    "ROUNDUP(-2.1,0)", "ROUND(1234.5,-2)", "INT(-2.5)", "ABS(-3)", "LN(2)", "EXP(1)", "IF(1>2,1/0,5)",
    "IF(1<2,1/0,5)", 'IF(B5="","empty","full")', 'IF(ISNUMBER(D6),D6,"text")', "ISBLANK(B5)", "ISERROR(1/0)",
    "IFERROR(1/0,7)", "AND(TRUE,1,0)", "OR(FALSE,1)", "NOT(0)", "SUMPRODUCT(D2:D4,C2:C4)", "SUMPRODUCT((D2:D5>0)*1)",
    'COUNTIF(B2:B7,"a*")',
    'COUNTIF(B2:B7,"?")', 'COUNTIF(D2:D7,">0")', 'COUNTIF(B2:B7,"an")', 'COUNTIF(D2:D7,"<>10.5")',
    'SUMPRODUCT((B2:B7<>"")/(COUNTIF(B2:B7,B2:B7&"")+(B2:B7="")))', "LARGE(D2:D7,2)", "RANK(D3,D2:D7)", "ROWS(A1:D7)",
    "COLUMNS(A1:D7)", 'MATCH("bo",B1:B7,0)', 'MATCH("zz",B1:B7,0)', "INDEX(A1:D7,3,4)", "INDEX(D1:D7,3)",
    "CHOOSE(2,5,6,7)", "Data!D3*2", "price*2", "Orders[[#Headers],[Amount]]", "SUM(Orders[Amount])",
    "ROUND(1.5,400)", "ROUND(1,-400)", "ROUND(D2,-400)", "ROUND(1E308,5)", "ROUND(9E307,-308)", "ROUNDUP(1E300,300)",
    "ROUNDUP(0,-400)", "ROUND(2.5,0.9)", "ROUND(25,-0.9)", "ROUND(-0.3,0)", "IFERROR(1/0,)", "CHOOSE(1,,2)",
    'SUM("x")', "SUM(B2)", 'COUNT("x")', "COUNT(B2)", 'MAX("x")', 'AVERAGE(1,"x")', "AND(B5)", "OR(B5)", 'AND("x")',
    'AND(TRUE,"x")', "AND(B2,TRUE)", 'NOT("x")', "NOT(B5)", 'SUBSTITUTE("abc","","z")', "INDEX(A1:D7,-1,1)",
    "INDEX(D1:D7,NA())", "SUMPRODUCT(1E308,10)", "SUMPRODUCT(D2:D4,C2:C5)", 'CHOOSE("x",1)',
    "MATCH(1,D2:D7,)", "MATCH(20,D2:D7,)", "COUNTA(Orders[])",
    "SUM(Orders[[Date]:[Amount]])", "SUM({1,2;3,4})", "#N/A", "NA()",
    'SUMIF(B2:B7,"an",D2:D7)', 'SUMIF(D2:D7,">=20",C2:C7)', "SUMIF(D2:D7,20)", 'SUMIF(B2:B7,"<>an",D2:D7)',
    'SUMIF(D2:D7,">5")', 'SUMIF(B2:B7,"*",D2:D7)', 'SUMIFS(D2:D7,B2:B7,"an",D2:D7,">1")', 'SUMIFS(C2:C7,B2:B7,"bo")',
    'SUMIFS(D2:D7,B2:B7,"nobody")', 'SUMIFS(D2:D7,B2:B6,"an")', 'COUNTIFS(B2:B7,"an",D2:D7,"<1")',
    'COUNTIFS(B2:B7,"an")', 'COUNTIFS(C2:C7,">=45010",C2:C7,"<45030")', 'COUNTIFS(D2:D7,10.5,B2:B7,"AN")',
    'AVERAGEIF(B2:B7,"an",D2:D7)', 'AVERAGEIF(D2:D7,">0")', 'AVERAGEIF(B2:B7,"nobody",D2:D7)',
    'AVERAGEIFS(D2:D7,B2:B7,"an",D2:D7,"<5")', 'AVERAGEIFS(D2:D7,B2:B7,"b?")', 'COUNTIFS(D2:D7,"<>20")',
    "SUMPRODUCT(SUMIFS(D2:D7,B2:B7,B2:B4))", "YEAR(Data!C2)", "YEAR(45292)", "YEAR(45291.99)", "YEAR(1000)",
    "YEAR(Data!B2)",
    "YEAR(2958465)", "FIXED(1234567.5,0)", "FIXED(999.5,0)", "FIXED(-0.4,0)", "FIXED(2.345)", "FIXED(D2,1)",
    "FIXED(B5,0)", "FIXED(1/0,0)", 'FIXED("x",0)', "FIXED(1250,-2)", "FIXED(123456789.125,2)", "FIXED(0,0)",
]  # fmt: skip

# What only newer engines know, or LibreOffice answers otherwise than Excel: IronCalc is the witness.
MODERN = [
    'COUNTA(_xlfn.UNIQUE(_xlfn._xlws.FILTER(B2:B7&"",B2:B7<>""),ROWS(B2:B7)=1))',
    "ROWS(_xlfn.UNIQUE(B2:B4))",
    "SUM(_xlfn._xlws.FILTER(D2:D5,D2:D5>0))",
    "COUNTIF(B2:B7,12)",
    "LN(-1)",
    "0^0",
    '"a"&TRUE',
]

# Every way a file spells a call of ours, and calls within calls.
OURS = {
    "CLV(50,36)": 1800.0,
    "clv(50,36)": 1800.0,
    "[1]!CLV(50,36)": 1800.0,
    r"'C:\tools\clv_xl.xlam'!CLV(50,36)": 1800.0,
    "_xll.CLV(50,36)": 1800.0,
    "_xldudf_CLV(50,36)": 1800.0,
    "_xldudf_CLVXL_CLV(50,36)": 1800.0,
    "_xldudf_CLVXL_CLV_CHURN(50,0.6,0.05)": 600.0,
    "CLV(AOV(SUM(Orders[Amount]),6),PURCHASE_FREQUENCY(60,12),,0.5)": (10.5 + 20 + 0.1 - 3 + 30) / 6 * 5 * 0.5,
    "IF(CLV(50,36,1,60)>0,1,2)": "#NUM!",
    "1+MAX_CAC(CLV(50,36))/2": 301.0,
    "PURCHASE_FREQUENCY(Orders[Customer],,2)": 5 / 3 / 2,
    "SUM(CLV(D2:D4,2))": 2 * (10.5 + 20 + 0.1),
    "PURCHASE_FREQUENCY(60)": 1.0,
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One sheet of data with a table and a name, one of formulas."""
    path = tmp_path_factory.mktemp("calculator") / "formulas.xlsx"
    with xlsxwriter.Workbook(path) as book:
        data, asked = book.add_worksheet("Data"), book.add_worksheet("Asked")
        for row, values in enumerate(DATA):
            data.write_row(row, 0, values)
        data.add_table(0, 0, len(DATA) - 1, 3, {"name": "Orders", "columns": [{"header": h} for h in DATA[0]]})
        book.define_name("price", "=Data!$D$2")
        for column, formulas in enumerate([PLAIN, MODERN, OURS]):
            for row, formula in enumerate(formulas):
                sheet_formula = formula.replace("D2:", "Data!D2:").replace("C2:", "Data!C2:").replace("B2:", "Data!B2:")
                for cell in ("B1:B7", "A1:D7", "D1:D7", "B2", "B5", "D2", "D6", "D3"):
                    sheet_formula = _qualified(sheet_formula, cell)
                asked.write_formula(row, column, "=" + sheet_formula, None, "")
    return path


def _qualified(formula: str, cell: str) -> str:
    """A reference to the data sheet, where it is not one yet."""
    return re.sub(rf"(?<![A-Z!$:]){cell}(?![\d:])", f"Data!{cell}", formula)


@pytest.fixture(scope="module")
def calculator(path: Path) -> Calculator:
    with Book(path) as book:
        for sheet in book.sheets:
            book.cells(sheet)
        calculator = Calculator(book)
        yield calculator


@pytest.fixture(scope="module")
def witnessed(path: Path, libreoffice) -> dict[tuple[int, int], Value]:
    return libreoffice.values(path)["Asked"]


@pytest.mark.parametrize("formula", PLAIN)
def test_ordinary_formulas_give_what_libreoffice_gives(formula, calculator, witnessed):
    row = PLAIN.index(formula)
    assert agrees(calculator.value("Asked", row + 1, 1), witnessed.get((row + 1, 1)))


@pytest.mark.parametrize("formula", MODERN)
def test_newer_functions_give_what_ironcalc_gives(formula, calculator, ironcalc, path):
    row = MODERN.index(formula)
    assert agrees(calculator.value("Asked", row + 1, 2), ironcalc.load(path).get_cell_value(1, row + 1, 2))


@pytest.mark.parametrize("formula", OURS)
def test_our_calls_are_found_in_every_spelling(formula, calculator):
    row = list(OURS).index(formula)
    assert calculator.calls_ours(formula, "Asked")
    assert agrees(calculator.value("Asked", row + 1, 3), OURS[formula])


class Sheet:
    """A workbook of one sheet, held in memory."""

    def __init__(self, cells, names=None):
        self.names, self.sheets, self.tables = names or {}, {"S": None}, {}
        self.local_names = {}
        self._cells = cells

    def cells(self, _):
        return self._cells


def one_sheet(names=None, **cells):
    made = {}
    for spot, content in cells.items():
        formula = content[1:] if isinstance(content, str) and content.startswith("=") else None
        made[address.parse(spot)] = Cell(None if formula else content, formula, None, 0)
    return Calculator(Sheet(made, names))


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("=VLOOKUP(1,A1:B2,2)", "VLOOKUP is not a function"),
        ("=NOW()", "NOW is not a function"),
        ("=Elsewhere!A1", "another workbook or a sheet that is gone"),
        ("=[2]Sheet1!A1", "another workbook"),
        ("=unknown_name*2", "not a name of this workbook"),
        ("=Gone[Amount]", "there is no table 'Gone'"),
        ("=SUM(A1,", "ends too early"),
        ("=A1:A2 A2:A3", "cannot read"),
        ("=ABS(1,2)", "ABS with 2 arguments"),
        ("=SUMPRODUCT()", "SUMPRODUCT with 0 arguments"),
        ("=SUM()", "SUM with 0 arguments"),
        ("=AND()", "AND with 0 arguments"),
        ("=CHOOSE(1)", "CHOOSE with 1 argument"),
        ("=SUBTOTAL(9)", "SUBTOTAL with 1 argument"),
        ("=NA(1)", "NA with 1 argument"),
        ("=LET()", "LET with 0 arguments"),
        ("=INDEX(A1:A3,A1:A2)", "INDEX at several places"),
        ("=INDEX(D1:F3,2)", "INDEX of a whole row"),
        ("=SUM(1,)", "an argument is missing"),
        ('=SUM("5")', "the text '5' as a number"),
        ('=AND("TRUE")', "the text 'TRUE' as a condition"),
        ('=SUM(IF(TRUE,""))', "may be a cell or a value"),
        ("=COUNTIF(A1:A3,NA())", "COUNTIF with '#N/A'"),
        ('=COUNTIF(A1:A3,"#N/A")', "COUNTIF with '#N/A'"),
        ("=SUMIF(A1:A3,NA())", "SUMIF with '#N/A'"),
        ('=COUNTIFS(A1:A3,">x")', "COUNTIFS with '>x'"),
        ('=SUMIF(A1:A3,"x",A1:A2)', "SUMIF over ranges of two sizes"),
        ("=SUBTOTAL(A1:A2,A1:A3)", r"SUBTOTAL\(\.\.\., \.\.\.\)"),
        ("=SUBTOTAL(201,A1:A3)", r"SUBTOTAL\(201"),
        ("=FILTER(A1:A3,TRUE)", "FILTER by a single condition"),
        ("=UNIQUE(A1:A3,A1:A2)", "UNIQUE both"),
        ("=ROUND(1.7E308,-308)", "rounded to more than there is"),
        ("=ABS({1,2;3})", "rows of an array differ in length"),
        ("={1,,2}", "not expected in an array"),
        ("={}", "not expected in an array"),
        ("={A1}", "not expected in an array"),
        ("={-TRUE}", "not expected in an array"),
        ("=1E999", "larger than any number"),
        ("=XFE1", "outside the sheet"),
        ("=inf", "not a name of this workbook"),
        ("=A1:A3", "several values in one plain cell"),
    ],
)
def test_what_is_beyond_this_reader_is_said_not_guessed(formula, reason):
    with pytest.raises(Incalculable, match=reason):
        one_sheet(B1=formula).value("S", 1, 2)


def test_a_name_that_python_takes_for_a_number_is_a_name():
    assert one_sheet({"nan": "S!$A$1", "infinity": "7"}, A1=2.0, B1="=nan*infinity").value("S", 1, 2) == 14.0


def test_a_circle_is_refused():
    with pytest.raises(Incalculable, match="circle"):
        one_sheet(A1="=B1", B1="=A1+1").value("S", 1, 1)


def test_siblings_that_read_each_other_are_no_circle():
    assert one_sheet(A1="=SUM(B1:B3)", B1=2.0, B2="=B1*2", B3="=B2*2").value("S", 1, 1) == 14.0


def test_a_long_chain_needs_no_deep_recursion():
    cells = {f"A{row}": f"=A{row - 1}+1" for row in range(2, 5001)}
    assert one_sheet(A1=1.0, **cells).value("S", 5000, 1) == 5000.0


def test_the_branch_not_taken_is_not_read():
    assert one_sheet(A1="=IF(TRUE,1,VLOOKUP(1,B1:B2,1))").value("S", 1, 1) == 1.0


def test_an_empty_cell_reads_as_zero_at_last():
    assert one_sheet(A1="=B1").value("S", 1, 1) == 0.0


def test_the_workbooks_own_lambda_of_that_name_is_not_ours():
    own = one_sheet({"CLV": "_xlfn.LAMBDA(_xlpm.a,_xlpm.a*2)"}, A1="=CLV(50,36)")
    with pytest.raises(Incalculable):
        own.value("S", 1, 1)
    assert one_sheet({"CLV": lambdas.names()["CLV"]}, A1="=CLV(50,36)").value("S", 1, 1) == 1800.0


def test_errors_travel_through_ordinary_formulas():
    assert one_sheet(A1="=CAC(100,0)", B1="=A1*2+1").value("S", 1, 2) == CellError("", "#DIV/0!")
