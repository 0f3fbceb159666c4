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

WIDTHS = (37, 36, 13, 13, 13, 13, 12, 22)
MESSAGE, COUNT, SHARE, LIFT, NOTES, HEADER = 3, 4, 5, 6, 7, 10


def build(context: Context) -> SheetPlan:
    """The sheet."""
    sheet = context.sheet("profile", WIDTHS)
    sheet.header_row = HEADER
    facts = ((COUNT, "top_customers", "top_count", "count"), (SHARE, "top_share", "top_revenue", "share"))
    for row, name, label, kind in facts:
        sheet.put(row, 1, context.text(f"profile.{label}"), "label")
        sheet.put(row, 2, context.shown(context.analysis.facts[name]), f"key:{kind}")
        context.define(name, sheet, row, 2)
    sheet.put(LIFT, 1, context.text("profile.highest"), "label")
    sheet.compute(LIFT, 2, _highest(context), "key:ratio")
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


def _message(context: Context) -> str:
    trait, customers, top, lift, attribute = (
        context.column(key, "profile") for key in ("trait", "customers", "top_customers", "lift", "attribute")
    )
    place = f"MATCH(B{LIFT},{lift},0)"
    parts = {
        "attribute": f"INDEX({attribute},{place})",
        "trait": f"INDEX({trait},{place})",
        "lift": f"ROUND(B{LIFT},1)",
        "top": f"INDEX({top},{place})",
        "customers": f"INDEX({customers},{place})",
    }
    told = sentence(context, "profile.message", **parts)
    none, alike = context.quoted("profile.none"), context.quoted("profile.alike")
    return f"IF(COUNT({lift})=0,{none},IF(B{LIFT}<=1,{alike},{told}))"
