"""All clients together: apart by currency, as amounts in different currencies are neither added nor compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from .cautions import day_of
from .clients import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from clv_xl.refresh.record import Month, Record

    from .wording import Wording

BASES = ("margin", "revenue", "none")
WINDOW = 24  # months of a trend
YEAR = 12


@dataclass(frozen=True)
class Group:
    """The clients of one currency, by basis and then by CLV, the highest first. `year`: the months of its totals."""

    currency: str
    clients: tuple[Client, ...]
    year: tuple[str, ...]

    def of(self, basis: str) -> list[Client]:
        """Those that may be compared."""
        return [client for client in self.clients if client.basis == basis]

    def total(self, figure: str) -> float:
        """The sum of a figure over the clients that have it."""
        return sum(client.figures.get(figure, 0.0) for client in self.clients)

    def in_year(self, what: Callable[[Month], float]) -> float:
        """The sum over the months of the year."""
        return sum(what(month) for client in self.clients for key, month in client.months.items() if key in self.year)


@dataclass(frozen=True)
class Portfolio:
    """Records, sorted and grouped for a reader. `today` is the day against which data are old."""

    records: tuple[Record, ...]
    wording: Wording
    today: date | None

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """One a currency, the largest first and the unknown last."""
        found: dict[str, list[Client]] = {}
        for record in self.records:
            if record.status in {"changed", "unchanged"}:
                client = Client(record, self.wording, self.today)
                found.setdefault(record.currency.strip(), []).append(client)
        order = sorted(found, key=lambda currency: (not currency, -len(found[currency]), currency))
        year = self.window[-YEAR:]
        return tuple(Group(currency, tuple(sorted(found[currency], key=_rank)), year) for currency in order)

    @property
    def clients(self) -> list[Client]:
        """All that were not refused, in the order of the groups."""
        return [client for group in self.groups for client in group.clients]

    @property
    def failed(self) -> list[Record]:
        """The refused ones by name."""
        return self._of("failed")

    @property
    def skipped(self) -> list[Record]:
        """Those with nothing to refresh, by name."""
        return self._of("skipped")

    def _of(self, status: str) -> list[Record]:
        return sorted((r for r in self.records if r.status == status), key=lambda r: (r.client.casefold(), r.file))

    @cached_property
    def window(self) -> tuple[str, ...]:
        """The months of the trends, the same for all: the 24 up to the newest figures."""
        last = newest(self.records)
        return months_to(f"{last:%Y-%m}") if last else ()

    def days(self) -> tuple[str, str]:
        """First and last day with orders, ISO; "" when there are none."""
        first = [record.first_date for record in self.records if day_of(record.first_date)]
        last = [record.last_date for record in self.records if day_of(record.last_date)]
        return min(first, default=""), max(last, default="")


def newest(records: Sequence[Record]) -> date | None:
    """The newest day that any record looked at."""
    return max(filter(None, (day_of(record.as_of) for record in records)), default=None)


def months_to(last: str, count: int = WINDOW) -> tuple[str, ...]:
    """The calendar months up to and with the last, oldest first, as 2026-01."""
    end = int(last[:4]) * 12 + int(last[5:7]) - 1
    return tuple(f"{month // 12:04}-{month % 12 + 1:02}" for month in range(max(end - count + 1, 12), end + 1))


def _rank(client: Client) -> tuple[int, float, str]:
    return BASES.index(client.basis), -(client.clv or 0.0), client.name.casefold()
