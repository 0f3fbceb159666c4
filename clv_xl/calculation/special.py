"""Functions that see their arguments before those are computed: IF, LET, ROW, COLUMN, @ and the spill mark."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from clv_xl.errors import CellError, cell_error
from clv_xl.workbook.address import Area
from clv_xl.workbook.shift import shifted

from .library import LIBRARY
from .places import Place
from .refusals import miscounted
from .rows import Result, rows_of
from .syntax import Call, Node, Omitted, Reference

if TYPE_CHECKING:
    from .evaluator import Evaluator


class Spot(NamedTuple):
    """The cell a formula stands in, and what is known there: LET's names, names being followed, `given` answers.

    `criterion`: what is computed is read again by COUNTIF or its kin.
    """

    sheet: str
    row: int
    column: int
    given: Mapping[Node, Result]
    bound: Mapping[str, Result] = {}
    followed: tuple[str, ...] = ()
    criterion: bool = False


def _if(evaluator: Evaluator, call: Call, at: Spot) -> Result:
    """Only the branch taken is read, so that a formula beyond this reader in the other does no harm."""
    if not 1 < len(call.args) < 4:  # noqa: PLR2004  test, then, else
        raise miscounted(call.written, len(call.args))
    test = evaluator.node(call.args[0], at)
    if isinstance(test, list):
        return LIBRARY["IF"](test, *(evaluator.node(arg, at) for arg in call.args[1:]))
    if isinstance(test, CellError):
        return test
    if isinstance(test, str):
        return cell_error("#VALUE!")
    branch = call.args[1:2] if test else call.args[2:3]
    if not branch:
        return bool(test)
    return 0.0 if isinstance(branch[0], Omitted) else evaluator.node(branch[0], at)


def _let(evaluator: Evaluator, call: Call, at: Spot) -> Result:
    if len(call.args) < 3 or not len(call.args) % 2:  # noqa: PLR2004  a name, what it stands for, what to compute
        raise miscounted(call.written, len(call.args))
    *pairs, body = call.args
    for name, told in zip(pairs[::2], pairs[1::2], strict=True):
        if not isinstance(name, Reference):
            raise miscounted(call.written, len(call.args))
        at = at._replace(bound={**at.bound, name.text.casefold(): evaluator.node(told, at)})
    return evaluator.node(body, at)


def _numbers(evaluator: Evaluator, call: Call, at: Spot) -> Result:
    """ROW and COLUMN: the numbers of a reference, or of the formula's own cell."""
    rows = call.name == "ROW"
    if not call.args:
        return float(at.row if rows else at.column)
    area = _place(evaluator, call, at).area
    if rows:
        numbers = [[float(number)] for number in range(area.top, area.bottom + 1)]
    else:
        numbers = [[float(number) for number in range(area.left, area.right + 1)]]
    return numbers[0][0] if len(numbers) == len(numbers[0]) == 1 else numbers


def _single(evaluator: Evaluator, call: Call, at: Spot) -> Result:
    """@: of a range what stands in the formula's own row or column, of an array the first."""
    if not (len(call.args) == 1 and isinstance(call.args[0], Reference)):
        if len(call.args) != 1:
            raise miscounted(call.written, len(call.args))
        return rows_of(evaluator.node(call.args[0], at))[0][0]
    place = _place(evaluator, call, at)
    top, left, bottom, right = place.area
    row, column = (top if top == bottom else at.row), (left if left == right else at.column)
    if not place.area.covers(row, column):
        return cell_error("#VALUE!")
    return evaluator.area(Place(place.sheet, Area.cell(row, column)))


def _spilled(evaluator: Evaluator, call: Call, at: Spot) -> Result:
    """A1#: all that a formula fills."""
    place = _place(evaluator, call, at)
    cell = evaluator.book.cells(place.sheet).get(place.area.anchor)
    if cell is None or cell.array is None:
        return cell_error("#REF!")
    return evaluator.area(Place(place.sheet, cell.array))


def _place(evaluator: Evaluator, call: Call, at: Spot) -> Place:
    if len(call.args) != 1 or not isinstance(call.args[0], Reference):
        raise miscounted(call.written, len(call.args))
    text = call.args[0].text
    named = evaluator.places.name(text, at.sheet)
    moved = text if named is None else shifted(named, at.row - 1, at.column - 1)
    return evaluator.places.find(moved, at.sheet, at.row)


SPECIAL: dict[str, Callable[[Evaluator, Call, Spot], Result]] = {
    "IF": _if,
    "LET": _let,
    "ROW": _numbers,
    "COLUMN": _numbers,
    "SINGLE": _single,
    "ANCHORARRAY": _spilled,
}
