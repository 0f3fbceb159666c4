"""Tasks over many jobs: in this process, in a pool of processes here, or on a cluster.

All three give outcomes as they come, whatever a single job does. `stopped` is asked between jobs: once it says so, what
is in hand is finished and nothing new is begun.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from threading import Thread
from typing import TypeVar

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")
Task = Callable[[Job], Outcome]
Lost = Callable[[Job], Outcome]
Stopped = Callable[[], bool]

AHEAD = 4
"""Jobs handed out for each worker: enough to keep it busy, few enough to be suspects when one dies."""
_MOST_ON_WINDOWS = 61
_FORGETTING = 0.1  # seconds; a pool that finds cancelled jobs when its processes are gone stumbles over them
_TICK = 0.5  # seconds; Windows notices Ctrl-C between two waits only


def processors() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def here(task: Task[Job, Outcome], jobs: Sequence[Job], stopped: Stopped) -> Generator[Outcome]:
    """One after the other, in this process."""
    for job in jobs:
        if stopped():
            return
        yield task(job)


def in_processes(
    task: Task[Job, Outcome], jobs: Sequence[Job], stopped: Stopped, *, workers: int, lost: Lost[Job, Outcome]
) -> Generator[Outcome]:
    """In `workers` processes. A job that ends its process is run again alone; when it does so again it is `lost`."""
    waiting, suspects = deque(jobs), deque[Job]()
    while (waiting or suspects) and not stopped():
        if suspects:
            yield from _alone(task, suspects, stopped, lost)
            continue
        with _pool(workers) as pool:
            for job, future in completed(pool, task, waiting, AHEAD * workers, lambda: bool(suspects) or stopped()):
                try:
                    yield future.result()
                except BrokenExecutor:
                    suspects.append(job)


def completed(
    pool: Executor, task: Task[Job, Outcome], waiting: deque[Job], width: int, stopped: Stopped
) -> Generator[tuple[Job, Future[Outcome]]]:
    """Jobs with their finished futures, of which no more than `width` are handed out; takes them from `waiting`."""
    running: dict[Future[Outcome], Job] = {}
    while True:
        while waiting and len(running) < width and not stopped():
            try:
                running[pool.submit(task, waiting[0])] = waiting[0]
            except BrokenExecutor:
                break  # the futures in hand tell it too
            waiting.popleft()
        if stopped():
            running = {future: job for future, job in running.items() if not future.cancel()}
        if not running:
            return
        for future in wait(running, _TICK, FIRST_COMPLETED).done:
            yield running.pop(future), future  # let go of here, so that a cluster need not keep the result


def _alone(
    task: Task[Job, Outcome], suspects: deque[Job], stopped: Stopped, lost: Lost[Job, Outcome]
) -> Generator[Outcome]:
    with _pool(1) as pool:
        while suspects and not stopped():
            job = suspects.popleft()
            try:
                yield pool.submit(task, job).result()
            except BrokenExecutor:
                yield lost(job)
                return  # the pool is gone with it


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that are ended when the caller gives up, and else finish what they have."""
    most = _MOST_ON_WINDOWS if sys.platform == "win32" else workers
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(min(workers, most), multiprocessing.get_context("spawn"), _prepare) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            time.sleep(_FORGETTING)
            children = set(multiprocessing.active_children()) - others
            for child in children:
                child.terminate()
            for child in children:
                child.join()
            raise


def _prepare() -> None:
    """Ctrl-C reaches every process of a terminal; the first one decides, and workers finish what they have."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    """End with the process that began this one; else a worker would wait for jobs for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
