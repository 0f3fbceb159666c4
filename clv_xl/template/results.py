"""The results, each with its unit, its basis and one line of explanation; the levers and the industry below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clv_xl.functions import CATALOGUE
from clv_xl.workbook.address import Area

from .theme import BAD, FAIR, GOOD

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

LABEL, VALUE, UNIT, BASIS, PERIOD, NOTE = range(1, 7)
WIDTHS = (40, 16, 19, 21, 19, 62)


@dataclass(frozen=True)
class Result:
    """One row: the name of its cell, the function and its inputs, the arguments first; `also` must hold besides.

    A result without a function is a formula of names, or one of several that is known.
    """

    name: str
    kind: str
    function: str
    inputs: str
    also: str = ""


_SEEN = "AND(churned>once,watched>=customers/2)"
"""When those who left tell the lifespan: some did who came back first, and of most customers it would have shown."""

_TIME = "purchases,customers,durations"
_MONTHLY = "IF(COUNT(repeat_per_year)=1,repeat_per_year*margin_per_order,value_per_year*margin)/12"

SECTIONS: dict[str, tuple[Result, ...]] = {
    "results.orders_section": (
        Result("order_value", "money", "AOV", "revenue,purchases"),
        Result("repeat_per_year", "rate", "MAX(0,purchases-customers)/MAX(durations,customers/365.25)", _TIME),
        Result("orders_per_year", "rate", "PURCHASE_FREQUENCY", "purchases,customers,years"),
        Result("value_per_year", "money", "CUSTOMER_VALUE", "order_value,orders_per_year"),
    ),
    "results.lifespan_section": (
        Result("lifespan_so_far", "one", "LIFESPAN", "durations,customers"),
        Result("lifespan_corrected", "one", "LIFESPAN_EXPOSURE", "exposure,churned,once,watched,customers", _SEEN),
        Result("lifespan_used", "one", "", "own_lifespan,lifespan_corrected,lifespan_so_far"),
    ),
    "results.clv_section": (
        Result("clv_revenue", "money", "CLV", "order_value,orders_per_year,lifespan_used"),
        Result("clv_margin", "money", "CLV", "order_value,orders_per_year,lifespan_used,margin"),
        Result("clv_present", "money", "CLV", "order_value,orders_per_year,lifespan_used,margin,discount"),
    ),
    "results.cac_section": (
        Result("cac_ceiling", "money", "MAX_CAC", "clv_margin,target_ratio"),
        Result("cac_now", "money", "CAC", "spend,new_customers"),
        Result("ratio_now", "rate", "CLV_CAC", "clv_margin,cac_now", "cac_now>0"),
        Result("verdict", "", "CLV_CAC_STATUS", "ratio_now"),
        Result("margin_per_order", "money", "order_value*margin", "order_value,margin"),
        Result("margin_per_month", "money", _MONTHLY, "value_per_year,margin_per_order"),
        Result("payback_months", "one", "CAC_PAYBACK", "cac_now,margin_per_month,lifespan_used", "margin_per_month>0"),
        Result("orders_to_earn_back", "one", "BREAKEVEN_ORDERS", "cac_now,margin_per_order", "margin_per_order>0"),
    ),
}


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("results", WIDTHS)
    heads = ["label", "value", "unit", "basis", "period", "note"]
    context.heads(sheet, 4, [f"results.{head}" for head in heads], right=(VALUE,))
    row = 5
    for section, results in SECTIONS.items():
        context.section(sheet, row, section)
        row += 1
        for result in results:
            _row(context, sheet, row, result)
            row += 1
    return sheet


def _row(context: Context, sheet: SheetPlan, row: int, result: Result) -> None:
    sheet.put(row, LABEL, context.text(f"results.{result.name}"), "strong")
    dynamic = context.speller.calls and result.function in CATALOGUE
    style = "value" if not result.kind else f"value:{result.kind}"
    sheet.compute(row, VALUE, _formula(context, result), style, dynamic=dynamic)
    for column, part in ((UNIT, "unit"), (BASIS, "basis"), (PERIOD, "period")):
        sheet.put(row, column, context.text(f"results.{result.name}.{part}"), "note")
    sheet.put(row, NOTE, context.text(f"results.{result.name}.note"), "note")
    sheet.heights[row] = max(sheet.heights.get(row, 0), 19)
    context.define(result.name, sheet, row, VALUE)
    if result.name == "verdict":
        _spread_over(sheet, row)


def _formula(context: Context, result: Result) -> str:
    names = result.inputs.split(",")
    if result.name == "lifespan_used":
        own, corrected, so_far = names
        seen = f"MAX({corrected},{so_far},1/365.25)"  # nobody's lifetime is shorter than what it is already, or a day
        return f'IF(COUNT({own})=1,{own},IF(COUNT({so_far})=0,"",{seen}))'
    if result.name == "orders_per_year":
        return context.speller.frequency("lifespan_used")
    if result.function not in CATALOGUE:
        return context.speller.guarded(result.inputs, result.function, result.also)
    if result.name == "lifespan_corrected":
        left = context.speller.call("LIFESPAN_EXPOSURE", "exposure", "churned-once")
        return context.speller.guarded(result.inputs, f"{left}*(1-once/watched)", result.also)
    if result.name == "payback_months":
        return _payback(context, result)
    extra = [f'"{context.spoken}"'] if result.name == "verdict" else []
    taken = names[: len(CATALOGUE[result.function].parameters)]
    return context.speller.guarded(result.inputs, context.speller.call(result.function, *taken, *extra), result.also)


def _payback(context: Context, result: Result) -> str:
    """Months until the margin of the first order and of the repeat orders is the CAC, if customers stay so long."""
    left = "IF(COUNT(repeat_per_year)=1,MAX(0,cac_now-margin_per_order),cac_now)"
    months = f"{left}/margin_per_month"
    if context.speller.calls:
        months = context.speller.call(result.function, left, "margin_per_month")
    too_long = f"{left}>margin_per_month*12*lifespan_used"
    months = f"IF({too_long},{context.quoted('results.never')},{months})"
    return context.speller.guarded(result.inputs, months, result.also)


def _spread_over(sheet: SheetPlan, row: int) -> None:
    """The verdict is a sentence: it runs on over the cells to its right."""
    formula = sheet.cells[row, VALUE].formula or ""
    sheet.compute(row, VALUE, formula, "verdict", dynamic=sheet.cells[row, VALUE].array is not None)
    for column in (UNIT, BASIS, PERIOD):
        sheet.put(row, column, None, "verdict")
    area = Area(row, VALUE, row, PERIOD)
    bands = (("ratio_now<1", BAD), ("ratio_now<3", FAIR), ("ratio_now>=3", GOOD))
    for test, (fill, font) in bands:
        look = {"bg_color": fill, "font_color": font}
        rule = {"type": "formula", "criteria": f"=AND(COUNT(ratio_now)=1,{test})", "stop_if_true": True, "look": look}
        sheet.conditions.append((area, rule))
