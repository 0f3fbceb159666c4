"""XML of a workbook, read without resolving anything from outside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from lxml import etree

from clv_xl.errors import NotAWorkbook, Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator


class Readable(Protocol):
    """Something that gives bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Read some bytes."""


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#(\d+)|(amp|lt|gt|quot|apos));")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def local(tag: str) -> str:
    """Take the namespace off a tag or an attribute name."""
    return tag.rpartition("}")[2]


def document(data: bytes, where: str) -> etree._Element:
    """Parse a whole part; `where` names it in a refusal."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged(where) from error
    _refuse_doctype(root, where)
    return root


def elements(stream: Readable, name: str, where: str) -> Iterator[etree._Element]:
    """Give the elements of one name as they are read, in any namespace; each is freed after use."""
    checked = False
    try:
        for _, element in etree.iterparse(stream, tag=f"{{*}}{name}", resolve_entities=False, no_network=True):
            if not checked:
                _refuse_doctype(element, where)
                checked = True
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise _damaged(where) from error


def child(element: etree._Element, name: str) -> etree._Element | None:
    """Find the first child of a name, in any namespace."""
    return next((found for found in element if isinstance(found.tag, str) and local(found.tag) == name), None)


def rich_text(element: etree._Element) -> str:
    """Join the runs of a shared or inline string; phonetic readings are left out."""
    texts = []
    for part in element:
        kind = local(part.tag) if isinstance(part.tag, str) else ""
        if kind == "t":
            texts.append(part.text or "")
        elif kind == "r":
            texts.extend(run.text or "" for run in part if isinstance(run.tag, str) and local(run.tag) == "t")
    return unescape("".join(texts))


def unescape(text: str) -> str:
    """Turn `_x000D_` into the character that it stands for."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def quoted(text: str) -> str:
    """Write an attribute's value, its quotation marks included."""
    from xml.sax.saxutils import quoteattr  # noqa: PLC0415  loads urllib and ssl, which few patches need

    return quoteattr(text)


def characters(markup: bytes) -> str:
    """Read character data as an XML parser does: references resolved, line ends made one."""
    text = markup.decode().replace("\r\n", "\n").replace("\r", "\n")
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _ENTITIES[match[3]]
    return chr(int(match[1], 16) if match[1] else int(match[2]))


def _damaged(where: str) -> NotAWorkbook:
    return NotAWorkbook(
        f"{where} is damaged: it is no well-formed XML. Restore a backup of the file.",
        f"{where} is beschadigd: het is geen goed gevormde XML. Zet een reservekopie van het bestand terug.",
    )


def _refuse_doctype(element: etree._Element, where: str) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise Unsupported(
            f"{where} holds a DOCTYPE, which no workbook needs: do not trust the file.",
            f"{where} bevat een DOCTYPE, die geen werkmap nodig heeft: vertrouw het bestand niet.",
        )
