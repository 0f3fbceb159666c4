"""Where a reference points: cells and areas, names, and the structured references of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from clv_xl.errors import CellRefused
from clv_xl.workbook.address import Area, area

from .refusals import UnknownReference

if TYPE_CHECKING:
    from clv_xl.cells import Range
    from clv_xl.workbook.cells import Cell
    from clv_xl.workbook.tables import Table


Key = tuple[str, int, int]
"""A cell: its sheet, row and column."""


class Sheets(Protocol):
    """What a calculator reads: a workbook file, or a template before it is written."""

    @property
    def sheets(self) -> Mapping[str, Any]:
        """The sheets by name, in tab order."""

    @property
    def names(self) -> Mapping[str, str]:
        """Defined names and what they refer to."""

    @property
    def local_names(self) -> Mapping[tuple[str, str], str]:
        """The same for names that hold on one sheet only, by sheet and name."""

    @property
    def tables(self) -> Mapping[str, Table]:
        """Tables by name."""

    def cells(self, sheet: str) -> Mapping[tuple[int, int], Cell]:
        """The cells of a sheet by row and column, from 1."""


@runtime_checkable
class Columnar(Protocol):
    """A book that holds long columns as one."""

    def column(self, place: Place) -> Range | None:
        """The cells of a place read at once; None where they must be read one by one."""

    def calculated(self, sheet: str) -> Mapping[tuple[int, int], Cell]:
        """The cells of a sheet that may hold a formula."""


class Place(NamedTuple):
    """An area of a sheet."""

    sheet: str
    area: Area

    def positions(self) -> Iterator[tuple[str, int, int]]:
        """Its cells, row by row."""
        top, left, bottom, right = self.area
        return ((self.sheet, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))

    def meets(self, other: Place) -> bool:
        """Whether the two have a cell in common."""
        return self.sheet == other.sheet and self.area.meets(other.area)


_A1 = re.compile(r"^\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?$", re.IGNORECASE)
_COLUMNS = re.compile(r"^\$?([A-Z]{1,3}):\$?([A-Z]{1,3})$", re.IGNORECASE)
_ROWS = re.compile(r"^\$?(\d{1,7}):\$?(\d{1,7})$")
_TABLE = re.compile(r"^([^\[\]!']*)\[(.*)\]$", re.DOTALL)
_PARTS = re.compile(r"\[((?:'.|[^\[\]'])*)\]")
_NESTED = re.compile(r"(?:^|[^'])(?:'')*\[")  # a bracket that is no part of a name
_ROW_PARTS = {"#this row", "@"}
_EPITHETS = {"#data", "#all", "#headers", "#totals"} | _ROW_PARTS


class Places:
    """The references of one workbook, resolved without regard to case."""

    def __init__(self, book: Sheets) -> None:
        self._book = book
        self._sheets = {name.casefold(): name for name in book.sheets}
        self._names = {name.casefold(): text for name, text in book.names.items()}
        self._local = {(sheet.casefold(), name.casefold()): text for (sheet, name), text in book.local_names.items()}
        self._tables = {name.casefold(): table for name, table in book.tables.items()}
        self._ends: dict[str, tuple[int, int]] = {}

    def name(self, text: str, sheet: str) -> str | None:
        """What a defined name refers to on a sheet, without its equals sign; None when there is no such name."""
        low = text.casefold()
        found = self._local.get((sheet.casefold(), low), self._names.get(low))
        return None if found is None else found.removeprefix("=")

    def between(self, first: str, last: str) -> list[str]:
        """The sheets from one tab to another, none when one of them is not there."""
        tabs = list(self._sheets)
        if not {first.casefold(), last.casefold()} <= set(tabs):
            return []
        start, end = sorted((tabs.index(first.casefold()), tabs.index(last.casefold())))
        return list(self._sheets.values())[start : end + 1]

    def find(self, text: str, sheet: str, row: int) -> Place:
        """The area a reference means when it stands on a sheet in a row.

        Raises:
            UnknownReference: other workbooks, unknown names, parts of a table that are not there.

        """
        if structured := _TABLE.match(text):
            return self._structured(structured[1], structured[2], sheet, row)
        where, _, spot = text.rpartition("!")
        if where:
            wanted = where.strip("'").replace("''", "'")
            if wanted.casefold() not in self._sheets:
                raise UnknownReference(
                    f"{text} is in another workbook or a sheet that is gone",
                    f"{text} staat in een andere werkmap of een blad dat weg is",
                )
            sheet = self._sheets[wanted.casefold()]
        try:
            if _A1.match(spot):
                return Place(sheet, area(spot))
            if columns := _COLUMNS.match(spot):
                return Place(sheet, area(f"{columns[1]}1:{columns[2]}{self.end(sheet)[0]}"))
            if _ROWS.match(spot):
                return Place(sheet, area(spot)._replace(right=self.end(sheet)[1]))
        except CellRefused as error:
            raise UnknownReference(error.text.en, error.text.nl) from None
        if spot.casefold() in self._tables and not where:
            return self._structured(spot, "#Data", sheet, row)
        raise UnknownReference(f"{text} is not a name of this workbook", f"{text} is geen naam in deze werkmap")

    def end(self, sheet: str) -> tuple[int, int]:
        """The last row and column in use."""
        if sheet not in self._ends:
            cells = self._book.cells(sheet)
            self._ends[sheet] = max((key[0] for key in cells), default=1), max((key[1] for key in cells), default=1)
        return self._ends[sheet]

    def _structured(self, name: str, inside: str, sheet: str, row: int) -> Place:
        table = self._tables.get(name.casefold()) if name else self._around(sheet, row)
        if table is None:
            raise UnknownReference(f"there is no table {name!r}", f"er is geen tabel {name!r}")
        parts = _PARTS.findall(inside) if _NESTED.search(inside) else [inside]
        if inside.startswith("@"):
            parts = ["@", *([part.removeprefix("@") for part in parts if part.removeprefix("@")])]
        special = {part.casefold() for part in parts} & _EPITHETS
        columns = [_unquoted(part) for part in parts if part and part.casefold() not in _EPITHETS]
        whole, (top, bottom) = table.area, _rows(table, special, row)
        headers = [column.casefold() for column in table.columns]
        try:
            spots = [headers.index(column.casefold()) for column in columns]
        except ValueError:
            raise UnknownReference(
                f"table {table.name} has no column {' or '.join(columns)}",
                f"tabel {table.name} heeft geen kolom {' of '.join(columns)}",
            ) from None
        left, right = (whole.left + min(spots), whole.left + max(spots)) if spots else (whole.left, whole.right)
        return Place(table.sheet, Area(top, left, bottom, right))

    def _around(self, sheet: str, row: int) -> Table | None:
        inside = (t for t in self._tables.values() if t.sheet == sheet and t.area.top <= row <= t.area.bottom)
        return next(inside, None)


def _rows(table: Table, special: set[str], row: int) -> tuple[int, int]:
    """The first and the last row that the special items of a structured reference mean in a row of a sheet."""
    whole = table.area
    first, last = whole.top + table.header_rows, whole.bottom - table.totals_rows
    if special & _ROW_PARTS:
        if not first <= row <= last:
            raise UnknownReference(f"row {row} is not one of {table.name}", f"rij {row} is er geen van {table.name}")
        return row, row
    if "#all" in special:
        return whole.top, whole.bottom
    if "#headers" in special and not table.header_rows:
        raise UnknownReference(f"table {table.name} has no headers", f"tabel {table.name} heeft geen koppen")
    if "#totals" in special and not table.totals_rows:
        raise UnknownReference(f"table {table.name} has no totals row", f"tabel {table.name} heeft geen totaalrij")
    if special == {"#headers"}:
        return whole.top, whole.top
    if special == {"#totals"}:
        return whole.bottom, whole.bottom
    return whole.top if "#headers" in special else first, whole.bottom if "#totals" in special else max(first, last)


def _unquoted(column: str) -> str:
    return re.sub(r"'(.)", r"\1", column)
