"""What customers did after a day up to which a model is fitted, to hold its forecasts against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clv_xl.errors import OutOfRange

from .customers import Customers, days_in
from .reading import one_day

if TYPE_CHECKING:
    from .purchase_days import PurchaseDays
    from .reading import Day, Floats


@dataclass(frozen=True, eq=False)
class Holdout:
    """The two periods of a test. u customers, those of the calibration.

    calibration  the customers as they were known at its end
    frequency    purchases in the holdout: days with an order         u
    spend        paid in the holdout, less what was returned in it    u
    duration     length of the holdout, in the unit of the calibration
    """

    calibration: Customers
    frequency: Floats
    spend: Floats
    duration: float


def calibration_holdout(
    days: PurchaseDays,
    calibration_end: Day,
    holdout_end: Day | None = None,
    unit: str = "week",
    *,
    dated_1904: bool = False,
) -> Holdout:
    """Split in two: up to and including one day, and from the next to the other (the end of the data when left out).

    Nothing after `calibration_end` is in the calibration: no purchase, no new customer, no return.

    Raises:
        OutOfRange: the days are not in order, or the data end before `holdout_end`.
        NotAvailable: nobody had bought by `calibration_end`.
        NotANumber: a day or the unit cannot be read.

    """
    split = one_day(calibration_end, dated_1904=dated_1904)
    until = days.end if holdout_end is None else one_day(holdout_end, dated_1904=dated_1904)
    if not split < until <= days.end:
        raise OutOfRange("the calibration ends before the holdout does, and that not after the data")
    length = days_in(unit)
    calibration = Customers.from_days(days.until(split), unit)
    known = days.first <= split
    bought = (days.day > split) & (days.day <= until)
    back = (days.returns.day > split) & (days.returns.day <= until)
    size = len(days.ids)
    purchases = np.bincount(days.customer[bought], minlength=size).astype(np.float64)
    payers = np.r_[days.customer[bought], days.returns.customer[back]]
    spend = np.bincount(payers, np.r_[days.spend[bought], days.returns.amount[back]], size).astype(np.float64)
    return Holdout(calibration, purchases[known], spend[known], (until - split) / length)
