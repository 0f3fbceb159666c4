"""A scratch workbook: the formulas that are asked, as constants all they read, and nothing else of the client's file.

It is written anew, not copied: a copy of a workbook would bring macros, links and pivots into the engine, and shared
and array formulas could not be changed one by one. Only cells that a wanted formula reads are in it, so that sheets
nobody asks about cost nothing, whatever their size.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from clv_xl.calculation.spellings import normal
from clv_xl.workbook import address
from clv_xl.workbook.markup import quoted
from clv_xl.workbook.values import encode

if TYPE_CHECKING:
    from clv_xl.calculation.places import Key, Place, Sheets
    from clv_xl.cells import Value
    from clv_xl.workbook.tables import Table

LARGEST = 1_000_000  # cells; each takes 6 microseconds and CellRune 0.8 kB
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Says of a cell with cm="1" that its array formula may spill.
_METADATA = (
    f'{_HEAD}<metadata xmlns="{_MAIN}" xmlns:xda="http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray">'
    '<metadataTypes count="1"><metadataType name="XLDAPR" minSupportedVersion="120000" copy="1" pasteAll="1" '
    'pasteValues="1" merge="1" splitFirst="1" rowColShift="1" clearFormats="1" clearComments="1" assign="1" '
    'coerce="1" cellMeta="1"/></metadataTypes><futureMetadata name="XLDAPR" count="1"><bk><extLst>'
    '<ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}"><xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext>'
    '</extLst></bk></futureMetadata><cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>'
)
# Names of other workbooks, of what is gone, and of what Excel keeps for itself.
_NO_NAME = re.compile(r"\[\d+\]|#REF!")


class TooLarge(ValueError):
    """More cells than an engine is asked to hold."""


@dataclass(frozen=True)
class Asked:
    """A formula in a cell of the scratch workbook; with `area` an old-style array, `spills` a dynamic one."""

    formula: str
    area: address.Area | None = None
    spills: bool = False


@dataclass(frozen=True)
class Scratch:
    """A scratch workbook on disk, with the formulas that may spill by where they stand."""

    path: Path
    spills: Mapping[Key, str]


def write(
    path: Path,
    book: Sheets,
    asked: Mapping[Key, Asked],
    reads: Iterable[Place],
    known: Mapping[Key, Value],
    *,
    annex: tuple[str, Mapping[tuple[int, int], Value]] | None = None,
    date1904: bool = False,
) -> Scratch:
    """Write the scratch workbook of some formulas.

    Args:
        path: where.
        book: the workbook that the formulas are of.
        asked: the formulas, by where they stand.
        reads: the areas they read; of these the values are written.
        known: values that `book` does not hold yet.
        annex: a sheet of values that only the formulas know of, and its name.
        date1904: whether days count from 1904.

    Raises:
        TooLarge: the areas hold more than a million cells.

    """
    sheets = [name for name, sheet in book.sheets.items() if getattr(sheet, "kind", "worksheet") == "worksheet"]
    cells = _values(book, reads, known)
    for key in asked:
        cells[key[0]].pop(key[1:], None)
    for key, one in asked.items():
        if one.spills:  # its old result would stand in its way
            _clear(cells[key[0]], one.area)
    tables = [table for table in book.tables.values() if table.sheet in sheets]
    by_sheet: dict[str, dict[tuple[int, int], Asked]] = {name: {} for name in sheets}
    for (sheet, *spot), one in asked.items():
        by_sheet[sheet][spot[0], spot[1]] = one
    if annex is not None:
        sheets.append(annex[0])
        cells[annex[0]], by_sheet[annex[0]] = dict(annex[1]), {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("[Content_Types].xml", _content_types(len(sheets), len(tables)))
        package.writestr("_rels/.rels", _relationships([("officeDocument", "xl/workbook.xml")]))
        package.writestr("xl/workbook.xml", _workbook(sheets, book, date1904))
        targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
        package.writestr("xl/_rels/workbook.xml.rels", _relationships([*targets, ("sheetMetadata", "metadata.xml")]))
        package.writestr("xl/metadata.xml", _METADATA)
        for number, name in enumerate(sheets, 1):
            own = [(place, table) for place, table in enumerate(tables, 1) if table.sheet == name]
            package.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(cells[name], by_sheet[name], len(own)))
            links = [("table", f"../tables/table{place}.xml") for place, _ in own]
            package.writestr(f"xl/worksheets/_rels/sheet{number}.xml.rels", _relationships(links))
        for place, table in enumerate(tables, 1):
            package.writestr(f"xl/tables/table{place}.xml", _table(place, table))
    return Scratch(path, {key: one.formula for key, one in asked.items() if one.spills})


def _values(
    book: Sheets, reads: Iterable[Place], known: Mapping[Key, Value]
) -> dict[str, dict[tuple[int, int], Value]]:
    """The values in the areas and in the headers of tables, by sheet."""
    found: dict[str, dict[tuple[int, int], Value]] = {name: {} for name in book.sheets}
    areas = {(place.sheet, place.area) for place in reads}
    areas |= {(table.sheet, table.area._replace(bottom=table.area.top)) for table in book.tables.values()}
    held = 0
    for sheet, area in areas:
        cells, values = book.cells(sheet), found[sheet]
        before = len(values)
        if area.size > len(cells):
            values.update({spot: cell.value for spot, cell in cells.items() if area.covers(*spot)})
        else:
            spots = ((row, column) for row in range(area.top, area.bottom + 1)
                     for column in range(area.left, area.right + 1))  # fmt: skip
            values.update({spot: cells[spot].value for spot in spots if spot in cells})
        held += len(values) - before
        if held > LARGEST:
            raise TooLarge
    for (sheet, *spot), value in known.items():
        found[sheet][spot[0], spot[1]] = value
    return found


def _clear(cells: dict[tuple[int, int], Value], area: address.Area | None) -> None:
    for row in range(area.top, area.bottom + 1) if area else ():
        for column in range(area.left, area.right + 1) if area else ():
            cells.pop((row, column), None)


def _sheet(cells: Mapping[tuple[int, int], Value], asked: Mapping[tuple[int, int], Asked], tables: int) -> str:
    rows: dict[int, dict[int, str]] = {}
    for (row, column), value in cells.items():
        if value is not None:
            rows.setdefault(row, {})[column] = _constant(address.name(row, column), value)
    for (row, column), one in asked.items():
        rows.setdefault(row, {})[column] = _formula(address.name(row, column), one)
    lines = (
        f'<row r="{row}">{"".join(cell for _, cell in sorted(line.items()))}</row>'
        for row, line in sorted(rows.items())
    )
    parts = "".join(f'<tablePart r:id="rId{number}"/>' for number in range(1, tables + 1))
    parts = f'<tableParts count="{tables}">{parts}</tableParts>' if parts else ""
    data = f"<sheetData>{''.join(lines)}</sheetData>"
    return f'{_HEAD}<worksheet xmlns="{_MAIN}" xmlns:r="{_LINK}">{data}{parts}</worksheet>'


def _constant(name: str, value: Value) -> str:
    kind, text = encode(value)
    if kind == "str":
        return f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c r="{name}" t="{kind or "n"}"><v>{text}</v></c>'


def _formula(name: str, one: Asked) -> str:
    text = escape(normal(one.formula), quote=False)
    if one.area is None:
        return f'<c r="{name}"><f>{text}</f></c>'
    mark = ' cm="1"' if one.spills else ""
    return f'<c r="{name}"{mark}><f t="array" ref="{one.area}">{text}</f></c>'


def _workbook(sheets: list[str], book: Sheets, date1904: bool) -> str:
    tabs = "".join(
        f'<sheet name={quoted(name)} sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(sheets, 1)
    )
    names = [(name, "", text) for name, text in book.names.items()]
    names += [
        (name, f' localSheetId="{sheets.index(sheet)}"', text)
        for (sheet, name), text in book.local_names.items()
        if sheet in sheets
    ]
    defined = "".join(
        f"<definedName name={quoted(name)}{where}>{escape(text, quote=False)}</definedName>"
        for name, where, text in names
        if not name.lower().startswith("_xlnm.") and not _NO_NAME.search(text)
    )
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}"><workbookPr date1904="{int(date1904)}"/>'
        f"<sheets>{tabs}</sheets>{f'<definedNames>{defined}</definedNames>' if defined else ''}"
        '<calcPr calcId="191029" fullCalcOnLoad="1"/></workbook>'
    )


def _table(number: int, table: Table) -> str:
    columns = "".join(f'<tableColumn id="{place}" name={quoted(name)}/>' for place, name in enumerate(table.columns, 1))
    return (
        f'{_HEAD}<table xmlns="{_MAIN}" id="{number}" name={quoted(table.name)} displayName={quoted(table.name)} '
        f'ref="{table.area}" headerRowCount="{table.header_rows}" totalsRowCount="{table.totals_rows}">'
        f'<tableColumns count="{len(table.columns)}">{columns}</tableColumns></table>'
    )


def _relationships(links: list[tuple[str, str]]) -> str:
    made = "".join(
        f'<Relationship Id="rId{number}" Type="{_LINK}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_LINKS}">{made}</Relationships>'


def _content_types(sheets: int, tables: int) -> str:
    parts = [("workbook", "sheet.main"), ("metadata", "sheetMetadata")]
    parts += [(f"worksheets/sheet{number}", "worksheet") for number in range(1, sheets + 1)]
    parts += [(f"tables/table{number}", "table") for number in range(1, tables + 1)]
    overrides = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_TYPES}{kind}+xml"/>' for part, kind in parts
    )
    return (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
