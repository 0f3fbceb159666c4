"""`clv-xl undo`: the workbooks of the last run as they were."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path

import click

from clv_xl.terms import Text

from .options import example, language

_TOLD = {
    "restored": Text("put back", "teruggezet"),
    "left": Text("left", "gelaten"),
    "failed": Text("failed", "mislukt"),
}
_NOTHING = Text("There is nothing to undo there.", "Daar is niets terug te zetten.")
_DRY = Text("Nothing was written.", "Er is niets geschreven.")
_HEADING = Text("Refresh of {}:", "Bijgewerkt op {}:")


@click.command(
    short_help="Put the workbooks of the last refresh back.",
    epilog=example("clv-xl undo", "clv-xl undo clients --dry-run", "clv-xl undo clients/acme.xlsx"),
)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, readable=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be put back, and write nothing.")
@language
def undo(paths: tuple[Path, ...], dry_run: bool, lang: str) -> None:
    """Put back the workbooks of the last refresh below PATHS, by default this folder.

    A workbook that was changed since is left alone and named. Called again, it undoes the refresh before that; when
    none is left it says so. Copies that --out made, files behind an address and what --no-backup refreshed are not put
    back, nor what clv-xl lite did: clv-xl lite strip takes the functions out again.
    """
    from clv_xl.batch import undoing  # noqa: PLC0415  start-up stays fast

    steps = undoing.last_run(paths or [Path()])
    if not steps:
        click.echo(_NOTHING[lang])
        return
    click.echo(_HEADING[lang].format(_moment(steps[0].entry.time, lang)))
    counts = dict.fromkeys(_TOLD, 0)
    for done in undoing.undo(steps, dry_run=dry_run):
        counts[done.status] += 1
        why = f": {done.why[lang]}" if done.why[lang] else ""
        click.echo(f"  {_TOLD[done.status][lang]:<10} {_near(done.path)}{why}", err=done.status == "failed")
    click.echo(", ".join(f"{count} {_TOLD[status][lang]}" for status, count in counts.items() if count) + ".")
    if dry_run:
        click.echo(_DRY[lang])
    sys.exit(0 if counts["restored"] == len(steps) else 1)


def _moment(iso: str, lang: str) -> str:
    """A moment of a journal on the clock of this computer."""
    return f"{dt.datetime.fromisoformat(iso).astimezone():{'%d-%m-%Y %H:%M' if lang == 'nl' else '%Y-%m-%d %H:%M'}}"


def _near(path: Path) -> str:
    try:
        near = os.path.relpath(path)
    except ValueError:  # on another drive
        return str(path)
    return min(near, str(path), key=len)
