"""Orders as purchase days: what each customer bought on each day, which is what the models mean by a purchase.

Definitions as in Fader, Hardie and Lee (2005) and in `purchases`, which reads orders for cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from clv_xl.errors import NotANumber, NotAvailable

from .reading import one_day, read_amounts, read_days, read_ids

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .reading import Day, Faults, Floats, Ints, Mask, Values

    Places = NDArray[np.intp]

REASONS = (
    "missing_customer",
    "missing_date",
    "unreadable_date",
    "date_out_of_range",
    "later",
    "unreadable_amount",
    "zero_amount",
    "refund",
)
"""Why rows are dropped, named as by the importer; a row is dropped for the first that holds."""

_WIDEST = 63  # bits of a whole number
_ROUNDING = 1e-9  # part of a day's spend that a sum of floats may be off


class Returns(NamedTuple):
    """Orders below 0 (k): whose, when (days since 1970) and how much, below 0."""

    customer: Places
    day: Ints
    amount: Floats

    def take(self, rows: Mask) -> Returns:
        """Some of them."""
        return Returns(self.customer[rows], self.day[rows], self.amount[rows])


@dataclass(frozen=True, eq=False)
class PurchaseDays:
    """A row for each customer and day with an order (m), by customer and then by day. u customers.

    ids       the customers, as written first; in order of appearance, or that of a categorical   u
    customer  place in `ids`                                                                      m
    day       days since 1970                                                                     m
    orders    orders of that day                                                                  m
    spend     what they brought, as far as known, before returns                                  m
    unpriced  orders of that day without an amount                                                m
    returns   orders below 0: no purchases, but they come off the spend
    end       last day that is looked at, in days since 1970
    dropped   rows left out, by the reasons in `REASONS`; only those that occurred

    Every row is somewhere: ``rows == orders.sum() + len(returns.day) + sum(dropped.values())``.
    """

    ids: NDArray[Any]
    customer: Places
    day: Ints
    orders: Ints
    spend: Floats
    unpriced: Ints
    returns: Returns
    end: int
    dropped: dict[str, int]

    @classmethod
    def of(
        cls,
        ids: Values,
        dates: Values,
        amounts: Values | None = None,
        *,
        end: Day | None = None,
        dated_1904: bool = False,
        currencies: Values | None = None,
        zero_amounts: bool = True,
    ) -> PurchaseDays:
        """Gather orders, one row each, in any order.

        Args:
            ids: whose order; compared without regard to case. A categorical is fastest.
            dates: dates, times (the day is the local one) or Excel's serial numbers; text is refused.
            amounts: what each order brought; below 0 it is a return. Blank: a purchase of which the amount is unknown.
            end: last day to look at; the last date in the data when left out. Later orders are dropped.
            dated_1904: whether serial numbers count from 1904.
            currencies: the currency of each order; the orders that count must share one.
            zero_amounts: whether an order of 0 is a purchase, as in the CDNOW study; if not it is dropped.

        Raises:
            NotANumber: columns of different lengths, text for a date or an amount, several currencies.
            OutOfRange: `end` is no date.
            NotAvailable: no purchase is left.

        """
        codes, labels = read_ids(ids)
        days, faults = read_days(dates, dated_1904=dated_1904)
        money, wrong = (np.full(len(days), np.nan), {}) if amounts is None else read_amounts(amounts)
        if not len(codes) == len(days) == len(money):
            raise NotANumber("ids, dates and amounts differ in length: one of each for every order")
        readable = ~np.logical_or.reduce(list(faults.values()))
        if end is not None:
            last = one_day(end, dated_1904=dated_1904)
        else:
            last = int(days[readable].max()) if readable.any() else 0
        faults = {"missing_customer": codes < 0, **faults, "later": readable & (days > last), **wrong}
        if not zero_amounts:
            faults["zero_amount"] = money == 0
        kept, dropped = _sifted(faults)
        if currencies is not None:
            _refuse_several(currencies, kept)
        if dropped:
            codes, days, money = codes[kept], days[kept], money[kept]
        below = money < 0
        returns = Returns(codes, days, money).take(below)
        if len(returns.day):
            codes, days, money = codes[~below], days[~below], money[~below]
        return _of_buyers(cls(labels, *_by_day(codes, days, money), returns, last, dropped))

    def until(self, end: int) -> PurchaseDays:
        """The same as it was known on an earlier day, in days since 1970. Raises NotAvailable: nobody had bought."""
        if end >= self.end:
            return self
        seen, told = self.day <= end, self.returns.day <= end
        later = int(self.orders[~seen].sum()) + int(np.sum(~told))
        known = PurchaseDays(
            self.ids,
            self.customer[seen],
            self.day[seen],
            self.orders[seen],
            self.spend[seen],
            self.unpriced[seen],
            self.returns.take(told),
            end,
            _more(self.dropped, "later", later),
        )
        return _of_buyers(known)

    @cached_property
    def starts(self) -> Places:
        """The row of each customer's first day (u)."""
        return np.flatnonzero(np.r_[True, self.customer[1:] != self.customer[:-1]])

    @cached_property
    def first(self) -> Ints:
        """The day of each customer's first purchase (u), in days since 1970."""
        return self.day[self.starts]

    @property
    def repeats(self) -> Mask:
        """Rows (m) that are repeat purchases."""
        repeats = np.ones(len(self.day), bool)
        repeats[self.starts] = False
        return repeats

    def net(self) -> tuple[Floats, Mask]:
        """Spend of each day (m) less what was returned of it; and the days whose spend tells what a purchase brings.

        A return is taken off the purchase day it falls on, else the last one before it. No spend is told by a day of
        which nothing is left, or that has an order without an amount.
        """
        valued = self.unpriced == 0
        if not len(self.returns.day):
            return self.spend, valued
        low = min(int(self.day.min()), int(self.returns.day.min()))
        width = max(self.end, int(self.day.max())) - low + 1
        keys = self.customer * width + self.day - low
        rows = np.searchsorted(keys, self.returns.customer * width + self.returns.day - low, side="right") - 1
        own = (rows >= 0) & (self.customer[rows] == self.returns.customer)
        spend = self.spend.copy()
        np.add.at(spend, rows[own], self.returns.amount[own])
        touched = np.zeros(len(spend), bool)
        touched[rows[own]] = True
        return spend, valued & ~(touched & (spend <= _ROUNDING * self.spend))


def _of_buyers(days: PurchaseDays) -> PurchaseDays:
    """Without the customers who bought nothing, and their returns."""
    if not len(days.day):
        dropped = _more(days.dropped, "refund", len(days.returns.day))
        told = ", ".join(f"{reason.replace('_', ' ')} {count}" for reason, count in dropped.items())
        raise NotAvailable("no purchase is left" + (f" (dropped: {told})" if told else ""))
    bought = np.bincount(days.customer, minlength=len(days.ids)) > 0
    if bought.all():
        return days
    place = np.cumsum(bought) - 1
    known = bought[days.returns.customer]
    returns = days.returns.take(known)
    return replace(
        days,
        ids=days.ids[bought],
        customer=place[days.customer],
        returns=returns._replace(customer=place[returns.customer]),
        dropped=_more(days.dropped, "refund", int(np.sum(~known))),
    )


def _more(dropped: dict[str, int], reason: str, rows: int) -> dict[str, int]:
    return dropped | {reason: dropped.get(reason, 0) + rows} if rows else dropped


def _sifted(faults: Faults) -> tuple[Mask, dict[str, int]]:
    """The rows without a fault, and how many are dropped for each."""
    kept = np.ones(len(faults["missing_customer"]), bool)
    dropped: dict[str, int] = {}
    for reason in REASONS:
        if reason in faults and (rows := int(np.sum(hit := kept & faults[reason]))):
            dropped[reason] = rows
            kept &= ~hit
    return kept, dropped


def _refuse_several(currencies: Values, kept: Mask) -> None:
    codes, names = read_ids(currencies)
    if len(codes) != len(kept):
        raise NotANumber("currencies and orders differ in number: one for every order")
    used = np.unique(codes[kept & (codes >= 0)])
    if len(used) > 1:
        told = ", ".join(sorted(map(str, names[used])))
        raise NotANumber(f"the amounts are in {len(used)} currencies ({told}): convert them to one first")


def _by_day(codes: Places, days: Ints, money: Floats) -> tuple[Places, Ints, Ints, Floats, Ints]:
    """Customer, day, orders, spend and orders without an amount, of each purchase day."""
    if not len(days):
        none = np.empty(0, np.int64)
        return none.astype(np.intp), none, none, none.astype(np.float64), none
    low = int(days.min())
    width = int(days.max()) - low + 1
    keys, rows = sort_keys(codes * np.int64(width) + (days - low), (int(codes.max()) + 1) * width)
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    unknown = np.isnan(money)
    some = bool(unknown.any())
    paid = (np.where(unknown, 0.0, money) if some else money)[rows]
    keys = keys[starts]
    customer = keys // width
    return (
        customer,
        keys - customer * width + low,
        np.diff(starts, append=len(days)),
        np.add.reduceat(paid, starts),
        np.add.reduceat(unknown[rows].astype(np.int64), starts) if some else np.zeros(len(starts), np.int64),
    )


def sort_keys(keys: Ints, most: int) -> tuple[Ints, Places]:
    """Whole numbers from 0 up to `most`, sorted, and their places before; equal ones stay in order."""
    bits = len(keys).bit_length()
    if most.bit_length() + bits > _WIDEST:
        rows = np.argsort(keys, kind="stable")
        return keys[rows], rows
    # One sort of key and place together takes a quarter of the time of an argsort.
    both = keys << bits | np.arange(len(keys))
    both.sort()
    return both >> bits, both & ((1 << bits) - 1)
