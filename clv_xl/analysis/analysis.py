"""All tables of one set of orders at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clv_xl.terms import Text

from . import doubts as doubted
from .base import Base
from .cohorts import UNITS, cohorts
from .customers import customers
from .parameters import parameters
from .prediction import Question, models, outlook, predicted, tracking
from .profile import profile
from .tables import LISTINGS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from clv_xl.models.prediction import Prediction


@dataclass(frozen=True, eq=False)
class Analysis:
    """What the orders say.

    tables  by the key of their listing, each with the columns of the listing; a `Text` stands for its words in the
            language of the workbook, None (NaN, NaT) for a blank cell
    facts   single figures and words by the name of the cell that shows them
    """

    tables: Mapping[str, pd.DataFrame]
    facts: Mapping[str, Any]


FACTS = (
    "cohort_unit",
    "cohort_note",
    "prediction_model",
    "prediction_reason",
    "predicted_with",
    "horizon_months",
    "interval_level",
    "top_customers",
    "top_share",
)
"""The facts, None where they are not known.

cohort_unit        Text: the period of the cohorts
cohort_note        Text: that the last period is not over yet, where it is not
prediction_model   name of the model that was used
prediction_reason  Text: why that model, or why none
predicted_with     control figure: the sum of margin, discount and horizon, 0 for what was not given
horizon_months     how far the prediction looks ahead
interval_level     the chance that what will happen lies between low and high
top_customers      how many customers the 20 % with the highest spend are
top_share          share of all spend that they brought
"""


NOT_OVER = Text(
    "The last period is not over yet: the last figure of each row can still rise.",
    "De laatste periode is nog niet voorbij: het laatste cijfer van elke rij kan nog stijgen.",
)


def analyse(
    orders: pd.DataFrame,
    *,
    as_of: dt.date | None = None,
    margin: float | None = None,
    discount: float | None = None,
    horizon: float = 12.0,
    level: float = 0.8,
) -> Analysis:
    """Make the tables of orders.

    Args:
        orders: columns order, customer, date and amount (net); any other describes the order.
        as_of: the last day to look at; None: the day of the last order.
        margin: share of revenue that is margin; None: predicted value is revenue.
        discount: rate a year; None: nothing is discounted.
        horizon: how far to look ahead, in months.
        level: of the intervals.

    Orders that say too little give blank tables and columns, and doubts that say why.

    """
    base = Base.of(orders, as_of)
    question = Question(1.0 if margin is None else margin, discount or 0.0, horizon, level)
    prediction, reason = predicted(base, question)
    by_cohort, traits = cohorts(base), profile(base)
    told = [*_doubts(base, prediction, reason), *doubted.untold(traits.silent)]
    tables = {
        "customers": customers(base, prediction),
        "profile": traits.table,
        "cohorts": by_cohort.retention,
        "cohort_value": by_cohort.value,
        "doubts": pd.DataFrame({"doubt": told}, dtype=object),
    }
    if prediction is not None:
        tables |= {
            "models": models(prediction),
            "parameters": parameters(prediction),
            "outlook": outlook(prediction, question),
            "tracking": tracking(base, prediction),
        }
    everything = float(base.spend.sum())
    facts = {
        "cohort_unit": UNITS[by_cohort.unit][1],
        "cohort_note": None if by_cohort.over or not len(base) else NOT_OVER,
        "prediction_model": prediction.model.name if prediction is not None else None,
        "prediction_reason": reason,
        "predicted_with": (margin or 0.0) + question.discount + horizon,
        "horizon_months": horizon,
        "interval_level": level,
        "top_customers": int(base.top.sum()),
        "top_share": float(base.spend[base.top].sum()) / everything if everything > 0 else None,
    }
    return Analysis({key: _of_size(tables.get(key), key) for key in LISTINGS}, facts)


def _doubts(base: Base, prediction: Prediction | None, reason: Text) -> Sequence[Text]:
    if prediction is None:
        return [reason]
    first, last, end = (np.datetime64(int(day), "D").item() for day in (base.days.min(), base.days.max(), base.end))
    return [
        *doubted.silence(first, last, end),
        *doubted.misses(prediction),
        *doubted.unsure(prediction),
        *prediction.doubts,
    ]


def _of_size(table: pd.DataFrame | None, key: str) -> pd.DataFrame:
    """A table with the rows that its listing has, blank ones last."""
    listing = LISTINGS[key]
    if table is None:
        table = pd.DataFrame({head: [] for head in listing.heads})
    return table if listing.rows is None else table.reindex(range(listing.rows))
