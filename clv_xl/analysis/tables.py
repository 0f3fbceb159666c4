"""The tables of a workbook that only Python can fill, said once for who makes them, writes them and refreshes them.

Heads stand in the catalogue of texts under `customers.last_order` and the like, the name of the table under
`customers.table`; a head that is a number is itself.
"""

from __future__ import annotations

from dataclasses import dataclass

PERIODS = 13
"""Columns of a cohort: the period of the first order, 0, and the twelve after it."""


@dataclass(frozen=True)
class Field:
    """A column. `kind` is a kind of number of the theme, such as `money`; `word` is text, `text` an id."""

    key: str
    kind: str


@dataclass(frozen=True)
class Listing:
    """A table by its columns.

    rows   how many rows it has whatever the data, blank ones last; None: as many as there are, and it may grow
    own    the column by which columns that users add find their row again; "" where a row has no identity
    """

    key: str
    fields: tuple[Field, ...]
    rows: int | None = None
    own: str = ""

    @property
    def heads(self) -> tuple[str, ...]:
        """Keys of the columns."""
        return tuple(field.key for field in self.fields)


def _fields(**kinds: str) -> tuple[Field, ...]:
    return tuple(Field(key, kind) for key, kind in kinds.items())


def _periods(kind: str) -> tuple[Field, ...]:
    return tuple(Field(str(period), kind) for period in range(PERIODS))


CUSTOMERS = Listing(
    "customers",
    _fields(
        rank="count",
        customer="text",
        first_order="date",
        last_order="date",
        orders="count",
        spend="money",
        recency_score="count",
        frequency_score="count",
        monetary_score="count",
        segment="word",
        decile="count",
        alive="share",
        expected="rate",
        value="money",
        low="money",
        high="money",
    ),
    own="customer",
)
PROFILE = Listing(
    "profile",
    _fields(
        attribute="word",
        trait="word",
        customers="count",
        share="share",
        top_customers="count",
        top_share="share",
        lift="ratio",
        reading="word",
    ),
)
COHORTS = Listing("cohorts", (*_fields(cohort="month", customers="count"), *_periods("whole")), own="cohort")
COHORT_VALUE = Listing("cohort_value", (*_fields(cohort="month", customers="count"), *_periods("round")), own="cohort")
MODELS = Listing(
    "models", _fields(model="word", bic="count", expected="count", actual="count", off="share", reading="word"), rows=3
)
PARAMETERS = Listing("parameters", _fields(parameter="word", value="exact", error="exact", meaning="word"), rows=8)
OUTLOOK = Listing("outlook", _fields(figure="word", value="count", low="count", high="count"), rows=4)
DOUBTS = Listing("doubts", _fields(doubt="word"), rows=8)
TRACKING = Listing("tracking", _fields(end="date", actual="count", expected="count"))
HISTORY = Listing(
    "history",
    _fields(
        as_of="date",
        orders="count",
        customers="count",
        revenue="money",
        order_value="money",
        frequency="rate",
        lifespan="rate",
        clv_revenue="money",
        clv_margin="money",
        cac="money",
        ratio="ratio",
    ),
    own="as_of",
)

HISTORY_CELLS = {
    "as_of": "as_of",
    "orders": "purchases",
    "customers": "customers",
    "revenue": "revenue",
    "order_value": "order_value",
    "frequency": "orders_per_year",
    "lifespan": "lifespan_used",
    "clv_revenue": "clv_revenue",
    "clv_margin": "clv_margin",
    "cac": "cac_now",
    "ratio": "ratio_now",
}
"""The name of the cell that each column keeps the figure of."""

LISTINGS = {
    listing.key: listing
    for listing in (
        CUSTOMERS,
        PROFILE,
        COHORTS,
        COHORT_VALUE,
        MODELS,
        PARAMETERS,
        OUTLOOK,
        DOUBTS,
        TRACKING,
        HISTORY,
    )
}
