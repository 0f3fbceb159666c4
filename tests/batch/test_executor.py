"""Whatever a job does to its process, all others are done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clv_xl.batch import executor

never = bool  # bool() is False


def test_in_this_process(tasks):
    assert list(executor.here(tasks.double_or_die, [1, 2, 3], never)) == [2, 4, 6]


@pytest.mark.parametrize(
    ("jobs", "done"),
    [
        (list(range(40)), [2 * job for job in range(40)]),
        ([*range(10), "poison", *range(10, 30)], [*("lost",), *(2 * job for job in range(30))]),
        (["poison"], ["lost"]),
        (["poison", "poison", 7], ["lost", "lost", 14]),
    ],
    ids=["healthy", "one poison of 31", "only poison", "poison twice"],
)
def test_every_job_has_one_outcome(tasks, jobs, done):
    found = executor.in_processes(tasks.double_or_die, jobs, never, workers=2, lost=lambda _: "lost")
    assert sorted(found, key=str) == sorted(done, key=str)


def test_a_job_that_is_well_the_second_time_is_done(tasks, tmp_path):
    jobs = [1, str(tmp_path / "once"), 2]
    found = executor.in_processes(tasks.double_or_die, jobs, never, workers=2, lost=lambda _: "lost")
    assert sorted(found) == [-1, 2, 4]


def test_only_a_window_is_handed_out_and_stopping_ends_it(tasks, tmp_path):
    seen: list[object] = []
    jobs = [(str(tmp_path), number) for number in range(100)]
    found = executor.in_processes(tasks.slowly, jobs, lambda: len(seen) >= 3, workers=2, lost=lambda _: "lost")
    seen.extend(found)  # one by one: `stopped` reads it meanwhile
    begun = len(list(tmp_path.iterdir()))
    assert len(seen) == begun <= 3 + 2 * executor.AHEAD  # nothing is begun without being told


def test_a_caller_who_gives_up_ends_the_processes(tasks, tmp_path):
    found = executor.in_processes(
        tasks.slowly, [(str(tmp_path), number) for number in range(100)], never, workers=2, lost=lambda _: "lost"
    )
    _, process = next(found)
    found.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert len(list(Path(tmp_path).iterdir())) < 100


def test_workers_end_with_the_process_that_began_them(tasks, tmp_path):
    program = (
        "import os, signal, batch_tasks\n"
        "from clv_xl.batch import executor\n"
        f"jobs = [({str(tmp_path)!r}, number) for number in range(100)]\n"
        "found = executor.in_processes(batch_tasks.slowly, jobs, bool, workers=2, lost=str)\n"
        "print(next(found)[1], next(found)[1], flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    told = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(tasks.__file__).parent), str(Path.cwd())])}
    done = subprocess.run([sys.executable, "-c", program], env=told, stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    for process in map(int, done.stdout.split()):
        while Path(f"/proc/{process}").exists() and Path(f"/proc/{process}/stat").read_text().split()[2] != "Z":
            time.sleep(0.05)  # a worker that stays makes this test hang


def test_processors_are_those_this_process_may_use():
    assert 1 <= executor.processors() <= (os.cpu_count() or 1)
