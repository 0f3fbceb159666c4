"""What each lever adds: every one improved by the same step, and the chart of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.workbook.address import Area

from .charts import Chart, Series
from .theme import CHART_FILL

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (40, 16, 19, 21, 19, 62)
LEVER, NOW, AFTER, NET, GAIN, BEST = range(1, 7)
CHART_ROWS, CHART_ROW_HEIGHT = 13, 18
LEVERS = ("price", "order_value", "frequency", "lifespan", "margin", "cac")

_NOW = {
    "price": ("order_value", "money"),
    "order_value": ("order_value", "money"),
    "frequency": ("orders_per_year", "rate"),
    "lifespan": ("lifespan_used", "one"),
    "margin": ("margin", "share"),
    "cac": ("cac_now", "money"),
}


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("levers", WIDTHS)
    row, head = 3, 5
    keys = [f"levers.{key}" for key in ("lever", "now", "after", "net", "gain", "best")]
    context.heads(sheet, head, keys, right=(NOW, AFTER, NET, GAIN))
    base, first, last = head + 1, head + 2, head + 1 + len(LEVERS)
    sheet.put(base, LEVER, context.text("levers.base"), "label")
    for column in (NOW, AFTER, GAIN):
        sheet.put(base, column, None, "plain")
    sheet.compute(base, NET, context.speller.guarded("clv_margin", "clv_margin-SUM(cac_now)"), "plain:money")
    sheet.put(base, BEST, context.text("levers.base.note"), "note")
    context.define("net_now", sheet, base, NET)
    gains = f"E{first}:E{last}"
    for at, lever in enumerate(LEVERS, first):
        _row(context, sheet, at, lever)
        mark, note = context.quoted("levers.mark"), context.quoted(f"levers.{lever}.note")
        best = f"IF(COUNT(E{at})=0,FALSE,E{at}+1/100>MAX({gains}))"
        sheet.compute(at, BEST, f'IF({best},{mark},"")&{note}', "note")
        sheet.reserve(at, BEST, context.text("levers.mark") + context.text(f"levers.{lever}.note"))
    _message(context, sheet, row + 1, first, last)
    _chart(context, sheet, last + 2, (first, last))
    return sheet


def _row(context: Context, sheet: SheetPlan, row: int, lever: str) -> None:
    name, kind = _NOW[lever]
    better = {
        "margin": "MIN(1,margin*(1+lever_step))",
        "cac": "cac_now*(1-lever_step)",
    }.get(lever, f"{name}*(1+lever_step)")
    sheet.put(row, LEVER, context.text(f"levers.{lever}"), "label")
    sheet.compute(row, NOW, f"{name}", f"plain:{kind}")
    sheet.compute(row, AFTER, context.speller.guarded(f"{name},lever_step", better), f"plain:{kind}")
    after = f"C{row}"
    args = {
        "price": (after, "orders_per_year", "lifespan_used", "1-(1-margin)/(1+lever_step)"),
        "order_value": (after, "orders_per_year", "lifespan_used", "margin"),
        "frequency": ("order_value", after, "lifespan_used", "margin"),
        "lifespan": ("order_value", context.speller.frequency(after), after, "margin"),
        "margin": ("order_value", "orders_per_year", "lifespan_used", after),
    }
    worth = "clv_margin-" + after
    if lever in args:
        worth = f"{context.speller.call('CLV', *args[lever])}-SUM(cac_now)"
    dynamic = context.speller.calls and lever in args
    net = context.speller.guarded(f"net_now,{after}", worth)
    sheet.compute(row, NET, net, "plain:money", dynamic=dynamic)
    sheet.compute(row, GAIN, context.speller.guarded(f"D{row},net_now", f"D{row}-net_now"), "value:money")
    sheet.heights[row] = 19


def _message(context: Context, sheet: SheetPlan, row: int, first: int, last: int) -> None:
    """One sentence, which is also the title of the chart."""
    gains = f"E{first}:E{last}"
    sentence = context.text("levers.message")
    parts = {
        "[lever]": f"INDEX(A{first}:A{last},MATCH(MAX({gains}),{gains},0))",
        "[step]": "ROUND(100*lever_step,0)",
        "[gain]": f"ROUND(MAX({gains}),0)",
    }
    formula = '"' + sentence.replace("[money]", context.numbers.symbol) + '"'
    for mark, part in parts.items():
        formula = formula.replace(mark, f'"&{part}&"')
    formula = formula.removeprefix('""&')
    empty = context.quoted("levers.empty")
    sheet.compute(row, LEVER, f"IF(COUNT({gains})=0,{empty},{formula})", "message")
    context.define("lever_message", sheet, row, LEVER)


def _chart(context: Context, sheet: SheetPlan, row: int, rows: tuple[int, int]) -> None:
    first, last = rows
    money = context.numbers.format("round")
    names, gains = Area(first, LEVER, last, LEVER), Area(first, GAIN, last, GAIN)
    sheet.charts.append(
        Chart(
            kind="bar",
            area=Area(row, 1, row + CHART_ROWS - 1, 5),
            title=context.plan.names["lever_message"],
            series=[Series(context.text("levers.gain"), sheet.name, names, gains, CHART_FILL, labels=money)],
            value_title=context.text("levers.axis"),
            number=money,
            alt=context.text("levers.alt"),
        )
    )
    for at in range(row, row + CHART_ROWS):
        sheet.heights[at] = CHART_ROW_HEIGHT
