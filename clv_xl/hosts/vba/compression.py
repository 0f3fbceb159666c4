"""The compression of VBA sources: MS-OVBA 2.4.1."""

from __future__ import annotations

import struct

CHUNK = 4096
SHORTEST = 3  # bytes that a copy token pays for
_SIGNED, _RAW = 0xB000, 0x3FFF


def compress(data: bytes) -> bytes:
    """The container of `data`, the same every time.

    Raises:
        ValueError: a last chunk that grows by compression, which the format cannot hold and no text does.

    """
    return b"\x01" + b"".join(_chunk(data[start : start + CHUNK]) for start in range(0, len(data), CHUNK))


def _chunk(chunk: bytes) -> bytes:
    body = bytearray()
    seen: dict[bytes, list[int]] = {}
    at = 0
    while at < len(chunk):
        flags, tokens = 0, bytearray()
        for bit in range(8):
            if at >= len(chunk):
                break
            offset_bits = max(4, (at - 1).bit_length())
            length, distance = _match(chunk, at, seen, (0xFFFF >> offset_bits) + SHORTEST)
            if length < SHORTEST:
                length = 1
                tokens.append(chunk[at])
            else:
                flags |= 1 << bit
                tokens += struct.pack("<H", ((distance - 1) << (16 - offset_bits)) | (length - SHORTEST))
            for start in range(at, at + length):
                seen.setdefault(chunk[start : start + SHORTEST], []).append(start)
            at += length
        body.append(flags)
        body += tokens
    if len(body) <= CHUNK:
        return struct.pack("<H", _SIGNED | (len(body) - 1)) + body
    if len(chunk) < CHUNK:
        raise ValueError("a short chunk that does not compress")
    return struct.pack("<H", _RAW) + chunk


def _match(chunk: bytes, at: int, seen: dict[bytes, list[int]], longest: int) -> tuple[int, int]:
    """Length and distance of the longest earlier run of the bytes at a place, the nearest of several."""
    best, distance = 0, 0
    longest = min(longest, len(chunk) - at)
    for start in reversed(seen.get(chunk[at : at + SHORTEST], ())):
        length = next((n for n in range(longest) if chunk[start + n] != chunk[at + n]), longest)
        if length > best:
            best, distance = length, at - start
            if length == longest:
                break
    return best, distance
