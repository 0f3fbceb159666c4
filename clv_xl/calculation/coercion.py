"""Text where a number is wanted: Excel takes what looks like one for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .refusals import LanguageBound

if TYPE_CHECKING:
    from clv_xl.cells import Value

_WHOLE = re.compile(r" *[+-]?\d{1,15} *")
# Amounts, shares, dates and times: which of them are numbers depends on the language of Excel.
_PERHAPS = re.compile(r"\W*\d|(jan|feb|maa|mar|mrt|apr|may|mei|jun|jul|aug|sep|okt|oct|nov|dec)", re.IGNORECASE)


def numeric(value: Value) -> Value:
    """A value as arithmetic takes it: a whole number for its text, any other value as it is.

    Raises:
        LanguageBound: a text that may be another number or a date.

    """
    if not isinstance(value, str):
        return value
    if _WHOLE.fullmatch(value):
        return float(value)
    if perhaps(value):
        raise LanguageBound(f"the text {value!r} as a number", f"de tekst {value!r} als getal")
    return value


def perhaps(value: str) -> bool:
    """Whether a text may be an amount, a share, a date or a time."""
    return _PERHAPS.match(value) is not None
