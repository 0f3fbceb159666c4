"""The orders of one refresh: where they stand in the workbook, or the file that they come from."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clv_xl.errors import OrdersError, Undecided
from clv_xl.orders.cleaning import Orders, clean, read_orders
from clv_xl.template.texts import LANGUAGES
from clv_xl.terms import Text

from .filling import filled, no_table
from .finding import Found, find_orders
from .memory import Told, remembered

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from clv_xl.workbook import Book

    from .refills import Refill

OURS = "clv-xl"
"""The property of the file that a template carries; nobody else's cells of those names are written."""

_TELL_ALONE = Text(
    " (With --orders these options are about that file: give them once in a refresh without --orders, and the workbook "
    "remembers them.)",
    " (Met --orders gaan deze opties over dat bestand: geef ze eenmaal zonder --orders, en de werkmap onthoudt ze.)",
)


@dataclass(frozen=True)
class Gathered:
    """The orders of one refresh: found in the workbook, or imported: then `refill` puts them in its table."""

    found: Found | None
    orders: Orders | None
    no_orders: Text | None
    refill: Refill | None


def gathered(book: Book, told: Told, file: Path | None, as_of: dt.date | None) -> Gathered:
    """Find and read the orders; what the user told now rules over what the workbook remembers."""
    properties = book.custom_properties
    ours = OURS in properties
    if file is None:
        _refuse_without_sheet(book, told)
        found, why = _found(book, told or remembered(properties, imported=False), told, must=ours)
        orders, why = _cleaned(found, why, must=bool(told) or ours)
        if orders is not None and as_of is not None and orders.ledger.last_date > as_of:
            raise OrdersError(
                f"{book.path.name} holds orders up to {orders.ledger.last_date}, and its sheets count all of them. "
                f"For the position on {as_of} take the later ones out, or give them in a file of their own (--orders).",
                f"{book.path.name} bevat bestellingen t/m {orders.ledger.last_date:%d-%m-%Y}, en de bladen tellen ze "
                f"alle. Haal voor de stand op {as_of:%d-%m-%Y} de latere eruit, of geef ze in een eigen bestand "
                "(--orders).",
            )
        return Gathered(found, orders, why, None)
    orders = _imported(file, told or remembered(properties, imported=True), told, as_of)
    _refuse_without_sheet(book, Told({}, None))
    found = _to_fill(book)
    return Gathered(found, orders, None, filled(book, found, orders))


def _refuse_without_sheet(book: Book, told: Told) -> None:
    """Refuse a template of which somebody deleted the orders, unless there are others or the user says where."""
    language = book.custom_properties.get(f"{OURS} language", "en")
    if OURS not in book.custom_properties or language not in LANGUAGES or told:
        return
    words = LANGUAGES[language]
    tab = words["sheet.orders"]
    if words["orders.table"] in book.tables or tab in book.sheets:
        return
    for known in (remembered(book.custom_properties, imported=False), told):
        with suppress(OrdersError):
            find_orders(book, known.columns, known.sheet)
            return
    raise OrdersError(
        f"{book.path.name} is a template of clv-xl, and its sheet {tab} with the orders table is gone. Take a copy "
        "that still has it (clv-xl undo, or a backup), or make a new one: clv-xl template new.xlsx --orders FILE",
        f"{book.path.name} is een sjabloon van clv-xl, en het blad {tab} met de tabel van bestellingen is weg. "
        "Neem een kopie die het nog heeft (clv-xl undo, of een reservekopie), of maak een nieuwe: "
        "clv-xl template nieuw.xlsx --orders BESTAND",
    )


def _found(book: Book, told: Told, now: Told, *, must: bool) -> tuple[Found | None, Text | None]:
    """Where the orders are; what is only remembered gives way to the headers where it no longer fits."""
    try:
        return find_orders(book, told.columns, told.sheet), None
    except OrdersError as error:
        if told and not now:
            return _found(book, now, now, must=must)
        if must or now:
            raise
        return None, error.text


def _to_fill(book: Book) -> Found:
    """The orders of the workbook that those of a file replace; what the user tells now is about the file."""
    own = remembered(book.custom_properties, imported=False)
    try:
        try:
            return find_orders(book, own.columns, own.sheet)
        except OrdersError:
            if not own:
                raise
            return find_orders(book, {}, None)
    except OrdersError as error:
        advice = _TELL_ALONE if isinstance(error, Undecided) else Text("", "")
        raise no_table(book, Text(f"{error.text.en}{advice.en}", f"{error.text.nl}{advice.nl}")) from error


def _imported(file: Path, told: Told, now: Told, as_of: dt.date | None) -> Orders:
    try:
        return read_orders(file, told.columns, told.sheet, until=as_of)
    except OrdersError:
        if not told or now:
            raise
        return read_orders(file, now.columns, now.sheet, until=as_of)


def _cleaned(found: Found | None, why: Text | None, *, must: bool) -> tuple[Orders | None, Text | None]:
    if found is None:
        return None, why
    try:
        return clean(found.raw, found.mapping), None
    except OrdersError as error:
        if must and not found.raw.is_blank:
            raise
        return None, error.text
