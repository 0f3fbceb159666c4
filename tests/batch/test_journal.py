"""The journal only grows, survives torn lines, and lines of several processes never mix."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from clv_xl.batch import executor
from clv_xl.batch.journal import BACKUPS, Entry, Journal, history, new_run
from clv_xl.refresh import refreshing


def test_backups_and_journal_are_in_one_folder():
    assert BACKUPS == refreshing.BACKUPS


def test_lines_come_back_as_they_went(tmp_path):
    journal = Journal(tmp_path)
    entries = [
        Entry("replace", "r1", 'odd "name"\n.xlsx', before="a", after="b", backup="c"),
        Entry("figures", "r1", "é\udcff.xlsx", as_of="2024-02-29", figures={"clv_margin": 1.5}),
    ]
    assert journal.entries() == []
    for entry in entries:
        journal.append(entry)
    assert journal.entries() == entries


def test_runs_sort_by_time():
    runs = [new_run() for _ in range(20)]
    assert sorted(runs) == runs
    assert len(set(runs)) == 20


GOOD = b'{"event":"replace","run":"r","file":"f.xlsx","time":"2026-01-02T03:04:05+00:00"}'


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'{"event":"replace"}',
        GOOD.replace(b'"r"', b"1"),
        GOOD.replace(b"2026-01-02", b"yesterday!"),
        GOOD[:40],
    ],
)
def test_a_bad_line_spoils_no_other(tmp_path, bad):
    journal = Journal(tmp_path)
    journal.path.parent.mkdir()
    journal.path.write_bytes(GOOD + b"\n" + bad + b"\n" + GOOD + b"\n" + bad)
    journal.append(Entry("replace", "later", "g.xlsx"))
    assert [entry.run for entry in journal.entries()] == ["r", "r", "later"]


def test_what_a_later_version_adds_is_passed_over(tmp_path):
    journal = Journal(tmp_path)
    journal.path.parent.mkdir()
    journal.path.write_text(
        json.dumps({**json.loads(GOOD), "event": "figures", "new": 1, "figures": {"a": 1, "b": "x"}})
    )
    assert journal.entries()[0].figures == {"a": 1}


def test_lines_of_several_processes_never_mix(tasks, tmp_path):
    jobs = [(str(tmp_path), number) for number in range(4)]
    done = executor.in_processes(tasks.add_lines, jobs, bool, workers=4, lost=lambda _: "lost")
    assert sorted(done) == [0, 1, 2, 3]
    entries = Journal(tmp_path).entries()
    assert len(entries) == len(Journal(tmp_path).path.read_bytes().splitlines()) == 400
    assert {len(entry.before) for entry in entries} == {3000}


def test_history_is_by_day_without_what_was_undone(tmp_path):
    journal = Journal(tmp_path)
    for run, file, day, clv in (
        ("r1", "a.xlsx", "2024-01-31", 1.0),
        ("r1", "b.xlsx", "2024-01-31", 9.0),
        ("r2", "a.xlsx", "2024-02-29", 2.0),
        ("r3", "a.xlsx", "2024-02-29", 3.0),
        ("r4", "a.xlsx", "2024-03-31", 4.0),
        ("r5", "a.xlsx", "2024-04-30", 5.0),
    ):
        journal.append(Entry("figures", run, file, as_of=day, figures={"clv": clv}))
    journal.append(Entry("undo", "r6", "a.xlsx", undoes="r5", before="x", after="y"))
    journal.append(Entry("undo", "r7", "a.xlsx", undoes="r4", before="x"))  # looked at, and left
    assert history(tmp_path / "a.xlsx") == [
        (dt.date(2024, 1, 31), {"clv": 1.0}),
        (dt.date(2024, 2, 29), {"clv": 3.0}),
        (dt.date(2024, 3, 31), {"clv": 4.0}),
    ]
    assert history(tmp_path / "unknown.xlsx") == []
