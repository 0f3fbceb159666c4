"""Columns of Arrow as raw cells, and Parquet files, which hold such columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clv_xl.errors import OrdersError

if TYPE_CHECKING:
    from pathlib import Path

    from clv_xl.orders.columns import Cells

_EXACT = 1 << 53  # whole numbers up to here are floats without loss


def cells(column: Any) -> Cells:
    """Take over an array of Arrow: numbers, days and texts as they are, anything else as objects.

    A time stamp with a zone shows the day in that zone; whole numbers too large for a float become text. Raises
    TypeError for values that are no single cell: lists, structures, bytes.
    """
    import pyarrow as pa  # noqa: PLC0415  optional: only there for large files
    import pyarrow.compute as pc  # noqa: PLC0415

    kind = pa.types
    if kind.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if kind.is_integer(column.type) and not _is_exact(pc.min_max(column).as_py()):
        column = column.cast(pa.string())
    of = column.type
    if kind.is_nested(of) or kind.is_binary(of) or kind.is_large_binary(of) or kind.is_fixed_size_binary(of):
        raise TypeError(str(of))
    if kind.is_string(of) or kind.is_large_string(of) or kind.is_string_view(of):
        texts: Cells = pd.arrays.ArrowExtensionArray(column if kind.is_string(of) else column.cast(pa.large_string()))
        return texts
    if kind.is_timestamp(of) or kind.is_date(of):
        shown = pc.local_timestamp(column) if kind.is_timestamp(of) and of.tz else column
        return _array(shown.cast(pa.timestamp("us"), safe=False))
    if kind.is_decimal(of) or kind.is_floating(of) or kind.is_integer(of):
        return _array(column.cast(pa.float64()))
    return np.array([*column.to_pylist(), None], object)[:-1]


def _is_exact(extremes: dict[str, int | None]) -> bool:
    return all(value is None or abs(value) <= _EXACT for value in extremes.values())


def _array(column: Any) -> Cells:
    result: Cells = np.asarray(column)
    return result


def read_parquet(path: Path, content: bytes) -> tuple[list[str], list[Cells]]:
    """Read the columns of a Parquet file with their names; raises OrdersError."""
    try:
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as error:
        raise OrdersError(
            f"{path.name}: reading Parquet needs pyarrow: pip install 'clv-xl[large]'",
            f"{path.name}: Parquet lezen vraagt pyarrow: pip install 'clv-xl[large]'",
        ) from error
    try:
        table = pq.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError) as error:
        raise OrdersError(
            f"{path.name} is damaged or no Parquet file: {str(error).rstrip('.')}.",
            f"{path.name} is beschadigd of geen Parquet-bestand: {str(error).rstrip('.')}.",
        ) from error
    columns = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        try:
            columns.append(cells(column))
        except TypeError as error:
            raise OrdersError(
                f"{path.name}: column {name} holds {error}. Write the file with one plain value in each cell.",
                f"{path.name}: kolom {name} bevat {error}. Schrijf het bestand met één gewone waarde in elke cel.",
            ) from error
    return list(table.column_names), columns
