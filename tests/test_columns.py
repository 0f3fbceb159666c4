"""Many cells in one call give what each cell gives, whatever stands in them and however they are laid out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clv_xl import words
from clv_xl.catalogue import Function
from clv_xl.cells import Cell, Range, plain
from clv_xl.columns import Column, ColumnRange
from clv_xl.errors import CellError, NotAvailable, cell_error
from clv_xl.functions import CATALOGUE
from clv_xl.terms import Unit

from .evaluators import agrees
from .evaluators.sheets import Question

# Numbers that fall on, inside and outside what the terms allow, and what is no number.
NUMBERS = st.sampled_from([0, 1, -1, 0.5, 0.05, 0.8, 1.2, 2, 3, 10, 60, 12.5, 1e-9, 1e9, 1e300, -1e300])
ANYTHING = st.one_of(
    NUMBERS,
    NUMBERS,
    st.sampled_from([float("nan"), float("inf"), float("-inf"), None, "", "text", "5", True, False, np.float64(0.25)]),
    st.sampled_from(["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"]).map(cell_error),
    st.floats(allow_nan=False),
)
WORDS = st.sampled_from(["en", "nl", "NL", "de", None])
BY_CELL = [spec for spec in CATALOGUE.values() if spec.unit is not Unit.TABLE and spec.parameters]
QUICK = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MISSING = NotAvailable()


def value_of(spec: Function, name: str) -> st.SearchStrategy[Any]:
    return st.one_of(WORDS, ANYTHING) if spec.parameters[name].term.unit is Unit.TEXT else ANYTHING


def grids(spec: Function, name: str, height: int, width: int) -> st.SearchStrategy[Any]:
    """A cell, a column, a row, a block, or a column that is too short."""
    value = value_of(spec, name)

    def block(rows: int, columns: int) -> st.SearchStrategy[Any]:
        row = st.lists(value, min_size=columns, max_size=columns)
        return st.lists(row, min_size=rows, max_size=rows)

    return st.one_of(value, block(height, width), block(height, 1), block(1, width), block(max(height - 1, 1), width))


def at(grid: Any, row: int, column: int) -> Any:
    """What stands at a place when Excel repeats single cells, rows and columns, and #N/A beyond the rest."""
    if not isinstance(grid, list):
        return grid
    row, column = row if len(grid) > 1 else 0, column if len(grid[0]) > 1 else 0
    return grid[row][column] if row < len(grid) and column < len(grid[0]) else MISSING


@pytest.mark.parametrize("spec", BY_CELL, ids=lambda spec: spec.name)
@given(data=st.data())
@QUICK
def test_column_is_a_loop_of_cells(spec: Function, data: st.DataObject) -> None:
    height, width = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 3))
    names = list(spec.parameters)
    required = [name for name in names if not spec.parameters[name].optional]
    names = names[: data.draw(st.integers(len(required), len(names)))]
    whole = {name for name in names if spec.term(name, names).many}
    alone = set(spec.one_cell)
    arguments = {
        name: data.draw(st.lists(st.lists(ANYTHING, min_size=1, max_size=1), min_size=1, max_size=4))
        if name in whole
        else data.draw(ANYTHING if name in alone else grids(spec, name, height, width))
        for name in names
    }
    blocks = [value for name, value in arguments.items() if name not in whole and isinstance(value, list)]
    got = spec.cells(*arguments.values())
    if not blocks:
        assert not isinstance(got, list)
        return
    rows, columns = max(map(len, blocks)), max(len(block[0]) for block in blocks)
    want = [
        [
            spec.cells(*(v if n in whole else at(v, row, column) for n, v in arguments.items()))
            for column in range(columns)
        ]
        for row in range(rows)
    ]
    assert agrees(got, want), f"{spec.name} of {arguments}"


@given(values=st.lists(ANYTHING, min_size=1, max_size=6))
@QUICK
def test_what_a_column_holds_is_what_a_cell_holds(values: list[Any]) -> None:
    column = Column.of([[value] for value in values])
    cells = [plain(value) for value in values]
    assert [bool(row[0]) for row in column.are_blank().rows()] == [cell is None for cell in cells]
    assert [bool(row[0]) for row in column.are_numbers().rows()] == [isinstance(cell, float) for cell in cells]
    assert [bool(row[0]) for row in column.are_errors().rows()] == [isinstance(cell, CellError) for cell in cells]
    sums = [Cell.binary("+", Cell(cell), Cell(1.0)).value for cell in cells]
    assert agrees([row[0] for row in (column + 1).rows()], sums)


class TestForms:
    """What comes back has the form of what was given."""

    clv = CATALOGUE["CLV"]
    clv_cac_status = CATALOGUE["CLV_CAC_STATUS"]

    def test_array(self) -> None:
        got = self.clv(np.array([50.0, 75.0, np.nan]), np.array([36, 15, 1]))
        assert isinstance(got, np.ndarray)
        np.testing.assert_array_equal(got, [1800, 1125, np.nan])

    def test_two_dimensions(self) -> None:
        got = self.clv(np.array([[50.0], [75.0]]), np.array([[1.0, 2.0, -3.0]]))
        np.testing.assert_array_equal(got, [[50, 100, np.nan], [75, 150, np.nan]])

    def test_series_keeps_its_index(self) -> None:
        revenue = pd.Series([50.0, 75.0], index=["an", "bo"])
        got = self.clv(revenue, 2)
        pd.testing.assert_series_equal(got, pd.Series([100.0, 150.0], index=["an", "bo"]))

    def test_series_of_another_length_loses_its_index(self) -> None:
        got = self.clv(pd.Series([50.0], index=["an"]), np.array([1.0, 2.0]))
        assert isinstance(got, np.ndarray)
        np.testing.assert_array_equal(got, [50, 100])

    def test_series_of_texts(self) -> None:
        got = self.clv_cac_status(pd.Series([0.5, 4.0], index=[7, 8]), "nl")
        assert list(got.index) == [7, 8]
        assert got[7].startswith("Verlies")

    def test_series_with_missing_values(self) -> None:
        ints = pd.Series([50, None], dtype="Int64")
        np.testing.assert_array_equal(self.clv(ints, 2), [100, np.nan])

    def test_lists(self) -> None:
        assert self.clv([50, "text", 75], 2) == [100, cell_error("#VALUE!"), 150]
        assert self.clv((50, 75), (2, 3)) == [100, 225]
        assert self.clv([[50, 75]], 2) == [[100, 150]]
        assert self.clv_cac_status([0.5, -1])[1] == cell_error("#NUM!")

    def test_unequal_lengths(self) -> None:
        assert self.clv([50, 60, 70], [2, 3]) == [100, 180, MISSING]
        np.testing.assert_array_equal(self.clv(np.ones(3), np.ones(2)), [1, 1, np.nan])

    @pytest.mark.parametrize(
        "empty", [[], (), np.array([]), pd.Series([], dtype=float)], ids=lambda e: type(e).__name__
    )
    def test_nothing(self, empty: Any) -> None:
        assert len(self.clv(empty, 36)) == 0
        assert len(self.clv_cac_status(empty)) == 0
        assert self.clv([1, 2], [], 1) == [MISSING, MISSING]
        assert self.clv_cac_status([1, 2], []) == [MISSING, MISSING]

    def test_whole_ranges(self) -> None:
        for durations in ([1, 2, 6], np.array([1, 2, 6]), pd.Series([1.0, 2.0, 6.0]), [[1], [2], [6]], [[1, 2, 6]]):
            assert CATALOGUE["LIFESPAN"](durations) == 3
            assert CATALOGUE["LIFESPAN"](durations, [4, 0]) == [2.25, cell_error("#DIV/0!")]

    def test_dates_are_serial_numbers(self) -> None:
        day = dt.date(2024, 1, 1)
        for dates in ([day], pd.Series(pd.to_datetime([day])), np.array([day], dtype="datetime64[D]")):
            assert CATALOGUE["CUSTOMER_SUMMARY"](["an"], dates, [5], 45299)[1][3] == 7

    def test_no_loop_over_cells(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A thousand numbers make a few columns, and no cell for each."""
        made = []
        monkeypatch.setattr(Cell, "__init__", lambda cell, value: made.append(object.__setattr__(cell, "value", value)))
        assert self.clv(np.ones(1000), 3).sum() == 3000
        assert len(made) < 100


def test_a_table_takes_single_cells() -> None:
    got = CATALOGUE["CLV_SENSITIVITY"].cells([[50.0], [60.0]], 12, 3, 0.5)
    assert got == cell_error("#VALUE!")


@pytest.mark.parametrize("value", [1, np.int64(1), np.float32(1), 1.0, np.array(1.0)])
def test_kinds_of_one(value: Any) -> None:
    assert CATALOGUE["CLV"](value, 5) == 5


def test_an_argument_of_one_cell_refuses_a_range() -> None:
    """SUMPRODUCT would pair several discount rates with the periods, a plausible wrong number."""
    spec = CATALOGUE["CLV_CASHFLOW"]
    for rates in ([0.1, 0.2], np.array([0.1, 0.2]), [[0.1]]):
        assert spec.cells(rates, [100, 80]).cell == "#VALUE!"
    assert "ROWS(A1:A2)*COLUMNS(A1:A2)=1" in spec.formula("A1:A2", "B1:B2")


@pytest.mark.parametrize(
    ("held", "cells"),
    [
        (ColumnRange(np.array([1.5, np.nan, -2.0, 0.0])), [1.5, None, -2.0, 0.0]),
        (ColumnRange(np.array([], dtype=float)), []),
        (ColumnRange(np.array([1e308, 1e308])), [1e308, 1e308]),
        (ColumnRange(np.array([0, -1, 1, 0, 2]), ["Ann", "bob", ""]), ["Ann", None, "bob", "Ann", ""]),
        (ColumnRange(np.array([1, 0]), ["ANN", "ann"]), ["ann", "ANN"]),
        (ColumnRange(np.array([0, 0]), ["7", "never"]), ["7", "7"]),
    ],
)
def test_a_range_that_numpy_holds_is_read_as_one_of_cells(held, cells):
    usual = Range([[cell] for cell in cells])
    assert list(held.rows) == list(usual.rows)
    assert (held.numbers, held.keys, held.error) == (usual.numbers, usual.keys, usual.error)
    assert held.shape == (len(cells), 1)
    assert (held.tally, held.text_tally) == (usual.tally, usual.text_tally)
    for word in (words.total, words.lowest, words.highest, words.count, words.filled, words.distinct, words.flags):
        assert repr(word.cell(held)) == repr(word.cell(usual))


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [(0.1 + 0.2, 0.3, True), (8431.874999999998, 8431.875, True), (1.0, 1.0 + 1e-12, False), (0.0, 1e-300, False)],
)
def test_numbers_that_differ_in_their_last_digit_are_equal_as_in_a_sheet(left, right, equal, libreoffice):
    shown = {"=": equal, "<>": not equal, "<": not equal, ">": False, "<=": True, ">=": equal}
    for symbol, wanted in shown.items():
        assert Cell.binary(symbol, Cell(left), Cell(right)).value is wanted
        assert Column.binary(symbol, Column.of([[left]]), Column.of([[right]])).rows() == [[float(wanted)]]
    inputs = {"one": left, "other": right}
    asked = libreoffice.ask([
        Question(lambda at, symbol=symbol: f"IF({at['one']}{symbol}{at['other']},1,0)", inputs) for symbol in shown
    ])  # fmt: skip
    assert asked == [float(wanted) for wanted in shown.values()]
