"""How to use the workbook, how it computes, what its words and errors mean, and every function."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from clv_xl.benchmarks import records
from clv_xl.cells import plain
from clv_xl.errors import CELL_ERRORS
from clv_xl.formula import spell
from clv_xl.functions import CATALOGUE
from clv_xl.parameters import OMITTED
from clv_xl.terms import LANGUAGES, TERMS

from .plan import GAP, LINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clv_xl.catalogue import Example, Function

    from .context import Context
    from .plan import SheetPlan

WIDTHS = (27, 79, 46)
TERM, MEANING, FORMULA = range(1, 4)
COLUMNS = ("name", "doc", "call")
PARTLY = ("excel", "native")  # hosts in which some functions need more than the workbook
WIDE = 1.15  # of capitals and underscores, beside the letters that a column is measured in
LONGEST = 60  # characters of an example that still reads well
FROM_TABLE = {"ids": "customer", "dates": "date", "amounts": "amount"}
STEPS = {
    **{step: step for step in ("orders", "inputs", "overview", "customers", "levers", "checks")},
    "refresh": "history",
}
"""What to do, and the sheet where."""
METHODS = ("lifespan", "sum", "margin", "frequency", "discount", "bands", "prediction")
GLOSSARY = (
    *("revenue", "purchases", "customers", "order_value", "frequency", "value_per_year", "margin", "repeat_rate"),
    *("retention", "churn", "lifespan", "lifespan_corrected", "clv", "clv_revenue", "clv_margin", "clv_historic"),
    *("clv_predicted", "discount_rate", "clv_present", "cac", "ratio", "cac_ceiling", "cost_per_lead", "payback"),
    *("break_even", "lever", "as_of", "cohort", "rfm", "decile", "alive", "expected", "interval", "lift", "median"),
)
ERRORS = ("name", "div0", "value", "num", "na", "ref", "null", "spill", "hashes")
SOURCES = ("gupta", "fader", "gamma", "batislam", "schmittlein", "benchmarks")


def build(context: Context) -> SheetPlan:
    """The sheet: what it takes to read and use the workbook, and the table of functions last."""
    sheet = context.sheet("help", WIDTHS, landscape=False)
    row = _lines(context, sheet, 4, "help.use", tuple(STEPS))
    for at, target in enumerate(STEPS.values(), 5):
        name = context.text(f"sheet.{target}")
        sheet.put(at, FORMULA, name, "link", link=name)
    end = _lines(context, sheet, row, "help.method", METHODS)
    for at, key in enumerate(METHODS, row + 1):
        sheet.put(at, FORMULA, context.text(f"help.method.{key}.formula"), "advice")
    row = end
    row = _list(context, sheet, row, "glossary", GLOSSARY)
    row = _list(context, sheet, row, "cell_error", ERRORS)
    row = _lines(context, sheet, row, "help.sources", SOURCES)
    row = _lines(context, sheet, row, "help.privacy", ("data", "network"))
    _functions(context, sheet, row)
    return sheet


def _lines(context: Context, sheet: SheetPlan, row: int, key: str, lines: Sequence[str]) -> int:
    """A section of lines, each a head and a text; gives the row of the next section."""
    context.section(sheet, row, key)
    for at, line in enumerate(lines, row + 1):
        sheet.put(at, TERM, context.text(f"{key}.{line}"), "strong-wrap")
        sheet.put(at, MEANING, context.text(f"{key}.{line}.note"), "wrap")
    return row + len(lines) + 2


def _list(context: Context, sheet: SheetPlan, row: int, key: str, terms: Sequence[str]) -> int:
    """A section of terms with two columns on each; gives the row of the next section."""
    context.section(sheet, row, key)
    context.heads(sheet, row + 1, [f"{key}.{head}" for head in ("term", "meaning", "formula")])
    for at, term in enumerate(terms, row + 2):
        sheet.put(at, TERM, context.text(f"{key}.{term}"), "strong-wrap")
        sheet.put(at, MEANING, context.text(f"{key}.{term}.meaning"), "wrap")
        sheet.put(at, FORMULA, context.text(f"{key}.{term}.formula"), "advice")
    return row + len(terms) + 3


def _functions(context: Context, sheet: SheetPlan, row: int) -> None:
    """Every function of the catalogue with what it gives, its call and an example."""
    sheet.page_breaks.append(row - 1)
    context.section(sheet, row, "functions.title")
    sheet.put(row + 1, 1, context.text(f"functions.host.{context.host}"), "purpose")
    header = row + 3
    sheet.header_row, sheet.freezes = header, False  # what stands above is more than a screen
    heads = context.heads(sheet, header, [f"functions.{column}" for column in COLUMNS])
    for at, spec in enumerate(CATALOGUE.values(), header + 1):
        doc = context.said(spec.doc)
        if not spec.native and context.host in PARTLY:
            doc = f"{doc} {context.text('functions.python')}"
        call = [_call(context, spec), _shown(context, spec)]
        for column, text in enumerate((spec.name, doc, "\n".join(call)), 1):
            sheet.put(at, column, text, "cell:text")
        lines = sum(math.ceil(len(line) * WIDE / WIDTHS[-1]) for line in call)
        sheet.heights[at] = max(sheet.heights.get(at, 0), lines * LINE + GAP)
    context.plan.table(context.text("functions.table"), sheet, header, heads, len(CATALOGUE))


def _separator(context: Context) -> str:
    return ", " if context.text("decimal") == "." else "; "


def _call(context: Context, spec: Function) -> str:
    names = []
    for parameter in spec.parameters.values():
        name = parameter.name if context.spoken == "en" else TERMS[parameter.name].name[context.language]
        name = name.replace(" ", "_")
        names.append(f"[{name}]" if parameter.optional else name)
    return f"{spec.name}({_separator(context).join(names)})"


def _example(context: Context, spec: Function) -> Example | None:
    """The first example that gives a result, in the language of the sheet where the result has one."""
    working = [e for e in spec.examples if not (isinstance(e.result, str) and e.result in CELL_ERRORS)]
    industries = {record.industry[context.spoken].casefold() for record in records()}
    own = {context.spoken} | (industries - {record.industry.en.casefold() for record in records()})
    in_language = [e for e in working if any(str(arg).casefold() in own for arg in e.args)]
    if in_language:
        return in_language[0]
    others = set(LANGUAGES) - {context.spoken}
    neutral = [e for e in working if not any(str(arg).casefold() in others for arg in e.args)]
    by_default = "language" in spec.parameters and context.spoken != LANGUAGES[0]
    return neutral[0] if neutral and not by_default else None


def _shown(context: Context, spec: Function) -> str:
    """An example as one types it, with what it gives; without one, the call on the orders table."""
    example = _example(context, spec)
    if example is not None:
        typed = _typed(context, spec, [_argument(context, arg) for arg in example.args])
        if len(typed) <= LONGEST:
            return f"{typed} → {_result(context, example)}"
    return _typed(context, spec, [_column(context, p.name) for p in spec.parameters.values() if not p.optional])


def _typed(context: Context, spec: Function, args: list[str]) -> str:
    """A call with the separators of the language."""
    return f"={spec.name}({_separator(context).join(args)})"


def _column(context: Context, name: str) -> str:
    return context.column(FROM_TABLE[name]) if name in FROM_TABLE else context.said(TERMS[name].name)


def _argument(context: Context, value: Any) -> str:
    if value is OMITTED or value is None:
        return ""
    if isinstance(value, list):
        return "{" + ";".join(_argument(context, item) for item in value) + "}"
    single = plain(value)
    typed = spell(single)
    return typed.replace(".", context.text("decimal")) if isinstance(single, float) else typed


def _result(context: Context, example: Example) -> str:
    if isinstance(example.result, list):
        rows, columns = len(example.result), len(example.result[0])
        return context.text("functions.rows", rows=str(rows), columns=str(columns))
    result = plain(example.result)
    if not isinstance(result, float):
        return str(result)
    told = f"{result:.4f}".rstrip("0").rstrip(".")
    return told.replace(".", context.text("decimal"))
