"""Cohorts by the period of the first order: who comes back, and what they have brought by then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clv_xl.terms import Text

from .tables import PERIODS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .base import Base, Floats, Ints

UNITS = {
    "month": (1, Text("month", "maand")),
    "quarter": (3, Text("quarter", "kwartaal")),
    "year": (12, Text("year", "jaar")),
}
"""Months in a period of cohorts, and what it is called."""

MOST_COHORTS = 25
"""From more periods on, longer ones are taken; of years there may be any number."""


@dataclass(frozen=True)
class Cohorts:
    """Both tables of cohorts.

    unit  one of `UNITS`
    over  whether the last period of the data was watched to its end; if not, the last figure of each row will rise
    """

    unit: str
    over: bool
    retention: pd.DataFrame
    value: pd.DataFrame


def cohorts(base: Base) -> Cohorts:
    """Share of each cohort that buys in period 0, 1, 2 ... and its revenue per customer so far; blank after the data.

    A refund makes nobody active; it comes off the value in its period, or in period 0 when it is dated before that.
    """
    months = base.days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    unit = _unit(months)
    length = UNITS[unit][0]
    periods = months // length
    first = np.full(len(base), np.iinfo(np.int64).max)
    np.minimum.at(first, base.codes[base.bought], periods[base.bought])
    starts, row = np.unique(first, return_inverse=True)
    sizes = np.bincount(row, minlength=len(starts))
    since = np.maximum(periods - first[base.codes], 0)
    last = int(periods.max(initial=0))
    shape = (len(starts), max(PERIODS, int((last - starts).max(initial=0)) + 1))
    later = starts[:, None] + np.arange(shape[1]) > last
    width = shape[1]
    active = np.unique(base.codes[base.bought] * width + since[base.bought])
    seen = _table(row[active // width], active % width, None, shape)
    money = _table(row[base.codes], since, base.amount, shape).cumsum(axis=1)
    dates = (starts * length).astype("datetime64[M]").astype("datetime64[ns]")
    each = np.maximum(sizes, 1)[:, None]
    next_day = np.datetime64((last + 1) * length, "M").astype("datetime64[D]").astype(np.int64)
    return Cohorts(
        unit,
        bool(base.end >= next_day - 1),
        _frame(dates, sizes, np.where(later, np.nan, seen / each)),
        _frame(dates, sizes, np.where(later, np.nan, money / each)),
    )


def _unit(months: Ints) -> str:
    """The shortest unit in which the data are no more than `MOST_COHORTS` periods of the calendar."""
    for unit, (length, _) in UNITS.items():
        periods = months // length
        if len(periods) == 0 or periods.max() - periods.min() < MOST_COHORTS:
            return unit
    return "year"


def _table(rows: NDArray[np.intp], columns: Ints, weights: Floats | None, shape: tuple[int, int]) -> Floats:
    flat = np.bincount(rows * shape[1] + columns, weights, shape[0] * shape[1])
    return flat.reshape(shape).astype(np.float64)


def _frame(dates: NDArray[np.datetime64], sizes: Ints, figures: Floats) -> pd.DataFrame:
    columns = {str(period): figures[:, period] for period in range(PERIODS)}
    return pd.DataFrame({"cohort": dates, "customers": sizes, **columns})
