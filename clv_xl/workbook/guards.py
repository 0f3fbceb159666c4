"""Cells that must not be written, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clv_xl.errors import CellRefused
from clv_xl.workbook.address import Area, Position, area, name
from clv_xl.workbook.markup import child
from clv_xl.workbook.values import Cached, Value

if TYPE_CHECKING:
    from clv_xl.workbook.book import Book, Sheet
    from clv_xl.workbook.cell_xml import Edit
    from clv_xl.workbook.sheet_xml import SheetXml


def pivots(book: Book, sheet: Sheet) -> list[Area]:
    """Tell the areas of the pivot tables on a sheet."""
    locations = (child(book.document(part), "location") for part in book.linked(sheet, "pivotTable"))
    return [area(location.get("ref", "A1")) for location in locations if location is not None]


class Guards:
    """What stands on a sheet that single cells must not be cut out of."""

    def __init__(self, book: Book, sheet: Sheet, xml: SheetXml) -> None:
        self._sheet = sheet.name
        self._fixed: list[tuple[Area, str]] = []
        for table in book.tables.values():
            if table.sheet == sheet.name:
                top, left, bottom, right = table.area
                if table.header_rows:
                    header = Area(top, left, top + table.header_rows - 1, right)
                    self._fixed.append((header, f"the header of table {table.name}: rename the column in Excel"))
                if table.totals_rows:
                    totals = Area(bottom - table.totals_rows + 1, left, bottom, right)
                    self._fixed.append((totals, f"the totals row of table {table.name}: change it in Excel"))
        self._fixed += [(box, "part of a pivot table: refresh it in Excel") for box in pivots(book, sheet)]
        self._merged = xml.merged
        self._single = {
            anchor for anchor, (box, kind) in xml.spans.items() if kind == "array" and box.anchor == box[2:]
        }
        self._spans = {anchor: span for anchor, span in xml.spans.items() if anchor not in self._single}

    def expanded(self, edits: dict[Position, Edit]) -> dict[Position, Edit]:
        """Refuse what must stay, and spread the results of array formulas over their cells."""
        out: dict[Position, Edit] = {}
        for position, edit in edits.items():
            self._check(position, edit)
            if isinstance(edit, Cached):
                out |= self._spread(position, edit)
            else:
                out[position] = edit
        return out

    def _check(self, position: Position, edit: Edit) -> None:
        if not isinstance(edit, Cached):
            for box, why in self._fixed:
                if box.covers(*position):
                    raise self._refusal(position, f"this is {why}.")
            for box in self._merged:
                if box.covers(*position) and position != box.anchor:
                    raise self._refusal(position, f"this is merged into {name(*box.anchor)}: write that cell.")
        for anchor, (box, kind) in self._spans.items():
            if box.covers(*position):
                if kind == "dataTable":
                    raise self._refusal(position, f"this is part of the data table {box}: let Excel calculate it.")
                if position != anchor or not isinstance(edit, Cached):
                    raise self._refusal(
                        position,
                        f"this is part of the array formula in {box}: refresh it as a whole at {name(*anchor)}.",
                    )

    def _spread(self, position: Position, edit: Cached) -> dict[Position, Edit]:
        """Turn rows of values into the result of the formula and the values beside it."""
        rows: list[list[Value]]
        if isinstance(edit.value, Sequence) and not isinstance(edit.value, str):
            rows = [list(row) for row in edit.value]
        else:
            rows = [[edit.value]]
        box = self._spans[position][0] if position in self._spans else Area(*position, *position)
        if len(rows) != box.rows or any(len(row) != box.columns for row in rows):
            width = max(map(len, rows), default=0)
            raise self._refusal(
                position,
                f"the result has {len(rows)} rows and {width} columns, its place {box} has {box.rows} and "
                f"{box.columns}: let Excel calculate it once.",
            )
        row, column = position
        spread: dict[Position, Edit] = {
            (row + down, column + right): value
            for down, values in enumerate(rows)
            for right, value in enumerate(values)
        }  # fmt: skip
        spread[position] = Cached(rows[0][0])
        return spread

    def _refusal(self, position: Position, why: str) -> CellRefused:
        return CellRefused(f"{self._sheet}!{name(*position)}: {why}")
