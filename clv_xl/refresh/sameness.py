"""What cells show, and whether two results show the same."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clv_xl.calculation.rows import Rows
from clv_xl.errors import CellError, cell_error
from clv_xl.workbook.address import Area

if TYPE_CHECKING:
    from clv_xl.calculation.places import Key
    from clv_xl.cells import Value

    from .revision import Revision

Grid = Rows  # the rows of a result, also when it is one cell

NAME_LOST = cell_error("#NAME?")
"""What a program shows for a function that it does not know."""
_SAME = 1e-12  # relative; the last digits differ between programs that add in another order


def shown(book: Revision, key: Key) -> Grid:
    """What the cells of a formula hold in the file."""
    cells = book.cells(key[0])
    top, left, bottom, right = cells[key[1:]].array or Area.cell(*key[1:])
    spots = [[cells.get((row, column)) for column in range(left, right + 1)] for row in range(top, bottom + 1)]
    return [[None if cell is None else cell.value for cell in line] for line in spots]


def lost(stored: Value) -> bool:
    """Whether a cell holds nothing to compare with: no value, or what programs leave that do not know our functions."""
    return stored in (None, NAME_LOST, NAME_LOST.cell)  # some write an error as text


def alike(new: Grid, old: Grid) -> bool:
    """Whether two grids have one shape and show the same in each cell."""
    return [len(row) for row in new] == [len(row) for row in old] and all(
        same(one, other) for line, shown in zip(new, old, strict=True) for one, other in zip(line, shown, strict=True)
    )


def same(new: Value, old: Value) -> bool:
    """Whether a result shows what a file holds."""
    if new is None:
        new = 0.0  # a formula that gives a blank shows 0
    if new == "" and old is None:
        return True  # XlsxWriter and others store an empty text as no value
    if isinstance(new, float) and isinstance(old, float):
        return math.isclose(new, old, rel_tol=_SAME, abs_tol=1e-15)
    return (type(new) is type(old) and new == old) or (isinstance(new, CellError) and new == old)
