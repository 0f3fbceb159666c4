"""Workbooks behind an address (s3://, webdav://, memory:// ...): one read, work on a local copy, one write."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from clv_xl.errors import ChangedUnderneath, ClvError, NotAWorkbook, WorkbookError
from clv_xl.terms import Text
from clv_xl.workbook.replace import BACKUPS, backup_name

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:(:[a-z]|//)", re.IGNORECASE)
_PASSWORD = re.compile(r"(?<=//)([^/@:]*):[^/@]*@")


def is_address(text: str) -> bool:
    """Whether a text names a file elsewhere: `s3://bucket/client.xlsx`, and not the drive of `C:/client.xlsx`."""
    return _ADDRESS.match(text) is not None


def without_password(address: str) -> str:
    """An address as it may be shown."""
    return _PASSWORD.sub(r"\1:***@", address)


def listed(address: str, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """The files an address means, with their place below it: a file itself, of a folder or pattern those `wanted`.

    A `file://` address gives paths of this computer.
    """
    system, path = _opened(address)
    with _plainly(address, Text("looked at", "bekijken")):
        if glob := any(sign in path for sign in "*?["):
            files, root = system.glob(path), re.split(r"[*?\[]", path)[0].rpartition("/")[0]
        elif system.isdir(path):
            files, root = system.find(path), path
        else:
            files, root = [path], path.rpartition("/")[0]
        places = [(file, file.removeprefix(root).lstrip("/")) for file in sorted(files)]
    local = "file" in ((system.protocol,) if isinstance(system.protocol, str) else system.protocol)
    for file, place in places:
        if files == [path] and not glob:
            yield path if local else address, place
        elif wanted(place):
            yield file if local else _address(address, system, file), place


@dataclass(frozen=True)
class Remote:
    """A file elsewhere, copied to `local`; `version` tells whether somebody wrote it since."""

    address: str
    local: Path
    version: str

    @classmethod
    def fetch(cls, address: str, folder: Path) -> Remote:
        """Read the file, once.

        Raises:
            NotAWorkbook: it is not there.
            WorkbookError: it cannot be read; fsspec or what it needs for this kind of address is missing.

        """
        system, path = _opened(address)
        with _plainly(address, Text("read", "lezen")):
            version = _version(system, path)
            local = folder / PurePosixPath(path).name
            system.get_file(path, str(local))
        return cls(address, local, version)

    def store(self, new: Path, *, keep: bool) -> str:
        """Write `new` over the file, once. To `keep` the old one, it is copied first; gives the name of that copy.

        Raises:
            ChangedUnderneath: somebody else wrote the file since it was read.
            WorkbookError: it cannot be written.

        """
        system, path = _opened(self.address)
        name = self.local.name
        backup = backup_name(self.local, hashlib.sha256(self.local.read_bytes()).hexdigest()) if keep else ""
        with _plainly(self.address, Text("written", "schrijven")):
            if _version(system, path) != self.version:
                raise ChangedUnderneath(
                    f"{name} was saved by somebody else meanwhile: refresh it again.",
                    f"{name} is intussen door iemand anders opgeslagen: werk het opnieuw bij.",
                )
            if backup:
                folder = f"{path.rpartition('/')[0]}/{BACKUPS}"
                system.makedirs(folder, exist_ok=True)
                system.put_file(str(self.local), f"{folder}/{backup}")
            system.put_file(str(new), path)
        return backup


def _opened(address: str) -> tuple[Any, str]:
    try:
        import fsspec.core  # noqa: PLC0415  an extra, and heavy
    except ImportError:
        raise WorkbookError(
            f"{without_password(address)} is an address, which needs fsspec: pip install 'clv-xl[cluster]'.",
            f"{without_password(address)} is een adres, waarvoor fsspec nodig is: pip install 'clv-xl[cluster]'.",
        ) from None
    with _plainly(address, Text("opened", "openen")):
        system, path = fsspec.core.url_to_fs(address)
    return system, path.rstrip("/")


def _address(given: str, system: Any, path: str) -> str:
    """A path of a file system as an address, with the user and host that were given for it."""
    opened = _opened(given)[1]
    root = given.rstrip("/")
    root = root[: len(root) - len(opened)] if root.endswith(opened) else ""
    return f"{root}{path}" if root else str(system.unstrip_protocol(path))


def _version(system: Any, path: str) -> str:
    system.invalidate_cache()
    return str(system.ukey(path))


@contextmanager
def _plainly(address: str, done: Text) -> Iterator[None]:
    """Every kind of storage has errors of its own: all become a sentence."""
    shown = without_password(address)
    try:
        yield
    except ClvError:
        raise
    except FileNotFoundError:
        raise NotAWorkbook(
            f"There is no file {shown}. Check the address.", f"Er is geen bestand {shown}. Controleer het adres."
        ) from None
    except Exception as error:
        told = str(error).strip().rstrip(".") or type(error).__name__
        raise WorkbookError(
            f"{shown} cannot be {done.en}: {told}.", f"{shown} is niet te {done.nl}: {told}."
        ) from error
