"""Templates in the states that a user brings about."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cache

import pandas as pd

from clv_xl.calculation import Calculator
from clv_xl.cells import Value
from clv_xl.errors import CellError
from clv_xl.template import orders
from clv_xl.template.context import Context
from clv_xl.template.making import planned
from clv_xl.template.plan import PlannedCell, Readable
from clv_xl.workbook.address import parse

HOSTS = ["excel", "native", "addin"]


@cache
def _made(language: str, host: str, state: str) -> Context:
    frames = {"sample": None, "empty": orders.sample("en", "").head(0), "one": one_order(), "client": client_orders()}
    return planned(language, "EUR", host, frames[state])


def made(language: str, host: str, state: str = "sample") -> Context:
    """A template of one's own to type in; planning it anew each time would take long."""
    context = copy.copy(_made(language, host, state))
    sheets = {name: replace(sheet, cells=dict(sheet.cells)) for name, sheet in context.plan.sheets.items()}
    for sheet in sheets.values():
        sheet.blocks = list(sheet.blocks)
    context.plan = replace(
        context.plan, sheets=sheets, names=dict(context.plan.names), tables=dict(context.plan.tables)
    )
    return context


def one_order() -> pd.DataFrame:
    return pd.DataFrame({"order": ["1"], "customer": ["An"], "date": [pd.Timestamp("2024-05-01")], "amount": [80.0]})


def client_orders() -> pd.DataFrame:
    frame = orders.sample("en", "")
    return frame.assign(customer=frame["customer"].str.replace("Sample", "client"))


def value(context: Context, name: str) -> Value:
    """What a named cell shows."""
    sheet, _, spot = context.plan.names[name].partition("!")
    return Calculator(Readable(context.plan)).value(sheet, *parse(spot))


def values(context: Context, *names: str) -> dict[str, Value]:
    """What named cells show, computed at once."""
    calculator = Calculator(Readable(context.plan))
    places = {name: context.plan.names[name].partition("!") for name in names}
    return {name: calculator.value(sheet, *parse(spot)) for name, (sheet, _, spot) in places.items()}


def type_in(context: Context, name: str, typed: Value) -> None:
    """Type an own value for an input; None clears it."""
    sheet, _, spot = context.plan.names[name].partition("!")
    context.plan.sheets[sheet].cells[parse(spot)[0], 2] = PlannedCell(typed)


def check(context: Context, key: str) -> Value:
    """What a check found."""
    name = context.text("sheet.checks")
    cells = context.plan.sheets[name].cells
    (row,) = (spot[0] for spot, cell in cells.items() if cell.value == context.text(f"checks.{key}"))
    return Calculator(Readable(context.plan)).value(name, row, 2)


def clear_orders(context: Context, keep: int = 0) -> None:
    """Empty the orders table but for its first rows, as Excel leaves one blank row."""
    table = context.plan.tables[context.text("orders.table")]
    sheet = context.plan.sheets[table.sheet]
    sheet.blocks = [replace(b, columns=[list(c[:keep]) or [None] for c in b.columns]) for b in sheet.blocks]
    context.plan.tables[table.name] = replace(table, area=table.area._replace(bottom=table.area.top + max(keep, 1)))


def errors(context: Context) -> list[tuple[str, int, int, str]]:
    """The cells that show an error."""
    calculator = Calculator(Readable(context.plan))
    return [
        (name, *spot, str(shown.cell))
        for name, sheet in context.plan.sheets.items()
        for spot, cell in sheet.cells.items()
        if cell.formula is not None and isinstance(shown := calculator.value(name, *spot), CellError)
    ]
