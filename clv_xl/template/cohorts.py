"""How many customers of each cohort come back, and what they are worth by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.analysis.tables import COHORTS

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (12, 10) + (7,) * 13
HEADER = 4


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("cohorts", WIDTHS)
    sheet.header_row = HEADER
    context.listing(sheet, COHORTS, HEADER)
    return sheet
