"""The columns of the portfolio as a workbook, and what stands in them for a client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from .cautions import day_of
from .wording import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .clients import Client, Comparison
    from .wording import Wording

Entry = str | float | bool | date | None
REVENUE, NEW = "column.trend_revenue", "column.trend_new"


@dataclass(frozen=True)
class Column:
    """One column: key of its header, width in characters, style of its cells, and what it shows."""

    key: str
    width: float
    style: str
    value: Callable[[Client], Entry]


def columns() -> tuple[Column, ...]:
    """The columns before the months; those up to `column.attention` are printed."""
    return (
        Column("column.client", 30, "strong", lambda client: client.name),
        Column("column.currency", 11, "label", lambda client: short(client.record.currency)),
        Column("column.basis", 13, "label", lambda client: client.wording.say(f"basis.{client.basis}")),
        Column("column.clv", 14, "value:money", lambda client: client.clv),
        Column("column.change_share", 14, "plain:share", lambda client: client.change.share),
        Column("column.change_money", 14, "plain:money", lambda client: client.change.money),
        Column("column.clv_cac", 12, "value:rate", _figure("clv_cac")),
        Column("column.verdict", 45, "verdict", lambda client: client.verdict.text if client.verdict else None),
        Column("column.max_cac", 14, "plain:money", _figure("max_cac")),
        Column("column.cac", 13, "plain:money", _figure("cac")),
        Column("column.customers", 13, "plain:count", _figure("customers")),
        Column("column.order_value", 14, "plain:money", _figure("order_value")),
        Column("column.frequency", 13, "plain:rate", _figure("frequency")),
        Column("column.lifespan", 13, "plain:one", _figure("lifespan")),
        Column(REVENUE, 25, "label", lambda _: None),
        Column(NEW, 25, "label", lambda _: None),
        Column("column.attention", 62, "wrap", lambda client: "; ".join(c.label for c in client.cautions)),
        Column("column.industry", 28, "label", lambda client: client.industry),
        Column("column.benchmark_of", 16, "label", _of),
        Column("column.ratio", 13, "plain:rate", lambda client: _first(client).ratio if client.comparisons else None),
        Column("column.sources", 34, "label", _sources),
        Column("column.file", 50, "label", lambda client: client.record.file),
        Column("column.status", 15, "label", lambda client: client.wording.say(f"status.{client.record.status}")),
        Column("column.last_date", 13, "plain:date", lambda client: day_of(client.record.last_date)),
        Column("column.as_of", 13, "plain:date", lambda client: day_of(client.record.as_of)),
        Column("column.compared", 34, "label", lambda client: client.compared or None),
        Column("column.read", 13, "plain:count", lambda client: client.record.read),
        Column("column.dropped", 13, "plain:count", lambda client: sum(client.record.dropped.values())),
        Column("column.stale", 13, "plain:count", lambda client: len(client.record.stale)),
    )


def monthly(window: Sequence[str], wording: Wording) -> list[tuple[str, str, Callable[[Client], Entry]]]:
    """Header, style and value of the months, in the rows of the clients so that a trend follows its row when sorted."""

    def revenue(month: str) -> Callable[[Client], Entry]:
        return lambda client: client.months[month].revenue if month in client.months else None

    def new(month: str) -> Callable[[Client], Entry]:
        return lambda client: client.months[month].new_customers if month in client.months else None

    return [
        *(
            (f"{wording.say('column.revenue')} {wording.month(month)}", "plain:money", revenue(month))
            for month in window
        ),
        *((f"{wording.say('column.new')} {wording.month(month)}", "plain:count", new(month)) for month in window),
    ]


def _figure(key: str) -> Callable[[Client], Entry]:
    return lambda client: client.figures.get(key)


def _first(client: Client) -> Comparison:
    return client.comparisons[0]


def _of(client: Client) -> Entry:
    return client.wording.say(f"benchmark.{_first(client).figure}") if client.comparisons else None


def _sources(client: Client) -> Entry:
    wording = client.wording
    if not client.comparisons:
        return wording.say("benchmark.none" if client.industry else "benchmark.no_industry")
    first = _first(client)
    if first.ratio is None:
        return wording.say("benchmark.currency", currency=first.currency)
    sources = wording.say("benchmark.sources", len(first.published))
    return f"{sources}, {wording.say('benchmark.tier', tier=first.tier)}"
