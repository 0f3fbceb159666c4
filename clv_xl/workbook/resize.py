"""A table with another body: its cells, its areas and what follows them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from clv_xl.errors import CellRefused
from clv_xl.terms import dutch
from clv_xl.workbook.address import LAST_ROW, Area, Position, area, name
from clv_xl.workbook.cell_xml import Gone, Moved, attributes
from clv_xl.workbook.guards import ARRAY, MERGED, PIVOT, named, pivots
from clv_xl.workbook.protection import Protection
from clv_xl.workbook.row_xml import TableRow
from clv_xl.workbook.rows import filled
from clv_xl.workbook.shift import shifted
from clv_xl.workbook.survey import Survey, Wanted, Watch
from clv_xl.workbook.values import Cached, Formula

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clv_xl.workbook.book import Book
    from clv_xl.workbook.cell_xml import CellXml
    from clv_xl.workbook.splice import RowEdits
    from clv_xl.workbook.tables import Table
    from clv_xl.workbook.values import Value

_REF = re.compile(rb"""(\sref\s*=\s*["'])([^"']*)""")
# Marks a table whose only row waits for its first entry.
_WAITING = re.compile(rb"""\sinsertRow\s*=\s*["'][^"']*["']""")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_PLAIN = frozenset({str, float, int, date, type(None)})


class Resize:
    """The body of a table replaced by other rows, which may be more or fewer; `old` and `new` are its areas.

    The totals row moves with the end of the body. `rows` is read twice at most, and never held.
    """

    def __init__(self, book: Book, table: Table, rows: Sequence[Sequence[Value | Formula]]) -> None:
        self._book = book
        self.table = table
        # A table always has a body, if only of blank cells.
        self._rows = rows if len(rows) else [[None] * len(table.columns)]
        self._blank = not len(rows)
        top = table.area.top + table.header_rows
        self.old = table.body or table.area._replace(top=top, bottom=top)
        self.new = self.old._replace(bottom=top + len(self._rows) - 1)
        self._calculated = {
            place: column for place, column in enumerate(table.columns) if column in table.calculated_columns
        }
        self.loses_formulas = False
        self._results: dict[int, Cached] = {}
        self._beside = 0
        self._below: Position | None = None
        if self.new.bottom + table.totals_rows > LAST_ROW:
            raise self._refusal(
                f"{len(self._rows):,} rows do not fit on the sheet: split them",
                f"{dutch(len(self._rows))} rijen passen niet op het blad: splits ze",
            )

    @property
    def whole(self) -> Area:
        """All rows that it may touch."""
        bottom = max(self.old.bottom, self.new.bottom) + self.table.totals_rows
        return self.old._replace(bottom=bottom)

    @property
    def last(self) -> int:
        """The last row that it fills, or leaves to cells beside it."""
        return max(self.new.bottom + self.table.totals_rows, self._beside)

    def value(self, row: int, column: int) -> Value | Formula:
        """Give what a cell of the new body holds."""
        return self._rows[row - self.new.top][column - self.new.left]

    def want(self, wanted: Wanted) -> None:
        """Ask a survey for what it needs to know."""
        totals = self.table.totals_rows
        wanted.rows.add(self.old.top)
        wanted.places |= {self.whole.top, self.whole.bottom + 1}
        if totals:
            wanted.rows.add(self.old.bottom + 1)
        if self.new.bottom > self.old.bottom:
            wanted.watches.append(Watch(self.old.bottom + totals + 1, self.new.bottom + totals, self._look_below))
        if self.new.bottom < self.old.bottom:
            wanted.watches.append(Watch(self.new.bottom + 1, self.old.bottom + totals, self._look_at_gone))

    def takes(self, place: Position, edit: Cached) -> bool:
        """Take the new result of a formula in the totals row, by the place where that row will be."""
        row, column = place
        moves = bool(self.table.totals_rows) and self.old != self.new
        ours = moves and row == self.new.bottom + 1 and self.old.left <= column <= self.old.right
        if ours:
            self._results[column] = edit
        return ours

    def check(self, survey: Survey, cells: CellXml, *, protected: bool) -> None:
        """Refuse when something is in the way; `protected`: locked cells of a protected sheet too."""
        table, sheet = self.table, self._book.sheet(self.table.sheet)
        obstacles = [(box, MERGED) for box in survey.merged]
        obstacles += [(span.area, ARRAY) for span in survey.spans.values()]
        obstacles += [(box, PIVOT) for box in pivots(self._book, sheet)]
        obstacles += [
            (other.area, named(other))
            for other in self._book.tables.values()
            if other.sheet == sheet.name and other != table
        ]
        for box, what in obstacles:
            if box.meets(self.whole):
                raise self._refusal(
                    f"{what.en} in {box} stands in the way: move it",
                    f"er is geen ruimte door {what.nl} in {box}: verplaats dat",
                )
        for box in survey.shared:
            if box.meets(self.whole) and not (self.old.covers(*box.anchor) and self.old.covers(*box[2:])):
                raise self._refusal(
                    f"cells in {box} share a formula, and not all are its own: spell them out in Excel",
                    f"cellen in {box} delen een formule, en niet alle horen bij de tabel: schrijf ze uit in Excel",
                )
        if self._below:
            raise self._refusal(
                f"it would grow over {sheet.name}!{name(*self._below)}, which is not empty: move that",
                f"hij zou over {sheet.name}!{name(*self._below)} heen groeien, die niet leeg is: verplaats die cel",
            )
        protection = Protection(self._book, survey)
        columns = range(self.old.left, self.old.right + 1)
        if protected and any(protection.locks(self.old.top, column) for column in columns):
            raise self._refusal(
                "its sheet is protected and its cells are locked: unprotect the sheet in Excel",
                "het blad is beveiligd en de cellen zijn vergrendeld: hef de beveiliging van het blad op in Excel",
            )
        if table.totals_rows and self.old != self.new:
            self._check_totals(survey, cells)

    def edits(self, survey: Survey) -> Iterator[RowEdits]:
        """Give the edits of its cells, row by row."""
        first, last, totals = self.old.left, self.old.right, self.table.totals_rows
        tags = {column: attributes(match[1]) for column, match in survey.cells(self.old.top).items()}
        styles = tuple(tags.get(column, {}).get(b"s") for column in range(first, last + 1))
        old_totals = self.old.bottom + 1 if totals and self.old != self.new else 0
        for row, values in enumerate(self._rows, self.new.top):
            if len(values) != len(styles) or self._calculated or not _PLAIN.issuperset(map(type, values)):
                self._check_row(values, row)
            over = row == old_totals or self._blank
            yield row, TableRow(values, first, styles, over)
        row = self.new.bottom + 1
        if old_totals:
            moved = survey.cells(old_totals)
            yield (
                row,
                {
                    column: Moved(moved[column][0], self._results.get(column)) if column in moved else Gone()
                    for column in range(first, last + 1)
                },
            )
            row += 1
        for gone in range(row, self.old.bottom + totals * bool(old_totals) + 1):
            yield gone, dict.fromkeys(range(first, last + 1), Gone())

    def part(self) -> bytes:
        """Give the part of the table with its areas moved."""
        data = self._book.package.read(self.table.part)
        data = _REF.sub(lambda match: match[1] + self._moved(match[2]), data)
        return _WAITING.sub(b"", data)

    def _moved(self, text: bytes) -> bytes:
        """Let an area that spans the old rows of the table span the new ones."""
        if self.old == self.new:
            return text
        try:
            box = area(text.decode())
        except CellRefused:
            return text
        spans = box.bottom in (self.old.bottom, self.table.area.bottom) and box.top in (
            self.old.top, self.table.area.top,
        )  # fmt: skip
        if spans and self.old.left <= box.left and box.right <= self.old.right:
            return str(box._replace(bottom=box.bottom + self.new.bottom - self.old.bottom)).encode()
        return text

    def _check_row(self, values: Sequence[object], row: int) -> None:
        if len(values) != self.table.area.columns:
            raise self._refusal(
                f"a row does not have its {self.table.area.columns} columns: give one value for each",
                f"een rij heeft niet de {self.table.area.columns} kolommen: geef voor elke één waarde",
            )
        if self._blank:
            return
        for place, value in enumerate(values):
            if (place in self._calculated) == isinstance(value, Formula) and not isinstance(value, Cached):
                continue
            where = f"{self.table.sheet}!{name(row, self.old.left + place)}"
            if place in self._calculated:
                raise self._refusal(
                    f"{self._calculated[place]} is a calculated column, and {where} would hold no formula: give one",
                    f"{self._calculated[place]} is een berekende kolom, en {where} zou er geen hebben: geef er een",
                )
            raise self._refusal(
                f"{where} would hold a formula among the data: give a value",
                f"{where} zou een formule tussen de gegevens bevatten: geef een waarde",
            )

    def _check_totals(self, survey: Survey, cells: CellXml) -> None:
        row = self.old.bottom + 1
        for column, match in survey.cells(row).items():
            formula = cells.formula(match) if self.old.left <= column <= self.old.right else None
            if formula is None:
                continue
            self.loses_formulas = True
            tag, text = formula
            # References to rows that move are left to Excel; those to columns of a table move by themselves.
            if b"t" in tag or shifted(text, 1, 0) != text:
                raise self._refusal(
                    f"the formula in {name(row, column)} of its totals row names cells by their address: "
                    "let it name columns of the table",
                    f"de formule in {name(row, column)} van de totaalrij noemt cellen bij hun adres: "
                    "laat haar kolommen van de tabel noemen",
                )

    def _look_below(self, row: int, cells: Iterator[tuple[int, re.Match[bytes]]]) -> None:
        found = (column for column, match in cells if filled(match) and self.old.left <= column <= self.old.right)
        column = 0 if self._below else next(found, 0)
        if column:
            self._below = row, column

    def _look_at_gone(self, row: int, cells: Iterator[tuple[int, re.Match[bytes]]]) -> None:
        for column, match in cells:
            if not self.old.left <= column <= self.old.right:
                self._beside = row
            elif _FORMULA.search(match[2] or b""):
                self.loses_formulas = True

    def _refusal(self, en: str, nl: str) -> CellRefused:
        table = self.table.name
        return CellRefused(f"Table {table} cannot be filled: {en}.", f"Tabel {table} is niet te vullen: {nl}.")
