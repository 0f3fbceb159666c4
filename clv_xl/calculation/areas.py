"""What the areas of a workbook hold by now: results of formulas, changes, stored values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from clv_xl.errors import CellRefused
from clv_xl.workbook import address

from .places import Columnar
from .refusals import Held, too_large
from .rows import MOST_CELLS, Result, Rows, rows_of
from .spills import LARGE, Spills, part_at

if TYPE_CHECKING:
    from clv_xl.cells import Value

    from .places import Key, Place, Places, Sheets


class Pending(Exception):
    """Cells that must be computed first."""

    def __init__(self, keys: list[Key]) -> None:
        super().__init__()
        self.keys = keys


class Areas:
    """The values of the areas of `book`.

    Args:
        book: the cells.
        places: its references.
        results: what its formulas give, as far as they are computed; they are added to as they come.
        changes: values that are not in it yet.
        held: cells whose value nobody may use, and the cell of the formula that fills each.
        compute: which formula cells are computed.

    """

    def __init__(
        self,
        book: Sheets,
        places: Places,
        results: Mapping[Key, Result],
        changes: Mapping[Key, Value],
        held: Mapping[Key, Key],
        compute: Callable[[Key], bool],
    ) -> None:
        self._book, self._places, self._spills = book, places, Spills(book)
        self._results, self._changes, self._held, self._compute = results, changes, held, compute
        self._values: dict[Place, Rows] = {}

    def read(self, place: Place) -> Rows:
        """The values of an area; the same list again for the same area, so nobody may change it."""
        if place not in self._values:
            self._refuse_held(place)
            column = self._book.column(place) if isinstance(self._book, Columnar) else None
            self._values[place] = self._cells(self._within(place)) if column is None else rows_of(column)
        return self._values[place]

    def _cells(self, place: Place) -> Rows:
        """The values of an area, cell by cell."""
        cells, spilled, pending = self._book.cells(place.sheet), self._spills.on(place.sheet), []
        rows = []
        for row in range(place.area.top, place.area.bottom + 1):
            line: list[Value] = []
            for column in range(place.area.left, place.area.right + 1):
                key = place.sheet, row, column
                if key in self._results:
                    line.append(rows_of(self._results[key])[0][0])
                elif key in self._changes:
                    line.append(self._changes[key])
                elif (row, column) in spilled and (anchor := self.anchor(key)) is not None:
                    if anchor not in self._results:
                        pending.append(anchor)
                    line.append(part_at(self._results.get(anchor), key, anchor))
                else:
                    cell = cells.get((row, column))
                    if cell is not None and cell.formula is not None and self._compute(key):
                        pending.append(key)
                    line.append(None if cell is None else cell.value)
            rows.append(line)
        if pending:
            raise Pending(pending)
        return rows

    def anchor(self, key: Key) -> Key | None:
        """The cell whose computed formula spills into this one."""
        position = self._spills.on(key[0]).get(key[1:])
        anchor = None if position is None else (key[0], *position)
        return anchor if anchor is not None and self._compute(anchor) else None

    def _within(self, place: Place) -> Place:
        """A large area as far as the workbook is in use, on any sheet: areas of one size keep one size."""
        area = place.area
        if area.size <= LARGE:
            return place
        bottom, right = max(area.top, self._corner[0]), max(area.left, self._corner[1])
        area = area._replace(bottom=min(area.bottom, bottom), right=min(area.right, right))
        if area.size > MOST_CELLS:
            raise too_large()
        return place._replace(area=area)

    @cached_property
    def _corner(self) -> tuple[int, int]:
        """The last row and column that hold anything or are spilled over."""
        spots = [(key[1], key[2]) for key in self._changes]
        for name in self._book.sheets:
            with suppress(CellRefused):  # a sheet without cells, such as a chart
                spots += [self._places.end(name), *self._spills.on(name)]
        return max((row for row, _ in spots), default=1), max((column for _, column in spots), default=1)

    def _refuse_held(self, place: Place) -> None:
        for (sheet, row, column), anchor in self._held.items():
            if sheet == place.sheet and place.area.covers(row, column):
                raise out_of_date(anchor)


def out_of_date(key: Key) -> Held:
    """The refusal of a cell that a formula fills which keeps an old value."""
    return Held(address.name(*key[1:]), key[0])
