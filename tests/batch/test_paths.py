"""Which workbooks files, folders and patterns mean."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clv_xl.batch.paths import clashes, find
from clv_xl.batch.remote import is_address, without_password

FILES = (
    *("a.xlsx", "B.XLSM", "deep/c.xltx", "deep/er/d.xltm", "out/a.xlsx", "[odd].xlsx", "two words.xlsx"),
    *("~$a.xlsx", ".hidden.xlsx", ".clv-xl-backup/a.xlsx", ".git/a.xlsx", "a.values.xlsx", "deep/notes.txt", "x.xls"),
)
ALL = ["B.XLSM", "[odd].xlsx", "a.xlsx", "two words.xlsx", "deep/c.xltx", "deep/er/d.xltm"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in FILES:
        (tmp_path / "c" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "c" / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("wanted", "files"),
    [
        (["c"], ALL),
        (["c/"], ALL),
        (["c/a.xlsx"], ["a.xlsx"]),
        (["c/../c/a.xlsx", "c/a.xlsx", "./c/a.xlsx", "c/A.xlsx"][:3], ["../c/a.xlsx"]),
        (["c/*.xlsx"], ["[odd].xlsx", "a.xlsx", "two words.xlsx"]),
        (["c/**/*.xlt?"], ["deep/c.xltx", "deep/er/d.xltm"]),
        (["c/d*"], ["deep/c.xltx", "deep/er/d.xltm"]),
        (["c/[odd].xlsx"], ["[odd].xlsx"]),
        (["c/gone.xlsx"], ["gone.xlsx"]),  # the refresh says that it is not there
        (["c/x.xls"], ["x.xls"]),  # and that this is too old
        (["c/.hidden.xlsx"], [".hidden.xlsx"]),  # named is wanted
        (["c/~$a.xlsx"], []),  # a shell's pattern catches it
        (["c/deep/*.txt"], []),
        (["c/nothing*"], []),
        (["c/a.xlsx", "c"], ["a.xlsx", *(name for name in ALL if name != "a.xlsx")]),
    ],
    ids=str,
)
def test_what_is_found(wanted, files):
    found, empty = find(wanted, [Path("c/out")])
    assert [item.file for item in found] == [f"c/{name}" for name in files]
    assert [item.path for item in found] == [str(Path("c", name).resolve()) for name in files]
    assert empty == ([] if files else wanted)


def test_a_link_and_its_file_are_one(folder):
    (folder / "link.xlsx").symlink_to(folder / "c" / "a.xlsx")
    (folder / "c" / "again").symlink_to(folder / "c")
    found, _ = find(["link.xlsx", "c"], [Path("c/out")])
    assert [item.file for item in found].count("link.xlsx") == 1
    assert len(found) == len(ALL)
    assert found[0].path == str(folder / "c" / "a.xlsx")


def test_copies_keep_their_place_below_what_was_named():
    found, _ = find(["c/deep", "c/**/c.xltx", "c/a.xlsx"])
    assert {item.file: item.place.as_posix() for item in found} == {
        "c/deep/c.xltx": "c.xltx",
        "c/deep/er/d.xltm": "er/d.xltm",
        "c/a.xlsx": "a.xlsx",
    }
    assert clashes(found) == []
    ((first, second),) = clashes(find(["c/a.xlsx", "c/out"])[0])
    assert (first.file, second.file) == ("c/a.xlsx", "c/out/a.xlsx")


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        ("s3://bucket/a.xlsx", True),
        ("memory://a.xlsx", True),
        ("webdav+https://host/a", True),
        ("simplecache::s3://b/a.xlsx", True),
        ("C:/a.xlsx", False),
        ("C:\\a.xlsx", False),
        ("c://a.xlsx", False),
        ("a:b.xlsx", False),
        ("folder/a.xlsx", False),
    ],
)
def test_what_is_an_address(text, elsewhere):
    assert is_address(text) is elsewhere


def test_no_password_is_shown():
    assert without_password("webdav://jan:secret@host/a.xlsx") == "webdav://jan:***@host/a.xlsx"
    assert without_password("s3://bucket/a@b.xlsx") == "s3://bucket/a@b.xlsx"


def test_a_name_that_is_no_text_is_found_too():
    name = os.fsdecode(b"c/\xff.xlsx")
    Path(name).touch()
    assert name in [item.file for item in find(["c"])[0]]
