"""A formula that spells itself: given names instead of numbers, a body comes out as Excel text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from .cells import Cell, Value
from .errors import CellError
from .operand import Operand

if TYPE_CHECKING:
    from .words import Word

_RANK = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
ATOM, SIGNED = 9, 0  # -2^2 is 4 in Excel and -4 to many readers, so a sign always wears parentheses


class Formula(Operand):
    """A piece of Excel text that knows how tightly it binds and, for a literal, its value.

    `modern` text may use functions that only Excel 365 and 2024 have: it is spelled for a LAMBDA.
    """

    rank: ClassVar[int] = 3
    modern: ClassVar[bool] = False

    def __init__(self, text: str, binds: int = ATOM, constant: Value = None) -> None:
        self.text, self.binds, self.constant = text, binds, constant

    def __str__(self) -> str:
        return self.text

    @classmethod
    def lift(cls, value: Any) -> Formula:
        if isinstance(value, Formula):
            return value
        value = Cell.lift(value).value
        return cls(spell(value), SIGNED if isinstance(value, float) and value < 0 else ATOM, value)

    @classmethod
    def binary(cls, symbol: str, left: Any, right: Any) -> Formula:
        if left.constant is not None and right.constant is not None:
            folded = Cell.binary(symbol, Cell(left.constant), Cell(right.constant)).value
            if not isinstance(folded, CellError):
                return cls.lift(folded)
        if symbol == "*" and left.constant == -1:
            return cls(f"-{_within(right, ATOM)}", SIGNED)
        if (symbol, right.constant) in _NEUTRAL_RIGHT:
            return cls(left.text, left.binds)
        if (symbol, left.constant) in _NEUTRAL_LEFT:
            return cls(right.text, right.binds)
        rank = _RANK[symbol]
        # Excel reads from the left, powers included: 2^3^2 is 64 there and 512 in Python.
        return cls(f"{_within(left, rank)}{symbol}{_within(right, rank + 1)}", rank)

    @classmethod
    def say(cls, word: Word, *args: Any) -> Formula:
        lifted = [cls.lift(arg) for arg in args]
        if word.excel == "IF" and lifted[0].constant is not None:
            return lifted[1] if lifted[0].constant else lifted[2]
        spelling = word.modern if cls.modern and word.modern else word.excel
        if callable(spelling):
            return cls(spelling(*map(str, lifted)))
        return cls(f"{spelling}({','.join(map(str, lifted))})")


class Modern(Formula):
    """Text for a LAMBDA, where newer functions may stand."""

    modern: ClassVar[bool] = True


_NEUTRAL_RIGHT = {("+", 0.0), ("-", 0.0), ("*", 1.0), ("/", 1.0), ("^", 1.0)}
_NEUTRAL_LEFT = {("+", 0.0), ("*", 1.0)}


def _within(formula: Formula, rank: int) -> str:
    return f"({formula})" if formula.binds < rank else str(formula)


def spell(value: Value) -> str:
    """A plain value as a formula writes it."""
    if value is None:
        return ""
    if isinstance(value, CellError):
        return value.cell
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value).upper()  # noqa: PLR2004  Excel's 15 digits
