"""The zip of a workbook as raw segments, so that what is not touched is copied byte for byte."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, Self

from clv_xl.errors import Encrypted, NotAWorkbook, Unsupported
from clv_xl.terms import dutch
from clv_xl.workbook.deflate import ERRORS, crc32, inflated
from clv_xl.workbook.entries import LOCAL, LOCAL_SIZE, Entry, directory, new_entry, write_end, write_part
from clv_xl.workbook.markup import document, local
from clv_xl.workbook.probe import opened, probe, table_of_contents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

CONTENT_TYPES = "[Content_Types].xml"
UTF16 = (b"\xff\xfe", b"\xfe\xff")

_DAMAGE: tuple[type[Exception], ...] = (*ERRORS, OSError)
# So small that the inflated block stays in the cache, and in memory that is used again without asking the system.
_RAW_BLOCK, _COPY_BLOCK = 1 << 13, 1 << 20
# Encrypted, strongly so, and with a table of contents that is masked: each means that a password is wanted.
_FLAGS_ENCRYPTED = 0x1 | 0x40 | 0x2000
_FLAG_PATCHED = 0x20  # a part is told as its difference from another file
# A sheet of a million rows inflates to some 400 MB, forty times its compressed size.
_MOST_BYTES = 1 << 31
_SUSPECT_BYTES, _MOST_RATIO = 1 << 26, 500

_F, _BEFORE_NAME = ord("f"), frozenset(b"<:")
# Letters f in a block that are looked at one by one.
_FEW = 500
_FORMULA = re.compile(rb"<(?:[^\s<>/:]+:)?f[\s/>]")
_ROWS_END = re.compile(rb"</(?:[^\s<>/:]+:)?sheetData[\s>]")
# The start of a tag of which the name may go on in the next block; no prefix is longer.
_UNDECIDED = re.compile(rb"</?[^\s<>/]{0,1000}\Z")


class Relationship(NamedTuple):
    """A link from one part to another: `kind` is the last word of its type."""

    kind: str
    target: str


def _state(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


class Package:
    """An open .xlsx, .xlsm, .xltx or .xltm file; parts are found without regard to case.

    Refuses at once what is no zip, encrypted, or an old .xls.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._file = opened(self.path)
        self._state = _state(os.fstat(self._file.fileno()))
        try:
            probe(self.path, self._file)
            with table_of_contents(self.path, self._file) as archive:
                self._comment = archive.comment
                self._entries = self._listed(archive)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    @property
    def parts(self) -> list[str]:
        """The names of the parts, in the order of the file and as they are spelled there."""
        return [entry.info.filename for entry in self._entries.values()]

    def __contains__(self, part: str) -> bool:
        return _key(part) in self._entries

    def is_current(self) -> bool:
        """Whether the file on disk is still the one that was opened."""
        try:
            return _state(self.path.stat()) == self._state
        except FileNotFoundError:
            return False

    def checksums(self) -> dict[str, tuple[int, int, int]]:
        """CRC, size and compressed size of every part, by its lower-case name."""
        return {key: (e.info.CRC, e.info.file_size, e.info.compress_size) for key, e in self._entries.items()}

    def chunks(self, part: str) -> Iterator[bytes]:
        """Inflate a part block by block; damage shows at the latest at its end."""
        entry = self._entries.get(_key(part))
        if entry is None:
            raise NotAWorkbook(
                f"{self.path.name} lacks its part {part}: it is damaged. Restore a backup of it.",
                f"{self.path.name} mist zijn deel {part}: het is beschadigd. Zet een reservekopie terug.",
            )
        info, where = entry.info, f"{self.path.name}: {part}"
        size, packed = info.file_size, max(info.compress_size, 1)
        if size > _MOST_BYTES or (size > _SUSPECT_BYTES and size / packed > _MOST_RATIO):
            raise Unsupported(
                f"{where} inflates to {size:,} bytes, more than a real workbook does. "
                "Open it in Excel and save it again if you trust it.",
                f"{where} pakt uit tot {dutch(size)} bytes, meer dan een echte werkmap. "
                "Is het bestand te vertrouwen, open het dan in Excel en sla het opnieuw op.",
            )
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unsupported(
                f"{where} is packed in an unusual way. Save the file again in Excel.",
                f"{where} is op een ongewone manier ingepakt. Sla het bestand opnieuw op in Excel.",
            )
        return self._unpacked(entry, where)

    def read(self, part: str) -> bytes:
        """Inflate a whole part."""
        return b"".join(self.chunks(part))

    def open(self, part: str) -> Stream:
        """Open a part for reading in pieces."""
        return Stream(self.chunks(part))

    def has_formulas(self, part: str, beyond: int = 0) -> bool:
        """Whether a sheet holds any formula, or more than `beyond`, told without parsing it.

        One in UTF-16 is taken to. Those below its rows, such as those of sparklines, do not count.
        """
        left, found = b"", 0
        for index, block in enumerate(self.chunks(part)):
            if not index and (b"\x00" in block[:2] or block[:2] in UTF16):
                return True
            data = left + block
            end = _ROWS_END.search(data) if b"sheetData" in data else None
            if _may_be_formula(data):
                found += len(_FORMULA.findall(data, 0, end.start() if end else len(data)))
            if end or found > beyond:
                return found > beyond
            last = data.rfind(b"<", max(len(data) - 1001, 0))
            undecided = _UNDECIDED.match(data, last) if last >= 0 else None
            left = undecided[0] if undecided else b""
        return False

    def relationships(self, part: str) -> dict[str, Relationship]:
        """Links inside the package from a part (`""`: from the package), by their id."""
        rels, folder = relationships_part(part), part.rpartition("/")[0]
        if rels not in self:
            return {}
        links = {}
        for link in document(self.read(rels), f"{self.path.name}: {rels}"):
            if isinstance(link.tag, str) and local(link.tag) == "Relationship" and link.get("TargetMode") != "External":
                kind = link.get("Type", "").rpartition("/")[2]
                links[link.get("Id", "")] = Relationship(kind, _resolved(folder, link.get("Target", "")))
        return links

    def write(
        self, file: IO[bytes], replaced: Mapping[str, Iterable[bytes]], dropped: AbstractSet[str] = frozenset()
    ) -> None:
        """Write the package with some parts replaced, new or dropped; all others are copied raw."""
        news = {_key(part): chunks for part, chunks in replaced.items()}
        gone = {_key(part) for part in dropped}
        added = {_key(part): new_entry(part) for part in replaced if part not in self}
        records: dict[str, bytes] = {}
        for key, entry in sorted(self._entries.items(), key=lambda item: item[1].start) + list(added.items()):
            if key in gone:
                continue
            if key in news:
                records[key] = write_part(file, entry, news[key])
            else:
                offset = file.tell()
                self._copy(file, entry)
                records[key] = entry.moved(offset)
        write_end(file, [records[key] for key in (*self._entries, *added) if key in records], self._comment)

    def _listed(self, archive: zipfile.ZipFile) -> dict[str, Entry]:
        infos, name = archive.infolist(), self.path.name
        if any(info.flag_bits & _FLAGS_ENCRYPTED for info in infos):
            raise Encrypted(
                f"{name} is encrypted. Save a copy without a password and use that.",
                f"{name} is versleuteld. Sla een kopie zonder wachtwoord op en gebruik die.",
            )
        if any(info.flag_bits & _FLAG_PATCHED for info in infos):
            raise Unsupported(
                f"{name} is packed as changes to another file. Save the file again in Excel.",
                f"{name} is ingepakt als wijziging van een ander bestand. Sla het bestand opnieuw op in Excel.",
            )
        self._file.seek(archive.start_dir)
        entries: dict[str, Entry] = {}
        for entry in directory(self._file.read(), infos, archive.start_dir, name):
            key = _key(entry.info.filename)
            if key in entries:
                raise NotAWorkbook(
                    f"{name} holds {entry.info.filename} twice: it is damaged. Restore a backup of it.",
                    f"{name} bevat {entry.info.filename} tweemaal: het is beschadigd. Zet een reservekopie terug.",
                )
            entries[key] = entry
        return entries

    def _unpacked(self, entry: Entry, where: str) -> Iterator[bytes]:
        info, crc, size = entry.info, 0, 0
        damaged = NotAWorkbook(
            f"{where} is damaged. Restore a backup of the file.",
            f"{where} is beschadigd. Zet een reservekopie van het bestand terug.",
        )
        packed = self._packed(entry)
        try:
            for block in inflated(packed) if info.compress_type == zipfile.ZIP_DEFLATED else packed:
                crc = crc32(block, crc)
                size += len(block)
                if size > info.file_size:
                    break
                yield block
        except _DAMAGE as error:
            raise damaged from error
        if (crc, size) != (info.CRC, info.file_size):
            raise damaged

    def _packed(self, entry: Entry) -> Iterator[bytes]:
        """Read the raw bytes of a part; other parts may be read meanwhile."""
        self._file.seek(entry.start)
        head = self._file.read(LOCAL_SIZE)
        name = self._file.read(int.from_bytes(head[26:28], "little"))
        at = self._file.tell() + int.from_bytes(head[28:30], "little")
        end = at + entry.info.compress_size
        if head[:4] != LOCAL or name != entry.raw_name or end > entry.end:
            raise EOFError
        while at < end:
            self._file.seek(at)
            block = self._file.read(min(_RAW_BLOCK, end - at))
            if not block:
                raise EOFError
            at += len(block)
            yield block

    def _copy(self, file: IO[bytes], entry: Entry) -> None:
        self._file.seek(entry.start)
        left = entry.end - entry.start
        while left:
            block = self._file.read(min(left, _COPY_BLOCK))
            if not block:
                raise NotAWorkbook(
                    f"{self.path.name} was cut short while it was read. Try again.",
                    f"{self.path.name} werd korter terwijl het gelezen werd. Probeer het opnieuw.",
                )
            file.write(block)
            left -= len(block)


class Stream:
    """A part that is being inflated; damage is told in a sentence."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._left = memoryview(b"")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._left = memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        """Read at most so many bytes, or all; nothing at the end."""
        if size < 0:
            return bytes(self._left) + b"".join(self._blocks)
        if not self._left:
            self._left = memoryview(next(self._blocks, b""))
        piece, self._left = bytes(self._left[:size]), self._left[size:]
        return piece


def _may_be_formula(data: bytes) -> bool:
    """Whether a letter f stands where it would in the tag of a formula: told ten times as fast as by the pattern."""
    find, at = data.find, data.find(b"f", 1)
    for _ in range(_FEW):
        if at < 0:
            return False
        if data[at - 1] in _BEFORE_NAME:
            return True
        at = find(b"f", at + 1)
    import numpy as np  # noqa: PLC0415  only where texts have very many such letters

    octets = np.frombuffer(data, np.uint8)
    before = octets[:-1][octets[1:] == _F]
    return bool(np.isin(before, list(_BEFORE_NAME)).any())


def relationships_part(part: str) -> str:
    """Name the part that holds the relationships of a part."""
    folder, _, leaf = part.rpartition("/")
    return f"{folder}/_rels/{leaf}.rels".lstrip("/")


def _key(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()


def _resolved(folder: str, target: str) -> str:
    """Turn the target of a relationship into the name of a part."""
    target = target.replace("\\", "/")
    steps = [] if target.startswith("/") else folder.split("/")
    for step in target.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(step for step in steps if step)
