"""Workbooks behind an address: one read, one write, and nothing over what somebody else wrote."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import fsspec
import pytest

from clv_xl.batch import remote, task
from clv_xl.batch.paths import find
from clv_xl.batch.task import Job, Options, perform
from clv_xl.errors import WorkbookError


@pytest.fixture
def memory(client):
    system = fsspec.filesystem("memory")
    system.store.clear()
    for name in ("c/a.xlsx", "c/deep/b.xlsx", "c/.clv-xl-backup/a.xlsx", "c/notes.txt"):
        system.makedirs(f"/{name.rpartition('/')[0]}", exist_ok=True)
        system.put_file(str(client()), f"/{name}")
    yield system
    system.store.clear()


def job(address: str, out: Path | None = None, **options: object) -> Job:
    return Job(address, address, Options("r1", **options), None, None if out is None else str(out))


@pytest.mark.parametrize(
    ("wanted", "files"),
    [
        ("memory://c", {"memory://c/a.xlsx": "a.xlsx", "memory://c/deep/b.xlsx": "deep/b.xlsx"}),
        ("memory://c/**/*.xlsx", {"memory://c/a.xlsx": "a.xlsx", "memory://c/deep/b.xlsx": "deep/b.xlsx"}),
        ("memory://c/deep/b.xlsx", {"memory://c/deep/b.xlsx": "b.xlsx"}),
        ("memory://c/gone.xlsx", {"memory://c/gone.xlsx": "gone.xlsx"}),
        ("memory://c/*.csv", {}),
    ],
)
@pytest.mark.usefixtures("memory")
def test_files_folders_and_patterns(wanted, files):
    found, empty = find([wanted])
    assert {item.path: item.place.as_posix() for item in found} == files
    assert empty == ([] if files else [wanted])


def test_a_file_address_is_a_path(client):
    path = client("c/a.xlsx")
    assert [item.path for item in find([f"file://{path.parent}", str(path)])[0]] == [str(path)]


def test_a_refresh_keeps_a_copy_and_a_second_writes_nothing(memory):
    before = memory.cat_file("/c/a.xlsx")
    record = perform(job("memory://c/a.xlsx")).record
    assert (record.status, record.client, record.backup[:7]) == ("changed", "a", "a.xlsx.")
    after = memory.cat_file("/c/a.xlsx")
    assert after != before == memory.cat_file(f"/c/.clv-xl-backup/{record.backup}")
    times = memory.modified("/c/a.xlsx")
    assert perform(job("memory://c/a.xlsx")).record.status == "unchanged"
    assert memory.modified("/c/a.xlsx") == times


@pytest.mark.parametrize("how", ["dry run", "out", "no backup"])
def test_what_is_asked_is_kept_to(memory, tmp_path, how):
    before, files = memory.cat_file("/c/a.xlsx"), set(memory.store)
    out = tmp_path / "copies" / "a.xlsx" if how == "out" else None
    record = perform(job("memory://c/a.xlsx", out, dry_run=how == "dry run", backup=how != "no backup")).record
    assert (record.status, record.backup) == ("changed", "")
    assert set(memory.store) == files
    assert (memory.cat_file("/c/a.xlsx") == before) is (how != "no backup")
    assert out is None or out.read_bytes()[:2] == b"PK"


def test_nothing_is_written_over_what_somebody_else_wrote(memory, monkeypatch):
    refreshed: Callable[..., object] = task._refreshed  # noqa: SLF001  the moment between read and write

    def meanwhile(*args: object) -> object:
        memory.pipe_file("/c/a.xlsx", b"somebody else's")
        return refreshed(*args)

    monkeypatch.setattr(task, "_refreshed", meanwhile)
    record = perform(job("memory://c/a.xlsx")).record
    assert (record.error, memory.cat_file("/c/a.xlsx")) == ("ChangedUnderneath", b"somebody else's")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("memory://c/gone.xlsx", "There is no file memory://c/gone.xlsx. Check the address."),
        ("s3://bucket/a.xlsx", "s3://bucket/a.xlsx cannot be opened: Install s3fs to access S3."),
        (
            "nosuch://jan:secret@host/a.xlsx",
            "nosuch://jan:***@host/a.xlsx cannot be opened: Protocol not known: nosuch.",
        ),
    ],
)
@pytest.mark.usefixtures("memory")
def test_what_cannot_be_reached_is_a_sentence(address, sentence):
    assert perform(job(address)).record.message == sentence


def test_without_fsspec_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(WorkbookError, match="is an address, which needs fsspec: pip install"):
        list(remote.listed("s3://bucket/a.xlsx", bool))
