"""Purchases in discrete time, as BG/BB reads them: in each period a customer buys or does not.

Source: Fader, Hardie and Shang (2010), Customer-base analysis in a discrete-time noncontractual setting, Marketing
Science 29(6).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clv_xl.errors import NotANumber, NotAvailable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .purchase_days import PurchaseDays
    from .reading import Floats, Ints

_MONDAY = 3  # 1 January 1970 was a Thursday
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
UNITS = ("day", "week", *_MONTHS)


@dataclass(frozen=True, eq=False)
class Opportunities:
    """One row for each customer (u) whose first purchase lies in a period that is over.

    ids        as written first
    frequency  periods after that of the first purchase in which the customer bought
    recency    the last of these, counted from the period of the first purchase; 0 for who did not buy again
    n          periods after that of the first purchase, up to the last one that is over
    end        last day of that one, datetime64[D]
    unit       day, week (from Monday), month, quarter or year
    too_late   customers left out, because their first purchase came after `end`
    """

    ids: NDArray[Any]
    frequency: Floats
    recency: Floats
    n: Floats
    end: np.datetime64
    unit: str
    too_late: int


def opportunities(days: PurchaseDays, unit: str) -> Opportunities:
    """Count in calendar periods, of which the last counts only if the data go on to its last day.

    Raises:
        NotANumber: an unknown unit.
        NotAvailable: no period in which somebody bought is over.

    """
    if unit not in UNITS:
        raise NotANumber(f"{unit!r} is no period: choose from {', '.join(UNITS)}")
    over = int(period_of(np.array([days.end + 1]), unit)[0]) - 1
    period = period_of(days.day, unit)
    first = period[days.starts]
    known = first <= over
    if not known.any():
        raise NotAvailable(f"no {unit} in which somebody bought is over on {np.datetime64(days.end, 'D')}")
    new = np.r_[True, (period[1:] != period[:-1]) | (days.customer[1:] != days.customer[:-1])]
    new[days.starts] = False
    new &= period <= over
    places = days.customer[new]
    frequency = np.bincount(places, minlength=len(first)).astype(np.float64)
    recency = np.zeros(len(first))
    # By customer and then by day: the last period of each stands last, and stays.
    recency[places] = period[new] - first[places]
    return Opportunities(
        ids=days.ids[known],
        frequency=frequency[known],
        recency=recency[known],
        n=(over - first)[known].astype(np.float64),
        end=last_day_of(over, unit),
        unit=unit,
        too_late=int(np.sum(~known)),
    )


def merged(days: PurchaseDays, unit: str) -> PurchaseDays:
    """The purchases of a period as one, on the first of its days: what BG/BB means by a purchase."""
    period = period_of(days.day, unit)
    starts = np.flatnonzero(np.r_[True, (period[1:] != period[:-1]) | (days.customer[1:] != days.customer[:-1])])
    return replace(
        days,
        customer=days.customer[starts],
        day=days.day[starts],
        orders=np.add.reduceat(days.orders, starts),
        spend=np.add.reduceat(days.spend, starts),
        unpriced=np.add.reduceat(days.unpriced, starts),
    )


def period_of(days: Ints, unit: str) -> Ints:
    """The number of the period that each day lies in."""
    if unit in _MONTHS:
        return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) // _MONTHS[unit]
    return (days + _MONDAY) // 7 if unit == "week" else days


def last_day_of(period: int, unit: str) -> np.datetime64:
    """The last day of the period with this number."""
    after = period + 1
    if unit in _MONTHS:
        first = int(np.array(after * _MONTHS[unit], "datetime64[M]").astype("datetime64[D]").astype(np.int64))
    else:
        first = after * 7 - _MONDAY if unit == "week" else after
    return np.datetime64(first - 1, "D")
