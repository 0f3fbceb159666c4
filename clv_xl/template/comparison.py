"""The own figures beside those published for the chosen industry: a ratio to look at, no pass or fail."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from clv_xl.workbook.address import Area

from .charts import Chart, Series
from .published import MEASURES, SOURCE_CURRENCY, Measure, published
from .sentences import sentence
from .theme import CHART_FILL

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

FIGURE, INDUSTRY, OWN, PUBLISHED, CURRENCY, HERE, SOURCES, YEAR, TIER, READING, CLIENTS, UNIT, RATIO, BAND = range(
    1, 15
)
HEADS = {
    FIGURE: "figure",
    INDUSTRY: "published_for",
    OWN: "own",
    PUBLISHED: "published",
    CURRENCY: "currency",
    HERE: "here",
    SOURCES: "sources",
    YEAR: "year",
    TIER: "tier",
    READING: "reading",
    CLIENTS: "clients",
    UNIT: "unit",
    RATIO: "ratio",
    BAND: "band",
}
NUMBERS = (OWN, PUBLISHED, HERE, SOURCES, YEAR, CLIENTS, RATIO)
BANDS = {"half": 0.5, "below": 0.9, "equal": 1.1, "above": 2.0}
"""Up to where each band of ratios goes; what lies above the last is called double."""

CHART_ROWS, CHART_ROW_HEIGHT = 16, 18
FIRST_DATE = dt.date(2000, 1, 1)


def build(context: Context, sheet: SheetPlan, row: int) -> int:
    """The comparison from this row down; gives the row below it."""
    context.section(sheet, row, "comparison.section")
    head = _choices(context, sheet, row + 1) + 1
    context.heads(sheet, head, [f"comparison.{key}" for key in HEADS.values()], right=NUMBERS)
    sheet.heights[head] = 33
    first, last = head + 1, head + len(MEASURES)
    message = last + 3
    bands = Area(message + 2, UNIT, message + 2 + len(BANDS), BAND)
    for at, key in enumerate(MEASURES, first):
        _row(context, sheet, at, key, bands)
    _farthest(context, sheet, last + 1, first)
    _message(context, sheet, message, last + 1)
    _chart(context, sheet, Area(message + 1, 1, message + CHART_ROWS, READING), first, last)
    _bands(context, sheet, bands)
    return message + CHART_ROWS + 2


def _choices(context: Context, sheet: SheetPlan, row: int) -> int:
    """The industry, and the exchange rate where the sources are in another currency; gives the row below."""
    sheet.put(row, FIGURE, context.text("comparison.industry"), "strong")
    sheet.compute(row, INDUSTRY, f'IF(industry="",{context.quoted("comparison.none")},industry)', "choice")
    inputs = context.text("sheet.inputs")
    sheet.put(row, OWN, inputs, "link", link=inputs)
    sheet.heights[row] = 19
    if context.currency == SOURCE_CURRENCY:
        return row + 1
    rules: dict[str, dict[str, Any]] = {
        "exchange_rate": {"validate": "decimal", "criteria": ">", "value": 0},
        "exchange_date": {"validate": "date", "criteria": "between", "minimum": FIRST_DATE, "maximum": "=TODAY()"},
    }
    for at, (name, kind) in enumerate((("exchange_rate", "exact"), ("exchange_date", "date")), row + 1):
        sheet.put(at, FIGURE, context.text(f"comparison.{name}", foreign=SOURCE_CURRENCY), "strong")
        sheet.put(at, INDUSTRY, None, f"input:{kind}")
        sheet.put(at, OWN, context.text(f"comparison.{name}.unit"), "aside")
        sheet.put(at, PUBLISHED, context.text(f"comparison.{name}.note", foreign=SOURCE_CURRENCY), "hint")
        sheet.validations[at, INDUSTRY] = _validation(context, name, rules[name])
        sheet.heights[at] = 19
        context.define(name, sheet, at, INDUSTRY)
    return row + 3


def _validation(context: Context, key: str, rule: dict[str, Any]) -> dict[str, Any]:
    return {
        **rule,
        "input_title": context.text(f"comparison.{key}.title"),
        "input_message": context.text(f"comparison.{key}.hint", foreign=SOURCE_CURRENCY),
        "error_title": context.text("inputs.error"),
        "error_message": context.text(f"comparison.{key}.wrong"),
    }


def _row(context: Context, sheet: SheetPlan, row: int, key: str, bands: Area) -> None:
    measure = MEASURES[key]
    kind = measure.kind
    plain = "rate" if kind == "money" else kind
    industries, used, values, years, tiers = (
        context.column(column, "benchmarks") for column in ("industry", "used", "value", "year", "tier")
    )
    chosen = f"{industries},B{row},{used},A{row}"
    general = f'"{_name(context, measure)}"'
    sheet.put(row, FIGURE, context.text(f"measure.{key}"), "strong")
    known = f"COUNTIFS({industries},industry,{used},A{row})>0"
    sheet.compute(row, INDUSTRY, f'IF(industry="","",IF({known},industry,{general}))', "note")
    if measure.name in context.plan.names:
        sheet.compute(row, OWN, measure.name, f"value:{kind}")
    else:
        sheet.put(row, OWN, None, "value")
    scale = "/100" if kind == "share" else ""
    sheet.compute(row, SOURCES, f'IF(B{row}="",0,COUNTIFS({chosen}))', "plain:count")
    sheet.compute(row, PUBLISHED, f'IF(G{row}=0,"",SUMIFS({values},{chosen})/G{row}{scale})', f"plain:{plain}")
    currency = f'IF(G{row}=0,"","{SOURCE_CURRENCY}")'
    if kind == "money":
        sheet.compute(row, CURRENCY, currency, "note")
    else:
        sheet.put(row, CURRENCY, None, "note")
    sheet.compute(row, HERE, _here(context, row, kind), f"plain:{kind}")
    newest = f"SUMPRODUCT(MAX(({industries}=B{row})*({used}=A{row})*{years}))"
    sheet.compute(row, YEAR, f'IF(SUMIFS({years},{chosen})=0,"",{newest})', "plain:year")
    best = f'IF(COUNTIFS({chosen},{tiers},"A")>0,"A",IF(COUNTIFS({chosen},{tiers},"B")>0,"B","C"))'
    sheet.compute(row, TIER, f'IF(G{row}=0,"",{best})', "aside")
    _clients(context, sheet, row, key)
    against = f'IF(COUNT(F{row})=1,C{row}/F{row},"")' if measure.told else '""'
    sheet.compute(row, RATIO, f'IF(COUNT(C{row})=0,"",IF(SUM(K{row})>0,C{row}/K{row},{against}))', "value:rate")
    words = f"$N${bands.top}:$N${bands.bottom}"
    place = f"1+(M{row}>band_half)+(M{row}>=band_below)+(M{row}>band_equal)+(M{row}>=band_above)"
    none = context.quoted("comparison.band.none")
    sheet.compute(row, BAND, f"IF(COUNT(M{row})=0,{none},INDEX({words},{place}))", "strong")
    sheet.compute(row, READING, _reading(context, row, measure), "note")
    sheet.heights[row] = 19


def _name(context: Context, measure: Measure) -> str:
    """The industry that stands in, as the table calls it."""
    names = (one.industry for one in published() if one.industry.en == measure.general)
    return next((context.said(name) for name in names), "")


def _here(context: Context, row: int, kind: str) -> str:
    """The published figure in the currency of the workbook; converted at a dated rate only."""
    if kind != "money" or context.currency == SOURCE_CURRENCY:
        return f"D{row}"
    return f'IF(COUNT(D{row},exchange_rate,exchange_date)<3,"",D{row}*exchange_rate)'


def _clients(context: Context, sheet: SheetPlan, row: int, key: str) -> None:
    """Where an agency types the median of its own clients, which goes before any table."""
    kind = MEASURES[key].kind
    sheet.put(row, CLIENTS, None, f"input:{kind}")
    share: dict[str, Any] = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
    amount: dict[str, Any] = {"validate": "decimal", "criteria": ">", "value": 0}
    rule = "share" if kind == "share" else "amount"
    sheet.validations[row, CLIENTS] = _validation(context, f"clients.{rule}", share if kind == "share" else amount)
    sheet.put(row, UNIT, context.text(f"comparison.unit.{kind}"), "aside")
    context.define(f"clients_{key}", sheet, row, CLIENTS)


def _reading(context: Context, row: int, measure: Measure) -> str:
    """What the ratio is beside, or why there is none."""
    clients, none, other, indicative, fine, untold = (
        context.quoted(f"comparison.reading.{key}")
        for key in ("clients", "none", "other", "indicative", "fine", "untold")
    )
    unknown = f'IF(industry="",{context.quoted("comparison.reading.unchosen")},{none})'
    beside = f'IF(COUNT(F{row})=0,{other},IF(I{row}="C",{indicative},{fine}))' if measure.told else untold
    return f"IF(SUM(K{row})>0,{clients},IF(G{row}=0,{unknown},{beside}))"


def _farthest(context: Context, sheet: SheetPlan, row: int, first: int) -> None:
    """The ratio furthest from 1, whichever way, with its figure and what that stands beside."""
    ratios = f"M{first}:M{row - 1}"
    for column in HEADS:
        sheet.put(row, column, None, "label")
    sheet.put(row, FIGURE, context.text("comparison.farthest"), "label")
    far = f"IF(MAX({ratios})*MIN({ratios})>=1,MAX({ratios}),MIN({ratios}))"
    sheet.compute(row, RATIO, f'IF(COUNT({ratios})=0,"",{far})', "plain:rate")
    for column, letter in ((INDUSTRY, "A"), (READING, "J")):
        found = f"INDEX({letter}{first}:{letter}{row - 1},MATCH(M{row},{ratios},0))"
        sheet.compute(row, column, f'IF(COUNT(M{row})=0,"",{found})', "note")
    sheet.heights[row] = 19


def _message(context: Context, sheet: SheetPlan, row: int, far: int) -> None:
    """One sentence on the figure of row `far`, which is also the title of the chart."""
    parts = {"figure": f"B{far}", "ratio": f"ROUND(100*M{far},0)/100"}
    published, clients = (sentence(context, f"comparison.message.{key}", **parts) for key in ("published", "clients"))
    told = f"IF(J{far}={context.quoted('comparison.reading.clients')},{clients},{published})"
    sheet.compute(row, FIGURE, f"IF(COUNT(M{far})=0,{context.quoted('comparison.empty')},{told})", "message")
    sheet.heights[row] = 20


def _chart(context: Context, sheet: SheetPlan, area: Area, first: int, last: int) -> None:
    figures, ratios = Area(first, FIGURE, last, FIGURE), Area(first, RATIO, last, RATIO)
    shown = f"{context.numbers.format('rate')};;"  # no ratio, no label
    sheet.charts.append(
        Chart(
            kind="bar",
            area=area,
            title=sheet.place(area.top - 1, FIGURE),
            series=[Series(context.text("comparison.ratio"), sheet.name, figures, ratios, CHART_FILL, labels=shown)],
            value_title=context.text("comparison.axis"),
            number=context.numbers.format("one"),
            alt=context.text("comparison.alt"),
        )
    )
    for at in range(area.top, area.bottom + 1):
        sheet.heights[at] = CHART_ROW_HEIGHT


def _bands(context: Context, sheet: SheetPlan, area: Area) -> None:
    """The words for a ratio and where each ends, as the formulas name them."""
    head = area.top - 1
    for column, key in ((UNIT, "from"), (RATIO, "to"), (BAND, "band")):
        sheet.put(head, column, context.text(f"comparison.{key}"), "head" if column == BAND else "head-right")
    below = ""
    for row, band in enumerate((*BANDS, "double"), area.top):
        if below:
            sheet.compute(row, UNIT, below, "plain:rate")
        else:
            sheet.put(row, UNIT, 0.0, "plain:rate")
        if band in BANDS:
            sheet.put(row, RATIO, BANDS[band], "plain:rate")
            context.define(f"band_{band}", sheet, row, RATIO)
        else:
            sheet.put(row, RATIO, None, "plain")
        sheet.put(row, BAND, context.text(f"comparison.band.{band}"), "label")
        below = f"M{row}"
