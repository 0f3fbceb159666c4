"""Tasks for worker processes: some die."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def double_or_die(job: int | str) -> int:
    """Twice a number; `poison` kills its process each time, a path the first time, until the file is there."""
    if job == "poison":
        os.kill(os.getpid(), signal.SIGKILL)
    if isinstance(job, str):
        if not Path(job).exists():
            Path(job).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return -1
    return 2 * job


def slowly(job: tuple[str, int]) -> tuple[int, int]:
    """A tenth of a second; notes in a folder who is at work on what."""
    folder, number = job
    (Path(folder) / f"{number}.{os.getpid()}").touch()
    time.sleep(0.1)
    return number, os.getpid()


def killer(job: tuple[str, int]) -> tuple[int, int]:
    """As `slowly`; number 13 is the end of every process."""
    if job[1] == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    return slowly(job)


def add_lines(job: tuple[str, int]) -> int:
    """Add 100 long lines to a journal."""
    from clv_xl.batch.journal import Entry, Journal  # noqa: PLC0415  only this task needs it

    folder, number = job
    for line in range(100):
        Journal(Path(folder)).append(Entry("replace", f"run {number}", f"{line}.xlsx", before="b" * 3000))
    return number
