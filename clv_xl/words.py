"""The words of a catalogue body: each says what it computes for a cell and a column, and how Excel spells it.

A word that takes a range reads the whole range at once; every other word works element by element.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .cells import Cell, Range, Value, finite, first_error, number
from .errors import CellError, DivideByZero, NotANumber, NotAvailable, OutOfRange
from .operand import Operand, combine, kind_of

if TYPE_CHECKING:
    from .columns import Column

Number = Operand | float
Spelling = str | Callable[..., str]


@dataclass(frozen=True)
class Word:
    """One word: its Excel spelling, its value for cells and for columns, and a newer spelling for LAMBDAs.

    Words without a `column` are used on ranges and single cells only.
    """

    excel: Spelling
    cell: Callable[..., Value]
    column: Callable[..., Column] | None = None
    modern: Spelling | None = None

    def __call__(self, *args: Any) -> Operand:
        return (kind_of(*args) or Cell).say(self, *args)


# ---- element by element


def _numeric(excel: Spelling, compute: Callable[..., float], numpy_name: str) -> Word:
    """A function of one number that the standard library and numpy have too."""

    def cell(value: Value) -> Value:
        operand = number(value)
        return operand if isinstance(operand, CellError) else finite(compute, operand)

    return Word(excel, cell, lambda column: column.apply(numpy_name))


exp = _numeric("EXP", math.exp, "exp")
ln = _numeric("LN", math.log, "log")
absolute = _numeric("ABS", abs, "abs")
whole = _numeric("INT", lambda value: float(math.floor(value)), "floor")
rounded_up = _numeric(lambda value: f"ROUNDUP({value},0)", lambda value: float(math.ceil(value)), "ceil")  # from 0 up


def _if(test: Value, then: Value, otherwise: Value) -> Value:
    if isinstance(test, str):
        return NotANumber(f"{test!r} is neither true nor false")
    return test if isinstance(test, CellError) else then if test else otherwise


where = Word("IF", _if, lambda test, then, otherwise: test.choose(test, then, otherwise))
is_number = Word("ISNUMBER", lambda value: isinstance(value, float), lambda column: column.are_numbers())
is_text = Word("ISTEXT", lambda value: isinstance(value, str))
single = Word(lambda value: f"(ROWS({value})*COLUMNS({value})=1)", lambda _: True)  # in Python several never get here
is_blank = Word("ISBLANK", lambda value: value is None, lambda column: column.are_blank())
is_error = Word("ISERROR", lambda value: isinstance(value, CellError), lambda column: column.are_errors())

# Excel's & hands on the error of its leftmost faulty operand: that makes it the word for "the first error".
fault = Word(
    lambda *texts: "&".join(texts),
    lambda *values: first_error(values),
    lambda *columns: columns[0].first_error(*columns),
)


def same(left: Any, right: Any) -> Operand:
    """Equal, text without regard to case."""
    return combine("=", left, right)


def differs(left: Any, right: Any) -> Operand:
    """Not equal."""
    return combine("<>", left, right)


def _choose(place: Value, *options: Value) -> Value:
    index = number(place)
    if isinstance(index, CellError):
        return index
    return options[int(index) - 1] if 1 <= index < len(options) + 1 else NotANumber(f"there is no option {index:g}")


choose = Word("CHOOSE", _choose)

# ---- whole ranges; text and blanks in a range are passed over, as SUM does
# COUNTIF, SUMIF, RANK and ROW want a range of cells. A LAMBDA may be given an array, so others say the same there, and
# text and booleans are larger than any number.

_NUMBERS = "1E+300"


def _reduction(excel: str, compute: Callable[[list[float]], float]) -> Word:
    return Word(excel, lambda cells: cells.error or finite(compute, cells.numbers))


total = Word("SUM", lambda cells: cells.error or finite(lambda: cells.sum))
lowest = _reduction("MIN", lambda numbers: min(numbers, default=0.0))
highest = _reduction("MAX", lambda numbers: max(numbers, default=0.0))
count = Word("COUNT", lambda cells: float(cells.count))
at_least = Word(
    lambda cells, low: f'COUNTIF({cells},">={low}")',
    lambda cells, low: float(sum(value >= low for value in cells.numbers)),
    modern=lambda cells, low: f"SUMPRODUCT(({cells}>={low})*({cells}<{_NUMBERS}))",
)


def _spell_distinct(cells: str) -> str:
    column = f"_xlfn.TOCOL({cells})"
    return f'ROWS(_xlfn.UNIQUE(_xlfn._xlws.FILTER({column}&"",{column}<>"")))'


filled = Word(lambda cells: f'SUMPRODUCT(({cells}<>"")*1)', lambda cells: cells.error or float(cells.filled))


def _spell_first_ones(cells: str) -> str:
    """Each id counts where it stands first; * ? ~ in an id are signs, no wildcards, and "007" is not 7."""
    wanted = f'{cells}&""'
    for sign in "~*?":
        wanted = f'SUBSTITUTE({wanted},"{sign}","~{sign}")'
    place = f"ROW({cells})-MIN(ROW({cells}))+COLUMN({cells})-MIN(COLUMN({cells}))+1"
    several = f'SUMPRODUCT(({cells}<>"")*(MATCH({wanted},{cells}&"",0)={place}))'
    return f"IF(ROWS({cells})*COLUMNS({cells})=1,1,{several})"  # MATCH in LibreOffice wants more than one


distinct = Word(
    _spell_first_ones,
    lambda cells: cells.error or float(cells.distinct),
    modern=_spell_distinct,
)


def _flags(cells: Range) -> Value:
    numbers = [number(value) for value in cells.values]
    return first_error(numbers) or float(sum(value for value in numbers if isinstance(value, float)))


flags = Word(lambda cells: f"SUMPRODUCT(--{cells})", _flags)  # TRUE and FALSE count, as 1 and 0


def _nth_largest(cells: Range, place: Value) -> Value:
    ordered, nth = sorted(cells.numbers, reverse=True), number(place)
    if isinstance(nth, CellError):
        return nth
    return cells.error or (ordered[math.ceil(nth) - 1] if 0 < nth <= len(ordered) else OutOfRange("no such place"))


nth_largest = Word("LARGE", _nth_largest)


def _above(weigh: Callable[[list[float]], float]) -> Callable[[Range, Value], Value]:
    def cell(cells: Range, limit: Value) -> Value:
        low = number(limit)
        if isinstance(low, CellError):
            return low
        return cells.error or weigh([value for value in cells.numbers if value > low])

    return cell


# A criterion is a text of 15 digits: a limit with more may count as above itself, so use the two words together.
total_above = Word(
    lambda cells, low: f'SUMIF({cells},">"&{low})',
    _above(lambda numbers: float(sum(numbers))),
    modern=lambda cells, low: f"SUMPRODUCT(({cells}>{low})*({cells}<{_NUMBERS}),{cells})",
)
count_above = Word(
    lambda cells, low: f'COUNTIF({cells},">"&{low})',
    _above(lambda numbers: float(len(numbers))),
    modern=lambda cells, low: f"SUMPRODUCT(({cells}>{low})*({cells}<{_NUMBERS}))",
)


def _place(value: Value, cells: Range) -> Value:
    wanted = number(value)
    if isinstance(wanted, CellError):
        return wanted
    if wanted not in cells.numbers:
        return cells.error or NotAvailable(f"{wanted:g} is not in the range")
    return cells.error or 1.0 + sum(other > wanted for other in cells.numbers)


def _spell_place(value: str, cells: str) -> str:
    above = f"1+SUMPRODUCT(({cells}>_xlpm.one)*({cells}<{_NUMBERS}))"
    known = f"SUMPRODUCT(({cells}=_xlpm.one)*1)"
    return f"_xlfn.MAP({value},_xlfn.LAMBDA(_xlpm.one,IF({known}=0,#N/A,{above})))"


# RANK alone gives a stranger a place in LibreOffice.
place = Word(
    lambda value, cells: f"IF(COUNTIF({cells},{value})=0,#N/A,RANK({value},{cells}))",
    _place,
    lambda column, cells: column.places(cells),
    modern=_spell_place,
)


def _present_value(discount: Value, margins: Range, survival: Range | None = None) -> Value:
    rate = number(discount)
    if isinstance(rate, CellError):
        return rate
    if survival is not None and survival.shape != margins.shape:
        return NotANumber("margins and survival differ in size")
    weights = survival.values if survival else [1.0] * len(margins.values)
    flows = [m * s for m, s in zip(map(_or_zero, margins.values), map(_or_zero, weights), strict=True)]
    return first_error((margins, survival or margins)) or finite(
        lambda: sum(flow / (1 + rate) ** (period + 1) for period, flow in enumerate(flows))
    )


def _or_zero(value: Value) -> float:
    return value if isinstance(value, float) else 0.0


def _spell_present_value(discount: str, margins: str, *survival: str) -> str:
    period = f"ROW({margins})-MIN(ROW({margins}))+COLUMN({margins})-MIN(COLUMN({margins}))+1"
    return f"SUMPRODUCT({','.join([margins, *survival])},1/(1+{discount})^({period}))"


# NPV skips blank cells and so shifts what comes after them; a period without margin must stay a period.
present_value = Word(
    _spell_present_value,
    _present_value,
    modern=lambda discount, margins, *survival: (
        f"SUMPRODUCT({','.join([margins, *survival])},"
        f"1/(1+{discount})^_xlfn.SEQUENCE(ROWS({margins}),COLUMNS({margins})))"
    ),
)

ERRORS = {kind.cell: kind() for kind in (NotANumber, OutOfRange, DivideByZero, NotAvailable)}
VALUE_ERROR, NUM_ERROR, NOT_AVAILABLE = (ERRORS[cell] for cell in ("#VALUE!", "#NUM!", "#N/A"))
