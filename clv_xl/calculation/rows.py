"""Values and rows of values, as formulas hand them on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import repeat
from typing import Any

from clv_xl.cells import Range, Value
from clv_xl.errors import NotAvailable

from .refusals import too_large

MOST_CELLS = 5_000_000
"""Of one result or area: a value of ours takes some 100 bytes."""

Rows = list[list[Value]]
Result = Any  # a Value, or Rows; a Range where a function of RANGES may read one


def rows_of(value: Result) -> Rows:
    """A value as rows."""
    if isinstance(value, Range):
        return [list(row) for row in value.rows]
    return value if isinstance(value, list) else [[value]]


def shape(value: Result) -> tuple[int, int]:
    """How many rows and columns."""
    if isinstance(value, Range):
        return value.shape
    return (len(value), len(value[0])) if isinstance(value, list) else (1, 1)


def several(value: Result) -> bool:
    """Whether a value is rows of them."""
    return isinstance(value, list | Range)


def values_of(args: Sequence[Result]) -> list[Value]:
    """All values of all arguments, row by row."""
    if len(args) == 1 and isinstance(args[0], Range):
        return args[0].values
    return [value for arg in args for row in rows_of(arg) for value in row]


def spread(compute: Callable[..., Value], *args: Result) -> Result:
    """`compute` over single values, or element by element over rows; beyond a shorter block is #N/A."""
    if not any(several(arg) for arg in args):
        return compute(*args)
    grids = [rows_of(arg) for arg in args]
    height, width = max(len(rows) for rows in grids), max(len(rows[0]) for rows in grids)
    whole = height, width
    if height * width > MOST_CELLS:
        raise too_large()
    if {shape(rows) for rows in grids} <= {(1, 1), whole}:  # the common case, by the million of rows
        lines = (rows if shape(rows) == whole else repeat(repeat(rows[0][0])) for rows in grids)
        return [[compute(*cells) for cells in zip(*line, strict=False)] for line in zip(*lines, strict=False)]

    def pick(rows: Rows, row: int, column: int) -> Value:
        row, column = row if len(rows) > 1 else 0, column if len(rows[0]) > 1 else 0
        return rows[row][column] if row < len(rows) and column < len(rows[0]) else NotAvailable()

    return [[compute(*(pick(rows, i, j) for rows in grids)) for j in range(width)] for i in range(height)]


def identity(value: Value) -> Hashable:
    """What makes a value another one: neither case, nor that Python takes True for 1."""
    return (bool, value) if isinstance(value, bool) else value.casefold() if isinstance(value, str) else value
