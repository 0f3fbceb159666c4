"""All tables of one set of orders at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from .tables import LISTINGS

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, eq=False)
class Analysis:
    """What the orders say.

    tables  by the key of their listing, each with the columns of the listing; a `Text` stands for its words in the
            language of the workbook, None (NaN, NaT) for a blank cell
    facts   single figures and words by the name of the cell that shows them
    """

    tables: Mapping[str, pd.DataFrame]
    facts: Mapping[str, Any]


FACTS = ("cohort_unit", "prediction_model", "prediction_reason", "predicted_with")


def analyse(
    orders: pd.DataFrame,
    *,
    as_of: dt.date | None = None,
    margin: float | None = None,
    discount: float | None = None,
    horizon: float = 12.0,
    level: float = 0.8,
) -> Analysis:
    """Make the tables of `orders` (columns order, customer, date, amount; any other describes the order)."""
    tables = {key: pd.DataFrame({head: [] for head in listing.heads}) for key, listing in LISTINGS.items()}
    return Analysis(tables, dict.fromkeys(FACTS))
