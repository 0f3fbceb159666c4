"""The course of a run on the screen: outcomes as they come, and a bar where somebody watches."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from clv_xl.console import console

from .options import about
from .telling import Teller

if TYPE_CHECKING:
    from clv_xl.batch.task import Job, Outcome
    from clv_xl.refresh.record import Record


class Show:
    """Tells each outcome as it comes: in full when it is the only one, else in a line, or as JSON."""

    def __init__(self, planned: Sequence[Job], lang: str, *, as_json: bool, dry_run: bool, out: Path | None) -> None:
        self.records: list[Record] = []
        self._planned, self._json, self._folder = len(planned), as_json, out
        self._width = max((len(job.file) for job in planned), default=0)
        self._started = time.perf_counter()
        self._progress = _progress(len(planned))
        # Lines and bar on one screen: a single console must write both.
        watched = self._progress is not None and sys.stdout.isatty()
        self._out = self._progress.console if self._progress and watched else console()
        self._errors = self._progress.console if self._progress else console(error=True)
        self._tell = Teller(lang, dry_run=dry_run)

    def __call__(self, outcome: Outcome) -> None:
        record = outcome.record
        self.records.append(record)
        to = self._errors if record.status == "failed" else self._out
        if self._json:
            click.echo(json.dumps(asdict(record), ensure_ascii=False))
        elif record.status == "skipped" and self._planned > 1:
            pass  # the sum names them
        elif self._planned > 1:
            self._tell.line(to, record, self._width)
        elif record.status in {"failed", "skipped"}:
            click.echo(about(record.file, self._tell.refusal(record)), err=True)
        else:
            self._tell.whole(to, outcome)
        if self._progress is not None:
            self._progress.advance(self._progress.task_ids[0])

    def finish(self) -> None:
        """Take the bar away and give the sum of many."""
        self.close()
        if not self._json and self._planned > 1:
            seconds = time.perf_counter() - self._started
            self._tell.summary(self._out, self.records, planned=self._planned, seconds=seconds, copies=self._folder)

    def warn(self, text: str) -> None:
        """Say something beside the outcomes."""
        self._errors.print(text)

    def close(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()


def _progress(total: int) -> Progress | None:
    screen = Console(stderr=True, highlight=False)
    if total == 1 or not screen.is_terminal:
        return None
    progress = Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=screen,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    progress.add_task("", total=total)
    progress.start()
    return progress
