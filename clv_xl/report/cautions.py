"""What a reader must know before believing a client's figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from .wording import printable, short

if TYPE_CHECKING:
    from clv_xl.refresh.record import Record

    from .wording import Wording

FEW = 30
"""Below 30 customers an average has a standard error near 1 / sqrt(30) = 18 %, as spend varies as much as its mean."""
OLD = 90
"""Days without an order after which the figures may be out of date: a quarter, the pace at which people report."""
MANY_DROPPED = 0.05
"""Share of rows: dropping less than this hardly moves an average, so it is told without an alarm."""

Level = Literal["bad", "fair", "info"]


@dataclass(frozen=True)
class Caution:
    """One remark: `label` for a chip, `text` as a sentence. Level info is no reason to act."""

    kind: str
    level: Level
    label: str
    text: str


def day_of(iso: str) -> date | None:
    """A day from a record, None when it has none."""
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def cautions(record: Record, basis: str, today: date | None, wording: Wording) -> tuple[Caution, ...]:
    """The remarks about a client that was not refused, the gravest first."""
    say = wording.say
    found = list(_of_the_workbook(record, wording))

    def add(kind: str, level: Level, label: str = "", text: str = "") -> None:
        found.append(Caution(kind, level, label or say(f"{kind}.label"), text or say(f"{kind}.text")))

    customers = record.figures.get("customers")
    if customers is not None and customers < FEW:
        add("few", "fair", say("few.label", int(customers)), say("few.text", limit=FEW))
    last = day_of(record.last_date)
    if last and today and (days := (today - last).days) > OLD:
        told = wording.day(record.last_date), wording.day(today.isoformat())
        add("old", "fair", say("old.label", day=told[0]), say("old.text", days, today=told[1]))
    if basis == "revenue":
        add("margin", "fair")
    if dropped := sum(record.dropped.values()):
        share = dropped / max(record.read, dropped)
        label = say("dropped.label", dropped, all=wording.count(record.read))
        text = say("dropped.text", reasons=reasons(record, wording))
        add("dropped", "fair" if share >= MANY_DROPPED else "info", label, text)
    if basis == "margin" and "cac" not in record.figures:
        add("cac", "info")
    order = {"bad": 0, "fair": 1, "info": 2}
    return tuple(sorted(found, key=lambda caution: order[caution.level]))


def _of_the_workbook(record: Record, wording: Wording) -> Iterator[Caution]:
    say = wording.say
    if record.no_orders:
        told = say("no_orders.text", why=printable(wording.either(record.no_orders, record.no_orders_nl)))
        yield Caution("no_orders", "bad", say("no_orders.label"), told)
    for one in record.remarks:
        where = f"{short(one.sheet)}!{short(one.cell)}: " if one.sheet else ""
        told = f"{where}{wording.either(one.en, one.nl)}."
        yield Caution("remark", "fair", say("remark.label"), told)
    if record.sample:
        yield Caution("sample", "bad", say("sample.label"), say("sample.text"))
    if record.checks:
        yield Caution("checks", "fair", say("checks.label", record.checks), say("checks.text"))
    if stale := len(record.stale):
        yield Caution("stale", "fair", say("stale.label", stale), say("stale.text", stale))
    for reminder in record.reminders:
        told = say("reminder.text", what=printable(wording.either(reminder.en, reminder.nl)))
        yield Caution("reminder", "fair", say("reminder.label"), told)


def reasons(record: Record, wording: Wording) -> str:
    """Why rows were dropped, most first."""
    ordered = sorted(record.dropped.items(), key=lambda item: -item[1])
    return ", ".join(f"{wording.reason(reason)}: {wording.count(n)}" for reason, n in ordered)
