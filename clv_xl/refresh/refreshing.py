"""One workbook refreshed: find the orders, compute, patch, tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from clv_xl.engines import engine as engine_named
from clv_xl.errors import ChangedUnderneath, WorkbookError
from clv_xl.workbook import Book, patch
from clv_xl.workbook.replace import BACKUPS, backup_name, sha256

from .draft import drafted
from .figures import figures_of, named_figures
from .garbage import uncollected
from .gathering import OURS
from .memory import Told, to_remember

if TYPE_CHECKING:
    import datetime as dt
    import os

    from clv_xl.cells import Value
    from clv_xl.orders.cleaning import Orders
    from clv_xl.orders.totals import Totals
    from clv_xl.terms import Text

    from .recalculation import Change, Stale
    from .settings import Remark

EngineName = Literal["files", "excel", "libreoffice"]


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did and saw.

    orders    the clean orders, None when the workbook has none; `no_orders` then says why
    totals    their totals
    changes   tables that were filled anew, in a line each, then cells that were written, before and after, with dates
              where their number format tells a day; new rows of the orders table are counted in `new_rows`
    stale     cells that keep an old value, and why
    reminders what is left to do in Excel
    remarks   what else a person must know about a cell
    changed   whether the file was written, or would be in a dry run
    named     what the cells with a name show now, and `named_before` did before
    settings  the properties of the file: language, currency and what it remembers
    before    sha256 of the file as it was, `after` as it is
    backup    name of the copy kept in the folder `BACKUPS`, "" when none
    """

    path: Path
    orders: Orders | None
    no_orders: Text | None
    totals: Totals | None
    new_rows: int
    changes: Sequence[Change]
    stale: Sequence[Stale]
    reminders: Sequence[Text]
    remarks: Sequence[Remark]
    changed: bool
    named: Mapping[str, Value]
    named_before: Mapping[str, Value]
    settings: Mapping[str, str]
    before: str
    after: str
    backup: str

    def figures(self, *, before: bool = False) -> dict[str, float]:
        """The figures of `record.FIGURES`, as they are, or as the workbook showed them before."""
        named = named_figures(self.named_before if before else self.named)
        if OURS in self.settings or self.totals is None or before:
            return named
        # A name such as revenue may mean anything in a workbook that is not ours.
        return named | figures_of(self.totals)


@uncollected()
def refresh(
    path: str | os.PathLike[str],
    *,
    orders: str | os.PathLike[str] | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    as_of: dt.date | None = None,
    out: str | os.PathLike[str] | None = None,
    dry_run: bool = False,
    backup: bool = True,
    engine: EngineName = "files",
    before_replace: Callable[[str, str, str], None] | None = None,
) -> Refreshed:
    """Make one workbook current, in place.

    Args:
        path: the workbook; only cells that change are patched, and it is replaced at once or not at all.
        orders: a file whose orders replace those in the workbook's orders table.
        columns: which column holds which field, over what the headers say (`{"amount": "Total"}`); the workbook
            remembers it.
        sheet: the sheet that holds the orders, where several would do (of the orders file when one is given).
        as_of: the last day that counts; by default that of the workbook, else the day of the last order.
        out: write a copy here, and leave the workbook as it is.
        dry_run: tell what would change, and write nothing.
        backup: keep a copy of the file as it was in the folder `BACKUPS` beside it, when it changes.
        engine: what computes ordinary formulas that depend on what changed: in memory, or one of the programs.
        before_replace: told the hashes before and after and the name of the backup ("": none) when the file is about to
            be replaced; not for a copy or a dry run.

    Raises:
        WorkbookError: a file that is refused; it is left as it was.
        OrdersError: orders that are there and cannot be read or are in another currency than the workbook.
        NothingToRefresh: no orders, and no function of ours either.

    """
    path = Path(path)
    if out is not None and (Path(out).is_dir() or not Path(out).parent.is_dir()):
        raise WorkbookError(
            f"{out} cannot be written: give the name of a file in a folder that is there.",
            f"{out} is niet te schrijven: geef de naam van een bestand in een bestaande map.",
        )
    told = Told(dict(columns or {}), sheet)
    with Book(path) as book:
        read, digest = _state(path), sha256(path)
        settings = book.custom_properties
        draft = drafted(book, told, None if orders is None else Path(orders), as_of, engine_named(engine))
    _refuse_if_changed(path, read)
    with TemporaryDirectory() as folder:
        target = Path(folder, path.name) if dry_run else Path(out or path)
        keep = path.parent / BACKUPS if backup and target == path else None
        kept = "" if keep is None else backup_name(path, digest)

        written = digest

        def about_to_replace(new: Path) -> None:
            nonlocal written
            written = digest if dry_run else sha256(new)
            if before_replace is not None and target == path:
                before_replace(digest, written, kept)

        patched = patch(
            path, draft.edits(), tables=draft.tables, out=target, backup=keep, locked=draft.locked(),
            properties=to_remember(told, settings, imported=orders is not None),
            before_replace=about_to_replace, digest=digest,
        )  # fmt: skip
    work = draft.work
    return Refreshed(
        path=path,
        orders=work.orders,
        no_orders=work.no_orders,
        totals=draft.totals,
        new_rows=0 if work.refill is None else len(work.refill.body),
        changes=draft.told,
        stale=draft.stale,
        reminders=draft.reminders if patched.changed else [],
        remarks=draft.remarks,
        changed=patched.changed,
        named=draft.named,
        named_before=draft.named_before,
        settings=settings,
        before=digest,
        after=written,
        backup=kept if patched.changed else "",
    )


def _state(path: Path) -> tuple[int, int]:
    """What changes when somebody saves the file."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _refuse_if_changed(path: Path, read: tuple[int, int]) -> None:
    if _state(path) != read:
        raise ChangedUnderneath(
            f"{path.name} was saved by somebody else meanwhile: refresh it again.",
            f"{path.name} is intussen door iemand anders opgeslagen: werk het opnieuw bij.",
        )
