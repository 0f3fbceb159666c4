"""Which formula cells change, to what, and which of them cannot be computed here.

A formula that calls a function of ours is computed by our calculator; parts of it that are beyond the calculator are
asked from an engine. An ordinary formula is computed only when it depends on what changed, by the calculator or else
by the engine, and only when that one gives, from the values in the file, the value that the file holds for it. Where
the file holds nothing to compare with (no value, or `#NAME?`, as programs without our functions leave), a formula
that everything in it could be computed for is believed. What is not believed keeps its value and is stale, and so is
what reads it. So are what-if data tables that read what changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clv_xl.calculation.places import Place
from clv_xl.calculation.rows import rows_of
from clv_xl.workbook import address

from .computing import Computing
from .reasons import TABULATED
from .what_if import outdated

if TYPE_CHECKING:
    from clv_xl.calculation.places import Key
    from clv_xl.calculation.rows import Result
    from clv_xl.cells import Value
    from clv_xl.engines import Engine
    from clv_xl.terms import Text

    from .revision import Revision


@dataclass(frozen=True)
class Change:
    """A cell that shows something else now; `after` is rows where a formula spills."""

    sheet: str
    cell: str
    before: Value
    after: Result


@dataclass(frozen=True)
class Stale:
    """A cell that keeps its old value although what it reads changed, and why."""

    sheet: str
    cell: str
    reason: Text


def recalculate(
    before: Revision, after: Revision, touched: Sequence[Place], *, own: bool = False, engine: Engine | None = None
) -> tuple[list[Change], list[Stale]]:
    """The formula cells that change between the file and its revision, in which the places `touched` changed.

    In a workbook of our `own` every formula that holds no value is computed, and our calculator is believed where the
    file holds another value: so other programs leave it that write orders and calculate nothing.
    `engine` computes what our calculator cannot. It is asked only when there is such a formula.
    """
    tables: list[Place] = []
    while True:
        computing = Computing(before, after, [*touched, *tables], own, engine)
        computing.run()
        changes, left = list(computing.changes()), list(computing.left())
        moved = [_filled(key, new) for key, _, new in changes] + [_filled(key, None) for key, _ in left]
        found = outdated(after, [*touched, *tables, *moved])
        if len(found) == len(tables):
            break
        # What reads a table that is out of date must not be computed from it.
        tables = found
        after.leave(tables)
    left += [((table.sheet, *table.area.anchor), TABULATED) for table in tables]
    return (
        [Change(key[0], address.name(*key[1:]), old, new) for key, old, new in changes],
        [Stale(key[0], address.name(*key[1:]), reason) for key, reason in left],
    )


def _filled(key: Key, result: Result) -> Place:
    """The cells that a result fills."""
    rows, (sheet, top, left) = rows_of(result), key
    return Place(sheet, address.Area(top, left, top + len(rows) - 1, left + len(rows[0]) - 1))
