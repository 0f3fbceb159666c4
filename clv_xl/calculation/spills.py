"""The cells that formulas of several cells fill, and what of their result falls in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from clv_xl.errors import cell_error

from .places import Columnar, Place
from .rows import Result, rows_of

if TYPE_CHECKING:
    from clv_xl.cells import Value
    from clv_xl.workbook.address import Area

    from .places import Key, Sheets

LARGE = 100_000
"""Cells of an area from which on looking how far the workbook is in use pays."""


class Spills:
    """The cells of a workbook that formulas of several cells fill."""

    def __init__(self, book: Sheets) -> None:
        self._book = book
        self._anchors: dict[str, dict[tuple[int, int], tuple[int, int]]] = {}

    def on(self, sheet: str) -> dict[tuple[int, int], tuple[int, int]]:
        """The cells that formulas of several cells fill, with the cell each formula stands in."""
        if sheet not in self._anchors:
            book = self._book
            cells = book.calculated(sheet) if isinstance(book, Columnar) else book.cells(sheet)
            self._anchors[sheet] = {
                (row, column): position
                for position, cell in cells.items()
                if cell.array is not None and cell.array.size > 1
                for row, column in filled(cell.array, cells)
                if (row, column) != position
            }
        return self._anchors[sheet]


def filled(area: Area, cells: Mapping[tuple[int, int], Any]) -> Iterator[tuple[int, int]]:
    """The cells that a formula fills; of a huge area those that a sheet has."""
    if area.size > LARGE:
        return (spot for spot in cells if area.covers(*spot))
    return ((row, column) for _, row, column in Place("", area).positions())


def part_at(result: Result, key: Key, anchor: Key) -> Value:
    """The part of a spilled result that falls in a cell; old-style arrays fill up with #N/A, or repeat one value."""
    rows = rows_of(result)
    if len(rows) == len(rows[0]) == 1:
        return rows[0][0]
    down, across = key[1] - anchor[1], key[2] - anchor[2]
    return rows[down][across] if down < len(rows) and across < len(rows[0]) else cell_error("#N/A")
