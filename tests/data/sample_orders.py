"""How clv_xl/data/sample_orders.csv was made: a shop that never was, the same at every run.

Customers buy as in MBG/NBD: at a rate of their own (gamma), until a coin of their own (beta) ends it after an order.
Amounts are lognormal around a level of the customer. Who was referred buys more often and stays longer, who came by an
advertisement less; orders of equipment are larger; the region makes no difference.

Run `python tests/data/sample_orders.py` to write the file anew.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from pathlib import Path

PATH = Path(__file__).parents[2] / "clv_xl/data/sample_orders.csv"
SEED = 18
START, END = dt.date(2023, 1, 2), dt.date(2025, 6, 30)
CUSTOMERS = 280
CHANNELS = {"search": 0.36, "ads": 0.28, "newsletter": 0.18, "referral": 0.18}
RATE = {"search": 1.0, "ads": 0.8, "newsletter": 1.0, "referral": 1.4}
LEAVES = {"search": 0.23, "ads": 0.38, "newsletter": 0.22, "referral": 0.12}
REGIONS = {"north": 0.18, "east": 0.22, "south": 0.25, "west": 0.35}
CATEGORIES = {"coffee": 0.5, "tea": 0.3, "equipment": 0.2}
LEVEL = {"coffee": 68.0, "tea": 58.0, "equipment": 135.0}
ORDERS_A_YEAR = 3.6
HEADS = ("order", "customer", "date", "amount", "channel", "region", "category")


def rows() -> list[tuple[str, ...]]:
    """The orders, by date."""
    chance = random.Random(SEED)
    span = (END - START).days
    firsts = sorted(chance.randrange(span - 20) for _ in range(CUSTOMERS))
    found = []
    for number, first in enumerate(firsts, 1):
        channel, region, favourite = (_one(chance, shares) for shares in (CHANNELS, REGIONS, CATEGORIES))
        rate = chance.gammavariate(2.0, ORDERS_A_YEAR * RATE[channel] / 365.25 / 2.0)
        leaves = chance.betavariate(4 * LEAVES[channel], 4 * (1 - LEAVES[channel]))
        level = chance.lognormvariate(0, 0.25)
        day = float(first)
        while day <= span:
            category = favourite if chance.random() < 0.7 else _one(chance, CATEGORIES)
            amount = LEVEL[category] * level * chance.lognormvariate(0, 0.35)
            found.append((int(day), number, amount, channel, region, category))
            if chance.random() < leaves:
                break
            day += max(chance.expovariate(rate), 1)
    found.sort(key=lambda order: order[:2])
    return [
        (f"W-{1000 + place}", f"Sample-{number:03}", str(START + dt.timedelta(day)), f"{amount:.2f}", *traits)
        for place, (day, number, amount, *traits) in enumerate(found, 1)
    ]


def _one(chance: random.Random, shares: dict[str, float]) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]


def content() -> str:
    """The file."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADS)
    writer.writerows(rows())
    return file.getvalue()


if __name__ == "__main__":
    PATH.write_text(content(), encoding="utf-8", newline="")
