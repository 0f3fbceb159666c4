"""What the most valuable customers have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.analysis.profile import BLANK, CLEAR, OTHER
from clv_xl.analysis.tables import PROFILE

from .customers import bar
from .sentences import sentence

if TYPE_CHECKING:
    from .context import Context
    from .plan import SheetPlan

WIDTHS = (24, 30, 12, 12, 12, 12, 12, 22, 2, 42, 14)
MESSAGE, NOTES, HEADER = 3, 4, 7
LABEL, FIGURE = 10, 11
SIDE = {"count": HEADER + 1, "share": HEADER + 2, "lift": HEADER + 3, "place": HEADER + 4, "members": HEADER + 5}
"""Rows of the figures beside the table."""


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("profile", WIDTHS)
    sheet.header_row = HEADER
    _beside(context, sheet)
    sheet.compute(MESSAGE, 1, _message(context), "message")
    sheet.put(NOTES, 1, context.text("profile.reading_note"), "purpose")
    sheet.put(NOTES + 1, 1, context.text("profile.use"), "purpose")
    area = context.listing(sheet, PROFILE, HEADER)
    sheet.heights[HEADER] = 33
    lift = area.left + PROFILE.heads.index("lift")
    sheet.conditions.append((area._replace(left=lift, right=lift), bar()))
    return sheet


def _highest(context: Context) -> str:
    """The highest lift of a trait that is more than chance, 0 where none is."""
    trait, lift, reading = (context.column(key, "profile") for key in ("trait", "lift", "reading"))
    clear, blank, other = (f'"{context.said(text)}"' for text in (CLEAR, BLANK, OTHER))
    most = f"SUMPRODUCT(MAX(({reading}={clear})*({trait}<>{blank})*({trait}<>{other})*{lift}))"
    return f'IF(COUNT({lift})=0,"",{most})'


def _beside(context: Context, sheet: SheetPlan) -> None:
    """How many the top is, and the strongest trait: figures that the message is made of."""
    for name, label, kind in (("top_customers", "count", "count"), ("top_share", "share", "share")):
        sheet.put(SIDE[label], FIGURE, context.fact(name), f"value:{kind}")
        context.define(name, sheet, SIDE[label], FIGURE)
    lift, top = (context.column(key, "profile") for key in ("lift", "top_customers"))
    most, place = f"K{SIDE['lift']}", f"K{SIDE['place']}"
    sheet.compute(SIDE["lift"], FIGURE, _highest(context), "value:ratio")
    sheet.compute(
        SIDE["place"], FIGURE, f'IF(COUNT({most})=0,"",IF({most}>0,MATCH({most},{lift},0),""))', "value:count"
    )
    sheet.compute(SIDE["members"], FIGURE, f'IF(COUNT({place})=0,"",INDEX({top},{place}))', "value:count")
    for label, row in SIDE.items():
        sheet.put(row, LABEL, context.text(f"profile.side.{label}"), "label")


def _message(context: Context) -> str:
    trait, customers, lift, attribute = (
        context.column(key, "profile") for key in ("trait", "customers", "lift", "attribute")
    )
    most, place = f"K{SIDE['lift']}", f"K{SIDE['place']}"
    parts = {
        "attribute": f"INDEX({attribute},{place})",
        "trait": f"INDEX({trait},{place})",
        "lift": f"ROUND({most},1)",
        "top": f"K{SIDE['members']}",
        "customers": f"INDEX({customers},{place})",
    }
    told = sentence(context, "profile.message", **parts)
    none, alike = context.quoted("profile.none"), context.quoted("profile.alike")
    return f"IF(COUNT({lift})=0,{none},IF({most}<=1,{alike},{told}))"
