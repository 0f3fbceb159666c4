"""Orders in the cells of a sheet, as purchase days; a customer with a row that cannot be read is set apart.

The rules are those of `purchases`, by which CUSTOMER_SUMMARY reads the same ranges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clv_xl.cells import text
from clv_xl.errors import CellError, NotANumber, NotAvailable

from . import purchases
from .purchase_days import PurchaseDays

if TYPE_CHECKING:
    from clv_xl.cells import Range, Value

_IDS = {float, str, bool, type(None)}


class OrderCells(NamedTuple):
    """The purchase days of the customers whose rows can be read; of the others their name and error.

    `places` tells in which order the customers came, by their key; empty where no row is faulty.
    """

    days: PurchaseDays
    faulty: dict[str, tuple[Value, CellError]]
    places: dict[str, int]


def read_orders(ids: Range, dates: Range, amounts: Range, as_of: float | None) -> OrderCells:
    """The orders up to and with a day, the last date in the data when left out.

    Raises:
        NotANumber: the ranges differ in length.
        NotAvailable: no purchase is left.

    """
    names, days, paid = ids.values, dates.values, amounts.values
    if not len(names) == len(days) == len(paid):
        raise NotANumber("the ranges differ in length: one row per order in each")
    until = int(as_of) if as_of is not None else purchases.last_day(dates)
    if None in names:
        kept = [row for row in zip(names, days, paid, strict=True) if row[0] is not None]
        names, days, paid = ([row[place] for row in kept] for place in range(3))
    if _all_readable(names, days, paid):
        return OrderCells(PurchaseDays.of(names, days, paid, end=until), {}, {})
    places: dict[str, int] = {}
    faulty: dict[str, tuple[Value, CellError]] = {}
    orders = list(purchases.read(ids, dates, amounts))
    for order in orders:
        places.setdefault(order.key, len(places))
        if isinstance(order.day, CellError):
            faulty.setdefault(order.key, (order.name, order.day))
        elif order.day <= until and isinstance(order.amount, CellError):
            faulty.setdefault(order.key, (order.name, order.amount))
    sound = [order for order in orders if order.key not in faulty and order.day <= until]  # type: ignore[operator]  # no error
    if not sound:
        raise NotAvailable("no purchase that can be read is left")
    found = PurchaseDays.of(
        [order.name for order in sound], [order.day for order in sound], [order.amount for order in sound], end=until
    )
    return OrderCells(found, faulty, places)


def _all_readable(names: list[Value], days: list[Value], paid: list[Value]) -> bool:
    """At a glance: nothing but dates and amounts, and no error for a name."""
    if not (set(map(type, days)) == set(map(type, paid)) == {float} and set(map(type, names)) <= _IDS):
        return False
    return bool(min(days) >= purchases.FIRST_DAY and max(days) < purchases.LAST_DAY + 1)  # type: ignore[type-var, operator]  # floats


def key_of(name: Value) -> str:
    """A customer's name as names are compared."""
    return text(name).casefold()
