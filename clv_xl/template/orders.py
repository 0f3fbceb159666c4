"""The orders as a table; nothing stands below it, so that it can grow."""

from __future__ import annotations

from importlib import resources
from io import StringIO
from typing import TYPE_CHECKING

import pandas as pd

from clv_xl.errors import ClvError
from clv_xl.terms import dutch
from clv_xl.workbook.address import LAST_ROW, Area

from .plan import Block
from .texts import texts
from .theme import FAIR

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (16, 24, 16, 18)
OTHER_WIDTHS = (12, 40)  # the least and the most of a column that describes orders
USUAL = 0.95  # of the texts of such a column fit its width
PORTRAIT = 130  # characters: wider ones print across
HEADER = 5
MOST = LAST_ROW - HEADER
COLUMNS = ("order", "customer", "date", "amount")


def sample(language: str, customer: str) -> pd.DataFrame:
    """The orders of a made-up shop, all words in the language and its customers named after `customer`."""
    text = resources.files("clv_xl").joinpath("data/sample_orders.csv").read_text("utf-8")
    frame = pd.read_csv(StringIO(text), dtype={"order": str, "customer": str}, parse_dates=["date"])
    if language != "en":
        frame["customer"] = frame["customer"].str.replace("Sample", customer, regex=False)
    words = texts(language)
    others = [column for column in frame.columns if column not in COLUMNS]
    for column in others:
        frame[column] = [words[f"orders.{column}.{value}"] for value in frame[column]]
    return frame.rename(columns={column: words[f"orders.{column}"] for column in others})


def build(context: Context) -> SheetPlan:
    """The sheet, with the orders in its table; what else describes an order stands in columns behind."""
    orders = context.orders
    if len(orders) > MOST:
        raise ClvError(
            f"There are {len(orders):,} orders, and a sheet has room for {MOST:,}: give those of a shorter time.",
            f"Er zijn {dutch(len(orders))} bestellingen, en op een blad passen er {dutch(MOST)}: geef die van een "
            "kortere tijd.",
        )
    others = [str(column) for column in orders.columns if column not in COLUMNS]
    widths = (*WIDTHS, *(_width(head, orders[head]) for head in others))
    sheet = context.sheet("orders", widths, landscape=sum(widths) > PORTRAIT)
    sheet.compute(3, 1, f'IF({context.sample_orders}>0,{context.quoted("orders.banner")},"")', "banner")
    fill, font = FAIR
    rule = {"type": "formula", "criteria": '=$A$3<>""', "look": {"bg_color": fill, "font_color": font}}
    sheet.conditions.append((Area(3, 1, 3, len(widths)), rule))
    sheet.heights[3] = 20
    sheet.header_row, sheet.protected, sheet.gridlines = HEADER, False, True
    heads = context.heads(sheet, HEADER, [f"orders.{column}" for column in COLUMNS])
    for column in (3, 4):
        sheet.put(HEADER, column, heads[column - 1], "head-number")
    for column, head in enumerate(others, len(COLUMNS) + 1):
        sheet.put(HEADER, column, head, "head-word")
    columns = [context.cells(orders[column]) for column in (*COLUMNS, *others)]
    styles = ["figure:text", "figure:text", "figure:date", "figure:money"] + ["run:text"] * len(others)
    sheet.blocks.append(Block(HEADER + 1, 1, columns, styles))
    context.plan.table(context.text("orders.table"), sheet, HEADER, [*heads, *others], len(columns[0]))
    return sheet


def _width(head: str, told: pd.Series) -> float:
    """The width of a column that describes orders: that of nearly all its texts, and of its head."""
    lengths = told.dropna().astype(str).str.len()
    usual = float(lengths.quantile(USUAL)) if len(lengths) else 0.0
    least, most = OTHER_WIDTHS
    return min(max(least, len(head) + 2, round(usual) + 2), most)
