"""Custom document properties: texts that a workbook carries without showing them (ISO 29500-1, 15.2.12.2 and 22.3)."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from clv_xl.errors import Unsupported, WorkbookError
from clv_xl.workbook.cell_xml import attributes
from clv_xl.workbook.encoding import utf8
from clv_xl.workbook.markup import characters, quoted
from clv_xl.workbook.package import CONTENT_TYPES, relationships_part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clv_xl.workbook.book import Book

LONGEST_NAME = 255

_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_FIRST_PID = 2

_P = rb"(?:[\w.-]+:)?"
_ATTRIBUTES = rb"""((?:[^>"'/]|"[^"]*"|'[^']*'|/(?!>))*)"""
_ROOT = re.compile(rb"<(%s)Properties(?=[\s/>])%s(/?)>" % (_P, _ATTRIBUTES))
_PROPERTY = re.compile(rb"<(%s)property\s%s(?:/>|>(.*?)</\1property\s*>)" % (_P, _ATTRIBUTES), re.DOTALL)
_TEXT = re.compile(rb"\s*<(%s)lpwstr(?:\s[^>]*)?(?:/>|>([^<]*)</\1lpwstr\s*>)\s*" % _P)
_TYPES = re.compile(rb"""\sxmlns:([\w.-]+)\s*=\s*["'][^"']*/docPropsVTypes["']""")
_LINK = re.compile(rb"""\slinkTarget\s*=\s*(?:"[^"]*"|'[^']*')""")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_TAG = re.compile(rb"<%s(?:Relationship|Override)\s%s>" % (_P, _ATTRIBUTES + rb"/?"))


class _Dialect(NamedTuple):
    """The addresses that a kind of workbook writes: of the relationship, the properties and their types."""

    relationship: str
    properties: str
    types: str


_USUAL = _Dialect(
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties",
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes",
)
_STRICT = _Dialect(
    "http://purl.oclc.org/ooxml/officeDocument/relationships/customProperties",
    "http://purl.oclc.org/ooxml/officeDocument/customProperties",
    "http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes",
)


def property_parts(
    book: Book, properties: Mapping[str, str], changed: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """Give the parts to replace or add so that the workbook holds these texts; others stay byte for byte.

    Names are compared without regard to case, as Office does; a property of another type becomes text. Empty when the
    workbook holds them already. `changed` are parts that are about to be written otherwise than the file has them.
    """
    for name, text in properties.items():
        if not 1 <= len(name) <= LONGEST_NAME or _UNWRITABLE.search(name + text):
            raise WorkbookError(
                f"{book.path.name} cannot hold the property {name[:LONGEST_NAME]!r}: its name must have 1 to "
                f"{LONGEST_NAME} characters, and neither name nor text control characters.",
                f"{book.path.name} kan de eigenschap {name[:LONGEST_NAME]!r} niet bevatten: de naam moet 1 tot "
                f"{LONGEST_NAME} tekens hebben, en naam noch tekst stuurtekens.",
            )

    def read(part: str) -> bytes:
        return utf8((changed or {}).get(part) or book.package.read(part), f"{book.path.name}: {part}")

    links = relationships_part("")
    rels, types = read(links), read(CONTENT_TYPES)
    dialect = _STRICT if b"purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" in rels else _USUAL
    kinds = {dialect.relationship.rpartition("/")[2] for dialect in (_USUAL, _STRICT)}
    part = next((link.target for link in book.package.relationships("").values() if link.kind in kinds), "")
    exists = part in book.package or part in (changed or {})
    data = read(part) if exists else _empty(dialect)
    new = _with(data, properties, dialect, f"{book.path.name}: {part}")
    if new == data:
        return {}
    if exists:
        return {part: new}
    overridden = {tag.get(b"PartName", b"").decode().lower() for tag in _tags(types)}
    parts = {}
    if not part:
        part = _free_name(book, overridden)
        parts[links] = _appended(rels, _relationship(rels, dialect, part), f"{book.path.name}: {links}")
    if f"/{part}".lower() not in overridden:
        override = f"Override PartName={quoted(f'/{part}')} ContentType={quoted(_CONTENT_TYPE)}"
        parts[CONTENT_TYPES] = _appended(types, override, f"{book.path.name}: {CONTENT_TYPES}")
    return {**parts, part: new}


def _with(data: bytes, properties: Mapping[str, str], dialect: _Dialect, where: str) -> bytes:
    """Put texts among the properties."""
    root = _ROOT.search(data)
    if root is None:
        raise Unsupported(
            f"{where} is no plain list of properties: open the file in Excel and save it again.",
            f"{where} is geen gewone lijst van eigenschappen: open het bestand in Excel en sla het opnieuw op.",
        )
    wanted = {name.casefold(): (name, text) for name, text in properties.items()}
    types = _TYPES.search(root[2])
    pid = _FIRST_PID - 1
    pieces, at = [], root.end()
    for match in _PROPERTY.finditer(data):
        tag = attributes(match[2])
        pid = max(pid, int(tag[b"pid"]) if tag.get(b"pid", b"").isdigit() else 0)
        _, text = wanted.pop(characters(tag.get(b"name", b"")).casefold(), ("", None))
        held = _TEXT.fullmatch(match[3] or b"")
        if text is None or (held is not None and characters(held[2] or b"") == text):
            continue
        element = _element(match[1], _LINK.sub(b"", b" " + match[2]), text, types, dialect)
        pieces += [data[at : match.start()], element]
        at = match.end()
    added = []
    for name, text in wanted.values():
        pid += 1
        tags = f' fmtid="{_FORMAT}" pid="{pid}" name={quoted(name)}'
        added.append(_element(root[1], tags.encode(), text, types, dialect))
    if not pieces and not added:
        return data
    return _filled(data, root, at, pieces, added, where)


def _filled(data: bytes, root: re.Match[bytes], at: int, pieces: list[bytes], added: list[bytes], where: str) -> bytes:
    if root[3]:  # a list of nothing may be one empty tag
        opened = data[: root.end()].removesuffix(b"/>").rstrip()
        return b"".join([opened, b">", *added, b"</%sProperties>" % root[1], data[root.end() :]])
    end = data.rfind(b"</%sProperties" % root[1])
    if end < at:
        raise Unsupported(
            f"{where} is no plain list of properties: open the file in Excel and save it again.",
            f"{where} is geen gewone lijst van eigenschappen: open het bestand in Excel en sla het opnieuw op.",
        )
    return b"".join([data[: root.end()], *pieces, data[at:end], *added, data[end:]])


def _element(prefix: bytes, tags: bytes, text: str, types: re.Match[bytes] | None, dialect: _Dialect) -> bytes:
    kind = types[1] if types else b"vt"
    declared = b"" if types else b' xmlns:vt="%s"' % dialect.types.encode()
    # A bare carriage return would be read as the end of a line.
    content = escape(text, quote=False).replace("\r", "&#13;").encode()
    return b"<%sproperty%s><%s:lpwstr%s>%s</%s:lpwstr></%sproperty>" % (
        prefix, tags.rstrip(), kind, declared, content, kind, prefix,
    )  # fmt: skip


def _empty(dialect: _Dialect) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
        f'<Properties xmlns="{dialect.properties}" xmlns:vt="{dialect.types}"></Properties>'
    ).encode()


def _tags(data: bytes) -> list[dict[bytes, bytes]]:
    return [attributes(match[1]) for match in _TAG.finditer(data)]


def _free_name(book: Book, overridden: set[str]) -> str:
    number, part = 0, "docProps/custom.xml"
    while part in book.package or f"/{part}".lower() in overridden:
        number += 1
        part = f"docProps/custom{number}.xml"
    return part


def _relationship(rels: bytes, dialect: _Dialect, part: str) -> str:
    taken, number = {tag.get(b"Id") for tag in _tags(rels)}, 1
    while f"rId{number}".encode() in taken:
        number += 1
    return f'Relationship Id="rId{number}" Type="{dialect.relationship}" Target="{part}"'


def _appended(data: bytes, element: str, where: str) -> bytes:
    """Put an element, without its prefix and marks, after the last one in a list."""
    end = re.search(rb"</(%s)(?:Relationships|Types)\s*>\s*$" % _P, data)
    if end is None:
        raise Unsupported(
            f"{where} is written in an unusual way: open the file in Excel and save it again.",
            f"{where} is op een ongewone manier geschreven: open het bestand in Excel en sla het opnieuw op.",
        )
    return b"%s<%s%s/>%s" % (data[: end.start()], end[1], element.encode(), data[end.start() :])
