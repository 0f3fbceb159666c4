"""What the formula cells of a workbook show: our functions, and the ordinary formulas this package can read.

Cells are computed from the current values of what they read. A formula beyond this reader is never guessed: it is
`Incalculable`, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from .areas import Areas, Pending, out_of_date
from .evaluator import Evaluator, is_ours
from .places import Places
from .reading import Reading, named_parts, read
from .refusals import Incalculable, broken, circle, too_deep
from .rows import Result, rows_of
from .special import Spot
from .spills import part_at
from .syntax import Call, Node, parse

if TYPE_CHECKING:
    from clv_xl.cells import Value

    from .places import Key, Sheets


class Calculator:
    """Computes the cells of `book`.

    Args:
        book: the cells.
        changes: values that are not in it yet.
        compute: which formula cells are computed; the others show the value they are stored with.
        held: cells whose value nobody may use, as it is out of date, and the cell of the formula that fills each.
        given: what parts of a cell's formula give that are beyond this reader, by cell.
        comma: whether numbers in joined texts have a decimal comma, as in Excel in most languages.

    """

    def __init__(
        self,
        book: Sheets,
        changes: Mapping[Key, Value] | None = None,
        compute: Callable[[Key], bool] = lambda _: True,
        *,
        held: Mapping[Key, Key] | None = None,
        given: Mapping[Key, Mapping[Node, Result]] | None = None,
        comma: bool = False,
    ) -> None:
        self.book, self._changes, self._compute = book, changes or {}, compute
        self._held, self._given = held or {}, {} if given is None else given
        self.places = Places(book)
        self._results: dict[Key, Result] = {}
        self._failures: dict[Key, Incalculable] = {}
        self._areas = Areas(book, self.places, self._results, self._changes, self._held, compute)
        self._evaluator = Evaluator(book, self.places, self._areas.read, comma=comma)

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
            except Pending as pending:
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

    def _fresh(self, key: Key) -> Result:
        if key in self._results:
            return self._results[key]
        if key in self._changes:
            return self._changes[key]
        if key in self._failures:
            raise self._failures[key]
        if key in self._held:
            raise out_of_date(self._held[key])
        anchor = self._areas.anchor(key)
        if anchor is not None:
            if anchor not in self._results:
                raise Pending([anchor])
            return part_at(self._results[anchor], key, anchor)
        cell = self.book.cells(key[0]).get(key[1:])
        if cell is None or cell.formula is None or not self._compute(key):
            return None if cell is None else cell.value
        result = self.evaluate(cell.formula, *key)
        if isinstance(result, list) and cell.array is None:
            if len(result) > 1 or len(result[0]) > 1:
                raise Incalculable("several values in one plain cell", "meer waarden in één gewone cel")
            result = result[0][0]
        return 0.0 if result is None else result

    def evaluate(self, formula: str, sheet: str, row: int = 1, column: int = 1) -> Result:
        """A formula as if it stood in a cell.

        Raises:
            Incalculable: it is beyond this reader.
            Pending: for `result`, which then computes those cells first.

        """
        return self._guarded(lambda: parse(formula), (sheet, row, column))

    def part(self, node: Node, key: Key) -> Result:
        """What a part of a cell's formula gives, the cells it reads computed first; raises `Incalculable`."""
        while True:
            try:
                return self._guarded(lambda: node, key)
            except Pending as pending:
                for other in pending.keys:
                    self.result(*other)

    def _guarded(self, tree: Callable[[], Node], key: Key) -> Result:
        """What a tree gives in a cell; a fault of ours costs that cell, not the workbook."""
        try:
            return self._evaluator.node(tree(), Spot(*key, self._given.get(key, {})))
        except Incalculable:
            raise
        except RecursionError:
            raise too_deep() from None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise broken() from error

    def reading(self, formula: str, sheet: str, row: int = 1, column: int = 1) -> Reading:
        """What a formula in a cell reads and calls, names followed."""
        found = read(formula, self.places, sheet, row, column)
        found.calls = found.calls and self.calls_ours(formula, sheet)
        return found

    def calls_ours(self, formula: str, sheet: str) -> bool:
        """Whether a formula on a sheet calls a function of the catalogue, in whatever spelling or through a name."""
        try:
            return any(is_ours(call, self.places, sheet) for call in self._calls(formula, sheet, set()))
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
