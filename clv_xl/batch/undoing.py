"""The workbooks of the last run put back as they were, where nobody changed them since.

Each call undoes one run, the newest that has not been undone. A file that was changed since, or of which no copy was
kept, is left alone and told once; one that is open in another program stays to be undone.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clv_xl.errors import ClvError
from clv_xl.terms import Text
from clv_xl.workbook.replace import BACKUPS, Replacement, refuse_if_open, refuse_if_read_only

from .journal import Entry, Journal, new_run
from .task import reason

RESTORED, LEFT, FAILED = "restored", "left", "failed"

CHANGED_SINCE = Text("changed since, so it is left alone", "daarna gewijzigd, dus met rust gelaten")
GONE = Text("no longer there", "niet meer aanwezig")
NO_COPY = Text(
    "refreshed without a backup, so it is left alone", "bijgewerkt zonder reservekopie, dus met rust gelaten"
)
DAMAGED_COPY = Text(
    "its copy is gone or damaged, so it is left alone", "de kopie is weg of beschadigd, dus met rust gelaten"
)


@dataclass(frozen=True)
class Undone:
    """A workbook of the run: restored, left alone or failed, and why."""

    path: Path
    status: str
    why: Text


@dataclass(frozen=True)
class Step:
    """A line of a journal that can be undone."""

    journal: Journal
    entry: Entry

    @property
    def path(self) -> Path:
        """The workbook."""
        return self.journal.folder / self.entry.file


def last_run(paths: Sequence[Path]) -> list[Step]:
    """What the newest run did to `paths` (workbooks, or folders with all below them), as far as it is not undone."""
    steps: dict[tuple[str, Path], Step] = {}
    for journal, name in _journals(paths):
        entries = journal.entries()
        undone = {(entry.undoes, entry.file) for entry in entries if entry.event == "undo"}
        for entry in entries:
            wanted = name is None or entry.file == name
            if entry.event == "replace" and wanted and (entry.run, entry.file) not in undone:
                steps[entry.run, journal.folder / entry.file] = Step(journal, entry)
    newest = max((run for run, _ in steps), default="")
    return [step for (run, _), step in sorted(steps.items(), key=lambda item: item[0]) if run == newest]


def undo(steps: Sequence[Step], *, dry_run: bool = False) -> Iterator[Undone]:
    """Put the workbooks of `steps` back; in a `dry_run` only tell what would be."""
    run = new_run()
    for step in steps:
        try:
            why = _obstacle(step)
            if why is None and not dry_run:
                _restore(step)
        except (ClvError, OSError) as error:
            yield Undone(step.path, FAILED, reason(error, str(step.path)))
            continue
        if not dry_run:
            after = "" if why else step.entry.before
            step.journal.append(
                Entry("undo", run, step.entry.file, before=step.entry.after, after=after, undoes=step.entry.run)
            )
        yield Undone(step.path, LEFT if why else RESTORED, why or Text("", ""))


def _obstacle(step: Step) -> Text | None:
    """Why a workbook is left alone; None when it can be put back, or is as it was already."""
    entry = step.entry
    if not step.path.exists():
        return GONE
    now = _digest(step.path)
    if now == entry.before:  # the run died before it replaced the file, or an undo before its line
        return None
    if now != entry.after:
        return CHANGED_SINCE
    if not entry.backup:
        return NO_COPY
    copy = step.journal.folder / BACKUPS / entry.backup
    return None if copy.is_file() and _digest(copy) == entry.before else DAMAGED_COPY


def _restore(step: Step) -> None:
    target, entry = step.path, step.entry
    refuse_if_open(target)
    refuse_if_read_only(target)
    if _digest(target) == entry.before:
        return
    with Replacement(target) as replacement:
        replacement.copy(step.journal.folder / BACKUPS / entry.backup)
        replacement.commit(target.stat().st_mode & 0o7777, None)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _journals(paths: Sequence[Path]) -> Iterator[tuple[Journal, str | None]]:
    """The journals of folders, each once; of a file the journal beside it, with its name."""
    seen = set()
    for path in paths:
        real = path.resolve()
        if not real.is_dir():
            yield Journal(real.parent), real.name
            continue
        for folder, folders, _ in os.walk(real):
            if BACKUPS in folders and folder not in seen:
                seen.add(folder)
                yield Journal(Path(folder)), None
            folders[:] = sorted(name for name in folders if not name.startswith("."))
