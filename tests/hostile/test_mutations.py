"""A fixed lot of damaged workbooks and of kills; `mutations.py` and `kills.py` make as many as are asked for."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from . import children

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="forks, limits and signals of POSIX systems"),
    pytest.mark.filterwarnings(
        "ignore:This process:DeprecationWarning"
    ),  # the forked children need no lock of a thread
]

HERE = Path(__file__).parent
PATIENCE = 600


def passes(script, *arguments):
    """Run a script in a process of its own: it forks, which a process of many threads should not."""
    env = os.environ | {"PYTHONPATH": str(HERE.parents[1]), "OPENBLAS_NUM_THREADS": "1"}
    call = [sys.executable, HERE / script, *arguments]
    done = subprocess.run(call, capture_output=True, text=True, timeout=PATIENCE, env=env, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_damaged_workbooks_are_refused_or_refreshed_well():
    passes("mutations.py", "200", "--seed", "20", "--jobs", "1")


def test_a_killed_refresh_leaves_the_old_file_or_the_new_one():
    passes("kills.py", "20", "--seed", "20", "--only", "small")


def killed():
    os.kill(os.getpid(), signal.SIGKILL)


def loops():
    while True:
        pass


@pytest.mark.parametrize(
    ("job", "trouble"),
    [
        (loops, "hangs"),
        (lambda: bytearray(1 << 40), "MemoryError"),
        (lambda: 1 / 0, "ZeroDivisionError"),
        (killed, "SIGKILL"),
    ],
    ids=["hang", "memory", "error", "crash"],
)
def test_trouble_in_a_child_is_seen(job, trouble):
    assert trouble in children.run(job, seconds=0.3 if job is loops else 20).trouble


def test_an_answer_of_a_child_comes_whole():
    assert children.run(lambda: "x" * 1_000_000, seconds=20).answer == "x" * 1_000_000
