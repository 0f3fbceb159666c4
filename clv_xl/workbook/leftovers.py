"""Temporary files beside workbooks; those of runs that were killed are known by their names and removed."""

from __future__ import annotations

import os
import re
import secrets
import time
import zlib
from pathlib import Path
from typing import IO

# No run takes a day. Processes of other machines that share a folder cannot be asked whether they live, and the number
# of one that has ended may be another's by now.
_DAY = 86_400
_LONGEST_SUFFIX = 10
_NAME = re.compile(r"\.clv-xl-([0-9a-f]{8})-(\d+)-[0-9a-f]+(\..*)?", re.DOTALL)


def temporary(folder: Path, suffix: str) -> tuple[Path, IO[bytes]]:
    """Create a file whose name tells the machine and the process that it belongs to."""
    path = folder / f".clv-xl-{_machine()}-{os.getpid()}-{secrets.token_hex(4)}{suffix[:_LONGEST_SUFFIX]}"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    return path, os.fdopen(handle, "w+b")


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files of processes that are gone; what cannot be removed stays."""
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.name.startswith(".clv-xl-")]
    except OSError:
        return
    for name in names:
        match = _NAME.fullmatch(name)
        path = folder / name
        try:
            if match and _is_left_over(path, match[1], int(match[2])):
                path.unlink(missing_ok=True)
        except OSError:
            continue


def _is_left_over(path: Path, machine: str, process: int) -> bool:
    if time.time() - path.stat().st_mtime > _DAY:
        return True
    # Windows ends a process that is asked with signal 0.
    return machine == _machine() and os.name == "posix" and not _runs(process)


def _runs(process: int) -> bool:
    """Whether a process of this machine has not ended."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    try:
        state = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()[0]
    except (OSError, IndexError):  # not Linux
        return True
    # One that has ended is listed until its parent has asked how.
    return state not in (b"Z", b"X")


def _machine() -> str:
    """Tell this machine from others by its name, in eight digits."""
    import platform  # noqa: PLC0415  it is slow to import, and needed only when something is written

    return f"{zlib.crc32(platform.node().encode()):08x}"
