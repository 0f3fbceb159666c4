import os
import random
import signal
import string
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clv_xl.errors import ChangedUnderneath, Encrypted, NotAWorkbook, OpenElsewhere, Unsupported, WorkbookError
from clv_xl.workbook import Book, patch
from clv_xl.workbook.leftovers import temporary
from clv_xl.workbook.package import Package
from clv_xl.workbook.replace import backup_name

EDIT = {"Sheet1": {"A1": 5}}
ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


def files(folder):
    return sorted(file.name for file in folder.iterdir())


@pytest.mark.parametrize("owner", ["~$made.xlsx", ".~lock.made.xlsx#"])
def test_a_workbook_that_is_open_elsewhere(made, tmp_path, owner):
    path = made(ROW)
    (tmp_path / owner).touch()
    data = path.read_bytes()
    with pytest.raises(OpenElsewhere, match=r"made.xlsx is open in another program: close it there.*delete"):
        patch(path, EDIT)
    assert path.read_bytes() == data
    assert patch(path, EDIT, out=tmp_path / "copy.xlsx").changed


def test_what_cannot_be_patched_stays(workbooks, made, tmp_path):
    whole = made(ROW).read_bytes()
    for content, error in [
        (whole[:-30], NotAWorkbook),
        ((workbooks / "encrypted.xlsx").read_bytes(), Encrypted),
        ((workbooks / "binary.xlsb").read_bytes(), Unsupported),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Unsupported),
    ]:
        path = tmp_path / "made.xlsx"
        path.write_bytes(content)
        with pytest.raises(error):
            patch(path, EDIT)
        assert path.read_bytes() == content
        assert files(tmp_path) == ["made.xlsx"]


def test_a_failing_rename_leaves_the_original(made, monkeypatch, tmp_path):
    path = made(ROW)
    data = path.read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(WorkbookError, match=r"The disk is full: made\.xlsx is left as it was. Make room in"):
        patch(path, EDIT)
    assert path.read_bytes() == data
    assert files(tmp_path) == ["made.xlsx"]
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "used by another")))
    with pytest.raises(OpenElsewhere, match="may not be replaced: close it in other programs"):
        patch(path, EDIT)
    assert files(tmp_path) == ["made.xlsx"]


@pytest.mark.parametrize("failure", [OSError, KeyboardInterrupt, MemoryError])
def test_a_failure_in_the_middle_leaves_the_original(made, monkeypatch, tmp_path, failure):
    path = made(ROW)
    data = path.read_bytes()
    write = Package.write

    def half(self, file, replaced, dropped=frozenset()):
        write(self, file, replaced, dropped)
        file.truncate(100)
        raise failure

    monkeypatch.setattr(Package, "write", half)
    with pytest.raises(failure):
        patch(path, EDIT)
    assert path.read_bytes() == data
    assert files(tmp_path) == ["made.xlsx"]


def test_the_new_file_is_checked(made, monkeypatch, tmp_path):
    path = made(ROW)
    data = path.read_bytes()
    write = Package.write

    def damaged(self, file, replaced, dropped=frozenset()):
        write(self, file, replaced, {*dropped, "xl/worksheets/sheet1.xml"})

    monkeypatch.setattr(Package, "write", damaged)
    with pytest.raises(WorkbookError, match="was not written well and is left as it was"):
        patch(path, EDIT)
    assert path.read_bytes() == data
    assert files(tmp_path) == ["made.xlsx"]


@pytest.mark.parametrize(
    ("rows", "before", "after"),
    [
        (ROW, "<sheetViews>", ""),
        (ROW, "", "<mergeCells>"),
        (ROW, "", "</worksheet><worksheet>"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</c></row>', "", ""),
        ('<row r="1" r="1"><c r="A1"><v>1</v></c></row>', "", ""),
        ('<row r="1"><c r="A1"><v>1</v></c>&nbsp;</row>', "", ""),
        ('<row r="1"><c r="A1"><v>1</v></c><x:c r="B1"/></row>', "", ""),
    ],
)
def test_a_sheet_that_is_no_xml_is_not_written(made, tmp_path, rows, before, after):
    path = made(rows, before, after)
    data = path.read_bytes()
    with pytest.raises(NotAWorkbook, match=r"made.xlsx: xl/worksheets/sheet1.xml is damaged"):
        patch(path, EDIT)
    assert path.read_bytes() == data
    assert files(tmp_path) == ["made.xlsx"]


def test_a_workbook_saved_meanwhile(made, monkeypatch, tmp_path):
    path = made(ROW)
    write = Package.write

    def interrupted(self, file, replaced, dropped=frozenset()):
        write(self, file, replaced, dropped)
        os.utime(path, (1, 1))

    monkeypatch.setattr(Package, "write", interrupted)
    with pytest.raises(ChangedUnderneath, match="saved by somebody else meanwhile"):
        patch(path, EDIT)
    assert files(tmp_path) == ["made.xlsx"]


VICTIM = """
import sys, time
from clv_xl.workbook import patch
from clv_xl.workbook.package import Package
def slow(chunks):
    for chunk in chunks:
        yield chunk[:10]
        print("writing", flush=True)
        time.sleep(60)
write = Package.write
def slowly(self, file, replaced, dropped=frozenset()):
    write(self, file, {part: slow(chunks) for part, chunks in replaced.items()}, dropped)
Package.write = slowly
patch(sys.argv[1], {"Sheet1": {"A1": 5}})
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_killed_process_leaves_the_original(made):
    path = made(ROW)
    data, stamp = path.read_bytes(), path.stat().st_mtime_ns
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", VICTIM, str(path)], stdout=subprocess.PIPE, cwd=root, text=True
    ) as victim:
        assert victim.stdout.readline() == "writing\n"
        victim.kill()
    assert victim.returncode == -signal.SIGKILL
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (data, stamp)
    (leftover,) = {*files(path.parent)} - {"made.xlsx"}
    assert f"-{victim.pid}-" in leftover
    assert patch(path, EDIT).changed
    assert files(path.parent) == ["made.xlsx"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process that has ended cannot be told from others")
def test_what_a_killed_process_left_goes_before_anybody_has_waited_for_it(made):
    path = made(ROW)
    with subprocess.Popen([sys.executable, "-c", VICTIM, str(path)], stdout=subprocess.PIPE) as victim:
        assert victim.stdout.readline() == b"writing\n"
        assert len(files(path.parent)) == 2
        victim.kill()
        os.waitid(os.P_PID, victim.pid, os.WEXITED | os.WNOWAIT)  # it has ended and is still listed
        assert patch(path, EDIT).changed
        assert files(path.parent) == ["made.xlsx"]


def test_temporary_files_of_the_living_and_of_other_machines_stay(made, tmp_path):
    path = made(ROW)
    machine = temporary(tmp_path, ".xlsx")
    machine[1].close()
    mine = machine[0].name
    other = ".clv-xl-00000000-1-abcd.xlsx"
    old = ".clv-xl-00000000-1-ef01.xlsx", f"{mine[:-5]}0.xlsx"
    strange = [".clv-xl-backup", ".clv-xl-1-2.xlsx", f"{mine}.bak"]
    for name in (other, *old, *strange):
        (tmp_path / name).touch()
    for name in old:
        os.utime(tmp_path / name, (time.time() - 90_000,) * 2)
    assert patch(path, EDIT).changed
    assert files(tmp_path) == sorted([mine, other, "made.xlsx", *strange])


FULL = """
import resource, signal, sys
from clv_xl.errors import WorkbookError
from clv_xl.workbook import patch
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), -1))
try:
    patch(sys.argv[1], {"Sheet1": {"A1": 5}})
except WorkbookError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="this system has no limit on the size of files")
@pytest.mark.parametrize("room", [0, 100, 60_000])
def test_a_full_disk_leaves_the_original(made, room):
    path = made(ROW, **{"xl/media/image1.png": "".join(random.Random(1).choices(string.ascii_letters, k=200_000))})
    data = path.read_bytes()
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(path), str(room)], capture_output=True, cwd=root, text=True, check=True
    )
    assert run.stdout == (
        f"The disk is full: made.xlsx is left as it was. Make room in {path.parent} and start again.\n"
    )
    assert run.stderr == ""
    assert path.read_bytes() == data
    assert files(path.parent) == ["made.xlsx"]


def test_backup(made, tmp_path):
    path = made(ROW)
    data = path.read_bytes()
    folder = tmp_path / "backups" / "deep"
    assert patch(path, EDIT, backup=folder).changed
    (copy,) = folder.iterdir()
    assert copy.read_bytes() == data
    assert copy.name.startswith("made.xlsx.")
    assert copy.suffix == ".bak"
    assert not patch(path, EDIT, backup=folder).changed
    path.write_bytes(data)
    patch(path, EDIT, backup=folder)
    assert len(files(folder)) == 1


@pytest.mark.skipif(os.name != "posix", reason="modes and links as POSIX has them")
def test_mode_and_link_stay(made, tmp_path):
    path = made(ROW)
    path.chmod(0o640)
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    patch(link, EDIT)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    with Book(path) as book:
        assert book.cells("Sheet1")[1, 1].value == 5


def test_no_change_leaves_the_time_stamp(made):
    path = made(ROW)
    os.utime(path, ns=(10**18, 10**18))
    time.sleep(0.01)
    assert not patch(path, {"Sheet1": {"A1": 1.0}}).changed
    assert path.stat().st_mtime_ns == 10**18


@pytest.mark.parametrize("name", ["client.xlsx", "n" * 250 + ".xlsx", "é" * 125, "客" * 83], ids=len)
def test_a_copy_has_a_name_that_a_folder_can_hold(tmp_path, name):
    copy = backup_name(tmp_path / name, "0123456789abcdef")
    assert copy.endswith(".0123456789ab.bak")
    assert copy.startswith(name) == (name == "client.xlsx")
    (tmp_path / copy).touch()


def test_a_copy_under_too_long_a_name_is_refused(made, tmp_path):
    with pytest.raises(WorkbookError, match="too long a name"):
        patch(made(ROW), EDIT, out=tmp_path / ("n" * 300 + ".xlsx"))
    assert not list(tmp_path.glob("n*"))


@pytest.mark.skipif(os.name != "posix", reason="pipes in folders of POSIX systems")
def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.xlsx")
    with pytest.raises(NotAWorkbook, match="is no file but a pipe"):
        Book(tmp_path / "a.xlsx")
