"""An outlook as a workbook: the answer, every customer, and the charts that show how far to believe it."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from clv_xl.errors import ClvError
from clv_xl.template import theme
from clv_xl.template.finishing import finished
from clv_xl.version import __version__

from .charts import alive, calibration, tracking
from .customers import STYLES, TITLES, columns
from .sheets import Sheets
from .statements import Statements, is_extreme, parameters
from .texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .outlook import Outlook

MOST_CUSTOMERS = 1_048_576 - 1
"""Rows of a sheet, less the headers."""

_WIDTHS = (34, 16, 16, 16, 16, 16, 24)  # of the summary
_LINE = 13.5  # points


def workbook(outlook: Outlook, language: str) -> bytes:
    """The bytes of the file, the same for the same outlook. Raises ClvError: more customers than rows."""
    said = Statements(outlook, language)
    if (count := len(outlook.prediction.customers)) > MOST_CUSTOMERS:
        told = {"count": f"{count:,}", "most": f"{MOST_CUSTOMERS:,}"}
        text = TEXTS["too_many"]
        raise ClvError(text.en.format(**told), text.nl.format(**{k: v.replace(",", ".") for k, v in told.items()}))
    sheets = Sheets(said)
    _Summary(sheets).write()
    _customers(sheets, outlook)
    tracking(sheets, outlook)
    calibration(sheets, outlook)
    alive(sheets, outlook)
    end = outlook.prediction.customers.end.astype(dt.date)
    sheets.book.set_properties(
        {
            "title": sheets.say("title"),
            "author": "clv-xl",
            "comments": f"clv-xl {__version__}",
            "created": dt.datetime(end.year, end.month, end.day, tzinfo=dt.UTC),
        }
    )
    sheets.book.close()
    return finished(sheets.file.getvalue(), language=language, addin=False)


class _Summary:
    """The first sheet, from top to bottom."""

    def __init__(self, sheets: Sheets) -> None:
        self._sheets, self._said, self._say = sheets, sheets.said, sheets.say
        self._told = sheets.said.outlook.prediction
        self._tab = sheets.tab("summary", sheets.say("title"), f"{sheets.said.span}. {sheets.said.purchase}")
        self._row = 3

    def write(self) -> None:
        for column, width in enumerate(_WIDTHS):
            self._tab.set_column(column, column, width)
        self._merged(self._said.answer, "answer", padding=12)
        self._totals()
        self._models()
        self._parameters()
        self._section(self._say("doubts"))
        for doubt in self._said.doubts or [self._say("doubts.none")]:
            self._merged(doubt, "wrap")
        ledger = self._said.outlook.orders
        self._section(self._say("ledger", source=ledger.source))
        for line in ledger.ledger.lines(self._said.language):
            self._merged(line, "wrap")
        self._tab.freeze_panes(2, 0)
        self._tab.set_portrait()
        self._tab.print_area(0, 0, self._row, len(_WIDTHS) - 1)

    def _totals(self) -> None:
        self._section(self._say("totals", horizon=self._said.horizon))
        heads = [self._say(f"totals.{part}") for part in ("expected", "low", "high", "means")]
        self._heads(["", *heads], 18, text=(0, 4))
        for total in self._said.totals:
            entries = (total.expected, total.low, total.high)
            self._sheets.put(self._tab, self._row, 0, total.label, "strong")
            for column, entry in enumerate(entries, 1):
                self._sheets.put(
                    self._tab, self._row, column, entry, f"{'value' if column == 1 else 'plain'}:{total.kind}"
                )
            look = self._sheets.look("note+")
            self._tab.merge_range(self._row, 4, self._row, 6, total.note, look)
            self._tab.set_row(self._row, _height(total.note, sum(_WIDTHS[4:])))
            self._row += 1

    def _models(self) -> None:
        say, said = self._say, self._said
        self._section(say("models"))
        keys = ("model", "model.loglik", "model.bic", "model.expected", "model.actual", "model.error", "model.verdict")
        self._heads([say(key) for key in keys], 30, text=(0, 6))
        for one in self._told.compared:
            test = one.holdout
            tested = (None, None, None) if test is None else (test.expected, test.actual, test.error)
            used = f" ({say('model.used')})" if one is self._told.model and len(self._told.compared) > 1 else ""
            entries = (one.name + used, one.fit.loglik, one.fit.bic, *tested, said.verdict(one))
            looks = ("strong", *("plain:tenth",) * 2, *("plain:count",) * 2, "plain:exact", "label+")
            self._line(entries, looks)
        self._merged(f"{say('chosen')}: {self._told.reason[said.language]}", "wrap")
        self._merged(said.models_note, "note")

    def _parameters(self) -> None:
        told, say = self._told, self._say
        listed = [(say("parameters", model=told.model.name, unit=self._said.unit(2)), parameters(told.model.fit))]
        if told.spend is not None:
            listed.append((say("spend"), parameters(told.spend)))
        for title, rows in listed:
            self._section(title)
            self._heads([say(f"parameter{part}") for part in ("", ".estimate", ".low", ".high")], 18)
            for row in rows:
                looks = ("plain:power" if one is not None and is_extreme(one) else "plain:exact" for one in row[1:])
                self._line(row, ("strong", *looks))

    # ---- the parts

    def _section(self, title: str) -> None:
        self._row += 1
        self._tab.set_row(self._row, 20)
        for column in range(len(_WIDTHS)):
            self._sheets.put(self._tab, self._row, column, title if column == 0 else None, "section")
        self._row += 1

    def _heads(self, heads: Sequence[str], height: float, text: Sequence[int] = (0,)) -> None:
        self._tab.set_row(self._row, height)
        for column, head in enumerate(heads):
            self._sheets.put(
                self._tab,
                self._row,
                column,
                head,
                "head-right" if column not in text else "head+" if column else "head",
            )
        for column in range(len(heads), len(_WIDTHS)) if max(text) else ():
            self._sheets.put(self._tab, self._row, column, None, "head")
        self._row += 1

    def _line(self, entries: Iterable[object], looks: Iterable[str]) -> None:
        for column, (entry, look) in enumerate(zip(entries, looks, strict=True)):
            self._sheets.put(self._tab, self._row, column, entry, look)
        self._row += 1

    def _merged(self, text: str, style: str, padding: float = 3) -> None:
        """A sentence across the sheet; no program finds out how high it is."""
        width = sum(_WIDTHS) * (0.8 if style == "answer" else 1)
        look = self._sheets.look(style)
        self._tab.merge_range(self._row, 0, self._row, len(_WIDTHS) - 1, "", look)
        self._sheets.put(self._tab, self._row, 0, text, style)
        self._tab.set_row(self._row, _height(text, width) + padding)
        self._row += 1


def _height(text: str, width: float) -> float:
    return max(16.0, math.ceil(len(text) / width) * _LINE + 3)


def _customers(sheets: Sheets, outlook: Outlook) -> None:
    """A real table from the first row on, to sort, filter and take into a pivot table."""
    tab = sheets.book.add_worksheet(sheets.say("sheet.customers"))
    found = columns(outlook)
    count = len(found["customer"])
    unit = sheets.said.unit(2)
    heads = [sheets.say(TITLES.get(name, name), unit=unit) for name in found]
    looks = [sheets.look("head-right" if STYLES[name].startswith(("plain", "value")) else "head") for name in found]
    options = [{"header": head, "header_format": look} for head, look in zip(heads, looks, strict=True)]
    table = {"name": "Customers", "columns": options, "style": theme.TABLE_STYLE, "banded_rows": False}
    tab.add_table(0, 0, count, len(found) - 1, table)
    tab.set_row(0, 32)
    for column, (name, values) in enumerate(found.items()):
        style = STYLES[name]
        entries = values.tolist()
        if name == "customer":
            entries = list(map(str, entries))
        tab.set_column(column, column, _wide(heads[column], entries, style))
        for row, entry in enumerate(entries, 1):
            sheets.put(tab, row, column, entry, style)
    tab.freeze_panes(1, 1)
    sheets.page(tab)
    tab.repeat_rows(0)
    tab.repeat_columns(0)


def _wide(head: str, entries: Sequence[Any], style: str) -> float:
    """A width in which every entry shows; a header may take two lines, beside its arrow."""
    word = max(len(part) for part in head.split()) + 5
    if style == "strong":
        return float(min(max(word, 14, *(len(entry) + 2 for entry in entries)), 40))
    if not style.endswith(":money"):
        return float(max(word, 12))
    return float(max(word, 12, *(len(f"{entry:,.2f}") + 6 for entry in entries)))
