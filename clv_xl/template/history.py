"""The figures of each refresh; before the first one, those that the orders up to then would have given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clv_xl.analysis import Analysis
from clv_xl.analysis.tables import HISTORY, HISTORY_CELLS
from clv_xl.calculation import Calculator
from clv_xl.cells import serial
from clv_xl.orders.totals import totals
from clv_xl.workbook.address import Area, parse

from . import inputs, orders, results
from .charts import Chart, Series
from .plan import PlannedCell, Readable
from .sentences import percent, sentence
from .theme import CHART_ACCENT, CHART_FILL, GREY

if TYPE_CHECKING:
    from clv_xl.cells import Value

    from .context import Context
    from .plan import SheetPlan

WIDTHS = (13, 12, 12, 17, 13, 15, 15, 15, 15, 13, 11)
MESSAGE, NOTE, ENDS, CHART = 3, 4, 7, 12
CHART_ROWS = 14
HEADER = CHART + CHART_ROWS + 1
MOST = 8  # rows computed backwards: two years of quarters
LEAST = pd.DateOffset(years=1)  # of orders: from less time a lifetime cannot be told

LINES = (("clv_revenue", GREY, False), ("clv_margin", CHART_FILL, False), ("cac", CHART_ACCENT, True))


def build(context: Context) -> SheetPlan:
    """The sheet."""
    tables = {**context.analysis.tables, HISTORY.key: backcast(context)}
    context.analysis = Analysis(tables, context.analysis.facts)
    sheet = context.sheet("history", WIDTHS)
    area = context.listing(sheet, HISTORY, HEADER)
    sheet.heights[HEADER] = 33
    _message(context, sheet)
    for row, key in enumerate(("note", "young"), NOTE):
        sheet.put(row, 1, context.text(f"history.{key}"), "purpose")
    dates = area._replace(right=area.left)
    sheet.charts.append(
        Chart(
            kind="line",
            area=Area(CHART, 1, CHART + CHART_ROWS - 1, len(WIDTHS)),
            title=sheet.place(MESSAGE, 1),
            series=[
                Series(context.text(f"history.{key}"), sheet.name, dates, _only(area, key), colour, dashed=dashed)
                for key, colour, dashed in LINES
            ],
            value_title=context.text("history.axis"),
            number=context.numbers.format("round"),
            alt=context.text("history.alt"),
            category_number=context.numbers.format("month"),
        )
    )
    return sheet


def _message(context: Context, sheet: SheetPlan) -> None:
    """How the CLV changed from the first row to the last: on margin where both rows know it, else on revenue."""
    columns = {key: context.column(key, "history") for key in ("clv_revenue", "clv_margin")}
    sheet.put(ENDS, 1, None, "head")
    sheet.put(ENDS, 2, None, "head")
    heads = [*(f"history.{key}" for key in columns), "history.compared"]
    context.heads(sheet, ENDS, heads, right=(3, 4, 5), left=3)
    sheet.heights[ENDS] = 33
    first, last = ENDS + 1, ENDS + 2
    rows = f"ROWS({columns['clv_revenue']})"
    for row, key, place in ((first, "first", "1"), (last, "last", rows)):
        sheet.put(row, 1, context.text(f"history.{key}"), "label")
        sheet.put(row, 2, None, "label")
        for at, figures in enumerate(columns.values(), 3):
            end = f"INDEX({figures},{place})"
            sheet.compute(row, at, f'IF(COUNT({end})=0,"",{end})', "plain:round")
        sheet.compute(row, 5, f"IF(COUNT(D${first}:D${last})>1,D{row},C{row})", "value:round")
    change, both = last + 1, f"E{first}:E{last}"
    sheet.put(change, 1, context.text("history.change"), "label")
    for column in range(2, 5):
        sheet.put(change, column, None, "label")
    told = f'IF(COUNT({both})<=1,"",IF(E{first}=0,"",E{last}/E{first}-1))'
    sheet.compute(change, 5, f'IF({rows}<=1,"",{told})', "value:share")
    revenue, margin = context.quoted("customers.on_revenue"), context.quoted("customers.on_margin")
    parts = {"basis": f"IF(COUNT(D{first}:D{last})>1,{margin},{revenue})", "rows": rows}
    parts |= {"share": percent(f"ABS(E{change})")}
    up, down = (sentence(context, f"history.{way}", **parts) for way in ("up", "down"))
    empty = context.quoted("history.empty")
    sheet.compute(MESSAGE, 1, f"IF(COUNT(E{change})=0,{empty},IF(E{change}>=0,{up},{down}))", "message")


def _only(area: Area, key: str) -> Area:
    column = area.left + HISTORY.heads.index(key)
    return area._replace(left=column, right=column)


def backcast(context: Context) -> pd.DataFrame:
    """The table at the ends of the last quarters and at the last order, by the formulas of the workbook itself."""
    frame = context.orders
    if frame.empty:
        return context.analysis.tables[HISTORY.key]
    codes = pd.factorize(frame["customer"].to_numpy())[0]
    then = _without_orders(context)
    rows = []
    for end in _ends(frame["date"]):
        known = totals(frame, as_of=end, codes=codes)
        typed = {
            "revenue": known.revenue,
            "purchases": float(known.purchases),
            "customers": float(known.customers),
            "first_order": serial(known.first_date),
            "as_of": serial(known.as_of),
            "durations": known.durations_total,
            "exposure": known.exposure_total,
            "watched": float(known.watched),
            "churned": float(known.churned),
            "once": float(known.once),
        }
        shown = _computed(then, typed)
        rows.append({**shown, "as_of": pd.Timestamp(end)})
    return pd.DataFrame(rows, columns=list(HISTORY.heads))


def _ends(dates: pd.Series) -> list[pd.Timestamp]:
    """The last days of quarters from a year of orders on, and the day of the last order."""
    last = dates.max()
    quarters = pd.date_range((dates.min() + LEAST).normalize(), last, freq="QE")
    return [*[end for end in quarters if end < last][1 - MOST :], last.normalize()]


def _without_orders(context: Context) -> Context:
    """The sheets with formulas of a workbook without orders, in which all totals are typed beside what is typed now."""
    then = type(context)(context.brief, context.orders.iloc[:0], context.analysis)
    sheet = inputs.build(then, [context.text("inputs.industry_sample")])
    orders.build(then)
    results.build(then)
    now = context.plan.sheets[sheet.name].cells
    sheet.cells.update({spot: cell for spot, cell in now.items() if spot[1] == inputs.OWN})
    return then


def _computed(context: Context, typed: dict[str, float]) -> dict[str, Value]:
    """The figures of the table once these totals are typed."""
    for name, figure in typed.items():
        sheet, _, spot = context.plan.names[name].partition("!")
        context.plan.sheets[sheet].cells[parse(spot)[0], inputs.OWN] = PlannedCell(figure)
    calculator = Calculator(Readable(context.plan))
    found: dict[str, Value] = {}
    for column, name in HISTORY_CELLS.items():
        sheet, _, spot = context.plan.names[name].partition("!")
        value = calculator.value(sheet, *parse(spot))
        found[column] = value if isinstance(value, float) else None
    return found
