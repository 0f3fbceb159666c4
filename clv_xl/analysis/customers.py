"""One row for each customer: what was bought, the RFM segment and what is to be expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clv_xl.functions.customers import SEGMENTS

from .base import as_dates

if TYPE_CHECKING:
    from clv_xl.models.prediction import Prediction

    from .base import Base, Floats, Ints

_CLASSES = 5
_TENTHS = 10


def customers(base: Base, prediction: Prediction | None) -> pd.DataFrame:
    """The customers, the most valuable first: by predicted value, or by spend where there is no prediction."""
    recency, frequency, monetary = (scores(measure) for measure in (base.last, base.counts, base.spend))
    segments = np.array(SEGMENTS, dtype=object)
    blank = np.full(len(base), np.nan)
    alive = expected = value = low = high = blank
    if prediction is not None:
        alive, expected, value = prediction.probability_alive, prediction.expected_purchases, prediction.value
        if prediction.intervals is not None:
            low, high = prediction.intervals.value
    best = base.spend if prediction is None else value
    frame = pd.DataFrame(
        {
            "customer": base.ids,
            "first_order": as_dates(base.first),
            "last_order": as_dates(base.last),
            "orders": base.counts,
            "spend": base.spend,
            "recency_score": recency,
            "frequency_score": frequency,
            "monetary_score": monetary,
            "segment": segments[recency - 1, frequency - 1],
            "decile": deciles(base.spend),
            "alive": alive,
            "expected": expected,
            "value": value,
            "low": low,
            "high": high,
        }
    )
    frame = frame.iloc[np.lexsort((-base.spend, -best))].reset_index(drop=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    return frame


def scores(values: Floats | Ints) -> Ints:
    """1 to 5 by the share of customers who do worse; equal values score alike, as in RFM_TABLE."""
    worse = np.searchsorted(np.sort(values), values, side="left")
    return (1 + _CLASSES * worse // max(len(values), 1)).astype(np.int64)


def deciles(spend: Floats) -> Ints:
    """The tenth of each customer, 1 the best: by place from the top, equal spend alike, as in CUSTOMER_DECILE."""
    better = len(spend) - np.searchsorted(np.sort(spend), spend, side="right")
    return (1 + _TENTHS * better // max(len(spend), 1)).astype(np.int64)
