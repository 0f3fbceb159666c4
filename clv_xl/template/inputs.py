"""The one sheet where figures are typed: each beside what the orders say, and which of the two is used."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from clv_xl.cells import serial
from clv_xl.orders.totals import SILENT_AFTER, Totals, totals

from .input_items import (
    COMMON,
    CONSTANTS,
    FROM_ORDERS,
    MADE_UP,
    OWN_FIGURES,
    PER_PERIOD,
    PERIODS,
    SETTINGS,
    STAMPED,
    TYPED_INSTEAD,
    Item,
)
from .sentences import timed

if TYPE_CHECKING:
    import pandas as pd

    from .context import Context
    from .plan import SheetPlan

LABEL, OWN, ORDERS, USED, UNIT, CHECK, NOTE = range(1, 8)
WIDTHS = (32, 21, 19, 21, 28, 24, 82)
FIRST_DATE = dt.date(2000, 1, 1)
_STAMPS = {
    "orders_counted": "orders_counted",
    "control": "orders_control",
    "customers_counted": "orders_customers",
    "left_out": "orders_left_out",
}
"""The rows about the freshness of the stamped figures, and the name of the cell of each that a refresh fills."""


def build(context: Context, industries: list[str]) -> SheetPlan:
    """The sheet; `industries` are the choices of the drop-down."""
    orders = context.orders
    sheet = context.sheet("inputs", WIDTHS)
    sheet.put(3, LABEL, context.text("inputs.without_orders"), "purpose")
    heads = ["label", "own", "from_orders", "used", "unit", "check", "note"]
    row = 4
    context.heads(sheet, row, [f"inputs.{head}" for head in heads], right=(OWN, ORDERS, USED))
    sheet.header_row = row
    context.section(sheet, row + 1, "inputs.own_section")
    row += 2
    for item in OWN_FIGURES:
        _row(context, sheet, row, item)
        if item.name == "industry":
            _industry(context, sheet, row, industries)
        row += 1
    context.section(sheet, row + 1, "inputs.orders_section")
    stamped = totals(orders) if len(orders) else None
    row += 2
    for item in FROM_ORDERS:
        _row(context, sheet, row, item)
        _from_orders(context, sheet, row, item, stamped)
        row += 1
    _freshness(context, sheet, row, stamped)
    row = _section(context, sheet, row + 5, "period", PER_PERIOD)
    row = _section(context, sheet, row + 1, "settings", SETTINGS)
    _constants(context, sheet, row + 1)
    return sheet


def _section(context: Context, sheet: SheetPlan, row: int, key: str, items: tuple[Item, ...]) -> int:
    context.section(sheet, row, f"inputs.{key}_section")
    if key == "settings":
        sheet.put(row, ORDERS, context.text("inputs.standard"), "rule-right")
    for at, item in enumerate(items, row + 1):
        _row(context, sheet, at, item)
        if item.standard is not None:
            sheet.put(at, ORDERS, item.standard, f"orders:{item.kind}")
        if item.name == "period":
            _period(context, sheet, at)
    return row + 1 + len(items)


def _row(context: Context, sheet: SheetPlan, row: int, item: Item) -> None:
    name, style = item.name, f":{item.kind}"
    sheet.put(row, LABEL, context.text(f"inputs.{name}"), "label")
    sheet.put(row, OWN, context.typed.get(name), "input" if item.kind == "text" else f"input{style}")
    sheet.put(row, ORDERS, None, "orders")
    unit = timed(context, f"inputs.{name}.unit")
    if unit:
        sheet.compute(row, UNIT, unit, "note")
    else:
        sheet.put(row, UNIT, context.text(f"inputs.{name}.unit"), "note")
    sheet.put(row, NOTE, context.text(f"inputs.{name}.note"), "note")
    own, orders = f"B{row}", f"C{row}"
    test = _test(item.allowed, own, orders)
    otherwise = orders if item in FROM_ORDERS or item.standard is not None else '""'
    sheet.compute(row, USED, f"IF({test},{own},{otherwise})", f"used{style}")
    wrong, right = context.quoted(f"inputs.wrong.{item.allowed}"), '""'
    if name in MADE_UP + COMMON:
        mark = context.quoted("inputs.made_up" if name in MADE_UP else "inputs.standard")
        right = f'IF({own}={item.sample},{mark},"")'
    sheet.compute(row, CHECK, f'IF(ISBLANK({own}),"",IF({test},{right},{wrong}))', "check")
    sheet.heights[row] = max(sheet.heights.get(row, 0), 19)
    sheet.validations[row, OWN] = _validation(context, item)
    context.define(name, sheet, row, USED)
    if item.allowed == "last date":
        context.define(f"own_{name}", sheet, row, OWN)  # where a refresh types its as-of date


def _test(allowed: str, own: str, orders: str) -> str:
    """When a typed value is used."""
    if allowed == "list":
        return f"NOT(ISBLANK({own}))"
    if allowed == "period":
        return f"ISNUMBER(MATCH({own},period_list,0))"
    limits = {
        "share": f"{own}>=0,{own}<=1",
        "churn": f"{own}>0,{own}<=1",
        "from 0": f"{own}>=0",
        "above 0": f"{own}>0",
        "date": f"{own}>0",
        "last date": f"{own}>=MAX({orders})",
    }
    return f"AND(ISNUMBER({own}),{limits[allowed]})"


def _validation(context: Context, item: Item) -> dict[str, Any]:
    rules: dict[str, dict[str, Any]] = {
        "share": {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1},
        "churn": {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1},
        "from 0": {"validate": "decimal", "criteria": ">=", "value": 0},
        "above 0": {"validate": "decimal", "criteria": ">", "value": 0},
        "date": {"validate": "date", "criteria": "between", "minimum": FIRST_DATE, "maximum": "=TODAY()"},
        "list": {"validate": "list", "source": "=industry_list"},
        "period": {"validate": "list", "source": "=period_list"},
    }
    hint = "standard" if item.standard is not None and item.allowed == "above 0" else item.allowed
    return {
        **rules["date" if item.allowed == "last date" else item.allowed],
        "input_title": context.text(f"inputs.{item.name}")[:32],
        "input_message": context.text(f"inputs.hint.{hint}"),
        "error_title": context.text("inputs.error"),
        "error_message": context.text(f"inputs.wrong.{item.allowed}"),
    }


def _industry(context: Context, sheet: SheetPlan, row: int, industries: list[str]) -> None:
    preferred = context.brief.industry or context.text("inputs.industry_sample")
    sample = preferred if preferred in industries else industries[0]
    sheet.put(row, OWN, None if context.brief.industry is None else sample, "input")
    if context.brief.industry == "":
        # Marked, but no point of attention: it is what many shops are.
        sheet.compute(row, CHECK, f'IF(B{row}="{sample}",{context.quoted("inputs.made_up")},"")', "check")
    sheet.compute(row, USED, sheet.cells[row, USED].formula or "", "choice")
    sheet.heights[row] = 32  # two lines, as the longest names of industries take


def _period(context: Context, sheet: SheetPlan, row: int) -> None:
    sheet.put(row, OWN, context.text(f"period.{context.brief.period}"), "input")
    sheet.put(row, ORDERS, context.text("period.year"), "orders")
    test = _test("period", f"B{row}", "")
    sheet.compute(row, USED, f"IF({test},B{row},C{row})", "choice")


def _from_orders(context: Context, sheet: SheetPlan, row: int, item: Item, stamped: Totals | None) -> None:
    amounts, dates, style = context.column("amount"), context.column("date"), f"orders:{item.kind}"
    live = {
        "revenue": f'IF(COUNT({amounts})=0,"",SUMIF({amounts},">0"))',
        "purchases": f'IF(COUNT({amounts})=0,"",COUNTIF({amounts},">0"))',
        "customers": _customers(context),
        "first_order": f'IF(COUNT({dates})=0,"",MIN({dates}))',
        "as_of": f'IF(COUNT({dates})=0,"",MAX({dates}))',
        "years": 'IF(COUNT(first_order,as_of)<2,"",MAX(1,as_of-first_order)/days_per_year)',
    }
    if item.name in live:
        modern = item.name == "customers" and context.speller.calls
        sheet.compute(row, ORDERS, live[item.name], style, dynamic=modern)
        return
    sheet.put(row, ORDERS, getattr(stamped, STAMPED[item.name]) if stamped else 0.0, style)
    context.define(f"orders_{item.name}", sheet, row, ORDERS)
    # without orders a stamp says nothing, and nothing about other purchases or customers than theirs
    used = sheet.cells[row, USED].formula or ""
    typed = ",".join(context.plan.names[name].rpartition("!")[2].replace("$D$", "B") for name in TYPED_INSTEAD)
    none = f"(COUNT({amounts})=0)+COUNT({typed})>0"
    sheet.compute(row, USED, used.replace(f",C{row})", f',IF({none},"",C{row}))'), f"used:{item.kind}")


def _freshness(context: Context, sheet: SheetPlan, row: int, stamped: Totals | None) -> None:
    """Of how many orders and customers the stamped figures are, and whether they still are of these."""
    orders, control = context.orders, row + 1
    counted, customers = float(len(orders)), float(stamped.customers) if stamped else 0.0
    _stamped(context, sheet, row, "orders_counted", counted, "purchases", countable(context), f"C{row}=D{row}")
    same = f"ROUND(C{control}-D{control},1)=0"
    _stamped(context, sheet, control, "control", _control(orders, stamped), "", _control_now(context), same)
    context.define("control_now", sheet, control, USED)
    _stamped(context, sheet, row + 2, "customers_counted", customers, "customers")
    _stamped(context, sheet, row + 3, "left_out", 0.0, "left_out")


def _stamped(
    context: Context, sheet: SheetPlan, row: int, key: str, held: float, unit: str, now: str = "", same: str = ""
) -> None:
    """A figure that only a refresh writes, beside what it is `now`; `same` tells when nothing has changed since."""
    sheet.put(row, LABEL, context.text(f"inputs.{key}"), "label")
    sheet.put(row, OWN, None, "orders")
    sheet.put(row, ORDERS, held, "orders:count")
    sheet.compute(row, USED, now or f"C{row}", "used:count")
    sheet.put(row, UNIT, context.text(f"inputs.{unit}.unit") if unit else None, "note")
    if same:
        fresh, stale = context.quoted("inputs.fresh"), context.quoted("inputs.stale")
        sheet.compute(row, CHECK, f"IF({same},{fresh},{stale})", "check")
    else:
        sheet.put(row, CHECK, None, "check")
    sheet.put(row, NOTE, context.text(f"inputs.{key}.note"), "note")
    context.define(_STAMPS[key], sheet, row, ORDERS)


def _customers(context: Context) -> str:
    """How many different customers there are; counted anew, which takes long, only once the orders have changed."""
    counted = f"orders_counted={countable(context)}"
    same = f"AND(orders_customers>0,orders_left_out=0,{counted},ROUND(orders_control-control_now,1)=0)"
    return f"IF({same},orders_customers,{context.speller.distinct(context.column('customer'))})"


def countable(context: Context) -> str:
    """The rows of the orders table that count as purchases."""
    return f'COUNTIF({context.column("amount")},">0")'


def _control(orders: pd.DataFrame, stamped: Totals | None) -> float:
    """All that the stamped figures come from, added up: shows a change that leaves the number of orders as it was."""
    dates = float(sum(map(serial, orders["date"]))) if len(orders) else 0.0
    total = dates + float(orders["amount"].sum()) + (serial(stamped.as_of) if stamped else 0.0)
    return round(total + SILENT_AFTER, 2)


def _control_now(context: Context) -> str:
    live = f"SUM({context.column('date')})+SUM({context.column('amount')})+SUM(as_of)+SUM(silent_after)"
    return f"ROUND(100*({live}),0)/100"


def _constants(context: Context, sheet: SheetPlan, row: int) -> None:
    """What formulas need and nobody changes; the periods, each with its name for one and for several."""
    context.section(sheet, row, "inputs.constants_section")
    for at, (name, number) in enumerate(CONSTANTS.items(), row + 1):
        kind = "small" if number < 1 else "rate" if number % 1 else "count"
        _constant(context, sheet, at, name)
        sheet.put(at, USED, number, f"used:{kind}")
        context.define(name, sheet, at, USED)
    first = row + 1 + len(CONSTANTS)
    last = first + len(PERIODS) - 1
    for at, (period, number) in enumerate(PERIODS.items(), first):
        _constant(context, sheet, at, "period_length")
        sheet.put(at, OWN, context.text(f"period.{period}"), "orders")
        sheet.put(at, ORDERS, context.text(f"period.{period}.plural"), "orders")
        sheet.put(at, USED, number, "used:rate")
    context.plan.names["period_list"] = f"{sheet.place(first, OWN)}:$B${last}"
    for at, (name, letter, style) in enumerate(_CHOSEN, last + 1):
        _constant(context, sheet, at, name)
        formula = f"INDEX({letter}{first}:{letter}{last},MATCH(period,period_list,0))"
        sheet.compute(at, USED, formula, style)
        context.define(name, sheet, at, USED)


_CHOSEN = (("periods_per_year", "D", "used:rate"), ("period_plural", "C", "choice"))


def _constant(context: Context, sheet: SheetPlan, row: int, name: str) -> None:
    sheet.put(row, LABEL, context.text(f"inputs.{name}"), "label")
    for column in (OWN, ORDERS):
        sheet.put(row, column, None, "orders")
    sheet.put(row, UNIT, context.text(f"inputs.{name}.unit"), "note")
    sheet.put(row, CHECK, None, "check")
    sheet.put(row, NOTE, context.text(f"inputs.{name}.note"), "note")
    sheet.heights[row] = max(sheet.heights.get(row, 0), 19)
