"""`clv-xl refresh`: workbooks made current, one or hundreds."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clv_xl.errors import ClvError
from clv_xl.terms import Text

from .options import as_json, example, language, mapped, told_columns

if TYPE_CHECKING:
    import datetime as dt

    from clv_xl.batch.paths import Found
    from clv_xl.refresh.record import Record
    from clv_xl.refresh.refreshing import EngineName

    from .showing import Show

_NO_SHEET = Text("name the sheet", "noem het blad")
_JOBS_HERE = Text(
    "--jobs is for this computer: with --scheduler the cluster decides.",
    "--jobs geldt voor deze computer: met --scheduler beslist het cluster.",
)
_STOPPING = Text(
    "Stopping after the workbooks in hand; Ctrl-C again stops at once.",
    "Stopt na de werkmappen die bezig zijn; nogmaals Ctrl-C stopt meteen.",
)
_NO_WORKBOOKS = Text("{}: no workbooks there ({}).", "{}: daar zijn geen werkmappen ({}).")
_NOTHING = Text("There is nothing to refresh.", "Er is niets bij te werken.")
_SUFFIX = Text("{} must end in {}", "{} moet eindigen op {}")
_NO_FOLDER = Text("there is no folder {}", "er is geen map {}")
_NO_REPORT = Text(
    "{} exists and is no page of clv-xl: name another file",
    "{} bestaat al en is geen overzicht van clv-xl: noem een ander bestand",
)

ENGINES = ("files", "excel", "libreoffice")
REPORTS = (".html", ".xlsx", ".json")
INTERRUPTED = 130  # what a shell expects of a program that Ctrl-C ended


@click.command(
    short_help="Recompute workbooks from their orders.",
    epilog=example(
        "clv-xl refresh client.xlsx",
        "clv-xl refresh client.xlsx --orders export.csv --map customer=Email",
        "clv-xl refresh clients --report portfolio.html",
        "clv-xl refresh clients --orders exports --dry-run",
        'clv-xl refresh "clients/**/*.xlsm" --out refreshed --as-of 2026-09-30',
    ),
)
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--orders",
    type=click.Path(exists=True, readable=False, path_type=Path),
    help="Orders that replace those in the workbook: a file, or for several workbooks a folder with a file for each, "
    "of the same name (client.csv for client.xlsx): .csv, .tsv, .txt, .xlsx, .xlsm, .xlsb, .ods or .parquet.",
)
@mapped
@click.option("--sheet", help="The sheet that holds the orders.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="The last day to look at.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, readable=False, path_type=Path),
    help="A folder for refreshed copies; the originals stay as they are.",
)
@click.option("--force", is_flag=True, help="Replace copies of --out that exist.")
@click.option(
    "--backup/--no-backup",
    default=True,
    show_default=True,
    help="Keep a copy of each changed file as it was, in .clv-xl-backup beside it; undo needs it.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(dir_okay=False, readable=False, path_type=Path),
    help="Also write a page over all workbooks: .html, .xlsx or .json. May be given several times.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="files",
    show_default=True,
    help="What recomputes: clv-xl on the file itself, or the program.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    help="Workbooks at a time. [default: one for each processor; 1 with --engine excel or libreoffice]",
)
@click.option(
    "--scheduler",
    metavar="tcp://HOST:PORT",
    help="Work on the dask.distributed cluster of this scheduler, whose workers see the same files. Only on a network "
    "you trust: it runs what it is sent.",
)
@language
@as_json
def refresh(  # options of a command
    paths: tuple[str, ...],
    orders: Path | None,
    mapping: tuple[str, ...],
    sheet: str | None,
    as_of: dt.datetime | None,
    out: Path | None,
    force: bool,
    backup: bool,
    dry_run: bool,
    reports: tuple[Path, ...],
    engine: EngineName,
    jobs: int | None,
    scheduler: str | None,
    lang: str,
    as_json: bool,
) -> None:
    """Recompute workbooks from their orders, changing only the cells that change.

    PATHS are files, folders with all workbooks below them, patterns in quotes, and addresses (s3://bucket/client.xlsx;
    needs fsspec). A workbook that fails stops no other.
    """
    from clv_xl.batch import executor, running  # noqa: PLC0415  start-up stays fast
    from clv_xl.batch.journal import new_run  # noqa: PLC0415  likewise
    from clv_xl.batch.task import Options  # noqa: PLC0415  likewise

    from .showing import Show  # noqa: PLC0415  likewise

    if sheet == "":
        raise click.BadParameter(_NO_SHEET[lang], param_hint="--sheet")
    if scheduler and jobs:
        raise click.UsageError(_JOBS_HERE[lang])
    if engine == "excel" and not scheduler and sys.platform not in {"win32", "darwin"}:
        from clv_xl.engines.excel import ELSEWHERE  # noqa: PLC0415  only here

        raise click.UsageError(ELSEWHERE[lang])
    for report in reports:
        _check_report(report, lang)
    columns = told_columns(mapping, lang)
    day = None if as_of is None else as_of.date()
    options = Options(new_run(), columns, sheet, day, dry_run, backup and out is None, engine)
    found = _found(paths, [path for path in (orders, out, *reports) if path is not None], lang)
    try:
        planned = running.jobs(found, options, orders, out, force=force or dry_run)
    except ClvError as error:
        raise click.UsageError(error.text[lang]) from None
    workers = min(jobs or (executor.processors() if engine == "files" else 1), len(planned))
    show = Show(planned, lang, as_json=as_json, dry_run=dry_run, out=out)
    with _interruptible(show, lang) as stopped:
        try:
            for outcome in running.outcomes(planned, lambda: bool(stopped), workers=workers, scheduler=scheduler):
                show(outcome)
        except (ClvError, OSError) as error:
            show.close()
            told = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else error.text[lang]
            raise click.ClickException(told) from None
        except KeyboardInterrupt:
            stopped.append(signal.SIGINT)
    show.finish()
    if stopped:
        sys.exit(INTERRUPTED)
    written = _write_reports(show.records, reports, lang)
    sys.exit(0 if written and all(record.status != "failed" for record in show.records) else 1)


@contextmanager
def _interruptible(show: Show, lang: str) -> Iterator[list[int]]:
    """A list that the first Ctrl-C fills: what is in hand is finished. The second stops at once."""
    stopped: list[int] = []

    def stop(signal_number: int, _: object) -> None:
        if stopped:
            raise KeyboardInterrupt
        stopped.append(signal_number)
        show.warn(_STOPPING[lang])

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


def _found(paths: Sequence[str], skip: Sequence[Path], lang: str) -> list[Found]:
    from clv_xl.batch.paths import SUFFIXES, find  # noqa: PLC0415  start-up stays fast

    try:
        found, empty = find(paths, skip)
    except ClvError as error:
        raise click.UsageError(error.text[lang]) from None
    for text in empty:
        click.echo(_NO_WORKBOOKS[lang].format(text, ", ".join(SUFFIXES)), err=True)
    if not found:
        raise click.UsageError(_NOTHING[lang])
    return found


def _check_report(report: Path, lang: str) -> None:
    if report.suffix.lower() not in REPORTS:
        raise click.BadParameter(_SUFFIX[lang].format(report, ", ".join(REPORTS)), param_hint="--report")
    if not report.absolute().parent.is_dir():
        raise click.BadParameter(_NO_FOLDER[lang].format(report.absolute().parent), param_hint="--report")
    if report.exists() and not _is_portfolio(report):
        raise click.BadParameter(_NO_REPORT[lang].format(report), param_hint="--report")


def _is_portfolio(report: Path) -> bool:
    from clv_xl.report import is_portfolio  # noqa: PLC0415  only for a file that is there

    try:
        return is_portfolio(report)
    except OSError:
        return False


def _write_reports(records: Sequence[Record], reports: Sequence[Path], lang: str) -> bool:
    """Whether all were written."""
    if not reports:
        return True
    from clv_xl.report import write  # noqa: PLC0415  only here

    well = True
    for report in reports:
        try:
            write(records, report, language=lang)
        except (ClvError, OSError) as error:
            well = False
            told = error.strerror or error if isinstance(error, OSError) else error.text[lang]
            click.echo(f"{report}: {told}", err=True)
    return well
