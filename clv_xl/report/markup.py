"""Elements of a page; lxml escapes all text, so that a client's name can be no more than a name."""

from __future__ import annotations

from typing import Any

from lxml import etree, html

from .wording import printable

Element = etree._Element  # noqa: SLF001  lxml has no public name for the type
Child = Element | str | None


def element(tag: str, /, *children: Child, **attributes: Any) -> Element:
    """An element; `class_` and `for_` for the words Python keeps, `_` for `-`; False and None leave one out."""
    made = etree.Element(tag)
    for name, value in attributes.items():
        if value is not None and value is not False:
            made.set(name.rstrip("_").replace("_", "-"), "" if value is True else printable(str(value)))
    for child in children:
        _append(made, child)
    return made


def _append(parent: Element, child: Child) -> None:
    if child is None:
        return
    if not isinstance(child, str):
        parent.append(child)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + printable(child)
    else:
        parent.text = (parent.text or "") + printable(child)


def page(root: Element) -> bytes:
    """The page as a file."""
    content: bytes = html.tostring(root, doctype="<!DOCTYPE html>", encoding="utf-8")
    return content + b"\n"
