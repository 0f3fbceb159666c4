"""How a number is shown, and how wide a text is in Arial, whose letters are as wide as those of Helvetica."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path

import matplotlib as mpl
from fontTools import agl

from .workbooks import Look, Spot

EPOCH = dt.date(1899, 12, 30)
PADDING = 4.0  # points: what Excel leaves free at both sides of a cell, and a little
INDENT = 7.0  # points for each step
PER_EM = 1000
LINE = 1.22  # line height in Arial, in sizes of the font


@cache
def _metrics(bold: bool) -> dict[str, int]:
    """Width of each character in thousandths of the size, by the metrics that Adobe publishes."""
    path = Path(mpl.get_data_path()) / "fonts" / "afm" / ("phvb8a.afm" if bold else "phvr8a.afm")
    named = re.findall(r"^C -?\d+ ; WX (\d+) ; N (\w+)", path.read_text("ascii"), re.MULTILINE)
    widths = {agl.toUnicode(name): int(width) for width, name in named}
    newer = {"\N{EURO SIGN}": widths["0"], "\N{NO-BREAK SPACE}": widths[" "], "\N{MINUS SIGN}": widths["+"]}
    return {**newer, **widths}


def points(text: str, look: Look) -> float:
    """Width of one line; a character that the metrics do not know, such as an arrow, is as wide as it is high."""
    metrics = _metrics(look.bold)
    return sum(metrics.get(character, PER_EM) for character in text) * look.size / PER_EM


def room(width: float, look: Look) -> float:
    """Points for text in a column of a width in characters, of seven pixels each."""
    pixels = int((256 * width + 18) / 256 * 7)
    return pixels * 0.75 - PADDING - look.indent * INDENT


def shown(value: float, code: str) -> str:
    """A number as a format shows it to an American reader; other readers' separators are no wider."""
    if code in ("General", "@"):
        return f"{value:.10g}"
    if "yy" in code:
        day = EPOCH + dt.timedelta(days=int(value))
        return code.replace("yyyy", f"{day:%Y}").replace("mm", f"{day:%m}").replace("dd", f"{day:%d}")
    sections = code.split(";")
    section = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    sign = "-" if value < 0 and len(sections) == 1 else ""
    section = re.sub(r"\[\$([^\]-]*)[^\]]*\]", r'"\1"', section)
    digits = re.search(r"[#0][#0,]*(?:\.(0+))?", re.sub(r'"[^"]*"', lambda match: "_" * len(match[0]), section))
    assert digits, f"no digits in {code}"
    scaled = abs(value) * (100 if "%" in section else 1)
    grouped = "," if "," in digits[0] else ""
    number = f"{scaled:{grouped}.{len(digits[1] or '')}f}"
    rest = section[: digits.start()] + "\0" + section[digits.end() :]
    return sign + rest.replace('"', "").replace("\\", "").replace("\0", number)


def text_of(cell: Spot) -> str:
    """What a cell shows."""
    if cell.value is None:
        return ""
    if isinstance(cell.value, bool):
        return str(cell.value).upper()
    return shown(cell.value, cell.look.number) if isinstance(cell.value, float) else cell.value


def lines(text: str, look: Look, free: float) -> int:
    """Lines that a text takes when it wraps between words."""
    count = 0
    for paragraph in text.split("\n"):
        used, count = 0.0, count + 1
        for word in paragraph.split(" "):
            width = points(word, look)
            blank = points(" ", look) if used else 0.0
            if used and used + blank + width > free:
                used, count = width, count + 1
            else:
                used += blank + width
    return count
