"""All clients of an agency together: a page, a workbook or plain JSON, made from the records of a refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.errors import ClvError, WorkbookError
from clv_xl.terms import LANGUAGES
from clv_xl.workbook.replace import save

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from clv_xl.refresh.record import Record

KINDS = ("html", "xlsx", "json")
MARK = "clv-xl portfolio"
"""The property by which a workbook, and the format by which JSON, tells that it is one."""
_MARKS = {"html": b'<meta name="generator" content="clv-xl ', "json": f'"format": "{MARK}"'.encode()}
_HEAD = 4096  # bytes; both stand near the start


def kind_of(path: Path) -> str:
    """What a portfolio of this name would be: html, xlsx or json. Ask it before a long run.

    Raises:
        ClvError: another suffix.

    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise ClvError(
            f"{path.name} is no kind of portfolio: name a file that ends in .html, .xlsx or .json.",
            f"{path.name} is geen soort overzicht: noem een bestand dat eindigt op .html, .xlsx of .json.",
        )
    return kind


def is_portfolio(path: Path) -> bool:
    """Whether a file is a portfolio that was written before, which a new one may replace."""
    kind = kind_of(path)
    if kind == "xlsx":
        from clv_xl.workbook import Book  # noqa: PLC0415  only for a workbook that is there

        try:
            with Book(path) as book:
                return MARK in book.custom_properties
        except WorkbookError:
            return False
    with path.open("rb") as file:
        return _MARKS[kind] in file.read(_HEAD)


def write(records: Sequence[Record], path: Path, *, language: str = "en", today: date | None = None) -> None:
    """Write the portfolio to a file; its suffix says as what.

    Args:
        records: one a workbook; those that were refused are listed apart.
        path: .html for one page that needs no network, .xlsx for a workbook, .json for the records themselves.
        language: of the page or workbook, "en" or "nl".
        today: the day against which a client's last order is old; by default the newest `as_of` of the records.

    Raises:
        ClvError: another suffix or language, or a file that cannot be written.

    """
    kind = kind_of(path)
    if language not in LANGUAGES:
        raise ClvError(
            f"There is no portfolio in language {language!r}: choose {' or '.join(LANGUAGES)}.",
            f"Er is geen overzicht in de taal {language!r}: kies {' of '.join(LANGUAGES)}.",
        )
    save(_content(kind, records, language, today), path)


def _content(kind: str, records: Sequence[Record], language: str, today: date | None) -> bytes:
    if kind == "json":
        from .plain import plain  # noqa: PLC0415  each kind loads only what it needs

        return plain(records)
    from .portfolio import Portfolio, newest  # noqa: PLC0415  likewise
    from .wording import Wording  # noqa: PLC0415  likewise

    portfolio = Portfolio(tuple(records), Wording(language), today or newest(records))
    if kind == "html":
        from .page import page  # noqa: PLC0415  brings lxml

        return page(portfolio)
    from .workbook import workbook  # noqa: PLC0415  brings XlsxWriter

    return workbook(portfolio)
