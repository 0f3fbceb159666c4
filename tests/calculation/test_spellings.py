"""Our functions are found however a file spells them, and nobody else's are taken for ours."""

from __future__ import annotations

import pytest

from clv_xl.calculation import Calculator, Incalculable
from clv_xl.calculation.spellings import excels, normal, ours
from clv_xl.errors import CellError
from clv_xl.functions import CATALOGUE
from clv_xl.workbook import address
from clv_xl.workbook.address import Area
from clv_xl.workbook.cells import Cell
from clv_xl.workbook.tables import Table

PREFIXES = ["", "[1]!", r"'C:\my tools\clv_xl.xlam'!", "'it''s.xlam'!", "clv_xl.xlam!", "_xll.", "_xldudf_"]
NAMESPACES = ["_xldudf_CLVXL_", "_xldudf_CLV_XL_"]


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_function_in_every_spelling(name):
    for prefix in PREFIXES + NAMESPACES:
        for written in (prefix + name, prefix + name.lower()):
            assert ours(written) == name, written


def test_the_longest_name_is_meant():
    assert ours("_xldudf_CLV_CAC") == ours("_xldudf_SHOP_CLV_CAC") == "CLV_CAC"


@pytest.mark.parametrize(
    "written", ["SUM", "MY_CLV", "CLVX", "_xldudf_SHOP_CLVX", "_xldudf_MYCLV", "[1]!CLV2", "_xlfn.XLOOKUP"]
)
def test_other_functions_are_not_ours(written):
    assert not ours(written)


@pytest.mark.parametrize(
    ("written", "name"),
    [("Sum", "SUM"), ("_xlfn.LET", "LET"), ("_xlfn._xlws.SORT", "SORT"), ("[1]!SUM", ""), ("_xll.IF", ""),
     ("_xldudf_X_SUM", "")],
)  # fmt: skip
def test_only_excels_own_functions_are_computed_as_such(written, name):
    assert excels(written) == name


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("=A1#", "_xlfn.ANCHORARRAY(A1)"), (" =SUM(S!$A$1#)", "SUM(_xlfn.ANCHORARRAY(S!$A$1))"),
     ('="A1#"', '"A1#"'), ("='A1#'!B1", "'A1#'!B1"), ("=T[#All]", "T[#All]"), ("=#N/A", "#N/A"),
     ("=S!#REF!", "S!#REF!")],
)  # fmt: skip
def test_the_mark_of_a_spill(typed, stored):
    assert normal(typed) == stored


class Workbook:
    """Two sheets held in memory, with a table on the first."""

    def __init__(self, names, cells):
        self.sheets, self.local_names = {"S": None, "Other": None, "Last": None}, {}
        self.tables = {"T": Table("T", "S", Area(10, 1, 12, 2), ["k", "v"], 1, 0, "", [])}
        self.names = names
        self._cells = {"S": {}, "Other": {(1, 1): Cell(7.0)}, "Last": {(1, 1): Cell(8.0)}}
        for spot, content in cells.items():
            formula = content[1:] if isinstance(content, str) and content.startswith("=") else None
            self._cells["S"][address.parse(spot)] = Cell(None if formula else content, formula)

    def cells(self, sheet):
        return self._cells[sheet]


def calculator(names=None, **cells):
    data = {"A10": "k", "B10": "v", "A11": "x", "B11": 4.0, "A12": "y", "B12": 5.0}
    return Calculator(Workbook(names or {}, data | cells))


def value(formula, names=None, spot="D11", **cells):
    return calculator(names, **cells, **{spot: f"={formula}"}).value("S", *address.parse(spot))


NESTED = {
    "@CLV(50,2)": 100.0,
    "_xlfn.SINGLE(CLV(50,2))+1": 101.0,
    'IFERROR(CLV("x",2),-1)': -1.0,
    "IFNA(CLV(50,2),0)": 100.0,
    'IF(A11="x",CLV(50,2),NOW())': 100.0,
    "CHOOSE(2,0,CLV(50,2))": 100.0,
    "AND(CLV(50,2)>99,NOT(FALSE))": True,
    '"EUR "&CLV(50,2)': "EUR 100",
    "_xlfn.LET(_xlpm.v,50,_xlpm.w,_xlpm.v*2,CLV(_xlpm.w,T[[#This Row],[v]]))": 400.0,
    "CLV(T[[#This Row],[v]],2)": 8.0,
    "SUM(CLV(T[v],2))": 18.0,
    "CLV(@B11:B12,2)": 8.0,
    "SUM({1,-2;3,4})": 6.0,
    "client_value+1": 101.0,
    "twice": 200.0,
}  # fmt: skip
NAMES = {"client_value": "CLV(S!$B$11+46,2)", "twice": "client_value*2"}


@pytest.mark.parametrize("formula", NESTED)
def test_calls_inside_other_formulas(formula):
    assert value(formula, NAMES) == NESTED[formula]
    assert calculator(NAMES).calls_ours(formula, "S") == ("CLV" in formula or formula in ("client_value+1", "twice"))


@pytest.mark.parametrize("formula", ["MINE(3)", "SUM(CLV(50,2) A1:A2)", "1+MINE(2)"])
def test_calls_are_found_where_they_cannot_be_computed(formula):
    names = {"MINE": "_xlfn.LAMBDA(_xlpm.a,_xldudf_X_CLV(_xlpm.a,2))"}
    book = calculator(names)
    assert book.calls_ours(formula, "S")
    assert book.reading(formula, "S").calls
    with pytest.raises(Incalculable):
        value(formula, names)


def test_a_name_that_leans_on_itself_is_refused():
    names = {"endless": "endless+CLV(1,1)", "ping": "pong", "pong": "ping"}
    for formula in ("endless", "CLV(ping,2)"):
        assert calculator(names).calls_ours(formula, "S")
        with pytest.raises(Incalculable, match="circle"):
            value(formula, names)


def test_a_relative_name_means_another_cell_in_each_row():
    names = {"beside": "S!B1"}  # told as from A1: one column to the right, same row
    assert [value("CLV(beside,2)", names, spot=f"A{row}", **{f"B{row}": float(row)}) for row in (2, 3)] == [4, 6]


def test_the_whole_of_a_spill():
    book = calculator(F1="=CLV(T[v],2)", G1="=SUM(_xlfn.ANCHORARRAY(F1))", G2="=SUM(_xlfn.ANCHORARRAY(A11))")
    cells = book.book.cells("S")
    cells[1, 6] = cells[1, 6]._replace(array=Area(1, 6, 2, 6), dynamic=True)
    assert book.value("S", 1, 7) == 18.0
    assert book.value("S", 2, 7) == CellError("", "#REF!")


def test_what_a_formula_reads():
    book = calculator({"n": "S!$C$3", "deep": "n*2", "MINE": "_xlfn.LAMBDA(_xlpm.a,_xlpm.a+S!$C$4)"})

    def reads(formula):
        return [f"{place.sheet}!{place.area}" for place in book.reading(formula, "S", 11, 4).places]

    assert reads("A1+SUM(B1:B2,Other!$A$1)") == ["S!A1", "S!B1:B2", "Other!A1"]
    assert reads("deep") == ["S!C3"]
    assert reads("MINE(2)") == ["S!C4"]
    assert reads("SUM(Other:Last!A1)") == ["Other!A1", "Last!A1"]
    assert reads("T[[#This Row],[v]]+T[v]") == ["S!B11", "S!B11:B12"]
    assert reads("SUM((A1,A3),A1:A2 A2:A3)") == ["S!A1", "S!A3", "S!A1:A2", "S!A2:A3"]
    assert reads("SUM(11:12)") == ["S!A11:B12"]


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("SUM(A1)", ""), ("OFFSET(A1,1,0)", "blind"), ('INDIRECT("A1")', "blind"), ("SUM(A1:INDEX(A:A,3))", "blind"),
        ("A1+'", "blind"), ("[1]Sheet1!A1", "foreign"), ("'C:\\x\\[b.xlsx]S'!A1", "foreign"),
        ("_xll.THEIRS(1)", "foreign"),
        ("[1]!THEIRS(1)", "foreign"), ('WEBSERVICE("https://x")', "foreign"), ("cmd|'/c calc'!A0", "blind"),
        ("_xll.CLV(1,2)", ""), ("CUBEVALUE(1)", "foreign"),
    ],
)  # fmt: skip
def test_what_no_engine_can_be_asked(formula, told):
    reading = calculator().reading(formula, "S", 1, 1)
    assert (reading.blind, reading.foreign) == (told == "blind", told == "foreign")
