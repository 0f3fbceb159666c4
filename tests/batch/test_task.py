"""One workbook of many: never an exception, always a record that can travel."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from clv_xl.batch import running, task
from clv_xl.batch.journal import Journal
from clv_xl.batch.paths import find
from clv_xl.batch.task import Job, Options, perform

from .workbooks import with_names


def job(path: Path, run: str = "r1", *, out: Path | None = None, orders: Path | None = None, **options: object) -> Job:
    told = (None if item is None else str(item) for item in (orders, out))
    return Job(path.name, str(path), Options(run, **options), *told)


def test_a_refresh_is_told_journaled_and_can_travel(client):
    path = client()
    outcome = perform(job(path))
    record = outcome.record
    assert (record.file, record.status, record.client, record.read, record.kept) == (
        *("client.xlsx", "changed", "client"),
        *(3, 3),
    )
    assert [(c.sheet, c.cell, c.before, c.after) for c in record.changes] == [("Report", "B1", 0.0, 720.0)]
    assert record.figures["revenue"] == 60.0
    assert record.seconds > 0
    assert ("3 rows read, 3 rows kept", "3 rijen gelezen, 3 rijen gebruikt") in outcome.notes
    assert pickle.loads(pickle.dumps(outcome)) == outcome
    assert json.loads(json.dumps(asdict(record)))["changes"][0]["after"] == 720.0
    replaced, figures = Journal(path.parent).entries()
    assert (replaced.before, replaced.after, replaced.backup) == (record.before, record.after, record.backup)
    assert (figures.after, figures.figures, figures.as_of) == (record.after, record.figures, "2025-02-02")


@pytest.mark.parametrize("options", [{"dry_run": True}, {"out": "copies/client.xlsx"}], ids=str)
def test_what_leaves_the_file_alone_leaves_no_journal(client, tmp_path, options):
    path = client()
    before = path.read_bytes()
    if "out" in options:
        options = {"out": tmp_path / options["out"]}
    assert perform(job(path, **options)).record.status == "changed"
    assert path.read_bytes() == before
    names = {file.name for file in tmp_path.iterdir()}
    assert names == ({"client.xlsx", "copies"} if "out" in options else {"client.xlsx"})


def test_an_unchanged_file_adds_no_line(client):
    path = client()
    perform(job(path))
    before, told = path.stat().st_mtime_ns, Journal(path.parent).path.read_bytes()
    assert perform(job(path, "r2")).record.status == "unchanged"
    assert (path.stat().st_mtime_ns, Journal(path.parent).path.read_bytes()) == (before, told)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError(), "There is not enough memory"),
        (OSError(28, "No space left on device"), "No space left on device; the file is as it was."),
        (KeyError("oops"), "Something unexpected in clv-xl itself (KeyError: 'oops'; "),
        (RecursionError(), "Something unexpected in clv-xl itself (RecursionError; "),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_goes_wrong_is_a_sentence(client, monkeypatch, error, sentence):
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(task, "_refreshed", broken)
    record = perform(job(client())).record
    assert (record.status, record.error) == ("failed", type(error).__name__)
    assert record.message.startswith(sentence)


def test_figures_of_the_refresh_before_come_from_the_journal(client, tmp_path):
    path = client("c/client.xlsx")
    (run,) = _all(tmp_path / "c", "r1")
    assert run.previous == {}
    orders = tmp_path / "orders.csv"
    orders.write_text("customer,date,amount\nk1,2024-01-03,70\n")
    (run,) = _all(tmp_path / "c", "r2", orders)
    assert (run.previous["revenue"], run.figures["revenue"]) == (60.0, 70.0)
    (run,) = _all(path, "r3")
    assert (run.previous["revenue"], run.status) == (70.0, "unchanged")


def _all(path: Path, run: str, orders: Path | None = None):
    jobs = running.jobs(find([str(path)])[0], Options(run), orders, None)
    return [outcome.record for outcome in running.outcomes(jobs, bool)]


def test_the_first_process_of_a_run_needs_no_pandas():
    modules = "clv_xl.commands.refresh, clv_xl.commands.showing, clv_xl.batch.running, clv_xl.refresh.record"
    code = f"import sys, {modules}; print(*sorted({{'numpy', 'pandas', 'openpyxl'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"


def test_cells_of_another_meaning_are_not_what_a_client_was(client, tmp_path):
    path = client("c/client.xlsx")
    named = tmp_path / "c" / "named.xlsx"
    with_names(path, named, {"revenue": "Sales!$C$2", "margin": "Sales!$C$3"})
    path.unlink()
    (record,) = _all(named, "r1")
    assert (record.figures["revenue"], record.previous) == (60.0, {"margin": 20.0})
    orders = tmp_path / "orders.csv"
    orders.write_text("customer,date,amount\nk1,2024-01-03,70\n")
    (record,) = _all(named, "r2", orders)
    assert (record.figures["revenue"], record.previous["revenue"]) == (70.0, 60.0)


def test_a_clv_on_another_basis_is_not_taken_from_an_older_moment():
    journal = {"clv_revenue": 300.0, "clv_margin": 100.0, "revenue": 5.0}
    assert running.together(journal, {"clv_cac": 3.0, "revenue": 6.0}) == journal
    assert running.together(journal, {"margin": 0.4}) == {**journal, "margin": 0.4}
    assert running.together({"revenue": 5.0}, journal) == journal
