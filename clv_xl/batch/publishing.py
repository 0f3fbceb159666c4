"""A copy of a workbook for readers without our functions: cells that call them hold their values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clv_xl.calculation import Calculator, Incalculable
from clv_xl.errors import CellError, NotAWorkbook, WorkbookError
from clv_xl.terms import Text
from clv_xl.workbook import Book, Frozen, address, patch
from clv_xl.workbook.replace import refuse_if_open, refuse_if_read_only

from .paths import PUBLISHED
from .remaining import calls_beside, out_of_date

if TYPE_CHECKING:
    from clv_xl.workbook.cells import Cell

_SHOWN = 5


@dataclass(frozen=True)
class Published:
    """The copy, and how many formulas of ours became values in it.

    old        the cells of these whose value is out of date, or `unchecked` why that is not known
    remaining  where ours are still called
    """

    path: Path
    formulas: int
    old: Sequence[str] = ()
    unchecked: Text | None = None
    remaining: Sequence[Text] = ()


def copy_of(path: Path) -> Path:
    """The name of the copy when none is given: client.values.xlsx."""
    return path.with_name(f"{path.stem}{PUBLISHED}{path.suffix}")


def publish(path: Path, out: Path) -> Published:
    """Write the copy `out`. Only cells that call our functions change; names with our LAMBDAs stay, and do no harm.

    Raises:
        WorkbookError: the file is refused, calls nothing of ours, or has not been computed.

    """
    if out.resolve() == path.resolve():
        raise WorkbookError(
            f"{path.name} would become its own copy: give another name.",
            f"{path.name} zou zijn eigen kopie worden: geef een andere naam.",
        )
    refuse_if_open(out)
    refuse_if_read_only(out)
    with Book(path) as book:
        edits: dict[str, dict[str, Frozen]] = {}
        missing = []
        stored = Calculator(book, compute=lambda _: False)
        for sheet, position, cell in _ours(book):
            spot = address.name(*position)
            if _lacks_value(stored, sheet, position, cell):
                missing.append(f"{sheet}!{spot}")
            edits.setdefault(sheet, {})[spot] = Frozen()
        remaining = list(calls_beside(book))
    if not edits:
        raise WorkbookError(
            f"{path.name} calls no function of clv-xl: everybody can read it as it is.",
            f"{path.name} roept geen functie van clv-xl aan: iedereen kan het zo lezen.",
        )
    if missing:
        cells = some(missing)
        raise WorkbookError(
            f"{path.name} has no values in {cells.en}: refresh it first, clv-xl refresh {path.name}",
            f"{path.name} heeft geen waarden in {cells.nl}: werk het eerst bij, clv-xl refresh {path.name}",
        )
    if not out.parent.is_dir():
        raise NotAWorkbook(
            f"There is no folder {out.parent}. Make it first.", f"Er is geen map {out.parent}. Maak die eerst."
        )
    frozen = [(sheet, spot) for sheet, spots in edits.items() for spot in spots]
    old, unchecked = out_of_date(path, frozen)
    patch(path, edits, out=out)
    return Published(out, len(frozen), [f"{sheet}!{spot}" for sheet, spot in old], unchecked, remaining)


def some(names: Sequence[str]) -> Text:
    """The first few of many names."""
    told, left = ", ".join(names[:_SHOWN]), len(names) - _SHOWN
    return Text(f"{told} and {left} more", f"{told} en nog {left}") if left > 0 else Text(told, told)


def _lacks_value(stored: Calculator, sheet: str, position: tuple[int, int], cell: Cell) -> bool:
    """Whether a formula was never computed, or where nobody knew our functions."""
    if isinstance(cell.value, CellError):
        return cell.value.cell == "#NAME?"
    if cell.value is not None:
        return False
    try:  # XlsxWriter and others store an empty text as no value
        return bool(stored.evaluate(cell.formula or "", sheet, *position) != "")
    except Incalculable:
        return True


def _ours(book: Book) -> Iterator[tuple[str, tuple[int, int], Cell]]:
    """The formula cells that call our functions, themselves or through a name that does."""
    reader = Calculator(book)
    for name, sheet in book.sheets.items():
        for position, cell in book.cells(name).items() if sheet.kind == "worksheet" else ():
            if cell.formula is not None and reader.calls_ours(cell.formula, name):
                yield name, position, cell
