"""Tables of a workbook that get other rows: their values, formulas and results, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clv_xl.calculation.places import Place
from clv_xl.terms import Text, counted, dutch
from clv_xl.workbook import Formula, address
from clv_xl.workbook.shift import shifted

from .recalculation import Change

if TYPE_CHECKING:
    from clv_xl.workbook import Book
    from clv_xl.workbook.address import Area
    from clv_xl.workbook.tables import Table

    from .revision import Revision

Body = list[list[Any]]

_ROWS = Text("row", "rij"), Text("rows", "rijen")
_OTHER = Text("{}, {} of them new or different", "{}, waarvan {} nieuw of anders")
_ONE_OTHER = Text("{}, new or different", "{}, nieuw of anders")


@dataclass
class Refill:
    """A table as the file has it, and the rows it gets: values, and formulas where a column is calculated.

    `different` counts the rows that are not what stands in their place now.
    """

    table: Table
    body: Body
    different: int = 0

    @property
    def old(self) -> Area:
        """The rows it has; at least one, if only a blank one."""
        return rows_of(self.table)

    @property
    def place(self) -> Place:
        """The cells of the table before and after, header included."""
        bottom = max(self.old.bottom, self.old.top + len(self.body) - 1) + self.table.totals_rows
        return Place(self.table.sheet, self.table.area._replace(bottom=bottom))

    def told(self, language: str) -> Change:
        """What becomes of its rows, in one line."""
        before, after = (counted(rows, *_ROWS)[language] for rows in (self.old.rows, len(self.body)))
        other = _ONE_OTHER if len(self.body) == self.different == 1 else _OTHER
        different = dutch(self.different) if language == "nl" else f"{self.different:,}"
        return Change(self.table.sheet, str(self.old), before, other[language].format(after, different))


def rows_of(table: Table) -> Area:
    """The rows of a table below its header; the first of them where it has none yet."""
    top = table.area.top + table.header_rows
    return table.body or table.area._replace(top=top, bottom=top)


def settled(refills: Iterable[Refill], after: Revision, changes: Iterable[Change]) -> list[Change]:
    """Put the results of calculated columns in the rows they belong to, and give the changes of other cells."""
    refills = list(refills)
    for refill in refills:
        _follow(refill, after)
    others = []
    for change in changes:
        row, column = address.parse(change.cell)
        for refill in refills:
            top, left, _, right = refill.old
            inside = top <= row < top + len(refill.body) and left <= column <= right
            if change.sheet == refill.table.sheet and inside:
                formula = refill.body[row - top][column - left]
                refill.body[row - top][column - left] = Formula(formula.text, change.after)
                break
        else:
            others.append(change)
    return others


def calculated(book: Book, table: Table) -> dict[int, str]:
    """The formulas of the calculated columns by their place, from 0, as the first row has them."""
    first = table.area.top + table.header_rows
    cells = book.cells(table.sheet, last=first) if table.calculated_columns else {}
    found = {}
    for name, text in table.calculated_columns.items():
        place = table.columns.index(name)
        cell = cells.get((first, table.area.left + place))
        found[place] = (cell and cell.formula) or text
    return found


def spread(formulas: dict[int, str], body: Sequence[list[Any]]) -> None:
    """Put the formula of each calculated column in every row."""
    for place, formula in formulas.items():
        for down, line in enumerate(body):
            line[place] = Formula(shifted(formula, down, 0), None)


def _follow(refill: Refill, after: Revision) -> None:
    """Let formulas among the rows follow other tables that have other rows."""
    top, left, _, _ = refill.old
    places = [refill.table.columns.index(name) for name in refill.table.calculated_columns]
    cells = after.cells(refill.table.sheet) if places else {}
    for place in places:
        for down, line in enumerate(refill.body):
            cell = cells[top + down, left + place]
            if isinstance(line[place], Formula) and cell.formula != line[place].bare:
                line[place] = Formula(cell.formula or "", line[place].value)
