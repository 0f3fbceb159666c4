"""Commands measured side by side: CPU seconds and peak memory of whole processes, as a table.

This module and the one that runs it load the standard library alone: Linux counts the memory of the parent at the fork
as memory of the child, so a heavy parent would hide what a light child takes.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LONG = 100
"""CPU seconds from which a command runs once instead of several times."""
_HERE = Path(__file__).parent
_KB_PER_MB = 1024


@dataclass
class Run:
    """A process that ended: seconds of CPU (its own and its children's) and of the clock, MB of its largest process.

    ended    whether the command did its work to the end, rightly or not
    wrong    what the command or the check of its result says is wrong, "" when all is well
    details  what else is worth telling of this run
    """

    cpu: float
    wall: float
    peak: float
    out: str
    ended: bool
    wrong: str
    details: dict[str, Any] = field(default_factory=dict)


class Command:
    """A command under way."""

    def __init__(self, *arguments: object) -> None:
        self._out = tempfile.TemporaryFile("w+")  # noqa: SIM115  both live as long as the command
        self._err = tempfile.TemporaryFile("w+")  # noqa: SIM115  likewise
        self._start = time.perf_counter()
        command = [sys.executable, *map(str, arguments)]
        # What is not installed but read from a work tree is compiled once, not in each run.
        compiled = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self._out, stderr=self._err, env=compiled
        )

    def running(self) -> bool:
        """Whether it has not ended; it stays a zombie, whose use of resources can still be asked."""
        return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def kill(self) -> None:
        """End it by force, if it has not ended."""
        if self.running():
            self.process.kill()

    def end(self) -> Run:
        """Wait for its end."""
        _, status, used = os.wait4(self.process.pid, 0)
        wall = time.perf_counter() - self._start
        self.process.returncode = os.waitstatus_to_exitcode(status)
        out, err = map(_text, (self._out, self._err))
        last = (err.strip().splitlines() or [f"it ended with code {self.process.returncode}"])[-1]
        ended = self.process.returncode == 0
        return Run(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / _KB_PER_MB, out, ended, "" if ended else last)


def run(*arguments: object) -> Run:
    """Run Python with these arguments, to its end."""
    return Command(*arguments).end()


def job(name: str, *arguments: object) -> Run:
    """Run a job of `jobs.py` in a process of its own."""
    told = " ".join([name, *(Path(str(given)).name for given in arguments)])
    print(f"  {told:<80}", end="", file=sys.stderr, flush=True)
    ended = run(_HERE / "jobs.py", name, *arguments)
    print(f"{ended.cpu:8.2f} s {ended.peak:7.0f} MB {ended.wrong}", file=sys.stderr, flush=True)
    return ended


def side_by_side(jobs: dict[str, Callable[[], Run]], runs: int) -> dict[str, list[Run]]:
    """Run jobs by turns, so that a machine that grows busy slows all of them; a long one once."""
    done: dict[str, list[Run]] = {name: [] for name in jobs}
    for _ in range(runs):
        for name, action in jobs.items():
            if not done[name] or done[name][0].cpu < LONG:
                done[name].append(action())
    return done


def line(name: str, runs: Sequence[Run]) -> dict[str, Any]:
    """What the runs of one job tell: medians, and anything that went wrong in any of them."""
    return {
        "name": name,
        "cpu_s": statistics.median(one.cpu for one in runs),
        "peak_mb": statistics.median(one.peak for one in runs),
        "runs": len(runs),
        "all_cpu_s": [round(one.cpu, 3) for one in runs],
        **runs[-1].details,
        "ended": all(one.ended for one in runs),
        "wrong": next((one.wrong for one in runs if one.wrong), ""),
    }


def against(lines: Sequence[dict[str, Any]], name: str, key: str) -> None:
    """Add to each line how many times the CPU seconds of the line of that name are its own."""
    whole = next(one for one in lines if one["name"] == name)
    for one in lines:
        one[key] = whole["cpu_s"] / one["cpu_s"] if one["ended"] and whole["ended"] else None


def table(title: str, columns: dict[str, str], lines: Sequence[dict[str, Any]]) -> None:
    """Print lines under heads; `columns` gives the head of each key."""
    cells = [list(columns.values()), *([_shown(one.get(key)) for key in columns] for one in lines)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    print(f"\n{title}")
    for row in cells:
        first, *others = zip(row, widths, strict=True)
        print("  " + first[0].ljust(first[1]) + "".join(f"  {cell:>{width}}" for cell, width in others))


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) < 1 else f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"
    return str(value)


def _text(file: Any) -> str:
    with file:
        file.seek(0)
        return str(file.read())
