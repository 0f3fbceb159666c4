"""The parts of a formula with calls of ours that only an engine can compute, and their text as an engine reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clv_xl.calculation.evaluator import is_ours
from clv_xl.calculation.refusals import Held, Incalculable, too_deep
from clv_xl.calculation.rows import Result, rows_of
from clv_xl.calculation.syntax import Binary, Call, Node, Reference, parse, walk
from clv_xl.errors import CellError
from clv_xl.workbook.address import Area
from clv_xl.workbook.shift import shifted

if TYPE_CHECKING:
    from clv_xl.calculation import Calculator
    from clv_xl.calculation.places import Key
    from clv_xl.cells import Value

_LONGEST_TEXT = 255  # characters of a text inside a formula


def pieces(node: Node, calculator: Calculator, key: Key) -> list[Call]:
    """The calls an engine must answer before the formula of a cell can be computed here, none when that is no help.

    A call without any of ours inside is asked whole; one around a call of ours when what is inside is known.

    Raises:
        Held: a cell it reads is not known yet.
        SyntaxRefused: the parts of the formula lie in each other too deep to be followed.

    """
    try:
        return list(dict.fromkeys(_Pieces(calculator, key).of(node, frozenset())))
    except RecursionError:
        raise too_deep() from None


class _Pieces:
    def __init__(self, calculator: Calculator, key: Key) -> None:
        self._calculator, self._key = calculator, key
        self._followed: set[str] = set()

    def of(self, node: Node, bound: frozenset[str]) -> Iterator[Call]:
        try:
            self._calculator.part(node, self._key)
        except Held:
            raise
        except Incalculable:
            pass
        else:
            return
        match node:
            case Binary(_, left, right):
                yield from self.of(left, bound)
                yield from self.of(right, bound)
            case Reference(text):
                yield from self._named(text, bound)
            case Call():
                yield from self._call(node, bound)

    def _named(self, text: str, bound: frozenset[str]) -> Iterator[Call]:
        sheet, row, column = self._key
        named = None if text.casefold() in bound else self._calculator.places.name(text, sheet)
        if named is not None and text.casefold() not in self._followed:
            self._followed.add(text.casefold())
            yield from self.of(parse(shifted(named, row - 1, column - 1)), frozenset())

    def _call(self, call: Call, bound: frozenset[str]) -> Iterator[Call]:
        within = _LetNames.of(call) | bound
        askable = not any(isinstance(part, Reference) and part.text.casefold() in bound for part in walk(call))
        mine = is_ours(call, self._calculator.places, self._key[0])
        if not mine and askable and not any(True for _ in _own(call, self._calculator, self._key[0])):
            yield call
            return
        deeper = [piece for arg in call.args for piece in self.of(arg, within)]
        yield from deeper
        if not deeper and askable and not mine:
            yield call


class _LetNames:
    """The names that a LET declares."""

    @staticmethod
    def of(call: Call) -> frozenset[str]:
        if call.name != "LET":
            return frozenset()
        return frozenset(name.text.casefold() for name in call.args[:-1:2] if isinstance(name, Reference))


def _own(call: Call, calculator: Calculator, sheet: str) -> Iterator[Call | Reference]:
    """The outermost calls of ours inside a call, names that stand for them included."""
    waiting: list[Node] = list(call.args)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call):
            if is_ours(node, calculator.places, sheet):
                yield node
            else:
                waiting += node.args
        elif isinstance(node, Binary):
            waiting += (node.left, node.right)
        elif isinstance(node, Reference):
            named = calculator.places.name(node.text, sheet)
            if named is not None and calculator.calls_ours(named, sheet):
                yield node


class Annex:
    """Values too large for a formula, on a sheet of their own side by side."""

    def __init__(self, sheets: set[str]) -> None:
        self.sheet = next(name for number in range(len(sheets) + 1) if (name := f"annex {number}") not in sheets)
        self.cells: dict[tuple[int, int], Value] = {}
        self._column = 1

    def text(self, result: Result) -> str:
        """A value as a formula spells it."""
        rows = rows_of(result)
        if len(rows) == len(rows[0]) == 1 and (literal := _literal(rows[0][0])):
            return literal
        left = self._column
        self._column += len(rows[0])
        for down, line in enumerate(rows, 1):
            for across, value in enumerate(line):
                self.cells[down, left + across] = value
        area = Area(1, left, len(rows), self._column - 1)
        return f"'{self.sheet}'!{area}"


def spelled(call: Call, calculator: Calculator, key: Key, annex: Annex) -> str:
    """The text of a piece with what our calculator gives in place of each call of ours.

    Raises:
        Incalculable: a call of ours inside it is beyond the calculator.

    """
    text = call.text
    for part in sorted(_own(call, calculator, key[0]), key=lambda part: -part.start):
        start = part.start - call.start
        end = start + len(part.text)
        text = f"{text[:start]}{annex.text(calculator.part(part, key))}{text[end:]}"
    return text


def _literal(value: Value) -> str:
    match value:
        case bool():
            return str(value).upper()
        case float():
            return repr(value) if value >= 0 else f"({value!r})"
        case str() if len(value) <= _LONGEST_TEXT:
            return '"{}"'.format(value.replace('"', '""'))
        case CellError():
            return value.cell
    return ""
