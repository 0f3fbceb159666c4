"""What stands below the rows of a sheet and refers to cells: conditional formats, validations and sparklines."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple

from clv_xl.errors import CellRefused
from clv_xl.workbook.address import Area, area
from clv_xl.workbook.markup import characters
from clv_xl.workbook.moves import Reference, follow, respelled
from clv_xl.workbook.rewriting import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clv_xl.workbook.moves import Move

_P = rb"(?:[\w.-]+:)?"
_ATTRIBUTES = rb"""(?:[^>"']|"[^"]*"|'[^']*')*"""
_MENTION = re.compile(
    rb"<(/?)%s(?:sparklineGroups(?=[\s/>])"
    rb"|(conditionalFormatting|dataValidation|cfvo)\s(%s)>"
    rb"|(formula[12]?|f|sqref)(?:\s%s)?>([^<]+)<)" % (_P, _ATTRIBUTES, _ATTRIBUTES)
)
_NAMING = {
    name: re.compile(rb"""(?:^|\s)%s\s*=\s*(?:"([^"]*)"|'([^']*)')""" % name) for name in (b"sqref", b"val")
}  # fmt: skip
_AREA = re.compile(rb"[^ \t\r\n]+")
# One character of text as XML spells it.
_CHARACTER = re.compile(rb"&[^;]*;|\r\n|[^\x80-\xff]|[\xc0-\xff][\x80-\xbf]*", re.DOTALL)
_ROWS = re.compile(rb"<(%s)sheetData(?=[\s/>])[^>]*?(/?)>" % _P)
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["'](?!utf-8|us-ascii|ascii)""", re.IGNORECASE)
_LONGEST_HEAD = 1 << 25


class Mention(NamedTuple):
    """Cells that something refers to: `raw` stands at `at` in the part.

    `areas` are what it applies to, `place` is where a sparkline stands, `series` what one shows; a `formula` is that of
    a format or validation.
    """

    at: int
    raw: bytes
    kind: Literal["areas", "place", "series", "formula"]


class Mentions:
    """Gathers what refers to cells in the tail of a sheet, which is read piece by piece."""

    def __init__(self) -> None:
        self.found: list[Mention] = []
        self._sparklines = False

    def read(self, piece: bytes, at: int) -> None:
        """Read a piece that cuts no element with text; it stands at `at` in the part."""
        for match in _MENTION.finditer(piece):
            closes, outer, tag, inner, text = match.groups()
            if outer is not None:
                name = b"val" if outer == b"cfvo" else b"sqref"
                if found := _NAMING[name].search(tag):
                    group = 1 if found[1] is not None else 2
                    kind: Literal["formula", "areas"] = "formula" if outer == b"cfvo" else "areas"
                    self.found.append(Mention(at + match.start(3) + found.start(group), found[group], kind))
            elif inner is None:
                self._sparklines = not closes
            elif not closes:
                kinds: tuple[Literal["place", "areas"], Literal["series", "formula"]]
                kinds = ("place", "series") if self._sparklines else ("areas", "formula")
                self.found.append(Mention(at + match.start(5), text, kinds[inner != b"sqref"]))


class Outline(NamedTuple):
    """A sheet seen from outside: its rows stand between `opened` and `closing`, its mentions below them."""

    opened: int
    closing: int
    mentions: list[Mention]


def outline(chunks: Iterable[bytes]) -> Outline | None:
    """Read what stands below the rows of a sheet, and pass over those; None when it is no plain worksheet."""
    chunks, data = iter(chunks), b""
    while (rows := _ROWS.search(data)) is None:
        chunk = next(chunks, b"")
        if not chunk or len(data) > _LONGEST_HEAD:
            return None
        data += chunk
    if b"<!DOCTYPE" in data[: rows.start()] or _ENCODING.search(data, 0, rows.start()):
        return None
    opened = at = rows.end()
    data = data[opened:]
    end = b"</%ssheetData" % rows[1]
    while not rows[2] and (found := data.find(end)) != 0:
        # The end tag may begin in one block and go on in the next.
        cut = found if found > 0 else max(len(data) - len(end), 0)
        at, data = at + cut, data[cut:]
        if found < 0:
            chunk = next(chunks, b"")
            if not chunk:
                return None
            data += chunk
    mentions = Mentions()
    for piece, place in whole_tags(data, chunks, at):
        mentions.read(piece, place)
    return Outline(opened, at, mentions.found)


def whole_tags(data: bytes, chunks: Iterator[bytes], at: int) -> Iterator[tuple[bytes, int]]:
    """Cut the tail of a sheet, of which `data` stands at `at`, before start tags; give the pieces with their places."""
    while True:
        chunk = next(chunks, b"")
        data += chunk
        # What follows the last start tag may go on in the next block.
        cut = data.rfind(b"<")
        while cut > 0 and data[cut + 1 : cut + 2] == b"/":
            cut = data.rfind(b"<", 0, cut)
        cut = cut if chunk and cut > 0 else len(data) * (not chunk)
        yield data[:cut], at
        data, at = data[cut:], at + cut
        if not chunk:
            return


def followed(mentions: Iterable[Mention], moves: Sequence[Move], sheet: str) -> Iterator[Change]:
    """Give the changes by which the mentions on a sheet follow tables that have other rows."""
    for at, raw, kind in mentions:
        if kind in ("areas", "place"):
            for match in _AREA.finditer(raw):
                new = _area(match[0], moves, sheet, grows=kind == "areas")
                if new is not None:
                    yield Change(at + match.start(), 0, at + match.end(), str(new).encode())
        else:
            for start, end, text in _formula(raw, moves, sheet, series=kind == "series"):
                yield Change(at + start, 0, at + end, text)


def _area(raw: bytes, moves: Sequence[Move], sheet: str, *, grows: bool) -> Area | None:
    """Give the area that another becomes, None for itself; a sparkline stands in one cell, which only moves."""
    try:
        text = raw.decode()
        box = area(text)
    except (CellRefused, UnicodeDecodeError):
        return None
    new = next(
        (new for move in moves if move.sheet.casefold() == sheet.casefold() and (new := move.followed(box))), None
    )
    return new if new != box and (grows or (new and new.rows == box.rows)) else None


def _formula(raw: bytes, moves: Sequence[Move], sheet: str, *, series: bool) -> Iterator[tuple[int, int, bytes]]:
    """Give the references that change in a formula, as places in its markup."""

    def moved(reference: Reference) -> Area | None:
        return follow(reference, moves, series=series, each=not series)

    try:
        text = characters(raw)
    except (ValueError, OverflowError):  # what is no text refers to nothing
        return
    places = [0, *accumulate(map(len, _CHARACTER.findall(raw)))]
    for reference, new in respelled(text, sheet, moved):
        end = reference.start + len(reference.text)
        if end < len(places):
            yield places[reference.start], places[end], new.encode()
