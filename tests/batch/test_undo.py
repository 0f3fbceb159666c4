"""The last run undone, wherever the run or the undo itself was cut off."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from clv_xl.batch.journal import BACKUPS, Journal
from clv_xl.batch.task import Job, Options, perform
from clv_xl.batch.undoing import last_run, undo


def refreshed(path: Path, run: str, amount: int = 0, **options) -> Path:
    """Refresh with one order of `amount`, or with those in the workbook."""
    orders = None
    if amount:
        orders = str(path.with_name("orders.csv"))
        Path(orders).write_text(f"customer,date,amount\nk1,2024-01-03,{amount}\n")
    record = perform(Job(str(path), str(path), Options(run, **options), orders)).record
    assert record.status == "changed", record.message
    return path


def undone(*paths: Path, dry_run: bool = False) -> list[tuple[str, str, str]]:
    return [(done.path.name, done.status, done.why.en) for done in undo(last_run(paths), dry_run=dry_run)]


def content(*paths: Path) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest()[:8] for path in paths]


def test_runs_are_undone_one_after_the_other(client, tmp_path):
    one, two = client("c/one.xlsx"), client("c/deep/two.xlsx")
    first = content(one, two)
    refreshed(one, "r1", 10), refreshed(two, "r1", 10)
    second = content(one, two)
    refreshed(one, "r2", 20)
    assert undone(tmp_path) == [("one.xlsx", "restored", "")]
    assert content(one, two) == second
    assert undone(tmp_path, dry_run=True) == undone(tmp_path, dry_run=True)
    assert content(one, two) == second
    assert [name for name, status, _ in undone(tmp_path) if status == "restored"] == ["two.xlsx", "one.xlsx"]
    assert content(one, two) == first
    assert undone(tmp_path) == []
    refreshed(one, "r3", 30)
    assert undone(tmp_path) == [("one.xlsx", "restored", "")]
    assert content(one) == first[:1]


def test_a_file_alone_has_its_own_last_run(client):
    one, two = client("one.xlsx"), client("two.xlsx")
    before = content(one)
    refreshed(one, "r1"), refreshed(two, "r2")
    after = content(two)
    assert undone(one) == [("one.xlsx", "restored", "")]
    assert content(one, two) == before + after


def test_what_was_changed_since_is_left_alone_and_told_once(client, tmp_path):
    path = refreshed(client(), "r1")
    path.write_bytes(path.read_bytes() + b"typed by somebody")
    typed = path.read_bytes()
    assert undone(tmp_path) == [("client.xlsx", "left", "changed since, so it is left alone")]
    assert path.read_bytes() == typed
    assert undone(tmp_path) == []


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda path, _: path.unlink(), "no longer there"),
        (lambda _, copy: copy.unlink(), "its copy is gone or damaged, so it is left alone"),
        (lambda _, copy: copy.write_bytes(b"PK"), "its copy is gone or damaged, so it is left alone"),
    ],
    ids=["file gone", "copy gone", "copy damaged"],
)
def test_what_cannot_be_put_back_is_left_alone(client, tmp_path, harm, why):
    path = refreshed(client(), "r1")
    (copy,) = (tmp_path / BACKUPS).glob("*.bak")
    harm(path, copy)
    before = content(path) if path.exists() else None
    assert undone(tmp_path) == [("client.xlsx", "left", why)]
    assert (content(path) if path.exists() else None) == before


def test_without_a_backup_there_is_no_way_back(client, tmp_path):
    path = refreshed(client(), "r1", backup=False)
    after = content(path)
    assert undone(tmp_path) == [("client.xlsx", "left", "refreshed without a backup, so it is left alone")]
    assert content(path) == after


def test_a_file_that_is_open_stays_to_be_undone(client, tmp_path):
    path = client()
    before = content(path)
    refreshed(path, "r1")
    owner = tmp_path / "~$client.xlsx"
    owner.touch()
    ((_, status, why),) = undone(tmp_path)
    assert (status, "open in another program" in why) == ("failed", True)
    owner.unlink()
    assert undone(tmp_path) == [("client.xlsx", "restored", "")]
    assert content(path) == before


def test_a_run_that_died_before_it_replaced_the_file(client, tmp_path):
    path = client()
    before = path.read_bytes()
    refreshed(path, "r1")
    path.write_bytes(before)  # the line was on disk, the new file never came
    assert undone(tmp_path) == [("client.xlsx", "restored", "")]
    assert (path.read_bytes(), undone(tmp_path)) == (before, [])


def test_a_run_that_died_right_after_it_replaced_the_file(client, tmp_path):
    path = client()
    before = content(path)
    refreshed(path, "r1")
    journal = Journal(tmp_path).path
    first, second = journal.read_bytes().splitlines()
    assert [json.loads(line)["event"] for line in (first, second)] == ["replace", "figures"]
    journal.write_bytes(first + b"\n" + second[:20])
    assert undone(tmp_path) == [("client.xlsx", "restored", "")]
    assert content(path) == before


def test_the_line_is_on_disk_before_the_file_is_replaced(client, monkeypatch):
    path = client()
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Journal, "append", full)
    record = perform(Job("client.xlsx", str(path), Options("r1"))).record
    assert (record.status, record.message) == ("failed", "No space left on device; the file is as it was.")
    assert path.read_bytes() == before


def test_a_folder_that_moved_takes_its_journal_along(client, tmp_path):
    path = client("old/client.xlsx")
    before = content(path)
    refreshed(path, "r1")
    (tmp_path / "old").rename(tmp_path / "new")
    assert undone(tmp_path) == [("client.xlsx", "restored", "")]
    assert content(tmp_path / "new" / "client.xlsx") == before


def test_links_are_followed_to_the_journal_of_their_file(client, tmp_path):
    path = client("real/client.xlsx")
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    before = content(path)
    refreshed(path, "r1")
    assert undone(link) == [("client.xlsx", "restored", "")]
    assert (content(path), link.is_symlink()) == (before, True)
