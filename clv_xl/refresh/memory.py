"""What a user once said about the columns of the orders, kept in the workbook for the next refresh."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from clv_xl.orders.synonyms import FIELDS


@dataclass(frozen=True)
class Told:
    """Which column holds which field, and the sheet of the orders; empty where the headers say enough."""

    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None

    def __bool__(self) -> bool:
        return bool(self.columns or self.sheet)


def remembered(properties: Mapping[str, str], *, imported: bool) -> Told:
    """What the workbook remembers, about its own orders or those of imported files; nothing where it is garbled."""
    try:
        kept = json.loads(properties.get(_name(imported=imported), "{}"))
    except ValueError:
        return Told()
    columns, sheet = (kept.get("columns"), kept.get("sheet")) if isinstance(kept, dict) else (None, None)
    known = columns.items() if isinstance(columns, dict) else ()
    return Told(
        {key: text for key, text in known if key in FIELDS and isinstance(text, str)},
        sheet if isinstance(sheet, str) else None,
    )


def to_remember(told: Told, properties: Mapping[str, str], *, imported: bool) -> dict[str, str]:
    """The properties to write so that the next refresh knows what was told now; none when it does already."""
    if not told or told == remembered(properties, imported=imported):
        return {}
    text = json.dumps({"columns": dict(told.columns), "sheet": told.sheet}, ensure_ascii=False)
    return {_name(imported=imported): text}


def _name(*, imported: bool) -> str:
    return "clv-xl import" if imported else "clv-xl orders"
