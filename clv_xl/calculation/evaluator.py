"""What the trees of formulas give."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from clv_xl.cells import Cell, text
from clv_xl.functions import CATALOGUE
from clv_xl.hosts import lambdas
from clv_xl.parameters import OMITTED
from clv_xl.workbook.shift import shifted

from .coercion import numeric
from .library import CRITERIA, LIBRARY, NUMBERS, RANGES
from .places import Columnar, Place, Places
from .refusals import Incalculable, circle, miscounted
from .rows import Result, Rows, several, spread
from .special import SPECIAL, Spot
from .spellings import ours
from .syntax import Binary, Block, Call, Literal, Node, Omitted, Reference, parse

if TYPE_CHECKING:
    from clv_xl.cells import Value

    from .places import Sheets

_ARITHMETIC = frozenset("+-*/^")


class Evaluator:
    """Evaluates trees over the cells of `book`, whose references are `places` and whose areas `read` gives.

    `comma`: & joins numbers with a decimal comma.
    """

    def __init__(self, book: Sheets, places: Places, read: Callable[[Place], Rows], *, comma: bool = False) -> None:
        self.book, self.places, self._read, self._comma = book, places, read, comma
        self._column = book.column if isinstance(book, Columnar) else None

    def node(self, node: Node, at: Spot) -> Result:
        """What a part of a formula gives; raises as `Calculator.evaluate` does."""
        if at.given and node in at.given:
            return at.given[node]
        match node:
            case Literal(value):
                return value
            case Block(rows):
                return [[part.value for part in line] for line in rows]
            case Binary(symbol, left, right):
                operator = _join if symbol == "&" and self._comma and not at.criterion else _operator(symbol)
                return spread(operator, self.node(left, at), self.node(right, at))
            case Reference(name):
                return self._reference(name, at)
            case Call():
                return self._call(node, at)
        raise Incalculable("an argument is missing", "een argument ontbreekt")

    def _reference(self, text: str, at: Spot) -> Result:
        if text.casefold() in at.bound:
            return at.bound[text.casefold()]
        named = self.places.name(text, at.sheet)
        if named is None:
            return self.area(self.places.find(text, at.sheet, at.row))
        if text.casefold() in at.followed:
            raise circle()
        inside = parse(shifted(named, at.row - 1, at.column - 1))  # relative names are told as from A1
        return self.node(inside, at._replace(followed=(*at.followed, text.casefold()), bound={}))

    def area(self, place: Place) -> Result:
        """The values of an area, of one cell its value."""
        rows = self._read(place)
        return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows

    def _whole(self, node: Node, at: Spot) -> Result:
        """What an argument gives where a range may be read at once."""
        if isinstance(node, Reference) and self._column is not None and node.text.casefold() not in at.bound:
            named = self.places.name(node.text, at.sheet)
            if named is None and (found := self._column(self.places.find(node.text, at.sheet, at.row))) is not None:
                return found
        return self.node(node, at)

    def _call(self, call: Call, at: Spot) -> Result:
        if is_ours(call, self.places, at.sheet):
            args = [OMITTED if isinstance(arg, Omitted) else self._whole(arg, at) for arg in call.args]
            return CATALOGUE[ours(call.written)].cells(*args)
        special = SPECIAL.get(call.name)
        own = self.places.name(call.written, at.sheet) is not None
        if special is not None and not own:
            return special(self, call, at)
        function = LIBRARY.get(call.name)
        if function is None or own:
            raise Incalculable(
                f"{call.written} is not a function this package computes",
                f"{call.written} is geen functie die dit pakket berekent",
            )
        try:
            _signature(call.name).bind(*call.args)
        except TypeError:
            raise miscounted(call.written, len(call.args)) from None
        if call.name in CRITERIA:
            at = at._replace(criterion=True)
        ranges, numbers = among(RANGES, call), among(NUMBERS, call)
        args = [self._argument(arg, at, place in ranges) for place, arg in enumerate(call.args)]
        return function(*(spread(numeric, arg) if place in numbers else arg for place, arg in enumerate(args)))

    def _argument(self, node: Node, at: Spot, is_range: bool) -> Result:
        if not is_range:
            return None if isinstance(node, Omitted) else self.node(node, at)
        value = self._whole(node, at)
        if several(value):
            return value
        if _is_cell(node, self.places, at):
            return [[value]]
        if isinstance(value, str | bool) and (isinstance(node, Reference) or _may_be_cell(node)):
            raise Incalculable("what may be a cell or a value", "wat een cel of een waarde kan zijn")
        return value


def is_ours(call: Call, places: Places, sheet: str) -> bool:
    """Whether a call is one of ours; a workbook's own name of ours counts only when it says what ours says."""
    name = ours(call.written)
    if not name:
        return False
    own = places.name(name, sheet)
    return own is None or (name in lambdas.names() and parse(own) == parse(lambdas.names()[name]))


@cache
def _signature(name: str) -> inspect.Signature:
    return inspect.signature(LIBRARY[name])


def among(parts: Mapping[str, tuple[slice, ...]], call: Call) -> set[int]:
    """The places of those arguments of a call that its function has in `parts`."""
    return {place for part in parts.get(call.name, ()) for place in range(len(call.args))[part]}


def _is_cell(node: Node, places: Places, at: Spot) -> bool:
    """Whether a single value is what a cell holds; text and truths in cells are nothing to functions of ranges."""
    if isinstance(node, Call):
        return node.name in ("INDEX", "SINGLE") and isinstance(node.args[0], Reference)
    if not isinstance(node, Reference) or node.text.casefold() in at.bound:
        return False
    named = places.name(node.text, at.sheet)
    return named is None or isinstance(parse(named), Reference)


def _may_be_cell(node: Node) -> bool:
    return isinstance(node, Call) and node.name in ("CHOOSE", "IF", "LET")


def _operator(symbol: str) -> Callable[[Any, Any], Value]:
    if symbol in _ARITHMETIC:
        return lambda left, right: Cell.binary(symbol, Cell(numeric(left)), Cell(numeric(right))).value
    return lambda left, right: Cell.binary(symbol, Cell(left), Cell(right)).value


def _join(left: Value, right: Value) -> Value:
    return Cell.binary("&", Cell(_with_comma(left)), Cell(_with_comma(right))).value


def _with_comma(value: Value) -> Value:
    return text(value).replace(".", ",") if isinstance(value, float) else value
