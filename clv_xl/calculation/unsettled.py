"""What in a formula programs, or Excel in other languages, compute otherwise, also where it is not computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .coercion import numeric
from .criteria import CRITERIA_AT, refuse_date
from .library import NUMBERS, refuse_fraction
from .refusals import Incalculable, Unsettled
from .rows import rows_of
from .syntax import Binary, Call, Literal, Node, Reference, parse, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from clv_xl.cells import Value
    from clv_xl.terms import Text

    from .calculator import Calculator
    from .places import Key

_ALL = (slice(None),)
_NUMBERS = NUMBERS | dict.fromkeys(
    (
        *("DATEVALUE", "TIMEVALUE", "VALUE"),
        *("DATEDIF", "DAY", "DAYS", "EDATE", "EOMONTH", "HOUR", "MINUTE", "MONTH", "SECOND", "WEEKDAY", "WEEKNUM"),
    ),
    _ALL,
)
_PLACES: dict[str, tuple[slice, ...]] = dict.fromkeys(("LARGE", "SMALL"), (slice(1, 2),))


def unsettled(formula: str, calculator: Calculator, key: Key) -> Text | None:
    """What is computed otherwise elsewhere in a cell's formula, with what it reads; None where nothing is."""
    try:
        parts = [part for part in walk(parse(formula)) if isinstance(part, Binary | Call)]
        for part in parts:
            _look(part, calculator, key)
    except Unsettled as error:
        return error.text
    except Incalculable:
        pass
    return None


def _look(part: Binary | Call, calculator: Calculator, key: Key) -> None:
    """Raise Unsettled for what this part asks of its arguments, whether or not it is computed here."""
    _values(part, calculator, key)
    if isinstance(part, Call):
        for classes, refuse in _REFUSED:
            for at in classes.get(part.name, ()):
                for arg in part.args[at]:
                    for value in _values(arg, calculator, key):
                        refuse(part.name, value)


def _values(node: Node, calculator: Calculator, key: Key) -> list[Value]:
    """What a part gives, nothing where it is beyond the calculator."""
    if isinstance(node, Reference | Literal | Binary | Call):
        try:
            return [value for row in rows_of(calculator.part(node, key)) for value in row]
        except Unsettled:
            raise
        except Incalculable:
            pass
    return []


_REFUSED: tuple[tuple[dict[str, tuple[slice, ...]], Callable[[str, Value], object]], ...] = (
    (_NUMBERS, lambda _, value: numeric(value)),
    (CRITERIA_AT, refuse_date),
    (_PLACES, refuse_fraction),
)
