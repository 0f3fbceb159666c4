"""A folder of client workbooks refreshed by the command line: in one process, in two, on a cluster that loses one."""

from __future__ import annotations

import json
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from measuring import Command, Run, job, line, side_by_side

WORKERS = 2
DEADLINE = 1800
"""Seconds after which a refresh counts as hanging."""
_PAUSE = 0.05


class Cluster:
    """A scheduler and its workers on this machine, one process and one thread each."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._about = folder, folder / "scheduler.json"
        self._processes: list[Command] = []
        self.address = ""

    def start(self) -> None:
        """Start, and wait until the workers are there."""
        local = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", self._about)
        self._processes.append(Command("-m", "dask", "scheduler", "--port", "0", *local))
        for name in range(WORKERS):
            own = ("--nthreads", "1", "--no-nanny", "--local-directory", self._folder / str(name), "--name", name)
            self._processes.append(Command("-m", "dask", "worker", *local, *own))
        while not self.address and self._processes[0].running():
            time.sleep(_PAUSE)
            if self._about.exists() and (text := self._about.read_text()):
                self.address = json.loads(text)["address"]
        if wrong := job("workers", self.address, WORKERS).wrong:
            raise SystemExit(f"The cluster does not start: {wrong}")

    def kill_one(self) -> None:
        self._processes[-1].kill()

    def end(self) -> list[Run]:
        """What its processes took; killed, for a worker that is asked to end may wait for its scheduler forever."""
        for command in self._processes:
            command.kill()
        return [command.end() for command in self._processes]


def measure(cache: Path, count: int, runs: int) -> list[dict[str, Any]]:
    """Each way to refresh `count` workbooks: a line for each."""
    made = cache / f"clients-{count}"
    if not made.exists() and (wrong := job("write-clients", made, count).wrong):
        raise SystemExit(wrong)
    ways = {
        "1 process": partial(_pool, made, cache, 1),
        "2 processes": partial(_pool, made, cache, 2),
        "cluster of 2 workers": partial(_cluster, made, cache, kill=False),
        "cluster, one of 2 killed half-way": partial(_cluster, made, cache, kill=True),
    }
    lines = []
    for name, done in side_by_side(ways, runs).items():
        found = line(name, done)
        if found["ended"]:
            found["wall_s"] = statistics.median(one.wall for one in done)
            found |= {"files_per_s": count / found["wall_s"], "files_per_cpu_s": count / found["cpu_s"]}
        lines.append(found)
    return lines


def _pool(made: Path, cache: Path, jobs: int) -> Run:
    folder = _fresh(made, cache)
    command = Command("-m", "clv_xl", "refresh", folder, "--jobs", jobs, "--json")
    return _checked(_ended(command), folder, made, cache / "reference")


def _cluster(made: Path, cache: Path, *, kill: bool) -> Run:
    folder = _fresh(made, cache)
    with _cluster_of(cache) as (cluster, others):
        command = Command("-m", "clv_xl", "refresh", folder, "--scheduler", cluster.address, "--json")
        killed_after = 0
        if kill:
            killed_after = _half_way(command, folder, made)
            cluster.kill_one()
        run = _ended(command)
    run.cpu += sum(other.cpu for other in others)
    run.peak = max(run.peak, *(other.peak for other in others))
    run = _checked(run, folder, made, cache / "reference")
    if kill:
        run.details["killed_after"] = killed_after
        if killed_after >= _count(made):
            run.wrong = run.wrong or "all was done before a worker could be killed"
    return run


@contextmanager
def _cluster_of(cache: Path) -> Iterator[tuple[Cluster, list[Run]]]:
    """A cluster, and what its processes took once it is gone."""
    space, others = cache / "cluster", list[Run]()
    shutil.rmtree(space, ignore_errors=True)
    space.mkdir()
    cluster = Cluster(space)
    try:
        cluster.start()
        yield cluster, others
    finally:
        others += cluster.end()


def _fresh(made: Path, cache: Path) -> Path:
    folder = cache / "clients"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(made, folder)
    return folder


def _half_way(command: Command, folder: Path, made: Path) -> int:
    """Wait until half of the files are written; how many are."""
    sizes = {path.name: path.stat().st_mtime_ns for path in made.iterdir()}
    while command.running():
        done = sum((folder / name).stat().st_mtime_ns != before for name, before in sizes.items())
        if done >= len(sizes) / 2:
            return done
        time.sleep(_PAUSE)
    return len(sizes)


def _ended(command: Command) -> Run:
    until = time.monotonic() + DEADLINE
    while command.running():
        if time.monotonic() > until:
            command.kill()
        time.sleep(_PAUSE)
    return command.end()


def _checked(run: Run, folder: Path, made: Path, reference: Path) -> Run:
    """Whether all files were told of and done; the first run is the reference of all others."""
    if not run.ended:
        return run
    if not reference.exists():
        shutil.copytree(folder, reference, ignore=shutil.ignore_patterns(".*"))
    told = [json.loads(text) for text in run.out.splitlines() if text.startswith("{")]
    seen = job("check-clients", folder, made, reference)
    found = json.loads(seen.out) if seen.ended else {"wrong": seen.wrong, "identical": "-"}
    left = [path.name for path in folder.iterdir() if not (made / path.name).exists()]
    # Backups and journal are meant to stay.
    left = [name for name in left if not name.startswith(".clv-xl")]
    run.details |= {"told": len(told), "identical": found["identical"], "leftovers": str(len(left))}
    run.wrong = found["wrong"]
    if len(told) != _count(made):
        run.wrong = run.wrong or f"told of {len(told)} files"
    return run


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())
