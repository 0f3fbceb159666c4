"""The first sheet, one page: the answer, the figures behind it, two charts, and the way to the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.version import __version__
from clv_xl.workbook.address import Area, area

from .charts import Chart, Series
from .cohorts import MESSAGE
from .levers import lever_chart
from .sentences import sentence, whole
from .theme import CHART_ACCENT, CHART_FILL, FAIR, GOOD

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

TILE, GAP = 28, 1.3
TILES = {
    "clv_margin": "round",
    "clv_revenue": "round",
    "cac_ceiling": "round",
    "ratio_now": "ratio",
    "margin_per_order": "round",
    "predicted_total": "round",
}
ASKED = {
    "clv_margin": "overview.tile.margin",
    "cac_ceiling": "overview.tile.margin",
    "ratio_now": "overview.tile.spend",
    "margin_per_order": "overview.tile.margin",
}
WIDTHS = (TILE, *(GAP, TILE) * (len(TILES) - 1))
LAST = len(WIDTHS)
HEADLINE, TILE_ROW, CHART, CHART_ROWS = 4, 7, 11, 21
BELOW = CHART + CHART_ROWS + 1
BLOCKS = {"steps": 1, "where": 5, "about": 9}  # each two tiles wide
STEPS = ("orders", "inputs", "results", "benchmarks")
WHERE = ("results", "levers", "cohorts", "prediction", "segments", "checks")
LEGEND = ("input", "orders", "used")


def build(context: Context) -> SheetPlan:
    """The sheet; it is put first in the plan and refers to cells of the sheets behind it by name."""
    sheet = context.sheet("overview", WIDTHS)
    sheet.put(1, 1, context.title, "title")
    if context.brief.logo:
        sheet.heights[1] = 32  # with the next row as high as a logo may be
        sheet.images.append(((1, LAST), context.brief.logo, context.brief.client or context.title))
    _notices(context, sheet)
    _answer(context, sheet)
    for row, height in {HEADLINE + 2: 6, TILE_ROW + 1: 30, TILE_ROW + 3: 6, BELOW - 1: 8}.items():
        sheet.heights[row] = height
    for at, (name, kind) in enumerate(TILES.items()):
        _tile(context, sheet, 1 + 2 * at, name, kind)
    middle = LAST // 2
    sheet.charts.append(lever_chart(context, Area(CHART, 1, CHART + CHART_ROWS - 1, middle)))
    _curve(context, sheet, Area(CHART, middle + 2, CHART + CHART_ROWS - 1, LAST))
    for key, left in BLOCKS.items():
        sheet.put(BELOW, left, context.text(f"overview.{key}"), "section")
        for column in (left + 1, left + 2):
            sheet.put(BELOW, column, None, "rule")
        sheet.heights[BELOW] = 20
    _steps(context, sheet)
    _where(context, sheet)
    _about(context, sheet)
    return sheet


def _notices(context: Context, sheet: SheetPlan) -> None:
    """What is made up, and how many points of attention there are, each coloured when there is something to say."""
    figures = f'IF(made_up_figures>0,{context.quoted("overview.made_up")},"")'
    sheet.compute(3, 1, f"IF({context.sample_orders}>0,{context.quoted('overview.sample')},{figures})", "banner")
    fine = context.quoted("overview.checks.fine")
    doubts = sentence(context, "overview.checks.doubts", count="points_of_attention")
    sheet.compute(3, 9, f"IF(points_of_attention=0,{fine},{doubts})", "banner")
    sheet.heights[3] = 18
    fair, good = ({"bg_color": fill, "font_color": font} for fill, font in (FAIR, GOOD))
    for place, test, look in (
        (Area(3, 1, 3, 7), '$A$3<>""', fair),
        (Area(3, 9, 3, LAST), "points_of_attention>0", fair),
        (Area(3, 9, 3, LAST), "points_of_attention=0", good),
    ):
        sheet.conditions.append((place, {"type": "formula", "criteria": f"={test}", "look": look}))


def _answer(context: Context, sheet: SheetPlan) -> None:
    """One sentence on two lines: what a customer is worth and may cost, then the verdict and the best lever."""
    for row, style in ((HEADLINE, "headline"), (HEADLINE + 1, "subline")):
        for column in range(1, LAST + 1):
            sheet.put(row, column, None, style)
    worth = sentence(context, "overview.worth", worth="clv_margin_told", most="cac_ceiling_told")
    now = sentence(context, "overview.now", cac="cac_now_told")
    stop = context.quoted("overview.now.empty")
    revenue = sentence(context, "overview.revenue", worth="clv_revenue_told")
    without = f"IF(COUNT(clv_revenue)=1,{revenue},{context.quoted('overview.empty')})"
    told = f"IF(COUNT(cac_ceiling)=0,{without},{worth}&IF(COUNT(cac_now)=1,{now},{stop}))"
    sheet.compute(HEADLINE, 1, told, "headline")
    step = f"IF(COUNT(clv_revenue)=1,{context.quoted('overview.next')},{context.quoted('overview.start')})"
    start = f"IF(COUNT(clv_margin)=1,lever_message,{step})"
    sheet.compute(HEADLINE + 1, 1, f'IF(COUNT(ratio_now)=1,verdict&". ","")&{start}', "subline")
    sheet.heights[HEADLINE], sheet.heights[HEADLINE + 1] = 26, 20


def _tile(context: Context, sheet: SheetPlan, column: int, name: str, kind: str) -> None:
    """A big figure between what it is and on which basis."""
    sheet.put(TILE_ROW, column, context.text(f"overview.tile.{name}"), "tile-label")
    sheet.compute(TILE_ROW + 1, column, f'IF(COUNT({name})=0,"\N{EN DASH}",{name})', f"tile-value:{kind}")
    marks = {"ratio": whole("lifetime_multiple"), "target": "target_ratio", "horizon": "horizon_months"}
    told = sentence(context, f"overview.tile.{name}.note", **marks)
    if name == "predicted_total":  # without a margin it is of revenue
        told = f"IF(COUNT(margin)=1,{told},{sentence(context, 'overview.tile.predicted_total.revenue', **marks)})"
    asked = {"margin_per_order": "lifetime_multiple"}.get(name, name)
    missing = context.quoted(f"overview.tile.{name}.empty")
    if name in ASKED:  # of who has orders, what is still to be typed
        missing = f"IF(COUNT(clv_revenue)=1,{context.quoted(ASKED[name])},{missing})"
    sheet.compute(TILE_ROW + 2, column, f"IF(COUNT({asked})=0,{missing},{told})", "tile-note")


def _curve(context: Context, sheet: SheetPlan, place: Area) -> None:
    """What customers have brought so far beside what they cost, from the block on the sheet of the cohorts."""
    source = context.text("sheet.cohorts")
    periods, value, cac = (
        area(context.plan.names[name].rpartition("!")[2].replace("$", ""))
        for name in ("curve_periods", "curve_value", "curve_cac")
    )
    sheet.charts.append(
        Chart(
            kind="column",
            area=place,
            title=context.plan.sheets[source].place(MESSAGE, 1),
            series=[
                Series(context.text("overview.curve.value"), source, periods, value, CHART_FILL),
                Series(context.text("overview.curve.cac"), source, periods, cac, CHART_ACCENT, dashed=True, over=True),
            ],
            value_title=context.text("overview.curve.axis"),
            number=context.numbers.format("round"),
            alt=context.text("overview.curve.alt"),
            category_title=context.text("overview.curve.periods"),
        )
    )


def _steps(context: Context, sheet: SheetPlan) -> None:
    left = BLOCKS["steps"]
    for at, target in enumerate(STEPS, BELOW + 1):
        sheet.put(at, left, context.text(f"overview.step.{target}"), "plain-link", link=context.text(f"sheet.{target}"))
    last = BELOW + 1 + len(STEPS)
    for at, key in enumerate(("overview.remove", "overview.remove.how"), last):
        sheet.compute(at, left, f'IF({context.sample_orders}>0,{context.quoted(key)},"")', "purpose")


def _where(context: Context, sheet: SheetPlan) -> None:
    left = BLOCKS["where"]
    for at, target in enumerate(WHERE, BELOW + 1):
        name = context.text(f"sheet.{target}")
        sheet.put(at, left, name, "plain-link", link=name)
        if target == "checks":
            sheet.compute(at, left + 2, sentence(context, "overview.where.checks", count="points_of_attention"), "text")
        else:
            sheet.put(at, left + 2, context.text(f"overview.where.{target}"), "text")


def _about(context: Context, sheet: SheetPlan) -> None:
    """The legend of the cells, and which workbook this is."""
    left = BLOCKS["about"]
    for at, style in enumerate(LEGEND, BELOW + 1):
        look = "legend-input" if style == "input" else style
        sheet.put(at, left, context.text(f"overview.legend.{style}"), look)
        sheet.put(at, left + 2, context.text(f"overview.legend.{style}.note"), "text")
    last = BELOW + 1 + len(LEGEND)
    sheet.put(last, left, context.text("inputs.as_of"), "text")
    sheet.compute(last, left + 2, "as_of", "left:date")
    facts = {
        "version": __version__,
        "host": context.text(f"host.{context.host}.short"),
        "language": f"{context.text('language')}, {context.currency}",
    }
    for at, (key, fact) in enumerate(facts.items(), last + 1):
        sheet.put(at, left, context.text(f"overview.about.{key}"), "text")
        sheet.put(at, left + 2, fact, "text")
