"""One workbook refreshed: find the orders, compute, patch, tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clv_xl.calculation import Calculator, Incalculable, UnknownReference
from clv_xl.calculation.places import Place, Places
from clv_xl.errors import OrdersError
from clv_xl.orders.cleaning import Orders, clean, read_orders
from clv_xl.orders.headers import Mapping as Columns
from clv_xl.orders.totals import SILENT_AFTER, Totals, totals
from clv_xl.workbook import Book, Cached, address, patch

from .finding import Found, find_orders
from .recalculation import Change, Stale, recalculate
from .revision import Revision

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from clv_xl.calculation.calculator import Key
    from clv_xl.cells import Value
    from clv_xl.workbook.tables import Table

BACKUPS = ".clv-xl-backup"
STAMPS = {
    "orders_durations": "durations_total",
    "orders_exposure": "exposure_total",
    "orders_watched": "watched",
    "orders_churned": "churned",
    "orders_counted": "purchases",
}
"""Names of the cells that only a refresh can fill, and which of the totals each holds."""


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did and saw.

    orders   the clean orders, None when the workbook has none; `no_orders` then says why
    totals   their totals
    changes  cells that were written, before and after; new rows of the orders table are counted in `new_rows`
    stale    cells that keep an old value, and why
    changed  whether the file was written
    """

    path: Path
    orders: Orders | None
    no_orders: str
    totals: Totals | None
    new_rows: int
    changes: Sequence[Change]
    stale: Sequence[Stale]
    changed: bool


def refresh(
    path: str | os.PathLike[str],
    *,
    orders: str | os.PathLike[str] | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    backup: bool = True,
) -> Refreshed:
    """Make one workbook current, in place.

    Args:
        path: the workbook; only cells that change are patched, and it is replaced at once or not at all.
        orders: a file whose orders replace those in the workbook's orders table.
        columns: which column holds which field, over what the headers say (`{"amount": "Total"}`).
        sheet: the sheet that holds the orders, where several would do (of the orders file when one is given).
        backup: keep a copy of the file as it was in the folder `BACKUPS` beside it, when it changes.

    Raises:
        WorkbookError: a file that is refused; it is left as it was.
        OrdersError: no orders and no function of ours either, or orders that cannot be read.

    """
    path, told = Path(path), dict(columns or {})
    with Book(path) as book:
        imported = None if orders is None else read_orders(Path(orders), told, sheet)
        found, no_orders = _found(book, {} if imported else told, None if imported else sheet, must=bool(told or sheet))
        before = Revision(book)
        if imported is None:
            body, after = None, before if found is None else Revision(book)
            current, no_orders = _cleaned(found, no_orders, must=bool(told or sheet))
        else:
            table = _table_of(found, book, no_orders)
            body, current = _body(table, imported), imported
            after = Revision(book, table, body)
        touched = [] if body is None or found is None or found.table is None else [_wider(book, after, found.table)]
        summary = _stamp(after, current, book.date1904)
        touched += [_one(key) for key in after.constants]
        changes, stale = recalculate(before, after, touched)
        if current is None and not changes and not stale and not _has_ours(before):
            raise OrdersError(f"{path.name}: nothing to refresh. {no_orders}")
        stamps = [
            Change(key[0], address.name(*key[1:]), before.cells(key[0])[key[1:]].value, value)
            for key, value in after.constants.items()
        ]
        tables = {} if body is None or found is None or found.table is None else {found.table.name: body}
    patched = patch(path, _edits(stamps, changes), tables=tables, backup=path.parent / BACKUPS if backup else None)
    return Refreshed(path, current, no_orders, summary, len(body or ()), stamps + changes, stale, patched.changed)


def _found(book: Book, told: Mapping[str, str], sheet: str | None, *, must: bool) -> tuple[Found | None, str]:
    try:
        return find_orders(book, told, sheet), ""
    except OrdersError as error:
        if must:
            raise
        return None, str(error)


def _cleaned(found: Found | None, why: str, *, must: bool) -> tuple[Orders | None, str]:
    if found is None:
        return None, why
    try:
        return clean(found.raw, found.mapping), ""
    except OrdersError as error:
        if must:
            raise
        return None, str(error)


def _table_of(found: Found | None, book: Book, why: str) -> Table:
    if found is None or found.table is None:
        reason = why or "Its orders stand in a plain sheet, not in a table: select them in Excel and press Ctrl+T."
        raise OrdersError(f"{book.path.name} has no orders table to fill. {reason}")
    return found.table


def _body(table: Table, orders: Orders) -> list[list[Any]]:
    """The orders as rows of the table."""
    columns = Columns.find(table.columns).positions
    if "amount" not in columns:
        raise OrdersError(f"Table {table.name} has no column for the amount; it has {', '.join(table.columns)}.")
    fields = [field for field in ("order", "customer", "date", "amount") if field in columns]
    if "order" not in orders.mapping.columns:
        fields = [field for field in fields if field != "order"]  # "row 12" would be an invented id
    body = [[None] * len(table.columns) for _ in range(len(orders.frame))]
    for field in fields:
        values = orders.frame[field]
        for row, value in zip(body, values.dt.date if field == "date" else values, strict=True):
            row[columns[field]] = value
    return body


def _wider(book: Book, after: Revision, table: Table) -> Place:
    """The rows a table had and has, whichever reach further."""
    bottom = max(table.area.bottom, after.tables[table.name].area.bottom)
    return Place(table.sheet, book.tables[table.name].area._replace(bottom=bottom))


def _one(key: Key) -> Place:
    return Place(key[0], address.Area(key[1], key[2], key[1], key[2]))


def _stamp(after: Revision, orders: Orders | None, date1904: bool) -> Totals | None:
    """Totals of the orders, up to the workbook's own as-of date, put in the cells that ask for them."""
    spots = dict(_named(after))
    calculator = Calculator(after)
    settings = {name: _number(calculator, spots.get(name)) for name in ("as_of", "silent_after")}
    as_of, silent = settings["as_of"], settings["silent_after"]
    summary = None
    if orders is not None:
        day = _day(as_of, date1904) if as_of else None
        if day is not None and day < orders.ledger.first_date:
            day = None  # an as-of date before the first order, such as a blank cell's, says nothing
        summary = totals(orders.frame, as_of=day, silent_after=int(silent or SILENT_AFTER))
    for name, total in STAMPS.items():
        key, figure = spots.get(name), float(getattr(summary, total)) if summary else 0.0
        cell = None if key is None else after.cells(key[0]).get(key[1:])
        if key is not None and cell is not None and cell.formula is None and cell.value != figure:
            after.stamp(key, figure)
    return summary


def _named(book: Revision) -> Iterator[tuple[str, Key]]:
    """The names that mean one cell."""
    places = Places(book)
    for name, text in book.names.items():
        try:
            place = places.find(text.removeprefix("="), "", 1)
        except (UnknownReference, KeyError):
            continue
        if place.area.rows * place.area.columns == 1 and place.sheet:
            yield name.casefold(), (place.sheet, place.area.top, place.area.left)


def _number(calculator: Calculator, key: Key | None) -> float | None:
    try:
        value: Value = None if key is None else calculator.value(*key)
    except Incalculable:
        return None
    return value if isinstance(value, float) else None


def _has_ours(book: Revision) -> bool:
    reader = Calculator(book)
    return any(
        cell.formula is not None and reader.calls_ours(cell.formula)
        for sheet in book.sheets
        for cell in book.cells(sheet).values()
    )


def _day(number: float, date1904: bool) -> dt.date:
    return (dt.date(1904, 1, 1) if date1904 else dt.date(1899, 12, 30)) + dt.timedelta(days=int(number))


def _edits(stamps: Sequence[Change], changes: Sequence[Change]) -> dict[str, dict[str, Any]]:
    edits: dict[str, dict[str, Any]] = {}
    for change in stamps:
        edits.setdefault(change.sheet, {})[change.cell] = change.after
    for change in changes:
        edits.setdefault(change.sheet, {})[change.cell] = Cached(change.after)
    return edits
