"""Cells of a workbook changed in place; every byte that need not change stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clv_xl.errors import CellRefused
from clv_xl.workbook.address import Position, parse
from clv_xl.workbook.plan import Plan
from clv_xl.workbook.replace import Pieces, rewrite
from clv_xl.workbook.resize import Resize
from clv_xl.workbook.values import Formula, Value

if TYPE_CHECKING:
    import os

    from clv_xl.workbook.afterwards import Edits
    from clv_xl.workbook.book import Book, Sheet
    from clv_xl.workbook.cell_xml import Edit

Bodies = Mapping[str, Sequence[Sequence[Value | Formula]]]


@dataclass(frozen=True)
class Patched:
    """What a patch did: the parts that it rewrote or dropped and the number of cells that differ."""

    parts: tuple[str, ...]
    cells: int
    changed: bool


def patch(
    path: str | os.PathLike[str],
    edits: Edits,
    *,
    tables: Bodies | None = None,
    out: str | os.PathLike[str] | None = None,
    backup: str | os.PathLike[str] | None = None,
    locked: Collection[str] = (),
    properties: Mapping[str, str] | None = None,
    before_replace: Callable[[Path], None] | None = None,
    digest: str | None = None,
) -> Patched:
    """Change cells (`{"Sheet1": {"B5": 12.5}}`) and the bodies of tables (`{"Orders": [[...], ...]}`).

    A plain value is a constant, Cached(v) a new result of the formula that stands there (rows of values for one that
    spills), Formula(text, v) a new formula, Frozen() the value in place of its formula. Rows of a table may be computed
    as they are read; where a column is calculated they hold a Formula. The file, or its copy `out`, is replaced at once
    and whole, and not touched when nothing changes. `backup` is a folder in which a copy of the replaced file is kept.
    Locked cells of a protected sheet are refused unless `locked` names the sheet; results of formulas never are.
    `properties` are custom properties of the file to set. `before_replace` is told the new file, whole and on disk,
    when all that is left is to put it in its place; what it raises ends the patch, and the file stays as it was.
    `digest` is the sha256 of the file as it is, for the name of its backup, where that is known.
    """
    plan: Plan

    def change(book: Book) -> Pieces | None:
        nonlocal plan
        plan = Plan(book, locked)
        work = _by_sheet(book, edits, tables or {})
        for sheet, (cells, resizes) in work.items():
            plan.edit(sheet, cells, resizes)
        plan.follow([resize for _, resizes in work.values() for resize in resizes], edits)
        plan.remember(properties or {})
        pieces = Pieces(*plan.parts())
        return pieces if plan.changed else None

    pieces = rewrite(Path(path), change, out=out, backup=backup, before_replace=before_replace, digest=digest)
    if pieces is None:
        return Patched((), 0, changed=False)
    return Patched(pieces.names, plan.cells, changed=True)


def _by_sheet(book: Book, edits: Edits, tables: Bodies) -> dict[Sheet, tuple[dict[Position, Edit], list[Resize]]]:
    """Sort the work by sheet; every address is read once, here."""
    work: dict[Sheet, tuple[dict[Position, Edit], list[Resize]]] = {}
    for sheet_name, sheet_edits in edits.items():
        sheet = book.sheet(sheet_name)
        cells, _ = work.setdefault(sheet, ({}, []))
        for address, edit in sheet_edits.items():
            try:
                position = parse(address)
            except CellRefused as error:
                raise CellRefused(
                    f"{sheet.name}!{address}: {error.text.en}", f"{sheet.name}!{address}: {error.text.nl}"
                ) from None
            if position in cells:
                raise CellRefused(
                    f"{sheet.name}!{address}: this cell is given twice.",
                    f"{sheet.name}!{address}: deze cel is tweemaal opgegeven.",
                )
            cells[position] = edit
    for table_name, rows in tables.items():
        table = book.table(table_name)
        _, resizes = work.setdefault(book.sheet(table.sheet), ({}, []))
        resizes.append(Resize(book, table, rows))
    return work
