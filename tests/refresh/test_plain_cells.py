"""A plain cell takes one value of a range, where an array formula takes all: neither is guessed.

openpyxl, XlsxWriter and Excel before dynamic arrays write plain cells: no `cm` and no `t="array"`.
"""

import pytest
import xlsxwriter

from clv_xl.calculation.crossing import crosses
from clv_xl.calculation.places import Places
from clv_xl.refresh import refresh
from clv_xl.workbook import Book

from ..calculation.test_spellings import value
from ..evaluators import agrees

DOUBLED = "SUM(Verkopen[Bedrag]*2)"
AMOUNTS = [10.0 * place + 5 for place in range(12)]


def told(done):
    return {change.cell: change.after for change in done.changes}, {stale.cell: stale.reason for stale in done.stale}


@pytest.mark.parametrize("stored", ["", "#NAME?", 306], ids=["no value", "#NAME?", "another value"])
@pytest.mark.parametrize(
    "formula",
    [
        f"=IF(CLV(1,1)=1,{DOUBLED})",
        f"=CLV({DOUBLED},2)",
        "=AOV(Verkopen[Bedrag]*2)",
        f"=CLV({DOUBLED}+VAR(Verkopen[Bedrag]),2)",
        "=ROUND(SUM(ABS(Verkopen[Bedrag]))+CLV(1,1),2)",
        "=SUM(ROUND(CLV(Verkopen[Bedrag],2),0))",
        "=CLV(1,1)+SUMPRODUCT(IF(Verkopen[Bedrag]>40,1,0))",
    ],
)
def test_an_array_beside_a_call_of_ours_in_a_plain_cell_is_not_believed(client, formula, stored):
    changes, stale = told(refresh(client({"A1": (formula, stored)})))
    assert not changes
    assert "one value of a range" in stale["A1"].en
    assert "één waarde van een bereik" in stale["A1"].nl


@pytest.mark.parametrize(
    "formula", [f"={DOUBLED}+A1", "=SUM(VAR(Verkopen[Bedrag]*2),A1)", "=SUM(LEFT(Verkopen[Klant])&A1)"]
)
def test_an_array_in_a_plain_cell_whose_value_was_lost_is_not_believed(client, formula):
    changes, stale = told(refresh(client({"A1": ("=CLV(1,1)", 2), "B1": (formula, "#NAME?")})))
    assert changes == {"A1": 1.0}
    assert "one value of a range" in stale["B1"].en


def test_an_array_in_a_plain_cell_is_believed_where_the_stored_value_shows_that_it_is_one(client):
    cells = {
        "A1": ("=CLV(1,1)", 2),
        "B1": (f"=CLV({DOUBLED},1)", 2 * sum(AMOUNTS)),
        "C1": ("=B1+A1", 2 * sum(AMOUNTS) + 2),
    }
    changes, stale = told(refresh(client(cells)))
    assert changes == {"A1": 1.0, "C1": 2 * sum(AMOUNTS) + 1}
    assert not stale


@pytest.mark.parametrize(
    ("formula", "after"),
    [
        ("{B1}=CLV(SUM(Verkopen[Bedrag]*2),1)", 2 * sum(AMOUNTS)),
        ("=CLV(SUM(Verkopen[Bedrag]),1)", sum(AMOUNTS)),
        ("=CLV(SUMPRODUCT(Verkopen[Bedrag]*2),1)", 2 * sum(AMOUNTS)),
        ('=CLV(SUMPRODUCT((Verkopen[Klant]="klant-1")*ABS(Verkopen[Bedrag])),1)', 25 + 45 + 75 + 105 - 10),
        ("=SUM(CLV(Verkopen[Bedrag],1))", sum(AMOUNTS)),
        ("=AOV(Verkopen[Bedrag])*12", sum(AMOUNTS)),
        ("=CLV(SUM({1,2,3}*2),1)", 12.0),
        ("=CLV(SUM(LARGE(Verkopen[Bedrag],{1,2})),1)", 220.0),
        ("=CLV(MATCH(1,INDEX((Verkopen[Bedrag]>40)*1,0),0),1)", 5.0),
    ],
)  # fmt: skip
def test_what_takes_arrays_by_nature_stays_computed(client, formula, after):
    changes, stale = told(refresh(client({"B1": (formula, "#NAME?")})))
    assert not stale
    shown = changes["B1"]
    assert agrees(shown[0][0] if isinstance(shown, list) else shown, after)


ONE = ["SUM(A1:A3*2)", "SUM(ABS(A1:A3))", "SUM(1/COUNTIF(A1:A3,A1:A3))", "SUM(ROUND(A1:A3,0))", "MAX(A1:A3-B1:B3)",
       "SUM(COUNTIF(A1:A3,A1:A3))", "AND(A1:A3>0)", "SUM(-A1:A3)", "SUM((A1:A3>1)*1)"]  # fmt: skip
WHOLE = ["SUM(A1:A3)", "SUM(A1:A3,B1:B3)*2", "SUMPRODUCT(A1:A3*B1:B3)", "SUMPRODUCT(ABS(A1:A3)*2)", "COUNTIF(A1:A3,2)",
         "SUMIFS(A1:A3,B1:B3,5)", "SUM({1,2,3}*2)", "SUM(LARGE(A1:A3,{1,2}))", "INDEX(A1:A3,2)*2", "MATCH(2,A1:A3,0)+1",
         "SUMPRODUCT(1/COUNTIF(A1:A3,A1:A3))", "SUM(IF(A1>0,A1:A3,B1:B3))", "AND(A1:A3)", "ROWS(A1:A3)*2",
         "RANK(A1,A1:A3)", "IFERROR(SUM(A1:A3),0)",
         "AVERAGE(A1:A3)-MIN(A1:A3)", "SUM(SUMIFS(A1:A3,B1:B3,{4,5}))"]  # fmt: skip
CELLS = {f"{column}{row}": 3.0 * (column == "B") + row for column in "AB" for row in (1, 2, 3)}


@pytest.fixture(scope="module")
def witnessed(libreoffice, tmp_path_factory):
    """What LibreOffice gives for them in plain cells, none of which is in a row of the ranges."""
    path = tmp_path_factory.mktemp("plain") / "plain.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        for spot, number in CELLS.items():
            sheet.write(spot, number)
        for row, formula in enumerate(ONE + WHOLE, 11):
            sheet.write_formula(row - 1, 3, f"={formula}", None, "")
    values = libreoffice.values(path)["S"]
    return path, {formula: values[row, 4] for row, formula in enumerate(ONE + WHOLE, 11)}


@pytest.mark.parametrize("formula", ONE + WHOLE)
def test_a_formula_that_a_plain_cell_computes_otherwise_is_known(formula, witnessed):
    path, values = witnessed
    with Book(path) as book:
        assert crosses(formula, Places(book), ("S", 11, 4)) == (formula in ONE)
    assert agrees(value(formula, **CELLS), values[formula]) == (formula in WHOLE)
