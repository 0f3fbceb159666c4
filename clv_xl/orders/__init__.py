"""Orders from exports and workbooks: read, mapped, cleaned and counted.

The modules are imported by name (``clv_xl.orders.cleaning``): this package itself loads no pandas.
"""
