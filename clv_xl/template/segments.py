"""The eleven RFM segments: how many customers, what they bring, and what to do with each; their map, and deciles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.functions import customers as rfm
from clv_xl.workbook.address import Area

from .charts import Chart, Series
from .sentences import percent, sentence
from .theme import CHART_ACCENT, CHART_FILL, HEAT

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (25, 14, 14, 16, 14, 16, 14, 82)
NAME, CUSTOMERS, SHARE, REVENUE, REVENUE_SHARE, VALUE, ALIVE, ADVICE = range(1, 9)
MESSAGE, HEADER, FIRST = 3, 5, 6

ORDER = {
    "champions": rfm.CHAMPIONS,
    "loyal": rfm.LOYAL,
    "potential": rfm.POTENTIAL,
    "new": rfm.NEW,
    "promising": rfm.PROMISING,
    "attention": rfm.ATTENTION,
    "sleepy": rfm.SLEEPY,
    "at_risk": rfm.AT_RISK,
    "precious": rfm.PRECIOUS,
    "hibernating": rfm.HIBERNATING,
    "lost": rfm.LOST,
}
"""The segments by the key of their advice, the best first."""

TOTAL = FIRST + len(ORDER)
MAP = TOTAL + 3  # a thin row between the heading and the head
SCORES = len(rfm.SEGMENTS)
DECILES = MAP + 2 * SCORES + 5
TENTHS = 10
THIN = 5  # points of a row that is only air


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("segments", WIDTHS)
    sheet.page_breaks = [DECILES - 2]
    heads = ("segment", "customers", "share", "revenue", "revenue_share", "value", "alive", "advice")
    context.heads(sheet, HEADER, [f"segments.{head}" for head in heads], right=tuple(range(CUSTOMERS, ADVICE)))
    sheet.put(HEADER, ADVICE, context.text("segments.advice"), "head-word")
    sheet.heights[HEADER] = 33
    for row, (key, name) in enumerate(ORDER.items(), FIRST):
        sheet.put(row, NAME, context.said(name), "strong")
        _figures(context, sheet, row)
        sheet.put(row, ADVICE, context.text(f"segments.{key}"), "advice")
        sheet.heights[row] = max(sheet.heights.get(row, 0), 19)
    _total(context, sheet)
    _message(context, sheet)
    _map(context, sheet)
    _deciles(context, sheet)
    return sheet


def _figures(context: Context, sheet: SheetPlan, row: int) -> None:
    spend, value, alive = (context.column(key, "customers") for key in ("spend", "value", "alive"))
    own = f"{context.column('segment', 'customers')},$A{row}"
    sheet.compute(row, CUSTOMERS, f"COUNTIFS({own})", "plain:count")
    sheet.compute(row, SHARE, f'IF(B${TOTAL}=0,"",B{row}/B${TOTAL})', "plain:share")
    sheet.compute(row, REVENUE, f"SUMIFS({spend},{own})", "plain:money")
    sheet.compute(row, REVENUE_SHARE, f'IF(D${TOTAL}=0,"",D{row}/D${TOTAL})', "value:share")
    for column, figures, kind in ((VALUE, value, "money"), (ALIVE, alive, "share")):
        mean = f'IF(COUNTIFS({own},{figures},">=0")=0,"",AVERAGEIFS({figures},{own}))'
        sheet.compute(row, column, mean, f"plain:{kind}")


def _total(context: Context, sheet: SheetPlan) -> None:
    """Whether every customer is in one segment is to be seen from the sum."""
    customer, value, alive = (context.column(key, "customers") for key in ("customer", "value", "alive"))
    rows = f"{FIRST}:{{0}}{TOTAL - 1}"
    sheet.put(TOTAL, NAME, context.text("segments.total"), "total")
    for column, letter, kind in ((CUSTOMERS, "B", "count"), (REVENUE, "D", "money")):
        sheet.compute(TOTAL, column, f"SUM({letter}{rows.format(letter)})", f"used:{kind}")
    for column, letter in ((SHARE, "C"), (REVENUE_SHARE, "E")):
        cells = f"{letter}{rows.format(letter)}"
        sheet.compute(TOTAL, column, f'IF(COUNT({cells})=0,"",SUM({cells}))', "used:share")
    for column, figures, kind in ((VALUE, value, "money"), (ALIVE, alive, "share")):
        sheet.compute(TOTAL, column, f'IF(COUNT({figures})=0,"",AVERAGE({figures}))', f"used:{kind}")
    right, wrong = context.quoted("segments.complete"), context.quoted("segments.incomplete")
    sheet.compute(
        TOTAL, ADVICE, f'IF(COUNTA({customer})=0,"",IF(B{TOTAL}=COUNTA({customer}),{right},{wrong}))', "advice"
    )
    sheet.heights[TOTAL] = 19


def _message(context: Context, sheet: SheetPlan) -> None:
    names, customers, revenue = (f"{letter}{FIRST}:{letter}{TOTAL - 1}" for letter in "ACE")
    parts = {
        "segment": f"INDEX({names},MATCH(MAX({revenue}),{revenue},0))",
        "share": percent(f"MAX({revenue})"),
        "customers": percent(f"SUMIF({revenue},MAX({revenue}),{customers})"),
    }
    told = sentence(context, "segments.message", **parts)
    empty = context.quoted("segments.empty")
    sheet.compute(MESSAGE, 1, f"IF(COUNT({revenue})=0,{empty},{told})", "message")


def _map(context: Context, sheet: SheetPlan) -> None:
    """Five by five: who bought how recently, down, and how often, across; beside it what the segments bring."""
    recency, frequency = (context.column(f"{key}_score", "customers") for key in ("recency", "frequency"))
    context.section(sheet, MAP - 1, "segments.map", VALUE)
    sheet.heights[MAP] = THIN
    top = MAP + 1
    context.heads(sheet, top, ["segments.corner"])
    for score in range(1, SCORES + 1):
        sheet.put(top, 1 + score, score, "head-middle:count")
    for place, segments in enumerate(reversed(rfm.SEGMENTS)):
        row = top + 1 + 2 * place
        sheet.put(row, 1, SCORES - place, "heat:count")
        sheet.put(row + 1, 1, None, "map-below")
        for column, segment in enumerate(segments, 2):
            letter = "ABCDEF"[column - 1]
            count = f"COUNTIFS({recency},$A{row},{frequency},{letter}${top})"
            sheet.compute(row, column, count, "heat:count")
            sheet.put(row + 1, column, context.said(segment), "map-below")
        sheet.heights[row + 1] = 26
    bottom = top + 2 * SCORES
    scale = {"type": "2_color_scale", "min_type": "num", "min_value": 0, "min_color": "#FFFFFF", "max_color": HEAT}
    sheet.conditions.append((Area(top + 1, 2, bottom, 1 + SCORES), scale))
    names = Area(FIRST, NAME, TOTAL - 1, NAME)
    series = [
        Series(context.text(f"segments.{key}"), sheet.name, names, names._replace(left=at, right=at), colour)
        for key, at, colour in (("share", SHARE, CHART_ACCENT), ("revenue_share", REVENUE_SHARE, CHART_FILL))
    ]
    sheet.charts.append(
        Chart(
            kind="bar",
            area=Area(MAP - 1, ADVICE, bottom + 1, ADVICE),
            title=sheet.place(MESSAGE, 1),
            series=series,
            value_title=context.text("segments.axis"),
            number="0%",
            alt=context.text("segments.alt"),
        )
    )


def _deciles(context: Context, sheet: SheetPlan) -> None:
    """Customers in ten groups by what they spent, and beside them how much of the revenue is of the first."""
    decile, spend = (context.column(key, "customers") for key in ("decile", "spend"))
    context.section(sheet, DECILES - 1, "segments.deciles", VALUE)
    sheet.heights[DECILES] = THIN
    head, first = DECILES + 1, DECILES + 2
    total = first + TENTHS
    heads = ("decile", "customers", "share", "revenue", "revenue_share", "cumulative")
    context.heads(sheet, head, [f"segments.{key}" for key in heads], right=tuple(range(CUSTOMERS, VALUE + 1)))
    sheet.heights[head] = 33
    for row in range(first, total):
        sheet.put(row, NAME, row - first + 1, "key:count")
        sheet.compute(row, CUSTOMERS, f"COUNTIFS({decile},$A{row})", "plain:count")
        sheet.compute(row, SHARE, f'IF(B${total}=0,"",B{row}/B${total})', "plain:share")
        sheet.compute(row, REVENUE, f"SUMIFS({spend},{decile},$A{row})", "plain:money")
        sheet.compute(row, REVENUE_SHARE, f'IF(D${total}=0,"",D{row}/D${total})', "value:share")
        sheet.compute(row, VALUE, f'IF(D${total}=0,"",SUM(D${first}:D{row})/D${total})', "plain:share")
    sheet.put(total, NAME, context.text("segments.total"), "total")
    for column, letter, kind in ((CUSTOMERS, "B", "count"), (REVENUE, "D", "money")):
        sheet.compute(total, column, f"SUM({letter}{first}:{letter}{total - 1})", f"used:{kind}")
    for column, letter in ((SHARE, "C"), (REVENUE_SHARE, "E")):
        cells = f"{letter}{first}:{letter}{total - 1}"
        sheet.compute(total, column, f'IF(COUNT({cells})=0,"",SUM({cells}))', "used:share")
    sheet.put(total, VALUE, None, "used")
    told = sentence(context, "customers.message", count="top_customers", share=percent("top_share"))
    sheet.compute(total + 1, 1, f"IF(COUNT(top_share)=0,{context.quoted('customers.empty')},{told})", "purpose")
    tenths = Area(first, NAME, total - 1, NAME)
    shares = tenths._replace(left=REVENUE_SHARE, right=REVENUE_SHARE)
    sheet.charts.append(
        Chart(
            kind="column",
            area=Area(DECILES - 1, ADVICE, total + 2, ADVICE),
            title=sheet.place(total + 1, 1),
            series=[Series(context.text("segments.revenue_share"), sheet.name, tenths, shares, CHART_FILL, "0%")],
            value_title=context.text("segments.axis_revenue"),
            number="0%",
            alt=context.text("segments.deciles.alt"),
            category_title=context.text("segments.axis_decile"),
        )
    )
