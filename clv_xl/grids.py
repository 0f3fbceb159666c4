"""Arrays as cells: lists, numpy arrays and pandas columns in, the same kind out, broadcast as Excel does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from .cells import Range, plain
from .errors import NotAvailable

if TYPE_CHECKING:
    from .columns import Column


def is_array(value: Any) -> bool:
    """Whether a value is several cells: a list, a tuple, a range, or an array of one or two dimensions."""
    return isinstance(value, list | tuple | Range) or getattr(value, "ndim", 0) > 0


def as_rows(value: Any) -> Any:
    """Any value as rows of cells; a flat list, a one-dimensional array or a pandas Series is a column."""
    if isinstance(value, Range):
        return value.rows
    if getattr(value, "ndim", 0) > 0:
        array = value.to_numpy() if hasattr(value, "to_numpy") else value
        rows = array.reshape(-1, 1) if array.ndim == 1 else array
        return rows if rows.dtype.kind in "fiu" else _listed(rows)
    if not isinstance(value, list | tuple):
        return [[value]]
    if value and isinstance(value[0], list | tuple):
        return value
    return [[item] for item in value]


def _listed(rows: Any) -> list[list[Any]]:
    if rows.dtype.kind == "M":  # numpy would list nanoseconds
        rows = rows.astype("datetime64[us]")
    listed: list[list[Any]] = rows.tolist()
    return listed


def as_range(value: Any) -> Range:
    """Any value as a range that is read whole."""
    if isinstance(value, Range):
        return value
    rows = as_rows(value)
    if not isinstance(rows, list | tuple):
        rows = rows.tolist()
    return Range(rows if _are_plain(rows) else [[plain(item) for item in row] for row in rows])


def _are_plain(rows: Any) -> bool:
    """Whether all are cell values as they are; told at once, since asking each of 100,000 takes a tenth of a second."""
    cells = list(chain.from_iterable(rows))
    kinds = set(map(type, cells))
    if not kinds <= {float, str, bool, type(None)}:
        return False
    numbers = cells if kinds == {float} else [cell for cell in cells if type(cell) is float]
    return math.isfinite(sum(numbers))  # one NaN or infinity makes the sum so, too


def broadcast(blocks: Mapping[str, Column]) -> dict[str, Column]:
    """Blocks in their common shape; one cell, row or column is repeated, what a shorter block lacks is #N/A."""
    height = max(block.values.shape[0] for block in blocks.values())
    width = max(block.values.shape[1] for block in blocks.values())
    return {name: block.fit(height, width) for name, block in blocks.items()}


def elements(arrays: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """The same element by element: rows of arguments by name, for what numpy cannot do."""
    grids = {name: as_rows(value) for name, value in arrays.items()}
    height = max(len(rows) for rows in grids.values())
    width = max(len(rows[0]) if len(rows) else 1 for rows in grids.values())

    def pick(rows: Any, row: int, column: int) -> Any:
        row = row if len(rows) > 1 else 0
        if row < len(rows):
            column = column if len(rows[row]) > 1 else 0
            if column < len(rows[row]):
                return rows[row][column]
        return NotAvailable("beyond the range")

    for row in range(height):
        yield [{name: pick(rows, row, column) for name, rows in grids.items()} for column in range(width)]


def like(arrays: Mapping[str, Any], result: Any) -> Any:
    """Results in the form of the arrays they came from: a list for lists, else an array, or a Series with its index."""
    given = list(arrays.values())
    flat = all(getattr(value, "ndim", 0) == 1 or not _nested(value) for value in given)
    if all(isinstance(value, list | tuple) for value in given):
        rows = result if isinstance(result, list) else result.rows()
        return [row[0] for row in rows] if flat else rows
    import numpy as np  # noqa: PLC0415  only arrays need it, and arrays bring it

    if isinstance(result, list):
        block = np.array(result, dtype=object).reshape(len(result), len(result[0]) if result else 1)
    else:
        block = result.numbers()
    if not flat:
        return block
    index = next((value.index for value in given if hasattr(value, "index") and hasattr(value, "to_numpy")), None)
    if index is None or len(index) != len(block):
        return block[:, 0]
    import pandas as pd  # noqa: PLC0415  a Series brings it

    return pd.Series(block[:, 0], index=index)


def _nested(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and isinstance(value[0], list | tuple)
    return getattr(value, "ndim", 0) > 1
