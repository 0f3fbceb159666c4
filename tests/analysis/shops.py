"""Orders of shops, real and random, as the analysis takes them."""

from __future__ import annotations

import datetime as dt
import random
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from clv_xl.analysis import Analysis, analyse
from clv_xl.functions import CATALOGUE
from clv_xl.orders.cleaning import read_orders

DATA = Path(__file__).parents[1] / "data"
Rows = list[list[Any]]


@cache
def cdnow() -> pd.DataFrame:
    """All 6,919 orders, free ones included, described by the number of CDs."""
    names = ["all", "customer", "date", "cds", "amount"]
    frame = pd.read_csv(DATA / "orders/CDNOW_sample.txt", sep=r"\s+", names=names, dtype={"customer": str})
    frame["date"] = pd.to_datetime(frame["date"].astype(str))
    frame["order"] = [f"o{row}" for row in range(len(frame))]
    return frame[["order", "customer", "date", "amount", "cds"]]


@cache
def retail() -> pd.DataFrame:
    return read_orders(DATA / "orders/online_retail_5k.xlsx").frame


def chance_orders(seed: int, count: int = 400, days: int = 500) -> pd.DataFrame:
    """Orders in no order: refunds, ties, and customers who are written in two ways; amounts add up exactly."""
    dice = random.Random(seed)
    rows = []
    for number in range(count):
        name = f"klant {int(dice.expovariate(1) * 20)}"
        when = dt.date(2021, 11, 3) + dt.timedelta(dice.randrange(days))
        amount = dice.choice([5, 10, 12.5, 20, 40, 0, -5, -12.5])
        rows.append((f"o{number}", dice.choice([name, name.upper()]), when, amount))
    frame = pd.DataFrame(rows, columns=["order", "customer", "date", "amount"])
    frame["date"] = pd.to_datetime(frame["date"])
    frame["channel"] = [dice.choice(["web", "Web ", "shop", None, ""]) for _ in rows]
    return frame


def random_shop() -> pd.DataFrame:
    return chance_orders(7)


SHOPS = {"cdnow": cdnow, "retail": retail, "random": random_shop}


@cache
def analysed(shop: str) -> Analysis:
    """Of a shop, without discount."""
    return analyse(SHOPS[shop](), margin=0.4)


def cells(name: str, orders: pd.DataFrame, columns: tuple[str, ...], *more: Any) -> Rows:
    """What a function of the catalogue says of columns of the orders, without its headings."""
    held = [[day.date() for day in orders[key]] if key == "date" else orders[key].tolist() for key in columns]
    rows = CATALOGUE[name].cells(*held, *more)
    assert isinstance(rows, list), rows
    return rows[1:]
