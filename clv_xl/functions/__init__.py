"""Every function of the catalogue, by name."""

from clv_xl.catalogue import collect

from . import acquisition, orders, retention, value

CATALOGUE = collect(orders, retention, value, acquisition)
