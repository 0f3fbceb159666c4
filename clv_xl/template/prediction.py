"""The model behind the predictions, and how it did on the past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.analysis.tables import TRACKING

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (14, 14, 14)
HEADER = 4


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("prediction", WIDTHS)
    sheet.header_row = HEADER
    context.listing(sheet, TRACKING, HEADER)
    return sheet
