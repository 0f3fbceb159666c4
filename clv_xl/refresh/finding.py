"""Where a workbook keeps its orders: a table or a sheet whose headers mean customer, date and amount."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clv_xl.calculation import UnknownReference
from clv_xl.calculation.places import Place, Places
from clv_xl.errors import CellRefused, OrdersError, Undecided
from clv_xl.orders.extent import MOST_CELLS
from clv_xl.orders.headers import REQUIRED, Mapping, fitness
from clv_xl.orders.tables import RawTable, from_rows, read_area, read_table
from clv_xl.workbook import Book
from clv_xl.workbook.address import Area

if TYPE_CHECKING:
    from collections.abc import Mapping as Dictionary

    from clv_xl.calculation.places import Sheets
    from clv_xl.workbook.tables import Table

_MANY = 5_000  # rows from which on starting a fast reader pays


@dataclass(frozen=True)
class Found:
    """The orders of a workbook as they stand: raw rows, where they are, their mapping, the table when there is one."""

    raw: RawTable
    place: Place
    mapping: Mapping
    table: Table | None

    @property
    def read(self) -> Place:
        """The cells that were read as orders; beside them a sheet may hold anything."""
        columns = [self.place.area.left + column for column in self.mapping.positions.values()]
        return self.place._replace(area=self.place.area._replace(left=min(columns), right=max(columns)))


def find_orders(book: Book, overrides: Dictionary[str, str], sheet: str | None) -> Found:
    """Find the orders of a workbook: in a table, else in a range that has a name, else on a sheet.

    Raises:
        OrdersError: nothing fits, or two places fit equally well; says what was seen and what to type.

    """
    table = _table(book, overrides, sheet)
    if table is not None:
        raw = rows_of(book, table, book.path.name, book.date1904)
        place = Place(table.sheet, table.body or table.area)
        return Found(raw, place, Mapping.find(table.columns, overrides), table)
    named = _named_range(book, overrides, sheet)
    if named is not None:
        body = named.area._replace(top=named.area.top + 1)
        raw = read_area(book.path, named.sheet, body, _headers(book, named), date1904=book.date1904)
        return Found(raw, Place(named.sheet, body), Mapping.find(raw.headers, overrides), None)
    raw = read_table(book.path, sheet)
    body = Area(raw.first_row, 1, raw.first_row + max(len(raw), 1) - 1, max(len(raw.columns), 1))
    return Found(raw, Place(raw.sheet, body), Mapping.find(raw.headers, overrides), None)


def rows_of(book: Sheets, table: Table, source: str, date1904: bool) -> RawTable:
    """The body of a table as raw rows."""
    body = table.body
    if body is not None and body.size > MOST_CELLS:
        raise OrdersError(
            f"Table {table.name} of {source} has more cells than can be read: make it smaller.",
            f"Tabel {table.name} van {source} heeft meer cellen dan te lezen zijn: maak de tabel kleiner.",
        )
    if isinstance(book, Book) and body is not None and body.rows >= _MANY:
        with suppress(OrdersError):  # what the fast readers cannot read, our own may
            return read_area(book.path, table.sheet, body, table.columns, date1904=date1904)
    cells = book.cells(table.sheet)
    places = () if body is None else range(body.top, body.bottom + 1)
    columns = range(table.area.left, table.area.right + 1)
    found = ([cells.get((row, column)) for column in columns] for row in places)
    rows = [[None if cell is None else cell.value for cell in row] for row in found]
    first = table.area.top + table.header_rows
    return from_rows(table.columns, rows, source=source, sheet=table.sheet, first_row=first, date1904=date1904)


def _named_range(book: Book, overrides: Dictionary[str, str], sheet: str | None) -> Place | None:
    """The range with a name whose first row fits best as the headers of orders."""
    places = Places(book)
    fits: dict[Place, tuple[int, int]] = {}
    for name, text in book.names.items():
        try:
            place = places.find(text, "", 1)
            if name.startswith("_xlnm.") or place.area.rows < 2 or place.area.columns < len(REQUIRED):  # noqa: PLR2004  headers and an order
                continue
            if sheet is not None and place.sheet.casefold() != sheet.casefold():
                continue
            headers = _headers(book, place)
            Mapping.find(headers, overrides)
        except (UnknownReference, CellRefused, KeyError, OrdersError):
            continue
        fits[place] = fitness(headers)
    best = [place for place, fit in fits.items() if fit == max(fits.values())]
    if len(best) > 1:
        raise Undecided(
            f"{book.path.name} has {len(best)} ranges with a name that fit equally, on "
            f"{', '.join(place.sheet for place in best)}. Say which by its sheet: --sheet {best[0].sheet!r}",
            f"{book.path.name} heeft {len(best)} bereiken met een naam die even goed passen, op "
            f"{', '.join(place.sheet for place in best)}. Zeg welk door het blad te noemen: --sheet {best[0].sheet!r}",
        )
    return best[0] if best else None


def _headers(book: Book, place: Place) -> list[str]:
    top, left, _, right = place.area
    cells = book.cells(place.sheet, last=top)
    found = (cells.get((top, column)) for column in range(left, right + 1))
    return ["" if cell is None or cell.value is None else str(cell.value) for cell in found]


def _table(book: Book, overrides: Dictionary[str, str], sheet: str | None) -> Table | None:
    """The table that fits orders best, if any does."""
    fits = {}
    for table in book.tables.values():
        if sheet is not None and table.sheet.casefold() != sheet.casefold():
            continue
        try:
            Mapping.find(table.columns, overrides)
        except OrdersError:
            continue
        fits[table.name] = fitness(table.columns)
    if not fits:
        return None
    best = max(fits.values())
    names = [name for name, fit in fits.items() if fit == best]
    if len(names) > 1:
        sheets = [book.tables[name].sheet for name in names]
        raise Undecided(
            f"{book.path.name} has {len(names)} tables that fit equally: {', '.join(names)}. "
            f"Say which by its sheet: --sheet {sheets[0]!r}",
            f"{book.path.name} heeft {len(names)} tabellen die even goed passen: {', '.join(names)}. "
            f"Zeg welke door het blad te noemen: --sheet {sheets[0]!r}",
        )
    return book.tables[names[0]]
