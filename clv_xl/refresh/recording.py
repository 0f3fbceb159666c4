"""A refresh told as a plain record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clv_xl.errors import CellError

from .figures import months_of
from .gathering import OURS
from .record import CellChange, Plain, Record, StaleCell

if TYPE_CHECKING:
    from .recalculation import Change
    from .refreshing import Refreshed


def record(done: Refreshed, file: str) -> Record:
    """What a refresh of `file` did, without the orders themselves; `previous` is what the workbook itself showed."""
    orders, industry = done.orders, done.named.get("industry")
    ledger = None if orders is None else orders.ledger
    return Record(
        file=file,
        status="changed" if done.changed else "unchanged",
        client=done.path.stem,
        language=done.settings.get(f"{OURS} language", "en"),
        currency=done.settings.get(f"{OURS} currency") or (ledger.currency if ledger else ""),
        industry=industry if isinstance(industry, str) else "",
        as_of=done.totals.as_of.isoformat() if done.totals else "",
        first_date=ledger.first_date.isoformat() if ledger else "",
        last_date=ledger.last_date.isoformat() if ledger else "",
        source=orders.source if orders else "",
        no_orders=done.no_orders,
        read=ledger.read if ledger else 0,
        kept=ledger.kept if ledger else 0,
        dropped=ledger.dropped if ledger else {},
        mapping=orders.mapping.columns if orders else {},
        new_rows=done.new_rows,
        figures=done.figures(),
        previous=done.figures(before=True) if done.changed else {},
        months=months_of(orders.frame) if orders else (),
        changes=tuple(_change(change) for change in done.changes),
        stale=tuple(StaleCell(cell.sheet, cell.cell, cell.reason.en, cell.reason.nl) for cell in done.stale),
        before=done.before,
        after=done.after,
        backup=done.backup,
    )


def _change(change: Change) -> CellChange:
    after = change.after[0][0] if isinstance(change.after, list) else change.after
    return CellChange(change.sheet, change.cell, _plain(change.before), _plain(after))


def _plain(value: Any) -> Plain:
    plain: Plain = value.cell if isinstance(value, CellError) else value
    return plain
