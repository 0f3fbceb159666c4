"""Orders in three ranges, read into one record per customer; and the calendar periods that cohorts are counted in.

Definitions as in Fader, Hardie and Lee (2005): the orders of one day are one purchase, the first purchase is no repeat.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from clv_xl.cells import Range, Value, day, serial, text
from clv_xl.errors import CellError, NotANumber, NotAvailable, OutOfRange

FIRST_DAY, LAST_DAY = 1, 2_958_465  # what a sheet can hold as a date: up to 31 December 9999
MOST_PERIODS = 16_000  # a sheet has 16,384 columns

DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
"""Days in a unit of time; a month and a year are the mean ones."""


@dataclass
class Customer:
    """What one customer bought: spend per purchase day, and everything paid and paid back.

    `error` is what the first unreadable row of this customer shows; the other figures are then incomplete.
    """

    name: Value
    spend: dict[int, float] = field(default_factory=dict)
    orders: int = 0
    total: float = 0.0
    error: CellError | None = None


@dataclass(frozen=True)
class Order:
    """One row that has a customer; a date or amount that cannot be read is a `CellError`."""

    key: str
    name: Value
    day: int | CellError
    amount: float | CellError


def read(ids: Range, dates: Range, amounts: Range | None = None) -> Iterator[Order]:
    """The rows that have a customer; customers are compared without regard to case.

    Args:
        ids: the customer of each order; a row without one is passed over.
        dates: the date of each order; the time of day is dropped.
        amounts: what each order brought; left out, every order brings 1.

    Raises:
        NotANumber: the ranges differ in length.

    """
    names, days = ids.values, dates.values
    paid: list[Value] = [1.0] * len(names) if amounts is None else amounts.values
    if not len(names) == len(days) == len(paid):
        raise NotANumber("the ranges differ in length: one row per order in each")
    for name, when, amount in zip(names, days, paid, strict=True):
        key = name.cell if isinstance(name, CellError) else text(name).casefold()
        if key:
            fault = name if isinstance(name, CellError) else None
            yield Order(key, name, fault or _day(when), fault or _amount(amount))


def _day(value: Value) -> int | CellError:
    if not isinstance(value, float):
        return value if isinstance(value, CellError) else NotANumber("a date cannot be read")
    return math.floor(value) if FIRST_DAY <= value < LAST_DAY + 1 else OutOfRange(f"{value:g} is no date")


def _amount(value: Value) -> float | CellError:
    if isinstance(value, float | CellError):
        return value
    return NotANumber("an amount cannot be read")


def last_day(dates: Range) -> int:
    """The last date in the data, 0 when none can be read."""
    return math.floor(max((value for value in dates.numbers if FIRST_DAY <= value < LAST_DAY + 1), default=0))


def by_customer(orders: Iterable[Order], until: int) -> list[Customer]:
    """The customers who bought up to a day, in the order of their first row; with a fault, those who have one too.

    A refund (an amount below 0) is no purchase, but comes off the total; an order of 0 is one, as in the CDNOW study.

    Raises:
        NotAvailable: nobody bought anything.

    """
    customers: dict[str, Customer] = {}
    for order in orders:
        customer = customers.get(order.key) or customers.setdefault(order.key, Customer(order.name))
        day, amount = order.day, order.amount
        if isinstance(day, CellError):
            customer.error = customer.error or day
        elif day > until:
            continue
        elif isinstance(amount, CellError):
            customer.error = customer.error or amount
        else:
            customer.total += amount
            if amount >= 0:
                customer.orders += 1
                customer.spend[day] = customer.spend.get(day, 0.0) + amount
    found = [customer for customer in customers.values() if customer.orders or customer.error]
    if not found:
        raise NotAvailable("no customer has a purchase up to the as-of date")
    return found


# ---- calendar periods: each has a number, one higher than the period before


def _months(length: int) -> tuple[Callable[[int], int], Callable[[int], float]]:
    def index(number: int) -> int:
        date = day(number)
        return (date.year * 12 + date.month - 1) // length

    def start(number: int) -> float:
        year, month = divmod(number * length, 12)
        return serial(dt.date(year, month + 1, 1))

    return index, start


_MONDAY = 2  # 2 January 1900 is a Monday to Excel

PERIODS: dict[str, tuple[Callable[[int], int], Callable[[int], float]]] = {
    "week": (lambda day: (day - _MONDAY) // 7, lambda number: max(number * 7.0 + _MONDAY, FIRST_DAY)),
    "month": _months(1),
    "quarter": _months(3),
    "year": _months(12),
}
"""For each kind of period, the number of the period a day is in, and the first day of a period by its number."""


@dataclass
class Cohort:
    """The customers whose first purchase fell in one period, and what they did in it and in each period after."""

    start: float
    customers: int
    active: list[int]
    value: list[float]


def cohorts(orders: Iterable[Order], period: str) -> list[Cohort]:
    """The cohorts in order of time, up to the last period in the data.

    A refund makes nobody active; its amount counts in its own period, or in the first when it is dated before that.

    Raises:
        CellError: a date or an amount cannot be read, no purchase, or too many periods.

    """
    index, start = PERIODS[period]
    bought: dict[str, set[int]] = {}
    paid: dict[str, dict[int, float]] = {}
    for key, number, amount in _in_periods(orders, index):
        if amount >= 0:
            bought.setdefault(key, set()).add(number)
        flows = paid.setdefault(key, {})
        flows[number] = flows.get(number, 0.0) + amount
    if not bought:
        raise NotAvailable("there is no purchase")
    last = max(number for flows in paid.values() for number in flows)
    firsts = {key: min(periods) for key, periods in bought.items()}
    if last - min(firsts.values()) >= MOST_PERIODS:
        raise OutOfRange("more periods than a sheet has columns: a date is wrong, or choose a longer period")
    found = {
        first: Cohort(start(first), 0, [0] * (last - first + 1), [0.0] * (last - first + 1))
        for first in sorted(set(firsts.values()))
    }
    for key, first in firsts.items():
        cohort = found[first]
        cohort.customers += 1
        for number in bought[key]:
            cohort.active[number - first] += 1
        for number, amount in paid[key].items():
            cohort.value[max(number - first, 0)] += amount
    return list(found.values())


def _in_periods(orders: Iterable[Order], index: Callable[[int], int]) -> Iterator[tuple[str, int, float]]:
    """Customer, number of the period and amount of every order."""
    numbers: dict[int, int] = {}
    for order in orders:
        if isinstance(order.day, CellError):
            raise order.day
        if isinstance(order.amount, CellError):
            raise order.amount
        number = numbers.get(order.day)
        if number is None:
            number = numbers[order.day] = index(order.day)
        yield order.key, number, order.amount


# ---- scores


def scores(values: list[float], count: int) -> dict[float, int]:
    """A score from 1 to `count` for each value, the highest values best; equal values score alike.

    The score is 1 + the whole part of count x the share of values that are lower: with distinct values, classes of
    equal size; a value that half of them share is scored by what lies below it.
    """
    ordered = sorted(values)
    score: dict[float, int] = {}
    for below, value in enumerate(ordered):
        score.setdefault(value, 1 + count * below // len(ordered))
    return score
