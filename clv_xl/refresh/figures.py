"""The figures of a client that a portfolio compares: from the workbook's own named cells, else from its orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from .record import FIGURES, Month
from .results import results

if TYPE_CHECKING:
    from clv_xl.cells import Value
    from clv_xl.orders.totals import Totals

MONTHS_SHOWN = 24


def named_figures(values: Mapping[str, Value]) -> dict[str, float]:
    """The figures among the values of named cells."""
    found = {key: values.get(figure.cell) for key, figure in FIGURES.items()}
    return {key: value for key, value in found.items() if isinstance(value, float)}


def figures_of(totals: Totals) -> dict[str, float]:
    """The figures that orders alone give; CLV on revenue, since they tell no margin."""
    return {key: value for key, value in results(totals).items() if isinstance(value, float)}


def months_of(frame: pd.DataFrame) -> tuple[Month, ...]:
    """The last months up to that of the last order, of `frame` (customer, date, amount; a row for each order)."""
    month = frame["date"].dt.to_period("M")
    first = frame.groupby("customer", sort=False)["date"].transform("min")
    told = frame.assign(new=frame["customer"].where(frame["date"] == first)).groupby(month)
    sums = pd.DataFrame({"revenue": told["amount"].sum(), "orders": told.size()})
    sums = sums.join(told[["customer", "new"]].nunique())
    every = pd.period_range(month.min(), month.max(), freq="M")[-MONTHS_SHOWN:]
    rows = sums.reindex(every, fill_value=0).to_numpy(float).tolist()
    return tuple(
        Month(str(month), revenue, int(orders), int(customers), int(new))
        for month, (revenue, orders, customers, new) in zip(every, rows, strict=True)
    )
