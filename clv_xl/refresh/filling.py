"""New orders for the orders table of a workbook: its rows as they will be, or why they cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from clv_xl.errors import OrdersError
from clv_xl.terms import Text
from clv_xl.workbook import Formula
from clv_xl.workbook.shift import shifted

if TYPE_CHECKING:
    from clv_xl.orders.cleaning import Orders
    from clv_xl.workbook.book import Book
    from clv_xl.workbook.tables import Table

    from .finding import Found

_FIELDS = ("order", "customer", "date", "amount")
_PLAIN = Text(
    "Its orders stand in a plain sheet, not in a table: select them in Excel and press Ctrl+T.",
    "De bestellingen staan op een gewoon blad, niet in een tabel: selecteer ze in Excel en druk op Ctrl+T.",
)


def table_of(found: Found, book: Book) -> Table:
    """The table that orders can be put in."""
    if found.table is None:
        raise no_table(book, _PLAIN)
    return found.table


def no_table(book: Book, why: Text) -> OrdersError:
    """A workbook without a table to put orders in, and what was found instead."""
    return OrdersError(
        f"{book.path.name} has no orders table to fill. {why.en}",
        f"{book.path.name} heeft geen tabel met bestellingen om te vullen. {why.nl}",
    )


def body_of(book: Book, table: Table, columns: Mapping[str, int], orders: Orders) -> list[list[Any]]:
    """The orders as rows of the table, whose `columns` hold each field by its place, from 0.

    Calculated columns hold their formula, other columns must be empty.
    """
    if "amount" not in columns:
        raise OrdersError(
            f"Table {table.name} has no column for the amount; it has {', '.join(table.columns)}.",
            f"Tabel {table.name} heeft geen kolom voor het bedrag; wel {', '.join(table.columns)}.",
        )
    _refuse_to_empty(book, table, {columns.get(field) for field in _FIELDS})
    fields = [field for field in _FIELDS if field in columns]
    if "order" not in orders.mapping.columns:
        fields = [field for field in fields if field != "order"]  # "row 12" would be an invented id
    body: list[list[Any]] = [[None] * len(table.columns) for _ in range(len(orders.frame))]
    for name, formula in _calculated(book, table).items():
        place = table.columns.index(name)
        for down, line in enumerate(body):
            line[place] = Formula(shifted(formula, down, 0), None)
    for field in fields:
        values, place = orders.frame[field], columns[field]
        for line, value in zip(body, values.dt.date if field == "date" else values, strict=True):
            line[place] = value
    return body


def _calculated(book: Book, table: Table) -> dict[str, str]:
    """The formulas of the calculated columns, as the first row has them."""
    first = table.area.top + table.header_rows
    cells = book.cells(table.sheet, last=first) if table.calculated_columns else {}
    found = {}
    for name, text in table.calculated_columns.items():
        cell = cells.get((first, table.area.left + table.columns.index(name)))
        found[name] = (cell and cell.formula) or text
    return found


def check_currency(book: Book, own: str | None, orders: Orders) -> None:
    """Refuse amounts of one currency under the sign of another, which would be believed."""
    theirs = orders.ledger.currency
    if own and len(theirs) == len(own) and theirs.isalpha() and theirs != own:
        raise OrdersError(
            f"The orders are in {theirs}, {book.path.name} is in {own}. Convert the amounts, or make a workbook with "
            f"--currency {theirs}.",
            f"De bestellingen zijn in {theirs}, {book.path.name} is in {own}. Reken de bedragen om, of maak een "
            f"werkmap met --currency {theirs}.",
        )


def _refuse_to_empty(book: Book, table: Table, taken: set[int | None]) -> None:
    """Refuse to empty a column that holds something of the user's own."""
    if table.body is None:
        return
    cells, rows = book.cells(table.sheet), range(table.body.top, table.body.bottom + 1)
    for place, name in enumerate(table.columns):
        if place in taken or name in table.calculated_columns:
            continue
        held = (cells.get((row, table.area.left + place)) for row in rows)
        if any(cell is not None and cell.value is not None for cell in held):
            raise OrdersError(
                f"Table {table.name} has a column of your own, {name}, which new orders would empty. "
                "Move it out of the table first.",
                f"Tabel {table.name} heeft een eigen kolom, {name}, die nieuwe bestellingen leeg zouden maken. "
                "Zet die eerst buiten de tabel.",
            )
