"""Records of a zip: what its directory says of each part, and the same written anew."""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import IO, TYPE_CHECKING

from clv_xl.errors import NotAWorkbook, Unsupported
from clv_xl.workbook.deflate import LARGE, crc32, packer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LOCAL, LOCAL_SIZE = b"PK\x03\x04", 30
# A number from here on stands in the 64-bit form, and its field of 32 or 16 bits says so with these values.
LIMIT = _FULL = 0xFFFFFFFF
_FULL_COUNT = 0xFFFF

_CENTRAL, _CENTRAL_SIZE = b"PK\x01\x02", 46
_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_ZIP64, _VERSION, _VERSION64 = 1, 20, 45
_FLAG_DESCRIPTOR, _FLAG_UTF8 = 8, 0x800
# 1 January 1980, the first day that a zip knows: new parts are the same whenever they are written.
_FIRST_DAY = 1 << 5 | 1


@dataclass(frozen=True)
class Entry:
    """One part: where its raw bytes stand in the file, and its record in the directory."""

    info: zipfile.ZipInfo
    start: int
    end: int
    record: bytes

    @cached_property
    def lengths(self) -> tuple[int, int, int]:
        """How long its name, extra fields and comment are."""
        name, extra, comment = struct.unpack_from("<3H", self.record, 28)
        return name, extra, comment

    @property
    def raw_name(self) -> bytes:
        """The name as it is spelled in the zip."""
        return self.record[_CENTRAL_SIZE : _CENTRAL_SIZE + self.lengths[0]]

    @property
    def comment(self) -> bytes:
        """The comment of the entry."""
        return self.record[len(self.record) - self.lengths[2] :]

    def moved(self, offset: int) -> bytes:
        """Give its record with another place in the file."""
        extra = self.record[_CENTRAL_SIZE + self.lengths[0] : len(self.record) - self.lengths[2]]
        sizes = self.info.file_size, self.info.compress_size
        if offset < LIMIT and not _has_zip64(extra):
            return self.record[:42] + struct.pack("<L", offset) + self.record[_CENTRAL_SIZE:]
        return _record(self.record[:_CENTRAL_SIZE], self.raw_name, extra, self.comment, (*sizes, offset))


def new_entry(part: str) -> Entry:
    """Make the entry of a part that the zip does not have yet."""
    try:
        name, flags = part.encode("ascii"), 0
    except UnicodeEncodeError:
        name, flags = part.encode(), _FLAG_UTF8
    fixed = struct.pack("<4s6H3L5H2L", _CENTRAL, _VERSION, _VERSION, flags, zipfile.ZIP_DEFLATED,
                        0, _FIRST_DAY, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0)  # fmt: skip
    info = zipfile.ZipInfo(part)
    info.flag_bits = flags
    return Entry(info, 0, 0, fixed + name)


def directory(data: bytes, infos: Sequence[zipfile.ZipInfo], last: int, file: str) -> list[Entry]:
    """Cut the directory into its records; the parts end where the next one starts, or at `last`."""
    if not infos:
        raise NotAWorkbook(
            f"{file} is an empty zip file: it is damaged. Restore a backup of it.",
            f"{file} is een leeg zipbestand: het is beschadigd. Zet een reservekopie terug.",
        )
    starts = sorted(info.header_offset for info in infos)
    ends = dict(zip(starts, [*starts[1:], last], strict=True))
    entries, at = [], 0
    for info in infos:
        if data[at : at + 4] != _CENTRAL or len(data) < at + _CENTRAL_SIZE:
            raise NotAWorkbook(
                f"{file} has a damaged table of contents. Restore a backup of it.",
                f"{file} heeft een beschadigde inhoudsopgave. Zet een reservekopie terug.",
            )
        size = _CENTRAL_SIZE + sum(struct.unpack_from("<3H", data, at + 28))
        entry = Entry(info, info.header_offset, ends[info.header_offset], data[at : at + size])
        if entry.start < 0 or len(ends) < len(infos) or entry.end - entry.start < LOCAL_SIZE + info.compress_size:
            raise NotAWorkbook(
                f"{file} has parts that overlap: it is damaged. Restore a backup of it.",
                f"{file} heeft delen die elkaar overlappen: het is beschadigd. Zet een reservekopie terug.",
            )
        entries.append(entry)
        at += size
    return entries


def write_part(file: IO[bytes], entry: Entry, chunks: Iterable[bytes]) -> bytes:
    """Pack a part with new content and give its record; the name and time stamp are those of the entry."""
    name, old = entry.raw_name, entry.record
    flags = entry.info.flag_bits & ~_FLAG_DESCRIPTOR
    start = file.tell()
    file.write(bytes(LOCAL_SIZE) + name)
    rest = iter(chunks)
    was = entry.info.file_size
    # That it was small says little of a table that was just filled.
    first = list(_first(rest, LARGE)) if was < LARGE else []
    packing = packer(max(was, sum(map(len, first))))
    crc = size = 0
    for chunk in chain(first, rest):
        crc = crc32(chunk, crc)
        size += len(chunk)
        file.write(packing.compress(chunk))
    file.write(packing.flush())
    end = file.tell()
    packed = end - start - LOCAL_SIZE - len(name)
    if max(size, packed) >= LIMIT:
        raise Unsupported(
            f"{entry.info.filename} would grow over 4 GB, more than programs open: split the data.",
            f"{entry.info.filename} zou groter dan 4 GB worden, meer dan programma's openen: splits de gegevens.",
        )
    # The time stamp stays, so that the same edit always gives the same bytes.
    common = struct.pack("<3H4s3L2H", _VERSION, flags, zipfile.ZIP_DEFLATED, old[12:16], crc, packed, size,
                         len(name), 0)  # fmt: skip
    file.seek(start)
    file.write(LOCAL + common)
    file.seek(end)
    fixed = old[:6] + common + struct.pack("<H", len(entry.comment)) + bytes(2) + old[36:42] + bytes(4)
    return _record(fixed, name, b"", entry.comment, (size, packed, start))


def _first(chunks: Iterator[bytes], least: int) -> Iterator[bytes]:
    """Take chunks until they are so many bytes."""
    while least > 0 and (chunk := next(chunks, None)) is not None:
        yield chunk
        least -= len(chunk)


def write_end(file: IO[bytes], records: Sequence[bytes], comment: bytes) -> None:
    """Write the directory and the end of the zip."""
    start, count = file.tell(), len(records)
    file.writelines(records)
    size = (end := file.tell()) - start
    if count >= _FULL_COUNT or max(start, size) >= LIMIT:
        file.write(struct.pack("<4sQ2H2L4Q", _END64, 44, _VERSION64, _VERSION64, 0, 0, count, count, size, start))
        file.write(struct.pack("<4sLQL", _LOCATOR64, 0, end, 1))
    short = min(count, _FULL_COUNT)
    file.write(struct.pack("<4s4H2LH", _END, 0, 0, short, short, _short(size), _short(start), len(comment)))
    file.write(comment)


def _record(fixed: bytes, name: bytes, extra: bytes, comment: bytes, numbers: tuple[int, int, int]) -> bytes:
    """Write a record of the directory; `numbers` are its size, packed size and place."""
    size, packed, offset = numbers
    large = [number for number in numbers if number >= LIMIT]
    extra = _without_zip64(extra)
    if large:
        extra = struct.pack(f"<2H{len(large)}Q", _ZIP64, 8 * len(large), *large) + extra
        fixed = fixed[:6] + struct.pack("<H", _VERSION64) + fixed[8:]
    return (
        fixed[:20] + struct.pack("<2L", _short(packed), _short(size))
        + struct.pack("<3H", len(name), len(extra), len(comment)) + fixed[34:42]
        + struct.pack("<L", _short(offset)) + name + extra + comment
    )  # fmt: skip


def _short(number: int) -> int:
    return number if number < LIMIT else _FULL


def _has_zip64(extra: bytes) -> bool:
    return _without_zip64(extra) != extra


def _without_zip64(extra: bytes) -> bytes:
    """Take the 64-bit numbers out of the extra fields."""
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        if kind != _ZIP64:
            kept += extra[at : at + 4 + size]
        at += 4 + size
    return kept + extra[at:]
