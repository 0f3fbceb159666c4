"""The purchase histories that the models read: frequency, recency and T, each different one once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clv_xl.errors import NotANumber, NotAvailable

from .checks import columns, counted, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True)
class Histories:
    """Different histories, and how many customers have each.

    frequency  repeat purchases (purchase days after the first), whole numbers
    recency    time from the first purchase to the last; 0 for who bought once
    T          time from the first purchase to the end of the data, in the same unit
    weights    customers with this history
    """

    frequency: Floats
    recency: Floats
    T: Floats
    weights: Floats

    @classmethod
    def of(cls, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None) -> Histories:
        """Gather equal customers.

        Args:
            frequency: one number for each customer, as are the others.
            recency: not more than T; 0 where frequency is 0.
            T: not below 0.
            weights: customers that a row stands for; 1 each when left out.

        Raises:
            NotANumber: they differ in length.
            OutOfRange: a history that cannot be; its row is named.
            NotAvailable: there are no customers.

        """
        x, t_x, end = checked(frequency, recency, T)
        w = counted(np.ones(len(x)) if weights is None else columns(weights=weights)[0])
        if len(w) != len(x):
            raise NotANumber("frequency, recency, T and weights differ in length: one of each in every row")
        x, t_x, end, w = (values[w > 0] for values in (x, t_x, end, w))
        # Equal rows have equal keys, so that one sort brings them together; unequal rows with equal keys stay apart.
        longest = end.max() or 1.0
        order = np.argsort(2 * x + _GOLDEN * (t_x / longest) + end / longest)
        x, t_x, end = x[order], t_x[order], end[order]
        starts = np.flatnonzero(np.r_[True, (x[1:] != x[:-1]) | (t_x[1:] != t_x[:-1]) | (end[1:] != end[:-1])])
        return cls(x[starts], t_x[starts], end[starts], np.add.reduceat(w[order], starts))

    @property
    def customers(self) -> float:
        """How many there are."""
        return float(self.weights.sum())

    def scaled(self) -> tuple[Histories, float]:
        """The same in units of the mean T, and that mean: fits then do not depend on the unit of time.

        Raises:
            NotAvailable: nobody has been observed for any time.

        """
        unit = float(self.weights @ self.T) / self.customers
        if not unit > 0:
            raise NotAvailable("T is 0 for every customer: nobody has had time to come back")
        return Histories(self.frequency, self.recency / unit, self.T / unit, self.weights), unit

    def sample(self, customers: int) -> Histories:
        """Every so-manieth customer, by frequency, recency and T: a small sample that looks like all of them."""
        upto = np.cumsum(self.weights)
        chosen = np.searchsorted(upto, (np.arange(customers) + 0.5) / customers * upto[-1])
        rows, counts = np.unique(chosen, return_counts=True)
        return Histories(self.frequency[rows], self.recency[rows], self.T[rows], counts.astype(float))


def checked(frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """The three as arrays of one length, single numbers repeated. Raises NotANumber and OutOfRange."""
    x, t_x, end = columns(frequency=frequency, recency=recency, T=T)
    refuse(~((x >= 0) & (x == np.floor(x)) & np.isfinite(x)), "frequency is a whole number from 0 up")
    refuse(~((end >= 0) & np.isfinite(end)), "T is a time from 0 up")
    refuse(~((t_x >= 0) & (t_x <= end)), "recency lies between 0 and T")
    refuse((x == 0) != (t_x == 0), "recency is 0 where frequency is 0, and only there")
    return x, t_x, end
