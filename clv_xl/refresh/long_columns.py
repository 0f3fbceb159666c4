"""The columns of very many orders, as a calculator reads them: whole, and without a cell for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from clv_xl.columns import ColumnRange

if TYPE_CHECKING:
    from clv_xl.calculation.places import Place
    from clv_xl.cells import Range
    from clv_xl.orders.tables import RawTable
    from clv_xl.workbook import Book

    from .finding import Found

_MANY = 5_000  # rows from which on it pays to look whether their sheet holds formulas


@dataclass(frozen=True)
class LongColumns:
    """Raw orders that stand in `place`, on a sheet without any formula."""

    raw: RawTable
    place: Place
    _known: dict[Place, Range] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Book, found: Found | None) -> LongColumns | None:
        """The orders of a workbook when they are many and nothing on their sheet is computed."""
        if found is None or len(found.raw) < _MANY or found.raw.date1904:
            return None
        sheet = book.sheet(found.place.sheet)
        return None if book.package.has_formulas(sheet.part) else cls(found.raw, found.place)

    def column(self, place: Place) -> Range | None:
        """The cells of one column or part of it; None for other areas, and where kinds of cells are mixed."""
        if place not in self._known:
            box, inside = place.area, self.place.area
            meets = place.sheet == self.place.sheet and inside.left <= box.left == box.right <= inside.right
            if not meets or box.top < inside.top or box.bottom > inside.bottom:
                return None
            rows = slice(box.top - inside.top, box.bottom - inside.top + 1)
            cells = self._range(box.left - inside.left, rows)
            if cells is None:
                return None
            self._known[place] = cells
        return self._known[place]

    def _range(self, number: int, rows: slice) -> Range | None:
        texts = self.raw.texts(number)
        if texts is not None:
            return ColumnRange(texts[0][rows], texts[1])
        cells: Any = self.raw.columns[number][rows]
        return ColumnRange(cells.astype(np.float64, copy=False)) if cells.dtype.kind in "iuf" else None
