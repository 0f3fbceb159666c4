"""Records of an agency that does not exist: every kind of client that a portfolio must show, the same at each run.

`python -m tests.report.pictures` takes the pictures in docs from it.
"""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import date, timedelta

from clv_xl.refresh.record import CellChange, Month, Record, StaleCell

AS_OF = date(2026, 10, 31)

# name, industry, currency, order value, orders a year, lifespan, margin, CAC, new customers a month, growth, season
CLIENTS = (
    ("Fietsenwinkel De Ketting", "eCommerce", "EUR", 184.5, 1.35, 4.2, 0.38, 92.0, 46, 0.012, 0.45),
    ("Koffiebranderij Noorderlicht", "Food and beverage", "EUR", 31.9, 7.4, 3.1, 0.52, 108.5, 118, 0.021, 0.12),
    ("Huize Linnen", "Furniture", "EUR", 142.75, 1.7, 3.6, 0.47, 139.0, 38, 0.004, 0.25),
    ("Zilver & Zoon Juweliers", "Luxury and jewelry", "EUR", 412.0, 1.1, 5.4, 0.56, 310.0, 17, -0.006, 0.7),
    ("Atelier Mistral", "Apparel", "EUR", 88.4, 2.3, 2.4, 0.49, 121.0, 74, -0.015, 0.3),
    ("Bakkerij Van der Sluis", "Food and beverage", "EUR", 17.35, 11.2, 2.2, 0.33, None, 61, 0.006, 0.08),
    ("Groen & Grondig Tuincentrum", "", "EUR", 63.2, 2.9, 4.9, None, None, 83, 0.009, 0.6),
    ("Yogastudio Rust", "Gyms", "EUR", 54.0, 8.5, 1.4, 0.61, 410.0, 2, -0.01, 0.1),
    ("Northwind Outdoor", "Consumer goods", "USD", 126.9, 1.9, 3.8, 0.44, 118.0, 152, 0.018, 0.5),
    ("Harbor Skin Co.", "Beauty and personal care", "USD", 58.25, 4.1, 2.7, 0.63, 61.5, 131, 0.026, 0.18),
    ("Paws & Whiskers", "Pet care and veterinary services", "USD", 47.8, 5.6, 3.3, 0.36, 74.0, 97, 0.011, 0.1),
    ("Marlowe Books", "Consumer goods", "GBP", 24.6, 3.8, 4.4, 0.41, 52.0, 58, 0.003, 0.55),
)
_PICKS = {
    "Atelier Mistral": {"age": 143, "dropped": {"cancelled": 412, "missing_customer": 188, "zero_amount": 31}},
    "Bakkerij Van der Sluis": {"dropped": {"refund": 9}},
    "Yogastudio Rust": {"months": 9},
    "Harbor Skin Co.": {"stale": 3, "unknown": True},
    "Groen & Grondig Tuincentrum": {"dropped": {"unreadable_date": 22, "missing_amount": 4}},
    "Marlowe Books": {"months": 17, "unchanged": True},
    "Huize Linnen": {"unchanged": True},
    "Northwind Outdoor": {"first": True},
}
REFUSED = (
    Record(
        "clients/Optiek Helder.xlsx",
        "failed",
        "Optiek Helder",
        error="Encrypted",
        message="Optiek Helder.xlsx is protected by a password: open it, take the password off and save it.",
        message_nl="Optiek Helder.xlsx heeft een wachtwoord: open het, haal het wachtwoord eraf en sla het op.",
    ),
    Record(
        "clients/Wijnhuis Oost.xlsx",
        "failed",
        "Wijnhuis Oost",
        error="OpenElsewhere",
        message="Wijnhuis Oost.xlsx is open in another program: close it there. "
        "If no program has it open, delete ~$Wijnhuis Oost.xlsx beside it.",
        message_nl="Wijnhuis Oost.xlsx is open in een ander programma: sluit het daar. "
        "Heeft geen programma het open, verwijder dan ~$Wijnhuis Oost.xlsx ernaast.",
    ),
)


def agency() -> list[Record]:
    """Twelve clients in three currencies, and two files that were refused."""
    return [*(_record(place, *client) for place, client in enumerate(CLIENTS)), *REFUSED]


def crowd(count: int) -> list[Record]:
    """As many clients as a large agency has: the twelve over and over, under other names, and each with lists."""
    few = [_record(place, *client) for place, client in enumerate(CLIENTS)]
    cells = tuple(CellChange("Results", f"B{row}", row * 1.5, row * 1.6) for row in range(5, 45))
    return [
        replace(few[place % len(few)], client=f"{few[place % len(few)].client} {place}", changes=cells)
        for place in range(count)
    ]


def _record(
    seed: int,
    name: str,
    industry: str,
    currency: str,
    order_value: float,
    frequency: float,
    lifespan: float,
    margin: float | None,
    cac: float | None,
    new: int,
    growth: float,
    season: float,
) -> Record:
    chance, pick = random.Random(seed), _PICKS.get(name, {})
    as_of = AS_OF
    last = as_of - timedelta(days=pick.get("age", seed % 3))
    months = _months(chance, last, pick.get("months", 24), order_value, frequency, new, growth, season)
    history = 1 if "months" in pick else 1.6
    customers = float(int(sum(month.new_customers for month in months) * history))
    purchases = float(int(sum(month.orders for month in months) * history))
    clv = order_value * frequency * lifespan
    figures = {
        "revenue": round(purchases * order_value, 2),
        "purchases": purchases,
        "customers": customers,
        "order_value": order_value,
        "frequency": frequency,
        "value_per_year": order_value * frequency,
        "lifespan_so_far": lifespan * 0.4,
        "lifespan": lifespan,
        "clv_revenue": clv,
    }
    if margin is not None:
        figures |= {"clv_margin": clv * margin, "margin": margin, "max_cac": clv * margin / 3}
        if cac is not None:
            figures |= {"cac": cac, "clv_cac": clv * margin / cac}
    moved = 1 if pick.get("unchanged") else 1 + chance.uniform(-0.07, 0.09)
    previous = {} if pick.get("first") else {key: value / moved for key, value in figures.items()}
    dropped = pick.get("dropped", {})
    read = int(purchases) + sum(dropped.values())
    file = f"clients/{name}.xlsx"
    return Record(
        file=file,
        status="unchanged" if pick.get("unchanged") else "changed",
        client=name,
        language="nl" if currency == "EUR" else "en",
        currency=currency,
        industry=industry,
        as_of=as_of.isoformat(),
        first_date=f"{months[0].month}-03" if "months" in pick else f"{2022 + seed % 3}-0{1 + seed % 9}-12",
        last_date=last.isoformat(),
        source=f"{name}.xlsx, Bestellingen (table)" if currency == "EUR" else f"exports/{name}.csv",
        read=read,
        kept=read - sum(dropped.values()),
        dropped=dropped,
        mapping={"order": "Order", "customer": "Klant", "date": "Datum", "amount": "Bedrag"}
        if currency == "EUR"
        else {"order": "Order ID", "customer": "Customer", "date": "Created at", "amount": "Total"},
        new_rows=0 if pick.get("unchanged") else 40 + seed * 7,
        figures=figures,
        previous=previous,
        previous_day="" if pick.get("first") or pick.get("unknown") else "2026-09-30",
        months=months,
        changes=() if pick.get("unchanged") else _changes(figures, previous),
        stale=tuple(
            StaleCell(
                "Forecast",
                f"D{row}",
                "it uses OFFSET, which is not computed here",
                "gebruikt VERSCHUIVING, dat hier niet wordt berekend",
            )
            for row in range(8, 8 + pick.get("stale", 0))
        ),
        before=f"{seed:064x}",
        after=f"{seed + (not pick.get('unchanged')):064x}",
        backup="" if pick.get("unchanged") else f"clients/.clv-xl-backup/{name} 2026-11-01.xlsx",
        seconds=round(chance.uniform(0.2, 0.9), 3),
    )


def _months(
    chance: random.Random,
    last: date,
    count: int,
    order_value: float,
    frequency: float,
    new: int,
    growth: float,
    season: float,
) -> tuple[Month, ...]:
    made = []
    for back in range(count - 1, -1, -1):
        place = last.year * 12 + last.month - 1 - back
        wave = 1 + season * math.sin((place % 12 - 8) / 12 * 2 * math.pi) + season * (place % 12 == 11)
        level = (1 + growth) ** (count - back) * wave * chance.uniform(0.86, 1.14)
        if back == 0:
            level *= last.day / 31
        newcomers = max(0, round(new * level**0.6 * chance.uniform(0.75, 1.25)))
        orders = max(1, round(new * frequency * 1.3 * level * chance.uniform(0.93, 1.07)))
        revenue = round(orders * order_value * chance.uniform(0.94, 1.06), 2)
        buyers = max(newcomers, round(orders * 0.82))
        made.append(Month(f"{place // 12}-{place % 12 + 1:02}", revenue, orders, min(orders, buyers), newcomers))
    return tuple(made)


def _changes(figures: dict[str, float], previous: dict[str, float]) -> tuple[CellChange, ...]:
    cells = [
        CellChange("Results", f"B{row}", round(previous[key], 4) if key in previous else None, round(value, 4))
        for row, (key, value) in enumerate(figures.items(), 6)
    ]
    cells.append(CellChange("Start", "B7", "Thin: too little left", "Healthy: three times the cost or more"))
    return (*cells, *(CellChange("Levers", f"D{row}", row * 1.21, row * 1.27) for row in range(30, 44)))
