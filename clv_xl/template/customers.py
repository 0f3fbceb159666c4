"""Every customer with what it bought and what it will still bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.analysis.tables import CUSTOMERS

from .sentences import percent, sentence
from .theme import BARS

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (8, 22, 13, 13, 14, 15, 5, 5, 5, 22, 9, 13, 14, 15, 15, 15)
ROOM = 1.6  # a bar of 100% leaves the rest of its cell to the figure
GAP = 8  # points of air above the head
HEADER = 8


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("customers", WIDTHS)
    sheet.header_row, sheet.frozen_columns = HEADER, 2
    told = sentence(context, "customers.message", count="top_customers", share=percent("top_share"))
    sheet.compute(3, 1, f"IF(COUNT(top_share)=0,{context.quoted('customers.empty')},{told})", "message")
    sheet.put(4, 1, context.text("customers.scores"), "purpose")
    sheet.put(5, 1, context.text("customers.alive_note"), "purpose")
    sheet.compute(6, 1, _basis(context), "purpose")
    area = context.listing(sheet, CUSTOMERS, HEADER, wrapped="run")
    sheet.heights |= {HEADER - 1: GAP, HEADER: 33}
    alive = area.left + CUSTOMERS.heads.index("alive")
    sheet.conditions.append((area._replace(left=alive, right=alive), bar(ROOM)))
    return sheet


def bar(most: float | None = None) -> dict[str, object]:
    """A bar behind the figures of a column, from 0 to `most`, by default the highest of them."""
    end = {} if most is None else {"max_type": "num", "max_value": most}
    return {"type": "data_bar", "bar_color": BARS, "bar_solid": True, "min_type": "num", "min_value": 0, **end}


def _basis(context: Context) -> str:
    """How the predictions are meant; why there are none."""
    basis = f"IF(COUNT(margin)=0,{context.quoted('customers.on_revenue')},{context.quoted('customers.on_margin')})"
    told = sentence(context, "customers.basis", months="horizon_months", basis=basis)
    ends = sentence(context, "customers.interval", level=percent("interval_level"))
    value, low = (context.column(key, "customers") for key in ("value", "low"))
    return f'IF(COUNT({value})=0,prediction_reason,{told}&IF(COUNT({low})=0,"",{ends}))'
