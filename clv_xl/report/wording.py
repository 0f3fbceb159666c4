"""Texts, numbers and days as a reader of one language writes them: 1,234.50 or 1.234,50."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from clv_xl.functions.acquisition import STATUS
from clv_xl.orders.synonyms import FIELD_NAMES_NL
from clv_xl.template.theme import Numbers

from .texts import MONTHS, TEXTS

if TYPE_CHECKING:
    from clv_xl.refresh.record import Plain

NO_BREAK = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_LONGEST = 120
_CODE = 4  # a longer "currency" is no code; the heading of its group says what the file had
_LARGE = 1e5  # from here on cents say nothing
# What neither HTML, XML nor UTF-8 can hold: control characters, and halves of a pair from a damaged file name.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """Text from data, with a mark where a character cannot be shown."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def short(text: str) -> str:
    """Text from data as a label: one line, not longer than a reader looks at."""
    line = " ".join(printable(text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


@dataclass(frozen=True)
class Wording:
    """All that is written, in one language."""

    language: str

    def say(self, key: str, n: int | None = None, /, **values: object) -> str:
        """A text by key, with its values; with `n` the singular where there is one, and n written as a count."""
        if n is not None:
            values["n"] = self.count(n)
            key = f"{key}.one" if n == 1 and f"{key}.one" in TEXTS else key
        text = TEXTS[key][self.language]
        return text.format(**values) if values else text

    def either(self, en: str, nl: str) -> str:
        """What a record holds in both languages."""
        return nl if self.language == "nl" else en

    def number(self, value: float, digits: int) -> str:
        """A number with separators; a minus sign as long as a plus."""
        text = f"{abs(value):,.{digits}f}"
        sign = _MINUS if value < 0 and text.strip("0.,") else ""
        return sign + (text.translate(str.maketrans(",.", ".,")) if self.language == "nl" else text)

    def count(self, value: float) -> str:
        """A number of things."""
        return self.number(value, 0)

    def money(self, value: float, currency: str, digits: int = 2) -> str:
        """An amount: €1,234.50, € 1.234,50, CHF 1,234.50; bare when the currency is not known."""
        amount = self.number(value, digits if abs(value) < _LARGE else 0)
        symbol = Numbers(self.language, currency).symbol if 0 < len(currency) <= _CODE else ""
        mark = printable(symbol).replace(" ", NO_BREAK)
        return _MINUS + mark + amount[1:] if amount.startswith(_MINUS) else mark + amount

    def share(self, value: float, digits: int = 1) -> str:
        """A share of 1 as percent."""
        return self.number(value * 100, digits) + "%"

    def signed(self, text: str) -> str:
        """A change: what is not negative gets its plus."""
        return text if _MINUS in text else f"+{text}"

    def times(self, value: float) -> str:
        """A ratio; one below a limit of the verdicts never reads as having reached it: 2.996 is 2.99."""
        shown = round(value, 2)
        shown -= 0.01 if value < shown and shown in STATUS else 0
        return f"{self.number(shown, 2)}\N{MULTIPLICATION SIGN}"

    def day(self, iso: str) -> str:
        """A day: 31 Oct 2026; with its time where the text has one."""
        try:
            when = datetime.fromisoformat(iso)
        except ValueError:
            return short(iso)
        told = f"{when.day}{NO_BREAK}{MONTHS[self.language][when.month - 1]}{NO_BREAK}{when.year}"
        return f"{told}{NO_BREAK}{when:%H:%M}" if "T" in iso else told

    def month(self, month: str) -> str:
        """A month given as 2026-10: Oct 2026."""
        year, _, number = month.partition("-")
        return f"{MONTHS[self.language][int(number) - 1]}{NO_BREAK}{year}"

    def figure(self, value: float, unit: str, currency: str) -> str:
        """A figure by its unit, see `record.Figure`."""
        if unit == "money":
            return self.money(value, currency)
        if unit == "share":
            return self.share(value)
        if unit == "years":
            return self.say("years", n=self.number(value, 1))
        return self.number(value, 0 if unit == "count" else 2)

    def value(self, value: Plain, *, dated: bool = False) -> str:
        """What a cell shows, short; of a `dated` one a text is an ISO date."""
        if value is None or value == "":
            return self.say("details.blank")
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, str):
            return self.day(value) if dated else short(value)
        if not math.isfinite(value):
            return str(value)
        return self.number(value, 0 if float(value).is_integer() else 2 if abs(value) >= 1 else 4)

    def field(self, name: str) -> str:
        """A field of the orders, such as amount."""
        return FIELD_NAMES_NL.get(name, name) if self.language == "nl" else name

    def reason(self, key: str) -> str:
        """Why rows were dropped; what the ledger does not know stands as it is."""
        from clv_xl.orders.ledger import REASONS  # noqa: PLC0415  brings numpy

        return REASONS[key].text(self.language) if key in REASONS else short(key)
