"""Refresh as it will be, over refresh as it is: this module goes when `clv_xl.refresh` takes these arguments itself."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from clv_xl import refresh as today
from clv_xl.errors import CellError, WorkbookError
from clv_xl.refresh.record import CellChange, Record, StaleCell
from clv_xl.refresh.results import results
from clv_xl.workbook.replace import Replacement, refuse_if_open, refuse_if_read_only

_KEYS = (
    *("revenue", "purchases", "customers", "order_value", "frequency", "value_per_year"),
    *("lifespan_so_far", "lifespan", "clv_revenue"),
)


@dataclass(frozen=True)
class Refreshed(today.Refreshed):
    """What is known of the files as well."""

    before: str = ""
    after: str = ""
    backup: str = ""


def refresh(
    path: Path,
    *,
    orders: str | None,
    columns: Mapping[str, str],
    sheet: str | None,
    as_of: date | None,
    out: Path | None,
    dry_run: bool,
    backup: bool,
    engine: str,
    before_replace: Callable[[str, str, str], None] | None,
) -> Refreshed:
    """Refresh a copy, and put it in the place of the file."""
    if as_of is not None or engine != "files":
        raise WorkbookError("--as-of and --engine are not there yet.")
    refuse_if_open(path)
    refuse_if_read_only(path)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        if path.is_file():
            shutil.copy2(path, copy)
        else:
            copy = path  # it says what is wrong
        done = today.refresh(copy, orders=orders, columns=columns, sheet=sheet, backup=False)
        before, after = (hashlib.sha256(file.read_bytes()).hexdigest() for file in (path, copy))
        kept = f"{path.name}.{before[:12]}.bak" if backup and done.changed and out is None else ""
        if not dry_run and (done.changed or out):
            target = out or path
            with Replacement(target) as new:
                new.copy(copy)
                if kept:
                    (path.parent / today.refreshing.BACKUPS).mkdir(exist_ok=True)
                    shutil.copy2(path, path.parent / today.refreshing.BACKUPS / kept)
                if before_replace is not None and out is None:
                    before_replace(before, after, kept)
                new.commit(path.stat().st_mode & 0o7777, None)
    return Refreshed(**{**vars(done), "path": path}, before=before, after=after, backup="" if dry_run else kept)


def record(done: Refreshed) -> Record:
    """All but file, previous and seconds."""
    told = Record(
        "",
        "changed" if done.changed else "unchanged",
        done.path.stem,
        no_orders=done.no_orders,
        new_rows=done.new_rows,
        changes=tuple(CellChange(c.sheet, c.cell, _plain(c.before), _plain(c.after)) for c in done.changes),
        stale=tuple(StaleCell(c.sheet, c.cell, c.reason.en, c.reason.nl) for c in done.stale),
        before=done.before,
        after=done.after,
        backup=done.backup,
    )
    if done.orders is None or done.totals is None:
        return told
    ledger = done.orders.ledger
    return replace(
        told,
        currency=ledger.currency,
        as_of=done.totals.as_of.isoformat(),
        first_date=str(ledger.first_date)[:10],
        last_date=str(ledger.last_date)[:10],
        source=done.orders.source,
        read=ledger.read,
        kept=ledger.kept,
        dropped=ledger.dropped,
        mapping=done.orders.mapping.columns,
        figures={
            key: figure.value
            for key, figure in zip(_KEYS, results(done.totals), strict=True)
            if isinstance(figure.value, float)
        },
    )


def _plain(value: Any) -> Any:
    first = value[0][0] if isinstance(value, list) else value
    return first.cell if isinstance(first, CellError) else first
