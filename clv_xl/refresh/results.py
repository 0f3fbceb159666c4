"""The results a set of orders gives at once, each computed by the function that a cell would call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clv_xl.functions import CATALOGUE
from clv_xl.terms import Text, Unit

if TYPE_CHECKING:
    from clv_xl.cells import Value
    from clv_xl.orders.totals import Totals


@dataclass(frozen=True)
class Figure:
    """One result: its key (see `record.FIGURES`), label, unit and value, which may be a cell error."""

    key: str
    label: Text
    unit: Unit
    value: Value


def results(totals: Totals) -> list[Figure]:
    """Order value, frequency, customer value, both lifespans and CLV on revenue, in years and money.

    The frequency is per year that somebody is a customer, as the template has it: with it the CLV is never less than
    what customers have paid so far.
    """

    def call(name: str, *args: Value) -> Value:
        value: Value = CATALOGUE[name].cells(*args)
        return value

    order_value = call("AOV", totals.revenue, totals.purchases)
    so_far = call("LIFESPAN", totals.durations_total, totals.customers)
    frequency = call("PURCHASE_FREQUENCY", totals.lifetime_orders, 1.0, totals.lifespan)
    return [
        Figure("revenue", Text("Revenue", "Omzet"), Unit.MONEY, totals.revenue),
        Figure("purchases", Text("Purchases", "Aankopen"), Unit.COUNT, float(totals.purchases)),
        Figure("customers", Text("Customers", "Klanten"), Unit.COUNT, float(totals.customers)),
        Figure("order_value", Text("Average order value", "Gemiddelde orderwaarde"), Unit.MONEY, order_value),
        Figure(
            "frequency", Text("Purchases per customer per year", "Aankopen per klant per jaar"), Unit.RATIO, frequency
        ),
        Figure(
            "value_per_year",
            Text("Customer value per year", "Klantwaarde per jaar"),
            Unit.MONEY,
            call("CUSTOMER_VALUE", order_value, frequency),
        ),
        Figure("lifespan_so_far", Text("Lifespan so far, years", "Levensduur tot nu toe, jaren"), Unit.TIME, so_far),
        Figure("lifespan", Text("Lifespan used, years", "Levensduur gebruikt, jaren"), Unit.TIME, totals.lifespan),
        Figure(
            "clv_revenue",
            Text("Customer lifetime value (CLV) on revenue", "Customer lifetime value (CLV) op omzet"),
            Unit.MONEY,
            call("CLV", order_value, totals.lifetime_orders),
        ),
    ]
