"""A worksheet read through once: the facts that its edits depend on, and the rows that they meet."""

from __future__ import annotations

import heapq
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from clv_xl.errors import CellRefused
from clv_xl.workbook.address import Area, Position, area
from clv_xl.workbook.cell_xml import attributes
from clv_xl.workbook.encoding import UTF16, foreign, utf8
from clv_xl.workbook.rows import Place, Row, Rows, ascending, filled
from clv_xl.workbook.tail import Mention, Mentions, whole_tags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from clv_xl.workbook.package import Package

_DIMENSION = re.compile(rb"""<(?:[\w.-]+:)?dimension\s[^>]*?ref\s*=\s*["']([^"']*)""")
_FACT = re.compile(rb"""<(?:[\w.-]+:)?(mergeCell|sheetProtection)\s((?:[^>"']|"[^"]*"|'[^']*')*)>""")
# What stands before the rows is columns and views: more than this is no sheet.
_LONGEST_HEAD = 1 << 25


class Span(NamedTuple):
    """The area of an array formula or a data table; a dynamic one grows and shrinks with its result."""

    area: Area
    kind: str
    dynamic: bool


class Watch(NamedTuple):
    """Rows that somebody looks at: `look` gets the number of each and its cells with their columns."""

    top: int
    bottom: int
    look: Callable[[int, Iterator[tuple[int, re.Match[bytes]]]], None]


@dataclass
class Wanted:
    """What a survey keeps: whole rows, places of rows, cells that share a formula; `spills` brings in their rows."""

    rows: set[int] = field(default_factory=set)
    places: set[int] = field(default_factory=set)
    spills: set[Position] = field(default_factory=set)
    shared: set[bytes] = field(default_factory=set)
    watches: list[Watch] = field(default_factory=list)


def sheet_chunks(package: Package, part: str) -> Iterator[bytes]:
    """Inflate a sheet block by block; one in UTF-16 is turned into UTF-8, which takes the whole of it at once."""
    chunks = package.chunks(part)
    first = next(chunks, b"")
    if first[:2] not in UTF16:
        yield first
        yield from chunks
        return
    yield utf8(first + b"".join(chunks), f"{package.path.name}: {part}")


class Survey:
    """The facts of a sheet, in which offsets count the bytes of the part.

    The start tag of its `sheetData` stands between `start` and `opened`, its end tag at `closing`. `kept` are the rows
    wanted that exist, `places` tell where rows begin, `counted` are rows of interest whose successor has no number.
    """

    def __init__(self, chunks: Iterable[bytes], where: str, wanted: Wanted) -> None:
        self._where = where
        self._wanted = wanted
        self._queue = sorted({*wanted.rows, *wanted.places})
        self._last = 0
        self.spans: dict[Position, Span] = {}
        self.shared: list[Area] = []
        self.merged: list[Area] = []
        self.protection: dict[bytes, bytes] = {}
        self._mentions = Mentions()
        self.kept: dict[int, Row] = {}
        self._cells: dict[int, dict[int, re.Match[bytes]]] = {}
        self.places: dict[int, Place] = {}
        self.counted: set[int] = set()
        chunks = iter(chunks)
        body = self._read_head(chunks)
        self._span = re.compile(rb"<%(p)sc\s([^>]*)>\s*<%(p)sf\s([^>]*)>" % {b"p": re.escape(self.rows.prefix)})
        at = self.opened
        if self.unfilled:
            left = body
        else:
            block = b""
            for following in self.rows.blocks(chain([body], chunks)):
                if block:
                    self._read_block(block, at)
                    at += len(block)
                block = following
            left = block
        self.closing = at
        self._reach(None, at)
        self._read_tail(left, chunks)

    @property
    def prefix(self) -> bytes:
        """The prefix of its elements, with colon."""
        return self.rows.prefix

    @property
    def last(self) -> int:
        """The number of the last row, 0 where there is none."""
        return self._last

    @property
    def mentions(self) -> list[Mention]:
        """What below the rows refers to cells."""
        return self._mentions.found

    def cells(self, number: int) -> dict[int, re.Match[bytes]]:
        """Give the cells of a kept row, by column."""
        if number not in self._cells:
            row = self.kept.get(number)
            self._cells[number] = dict(self.rows.cells(row)) if row else {}
        return self._cells[number]

    def filled(self, box: Area) -> Iterator[Position]:
        """Find the cells in an area that hold something, among the kept rows."""
        for number in range(box.top, box.bottom + 1):
            for column, match in self.cells(number).items():
                if filled(match) and box.left <= column <= box.right:
                    yield number, column

    def _read_head(self, chunks: Iterator[bytes]) -> bytes:
        """Read up to the rows; give what was read beyond."""
        data, body = b"", None
        prefix = b""
        while body is None:
            chunk = next(chunks, b"")
            seen = max(len(data) - 1000, 0)
            data += chunk
            if data.find(b"sheetData", seen) >= 0 or not chunk:
                head = re.search(rb"<([\w.-]+:)?worksheet[\s>]", data)
                prefix = (head[1] or b"") if head else b""
                body = re.search(rb"<%ssheetData(?=[\s/>])[^>]*?(/?)>" % re.escape(prefix), data)
                if head is None or b"<!DOCTYPE" in data[: head.start()]:
                    raise Rows(b"", self._where).strange("is no plain worksheet", "is geen gewoon werkblad")
            if body is None and (not chunk or len(data) > _LONGEST_HEAD):
                raise Rows(b"", self._where).strange("is no plain worksheet", "is geen gewoon werkblad")
        self.rows = Rows(prefix, self._where)
        self.start, self.opened, self.unfilled = body.start(), body.end(), bool(body[1])
        self.head = data[: self.opened]
        if other := foreign(self.head):
            raise self.rows.strange(f"is written in {other}", f"is geschreven in {other}")
        match = _DIMENSION.search(self.head, 0, self.start)
        self.dimension = (self._area({b"ref": match[1]}), match.start(1), match.end(1)) if match else None
        return data[self.opened :]

    def _read_block(self, block: bytes, at: int) -> None:
        """Read a block of whole rows; those that nobody wants are only counted."""
        if (b"!" in block and b"<!" in block) or (b"?" in block and b"<?" in block):
            raise self.rows.strange(
                "holds comments or raw text among its cells", "bevat commentaar of ruwe tekst tussen de cellen"
            )
        sharing = self._read_spans(block) if b"array" in block or b"dataTable" in block or b"shared" in block else []
        numbers = self.rows.numbers(block)
        if numbers is not None:
            if not numbers:
                if b"<" in block:
                    raise self.rows.strange("holds rows in an unusual form", "bevat rijen in een ongewone vorm")
                return
            first, last = numbers[0], numbers[-1]
            watched = any(watch.top <= last and first <= watch.bottom for watch in self._wanted.watches)
            looked_at = sharing or watched or (self._queue and self._queue[0] <= last)
            if not looked_at and ascending(numbers, self._last):
                self._last = last
                return
        for row in self.rows.rows(block, at, self._last):
            following = bisect_left(sharing, row.start - at)
            self._read_row(row, sharing=following < len(sharing) and sharing[following] < row.end - at)

    def _read_row(self, row: Row, *, sharing: bool) -> None:
        wanted = sharing or row.number in self._wanted.rows
        self._reach(row.number, row.start)
        if wanted:
            self.kept[row.number] = row
        watches = self._wanted.watches
        if not row.explicit and (
            self._last in self.kept or any(watch.top <= self._last <= watch.bottom for watch in watches)
        ):
            self.counted.add(self._last)
        for watch in watches:
            if watch.top <= row.number <= watch.bottom:
                watch.look(row.number, self.rows.cells(row))
        self._last = row.number

    def _reach(self, number: int | None, offset: int) -> None:
        """Tell the place of all rows up to one."""
        while self._queue and (number is None or self._queue[0] <= number):
            self.places[heapq.heappop(self._queue)] = Place(offset, self._last)

    def _read_spans(self, block: bytes) -> list[int]:
        """Note array formulas and data tables; give the places of cells that share a wanted formula."""
        sharing = []
        for match in self._span.finditer(block):
            tag = attributes(match[2])
            kind = tag.get(b"t")
            if kind == b"shared":
                if tag.get(b"si") in self._wanted.shared:
                    sharing.append(match.start())
                if b"ref" in tag:
                    self.shared.append(self._area(tag))
            if kind not in (b"array", b"dataTable") or b"ref" not in tag:
                continue
            box = self._area(tag)
            self.spans[box.anchor] = Span(box, kind.decode(), b"cm" in attributes(match[1]))
            if box.anchor in self._wanted.spills:
                if box.top <= self._last:
                    raise self.rows.strange(
                        f"has an array formula outside its area {box}",
                        f"heeft een matrixformule buiten haar gebied {box}",
                    )
                for number in range(box.top, box.bottom + 1):
                    if number not in self._wanted.rows:
                        self._wanted.rows.add(number)
                        heapq.heappush(self._queue, number)
        return sharing

    def _area(self, tag: dict[bytes, bytes]) -> Area:
        try:
            return area(tag[b"ref"].decode())
        except (CellRefused, KeyError, UnicodeDecodeError) as error:
            raise self.rows.strange("names an area that is none", "noemt een gebied dat er geen is") from error

    def _read_tail(self, data: bytes, chunks: Iterator[bytes]) -> None:
        for piece, at in whole_tags(data, chunks, self.closing):
            self._mentions.read(piece, at)
            for match in _FACT.finditer(piece):
                tag = attributes(match[2])
                if match[1] == b"mergeCell":
                    self.merged.append(self._area(tag))
                else:
                    self.protection = tag
