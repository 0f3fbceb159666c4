"""Doubts about the data and the figures, and sums that must agree; their number stands on the first sheet too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.workbook.address import Area

from .input_items import MADE_UP, STAMPED
from .inputs import countable
from .theme import FAIR, GOOD

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

LABEL, FOUND, CHECK, NOTE, DO = range(1, 6)
WIDTHS = (48, 12, 14, 78, 72)


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("checks", WIDTHS)
    heads = ("label", "found", "check", "note", "do")
    context.heads(sheet, 6, [f"checks.{head}" for head in heads], right=(FOUND,))
    sheet.header_row = 6
    context.section(sheet, 7, "checks.doubts_section")
    doubts = {key: f"IF({test},1,0)" for key, test in _doubts(context).items()}
    last = _rows(context, sheet, 8, doubts)
    context.section(sheet, last + 2, "checks.sums_section")
    end = _rows(context, sheet, last + 3, _sums(context))
    sheet.put(4, LABEL, context.text("checks.sum"), "strong")
    wrong = f"COUNT(B{last + 3}:B{end})-COUNTIF(B{last + 3}:B{end},0)"
    sheet.compute(4, FOUND, f"SUM(B8:B{last})+{wrong}", "used:count")
    fine, attention = context.quoted("checks.fine"), context.quoted("checks.attention")
    sheet.compute(4, CHECK, f"IF(B4=0,{fine},{attention})", "check")
    _colours(sheet, Area(4, CHECK, end, CHECK))
    context.define("points_of_attention", sheet, 4, FOUND)
    context.define("made_up_figures", sheet, 8, FOUND)
    return sheet


def _rows(context: Context, sheet: SheetPlan, row: int, tests: dict[str, str]) -> int:
    """One row for each; gives the last."""
    for at, (key, test) in enumerate(tests.items(), row):
        sheet.put(at, LABEL, context.text(f"checks.{key}"), "label")
        sheet.compute(at, FOUND, test, "used:count")
        attention, fine = context.quoted("checks.attention"), context.quoted("checks.fine")
        sheet.compute(at, CHECK, f'IF(COUNT(B{at})=0,"",IF(B{at}=0,{fine},{attention}))', "check")
        sheet.put(at, NOTE, context.text(f"checks.{key}.note"), "note")
        sheet.put(at, DO, context.text(f"checks.{key}.do"), "note")
        sheet.heights[at] = max(sheet.heights.get(at, 0), 19)
    return row + len(tests) - 1


def _colours(sheet: SheetPlan, area: Area) -> None:
    """Of the readings, which say the same in words."""
    for test, (fill, font) in (("=0", GOOD), ("<>0", FAIR)):
        look = {"bg_color": fill, "font_color": font}
        criteria = f'=AND(COUNT($B{area.top})=1,$B{area.top}{test},$C{area.top}<>"")'
        sheet.conditions.append((area, {"type": "formula", "criteria": criteria, "look": look}))


def _place(context: Context, name: str) -> str:
    """The row of an input."""
    return context.plan.names[name].rpartition("$")[2]


def _doubts(context: Context) -> dict[str, str]:
    """What is true when there is a doubt."""
    inputs = context.text("sheet.inputs")
    rows = [_place(context, name) for name in STAMPED]
    counts = f"{inputs}!B{rows[0]}:B{rows[-1]}"
    own = f"(COUNT({counts})=ROWS({counts}))+COUNT(own_lifespan)>0"
    counted = f"(orders_counted<>{countable(context)})+(ROUND(orders_control-control_now,1)<>0)>0"
    marked = f"COUNTIF({inputs}!F{_place(context, MADE_UP[0])}:F{_place(context, MADE_UP[-1])},"
    none = f"(COUNT({context.column('amount')})=0)"
    first, last = _place(context, "margin"), _place(context, "longest_lifespan")
    typed, used = f"{inputs}!B{first}:B{last}", f"{inputs}!D{first}:D{last}"
    doubts = {  # made_up stays the first: its cell has a name
        "made_up": f"IF({context.sample_orders}+{none}>0,0,{marked}{context.quoted('inputs.made_up')})>0)",
        "refused": f'SUMPRODUCT(({typed}<>"")*({typed}<>{used}))>0',
        "stale": f"IF({own},0,{counted})",
        "left_out": "orders_left_out>0",
        "enough": "IF(COUNT(customers,purchases)<2,0,(customers<few_customers)+(purchases<few_orders)>0)",
        "active": "IF(COUNT(customers)=0,0,COUNT(lifespan_corrected,own_lifespan,own_churn)=0)",
        "many_active": "IF(COUNT(active_share)*(COUNT(own_lifespan,own_churn)=0)=0,0,active_share>active_limit)",
        "young": "IF(COUNT(lifespan_used,years)<2,0,lifespan_used>years)",
        "period": "IF(COUNT(lifespan_used)=0,0,lifespan_used>longest_lifespan)",
        "churn": "IF(COUNT(own_lifespan,own_churn)<2,0,ABS(own_lifespan*own_churn-1)>step_middle)",
        "typed_value": "IF(COUNT(own_value,own_order_value,own_frequency)<3,0,"
        "ABS(own_order_value*own_frequency/own_value-1)>step_middle)",
        "low": "IF(COUNT(clv_revenue,revenue,customers)<3,0,clv_revenue<revenue/customers)",
    }
    differs = "ABS(predicted_with-SUM(margin,discount,horizon))>tolerance"
    doubts["predicted"] = f"IF(COUNT(predicted_total,predicted_with)<2,0,{differs})"
    return doubts


def _sums(context: Context) -> dict[str, str]:
    """Differences that must be 0; blank while a table that only refresh fills is empty."""
    inputs = context.text("sheet.inputs")
    seen = {name: f"{inputs}!C{_place(context, name)}" for name in ("customers", "purchases", "revenue")}
    rank, spend = context.column("rank", "customers"), context.column("spend", "customers")
    orders, decile = context.column("orders", "customers"), context.column("decile", "customers")
    segment = context.column("segment", "customers")
    sizes = context.column("customers", "cohorts")
    value, source = context.column("value", "benchmarks"), context.column("source", "benchmarks")
    cents = "ROUND(100*({}),0)/100"
    listed = {
        "sum_customers": f"COUNT({rank})-SUM({seen['customers']})",
        "sum_orders": f"SUM({orders})-SUM({seen['purchases']})",
        "sum_revenue": cents.format(f"SUM({spend})-SUM({seen['revenue']})"),
        "sum_segments": f"COUNTA({segment})-COUNT({rank})",
        "sum_deciles": cents.format(f'SUMIF({decile},">0",{spend})-SUM({spend})'),
    }
    sums = {key: f'IF(COUNT({rank})=0,"",{formula})' for key, formula in listed.items()}
    sums["sum_cohorts"] = f'IF(COUNT({sizes})=0,"",SUM({sizes})-SUM({seen["customers"]}))'
    sums["sum_benchmarks"] = f"COUNT({value})-COUNTA({source})"
    plain = "clv_margin-value_per_year*lifespan_used*margin"
    exact = f"IF(ABS({plain})<=tolerance*MAX(1,clv_margin),0,{plain})"
    sums["sum_formula"] = context.speller.guarded("clv_margin", exact)
    return sums
