"""The model behind the predictions, and how it did on the past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.analysis.tables import DOUBTS, MODELS, OUTLOOK, PARAMETERS, TRACKING
from clv_xl.workbook.address import Area

from .charts import Chart, Series
from .sentences import amount, percent, sentence, whole
from .theme import CHART_ACCENT, CHART_FILL

if TYPE_CHECKING:
    from clv_xl.analysis import Listing

    from .context import Context
    from .plan import SheetPlan

WIDTHS = (48, 15, 18, 15, 13, 92, 2, 12, 20, 17)
RIGHT, TRACKED = 6, 8
DOUBTED = 6  # the widest column
DOUBT_HEIGHT = 29  # two lines
HEADER = 4
CHART_ROWS = 16
FACTS = {
    "prediction_model": "",
    "prediction_reason": "",
    "horizon_months": "count",
    "interval_level": "whole",
    "predicted_with": "rate",
}
ASSUMED = ("buys", "leaves", "differs", "spend", "unknown")


def build(context: Context) -> SheetPlan:
    """The sheet: what is expected and how sure that is on the left, the table behind the chart on the right."""
    sheet = context.sheet("prediction", WIDTHS)
    sheet.header_row = HEADER
    context.section(sheet, 6, "prediction.outlook", RIGHT)
    first = context.listing(sheet, OUTLOOK, 7, wrapped="run").top
    doubts = context.listing(sheet, DOUBTS, 7, DOUBTED)
    sheet.heights |= dict.fromkeys(range(doubts.top, doubts.bottom + 1), DOUBT_HEIGHT)
    some, none = context.quoted("prediction.doubts"), context.quoted("prediction.doubts.none")
    sheet.compute(6, DOUBTED, f"IF(COUNTA({context.column('doubt', 'doubts')})=0,{none},{some})", "section")
    sheet.compute(HEADER + 1, 1, _basis(context, first), "purpose")
    chart = doubts.bottom + 2
    row = _listed(context, sheet, chart + CHART_ROWS + 2, MODELS)
    sheet.put(row - 1, 1, context.text("prediction.models.note"), "purpose")
    sheet.page_breaks = [row]
    row = _listed(context, sheet, row + 1, PARAMETERS, 3)
    told, row = _facts(context, sheet, row + 1, first + 2)
    sheet.compute(HEADER, 1, _message(context, first, told), "message")
    _assumed(context, sheet, row + 1)
    _past(context, sheet, chart)
    return sheet


def _listed(context: Context, sheet: SheetPlan, row: int, listing: Listing, left: int = 1) -> int:
    """A table under its heading; gives the second row below it. Its last column is the widest of the sheet."""
    context.section(sheet, row, f"prediction.{listing.key}", RIGHT)
    area = context.listing(sheet, listing, row + 1, left)
    sheet.heights[row + 1] = 33
    return area.bottom + 2


def _message(context: Context, orders: int, worth: int) -> str:
    """What the customers of now will bring, or why that cannot be told; the rows of the orders and of the value."""
    basis = f"IF(COUNT(margin)=0,{context.quoted('customers.on_revenue')},{context.quoted('customers.on_margin')})"
    parts = {"months": "horizon_months", "orders": whole(f"B{orders}"), "value": f"B{worth}", "basis": basis}
    told = sentence(context, "prediction.message", **parts)
    ends = {"low": f"C{worth}", "high": f"D{worth}", "level": percent("interval_level")}
    between = sentence(context, "prediction.between", **ends)
    return f'IF(B{worth}="",prediction_reason,{told}&IF(C{worth}="",".",{between}))'


def _basis(context: Context, first: int) -> str:
    """Whether the inputs are still those that the prediction was made with."""
    same = "ROUND(predicted_with-SUM(margin,discount,horizon_months),12)=0"
    told = f"IF({same},{context.quoted('prediction.fresh')},{context.quoted('prediction.stale')})"
    return f'IF(COUNT(B{first})=0,"",{told})'


def _facts(context: Context, sheet: SheetPlan, row: int, worth: int) -> tuple[int, int]:
    """What the prediction was made with, how it did, and the amounts of row `worth` as text.

    Gives the row of those amounts and the row below.
    """
    context.section(sheet, row, "prediction.facts", RIGHT)
    for at, (name, kind) in enumerate(FACTS.items(), row + 1):
        sheet.put(at, 1, context.text(f"prediction.{name}"), "label")
        sheet.put(at, 2, context.shown(context.analysis.facts[name]), f"key:{kind}" if kind else "key")
        context.define(name, sheet, at, 2)
    missed = row + 1 + len(FACTS)
    model, off = (context.column(key, "models") for key in ("model", "off"))
    sheet.put(missed, 1, context.text("prediction.missed"), "label")
    sheet.compute(missed, 2, f'IF(COUNT({off})=0,"",INDEX({off},MATCH(prediction_model,{model},0)))', "key:share")
    repeats = missed + 1
    sheet.put(repeats, 1, context.text("prediction.repeats"), "label")
    for column, key in ((2, "actual"), (3, "expected")):
        seen = context.column(key, "tracking")
        sheet.compute(repeats, column, f'IF(COUNT({seen})=0,"",INDEX({seen},ROWS({seen})))', "key:count")
    sheet.put(repeats + 1, 1, context.text("prediction.past"), "label")
    sheet.compute(repeats + 1, 2, _tracked(context, f"B{missed}", repeats), "key")
    context.define("tracking_message", sheet, repeats + 1, 2)
    told = repeats + 2
    sheet.put(told, 1, context.text("prediction.worth"), "label")
    for column, letter in enumerate("BCD", 2):
        sheet.compute(told, column, amount(context, f"{letter}{worth}"), "key")
    return told, told + 1


def _tracked(context: Context, missed: str, repeats: int) -> str:
    parts = {"actual": whole(f"B{repeats}"), "expected": whole(f"C{repeats}")}
    message = sentence(context, "prediction.tracked", **parts)
    off = sentence(context, "prediction.off", off=percent(f"ABS({missed})"))
    return f'IF(COUNT(B{repeats})=0,prediction_reason,{message}&IF(COUNT({missed})=0,".",{off}))'


def _assumed(context: Context, sheet: SheetPlan, row: int) -> None:
    context.section(sheet, row, "prediction.assumed", RIGHT)
    for at, key in enumerate(ASSUMED, row + 1):
        sheet.put(at, 1, context.text(f"prediction.assumed.{key}"), "text")


def _past(context: Context, sheet: SheetPlan, row: int) -> None:
    """The repeat orders so far beside those expected: chart here, table on the right."""
    context.section(sheet, row, "prediction.past", RIGHT)
    area = context.listing(sheet, TRACKING, HEADER, TRACKED)
    sheet.heights[HEADER] = 33
    ends = area._replace(right=area.left)
    looks = (("actual", CHART_FILL, False), ("expected", CHART_ACCENT, True))
    sheet.charts.append(
        Chart(
            kind="line",
            area=Area(row + 1, 1, row + CHART_ROWS, RIGHT - 1),
            title=context.plan.names["tracking_message"],
            series=[
                Series(
                    context.text(f"tracking.{key}"),
                    sheet.name,
                    ends,
                    ends._replace(left=ends.left + at, right=ends.left + at),
                    colour,
                    dashed=dashed,
                )
                for at, (key, colour, dashed) in enumerate(looks, 1)
            ],
            value_title=context.text("prediction.axis"),
            number=context.numbers.format("count"),
            alt=context.text("prediction.alt"),
            category_number=context.numbers.format("date"),
        )
    )
