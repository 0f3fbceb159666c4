"""Deflate, the packing of parts in a zip: by ISA-L where it is installed, else by zlib."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol, cast

try:
    from isal import isal_zlib
except ImportError:  # no wheel for this machine: Windows on ARM, Macs with Intel
    isal_zlib = None  # type: ignore[assignment]  # tells that zlib does the work

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BLOCK = 1 << 18
"""The most bytes that are looked at at a time; such a block stays in the cache of the processor."""
ERRORS: tuple[type[Exception], ...] = (zlib.error, EOFError)
"""What damaged bytes raise."""
if isal_zlib is not None:
    ERRORS += (cast("type[Exception]", isal_zlib.error),)

LARGE = 1 << 22
"""ISA-L packs four times as fast as zlib, but a sixth larger: worth it for sheets of more than some 15,000 rows."""
_LEVEL, _FAST_LEVEL = 6, 3


class Packer(Protocol):
    """Packs bytes bit by bit."""

    def compress(self, data: bytes, /) -> bytes:
        """Take some bytes in, give some out."""

    def flush(self) -> bytes:
        """Give what is left."""


def packer(size: int) -> Packer:
    """Make a packer for a part of at least this size."""
    if isal_zlib is None or size < LARGE:
        return zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return isal_zlib.compressobj(_FAST_LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)


def crc32(data: bytes, start: int = 0) -> int:
    """Add to a check sum."""
    return zlib.crc32(data, start) if isal_zlib is None else isal_zlib.crc32(data, start)


def inflated(packed: Iterable[bytes]) -> Iterator[bytes]:
    """Inflate block by block; EOFError when the end is missing. A piece may become a thousand times as large."""
    library = zlib if isal_zlib is None else isal_zlib
    unpacker = library.decompressobj(-zlib.MAX_WBITS)
    for piece in packed:
        if unpacker.eof:
            raise EOFError
        # All at once: asked for a part, the unpacker copies what it leaves.
        data = unpacker.decompress(piece)
        for start in range(0, len(data), BLOCK):
            yield data[start : start + BLOCK]
    if not unpacker.eof or unpacker.unused_data:
        raise EOFError
