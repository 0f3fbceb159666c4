"""One workbook refreshed: find the orders, compute, patch, tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from clv_xl.calculation import Calculator
from clv_xl.calculation.places import Key, Place
from clv_xl.engines import engine as engine_named
from clv_xl.errors import ChangedUnderneath, NothingToRefresh, WorkbookError
from clv_xl.template.texts import LANGUAGES
from clv_xl.terms import Text
from clv_xl.workbook import Book, Cached, Formula, address, patch
from clv_xl.workbook.replace import BACKUPS, backup_name, sha256

from . import listings
from .analysing import analysed
from .figures import figures_of, named_figures
from .filling import check_currency
from .garbage import uncollected
from .gathering import OURS, gathered
from .long_columns import LongColumns
from .memory import Told, to_remember
from .recalculation import Change, Stale, recalculate
from .refills import settled
from .reminders import reminders
from .revision import Revision
from .settings import Remark, named_cells, set_as_of, unread_as_of
from .stamping import stamp, totals_of

if TYPE_CHECKING:
    import datetime as dt
    import os

    from clv_xl.cells import Value
    from clv_xl.orders.cleaning import Orders
    from clv_xl.orders.totals import Totals

    from .gathering import Gathered

EngineName = Literal["files", "excel", "libreoffice"]


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did and saw.

    orders    the clean orders, None when the workbook has none; `no_orders` then says why
    totals    their totals
    changes   tables that were filled anew, in a line each, then cells that were written, before and after; new rows of
              the orders table are counted in `new_rows`
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
    path, imported = Path(path), orders is not None
    if out is not None and (Path(out).is_dir() or not Path(out).parent.is_dir()):
        raise WorkbookError(
            f"{out} cannot be written: give the name of a file in a folder that is there.",
            f"{out} is niet te schrijven: geef de naam van een bestand in een bestaande map.",
        )
    computing = engine_named(engine)
    told = Told(dict(columns or {}), sheet)
    with Book(path) as book:
        read, digest = _state(path), sha256(path)
        settings = book.custom_properties
        language = _language(settings)
        work = gathered(book, told, None if orders is None else Path(orders), as_of)
        before = Revision(book, long=_long_columns(book, work, language if OURS in settings else None))
        refills = [] if work.refill is None else [work.refill]
        after = Revision(book, before=before, refills=refills)
        computes = OURS in settings or _has_ours(before)
        # Formulas over the orders are looked at each time: who wrote the orders may not have calculated.
        touched = [work.found.read] if work.found is not None and computes else []
        doubt = unread_as_of(after) if as_of is None else set_as_of(after, as_of, book.date1904)
        summary = totals_of(after, work.orders, book.date1904, as_of)
        check_currency(book, settings.get(f"{OURS} currency"), work.orders)
        remarks = [] if doubt is None else [doubt]
        if OURS in settings:
            stamp(after, summary, work.orders, work.found, imported=imported)
            made, told_of = analysed(book, after, work, summary, language)
            refills, remarks = refills + made, remarks + told_of
        touched += [*(refill.place for refill in refills), *map(_one, after.constants)]
        touched += [place for place, _ in after.out_of_date()]
        changes, stale = recalculate(before, after, touched, own=OURS in settings, engine=computing)
        if work.orders is None and not (changes or stale or computes):
            raise _nothing(path, work.no_orders or Text("", ""))
        changes = settled(refills, after, changes)
        stamps = [
            Change(key[0], address.name(*key[1:]), _value(before, key), value) for key, value in after.constants.items()
        ]
        respelled = {key: Formula(text, _value(before, key)) for key, text in after.respelled.items()}
        was, now = _named(before, []), _named(after, changes)
        left = [reminder for refill in refills for reminder in reminders(book, refill.table)]
        listed = [refill.told(language) for refill in refills if refill is not work.refill]
    _refuse_if_changed(path, read)
    edits, tables = _edits(stamps, changes, respelled), {refill.table.name: refill.body for refill in refills}
    # Templates protect their sheets against slips of the hand, not against a refresh.
    locked = {stamp.sheet for stamp in stamps} | {change.sheet for change in listed}
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
            path, edits, tables=tables, out=target, backup=keep, locked=locked,
            properties=to_remember(told, settings, imported=imported), before_replace=about_to_replace, digest=digest,
        )  # fmt: skip
    return Refreshed(
        path, work.orders, work.no_orders, summary, 0 if work.refill is None else len(work.refill.body),
        listed + stamps + changes, stale, left if patched.changed else [], remarks, patched.changed,
        now, was, settings, digest, written,
        kept if patched.changed else "",
    )  # fmt: skip


def _nothing(path: Path, why: Text) -> NothingToRefresh:
    return NothingToRefresh(f"{path.name}: nothing to refresh. {why.en}", f"{path.name}: niets bij te werken. {why.nl}")


def _refuse_if_changed(path: Path, read: tuple[int, int]) -> None:
    if _state(path) != read:
        raise ChangedUnderneath(
            f"{path.name} was saved by somebody else meanwhile: refresh it again.",
            f"{path.name} is intussen door iemand anders opgeslagen: werk het opnieuw bij.",
        )


def _language(settings: Mapping[str, str]) -> str:
    """The language of a template, which its tables and columns are named in."""
    language = settings.get(f"{OURS} language", "")
    return language if language in LANGUAGES else "en"


def _long_columns(book: Book, work: Gathered, language: str | None) -> list[LongColumns]:
    """The orders, and of a template in some language the tables of the analysis, where those are long."""
    there = {} if language is None else listings.found(book, language)[0]
    # What users put in columns of their own is written back, so only our own reader may read it.
    tables = [listed.table for listed in there.values() if len(listed.places) == len(listed.table.columns)]
    found = [LongColumns.of(book, work.found), *(LongColumns.of_table(book, table) for table in tables)]
    return [columns for columns in found if columns is not None]


def _one(key: Key) -> Place:
    return Place(key[0], address.Area.cell(*key[1:]))


def _state(path: Path) -> tuple[int, int]:
    """What changes when somebody saves the file."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _has_ours(book: Revision) -> bool:
    reader = Calculator(book)
    return any(reader.calls_ours(cell.formula or "", sheet) for (sheet, _, _), cell in book.formulas())


def _value(book: Revision, key: Key) -> Value:
    cell = book.cells(key[0]).get(key[1:])
    return None if cell is None else cell.value


def _named(book: Revision, changes: Sequence[Change]) -> dict[str, Value]:
    """What the named cells show after some changes."""
    changed = {(change.sheet, *address.parse(change.cell)): _first(change.after) for change in changes}
    return {name: changed.get(key, _value(book, key)) for name, key in named_cells(book).items()}


def _first(value: Any) -> Value:
    shown: Value = value[0][0] if isinstance(value, list) else value
    return shown


def _edits(
    stamps: Sequence[Change], changes: Sequence[Change], respelled: Mapping[Key, Formula]
) -> dict[str, dict[str, Any]]:
    edits: dict[str, dict[str, Any]] = {}
    for (sheet, row, column), formula in respelled.items():
        edits.setdefault(sheet, {})[address.name(row, column)] = formula
    for change in stamps:
        edits.setdefault(change.sheet, {})[change.cell] = change.after
    for change in changes:
        cells = edits.setdefault(change.sheet, {})
        known = cells.get(change.cell)
        # A formula that follows the orders gets its new text and its new value at once.
        cells[change.cell] = Formula(known.text, change.after) if known else Cached(change.after)
    return edits
