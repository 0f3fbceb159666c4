"""Checks 26 to 32 of the craft: how it looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from clv_xl.template.theme import BAD, FAIR, FONT, GOOD

from .colours import contrast
from .letters import LINE, PADDING, lines, points, room, text_of
from .workbooks import MAIN, Spot, Tab, Workbook, area_of, colour_of, none

READ, SEEN = 4.5, 3.0  # contrast that text needs, and a shape
WHITE = "FFFFFF"
COLOURS = 6
FROZEN = 200  # points: some 40 % of what a laptop shows
LOW = 20  # row of a head that cannot be frozen: what stands above would fill the screen
MANY = 20  # rows of a table from which its head stays in sight
DATA_SHEETS = {"orders"}  # where lines between the cells help who pastes
VERDICTS = {colour[1:] for pair in (GOOD, FAIR, BAD) for colour in pair}


def test_26_no_number_is_wider_than_its_column(workbook: Workbook):
    none(
        (text_of(cell), round(points(text_of(cell), cell.look)), round(room(tab.width(cell.column), cell.look)), cell)
        for tab in workbook.tabs
        for cell in tab.cells.values()
        if isinstance(cell.value, float)
        if points(text_of(cell), cell.look) > room(tab.width(cell.column), cell.look)
    )


def test_26_no_text_is_cut_off(workbook: Workbook):
    """What wraps has rows high enough; what does not may run on over blank cells."""
    none(
        (round(needed), round(free), cell)
        for tab in workbook.tabs
        for cell in tab.cells.values()
        if isinstance(cell.value, str) and cell.value
        for needed, free in (_wrapped(tab, cell) if cell.look.wrapped else _running(tab, cell),)
        if needed > free
    )


def _wrapped(tab: Tab, cell: Spot) -> tuple[float, float]:
    """Height that a text needs and has; half a line may be lost to the measure, and a word is never split."""
    assert isinstance(cell.value, str)
    free = room(tab.width(cell.column), cell.look) + PADDING / 2
    if max(points(word, cell.look) for word in cell.value.split()) > free:
        return free + 1, free
    return lines(cell.value, cell.look, free) * cell.look.size * LINE, tab.height(cell.row) + cell.look.size * 0.3


def _running(tab: Tab, cell: Spot) -> tuple[float, float]:
    """Width that a text needs and has; one on the right runs to the left."""
    assert isinstance(cell.value, str)
    step = -1 if cell.look.horizontal == "right" else 1
    free, column = room(tab.width(cell.column), cell.look) + PADDING, cell.column + step
    while 1 <= column <= tab.last[1] + 3:
        beside = tab.cells.get((cell.row, column))
        if beside is not None and beside.value not in (None, ""):
            break
        free, column = free + tab.width(column) * 5.25, column + step
    return points(cell.value, cell.look), free


def test_27_heads_of_long_tables_stay_in_sight(workbook: Workbook):
    for tab in workbook.tabs:
        tall = [table for table in tab.tables if table.area.bottom - table.area.top > MANY]
        long = [table for table in tall if table.area.top <= LOW]
        pane = tab.find("pane")
        assert not long or pane is not None, tab.name
        if pane is not None:
            assert pane.get("state") == "frozen", tab.name
            frozen = int(pane.get("ySplit", 0))
            assert sum(tab.height(row) for row in range(1, frozen + 1)) <= FROZEN, (
                f"{tab.name}: little is left to scroll"
            )
            assert not long or frozen in {table.area.top for table in long}, (tab.name, frozen)


def test_28_numbers_say_what_they_are(workbook: Workbook):
    none(cell for cell in workbook.cells if isinstance(cell.value, float) and cell.look.number in ("General", "@"))
    sign = {"EUR": "€", "USD": "$", "GBP": "£"}[workbook.case.currency]
    for name in ("revenue", "order_value", "clv_margin", "clv_revenue", "cac_ceiling", "cac_now"):
        assert f"[${sign}" in workbook.named(name).look.number, name
    for name in ("margin", "discount"):
        assert "%" in workbook.named(name).look.number, name
    for name in ("as_of", "first_order"):
        assert "yyyy" in workbook.named(name).look.number, name
    for tab in workbook.tabs:
        for cell in tab.cells.values():
            symbol = re.search(r"\[\$([^\]-]*)", cell.look.number)
            assert symbol is None or symbol[1].strip() == sign, cell
            assert "m/d" not in cell.look.number, cell


def test_28_columns_of_numbers_have_one_format(workbook: Workbook):
    """But for published figures and examples of functions, of which each line has its own unit."""
    mixed = {workbook.texts[f"{key}.table"] for key in ("benchmarks", "functions")}
    for tab in workbook.tabs:
        for table in tab.tables:
            for column in range(table.area.left, table.area.right + 1):
                rows = range(table.area.top + 1, table.area.bottom + 1)
                cells = [tab.cells[row, column] for row in rows if (row, column) in tab.cells]
                looks = {cell.look.number for cell in cells if isinstance(cell.value, float)}
                assert len(looks) <= 1 or table.name in mixed, (table.name, column, looks)


def pairs(workbook: Workbook) -> Iterator[tuple[str, str, Any]]:
    """Every font on every fill that a cell can get."""
    for cell in workbook.cells:
        if cell.value not in (None, ""):
            yield cell.look.colour, cell.look.fill or WHITE, cell
    looks = differences(workbook)
    for tab in workbook.tabs:
        for area, rule in conditions(tab):
            spots = [cell for spot, cell in tab.cells.items() if area.top <= spot[0] <= area.bottom]
            inside = [cell for cell in spots if area.left <= cell.column <= area.right]
            fonts = {cell.look.colour for cell in inside} or {"1F2933"}
            if rule.get("dxfId") is not None:
                font, fill = looks[int(rule.get("dxfId"))]
                fills = {fill} if fill else {cell.look.fill or WHITE for cell in inside}
                yield from ((font or one, each, rule.attrib) for one in fonts for each in fills)
            for scale in rule.iter(f"{MAIN}colorScale", f"{MAIN}dataBar"):
                colours = [colour_of(colour) for colour in scale.iter(f"{MAIN}color")]
                yield from ((font, colour, tab.name) for font in fonts for colour in colours)


def differences(workbook: Workbook) -> list[tuple[str, str]]:
    """Font and fill of each look that a condition gives."""

    root = etree.fromstring(workbook.parts["xl/styles.xml"])
    found = []
    for look in root.iter(f"{MAIN}dxf"):
        colours = [look.find(f"{MAIN}font/{MAIN}color"), look.find(f"{MAIN}fill/{MAIN}patternFill/{MAIN}bgColor")]
        font, fill = (colour_of(colour) for colour in colours)
        found.append((font, fill))
    return found


def conditions(tab: Tab) -> Iterator[tuple[Any, Any]]:
    """Each rule of conditional formatting, with its area."""
    for element in tab.findall("conditionalFormatting"):
        for part in element.get("sqref").split():
            for rule in element.iter(f"{MAIN}cfRule"):
                yield area_of(part), rule


def test_29_text_stands_out_from_what_is_behind_it(workbook: Workbook):
    found = {(font, fill): where for font, fill, where in pairs(workbook)}
    none(
        (font, fill, round(contrast(font, fill), 1), at)
        for (font, fill), at in found.items()
        if contrast(font, fill) < READ
    )
    charts = [part.decode() for name, part in workbook.parts.items() if name.startswith("xl/charts/chart")]
    lines = r"<c:spPr><a:(?:solidFill|ln[^>]*><a:solidFill)><a:srgbClr val=\"(\w{6})\""
    series = {
        colour
        for chart in charts
        for part in re.findall(r"<c:ser>.*?</c:ser>", chart)
        for colour in re.findall(lines, part)
    }
    assert series
    assert not {colour: contrast(colour, WHITE) for colour in series if contrast(colour, WHITE) < SEEN}


def test_30_one_font_and_few_colours(workbook: Workbook):
    """White and the three pairs of a verdict, which words repeat, are not counted."""
    assert {cell.look.font for cell in workbook.cells} == {FONT}
    used = [cell.look for cell in workbook.cells if cell.value not in (None, "")]
    colours = {look.colour for look in used} | {cell.look.fill for cell in workbook.cells} - {"", WHITE}
    assert len(colours - {WHITE, *VERDICTS}) <= COLOURS, colours
    for name, part in workbook.parts.items():
        if name.startswith("xl/charts/chart"):
            assert set(re.findall(r'typeface="([^"]+)"', part.decode())) == {FONT}, name


def test_31_lines_between_cells_only_where_data_are_pasted(workbook: Workbook):
    for tab in workbook.tabs:
        shown = tab.find("sheetView").get("showGridLines", "1") == "1"
        assert shown == (workbook.key(tab) in DATA_SHEETS), tab.name


def test_32_no_meaning_by_colour_alone(workbook: Workbook):
    """Where a condition colours, words or the number itself stand in the row; bars and icons keep the number."""
    if workbook.case.content != "sample":
        return
    for tab in workbook.tabs:
        for area, rule in conditions(tab):
            for bar in rule.iter(f"{MAIN}dataBar", f"{MAIN}iconSet"):
                assert bar.get("showValue", "1") == "1", tab.name
            inside = [
                tab.cells.get((row, column))
                for row in range(area.top, area.bottom + 1)
                for column in range(area.left, area.right + 1)
            ]
            assert [cell for cell in inside if cell is not None and cell.value not in (None, "")], (tab.name, area)
