"""A real cluster on this computer: a scheduler and two workers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from distributed import Client

from clv_xl.batch import running
from clv_xl.batch.cluster import ClusterError, on_cluster
from clv_xl.batch.paths import find
from clv_xl.batch.task import Options
from clv_xl.template import write

from .workbooks import make_client

never = bool


def started(stack: ExitStack, *command: str, log: Path) -> subprocess.Popen[bytes]:
    places = [str(Path(__file__).parent / "importable"), str(Path(__file__).parents[2])]
    own = {"PYTHONPATH": os.pathsep.join(places), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    environment = {**os.environ, **own}
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", *command], env=environment, stdout=out, stderr=out)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]], Callable[[str], object]]]:
    """The scheduler's address, the processes of its two workers, and how to start another."""
    told = tmp_path / "scheduler.json"
    with ExitStack() as stack:
        file = ("--scheduler-file", str(told))
        alone = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        started(stack, "distributed.cli.dask_scheduler", *alone, *file, log=tmp_path / "scheduler.log")
        running = []

        def start_worker(name: str) -> None:
            command = "distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name
            place = "--local-directory", str(tmp_path / name)
            running.append(started(stack, *command, *place, *file, log=tmp_path / f"{name}.log"))
            if len(running) > 1:
                with Client(address(), timeout=30, set_as_default=False) as client:
                    client.wait_for_workers(2, timeout=30)

        def address() -> str:
            return _when(lambda: json.loads(told.read_text())["address"])

        start_worker("one")
        start_worker("two")
        yield address(), running, start_worker


def _when(told):
    for _ in range(300):
        try:
            return told()
        except (OSError, ValueError):
            time.sleep(0.1)
    raise AssertionError("no scheduler")


def test_a_worker_killed_half_way_costs_no_file(cluster, tasks, tmp_path):
    address, workers, start_worker = cluster
    folder = tmp_path / "work"
    folder.mkdir()
    jobs = [(str(folder), number) for number in range(30) if number != 13]
    done = []
    for outcome in on_cluster(tasks.killer, jobs, never, scheduler=address, failed=lambda *lost: lost):
        done.append(outcome)
        if len(done) == 10:
            workers[0].send_signal(signal.SIGKILL)
    assert sorted(number for number, _ in done) == [number for _, number in jobs]
    assert {process for _, process in done} <= {worker.pid for worker in workers}
    assert len({process for _, process in done}) == 2

    # A job that ends every process it comes to is told; a worker comes for the one that this costs.
    start_worker("three")
    (told,) = on_cluster(tasks.killer, [(str(folder), 13)], never, scheduler=address, failed=lambda _, error: error)
    assert type(told).__name__ == "KilledWorker"
    workers[1].wait(10)
    with pytest.raises(ClusterError, match=r"has no workers: start some, dask worker tcp:"):
        list(on_cluster(tasks.slowly, jobs, never, scheduler=address, failed=lambda *_: 0))


def test_workbooks_refreshed_while_a_worker_dies_are_those_of_one_process(cluster, tmp_path):
    address, workers, _ = cluster
    exports = tmp_path / "exports"
    exports.mkdir()
    for number in range(12):
        place = Path("uk" if number % 2 else "", f"client-{number}.xlsx")
        first, second = (tmp_path / folder / place for folder in ("alone", "together"))
        for path in (first, second):
            path.parent.mkdir(parents=True, exist_ok=True)
        if number % 3:
            make_client(first)
        else:
            write(str(first), language="nl", currency="EUR", host="excel")
        shutil.copy(first, second)  # a second file would hold another second of creation
        rows = "".join(f"k{row % 50},2024-{1 + row % 12:02}-03,{row + number}\n" for row in range(1, 2000))
        (exports / f"client-{number}.csv").write_text(f"customer,date,amount\n{rows}")

    def planned(folder: str) -> list[running.Job]:
        return running.jobs(find([str(tmp_path / folder)])[0], Options("r1"), exports, None)

    alone = [outcome.record for outcome in running.outcomes(planned("alone"), never)]
    together = []
    for outcome in running.outcomes(planned("together"), never, scheduler=address):
        together.append(outcome.record)
        if len(together) == 3:
            workers[0].send_signal(signal.SIGKILL)
    assert [record.message for record in together] == [""] * 12
    # What the worker had written before it died is found current by the next one.
    assert {record.status for record in together} <= {"changed", "unchanged"}
    assert sum(record.status == "changed" for record in alone) == 12
    files = {folder: sorted((tmp_path / folder).rglob("*.xlsx")) for folder in ("alone", "together")}
    assert len(files["together"]) == 12
    assert [path.read_bytes() for path in files["alone"]] == [path.read_bytes() for path in files["together"]]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "127.0.0.1:notaport"])
def test_a_scheduler_that_is_not_there_is_a_sentence(address, monkeypatch):
    monkeypatch.setattr("clv_xl.batch.cluster.PATIENCE", 0.5)
    with pytest.raises(ClusterError, match=r"^The scheduler at .* does not answer"):
        list(on_cluster(int, ["1"], never, scheduler=address, failed=lambda *_: 0))


def test_without_distributed_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"needs dask\.distributed: pip install"):
        list(on_cluster(int, ["1"], never, scheduler="tcp://127.0.0.1:9", failed=lambda *_: 0))
