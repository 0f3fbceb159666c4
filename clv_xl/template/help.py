"""Every function of the catalogue with its call, what it does and an example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clv_xl.benchmarks import records
from clv_xl.cells import Value, plain
from clv_xl.errors import CELL_ERRORS
from clv_xl.formula import spell
from clv_xl.functions import CATALOGUE
from clv_xl.parameters import OMITTED
from clv_xl.terms import LANGUAGES, TERMS

if TYPE_CHECKING:
    from clv_xl.catalogue import Example, Function

    from .context import Context
    from .plan import SheetPlan

WIDTHS = (24, 52, 74, 42, 26, 20, 24)
COLUMNS = ("name", "call", "doc", "example", "result", "topic", "where")
HEADER = 5
LONGEST = 60  # characters of an example that still reads well
FROM_TABLE = {"ids": "customer", "dates": "date", "amounts": "amount"}


def build(context: Context) -> SheetPlan:
    """The sheet, with its table."""
    sheet = context.sheet("help", WIDTHS)
    sheet.put(3, 1, context.text(f"functions.host.{context.host}"), "purpose")
    sheet.header_row, sheet.protected = HEADER, False
    heads = context.heads(sheet, HEADER, [f"functions.{column}" for column in COLUMNS])
    for row, spec in enumerate(CATALOGUE.values(), HEADER + 1):
        example = _example(context, spec)
        if example is not None and len(_typed(context, spec, example)) > LONGEST:
            example = None
        native = "native" if spec.native else "python"
        texts: list[Value] = [
            spec.name,
            _call(context, spec),
            spec.doc[context.language],
            _typed(context, spec, example),
            _result(context, example),
            context.word(f"topic.{spec.topic}", spec.topic),
            context.text(f"functions.where.{native}"),
        ]
        for column, text in enumerate(texts, 1):
            sheet.put(row, column, text, _style(text))
    context.plan.table(context.text("functions.table"), sheet, HEADER, heads, len(CATALOGUE))
    return sheet


def _style(value: Value) -> str:
    if isinstance(value, str):
        return "cell:text"
    return "result" if isinstance(value, float) and value.is_integer() else "result:exact"


def _separator(context: Context) -> str:
    return ", " if context.text("decimal") == "." else "; "


def _call(context: Context, spec: Function) -> str:
    names = []
    for parameter in spec.parameters.values():
        name = parameter.name if context.language == "en" else TERMS[parameter.name].name[context.language]
        name = name.replace(" ", "_")
        names.append(f"[{name}]" if parameter.optional else name)
    return f"{spec.name}({_separator(context).join(names)})"


def _example(context: Context, spec: Function) -> Example | None:
    """The first example that gives a result, in the language of the sheet where the result has one."""
    working = [e for e in spec.examples if not (isinstance(e.result, str) and e.result in CELL_ERRORS)]
    industries = {record.industry[context.language].casefold() for record in records()}
    own = {context.language} | (industries - {record.industry.en.casefold() for record in records()})
    in_language = [e for e in working if any(str(arg).casefold() in own for arg in e.args)]
    if in_language:
        return in_language[0]
    others = set(LANGUAGES) - {context.language}
    neutral = [e for e in working if not any(str(arg).casefold() in others for arg in e.args)]
    by_default = "language" in spec.parameters and context.language != LANGUAGES[0]
    return neutral[0] if neutral and not by_default else None


def _typed(context: Context, spec: Function, example: Example | None) -> str:
    """An example as one types it, in Dutch with semicolons and decimal commas; without one, on the orders table."""
    if example is not None:
        args = [_argument(context, arg) for arg in example.args]
    else:
        args = [_column(context, p.name) for p in spec.parameters.values() if not p.optional]
    return f"={spec.name}({_separator(context).join(args)})"


def _column(context: Context, name: str) -> str:
    return context.column(FROM_TABLE[name]) if name in FROM_TABLE else TERMS[name].name[context.language]


def _argument(context: Context, value: Any) -> str:
    if value is OMITTED or value is None:
        return ""
    if isinstance(value, list):
        return "{" + ";".join(_argument(context, item) for item in value) + "}"
    single = plain(value)
    typed = spell(single)
    return typed.replace(".", context.text("decimal")) if isinstance(single, float) else typed


def _result(context: Context, example: Example | None) -> Value:
    if example is None:
        return context.text("functions.table_result")
    if isinstance(example.result, list):
        rows, columns = len(example.result), len(example.result[0])
        return context.text("functions.rows", rows=str(rows), columns=str(columns))
    return plain(example.result)
