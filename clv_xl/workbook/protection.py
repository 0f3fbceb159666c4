"""Cells of a protected sheet that are locked: people may not type there, and a patch does not either."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from clv_xl.workbook.cell_xml import attributes
from clv_xl.workbook.markup import child

if TYPE_CHECKING:
    from clv_xl.workbook.book import Book
    from clv_xl.workbook.survey import Survey

_COLUMN = re.compile(rb"<(?:[\w.-]+:)?col\s([^>]*)>")
_TRUE = (b"1", b"true")


class Protection:
    """The protection of one sheet."""

    def __init__(self, book: Book, survey: Survey) -> None:
        self._book = book
        self._survey = survey
        self._on = survey.protection.get(b"sheet") in _TRUE

    def locks(self, row: int, column: int) -> bool:
        """Whether a cell is locked; one that does not exist yet is as its row, or else its column."""
        return self._on and self._style(row, column) not in self._unlocked

    def _style(self, row: int, column: int) -> int:
        cell = self._survey.cells(row).get(column)
        if cell is not None:
            return int(attributes(cell[1]).get(b"s", b"0"))
        kept = self._survey.kept.get(row)
        tag = attributes(kept.tag) if kept else {}
        if tag.get(b"customFormat") in _TRUE:
            return int(tag.get(b"s", b"0"))
        return next((style for first, last, style in self._columns if first <= column <= last), 0)

    @cached_property
    def _columns(self) -> list[tuple[int, int, int]]:
        tags = (attributes(match[1]) for match in _COLUMN.finditer(self._survey.head))
        return [(int(tag[b"min"]), int(tag[b"max"]), int(tag.get(b"style", b"0"))) for tag in tags]

    @cached_property
    def _unlocked(self) -> set[int]:
        """The styles whose cells are not locked."""
        part = next((link.target for link in self._book.links.values() if link.kind == "styles"), "")
        formats = child(self._book.document(part), "cellXfs") if part in self._book.package else None
        unlocked = set()
        for index, style in enumerate([] if formats is None else formats.iterchildren("{*}xf")):
            protection = child(style, "protection")
            if protection is not None and protection.get("locked") in ("0", "false"):
                unlocked.add(index)
        return unlocked
