"""Every function of the catalogue, by name."""

from clv_xl.catalogue import collect

from . import (
    acquisition,
    benchmarks,
    customers,
    fits,
    help,  # noqa: A004  a topic's name
    orders,
    prediction,
    retention,
    value,
)

CATALOGUE = collect(orders, retention, value, acquisition, customers, fits, prediction, benchmarks, help)
