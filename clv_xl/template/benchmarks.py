"""The client beside the industry, and the published figures, all of them, with source, year and tier."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import comparison, published
from .published import INDICATIVE, Published

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (36, 29, 13, 19, 11, 18, 9, 10, 8, 52, 16, 10, 12, 16)
COLUMNS = ("industry", "metric", "value", "unit", "currency", "used", "year", "age", "tier", "source")
NOTES = ("ratio", "basis", "tiers", "indicative")
_ASIDE = re.compile(r"\s*\([^()]*\)$")


def industries(context: Context) -> list[str]:
    """The industries of which a figure can be compared, by name."""
    return sorted(map(context.said, published.industries()), key=str.casefold)


def build(context: Context) -> SheetPlan:
    """The sheet, with its table and the list behind the drop-down."""
    sheet = context.sheet("benchmarks", WIDTHS)
    ordered = sorted(published.published(), key=lambda one: _order(one, context))
    names = industries(context)
    row = comparison.build(context, sheet, 4)
    sheet.page_breaks = [row - 1]
    context.section(sheet, row, "benchmarks.section")
    for at, note in enumerate(NOTES, row + 1):
        sheet.put(at, 1, context.text(f"benchmarks.note.{note}"), "purpose")
    header = row + len(NOTES) + 2
    sheet.header_row, sheet.freezes = header, False  # frozen, the comparison would fill the screen
    heads = context.heads(sheet, header, [f"benchmarks.{column}" for column in COLUMNS], right=(3, 7, 8))
    sheet.heights[header] = 33
    for at, one in enumerate(ordered, header + 1):
        _row(context, sheet, at, one)
    context.plan.table(context.text("benchmarks.table"), sheet, header, heads, len(ordered))
    _list(context, sheet, header + len(ordered) + 2, names)
    return sheet


def _order(one: Published, context: Context) -> tuple[bool, str, str, str]:
    record = one.record
    return not record.source.startswith(INDICATIVE), record.tier, context.said(one.industry).casefold(), record.metric


def _row(context: Context, sheet: SheetPlan, row: int, one: Published) -> None:
    record = one.record
    source = _ASIDE.sub("", record.source)
    if record.source.startswith(INDICATIVE):
        source = context.text("benchmarks.indicative")
    grey, apart, number = ("dim", "dim-word", "dim-figure") if record.tier == "C" else ("cell", "word", "figure")
    sheet.put(row, 1, context.said(one.industry), grey)
    sheet.put(row, 2, context.word(f"metric.{record.metric}", record.metric), grey)
    sheet.put(row, 3, record.value, f"{number}:count" if record.value.is_integer() else f"{number}:rate")
    sheet.put(row, 4, context.word(f"unit.{record.unit}", record.unit), apart)
    sheet.put(row, 5, record.currency or None, grey)
    sheet.put(row, 6, context.text(f"measure.{one.measure}") if one.measure else None, grey)
    sheet.put(row, 7, None if record.year is None else float(record.year), f"{number}:year")
    sheet.compute(row, 8, f'IF(COUNT(G{row},as_of)<2,"",MAX(0,YEAR(as_of)-G{row}))', f"{number}:count")
    sheet.put(row, 9, record.tier, apart)
    sheet.put(row, 10, source, "source" if record.url else grey, link=record.url)


def _list(context: Context, sheet: SheetPlan, row: int, names: list[str]) -> None:
    """The choices of the drop-down on the inputs, and how many figures each is compared on."""
    context.section(sheet, row, "benchmarks.list")
    context.heads(sheet, row + 1, ["benchmarks.industry", "benchmarks.figures"], right=(2,))
    used = context.column("used", "benchmarks")
    for at, name in enumerate(names, row + 2):
        sheet.put(at, 1, name, "cell")
        sheet.compute(at, 2, f'COUNTIFS({context.column("industry", "benchmarks")},A{at},{used},"?*")', "plain:count")
    first, last = sheet.place(row + 2, 1), sheet.place(row + 1 + len(names), 1)
    context.plan.names["industry_list"] = f"{first}:{last.partition('!')[2]}"
