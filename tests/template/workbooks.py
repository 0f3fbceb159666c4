"""Templates as files, one for each language, host and content, read by their XML alone."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS

from clv_xl.orders.cleaning import read_orders
from clv_xl.template import making, orders
from clv_xl.template.context import SHEETS
from clv_xl.template.spelling import HOSTS
from clv_xl.template.texts import LANGUAGES
from clv_xl.workbook.address import Area, Position, parse

DATA = Path(__file__).parents[1] / "data" / "orders"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
CURRENCIES = {"cdnow": "USD", "retail": "GBP"}


@dataclass(frozen=True)
class Case:
    """One workbook. `content`: sample, empty, cdnow, retail, one (order of one customer) or large (amounts)."""

    language: str
    host: str
    content: str

    def __str__(self) -> str:
        return f"{self.language}-{self.host}-{self.content}"

    @property
    def currency(self) -> str:
        return CURRENCIES.get(self.content, "EUR")


CASES = (
    *(Case(*case) for case in product(LANGUAGES, HOSTS, ("sample", "empty"))),
    *(Case(*case) for case in product(LANGUAGES, ("excel", "native"), ("cdnow", "retail", "one", "large"))),
)


@cache
def frame(content: str) -> pd.DataFrame | None:
    """The orders of a content, None for those that a template brings itself."""
    sample = orders.sample("en", "")
    if content == "sample":
        return None
    if content == "empty":
        return sample.iloc[:0]
    if content == "one":
        return sample.iloc[:1].assign(customer="An")
    if content == "large":
        names = sample["customer"].str.replace("Sample", "Customer", regex=False)
        return sample.assign(amount=sample["amount"] * 1000, customer=names)
    if content == "cdnow":
        found = read_orders(DATA / "CDNOW_sample.txt", {"customer": "1", "date": "3", "amount": "5"}).frame
        return found[found["customer"].isin(sorted(set(found["customer"]))[:400])].reset_index(drop=True)
    return read_orders(DATA / "online_retail_5k.xlsx").frame


_analyse, _ANALYSES = making.analyse, {}


def content_of(case: Case) -> bytes:
    """The file of a case; orders are analysed once for all workbooks that show them."""

    def analysed(given: pd.DataFrame, **asked: Any) -> Any:
        key = (case.content, case.language if case.content == "sample" else "", *sorted(asked.items()))
        if key not in _ANALYSES:
            _ANALYSES[key] = _analyse(given, **asked)
        return _ANALYSES[key]

    with mock.patch.object(making, "analyse", analysed):
        return making.made(case.language, case.currency, case.host, frame(case.content))


@dataclass(frozen=True)
class Look:
    """How a cell is formatted; colours are six digits, "" for none."""

    font: str
    size: float
    bold: bool
    colour: str
    fill: str
    number: str
    wrapped: bool
    indent: int
    horizontal: str
    locked: bool


@dataclass(frozen=True)
class Spot:
    """A cell as the file holds it; `value` is the stored one."""

    sheet: str
    row: int
    column: int
    value: float | str | bool | None
    formula: str | None
    dynamic: bool
    error: bool
    look: Look

    def __repr__(self) -> str:
        shown = self.value if self.formula is None else f"={self.formula}"
        return f"{self.sheet}!R{self.row}C{self.column} {str(shown)[:90]!r} ({self.value!r:.60})"


@dataclass(frozen=True)
class TablePart:
    """A table as its part declares it."""

    name: str
    area: Area
    heads: list[str]
    part: Any


class Tab:
    """One sheet of a file."""

    def __init__(self, workbook: Workbook, name: str, path: str, state: str) -> None:
        self.workbook, self.name, self.path, self.state = workbook, name, path, state
        self.root = etree.fromstring(workbook.parts[path])
        self.cells = dict(self._read())

    def _read(self) -> Iterator[tuple[Position, Spot]]:
        for cell in self.root.iter(f"{MAIN}c"):
            row, column = parse(cell.get("r"))
            formula, stored = cell.find(f"{MAIN}f"), cell.findtext(f"{MAIN}v")
            kind = cell.get("t", "n")
            value: float | str | bool | None = stored
            if kind == "s":
                value = self.workbook.strings[int(stored)]
            elif kind == "n":
                value = None if stored in (None, "") else float(stored)
            elif kind == "b":
                value = stored == "1"
            elif kind == "str":
                value = stored or ""
            text = None if formula is None else formula.text or ""
            dynamic = cell.get("cm") is not None
            look = self.workbook.looks[int(cell.get("s", 0))]
            yield (row, column), Spot(self.name, row, column, value, text, dynamic, kind == "e", look)

    def find(self, name: str) -> Any:
        """The first element of a name, or None."""
        return self.root.find(f".//{MAIN}{name}")

    def findall(self, name: str) -> list[Any]:
        return self.root.findall(f".//{MAIN}{name}")

    @cached_property
    def formulas(self) -> list[Spot]:
        return [cell for cell in self.cells.values() if cell.formula is not None]

    @cached_property
    def related(self) -> dict[str, str]:
        """Parts that belong to the sheet, by their relation."""
        return self.workbook.relations(self.path)

    @cached_property
    def tables(self) -> list[TablePart]:
        found = []
        for element in self.findall("tablePart"):
            part = etree.fromstring(self.workbook.parts[self.related[element.get(f"{RELATION}id")]])
            heads = [column.get("name") for column in part.iter(f"{MAIN}tableColumn")]
            found.append(TablePart(part.get("name"), area_of(part.get("ref")), heads, part))
        return found

    def width(self, column: int) -> float:
        """In characters, as the file says it."""
        return self._widths.get(column, 8.43)

    @cached_property
    def _widths(self) -> dict[int, float]:
        return {
            column: float(element.get("width"))
            for element in self.findall("col")
            for column in range(int(element.get("min")), min(int(element.get("max")), 100) + 1)
        }

    def height(self, row: int) -> float:
        """In points."""
        return self._heights.get(row, self._height)

    @cached_property
    def _height(self) -> float:
        return float(self.find("sheetFormatPr").get("defaultRowHeight"))

    @cached_property
    def _heights(self) -> dict[int, float]:
        return {int(row.get("r")): float(row.get("ht")) for row in self.findall("row") if row.get("ht")}

    @cached_property
    def last(self) -> Position:
        """The last row and column of its cells."""
        return max(row for row, _ in self.cells), max(column for _, column in self.cells)

    def in_table(self, spot: Spot) -> bool:
        """Whether a cell is one of the rows below the head of a table."""
        return any(
            table.area.top < spot.row <= table.area.bottom and table.area.left <= spot.column <= table.area.right
            for table in self.tables
        )


class Workbook:
    """A file of a template."""

    def __init__(self, case: Case, content: bytes) -> None:
        self.case, self.content = case, content
        self.texts = LANGUAGES[case.language]
        with zipfile.ZipFile(BytesIO(content)) as file:
            self.parts = {name: file.read(name) for name in file.namelist()}
        self.root = etree.fromstring(self.parts["xl/workbook.xml"])
        shared = etree.fromstring(self.parts["xl/sharedStrings.xml"])
        self.strings = ["".join(t.text or "" for t in item.iter(f"{MAIN}t")) for item in shared.iter(f"{MAIN}si")]
        self.looks = _looks(self.parts["xl/styles.xml"])
        related = self.relations("xl/workbook.xml")
        self.tabs = [
            Tab(self, sheet.get("name"), related[sheet.get(f"{RELATION}id")], sheet.get("state", "visible"))
            for sheet in self.root.iter(f"{MAIN}sheet")
        ]

    def relations(self, path: str) -> dict[str, str]:
        """What a part refers to, by the id of the relation; addresses outside the file stay as they are."""
        folder, _, name = path.rpartition("/")
        part = self.parts.get(f"{folder}/_rels/{name}.rels")
        found = {}
        for element in etree.fromstring(part) if part else ():
            target = element.get("Target")
            outside = element.get("TargetMode") == "External"
            parts = [] if target.startswith("/") else folder.split("/")
            for step in target.strip("/").split("/"):
                parts = parts[:-1] if step == ".." else [*parts, step]
            found[element.get("Id")] = target if outside else "/".join(parts)
        return found

    def tab(self, key: str) -> Tab:
        """The sheet by its key in the texts, such as `overview`."""
        return next(tab for tab in self.tabs if tab.name == self.texts[f"sheet.{key}"])

    def key(self, tab: Tab) -> str:
        """The key of a sheet."""
        return next(key for key in SHEETS if self.texts[f"sheet.{key}"] == tab.name)

    @cached_property
    def names(self) -> dict[str, str]:
        """Defined names of the user's side: no functions, no print areas."""
        own = (name for name in self.root.iter(f"{MAIN}definedName") if "LAMBDA(" not in (name.text or ""))
        return {name.get("name"): name.text or "" for name in own if not name.get("name").startswith("_xlnm.")}

    def printing(self, name: str) -> dict[str, str]:
        """`Print_Area` or `Print_Titles` of each sheet."""
        found = (e for e in self.root.iter(f"{MAIN}definedName") if e.get("name") == f"_xlnm.{name}")
        return {self.tabs[int(e.get("localSheetId"))].name: e.text or "" for e in found}

    def named(self, name: str) -> Spot:
        """The cell that a name stands for."""
        sheet, _, place = self.names[name].rpartition("!")
        row, column = parse(place.replace("$", ""))
        return next(tab for tab in self.tabs if tab.name == sheet.strip("'")).cells[row, column]

    @cached_property
    def cells(self) -> list[Spot]:
        return [cell for tab in self.tabs for cell in tab.cells.values()]

    @cached_property
    def formulas(self) -> list[Spot]:
        return [cell for tab in self.tabs for cell in tab.formulas]


def area_of(reference: str) -> Area:
    """`$A$1:B2` or `A1` as an area."""
    first, _, last = reference.replace("$", "").partition(":")
    return Area(*parse(first), *parse(last or first))


def colour_of(element: Any) -> str:
    """Six digits of a colour element; the one colour of the theme that is used is its black."""
    if element is None or element.get("auto"):
        return ""
    if element.get("rgb"):
        return str(element.get("rgb"))[-6:]
    assert element.get("theme") == "1", etree.tostring(element)
    return "000000"


def _looks(styles: bytes) -> list[Look]:
    root = etree.fromstring(styles)
    own = {int(e.get("numFmtId")): e.get("formatCode") for e in root.iter(f"{MAIN}numFmt")}
    numbers = {**BUILTIN_FORMATS, **own}
    fonts = root.find(f"{MAIN}fonts")
    fills = root.find(f"{MAIN}fills")
    looks = []
    for xf in root.find(f"{MAIN}cellXfs"):
        font, fill = fonts[int(xf.get("fontId"))], fills[int(xf.get("fillId"))]
        pattern = fill.find(f"{MAIN}patternFill")
        solid = pattern is not None and pattern.get("patternType") == "solid"
        alignment, protection = xf.find(f"{MAIN}alignment"), xf.find(f"{MAIN}protection")
        told = {} if alignment is None else alignment.attrib
        looks.append(
            Look(
                font=font.find(f"{MAIN}name").get("val"),
                size=float(font.find(f"{MAIN}sz").get("val")),
                bold=font.find(f"{MAIN}b") is not None,
                colour=colour_of(font.find(f"{MAIN}color")),
                fill=colour_of(pattern.find(f"{MAIN}fgColor")) if solid else "",
                number=numbers[int(xf.get("numFmtId"))],
                wrapped=told.get("wrapText") == "1",
                indent=int(told.get("indent", 0)),
                horizontal=told.get("horizontal", ""),
                locked=protection is None or protection.get("locked") != "0",
            )
        )
    return looks


def literals(formula: str) -> list[str]:
    """The texts in a formula."""
    return [text.replace('""', '"') for text in re.findall(r'"((?:[^"]|"")*)"', formula)]


def none(found: Iterable[object], shown: int = 8) -> None:
    """Fail with the first of what should not be there."""
    wrong = [str(one) for one in found]
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:shown])
