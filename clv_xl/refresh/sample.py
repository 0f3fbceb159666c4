"""The made-up orders that a template comes with, known again by their order and customer together.

A name alone says nothing: real customers may be called Sample-12, and a sample order may have been tried out with
another date or amount.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from clv_xl.template import orders as template_orders
from clv_xl.template.texts import LANGUAGES

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from clv_xl.orders.headers import Mapping
    from clv_xl.orders.tables import RawTable

_NAMES = tuple(words["orders.sample"] for words in LANGUAGES.values())
_CUSTOMERS = tuple(f"{name}-" for name in _NAMES)


def is_sample(frame: pd.DataFrame) -> bool:
    """Whether all orders are sample orders."""
    customers = frame["customer"].astype(str)
    if not customers.str.startswith(_CUSTOMERS).all():
        return False
    return _shipped().issuperset(zip(frame["order"].astype(str), customers, strict=True))


def rows_of_sample(raw: RawTable, mapping: Mapping) -> NDArray[np.bool_]:
    """The rows of an orders table that hold a sample order."""
    found = np.zeros(len(raw), bool)
    if "order" not in mapping.positions:
        return found
    orders, customers = (raw.column(mapping.positions[field]) for field in ("order", "customer"))
    likely = customers.spread([text.startswith(_CUSTOMERS) for text in customers.texts], fill=False)
    names = [*orders.texts, ""]  # the code -1 of a cell without text takes the last
    for row in np.flatnonzero(likely):
        found[row] = (names[orders.codes[row]], customers.texts[customers.codes[row]]) in _shipped()
    return found


@cache
def _shipped() -> frozenset[tuple[str, str]]:
    """Order and customer of each sample order, in every language."""
    frames = [template_orders.sample("nl", name) for name in _NAMES]
    return frozenset(pair for frame in frames for pair in zip(frame["order"], frame["customer"], strict=True))
