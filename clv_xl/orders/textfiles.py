"""Text exports: their encoding, their delimiter, their rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from typing import TYPE_CHECKING

from clv_xl.errors import OrdersError
from clv_xl.orders.headers import fitness

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 50  # lines that decide on the delimiter
_FIELDS = 3  # customer, date and amount: with fewer columns it is the wrong delimiter
_STEADY = 0.8  # share of the lines that have the same number of fields
_SEP_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_BLANKS = " "


def read_rows(path: Path, content: bytes) -> list[list[str]]:
    """Read the records of a text file with their fields; blank lines are empty records, so that row numbers hold.

    Encodings: UTF-8 with or without mark, UTF-16, else Windows-1252. Delimiters: tab, ; | , or runs of blanks.
    Raises OrdersError when the file is no text or cannot be split into columns.
    """
    text = _decode(path, content)
    rows: list[list[str]] = []
    if told := _SEP_LINE.match(text):
        delimiter = told[1]
        text = text[told.end() :]
        rows.append([])
    else:
        delimiter = _delimiter(text)
    if delimiter == _BLANKS:
        return rows + [line.split() for line in text.splitlines()]
    try:
        return rows + list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise OrdersError(f"{path.name} cannot be read as text with columns: {error}.") from error


def _decode(path: Path, content: bytes) -> str:
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), "")
    if not encoding and b"\0" in content[:1000]:
        # UTF-16 without mark: of Latin text every second byte is zero.
        even, odd = content[0:1000:2].count(0), content[1:1000:2].count(0)
        if max(even, odd) < len(content[:1000]) / 4:
            raise OrdersError(f"{path.name} is no text file. Save it as .xlsx or .csv.")
        encoding = "utf-16-be" if even > odd else "utf-16-le"
    try:
        return content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding:
            raise OrdersError(f"{path.name} is damaged: {error.reason} at byte {error.start}.") from error
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise OrdersError(f"{path.name} is no text file. Save it as .xlsx or .csv.") from error


def _delimiter(text: str) -> str:
    """Find the delimiter that makes headers of orders of the first line, or gives most lines as many fields.

    A few ragged rows then matter to nobody but themselves. The comma comes after the others because it is a decimal
    sign too; blanks come last because texts hold them.
    """
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:_SAMPLE]
    for sign in "\t;|,":
        if lines and fitness(next(csv.reader(lines[:1], delimiter=sign)))[0] == _FIELDS:
            return sign
    found = [(count, sign) for sign in "\t;|" if (count := _columns(list(csv.reader(lines, delimiter=sign))))]
    if found:
        return max(found)[1]
    if _columns(list(csv.reader(lines))):
        return ","
    return _BLANKS if _columns([line.split() for line in lines]) else ","


def _columns(rows: Sequence[Sequence[str]]) -> int:
    """Count the fields that nearly all rows have; 0 when they differ or are too few."""
    if not rows:
        return 0
    count, times = Counter(len(row) for row in rows).most_common(1)[0]
    return count if count >= _FIELDS and times >= _STEADY * len(rows) else 0
