"""The parts that the sheets of a forecast are made of: formats, cells, page setup, charts of one look."""

from __future__ import annotations

import datetime as dt
import math
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter

from clv_xl.report.wording import printable
from clv_xl.template import theme
from clv_xl.template.writing import A4, ROW_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .statements import Statements

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
EXPECTED = "#C2570C"
"""Colour of what a model expects; what happened has `theme.CHART_FILL`."""

_KINDS = {"tenth": "#,##0.0", "power": "0.00E+00"}  # beside those of the theme
_LONGEST = 32_767  # characters of a cell
_CODE = re.compile("[A-Z]{3}")
_FONT = {"name": theme.FONT, "size": 9, "color": theme.CHART_TEXT, "bold": False}


class Sheets:
    """A workbook that is being written."""

    def __init__(self, said: Statements) -> None:
        self.said, self.say = said, said.say
        currency = said.outlook.currency
        self._code = currency if _CODE.fullmatch(currency) else ""
        self.file = BytesIO()
        default = {"font_name": theme.FONT, "font_size": 10}
        self.book = xlsxwriter.Workbook(self.file, {"in_memory": True, "default_format_properties": default, **PLAIN})
        self._formats: dict[str, Any] = {}

    def look(self, style: str) -> Any:
        """The format of a style such as `plain:money`; `label+` is a label that keeps clear of the number before it."""
        if style not in self._formats:
            base, _, kind = style.partition(":")
            own = _KINDS.get(kind) or ("#,##0.00" if kind == "money" and not self._code else "")
            known = base.removesuffix("+")
            given = theme.style(
                known if own or not kind else f"{known}:{kind}", theme.Numbers(self.said.language, self._code)
            )
            given |= {"num_format": own} if own else {}
            given |= {"indent": 1} if base.endswith("+") else {}
            self._formats[style] = self.book.add_format(given)
        return self._formats[style]

    def tab(self, key: str, title: str, note: str) -> Any:
        """A sheet with its title."""
        tab = self.book.add_worksheet(self.say(f"sheet.{key}"))
        tab.set_default_row(ROW_HEIGHT)
        tab.set_row(0, 26)
        self.put(tab, 0, 0, title, "title")
        self.put(tab, 1, 0, note, "purpose")
        self.page(tab)
        return tab

    def page(self, tab: Any) -> None:
        """How it prints."""
        tab.hide_gridlines(2)
        tab.set_landscape()
        tab.set_paper(A4)
        tab.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        tab.fit_to_pages(1, 0)
        tab.set_footer(f"&L&8&F&R&8{self.say('page')} &P/&N")

    def put(self, tab: Any, row: int, column: int, entry: object, style: str) -> None:
        """A cell; text is text, whatever it begins with, and what is not known is blank."""
        look = self.look(style)
        if isinstance(entry, str):
            tab.write_string(row, column, printable(entry)[:_LONGEST], look)
        elif isinstance(entry, dt.date):
            tab.write_datetime(row, column, dt.datetime(entry.year, entry.month, entry.day), look)  # noqa: DTZ001  a day
        elif isinstance(entry, int | float) and math.isfinite(entry):
            tab.write_number(row, column, entry, look)
        else:
            tab.write_blank(row, column, None, look)

    def heads(self, tab: Any, row: int, heads: Sequence[str], *, left: int = 0, height: float = 32) -> None:
        """The headers of a list; the first is of text."""
        tab.set_row(row, height)
        for place, head in enumerate(heads):
            self.put(tab, row, left + place, head, "head-right" if place else "head")

    def chart(
        self,
        tab: Any,
        at: tuple[int, int],
        kind: str,
        title: str,
        series: Sequence[tuple[str, int, str]],
        rows: tuple[int, int],
        *,
        axes: tuple[str, str],
        alt: str,
        categories: dict[str, Any] | None = None,
        size: tuple[int, int] = (760, 330),
    ) -> None:
        """A native chart of columns of the sheet: name, column and colour of each; categories are in column 0."""
        chart = self.book.add_chart({"type": kind})
        name = tab.get_name()
        for label, column, colour in series:
            shape = (
                {"line": {"color": colour, "width": 2}} if kind == "line" else {"fill": {"color": colour}, "gap": 60}
            )
            chart.add_series(
                {
                    "name": label,
                    "categories": [name, rows[0], 0, rows[1], 0],
                    "values": [name, rows[0], column, rows[1], column],
                    **shape,
                }
            )
        chart.set_title({"name": title, "name_font": {**_FONT, "size": 11, "bold": True}, "overlay": False})
        chart.set_legend({"none": True} if len(series) == 1 else {"position": "bottom", "font": _FONT})
        axis = {"name_font": _FONT, "num_font": _FONT, "line": {"color": "#9AA5B1"}}
        chart.set_x_axis({"name": axes[0], "major_tick_mark": "none", **axis, **(categories or {})})
        grid = {"visible": True, "line": {"color": "#E1E7EC", "width": 0.75}}
        chart.set_y_axis({"name": axes[1], "min": 0, "num_format": "#,##0", "major_gridlines": grid, **axis})
        chart.set_chartarea({"border": {"none": True}})
        chart.set_size({"width": size[0], "height": size[1]})
        tab.insert_chart(*at, chart, {"object_position": 2, "description": alt})
