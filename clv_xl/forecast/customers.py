"""The customers of an outlook as columns, the most valuable first: for a sheet, a data file and the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .outlook import Outlook

STYLES = {
    "customer": "strong",
    "orders": "plain:count",
    "spend": "plain:money",
    "first_order": "plain:date",
    "last_order": "plain:date",
    "frequency": "plain:count",
    "recency": "plain:one",
    "T": "plain:one",
    "probability_alive": "plain:share",
    "expected_purchases": "plain:rate",
    "expected_purchases_low": "plain:count",
    "expected_purchases_high": "plain:count",
    "expected_spend": "plain:money",
    "predicted_value": "value:money",
    "predicted_value_low": "plain:money",
    "predicted_value_high": "plain:money",
    "rank": "plain:count",
}
"""Name of each column, as in data files -> how a sheet shows it. Times are in the unit of the model."""

TITLES = {"orders": "orders_count", "spend": "spend_total"}
"""Columns whose title is a text by another key."""


def columns(outlook: Outlook) -> dict[str, NDArray[Any]]:
    """The columns of `STYLES`, by rank; the ends of intervals are left out where there are none."""
    told, people, known = outlook.prediction, outlook.prediction.population, outlook.prediction.customers
    # By purchases where values are equal, and then as they came, so that a rank is always the same.
    order = np.lexsort((-told.expected_purchases, -told.value))
    bands = told.intervals
    found: dict[str, NDArray[Any]] = {
        "customer": known.ids,
        "orders": known.orders,
        "spend": known.spend,
        "first_order": known.first,
        "last_order": known.last,
        "frequency": people.frequency.astype(np.int64),
        "recency": people.recency,
        "T": people.T,
        "probability_alive": told.probability_alive,
        "expected_purchases": told.expected_purchases,
    }
    if bands is not None:
        found["expected_purchases_low"], found["expected_purchases_high"] = bands.purchases
    found |= {"expected_spend": told.expected_spend, "predicted_value": told.value}
    if bands is not None:
        found["predicted_value_low"], found["predicted_value_high"] = bands.value
    return {name: values[order] for name, values in found.items()} | {"rank": np.arange(1, len(order) + 1)}
