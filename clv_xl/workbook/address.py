"""Cell addresses and areas: `B5` is row 5, column 2, both counted from 1."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from clv_xl.errors import CellRefused

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3})")
_ROWS = re.compile(r"\$?([1-9]\d{0,6})")

Position = tuple[int, int]


@cache
def column_number(letters: str) -> int:
    """Tell the number of a column: ``column_number("AA")`` is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@cache
def column_letters(number: int) -> str:
    """Tell the letters of a column: ``column_letters(27)`` is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def parse(address: str) -> Position:
    """Read `B5` or `$B$5` as (row, column); an address outside the sheet is refused."""
    match = _CELL.fullmatch(address)
    if match is None:
        raise CellRefused(
            f"{address!r} is no cell address: write it like B5.", f"{address!r} is geen celadres: schrijf het als B5."
        )
    return _inside(int(match[2]), column_number(match[1]), address)


def name(row: int, column: int) -> str:
    """Write (5, 2) as `B5`."""
    _inside(row, column, f"row {row}, column {column}")
    return f"{column_letters(column)}{row}"


def _inside(row: int, column: int, address: str) -> Position:
    if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
        raise CellRefused(
            f"{address} lies outside the sheet, which ends at XFD1048576.",
            f"{address} ligt buiten het blad, dat bij XFD1048576 eindigt.",
        )
    return row, column


class Area(NamedTuple):
    """A rectangle of cells; its four sides belong to it."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def cell(cls, row: int, column: int) -> Area:
        """The area of one cell."""
        return cls(row, column, row, column)

    @property
    def rows(self) -> int:
        """How many rows."""
        return self.bottom - self.top + 1

    @property
    def columns(self) -> int:
        """How many columns."""
        return self.right - self.left + 1

    @property
    def size(self) -> int:
        """How many cells."""
        return self.rows * self.columns

    @property
    def anchor(self) -> Position:
        """The upper left cell."""
        return self.top, self.left

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell lies inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def meets(self, other: Area) -> bool:
        """Whether the two have a cell in common."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def __str__(self) -> str:
        first, last = name(self.top, self.left), name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


def area(text: str) -> Area:
    """Read `$A$1:C9`, `B5`, `A:C` or `2:4` as an area."""
    first, _, last = text.partition(":")
    last = last or first
    if _COLUMNS.fullmatch(first) and _COLUMNS.fullmatch(last):
        first, last = f"{first}1", f"{last}{LAST_ROW}"
    elif _ROWS.fullmatch(first) and _ROWS.fullmatch(last):
        first, last = f"A{first.lstrip('$')}", f"XFD{last.lstrip('$')}"
    (top, left), (bottom, right) = parse(first), parse(last)
    return Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
