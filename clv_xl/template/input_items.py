"""What can be typed on the sheet of inputs, and the constants that formulas use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One row: its name, number format, and what may be typed (`share`, `from 0`, `above 0`, `date`, `list`).

    sample    what stands in the cell to type in, made up
    standard  what is used while nothing is typed
    """

    name: str
    kind: str
    allowed: str
    sample: float | str | None = None
    standard: float | None = None


STAMPED = {
    "durations": "durations_total",
    "exposure": "exposure_total",
    "watched": "watched",
    "churned": "churned",
    "once": "once",
}
"""The items below that no formula tells, and which of the totals of the orders each holds."""
FROM_ORDERS = (
    Item("revenue", "money", "from 0"),
    Item("purchases", "count", "above 0"),
    Item("customers", "count", "above 0"),
    Item("first_order", "date", "date"),
    Item("as_of", "date", "last date"),
    Item("years", "rate", "above 0"),
    Item("durations", "rate", "from 0"),
    Item("exposure", "rate", "from 0"),
    Item("watched", "count", "from 0"),
    Item("churned", "count", "from 0"),
    Item("once", "count", "from 0"),
)
TYPED_INSTEAD = ("purchases", "customers")
MADE_UP = ("margin", "spend", "new_customers")
"""The figures whose sample value says nothing about anybody's shop."""
COMMON = ("discount",)
"""Those whose value is a usual one, with which a workbook without sample data starts all the same."""
OWN_FIGURES = (
    Item("margin", "share", "share", 0.45),
    Item("discount", "share", "share", 0.1),
    Item("spend", "money", "from 0", 1500),
    Item("new_customers", "count", "above 0", 30),
    Item("industry", "text", "list"),
)
PER_PERIOD = (
    Item("period", "text", "period"),
    Item("own_order_value", "money", "above 0"),
    Item("own_frequency", "rate", "above 0"),
    Item("own_value", "money", "above 0"),
    Item("own_lifespan", "one", "above 0"),
    Item("own_churn", "share", "churn"),
)
"""Figures that are known without orders, each in the chosen period."""
SETTINGS = (
    Item("target_ratio", "one", "above 0", standard=3),
    Item("step_small", "share", "share", standard=0.01),
    Item("step_middle", "share", "share", standard=0.05),
    Item("lever_step", "share", "share", standard=0.1),
    Item("silent_after", "count", "above 0", standard=365),
    Item("horizon", "count", "above 0", standard=12),
    Item("level", "whole", "churn", standard=0.8),
    Item("few_customers", "count", "above 0", standard=30),
    Item("few_orders", "count", "above 0", standard=100),
    Item("active_limit", "whole", "share", standard=0.2),
    Item("longest_lifespan", "count", "above 0", standard=20),
)
CONSTANTS = {"days_per_year": 365.25, "tolerance": 1e-9}
PERIODS = {"year": 1.0, "month": 12.0, "week": 52.18}
"""How many there are in a year."""


def sampled(*, sample: bool) -> dict[str, float]:
    """What is typed in a new workbook, with the orders of the `sample` shop or without."""
    items = [item for item in OWN_FIGURES if isinstance(item.sample, float | int) and (sample or item.name in COMMON)]
    return {item.name: float(item.sample) for item in items if isinstance(item.sample, float | int)}
