"""The figures of each refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.analysis.tables import HISTORY

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (13,) * 11
HEADER = 4


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("history", WIDTHS)
    sheet.header_row = HEADER
    context.listing(sheet, HISTORY, HEADER)
    return sheet
