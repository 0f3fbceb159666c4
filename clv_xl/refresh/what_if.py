"""What-if data tables: only Excel computes them, so those that read what changed are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.calculation import Calculator
from clv_xl.calculation.places import Place
from clv_xl.workbook.address import Area

from .reach import Reach

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .revision import Revision


def outdated(book: Revision, changed: Iterable[Place]) -> list[Place]:
    """The data tables that read a place that changed, by the formulas and inputs around them, near or far.

    A formula counts although its own value stays: with the other inputs of the table it may be another.
    """
    tables, sources = list(book.data_tables()), list(changed)
    if not tables or not sources:
        return []
    reader, formulas = Calculator(book), dict(book.formulas())
    reads = {key: reader.reading(cell.formula or "", *key).places for key, cell in formulas.items()}
    fills = {key: Place(key[0], cell.array or Area.cell(*key[1:])) for key, cell in formulas.items()}
    sources += [fills[key] for key in Reach(reads, fills).dependents(sources, formulas)]
    return [table for table in tables if any(place.meets(side) for side in _sides(table) for place in sources)]


def _sides(table: Place) -> list[Place]:
    """The row above a data table and the column before it, which hold its formulas and its inputs."""
    top, left, bottom, right = table.area
    above, before = max(top - 1, 1), max(left - 1, 1)
    return [
        Place(table.sheet, Area(above, before, above, right)),
        Place(table.sheet, Area(above, before, bottom, before)),
    ]
