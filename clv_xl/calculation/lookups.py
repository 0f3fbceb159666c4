"""Functions that choose among rows: UNIQUE, FILTER, MATCH, INDEX."""

from __future__ import annotations

from collections.abc import Hashable

from clv_xl.cells import Value, first_error, number
from clv_xl.errors import CellError, NotANumber, NotAvailable

from .criteria import LIKE_A_NUMBER, wildcards
from .refusals import Incalculable
from .rows import Result, identity, rows_of, several, shape, spread, values_of


def truth(value: Value) -> bool | CellError:
    """A value as a condition; a text is none, but Excel knows its own words TRUE and FALSE."""
    if isinstance(value, CellError):
        return value
    if isinstance(value, str):
        if LIKE_A_NUMBER.fullmatch(value):
            raise Incalculable(f"the text {value!r} as a condition", f"de tekst {value!r} als voorwaarde")
        return NotANumber(f"{value!r} is neither true nor false")
    return bool(value)


def unique(cells: Result, by_column: Result = False) -> Result:
    """The rows, or columns, that differ, each where it stands first."""
    if several(by_column):
        raise Incalculable("UNIQUE both by row and by column", "UNIEK zowel per rij als per kolom")
    across = truth(by_column)
    if isinstance(across, CellError):
        return across
    rows = rows_of(cells)
    lines = [list(line) for line in zip(*rows, strict=True)] if across else rows
    seen: dict[tuple[Hashable, ...], list[Value]] = {}
    for line in lines:
        seen.setdefault(tuple(map(identity, line)), line)
    kept = list(seen.values())
    return [list(line) for line in zip(*kept, strict=True)] if across else kept


def filtered(cells: Result, keep: Result) -> Result:
    """FILTER: the rows or columns for which a line of conditions of that size holds."""
    rows, (height, width), size = rows_of(cells), shape(cells), shape(keep)
    if size == (1, 1) != (height, width):
        raise Incalculable("FILTER by a single condition", "FILTER met één voorwaarde")
    if size not in ((height, 1), (1, width)):
        return NotANumber("the conditions differ in size from what is filtered")
    tests = [truth(value) for value in values_of([keep])]
    fault = first_error(tests)
    if fault:
        return fault
    if not any(tests):
        return CellError("nothing is left", "#CALC!")
    if size == (height, 1):
        return [row for row, test in zip(rows, tests, strict=True) if test]
    return [[value for value, test in zip(row, tests, strict=True) if test] for row in rows]


def match(wanted: Result, cells: Result, kind: Result = 1.0) -> Result:
    """The place of an equal value, each in a single row or column."""
    if several(kind) or kind not in (0.0, None):
        raise Incalculable("MATCH among sorted values", "VERGELIJKEN in gesorteerde waarden")
    if 1 not in shape(cells):
        return NotAvailable("a row or a column is searched, no block")
    places: dict[Hashable, float] = {}
    for place, value in enumerate(values_of([cells]), 1):
        places.setdefault(identity(value), float(place))

    def find(one: Value) -> Value:
        if isinstance(one, CellError):
            return one
        key = identity(one)
        pattern = wildcards(key) if isinstance(key, str) else None
        if pattern is None:
            place = places.get(key)
        else:
            texts = ((at, told) for told, at in places.items() if isinstance(told, str))
            place = next((at for at, told in texts if pattern.fullmatch(told)), None)
        return NotAvailable(f"{one!r} is not in the range") if place is None or one is None else place

    return spread(find, wanted)


def index(cells: Result, row: Result, column: Result = None) -> Value:
    """One cell of a block."""
    if several(row) or several(column):
        raise Incalculable("INDEX at several places", "INDEX op meer plaatsen")
    height, width = shape(cells)
    if column is None and height == 1:
        row, column = 1.0, row
    elif column is None and width == 1:
        column = 1.0
    down, across = number(row), number(column)
    if isinstance(down, CellError):
        return down
    if isinstance(across, CellError):
        return across
    if down <= -1 or across <= -1:
        return NotANumber("no such place")
    if 0 in (int(down), int(across)):
        raise Incalculable("INDEX of a whole row or column", "INDEX van een hele rij of kolom")
    if down >= height + 1 or across >= width + 1:
        return CellError("outside the range", "#REF!")
    return rows_of(cells)[int(down) - 1][int(across) - 1]
