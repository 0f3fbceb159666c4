"""The bytes of a worksheet: where its rows and cells stand, and the changes to them."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from clv_xl.errors import NotAWorkbook, Unsupported
from clv_xl.workbook.address import Area, Position, area, column_number
from clv_xl.workbook.cell_xml import attributes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BLOCK = 1 << 20
_REFERENCE = re.compile(rb"""(?:^|\s)r\s*=\s*["']([A-Z]*)(\d+)["']""")
_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\s[^>]*?ref\s*=\s*["']([^"']*)""")
_FOLLOWERS = re.compile(
    rb"""<(?:\w+:)?(?:conditionalFormatting|dataValidation)\s((?:[^>"']|"[^"]*"|'[^']*')*)>"""
    rb"|<xm:sqref>([^<]*)</xm:sqref>"
)
_SQREF = re.compile(rb"""(?:^|\s)sqref\s*=\s*["']([^"']*)["']""")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w-]+)""")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Row(NamedTuple):
    """A `<row>`: its cells stand between `opened` and `closing`; a row without cells may have none of it."""

    number: int
    explicit: bool
    start: int
    opened: int
    closing: int
    end: int


class SheetXml:
    """A worksheet part; changes are gathered, and `pieces` gives the part with them made."""

    def __init__(self, data: bytes, where: str) -> None:
        self._where = where
        self.data = data = self._utf8(data)
        head = re.search(rb"<(\w+:)?worksheet[\s>]", data)
        self.prefix = prefix = (head[1] or b"") if head else b""
        body = re.search(rb"<%ssheetData(?=[\s/>])[^>]*?(/?)>" % prefix, data)
        if head is None or body is None or b"<!DOCTYPE" in data[: head.start()]:
            raise self._strange("is no plain worksheet")
        self._start, self._opened, self._unfilled = body.start(), body.end(), bool(body[1])
        self._closing = body.end() if self._unfilled else data.find(b"</%ssheetData" % prefix, body.end())
        if self._closing < 0:
            raise NotAWorkbook(f"{where} is cut short. Restore a backup of the file.")
        if any(data.find(mark, self._opened, self._closing) >= 0 for mark in (b"<!", b"<?")):
            raise self._strange("holds comments or raw text among its cells")
        self._cell = re.compile(
            rb"<%sc(?=[\s/>])([^>]*?)(?:/>|>(.*?)</%sc\s*>)" % (prefix, prefix), re.DOTALL
        )  # fmt: skip
        self._changes: list[tuple[int, int, bytes]] = []

    @property
    def changed(self) -> bool:
        """Whether any byte differs."""
        return bool(self._changes)

    def change(self, start: int, end: int, new: bytes) -> None:
        """Put other bytes in the place of some; the same bytes are no change."""
        if self.data[start:end] != new:
            self._changes.append((start, end, new))

    def append_rows(self, new: bytes) -> None:
        """Put rows after all others."""
        if self._unfilled and new:
            opened = self.data[self._start : self._opened].removesuffix(b"/>").rstrip()
            self.change(self._start, self._opened, b"%s>%s</%ssheetData>" % (opened, new, self.prefix))
        else:
            end = self.rows[-1].end if self.rows else self._opened
            self.change(end, end, new)

    def pieces(self) -> Iterator[bytes]:
        """Give the whole part, block by block."""
        at, size = 0, 0
        block: list[bytes] = []
        for start, end, new in sorted(self._changes):
            block += [self.data[at:start], new]
            size += start - at + len(new)
            at = end
            if size > _BLOCK:
                yield b"".join(block)
                block, size = [], 0
        yield b"".join(block)
        yield self.data[at:]

    @cached_property
    def rows(self) -> list[Row]:
        """All rows, in their order."""
        data, rows, number = self.data, [], 0
        pattern = re.compile(rb"<%srow(?=[\s/>])([^>]*?)(/?)>" % self.prefix)
        end_tag = b"</%srow" % self.prefix
        for match in pattern.finditer(data, self._opened, self._closing):
            reference = _REFERENCE.search(match[1])
            last, number = number, int(reference[2]) if reference else number + 1
            if number <= last:
                raise self._strange(f"has rows out of order near row {number}")
            closing = end = match.end()
            if not match[2]:
                closing = data.index(end_tag, closing)
                end = data.index(b">", closing) + 1
            rows.append(Row(number, reference is not None, match.start(), match.end(), closing, end))
        return rows

    def cells(self, row: Row) -> Iterator[tuple[int, re.Match[bytes]]]:
        """Give the columns of the cells of a row, each with its match: [1] attributes, [2] content."""
        column = 0
        for match in self._cell.finditer(self.data, row.opened, row.closing):
            reference = _REFERENCE.search(match[1])
            last, column = column, column_number(reference[1].decode()) if reference else column + 1
            if column <= last:
                raise self._strange(f"has cells out of order in row {row.number}")
            yield column, match

    def styles(self, number: int) -> dict[int, bytes]:
        """Give the styles of the cells in a row, by column."""
        row = next((row for row in self.rows if row.number == number), None)
        tags = {column: attributes(match[1]) for column, match in self.cells(row)} if row else {}
        return {column: tag[b"s"] for column, tag in tags.items() if b"s" in tag}

    def first_filled(self, box: Area) -> Position | None:
        """Find the first cell in an area that holds something."""
        for row in self.rows:
            if box.top <= row.number <= box.bottom:
                for column, match in self.cells(row):
                    if match[2] and match[2].strip() and box.left <= column <= box.right:
                        return row.number, column
        return None

    @cached_property
    def spans(self) -> dict[Position, tuple[Area, str]]:
        """Array formulas and data tables: their area and type, by their upper left cell."""
        found = {}
        for match in re.finditer(rb"<%sf\s([^>]*)>" % self.prefix, self.data):
            tag = attributes(match[1])
            if tag.get(b"t") in (b"array", b"dataTable") and b"ref" in tag:
                box = area(tag[b"ref"].decode())
                found[box.anchor] = box, tag[b"t"].decode()
        return found

    @cached_property
    def merged(self) -> list[Area]:
        """Merged ranges."""
        tags = re.finditer(rb"<%smergeCell\s([^>]*)>" % self.prefix, self.data)
        return [area(attributes(match[1])[b"ref"].decode()) for match in tags]

    @cached_property
    def implied(self) -> bool:
        """Whether some row or cell leaves its place to be counted."""
        counted = re.search(rb"<%sc(?=[\s/>])(?![^>]*\sr\s*=)" % self.prefix, self.data)
        return counted is not None or any(not row.explicit for row in self.rows)

    @cached_property
    def dimension(self) -> tuple[Area, int, int] | None:
        """The area that the sheet says it uses, and where in the part it says so."""
        match = _DIMENSION.search(self.data, 0, self._start)
        return (area(match[1].decode()), match.start(1), match.end(1)) if match else None

    def follow(self, moved: Callable[[bytes], bytes]) -> None:
        """Rewrite the areas of conditional formats and validations."""
        for match in _FOLLOWERS.finditer(self.data):
            start, areas = match.start(2), match[2]
            if areas is None:
                inside = _SQREF.search(match[1])
                if inside is None:
                    continue
                start, areas = match.start(1) + inside.start(1), inside[1]
            self.change(start, start + len(areas), moved(areas))

    def _utf8(self, data: bytes) -> bytes:
        if data[:2] in _UTF16:
            text = data.decode("utf-16")
            return re.sub(r"""(<\?xml[^>]*?encoding\s*=\s*["'])[^"']*""", r"\1UTF-8", text, count=1).encode()
        named = _ENCODING.search(data.removeprefix(b"\xef\xbb\xbf"))
        if named and named[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
            raise self._strange(f"is written in {named[1].decode()}")
        return data

    def _strange(self, why: str) -> Unsupported:
        return Unsupported(f"{self._where} {why}: open the file in Excel and save it again.")
