"""One workbook refreshed: find the orders, compute, patch, tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clv_xl.calculation import Calculator
from clv_xl.calculation.places import Place
from clv_xl.errors import ChangedUnderneath, OrdersError
from clv_xl.orders.cleaning import Orders, clean, read_orders
from clv_xl.orders.headers import Mapping as Columns
from clv_xl.workbook import Book, Cached, address, patch

from .finding import Found, find_orders
from .recalculation import Change, Stale, recalculate
from .revision import Revision
from .stamping import stamp, totals_of

if TYPE_CHECKING:
    import os

    from clv_xl.calculation.calculator import Key
    from clv_xl.orders.totals import Totals
    from clv_xl.workbook.tables import Table

BACKUPS = ".clv-xl-backup"
OURS = "clv-xl"
"""The property of the file that a template carries; nobody else's cells of those names are written."""


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
        OrdersError: orders that are there and cannot be read or are in another currency than the workbook; or no orders
            and no function of ours either.

    """
    path, told = Path(path), dict(columns or {})
    with Book(path) as book:
        read = _state(path)
        imported = None if orders is None else read_orders(Path(orders), told, sheet)
        must = bool(told or sheet) or OURS in book.custom_properties
        found, no_orders = _found(book, {} if imported else told, None if imported else sheet, must=must)
        before, after = Revision(book), Revision(book)
        if imported is None:
            body = None
            current, no_orders = _cleaned(found, no_orders, must=must)
        else:
            table = _table_of(found, book, no_orders)
            body, current = _body(book, table, imported), imported
            after = Revision(book, table, body)
        touched = [] if body is None or found is None or found.table is None else [_wider(book, after, found.table)]
        summary = totals_of(after, current, book.date1904)
        if current is not None:
            _check_currency(book, current)
        if OURS in book.custom_properties:
            stamp(after, summary, current, found, imported=imported is not None)
        touched += [_one(key) for key in after.constants]
        changes, stale = recalculate(before, after, touched, blanks=OURS in book.custom_properties)
        if current is None and not changes and not stale and not _has_ours(before):
            raise OrdersError(f"{path.name}: nothing to refresh. {no_orders}")
        stamps = [
            Change(key[0], address.name(*key[1:]), before.cells(key[0])[key[1:]].value, value)
            for key, value in after.constants.items()
        ]
        tables = {} if body is None or found is None or found.table is None else {found.table.name: body}
    if _state(path) != read:
        raise ChangedUnderneath(f"{path.name} was saved by somebody else meanwhile: refresh it again.")
    patched = patch(
        path, _edits(stamps, changes), tables=tables, backup=path.parent / BACKUPS if backup else None,
        locked={stamp.sheet for stamp in stamps},
    )  # fmt: skip
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
        empty = all(cell is None or cell == "" for column in found.raw.columns for cell in column)
        if must and not empty:
            raise
        return None, str(error)


def _table_of(found: Found | None, book: Book, why: str) -> Table:
    if found is None or found.table is None:
        reason = why or "Its orders stand in a plain sheet, not in a table: select them in Excel and press Ctrl+T."
        raise OrdersError(f"{book.path.name} has no orders table to fill. {reason}")
    return found.table


def _body(book: Book, table: Table, orders: Orders) -> list[list[Any]]:
    """The orders as rows of the table; its other columns must be empty, or what stands in them would be lost."""
    columns = Columns.find(table.columns).positions
    cells, taken = book.cells(table.sheet), {columns.get(field) for field in ("order", "customer", "date", "amount")}
    for place in range(len(table.columns) if table.body else 0):
        rows = range(table.body.top, table.body.bottom + 1) if table.body else ()
        held = (cells.get((row, table.area.left + place)) for row in rows)
        if place not in taken and any(cell is not None and cell.value is not None for cell in held):
            raise OrdersError(
                f"Table {table.name} has a column of your own, {table.columns[place]}, which new orders would empty. "
                "Move it out of the table first."
            )
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


def _check_currency(book: Book, orders: Orders) -> None:
    """Amounts of one currency under the sign of another would be believed."""
    own, theirs = book.custom_properties.get(f"{OURS} currency"), orders.ledger.currency
    if own and len(theirs) == len(own) and theirs.isalpha() and theirs != own:
        raise OrdersError(
            f"The orders are in {theirs}, {book.path.name} is in {own}. Convert the amounts, or make a workbook with "
            f"--currency {theirs}."
        )


def _state(path: Path) -> tuple[int, int]:
    """What changes when somebody saves the file."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _has_ours(book: Revision) -> bool:
    reader = Calculator(book)
    return any(
        cell.formula is not None and reader.calls_ours(cell.formula, sheet)
        for sheet in book.sheets
        for cell in book.cells(sheet).values()
    )


def _edits(stamps: Sequence[Change], changes: Sequence[Change]) -> dict[str, dict[str, Any]]:
    edits: dict[str, dict[str, Any]] = {}
    for change in stamps:
        edits.setdefault(change.sheet, {})[change.cell] = change.after
    for change in changes:
        edits.setdefault(change.sheet, {})[change.cell] = Cached(change.after)
    return edits
