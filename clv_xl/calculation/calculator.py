"""What the formula cells of a workbook show: our functions, and the ordinary formulas this package can read.

Cells are computed from the current values of what they read. A formula beyond this reader is never guessed: it is
`Incalculable`, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from clv_xl.cells import Cell, Value
from clv_xl.errors import CellError, cell_error
from clv_xl.functions import CATALOGUE
from clv_xl.hosts import lambdas
from clv_xl.parameters import OMITTED

from .library import LIBRARY, Result, Rows, rows_of, spread
from .places import Place, Places
from .refusals import Incalculable, SyntaxRefused, UnknownReference
from .syntax import Binary, Block, Call, Literal, Node, Omitted, Reference, calls, parse, references

if TYPE_CHECKING:
    from .places import Sheets

Key = tuple[str, int, int]  # sheet, row, column


class _Pending(Exception):
    """Cells that must be computed first."""

    def __init__(self, keys: list[Key]) -> None:
        super().__init__()
        self.keys = keys


class Calculator:
    """Computes the cells of `book`, on top of `changes` that are not in it yet.

    `compute` says which formula cells are computed; the others show the value they are stored with.
    """

    def __init__(
        self,
        book: Sheets,
        changes: Mapping[Key, Value] | None = None,
        compute: Callable[[Key], bool] = lambda _: True,
    ) -> None:
        self._book, self._changes, self._compute = book, changes or {}, compute
        self._places = Places(book)
        self._results: dict[Key, Result] = {}
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
                    raise Incalculable(
                        "formulas that read each other in a circle", "formules die elkaar in een kring lezen"
                    ) from None
                stack.extend(pending.keys)
            else:
                waiting.discard(stack.pop())
        return self._results[key]

    def evaluate(self, formula: str, sheet: str, row: int = 1) -> Result:
        """A formula as if it stood on a sheet in a row.

        Raises:
            Incalculable: it is beyond this reader.
            _Pending: for `result`, which then computes those cells first.

        """
        return self._node(parse(formula), sheet, row)

    def reads(self, formula: str, sheet: str, row: int) -> Iterator[Place]:
        """The areas a formula reads, names followed; what cannot be found is passed over."""
        try:
            wanted = references(parse(formula))
        except SyntaxRefused:
            return
        for text in wanted:
            named = self._places.name(text, sheet)
            if named is not None:
                yield from self.reads(named, sheet, row) if named != formula else ()
                continue
            try:
                yield self._places.find(text, sheet, row)
            except UnknownReference:
                continue

    def calls_ours(self, formula: str, sheet: str) -> bool:
        """Whether a formula on a sheet calls a function of the catalogue, in whatever spelling."""
        try:
            return any(self._is_ours(call, sheet) for call in calls(parse(formula)))
        except SyntaxRefused:
            return False

    # ---- cells

    def _fresh(self, key: Key) -> Result:
        if key in self._results:
            return self._results[key]
        if key in self._changes:
            return self._changes[key]
        anchor = self._anchor(key)
        if anchor is not None:
            if anchor not in self._results:
                raise _Pending([anchor])
            return _at(self._results[anchor], key, anchor)
        cell = self._book.cells(key[0]).get(key[1:])
        if cell is None or cell.formula is None or not self._compute(key):
            return None if cell is None else cell.value
        result = self.evaluate(cell.formula, key[0], key[1])
        if isinstance(result, list) and cell.array is None:
            if len(result) > 1 or len(result[0]) > 1:
                raise Incalculable("several values in one plain cell", "meer waarden in één gewone cel")
            result = result[0][0]
        return 0.0 if result is None else result

    def _read(self, place: Place) -> Rows:
        """The values of an area; the same list again for the same area, so nobody may change it."""
        if place not in self._areas:
            cells, spilled, pending = self._book.cells(place.sheet), self._spills(place.sheet), []
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
            self._areas[place] = rows
        return self._areas[place]

    def _spills(self, sheet: str) -> dict[tuple[int, int], tuple[int, int]]:
        """The cells that formulas of several cells fill, with the cell each formula stands in."""
        if sheet not in self._anchors:
            self._anchors[sheet] = {
                (row, column): position
                for position, cell in self._book.cells(sheet).items()
                if cell.array is not None and cell.array.rows * cell.array.columns > 1
                for _, row, column in Place(sheet, cell.array).positions()
                if (row, column) != position
            }
        return self._anchors[sheet]

    def _anchor(self, key: Key) -> Key | None:
        """The cell whose computed formula spills into this one."""
        position = self._spills(key[0]).get(key[1:])
        anchor = None if position is None else (key[0], *position)
        return anchor if anchor is not None and self._compute(anchor) else None

    # ---- trees

    def _node(self, node: Node, sheet: str, row: int) -> Result:
        match node:
            case Literal(value):
                return value
            case Block(rows):
                return [list(line) for line in rows]
            case Binary(symbol, left, right):
                return spread(_operator(symbol), self._node(left, sheet, row), self._node(right, sheet, row))
            case Reference(text):
                return self._reference(text, sheet, row)
            case Call():
                return self._call(node, sheet, row)
        raise Incalculable("an argument is missing", "een argument ontbreekt")

    def _reference(self, text: str, sheet: str, row: int) -> Result:
        if text.startswith("#"):
            return cell_error(text)
        named = self._places.name(text, sheet)
        if named is not None:
            return self._node(parse(named), sheet, row)
        rows = self._read(self._places.find(text, sheet, row))
        return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows

    def _call(self, call: Call, sheet: str, row: int) -> Result:
        if self._is_ours(call, sheet):
            args = [OMITTED if isinstance(arg, Omitted) else self._node(arg, sheet, row) for arg in call.args]
            return CATALOGUE[_ours(call.name)].cells(*args)
        if call.name == "IF" and len(call.args) > 1:
            return self._if(call, sheet, row)
        if call.name in ("ROW", "COLUMN") and len(call.args) == 1 and isinstance(call.args[0], Reference):
            return self._numbers_of(call.args[0].text, sheet, row, rows=call.name == "ROW")
        function = LIBRARY.get(call.name)
        if function is None or self._places.name(call.written, sheet) is not None:
            raise Incalculable(
                f"{call.written} is not a function this package computes",
                f"{call.written} is geen functie die dit pakket berekent",
            )
        args = [None if isinstance(arg, Omitted) else self._node(arg, sheet, row) for arg in call.args]
        try:
            return function(*args)
        except TypeError:
            raise Incalculable(
                f"{call.written} with {len(args)} arguments", f"{call.written} met {len(args)} argumenten"
            ) from None

    def _numbers_of(self, text: str, sheet: str, row: int, *, rows: bool) -> Result:
        """The row or column numbers of a reference, as ROW and COLUMN give them."""
        area = self._places.find(self._places.name(text, sheet) or text, sheet, row).area
        if rows:
            return [[float(number)] for number in range(area.top, area.bottom + 1)]
        return [[float(number) for number in range(area.left, area.right + 1)]]

    def _if(self, call: Call, sheet: str, row: int) -> Result:
        """Only the branch taken is read, so that a formula beyond this reader in the other does no harm."""
        test = self._node(call.args[0], sheet, row)
        if isinstance(test, list):
            return LIBRARY["IF"](test, *(self._node(arg, sheet, row) for arg in call.args[1:]))
        if isinstance(test, CellError):
            return test
        if isinstance(test, str):
            return cell_error("#VALUE!")
        branch = call.args[1:2] if test else call.args[2:3]
        return self._node(branch[0], sheet, row) if branch else bool(test)

    def _is_ours(self, call: Call, sheet: str) -> bool:
        """A workbook's own name of ours counts only when it says what ours says."""
        name = _ours(call.name)
        if not name:
            return False
        own = self._places.name(name, sheet)
        return own is None or (name in lambdas.names() and parse(own) == parse(lambdas.names()[name]))


def _at(result: Result, key: Key, anchor: Key) -> Value:
    """The part of a spilled result that falls in a cell; old-style arrays fill up with #N/A, or repeat one value."""
    rows = rows_of(result)
    if len(rows) == len(rows[0]) == 1:
        return rows[0][0]
    down, across = key[1] - anchor[1], key[2] - anchor[2]
    return rows[down][across] if down < len(rows) and across < len(rows[0]) else cell_error("#N/A")


def _ours(name: str) -> str:
    """The catalogue's name of a function, also behind an Office.js namespace; empty when it has none."""
    if name in CATALOGUE:
        return name
    return name.partition("_")[2] if name.partition("_")[2] in CATALOGUE else ""


def _operator(symbol: str) -> Callable[[Any, Any], Value]:
    return lambda left, right: Cell.binary(symbol, Cell(left), Cell(right)).value
