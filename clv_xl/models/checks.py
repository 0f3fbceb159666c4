"""What the models ask of the columns they are given: numbers, of one length, each within its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clv_xl.errors import NotANumber, NotAvailable, OutOfRange

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

MOST_PERIODS = 10_000
"""Periods or opportunities that the discrete models count to: 27 years of days."""
_MOST = 2**53  # a float holds no odd number above


def columns(**values: ArrayLike) -> tuple[Floats, ...]:
    """The values as arrays of one length, single numbers repeated; by the names that a NotANumber calls them."""
    *others, last = values
    names = f"{', '.join(others)} and {last}" if others else last
    try:
        flat = [np.atleast_1d(np.asarray(value, dtype=np.float64)).ravel() for value in values.values()]
    except (TypeError, ValueError):
        raise NotANumber(f"{names} are numbers") from None
    try:
        return tuple(np.broadcast_arrays(*flat))
    except ValueError:
        raise NotANumber(f"{names} differ in length: one of each in every row") from None


def refuse(wrong: NDArray[np.bool_], rule: str) -> None:
    """Raise OutOfRange with the rule and the first row that is wrong."""
    if wrong.any():
        raise OutOfRange(f"{rule}; row {int(np.argmax(wrong)) + 1} differs")


def whole(values: ArrayLike, name: str, least: int = 0, most: int | None = MOST_PERIODS) -> NDArray[np.int64]:
    """The values as whole numbers, flat. Raises NotANumber, and OutOfRange outside `least` to `most`."""
    (numbers,) = columns(**{name: values})
    fits = (numbers >= least) & (numbers <= (_MOST if most is None else most)) & (numbers == np.floor(numbers))
    refuse(~fits, f"{name} is a whole number from {least} " + ("up" if most is None else f"to {most:,}"))
    return numbers.astype(np.int64)


def counted(weights: Floats) -> Floats:
    """Customers that each row stands for. Raises OutOfRange below 0, NotAvailable when they are none."""
    refuse(~((weights >= 0) & np.isfinite(weights)), "weights are numbers of customers from 0 up")
    if not weights.sum() > 0:
        raise NotAvailable("there are no customers")
    return weights
