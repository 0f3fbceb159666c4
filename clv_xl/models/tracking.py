"""Repeat purchases of a customer base over time, as a tracking chart sets them against what a model expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clv_xl.errors import OutOfRange

from .customers import days_in
from .purchases import MOST_PERIODS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .purchase_days import PurchaseDays
    from .reading import Floats


@dataclass(frozen=True, eq=False)
class RepeatPurchases:
    """Repeat purchases in each of p periods, one unit long; u customers. Times are in the unit, since `start`.

    start        day of the first purchase of all, datetime64[D]
    times        end of each period; the last ends with the data, so it may be shorter   p
    incremental  repeat purchases in each                                                p
    cumulative   repeat purchases up to its end                                          p
    births       first purchase of each customer                                         u

    A model expects, up to a time t, the sum over customers of its expected purchases in max(0, t - birth).
    """

    start: np.datetime64
    times: Floats
    incremental: Floats
    cumulative: Floats
    births: Floats

    def at_risk(self) -> tuple[Floats, Floats]:
        """The different births and how many customers have each: a forecast needs every birth once."""
        births, customers = np.unique(self.births, return_counts=True)
        return births, customers.astype(np.float64)


def repeat_purchases_over_time(days: PurchaseDays, unit: str = "week") -> RepeatPurchases:
    """Count the repeat purchases of each unit of time since the first purchase of all.

    Raises:
        NotANumber: an unknown unit.
        OutOfRange: more periods than a sheet has columns.

    """
    length = days_in(unit)
    start = int(days.first.min())
    span = (days.end - start) / length
    periods = int(np.ceil(span))
    if periods > MOST_PERIODS:
        raise OutOfRange("more periods than a sheet has columns: a date is wrong, or choose a longer unit")
    after = (days.day[days.repeats] - start) / length
    # What falls on the end of a period belongs to it; nothing repeats at time 0.
    place: NDArray[np.intp] = np.ceil(after).astype(np.intp) - 1
    incremental = np.bincount(place, minlength=periods).astype(np.float64)
    return RepeatPurchases(
        start=np.datetime64(start, "D"),
        times=np.minimum(np.arange(1.0, periods + 1), span),
        incremental=incremental,
        cumulative=np.cumsum(incremental),
        births=(days.first - start) / length,
    )
