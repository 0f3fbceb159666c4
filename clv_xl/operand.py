"""What a catalogue body computes with: a cell, a column of cells, or the text of a formula.

A body is written once with Python's operators and the words of `clv_xl.words`. Which kind of operand it is given
decides what comes out: `cells.Cell` a value, `columns.Column` an array of values, `formula.Formula` its own spelling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from .words import Word


class Operand:
    """One operand; every operator gives an operand of the higher-ranking kind."""

    rank: ClassVar[int]

    @classmethod
    def lift(cls, value: Any) -> Self:
        """A plain value, or an operand of a lower rank, as this kind."""
        raise NotImplementedError

    @classmethod
    def binary(cls, symbol: str, left: Any, right: Any) -> Self:
        """The result of `left symbol right`, with Excel's rules for errors, blanks and text."""
        raise NotImplementedError

    @classmethod
    def say(cls, word: Word, *args: Any) -> Self:
        """The result of a word."""
        raise NotImplementedError

    def __bool__(self) -> bool:
        raise TypeError("an operand has no truth value: use where(test, then, otherwise)")

    def __add__(self, other: Any) -> Operand:
        return combine("+", self, other)

    def __radd__(self, other: Any) -> Operand:
        return combine("+", other, self)

    def __sub__(self, other: Any) -> Operand:
        return combine("-", self, other)

    def __rsub__(self, other: Any) -> Operand:
        return combine("-", other, self)

    def __mul__(self, other: Any) -> Operand:
        return combine("*", self, other)

    def __rmul__(self, other: Any) -> Operand:
        return combine("*", other, self)

    def __truediv__(self, other: Any) -> Operand:
        return combine("/", self, other)

    def __rtruediv__(self, other: Any) -> Operand:
        return combine("/", other, self)

    def __pow__(self, other: Any) -> Operand:
        return combine("^", self, other)

    def __rpow__(self, other: Any) -> Operand:
        return combine("^", other, self)

    def __lt__(self, other: Any) -> Operand:
        return combine("<", self, other)

    def __le__(self, other: Any) -> Operand:
        return combine("<=", self, other)

    def __gt__(self, other: Any) -> Operand:
        return combine(">", self, other)

    def __ge__(self, other: Any) -> Operand:
        return combine(">=", self, other)

    def __neg__(self) -> Operand:
        return combine("*", -1, self)


def kind_of(*values: Any) -> type[Operand] | None:
    """The highest-ranking kind among the values; None when all are plain."""
    kinds = [type(value) for value in values if isinstance(value, Operand)]
    return max(kinds, key=lambda kind: kind.rank) if kinds else None


def combine(symbol: str, left: Any, right: Any) -> Operand:
    """`left symbol right`, of which at least one is an operand."""
    kind = kind_of(left, right)
    if kind is None:
        raise TypeError(f"no operand in {left!r} {symbol} {right!r}")
    return kind.binary(symbol, kind.lift(left), kind.lift(right))
