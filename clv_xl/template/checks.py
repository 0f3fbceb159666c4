"""Doubts about the data and the figures, each 1 or 0, and their number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .inputs import MADE_UP, STAMPED, countable

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

LABEL, FOUND, CHECK, NOTE = range(1, 5)
WIDTHS = (40, 12, 16, 90)


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("checks", WIDTHS)
    context.heads(sheet, 4, [f"checks.{head}" for head in ("label", "found", "check", "note")], right=(FOUND,))
    sheet.header_row = 4
    tests = _tests(context)
    for row, (key, test) in enumerate(tests.items(), 5):
        sheet.put(row, LABEL, context.text(f"checks.{key}"), "label")
        sheet.compute(row, FOUND, f"IF({test},1,0)", "used:count")
        attention, fine = context.quoted("checks.attention"), context.quoted("checks.fine")
        sheet.compute(row, CHECK, f"IF(B{row}=1,{attention},{fine})", "check")
        sheet.put(row, NOTE, context.text(f"checks.{key}.note"), "note")
    last = 5 + len(tests)
    sheet.put(last, LABEL, context.text("checks.sum"), "strong")
    sheet.compute(last, FOUND, f"SUM(B5:B{last - 1})", "used:count")
    for column in (CHECK, NOTE):
        sheet.put(last, column, None, "label")
    context.define("points_of_attention", sheet, last, FOUND)
    return sheet


def _tests(context: Context) -> dict[str, str]:
    """What is true when there is a doubt."""
    inputs = context.text("sheet.inputs")
    enough = "IF(COUNT(customers,purchases)<2,0,(customers<30)+(purchases<100)>0)"
    young = "IF(COUNT(lifespan_used,years)<2,0,lifespan_used>years)"
    active = "IF(COUNT(customers)=0,0,COUNT(lifespan_corrected,own_lifespan)=0)"
    low = "IF(COUNT(clv_revenue,revenue,customers)<3,0,clv_revenue<revenue/customers)"
    top, bottom = (context.plan.names[name].rpartition("$")[2] for name in (STAMPED[0], STAMPED[-1]))
    own = f"(COUNT({inputs}!B{top}:B{bottom})={len(STAMPED)})+COUNT(own_lifespan)>0"
    stale = f"IF({own},0,(orders_counted<>{countable(context)})+(ABS(orders_control-control_now)>=0.02)>0)"
    rows = [context.plan.names[name].rpartition("$")[2] for name in (MADE_UP[0], MADE_UP[-1])]
    marked = f"COUNTIF({inputs}!F{rows[0]}:F{rows[1]},{context.quoted('inputs.made_up')})"
    made_up = f"IF({context.sample_orders}+(COUNT({context.column('amount')})=0)>0,0,{marked}>0)"
    return {
        "made_up": made_up,
        "stale": stale,
        "left_out": "orders_left_out>0",
        "enough": enough,
        "active": active,
        "young": young,
        "low": low,
    }
