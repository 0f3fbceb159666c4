"""One file put in the place of another: whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from clv_xl.errors import ChangedUnderneath, ClvError, OpenElsewhere, WorkbookError
from clv_xl.workbook.book import Book
from clv_xl.workbook.leftovers import remove_leftovers, temporary
from clv_xl.workbook.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

BACKUPS = ".clv-xl-backup"
"""The folder beside a workbook in which copies of it are kept."""

_LONGEST_NAME = 255  # bytes, on the file systems in use
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def refuse_if_open(path: Path) -> None:
    """Refuse a workbook beside which another program has left its owner file."""
    for owner in (f"~${path.name}", f".~lock.{path.name}#"):
        if _exists(path.with_name(owner)):
            raise OpenElsewhere(
                f"{path.name} is open in another program: close it there. "
                f"If no program has it open, delete {owner} beside it.",
                f"{path.name} is open in een ander programma: sluit het daar. "
                f"Heeft geen programma het open, verwijder dan {owner} ernaast.",
            )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than a folder can hold
        return False


def refuse_if_read_only(path: Path) -> None:
    """Refuse a file that nobody may write: replacing it would go round that."""
    if _exists(path) and not path.stat().st_mode & 0o222:
        raise WorkbookError(
            f"{path.name} is read-only: allow writing in its properties, or work on a copy.",
            f"{path.name} is alleen-lezen: sta schrijven toe in de eigenschappen, of werk op een kopie.",
        )


def save(content: bytes, path: Path) -> None:
    """Write a file of our own, over one that stands there. Raises ClvError: it is open, or may not be written."""
    refuse_if_open(path)
    refuse_if_read_only(path)
    draft = path.with_name(f".{path.name[:200]}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)  # a full disk must not take what stood there
    except OSError as error:
        raise ClvError(
            f"{path} cannot be written: {error.strerror}. Name a file in a folder that you may write to.",
            f"{path} is niet te schrijven: {error.strerror}. Noem een bestand in een map waarin schrijven mag.",
        ) from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


class Replacement:
    """A new file beside its target, which takes its place when it is whole and is removed when not."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._temporary: Path | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)

    def write(
        self, package: Package, replaced: Mapping[str, Iterable[bytes]], dropped: AbstractSet[str] = frozenset()
    ) -> None:
        """Write a package with some of its parts replaced or new, and check the result."""
        with self._created() as file:
            package.write(file, replaced, dropped)
            _to_disk(file)
        self._check(package, set(replaced), dropped)

    def copy(self, source: Path) -> None:
        """Copy a file as it is."""
        with self._created() as file, source.open("rb") as original:
            shutil.copyfileobj(original, file)
            _to_disk(file)

    def commit(
        self,
        mode: int,
        backup: Path | None = None,
        before: Callable[[Path], None] | None = None,
        digest: str | None = None,
    ) -> None:
        """Put the new file in the place of its target, of which a copy is kept in the folder `backup`.

        `before` is told the new file just before that; `digest` is the sha256 of the target where it is known.
        """
        if self._temporary is None:
            raise RuntimeError("nothing was written")
        self._temporary.chmod(mode)
        if backup is not None and self._target.exists():
            _keep(self._target, backup, digest or sha256(self._target))
        if before is not None:
            before(self._temporary)
        try:
            with _room(self._target):
                self._temporary.replace(self._target)
        except PermissionError as error:
            raise OpenElsewhere(
                f"{self._target.name} may not be replaced: close it in other programs, or ask for access to its "
                "folder.",
                f"{self._target.name} mag niet vervangen worden: sluit het in andere programma's, of vraag toegang tot "
                "de map.",
            ) from error
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            raise WorkbookError(
                f"{self._target.name} is too long a name for a file: choose a shorter one.",
                f"{self._target.name} is een te lange naam voor een bestand: kies een kortere.",
            ) from error
        self._temporary = None
        _folder_to_disk(self._target.parent)

    @contextmanager
    def _created(self) -> Iterator[IO[bytes]]:
        folder = self._target.parent
        remove_leftovers(folder)
        with _room(self._target):
            try:
                self._temporary, file = temporary(folder, self._target.suffix)
            except OSError as error:
                if error.errno not in _CLOSED:
                    raise
                raise WorkbookError(
                    f"{folder} may not be written: ask for access to that folder.",
                    f"In {folder} mag niet geschreven worden: vraag toegang tot die map.",
                ) from error
            with file:
                yield file

    def _check(self, package: Package, replaced: set[str], dropped: AbstractSet[str]) -> None:
        """Read the new file back: old parts are the same, new ones whole."""
        if self._temporary is None:
            return
        new = {part.lower() for part in replaced}
        gone = {part.lower() for part in dropped}
        with Package(self._temporary) as written:
            old, now = package.checksums(), written.checksums()
            if (old.keys() - gone) | new != now.keys() or any(old[key] != now[key] for key in now.keys() - new):
                raise WorkbookError(
                    f"{self._target.name} was not written well and is left as it was. Try again.",
                    f"{self._target.name} is niet goed geschreven en is gelaten zoals het was. Probeer het opnieuw.",
                )
            for part in replaced:
                deque(written.chunks(part), maxlen=0)


@dataclass(frozen=True)
class Pieces:
    """Parts of a workbook to replace or add, each in blocks of bytes, and parts to drop."""

    parts: Mapping[str, Iterable[bytes]]
    dropped: AbstractSet[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, in order."""
        return tuple(sorted({*self.parts, *self.dropped}))


def rewrite(
    source: Path,
    change: Callable[[Book], Pieces | None],
    *,
    out: str | os.PathLike[str] | None = None,
    backup: str | os.PathLike[str] | None = None,
    before_replace: Callable[[Path], None] | None = None,
    digest: str | None = None,
) -> Pieces | None:
    """Replace a workbook, or write its copy `out`, whole or not at all; what `change` gives is given back.

    `backup`, `before_replace` and `digest` are those of `patch`.
    """
    # The file behind a link is replaced, not the link.
    target = Path(out or source).resolve()
    in_place = target == source.resolve()
    if in_place:
        refuse_if_open(target)
        refuse_if_read_only(target)
    with Replacement(target) as replacement:
        with Book(source) as book:
            pieces = change(book)
            if pieces is not None:
                replacement.write(book.package, pieces.parts, pieces.dropped)
            elif in_place:
                return None
            else:
                replacement.copy(source)
            refuse_if_changed(book.package)
        if in_place:
            refuse_if_open(target)
        replacement.commit(source.stat().st_mode & 0o7777, Path(backup) if backup else None, before_replace, digest)
    return pieces


def refuse_if_changed(package: Package) -> None:
    """Refuse when the file on disk is no longer the one that was read."""
    if not package.is_current():
        raise ChangedUnderneath(
            f"{package.path.name} was saved by somebody else meanwhile: start again.",
            f"{package.path.name} is intussen door iemand anders opgeslagen: begin opnieuw.",
        )


@contextmanager
def _room(target: Path) -> Iterator[None]:
    """Tell in a sentence when there is no room to write."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise WorkbookError(
            f"The disk is full: {target.name} is left as it was. Make room in {target.parent} and start again.",
            f"De schijf is vol: {target.name} is zoals het was. Maak ruimte in {target.parent} en begin opnieuw.",
        ) from error


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _folder_to_disk(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def backup_name(path: Path, digest: str) -> str:
    """Name a copy of a file by its content, whose sha256 is `digest`; a name that grows too long loses its end."""
    end = f".{digest[:12]}.bak"
    start = os.fsencode(path.name)[: _LONGEST_NAME - len(end)]
    return start.decode(errors="ignore" if len(start) < len(os.fsencode(path.name)) else "surrogateescape") + end


def sha256(path: Path) -> str:
    """Tell the content of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _keep(path: Path, folder: Path, digest: str) -> None:
    """Copy a file to a folder, under a name that tells its content."""
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / backup_name(path, digest)
    if not copy.exists():
        with Replacement(copy) as new:
            new.copy(path)
            new.commit(path.stat().st_mode & 0o7777)
