"""The eleven RFM segments: how many customers, what they bring, and what to do with each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (24, 12, 12, 16, 12, 16, 70)


def build(context: Context) -> SheetPlan:
    """The sheet."""
    return context.sheet("segments", WIDTHS)
