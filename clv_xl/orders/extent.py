"""How far the cells of a sheet of an .xlsx reach; the fast readers make room for the whole rectangle at once."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import IO, TYPE_CHECKING

from clv_xl.errors import OrdersError
from clv_xl.orders import parts
from clv_xl.terms import dutch

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CELLS = 50_000_000
"""Readers take some 32 bytes for each cell of the rectangle, filled or not."""

_LAST_COLUMN = 16_384
_LARGE, _HEAD = 1 << 26, 1 << 13
_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\s+ref=["']\$?[A-Z]+\$?\d+:\$?([A-Z]+)\$?(\d+)["']""")
_SUSPECT_BYTES, _MOST_RATIO = 1 << 26, 500
_BLOCK = 1 << 18
_FIRST_ROWS, _FIRST_COLUMNS = 1_000, 702  # what is looked at of a sheet that reaches too far: up to column ZZ
# A cell whose address has more than one letter or lies below the sheet, or does not follow its name: 26 columns never
# are too many.
_UNCOMMON = re.compile(rb'<c(?! r="[A-Z](?:\d{1,6}|10[0-4]\d{4})"|[A-Za-z])')
_PREFIXED = re.compile(rb":c[\s/>]")
_TAG = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*)>")
_ELEMENT = re.compile(rb"<(?:\w+:)?row\b([^>]*)>|<((?:\w+:)?c)\b([^>]*?)(?:/>|>.*?</\2\s*>)", re.DOTALL)
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d+)["']""")
_DIGITS = 9  # of a row number: more say no more


def refuse_far(content: bytes, sheet: str, source: str) -> None:
    """Refuse a sheet whose cells reach so far that its rectangle does not fit in memory; raises OrdersError."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = parts.part_of(archive, sheet)
        for name in archive.namelist() if part is None else [part]:
            rows, columns = _corner(archive, name)
            if _too_far(rows, columns):
                raise OrdersError(
                    f"{source}: sheet {sheet!r} has cells as far as row {rows:,} and column {columns:,}, which is more "
                    "than can be read: delete the rows below and the columns right of the orders, or put the orders on "
                    "a sheet of their own.",
                    f"{source}: blad {sheet!r} heeft cellen tot rij {dutch(rows)} en kolom {dutch(columns)}, meer dan "
                    "te lezen is: verwijder de rijen onder en de kolommen rechts van de bestellingen, of zet de "
                    "bestellingen op een eigen blad.",
                )


def refuse_bombs(content: bytes, source: str) -> None:
    """Refuse a workbook with a part that inflates more than cells ever do; raises OrdersError."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.infolist():
            if part.file_size > _SUSPECT_BYTES and part.file_size > _MOST_RATIO * max(part.compress_size, 1):
                raise OrdersError(
                    f"{source}: {part.filename} inflates to {part.file_size:,} bytes, more than a real workbook does. "
                    "Open it in Excel and save it again if you trust it.",
                    f"{source}: {part.filename} pakt uit tot {dutch(part.file_size)} bytes, meer dan een echte "
                    "werkmap. Is het bestand te vertrouwen, open het dan in Excel en sla het opnieuw op.",
                )


def nearby(content: bytes) -> bytes:
    """Make a workbook in which sheets that reach too far hold only their first rows and columns."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        far = {name for name in archive.namelist() if _is_far(archive, name)}
        if not far:
            return content
        result = io.BytesIO()
        with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as near:
            for part in archive.infolist():
                data = archive.read(part)
                near.writestr(part.filename, _cropped(data) if part.filename in far else data)
    return result.getvalue()


def _is_far(archive: zipfile.ZipFile, name: str) -> bool:
    try:
        rows, columns = _corner(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        return False  # damage in a part that nobody needs does no harm
    return _too_far(rows, columns)


def _too_far(rows: int, columns: int) -> bool:
    return rows * columns > MOST_CELLS or columns > _LAST_COLUMN


def _corner(archive: zipfile.ZipFile, name: str) -> tuple[int, int]:
    """The last row and column with a cell that is not empty; (0, 0) for other parts and sheets that cannot be far."""
    if not name.lower().endswith(".xml"):
        return 0, 0
    if archive.getinfo(name).file_size > _LARGE and (said := _said(archive, name)):
        return said
    with archive.open(name) as stream:
        if not any(b"sheetData" in text for text in _whole_tags(stream)):
            return 0, 0  # styles and texts, which may be large
    with archive.open(name) as stream:
        if not any(map(_is_uncommon, _whole_tags(stream))):
            return 0, 0
    row = column = bottom = right = 0
    with archive.open(name) as stream:
        for text in _whole_tags(stream):
            for tag in _TAG.finditer(text):
                row, column = _position(tag[1] == b"row", tag[2], row, column)
                if tag[1] == b"c" and not tag[2].endswith(b"/"):
                    bottom, right = max(bottom, row), max(right, column)
    return bottom, right


def _said(archive: zipfile.ZipFile, name: str) -> tuple[int, int] | None:
    """What a large sheet says itself: looking through it takes half as long as reading it."""
    with archive.open(name) as stream:
        found = _DIMENSION.search(stream.read(_HEAD))
    return (int(found[2]), parts.number(found[1])) if found else None


def _whole_tags(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while block := stream.read(_BLOCK):
        text = rest + block
        cut = text.rfind(b"<")
        yield text[:cut] if cut > 0 else b""
        rest = text[cut:] if cut > 0 else text
    yield rest


def _is_uncommon(text: bytes) -> bool:
    return bool(_UNCOMMON.search(text) or _PREFIXED.search(text))


def _position(is_row: bool, attributes: bytes, row: int, column: int) -> tuple[int, int]:
    """Where a row or cell stands; without an address it follows the one before."""
    place = _PLACE.search(attributes)
    if is_row:
        return int(place[2][:_DIGITS]) if place else row + 1, 0
    return (int(place[2][:_DIGITS]), parts.number(place[1].upper())) if place else (row, column + 1)


def _cropped(sheet: bytes) -> bytes:
    row = column = 0

    def kept(match: re.Match[bytes]) -> bytes:
        nonlocal row, column
        row, column = _position(match[2] is None, match[1] if match[2] is None else match[3], row, column)
        if match[2] is None or (row <= _FIRST_ROWS and column <= _FIRST_COLUMNS):
            return match[0]
        return b"<%s/>" % match[2]  # the cells after it may count on it

    return _ELEMENT.sub(kept, sheet)
