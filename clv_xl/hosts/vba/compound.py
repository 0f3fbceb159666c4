"""A compound file (MS-CFB version 3): storages and streams, the same bytes every time."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Tree = Mapping[str, "bytes | Tree"]

SECTOR, SMALL_SECTOR, SMALL = 512, 64, 4096
_FREE, _END, _TABLE, _NOBODY = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1
_IN_HEADER: Final = 109  # sectors of the allocation table that the header can name


@dataclass
class _Entry:
    """One line of the directory."""

    name: str
    kind: int
    content: bytes = b""
    left: int = _NOBODY
    right: int = _NOBODY
    child: int = _NOBODY
    colour: int = _BLACK


def compound(tree: Tree) -> bytes:
    """The file that holds a tree of streams (bytes) and storages (mappings).

    Raises:
        ValueError: more than the 7 MB that fit without further tables.

    """
    entries = [_Entry("Root Entry", _ROOT)]
    entries[0].child = _directory(tree, entries)
    sectors, chains = bytearray(), list[int]()
    small, small_chains = bytearray(), list[int]()
    places: dict[int, tuple[int, int]] = {}
    for number, entry in enumerate(entries):
        if entry.kind == _STREAM:
            if len(entry.content) < SMALL:
                start = _append(entry.content, SMALL_SECTOR, small, small_chains)
            else:
                start = _append(entry.content, SECTOR, sectors, chains)
            places[number] = start, len(entry.content)
    places[0] = _append(bytes(small), SECTOR, sectors, chains), len(small)
    small_table = _append(_numbers(small_chains), SECTOR, sectors, chains, padding=b"\xff")
    listed = b"".join(_line(entry, *places.get(number, (0, 0))) for number, entry in enumerate(entries))
    blank = _line(_Entry("", 0), 0, 0)
    directory = _append(listed + blank * (-len(entries) % (SECTOR // len(blank))), SECTOR, sectors, chains)
    tables, first = 1, len(chains)
    while tables * (SECTOR // 4) < first + tables:
        tables += 1
    if tables > _IN_HEADER:
        raise ValueError("too large for one table")
    allocation = _numbers([*chains, *[_TABLE] * tables]).ljust(tables * SECTOR, b"\xff")
    header = struct.pack("<8s16xHHHHH6x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIII", 0, tables, directory, 0, SMALL)
    header += struct.pack("<IIII", small_table, -(-len(small_chains) * 4 // SECTOR), _END, 0)
    header += _numbers([*range(first, first + tables), *[_FREE] * (_IN_HEADER - tables)])
    return header + bytes(sectors) + allocation


def _directory(tree: Tree, entries: list[_Entry]) -> int:
    """Put the members of a storage into the directory; the number of their tree's root."""
    numbers = []
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):  # the order that readers search by
        content = tree[name]
        entry = _Entry(name, _STREAM, content) if isinstance(content, bytes) else _Entry(name, _STORAGE)
        entries.append(entry)
        numbers.append(len(entries) - 1)
        if not isinstance(content, bytes):
            entry.child = _directory(content, entries)
    return _balanced(numbers, entries, level=1, deepest=len(numbers).bit_length())


def _balanced(numbers: list[int], entries: list[_Entry], level: int, deepest: int) -> int:
    """A red-black tree: all levels black but the last, which may have gaps."""
    if not numbers:
        return _NOBODY
    middle = len(numbers) // 2
    entry = entries[numbers[middle]]
    entry.left = _balanced(numbers[:middle], entries, level + 1, deepest)
    entry.right = _balanced(numbers[middle + 1 :], entries, level + 1, deepest)
    entry.colour = _RED if level == deepest > 1 else _BLACK
    return numbers[middle]


def _append(content: bytes, size: int, sectors: bytearray, chains: list[int], padding: bytes = b"\0") -> int:
    """Add a content in sectors of a size; the number of the first."""
    count = -(-len(content) // size)
    if not count:
        return _END
    first = len(chains)
    sectors += content.ljust(count * size, padding)
    chains += [*range(first + 1, first + count), _END]
    return first


def _line(entry: _Entry, start: int, size: int) -> bytes:
    name = f"{entry.name}\0".encode("utf-16-le") if entry.name else b""
    line = struct.pack("<64sHBB", name, len(name), entry.kind, entry.colour)
    return line + struct.pack("<III36xIQ", entry.left, entry.right, entry.child, start, size)


def _numbers(values: list[int]) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)
