"""A long column of cells as one range, so that formulas over it need not visit each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clv_xl.columns import ColumnRange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clv_xl.cells import Range, Value

_NONE = type(None)


def column_of(values: Sequence[Value]) -> Range | None:
    """The values of one column, blanks included; None where they are not all numbers or all texts."""
    kinds = set(map(type, values)) - {_NONE}
    if kinds <= {float}:
        return ColumnRange(np.array([np.nan if value is None else value for value in values], float))
    if kinds == {str}:
        import pandas as pd  # noqa: PLC0415  start-up stays fast

        codes, texts = pd.factorize(np.array(values, object))
        return ColumnRange(codes, texts.tolist())
    return None
