"""What a patch will write: the new parts of a workbook, sheet by sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clv_xl.errors import CellRefused
from clv_xl.workbook.address import Position, name
from clv_xl.workbook.cell_xml import CellXml, Edit, attributes
from clv_xl.workbook.guards import Guards
from clv_xl.workbook.package import CONTENT_TYPES, relationships_part
from clv_xl.workbook.sheet_xml import SheetXml
from clv_xl.workbook.splice import Rows, Splice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clv_xl.workbook.book import Book, Sheet
    from clv_xl.workbook.resize import Resize

_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*?)(?:/>|>\s*</(?:\w+:)?Relationship\s*>)")
_OVERRIDE = re.compile(rb"<(?:\w+:)?Override\s([^>]*?)(?:/>|>\s*</(?:\w+:)?Override\s*>)")


class Plan:
    """Gathers the parts that differ; `replaced` and `dropped` are what `Package.write` takes."""

    def __init__(self, book: Book) -> None:
        self.replaced: dict[str, Iterable[bytes]] = {}
        self.dropped: set[str] = set()
        self.cells = 0
        self._book = book

    def edit(self, sheet: Sheet, edits: dict[Position, Edit], resizes: Sequence[Resize]) -> None:
        """Change cells and tables of one sheet."""
        book = self._book
        xml = SheetXml(book.package.read(sheet.part), f"{book.path.name}: {sheet.part}")
        writer = CellXml(sheet.name, xml.prefix, book.shared_string, book.date1904)
        rows: Rows = {}
        for resize in resizes:
            for row, cells in resize.edits(xml).items():
                rows.setdefault(row, {}).update(cells)
        for (row, column), edit in Guards(book, sheet, xml).expanded(edits).items():
            cells = rows.setdefault(row, {})
            if column in cells:
                raise CellRefused(
                    f"{sheet.name}!{name(row, column)}: this is in the body of a table that is filled too."
                )
            cells[column] = edit
        Splice(xml, writer).write(rows)
        if any(resize.old != resize.new for resize in resizes):
            xml.follow(lambda areas: _moved(areas, resizes))
        for resize in resizes:
            part = resize.table.part
            if (new := resize.part()) != book.package.read(part):
                self.replaced[part] = [new]
        if xml.changed:
            self.replaced[sheet.part] = xml.pieces()
        self.cells += writer.written
        if writer.formulas_lost:
            self._drop_calculation_chain()

    def _drop_calculation_chain(self) -> None:
        """Take out the list of formula cells, which must not name a cell without one; Excel makes it anew."""
        book = self._book
        for identity, link in book.links.items():
            if link.kind == "calcChain" and link.target in book.package:
                self.dropped.add(link.target)
                links = relationships_part(book.part)
                self.replaced[links] = [
                    _without(book.package.read(links), _RELATIONSHIP, b"Id", identity),
                ]
                self.replaced[CONTENT_TYPES] = [
                    _without(book.package.read(CONTENT_TYPES), _OVERRIDE, b"PartName", f"/{link.target}"),
                ]


def _moved(areas: bytes, resizes: Sequence[Resize]) -> bytes:
    for resize in resizes:
        areas = resize.moved(areas)
    return areas


def _without(data: bytes, pattern: re.Pattern[bytes], key: bytes, value: str) -> bytes:
    """Take out the elements in which an attribute has this value."""

    def kept(match: re.Match[bytes]) -> bytes:
        return b"" if attributes(match[1]).get(key, b"").decode().lower() == value.lower() else match[0]

    return pattern.sub(kept, data)
