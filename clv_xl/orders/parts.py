"""What the parts of an .xlsx or .xlsm hold and no reader of cells tells: errors, the first rows without the rest."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from itertools import islice
from typing import IO, TYPE_CHECKING

from lxml import etree

from clv_xl.errors import CellError, cell_error

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOOK = "xl/workbook.xml"
_STYLES, _NOBODYS = "xl/styles.xml", b"xl/hidden.xml"
_BLOCK = 1 << 18
_LONGEST_END = 1_000
_LARGEST = 1 << 20  # bytes of a part without cells that is still copied

_DATE1904 = re.compile(rb"""<(?:\w+:)?workbookPr\b[^>]*\bdate1904=["'](?:1|true|on)["']""")
_ROW_END = re.compile(rb"</((?:\w+:)?)row\s*>")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>")
_PLACE = re.compile(rb"""\br=["']([A-Z]*)(\d+)["']""")
_IS_ERROR = re.compile(rb"""\bt=["']e["']""")
_SHOWN = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_IS_TEXT = re.compile(rb"""\bt=["']s["']""")
_TEXT_END = re.compile(rb"</((?:\w+:)?)si\s*>|<((?:\w+:)?)si\s*/>")


def counts_from_1904(content: bytes) -> bool:
    """Tell whether day numbers do; asked here because calamine applies it to date cells only."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _BOOK in archive.namelist() and bool(_DATE1904.search(archive.read(_BOOK)))


def size(content: bytes) -> int:
    """Count the bytes of the unpacked parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(part.file_size for part in archive.infolist())


def beginning(content: bytes, rows: int) -> bytes:
    """Make a workbook of the first `rows` rows of each sheet and of the texts that they show."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(result, "w") as short:
        texts, last = [], -1
        for part in archive.infolist():
            if not part.filename.endswith((".xml", ".rels")):
                continue
            with archive.open(part) as stream:
                start = stream.read(_BLOCK)
                if b"sheetData" in start:
                    sheet = _cut(stream, start, _ROW_END, rows, b"</%bsheetData></%bworksheet>")
                    last = max([last, *_texts(sheet)])
                    short.writestr(part.filename, sheet)
                elif re.search(rb"<(?:\w+:)?sst\b", start):
                    texts.append(part)
                elif part.file_size <= _LARGEST or part.filename == _STYLES:
                    short.writestr(part.filename, start + stream.read())
        for part in texts:
            with archive.open(part) as stream:
                short.writestr(part.filename, _cut(stream, b"", _TEXT_END, max(last, 0) + 1, b"</%bsst>"))
    return result.getvalue()


def _texts(sheet: bytes) -> Iterator[int]:
    """Places of the shared texts that a sheet shows."""
    for tag in _CELL.finditer(sheet):
        if _IS_TEXT.search(tag[1]) and (shown := _SHOWN.search(sheet, tag.end())) and shown[1].isdigit():
            yield int(shown[1])


def _cut(stream: IO[bytes], start: bytes, end: re.Pattern[bytes], count: int, closing: bytes) -> bytes:
    """Read until the `count`-th `end`; `closing` then closes the part."""
    text, last, looked, found, prefix = bytearray(start), 0, 0, 0, b""
    while found < count:
        for match in islice(end.finditer(text, looked), count - found):
            last, found, prefix = match.end(), found + 1, match[match.lastindex or 1]
        # An end may be cut by the end of a block; what was looked through is not looked through again.
        looked = max(last, len(text) - _LONGEST_END)
        block = b"" if found == count else stream.read(_BLOCK)
        if not block and found < count:
            return bytes(text)
        text += block
    return bytes(text[:last]) + closing.replace(b"%b", prefix)


def hide_formats(book: IO[bytes]) -> None:
    """Make readers find no styles in a workbook, so that they give each date as its day number."""
    with zipfile.ZipFile(book) as archive:
        start = archive.start_dir
        names = [name for name in archive.namelist() if name.replace("\\", "/").casefold() == _STYLES]
    book.seek(start)
    directory = book.read()
    for name in names:
        book.seek(start + directory.rfind(name.encode()))
        book.write(_NOBODYS)


def errors(content: bytes, sheet: str) -> dict[tuple[int, int], CellError]:
    """Find the error cells of a sheet by row and column, from 1: calamine gives them as blanks."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = part_of(archive, sheet)
        if part is None or not _occurs(archive, part):
            return {}
        with archive.open(part) as stream:
            return dict(errors_in(stream))


def part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Name the part that holds a sheet."""
    names = set(archive.namelist())
    relations = f"{posixpath.dirname(_BOOK)}/_rels/{posixpath.basename(_BOOK)}.rels"
    if not {_BOOK, relations} <= names:
        return None
    targets = {one.get("Id"): one.get("Target", "") for one in _elements(archive.read(relations), "Relationship")}
    for one in _elements(archive.read(_BOOK), "sheet"):
        if one.get("name") == sheet:
            ids = [str(value) for key, value in one.attrib.items() if str(key).endswith("}id")]
            target = targets.get(ids[0], "") if ids else ""
            path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            return path if path in names else None
    return None


def _elements(xml: bytes, name: str) -> Iterator[etree._Element]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(xml, parser).iter(f"{{*}}{name}")


def _occurs(archive: zipfile.ZipFile, part: str) -> bool:
    with archive.open(part) as stream:
        end = b""
        while block := stream.read(_BLOCK):
            if b't="e"' in (text := end + block) or b"t='e'" in text:
                return True
            end = block[-4:]
    return False


def errors_in(stream: IO[bytes]) -> Iterator[tuple[tuple[int, int], CellError]]:
    """Find the error cells in the XML of a sheet; rows and cells without an address follow the one before."""
    row, rest = 0, b""
    while block := stream.read(_BLOCK):
        *whole, rest = re.split(rb"</(?:\w+:)?row\s*>", rest + block)
        for text in whole:
            start = 0
            for tag in _ROW.finditer(text):
                place = _PLACE.search(tag[1])
                row, start = int(place[2]) if place else row + 1, tag.end()
            if _IS_ERROR.search(text, start):
                yield from _in_row(text, start, row)


def _in_row(text: bytes, start: int, row: int) -> Iterator[tuple[tuple[int, int], CellError]]:
    column = 0
    for tag in _CELL.finditer(text, start):
        place = _PLACE.search(tag[1])
        column = number(place[1]) if place else column + 1
        if _IS_ERROR.search(tag[1]) and not tag[1].endswith(b"/") and (shown := _SHOWN.search(text, tag.end())):
            yield (row, column), cell_error(shown[1].decode(errors="replace"))


def number(letters: bytes) -> int:
    """Tell the number of a column from its capitals."""
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found
