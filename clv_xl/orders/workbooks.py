"""Cells of workbooks: the first rows of each sheet, then the columns below a row of one of them.

Large workbooks are read through fastexcel, whose columns have one type and cost no object per cell; it would turn a
mixed column into texts and errors into blanks, so it is asked to refuse the first and the second are looked up in the
file. Whatever it refuses, small workbooks and other kinds of workbook are read through calamine.
"""

from __future__ import annotations

import datetime as dt
import io
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import python_calamine

from clv_xl.orders import arrow, extent, parts
from clv_xl.orders.columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clv_xl.orders.columns import Cells

    Rows = list[list[Any]]

FIRST_ROWS = 1000
LARGE = 10_000_000  # bytes unpacked, about 50,000 rows


def is_large(content: bytes) -> bool:
    """Tell whether an .xlsx is large enough to look at its beginning first."""
    return parts.size(content) > LARGE


def read_first(content: bytes, wanted: Callable[[list[str]], list[str]]) -> tuple[dict[str, Rows], bool]:
    """Read the first rows of the worksheets of an .xlsx that `wanted` picks; and whether these are all there are."""
    if is_large(content):
        # A beginning that cannot be cut out as usual is no damage: read it all.
        with suppress(python_calamine.CalamineError):
            return read_sheets(extent.nearby(parts.beginning(content, FIRST_ROWS)), wanted), False
    return read_sheets(extent.nearby(content), wanted), True


def read_sheets(content: bytes, wanted: Callable[[list[str]], list[str]]) -> dict[str, Rows]:
    """Read the rows of the worksheets that `wanted` picks from their names; blanks and errors are "" or None."""
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        kind = python_calamine.SheetTypeEnum.WorkSheet
        names = wanted([about.name for about in book.sheets_metadata if about.typ == kind])
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}


def read_below(content: bytes, sheet: str, head: Rows, header: int) -> list[Cells]:
    """Read the columns of a large sheet below its row `header` (0: it has none); `head` holds its first rows.

    All columns from A on, down to the last row with a cell.
    """
    found = None if _mixed(head[header:]) else _typed(content, sheet, header)
    if found is None:
        rows = read_sheets(content, lambda _: [sheet])[sheet][header:]
        columns = columns_of(rows, max(map(len, rows), default=0))
    else:
        size = len(next(iter(found.values())))
        columns = [found.get(place, _blanks(size)) for place in range(1, max(found) + 1)]
    return with_errors(columns, content, sheet, header + 1)


def read_area_cells(content: bytes, sheet: str, area: tuple[int, int, int, int], headers: Sequence[str]) -> list[Cells]:
    """Read an area (top, left, bottom, right; from 1) whose headers stand right above it."""
    top, left, bottom, right = area
    size = bottom - top + 1
    found = _typed(content, sheet, top - 1, (left, right, size), headers) if is_large(content) else None
    if found is None:
        rows = read_sheets(content, lambda _: [sheet])[sheet][top - 1 : bottom]
        columns = columns_of([row[left - 1 :] for row in rows], right - left + 1)
    else:
        columns = [found.get(place, _blanks(size)) for place in range(left, right + 1)]
    return with_errors([_filled_up(column, size) for column in columns], content, sheet, top, left)


def with_errors(columns: list[Cells], content: bytes, sheet: str, top: int, left: int = 1) -> list[Cells]:
    """Put the error cells of an .xlsx where they belong; the columns start at row `top` and column `left`."""
    if not any(column.dtype == object or pd.isna(column).any() for column in columns):
        return columns
    for (row, number), error in parts.errors(content, sheet).items():
        place = number - left
        if 0 <= place < len(columns) and 0 <= row - top < len(columns[place]):
            columns[place] = _objects(columns[place])
            columns[place][row - top] = error
    return columns


def _typed(
    content: bytes,
    sheet: str,
    header: int,
    within: tuple[int, int, int] | None = None,
    headers: Sequence[str] = (),
) -> dict[int, Cells] | None:
    """Columns below row `header` (from 1) by their number, each of one type; None where that loses something.

    within   first and last column, and the number of rows
    headers  one of them must be found in the row: fastexcel would pass over blank rows at the top
    """
    try:
        import fastexcel  # noqa: PLC0415  optional: only there for large files
        import pyarrow  # noqa: F401, ICN001, PLC0415  what fastexcel hands its columns over with
    except ImportError:
        return None
    if header < 1:
        return None
    left, right, size = within or (1, 1 << 14, None)
    logging.getLogger("fastexcel").setLevel(logging.ERROR)  # it tells of every column without values
    numbers, names = [], []

    def wanted(column: Any) -> bool:
        inside: bool = left <= column.absolute_index + 1 <= right
        if inside:
            numbers.append(column.absolute_index + 1)
            names.append(column.name.strip())
        return inside

    try:
        batch = fastexcel.read_excel(content).load_sheet(
            sheet,
            header_row=header - 1,
            n_rows=size,
            schema_sample_rows=None,
            dtype_coercion="strict",
            use_columns=wanted,
            eager=True,
        )
    except fastexcel.FastExcelError:
        return None
    if not numbers or (headers and not set(names) & set(headers)):
        return None
    return {number: arrow.cells(batch.column(place)) for place, number in enumerate(numbers)}


def _mixed(rows: Rows) -> bool:
    """Tell whether a column holds values of several kinds, so that it is not even worth trying."""
    kinds = (str, bool, float, dt.timedelta, dt.date | dt.time)
    for column in zip(*rows, strict=True):
        types = set(map(type, (cell for cell in column if cell != "")))
        if sum(any(issubclass(one, kind) for one in types) for kind in kinds) > 1:
            return True
    return False


def _objects(column: Any) -> Cells:
    """Make room for values of other kinds."""
    if column.dtype == object:
        return column  # type: ignore[no-any-return]
    empty = pd.isna(column)
    result: Cells = np.array(column.astype(object), object)
    result[empty] = None
    return result


def _blanks(size: int) -> Cells:
    return np.full(size, None, object)


def _filled_up(column: Any, size: int) -> Cells:
    """Add blanks to a column that ends early."""
    if len(column) == size:
        return column  # type: ignore[no-any-return]
    places = np.where(np.arange(size) < len(column), np.arange(size), -1)
    return pd.api.extensions.take(column, places, allow_fill=True)
