"""What only a refresh can put in a template: totals over customers, with what shows when they are out of date."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

from clv_xl.calculation import Calculator
from clv_xl.cells import day as day_of
from clv_xl.orders.columns import NUMBER, Column
from clv_xl.orders.totals import SILENT_AFTER, Totals, totals
from clv_xl.template.input_items import STAMPED

from .revision import DAYS_TO_1904, Revision
from .settings import LAST_DAY, named_cells, number

if TYPE_CHECKING:
    from clv_xl.orders.cleaning import Orders

    from .finding import Found

STAMPS = {f"orders_{name}": total for name, total in STAMPED.items()} | {"orders_customers": "customers"}
"""Names of the cells of a template that only a refresh can fill, and which of the totals each holds."""
COUNTED, LEFT_OUT = "orders_counted", "orders_left_out"
CONTROL, CONTROL_NOW = "orders_control", "control_now"
"""A sum over all that the totals come from: as it was, and the cell that computes it."""
LONGEST_SILENCE = 36_525


def totals_of(after: Revision, orders: Orders | None, date1904: bool, told: dt.date | None = None) -> Totals | None:
    """Totals of the orders, up to the as-of date told, else the workbook's own where it names one."""
    if orders is None:
        return None
    spots, calculator = named_cells(after), Calculator(after)
    as_of, silent = (number(after, calculator, spots.get(name)) for name in ("as_of", "silent_after"))
    day = told or (None if as_of is None else _day(as_of, date1904))
    if told is None and day is not None and day < orders.ledger.first_date:
        day = None  # an as-of date before the first order, such as a blank cell's, says nothing
    patience = int(silent) if silent is not None and 1 <= silent <= LONGEST_SILENCE else SILENT_AFTER
    return totals(orders.frame, as_of=day, silent_after=patience, codes=orders.customers)


def stamp(
    after: Revision, summary: Totals | None, orders: Orders | None, found: Found | None, *, imported: bool
) -> None:
    """Put the totals in the cells of a template that ask for them; of `imported` orders every row counts."""
    spots = named_cells(after)
    figures = {name: float(getattr(summary, total)) if summary else 0.0 for name, total in STAMPS.items()}
    table = None if found is None or found.table is None else after.tables[found.table.name]
    if orders is None or table is None or found is None:
        figures |= {COUNTED: 0.0, LEFT_OUT: 0.0}
    else:
        figures[COUNTED] = float(len(orders.frame)) if imported else _countable(found)
        figures[LEFT_OUT] = 0.0 if imported else float(orders.ledger.read - orders.ledger.orders)
    control = number(after, Calculator(after), spots.get(CONTROL_NOW))
    figures |= {} if control is None else {CONTROL: control}
    for name, figure in figures.items():
        key = spots.get(name)
        cell = None if key is None else after.cells(key[0]).get(key[1:])
        if key is None or cell is None or cell.formula is not None:
            continue
        if not isinstance(cell.value, float) or not math.isclose(cell.value, figure, rel_tol=1e-12):
            after.stamp(key, figure)


def _countable(found: Found) -> float:
    """The rows of the table that its own formulas count: those whose amount is a number above 0."""
    place = found.mapping.positions.get("amount")
    if place is None:
        return 0.0
    amounts = Column.read(found.raw.columns[place])
    return float(((amounts.kinds == NUMBER) & (amounts.numbers > 0)).sum())


def _day(number: float, date1904: bool) -> dt.date | None:
    """The day of a serial number, None when there is no such day in a sheet."""
    if not 1 <= number <= LAST_DAY:
        return None
    return day_of(number + DAYS_TO_1904 if date1904 else number)
