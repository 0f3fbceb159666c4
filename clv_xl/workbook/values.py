"""What a cell can hold: values as Python has them and as the file spells them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import escape
from numbers import Real
from typing import TYPE_CHECKING

from clv_xl.errors import CellError, CellRefused, cell_error
from clv_xl.terms import dutch
from clv_xl.workbook.markup import unescape

if TYPE_CHECKING:
    from collections.abc import Callable

Value = None | bool | int | float | str | date | datetime | CellError
# What a cell holds once dates are serials and all numbers are floats.
Plain = None | bool | float | str | CellError

LONGEST_TEXT = 32_767
LONGEST_FORMULA = 8_192

_DAY = timedelta(days=1)
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - sheets know no time zones
# Day 60 is the 29th of February 1900, which never was; the days before it count one less.
_PHANTOM_LEAP_DAY = 61
_EXACT = 1e15
_SIXTEEN_DIGITS = 1e-15

_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Cached:
    """A new result for a formula that stays; rows of values for a formula that spills."""

    value: Value | Sequence[Sequence[Value]]


@dataclass(frozen=True)
class Formula:
    """A formula, with or without its `=`, and the result that it has now."""

    text: str
    value: Value

    @property
    def bare(self) -> str:
        """The formula as the file has it, without `=`."""
        return self.text.removeprefix("=")


@dataclass(frozen=True)
class Frozen:
    """The value that a formula shows, in the place of the formula; of one that spills, all its cells."""


def serial(moment: date, date1904: bool) -> float:
    """Count the days since the first day of the workbook's calendar."""
    if isinstance(moment, datetime):
        moment = moment.replace(tzinfo=None)
    else:
        moment = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - sheets know no time zones
    days = (moment - (_EPOCH_1904 if date1904 else _EPOCH)) / _DAY
    if not date1904 and days < _PHANTOM_LEAP_DAY:
        days -= 1
    if days < 0:
        raise CellRefused(
            f"{moment:%Y-%m-%d} lies before the first day of the workbook's calendar: write it as text.",
            f"{moment:%d-%m-%Y} ligt voor de eerste dag van de kalender van de werkmap: schrijf de datum als tekst.",
        )
    return days


def plain(value: object, date1904: bool) -> Plain:
    """Reduce a value to what a cell can hold."""
    if value is None or isinstance(value, bool | CellError):
        return value
    if isinstance(value, str):
        if len(value.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_TEXT:
            raise CellRefused(
                f"the text is longer than the {LONGEST_TEXT:,} characters of a cell: shorten it.",
                f"de tekst is langer dan de {dutch(LONGEST_TEXT)} tekens van een cel: kort hem in.",
            )
        return value
    if isinstance(value, Real | date):
        return _finite(serial(value, date1904) if isinstance(value, date) else float(value))
    raise CellRefused(
        f"a {type(value).__name__} fits in no cell: give a number, text, date, bool, error or None.",
        f"een {type(value).__name__} past in geen cel: geef een getal, tekst, datum, bool, fout of None.",
    )


def same(one: Plain, other: Plain) -> bool:
    """Whether two cells show the same; 1 and TRUE do not."""
    if isinstance(one, float) and isinstance(other, float):
        # Some programs write 16 digits, one less than a number needs; whole numbers are exact in any program.
        fraction = not (one.is_integer() or other.is_integer())
        return one == other or (fraction and math.isclose(one, other, rel_tol=_SIXTEEN_DIGITS))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def encode(value: Plain) -> tuple[str, str]:
    """Give the type attribute (`""`: number or blank) and the escaped text of a value."""
    match value:
        case None:
            return "", ""
        case bool():
            return "b", str(int(value))
        case CellError():
            return "e", escape(value.cell, quote=False)
        case str():
            return "str", escape(_writable(value), quote=False)
        case _:
            # As Excel spells it: 1800, not 1800.0.
            return "", str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


def decode(kind: str, text: str, shared: Callable[[int], str], date1904: bool) -> Plain:
    """Read the text of `<v>` as the type attribute of its cell says."""
    if kind in ("str", "inlineStr"):
        return unescape(text)
    if not text:
        return None
    match kind:
        case "s":
            return shared(int(text))
        case "b":
            return text.strip() in ("1", "true")
        case "e":
            return cell_error(text)
        case _:
            return _iso_serial(text, date1904) if kind == "d" else _finite(float(text))


def _finite(number: float) -> float | CellError:
    return number if math.isfinite(number) else cell_error("#NUM!")


def _writable(text: str) -> str:
    """Escape what XML cannot hold, and what would be read as such an escape."""
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    return _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def _iso_serial(text: str, date1904: bool) -> float | str:
    try:
        if "-" not in text:
            moment = time.fromisoformat(text)
            return timedelta(
                hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond
            ) / _DAY  # fmt: skip
        return serial(datetime.fromisoformat(text), date1904)
    except ValueError:
        return text
