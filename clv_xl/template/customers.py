"""Every customer with what it bought and what it will still bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.analysis.tables import CUSTOMERS

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (8, 24, 13, 13, 9, 14, 6, 6, 6, 22, 8, 10, 10, 14, 14, 14)
HEADER = 4


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("customers", WIDTHS)
    sheet.header_row = HEADER
    context.listing(sheet, CUSTOMERS, HEADER)
    return sheet
