"""Whatever a formula holds, it gives values or errors that a cell can show, or is refused: nothing else comes out."""

import math
import random
from collections.abc import Iterator

import pytest

from clv_xl.calculation import Incalculable
from clv_xl.calculation.areas import Areas
from clv_xl.calculation.evaluator import Evaluator
from clv_xl.calculation.library import LIBRARY
from clv_xl.calculation.places import Places
from clv_xl.calculation.special import SPECIAL, Spot
from clv_xl.calculation.syntax import parse
from clv_xl.cells import Range
from clv_xl.errors import CellError, cell_error
from clv_xl.functions import CATALOGUE
from clv_xl.workbook.address import Area
from clv_xl.workbook.cells import Cell
from clv_xl.workbook.tables import Table

VALUES = [
    *(0.0, -0.0, 1.0, 2.0, -3.0, 0.5, 1e308, -1e308, 1e-320, 400.0, -400.0, 2.0**53),
    *(True, False, None, "", "x", "12", "TRUE", "a*", "~", ">1", "#N/A", "<>", "é" * 300),
    *(cell_error(error) for error in ("#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#SPILL!")),
]
ATOMS = [
    *("A1", "A5", "B2", "A1:A3", "A1:A4", "B1:D1", "A1:C3", "C2:F9", "A:A", "2:2", "H9", "H1:H9", "A3:AZ3"),
    *(
        "T[x]",
        "T[[x]:[y]]",
        "T[#All]",
        "T[gone]",
        "price",
        "several",
        "nothing",
        "truth",
        "wrong",
        "nan",
        "XFE1",
        "A1048577",
    ),
    *("0", "1", "-1", "2.5", "400", "-400", "1E300", "1E308", "-1E308", "1E-300", "1E999", '""', '"x"', '"5"', '"*"'),
    *('">1"', '"~"', "TRUE", "FALSE", "#N/A", "#DIV/0!", "#REF!", "", "{1,2,3}", "{1;2;3}", '{1,TRUE;"x",#N/A}'),
    *("{1,2;3}", "{}", "{1,,2}", "{-1}", "{-TRUE}", "{A1}", "{{1}}", "@A1:A3", "A1#", "A1:A3 A2:A4"),
]
SYMBOLS = ["+", "-", "*", "/", "^", "&", "=", "<>", "<", ">="]
NAMES = sorted({*LIBRARY, *SPECIAL, *CATALOGUE})
MANY = 3_000


class Book:
    """A sheet of odd values."""

    def __init__(self):
        self.sheets, self.local_names = {"S": None}, {}
        self.names = {"price": "=S!$A$3", "several": "=S!$A$1:$A$4", "wrong": "=S!$A$1+", "truth": "=TRUE"}
        self.tables = {"T": Table("T", "S", Area(1, 5, 6, 6), ["x", "y"], 1, 0, "", {})}

    def cells(self, _sheet):
        spots = [(row, column) for row in range(1, 7) for column in range(1, 7)]
        return {spot: Cell(VALUES[place % len(VALUES)]) for place, spot in enumerate(spots)}


class LongBook(Book):
    """The same, whose columns are read at once."""

    def column(self, place):
        cells = self.cells("S")
        if place.area.columns > 1 or place.area.rows < 2:
            return None
        return Range(
            [
                [cells[spot].value if (spot := (row, place.area.left)) in cells else None]
                for row in range(place.area.top, min(place.area.bottom, 9) + 1)
            ]
        )


def evaluator(book):
    places = Places(book)
    return Evaluator(book, places, Areas(book, places, {}, {}, {}, lambda _: False).read)


def formula(chance: random.Random, depth: int) -> str:
    kind = chance.random()
    if depth == 0 or kind < 0.15:
        return chance.choice(ATOMS)
    if kind < 0.3:
        return chance.choice(SYMBOLS).join(formula(chance, depth - 1) for _ in range(2))
    count = chance.choice([0, 1, 1, 2, 2, 2, 3, 3, 4, 7])
    return f"{chance.choice(NAMES)}({','.join(formula(chance, depth - 1) for _ in range(count))})"


def all_of(result) -> Iterator[object]:
    if not isinstance(result, list):
        yield result
        return
    assert len({len(row) for row in result}) == 1
    assert result[0]
    for row in result:
        yield from row


@pytest.mark.parametrize("book", [Book(), LongBook()], ids=["cells", "columns"])
def test_only_values_errors_and_refusals_come_out(book):
    chance, reader, computed = random.Random(20_240_103), evaluator(book), 0
    for _ in range(MANY):
        text = formula(chance, chance.choice([1, 1, 1, 2, 2, 3]))
        try:
            result = reader.node(parse(text), Spot("S", 3, 9, {}))
        except Incalculable:
            continue
        except Exception as error:
            raise AssertionError(text) from error
        computed += 1
        for value in all_of(result):
            assert value is None or isinstance(value, float | str | bool | CellError), (text, value)
            assert not isinstance(value, float) or math.isfinite(value), text
    assert computed > MANY / 10
