"""The results, each with its unit, its basis, its period and one line of explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.functions import CATALOGUE
from clv_xl.workbook.address import Area

from .result_rows import SECTIONS, Result
from .sentences import amount, timed
from .theme import BAD, FAIR, GOOD

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

LABEL, VALUE, UNIT, BASIS, PERIOD, NOTE = range(1, 7)
PARTS = {LABEL: "", UNIT: ".unit", BASIS: ".basis", PERIOD: ".period", NOTE: ".note"}
WIDTHS = (38, 20, 26, 20, 20, 92)
ROW, SECTION = 15, 18  # points, so that all stand on one page


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("results", WIDTHS)
    heads = ["label", "value", "unit", "basis", "period", "note"]
    context.heads(sheet, 4, [f"results.{head}" for head in heads], right=(VALUE,))
    sheet.header_row = 4
    row = 5
    for section, results in SECTIONS.items():
        context.section(sheet, row, section)
        sheet.heights[row] = SECTION
        if told := timed(context, section):
            sheet.compute(row, LABEL, told, "section")
        row += 1
        for result in results:
            _row(context, sheet, row, result)
            row += 1
    _told(context, sheet, row)
    return sheet


def _told(context: Context, sheet: SheetPlan, row: int) -> None:
    """The amounts that sentences on other sheets name, as text."""
    context.section(sheet, row, "results.told")
    sheet.heights[row] = SECTION
    named = [result.name for results in SECTIONS.values() for result in results if result.told]
    for at, name in enumerate(named, row + 1):
        sheet.put(at, LABEL, context.text(f"results.{name}"), "label")
        sheet.compute(at, VALUE, amount(context, name), "orders")
        sheet.heights[at] = ROW
        context.define(f"{name}_told", sheet, at, VALUE)


def _row(context: Context, sheet: SheetPlan, row: int, result: Result) -> None:
    dynamic = context.speller.calls and result.function in CATALOGUE
    style = "value" if not result.kind else f"value:{result.kind}"
    sheet.compute(row, VALUE, _formula(context, result), style, dynamic=dynamic)
    for column, part in PARTS.items():
        key = f"results.{result.name}{part}"
        look = "note" if part else "strong"
        if told := timed(context, key):
            sheet.compute(row, column, told, look)
        else:
            sheet.put(row, column, context.text(key), look)
    sheet.heights[row] = max(sheet.heights.get(row, 0), ROW)
    context.define(result.name, sheet, row, VALUE)
    if result.name == "verdict":
        _spread_over(sheet, row)


def _formula(context: Context, result: Result) -> str:
    formula = _SPECIAL[result.name](context, result) if result.name in _SPECIAL else _called(context, result)
    if result.own:
        typed, own = result.own
        formula = f"IF(COUNT({typed})=1,{own},{formula})"
    return formula


def _called(context: Context, result: Result) -> str:
    names = result.inputs.split(",")
    asked = ",".join(name for name in names if name != "1")
    if result.function not in CATALOGUE:
        return context.speller.guarded(asked, result.function, result.also)
    extra = [f'"{context.spoken}"'] if result.name == "verdict" else []
    taken = [1.0 if name == "1" else name for name in names[: len(CATALOGUE[result.function].parameters)]]
    return context.speller.guarded(asked, context.speller.call(result.function, *taken, *extra), result.also)


def _lifespan(_: Context, result: Result) -> str:
    """What is typed, else what the orders say: nobody's lifetime is shorter than what it is already, or a day."""
    own, corrected, so_far = result.inputs.split(",")
    seen = f'IF(COUNT({so_far})=0,"",MAX({corrected},{so_far},1/days_per_year))'
    churn = f"IF(COUNT(own_churn)=1,1/(own_churn*periods_per_year),{seen})"
    return f"IF(COUNT({own})=1,{own}/periods_per_year,{churn})"


def _corrected(context: Context, result: Result) -> str:
    left = context.speller.call("LIFESPAN_EXPOSURE", "exposure", "churned-once")
    return context.speller.guarded(result.inputs, f"{left}*(1-once/watched)", result.also)


def _frequency(_: Context, result: Result) -> str:
    """What is typed, or follows from an own customer value, else what the orders say."""
    derived = 'IF(SUM(order_value)>0,own_value*periods_per_year/order_value,"")'
    known = f"IF(COUNT(own_value)=1,{derived},{result.inputs})"
    return f"IF(COUNT(own_frequency)=1,own_frequency*periods_per_year,{known})"


def _seen(context: Context, _: Result) -> str:
    return context.speller.frequency("lifespan_used")


def _payback(context: Context, result: Result) -> str:
    """Months until the margin of the first order and of the repeat orders is the CAC, if customers stay so long."""
    months = context.speller.call(result.function, "cac_left", "margin_per_month")
    if not context.speller.calls:
        months = "cac_left/margin_per_month"
    too_long = "cac_left>margin_per_month*12*lifespan_used"
    months = f"IF({too_long},{context.quoted('results.never')},{months})"
    return context.speller.guarded(result.inputs, months, result.also)


def _repeat_share(context: Context, _: Result) -> str:
    orders = context.column("orders", "customers")
    return f'IF(COUNT({orders})=0,"",COUNTIF({orders},">1")/COUNT({orders}))'


def _predicted(context: Context, _: Result) -> str:
    values = context.column("value", "customers")
    return f'IF(COUNT({values})=0,"",SUM({values}))'


def _predicted_each(context: Context, _: Result) -> str:
    values = context.column("value", "customers")
    return f'IF(COUNT({values})=0,"",predicted_total/COUNT({values}))'


_SPECIAL = {
    "lifespan_used": _lifespan,
    "lifespan_corrected": _corrected,
    "orders_seen": _seen,
    "orders_per_year": _frequency,
    "payback_months": _payback,
    "repeat_share": _repeat_share,
    "predicted_total": _predicted,
    "predicted_each": _predicted_each,
}


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
