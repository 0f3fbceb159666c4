"""What the formula cells of a workbook show: our functions, and the ordinary formulas this package can read.

Cells are computed from the current values of what they read. A formula beyond this reader is never guessed: it is
`Incalculable`, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clv_xl.cells import Cell, Value
from clv_xl.errors import CellRefused, cell_error
from clv_xl.functions import CATALOGUE
from clv_xl.hosts import lambdas
from clv_xl.parameters import OMITTED
from clv_xl.workbook import address
from clv_xl.workbook.shift import shifted

from .library import LIBRARY, MOST_CELLS, REDUCTIONS, Result, Rows, rows_of, spread
from .places import Columnar, Place, Places
from .reading import Reading, named_parts, read
from .refusals import Held, Incalculable, circle, miscounted, too_deep, too_large
from .special import SPECIAL, Spot
from .spellings import ours
from .syntax import Binary, Block, Call, Literal, Node, Omitted, Reference, parse

if TYPE_CHECKING:
    from clv_xl.workbook.address import Area

    from .places import Sheets

Key = tuple[str, int, int]  # sheet, row, column

_LARGE = 100_000  # cells of an area from which on looking how far the workbook is in use pays


class _Pending(Exception):
    """Cells that must be computed first."""

    def __init__(self, keys: list[Key]) -> None:
        super().__init__()
        self.keys = keys


class Calculator:
    """Computes the cells of `book`.

    Args:
        book: the cells.
        changes: values that are not in it yet.
        compute: which formula cells are computed; the others show the value they are stored with.
        held: cells whose value nobody may use, as it is out of date, and the cell of the formula that fills each.
        given: what parts of a cell's formula give that are beyond this reader, by cell.

    """

    def __init__(
        self,
        book: Sheets,
        changes: Mapping[Key, Value] | None = None,
        compute: Callable[[Key], bool] = lambda _: True,
        *,
        held: Mapping[Key, Key] | None = None,
        given: Mapping[Key, Mapping[Node, Result]] | None = None,
    ) -> None:
        self.book, self._changes, self._compute = book, changes or {}, compute
        self._held, self._given = held or {}, {} if given is None else given
        self.places = Places(book)
        self._column = book.column if isinstance(book, Columnar) else None
        self._results: dict[Key, Result] = {}
        self._failures: dict[Key, Incalculable] = {}
        self._areas: dict[Place, Rows] = {}
        self._anchors: dict[str, dict[tuple[int, int], tuple[int, int]]] = {}

    def value(self, sheet: str, row: int, column: int) -> Value:
        """What one cell shows.

        Raises:
            Incalculable: the cell, or one it reads, is beyond this reader.

        """
        return rows_of(self.result(sheet, row, column))[0][0]

    def result(self, sheet: str, row: int, column: int) -> Result:
        """What one cell gives: a value, or the rows that spill from it."""
        key = sheet, row, column
        stack = [key]
        waiting: set[Key] = set()
        while stack:
            current = stack[-1]
            try:
                self._results[current] = self._fresh(current)
            except _Pending as pending:
                waiting.add(current)
                if waiting.intersection(pending.keys):
                    raise circle() from None
                stack.extend(pending.keys)
            except Incalculable as error:
                self._failures |= dict.fromkeys(waiting | {current}, error)
                raise
            else:
                waiting.discard(stack.pop())
        return self._results[key]

    def evaluate(self, formula: str, sheet: str, row: int = 1, column: int = 1) -> Result:
        """A formula as if it stood in a cell.

        Raises:
            Incalculable: it is beyond this reader.
            _Pending: for `result`, which then computes those cells first.

        """
        try:
            return self.node(parse(formula), self.spot((sheet, row, column)))
        except RecursionError:
            raise too_deep() from None

    def part(self, node: Node, key: Key) -> Result:
        """What a part of a cell's formula gives, the cells it reads computed first; raises `Incalculable`."""
        while True:
            try:
                return self.node(node, self.spot(key))
            except RecursionError:
                raise too_deep() from None
            except _Pending as pending:
                for other in pending.keys:
                    self.result(*other)

    def spot(self, key: Key) -> Spot:
        """A cell as the place of a formula."""
        return Spot(*key, self._given.get(key, {}))

    def reading(self, formula: str, sheet: str, row: int = 1, column: int = 1) -> Reading:
        """What a formula in a cell reads and calls, names followed."""
        found = read(formula, self.places, sheet, row, column)
        found.calls = found.calls and self.calls_ours(formula, sheet)
        return found

    def calls_ours(self, formula: str, sheet: str) -> bool:
        """Whether a formula on a sheet calls a function of the catalogue, in whatever spelling or through a name."""
        try:
            return any(self.is_ours(call, sheet) for call in self._calls(formula, sheet, set()))
        except RecursionError:
            return True  # to be looked at, and then told of

    def _calls(self, formula: str, sheet: str, followed: set[str]) -> Iterator[Call]:
        for node in named_parts(formula):
            text = node.written if isinstance(node, Call) else node.text
            if isinstance(node, Call):
                yield node
            named = None if text.casefold() in followed else self.places.name(text, sheet)
            if named is not None:
                followed.add(text.casefold())
                yield from self._calls(named, sheet, followed)

    # ---- cells

    def _fresh(self, key: Key) -> Result:
        if key in self._results:
            return self._results[key]
        if key in self._changes:
            return self._changes[key]
        if key in self._failures:
            raise self._failures[key]
        if key in self._held:
            raise _held(self._held[key])
        anchor = self._anchor(key)
        if anchor is not None:
            if anchor not in self._results:
                raise _Pending([anchor])
            return _at(self._results[anchor], key, anchor)
        cell = self.book.cells(key[0]).get(key[1:])
        if cell is None or cell.formula is None or not self._compute(key):
            return None if cell is None else cell.value
        result = self.evaluate(cell.formula, *key)
        if isinstance(result, list) and cell.array is None:
            if len(result) > 1 or len(result[0]) > 1:
                raise Incalculable("several values in one plain cell", "meer waarden in één gewone cel")
            result = result[0][0]
        return 0.0 if result is None else result

    def _read(self, place: Place) -> Rows:
        """The values of an area; the same list again for the same area, so nobody may change it."""
        if place not in self._areas:
            self._refuse_held(place)
            whole, place = place, self._within(place)
            cells, spilled, pending = self.book.cells(place.sheet), self._spills(place.sheet), []
            rows = []
            for row in range(place.area.top, place.area.bottom + 1):
                line: list[Value] = []
                for column in range(place.area.left, place.area.right + 1):
                    key = place.sheet, row, column
                    if key in self._results:
                        line.append(rows_of(self._results[key])[0][0])
                    elif key in self._changes:
                        line.append(self._changes[key])
                    elif (row, column) in spilled and (anchor := self._anchor(key)) is not None:
                        if anchor not in self._results:
                            pending.append(anchor)
                        line.append(_at(self._results.get(anchor), key, anchor))
                    else:
                        cell = cells.get((row, column))
                        if cell is not None and cell.formula is not None and self._compute(key):
                            pending.append(key)
                        line.append(None if cell is None else cell.value)
                rows.append(line)
            if pending:
                raise _Pending(pending)
            self._areas[whole] = rows
            return rows
        return self._areas[place]

    def _within(self, place: Place) -> Place:
        """A large area as far as the workbook is in use, on any sheet: areas of one size keep one size."""
        area = place.area
        if area.rows * area.columns <= _LARGE:
            return place
        bottom, right = max(area.top, self._corner[0]), max(area.left, self._corner[1])
        area = area._replace(bottom=min(area.bottom, bottom), right=min(area.right, right))
        if area.rows * area.columns > MOST_CELLS:
            raise too_large()
        return place._replace(area=area)

    @cached_property
    def _corner(self) -> tuple[int, int]:
        """The last row and column that hold anything or are spilled over."""
        spots = [(key[1], key[2]) for key in self._changes]
        for name in self.book.sheets:
            with suppress(CellRefused):  # a sheet without cells, such as a chart
                spots += [self.places.end(name), *self._spills(name)]
        return max((row for row, _ in spots), default=1), max((column for _, column in spots), default=1)

    def _refuse_held(self, place: Place) -> None:
        for (sheet, row, column), anchor in self._held.items():
            if sheet == place.sheet and place.area.covers(row, column):
                raise _held(anchor)

    def _spills(self, sheet: str) -> dict[tuple[int, int], tuple[int, int]]:
        """The cells that formulas of several cells fill, with the cell each formula stands in."""
        if sheet not in self._anchors:
            cells = self.book.cells(sheet)
            self._anchors[sheet] = {
                (row, column): position
                for position, cell in cells.items()
                if cell.array is not None and cell.array.rows * cell.array.columns > 1
                for row, column in filled(cell.array, cells)
                if (row, column) != position
            }
        return self._anchors[sheet]

    def _anchor(self, key: Key) -> Key | None:
        """The cell whose computed formula spills into this one."""
        position = self._spills(key[0]).get(key[1:])
        anchor = None if position is None else (key[0], *position)
        return anchor if anchor is not None and self._compute(anchor) else None

    # ---- trees

    def node(self, node: Node, at: Spot) -> Result:
        """What a part of a formula gives; raises as `evaluate` does."""
        if at.given and node in at.given:
            return at.given[node]
        match node:
            case Literal(value):
                return value
            case Block(rows):
                return [list(line) for line in rows]
            case Binary(symbol, left, right):
                return spread(_operator(symbol), self.node(left, at), self.node(right, at))
            case Reference(text):
                return self._reference(text, at)
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
        if self.is_ours(call, at.sheet):
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
        argument = self._whole if call.name in REDUCTIONS else self.node
        args = [None if isinstance(arg, Omitted) else argument(arg, at) for arg in call.args]
        try:
            return function(*args)
        except TypeError:
            raise miscounted(call.written, len(call.args)) from None

    def is_ours(self, call: Call, sheet: str) -> bool:
        """A workbook's own name of ours counts only when it says what ours says."""
        name = ours(call.written)
        if not name:
            return False
        own = self.places.name(name, sheet)
        return own is None or (name in lambdas.names() and parse(own) == parse(lambdas.names()[name]))


def filled(area: Area, cells: Mapping[tuple[int, int], Any]) -> Iterator[tuple[int, int]]:
    """The cells that a formula fills; of a huge area those that a sheet has."""
    if area.rows * area.columns > _LARGE:
        return (spot for spot in cells if area.covers(*spot))
    return ((row, column) for _, row, column in Place("", area).positions())


def _held(key: Key) -> Held:
    return Held(address.name(*key[1:]), key[0])


def _at(result: Result, key: Key, anchor: Key) -> Value:
    """The part of a spilled result that falls in a cell; old-style arrays fill up with #N/A, or repeat one value."""
    rows = rows_of(result)
    if len(rows) == len(rows[0]) == 1:
        return rows[0][0]
    down, across = key[1] - anchor[1], key[2] - anchor[2]
    return rows[down][across] if down < len(rows) and across < len(rows[0]) else cell_error("#N/A")


def _operator(symbol: str) -> Callable[[Any, Any], Value]:
    return lambda left, right: Cell.binary(symbol, Cell(left), Cell(right)).value
