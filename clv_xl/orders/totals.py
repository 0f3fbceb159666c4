"""The totals of a set of orders that the simple formulas ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clv_xl.errors import OrdersError

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

_DAYS_A_YEAR = 365.25
SILENT_AFTER = 365


@dataclass(frozen=True)
class Totals:
    """Totals over the orders up to and including `as_of`.

    revenue           money, in the currency of the orders
    purchases         orders
    customers         customers with at least one order
    first_date        of the first order
    as_of             last day that is looked at
    durations_total   years of 365.25 days, over all customers: from first to last order for who left, from first order
                      to as_of for who is active
    churned           customers who left: more than `silent_after` days before as_of without an order
    watched           customers whose first order is at least `silent_after` days before as_of
    exposure_total    years, over the watched: from first order to the last for who left, else to `silent_after` days
                      before as_of
    once              customers among the watched who left after the day of their first order

    An active customer's duration still runs (it is censored): durations_total / customers therefore tells a lifespan
    that is too short. The time in which leaving would have been seen for each customer who left does not, for customers
    who come back at all: who buys once and is gone would make it too short again, so it is taken over the others, times
    their share. Nobody can be seen to leave in the last `silent_after` days, so these count for nobody: with them
    the lifespan would be too long, twice the truth where they are a third of the data.
    """

    revenue: float
    purchases: int
    customers: int
    first_date: date
    as_of: date
    durations_total: float
    churned: int
    watched: int
    exposure_total: float
    once: int

    @property
    def lifespan_is_seen(self) -> bool:
        """Whether customers who left tell the lifespan: some did who came back, and most customers were watched."""
        return self.churned > self.once and 2 * self.watched >= self.customers

    @property
    def lifespan(self) -> float:
        """The best guess in years: the corrected one where it is seen, never below the durations so far or a day."""
        so_far = max(self.durations_total / self.customers, 1 / _DAYS_A_YEAR)
        if not self.lifespan_is_seen:
            return so_far
        come_back = 1 - self.once / self.watched
        return max(so_far, self.exposure_total / (self.churned - self.once) * come_back)

    @property
    def lifetime_orders(self) -> float:
        """Orders of a customer in that lifespan: the first, and those that repeat in customer time."""
        lived = max(self.durations_total, self.customers / _DAYS_A_YEAR)
        return 1 + (self.purchases - self.customers) / lived * self.lifespan


def totals(
    frame: pd.DataFrame,
    *,
    as_of: date | str | None = None,
    silent_after: int = SILENT_AFTER,
    codes: NDArray[np.intp] | None = None,
) -> Totals:
    """Compute the totals of `frame` (columns customer, date, amount; one row for each order).

    as_of         orders after this day are left out; by default the day of the last order, never the clock
    silent_after  days without an order after which a customer has left
    codes         the customer of each order as a number from 0, where that is known: texts need not be compared then

    Raises OrdersError when no order is left.
    """
    if frame.empty:
        raise OrdersError("No orders.", "Geen bestellingen.")
    dates = frame["date"].to_numpy("datetime64[D]")
    end = dates.max() if as_of is None else pd.Timestamp(as_of).to_datetime64().astype("datetime64[D]")
    seen = dates <= end
    if not seen.any():
        told = end.item()
        raise OrdersError(f"No orders up to {told}.", f"Geen bestellingen tot en met {told:%d-%m-%Y}.")
    if codes is None:
        codes = pd.factorize(frame["customer"].to_numpy())[0]
    amounts = frame["amount"].to_numpy()
    if not seen.all():
        dates, codes, amounts = dates[seen], codes[seen], amounts[seen]
    day = dates.astype(np.int64)
    first, last = np.full(codes.max() + 1, day.max()), np.full(codes.max() + 1, day.min())
    np.minimum.at(first, codes, day)
    np.maximum.at(last, codes, day)
    ordered = np.bincount(codes) > 0
    first, last = first[ordered], last[ordered]
    today = int(end.astype(np.int64))
    left = today - last > silent_after
    days = np.where(left, last, today) - first
    seen_to = today - silent_after
    watched = first <= seen_to
    exposed = (np.where(left, last, seen_to) - first)[watched]
    return Totals(
        revenue=float(amounts.sum()),
        purchases=len(dates),
        customers=len(first),
        first_date=dates.min().item(),
        as_of=end.item(),
        durations_total=float(days.sum() / _DAYS_A_YEAR),
        churned=int(left.sum()),
        watched=int(watched.sum()),
        exposure_total=float(exposed.sum() / _DAYS_A_YEAR),
        once=int(np.sum(left & watched & (last == first))),
    )
