"""What one refresh did, small and plain: it travels between processes, is kept in a journal and fills the portfolio."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from clv_xl.terms import Text

Plain = float | str | bool | None
Status = Literal["changed", "unchanged", "skipped", "failed"]


@dataclass(frozen=True)
class Month:
    """One calendar month of a client: `month` as 2026-01, revenue in its currency, counts."""

    month: str
    revenue: float
    orders: int
    customers: int
    new_customers: int


@dataclass(frozen=True)
class CellChange:
    """A cell that shows something else now; of a spill the upper left one. Errors are their text (#N/A).

    A table that was filled anew is one change: its area, and in the language of the workbook how many rows it has.
    Where the number format tells a day (`dated`), a number is ISO text: 2025-10-31, or 2025-10-31T12:00:00.
    """

    sheet: str
    cell: str
    before: Plain
    after: Plain
    dated: bool = False


@dataclass(frozen=True)
class StaleCell:
    """A cell that keeps an old value, and why in English and Dutch."""

    sheet: str
    cell: str
    en: str
    nl: str


@dataclass(frozen=True)
class Reminder:
    """Something that is left to do in Excel, in English and Dutch."""

    en: str
    nl: str


@dataclass(frozen=True)
class CellRemark:
    """Something else about a cell that a person must know, in English and Dutch; `sheet` is "" of the workbook."""

    sheet: str
    cell: str
    en: str
    nl: str


@dataclass(frozen=True)
class Record:
    """One workbook after a refresh, or after the attempt.

    file        path or address as it was given
    status      changed: written (or would be, in a dry run); unchanged: already current; skipped: found in a folder,
                and neither orders nor functions of ours in it; failed: refused, see message
    error       class of the error, "" when none; `message` is its sentence, `message_nl` in Dutch
    client      what to call the workbook: its file name without ending
    currency    code of the amounts, "" when not known
    as_of       last day looked at; like first_date and last_date ISO, "" when there are no orders
    source      where the orders came from; no_orders says why there are none, no_orders_nl in Dutch
    read        rows read; kept: used; dropped: the others, by reason
    mapping     field -> column header
    new_rows    orders put into the workbook's own table
    figures     by key, see FIGURES; a key is missing when the figure is not known
    previous    the same as they were after the refresh before, which a journal remembers; what it does not tell is as
                the workbook showed it before this one. Sample orders count for nothing
    previous_day  the last day looked at in that refresh, ISO; "" when the CLV before is what the workbook showed
    sample      whether the orders are still those that a template comes with
    remarks     what else there is to know: an as-of date that could not be set, a table that was not filled
    checks      points of attention that a template itself raises about its inputs and data
    months      the last 24 months up to that of the last order, oldest first
    reminders   what is left to do in Excel, such as to reapply a filter
    before      sha256 of the file before and `after` the refresh ("" when failed or skipped); the same when unchanged
    backup      name of the copy that was kept, "" when none
    seconds     time it took
    """

    file: str
    status: Status
    client: str
    error: str = ""
    message: str = ""
    message_nl: str = ""
    language: str = "en"
    currency: str = ""
    industry: str = ""
    as_of: str = ""
    first_date: str = ""
    last_date: str = ""
    source: str = ""
    no_orders: str = ""
    no_orders_nl: str = ""
    read: int = 0
    kept: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    mapping: dict[str, str] = field(default_factory=dict)
    new_rows: int = 0
    figures: dict[str, float] = field(default_factory=dict)
    previous: dict[str, float] = field(default_factory=dict)
    previous_day: str = ""
    sample: bool = False
    checks: int = 0
    months: tuple[Month, ...] = ()
    changes: tuple[CellChange, ...] = ()
    stale: tuple[StaleCell, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    remarks: tuple[CellRemark, ...] = ()
    before: str = ""
    after: str = ""
    backup: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Figure:
    """What a client is compared by: its unit (money, count, share, ratio or years), what it is called, and its cell.

    `cell` is the name that a template gives the cell; a consultant may give one of their own workbook the same name.
    """

    unit: str
    label: Text
    cell: str


FIGURES = {
    "revenue": Figure("money", Text("Revenue", "Omzet"), "revenue"),
    "purchases": Figure("count", Text("Purchases", "Aankopen"), "purchases"),
    "customers": Figure("count", Text("Customers", "Klanten"), "customers"),
    "order_value": Figure("money", Text("Average order value", "Gemiddelde orderwaarde"), "order_value"),
    "frequency": Figure(
        "ratio", Text("Purchases per customer per year", "Aankopen per klant per jaar"), "orders_per_year"
    ),
    "value_per_year": Figure("money", Text("Customer value per year", "Klantwaarde per jaar"), "value_per_year"),
    "lifespan_so_far": Figure("years", Text("Lifespan so far", "Levensduur tot nu toe"), "lifespan_so_far"),
    "lifespan": Figure("years", Text("Lifespan used", "Levensduur gebruikt"), "lifespan_used"),
    "clv_revenue": Figure("money", Text("CLV on revenue", "CLV op omzet"), "clv_revenue"),
    "clv_margin": Figure("money", Text("CLV on gross margin", "CLV op brutomarge"), "clv_margin"),
    "margin": Figure("share", Text("Gross margin", "Brutomarge"), "margin"),
    "cac": Figure("money", Text("Acquisition cost (CAC)", "Acquisitiekosten (CAC)"), "cac_now"),
    "clv_cac": Figure("ratio", Text("CLV/CAC", "CLV/CAC"), "ratio_now"),
    "max_cac": Figure("money", Text("Maximum CAC", "Maximale CAC"), "cac_ceiling"),
}
"""The figures of a record by key, in the order in which they are told. CLV/CAC holds for CLV on margin."""
