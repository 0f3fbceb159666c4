"""COUNTIF and SUMIF: cells that answer to a criterion written as text."""

from __future__ import annotations

import operator
import re

from clv_xl.cells import Range, Value, finite, text
from clv_xl.errors import CELL_ERRORS, CellError

from .refusals import Incalculable
from .rows import Result, rows_of, several, spread

_BEYOND = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
LIKE_A_NUMBER = re.compile(r"[^a-z]*\d[^a-z]*|true|false", re.IGNORECASE)
"""A date, a share, an amount, a truth: text that Excel may take for a number."""
_CRITERION = re.compile(r"^(<=|>=|<>|<|>|=)?(.*)$", re.DOTALL)


def countif(cells: Result, criteria: Result) -> Result:
    """How many cells answer to a criterion, to each of several."""
    held = _range(cells)

    def compute(criterion: Value) -> Value:
        told = text(0.0 if criterion is None else criterion)  # of a blank cell
        symbol, wanted = _CRITERION.match(told).groups()  # type: ignore[union-attr]  # matches anything
        limit = _as_number(wanted)
        # TRUE is no 1, but which texts Excel takes for numbers or errors is not for us to guess.
        odd = limit is None and (symbol in _BEYOND or (symbol and not wanted) or LIKE_A_NUMBER.fullmatch(wanted))
        if odd or isinstance(criterion, CellError) or wanted.upper() in CELL_ERRORS[1:]:
            told = criterion.cell if isinstance(criterion, CellError) else told
            raise Incalculable(f"COUNTIF with {told!r}", f"AANTAL.ALS met {told!r}")
        if symbol in _BEYOND and limit is not None:
            beyond = _BEYOND[symbol]
            return float(sum(beyond(value, limit) for value in held.numbers))
        pattern = wildcards(wanted.casefold())
        if limit is not None:
            same = held.tally[text(limit)]
        elif pattern is None:
            same = held.tally[wanted.casefold()]
        else:  # numbers, truths and blanks have no letters to match
            same = sum(count for key, count in held.text_tally.items() if pattern.fullmatch(key))
        return float(held.shape[0] * held.shape[1] - same if symbol == "<>" else same)

    return spread(compute, criteria)


def sumif(cells: Result, criterion: Result) -> Value:
    """The numbers beyond a limit added up; other criteria are not needed here."""
    told = "..." if several(criterion) else text(criterion)
    found = _CRITERION.match(told)
    limit = None if found is None else _as_number(found[2])
    if found is None or limit is None or found[1] not in _BEYOND:
        raise Incalculable(f"SUMIF with {told!r}", f"SOM.ALS met {told!r}")
    beyond = _BEYOND[found[1]]
    return finite(lambda: float(sum(value for value in _range(cells).numbers if beyond(value, limit))))


def _range(cells: Result) -> Range:
    return cells if isinstance(cells, Range) else Range(rows_of(cells))


def wildcards(wanted: str) -> re.Pattern[str] | None:
    """A criterion with * or ? as a pattern; a tilde before one means the sign itself."""
    if not re.search(r"[*?~]", wanted):
        return None
    parts = re.findall(r"~[*?~]|.", wanted, re.DOTALL)
    return re.compile("".join({"*": ".*", "?": "."}.get(part) or re.escape(part[-1]) for part in parts), re.DOTALL)


def _as_number(wanted: str) -> float | None:
    return float(wanted) if _NUMBER.fullmatch(wanted) else None
