"""The names of functions as files spell them: ours, Excel's own, and those of other programs."""

from __future__ import annotations

import re
from functools import cache

from clv_xl.functions import CATALOGUE

# What stands before a name of another program: [1]! or a path, or the mark of an XLL
_ELSEWHERE = re.compile(r"^(?:(?:'(?:[^']|'')*'|\[\d+\][^!]*|[\w.\[\]]+)!|_xll\.)+", re.IGNORECASE)
_NEWER = re.compile(r"^_xlfn\.(?:_xlws\.)?", re.IGNORECASE)
_OFFICE_JS = re.compile(r"^_xldudf_", re.IGNORECASE)
# The mark of a spill behind a cell, outside text and sheet names: Excel's own files spell it ANCHORARRAY
_SPILL_MARK = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*')|((?:[\w.]+!)?\$?[A-Z]{1,3}\$?\d{1,7})#""", re.IGNORECASE)


@cache
def ours(written: str) -> str:
    """The catalogue's name of a function in any spelling, empty when it is not ours.

    Office.js puts a namespace before it, which may hold underscores as our names do: the longest name of ours that
    ends the text is meant, so that `_xldudf_SHOP_CLV_CAC` is CLV_CAC.
    """
    bare = _NEWER.sub("", _ELSEWHERE.sub("", written)).upper()
    if not _OFFICE_JS.match(bare):
        return bare if bare in CATALOGUE else ""
    parts = _OFFICE_JS.sub("", bare).split("_")
    ends = ("_".join(parts[start:]) for start in range(len(parts)))
    return next((name for name in ends if name in CATALOGUE), "")


@cache
def excels(written: str) -> str:
    """The name of a function of Excel's own, without what newer ones wear in files; empty for other programs'."""
    if _ELSEWHERE.match(written) or _OFFICE_JS.match(written):
        return ""
    return _NEWER.sub("", written).upper()


def normal(text: str) -> str:
    """A formula without its equals sign and outer blanks, the mark of a spill spelled as files have it."""
    bare = text.strip().removeprefix("=").strip()
    if "#" not in bare:
        return bare
    return _SPILL_MARK.sub(lambda found: found[1] or f"_xlfn.ANCHORARRAY({found[2]})", bare)
