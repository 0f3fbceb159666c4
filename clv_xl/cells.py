"""Single cells and ranges: Excel's arithmetic in plain Python, errors travelling as values.

Standard library only: this is what runs where there is no numpy.
"""

from __future__ import annotations

import datetime as dt
import math
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from .errors import CellError, DivideByZero, NotANumber, OutOfRange
from .operand import Operand

if TYPE_CHECKING:
    from .words import Word

Value = float | str | bool | CellError | None

_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  a sheet's dates have no zone
_DAY = dt.timedelta(days=1)
_LEAP_BUG = 61  # serials below it are one less: Excel believes in 29 February 1900


def serial(when: dt.date) -> float:
    """A date or datetime as Excel's serial number of the 1900 date system."""
    moment = when if isinstance(when, dt.datetime) else dt.datetime(when.year, when.month, when.day)  # noqa: DTZ001  see _EPOCH
    local = moment if moment.tzinfo is None else moment.replace(tzinfo=None)
    days = (local - _EPOCH) / _DAY
    return days if days >= _LEAP_BUG else days - 1


def day(number: float) -> dt.date:
    """The day of a serial number of the 1900 date system, from 1 up."""
    whole = math.floor(number)
    return _EPOCH.date() + dt.timedelta(days=whole if whole >= _LEAP_BUG else whole + 1)


def plain(value: Any) -> Value:
    """What a host hands over, as a cell value: numbers as float, dates as serials, NaN as blank."""
    kind = type(value)
    if kind is float:
        return value if math.isfinite(value) else None if value != value else OutOfRange("not a finite number")  # noqa: PLR0124  NaN is the one value that differs from itself
    if kind.__name__ in ("NAType", "NaTType"):  # pandas' missing values
        value = None
    if value is None or kind is str or kind is bool or isinstance(value, CellError):
        return value  # type: ignore[no-any-return]  # narrowed above
    try:
        return plain(_number(value))
    except (TypeError, ValueError, OverflowError):
        return NotANumber(f"{kind.__name__} is nothing a cell can hold")


def _number(value: Any) -> Any:
    """A date as its serial, a numpy scalar as what it holds, anything else as a float."""
    if isinstance(value, dt.date):
        return serial(value)
    return value.item() if hasattr(value, "item") else float(value)


class Range:
    """A whole range of cells, handed to a word that reads it at once (SUM, COUNT ...); nobody changes it."""

    def __init__(self, rows: Sequence[Sequence[Value]]) -> None:
        self._rows = rows

    @property
    def rows(self) -> Sequence[Sequence[Value]]:
        """The cells as rows."""
        return self._rows

    @cached_property
    def values(self) -> list[Value]:
        """The cells, row by row."""
        return [value for row in self.rows for value in row]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0]) if self.rows else 0

    @cached_property
    def numbers(self) -> list[float]:
        """The numbers among the cells; text, blanks and booleans are passed over, as SUM does."""
        return [value for value in self.values if type(value) is float]

    @cached_property
    def sum(self) -> float:
        """The sum of the numbers."""
        return float(sum(self.numbers))

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return len(self.numbers)

    @cached_property
    def error(self) -> CellError | None:
        """The first error in the range."""
        return next((value for value in self.values if isinstance(value, CellError)), None)

    @cached_property
    def keys(self) -> list[str]:
        """The cells as ids, as COUNTIF compares them: without case, the number 12 and the text "12" alike."""
        keys = (text(value).casefold() for value in self.values)
        return [key for key in keys if key]

    @cached_property
    def answers(self) -> dict[str, list[int]]:
        """The places of the cells that answer to a criterion such as `>=0`, of those that were asked for."""
        return {}

    @cached_property
    def tally(self) -> Counter[str]:
        """How often each value stands there, as the & operator joins it and without case; errors are left out."""
        return Counter(text(value).casefold() for value in self.values if not isinstance(value, CellError))

    @cached_property
    def text_tally(self) -> Counter[str]:
        """The same of texts alone."""
        return Counter(value.casefold() for value in self.values if isinstance(value, str))

    @cached_property
    def filled(self) -> int:
        """How many cells are ids."""
        return len(self.keys)

    @cached_property
    def distinct(self) -> int:
        """How many different ids there are."""
        return len(set(self.keys))


class Cell(Operand):
    """One cell's value: number, text, boolean, blank (None) or error."""

    rank: ClassVar[int] = 1
    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Cell({self.value!r})"

    @classmethod
    def lift(cls, value: Any) -> Cell:
        return value if isinstance(value, Cell) else cls(plain(value))

    @classmethod
    def binary(cls, symbol: str, left: Any, right: Any) -> Cell:
        if symbol in _COMPARE:
            return cls(_compare(symbol, left.value, right.value))
        if symbol == "&":
            return cls(_join(left.value, right.value))
        a, b = number(left.value), number(right.value)
        if isinstance(a, CellError):
            return cls(a)
        if isinstance(b, CellError):
            return cls(b)
        return cls(finite(_ARITHMETIC[symbol], a, b))

    @classmethod
    def say(cls, word: Word, *args: Any) -> Cell:
        return cls(word.cell(*(arg if isinstance(arg, Range) else cls.lift(arg).value for arg in args)))


def number(value: Value) -> float | CellError:
    """A value where arithmetic wants a number: a blank is 0, text is an error."""
    if isinstance(value, float | CellError):
        return value
    if isinstance(value, str):
        return NotANumber(f"{value!r} is not a number")
    return float(value or 0)


def finite(compute: Callable[..., float], *args: float) -> float | CellError:
    """The result, or the cell error that Excel shows in its place."""
    try:
        result = compute(*args)
    except ZeroDivisionError:
        return DivideByZero("nothing to divide by")
    except (ValueError, OverflowError):
        return OutOfRange("no number comes out of this")
    return result if math.isfinite(result) else OutOfRange("no number comes out of this")


def _power(base: float, exponent: float) -> float:
    if base == 0 and exponent == 0:
        raise ValueError
    return math.pow(base, exponent) if base or exponent > 0 else 1 / base


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": _power,
}
ALIKE = 2**-48
"""Sheets take two numbers for equal that differ by less, as a share: 0.1 + 0.2 = 0.3."""

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}


def _compare(symbol: str, left: Value, right: Value) -> bool | CellError:
    """Numbers come before text, text before booleans; text is compared without case; a blank suits its partner."""
    for value in (left, right):
        if isinstance(value, CellError):
            return value

    def key(value: Value, other: Value) -> tuple[int, Any]:
        if value is None:
            value = "" if isinstance(other, str) else 0.0
        if isinstance(value, str):
            return 1, value.casefold()
        return (2, value) if isinstance(value, bool) else (0, value)

    one, other = key(left, right), key(right, left)
    if one[0] == other[0] == 0 and math.isclose(one[1], other[1], rel_tol=ALIKE, abs_tol=0):
        other = one
    return _COMPARE[symbol](one, other)


def text(value: Value) -> str:
    """A value as the & operator joins it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _join(left: Value, right: Value) -> str | CellError:
    for value in (left, right):
        if isinstance(value, CellError):
            return value
    return text(left) + text(right)


def first_error(values: Iterable[Value | Range]) -> CellError | None:
    """The first error among values and ranges."""
    for value in values:
        error = value.error if isinstance(value, Range) else value
        if isinstance(error, CellError):
            return error
    return None
