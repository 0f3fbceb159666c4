"""A part written anew while it is read: changes take the place of bytes, and all others flow through."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from clv_xl.errors import NotAWorkbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Change(NamedTuple):
    """Other bytes in the place of those from `start` to `end`; at one place the lower row comes first."""

    start: int
    row: int
    end: int
    new: bytes


class Check:
    """Parses what is written as XML; the bytes from `opened` to `closing` only where they are new.

    Those are whole rows, so that the rest is well-formed without them, and what is theirs stays as it was.
    """

    def __init__(self, where: str, opened: int = 0, closing: int = 0) -> None:
        self._where = where
        self._opened, self._closing = opened, closing
        self._parser = expat.ParserCreate(namespace_separator=" ")

    def old(self, piece: bytes, at: int) -> None:
        """Take bytes of the old part, which stand there at `at`."""
        if at < self._opened:
            self.new(piece[: self._opened - at])
        if at + len(piece) > self._closing:
            self.new(piece[max(self._closing - at, 0) :])

    def new(self, piece: bytes, *, last: bool = False) -> None:
        """Take new bytes."""
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise NotAWorkbook(
                f"{self._where} is damaged, and the file is left as it was. Restore a backup of it.",
                f"{self._where} is beschadigd, en het bestand is gelaten zoals het was. Zet een reservekopie terug.",
            ) from error


def rewritten(chunks: Iterable[bytes], changes: Iterable[Change], check: Check) -> Iterator[bytes]:
    """Give a part with changes made, which come in the order of their places."""
    source = Source(chunks)
    for start, _, end, new in changes:
        for at, piece in source.until(start):
            check.old(piece, at)
            yield piece
        for _ in source.until(end):
            pass
        check.new(new)
        yield new
    for at, piece in source.until(None):
        check.old(piece, at)
        yield piece
    check.new(b"", last=True)


def checked(chunks: Iterable[bytes], where: str) -> Iterator[bytes]:
    """Give a part that is new as a whole."""
    check = Check(where)
    for chunk in chunks:
        check.new(chunk)
        yield chunk
    check.new(b"", last=True)


class Source:
    """The old bytes, taken piece by piece up to a place."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._left = b""
        self._at = 0

    def until(self, end: int | None) -> Iterator[tuple[int, bytes]]:
        """Give what stands before a place, in pieces with their own places."""
        while end is None or self._at < end:
            block = self._left or next(self._chunks, b"")
            if not block:
                return
            size = len(block) if end is None else min(len(block), end - self._at)
            at, self._at = self._at, self._at + size
            self._left = block[size:]
            yield at, block[:size]
