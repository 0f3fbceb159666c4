"""The zip of a workbook as raw segments, so that what is not touched is copied byte for byte."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, Self

from clv_xl.errors import Encrypted, NotAWorkbook, Unsupported
from clv_xl.workbook.markup import document, local
from clv_xl.workbook.probe import directory, opened, probe, too_large

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

CONTENT_TYPES = "[Content_Types].xml"

_BLOCK = 1 << 20
_LOCAL = b"PK\x03\x04"
_CENTRAL = b"PK\x01\x02"
_END = b"PK\x05\x06"
_ZIP64_END = b"PK\x06\x06"
_CENTRAL_SIZE = 46
_LOCAL_SIZE = 30
_FULL = 0xFFFFFFFF
_FLAG_ENCRYPTED, _FLAG_DESCRIPTOR = 1, 8
# A sheet of a million rows inflates to some 400 MB, forty times its compressed size.
_MOST_BYTES = 1 << 31
_SUSPECT_BYTES, _MOST_RATIO = 1 << 26, 500


class Relationship(NamedTuple):
    """A link from one part to another: `kind` is the last word of its type."""

    kind: str
    target: str


class _Entry(NamedTuple):
    """One file in the zip: where its raw bytes stand and its record in the central directory."""

    info: zipfile.ZipInfo
    start: int
    end: int
    record: bytes

    @property
    def raw_name(self) -> bytes:
        """The name as it is spelled in the zip."""
        return self.record[_CENTRAL_SIZE : _CENTRAL_SIZE + _word(self.record, 28)]

    @property
    def comment(self) -> bytes:
        """The comment of the entry."""
        size = _word(self.record, 32)
        return self.record[len(self.record) - size :]


def _state(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _word(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 2], "little")


class Package:
    """An open .xlsx, .xlsm, .xltx or .xltm file; parts are found without regard to case.

    Refuses at once what is no zip, encrypted, an old .xls, or larger than 4 GB.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._file = opened(self.path)
        self._state = _state(os.fstat(self._file.fileno()))
        try:
            probe(self.path, self._file)
            self._zip = directory(self.path, self._file)
            self._entries = self._segments()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._zip.close()
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
        """Inflate a part, a megabyte at a time; damage shows at the latest at its end."""
        with self.open(part) as stream:
            while block := stream.read(_BLOCK):
                yield block

    def read(self, part: str) -> bytes:
        """Inflate a whole part."""
        return b"".join(self.chunks(part))

    def open(self, part: str) -> _Stream:
        """Open a part for reading in pieces."""
        entry = self._entries.get(_key(part))
        if entry is None:
            raise NotAWorkbook(f"{self.path.name} lacks its part {part}: it is damaged. Restore a backup of it.")
        size, packed = entry.info.file_size, max(entry.info.compress_size, 1)
        if size > _MOST_BYTES or (size > _SUSPECT_BYTES and size / packed > _MOST_RATIO):
            raise Unsupported(
                f"{self.path.name}: {part} inflates to {size:,} bytes, more than a real workbook does. "
                "Open it in Excel and save it again if you trust it."
            )
        return _Stream(self.path.name, part, self._zip, entry.info)

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
        """Write the package with some parts replaced or dropped; all others are copied raw."""
        news = {_key(part): chunks for part, chunks in replaced.items()}
        gone = {_key(part) for part in dropped}
        records: dict[str, bytes] = {}
        for key, entry in sorted(self._entries.items(), key=lambda item: item[1].start):
            if key in gone:
                continue
            offset = file.tell()
            if key in news:
                records[key] = _deflated(file, entry, news[key])
            else:
                self._copy(file, entry)
                records[key] = entry.record[:42] + struct.pack("<L", offset) + entry.record[_CENTRAL_SIZE:]
        start = file.tell()
        file.writelines(records[key] for key in self._entries if key in records)
        size, count, comment = file.tell() - start, len(records), self._zip.comment
        file.write(struct.pack("<4s4H2LH", _END, 0, 0, count, count, size, start, len(comment)) + comment)

    def _copy(self, file: IO[bytes], entry: _Entry) -> None:
        self._file.seek(entry.start)
        left = entry.end - entry.start
        while left:
            block = self._file.read(min(left, _BLOCK))
            if not block:
                raise NotAWorkbook(f"{self.path.name} was cut short while it was read. Try again.")
            file.write(block)
            left -= len(block)

    def _segments(self) -> dict[str, _Entry]:
        infos, name = self._zip.infolist(), self.path.name
        if any(info.flag_bits & _FLAG_ENCRYPTED for info in infos):
            raise Encrypted(f"{name} is encrypted. Save a copy without a password and use that.")
        self._file.seek(self._zip.start_dir)
        directory = self._file.read()
        ends = dict(_ends([info.header_offset for info in infos], self._zip.start_dir))
        entries: dict[str, _Entry] = {}
        offset = 0
        for info in infos:
            fixed = directory[offset : offset + _CENTRAL_SIZE]
            if fixed[:4] != _CENTRAL:
                raise NotAWorkbook(f"{name} has a damaged table of contents. Restore a backup of it.")
            size = _CENTRAL_SIZE + _word(fixed, 28) + _word(fixed, 30) + _word(fixed, 32)
            entry = _Entry(info, info.header_offset, ends[info.header_offset], directory[offset : offset + size])
            offset += size
            if struct.pack("<L", _FULL) in (fixed[20:24], fixed[24:28], fixed[42:46]):
                raise too_large(name)
            if entry.end - entry.start < _LOCAL_SIZE + info.compress_size:
                raise NotAWorkbook(f"{name} has parts that overlap: it is damaged. Restore a backup of it.")
            if _key(info.filename) in entries:
                raise NotAWorkbook(f"{name} holds {info.filename} twice: it is damaged. Restore a backup of it.")
            entries[_key(info.filename)] = entry
        # Windows zip tools leave the 64-bit record out of small files; it stands between directory and end.
        if _ZIP64_END in directory[offset : offset + 4]:
            raise too_large(name)
        return entries


class _Stream:
    """A part that is being inflated; damage is told in a sentence."""

    def __init__(self, file: str, part: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._where = f"{file}: {part}"
        try:
            self._stream = archive.open(info)
        except (NotImplementedError, RuntimeError) as error:
            raise Unsupported(f"{self._where} is packed in an unusual way. Save the file again in Excel.") from error
        except (zipfile.BadZipFile, OSError, struct.error) as error:
            raise self._damaged() from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def read(self, size: int = -1) -> bytes:
        """Read some bytes."""
        try:
            return self._stream.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise self._damaged() from error

    def _damaged(self) -> NotAWorkbook:
        return NotAWorkbook(f"{self._where} is damaged. Restore a backup of the file.")


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


def _ends(starts: list[int], last: int) -> Iterator[tuple[int, int]]:
    ordered = sorted(starts)
    return zip(ordered, [*ordered[1:], last], strict=True)


def _deflated(file: IO[bytes], entry: _Entry, chunks: Iterable[bytes]) -> bytes:
    """Write one new part and give its record for the central directory."""
    name, old = entry.raw_name, entry.record
    flags = entry.info.flag_bits & ~_FLAG_DESCRIPTOR
    start = file.tell()
    file.write(bytes(_LOCAL_SIZE) + name)
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    crc = size = 0
    for chunk in chunks:
        crc = zlib.crc32(chunk, crc)
        size += len(chunk)
        file.write(packer.compress(chunk))
    file.write(packer.flush())
    end = file.tell()
    # The time stamp stays, so that the same edit always gives the same bytes.
    common = struct.pack("<3H4s3L2H", 20, flags, zipfile.ZIP_DEFLATED, old[12:16], crc,
                         end - start - _LOCAL_SIZE - len(name), size, len(name), 0)  # fmt: skip
    file.seek(start)
    file.write(_LOCAL + common)
    file.seek(end)
    return (
        old[:6] + common + struct.pack("<H", len(entry.comment)) + bytes(2) + old[36:42]
        + struct.pack("<L", start) + name + entry.comment
    )  # fmt: skip
