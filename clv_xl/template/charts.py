"""What a chart of a template shows; `writing` makes it a native chart of Excel.

A title states the message and is read from a cell, series are named on the chart, bars start at zero, and colours are
told apart by who does not see red from green.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .theme import CHART_TEXT, FONT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clv_xl.workbook.address import Area

Kind = Literal["bar", "column", "line", "scatter"]
_FONT = {"name": FONT, "size": 10, "color": CHART_TEXT}
_GRID = {"visible": True, "line": {"color": "#D5DCE3", "width": 0.75}}


@dataclass(frozen=True)
class Series:
    """One series; `categories` and `values` are areas of the sheet `sheet`.

    labels  number format of the values written beside them, "" for none
    dashed  a line that is an expectation, not something seen
    over    a line over the columns of the others
    """

    name: str
    sheet: str
    categories: Area
    values: Area
    colour: str
    labels: str = ""
    dashed: bool = False
    over: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart over the cells of `area`.

    title                 the cell whose text is the title, as `Sheet!$A$1`
    value_title           of the axis of values, with the unit
    number                format of that axis
    category_title        of the other axis, "" for none
    category_number       its number format, "" for texts
    alt                   what it shows, for who cannot see it
    """

    kind: Kind
    area: Area
    title: str
    series: Sequence[Series]
    value_title: str
    number: str
    alt: str
    category_title: str = ""
    category_number: str = ""

    def options(self, series: Series) -> dict[str, Any]:
        """A series as XlsxWriter takes it."""
        told: dict[str, Any] = {
            "name": series.name,
            "categories": [series.sheet, *_box(series.categories)],
            "values": [series.sheet, *_box(series.values)],
        }
        if series.over or self.kind in ("line", "scatter"):
            told["line"] = {"color": series.colour, "width": 2.25, "dash_type": "dash" if series.dashed else "solid"}
            told["marker"] = {"type": "none" if series.dashed else "circle", "size": 5}
            told["marker"] |= {"fill": {"color": series.colour}, "border": {"color": series.colour}}
        else:
            told |= {"fill": {"color": series.colour}, "gap": 60}
        if series.labels:
            told["data_labels"] = {"value": True, "num_format": series.labels, "font": _FONT}
        return told

    def apply(self, chart: Any, book: Any) -> None:
        """Put all but the size in a chart of XlsxWriter."""
        over = [series for series in self.series if series.over]
        for series in self.series:
            if not series.over:
                chart.add_series(self.options(series))
        if over:
            lines = book.add_chart({"type": "line"})
            for series in over:
                lines.add_series(self.options(series))
            chart.combine(lines)
        chart.set_title({"name": f"={self.title}", "name_font": {**_FONT, "size": 12, "bold": True}, "overlay": False})
        several = {"position": "bottom", "font": _FONT}
        chart.set_legend(several if len(self.series) > 1 else {"none": True})
        values = {
            "min": 0,
            "name": self.value_title,
            "name_font": {**_FONT, "bold": False},
            "num_font": _FONT,
            "num_format": self.number,
            "label_position": "low",
            "major_gridlines": {"visible": False} if self.kind == "bar" else _GRID,
            "line": {"none": True},
        }
        categories: dict[str, Any] = {"num_font": _FONT, "major_tick_mark": "none", "label_position": "low"}
        if self.category_title:
            categories |= {"name": self.category_title, "name_font": {**_FONT, "bold": False}}
        if self.category_number:
            categories["num_format"] = self.category_number
            categories["num_font"] = {**_FONT, "rotation": -45}  # level, labels of dates would touch
        if self.kind == "bar":  # XlsxWriter calls the upright axis y, which holds the categories of bars
            told = all(series.labels for series in self.series)  # then the bars say what the axis would
            chart.set_y_axis({**categories, "reverse": True, "interval_unit": 1})
            chart.set_x_axis({**values, "label_position": "none"} if told else values)
        else:
            chart.set_x_axis(categories)
            chart.set_y_axis(values)
        chart.set_chartarea({"border": {"none": True}})
        chart.show_blanks_as("gap")


def _box(area: Area) -> tuple[int, int, int, int]:
    """An area as XlsxWriter counts, from 0."""
    return area.top - 1, area.left - 1, area.bottom - 1, area.right - 1
