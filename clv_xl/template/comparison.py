"""The own figures beside those published for the chosen industry: a ratio to look at, no pass or fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

METRIC, OWN, PUBLISHED, SOURCES, RATIO, READING = range(1, 7)
METRICS = {"AOV": "order_value", "CAC": "cac_now", "LTV:CAC": "ratio_now", "Gross margin": "margin"}
"""Only what is defined alike on both sides; never a CLV, of which the basis is rarely told."""

_KINDS = {"AOV": "amount", "CAC": "amount", "LTV:CAC": "one", "Gross margin": "share"}
_IN_MONEY = ("AOV", "CAC")


def build(context: Context, sheet: SheetPlan, row: int) -> None:
    """The table from this row down."""
    context.section(sheet, row, "comparison.section")
    sheet.compute(row + 1, 1, f"{context.quoted('comparison.industry')}&industry", "message")
    sheet.put(row + 2, 1, context.text("comparison.purpose"), "purpose")
    heads = ("metric", "own", "published", "sources", "ratio", "reading")
    context.heads(sheet, row + 3, [f"comparison.{head}" for head in heads], right=(OWN, PUBLISHED, SOURCES, RATIO))
    for at, (metric, name) in enumerate(METRICS.items(), row + 4):
        _row(context, sheet, at, metric, name)


def _row(context: Context, sheet: SheetPlan, row: int, metric: str, name: str) -> None:
    table = context.text("benchmarks.table")
    industries, metrics, values, currencies = (
        f"{table}[{context.text(f'benchmarks.{column}')}]" for column in ("industry", "metric", "value", "currency")
    )
    chosen = f"({industries}=industry)*({metrics}=A{row})"
    kind = _KINDS[metric]
    sheet.put(row, METRIC, context.text(f"metric.{metric}"), "label")
    own_kind = "money" if metric in _IN_MONEY else kind
    sheet.compute(row, OWN, name, f"value:{own_kind}")
    scale = "/100" if kind == "share" else ""
    mean = f"SUMPRODUCT({chosen},{values})/D{row}{scale}"
    sheet.compute(row, PUBLISHED, f'IF(D{row}=0,"",{mean})', f"plain:{'rate' if kind == 'amount' else kind}")
    sheet.compute(row, SOURCES, f"SUMPRODUCT({chosen})", "plain:count")
    comparable = f"COUNT(B{row}:C{row})<2"
    if metric in _IN_MONEY:
        alike = f'SUMPRODUCT({chosen}*({currencies}="{context.currency}"))<D{row}'
        comparable = f"OR({comparable},{alike})"
    sheet.compute(row, RATIO, f'IF({comparable},"",B{row}/C{row})', "value:ratio")
    missing, empty, money, fine = (
        context.quoted(f"comparison.reading.{key}") for key in ("missing", "empty", "money", "fine")
    )
    reading = f"IF(COUNT(E{row})=1,{fine},{money})" if metric in _IN_MONEY else fine
    sheet.compute(row, READING, f"IF(D{row}=0,{missing},IF(COUNT(B{row})=0,{empty},{reading}))", "note")
    sheet.heights[row] = 19
