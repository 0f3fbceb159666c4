"""How a workbook looks: one font, six colours, and number formats that show the same everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .texts import texts

FONT = "Arial"
INK, BLUE, NAVY, GREY, PALE, INPUT = "#1F2933", "#0B3FB5", "#17375E", "#52606D", "#EAF0F6", "#FFF8DC"
GOOD, FAIR, BAD = ("#D9F0DD", "#14532D"), ("#FFF0C2", "#6B4300"), ("#FBDDDD", "#8A1C1C")
"""Fill and font of a verdict; its text says the same in words."""
HEAT = "#7FB3D5"
"""The highest of a heat map: dark figures stay readable on it."""
BARS = "#BCD7EA"
"""Behind figures."""

WHITE = "#FFFFFF"
_MIDDLE = {"valign": "vcenter"}
_RIGHT = {"align": "right", "indent": 1}
_ROW = {"bottom": 1, "bottom_color": "#C9D3DD", **_MIDDLE}
_LINE = "#9AA5B1"
_BOX = {"border": 1, "border_color": _LINE, **_MIDDLE}
_UPPER = {
    **dict.fromkeys(("top", "left", "right"), 1),
    **dict.fromkeys(("top_color", "left_color", "right_color"), _LINE),
}
_LOWER = {
    **dict.fromkeys(("bottom", "left", "right"), 1),
    **dict.fromkeys(("bottom_color", "left_color", "right_color"), _LINE),
}
_TILE = {"indent": 1, **_MIDDLE}
_HEAD = {"bold": True, "font_color": WHITE, "bg_color": NAVY, "text_wrap": True, **_MIDDLE}

STYLES: dict[str, dict[str, Any]] = {
    "text": {},
    "title": {"bold": True, "font_size": 16, "font_color": NAVY},
    "purpose": {"font_color": GREY},
    "section": {"bold": True, "font_size": 12, "font_color": NAVY, "bottom": 2, "bottom_color": NAVY},
    "rule": {"bottom": 2, "bottom_color": NAVY},
    "rule-right": {"bottom": 2, "bottom_color": NAVY, "font_color": GREY, **_RIGHT},
    "head": {**_HEAD},
    "head-right": {**_HEAD, **_RIGHT},
    "head-word": {**_HEAD, "indent": 1},
    "head-middle": {**_HEAD, "align": "center"},
    "head-run": {**_HEAD, "indent": 1, "text_wrap": False},
    "head-number": {**_HEAD, "align": "right"},
    "label": {**_ROW},
    "strong": {"bold": True, **_ROW},
    "strong-wrap": {"bold": True, "text_wrap": True, **_ROW},
    "wrap": {"text_wrap": True, **_ROW},
    "note": {"font_color": GREY, "text_wrap": True, **_ROW},
    "advice": {"font_color": GREY, "text_wrap": True, "indent": 1, **_ROW},
    "check": {"bold": True, "text_wrap": True, **_ROW},
    "headline": {"bold": True, "font_size": 15, "font_color": NAVY, "bg_color": PALE, "indent": 1, **_MIDDLE},
    "subline": {"font_size": 11, "bg_color": PALE, "indent": 1, **_MIDDLE},
    "tile-label": {"font_color": GREY, "bold": True, "top": 5, "top_color": NAVY, "bg_color": PALE, **_TILE},
    "tile-value": {"bold": True, "font_size": 20, "font_color": NAVY, "bg_color": PALE, "align": "left", **_TILE},
    "tile-note": {"font_size": 9, "font_color": GREY, "bg_color": PALE, **_TILE},
    "answer": {"bold": True, "font_size": 12, "font_color": NAVY, "bg_color": PALE, "text_wrap": True, **_MIDDLE},
    "input": {"font_color": BLUE, "bg_color": INPUT, "locked": False, "text_wrap": True, **_RIGHT, **_BOX},
    "legend-input": {"font_color": BLUE, "bg_color": INPUT, **_RIGHT, **_BOX},
    "orders": {"font_color": GREY, **_RIGHT, **_ROW},
    "used": {"bold": True, "bg_color": PALE, **_RIGHT, **_ROW},
    "choice": {"bold": True, "bg_color": PALE, "text_wrap": True, **_RIGHT, **_ROW},
    "value": {"bold": True, **_RIGHT, **_ROW},
    "plain": {**_RIGHT, **_ROW},
    "key": {"bold": True, "align": "left", **_ROW},
    "grid": {**_RIGHT, **_BOX},
    "now": {"bold": True, "border": 5, "border_color": NAVY, **_RIGHT, **_MIDDLE},
    "step": {"bold": True, **_RIGHT, **_ROW},
    "left": {"align": "left"},
    "plain-link": {"font_color": BLUE, "underline": 1},
    "message": {"bold": True, "font_color": NAVY},
    "verdict": {"bold": True, **_ROW},
    "link": {"font_color": BLUE, "underline": 1, "indent": 1, **_ROW},
    "banner": {"bold": True, **_MIDDLE},
    "cell": {"text_wrap": True, **_MIDDLE},
    "phrase": {"text_wrap": True, "indent": 1, **_MIDDLE},
    "run": {"indent": 1, **_MIDDLE},
    "word": {"indent": 1, "text_wrap": True, **_MIDDLE},
    "figure": {**_MIDDLE},
    "number": {"align": "right", **_MIDDLE},
    "tight": {"align": "right", "shrink": True, **_MIDDLE},
    "total": {"bold": True, "bg_color": PALE, **_ROW},
    "heat": {"bold": True, "align": "center", **_UPPER, **_MIDDLE},
    "map-below": {"font_size": 9, "align": "center", "text_wrap": True, "valign": "top", **_LOWER},
    "dim": {"font_color": GREY, "italic": True, "text_wrap": True, **_MIDDLE},
    "dim-figure": {"font_color": GREY, "italic": True, **_MIDDLE},
    "dim-word": {"font_color": GREY, "italic": True, "text_wrap": True, "indent": 1, **_MIDDLE},
    "hint": {"font_color": GREY, "indent": 1, **_MIDDLE},
    "aside": {"font_color": GREY, "indent": 1, **_ROW},
    "source": {"font_color": BLUE, "underline": 1, "text_wrap": True, **_MIDDLE},
}

TABLE_STYLE = "Table Style Light 1"
CHART_FILL, CHART_ACCENT, CHART_TEXT = "#2F6690", "#C77700", INK

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
_ENGLISH = {"EUR": "1809", "USD": "409", "GBP": "809"}  # English of Ireland, the US, the UK


@dataclass(frozen=True)
class Numbers:
    """Number formats for a language and currency; Excel shows them with the user's own separators."""

    language: str
    currency: str

    @property
    def symbol(self) -> str:
        """What stands before an amount, with the space that the language puts there."""
        mark = _SYMBOLS.get(self.currency)
        return f"{self.currency} " if mark is None else mark + texts(self.language)["format.gap"]

    @property
    def _money(self) -> str:
        mark = _SYMBOLS.get(self.currency)
        if mark is None:
            return f"[${self.currency}] "
        told = texts(self.language)
        return f"[${mark}-{told['format.locale'] or _ENGLISH[self.currency]}]{told['format.gap']}"

    def format(self, kind: str) -> str:
        """The format code of a kind of number."""
        return {
            "": "General",
            "text": "@",
            "money": f"{self._money}#,##0.00",
            "count": "#,##0",
            "rate": "0.00",
            "exact": "0.0000",
            "small": "0E+00",
            "step": "+0%;-0%;0%",
            "year": "0",
            "one": "0.0",
            "share": "0.0%",
            "whole": "0%",
            "round": f"{self._money}#,##0",
            "ratio": '0.0"x"',
            "date": texts(self.language)["format.date"],
            "month": texts(self.language)["format.month"],
        }[kind]


def style(name: str, numbers: Numbers) -> dict[str, Any]:
    """The properties of a style such as `value:money`."""
    base, _, kind = name.partition(":")
    shown = {"num_format": numbers.format(kind)} if kind else {}
    return {"font_name": FONT, "font_scheme": "none", "font_size": 10, "font_color": INK, **STYLES[base], **shown}
