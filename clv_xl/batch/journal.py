"""What refreshes did to the workbooks of a folder: a file of lines beside them, which only grows.

A line `replace` is on disk before a workbook is replaced and holds its hash before and after, so a run that dies at any
moment can be undone: the file is the one or the other. A line `figures` follows with what the refresh found. A line
`undo` tells that the file was put back, or looked at and left.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from clv_xl.workbook.replace import BACKUPS

NAME = "journal.jsonl"
_TYPES: dict[str, type] = {"figures": dict}


@dataclass(frozen=True)
class Entry:
    """One line. `file` is a name in the journal's folder; `undoes` the run of which a file was put back."""

    event: str
    run: str
    file: str
    time: str = field(default_factory=lambda: dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))
    before: str = ""
    after: str = ""
    backup: str = ""
    as_of: str = ""
    undoes: str = ""
    figures: dict[str, float] = field(default_factory=dict)


def new_run() -> str:
    """A name for a run; later ones sort after earlier ones."""
    return f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(3)}"


class Journal:
    """The journal of the workbooks in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / BACKUPS / NAME

    def append(self, entry: Entry) -> None:
        """Add a line, on disk when this returns; lines of several processes never mix."""
        self.path.parent.mkdir(exist_ok=True)
        told = {key: value for key, value in asdict(entry).items() if value}
        line = json.dumps(told).encode() + b"\n"
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        try:
            with _locked(handle):
                if os.fstat(handle).st_size:
                    os.lseek(handle, -1, os.SEEK_END)
                    if os.read(handle, 1) != b"\n":  # a line that was cut off must not spoil this one
                        line = b"\n" + line
                if os.write(handle, line) != len(line):
                    raise OSError(f"no room for a line in {self.path}")
                os.fsync(handle)
        finally:
            os.close(handle)

    def entries(self) -> list[Entry]:
        """All lines that can be read, oldest first; others are passed over, and so is what a later version adds."""
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        return [entry for line in lines if (entry := _entry(line)) is not None]

    def history(self) -> dict[str, list[tuple[str, dict[str, float]]]]:
        """For each file its figures with the day they hold up to, oldest first; not of runs that were undone."""
        entries = self.entries()
        gone = {(entry.undoes, entry.file) for entry in entries if entry.event == "undo" and entry.after}
        found: dict[str, dict[str, dict[str, float]]] = {}
        for entry in entries:
            if entry.event == "figures" and (entry.run, entry.file) not in gone:
                days = found.setdefault(entry.file, {})
                day = entry.as_of or entry.time[:10]
                days.pop(day, None)  # a later refresh up to the same day comes last
                days[day] = entry.figures
        return {file: list(days.items()) for file, days in found.items()}


def history(path: str | os.PathLike[str]) -> list[tuple[dt.date, dict[str, float]]]:
    """The figures of a workbook at each refresh that changed it, oldest first, with the day they hold up to."""
    file = Path(path).resolve()
    return [(dt.date.fromisoformat(day), told) for day, told in Journal(file.parent).history().get(file.name, [])]


def _entry(line: bytes) -> Entry | None:
    try:
        read = json.loads(line)
    except ValueError:
        return None
    if not isinstance(read, dict):
        return None
    known = {
        item.name: read[item.name]
        for item in fields(Entry)
        if isinstance(read.get(item.name), _TYPES.get(item.name, str))
    }
    if not {"event", "run", "file", "time"} <= known.keys():
        return None
    if "figures" in known:
        known["figures"] = {key: value for key, value in known["figures"].items() if isinstance(value, int | float)}
    try:
        dt.date.fromisoformat(known.get("as_of") or known["time"][:10])
    except ValueError:
        return None
    return Entry(**known)


@contextmanager
def _locked(handle: int) -> Iterator[None]:
    """Only this process writes; the system lets go of the lock when the process dies."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  only there

        os.lseek(handle, 0x7FFFFFFE, os.SEEK_SET)  # far behind the lines, which others may read meanwhile
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            os.lseek(handle, 0x7FFFFFFE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl  # noqa: PLC0415  only there

        with suppress(OSError):  # a file system without locks: the one write still appends a whole line
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield  # closing the file unlocks it
