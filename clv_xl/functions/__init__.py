"""Every function of the catalogue, by name."""

from clv_xl.catalogue import collect

from . import acquisition, benchmarks, customers, help, orders, retention, value  # noqa: A004  a topic's name

CATALOGUE = collect(orders, retention, value, acquisition, customers, benchmarks, help)
