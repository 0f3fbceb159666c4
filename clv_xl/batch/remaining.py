"""What a published copy still holds that a reader must know: calls beside the cells, and values out of date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clv_xl.calculation import Calculator
from clv_xl.errors import ClvError, NothingToRefresh
from clv_xl.functions import CATALOGUE
from clv_xl.terms import Text
from clv_xl.workbook.markup import characters
from clv_xl.workbook.survey import sheet_chunks
from clv_xl.workbook.tail import outline

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from clv_xl.workbook import Book


def calls_beside(book: Book) -> Iterator[Text]:
    """Where functions of ours are called that is no cell: conditional formats, validations, names."""
    reader = Calculator(book)
    for sheet in book.sheets.values():
        rest = outline(sheet_chunks(book.package, sheet.part)) if sheet.kind == "worksheet" else None
        formulas = [] if rest is None else [mention.raw for mention in rest.mentions if mention.kind == "formula"]
        if any(reader.calls_ours(_text(raw), sheet.name) for raw in formulas):
            yield Text(
                f"conditional formats or validation on {sheet.name}",
                f"voorwaardelijke opmaak of validatie op {sheet.name}",
            )
    named = {(name, ""): text for name, text in book.names.items()}
    named |= {(name, sheet): text for (sheet, name), text in book.local_names.items()}
    for (name, where), text in named.items():
        if name.upper() not in CATALOGUE and reader.calls_ours(text, where):  # our own LAMBDAs do no harm
            yield Text(f"the name {name}", f"de naam {name}")


def _text(raw: bytes) -> str:
    try:
        return characters(raw)
    except (ValueError, OverflowError):  # what is no text calls nothing
        return ""


def out_of_date(path: Path, cells: Collection[tuple[str, str]]) -> tuple[list[tuple[str, str]], Text | None]:
    """Which of the cells a refresh would change or could not compute, or why that cannot be told."""
    from clv_xl.refresh import refresh  # noqa: PLC0415  it loads pandas

    try:
        done = refresh(path, dry_run=True)
    except NothingToRefresh:
        return [], None
    except ClvError as error:
        return [], error.text
    found = {(one.sheet, one.cell) for one in done.changes} | {(one.sheet, one.cell) for one in done.stale}
    return [cell for cell in cells if cell in found], None
