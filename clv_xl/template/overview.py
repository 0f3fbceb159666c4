"""The first sheet: what it is, the answer, how to use it, and by which method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.version import __version__

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (27, 100, 16)
STEPS = ("orders", "inputs", "results", "benchmarks")  # where each step is done
KEY_FIGURES = {"clv_margin": "money", "clv_revenue": "money", "cac_ceiling": "money", "ratio_now": "rate"}
LEGEND = ("input", "orders", "used")


def build(context: Context) -> SheetPlan:
    """The sheet; it is put first in the plan and refers to cells of the sheets behind it by name."""
    sheet = context.sheet("overview", WIDTHS, landscape=False)
    sheet.put(1, 1, context.title, "title")
    row = _answer(context, sheet, 4)
    row = _figures(context, sheet, row + 1)
    row = _steps(context, sheet, row + 1)
    row = _legend(context, sheet, row + 1)
    context.section(sheet, row + 1, "overview.about")
    _about(context, sheet, row + 2)
    return sheet


def _answer(context: Context, sheet: SheetPlan, row: int) -> int:
    context.section(sheet, row, "overview.answer")
    sentences = {
        "worth": ("clv_margin,cac_ceiling", {"[worth]": "ROUND(clv_margin,0)", "[most]": "ROUND(cac_ceiling,0)"}),
        "now": ("ratio_now", {"[cac]": "ROUND(cac_now,0)", "[verdict]": "verdict"}),
    }
    for key, (inputs, parts) in sentences.items():
        row += 1
        sheet.put(row, 1, context.text(f"overview.{key}"), "answer-label")
        formula = context.quoted(f"overview.{key}.sentence").replace("[money]", context.numbers.symbol)
        for mark, part in parts.items():
            formula = formula.replace(mark, f'"&{part}&"')
        formula = formula.removesuffix('&""')
        empty = context.quoted(f"overview.{key}.empty")
        count = inputs.count(",") + 1
        sheet.compute(row, 2, f"IF(COUNT({inputs})<{count},{empty},{formula})", "answer")
        sheet.heights[row] = 34
    sheet.put(row + 1, 1, context.text("overview.lever"), "answer-label")
    sheet.compute(row + 1, 2, "lever_message", "answer")
    sheet.put(row + 2, 1, context.text("overview.checks"), "answer-label")
    fine, doubts = context.quoted("overview.checks.fine"), context.quoted("overview.checks.doubts")
    sheet.compute(row + 2, 2, f"IF(points_of_attention=0,{fine},points_of_attention&{doubts})", "answer")
    for at in (row + 1, row + 2):
        sheet.heights[at] = 22
    for at in range(row - 1, row + 3):
        sheet.put(at, 3, None, "answer")
    return row + 3


def _figures(context: Context, sheet: SheetPlan, row: int) -> int:
    context.section(sheet, row, "overview.figures")
    for at, (name, kind) in enumerate(KEY_FIGURES.items(), row + 1):
        sheet.put(at, 1, context.text(f"overview.{name}"), "label")
        sheet.compute(at, 2, name, f"key:{kind}")
        sheet.put(at, 3, None, "label")
    return row + 1 + len(KEY_FIGURES)


def _steps(context: Context, sheet: SheetPlan, row: int) -> int:
    context.section(sheet, row, "overview.steps")
    for number, target in enumerate(STEPS, 1):
        at, name = row + number, context.text(f"sheet.{target}")
        sheet.put(at, 1, context.text("overview.step", number=str(number)), "strong")
        sheet.put(at, 2, context.text(f"overview.step.{target}"), "wrap")
        sheet.put(at, 3, name, "link", link=name)
    last = row + len(STEPS) + 1
    _line(context, sheet, last, "overview.sample")
    notes = (context.quoted("overview.sample.note"), context.quoted("overview.sample.gone"))
    sheet.compute(last, 2, f"IF({context.sample_orders}>0,{','.join(notes)})", "wrap")
    return last + 1


def _legend(context: Context, sheet: SheetPlan, row: int) -> int:
    context.section(sheet, row, "overview.legend")
    for at, style in enumerate(LEGEND, row + 1):
        sheet.put(at, 1, context.text(f"overview.legend.{style}"), "legend-input" if style == "input" else style)
        sheet.put(at, 2, context.text(f"overview.legend.{style}.note"), "wrap")
        sheet.put(at, 3, None, "label")
        sheet.heights[at] = 18
    return row + 1 + len(LEGEND)


def _about(context: Context, sheet: SheetPlan, row: int) -> None:
    facts = {
        "version": __version__,
        "language": context.text("language"),
        "currency": context.currency,
        "host": context.text(f"host.{context.host}"),
    }
    for at, (key, fact) in enumerate(facts.items(), row):
        sheet.put(at, 1, context.text(f"overview.about.{key}"), "strong")
        sheet.put(at, 2, fact, "wrap")
        sheet.put(at, 3, None, "label")
    last = row + len(facts)
    sheet.put(last, 1, context.text("inputs.as_of"), "strong")
    sheet.compute(last, 2, "as_of", "key:date")
    sheet.put(last, 3, None, "label")


def _line(context: Context, sheet: SheetPlan, row: int, key: str) -> int:
    sheet.put(row, 1, context.text(key), "strong")
    sheet.put(row, 2, context.text(f"{key}.note"), "wrap")
    sheet.put(row, 3, None, "label")
    return row + 1
