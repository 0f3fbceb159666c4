"""Changes of cells that show a day, told as days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from clv_xl.cells import day, serial
from clv_xl.workbook import address

from .revision import DAYS_TO_1904

if TYPE_CHECKING:
    from clv_xl.workbook import Book

    from .recalculation import Change
    from .revision import Revision

_FIRST, _END = 1, 2_958_466  # days of Excel's calendar: 1 January 1900 up to 31 December 9999
_SECONDS = 86_400


def told_as_dates(changes: Iterable[Change], book: Book, before: Revision, after: Revision) -> list[Change]:
    """The changes, with a date or datetime for the number of a cell whose format tells a day; of a spill the first.

    The styles of the workbook are looked at only when a number changed in a cell that has one.
    """
    return [_told(change, book, before, after) for change in changes]


def _told(change: Change, book: Book, before: Revision, after: Revision) -> Change:
    rows = change.after if isinstance(change.after, list) else None
    shown: Any = change.after if rows is None else rows[0][0]
    style = _style(change, before, after) if isinstance(change.before, float) or isinstance(shown, float) else 0
    if not style or style not in book.date_styles:
        return change
    old, new = (_moment(value, date1904=book.date1904) for value in (change.before, shown))
    return replace(change, before=old, after=new if rows is None else [[new, *rows[0][1:]], *rows[1:]])


def _style(change: Change, before: Revision, after: Revision) -> int:
    """The style of a cell; a constant that a refresh puts there leaves what the file has."""
    spot = address.parse(change.cell)
    known = after.cells(change.sheet).get(spot)
    origin = after.origin((change.sheet, *spot))
    stored = None if origin is None else before.cells(change.sheet).get(origin[1:])
    return next((cell.style for cell in (known, stored) if cell is not None and cell.style), 0)


def _moment(value: Any, *, date1904: bool) -> Any:
    if not isinstance(value, float):
        return value
    number = value + DAYS_TO_1904 if date1904 else value
    if not _FIRST <= number < _END:
        return value
    midnight = dt.datetime.combine(day(number), dt.time())
    moment = midnight + dt.timedelta(seconds=round((number - serial(midnight)) * _SECONDS))
    return moment.date() if moment.time() == dt.time() else moment
