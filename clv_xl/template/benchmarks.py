"""The published figures, all of them, with source, year and tier."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clv_xl.benchmarks import Benchmark, records

from . import comparison
from .comparison import METRICS

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (34, 31, 13, 24, 9, 58, 8, 8, 3, 40)
COLUMNS = ("industry", "metric", "value", "unit", "currency", "source", "year", "tier")
LIST = 10  # the column of the drop-down's choices
NOTES = ("tiers", "bands", "basis", "indicative", "own")
INDICATIVE = "Client article"
"""How the source of the seven sector figures begins that stand on top."""

_ASIDE = re.compile(r"\s*\([^()]*\)$")


def industries(context: Context) -> list[str]:
    """The industries of which a figure can be compared, by name."""
    names = {record.industry[context.language] for record in records() if record.metric in METRICS}
    return sorted(names, key=str.casefold)


def build(context: Context) -> SheetPlan:
    """The sheet, with its table and the list behind the drop-down."""
    sheet = context.sheet("benchmarks", WIDTHS)
    comparison.build(context, sheet, 4)
    top = 4 + 5 + len(METRICS)
    for row, note in enumerate(NOTES, top):
        sheet.put(row, 1, context.text(f"benchmarks.note.{note}"), "purpose")
    header = top + 1 + len(NOTES)
    sheet.header_row, sheet.protected = header, False
    heads = context.heads(sheet, header, [f"benchmarks.{column}" for column in COLUMNS], right=(3,))
    ordered = sorted(records(), key=lambda record: _order(record, context.language))
    for row, record in enumerate(ordered, header + 1):
        _row(context, sheet, row, record)
    context.plan.table(context.text("benchmarks.table"), sheet, header, heads, len(ordered))
    names = industries(context)
    sheet.put(header, LIST, context.text("benchmarks.list"), "head")
    for row, name in enumerate(names, header + 1):
        sheet.put(row, LIST, name, "figure")
    first, last = sheet.place(header + 1, LIST), sheet.place(header + len(names), LIST)
    context.plan.names["industry_list"] = f"{first}:{last.partition('!')[2]}"
    return sheet


def _order(record: Benchmark, language: str) -> tuple[bool, str, str, str]:
    return not record.source.startswith(INDICATIVE), record.tier, record.industry[language].casefold(), record.metric


def _row(context: Context, sheet: SheetPlan, row: int, record: Benchmark) -> None:
    source = _ASIDE.sub("", record.source)
    if record.source.startswith(INDICATIVE):
        source = context.text("benchmarks.indicative")
    words = (record.industry[context.language], context.word(f"metric.{record.metric}", record.metric))
    for column, word in enumerate(words, 1):
        sheet.put(row, column, word, "cell")
    whole = record.value.is_integer()
    sheet.put(row, 3, record.value, "figure:count" if whole else "figure:rate")
    sheet.put(row, 4, context.word(f"unit.{record.unit}", record.unit), "word")
    sheet.put(row, 5, record.currency or None, "word")
    sheet.put(row, 6, source, "cell")
    sheet.put(row, 7, None if record.year is None else float(record.year), "figure")
    sheet.put(row, 8, record.tier, "word")
