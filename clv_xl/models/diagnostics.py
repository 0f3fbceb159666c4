"""What a fitted model says of the past, beside what happened: to see whether it may be believed of the future.

The three pictures of Fader, Hardie and Lee (2005), Marketing Science 24(2): repeat purchases over time (tracking), how
many customers bought how often (figure 1), and purchases in a holdout by those in the calibration (figure 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .bg_bb import BGBB
from .customers import days_in
from .opportunities import last_day_of, merged, opportunities, period_of
from .tracking import repeat_purchases_over_time

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .purchase_days import PurchaseDays
    from .reading import Floats

MOST = 7
"""Customers are counted by their purchases 0, 1, 2 ... and this many or more."""

_TENTHS = 10


@dataclass(frozen=True, eq=False)
class Tracking:
    """Repeat purchases of all customers together, in each of p periods since the first purchase of all.

    ends      last day of each period, datetime64[D]                  p
    actual    what was bought in each                                 p
    expected  what the model expects of customers who came then       p
    unit      length of a period; the last ends with the data, so it may be shorter
    """

    ends: NDArray[np.datetime64]
    actual: Floats
    expected: Floats
    unit: str


def tracking(days: PurchaseDays, model: Any, unit: str) -> Tracking:
    """Track a model in continuous time, fitted in `unit`. Raises CellError as `repeat_purchases_over_time`."""
    seen, length = repeat_purchases_over_time(days, unit), days_in(unit)
    births, customers = seen.at_risk()
    # Purchases fall on days, so that the model is asked once for each number of days.
    of_days = model.expected_purchases(
        np.arange(np.rint(seen.times[-1] * length) + 1) / length if len(seen.times) else 0
    )
    born = np.rint(births * length).astype(np.intp)
    ends = np.rint(seen.times * length).astype(np.intp)
    cumulative = [float(of_days[end - born[born <= end]] @ customers[born <= end]) for end in ends]
    return Tracking(seen.start + ends, seen.incremental, np.diff(cumulative, prepend=0.0), unit)


def tracking_of_periods(days: PurchaseDays, model: Any, unit: str) -> Tracking:
    """Track BG/BB, over calendar periods that are over. Raises CellError as `opportunities`."""
    over = opportunities(days, unit)
    days = merged(days.until(int(over.end.astype(np.int64))), unit)
    period = period_of(days.day, unit)
    first, last = int(period.min()), int(period_of(np.array([days.end]), unit)[0])
    count = last - first
    actual = np.bincount(period[days.repeats] - first, minlength=count + 1)[1:].astype(np.float64)
    newcomers = np.bincount(period[days.starts] - first, minlength=count + 1)
    each = np.diff(model.expected_purchases(np.arange(count + 1)))
    expected = np.convolve(newcomers[:count], each)[:count] if count else each
    ends = np.array([last_day_of(number, unit) for number in range(first + 1, last + 1)], "datetime64[D]")
    return Tracking(ends, actual, expected, unit)


@dataclass(frozen=True, eq=False)
class PurchaseCounts:
    """How many customers made 0, 1, 2 ... and `MOST` or more repeat purchases: `MOST` + 1 numbers each."""

    actual: Floats
    expected: Floats


def purchase_counts(model: Any, frequency: Floats, T: Floats) -> PurchaseCounts:
    """Count customers by their repeat purchases, and the same as the model expects of customers watched for T.

    For BG/BB T is the number of opportunities.
    """
    times, customers = np.unique(T, return_counts=True)
    chances = np.array([_chances(model, number, times) @ customers for number in range(MOST)])
    return PurchaseCounts(
        np.bincount(_class(frequency), minlength=MOST + 1).astype(np.float64),
        np.append(chances, max(float(customers.sum()) - chances.sum(), 0.0)),
    )


def _chances(model: Any, number: int, times: Floats) -> Floats:
    if not isinstance(model, BGBB):
        return np.asarray(model.probability_of_n_purchases(number, times))
    # BG/BB takes one number of opportunities at a time.
    return np.concatenate([model.probability_of_n_purchases(number, int(time)) for time in times])


@dataclass(frozen=True, eq=False)
class ByFrequency:
    """Purchases in a holdout per customer, by repeat purchases in the calibration: 0, 1, 2 ... and `MOST` or more.

    customers  how many there are of each
    actual     what each of them bought on average; NaN where there are none
    expected   what the model, fitted to the calibration, expects
    """

    customers: Floats
    actual: Floats
    expected: Floats


def by_frequency(frequency: Floats, actual: Floats, expected: Floats) -> ByFrequency:
    """Average the purchases of customers over those who bought alike in the calibration."""
    group = _class(frequency)
    customers = np.bincount(group, minlength=MOST + 1).astype(np.float64)
    with np.errstate(invalid="ignore"):
        means = [np.bincount(group, values, MOST + 1) / customers for values in (actual, expected)]
    return ByFrequency(customers, *means)


def alive_by_tenths(probability: Floats) -> NDArray[np.int64]:
    """How many customers have a P(alive) from 0 to 0.1, from 0.1 to 0.2 ... and from 0.9 to 1, the end included."""
    return np.bincount(np.minimum((probability * _TENTHS).astype(np.intp), _TENTHS - 1), minlength=_TENTHS)


def _class(frequency: Floats) -> NDArray[np.intp]:
    return np.minimum(frequency, MOST).astype(np.intp)
