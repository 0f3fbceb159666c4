"""What the most valuable customers have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.analysis.tables import PROFILE

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (24, 32, 12, 12, 12, 12, 12, 20)
HEADER = 4


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("profile", WIDTHS)
    sheet.header_row = HEADER
    context.listing(sheet, PROFILE, HEADER)
    return sheet
