"""The portfolio as a workbook: numbers as numbers, text from data as text, and trends as sparklines."""

from __future__ import annotations

import datetime as dt
import math
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs

from clv_xl.template import theme
from clv_xl.template.finishing import finished
from clv_xl.template.writing import A4, CREATED
from clv_xl.version import __version__

from . import MARK
from .clients import LEVELS
from .columns import NEW, REVENUE, Entry, columns, monthly
from .table import currency_title, skipped
from .wording import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clv_xl.refresh.record import CellChange, Plain

    from .portfolio import Portfolio

_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LONGEST = 32_767  # characters of a cell
_LAST = 1_048_576 - 10  # rows of a sheet, less the heading
_HEAD = 3  # row of the headers, from 0
_MONTH, _MARK = 13, 6  # characters: a month, and what stands around an amount (CHF, sign, indent)
_TALLEST = 400  # points; a row may be 409 high
_ROW, _LINE = 16, 13  # points: a row, and each further line in it
_CODE = re.compile("[A-Z]{3}")
_PEOPLE = "#C2570C"
_LOOKS = {"bad": theme.BAD, "fair": theme.FAIR, "good": theme.GOOD, "high": (theme.PALE, theme.NAVY)}


def workbook(portfolio: Portfolio) -> bytes:
    """The workbook as the bytes of its file, the same for the same records."""
    return finished(_Writer(portfolio).write(), language=portfolio.wording.language, addin=False)


class _Writer:
    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio, self.wording = portfolio, portfolio.wording
        self.file = BytesIO()
        default = {"font_name": theme.FONT, "font_size": 10}
        self.book = xlsxwriter.Workbook(self.file, {"in_memory": True, "default_format_properties": default, **_PLAIN})
        self._formats: dict[tuple[str, str], Any] = {}

    def write(self) -> bytes:
        say = self.wording.say
        tab = self._tab("portfolio", say("title"), self._note())
        if self.portfolio.clients:
            self._clients(tab)
        else:
            self._put(tab, _HEAD, 0, say("sheet.none" if self.portfolio.records else "empty.text"), "message")
            tab.set_column(0, 0, 30)
        self._totals()
        self._changes()
        self._stale()
        self._failed()
        newest = self.portfolio.today or CREATED.date()
        self.book.set_properties(
            {
                "title": say("title"),
                "author": "clv-xl",
                "comments": f"clv-xl {__version__}",
                "created": dt.datetime(newest.year, newest.month, newest.day, tzinfo=dt.UTC),
            }
        )
        self.book.set_custom_property(MARK, __version__)
        self.book.close()
        return self.file.getvalue()

    # ---- the sheets

    def _note(self) -> str:
        note = self.wording.say("sheet.portfolio.note")
        return f"{note} {skipped(self.portfolio)}" if self.portfolio.skipped else note

    def _clients(self, tab: Any) -> None:
        clients, window, say = self.portfolio.clients, self.portfolio.window, self.wording.say
        fixed, months = columns(), monthly(self.portfolio.window, self.wording)
        looks = [(column.style, column.value) for column in fixed] + [(style, value) for _, style, value in months]
        heads = [say(column.key) for column in fixed] + [head for head, *_ in months]
        last_row, last = _HEAD + len(clients), len(heads) - 1
        self._heads(tab, heads, [style for style, _ in looks])
        options = [
            {"header": head, "header_format": self._format(_head_style(style))}
            for head, (style, _) in zip(heads, looks, strict=True)
        ]
        table = {"name": "Portfolio", "columns": options, "style": theme.TABLE_STYLE, "banded_rows": False}
        tab.add_table(_HEAD, 0, last_row, last, table)
        for row, client in enumerate(clients, _HEAD + 1):
            for column, (style, value) in enumerate(looks):
                self._put(tab, row, column, value(client), style, client.record.currency)
        widths = [one.width for one in fixed] + [_MONTH] * len(months)
        for place, (width, (style, value)) in enumerate(zip(widths, looks, strict=True)):
            tab.set_column(place, place, _wide_enough(width, style, map(value, clients)))
        places = {column.key: place for place, column in enumerate(fixed)}
        self._colour(tab, places, last_row)
        for row, client in enumerate(clients, _HEAD + 1):
            tab.set_row(row, _ROW + _LINE)
            for key, colour, block in ((REVENUE, theme.CHART_FILL, 0), (NEW, _PEOPLE, 1)):
                if window and any(month in client.months for month in window):
                    left = len(fixed) + block * len(window)
                    area = f"'{tab.get_name()}'!{xl_range_abs(row, left, row, left + len(window) - 1)}"
                    # bars from 0, and not lines: LibreOffice prints none
                    given = {"range": area, "type": "column", "series_color": colour}
                    low = min((month.revenue for month in client.months.values()), default=0.0)
                    tab.add_sparkline(row, places[key], given if low < 0 else {**given, "min": 0})
        tab.freeze_panes(_HEAD + 1, 1)
        tab.repeat_rows(_HEAD)
        tab.set_header(f"&L&14&B{say('title')}")  # the title itself would be cut by the repeated column
        tab.print_area(_HEAD, 0, last_row, places["column.attention"])
        tab.repeat_columns(0)
        tab.fit_to_pages(2, 0)  # on one page nobody could read it

    def _colour(self, tab: Any, places: dict[str, int], last_row: int) -> None:
        """Rules over whole columns: they hold however the rows are sorted."""
        verdict, ratio = places["column.verdict"], places["column.clv_cac"]
        for level, text in LEVELS.items():
            fill, font = _LOOKS[level]
            look = self.book.add_format({"bg_color": fill, "font_color": font})
            rule = {"type": "text", "criteria": "begins with", "value": text[self.wording.language], "format": look}
            tab.conditional_format(_HEAD + 1, verdict, last_row, verdict, rule)
        # the one bar there is: a ratio has no currency, so that its lengths may be compared
        bar = {"type": "data_bar", "bar_color": "#B9CFE3", "bar_solid": True, "min_type": "num", "min_value": 0}
        tab.conditional_format(_HEAD + 1, ratio, last_row, ratio, {**bar, "bar_border_color": "#B9CFE3"})
        for key in ("column.change_share", "column.change_money"):
            for criteria, (_, font) in ((">", theme.GOOD), ("<", theme.BAD)):
                look = self.book.add_format({"font_color": font})
                rule = {"type": "cell", "criteria": criteria, "value": 0, "format": look}
                tab.conditional_format(_HEAD + 1, places[key], last_row, places[key], rule)

    def _totals(self) -> None:
        say, months = self.wording.say, self.portfolio.window[-12:]
        span = {"first": self.wording.month(months[0]), "last": self.wording.month(months[-1])} if months else {}
        rows: list[Sequence[Entry]] = []
        for group in self.portfolio.groups:
            known = bool(group.currency)  # of unknown currencies nothing is added up
            year = group.in_year(lambda month: month.revenue)
            row: list[Entry] = [group.currency or currency_title(group, self.wording), len(group.clients)]
            row += [group.total("revenue") if known else None, group.total("purchases"), group.total("customers")]
            row += [year if known else None, group.in_year(lambda month: month.new_customers)] if span else []
            rows.append(row)
        heads = [("column.currency", 30, "strong"), ("column.clients", 16, "plain:count")]
        heads += [("total.revenue_all", 27, "plain:money"), ("total.orders", 14, "plain:count")]
        heads += [("total.customers", 14, "plain:count")]
        named = [(say(key), width, style) for key, width, style in heads]
        if span:
            named.append((say("total.revenue", **span), 30, "plain:money"))
            named.append((say("total.new", **span), 36, "plain:count"))
        self._listing("totals", named, rows, [group.currency for group in self.portfolio.groups])

    def _changes(self) -> None:
        heads = [("client", 30, "strong"), ("sheet", 22, "label"), ("cell", 10, "label")]
        heads += [("before", 36, "plain"), ("after", 36, "plain"), ("file", 50, "label")]
        rows = (
            (
                client.name,
                change.sheet,
                change.cell,
                _shown(change.before, change),
                _shown(change.after, change),
                client.record.file,
            )
            for client in self.portfolio.clients
            for change in client.record.changes
        )
        self._listing("changes", self._named(heads), rows)

    def _stale(self) -> None:
        heads = [("client", 30, "strong"), ("sheet", 22, "label"), ("cell", 10, "label"), ("reason", 70, "wrap")]
        either = self.wording.either
        rows = (
            (client.name, cell.sheet, cell.cell, either(cell.en, cell.nl), client.record.file)
            for client in self.portfolio.clients
            for cell in client.record.stale
        )
        self._listing("stale", self._named([*heads, ("file", 50, "label")]), rows)

    def _failed(self) -> None:
        heads = [("client", 30, "strong"), ("error", 20, "label"), ("message", 90, "wrap"), ("file", 50, "label")]
        either = self.wording.either
        rows = ((r.client, r.error, either(r.message, r.message_nl), r.file) for r in self.portfolio.failed)
        self._listing("failed", self._named(heads), rows)

    # ---- the parts of a sheet

    def _named(self, heads: Iterable[tuple[str, float, str]]) -> list[tuple[str, float, str]]:
        return [(self.wording.say(f"column.{key}"), width, style) for key, width, style in heads]

    def _listing(
        self,
        key: str,
        heads: Sequence[tuple[str, float, str]],
        rows: Iterable[Sequence[Entry]],
        currencies: Sequence[str] = (),
    ) -> None:
        """A sheet with one list; `currencies` are those of its rows."""
        say = self.wording.say
        every = list(rows)
        note = say("failed.note") if key == "failed" else say(f"sheet.{key}.note")
        if len(every) > _LAST:
            note += " " + say("sheet.cut", _LAST, all=self.wording.count(len(every)))
        tab = self._tab(key, say("failed.title") if key == "failed" else say(f"sheet.{key}"), note)
        for column, (_, width, style) in enumerate(heads):
            tab.set_column(column, column, _wide_enough(width, style, (row[column] for row in every)))
        if not every:
            self._put(tab, _HEAD, 0, say("sheet.none"), "message")
            return
        self._heads(tab, [head for head, *_ in heads], [style for *_, style in heads])
        for row, entries in enumerate(every[:_LAST]):
            for column, (entry, (*_, style)) in enumerate(zip(entries, heads, strict=True)):
                shown = style
                if style == "plain":
                    shown = "label" if isinstance(entry, str) else "plain:date" if isinstance(entry, dt.date) else style
                self._put(tab, row + _HEAD + 1, column, entry, shown, currencies[row] if currencies else "")
            told = [
                (len(str(entry)), width)
                for entry, (_, width, style) in zip(entries, heads, strict=True)
                if style == "wrap"
            ]
            lines = max((math.ceil(length / width) for length, width in told), default=1)
            tab.set_row(row + _HEAD + 1, min(_ROW + _LINE * (lines - 1), _TALLEST))
        tab.autofilter(_HEAD, 0, _HEAD + min(len(every), _LAST), len(heads) - 1)
        tab.freeze_panes(_HEAD + 1, 1)
        tab.repeat_rows(_HEAD)

    def _tab(self, key: str, title: str, note: str) -> Any:
        tab = self.book.add_worksheet(self.wording.say(f"sheet.{key}"))
        self._put(tab, 0, 0, title, "title")
        self._put(tab, 1, 0, note, "purpose")
        tab.set_row(0, 26)
        tab.hide_gridlines(2)
        tab.set_landscape()
        tab.set_paper(A4)
        tab.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        tab.fit_to_pages(1, 0)
        tab.set_footer(f"&L&8&F&R&8{self.wording.say('print.page')} &P/&N")
        return tab

    def _heads(self, tab: Any, heads: Sequence[str], styles: Sequence[str]) -> None:
        tab.set_row(_HEAD, 32)
        for column, (head, style) in enumerate(zip(heads, styles, strict=True)):
            self._put(tab, _HEAD, column, head, _head_style(style))

    def _put(self, tab: Any, row: int, column: int, entry: Entry, style: str, currency: str = "") -> None:
        look = self._format(style, currency)
        if entry is None or entry == "":
            tab.write_blank(row, column, None, look)
        elif isinstance(entry, bool):
            tab.write_boolean(row, column, entry, look)
        elif isinstance(entry, dt.date):
            tab.write_datetime(row, column, dt.datetime(entry.year, entry.month, entry.day), look)  # noqa: DTZ001  a day
        elif isinstance(entry, str):
            tab.write_string(row, column, printable(entry)[:_LONGEST], look)
        elif math.isfinite(entry):
            tab.write_number(row, column, entry, look)
        else:
            tab.write_string(row, column, str(entry), look)

    def _format(self, style: str, currency: str = "") -> Any:
        code = currency if _CODE.fullmatch(currency) else ""
        if (style, code) not in self._formats:
            numbers = theme.Numbers(self.wording.language, code)
            look = theme.style(style, numbers)
            if style.endswith(":money") and not code:
                look["num_format"] = "#,##0.00"
            self._formats[style, code] = self.book.add_format(look)
        return self._formats[style, code]


def _shown(value: Plain, change: CellChange) -> Entry:
    """What a cell showed; a day as one, and with a time as its text."""
    try:
        return dt.date.fromisoformat(value) if change.dated and isinstance(value, str) else value
    except ValueError:
        return value


def _head_style(style: str) -> str:
    return "head-right" if style.startswith(("plain", "value")) else "head"


def _wide_enough(width: float, style: str, entries: Iterable[Entry]) -> float:
    """The width, or more where an amount would show as a row of #."""
    if not style.endswith(":money"):
        return width
    longest = max((len(f"{entry:,.2f}") for entry in entries if isinstance(entry, float | int)), default=0)
    return max(width, longest + _MARK)
