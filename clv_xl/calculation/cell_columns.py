"""A long column of cells as one range, so that formulas over it need not visit each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clv_xl.columns import ColumnRange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clv_xl.cells import Range
    from clv_xl.workbook.address import Area
    from clv_xl.workbook.cells import Cell

_NONE = type(None)


def column_of(cells: Mapping[tuple[int, int], Cell], area: Area) -> Range | None:
    """The cells of one column; None where a formula stands among them, or where kinds of values are mixed."""
    found = [cells.get((row, area.left)) for row in range(area.top, area.bottom + 1)]
    if any(cell is not None and cell.formula is not None for cell in found):
        return None
    values = [None if cell is None else cell.value for cell in found]
    kinds = set(map(type, values)) - {_NONE}
    if kinds <= {float}:
        return ColumnRange(np.array([np.nan if value is None else value for value in values], float))
    if kinds == {str}:
        codes, texts = pd.factorize(np.array([*values, None], object)[:-1])
        return ColumnRange(codes, texts.tolist())
    return None
