"""What the most valuable customers have in common: traits of the first order, among them and among all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import gammaln

from clv_xl.terms import Text

from .base import COLUMNS
from .tables import PROFILE

if TYPE_CHECKING:
    from .base import Base, Floats, Ints

OTHER = Text("(other)", "(overige)")
BLANK = Text("(blank)", "(leeg)")
CLEAR = Text("more than chance", "meer dan toeval")
CHANCE = Text("may be chance", "kan toeval zijn")

FEWEST = 5
"""A trait of fewer customers than this is put together with others like it."""

MOST = 30
"""So many traits of a column are shown, those that most customers have."""

_MEASURE = 50  # a column of more different numbers measures something, it does not group
_UNLIKELY = 0.01
_ALIKE = 1 + 1e-7  # chances that differ by rounding only


@dataclass(frozen=True)
class Profile:
    """The table, and the columns that say nothing of this kind: too many different values, or but one."""

    table: pd.DataFrame
    silent: tuple[str, ...]


def profile(base: Base) -> Profile:
    """Count each trait among the 20 % of customers with the highest spend and among all; lift compares the shares."""
    first = _first_orders(base)
    rows: list[dict[str, Any]] = []
    silent = []
    for column in base.orders.columns:
        if column in COLUMNS or not len(base):
            continue
        found = _traits(base.orders[column].iloc[first], base.top)
        if found:
            rows += [{"attribute": str(column), **row} for row in found]
        else:
            silent.append(str(column))
    return Profile(pd.DataFrame(rows, columns=list(PROFILE.heads)), tuple(silent))


def _first_orders(base: Base) -> Ints:
    """The row of each customer's first order; the first of those that share a day."""
    rows = np.flatnonzero(base.bought)
    rows = rows[np.lexsort((rows, base.days[rows], base.codes[rows]))]
    starts = np.flatnonzero(np.r_[True, np.diff(base.codes[rows]) != 0]) if len(rows) else rows
    return rows[starts]


def _traits(values: pd.Series, top: Any) -> list[dict[str, Any]]:
    """The rows of one column, the traits with the highest lift first and what is no trait last."""
    codes, labels = _grouped(values)
    customers = np.bincount(codes + 1, minlength=len(labels) + 1)
    if pd.api.types.is_numeric_dtype(values.dtype) and len(labels) > _MEASURE:
        return []
    common = np.flatnonzero(customers[1:] >= FEWEST)
    common = common[np.argsort(-customers[1:][common], kind="stable")[:MOST]]
    if not len(common) or (np.count_nonzero(customers) < 2):  # noqa: PLR2004  one trait is no difference
        return []
    place = np.full(len(labels) + 1, len(common))  # all others
    place[0] = len(common) + 1
    place[1 + common] = np.arange(len(common))
    of_customer = place[codes + 1]
    all_, best = (np.bincount(of_customer[some], minlength=len(common) + 2) for some in (slice(None), top))
    share, top_share = all_ / all_.sum(), best / max(best.sum(), 1)
    names: list[Any] = [*(labels[at] for at in common), OTHER, BLANK]
    order = [*sorted(range(len(common)), key=lambda at: -top_share[at] / share[at]), len(common), len(common) + 1]
    return [
        {
            "trait": names[at],
            "customers": all_[at],
            "share": share[at],
            "top_customers": best[at],
            "top_share": top_share[at],
            "lift": top_share[at] / share[at],
            "reading": CLEAR if chance(best[at], all_[at], best.sum(), all_.sum()) < _UNLIKELY else CHANCE,
        }
        for at in order
        if all_[at]
    ]


def _grouped(values: pd.Series) -> tuple[Ints, list[str]]:
    """The trait of each customer by number, -1 for a blank; and the traits as written first, whatever their case."""
    codes, found = pd.factorize(values.to_numpy(object) if values.dtype != object else values.to_numpy())
    written = [_written(value) for value in found]
    keys = [word.casefold() for word in written]
    merged, unique = pd.factorize(np.array([*keys, ""], dtype=object))
    labels = dict(zip(reversed(keys), reversed(written), strict=True))
    kept = np.flatnonzero(unique != "")
    number = np.full(len(unique), -1)
    number[kept] = np.arange(len(kept))
    return np.append(number[merged[:-1]], -1)[codes], [labels[unique[at]] for at in kept]


def _written(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    return str(value).strip()


def chance(best: int, having: int, top: int, everyone: int) -> float:
    """Fisher's exact test, two-sided: how likely such a difference is if the trait has nothing to do with spend."""
    possible = np.arange(max(0, having + top - everyone), min(having, top) + 1)
    logs = _ways(having, possible) + _ways(everyone - having, top - possible) - _ways(everyone, np.array(top))
    odds = np.exp(logs)
    return float(odds[odds <= odds[possible == best] * _ALIKE].sum())


def _ways(count: int, taken: Any) -> Floats:
    return np.asarray(gammaln(count + 1) - gammaln(taken + 1) - gammaln(count - taken + 1))
