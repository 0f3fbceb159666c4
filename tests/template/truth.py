"""What a workbook must show, computed from the orders by pandas and the standard library alone.

Definitions: notes of the Help sheet. A purchase is an order above 0; a customer is gone when the last one is longer ago
than the days of silence; watched are those who came longer ago than that, so that leaving could have been seen.
"""

from __future__ import annotations

import csv
from importlib import resources

import numpy as np
import pandas as pd

YEAR = 365.25
PERIODS = 13
MAP = {  # recency score -> segment of each frequency score: the public map, its lowest corner apart
    5: ("New", "Potential loyalist", "Potential loyalist", "Champions", "Champions"),
    4: ("Promising", "Potential loyalist", "Potential loyalist", "Loyal", "Loyal"),
    3: ("About to sleep", "About to sleep", "Need attention", "Loyal", "Loyal"),
    2: ("Hibernating", "Hibernating", "At risk", "At risk", "Can't lose"),
    1: ("Lost", "Hibernating", "At risk", "At risk", "Can't lose"),
}


def results(frame: pd.DataFrame, typed: dict[str, float]) -> dict[str, float]:
    """Main figures by the name of their cell; `typed` are the inputs that no orders tell."""
    margin, discount, target = typed["margin"], typed["discount"], typed["target_ratio"]
    silence = pd.Timedelta(days=typed["silent_after"])
    paid = frame[frame["amount"] > 0]
    spans = paid.groupby("customer")["date"].agg(["min", "max"])
    as_of, customers, purchases = paid["date"].max(), len(spans), len(paid)
    gone = as_of - spans["max"] > silence
    watched = spans["min"] <= as_of - silence
    lived = (spans["max"].where(gone, as_of) - spans["min"]).dt.days.sum() / YEAR
    at_risk = (spans["max"].where(gone, as_of - silence) - spans["min"])[watched].dt.days.sum() / YEAR
    once = int((gone & watched & (spans["min"] == spans["max"])).sum())
    revenue, years = paid["amount"].sum(), max((as_of - paid["date"].min()).days, 1) / YEAR
    value = revenue / purchases
    so_far = lived / customers
    shown = {
        "revenue": revenue,
        "purchases": purchases,
        "customers": customers,
        "years": years,
        "order_value": value,
        "lifespan_so_far": so_far,
        "watched": int(watched.sum()),
        "churned": int(gone.sum()),
        "once": once,
        "exposure": at_risk,
        "active_share": 1 - gone.sum() / customers,
        "repeat_share": float((paid.groupby("customer").size() > 1).mean()),
        "historic_revenue": revenue / customers,
        "cac_now": typed["spend"] / typed["new_customers"],
    }
    corrected = 0.0
    if gone.sum() > once and watched.sum() >= customers / 2:
        corrected = at_risk / (gone.sum() - once) * (1 - once / watched.sum())
        shown["lifespan_corrected"] = corrected
    life = max(corrected, so_far, 1 / YEAR)
    repeats = (purchases - customers) / max(lived, customers / YEAR)
    clv = value * (1 + repeats * life)
    cac, first, later = shown["cac_now"], value * margin, repeats * value * margin
    shown |= {
        "lifespan_used": life,
        "repeat_per_year": repeats,
        "orders_per_year": 1 / life + repeats,
        "value_per_year": clv / life,
        "clv_revenue": clv,
        "clv_margin": clv * margin,
        "clv_present": clv / life * margin * (1 - (1 + discount) ** -life) / discount,
        "margin_per_order": first,
        "cac_ceiling": clv * margin / target,
        "retention_per_year": float(np.exp(-1 / life)),
        "net_now": clv * margin - cac,
    }
    if cac > 0:
        shown["ratio_now"] = clv * margin / cac
        shown["orders_to_earn_back"] = cac / first
        if max(0, cac - first) <= later * life:
            shown["payback_months"] = max(0, cac - first) / (later / 12) if later else 0.0
    return shown


def gains(frame: pd.DataFrame, typed: dict[str, float], step: float) -> list[float]:
    """What each lever brings per customer when it becomes so much better: the CLV computed again, less what it was.

    In the order price, order value, frequency, lifespan, margin, acquisition cost.
    """
    now = results(frame, typed)
    margin, life, repeats = typed["margin"], now["lifespan_used"], now["repeat_per_year"]

    def worth(value: float, per_year: float, years: float, share: float) -> float:
        return value * per_year * years * share

    value, often = now["order_value"], now["orders_per_year"]
    base = worth(value, often, life, margin)
    cost = value * (1 - margin)
    dearer = value * (1 + step)
    return [
        worth(dearer, often, life, 1 - cost / dearer) - base,
        worth(dearer, often, life, margin) - base,
        worth(value, often * (1 + step), life, margin) - base,
        value * margin * (1 + repeats * life * (1 + step)) - base,
        worth(value, often, life, min(1, margin * (1 + step))) - base,
        now["cac_now"] * step,
    ]


def quintiles(values: pd.Series) -> pd.Series:
    """1 to 5 by the share of customers who do worse; who do equally well score alike."""
    worse = values.rank(method="min") - 1
    return (worse * 5 // len(values)).astype(int) + 1


def people(frame: pd.DataFrame) -> pd.DataFrame:
    """Per customer: orders, spend, days, scores, segment and decile."""
    found = frame.groupby("customer").agg(
        orders=("amount", "size"), spend=("amount", "sum"), first=("date", "min"), last=("date", "max")
    )
    scores = {key: quintiles(found[column]) for key, column in (("r", "last"), ("f", "orders"), ("m", "spend"))}
    found = found.assign(**scores)
    found["segment"] = [MAP[r][f - 1] for r, f in zip(found["r"], found["f"], strict=True)]
    better = found["spend"].rank(method="min", ascending=False) - 1
    return found.assign(decile=(better * 10 // len(found)).astype(int) + 1)


def cohorts(frame: pd.DataFrame, months: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Share that buys, and revenue per customer so far, by cohort and period of so many months; and their sizes."""
    month = frame["date"].dt.year * 12 + frame["date"].dt.month - 1
    period = month // months
    first = period.groupby(frame["customer"]).transform("min")
    grouped = frame.assign(cohort=first, age=period - first)
    sizes = grouped.groupby("cohort")["customer"].nunique()
    both = {"index": "cohort", "columns": "age", "fill_value": 0}
    buyers = grouped.pivot_table(values="customer", aggfunc="nunique", **both)
    money = grouped.pivot_table(values="amount", aggfunc="sum", **both)
    last = period.max()
    tables = []
    for table in (buyers, money.reindex(columns=range(int(money.columns.max()) + 1), fill_value=0.0).cumsum(axis=1)):
        shares = table.reindex(columns=range(PERIODS), fill_value=0).div(sizes, axis=0).astype(float)
        seen = shares.index.to_numpy()[:, None] + np.arange(PERIODS) <= last
        tables.append(shares.where(seen))
    return tables[0], tables[1], sizes


def published(industry: str, metrics: set[str], unit: str) -> list[float]:
    """Figures of the best tier that sources print for an industry, in US dollars where they are amounts."""
    with resources.files("clv_xl").joinpath("data/benchmarks.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["industry"].casefold() == industry.casefold() and row["metric"] in metrics and row["unit"] == unit
            if row["currency"] in ("", "USD")
        ]
    best = min((row["tier"] for row in rows), default="")
    return [float(row["value"]) for row in rows if row["tier"] == best]
