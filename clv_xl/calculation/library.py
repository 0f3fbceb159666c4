"""The part of Excel that catalogue bodies and templates are spelled in, over single values and rows of values.

A function given rows where it reads one value works element by element, as Excel does.
"""

from __future__ import annotations

import math
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from clv_xl import words
from clv_xl.cells import Cell, Range, Value, first_error, number, text
from clv_xl.errors import CellError, NotANumber, NotAvailable

from .refusals import Incalculable, too_large

if TYPE_CHECKING:
    from clv_xl.words import Word

MOST_CELLS = 5_000_000
"""Of one result or area: a value of ours takes some 100 bytes."""

Rows = list[list[Value]]
Result = Any  # a Value, or Rows; a Range where a function of REDUCTIONS may read one


def rows_of(value: Result) -> Rows:
    """A value as rows."""
    if isinstance(value, Range):
        return [list(row) for row in value.rows]
    return value if isinstance(value, list) else [[value]]


def spread(compute: Callable[..., Value], *args: Result) -> Result:
    """`compute` over single values, or element by element over rows; beyond a shorter block is #N/A."""
    if not any(isinstance(arg, list) for arg in args):
        return compute(*args)
    grids = [rows_of(arg) for arg in args]
    height, width = max(len(rows) for rows in grids), max(len(rows[0]) for rows in grids)
    if height * width > MOST_CELLS:
        raise too_large()

    def pick(rows: Rows, row: int, column: int) -> Value:
        row, column = row if len(rows) > 1 else 0, column if len(rows[0]) > 1 else 0
        return rows[row][column] if row < len(rows) and column < len(rows[0]) else NotAvailable()

    return [[compute(*(pick(rows, i, j) for rows in grids)) for j in range(width)] for i in range(height)]


def elementwise(word: Word) -> Callable[..., Result]:
    """A word of the catalogue as a function of the sheet."""
    return lambda *args: spread(word.cell, *args)


def _values(args: Sequence[Result]) -> list[Value]:
    if len(args) == 1 and isinstance(args[0], Range):
        return args[0].values
    return [value for arg in args for row in rows_of(arg) for value in row]


def _range(args: Sequence[Result]) -> Range:
    if len(args) == 1 and isinstance(args[0], Range):
        return args[0]
    return Range([[_number_if_plain(arg, value) for value in row] for arg in args for row in rows_of(arg)])


def _number_if_plain(arg: Result, value: Value) -> Value:
    """A boolean typed as an argument counts, one in a range does not."""
    return float(value) if isinstance(value, bool) and not isinstance(arg, list) else value


def _over_ranges(word: Word) -> Callable[..., Result]:
    return lambda *args: word.cell(_range(args))


def _truth(combine: Callable[[Iterable[bool]], bool]) -> Callable[..., Result]:
    def compute(*args: Result) -> Value:
        values = [value for value in _values(args) if value is not None and not isinstance(value, str)]
        return first_error(values) or combine(bool(value) for value in values)

    return compute


def _rounded(away: bool) -> Callable[[Value, Value], Value]:
    def compute(value: Value, digits: Value) -> Value:
        operand, places = number(value), number(digits)
        for part in (operand, places):
            if isinstance(part, CellError):
                return part
        assert isinstance(operand, float) and isinstance(places, float)  # noqa: S101, PT018  told above, for mypy
        # decimal text first: 2.675 must round as it is shown, not as its binary neighbour
        scaled = float(f"{abs(operand) * 10 ** int(places):.15g}")
        steps = math.ceil(scaled) if away else math.floor(scaled + 0.5)
        return math.copysign(steps / 10 ** int(places), operand)

    return compute


def _sumproduct(*args: Result) -> Value:
    shapes = {(len(rows_of(arg)), len(rows_of(arg)[0])) for arg in args}
    if len(shapes) > 1:
        return NotANumber("the ranges differ in size")
    columns = [_values([arg]) for arg in args]
    fault = first_error(value for column in columns for value in column)
    if fault:
        return fault
    return float(sum(math.prod(v if isinstance(v, float) else 0.0 for v in row) for row in zip(*columns, strict=True)))


_BEYOND = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_LIKE_A_NUMBER = re.compile(r"[^a-z]*\d[^a-z]*|true|false", re.IGNORECASE)  # a date, a share, an amount, a truth
_CRITERION = re.compile(r"^(<=|>=|<>|<|>|=)?(.*)$", re.DOTALL)


def _countif(cells: Result, criteria: Result) -> Result:
    held = _range([cells])
    counts: Counter[str] = Counter()

    def compute(criterion: Value) -> Value:
        if isinstance(criterion, CellError):
            return 0.0
        symbol, wanted = _CRITERION.match(text(criterion)).groups()  # type: ignore[union-attr]  # matches anything
        limit = _as_number(wanted)
        if limit is None and (symbol in _BEYOND or (symbol and not wanted) or _LIKE_A_NUMBER.fullmatch(wanted)):
            raise Incalculable(f"COUNTIF with {text(criterion)!r}", f"AANTAL.ALS met {text(criterion)!r}")
        if symbol in _BEYOND and limit is not None:
            beyond = _BEYOND[symbol]
            return float(sum(beyond(value, limit) for value in held.numbers))
        if not counts:
            counts.update(text(value).casefold() for value in held.values if not isinstance(value, CellError))
        pattern = _wildcards(wanted.casefold())
        if limit is not None:
            same = counts[text(limit)]
        elif pattern is None:
            same = counts[wanted.casefold()]
        else:
            same = sum(count for key, count in counts.items() if pattern.fullmatch(key))
        return float(len(held.values) - same if symbol == "<>" else same)

    return spread(compute, criteria)


def _sumif(cells: Result, criterion: Value) -> Value:
    """The numbers beyond a limit added up; other criteria are not needed here."""
    found = _CRITERION.match(text(criterion))
    limit = None if found is None else _as_number(found[2])
    if isinstance(criterion, CellError) or found is None or limit is None or found[1] not in _BEYOND:
        raise Incalculable(f"SUMIF with {text(criterion)!r}", f"SOM.ALS met {text(criterion)!r}")
    numbers = _range([cells]).numbers
    beyond = _BEYOND[found[1]]
    return float(sum(value for value in numbers if beyond(value, limit)))


def _substitute(value: Value, old: Value, new: Value) -> Value:
    return first_error((value, old, new)) or text(value).replace(text(old), text(new))


def _wildcards(wanted: str) -> re.Pattern[str] | None:
    """A criterion with * or ? as a pattern; a tilde before one means the sign itself."""
    if not re.search(r"[*?~]", wanted):
        return None
    parts = re.findall(r"~[*?~]|.", wanted, re.DOTALL)
    return re.compile("".join({"*": ".*", "?": "."}.get(part) or re.escape(part[-1]) for part in parts), re.DOTALL)


def _as_number(wanted: str) -> float | None:
    return float(wanted) if _NUMBER.fullmatch(wanted) else None


def _unique(cells: Result, by_column: Value = False) -> Result:
    rows = rows_of(cells)
    lines = [list(line) for line in zip(*rows, strict=True)] if by_column else rows
    seen: dict[tuple[Any, ...], list[Value]] = {}
    for line in lines:
        seen.setdefault(tuple(v.casefold() if isinstance(v, str) else v for v in line), line)
    kept = list(seen.values())
    return [list(line) for line in zip(*kept, strict=True)] if by_column else kept


def _filter(cells: Result, keep: Result) -> Result:
    rows, tests = rows_of(cells), rows_of(keep)
    if len(tests) == 1 and len(rows[0]) > 1:
        kept = [[v for v, test in zip(row, tests[0], strict=True) if test] for row in rows]
        return kept if kept[0] else CellError("nothing is left", "#CALC!")
    return [row for row, test in zip(rows, tests, strict=True) if test[0]] or CellError("nothing is left", "#CALC!")


def _match(wanted: Result, cells: Result, kind: Value = 1.0) -> Result:
    if kind != 0:
        raise Incalculable("MATCH among sorted values", "VERGELIJKEN in gesorteerde waarden")
    places: dict[Any, float] = {}
    for place, value in enumerate(_values([cells]), 1):
        places.setdefault(value.casefold() if isinstance(value, str) else value, float(place))

    def find(one: Value) -> Value:
        if isinstance(one, CellError):
            return one
        key = one.casefold() if isinstance(one, str) else one
        pattern = _wildcards(key) if isinstance(key, str) else None
        if pattern is None:
            place = places.get(key)
        else:
            place = next(
                (at for text_, at in places.items() if isinstance(text_, str) and pattern.fullmatch(text_)), None
            )
        return NotAvailable(f"{one!r} is not in the range") if place is None or one is None else place

    return spread(find, wanted)


def _index(cells: Result, row: Value, column: Value = None) -> Value:
    rows = rows_of(cells)
    if isinstance(row, CellError):
        return row
    if column is None and len(rows) == 1:
        row, column = 1.0, row
    down, across = number(row), number(1.0 if column is None else column)
    if isinstance(down, CellError) or isinstance(across, CellError):
        return NotANumber("no such place")
    if 0 in (int(down), int(across)):
        raise Incalculable("INDEX of a whole row or column", "INDEX van een hele rij of kolom")
    if not (1 <= down <= len(rows) and 1 <= across <= len(rows[0])):
        return CellError("outside the range", "#REF!")
    return rows[int(down) - 1][int(across) - 1]


def _average(*args: Result) -> Value:
    cells = _range(args)
    return cells.error or Cell.binary("/", Cell(sum(cells.numbers, 0.0)), Cell(float(len(cells.numbers)))).value


_SUBTOTALS = {1: "AVERAGE", 2: "COUNT", 3: "COUNTA", 4: "MAX", 5: "MIN", 9: "SUM"}


def _subtotal(kind: Value, *args: Result) -> Value:
    """Over cells of which none is hidden or a subtotal itself: whoever asks has seen to that."""
    wanted = number(kind)
    name = _SUBTOTALS.get(int(wanted) % 100) if isinstance(wanted, float) else None
    if name is None:
        raise Incalculable(f"SUBTOTAL({text(kind)}, ...)", f"SUBTOTAAL({text(kind)}; ...)")
    value: Value = LIBRARY[name](*args)
    return value


LIBRARY: dict[str, Callable[..., Result]] = {
    "IF": lambda test, then=True, otherwise=False: spread(words.where.cell, test, then, otherwise),
    "ISNUMBER": elementwise(words.is_number),
    "ISTEXT": elementwise(words.is_text),
    "ISBLANK": elementwise(words.is_blank),
    "ISERROR": elementwise(words.is_error),
    "IFERROR": lambda value, other: spread(lambda v, o: o if isinstance(v, CellError) else v, value, other),
    "IFNA": lambda value, other: spread(lambda v, o: o if v == NotAvailable() else v, value, other),
    "EXP": elementwise(words.exp),
    "LN": elementwise(words.ln),
    "ABS": elementwise(words.absolute),
    "INT": elementwise(words.whole),
    "ROUND": lambda value, digits: spread(_rounded(away=False), value, digits),
    "ROUNDUP": lambda value, digits: spread(_rounded(away=True), value, digits),
    "CHOOSE": elementwise(words.choose),
    "SUM": _over_ranges(words.total),
    "SUBTOTAL": _subtotal,
    "MIN": _over_ranges(words.lowest),
    "MAX": _over_ranges(words.highest),
    "COUNT": _over_ranges(words.count),
    "AVERAGE": _average,
    "COUNTA": lambda *args: float(sum(value is not None for value in _values(args))),
    "COUNTIF": _countif,
    "SUMIF": _sumif,
    "SUBSTITUTE": lambda value, old, new: spread(_substitute, value, old, new),
    "SUMPRODUCT": _sumproduct,
    "LARGE": lambda cells, place: spread(lambda nth: words.nth_largest.cell(_range([cells]), nth), place),
    "RANK": lambda value, cells: spread(lambda one: words.place.cell(one, _range([cells])), value),
    "AND": _truth(all),
    "OR": _truth(any),
    "NOT": lambda value: spread(lambda one: one if isinstance(one, CellError) else not one, value),
    "NA": NotAvailable,
    "TRUE": lambda: True,
    "FALSE": lambda: False,
    "ROWS": lambda cells: float(len(rows_of(cells))),
    "COLUMNS": lambda cells: float(len(rows_of(cells)[0])),
    "TOCOL": lambda cells: [[value] for value in _values([cells])],
    "UNIQUE": _unique,
    "FILTER": _filter,
    "MATCH": _match,
    "INDEX": _index,
}

REDUCTIONS = frozenset({"AVERAGE", "COUNT", "COUNTA", "COUNTIF", "MAX", "MIN", "SUM", "SUMIF"})
"""What reads a range at once, and never as rows."""
