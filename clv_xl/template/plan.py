"""A workbook before it is written: sheets of cells with their looks, names, tables and charts.

A plan can be read by the `Calculator`, which is how every formula gets the value it is stored with.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import ItemsView, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clv_xl.calculation import Calculator
from clv_xl.calculation.cell_columns import column_of
from clv_xl.errors import CellError
from clv_xl.workbook.address import Area, Position, column_letters
from clv_xl.workbook.cells import Cell
from clv_xl.workbook.tables import Table

if TYPE_CHECKING:
    from clv_xl.calculation.places import Place
    from clv_xl.cells import Range, Value

    from .charts import Chart

LINE, GAP = 13.0, 6.0  # points
CHARACTERS_PER_WIDTH = 1.17  # Arial letters are a little narrower than the digit that a column width counts
CHARACTERS_OF_STYLE = {"strong-wrap": 1.0, "advice": 1.05, "wrap": 1.12}  # bold, indented, or long words


@dataclass(frozen=True)
class PlannedCell:
    """A cell: `style` is a style of the theme with a number format, such as `value:money`.

    `array` is its own area for a formula that Excel stores as a dynamic array; `link` is a sheet of the workbook, or
    the address of a page.
    """

    value: Value
    formula: str | None = None
    array: Area | None = None
    style: str = "text"
    link: str = ""


@dataclass(frozen=True)
class Block:
    """Cells below the header of a table, by column: many, all of a column in one style, and no formulas.

    columns  values of each column, all of one length: float, str or None
    """

    top: int
    left: int
    columns: Sequence[Sequence[Value]]
    styles: Sequence[str]

    @property
    def bottom(self) -> int:
        """The last row."""
        return self.top + len(self.columns[0]) - 1

    def value(self, row: int, column: int) -> Value:
        """What a cell of the block holds."""
        return self.columns[column - self.left][row - self.top]

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell belongs to the block."""
        return self.top <= row <= self.bottom and self.left <= column < self.left + len(self.columns)

    def __iter__(self) -> Iterator[Position]:
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.left + len(self.columns)):
                yield row, column


@dataclass
class SheetPlan:
    """One sheet; rows and columns count from 1."""

    name: str
    widths: tuple[float, ...]
    cells: dict[Position, PlannedCell] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    validations: dict[Position, dict[str, Any]] = field(default_factory=dict)
    conditions: list[tuple[Area, dict[str, Any]]] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    images: list[tuple[Position, bytes, str]] = field(default_factory=list)  # with a description
    page_breaks: list[int] = field(default_factory=list)  # rows that start a page on paper
    column_breaks: list[int] = field(default_factory=list)  # columns that start a page: then `scale` percent, not a fit
    scale: int = 100
    header_row: int = 0  # of the table that the sheet is for: frozen above, repeated on paper
    freezes: bool = True  # that header stays in sight
    frozen_columns: int = 0  # that stay in sight
    protected: bool = True
    gridlines: bool = False
    landscape: bool = False

    def put(self, row: int, column: int, value: Value, style: str = "text", link: str = "") -> None:
        """Put a text or number in a cell; a row grows with wrapped text."""
        if isinstance(value, int):
            value = float(value)  # a cell knows no whole numbers
        self.cells[row, column] = PlannedCell(value, style=style, link=link)
        if isinstance(value, str):
            self.reserve(row, column, value)

    def reserve(self, row: int, column: int, text: str) -> None:
        """Make a row high enough for a text that wraps in a column."""
        style = self.cells[row, column].style.split(":")[0]
        width = int(self.widths[column - 1] * CHARACTERS_OF_STYLE.get(style, CHARACTERS_PER_WIDTH))
        lines = len(textwrap.wrap(text, width)) if style in WRAPPED else 1
        if lines > 1:
            self.heights[row] = max(self.heights.get(row, 0), math.ceil(lines * LINE + GAP))

    def compute(self, row: int, column: int, formula: str, style: str, *, dynamic: bool = False) -> None:
        """Put a formula in a cell, without the equals sign."""
        area = Area.cell(row, column) if dynamic else None
        self.cells[row, column] = PlannedCell(None, formula, area, style)

    def place(self, row: int, column: int) -> str:
        """The absolute address of a cell, as names and charts refer to it."""
        return f"{self.name}!${column_letters(column)}${row}"

    def last_row(self) -> int:
        """The last row that holds anything, charts too."""
        rows = [row for row, _ in self.cells]
        return max([*rows, *(block.bottom for block in self.blocks), *(chart.area.bottom for chart in self.charts)])


WRAPPED = {
    *("wrap", "note", "advice", "cell", "phrase", "check", "map-below", "strong-wrap", "dim", "dim-word", "word"),
    *("source", "head", "head-right", "head-word", "head-number"),
}
"""Styles that wrap, for which a row is made higher."""


@dataclass
class Plan:
    """All of a workbook."""

    sheets: dict[str, SheetPlan] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)

    def add(self, sheet: SheetPlan) -> SheetPlan:
        """Add a sheet behind the others."""
        self.sheets[sheet.name] = sheet
        return sheet

    def table(self, name: str, sheet: SheetPlan, top: int, columns: list[str], rows: int, left: int = 1) -> None:
        """Declare a table from a header row down; its cells are put by the sheet, or are a block of it."""
        area = Area(top, left, top + max(rows, 1), left + len(columns) - 1)
        self.tables[name] = Table(name, sheet.name, area, columns, 1, 0, "", {})

    def computed(self) -> dict[str, dict[Position, Value]]:
        """Compute the value of every formula cell.

        Raises:
            CellError: a formula that gives an error, which no cell of a template may.

        """
        calculator = Calculator(Readable(self))
        values: dict[str, dict[Position, Value]] = {}
        for name, sheet in self.sheets.items():
            values[name] = {}
            for (row, column), cell in sheet.cells.items():
                if cell.formula is None:
                    continue
                value = calculator.value(name, row, column)
                if isinstance(value, CellError):
                    raise type(value)(f"{sheet.place(row, column)}: ={cell.formula}", value.cell)
                values[name][row, column] = value
        return values


class Cells(Mapping[Position, Cell]):
    """The cells of a sheet, those of its blocks made when they are asked for."""

    def __init__(self, sheet: SheetPlan) -> None:
        self._blocks = sheet.blocks
        self.single = {spot: Cell(cell.value, cell.formula, cell.array) for spot, cell in sheet.cells.items()}

    def __getitem__(self, spot: Position) -> Cell:
        if spot in self.single:
            return self.single[spot]
        for block in self._blocks:
            if block.covers(*spot):
                return Cell(block.value(*spot))
        raise KeyError(spot)

    def __iter__(self) -> Iterator[Position]:
        yield from self.single
        for block in self._blocks:
            yield from block

    def items(self) -> CellItems:
        """All cells; those of a block without being looked up again."""
        return CellItems(self)

    def pairs(self) -> Iterator[tuple[Position, Cell]]:
        """Each place and its cell."""
        yield from self.single.items()
        for block in self._blocks:
            for column, values in enumerate(block.columns, block.left):
                yield from (((row, column), Cell(value)) for row, value in enumerate(values, block.top))

    def __len__(self) -> int:
        return len(self.single) + sum(len(block.columns) * len(block.columns[0]) for block in self._blocks)


class CellItems(ItemsView[Position, Cell]):
    """The items of `Cells`."""

    def __init__(self, cells: Cells) -> None:
        super().__init__(cells)
        self._cells = cells

    def __iter__(self) -> Iterator[tuple[Position, Cell]]:
        return self._cells.pairs()


class Readable:
    """A plan as a `Calculator` reads it."""

    def __init__(self, plan: Plan) -> None:
        self.sheets, self.names, self.tables = plan.sheets, plan.names, plan.tables
        self.local_names: dict[tuple[str, str], str] = {}  # a template has none
        self._cells = {name: Cells(sheet) for name, sheet in plan.sheets.items()}
        self._known: dict[Place, Range | None] = {}

    def cells(self, sheet: str) -> Mapping[Position, Cell]:
        """Give the cells of a sheet."""
        return self._cells[sheet]

    def calculated(self, sheet: str) -> Mapping[Position, Cell]:
        """The cells of a sheet that stand in no block."""
        return self._cells[sheet].single

    def column(self, place: Place) -> Range | None:
        """A column of a block, or part of one, without a cell for each; None for other areas."""
        if place not in self._known:
            self._known[place] = self._column(place)
        return self._known[place]

    def _column(self, place: Place) -> Range | None:
        area = place.area
        for block in self.sheets[place.sheet].blocks:
            inside = block.covers(area.top, area.left) and block.covers(area.bottom, area.right)
            if inside and area.left == area.right:
                values = block.columns[area.left - block.left][area.top - block.top : area.bottom - block.top + 1]
                return column_of(values)
        return None
