"""How far to look ahead, as one types it: 12m, 39w, 180d, 1y."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clv_xl.errors import ClvError
from clv_xl.terms import Text

_UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}
_TYPED = re.compile(r"\s*(\d{1,5})\s*([dwmy])\s*", re.IGNORECASE | re.ASCII)
_LONGEST = 50 * 366  # days: nobody's customers are predicted for longer
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_NAMES = {
    "day": (Text("day", "dag"), Text("days", "dagen")),
    "week": (Text("week", "week"), Text("weeks", "weken")),
    "month": (Text("month", "maand"), Text("months", "maanden")),
    "year": (Text("year", "jaar"), Text("years", "jaar")),
}


def unit_name(unit: str, language: str, count: float = 1) -> str:
    """A unit of time in words: week, or weeks of which there are `count`."""
    return _NAMES[unit][count != 1][language]


@dataclass(frozen=True)
class Horizon:
    """A number of days, weeks, months or years."""

    count: int
    unit: str

    @classmethod
    def read(cls, typed: str) -> Horizon:
        """Read 12m, 39w, 180d or 1y. Raises ClvError."""
        found = _TYPED.fullmatch(typed)
        if found is None or int(found[1]) < 1:
            raise ClvError(
                f"{typed!r} is no time: type a number above 0 and d, w, m or y, such as 12m for 12 months.",
                f"{typed!r} is geen tijd: typ een getal boven 0 en d, w, m of y, bijvoorbeeld 12m voor 12 maanden.",
            )
        count, unit = int(found[1]), _UNITS[found[2].lower()]
        if count * _DAYS[unit] > _LONGEST:
            raise ClvError(f"{typed!r} is longer than 50 years.", f"{typed!r} is langer dan 50 jaar.")
        return cls(count, unit)

    def named(self, language: str) -> str:
        """In words: 12 months."""
        return f"{self.count} {unit_name(self.unit, language, self.count)}"
