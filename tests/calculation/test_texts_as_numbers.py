"""A text that looks like a number is one to arithmetic, as in other programs; a doubtful one is refused."""

from __future__ import annotations

import pytest
import xlsxwriter

from clv_xl.calculation import Incalculable

from ..evaluators import agrees
from .test_spellings import value

TEXTS = {"A1": "5", "A2": " -12 ", "A3": "abc", "A4": "", "A5": "c5", "A6": "007"}
FORMULAS = [
    '"5"+1', '1-"5"', '-"5"', '"50"%', '"2"^"3"', "A1*2", "A2+0", "A3+1", "A4+1", "A5*1", "A6+0", 'ROUND("5",0)',
    "ABS(A2)", "INT(A1)", "ROUNDUP(A3,0)", 'CHOOSE("2",7,8)', 'RIGHT("abc","2")', 'INDEX(A1:A3,"3")',
    "SUMPRODUCT(A1:A2*1)", '"5"=5', '"5"&1', "IF(A1+1>5,1,2)", "IFERROR(A3*1,9)",
    "RIGHT(A6,1)+1", 'SUBSTITUTE("o12","o","")*1',
]  # fmt: skip


@pytest.fixture(scope="module")
def witnessed(libreoffice, tmp_path_factory):
    """What LibreOffice gives for them."""
    path = tmp_path_factory.mktemp("texts") / "texts.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        for spot, text in TEXTS.items():
            sheet.write_string(spot, text) if text else sheet.write_formula(spot, '=""', None, "")
        sheet.write_column("B11", [4, 5])
        for row, formula in enumerate(FORMULAS):
            sheet.write_formula(row, 3, f"={formula}", None, "")
    values = libreoffice.values(path)["S"]
    return [values.get((row, 4)) for row in range(1, len(FORMULAS) + 1)]


@pytest.mark.parametrize("formula", FORMULAS)
def test_texts_give_what_libreoffice_gives(formula, witnessed):
    assert agrees(value(formula, **TEXTS), witnessed[FORMULAS.index(formula)])


@pytest.mark.parametrize("text", ["1.5", "1,5", "50%", "1-3-2024", "3 mrt 2024", "12:00", "€ 5", "1e3", "Mar 3 2024"])
@pytest.mark.parametrize("formula", ["A1+1", "CLV(A1*1,2)", "ROUND(A1,0)", "SUMPRODUCT(A1:A2*1)"])
def test_what_depends_on_the_language_of_excel_is_refused(text, formula):
    with pytest.raises(Incalculable, match="as a number"):
        value(formula, A1=text)
