"""What each lever adds, what five strategies do with them, and the value at other orders and lifespans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.workbook.address import Area

from .charts import Chart, Series
from .sentences import amount, percent, sentence
from .theme import CHART_FILL

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (43, 14, 15, 15, 15, 15, 24, 76)
LEVER, NOW, AFTER, SMALL, MIDDLE, STEP, YEARLY, NOTE = range(1, 9)
STEPS = {SMALL: "step_small", MIDDLE: "step_middle", STEP: "lever_step"}
HEAD = 6
LEVERS = ("price", "order_value", "frequency", "lifespan", "margin", "cac")
STRATEGIES = {
    "feedback": ("lifespan",),
    "loyalty": ("frequency", "cac"),
    "service": ("lifespan", "margin"),
    "experience": ("order_value", "frequency"),
    "content": ("order_value", "cac"),
}
"""Each with the levers that it moves."""
SIDES = (-2, -1, 0, 1, 2)  # steps of the lever from now

_NOW = {
    "price": ("order_value", "money"),
    "order_value": ("order_value", "money"),
    "frequency": ("orders_per_year", "rate"),
    "lifespan": ("lifespan_used", "one"),
    "margin": ("margin", "share"),
    "cac": ("cac_now", "money"),
}
_GAINS = {
    "price": ("clv_revenue", "clv_revenue*{step}"),  # all of a higher price is margin
    "order_value": ("clv_margin,order_value", "clv_margin*{step}"),
    "frequency": ("clv_margin,orders_per_year", "clv_margin*{step}"),
    "lifespan": ("later_margin,lifespan_used", "later_margin*lifespan_used*{step}"),
    "margin": ("clv_revenue,margin", "clv_revenue*(MIN(1,margin*(1+{step}))-margin)"),
    "cac": ("clv_margin,cac_now", "cac_now*{step}"),
}


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("levers", WIDTHS)
    base, first, last = HEAD + 1, HEAD + 2, HEAD + 1 + len(LEVERS)
    gains = f"F{first}:F{last}"
    for column, key in {LEVER: "lever", NOW: "now", NOTE: "best"}.items():
        sheet.put(HEAD, column, context.text(f"levers.{key}"), "head" if column in (LEVER, NOTE) else "head-right")
    _step_heads(context, sheet, HEAD)
    sheet.compute(HEAD, AFTER, sentence(context, "levers.after", step=percent("lever_step")), "head-right")
    sheet.put(base, LEVER, context.text("levers.base"), "label")
    sheet.compute(base, NOW, context.speller.guarded("clv_margin", "clv_margin-SUM(cac_now)"), "plain:money")
    for column in range(AFTER, NOTE):
        sheet.put(base, column, None, "plain")
    sheet.heights[base] = 19
    sheet.put(base, NOTE, context.text("levers.base.note"), "note")
    context.define("net_now", sheet, base, NOW)
    for at, lever in enumerate(LEVERS, first):
        _row(context, sheet, at, lever, gains)
    row = _strategies(context, sheet, last + 2, first)
    below = _grid(context, sheet, row + 1)
    _told(context, sheet, below + 1, gains)
    _message(context, sheet, 4, first, last, below + 1)
    sheet.charts.append(lever_chart(context, Area(row + 1, YEARLY, row + 10, NOTE)))
    return sheet


def _step_heads(context: Context, sheet: SheetPlan, row: int) -> None:
    for column, step in STEPS.items():
        sheet.compute(row, column, sentence(context, "levers.gain_at", step=percent(step)), "head-right")
    sheet.compute(row, YEARLY, sentence(context, "levers.yearly", step=percent("lever_step")), "head-right")
    sheet.heights[row] = 33


def _row(context: Context, sheet: SheetPlan, row: int, lever: str, gains: str) -> None:
    name, kind = _NOW[lever]
    better = {
        "margin": "MIN(1,margin*(1+lever_step))",
        "cac": "cac_now*(1-lever_step)",
    }.get(lever, f"{name}*(1+lever_step)")
    sheet.put(row, LEVER, context.text(f"levers.{lever}"), "label")
    sheet.compute(row, NOW, name, f"plain:{kind}")
    sheet.compute(row, AFTER, context.speller.guarded(f"{name},lever_step", better), f"plain:{kind}")
    needed, gain = _GAINS[lever]
    for column, step in STEPS.items():
        formula = context.speller.guarded(f"{needed},net_now", gain.format(step=step))
        sheet.compute(row, column, formula, "value:money" if column == STEP else "plain:money")
    _yearly(context, sheet, row)
    mark, note = context.quoted("levers.mark"), context.quoted(f"levers.{lever}.note")
    best = f"IF(COUNT(F{row})=0,FALSE,F{row}+1/100>MAX({gains}))"
    sheet.compute(row, NOTE, f'IF({best},{mark},"")&{note}', "note")
    sheet.heights[row] = 19
    sheet.reserve(row, NOTE, context.text("levers.mark") + context.text(f"levers.{lever}.note"))


def _yearly(context: Context, sheet: SheetPlan, row: int) -> None:
    formula = context.speller.guarded(f"F{row},customers_per_year", f"F{row}*customers_per_year")
    sheet.compute(row, YEARLY, formula, "plain:round")


def _message(context: Context, sheet: SheetPlan, row: int, first: int, last: int, told: int) -> None:
    """One sentence, which is also the title of the chart; the amount in it stands in row `told`."""
    gains = f"F{first}:F{last}"
    message = sentence(
        context,
        "levers.message",
        lever=f"INDEX(A{first}:A{last},MATCH(MAX({gains}),{gains},0))",
        step=percent("lever_step"),
        gain=f"C{told}",
    )
    asked = f"IF(COUNT(clv_revenue)=1,{context.quoted('levers.margin_first')},{context.quoted('levers.empty')})"
    sheet.compute(row, LEVER, f"IF(COUNT({gains})=0,{asked},{message})", "message")
    context.define("lever_message", sheet, row, LEVER)


def _told(context: Context, sheet: SheetPlan, row: int, gains: str) -> None:
    """The largest gain, as an amount and as text for the message."""
    sheet.put(row, LEVER, context.text("levers.told"), "label")
    sheet.compute(row, NOW, f'IF(COUNT({gains})=0,"",MAX({gains}))', "orders:money")
    sheet.compute(row, AFTER, amount(context, f"B{row}"), "orders")


def _strategies(context: Context, sheet: SheetPlan, row: int, first: int) -> int:
    """The five strategies, each with what its levers bring together; gives the row after them."""
    context.section(sheet, row, "levers.strategies")
    sheet.put(row + 1, LEVER, context.text("levers.strategy"), "head")
    sheet.put(row + 1, NOW, context.text("levers.moves"), "head")
    sheet.put(row + 1, AFTER, None, "head")
    sheet.put(row + 1, NOTE, context.text("levers.do"), "head")
    _step_heads(context, sheet, row + 1)
    for at, (strategy, levers) in enumerate(STRATEGIES.items(), row + 2):
        sheet.put(at, LEVER, context.text(f"levers.{strategy}"), "strong")
        for column, lever in zip((NOW, AFTER), (*levers, None), strict=False):
            sheet.put(at, column, context.text(f"levers.{lever}.short") if lever else None, "note")
        for column in STEPS:
            gains = ",".join(f"{'DEF'[column - SMALL]}{first + LEVERS.index(lever)}" for lever in levers)
            formula = context.speller.guarded(gains, gains.replace(",", "+"))
            sheet.compute(at, column, formula, "value:money" if column == STEP else "plain:money")
        _yearly(context, sheet, at)
        sheet.put(at, NOTE, context.text(f"levers.{strategy}.note"), "note")
        sheet.heights[at] = max(sheet.heights.get(at, 0), 32)
    end = row + 2 + len(STRATEGIES)
    sheet.put(end, LEVER, context.text("levers.strategies.note"), "purpose")
    return end + 1


def _grid(context: Context, sheet: SheetPlan, row: int) -> int:
    """CLV on margin when orders grow or shrink, and lifespans do; gives the row below it."""
    sheet.put(row, LEVER, context.text("levers.grid"), "section")
    for column in range(NOW, STEP + 1):
        sheet.put(row, column, None, "rule")
    sheet.put(row + 1, LEVER, context.text("levers.grid.across"), "purpose")
    head, middle = row + 2, NOW + SIDES.index(0)
    sheet.put(head, LEVER, context.text("levers.grid.down"), "head")
    for column, side in enumerate(SIDES, NOW):
        sheet.compute(head, column, _step(side), "head-right:step")
    for at, side in enumerate(SIDES, head + 1):
        sheet.compute(at, LEVER, _step(side), "step:step")
        for column in range(NOW, STEP + 1):
            letter = "ABCDEF"[column - 1]
            value = f"(1+{letter}${head})*(clv_margin+later_margin*lifespan_used*$A{at})"
            formula = context.speller.guarded("clv_margin,later_margin", value)
            sheet.compute(at, column, formula, f"{'now' if (side, column) == (0, middle) else 'grid'}:round")
        sheet.heights[at] = 22
    last = head + len(SIDES)
    area = Area(head + 1, NOW, last, STEP)
    sheet.conditions.append((area, {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#9DB8D9"}))
    sheet.put(last + 1, LEVER, context.text("levers.grid.note"), "purpose")
    return last + 2


def _step(side: int) -> str:
    """So many steps from now; a step that is blank is none."""
    return "+".join(["0", *["SUM(lever_step)"] * side]) if side >= 0 else "-".join(["0", *["SUM(lever_step)"] * -side])


def lever_chart(context: Context, area: Area) -> Chart:
    """The gain of each lever as bars, on whatever sheet."""
    first, last, levers = HEAD + 2, HEAD + 1 + len(LEVERS), context.text("sheet.levers")
    money = context.numbers.format("round")
    names, gains = Area(first, LEVER, last, LEVER), Area(first, STEP, last, STEP)
    return Chart(
        kind="bar",
        area=area,
        title=context.plan.names["lever_message"],
        series=[Series(context.text("levers.gain"), levers, names, gains, CHART_FILL, labels=money)],
        value_title=context.text("levers.axis"),
        number=money,
        alt=context.text("levers.alt"),
    )
