"""The results a set of orders gives at once, each computed by the function that a cell would call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.functions import CATALOGUE

if TYPE_CHECKING:
    from clv_xl.cells import Value
    from clv_xl.orders.totals import Totals


def results(totals: Totals) -> dict[str, Value]:
    """Order value, frequency, customer value, both lifespans and CLV on revenue, by key of `record.FIGURES`.

    The frequency is per year that somebody is a customer, as the template has it: with it the CLV is never less than
    what customers have paid so far. A value may be a cell error.
    """

    def call(name: str, *args: Value) -> Value:
        value: Value = CATALOGUE[name].cells(*args)
        return value

    order_value = call("AOV", totals.revenue, totals.purchases)
    frequency = call("PURCHASE_FREQUENCY", totals.lifetime_orders, 1.0, totals.lifespan)
    return {
        "revenue": totals.revenue,
        "purchases": float(totals.purchases),
        "customers": float(totals.customers),
        "order_value": order_value,
        "frequency": frequency,
        "value_per_year": call("CUSTOMER_VALUE", order_value, frequency),
        "lifespan_so_far": call("LIFESPAN", totals.durations_total, totals.customers),
        "lifespan": totals.lifespan,
        "clv_revenue": call("CLV", order_value, totals.lifetime_orders),
    }
