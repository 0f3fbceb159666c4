"""What the customers of now are expected to bring, by which model, and how that did on the past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.analysis.tables import DOUBTS, MODELS, OUTLOOK, PARAMETERS, TRACKING
from clv_xl.workbook.address import Area, column_letters

from .charts import Chart, Series
from .sentences import number, percent, sentence, whole
from .theme import CHART_ACCENT, CHART_FILL, INK, WHITE

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (44, 14, 14, 14, 11, 2, 22, 12, 15, 66)
LEFT_END, RIGHT_START = 5, 7  # of what stands beside each other
MESSAGE, BASIS, EXPECTED = 3, 4, 6
MODELLED = EXPECTED + 2 + (PARAMETERS.rows or 0) + 1
DOUBTED = MODELLED + 2 + (MODELS.rows or 0) + 2
DOUBT_HEIGHT = 14  # blank ones leave a small gap
PAST = DOUBTED + 2 + (DOUBTS.rows or 0) + 1
CHART_ROWS = 16
ASSUMED = PAST + CHART_ROWS + 2
TRACKED_LEFT = 2  # the first column is too wide for dates
HEAD_HEIGHT = 33  # two lines
FACT, FIGURE, TOLD = RIGHT_START, RIGHT_START + 2, RIGHT_START + 3
FACTS = {
    "prediction_model": "",
    "prediction_reason": "",
    "horizon_months": "count",
    "interval_level": "whole",
    "predicted_with": "rate",
}
ASSUMPTIONS = ("buys", "leaves", "differs", "spend", "unknown")
TRACKED = ASSUMED + 1 + len(ASSUMPTIONS) + 1


def build(context: Context) -> SheetPlan:
    """The sheet: what is expected, how sure that is, how it did; the table behind the chart is last, free to grow."""
    sheet = context.sheet("prediction", WIDTHS)
    sheet.header_row, sheet.freezes = TRACKED + 1, False  # what stands above is more than a screen
    sheet.page_breaks = [PAST - 1]
    context.section(sheet, EXPECTED, "prediction.outlook", len(OUTLOOK.fields))
    first = context.listing(sheet, OUTLOOK, EXPECTED + 1, wrapped="run").top
    context.section(sheet, EXPECTED, "prediction.parameters", left=RIGHT_START)
    context.listing(sheet, PARAMETERS, EXPECTED + 1, RIGHT_START, wrapped="run")
    _models(context, sheet)
    _doubts(context, sheet)
    sheet.compute(BASIS, 1, _basis(context, first), "purpose")
    told = _facts(context, sheet, first)
    sheet.compute(MESSAGE, 1, _message(context, first, told), "message")
    _past(context, sheet)
    return sheet


def _fill(sheet: SheetPlan, row: int, left: int) -> None:
    """The look of a head on to the right edge, over cells that the last column of a table runs on over."""
    for column in range(left, len(WIDTHS) + 1):
        sheet.put(row, column, None, "head")


def _models(context: Context, sheet: SheetPlan) -> None:
    context.section(sheet, MODELLED, "prediction.models")
    area = context.listing(sheet, MODELS, MODELLED + 1, wrapped="run")
    sheet.put(MODELLED + 1, area.right, context.text("models.reading"), "head-run")
    _fill(sheet, MODELLED + 1, area.right + 1)
    sheet.heights[MODELLED + 1] = HEAD_HEIGHT
    sheet.put(area.bottom + 1, 1, context.text("prediction.models.note"), "purpose")


def _doubts(context: Context, sheet: SheetPlan) -> None:
    """What speaks against the prediction, or a heading that says that nothing does, without a head over blank rows."""
    context.section(sheet, DOUBTED, "prediction.doubts")
    some, none = context.quoted("prediction.doubts"), context.quoted("prediction.doubts.none")
    sheet.compute(DOUBTED, 1, f"IF(COUNTA({context.column('doubt', 'doubts')})=0,{none},{some})", "section")
    head = DOUBTED + 1
    area = context.listing(sheet, DOUBTS, head, wrapped="run")
    _fill(sheet, head, area.right + 1)
    sheet.heights |= dict.fromkeys(range(area.top, area.bottom + 1), DOUBT_HEIGHT)
    blank = {"bg_color": WHITE, "font_color": INK, "num_format": ";;;"}  # shows nothing
    rule = {"type": "formula", "criteria": f"=COUNTA($A${area.top}:$A${area.bottom})=0", "look": blank}
    sheet.conditions.append((Area(head, 1, head, len(WIDTHS)), rule))


def _message(context: Context, first: int, told: dict[str, int]) -> str:
    """What the customers of now will bring, or why that cannot be told, from the rows of figures as text."""
    figure = column_letters(TOLD)
    basis = f"IF(COUNT(margin)=0,{context.quoted('customers.on_revenue')},{context.quoted('customers.on_margin')})"
    parts = {"months": "horizon_months", "basis": basis}
    parts |= {key: f"{figure}{told[key]}" for key in ("orders", "value")}
    said = sentence(context, "prediction.message", **parts)
    ends = {key: f"{figure}{told[key]}" for key in ("low", "high")}
    between = sentence(context, "prediction.between", **ends, level=percent("interval_level"))
    return f'IF(COUNT(B{first})=0,prediction_reason,{said}&IF(COUNT(C{first + 2})=0,".",{between}))'


def _basis(context: Context, first: int) -> str:
    """Whether the inputs are still those that the prediction was made with; without one, what to do."""
    same = "ROUND(predicted_with-SUM(margin,discount,horizon_months),12)=0"
    told = f"IF({same},{context.quoted('prediction.fresh')},{context.quoted('prediction.stale')})"
    return f"IF(COUNT(B{first})=0,{context.quoted('prediction.none')},{told})"


def _facts(context: Context, sheet: SheetPlan, first: int) -> dict[str, int]:
    """What the prediction was made with and how it did, beside the chart; `first` is the row of the orders expected.

    Gives the rows of figures as text, which messages are made of, by what they tell.
    """
    context.section(sheet, PAST, "prediction.facts", left=RIGHT_START)
    for row, (name, kind) in enumerate(FACTS.items(), PAST + 1):
        _label(context, sheet, row, name)
        sheet.put(row, FIGURE, context.fact(name), f"key:{kind}" if kind else "key")
        context.define(name, sheet, row, FIGURE)
    missed = PAST + 1 + len(FACTS)
    model, off = (context.column(key, "models") for key in ("model", "off"))
    _label(context, sheet, missed, "missed")
    sheet.compute(missed, FIGURE, f'IF(COUNT({off})=0,"",INDEX({off},MATCH(prediction_model,{model},0)))', "key:share")
    seen = {key: context.column(key, "tracking") for key in ("actual", "expected")}
    figures = {key: f"INDEX({column},ROWS({column}))" for key, column in seen.items()}
    figures |= {"orders": f"B{first}"}
    amounts = {"value": f"B{first + 2}", "low": f"C{first + 2}", "high": f"D{first + 2}"}
    told = {key: row for row, key in enumerate((*figures, *amounts), missed + 1)}
    for key, row in told.items():
        _label(context, sheet, row, f"told.{key}")
        figure = {**figures, **amounts}[key]
        sheet.compute(row, FIGURE, f'IF(COUNT({figure})=0,"",{whole(figure)})', "key:count")
        mark = context.numbers.symbol if key in amounts else ""
        sheet.compute(row, TOLD, number(context, f"{column_letters(FIGURE)}{row}", mark), "hint")
    past = row + 1
    sheet.compute(past, FACT, _tracked(context, missed, told), "text")
    context.define("tracking_message", sheet, past, FACT)
    return told


def _label(context: Context, sheet: SheetPlan, row: int, key: str) -> None:
    sheet.put(row, FACT, context.text(f"prediction.{key}"), "label")
    for column in range(FACT + 1, FIGURE):
        sheet.put(row, column, None, "label")


def _tracked(context: Context, missed: int, told: dict[str, int]) -> str:
    figure, text = column_letters(FIGURE), column_letters(TOLD)
    parts = {key: f"{text}{told[key]}" for key in ("actual", "expected")}
    message = sentence(context, "prediction.tracked", **parts)
    off = sentence(context, "prediction.off", off=percent(f"ABS({figure}{missed})"))
    end = f'IF(COUNT({figure}{missed})=0,".",{off})'
    return f'IF({figure}{told["actual"]}="",prediction_reason,{message}&{end})'


def _past(context: Context, sheet: SheetPlan) -> None:
    """The repeat orders so far beside those expected as a chart, what such models assume, and the table."""
    context.section(sheet, PAST, "prediction.past", LEFT_END)
    context.section(sheet, ASSUMED, "prediction.assumed")
    for row, key in enumerate(ASSUMPTIONS, ASSUMED + 1):
        sheet.put(row, 1, context.text(f"prediction.assumed.{key}"), "text")
    context.section(sheet, TRACKED, "prediction.tracking", LEFT_END)
    area = context.listing(sheet, TRACKING, TRACKED + 1, TRACKED_LEFT)
    sheet.heights[TRACKED + 1] = HEAD_HEIGHT
    ends = area._replace(right=area.left)
    looks = (("actual", CHART_FILL, False), ("expected", CHART_ACCENT, True))
    sheet.charts.append(
        Chart(
            kind="line",
            area=Area(PAST + 1, 1, PAST + CHART_ROWS, LEFT_END),
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
            category_number=context.numbers.format("month"),
        )
    )
