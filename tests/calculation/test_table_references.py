"""Structured references mean the rows and columns that Excel means by them, or are refused."""

from __future__ import annotations

import pytest

from clv_xl.calculation import Incalculable
from clv_xl.calculation.places import Places
from clv_xl.workbook.address import area, name
from clv_xl.workbook.tables import Table

COLUMNS = ["Order", "Net # amt", "A [b] 'q", "[", "a,b"]


class Book:
    """A table with all rows at A1, one of data alone at A11, and an empty one at A21."""

    sheets, names, local_names = {"S": None}, {}, {}

    def __init__(self):
        self.tables = {
            table.name: table
            for table in (
                Table("T", "S", area("A1:E5"), COLUMNS, 1, 1, "", []),
                Table("Bare", "S", area("A11:E13"), COLUMNS, 0, 0, "", []),
                Table("Few", "S", area("A21:E22"), COLUMNS, 1, 0, "", []),
            )
        }


def found(text, row=3):
    top, left, bottom, right = Places(Book()).find(text, "S", row).area
    return f"{name(top, left)}:{name(bottom, right)}"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("T[Net '# amt]", "B2:B4"),
        ("T[A '[b'] ''q]", "C2:C4"),
        ("T['[]", "D2:D4"),
        ("T[[A '[b'] ''q]:['[]]", "C2:D4"),
        ("T[[#This Row],[A '[b'] ''q]]", "C3:C3"),
        ("T[@[A '[b'] ''q]]", "C3:C3"),
        ("T[[a,b]]", "E2:E4"),
        ("T[[#Headers],[#Data],[Order]]", "A1:A4"),
        ("T[[#Data],[#Totals],[Order]]", "A2:A5"),
        ("T[[#Data],[Order]]", "A2:A4"),
        ("T[[#Totals],[Order]]", "A5:A5"),
        ("T[[#Headers],[#Data]]", "A1:E4"),
        ("T[#All]", "A1:E5"),
        ("T[]", "A2:E4"),
        ("Bare[#All]", "A11:E13"),
        ("Few[Order]", "A22:A22"),
    ],
)
def test_what_a_reference_means(text, meant):
    assert found(text) == meant


@pytest.mark.parametrize(
    ("text", "row", "told"),
    [
        ("Few[[#Totals],[Order]]", 3, "Few has no totals row"),
        ("Few[#Totals]", 3, "Few has no totals row"),
        ("Bare[#Headers]", 3, "Bare has no headers"),
        ("Bare[[#Headers],[#Data],[Order]]", 3, "Bare has no headers"),
        ("T[[#This Row],[Order]]", 1, "row 1 is not one of T"),
        ("T[[#This Row],[Order]]", 5, "row 5 is not one of T"),
        ("T[@Order]", 6, "row 6 is not one of T"),
    ],
)
def test_rows_that_are_not_there_are_refused(text, row, told):
    with pytest.raises(Incalculable, match=told):
        found(text, row)
