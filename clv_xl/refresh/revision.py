"""A workbook as it will be: the file, with new rows in tables and new constants, before anything is written."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from clv_xl.calculation.places import Place
from clv_xl.cells import plain
from clv_xl.errors import OrdersError
from clv_xl.terms import Text
from clv_xl.workbook.address import LAST_COLUMN, LAST_ROW, Area, name
from clv_xl.workbook.address import area as address_area
from clv_xl.workbook.cells import Cell
from clv_xl.workbook.guards import pivots
from clv_xl.workbook.markup import elements
from clv_xl.workbook.moves import Move, moved_formula
from clv_xl.workbook.values import Formula

from .long_columns import LongCells, LongColumns, StoredCells, column_at, joined, parted
from .reasons import PIVOTED, TABLE_READ

if TYPE_CHECKING:
    from clv_xl.calculation.places import Key
    from clv_xl.cells import Range, Value
    from clv_xl.workbook.book import Book
    from clv_xl.workbook.tables import Table

    from .long_columns import Spot
    from .refills import Refill

DAYS_TO_1904 = 1462
_LONG = 1_000  # rows from which on reading a column at once pays
_FEW = 10_000  # cells up to which looking at each is less work than going through their sheet
_HIDDEN = re.compile(rb"""<(?:[\w.-]+:)?row\s[^>]*?\bhidden\s*=\s*["'](?:1|true)""")


class Revision:
    """What a calculator reads: `book` with other rows in some of its tables and `constants` in its cells.

    Names and formulas that name all rows of such a table by their address follow it: `respelled` gives the new text of
    such formulas, `left_behind` those that cannot be given one, since they fill several cells.
    """

    def __init__(
        self,
        book: Book,
        long: Iterable[LongColumns] = (),
        before: Revision | None = None,
        refills: Iterable[Refill] = (),
    ) -> None:
        self._book = book
        # Sheets are read once for the file as it is and as it will be.
        self._stored: dict[str, Mapping[Spot, Cell]] = {} if before is None else before._stored  # noqa: SLF001  another of this class
        for columns in long:
            self._stored[columns.place.sheet] = StoredCells.of(book, columns)
        self._columns: dict[Place, Range | None] = {}
        self._arrays: dict[str, list[Area]] = {}
        self._cells: dict[str, Mapping[Spot, Cell]] = {}
        self.date1904: bool = book.date1904
        self.sheets: Mapping[str, Any] = book.sheets
        self.names: Mapping[str, str] = book.names
        self.local_names: Mapping[tuple[str, str], str] = book.local_names
        self.tables: Mapping[str, Table] = book.tables
        self.constants: dict[Key, Value] = {}
        self.respelled: dict[Key, str] = {}
        self.left_behind: set[Key] = set()
        self._moves: dict[str, Move] = {}
        self._hiding: dict[str, bool] = {}
        self._outdated: list[Place] = []
        self._pivots: list[Place] | None = None
        for one in refills:
            self.refill(one.table, one.body)

    def cells(self, sheet: str) -> Mapping[Spot, Cell]:
        """The cells of a sheet, new ones included; a sheet that holds none (a chart sheet) is empty."""
        if sheet not in self._cells:
            cells: Mapping[Spot, Cell] = {}
            if self._book.sheets[sheet].kind == "worksheet":
                if sheet not in self._stored:
                    self._stored[sheet] = self._book.cells(sheet)
                cells = self._stored[sheet]
            for move in self._moves.values():
                cells = self._followed(sheet, cells, move)
            self._cells[sheet] = cells
        return self._cells[sheet]

    def origin(self, key: Key) -> Key | None:
        """Where a cell stood before: a totals row moves with its table; None for a row that is filled anew."""
        for move in self._moves.values():
            if key[0] != move.sheet or not move.old.left <= key[2] <= move.old.right:
                continue
            totals = max(move.table.bottom - move.old.bottom, 0)
            if move.old.top <= key[1] <= move.new.bottom + totals:
                return None if key[1] <= move.new.bottom else (key[0], key[1] - move.rows, key[2])
        return key

    def out_of_date(self) -> list[tuple[Place, Text]]:
        """Where only Excel computes what new orders leave behind, and how to say so of a formula that reads it.

        All pivot tables, where the orders are new, and the data tables that were left.
        """
        if self._pivots is None:
            sheets = self._book.sheets.values() if self._moves else ()
            worksheets = [sheet for sheet in sheets if sheet.kind == "worksheet"]
            self._pivots = [Place(sheet.name, area) for sheet in worksheets for area in pivots(self._book, sheet)]
        tables = [(table, TABLE_READ) for table in self._outdated]
        return tables + [(pivot, PIVOTED) for pivot in self._pivots]

    def data_tables(self) -> Iterator[Place]:
        """The what-if data tables, without the formulas and inputs around them."""
        for sheet in self.sheets:
            boxes = (cell.data_table for cell in self.calculated(sheet).values())
            yield from (Place(sheet, box) for box in boxes if box is not None)

    def leave(self, data_tables: Sequence[Place]) -> None:
        """Take data tables for out of date, as pivot tables are."""
        self._outdated = list(data_tables)

    def hides_rows(self, sheet: str) -> bool:
        """Whether rows of a sheet are hidden, by hand or by a filter."""
        if sheet not in self._hiding:
            part = self._book.sheet(sheet).part
            self._hiding[sheet] = bool(_HIDDEN.search(self._book.package.read(part)))
        return self._hiding[sheet]

    def column(self, place: Place) -> Range | None:
        """A long column read at once, where it holds no formula; None for other areas."""
        cells = self.cells(place.sheet)
        known = cells.columns.column(place) if isinstance(cells, LongCells) else None
        if known is not None:
            return known
        if place.area.left != place.area.right or place.area.rows < _LONG:
            return None
        if place not in self._columns:
            spills = any(area.meets(place.area) for area in self._spills(place.sheet))
            self._columns[place] = None if spills else column_at(cells, place.area)
        return self._columns[place]

    def _spills(self, sheet: str) -> list[Area]:
        """The areas that array formulas fill."""
        if sheet not in self._arrays:
            self._arrays[sheet] = [cell.array for cell in self.calculated(sheet).values() if cell.array is not None]
        return self._arrays[sheet]

    def formulas(self) -> Iterator[tuple[Key, Cell]]:
        """The cells that hold a formula."""
        for sheet in self.sheets:
            for (row, column), cell in self.calculated(sheet).items():
                if cell.formula is not None:
                    yield (sheet, row, column), cell

    def calculated(self, sheet: str) -> Mapping[Spot, Cell]:
        """The cells of a sheet that may hold a formula."""
        return parted(self.cells(sheet))[1]

    def stamp(self, key: Key, value: Value) -> None:
        """Put a constant in a cell."""
        sheet, row, column = key
        long, cells = parted(self.cells(sheet), Area.cell(row, column))
        self._cells[sheet] = joined(long, {**cells, (row, column): Cell(value, None, None, 0)})
        self._columns, self._arrays = {}, {}
        self.constants[key] = value

    def obstacle(self, sheet: str, area: Area, own: Area) -> Text | None:
        """What stands in an area beside what fills `own`."""
        if area.bottom > LAST_ROW or area.right > LAST_COLUMN:
            return Text("the end of the sheet", "het einde van het blad")
        cells = self.cells(sheet)
        spots: Iterable[Spot] = (spot[1:] for spot in Place(sheet, area).positions())
        if area.size > _FEW:
            spots = (spot for spot in cells if area.covers(*spot))
        for spot in spots:
            cell = None if own.covers(*spot) else cells.get(spot)
            if cell is not None and (cell.value is not None or cell.formula is not None):
                return Text(f"{sheet}!{name(*spot)}", f"{sheet}!{name(*spot)}")
        table = next((t for t in self.tables.values() if t.sheet == sheet and t.area.meets(area)), None)
        if table is not None:
            return Text(f"table {table.name}", f"tabel {table.name}")
        merged = next((box for box in self._merged(sheet) if box.meets(area)), None)
        where = f"{sheet}!{merged}"
        return None if merged is None else Text(f"merged cells {where}", f"samengevoegde cellen {where}")

    def _merged(self, sheet: str) -> Iterator[Area]:
        part = self._book.sheet(sheet).part
        if b"mergeCell" not in self._book.package.read(part):  # parsing all cells to find none takes far longer
            return
        with self._book.package.open(part) as stream:
            for element in elements(stream, "mergeCell", part):
                yield address_area(element.get("ref", "A1"))

    def spilling(self, areas: Mapping[Key, Area]) -> Revision:
        """A copy in which formulas that spill fill other areas; what they no longer fill is blank."""
        made, sheets = copy.copy(self), dict(self._cells)
        for (sheet, row, column), new in areas.items():
            anchor = row, column
            old = sheets[sheet][anchor].array or new
            long, held = parted(sheets[sheet], old, new)
            kept = {spot: cell for spot, cell in held.items() if spot == anchor or not old.covers(*spot)}
            sheets[sheet] = joined(long, kept | {anchor: held[anchor]._replace(array=new)})
        made._cells, made._columns, made._arrays = sheets, {}, {}  # noqa: SLF001  another of this class
        return made

    def _cell(self, value: Any) -> Cell:
        return Cell(None, value.bare) if isinstance(value, Formula) else Cell(self._plain(value))

    def _plain(self, value: Any) -> Value:
        number = plain(value)
        if isinstance(value, dt.date) and isinstance(number, float) and self.date1904:
            return number - DAYS_TO_1904
        return number

    def refill(self, table: Table, body: Sequence[Sequence[Any]]) -> None:
        """Let a table of the file hold other rows; the rows beside it and below stay where they are.

        Raises:
            OrdersError: its totals row names cells by their address; nothing is changed then.

        """
        top = table.area.top + table.header_rows
        old = table.body or table.area._replace(top=top, bottom=top)
        new = old._replace(bottom=top + max(len(body), 1) - 1)
        move = Move(table.sheet, table.area, old, new)
        loaded = {**self._cells, table.sheet: self.cells(table.sheet)}
        sheets = {sheet: self._followed(sheet, cells, move) for sheet, cells in loaded.items()}
        self._cells = sheets | {table.sheet: self._filled(sheets[table.sheet], table, move, body)}
        self._moves[table.name] = move
        self._columns, self._arrays = {}, {}
        area = table.area._replace(bottom=new.bottom + table.totals_rows)
        self.tables = {**self.tables, table.name: replace(table, area=area)}
        self.names = {name: moved_formula(text, [move]) for name, text in self.names.items()}
        self.local_names = {
            (sheet, name): moved_formula(text, [move], sheet) for (sheet, name), text in self.local_names.items()
        }

    def _filled(
        self, stored: Mapping[Spot, Cell], table: Table, move: Move, body: Sequence[Sequence[Any]]
    ) -> Mapping[Spot, Cell]:
        """The cells of a sheet with other rows in its table; of two long tables the second is so many cells."""
        old, new = move.old, move.new
        place = Place(table.sheet, new)
        if isinstance(stored, StoredCells) and stored.columns.place.area == old and not table.totals_rows:
            refilled = stored.refilled(place, body)
            if refilled is not None:
                return refilled
        long, cells = parted(stored, table.area, new)
        totals = old._replace(top=old.bottom + 1, bottom=old.bottom + table.totals_rows)
        gone = old, totals, new
        kept = {spot: cell for spot, cell in cells.items() if not any(area.covers(*spot) for area in gone)}
        moved = {(row + move.rows, column): cells[row, column] for row, column in cells if totals.covers(row, column)}
        columns = LongColumns.of_rows(body, place) if long is None and not self.date1904 else None
        if columns is not None:
            return LongCells(columns, kept | moved)
        filled = {
            (row, column): self._cell(value)
            for row, values in enumerate(body, new.top)
            for column, value in enumerate(values, new.left)
        }
        return joined(long, kept | moved | filled)

    def _followed(self, sheet: str, cells: Mapping[Spot, Cell], move: Move) -> Mapping[Spot, Cell]:
        """The cells of a sheet, in whose formulas the rows that a table had are those that it has."""
        if not move.rows:
            return cells
        followed, respelled = {}, {}
        written = [other.new for other in self._moves.values() if other.sheet == sheet]
        long, beside = parted(cells)
        for (row, column), cell in beside.items():
            if cell.formula is None:
                continue
            within = sheet == move.sheet and move.table.covers(row, column)
            text = moved_formula(cell.formula, [move], sheet)
            if text == cell.formula:
                continue
            if within and row > move.old.bottom:
                raise OrdersError(
                    f"{sheet}!{name(row, column)}, in the totals row of the orders, names cells by their address "
                    f"({cell.formula}). Let it name the columns of the table, as Excel proposes.",
                    f"{sheet}!{name(row, column)}, in de totaalrij van de bestellingen, noemt cellen bij hun adres "
                    f"({cell.formula}). Laat haar de kolommen van de tabel noemen, zoals Excel voorstelt.",
                )
            if cell.array is not None:
                self.left_behind.add((sheet, row, column))
            elif not within:
                followed[row, column] = cell._replace(formula=text)
                # A formula among rows that are written anyway is written with them.
                if not any(area.covers(row, column) for area in written):
                    respelled[sheet, row, column] = text
        self.respelled |= respelled
        return joined(long, {**beside, **followed}) if followed else cells
