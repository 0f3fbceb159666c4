"""A run: its jobs, where they are done, and the records as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from clv_xl.errors import ClvError, OrdersError, WorkbookError
from clv_xl.terms import Text

from . import cluster, executor
from .journal import Journal
from .paths import clashes
from .remote import is_address
from .task import Job, Options, Outcome, failed, perform

if TYPE_CHECKING:
    from .executor import Stopped
    from .paths import Found

CLVS = {"clv_revenue", "clv_margin", "clv_cac"}
DIED = Text(
    "The refresh of this file ended its process: too little memory, or a fault in a library. The file is whole. "
    "Try it alone; if that fails as well, please report it.",
    "Het bijwerken van dit bestand beëindigde zijn proces: te weinig geheugen, of een fout in een bibliotheek. Het "
    "bestand is heel. Probeer het alleen; mislukt dat ook, meld het dan.",
)
_NOT_THERE = Text(
    "The workers of the cluster lack clv-xl: install the same version there.",
    "De workers van het cluster missen clv-xl: installeer daar dezelfde versie.",
)


def jobs(
    found: Sequence[Found], options: Options, orders: Path | None, out: Path | None, *, force: bool = False
) -> list[Job]:
    """A job for each workbook; `orders` is a file for the only one, or a folder with a file for each, by its name.

    Copies below `out` replace what is there only by `force`.

    Raises:
        OrdersError: one orders file would serve several workbooks, or several files one workbook.
        WorkbookError: two copies below `out` would be one, or a workbook its own copy, or something else is there.

    """
    if out is not None:
        _check_copies(found, out, force=force)
    if orders is not None and orders.is_file() and len(found) > 1:
        raise OrdersError(
            f"{orders} is one file for {len(found)} workbooks: give a folder with a file for each, or one workbook.",
            f"{orders} is één bestand voor {len(found)} werkmappen: geef een map met een bestand voor elke, of één "
            "werkmap.",
        )
    if orders is not None and orders.is_dir():
        options = replace(options, orders_wanted=str(orders))
        matched = _matched(found, orders)
    else:
        matched = {item.path: str(orders.resolve()) for item in found} if orders else {}
    return [
        Job(
            item.file,
            item.path,
            options,
            matched.get(item.path),
            None if out is None else str((out / item.place).resolve()),
            item.named,
        )
        for item in found
    ]


def outcomes(
    planned: Sequence[Job], stopped: Stopped, *, workers: int = 1, scheduler: str | None = None
) -> Generator[Outcome]:
    """What became of each job, as it comes; figures of the refresh before come from the journals.

    Folders for copies that hold none in the end are not left behind.

    Raises:
        ClusterError: the cluster of `scheduler` cannot be used.

    """
    new = _new_folders(planned)
    try:
        yield from _done(planned, stopped, workers, scheduler)
    finally:
        for folder in new:
            with suppress(OSError):  # it holds a copy, or was never made
                folder.rmdir()


def _new_folders(planned: Sequence[Job]) -> list[Path]:
    """The folders that copies need and that are not there yet, the deepest first."""
    needed = {folder for job in planned if job.out is not None for folder in Path(job.out).parents}
    return sorted((folder for folder in needed if not folder.exists()), key=lambda folder: -len(folder.parts))


def _done(planned: Sequence[Job], stopped: Stopped, workers: int, scheduler: str | None) -> Generator[Outcome]:
    before = _figures(planned)
    if scheduler is not None:
        found = cluster.on_cluster(perform, planned, stopped, scheduler=scheduler, failed=_in_vain)
    elif workers > 1:
        found = executor.in_processes(perform, planned, stopped, workers=workers, lost=_lost)
    else:
        found = executor.here(perform, planned, stopped)
    for outcome in found:
        record = outcome.record
        if record.figures and record.file in before:
            day, told = before[record.file]
            previous = together(told, record.previous)
            compared = day if CLVS & told.keys() else ""
            yield replace(outcome, record=replace(record, previous=previous, previous_day=compared))
        else:
            yield outcome


def _figures(planned: Sequence[Job]) -> dict[str, tuple[str, dict[str, float]]]:
    """The last figures in the journals with their day, by file as people see it; read before this run adds its own."""
    found = {}
    folders: dict[Path, dict[str, list[tuple[str, dict[str, float]]]]] = {}
    for job in planned:
        if not is_address(job.path):
            path = Path(job.path)
            if path.parent not in folders:
                folders[path.parent] = Journal(path.parent).history()
            told = folders[path.parent].get(path.name)
            if told:
                found[job.file] = told[-1]
    return found


def together(told: dict[str, float], shown: dict[str, float]) -> dict[str, float]:
    """What the journal told, beside what else the workbook showed; never CLVs of two moments.

    A program that recalculates shows new orders before any refresh: only the journal knows the refresh before.
    """
    others = {key: value for key, value in shown.items() if not (key in CLVS and CLVS & told.keys())}
    return {**others, **told}


def _lost(job: Job) -> Outcome:
    return failed(job, "ProcessDied", DIED)


def _in_vain(job: Job, error: BaseException) -> Outcome:
    kind = type(error).__name__
    if kind == "KilledWorker":
        return _lost(job)
    if isinstance(error, ImportError):
        return failed(job, kind, _NOT_THERE)
    told = error.text if isinstance(error, ClvError) else Text(str(error), str(error))
    why = Text(f"The cluster could not refresh it: {told.en}", f"Het cluster kon het niet bijwerken: {told.nl}")
    return failed(job, kind, why)


def _matched(found: Sequence[Found], folder: Path) -> dict[str, str]:
    """Orders files by the workbook of the same name: at the same place below the folder, else at its top."""
    files: dict[str, list[Path]] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.startswith((".", "~$")):
            files.setdefault(_key(file.relative_to(folder)), []).append(file)
    matched: dict[str, str] = {}
    for item in found:
        fits = files.get(_key(item.place)) or files.get(_key(PurePath(item.place.name))) or []
        if len(fits) > 1:
            raise OrdersError(
                f"{item.file} has several orders files: {', '.join(map(str, fits))}. Keep one.",
                f"{item.file} heeft meer bestanden met bestellingen: {', '.join(map(str, fits))}. Houd er één.",
            )
        if fits:
            matched[item.path] = str(fits[0].resolve())
    for name, count in Counter(matched.values()).items():
        if count > 1:
            several = [item.file for item in found if matched.get(item.path) == name]
            raise OrdersError(
                f"{name} would serve {' and '.join(several)}: put the orders in folders like those of the workbooks.",
                f"{name} zou voor {' en '.join(several)} zijn: zet ze in mappen zoals die van de werkmappen.",
            )
    return matched


def _check_copies(found: Sequence[Found], out: Path, *, force: bool) -> None:
    for first, second in clashes(found):
        raise WorkbookError(
            f"{first.file} and {second.file} would be one file in {out}: "
            "give their common folder, or refresh them apart.",
            f"{first.file} en {second.file} zouden in {out} één bestand zijn: "
            "geef de map waarin beide liggen, of werk ze apart bij.",
        )
    for item in found:
        if Path(item.path) == (out / item.place).resolve():
            raise WorkbookError(
                f"{out} is where {item.file} stands: give another folder for the copies.",
                f"In {out} staat {item.file} zelf: geef een andere map voor de kopieën.",
            )
    there = [] if force else [copy for item in found if (copy := out / item.place).exists()]
    if there:
        raise WorkbookError(
            f"{there[0]} exists. Give another folder, or --force to replace what is in it.",
            f"{there[0]} bestaat al. Geef een andere map, of --force om te vervangen wat erin staat.",
        )


def _key(place: PurePath) -> str:
    return str(place.with_suffix("")).casefold()
