"""What stands behind a client's row: remarks, figures, the larger chart, the data, changed and stale cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.refresh.record import FIGURES

from .cautions import reasons
from .charts import chart, partial
from .markup import Child, Element, element
from .table import beside, pill
from .wording import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .clients import Client

SHOWN = 20
"""Rows of a list of cells; the workbook and the JSON file have them all."""


def details(client: Client, number: int) -> Element:
    """The section of one client, closed until it is asked for."""
    wording = client.wording
    summary = element(
        "summary",
        element("bdi", client.name),
        element("span", wording.say(f"status.{client.record.status}"), class_="sub"),
    )
    back = element("p", element("a", wording.say("back"), href=f"#r{number}"), class_="back")
    inside = element(
        "div",
        _remarks(client),
        element("div", _figures(client), _chart(client), class_="pair"),
        _benchmarks(client),
        element("div", _data(client), element("div", _changes(client), _stale(client)), class_="pair halves"),
        back,
        id=f"c{number}",
        class_="inside",
    )
    return element("details", summary, inside)


def _remarks(client: Client) -> Element | None:
    verdict = client.verdict
    items = [element("li", pill(verdict.level, verdict.text))] if verdict else []
    items += [element("li", pill(c.level, c.label), f" {c.text}") for c in client.cautions]
    return element("ul", *items, class_="remarks") if items else None


def _figures(client: Client) -> Element:
    wording, currency = client.wording, client.record.currency
    rows = [
        (
            figure.label[wording.language],
            wording.times(client.figures[key])
            if key == "clv_cac"
            else wording.figure(client.figures[key], figure.unit, currency),
        )
        for key, figure in FIGURES.items()
        if key in client.figures
    ]
    return _block(client, "details.figures", _pairs(rows, class_="figures"))


def _chart(client: Client) -> Element | None:
    drawn = chart(client)
    if drawn is None:
        return None
    note = partial(client)
    return _block(client, "chart.title", drawn, element("p", note, class_="faint") if note else None)


def _benchmarks(client: Client) -> Element | None:
    wording, currency = client.wording, client.record.currency
    if not client.comparisons:
        return None
    items = []
    for one in client.comparisons:
        unit = FIGURES[one.figure].unit
        own, median = wording.figure(one.own, unit, currency), wording.figure(one.median, unit, one.currency)
        if one.ratio is None:
            told = wording.say("benchmark.currency", currency=one.currency)
        else:
            told = wording.times(one.ratio)
        sources = "; ".join(dict.fromkeys(f"{b.source}, {b.year}" if b.year else b.source for b in one.published))
        about = element("span", f"{beside(one, wording)}: {sources}", class_="sub")
        items.append(element("li", element("strong", told), f" ({own} / {median}) ", about))
    title = wording.say("details.benchmarks", industry=client.industry)
    return element("section", element("h4", title), element("ul", *items, class_="plain"))


def _data(client: Client) -> Element:
    record, wording = client.record, client.wording
    dropped = sum(record.dropped.values())
    rows: list[tuple[str, str]] = [(wording.say("details.file"), record.file)]
    if record.source:
        rows.append((wording.say("details.source"), record.source))
    if record.read:
        counts = {"read": record.read, "kept": record.kept, "dropped": dropped}
        told = wording.say("details.rows.text", **{key: wording.count(n) for key, n in counts.items()})
        rows.append((wording.say("details.rows"), f"{told} ({reasons(record, wording)})" if dropped else told))
    if record.mapping:
        mapped = ", ".join(f"{wording.field(field)} ← {short(header)}" for field, header in record.mapping.items())
        rows.append((wording.say("details.mapping"), mapped))
    if record.new_rows:
        rows.append((wording.say("details.new_rows"), wording.count(record.new_rows)))
    if record.first_date:
        span = {"first": wording.day(record.first_date), "last": wording.day(record.last_date)}
        rows.append((wording.say("details.span"), wording.say("details.span.text", **span)))
    if record.as_of:
        day, before = wording.day(record.as_of), wording.day(record.previous_day)
        told = wording.say("details.as_of.text", day=day, before=before) if record.previous_day else day
        rows.append((wording.say("details.as_of"), told))
    if client.compared and not record.previous_day:
        rows.append((wording.say("details.compared"), client.compared))
    if record.backup:
        rows.append((wording.say("details.backup"), record.backup))
    return _block(client, "details.data", _pairs(rows, class_="data"))


def _changes(client: Client) -> Element:
    wording, changes = client.wording, client.record.changes
    if not changes:
        return element("p", wording.say("details.changes.none"), class_="faint")
    rows = [
        (f"{short(c.sheet)}!{short(c.cell)}", *(wording.value(value, dated=c.dated) for value in (c.before, c.after)))
        for c in changes[:SHOWN]
    ]
    return element(
        "section",
        element("h4", wording.say("details.changes", len(changes))),
        *_cells(client, rows, changes, "cells changes"),
    )


def _stale(client: Client) -> Element | None:
    wording, stale = client.wording, client.record.stale
    if not stale:
        return None
    rows = [(f"{short(s.sheet)}!{short(s.cell)}", short(wording.either(s.en, s.nl))) for s in stale[:SHOWN]]
    return element(
        "section", element("h4", wording.say("details.stale", len(stale))), *_cells(client, rows, stale, "cells")
    )


def _cells(client: Client, rows: Iterable[Sequence[str]], of: Sequence[object], class_: str) -> list[Element]:
    """Rows as a small table, and how many there are more."""
    lines = [element("tr", *(element("td", text) for text in row)) for row in rows]
    listed = [element("table", element("tbody", *lines), class_=class_)]
    if len(of) > SHOWN:
        listed.append(element("p", client.wording.say("details.more", len(of) - SHOWN), class_="faint"))
    return listed


def _block(client: Client, title: str, *children: Child) -> Element:
    return element("section", element("h4", client.wording.say(title)), *children)


def _pairs(rows: Iterable[tuple[str, str]], class_: str) -> Element:
    pairs = (part for name, value in rows for part in (element("dt", name), element("dd", value)))
    return element("dl", *pairs, class_=class_)
