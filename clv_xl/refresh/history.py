"""The row that each refresh leaves behind: the figures of its as-of date, beside those of earlier ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from clv_xl.analysis.tables import HISTORY, HISTORY_CELLS
from clv_xl.cells import serial
from clv_xl.template import orders as template_orders

from .revision import DAYS_TO_1904
from .settings import named_cells, shown_by

if TYPE_CHECKING:
    import pandas as pd

    from clv_xl.cells import Value

    from .listings import Listed
    from .revision import Revision


def history(listed: Listed, after: Revision, language: str, *, sample: bool) -> list[list[Value]]:
    """The rows of the history by their date, with that of the day that `after` looks at; one a day.

    `sample` tells whether the orders are those that a template comes with: their figures go when other orders come.
    """
    rows = [[row[place] for place in listed.places] for row in listed.rows(after.cells(listed.table.sheet))]
    rows = [row for row in rows if any(value is not None for value in row)]
    if not sample:
        known = _Sample(language, after.date1904)
        rows = [row for row in rows if not known.made(row)]
    now = _now(after)
    if now is not None:
        rows = [row for row in rows if row[0] != now[0]] + [now]
    # What is no date was put there by somebody: it stays above.
    return sorted(rows, key=lambda row: row[0] if isinstance(row[0], float) else 0.0)


def _now(after: Revision) -> list[Value] | None:
    """The row of today's figures; None where there is no day or no order."""
    spots = named_cells(after)
    values = shown_by(after, [spots.get(HISTORY_CELLS[head]) for head in HISTORY.heads])
    row: list[Value] = [value if isinstance(value, float) else None for value in values]
    told = dict(zip(HISTORY.heads, row, strict=True))
    return row if told["as_of"] and told["orders"] else None


class _Sample:
    """The sample orders of a language: how many there were, and what they came to, up to each day."""

    def __init__(self, language: str, date1904: bool) -> None:
        frame: pd.DataFrame = template_orders.sample(language, "").sort_values("date")
        self._days = np.array([serial(day) for day in frame["date"]]) - (DAYS_TO_1904 if date1904 else 0)
        self._sums = np.cumsum(frame["amount"].to_numpy())

    def made(self, row: list[Value]) -> bool:
        """Whether the figures of a row are those of sample orders."""
        told = dict(zip(HISTORY.heads, row, strict=True))
        day, orders, revenue = told["as_of"], told["orders"], told["revenue"]
        if not (isinstance(day, float) and isinstance(orders, float) and isinstance(revenue, float)):
            return False
        count = int(np.searchsorted(self._days, day, side="right"))
        return count > 0 and orders == count and math.isclose(revenue, self._sums[count - 1], rel_tol=1e-6)
