"""The parts of a workbook in which Office keeps an add-in with its settings: web extensions and their task panes.

[MS-OWEXML] tells the parts. What xlwings Lite writes in them was read in workbooks that it saved: its files are
settings of the document, each the JSON text of its value in an attribute.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid5
from xml.sax.saxutils import escape

from clv_xl.errors import Unsupported
from clv_xl.workbook.encoding import utf8
from clv_xl.workbook.markup import document, local
from clv_xl.workbook.package import CONTENT_TYPES, relationships_part
from clv_xl.workbook.replace import Pieces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml import etree

    from clv_xl.workbook.package import Package

STORE_ID = "WA200008175"
"""xlwings Lite in Microsoft's store."""

_FOLDER = "xl/webextensions"
_LINKS = "http://schemas.microsoft.com/office/2011/relationships"
_PANES, _EXTENSION = "webextensiontaskpanes", "webextension"
_TYPE = "application/vnd.ms-office.{}+xml"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WE = "http://schemas.microsoft.com/office/webextensions/webextension/2010/11"
_WETP = "http://schemas.microsoft.com/office/webextensions/taskpanes/2010/11"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OURS = UUID("d3e1c4ce-6c35-5f0b-9d2a-5c6d0b6f7a11")

_P = r"(?:[\w.-]+:)?"
_REST = r"""(?:[^>"']|"[^"]*"|'[^']*')*?"""
_CLOSED = re.compile(rb"</((?:[\w.-]+:)?)(?:Relationships|Types|taskpanes)\s*>\s*$")
_EMPTY = re.compile(rb"<((?:[\w.-]+:)?)(Relationships|taskpanes)((?:\s[^<>]*?)?)\s*/>\s*$")


class Lite(NamedTuple):
    """The add-in in a workbook: its part, the part of the panes that names it, by which id, and its properties."""

    part: str
    panes: str
    identity: str
    properties: dict[str, Any]


@dataclass
class Changes:
    """Parts to replace or add, and to drop."""

    package: Package
    parts: dict[str, bytes]
    dropped: set[str]

    def read(self, part: str) -> bytes:
        """A part as it will be."""
        if part in self.parts:
            return self.parts[part]
        return utf8(self.package.read(part), f"{self.package.path.name}: {part}")

    def pieces(self) -> Pieces:
        """The changes as they are written."""
        return Pieces({part: [data] for part, data in self.parts.items()}, self.dropped)

    def append(self, part: str, element: str) -> None:
        """Put an element, written without prefix and marks, at the end of a list."""
        data = _EMPTY.sub(rb"<\1\2\3></\1\2>", self.read(part))
        end = _CLOSED.search(data)
        if end is None:
            raise self.unusual(part)
        prefix = end[1].decode()
        text = re.sub(r"<(/?)(?=\w+[\s/>])", rf"<\1{prefix}", element)
        self.parts[part] = data[: end.start()] + text.encode() + data[end.start() :]

    def remove(self, part: str, name: str, attribute: str, value: str) -> None:
        """Take out the one element in which an attribute, or that of its child, has this value."""
        data = self.read(part)
        asked = rf"""\b{attribute}\s*=\s*["']{re.escape(value)}["']"""
        inside = rf"(?:(?!</\1{name}\s*>).)*?"
        own = rf"<({_P}){name}\s(?={_REST}{asked}){_REST}(?:/>|>\s*</\1{name}\s*>)"
        parent = rf"<({_P}){name}(?=[\s>]){_REST}(?<!/)>{inside}{asked}{inside}</\1{name}\s*>"
        for pattern in (own, parent):
            rest, count = re.subn(pattern.encode(), b"", data, flags=re.DOTALL | re.IGNORECASE)
            if count == 1:
                self.parts[part] = rest
                return
        raise self.unusual(part)

    def unusual(self, part: str) -> Unsupported:
        """The refusal of a part that cannot be changed in place."""
        where = f"{self.package.path.name}: {part}"
        return Unsupported(
            f"{where} is written in an unusual way: open the file in Excel and save it again.",
            f"{where} is op een ongewone manier geschreven: open het bestand in Excel en sla het opnieuw op.",
        )


def find(package: Package) -> Lite | None:
    """Find xlwings Lite in a workbook; other add-ins are passed over."""
    for panes in _linked(package, "", _PANES).values():
        for identity, part in _linked(package, panes, _EXTENSION).items():
            root = _root(package, part)
            names = {reference.get("id", "").upper() for reference in _all(root, "reference")}
            if STORE_ID in names:
                return Lite(part, panes, identity, _properties(root, f"{package.path.name}: {part}"))
    return None


def added(package: Package, properties: Mapping[str, Any]) -> Changes:
    """Put xlwings Lite with these properties into a workbook that has none, beside other add-ins."""
    changes = Changes(package, {}, set())
    part = _free(package, f"{_FOLDER}/webextension{{}}.xml", first="1")
    # Told by the workbook: the same workbook always gets the same bytes, another one another id.
    identity = uuid5(_OURS, repr(sorted(package.checksums().items())))
    changes.parts[part] = _extension(identity, {**properties, "xlwingsWorkbookId": str(uuid5(identity, "workbook"))})
    _declare(changes, part, _EXTENSION)
    panes = next(iter(_linked(package, "", _PANES).values()), "")
    if not panes:
        panes = _free(package, f"{_FOLDER}/taskpanes{{}}.xml")
        changes.parts[panes] = f'{_DECLARATION}<wetp:taskpanes xmlns:wetp="{_WETP}"></wetp:taskpanes>'.encode()
        _declare(changes, panes, _PANES)
        _link(changes, "", _PANES, panes)
    beside = part.removeprefix(f"{panes.rpartition('/')[0]}/")
    own = _link(changes, panes, _EXTENSION, beside if "/" not in beside else f"/{part}")
    row = len(_all(_root(package, panes, changes), "taskpane"))
    changes.append(
        panes,
        f'<taskpane dockstate="right" visibility="1" width="438" row="{row}">'
        f'<webextensionref xmlns:r="{_OFFICE}" r:id="{own}"/></taskpane>',
    )
    return changes


def with_properties(package: Package, lite: Lite, properties: Mapping[str, Any]) -> Changes:
    """Give xlwings Lite exactly these properties; all else in its part stays."""
    from lxml import etree  # noqa: PLC0415  loads only for a workbook that has them

    changes = Changes(package, {}, set())
    root = _root(package, lite.part)
    bag = next(iter(_all(root, "properties")), None)
    if bag is None:
        raise changes.unusual(lite.part)
    for item in _all(root, "property"):
        name = item.get("name", "")
        if name not in properties:
            bag.remove(item)
        elif properties[name] != lite.properties[name]:
            item.set("value", _json(properties[name]))
    for name in properties.keys() - lite.properties.keys():
        etree.SubElement(bag, etree.QName(bag).text.replace("properties", "property")).attrib.update(
            {"name": name, "value": _json(properties[name])}
        )
    changes.parts[lite.part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return changes


def removed(package: Package, lite: Lite) -> Changes:
    """Take xlwings Lite out; other add-ins stay."""
    changes = Changes(package, {}, set())
    _drop(changes, lite.part)
    links = relationships_part(lite.panes)
    if len(_linked(package, lite.panes, _EXTENSION)) > 1:
        changes.remove(links, "Relationship", "Id", lite.identity)
        changes.remove(lite.panes, "taskpane", f"{_P}id", lite.identity)
        return changes
    _drop(changes, lite.panes)
    identity = next(key for key, target in _linked(package, "", _PANES).items() if target == lite.panes)
    changes.remove(relationships_part(""), "Relationship", "Id", identity)
    return changes


# ---- the pieces


def _extension(identity: UUID, properties: Mapping[str, Any]) -> bytes:
    bag = "".join(
        f'<we:property name="{_attribute(name)}" value="{_attribute(_json(value))}"/>'
        for name, value in properties.items()
    )
    reference = '<we:reference id="{}" version="1.0.0.0" store="{}" storeType="OMEX"/>'
    return (
        f'{_DECLARATION}<we:webextension xmlns:we="{_WE}" id="{{{str(identity).upper()}}}">'
        f"{reference.format(STORE_ID.lower(), 'en-US')}"
        f"<we:alternateReferences>{reference.format(STORE_ID, STORE_ID)}</we:alternateReferences>"
        f"<we:properties>{bag}</we:properties><we:bindings/>"
        f'<we:snapshot xmlns:r="{_OFFICE}"/>'
        '<we:extLst><a:ext xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'uri="{D87F86FE-615C-45B5-9D79-34F1136793EB}"><we:containsCustomFunctions/></a:ext></we:extLst>'
        "</we:webextension>"
    ).encode()


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _properties(root: etree._Element, where: str) -> dict[str, Any]:
    found = {}
    for item in _all(root, "property"):
        try:
            found[item.get("name", "")] = json.loads(item.get("value", ""))
        except ValueError:
            raise Unsupported(
                f"{where} holds a setting that xlwings Lite does not write so: open the file in Excel and save it.",
                f"{where} bevat een instelling die xlwings Lite niet zo schrijft: open het bestand in Excel en sla het "
                "op.",
            ) from None
    return found


def _root(package: Package, part: str, changes: Changes | None = None) -> etree._Element:
    data = changes.read(part) if changes else package.read(part)
    return document(data, f"{package.path.name}: {part}")


def _all(root: etree._Element, name: str) -> list[etree._Element]:
    return [item for item in root.iter() if isinstance(item.tag, str) and local(item.tag) == name]


def _linked(package: Package, part: str, kind: str) -> dict[str, str]:
    links = package.relationships(part).items()
    return {identity: link.target for identity, link in links if link.kind == kind and link.target in package}


def _free(package: Package, name: str, first: str = "") -> str:
    numbers = chain([first], map(str, count(2)))
    return next(part for number in numbers if (part := name.format(number)) not in package)


def _link(changes: Changes, part: str, kind: str, target: str) -> str:
    """Add a relationship and give its id."""
    links = relationships_part(part)
    if links not in changes.package and links not in changes.parts:
        changes.parts[links] = f'{_DECLARATION}<Relationships xmlns="{_RELATIONSHIPS}"></Relationships>'.encode()
    taken = {link.get("Id") for link in _all(_root(changes.package, links, changes), "Relationship")}
    number = 1
    while f"rId{number}" in taken:
        number += 1
    changes.append(links, f'<Relationship Id="rId{number}" Type="{_LINKS}/{kind}" Target="{target}"/>')
    return f"rId{number}"


def _declare(changes: Changes, part: str, kind: str) -> None:
    changes.append(CONTENT_TYPES, f'<Override PartName="/{part}" ContentType="{_TYPE.format(kind)}"/>')


def _drop(changes: Changes, part: str) -> None:
    """A part goes with its relationships and its type."""
    changes.dropped |= {found for found in (part, relationships_part(part)) if found in changes.package}
    changes.remove(CONTENT_TYPES, "Override", "PartName", f"/{part}")
