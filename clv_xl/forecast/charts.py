"""The sheets with native charts: tracking, calibration and P(alive)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from clv_xl.models.diagnostics import MOST
from clv_xl.template import theme

from .horizon import unit_name
from .sheets import EXPECTED
from .titles import Titles

if TYPE_CHECKING:
    from .outlook import Outlook
    from .sheets import Sheets

_HEAD = 3  # row of the headers, from 0
_FIRST = _HEAD + 1


def tracking(sheets: Sheets, outlook: Outlook) -> None:
    """Repeat purchases in each period and added up, beside what the model expects."""
    say, track, titles = sheets.say, outlook.tracking, Titles(sheets.said)
    unit = unit_name(track.unit, sheets.said.language)
    tab = sheets.tab("tracking", say("repeats"), say("tracking.note", unit=unit))
    actual, expected = say("actual"), say("expected")
    names = [say("per", series=actual, unit=unit), say("per", series=expected, unit=unit)]
    names += [say("cumulative", series=actual), say("cumulative", series=expected)]
    sheets.heads(tab, _HEAD, [say("until"), *names])
    tab.set_column(0, 0, 13)
    tab.set_column(1, 4, 15)
    ends = track.ends.astype(dt.date).tolist()
    shown = (track.actual, track.expected, np.cumsum(track.actual), np.cumsum(track.expected))
    for row, (end, *numbers) in enumerate(zip(ends, *(values.tolist() for values in shown), strict=True), _FIRST):
        sheets.put(tab, row, 0, end, "plain:date")
        for column, number in enumerate(numbers, 1):
            sheets.put(tab, row, column, number, "plain:tenth" if column % 2 == 0 else "plain:count")
    tab.freeze_panes(_FIRST, 1)
    tab.repeat_rows(_HEAD)
    if not ends:
        return
    rows = (_FIRST, _HEAD + len(ends))
    dates = {
        "date_axis": True,
        "num_format": "mmm yyyy",
        "major_unit": max(1, round(len(ends) * (ends[-1] - ends[0]).days / max(len(ends), 1) / 30 / 9)),
        "major_unit_type": "months",
    }
    pairs = ((titles.cumulative, (3, 4), shown[2:], 0), (titles.incremental, (1, 2), shown[:2], 18))
    for title, (left, right), values, below in pairs:
        series = [(actual, left, theme.CHART_FILL), (expected, right, EXPECTED)]
        alt = titles.alt_lines(title, *values)
        sheets.chart(
            tab, (_FIRST + below, 6), "line", title, series, rows,
            axes=("", say("repeats")), alt=alt, categories=dates,
        )  # fmt: skip


def calibration(sheets: Sheets, outlook: Outlook) -> None:
    """How many customers bought how often, and what each kind bought in the holdout."""
    say, counts, titles = sheets.say, outlook.counts, Titles(sheets.said)
    tab = sheets.tab("calibration", say("calibration.title"), say("calibration.note"))
    actual, expected = say("actual"), say("expected")
    sheets.heads(tab, _HEAD, [say("repeats"), actual, expected])
    tab.set_column(0, 0, 24)
    tab.set_column(1, 3, 15)
    labels = [*map(str, range(MOST)), f"{MOST}+"]
    for row, (label, was, model) in enumerate(zip(labels, counts.actual, counts.expected, strict=True), _FIRST):
        sheets.put(tab, row, 0, label, "strong")
        sheets.put(tab, row, 1, float(was), "plain:count")
        sheets.put(tab, row, 2, float(model), "plain:tenth")
    pair = [(actual, 1, theme.CHART_FILL), (expected, 2, EXPECTED)]
    sheets.chart(
        tab, (_FIRST, 5), "column", titles.counts, pair, (_FIRST, _HEAD + len(labels)),
        axes=(say("repeats"), say("customers")), alt=titles.alt_columns(titles.counts, counts.actual, counts.expected),
    )  # fmt: skip
    tab.freeze_panes(_FIRST, 0)
    test = outlook.prediction.model.holdout
    if test is None:
        return
    top, by = _HEAD + 18, test.by_frequency
    heads = [
        say("bought.before"),
        say("customers"),
        *(say("per_customer.of", series=one) for one in (actual, expected)),
    ]
    sheets.heads(tab, top, heads)
    for row, label in enumerate(labels, 1):
        entries: list[Any] = [float(values[row - 1]) for values in (by.customers, by.actual, by.expected)]
        sheets.put(tab, top + row, 0, label, "strong")
        for column, (entry, look) in enumerate(zip(entries, ("count", "rate", "rate"), strict=True), 1):
            sheets.put(tab, top + row, column, entry, f"plain:{look}")
    pair = [(actual, 2, theme.CHART_FILL), (expected, 3, EXPECTED)]
    alt = titles.alt_columns(titles.holdout, by.actual, by.expected, digits=2)
    sheets.chart(
        tab, (top + 1, 5), "column", titles.holdout, pair, (top + 1, top + len(labels)),
        axes=(say("bought.before"), say("per_customer")), alt=alt,
    )  # fmt: skip


def alive(sheets: Sheets, outlook: Outlook) -> None:
    """How many customers have which chance of not having left."""
    say, titles = sheets.say, Titles(sheets.said)
    tab = sheets.tab("alive", say("probability_alive"), say("alive.note"))
    sheets.heads(tab, _HEAD, [say("probability_alive"), say("customers")], height=20)
    tab.set_column(0, 1, 15)
    for row, (label, count) in enumerate(zip(titles.tenths, outlook.alive.tolist(), strict=True), _FIRST):
        sheets.put(tab, row, 0, label, "strong")
        sheets.put(tab, row, 1, count, "plain:count")
    sheets.chart(
        tab, (_FIRST, 3), "column", titles.alive, [(say("customers"), 1, theme.CHART_FILL)],
        (_FIRST, _HEAD + len(outlook.alive)), axes=(say("probability_alive"), say("customers")), alt=titles.alt_alive,
    )  # fmt: skip
    tab.freeze_panes(_FIRST, 0)
