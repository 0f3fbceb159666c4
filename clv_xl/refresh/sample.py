"""The made-up orders that a template comes with, known again by their customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.template.texts import LANGUAGES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from clv_xl.orders.headers import Mapping
    from clv_xl.orders.tables import RawTable

_CUSTOMERS = tuple(f"{words['orders.sample']}-" for words in LANGUAGES.values())


def is_sample(frame: pd.DataFrame) -> bool:
    """Whether all orders are sample orders."""
    return bool(frame["customer"].astype(str).str.startswith(_CUSTOMERS).all())


def rows_of_sample(raw: RawTable, mapping: Mapping) -> NDArray[np.bool_]:
    """The rows of an orders table that hold a sample order."""
    customers = raw.column(mapping.positions["customer"])
    return customers.spread([text.startswith(_CUSTOMERS) for text in customers.texts], fill=False)
