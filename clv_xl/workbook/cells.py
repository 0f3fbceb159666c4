"""The cells of a worksheet, read in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clv_xl.errors import CellRefused, NotAWorkbook, WorkbookError
from clv_xl.workbook.address import LAST_ROW, Area, Position, area, parse
from clv_xl.workbook.markup import Readable, elements, rich_text, unescape
from clv_xl.workbook.shift import shifted
from clv_xl.workbook.values import Plain, decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree


class Cell(NamedTuple):
    """One cell: dates are serials, a formula has no `=`, and a `dynamic` array takes the room it needs.

    The upper left cell of a what-if data table tells its area; what stands in it are values, which only Excel computes.
    """

    value: Plain
    formula: str | None = None
    array: Area | None = None
    style: int = 0
    dynamic: bool = False
    data_table: Area | None = None


def read_cells(
    stream: Readable, where: str, shared: Callable[[int], str], date1904: bool, last: int = LAST_ROW
) -> dict[Position, Cell]:
    """Read the cells that a sheet stores up to its row `last`, by (row, column)."""
    reader = _Reader(shared, date1904)
    try:
        for row in elements(stream, "row", where):
            reader.row(row)
            if reader.number >= last:
                break
    except (ValueError, IndexError) as error:
        if isinstance(error, WorkbookError) and not isinstance(error, CellRefused):
            raise
        raise NotAWorkbook(
            f"{where} is damaged near row {reader.number}. Restore a backup of the file.",
            f"{where} is beschadigd bij rij {reader.number}. Zet een reservekopie van het bestand terug.",
        ) from error
    reader.finish()
    return reader.cells


class _Reader:
    """Gathers the cells of one sheet; shared formulas are spelled out when all rows are known."""

    def __init__(self, shared: Callable[[int], str], date1904: bool) -> None:
        self.cells: dict[Position, Cell] = {}
        self.number = 0
        self._shared = shared
        self._date1904 = date1904
        self._letters: dict[str, int] = {}
        self._masters: dict[str, tuple[Position, str]] = {}
        self._followers: list[tuple[Position, str]] = []
        self._data_tables: dict[Position, Area] = {}

    def row(self, row: etree._Element) -> None:
        """Read one row."""
        space = row.tag[: -len("row")]
        cell_tag, value_tag, formula_tag, inline_tag = (space + name for name in ("c", "v", "f", "is"))
        # A row or cell without its reference comes right after the one before it.
        told = row.get("r") or str(self.number + 1)
        self.number = number = _row_number(told)
        column = 0
        for cell in row:
            if cell.tag != cell_tag:
                continue
            reference = cell.get("r")
            column = self._column(reference, told) if reference else column + 1
            kind = cell.get("t", "n")
            value: Plain = None
            formula: str | None = None
            spill: Area | None = None
            for part in cell:
                tag = part.tag
                if tag == value_tag:
                    value = decode(kind, part.text or "", self._shared, self._date1904)
                elif tag == formula_tag:
                    formula, spill = self._formula(part, (number, column))
                elif tag == inline_tag:
                    value = rich_text(part)
            self.cells[number, column] = Cell(
                value, formula, spill, int(cell.get("s") or 0), spill is not None and cell.get("cm", "0") != "0"
            )

    def finish(self) -> None:
        """Spell out the formulas that only refer to the one of another cell, and mark data tables."""
        for position, box in self._data_tables.items():
            self.cells[position] = self.cells[position]._replace(data_table=box)
        for position, index in self._followers:
            if index in self._masters:
                (row, column), text = self._masters[index]
                moved = shifted(text, position[0] - row, position[1] - column)
                self.cells[position] = self.cells[position]._replace(formula=moved)

    def _column(self, reference: str, row: str) -> int:
        letters = reference.rstrip("0123456789")
        number = self._letters.get(letters)
        if number is None:
            number = self._letters[letters] = parse(f"{letters}1")[1]
        if reference[len(letters) :] != row:
            raise ValueError(reference)
        return number

    def _formula(self, element: etree._Element, position: Position) -> tuple[str | None, Area | None]:
        kind, text = element.get("t"), unescape(element.text or "")
        if kind == "dataTable":
            self._data_tables[position] = area(element.get("ref") or "A1")
            return None, None
        if kind == "shared":
            index = element.get("si", "")
            if not text:
                self._followers.append((position, index))
                return None, None
            if element.get("ref") or index not in self._masters:
                self._masters[index] = (position, text)
        elif kind == "array":
            return text, area(element.get("ref") or "A1")
        return text or None, None


def _row_number(told: str) -> int:
    """Read the number of a row, which `int` would take in other spellings too."""
    return parse(f"A{told}")[0]
