"""Circumstances that a refresh meets: each ends in a sentence or in the whole new file, never in between."""

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner

from clv_xl.cli import main

from . import subject
from .bases import orders_file, template

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits, links and special files of POSIX systems")

ROOT = Path(__file__).parents[2]
SECONDS = 30


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    return template(folder, 30).read_bytes(), orders_file(folder / "orders.csv", 90, amount=20.0)


@pytest.fixture
def client(made, tmp_path):
    path = tmp_path / "work" / "client.xlsx"
    path.parent.mkdir()
    path.write_bytes(made[0])
    return path


@pytest.fixture
def new(made, tmp_path):
    """The bytes that the refresh gives where nothing is in its way."""
    path = tmp_path / "calm.xlsx"
    path.write_bytes(made[0])
    assert subject.refresh(path, orders=made[1]).changed
    return path.read_bytes()


def command(*arguments, prepare=None, user=None):
    """`clv-xl refresh` in a process of its own; `prepare` runs in it first, `user` runs it as somebody else."""
    call = [sys.executable, "-m", "clv_xl", "refresh", *map(str, arguments)]
    if user:
        call = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *call]
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/tmp", "COLUMNS": "400"}
    done = subprocess.run(
        call, capture_output=True, text=True, timeout=SECONDS, env=env, preexec_fn=prepare, check=False
    )
    return done.returncode, done.stdout, done.stderr


def run(*arguments):
    """`clv-xl refresh` in this process, where nothing can go wrong that another process would survive."""
    done = CliRunner().invoke(main, ["refresh", *map(str, arguments)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def refused(done, *paths):
    """One sentence, exit code 1, and every file as it was."""
    code, out, told = done
    said = told.strip() or out.strip()
    assert said
    assert "Traceback" not in said
    assert "Errno" not in said
    assert len(said.splitlines()) == 1, said
    assert code == 1, said
    for path, content in paths:
        assert path.read_bytes() == content


def turned_away(done, *paths):
    """What names no file at all ends the run before it starts."""
    code, _, told = done
    assert code == 2, told
    assert "Error: " in told
    assert "Traceback" not in told
    for path, content in paths:
        assert path.read_bytes() == content


def left(folder):
    return sorted(file.name for file in folder.rglob("*") if file.name.startswith(".clv-xl-") and file.is_file())


@pytest.mark.parametrize("share", [0.0, 0.3, 0.999])
def test_a_full_disk(share, client, made, new):
    limit = int(len(new) * share)

    def full():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    refused(command(client, "--orders", made[1], prepare=full), (client, made[0]))
    assert left(client.parent) == []


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=640k", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk, and not in every container")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("room", [4_096, 70_000])
def test_a_small_disk(room, small_disk, made):
    path = small_disk / "client.xlsx"
    path.write_bytes(made[0])
    with contextlib.suppress(OSError), (small_disk / "filling").open("wb", buffering=0) as filling:
        while filling.write(bytes(4_096)):
            pass
    disk = os.statvfs(small_disk)
    os.truncate(small_disk / "filling", (small_disk / "filling").stat().st_size - room + disk.f_bavail * disk.f_frsize)
    refused(run(path, "--orders", made[1]), (path, made[0]))
    assert left(small_disk) == []


@pytest.fixture
def nobody(tmp_path, made):
    """A user who is not root; tests that run as another user are that user already."""
    if os.geteuid():
        return None
    for folder in [made[1].parent, tmp_path, *tmp_path.parents]:
        if folder.owner() == "root" and folder != Path("/") and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    for needed in (sys.executable, ROOT):
        if subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", "test", "-r", needed], check=False).returncode:
            pytest.skip(f"another user may not read {needed}")
    return 65534


def test_a_read_only_folder(client, made, nobody):
    client.parent.chmod(0o555)
    client.chmod(0o666)
    try:
        refused(command(client, "--orders", made[1], user=nobody), (client, made[0]))
    finally:
        client.parent.chmod(0o755)


def test_a_file_of_somebody_else(client, made, nobody):
    client.chmod(0o600)
    if nobody is None:
        client.chmod(0o000)
    refused(command(client, "--orders", made[1], user=nobody))
    client.chmod(0o600)
    assert client.read_bytes() == made[0]


def test_a_read_only_file(client, made):
    client.chmod(0o444)
    refused(run(client, "--orders", made[1]), (client, made[0]))


@pytest.mark.parametrize("owner", ["~$client.xlsx", ".~lock.client.xlsx#"])
def test_an_owner_file(owner, client, made):
    client.with_name(owner).write_text("somebody")
    refused(run(client, "--orders", made[1]), (client, made[0]))


def _during(client, made, deed):
    """Refresh, and let somebody do a deed at the moment that the temporary file appears."""
    seen, done = threading.Event(), threading.Event()
    before = set(client.parent.iterdir())

    def watch():
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and not done.is_set():
            if any(file.suffix == ".xlsx" for file in set(client.parent.iterdir()) - before):
                deed()
                seen.set()
                return

    sync = os.fsync
    # The writing waits until the other has done what it wants.
    os.fsync = lambda handle: (seen.wait(SECONDS), sync(handle))[1]
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        return subject.refresh(client, orders=made[1])
    finally:
        os.fsync = sync
        done.set()
        watcher.join()
        assert seen.is_set()
        assert left(client.parent) == []


def test_saved_by_somebody_else_meanwhile(client, made):
    theirs = made[0] + b"saved by somebody else"
    with pytest.raises(subject.ClvError) as told:
        _during(client, made, lambda: client.write_bytes(theirs))
    assert not subject.improper(told.value)
    assert client.read_bytes() == theirs


def test_replaced_by_a_file_of_the_same_size_and_time(client, made):
    """As programs do that keep the time of a file: another inode, or its change time, tells."""
    theirs = bytearray(made[0])
    theirs[-1] ^= 1
    stamp = client.stat()

    def deed():
        other = client.with_name("other.tmp")
        other.write_bytes(bytes(theirs))
        os.utime(other, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        other.replace(client)

    with pytest.raises(subject.ClvError):
        _during(client, made, deed)
    assert client.read_bytes() == bytes(theirs)


def test_deleted_meanwhile(client, made):
    with pytest.raises(subject.ClvError) as told:
        _during(client, made, client.unlink)
    assert not subject.improper(told.value)
    assert not client.exists()


def test_opened_meanwhile(client, made):
    with pytest.raises(subject.ClvError):
        _during(client, made, lambda: client.with_name("~$client.xlsx").write_text("somebody"))
    assert client.read_bytes() == made[0]


def test_a_symbolic_link_stays_one(client, made, new):
    link = client.parent.parent / "link.xlsx"
    link.symlink_to(client)
    assert subject.refresh(link, orders=made[1]).changed
    assert link.is_symlink()
    assert client.read_bytes() == new


def test_a_dangling_link(client, made):
    link = client.with_name("link.xlsx")
    link.symlink_to("nowhere.xlsx")
    refused(run(link, "--orders", made[1]), (client, made[0]))


def test_a_link_to_itself(client, made):
    link = client.with_name("link.xlsx")
    link.symlink_to(link)
    refused(run(link, "--orders", made[1]))


def test_a_hard_link_keeps_one_whole_version_under_each_name(client, made, new):
    other = client.with_name("other.xlsx")
    other.hardlink_to(client)
    assert subject.refresh(client, orders=made[1]).changed
    assert client.read_bytes() == new
    assert other.read_bytes() in (made[0], new)


@pytest.mark.parametrize(
    "name",
    ["with blanks  and 'quotes\".xlsx", "naïve 客户 🧾.xlsx", "line\nbreak.xlsx", "-begins-with-a-dash.xlsx",
    "%s{p}$HOME;`x`.xlsx",
     "[brackets]*?.xlsx", "\u202eright-to-left.xlsx", "UPPER.XLSX"],
    ids=["blanks", "unicode", "line break", "dash", "shell", "glob", "rtl", "upper case"],
)  # fmt: skip
def test_a_strange_name(name, client, made, new):
    path = client.rename(client.with_name(name))
    assert subject.refresh(path, orders=made[1], backup=True).changed
    assert path.read_bytes() == new
    assert left(path.parent) == []


def test_a_strange_name_on_the_command_line(client, made):
    path = client.rename(client.with_name("line\nbreak 'x' \udcff.xlsx"))
    path.write_bytes(made[0][:500])
    code, _, told = command("--", path)
    assert code == 1
    assert "Traceback" not in told


@pytest.mark.parametrize("length", [255, 230])
def test_a_name_as_long_as_may_be(length, client, made, new):
    path = client.rename(client.with_name("n" * (length - 5) + ".xlsx"))
    assert subject.refresh(path, orders=made[1], backup=True).changed
    assert path.read_bytes() == new
    assert [copy.read_bytes() for copy in path.parent.rglob("*.bak")] == [made[0]]


def test_a_very_long_path(client, made):
    refused(run(client.parent / ("n" * 300 + ".xlsx")))
    refused(run("/".join(["folder" * 20] * 60) + "/client.xlsx"), (client, made[0]))


def listened(path):
    """Leave a socket in a folder; its address may not be long."""
    with socket.socket(socket.AF_UNIX) as listener, contextlib.chdir(path.parent):
        listener.bind(path.name)


@pytest.mark.parametrize("kind", ["fifo", "folder", "socket", "/dev/null", "/dev/zero", "/dev/full", "/proc/self/mem"])
def test_what_is_no_file(kind, tmp_path):
    path = Path(kind) if kind.startswith("/") else tmp_path / "client.xlsx"
    {"fifo": os.mkfifo, "folder": os.mkdir, "socket": listened}.get(kind, Path)(path)
    (turned_away if kind == "folder" else refused)((command if kind in ("fifo", "/proc/self/mem") else run)(path))


def test_a_stray_cell_in_the_last_corner(client, made):
    """A legal workbook; read as a full rectangle it would fill half a terabyte."""
    path = client.with_name("far.xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["Customer", "a"])
        sheet.write_column(0, 1, ["Amount", 10])
        sheet.write(1_048_575, 16_383, "stray")
        sheet.write_formula(0, 5, "=CLV(50,36)")
    code, _, told = command(path)
    assert code == 0, told[:300]
    refused(command(client, "--orders", path), (client, made[0]))


def test_an_orders_file_that_is_none(client, made, tmp_path):
    fifo = tmp_path / "orders.csv"
    os.mkfifo(fifo)
    refused(command(client, "--orders", fifo), (client, made[0]))
    for orders in (tmp_path, "/dev/zero"):
        refused(run(client, "--orders", orders), (client, made[0]))
    turned_away(run(client, "--orders", tmp_path / "none.csv"), (client, made[0]))
