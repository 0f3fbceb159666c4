"""The model behind the predictions, and how it did on the past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.analysis.tables import DOUBTS, MODELS, OUTLOOK, PARAMETERS, TRACKING
from clv_xl.workbook.address import Area

from .charts import Chart, Series
from .sentences import percent, sentence, whole
from .theme import CHART_ACCENT, CHART_FILL

if TYPE_CHECKING:
    from clv_xl.analysis import Listing

    from .context import Context
    from .plan import SheetPlan

WIDTHS = (46, 15, 15, 15, 13, 48, 2, 13, 21, 17)
RIGHT, TRACKED = 6, 8
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
    first = context.listing(sheet, OUTLOOK, 7, wrapped="word").top
    sheet.compute(first + 4, 1, _basis(context, first), "purpose")
    sheet.compute(HEADER, 1, _message(context, first), "message")
    chart = first + 6
    row = _listed(context, sheet, chart + CHART_ROWS + 2, MODELS)
    sheet.put(row - 1, 1, context.text("prediction.models.note"), "purpose")
    sheet.page_breaks = [row]
    none = f'IF(COUNTA({context.column("doubt", "doubts")})=0,{context.quoted("prediction.doubts.none")},"")'
    sheet.compute(row + 2, 2, none, "purpose")
    row = _listed(context, sheet, row + 1, DOUBTS)
    row = _listed(context, sheet, row + 1, PARAMETERS)
    _assumed(context, sheet, _facts(context, sheet, row + 1) + 1)
    _past(context, sheet, chart)
    return sheet


def _listed(context: Context, sheet: SheetPlan, row: int, listing: Listing) -> int:
    """A table under its heading; gives the second row below it. Words run on over the empty cells at their right."""
    context.section(sheet, row, f"prediction.{listing.key}", RIGHT)
    area = context.listing(sheet, listing, row + 1, wrapped="word")
    sheet.heights[row + 1] = 33 if len(listing.fields) > 1 else 20
    return area.bottom + 2


def _message(context: Context, first: int) -> str:
    """What the customers of now will bring, or why that cannot be told."""
    orders, worth = first, first + 2
    basis = f"IF(COUNT(margin)=0,{context.quoted('customers.on_revenue')},{context.quoted('customers.on_margin')})"
    parts = {"months": "horizon_months", "orders": whole(f"B{orders}"), "value": whole(f"B{worth}"), "basis": basis}
    told = sentence(context, "prediction.message", **parts)
    ends = {"low": whole(f"C{worth}"), "high": whole(f"D{worth}"), "level": percent("interval_level")}
    between = sentence(context, "prediction.between", **ends)
    return f'IF(COUNT(B{worth})=0,prediction_reason,{told}&IF(COUNT(C{worth}:D{worth})<2,".",{between}))'


def _basis(context: Context, first: int) -> str:
    """Whether the inputs are still those that the prediction was made with."""
    same = "ROUND(predicted_with-SUM(margin,discount,horizon_months),12)=0"
    told = f"IF({same},{context.quoted('prediction.fresh')},{context.quoted('prediction.stale')})"
    return f'IF(COUNT(B{first})=0,"",{told})'


def _facts(context: Context, sheet: SheetPlan, row: int) -> int:
    """What the prediction was made with, and in one sentence how it did; gives the row below."""
    context.section(sheet, row, "prediction.facts", RIGHT)
    for at, (name, kind) in enumerate(FACTS.items(), row + 1):
        sheet.put(at, 1, context.text(f"prediction.{name}"), "label")
        sheet.put(at, 2, context.shown(context.analysis.facts[name]), f"key:{kind}" if kind else "key")
        context.define(name, sheet, at, 2)
    missed = row + 1 + len(FACTS)
    model, off = (context.column(key, "models") for key in ("model", "off"))
    sheet.put(missed, 1, context.text("prediction.missed"), "label")
    sheet.compute(missed, 2, f'IF(COUNT({off})=0,"",INDEX({off},MATCH(prediction_model,{model},0)))', "key:share")
    sheet.put(missed + 1, 1, context.text("prediction.past"), "label")
    sheet.compute(missed + 1, 2, _tracked(context, f"B{missed}"), "key")
    context.define("tracking_message", sheet, missed + 1, 2)
    return missed + 2


def _tracked(context: Context, missed: str) -> str:
    actual, expected = (context.column(key, "tracking") for key in ("actual", "expected"))
    made, told = (whole(f"INDEX({column},ROWS({column}))") for column in (actual, expected))
    message = sentence(context, "prediction.tracked", actual=made, expected=told)
    off = sentence(context, "prediction.off", off=percent(f"ABS({missed})"))
    return f'IF(COUNT({actual})=0,prediction_reason,{message}&IF(COUNT({missed})=0,".",{off}))'


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
            area=Area(row + 1, 1, row + CHART_ROWS, RIGHT),
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
