"""Every text of a file that somebody can read, with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from clv_xl.template.orders import COLUMNS
from clv_xl.workbook.address import Area

from .drawings import CHART, DRAWING, charts, placed
from .workbooks import Spot, Tab, Workbook, area_of, literals

VALIDATION = ("promptTitle", "prompt", "errorTitle", "error")
_CODES = re.compile(r"&[LCRFDAPN]|&\d+")
DATA = {  # table -> columns of which the texts come from the client, or are names of sources
    "orders": ("order", "customer"),
    "customers": ("customer",),
    "benchmarks": ("industry", "source"),
    "functions": ("name", "call", "example", "result"),
    "profile": ("attribute", "trait"),
}


def visible(workbook: Workbook) -> Iterator[tuple[str, str]]:
    """Texts of cells, formulas, rules, charts, paper and properties; nothing that is data."""
    yield "title", etree.fromstring(workbook.parts["docProps/core.xml"]).findtext("{*}title") or ""
    for tab in workbook.tabs:
        yield "sheet", tab.name
        yield from ((tab.name, table.name) for table in tab.tables)  # their heads are cells
        yield from _written(tab)
        yield from _drawn(tab)


def _written(tab: Tab) -> Iterator[tuple[str, str]]:
    """What stands in cells and on paper, and what is told of them."""
    for cell in tab.cells.values():
        place = f"{tab.name}!R{cell.row}C{cell.column}"
        if cell.formula is not None:
            yield from ((place, text) for text in literals(cell.formula))
        elif isinstance(cell.value, str) and not is_data(tab, cell):
            yield place, cell.value
    for rule in tab.findall("dataValidation"):
        yield from ((f"{tab.name} {rule.get('sqref')}", rule.get(key, "")) for key in VALIDATION)
    for element in tab.root.iterfind(".//{*}headerFooter/*"):
        yield f"{tab.name} paper", _CODES.sub(" ", element.text or "")


def _drawn(tab: Tab) -> Iterator[tuple[str, str]]:
    """What stands in charts and is told of pictures."""
    yield from ((f"{tab.name} picture", one.alt) for one in placed(tab))
    for chart in charts(tab):
        for text in chart.root.iter(f"{DRAWING}t"):
            yield str(chart), text.text or ""
        for name in chart.root.iterfind(f".//{CHART}ser/{CHART}tx/{CHART}v"):
            yield str(chart), name.text or ""


@lru_cache(maxsize=64)
def data_areas(tab: Tab) -> list[Area]:
    """What is data on a sheet: columns of its tables, and the choices of the industry."""
    texts = tab.workbook.texts
    sheet, _, place = tab.workbook.names["industry_list"].rpartition("!")
    found = [area_of(place)] if sheet.strip("'") == tab.name else []
    for key, columns in DATA.items():
        heads = {texts.get(f"{key}.{column}") for column in columns}
        for table in tab.tables:
            if table.name != texts[f"{key}.table"]:
                continue
            for at, head in enumerate(table.heads, table.area.left):
                brought = key == "orders" and head not in {texts[f"orders.{column}"] for column in COLUMNS}
                if head in heads or brought:
                    found.append(table.area._replace(left=at, right=at, top=table.area.top + (0 if brought else 1)))
    return found


def is_data(tab: Tab, cell: Spot) -> bool:
    """Whether the text of a cell comes from the client, or is a name that has no language."""
    return any(
        area.left <= cell.column <= area.right and area.top <= cell.row <= area.bottom for area in data_areas(tab)
    )
