"""Where a workbook keeps its orders: a table or a sheet whose headers mean customer, date and amount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clv_xl.errors import OrdersError
from clv_xl.orders.headers import Mapping, fitness
from clv_xl.orders.tables import RawTable, from_rows, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping as Dictionary

    from clv_xl.calculation.places import Sheets
    from clv_xl.workbook.book import Book
    from clv_xl.workbook.tables import Table

_COMPLETE = 3  # customer, date and amount


@dataclass(frozen=True)
class Found:
    """The orders of a workbook as they stand: raw rows, their mapping, and the table when there is one."""

    raw: RawTable
    mapping: Mapping
    table: Table | None


def find_orders(book: Book, overrides: Dictionary[str, str], sheet: str | None) -> Found:
    """Find the orders of a workbook, in a table before a sheet.

    Raises:
        OrdersError: nothing fits, or two places fit equally well; says what was seen and what to type.

    """
    table = _table(book, overrides, sheet)
    if table is not None:
        return Found(rows_of(book, table, book.path.name, book.date1904), Mapping.find(table.columns, overrides), table)
    raw = read_table(book.path, sheet)
    return Found(raw, Mapping.find(raw.headers, overrides), None)


def rows_of(book: Sheets, table: Table, source: str, date1904: bool) -> RawTable:
    """The body of a table as raw rows."""
    body, cells = table.body, book.cells(table.sheet)
    places = () if body is None else range(body.top, body.bottom + 1)
    columns = range(table.area.left, table.area.right + 1)
    found = ([cells.get((row, column)) for column in columns] for row in places)
    rows = [[None if cell is None else cell.value for cell in row] for row in found]
    first = table.area.top + table.header_rows
    return from_rows(table.columns, rows, source=source, sheet=table.sheet, first_row=first, date1904=date1904)


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
        raise OrdersError(
            f"{book.path.name} has {len(names)} tables that fit equally: {', '.join(names)}. "
            f"Say which by its sheet: --sheet {sheets[0]!r}"
        )
    return book.tables[names[0]]
