"""Rows and cells of a worksheet, found in its bytes."""

from __future__ import annotations

import re
from collections import deque
from itertools import chain
from operator import lt
from typing import TYPE_CHECKING, NamedTuple

from clv_xl.errors import NotAWorkbook, Unsupported
from clv_xl.workbook.address import LAST_COLUMN, LAST_ROW, column_number
from clv_xl.workbook.rewriting import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_REFERENCE = re.compile(rb"""(?:^|\s)r\s*=\s*["'](?:([A-Za-z]{0,3})([1-9]\d{0,6})["'])?""")
# A row is at most 16,384 cells; what is longer is no sheet that a program wrote.
_LONGEST = 1 << 26


class Place(NamedTuple):
    """Where a row is, or would be put: its offset in the part, and the number of the row before it."""

    offset: int
    after: int


class Row(NamedTuple):
    """A `<row>`: it stands at `start` in the part, its cells between `opened` and `closing` in its own `data`."""

    number: int
    explicit: bool
    start: int
    data: bytes
    opened: int
    closing: int

    @property
    def end(self) -> int:
        """Where it ends in the part."""
        return self.start + len(self.data)

    @property
    def tag(self) -> bytes:
        """Its start tag."""
        return self.data[: self.opened]

    @property
    def inner(self) -> bytes:
        """Its cells; a row without cells may be closed at once."""
        return self.data[self.opened : self.closing]


class Rows:
    """Finds the rows of one sheet and their cells; `prefix` is that of its elements."""

    def __init__(self, prefix: bytes, where: str) -> None:
        self.prefix = prefix
        self._where = where
        self._row_tag, self._row_end = b"<%srow" % prefix, b"</%srow" % prefix
        self._closing = b"</%ssheetData" % prefix
        name = re.escape(prefix)
        self._row = re.compile(rb"<%srow(?=[\s/>])([^>]*?)(/?)>" % name)
        self._plain = re.compile(rb'<%srow r="([1-9]\d{0,6})"' % name)
        self._counting = re.compile(rb"<%sc(?=[\s/>])(?![^>]*\sr\s*=)" % name)
        self.cell = re.compile(rb"<%sc(?=[\s/>])([^>]*?)(?:/>|>(.*?)</%sc\s*>)" % (name, name), re.DOTALL)

    def blocks(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Cut what follows `<sheetData>` into blocks of whole rows; the last one is what starts with `</sheetData>`."""
        data = b""
        for chunk in chunks:
            seen = max(len(data) - len(self._closing), 0)
            data += chunk
            closing = data.find(self._closing, seen)
            cut = closing if closing >= 0 else data.rfind(self._row_tag, seen)
            if cut > 0:
                yield data[:cut]
                data = data[cut:]
            if closing >= 0:
                yield data
                return
            if len(data) > _LONGEST:
                raise self.strange("holds a row of more than 64 MB", "bevat een rij van meer dan 64 MB")
        raise NotAWorkbook(
            f"{self._where} is cut short. Restore a backup of the file.",
            f"{self._where} is afgekapt. Zet een reservekopie van het bestand terug.",
        )

    def numbers(self, block: bytes) -> list[int] | None:
        """Give the numbers of the rows in a block; None when not all say it plainly."""
        numbers = list(map(int, self._plain.findall(block)))
        return numbers if len(numbers) == block.count(self._row_tag) else None

    def rows(self, block: bytes, at: int, last: int) -> Iterator[Row]:
        """Give the rows in a block that stands at `at` in the part and follows row `last`."""
        end = 0
        for match in self._row.finditer(block):
            if match.start() < end:
                raise self.strange(f"has rows inside row {last}", f"heeft rijen binnen rij {last}")
            reference = _REFERENCE.search(match[1])
            number = last + 1
            if reference:
                if reference[2] is None or reference[1] or int(reference[2]) > LAST_ROW:
                    raise self.strange(
                        f"has a row with a strange number after row {last}",
                        f"heeft een rij met een vreemd nummer na rij {last}",
                    )
                number = int(reference[2])
            if number <= last:
                raise self.strange(
                    f"has rows out of order near row {number}", f"heeft rijen in de verkeerde volgorde bij rij {number}"
                )
            closing = end = match.end()
            if not match[2]:
                closing = block.find(self._row_end, closing)
                end = block.find(b">", closing) + 1
                if closing < 0 or not end:
                    raise NotAWorkbook(
                        f"{self._where} is damaged near row {number}. Restore a backup of the file.",
                        f"{self._where} is beschadigd bij rij {number}. Zet een reservekopie van het bestand terug.",
                    )
            start, opened = match.start(), match.end()
            yield Row(number, reference is not None, at + start, block[start:end], opened - start, closing - start)
            last = number

    def cells(self, row: Row) -> Iterator[tuple[int, re.Match[bytes]]]:
        """Give the columns of the cells of a row, each with its match: [1] attributes, [2] content."""
        column = 0
        for match in self.cell.finditer(row.data, row.opened, row.closing):
            reference = _REFERENCE.search(match[1])
            last, column = column, column + 1
            if reference:
                if not reference[1] or int(reference[2]) != row.number:
                    raise self.strange(
                        f"has a cell with a strange address in row {row.number}",
                        f"heeft een cel met een vreemd adres in rij {row.number}",
                    )
                column = column_number(reference[1].decode())
            if not last < column <= LAST_COLUMN:
                raise self.strange(
                    f"has cells out of order in row {row.number}",
                    f"heeft cellen in de verkeerde volgorde in rij {row.number}",
                )
            yield column, match

    def counting(self, row: Row) -> bool:
        """Whether some cell of a row leaves its column to be counted."""
        return self._counting.search(row.inner) is not None

    def region(self, chunks: Iterable[bytes], first: Place, end: int) -> Iterator[Row]:
        """Read the rows of a sheet again, from one place to another."""
        source = Source(chunks)
        deque(source.until(first.offset), maxlen=0)
        at, last = first.offset, first.after
        pieces = (piece for _, piece in source.until(end))
        for block in self.blocks(chain(pieces, [self._closing])):
            for row in self.rows(block, at, last):
                yield row
                last = row.number
            at += len(block)

    def strange(self, en: str, nl: str) -> Unsupported:
        """Refuse a form of the sheet that no program should write."""
        return Unsupported(
            f"{self._where} {en}: open the file in Excel and save it again.",
            f"{self._where} {nl}: open het bestand in Excel en sla het opnieuw op.",
        )


def ascending(numbers: list[int], last: int) -> bool:
    """Whether numbers rise, the first one above `last`."""
    return numbers[0] > last and all(map(lt, numbers, numbers[1:]))


def filled(match: re.Match[bytes]) -> bool:
    """Whether a cell holds anything but its style."""
    return bool(match[2] and match[2].strip())
