"""The process that Excel calls, from the side of a test."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
Ask = Callable[..., Any]


@contextmanager
def started() -> Iterator[Ask]:
    """`ask(what, ...)` for a while: what `child.Session` answers; warnings are errors there too."""
    command = [sys.executable, "-W", "error", "-m", "tests.hosts.child"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:

        def ask(*question: Any) -> Any:
            pickle.dump(question, child.stdin)
            child.stdin.flush()
            done, answer = pickle.load(child.stdout)
            assert done, answer
            return answer

        yield ask
        child.stdin.close()
    assert child.returncode == 0
