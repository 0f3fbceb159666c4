"""Checks 33 to 39 of the craft: charts."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from clv_xl.analysis import LISTINGS
from clv_xl.workbook.address import Area

from .colours import distance
from .drawings import CHART, DRAWING, Placed, charts, overlap, placed, reference
from .workbooks import Tab, Workbook, area_of, none

KINDS = {"barChart", "lineChart", "scatterChart", "areaChart"}
TOLD_APART = 20  # in CIELAB
EXPECTED = {"overview", "prediction", "history"}  # sheets that show one
MESSAGE = 20  # characters at least of a title that says something


@pytest.fixture
def shown(workbook: Workbook) -> list[Placed]:
    return [chart for tab in workbook.tabs for chart in charts(tab)]


def find(workbook: Workbook, name: str) -> Tab:
    return next(tab for tab in workbook.tabs if tab.name == name)


def title_of(chart: Placed) -> Any:
    """The text of the cell that the title is read from."""
    title = chart.root.find(f"{CHART}chart/{CHART}title")
    assert title is not None, chart
    name, area = reference(title, chart.tab)
    return find(chart.tab.workbook, name).cells[area.top, area.left].value


def texts(element: Any) -> str:
    return "".join(part.text or "" for part in element.iter(f"{DRAWING}t", f"{CHART}v"))


def test_33_titles_say_the_message_and_axes_the_unit(workbook: Workbook, shown: list[Placed]):
    assert {workbook.key(chart.tab) for chart in shown} >= EXPECTED
    for chart in shown:
        title = title_of(chart)
        assert isinstance(title, str), chart
        assert len(title) >= MESSAGE, (chart, title)
        assert points_of(chart), chart
        values = chart.axes("valAx")
        assert values, chart
        for axis in values:
            named = axis.find(f"{CHART}title")
            deleted = axis.find(f"{CHART}delete")
            hidden = deleted is not None and deleted.get("val") == "1"
            assert hidden or (named is not None and len(texts(named)) > 2), f"an axis without words: {chart}"
            assert axis.find(f"{CHART}numFmt").get("formatCode") != "General", chart
        several = len(chart.series) > 1
        assert (chart.root.find(f".//{CHART}legend") is not None) == several or labelled(chart), chart


def labelled(chart: Placed) -> bool:
    return all(series.find(f".//{CHART}showSerName") is not None for series in chart.series)


def points_of(chart: Placed) -> bool:
    """Whether every series has values and what they belong to."""
    return all(
        (series.find(f"{CHART}val") is not None and series.find(f"{CHART}cat") is not None)
        or (series.find(f"{CHART}yVal") is not None and series.find(f"{CHART}xVal") is not None)
        for series in chart.series
    )


def test_34_kinds_are_plain(shown: list[Placed]):
    for chart in shown:
        assert set(chart.kinds) <= KINDS, chart
        assert chart.root.find(f".//{CHART}view3D") is None
        assert not list(chart.root.iter(f"{DRAWING}gradFill", f"{DRAWING}effectLst", f"{CHART}shape")), chart


def test_35_all_charts_and_pictures_have_words(workbook: Workbook):
    for tab in workbook.tabs:
        for one in placed(tab):
            assert 20 <= len(one.alt) <= 400, one
        told = [one.alt for one in placed(tab)]
        assert len(set(told)) == len(told), f"{tab.name}: two charts with the same words"


def test_36_ranges_are_whole_columns_of_tables_so_that_they_grow(workbook: Workbook, shown: list[Placed]):
    """Or cells of a sheet, in no table, of which the number is fixed."""
    for chart in shown:
        for series in chart.series:
            sizes = []
            for key in ("cat", "val", "xVal", "yVal"):
                element = series.find(f"{CHART}{key}")
                if element is None:
                    continue
                name, area = reference(element, chart.tab)
                sizes.append((area.bottom - area.top + 1) * (area.right - area.left + 1))
                for table in find(workbook, name).tables:
                    body = table.area._replace(top=table.area.top + 1)
                    whole = (area.top, area.bottom) == (body.top, body.bottom)
                    along = area.top == area.bottom
                    assert not overlap(area, table.area) or whole or along, (chart, table.name, area)
            assert len(set(sizes)) == 1, (chart, sizes)


def test_37_bars_start_at_zero(shown: list[Placed]):
    for chart in shown:
        if "barChart" not in chart.kinds and "areaChart" not in chart.kinds:
            continue
        for axis in chart.axes("valAx"):
            least = axis.find(f"{CHART}scaling/{CHART}min")
            assert least is not None, chart
            assert float(least.get("val")) == 0, chart


def test_37_no_bar_is_below_zero(workbook: Workbook, shown: list[Placed]):
    """Else an axis that starts at zero would hide it."""
    for chart in shown:
        for series in chart.series:
            name, area = reference(next(series.iter(f"{CHART}val", f"{CHART}yVal")), chart.tab)
            cells = find(workbook, name).cells
            places = [(r, c) for r in range(area.top, area.bottom + 1) for c in range(area.left, area.right + 1)]
            values = [cells[place].value for place in places if place in cells]
            assert all(value >= 0 for value in values if isinstance(value, float)), (chart, values)


def test_38_series_are_told_apart_without_red_and_green(shown: list[Placed]):
    for chart in shown:
        looks = []
        for series in chart.series:
            painted = series.find(f"{CHART}spPr")
            colour = next(painted.iter(f"{DRAWING}srgbClr")).get("val")
            dash = next((d.get("val") for d in painted.iter(f"{DRAWING}prstDash")), "solid")
            looks.append((colour, dash))
        for (one, dash), (other, dashed) in combinations(looks, 2):
            assert distance(one, other) >= TOLD_APART or dash != dashed, (chart, one, other)
            assert one != other, chart


def test_39_charts_lie_on_free_cells_and_move_with_them(workbook: Workbook):
    for tab in workbook.tabs:
        lying = list(placed(tab))
        for one in lying:
            assert one.anchor == "twoCellAnchor", one
            none(
                (str(one), cell)
                for cell in tab.cells.values()
                if cell.value not in (None, "")
                and overlap(one.area, Area(cell.row, cell.column, cell.row, cell.column))
            )
        assert not [(str(a), str(b)) for a, b in combinations(lying, 2) if overlap(a.area, b.area)]


def test_39_no_chart_lies_where_a_table_grows(workbook: Workbook):
    growing = {workbook.texts[f"{key}.table"] for key, listing in LISTINGS.items() if listing.rows is None}
    growing.add(workbook.texts["orders.table"])
    for tab in workbook.tabs:
        for table in tab.tables:
            if table.name in growing:
                below = table.area._replace(bottom=1_048_576)
                none((str(one), table.name) for one in placed(tab) if overlap(one.area, below))
                none(
                    (other.name, table.name)
                    for other in tab.tables
                    if other is not table and overlap(other.area, below)
                )


def test_charts_are_printed_whole(workbook: Workbook):
    areas = workbook.printing("Print_Area")
    for tab in workbook.tabs:
        if tab.name not in areas:
            continue
        printed = area_of(areas[tab.name].rpartition("!")[2])
        for one in placed(tab):
            inside = one.area.bottom <= printed.bottom and one.area.right <= printed.right
            assert inside, (str(one), printed)
