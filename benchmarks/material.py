"""The workbook that is edited, read and refreshed: a web shop's orders, always the same, and a sheet of results."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Cells = dict[str, dict[str, Any]]

ORDERS, RESULTS = "Orders", "Results"
HEADERS = ("Order", "Customer", "Date", "Product", "Quantity", "Amount")
SHOWN: tuple[tuple[str, Any], ...] = (
    ("Average order value", "=AOV(Orders[Amount])"),
    ("Orders per customer", "=PURCHASE_FREQUENCY(Orders[Customer])"),
    ("Lifespan, years", 3),
    ("Margin", 0.4),
    ("Customer lifetime value", "=CLV(B2,B3,B4,B5)"),
    ("Cost of a new customer", 25),
    ("CLV / CAC", "=CLV_CAC(B6,B7)"),
    ("A third of the value", "=ROUND(B6/3,2)"),
)
"""Rows 2, 3 ... of the results: label and value or formula."""
_FIRST, _DAYS = dt.date(2022, 1, 1), 1400
_WORDS = ("Oak", "Linen", "Steel", "Cotton", "Amber", "Walnut", "Copper", "Cork")
_THINGS = ("table", "lamp", "chair", "shelf", "rug", "mirror", "vase", "clock & frame", "kettle", "tray")


def orders(count: int) -> Iterator[tuple[str, str, dt.date, str, int, float]]:
    """The orders, by date; few customers order much."""
    rng = random.Random(count)
    products = [f"{word} {thing}" for word in _WORDS for thing in _THINGS]
    customers = count // 4
    for number in range(count):
        customer = int(customers * rng.random() ** 2)
        product = int(len(products) * rng.random())
        quantity = 1 + int(3 * rng.random() ** 3)
        day = _FIRST + dt.timedelta(days=number * _DAYS // count)
        amount = round(quantity * (9.5 + product * 1.15), 2)
        yield f"W{number + 1:07}", f"K{customer:06}", day, products[product], quantity, amount


def write(path: Path, count: int) -> None:
    """Write the workbook; the results are all 0, as if nothing was ever computed."""
    import xlsxwriter  # noqa: PLC0415  the measuring process stays small

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(ORDERS)
    # XlsxWriter adds no table in constant memory, where its headers would come late: here they come first.
    sheet.constant_memory = False
    sheet.add_table(0, 0, 1, len(HEADERS) - 1, {"name": ORDERS, "columns": [{"header": head} for head in HEADERS]})
    sheet.constant_memory = True
    area = f"A1:F{count + 1}"
    sheet.tables[0].update(range=area, a_range=area, autofilter=area)
    sheet.write_row(0, 0, HEADERS)
    for row, (order, customer, day, product, quantity, amount) in enumerate(orders(count), 1):
        sheet.write_string(row, 0, order)
        sheet.write_string(row, 1, customer)
        sheet.write_datetime(row, 2, day, date)
        sheet.write_string(row, 3, product)
        sheet.write_number(row, 4, quantity)
        sheet.write_number(row, 5, amount)
    sheet = book.add_worksheet(RESULTS)
    sheet.write_row(0, 0, ("Result", "Value"))
    for row, (label, value) in enumerate(SHOWN, 1):
        sheet.write_string(row, 0, label)
        if isinstance(value, str):
            sheet.write_formula(row, 1, value, None, 0)
        else:
            sheet.write_number(row, 1, value)
    book.close()


def results(cells: dict[str, Any] | None = None) -> list[list[Any]]:
    """The sheet of results as it reads, with these cells instead of what `write` put there."""
    rows: list[list[Any]] = [["Result", "Value"]]
    rows += [[label, 0 if isinstance(value, str) else value] for label, value in SHOWN]
    for address, value in (cells or {}).items():
        rows[int(address[1:]) - 1]["AB".index(address[0])] = value
    return rows


def formulas() -> dict[str, str]:
    """The formulas of the results, by cell."""
    return {f"B{row}": value for row, (_, value) in enumerate(SHOWN, 2) if isinstance(value, str)}


def ten(count: int) -> Cells:
    """Ten edits: five numbers and three texts over the length of the orders, the results of two formulas."""
    rows = [2 + count * part // 100 for part in (1, 13, 27, 40, 52, 66, 85, 97)]
    numbers = zip("FEFEF", rows[::2] + rows[1:2], (12.5, 7, 1999.95, 40, 0.01), strict=True)
    texts = zip("DBA", rows[3::2], ("Crème brûlée <new> & old", "K-新-001", "W-replaced"), strict=True)
    edited: dict[str, Any] = {f"{column}{row}": value for column, row, value in (*numbers, *texts)}
    return {ORDERS: edited, RESULTS: {"B2": 81.25, "B6": 390.5}}


def five() -> Cells:
    """Five edits of the small sheet: the results of three formulas and two numbers."""
    return {RESULTS: {"B2": 81.25, "B3": 4.5, "B5": 0.35, "B6": 383.9, "B7": 40}}


def refreshed(count: int) -> dict[str, float]:
    """The results as a refresh must give them."""
    customers: set[str] = set()
    total = 0.0
    for _, customer, _, _, _, amount in orders(count):
        customers.add(customer)
        total += amount
    value, frequency = total / count, count / len(customers)
    clv = value * frequency * 3 * 0.4
    return {"B2": value, "B3": frequency, "B6": clv, "B8": clv / 25, "B9": round(clv / 3, 2)}
