"""Every text of a file that somebody can read, with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from clv_xl.template.orders import COLUMNS

from .drawings import CHART, DRAWING, charts, placed
from .workbooks import Spot, Tab, Workbook, area_of, literals

VALIDATION = ("promptTitle", "prompt", "errorTitle", "error")
_CODES = re.compile(r"&[LCRFDAPN]|&\d+")
DATA = {  # table -> columns of which the texts come from the client, or are names of sources
    "orders": ("order", "customer"),
    "customers": ("customer",),
    "benchmarks": ("industry", "source"),
    "functions": ("name", "call", "example", "result"),
    "profile": ("trait",),
}


def visible(workbook: Workbook) -> Iterator[tuple[str, str]]:
    """Texts of cells, formulas, rules, charts, paper and properties; nothing that is data."""
    yield "title", etree.fromstring(workbook.parts["docProps/core.xml"]).findtext("{*}title") or ""
    for tab in workbook.tabs:
        yield "sheet", tab.name
        skipped = data_columns(tab)
        for cell in tab.cells.values():
            place = f"{tab.name}!R{cell.row}C{cell.column}"
            if cell.formula is not None:
                yield from ((place, text) for text in literals(cell.formula))
            elif isinstance(cell.value, str) and not is_data(tab, cell, skipped):
                yield place, cell.value
        for rule in tab.findall("dataValidation"):
            yield from ((f"{tab.name} {rule.get('sqref')}", rule.get(key, "")) for key in VALIDATION)
        for element in tab.root.iterfind(".//{*}headerFooter/*"):
            yield f"{tab.name} paper", _CODES.sub(" ", element.text or "")
        yield from ((f"{tab.name} picture", one.alt) for one in placed(tab))
        for chart in charts(tab):
            for text in chart.root.iter(f"{DRAWING}t"):
                yield str(chart), text.text or ""
            for name in chart.root.iterfind(f".//{CHART}ser/{CHART}tx/{CHART}v"):
                yield str(chart), name.text or ""
        for table in tab.tables:
            yield table.name, table.name  # its heads are cells


def data_columns(tab: Tab) -> list[tuple[int, int, int]]:
    """Column, first and last row of what is data on a sheet."""
    texts, found = tab.workbook.texts, []
    for key, columns in DATA.items():
        heads = {texts.get(f"{key}.{column}") for column in columns}
        for table in tab.tables:
            if table.name == texts[f"{key}.table"]:
                for at, head in enumerate(table.heads, table.area.left):
                    brought = key == "orders" and head not in {texts[f"orders.{column}"] for column in COLUMNS}
                    if head in heads or brought:
                        found.append((at, table.area.top + (0 if brought else 1), table.area.bottom))
    return found


def is_data(tab: Tab, cell: Spot, columns: list[tuple[int, int, int]]) -> bool:
    """Whether the text of a cell comes from the client, or is a name that has no language."""
    sheet, _, place = tab.workbook.names["industry_list"].rpartition("!")
    listed = area_of(place)
    if sheet.strip("'") == tab.name and cell.column == listed.left and listed.top <= cell.row <= listed.bottom:
        return True
    return any(cell.column == column and top <= cell.row <= bottom for column, top, bottom in columns)
