"""How many customers of each cohort come back, and what they are worth by then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clv_xl.analysis.tables import COHORT_VALUE, COHORTS, PERIODS
from clv_xl.workbook.address import Area

from .charts import Chart, Series
from .sentences import sentence
from .theme import CHART_ACCENT, CHART_FILL, GREY, HEAT

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

PERIOD, CUSTOMERS, RETENTION, REVENUE, MARGIN, CAC = range(1, 7)
LEFT = 8
VALUE_LEFT = LEFT + 3 + PERIODS
WIDTHS = (9, 11, 11, 15, 15, 9, 1, *(10, 10), *(5,) * PERIODS, 1, *(10, 10), *(7.2,) * PERIODS)
MESSAGE, LABELS, HEADER, FIRST = 3, 4, 5, 6
LAST = FIRST + PERIODS - 1
UNIT, BEHIND, NOTES, CHART = LAST + 2, LAST + 3, LAST + 4, LAST + 7
CHART_ROWS = 16
SCALE = 70  # percent: the lists on the left and the chart below them fit one page high


def build(context: Context) -> SheetPlan:
    """The sheet: all cohorts together with their chart, then retention and value side by side, free to grow down."""
    sheet = context.sheet("cohorts", WIDTHS)
    sheet.header_row = HEADER
    sheet.column_breaks, sheet.scale = [VALUE_LEFT], SCALE  # on one page the letters would be too small
    for column, key in ((PERIOD, "together"), (LEFT, "retention_table"), (VALUE_LEFT, "value_table")):
        sheet.put(LABELS, column, context.text(f"cohorts.{key}"), "message")
    _together(context, sheet)
    sheet.put(UNIT, 1, context.text("cohorts.unit"), "label")
    sheet.put(UNIT, 6, context.fact("cohort_unit"), "value")
    context.define("cohort_unit", sheet, UNIT, 6)
    sheet.put(BEHIND, 1, context.text("cohorts.behind"), "label")
    sheet.compute(BEHIND, 6, f'COUNTIF(E{FIRST}:E{LAST},"<"&SUM(cac_now))', "value:count")
    for row in (UNIT, BEHIND):
        for column in range(2, CAC):
            sheet.put(row, column, None, "label")
    sheet.put(NOTES, 1, context.text("cohorts.note"), "purpose")
    sheet.put(NOTES + 1, 1, context.fact("cohort_note"), "purpose")
    context.define("cohort_note", sheet, NOTES + 1, 1)
    _message(context, sheet)
    _chart(context, sheet)
    scale = {"type": "2_color_scale", "min_type": "num", "min_value": 0, "min_color": "#FFFFFF", "max_color": HEAT}
    for listing, left, skipped in ((COHORTS, LEFT, 3), (COHORT_VALUE, VALUE_LEFT, 2)):
        area = context.listing(sheet, listing, HEADER, left, number="tight")
        if listing is COHORT_VALUE:  # the heading tells the currency: so many columns have no room for its sign
            sheet.blocks[-1] = replace(
                sheet.blocks[-1], styles=[*sheet.blocks[-1].styles[:2], *["tight:count"] * PERIODS]
            )
        # the period of the first order itself is 100% and would leave the others pale
        sheet.conditions.append((area._replace(left=left + skipped), scale))
    sheet.heights[HEADER] = 46
    return sheet


def _together(context: Context, sheet: SheetPlan) -> None:
    """Period by period, over the cohorts that are old enough to have been in it."""
    keys = ("period", "customers", "retention", "revenue", "margin", "cac")
    context.heads(sheet, HEADER, [f"cohorts.{key}" for key in keys], right=tuple(range(1, len(keys) + 1)))
    size, value_size = (context.column("customers", table) for table in ("cohorts", "cohort_value"))
    for period in range(PERIODS):
        row = FIRST + period
        back, worth = (context.column(str(period), table) for table in ("cohorts", "cohort_value"))
        sheet.put(row, PERIOD, period, "plain:count")
        sheet.compute(row, CUSTOMERS, f"SUMPRODUCT(ISNUMBER({back})*{size})", "plain:count")
        none = f'IF(B{row}=0,"",'
        sheet.compute(row, RETENTION, f"{none}SUMPRODUCT({back},{size})/B{row})", "plain:share")
        step = f"SUMPRODUCT({worth},{value_size})/B{row}"
        if period:
            before = context.column(str(period - 1), "cohort_value")
            step = f"D{row - 1}+SUMPRODUCT(ISNUMBER({worth})*{value_size}*({worth}-{before}))/B{row}"
        sheet.compute(row, REVENUE, f"{none}{step})", "plain:round")
        sheet.compute(row, MARGIN, f'IF(COUNT(D{row},margin)<2,"",D{row}*margin)', "value:round")
        sheet.compute(row, CAC, 'IF(COUNT(cac_now)=0,"",cac_now)', "plain:round")
    for name, letter in (("curve_periods", "A"), ("curve_value", "E"), ("curve_cac", "F")):
        context.plan.names[name] = f"{sheet.name}!${letter}${FIRST}:${letter}${LAST}"


def _message(context: Context, sheet: SheetPlan) -> None:
    """When a customer is earned back; the title of the chart too."""
    margins = f"E{FIRST}:E{LAST}"
    behind = f"F{BEHIND}"
    first, last, period = (
        sentence(context, f"cohorts.{key}", unit="cohort_unit", period=number)
        for key, number in (("first", "0"), ("never", f"(COUNT({margins})-1)"), ("earned", behind))
    )
    empty = context.quoted("cohorts.empty")
    later = f"IF({behind}=COUNT({margins}),{last},{period})"
    told = f"IF(COUNT({margins})*COUNT(cac_now)=0,{empty},IF({behind}=0,{first},{later}))"
    sheet.compute(MESSAGE, 1, told, "message")


def _chart(context: Context, sheet: SheetPlan) -> None:
    periods = Area(FIRST, PERIOD, LAST, PERIOD)
    money = context.numbers.format("round")
    sheet.charts.append(
        Chart(
            kind="column",
            area=Area(CHART, 1, CHART + CHART_ROWS - 1, CAC),
            title=sheet.place(MESSAGE, 1),
            series=[
                Series(
                    context.text("cohorts.margin"),
                    sheet.name,
                    periods,
                    periods._replace(left=MARGIN, right=MARGIN),
                    CHART_FILL,
                ),
                Series(
                    context.text("cohorts.revenue"),
                    sheet.name,
                    periods,
                    periods._replace(left=REVENUE, right=REVENUE),
                    GREY,
                    over=True,
                ),
                Series(
                    context.text("cohorts.cac"),
                    sheet.name,
                    periods,
                    periods._replace(left=CAC, right=CAC),
                    CHART_ACCENT,
                    dashed=True,
                    over=True,
                ),
            ],
            value_title=context.text("cohorts.axis"),
            number=money,
            alt=context.text("cohorts.alt"),
            category_title=context.text("cohorts.axis_period"),
        )
    )
