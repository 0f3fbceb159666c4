"""Addresses and texts as a sheet spells them, by rules of their own."""

from __future__ import annotations

import re

AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")


def unescaped(text: str) -> str:
    """Read `_x0041_` as A; line ends as XML parsers give them."""
    text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n")


def number(letters: str) -> int:
    """Column AA is 27."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found


def address(row: int, column: int) -> str:
    """(5, 2) is B5."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def position(spot: str) -> tuple[int, int]:
    """B5 is (5, 2)."""
    match = AREA.fullmatch(spot)
    if match is None:
        raise ValueError(spot)
    return int(match[2]), number(match[1])
