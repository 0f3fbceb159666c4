"""The charts and pictures on the sheets of a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from clv_xl.workbook.address import Area

from .workbooks import RELATION, Tab, area_of

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PLACED = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


@dataclass(frozen=True)
class Placed:
    """A chart, or a picture when it has no root; `area` is of the cells that it covers, `kind` how it is anchored."""

    tab: Tab
    area: Area
    anchor: str
    alt: str
    root: Any

    def __str__(self) -> str:
        return f"{self.tab.name} {self.area}: {self.alt[:60]}"

    @property
    def plots(self) -> list[Any]:
        """What is drawn: elements such as barChart."""
        found = self.root.find(f".//{CHART}plotArea")
        return [element for element in found if element.tag.endswith("Chart")]

    @property
    def kinds(self) -> list[str]:
        return [etree.QName(plot).localname for plot in self.plots]

    @property
    def series(self) -> list[Any]:
        return [series for plot in self.plots for series in plot.iter(f"{CHART}ser")]

    def axes(self, *kinds: str) -> list[Any]:
        """Its axes of these kinds, such as valAx."""
        return [axis for kind in kinds for axis in self.root.iter(f"{CHART}{kind}")]


def placed(tab: Tab) -> Iterator[Placed]:
    """All that lies on a sheet."""
    for path in tab.related.values():
        if "/drawings/drawing" not in path:
            continue
        related = tab.workbook.relations(path)
        for anchor in etree.fromstring(tab.workbook.parts[path]):
            start, end = anchor.find(f"{PLACED}from"), anchor.find(f"{PLACED}to")
            alt = next(anchor.iter(f"{PLACED}cNvPr")).get("descr", "")
            chart = next(anchor.iter(f"{CHART}chart"), None)
            root = None
            if chart is not None:
                root = etree.fromstring(tab.workbook.parts[related[chart.get(f"{RELATION}id")]])
            yield Placed(tab, _covered(start, end), etree.QName(anchor).localname, alt, root)


def charts(tab: Tab) -> list[Placed]:
    return [one for one in placed(tab) if one.root is not None]


def _covered(start: Any, end: Any) -> Area:
    """The cells under it; an end on the edge of a cell covers nothing of it."""
    top, left = (int(start.findtext(f"{PLACED}{part}")) + 1 for part in ("row", "col"))
    bottom, right = (
        int(end.findtext(f"{PLACED}{part}")) + (1 if int(end.findtext(f"{PLACED}{part}Off")) > 0 else 0)
        for part in ("row", "col")
    )
    return Area(top, left, bottom, right)


def reference(element: Any, tab: Tab) -> tuple[str, Area]:
    """The sheet and the cells that a part of a chart refers to."""
    text = next(element.iter(f"{CHART}f")).text
    sheet, _, place = text.rpartition("!")
    name = sheet.strip("'").replace("''", "'")
    assert name in [other.name for other in tab.workbook.tabs], text
    return name, area_of(place)


def overlap(one: Area, other: Area) -> bool:
    """Whether two areas share a cell."""
    apart = one.bottom < other.top or other.bottom < one.top or one.right < other.left or other.right < one.left
    return not apart
