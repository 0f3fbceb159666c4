"""New orders for the orders table of a workbook: its rows as they will be, or why they cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clv_xl.errors import OrdersError
from clv_xl.orders.columns import Column
from clv_xl.terms import Text

from . import sample
from .refills import Refill, calculated, spread

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clv_xl.orders.cleaning import Orders
    from clv_xl.workbook.book import Book
    from clv_xl.workbook.tables import Table

    from .finding import Found
    from .refills import Body

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


def filled(book: Book, found: Found, orders: Orders) -> Refill:
    """The orders as rows of their table.

    A column that no field is mapped to is filled from the column of the file with that head. Calculated columns hold
    their formula; what else holds anything but in the rows of sample orders is refused, as it would be lost.
    """
    table, columns = table_of(found, book), found.mapping.positions
    if "amount" not in columns:
        raise OrdersError(
            f"Table {table.name} has no column for the amount; it has {', '.join(table.columns)}.",
            f"Tabel {table.name} heeft geen kolom voor het bedrag; wel {', '.join(table.columns)}.",
        )
    formulas = calculated(book, table)
    body: Body = [[None] * len(table.columns) for _ in range(len(orders.frame))]
    taken = {columns.get(field) for field in _FIELDS} | formulas.keys()
    for place, name in enumerate(table.columns):
        values = None if place in taken else orders.beside.column(name, found.raw.columns[place])
        if values is not None:
            _put(body, place, values)
            taken.add(place)
    _refuse_to_empty(found, table, taken)
    spread(formulas, body)
    fields = [field for field in _FIELDS if field in columns]
    if "order" not in orders.mapping.columns:
        fields = [field for field in fields if field != "order"]  # "row 12" would be an invented id
    for field in fields:
        _put(body, columns[field], orders.frame[field].dt.date if field == "date" else orders.frame[field])
    return Refill(table, body, len(body))


def _put(body: Body, place: int, values: Iterable[Any]) -> None:
    for line, value in zip(body, values, strict=True):
        line[place] = value


def check_currency(book: Book, own: str | None, orders: Orders | None) -> None:
    """Refuse amounts of one currency under the sign of another, which would be believed."""
    theirs = "" if orders is None else orders.ledger.currency
    if own and len(theirs) == len(own) and theirs.isalpha() and theirs != own:
        raise OrdersError(
            f"The orders are in {theirs}, {book.path.name} is in {own}. Convert the amounts, or make a workbook with "
            f"--currency {theirs}.",
            f"De bestellingen zijn in {theirs}, {book.path.name} is in {own}. Reken de bedragen om, of maak een "
            f"werkmap met --currency {theirs}.",
        )


def _refuse_to_empty(found: Found, table: Table, taken: set[int | None]) -> None:
    """Refuse to empty a column that holds something of the user's own: anything beside an order that is no sample."""
    left = [place for place in range(len(table.columns)) if place not in taken]
    if table.body is None or not left:
        return
    own = ~sample.rows_of_sample(found.raw, found.mapping)
    for place in left:
        name = table.columns[place]
        if not Column.read(found.raw.columns[place][own]).empty.all():
            raise OrdersError(
                f"Table {table.name} has a column {name} that the new orders do not have, so they would empty it. "
                "Add it to the orders, or move it out of the table first.",
                f"Tabel {table.name} heeft een kolom {name} die de nieuwe bestellingen niet hebben en dus leeg zouden "
                "maken. Voeg die toe aan de bestellingen, of zet die eerst buiten de tabel.",
            )
