"""One workbook of many, refreshed: it never raises, and what it gives travels between processes and machines."""

from __future__ import annotations

import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from clv_xl.errors import ClvError, NothingToRefresh, OrdersError
from clv_xl.refresh.record import Record
from clv_xl.terms import Text

from .journal import Entry, Journal
from .remote import Remote, is_address

if TYPE_CHECKING:
    from clv_xl.refresh import Refreshed
    from clv_xl.refresh.refreshing import EngineName

OUT_OF_MEMORY = Text(
    "There is not enough memory for this workbook. Close other programs, or refresh fewer at a time (--jobs 1).",
    "Er is te weinig geheugen voor deze werkmap. Sluit andere programma's, of werk er minder tegelijk bij (--jobs 1).",
)


@dataclass(frozen=True)
class Options:
    """What holds for every workbook of a run. `orders_wanted`: each must have an orders file of its own."""

    run: str
    columns: dict[str, str] = field(default_factory=dict)
    sheet: str | None = None
    as_of: date | None = None
    dry_run: bool = False
    backup: bool = True
    engine: EngineName = "files"
    orders_wanted: str = ""


@dataclass(frozen=True)
class Job:
    """A workbook to refresh: `file` as people see it, `path` whole or an address, `out` the copy to write instead.

    One that was not `named` itself may hold nothing to refresh: a folder holds other workbooks, too.
    """

    file: str
    path: str
    options: Options
    orders: str | None = None
    out: str | None = None
    named: bool = True


@dataclass(frozen=True)
class Outcome:
    """The record of a workbook, and what was noted while its orders were read, a line in English and Dutch each."""

    record: Record
    notes: tuple[tuple[str, str], ...] = ()


def perform(job: Job) -> Outcome:
    """Refresh one workbook; whatever goes wrong is told in the record."""
    start = time.perf_counter()
    try:
        outcome = _elsewhere(job) if is_address(job.path) else _here(job, Path(job.path))
    except NothingToRefresh as error:
        outcome = failed(job, type(error).__name__, reason(error, job.path))
        if not job.named:
            outcome = replace(outcome, record=replace(outcome.record, status="skipped"))
    except (ClvError, OSError, MemoryError) as error:
        outcome = failed(job, type(error).__name__, reason(error, job.path))
    except Exception as error:  # noqa: BLE001  one faulty workbook must not stop the others
        outcome = failed(job, type(error).__name__, _unexpected(error))
    seconds = time.perf_counter() - start
    return replace(outcome, record=replace(outcome.record, file=job.file, seconds=seconds))


def failed(job: Job, error: str, message: Text) -> Outcome:
    """What to tell of a workbook that could not be refreshed."""
    return Outcome(Record(job.file, "failed", PurePath(job.file).stem, error, message.en, message.nl))


def reason(error: BaseException, path: str) -> Text:
    """What went wrong, without the system's numbers, temporary names, or the file's own name again."""
    if isinstance(error, MemoryError):
        return OUT_OF_MEMORY
    if isinstance(error, OSError) and error.strerror:
        return Text(f"{error.strerror}; the file is as it was.", f"{error.strerror}; het bestand is zoals het was.")
    told = error.text if isinstance(error, ClvError) else Text(str(error), str(error))
    known = f"{PurePath(path).name}: "
    return Text(told.en.removeprefix(known), told.nl.removeprefix(known))


def _unexpected(error: Exception) -> Text:
    spot = traceback.extract_tb(error.__traceback__)[-1]
    what, where = f"{type(error).__name__}: {error}".rstrip(": "), PurePath(spot.filename).name
    return Text(
        f"Something unexpected in clv-xl itself ({what}; {where}, line {spot.lineno}). "
        "Please report this line, with a workbook that shows it if you can.",
        f"Iets onverwachts in clv-xl zelf ({what}; {where}, regel {spot.lineno}). "
        "Meld deze regel, zo mogelijk met een werkmap waarin het gebeurt.",
    )


def _here(job: Job, path: Path) -> Outcome:
    journal, options = Journal(path.parent), job.options

    def about_to_replace(before: str, after: str, backup: str) -> None:
        journal.append(Entry("replace", options.run, path.name, before=before, after=after, backup=backup))

    outcome = _refreshed(job, path, None if job.out is None else Path(job.out), about_to_replace)
    told = outcome.record
    if told.status == "changed" and told.figures and not told.sample and job.out is None and not options.dry_run:
        with suppress(OSError):  # the workbook is written already: without this line only a trend lacks a point
            journal.append(
                Entry("figures", options.run, path.name, after=told.after, as_of=told.as_of, figures=told.figures)
            )
    return outcome


def _elsewhere(job: Job) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="clv-xl-") as folder:
        remote = Remote.fetch(job.path, Path(folder))
        if job.out is not None or job.options.dry_run:
            return _refreshed(job, remote.local, None if job.out is None else Path(job.out))
        new = remote.local.parent / "new" / remote.local.name
        outcome = _refreshed(job, remote.local, new)
        if outcome.record.status != "changed":
            return outcome
        backup = remote.store(new, keep=job.options.backup)
        return replace(outcome, record=replace(outcome.record, backup=backup))


def _refreshed(
    job: Job, path: Path, out: Path | None, before_replace: Callable[[str, str, str], None] | None = None
) -> Outcome:
    from clv_xl.refresh import refresh  # noqa: PLC0415  it loads pandas
    from clv_xl.refresh.recording import record  # noqa: PLC0415  likewise

    options = job.options
    if options.orders_wanted and job.orders is None:
        _refuse_without_orders(job, path)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
    done = refresh(
        path,
        orders=job.orders,
        columns=options.columns,
        sheet=options.sheet,
        as_of=options.as_of,
        out=out,
        dry_run=options.dry_run,
        backup=options.backup,
        engine=options.engine,
        before_replace=before_replace,
    )
    return Outcome(record(done, job.file), _notes(done))


def _refuse_without_orders(job: Job, path: Path) -> None:
    """A workbook that lacks its orders file is at fault only if it would have used it."""
    from clv_xl.refresh import refresh  # noqa: PLC0415  it loads pandas

    try:
        refresh(path, dry_run=True)
    except NothingToRefresh:
        if not job.named:
            raise
    except OrdersError:
        pass  # those of its own do not matter
    raise OrdersError(
        f"There are no orders for it in {job.options.orders_wanted}: name them {path.stem}.csv or .xlsx.",
        f"In {job.options.orders_wanted} staan geen bestellingen hiervoor: noem ze {path.stem}.csv of .xlsx.",
    )


def _notes(done: Refreshed) -> tuple[tuple[str, str], ...]:
    if done.orders is None:
        return ()
    told: list[Any] = [done.orders.mapping.describe, done.orders.ledger.lines]
    return tuple(pair for lines in told for pair in zip(lines("en"), lines("nl"), strict=True))
