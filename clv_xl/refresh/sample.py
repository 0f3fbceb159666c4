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
    if "order" not in mapping.positions:
        return np.zeros(len(raw), bool)
    orders, customers = (_texts(raw, mapping.positions[field]) for field in ("order", "customer"))
    return np.array([pair in _shipped() for pair in zip(orders, customers, strict=True)], bool)


def _texts(raw: RawTable, place: int) -> list[str]:
    column = raw.column(place)
    texts = np.empty(len(column.texts), object)
    texts[:] = column.texts
    told: list[str] = column.spread(texts, "").tolist()
    return told


@cache
def _shipped() -> frozenset[tuple[str, str]]:
    """Order and customer of each sample order, in every language."""
    frames = [template_orders.sample("nl", name) for name in _NAMES]
    return frozenset(pair for frame in frames for pair in zip(frame["order"], frame["customer"], strict=True))
