"""Which row of a sheet holds the headers of orders, and which sheet fits orders best."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from clv_xl.errors import OrdersError, Undecided
from clv_xl.orders.headers import fitness

_HEADER_ROWS = 20
_LIKELY = 2  # of customer, date and amount: what makes a row the headers
_VALUE = re.compile(r"[\d\s.,:;/+()€$£%T-]*\d[\d\s.,:;/+()€$£%T-]*|\S+@\S+\.\S+")


def sheet_of_orders(sheets: dict[str, list[list[Any]]], source: str) -> str:
    """Name the sheet that fits orders best; OrdersError when all are empty or two fit equally."""
    fits: dict[str, tuple[int, int]] = {}
    for name, rows in sheets.items():
        row = header_row(rows)
        filled = sum(1 for cells in rows[: (row or 0) + _HEADER_ROWS] if any(map(_filled, cells)))
        if filled > (row is not None):
            fits[name] = (0, 0) if row is None else fitness(_texts(rows[row]))
    if not fits:
        raise OrdersError(f"{source} has no sheet with rows.", f"{source} heeft geen blad met rijen.")
    best = max(fits.values())
    names = [name for name, fit in fits.items() if fit == best]
    if len(names) > 1:
        raise Undecided(
            f"{source} has {len(names)} sheets that fit equally: {', '.join(names)}. Say which: --sheet {names[0]!r}",
            f"{source} heeft {len(names)} bladen die even goed passen: {', '.join(names)}. "
            f"Zeg welk: --sheet {names[0]!r}",
        )
    return names[0]


def header_row(rows: Sequence[Sequence[Any]]) -> int | None:
    """Place of the header row among the first 20; None when the first filled row holds values already."""
    first = [(place, row) for place, row in enumerate(rows[:_HEADER_ROWS]) if any(map(_filled, row))]
    if not first:
        return None
    fits = [(fitness(_texts(row)), -place) for place, row in first]
    best, place = max(fits)
    if best[0] >= _LIKELY:
        return -place
    if any(_is_value(cell) for cell in first[0][1]) and sum(map(_filled, first[0][1])) > 1:
        return None
    # Unknown words: the widest row of texts, the uppermost of those.
    texts = [(sum(map(_filled, row)), -place) for place, row in first if not any(map(_is_value, row))]
    return -max(texts)[1] if texts else None


def headers_of(row: Sequence[Any], width: int) -> list[str]:
    """The headers in a row, blank for further columns up to the width of the table."""
    headers = _texts(row)
    return headers + [""] * (width - len(headers))


def _texts(row: Sequence[Any]) -> list[str]:
    return ["" if cell is None else str(cell).strip() for cell in row]


def _filled(cell: object) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _is_value(cell: object) -> bool:
    """Tell a number, a date or an e-mail address: what a header never is."""
    if isinstance(cell, str):
        return bool(_VALUE.fullmatch(cell.strip()))
    return isinstance(cell, int | float | date | time | timedelta)
