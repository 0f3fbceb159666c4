"""Cells that must not be written, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clv_xl.errors import CellRefused
from clv_xl.terms import Text
from clv_xl.workbook.address import Area, Position, area, name
from clv_xl.workbook.cell_xml import Spilled
from clv_xl.workbook.markup import child
from clv_xl.workbook.protection import Protection
from clv_xl.workbook.values import Cached, Frozen, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import TypeIs

    from clv_xl.workbook.book import Book, Sheet
    from clv_xl.workbook.cell_xml import CellXml, Edit
    from clv_xl.workbook.survey import Survey
    from clv_xl.workbook.tables import Table

MERGED = Text("merged cells", "samengevoegde cellen")
ARRAY = Text("an array formula or data table", "een matrixformule of gegevenstabel")
PIVOT = Text("a pivot table", "een draaitabel")


def named(table: Table) -> Text:
    """A table as an obstacle."""
    return Text(f"table {table.name}", f"tabel {table.name}")


def several(value: Value | Sequence[Sequence[Value]]) -> TypeIs[Sequence[Sequence[Value]]]:
    """Whether a result is rows of values, not one."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def pivots(book: Book, sheet: Sheet) -> list[Area]:
    """Tell the areas of the pivot tables on a sheet."""
    locations = (child(book.document(part), "location") for part in book.linked(sheet, "pivotTable"))
    return [area(location.get("ref", "A1")) for location in locations if location is not None]


class Guards:
    """What stands on a sheet that single cells must not be cut out of; `protected`: whether locked cells stay too."""

    def __init__(self, book: Book, sheet: Sheet, survey: Survey, cells: CellXml, *, protected: bool) -> None:
        self._sheet = sheet.name
        self._survey = survey
        self._cells = cells
        self._protection = Protection(book, survey)
        self._protected = protected
        self._fixed: list[tuple[Area, Text]] = []
        self._tables = [table for table in book.tables.values() if table.sheet == sheet.name]
        for table in self._tables:
            top, left, bottom, right = table.area
            if table.header_rows:
                header = Area(top, left, top + table.header_rows - 1, right)
                self._fixed.append(
                    (
                        header,
                        Text(
                            f"the header of table {table.name}: rename the column in Excel",
                            f"de kop van tabel {table.name}: hernoem de kolom in Excel",
                        ),
                    )
                )
            if table.totals_rows:
                totals = Area(bottom - table.totals_rows + 1, left, bottom, right)
                self._fixed.append(
                    (
                        totals,
                        Text(
                            f"the totals row of table {table.name}: change it in Excel",
                            f"de totaalrij van tabel {table.name}: wijzig die in Excel",
                        ),
                    )
                )
        self._pivots = pivots(book, sheet)
        pivoted = Text("part of a pivot table: refresh it in Excel", "deel van een draaitabel: ververs die in Excel")
        self._fixed += [(box, pivoted) for box in self._pivots]
        self._spans = {
            anchor: span for anchor, span in survey.spans.items()
            if span.kind != "array" or span.area.size > 1
        }  # fmt: skip

    def expanded(self, edits: Mapping[Position, Edit]) -> dict[Position, Edit]:
        """Refuse what must stay, and spread the results of array formulas over their cells."""
        out: dict[Position, Edit] = {}
        for position, edit in edits.items():
            self._check(position, edit)
            spread: dict[Position, Edit] = {position: edit}
            if isinstance(edit, Cached):
                spread = self._spread(position, edit)
            elif isinstance(edit, Frozen):
                spread = self._frozen(position)
            for other in spread:
                if other in out or (other != position and other in edits):
                    raise self._refusal(
                        other,
                        "this is part of two results: give only one of them.",
                        "deze cel hoort bij twee uitkomsten: geef er maar één.",
                    )
            out |= spread
        return out

    def _check(self, position: Position, edit: Edit) -> None:
        if not isinstance(edit, Cached):
            self._check_constant(position)
        if self._protected and not isinstance(edit, Cached | Frozen) and self._protection.locks(*position):
            raise self._refusal(
                position,
                "this cell is locked and its sheet protected: unprotect the sheet in Excel.",
                "deze cel is vergrendeld en het blad beveiligd: hef de beveiliging van het blad op in Excel.",
            )
        for anchor, (box, kind, _) in self._spans.items():
            if box.covers(*position):
                if kind == "dataTable":
                    raise self._refusal(
                        position,
                        f"this is part of the data table {box}: let Excel calculate it.",
                        f"dit is deel van de gegevenstabel {box}: laat Excel die berekenen.",
                    )
                if position != anchor or not isinstance(edit, Cached | Frozen):
                    raise self._refusal(
                        position,
                        f"this is part of the array formula in {box}: refresh it as a whole at {name(*anchor)}.",
                        f"dit is deel van de matrixformule in {box}: werk die in haar geheel bij in {name(*anchor)}.",
                    )

    def _check_constant(self, position: Position) -> None:
        for box, why in self._fixed:
            if box.covers(*position):
                raise self._refusal(position, f"this is {why.en}.", f"dit is {why.nl}.")
        for box in self._survey.merged:
            if box.covers(*position) and position != box.anchor:
                raise self._refusal(
                    position,
                    f"this is merged into {name(*box.anchor)}: write that cell.",
                    f"deze cel is samengevoegd met {name(*box.anchor)}: schrijf die cel.",
                )

    def _spread(self, position: Position, edit: Cached) -> dict[Position, Edit]:
        """Turn rows of values into the result of the formula and the values beside it."""
        rows: list[list[Value]] = [list(row) for row in edit.value] if several(edit.value) else [[edit.value]]
        row, column = position
        span = self._survey.spans.get(position)
        box = span.area if span else Area.cell(*position)
        width = max(map(len, rows), default=0)
        spread: dict[Position, Edit] = {
            (row + down, column + right): value
            for down, values in enumerate(rows)
            for right, value in enumerate(values)
        }  # fmt: skip
        if width and len(spread) == len(rows) * width:
            new = Area(row, column, row + len(rows) - 1, column + width - 1)
            if new == box:
                return spread | {position: Cached(rows[0][0])}
            if span and span.dynamic and several(edit.value):
                self._refuse_spill(position, new, box)
                left_over = {
                    place: None
                    for number in range(box.top, box.bottom + 1)
                    for place in ((number, at) for at in self._survey.cells(number))
                    if box.covers(*place) and not new.covers(*place)
                }
                return left_over | spread | {position: Spilled(rows[0][0], new)}
        raise self._refusal(
            position,
            f"the result is {len(rows)} x {width} cells large, its place {box} {box.rows} x {box.columns}: let Excel "
            "calculate it once.",
            f"de uitkomst is {len(rows)} x {width} cellen groot, haar plaats {box} {box.rows} x {box.columns}: laat "
            "Excel haar eenmaal berekenen.",
        )

    def _refuse_spill(self, position: Position, new: Area, old: Area) -> None:
        name(new.bottom, new.right)
        obstacles = [(box, MERGED) for box in self._survey.merged]
        obstacles += [(table.area, named(table)) for table in self._tables]
        obstacles += [(box, PIVOT) for box in self._pivots]
        obstacles += [(span.area, ARRAY) for anchor, span in self._survey.spans.items() if anchor != position]
        for box, what in obstacles:
            if box.meets(new):
                raise self._refusal(
                    position,
                    f"its result would spill over {what.en} in {box}: move that.",
                    f"de uitkomst zou over {what.nl} in {box} heen lopen: verplaats dat.",
                )
        for place in self._survey.filled(new):
            if not old.covers(*place):
                raise self._refusal(
                    position,
                    f"its result would spill over {name(*place)}, which is not empty: move it.",
                    f"de uitkomst zou over {name(*place)} heen lopen, die niet leeg is: verplaats die.",
                )

    def _frozen(self, position: Position) -> dict[Position, Edit]:
        """Freeze a cell, or all cells of an array formula."""
        row, column = position
        cell = self._survey.cells(row).get(column)
        if cell is None or self._cells.formula(cell) is None:
            raise self._refusal(
                position,
                "there is no formula to freeze here: leave the cell out.",
                "hier staat geen formule om vast te zetten: laat de cel weg.",
            )
        span = self._survey.spans.get(position)
        if span is None:
            return {position: Frozen()}
        return {
            (number, at): Frozen()
            for number in range(span.area.top, span.area.bottom + 1)
            for at in self._survey.cells(number)
            if span.area.covers(number, at)
        }

    def _refusal(self, position: Position, en: str, nl: str) -> CellRefused:
        where = f"{self._sheet}!{name(*position)}"
        return CellRefused(f"{where}: {en}", f"{where}: {nl}")
