"""What the commands print: tables and sentences for people, in their language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .errors import CellError
from .terms import INFINITY, UNIT_NAMES, Text, Unit

if TYPE_CHECKING:
    from .catalogue import Function
    from .cells import Value
    from .parameters import Parameter

TOPICS = {
    "orders": Text("Orders", "Bestellingen"),
    "retention": Text("Lifespan and retention", "Levensduur en retentie"),
    "value": Text("Customer value", "Klantwaarde"),
    "acquisition": Text("Acquisition", "Acquisitie"),
    "customers": Text("Customer base", "Klantenbestand"),
    "fits": Text("Fitting models", "Modellen schatten"),
    "prediction": Text("Prediction", "Voorspelling"),
    "benchmarks": Text("Benchmarks", "Benchmarks"),
    "help": Text("Help", "Hulp"),
}


def console(*, error: bool = False) -> Console:
    """The terminal, or plain text where there is none."""
    return Console(stderr=error, highlight=False, soft_wrap=not Console().is_terminal)


def number(value: float, language: str, digits: int = 2) -> str:
    """A number as a person writes it: 1,234.50 or 1.234,50."""
    text = f"{value:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "nl" else text


def exact(value: Any) -> str:
    """A cell's value in full: 1800, 0.05, a text, #NUM!."""
    if isinstance(value, CellError):
        return value.cell
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)


def shown(value: Value, unit: Unit, language: str, currency: str = "") -> str:
    """A result with its unit."""
    if not isinstance(value, float):
        return exact(value)
    if unit is Unit.COUNT:
        return number(value, language, 0)
    if unit is Unit.SHARE:
        return number(value * 100, language, 1) + " %"
    text = number(value, language)
    return f"{currency} {text}" if unit is Unit.MONEY and currency else text


def list_functions(catalogue: Iterable[Function], language: str) -> None:
    """Every function by topic, a line each."""
    topics: dict[str, list[Function]] = {}
    for spec in catalogue:
        topics.setdefault(spec.topic, []).append(spec)
    for topic, specs in topics.items():
        table = Table(title=TOPICS[topic][language], title_justify="left", box=None, padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True, style="bold")
        table.add_column()
        for spec in specs:
            table.add_row(spec.name, escape(spec.doc[language]))
        table.show_header = False
        console().print(table, "")
    console().print(
        Text(
            "clv-xl functions NAME explains one; clv-xl functions CLV 50 36 computes.",
            "clv-xl functions NAAM --lang nl legt er een uit; clv-xl functions CLV 50 36 rekent.",
        )[language]
    )


def explain_function(spec: Function, language: str) -> None:
    """One function: its call, meaning, arguments, examples and source."""
    out = console()
    out.print(f"[bold]{escape(spec.signature)}[/bold]", escape(spec.doc[language]), "", sep="\n")
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for parameter in spec.parameters.values():
        table.add_row(parameter.name, escape(parameter.term.doc[language]), escape(allowed(parameter, language)))
    if spec.parameters:
        out.print(table, "")
    out.print(Text("Examples", "Voorbeelden")[language])
    for example in spec.examples:
        result = example.result if not isinstance(example.result, list) else Text("a table", "een tabel")[language]
        args = ("; " if language == "nl" else ", ").join(_argument(arg, language) for arg in example.args)
        shown_result = exact(_float(result))
        if language == "nl" and not isinstance(result, str):
            shown_result = shown_result.replace(".", ",")
        out.print(escape(f"  ={spec.name}({args})  ->  {shown_result}"))
    if spec.source:
        out.print("", escape(f"{Text('Source', 'Bron')[language]}: {spec.source}"), sep="\n")
    if not spec.native:
        # Why is told in the language of the source: how its body computes.
        needs = "Heeft Python nodig." if language == "nl" else f"Needs Python: {spec.python}"
        out.print("", escape(needs), sep="\n")


def allowed(parameter: Parameter, language: str) -> str:
    """Unit, limits and default of an argument."""
    term = parameter.term
    parts = [UNIT_NAMES[term.unit][language]]
    if term.choices:
        parts = [" | ".join(term.choices)]
    elif term.unit is not Unit.SHARE and term.unit is not Unit.DATE:
        if term.low > -INFINITY:
            parts.append(f">= {term.low:g}")
        if term.high < INFINITY:
            parts.append(f"<= {term.high:g}")
    if parameter.optional:
        left_out = Text("may be left out", "mag weg")[language]
        parts.append(left_out if parameter.default is None else f"{left_out}: {exact(_float(parameter.default))}")
    return ", ".join(parts)


def _float(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _argument(value: Any, language: str) -> str:
    """An argument as one types it in a cell, in the language of the program."""
    if isinstance(value, list | tuple):
        return "{" + ";".join(_argument(item, language) for item in value) + "}"
    if isinstance(value, str):
        return f'"{value}"'
    text = exact(_float(value))
    return text.replace(".", ",") if language == "nl" else text


def show_table(rows: list[list[Value]]) -> None:
    """Rows that a function spills; for a program, values between tabs."""
    if not console().is_terminal:
        for row in rows:
            print("\t".join(map(exact, row)))  # noqa: T201  rich would wrap and cut
        return
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for row in rows:
        table.add_row(*(escape(exact(value)) for value in row))
    console().print(table)


def short(value: Value, language: str) -> str:
    """A value short enough for a line of a list."""
    if isinstance(value, float):
        return number(value, language, 0 if value.is_integer() else 2 if abs(value) >= 1 else 4)
    return exact(value)


def day(iso: str, language: str) -> str:
    """An ISO date, with its time if it has one, as a person writes it; any other text as it is."""
    try:
        moment = dt.datetime.fromisoformat(iso)
    except ValueError:
        return iso
    text = f"{moment:{'%d-%m-%Y' if language == 'nl' else '%Y-%m-%d'}}"
    return f"{text} {moment:%H:%M}" if "T" in iso else text
