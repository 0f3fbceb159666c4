"""A refresh told as a plain record."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from clv_xl.errors import CellError
from clv_xl.template.texts import LANGUAGES

from .figures import figures_of, months_of
from .gathering import OURS
from .record import CellChange, CellRemark, Plain, Record, Reminder, StaleCell
from .sample import is_sample

if TYPE_CHECKING:
    from .recalculation import Change
    from .refreshing import Refreshed

_BANNERS = tuple(words["orders.banner"] for words in LANGUAGES.values())


def record(done: Refreshed, file: str) -> Record:
    """What a refresh of `file` did, without the orders themselves; `previous` is what the workbook itself showed."""
    ours = OURS in done.settings
    checks = done.named.get("points_of_attention") if ours else None
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
        no_orders=done.no_orders.en if done.no_orders else "",
        no_orders_nl=done.no_orders.nl if done.no_orders else "",
        read=ledger.read if ledger else 0,
        kept=ledger.kept if ledger else 0,
        dropped=ledger.dropped if ledger else {},
        mapping=orders.mapping.columns if orders else {},
        new_rows=done.new_rows,
        figures=done.figures(),
        previous=_previous(done) if done.changed else {},
        sample=ours and orders is not None and is_sample(orders.frame),
        checks=int(checks) if isinstance(checks, float) else 0,
        months=months_of(orders.frame) if orders else (),
        changes=tuple(_change(change) for change in done.changes),
        stale=tuple(StaleCell(cell.sheet, cell.cell, cell.reason.en, cell.reason.nl) for cell in done.stale),
        reminders=tuple(Reminder(told.en, told.nl) for told in done.reminders),
        remarks=tuple(CellRemark(one.sheet, one.cell, one.text.en, one.text.nl) for one in done.remarks),
        before=done.before,
        after=done.after,
        backup=done.backup,
    )


def _previous(done: Refreshed) -> dict[str, float]:
    """The figures the workbook showed; those of a template's sample orders are nobody's."""
    if any(change.before in _BANNERS and change.after != change.before for change in done.changes):
        return {}
    shown = done.figures(before=True)
    if OURS in done.settings or done.totals is None:
        return shown
    # Where the orders tell a figure, a cell of that name may mean anything in a workbook that is not ours.
    return {key: value for key, value in shown.items() if key not in figures_of(done.totals)}


def _change(change: Change) -> CellChange:
    after = change.after[0][0] if isinstance(change.after, list) else change.after
    dated = any(isinstance(value, dt.date) for value in (change.before, after))
    return CellChange(change.sheet, change.cell, _plain(change.before), _plain(after), dated)


def _plain(value: Any) -> Plain:
    if isinstance(value, dt.date):
        return value.isoformat()
    plain: Plain = value.cell if isinstance(value, CellError) else value
    return plain
