"""Two versions of a workbook compared, by readers of zip and XML of its own: what differs beyond what was asked.

A part that was not to change must have the same compressed bytes in the same place of the order. A sheet may differ in
the cells that are named, in the area it says it uses (`dimension`, `spans`), and in places that are spelled out.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
from collections.abc import Collection, Mapping
from itertools import product
from pathlib import Path
from typing import NamedTuple, Self

from lxml import etree

Spot = tuple[int, int]
Edited = Mapping[str, Collection[Spot]]

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
_LOCAL_SIZE = 30
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d+)")


class Found(NamedTuple):
    """A cell: type attribute, text of its value, formula; a shared string is spelled out and its type is str."""

    kind: str
    text: str | None
    formula: str | None


class Workbook:
    """The parts of a workbook as they stand in the zip, and its worksheets by name in the order of their tabs."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        data = path.read_bytes()
        # A damaged part does not reach into the next one.
        starts = sorted([*(info.header_offset for info in self._archive.infolist()), self._archive.start_dir])
        self.raw = {
            info.filename: (info.compress_type, info.CRC, _raw(data[: _after(starts, info.header_offset)], info))
            for info in self._archive.infolist()
        }
        self._parts = {_key(name): name for name in self.raw}
        self.sheets = self._worksheets()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def read(self, part: str) -> bytes:
        """The bytes of a part, found without regard to case."""
        return self._archive.read(self._parts[_key(part)])

    def spelled(self, part: str) -> str:
        """The name of a part as the zip spells it."""
        return self._parts[_key(part)]

    def root(self, sheet: str) -> etree._Element:
        """The XML of a worksheet."""
        return etree.fromstring(self.read(self.sheets[sheet]), _PARSER)

    def cells(self, sheet: str) -> dict[Spot, Found]:
        """The cells of a worksheet that hold anything."""
        return {spot: found for spot, cell in _cells(self.root(sheet)) if any((found := self._found(cell))[1:])}

    def spots(self, sheet: str) -> list[Spot]:
        """The places of all cells of a worksheet, blank ones too."""
        return [spot for spot, _ in _cells(self.root(sheet))]

    def linked(self, part: str) -> list[tuple[str, str]]:
        """Kinds and names of the parts that a part refers to and that exist."""
        return [(kind, target) for kind, target, _ in self._links(part) if _key(target) in self._parts]

    def _found(self, cell: etree._Element) -> Found:
        kind, text, formula = cell.get("t", "n"), None, None
        for part in cell.iterchildren("{*}v", "{*}f", "{*}is"):
            name = etree.QName(part).localname
            if name == "f":
                formula = part.text or f"{part.get('t')} {part.get('si', part.get('ref'))}"
            else:
                text = part.text or "" if name == "v" else _text(part)
        if kind == "s" and text:
            text = self._strings()[int(text)]
        return Found("str" if kind in ("s", "inlineStr") else kind, text, formula)

    def _strings(self) -> list[str]:
        if not hasattr(self, "_shared"):
            part = next((part for kind, part, _ in self._links(self._main()) if kind == "sharedStrings"), "")
            root = etree.fromstring(self.read(part), _PARSER)
            self._shared = [_text(item) for item in root.iterchildren("{*}si")]
        return self._shared

    def _main(self) -> str:
        return next(part for kind, part, _ in self._links("") if kind == "officeDocument")

    def _links(self, part: str) -> list[tuple[str, str, str]]:
        folder, leaf = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{leaf}.rels")
        if _key(rels) not in self._parts:
            return []
        links = []
        for link in etree.fromstring(self.read(rels), _PARSER).iterchildren("{*}Relationship"):
            target = link.get("Target", "").replace("\\", "/")
            target = target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            links += [(posixpath.basename(link.get("Type", "")), target.lstrip("/"), link.get("Id", ""))]
        return links

    def _worksheets(self) -> dict[str, str]:
        main = self._main()
        parts = {identity: part for kind, part, identity in self._links(main) if kind == "worksheet"}
        sheets = {}
        for sheet in etree.fromstring(self.read(main), _PARSER).iterfind("{*}sheets/{*}sheet"):
            identity = next((value for name, value in sheet.attrib.items() if etree.QName(name).localname == "id"), "")
            if _key(parts.get(identity, "")) in self._parts:
                sheets[sheet.get("name", "")] = parts[identity]
        return sheets


def differences(before: Path, after: Path, edited: Edited | None = None, free: Collection[str] = ()) -> list[str]:
    """What differs between two versions apart from the cells `edited` and the parts `free`; [] when all is well."""
    with Workbook(before) as old, Workbook(after) as new:
        if list(old.raw) != list(new.raw):
            gone, come = set(old.raw) - set(new.raw), set(new.raw) - set(old.raw)
            if not gone | come:
                return ["the parts stand in another order"]
            return [f"{part} is gone" for part in sorted(gone)] + [f"{part} is new" for part in sorted(come)]
        touched = {old.spelled(old.sheets[sheet]): sheet for sheet, spots in (edited or {}).items() if spots}
        changed = [part for part in old.raw if old.raw[part] != new.raw[part] and part not in free]
        found = [f"{part} differs" for part in changed if part not in touched]
        for part in changed:
            if sheet := touched.get(part):
                found += _sheet_differences(old.root(sheet), new.root(sheet), set((edited or {})[sheet]), sheet)
    return found


def _sheet_differences(old: etree._Element, new: etree._Element, edited: set[Spot], sheet: str) -> list[str]:
    before, after = dict(_cells(old)), dict(_cells(new))
    edited |= {spot for anchor in edited for spot in _spill(before.get(anchor))}
    found = []
    for spot in sorted(before.keys() | after.keys()):
        one, other = before.get(spot), after.get(spot)
        if spot in edited:
            if one is not None and other is not None and one.get("s") != other.get("s"):
                found.append(f"{sheet} {spot}: the style of the edited cell is another")
        elif one is None or other is None:
            found.append(f"{sheet} {spot}: a cell {'came' if one is None else 'went'}")
        elif _canonical(one) != _canonical(other):
            found.append(f"{sheet} {spot}: {_canonical(one).decode()[:200]} became {_canonical(other).decode()[:200]}")
    rows_before, rows_after = _outline(old), _outline(new)
    # A new row has nothing but cells, and those are told above when nobody asked for them.
    rows = sorted(rows_before.keys() | rows_after.keys())
    other = [row for row in rows if rows_before.get(row, {}) != rows_after.get(row)]
    found += [f"{sheet} row {row}: its properties changed" for row in other]
    if _canonical(old) != _canonical(new):
        found.append(f"{sheet}: something outside its cells changed")
    return found


def _cells(root: etree._Element) -> list[tuple[Spot, etree._Element]]:
    """Cells with their places; a row or cell without its place comes right after the one before it."""
    found, row = [], 0
    for line in root.iterfind("{*}sheetData/{*}row"):
        row, column = int(line.get("r", row + 1)), 0
        for cell in line.iterchildren("{*}c"):
            match = _REFERENCE.fullmatch(cell.get("r", ""))
            column = _number(match[1]) if match else column + 1
            found.append(((row, column), cell))
    return found


def _outline(root: etree._Element) -> dict[int, dict[str, str]]:
    """Take the rows out of a sheet, leaving what stands around them; give their own properties."""
    rows, number = {}, 0
    for size in root.iterfind("{*}dimension"):
        size.set("ref", "")
    for data in root.iterfind("{*}sheetData"):
        for line in data.iterchildren("{*}row"):
            number = int(line.get("r", number + 1))
            rows[number] = {str(name): str(value) for name, value in line.attrib.items() if name not in ("r", "spans")}
        for child in list(data):
            data.remove(child)
        data.text = None
    return rows


def _spill(cell: etree._Element | None) -> list[Spot]:
    """The cells that an array formula fills."""
    formula = None if cell is None else cell.find("{*}f")
    if formula is None or formula.get("t") != "array":
        return []
    ends = [_REFERENCE.fullmatch(end) for end in formula.get("ref", "").replace("$", "").split(":")]
    rows, columns = [int(end[2]) for end in ends if end], [_number(end[1]) for end in ends if end]
    return list(product(range(min(rows), max(rows) + 1), range(min(columns), max(columns) + 1))) if rows else []


def _canonical(element: etree._Element) -> bytes:
    place = element.attrib.pop("r", None)
    tail, element.tail = element.tail, None
    text = etree.tostring(element, method="c14n")
    element.tail = tail
    if place is not None:
        element.set("r", place)
    return text


def _text(element: etree._Element) -> str:
    runs = element.iterfind(".//{*}t")
    return "".join(run.text or "" for run in runs if etree.QName(run.getparent()).localname != "rPh")


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _after(starts: list[int], start: int) -> int | None:
    return next((other for other in starts if other > start), None)


def _raw(data: bytes, info: zipfile.ZipInfo) -> bytes:
    name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
    start = info.header_offset + _LOCAL_SIZE + name + extra
    return data[start : start + info.compress_size]


def _key(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()
