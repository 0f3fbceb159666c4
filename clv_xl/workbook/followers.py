"""What other parts of a workbook hold about a table, moved when the table gets other rows."""

from __future__ import annotations

import re
from functools import partial
from html import escape
from typing import TYPE_CHECKING

from clv_xl.errors import CellRefused
from clv_xl.workbook.address import Area, area
from clv_xl.workbook.cell_xml import attributes
from clv_xl.workbook.charts import Values, chart_parts, moved_chart
from clv_xl.workbook.encoding import utf8
from clv_xl.workbook.markup import characters
from clv_xl.workbook.moves import Move, Reference, follow, moved_formula, rewritten

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clv_xl.workbook.book import Book

_ATTRIBUTES = rb"""((?:[^>"']|"[^"]*"|'[^']*')*)"""
_NAME = re.compile(rb"(<((?:[\w.-]+:)?)definedName\s%s>)([^<]*)(?=</\2definedName)" % _ATTRIBUTES)
_SOURCE = re.compile(rb"<(?:[\w.-]+:)?(?:worksheetSource|rangeSet)\s%s>" % _ATTRIBUTES)
_REF = re.compile(rb"""((?:^|\s)ref\s*=\s*["'])([^"']*)""")
_WIDE = (b"_xlnm.Print_Area", b"_xlnm._FilterDatabase")


def followers(book: Book, moves: Sequence[Move], values: Values) -> dict[str, bytes]:
    """Give the parts that differ because tables have other rows: charts, defined names and sources of pivot tables.

    `values(sheet, area)` gives the rows of an area as they are after the move. References in sheets are not touched:
    `moves.moved_formula` moves those in cells, `tail.followed` those below the rows. What a pivot table shows stays
    until it is refreshed in Excel.
    """
    changes: dict[str, Callable[[bytes], bytes]] = {book.part: partial(_names, tabs=list(book.sheets), moves=moves)}
    for link in book.links.values():
        if link.kind == "pivotCacheDefinition" and link.target in book.package:
            changes[link.target] = partial(_sources, moves=moves)
    for part in chart_parts(book):
        changes[part] = partial(moved_chart, book=book, moves=moves, values=values)
    parts = {}
    for part, change in changes.items() if moves else ():
        data = utf8(book.package.read(part), f"{book.path.name}: {part}")
        if (new := change(data)) != data:
            parts[part] = new
    return parts


def _names(data: bytes, tabs: list[str], moves: Sequence[Move]) -> bytes:
    def moved(match: re.Match[bytes]) -> bytes:
        tag, text = attributes(match[3]), characters(match[4])
        if tag.get(b"name") in _WIDE:
            new = rewritten(text, "", lambda found: follow(found, moves) or _wide(found, moves))
        else:
            index = int(tag.get(b"localSheetId", b"-1"))
            new = moved_formula(text, moves, tabs[index] if 0 <= index < len(tabs) else "")
        return match[0] if new == text else match[1] + escape(new, quote=False).encode()

    return _NAME.sub(moved, data)


def _wide(reference: Reference, moves: Sequence[Move]) -> Area | None:
    """Move the end of an area that reaches round a table and ends with it."""
    box = reference.area
    inside = [
        move
        for move in moves
        if reference.sheet.casefold() == move.sheet.casefold()
        and (box.left <= move.table.left and move.table.right <= box.right)
        and (box.top <= move.table.top and move.table.bottom == box.bottom)
    ]
    bottom = max((box.bottom + move.rows for move in inside), default=box.bottom)
    # What stands beside a table that shrinks is printed as before.
    narrow = all(box.columns == move.table.columns for move in inside)
    return box._replace(bottom=bottom) if narrow or bottom > box.bottom else None


def _sources(data: bytes, moves: Sequence[Move]) -> bytes:
    def moved(match: re.Match[bytes]) -> bytes:
        tag = attributes(match[1])
        other_workbook = any(key.rpartition(b":")[2] == b"id" for key in tag)
        if b"ref" not in tag or b"sheet" not in tag or other_workbook:
            return match[0]
        try:
            text = characters(tag[b"ref"])
            reference = Reference(characters(tag[b"sheet"]), area(text), text, 0)
        except CellRefused:
            return match[0]
        new = follow(reference, moves)
        return match[0] if new is None else _REF.sub(lambda ref: ref[1] + str(new).encode(), match[0], count=1)

    return _SOURCE.sub(moved, data)
