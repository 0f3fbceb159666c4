"""A workbook opened for reading: its sheets, names and tables at once, its cells when asked."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from clv_xl.errors import CellRefused, NotAWorkbook, Unsupported, WorkbookError
from clv_xl.workbook.address import LAST_ROW
from clv_xl.workbook.cells import Cell, read_cells
from clv_xl.workbook.formats import date_styles
from clv_xl.workbook.markup import child, document, elements, local, rich_text
from clv_xl.workbook.package import CONTENT_TYPES, Package, Relationship
from clv_xl.workbook.tables import Table, read_table

if TYPE_CHECKING:
    import os

    from lxml import etree

    from clv_xl.workbook.address import Position


_DIGITS = 6
_LISTED, _LONGEST_NAME = 20, 31  # sheets that a refusal lists, and the characters that Excel gives a name
_CUSTOM = ("custom-properties", "customProperties")  # the second in strict files


class Sheet(NamedTuple):
    """A tab: kind is worksheet, chartsheet, dialogsheet, xlMacrosheet or missing; state visible, hidden, veryHidden."""

    name: str
    part: str
    kind: str
    state: str


class Book:
    """A workbook: `sheets` in the order of their tabs, `names` of the workbook and `local_names` of its sheets."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.package = Package(path)
        try:
            self._open()
        except BaseException:
            self.package.close()
            raise

    def _open(self) -> None:
        package, file = self.package, self.path.name
        if CONTENT_TYPES not in package:
            raise NotAWorkbook(
                f"{file} is a zip file but no Excel workbook.", f"{file} is een zipbestand, maar geen Excel-werkmap."
            )
        roots = package.relationships("").values()
        self.part = next((link.target for link in roots if link.kind == "officeDocument"), "")
        if self.part.lower().endswith(".bin"):
            raise Unsupported(
                f"{file} is a binary workbook (.xlsb): open it in Excel and save it as .xlsx or .xlsm.",
                f"{file} is een binaire werkmap (.xlsb): open die in Excel en sla op als .xlsx of .xlsm.",
            )
        signed = any(link.kind == "origin" for link in roots)
        if signed or any(part.lower().lstrip("/").startswith("_xmlsignatures/") for part in package.parts):
            raise Unsupported(
                f"{file} is digitally signed, and any change breaks the signature: "
                "remove the signature in Excel (File, Info) or use an unsigned copy.",
                f"{file} is digitaal ondertekend, en elke wijziging verbreekt de handtekening: "
                "verwijder de handtekening in Excel (Bestand, Info) of neem een kopie zonder.",
            )
        root = self.document(self.part) if self.part in package else None
        if root is None or local(root.tag) != "workbook":
            raise NotAWorkbook(
                f"{file} is an Office file but no Excel workbook.",
                f"{file} is een Office-bestand, maar geen Excel-werkmap.",
            )
        settings = child(root, "workbookPr")
        self.date1904 = settings is not None and settings.get("date1904") in ("1", "true")
        calculation = child(root, "calcPr")
        self.full_precision = calculation is None or calculation.get("fullPrecision") not in ("0", "false")
        self.links = package.relationships(self.part)
        self.sheets = {sheet.name: sheet for sheet in map(self._sheet, _children(root, "sheets", "sheet"))}
        self.names, self.local_names = self._defined(_children(root, "definedNames", "definedName"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.package.close()

    def sheet(self, name: str) -> Sheet:
        """Find a worksheet by its name, in any case."""
        found = self.sheets.get(name) or {key.lower(): sheet for key, sheet in self.sheets.items()}.get(name.lower())
        if found is None:
            known = ", ".join(repr(key[:_LONGEST_NAME]) for key in list(self.sheets)[:_LISTED])
            raise CellRefused(
                f"There is no sheet {name!r}: {self.path.name} has {known}.",
                f"Er is geen blad {name!r}: {self.path.name} heeft {known}.",
            )
        if found.kind != "worksheet" or found.part not in self.package:
            raise CellRefused(
                f"Sheet {name!r} is a {found.kind} and has no cells: name a worksheet.",
                f"Blad {name!r} is een {found.kind} en heeft geen cellen: noem een werkblad.",
            )
        return found

    def table(self, name: str) -> Table:
        """Find a table by its name, in any case."""
        found = next((table for key, table in self.tables.items() if key.lower() == name.lower()), None)
        if found is None:
            known = ", ".join(self.tables) or "-"
            raise CellRefused(
                f"There is no table {name!r}: the tables of {self.path.name} are: {known}.",
                f"Er is geen tabel {name!r}: de tabellen van {self.path.name} zijn: {known}.",
            )
        return found

    def cells(self, name: str, last: int = LAST_ROW) -> dict[Position, Cell]:
        """Read the cells of a sheet up to its row `last`, by (row, column)."""
        part = self.sheet(name).part
        with self.package.open(part) as stream:
            return read_cells(stream, f"{self.path.name}: {part}", self.shared_string, self.date1904, last)

    def shared_string(self, index: int) -> str:
        """Give a text of the table that all sheets share."""
        return self._strings[index]

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables of all sheets, by name."""
        found = {}
        for sheet in self.sheets.values():
            for part in self.linked(sheet, "table"):
                table = read_table(self.document(part), sheet.name, part)
                found[table.name] = table
        return found

    @cached_property
    def custom_properties(self) -> dict[str, str]:
        """The properties that users and programs added to the file."""
        links = self.package.relationships("").values()
        part = next((link.target for link in links if link.kind in _CUSTOM), "")
        if not part or part not in self.package:
            return {}
        root = self.document(part)
        return {item.get("name", ""): "".join(map(str, item.itertext())) for item in root if isinstance(item.tag, str)}

    @cached_property
    def date_styles(self) -> frozenset[int]:
        """The styles of cells that show a number as a day; none where the styles cannot be read."""
        part = next((link.target for link in self.links.values() if link.kind == "styles"), "")
        try:
            return date_styles(self.document(part)) if part in self.package else frozenset()
        except WorkbookError:  # how a value is told is no reason to refuse a file
            return frozenset()

    def linked(self, sheet: Sheet, kind: str) -> list[str]:
        """Name the parts of a kind that belong to a sheet."""
        links = self.package.relationships(sheet.part).values()
        return [link.target for link in links if link.kind == kind and link.target in self.package]

    def document(self, part: str) -> etree._Element:
        """Parse a small part."""
        return document(self.package.read(part), f"{self.path.name}: {part}")

    @cached_property
    def _strings(self) -> list[str]:
        part = next((link.target for link in self.links.values() if link.kind == "sharedStrings"), "")
        if part not in self.package:
            return []
        with self.package.open(part) as stream:
            return [rich_text(item) for item in elements(stream, "si", f"{self.path.name}: {part}")]

    def _sheet(self, element: etree._Element) -> Sheet:
        identity = next((value for key, value in element.attrib.items() if local(str(key)) == "id"), "")
        link = self.links.get(str(identity), Relationship("missing", ""))
        return Sheet(element.get("name", ""), link.target, link.kind, element.get("state", "visible"))

    def _defined(self, elements: list[etree._Element]) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
        tabs, names, local_names = list(self.sheets), {}, {}
        for element in elements:
            name, text, index = element.get("name", ""), element.text or "", element.get("localSheetId")
            if index is None:
                names[name] = text
            elif index.isdecimal() and len(index) < _DIGITS and int(index) < len(tabs):
                local_names[tabs[int(index)], name] = text
        return names, local_names


def _children(root: etree._Element, name: str, of: str) -> list[etree._Element]:
    parent = child(root, name)
    found = [] if parent is None else [element for element in parent if isinstance(element.tag, str)]
    return [element for element in found if local(element.tag) == of]
