"""Tables that got other rows, and the references in formulas that follow them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clv_xl.errors import CellRefused
from clv_xl.workbook.address import Area, area

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}"
_WORD = r"[\w.?\\]"
# What may stand around a reference is consumed whole, so that nothing inside it is taken for one. A sheet of another
# workbook (`[1]Sheet!`) and a row of sheets (`First:Last!`) are read as the name of a sheet that is never ours.
_TOKEN = re.compile(
    rf"""
    "(?:[^"]|"")*"                                              # text
  | (?:(?<![:!\w])(?P<sheet>'(?:[^']|'')*'|(?:\[[^\[\]]*\])?{_WORD}+(?::{_WORD}+)?)! | (?<![:!$\w]))
    (?P<cells>{_CELL}(?::{_CELL})?)(?![\w.(!:\#?\\\[])
  | '(?:[^']|'')*'                                              # a quoted sheet name
  | \[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]                   # table columns, or the number of another workbook
  | {_WORD}+                                                    # a name, a function or a number
    """,
    re.VERBOSE,
)
_NAMED = rf"(?:'(?:[^']|'')*'|{_WORD}+)!{_CELL}(?::{_CELL})?"
_UNION = re.compile(rf"=?(?:{_NAMED}|\({_NAMED}(?:,\s*{_NAMED})*\))")
_ROW = re.compile(r"\d+")
_FIXED_ROW = re.compile(r"\$?[A-Za-z]+\$\d+")


class Move(NamedTuple):
    """A table body that has other rows: top, left and right are the same.

    `sheet` is the name of its sheet, `table` the whole area that it had, with header and totals; `old` and `new` are
    the rows between those. Where only the values differ, `old` and `new` are equal.
    """

    sheet: str
    table: Area
    old: Area
    new: Area

    @property
    def rows(self) -> int:
        """How many rows came, below zero: went."""
        return self.new.bottom - self.old.bottom

    def followed(self, box: Area) -> Area | None:
        """Give what an area of the sheet becomes; None unless it spans the body, or lies in the totals below it."""
        if box.left < self.table.left or box.right > self.table.right or box.bottom > self.table.bottom:
            return None
        if box.top in (self.table.top, self.old.top) and self.old.bottom <= box.bottom:
            return box._replace(bottom=box.bottom + self.rows)
        if box.top > self.old.bottom:
            return box._replace(top=box.top + self.rows, bottom=box.bottom + self.rows)
        return None


class Reference(NamedTuple):
    """Cells that a formula refers to: their sheet and area, how they are spelled, and where."""

    sheet: str
    area: Area
    text: str
    start: int


def references(formula: str, sheet: str = "") -> Iterator[Reference]:
    """Find the cells and areas in a formula; `sheet` is where those without a sheet's name lie."""
    for match in _TOKEN.finditer(formula):
        cells, named = match["cells"], match["sheet"]
        if cells is None:
            continue
        if named and named.startswith("'"):
            named = named[1:-1].replace("''", "'")
        try:
            yield Reference(named or sheet, area(cells), cells, match.start("cells"))
        except CellRefused:
            continue


def union(formula: str) -> list[Reference] | None:
    """Read a formula that is nothing but areas with the names of their sheets; None when it is more than that."""
    return list(references(formula)) if _UNION.fullmatch(formula) else None


def moved_formula(formula: str, moves: Sequence[Move], sheet: str = "", *, series: bool = False) -> str:
    """Let each reference that spans the rows a table had span those that it has now.

    `formula` may be that of a cell or name, with or without `=`; `sheet` is where references without a sheet's name
    lie. A reference that starts at the header or at the first row, within the columns of the table, and ends at its
    last row follows; all else stays. Where the body had one row, a lone cell or part of that row may as well mean this
    order alone, and stays; `series`: of a chart, where one cell is a column.
    """
    return rewritten(formula, sheet, lambda reference: follow(reference, moves, series=series))


def rewritten(formula: str, sheet: str, change: Callable[[Reference], Area | None]) -> str:
    """Replace the references for which `change` gives another area, as they are spelled."""
    pieces, at = [], 0
    for reference, new in respelled(formula, sheet, change):
        pieces += [formula[at : reference.start], new]
        at = reference.start + len(reference.text)
    return "".join([*pieces, formula[at:]])


def respelled(formula: str, sheet: str, change: Callable[[Reference], Area | None]) -> Iterator[tuple[Reference, str]]:
    """Give the references for which `change` gives another area, and how that is spelled in their place."""
    for reference in references(formula, sheet):
        new = change(reference)
        if new is not None and new != reference.area:
            yield reference, _spelled(reference, new)


def follow(reference: Reference, moves: Sequence[Move], *, series: bool = False, each: bool = False) -> Area | None:
    """Give the area that a reference becomes; None when it does not follow a table.

    `series` as in `moved_formula`; `each`: of a format or validation, whose rows without `$` go along with each cell.
    """
    for move in moves:
        if reference.sheet.casefold() != move.sheet.casefold() or _ambiguous(reference, move, series):
            continue
        if each and move.old.rows == 1 and reference.area.bottom == move.old.bottom and _goes_along(reference):
            continue
        found = move.followed(reference.area)
        if found is not None:
            return found
    return None


def _goes_along(reference: Reference) -> bool:
    """Whether some row of a reference is that of the cell that its formula is applied to."""
    return not all(_FIXED_ROW.fullmatch(end) for end in reference.text.split(":"))


def _ambiguous(reference: Reference, move: Move, series: bool) -> bool:
    box = reference.area
    if move.old.rows > 1 or not box.top == box.bottom == move.old.top:
        return False
    if box.columns == 1:
        return not series and ":" not in reference.text
    return series or box.columns < move.table.columns


def _spelled(reference: Reference, new: Area) -> str:
    """Write the new rows in the place of the old, with the marks and the order that are there."""
    box = reference.area
    first, _, last = reference.text.partition(":")
    if not last:
        last = first if new.rows > 1 else ""
    # `B9:B2` is allowed too.
    upside_down = bool(last) and _row(first) > _row(last)
    rows = (new.bottom, new.top) if upside_down else (new.top, new.bottom)
    ends = [_ROW.sub(str(row), end) for end, row in zip((first, last), rows, strict=True) if end]
    return ":".join(ends) if box != new else reference.text


def _row(cell: str) -> int:
    found = _ROW.search(cell)
    return int(found[0]) if found else 0
