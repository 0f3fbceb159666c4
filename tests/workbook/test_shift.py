import pytest

from clv_xl.workbook.shift import shifted


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("A1+$A1+A$1+$A$1", "B3+$A3+B$1+$A$1"),
        ("SUM(A1:B2)", "SUM(B3:C4)"),
        ("SUM(A:C)+SUM($A:C)+SUM(1:2)+SUM($1:2)", "SUM(B:D)+SUM($A:D)+SUM(3:4)+SUM($1:4)"),
        ('"A1"&A1&"say ""B2"""', '"A1"&B3&"say ""B2"""'),
        ("'It''s A1'!A1+Data!A1+[1]!CLV(A1)", "'It''s A1'!B3+Data!B3+[1]!CLV(B3)"),
        ("LOG10(A1)+ATAN2(A1,B1)", "LOG10(B3)+ATAN2(B3,C3)"),
        ("Orders[[#This Row],[A1]]*A1", "Orders[[#This Row],[A1]]*B3"),
        ("Orders[Price'[A1'] B2]+A1", "Orders[Price'[A1'] B2]+B3"),
        ("1E5+2.5E3+A1", "1E5+2.5E3+B3"),
        ("Tax_A1+A1.x+_A1+TRUE+A1#", "Tax_A1+A1.x+_A1+TRUE+B3#"),
        ("SUM(A1:INDEX(B:B,3))", "SUM(B3:INDEX(C:C,3))"),
        ("SUM(Jan:Mar!A1)", "SUM(Jan:Mar!B3)"),
        ("XFD1+A1048575", "#REF!+#REF!"),
    ],
)
def test_relative_references_move(formula, moved):
    assert shifted(formula, 2, 1) == moved


def test_up_and_left():
    assert shifted("B3-A1", -1, 0) == "B2-#REF!"
    assert shifted("SUM(B3:B9)", 0, -1) == "SUM(A3:A9)"


def test_not_moved():
    assert shifted("A1", 0, 0) == "A1"
