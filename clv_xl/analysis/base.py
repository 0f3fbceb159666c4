"""The orders that the tables are made of: those up to a day, each with its customer as a number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clv_xl.models.purchase_days import PurchaseDays
from clv_xl.models.reading import read_ids

if TYPE_CHECKING:
    import datetime as dt
    from typing import Any

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

COLUMNS = ("order", "customer", "date", "amount")
"""What every order has; any other column describes it."""


def no_orders() -> pd.DataFrame:
    """The orders of a workbook that has none."""
    texts, dates, numbers = pd.Series(dtype=object), pd.Series(dtype="datetime64[ns]"), pd.Series(dtype=float)
    return pd.DataFrame(dict(zip(COLUMNS, (texts, texts, dates, numbers), strict=True)))


@dataclass(frozen=True, eq=False)
class Base:
    """A customer base: n orders of u customers.

    orders  the orders themselves, in the order they came                                    n
    codes   place in `ids` of the customer of each                                           n
    days    day of each, in days since 1970                                                  n
    amount  net; below 0 it is a refund, which is no purchase but comes off the spend        n
    ids     customers who bought, as written first, in order of appearance                   u
    end     the last day that is looked at, in days since 1970
    """

    orders: pd.DataFrame
    codes: NDArray[np.intp]
    days: Ints
    amount: Floats
    ids: NDArray[Any]
    end: int

    @classmethod
    def of(cls, orders: pd.DataFrame, as_of: dt.date | None) -> Base:
        """The orders up to `as_of` (None: all) of customers who bought; rows that lack something are passed over."""
        codes, _ = read_ids(orders["customer"])
        when = pd.to_datetime(orders["date"]).to_numpy("datetime64[D]")
        amount = orders["amount"].to_numpy(np.float64)
        kept = (codes >= 0) & ~np.isnat(when) & np.isfinite(amount)
        if as_of is not None:
            kept &= when <= np.datetime64(as_of, "D")
        buyers = np.bincount(codes[kept & (amount >= 0)], minlength=int(codes.max(initial=-1)) + 1) > 0
        kept[kept] = buyers[codes[kept]]
        rows = np.flatnonzero(kept)
        day, paid = when[rows].astype(np.int64), amount[rows]
        numbers, _ = pd.factorize(codes[rows])
        firsts = np.unique(numbers, return_index=True)[1]
        ids = orders["customer"].to_numpy(object)[rows[firsts]]
        end = int(day.max(initial=0)) if as_of is None else int(np.datetime64(as_of, "D").astype(np.int64))
        return cls(orders.iloc[rows], numbers.astype(np.intp), day, paid, ids, end)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def bought(self) -> NDArray[np.bool_]:
        """Which orders are purchases."""
        return self.amount >= 0

    @cached_property
    def spend(self) -> Floats:
        """What each customer paid, less what came back; added in the order of the rows, as the functions add it."""
        return np.bincount(self.codes, self.amount, len(self)).astype(np.float64)

    @cached_property
    def counts(self) -> Ints:
        """Orders of each customer."""
        return np.bincount(self.codes[self.bought], minlength=len(self))

    @cached_property
    def first(self) -> Ints:
        """Day of each customer's first order, in days since 1970."""
        first = np.full(len(self), np.iinfo(np.int64).max)
        np.minimum.at(first, self.codes[self.bought], self.days[self.bought])
        return first

    @cached_property
    def last(self) -> Ints:
        """Day of each customer's last order, in days since 1970."""
        last = np.full(len(self), np.iinfo(np.int64).min)
        np.maximum.at(last, self.codes[self.bought], self.days[self.bought])
        return last

    @cached_property
    def purchase_days(self) -> PurchaseDays:
        """The orders as the models read them, customers in the order of `ids`. Raises NotAvailable: nobody bought."""
        names = pd.Categorical.from_codes(self.codes, pd.RangeIndex(len(self)))
        return PurchaseDays.of(names, self.days.astype("datetime64[D]"), self.amount, end=_date(self.end))

    @cached_property
    def top(self) -> NDArray[np.bool_]:
        """Whether each customer is among the 20 % with the highest spend, their number rounded up."""
        best = np.zeros(len(self), bool)
        best[np.argsort(-self.spend, kind="stable")[: top_count(len(self))]] = True
        return best


TOP = 0.2
_ROUNDING = 1e-9  # 0.2 x 15 is 3.0000000000000004 to a computer


def top_count(customers: int) -> int:
    """How many customers the best fifth has: rounded up, as PARETO_SHARE does."""
    return int(np.ceil(customers * TOP - _ROUNDING))


def _date(number: int) -> np.datetime64:
    return np.datetime64(number, "D")


def as_dates(days: Ints) -> NDArray[np.datetime64]:
    """Days since 1970 as a column of dates."""
    return days.astype("datetime64[D]").astype("datetime64[ns]")
