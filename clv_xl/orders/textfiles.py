"""Text exports: their encoding, their delimiter, their columns."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

import pandas as pd

from clv_xl.errors import OrdersError
from clv_xl.orders.columns import columns_of
from clv_xl.orders.headers import fitness

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from clv_xl.orders.columns import Cells

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 50  # lines that decide on the delimiter
_FIELDS = 3  # customer, date and amount: with fewer columns it is the wrong delimiter
_STEADY = 0.8  # share of the lines that have the same number of fields
_SEP_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_SIGNS, _BLANKS = "\t;|,", " "


def read_columns(path: Path, content: bytes) -> tuple[list[Cells], list[list[str]]]:
    """Read a text file as columns of texts, and its first records; a blank line is a record, so that row numbers hold.

    Encodings: UTF-8 with or without mark, UTF-16, else Windows-1252. Delimiters: tab, ; | , or runs of blanks.
    Raises OrdersError when the file is no text or cannot be split into columns.
    """
    text = _decode(path, content)
    told = _SEP_LINE.match(text)
    delimiter = told[1] if told else _delimiter(text)
    if told:
        text = "\n" + text[told.end() :]
    if delimiter == _BLANKS:
        rows = [line.split() for line in text.splitlines()]
    elif columns := _parsed(text, delimiter):
        return columns, [list(row) for row in zip(*(cells[:_SAMPLE] for cells in columns), strict=True)]
    else:
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error as error:
            raise OrdersError(
                f"{path.name} cannot be read as text with columns: {error}.",
                f"{path.name} is niet te lezen als tekst met kolommen: {error}.",
            ) from error
    return columns_of(rows, max(map(len, rows), default=0)), rows[:_SAMPLE]


def _parsed(text: str, delimiter: str) -> list[Cells] | None:
    """Split by the parser of pandas, three times as fast as Python's; None where it would read something else.

    It refuses a record with more fields than the first ones have, and ends a text at a zero byte.
    """
    if delimiter not in _SIGNS or "\0" in text:
        return None
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        width = max(map(len, islice(lines, _SAMPLE)), default=0)
        frame = pd.read_csv(
            io.BytesIO(text.encode()),
            sep=delimiter,
            header=None,
            names=range(width),
            index_col=False,
            dtype=str,
            na_filter=False,
            skip_blank_lines=False,
        )
    except (csv.Error, ValueError):  # those of pandas are of the second kind
        return None
    return [frame[place].array for place in range(width)]


def _decode(path: Path, content: bytes) -> str:
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), "")
    if not encoding and b"\0" in content[:1000]:
        # UTF-16 without mark: of Latin text every second byte is zero.
        even, odd = content[0:1000:2].count(0), content[1:1000:2].count(0)
        if max(even, odd) < len(content[:1000]) / 4:
            raise OrdersError(
                f"{path.name} is no text file. Save it as .xlsx or .csv.",
                f"{path.name} is geen tekstbestand. Sla het op als .xlsx of .csv.",
            )
        encoding = "utf-16-be" if even > odd else "utf-16-le"
    try:
        return content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding:
            raise OrdersError(
                f"{path.name} is damaged: {error.reason} at byte {error.start}.",
                f"{path.name} is beschadigd: {error.reason}, byte {error.start}.",
            ) from error
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise OrdersError(
            f"{path.name} is no text file. Save it as .xlsx or .csv.",
            f"{path.name} is geen tekstbestand. Sla het op als .xlsx of .csv.",
        ) from error


def _delimiter(text: str) -> str:
    """Find the delimiter that makes headers of orders of the first line, or gives most lines as many fields.

    A few ragged rows then matter to nobody but themselves. The comma comes after the others because it is a decimal
    sign too; blanks come last because texts hold them.
    """
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:_SAMPLE]
    for sign in _SIGNS:
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
