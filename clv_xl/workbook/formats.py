"""Which cell styles show a number as a date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clv_xl.workbook.markup import child, local

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_BUILT_IN = frozenset({14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58})
"""Numbers of formats that no file spells out and that tell a day (ECMA-376 part 1, 18.8.30)."""
_ASIDE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.|am/pm|a/p', re.IGNORECASE)
_SIGNS = frozenset("ymdhsgeb")  # of dates and times, with the eras of Japan and Thailand
_DIGITS = 10  # of the number of a format; int() refuses very long ones
_DAYS = re.compile(r"[yd]|mmm")


def date_styles(styles: etree._Element) -> frozenset[int]:
    """The styles, as cells name them (`s`), whose number format tells a day; one that tells a time only does not."""
    told = {_number(one): tells_day(one.get("formatCode", "")) for one in _listed(styles, "numFmts", "numFmt")}
    numbers = (_number(one) for one in _listed(styles, "cellXfs", "xf"))
    return frozenset(style for style, number in enumerate(numbers) if told.get(number, number in _BUILT_IN))


def tells_day(code: str) -> bool:
    """Whether a number format shows a day: `dd-mm-yyyy`, not `hh:mm`, `0.00` or `General`."""
    shown = _ASIDE.sub("", code).partition(";")[0].casefold()
    letters = {sign for sign in shown if sign.isalpha()}
    return letters <= _SIGNS and _DAYS.search(shown) is not None


def _number(element: etree._Element) -> int:
    text = element.get("numFmtId", "0")
    return int(text) if text.isdecimal() and len(text) < _DIGITS else 0


def _listed(root: etree._Element, name: str, of: str) -> Iterator[etree._Element]:
    parent = child(root, name)
    for element in () if parent is None else parent:
        if isinstance(element.tag, str) and local(element.tag) == of:
            yield element
