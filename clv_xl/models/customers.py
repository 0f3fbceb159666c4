"""A record for each customer, as the models read it: frequency, recency, T and monetary value.

Source: Fader, Hardie and Lee (2005), Counting your customers the easy way, Marketing Science 24(2); Fader and Hardie
(2013), The Gamma-Gamma model of monetary value, for the mean spend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from clv_xl.errors import NotANumber

from .purchase_days import PurchaseDays
from .purchases import DAYS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .reading import Day, Floats, Ints, Values


@dataclass(frozen=True, eq=False)
class Customers:
    """One row for each customer who bought (u), in the order of `PurchaseDays.ids`.

    ids             as written first
    frequency       repeat purchases: days with an order after the first such day
    recency         time from the first purchase to the last; 0 for who bought once
    T               time from the first purchase to `end`
    monetary_value  mean spend of the repeat purchases that tell one, net of returns; 0 where there is none
    valued          repeat purchases in that mean: the number of transactions of a Gamma-Gamma model
    orders          orders, those of the first day included
    spend           everything paid less everything returned
    first, last     day of the first and the last purchase, datetime64[D]
    end             last day that is looked at, datetime64[D]
    unit            of recency and T: day, week (7 days), month (30.4375) or year (365.25)
    dropped         rows left out, by reason (`purchase_days.REASONS`)
    noted           rows that count in a way of their own: "returns" (orders below 0: off the spend, no purchase),
                    "missing_amounts" (purchases, not in the mean), "returned_days" (repeat purchases of which nothing
                    is left: not in the mean)
    """

    ids: NDArray[Any]
    frequency: Floats
    recency: Floats
    T: Floats
    monetary_value: Floats
    valued: Floats
    orders: Ints
    spend: Floats
    first: NDArray[np.datetime64]
    last: NDArray[np.datetime64]
    end: np.datetime64
    unit: str
    dropped: dict[str, int]
    noted: dict[str, int]

    @classmethod
    def of(
        cls,
        ids: Values,
        dates: Values,
        amounts: Values | None = None,
        *,
        end: Day | None = None,
        unit: str = "week",
        dated_1904: bool = False,
        currencies: Values | None = None,
        zero_amounts: bool = True,
    ) -> Customers:
        """From orders, one row each; `unit` is that of recency and T, all else as for `PurchaseDays.of`."""
        return cls.from_days(
            PurchaseDays.of(
                ids,
                dates,
                amounts,
                end=end,
                dated_1904=dated_1904,
                currencies=currencies,
                zero_amounts=zero_amounts,
            ),
            unit,
        )

    @classmethod
    def from_days(cls, days: PurchaseDays, unit: str = "week") -> Customers:
        """From purchase days. Raises NotANumber: an unknown unit."""
        length = days_in(unit)
        starts, first = days.starts, days.first
        ends = np.append(starts[1:], len(days.day))
        last, purchases = days.day[ends - 1], ends - starts
        net, told = days.net()
        repeats = days.repeats
        telling = repeats & told
        valued = np.bincount(days.customer, telling)
        repeat_spend = np.bincount(days.customer, np.where(telling, net, 0.0))
        returned = np.bincount(days.returns.customer, days.returns.amount, minlength=len(starts))
        noted = {
            "returns": len(days.returns.day),
            "missing_amounts": int(days.unpriced.sum()),
            "returned_days": int(np.sum(repeats & ~told & (days.unpriced == 0))),
        }
        return cls(
            ids=days.ids,
            frequency=(purchases - 1).astype(np.float64),
            recency=(last - first) / length,
            T=(days.end - first) / length,
            monetary_value=repeat_spend / np.maximum(valued, 1),
            valued=valued.astype(np.float64),
            orders=np.bincount(days.customer, days.orders).astype(np.int64),
            spend=np.add.reduceat(days.spend, starts) + returned,
            first=first.astype("datetime64[D]"),
            last=last.astype("datetime64[D]"),
            end=np.datetime64(days.end, "D"),
            unit=unit.casefold(),
            dropped=days.dropped,
            noted={what: rows for what, rows in noted.items() if rows},
        )

    def __len__(self) -> int:
        return len(self.ids)


def days_in(unit: str) -> float:
    """Days in a unit of time. Raises NotANumber: there is no such unit."""
    try:
        return DAYS[unit.casefold()]
    except (AttributeError, KeyError):
        raise NotANumber(f"{unit!r} is no unit of time: choose from {', '.join(DAYS)}") from None
