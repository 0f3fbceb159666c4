"""Jobs in forked children with a limit on time and memory; the package is imported once, by the parent."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

MEMORY = 2 << 30


class Ended(NamedTuple):
    """How a child ended: `answer` is what its job gave; `trouble` is how it failed, `""` when it did not."""

    answer: Any
    trouble: str
    seconds: float


def run(job: Callable[..., Any], *args: Any, seconds: float, memory: int = MEMORY) -> Ended:
    """Do a job in a child; what it gives must be plain enough for JSON."""
    reader, writer = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _work(job, args, writer, memory)
    os.close(writer)
    told, ended = _listen(reader, started + seconds)
    if not ended:
        os.kill(child, signal.SIGKILL)
    os.close(reader)
    status = os.waitpid(child, 0)[1]
    taken = time.monotonic() - started
    if not ended:
        return Ended(None, f"hangs: more than {seconds:g} s", taken)
    if os.WIFSIGNALED(status):
        return Ended(None, f"crash: {signal.Signals(os.WTERMSIG(status)).name}", taken)
    if not told:
        return Ended(None, f"exit: {os.WEXITSTATUS(status)} without an answer", taken)
    answer, trouble = json.loads(told)
    return Ended(answer, trouble, taken)


def _work(job: Callable[..., Any], args: tuple[Any, ...], writer: int, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # What panics has to say on the way is no part of the answer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        told = [job(*args), ""]
    except BaseException as error:  # noqa: BLE001  the parent tells of everything
        told = [None, f"{type(error).__name__}: {str(error)[:300]} | {_where(error)}"]
    with os.fdopen(writer, "wb") as out:
        out.write(json.dumps(told).encode())
    os._exit(0)


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "clv_xl" in frame.filename] or frames
    return f"{own[-1].filename.rpartition('clv_xl/')[2]}:{own[-1].lineno}" if own else ""


def _listen(reader: int, until: float) -> tuple[bytes, bool]:
    """Read to the end; tell whether the end came in time."""
    told = b""
    while True:
        ready, _, _ = select.select([reader], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return told, False
        block = os.read(reader, 1 << 16)
        if not block:
            return told, True
        told += block
