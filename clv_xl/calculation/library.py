"""The part of Excel that catalogue bodies and templates are spelled in, over single values and rows of values.

A function given rows where it reads one value works element by element, as Excel does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, ROUND_UP, Context, Decimal
from functools import wraps
from typing import TYPE_CHECKING

from clv_xl import words
from clv_xl.cells import Cell, Range, Value, day, finite, first_error, number, text
from clv_xl.errors import CellError, NotANumber, NotAvailable, OutOfRange

from .criteria import LIKE_A_NUMBER, averageif, averageifs, countif, countifs, sumif, sumifs
from .lookups import filtered, index, match, truth, unique
from .refusals import Incalculable, LanguageBound, Unsettled
from .rows import Result, rows_of, several, shape, spread, values_of

if TYPE_CHECKING:
    from clv_xl.words import Word


def elementwise(word: Word) -> Callable[..., Result]:
    """A word of the catalogue as a function of the sheet."""

    @wraps(word.cell)  # for its signature
    def compute(*args: Result) -> Result:
        return spread(word.cell, *args)

    return compute


def _range(args: Sequence[Result]) -> Range:
    if len(args) == 1 and isinstance(args[0], Range):
        return args[0]
    return Range([row for arg in args for row in (rows_of(arg) if several(arg) else [[_typed(arg)]])])


def _typed(value: Value) -> Value:
    """An argument that is no cell: its truth counts as a number, its text is an error. In a range both are nothing."""
    if isinstance(value, str):
        if LIKE_A_NUMBER.fullmatch(value):
            raise LanguageBound(f"the text {value!r} as a number", f"de tekst {value!r} als getal")
        return NotANumber(f"{value!r} is not a number")
    return float(value) if isinstance(value, bool) else value


def _over_ranges(word: Word) -> Callable[..., Result]:
    return lambda first, *others: word.cell(_range([first, *others]))


def _truth(combine: Callable[[Iterable[bool]], bool]) -> Callable[..., Result]:
    def compute(first: Result, *others: Result) -> Value:
        told: list[bool | CellError] = []
        for arg in (first, *others):
            if several(arg):
                told += [truth(value) for value in values_of([arg]) if value is not None and not isinstance(value, str)]
            elif arg is not None:
                told.append(truth(arg))
        fault = first_error(told)
        if fault:
            return fault
        return combine(map(bool, told)) if told else NotANumber("there is nothing true or false")

    return compute


_LAST_PLACE = 400  # beyond what a number has before or behind its point
_EXACT = Context(prec=2 * _LAST_PLACE)
_MOST_PLACES = 127  # that FIXED takes


def _rounded(rounding: str) -> Callable[[Value, Value], Value]:
    def compute(value: Value, digits: Value) -> Value:
        operand, places = number(value), number(digits)
        if isinstance(operand, CellError):
            return operand
        if isinstance(places, CellError):
            return places
        last = int(max(-_LAST_PLACE, min(_LAST_PLACE, places)))
        # decimal text first: 2.675 must round as it is shown, not as its binary neighbour
        told = Decimal(f"{operand:.15g}")
        result = float(told.quantize(Decimal(1).scaleb(-last), rounding, _EXACT))
        if math.isinf(result):
            raise Incalculable("a number rounded to more than there is", "een getal afgerond tot meer dan er bestaat")
        return result or 0.0  # not -0

    return compute


def _fixed(value: Value, digits: Value = 2.0) -> Value:
    """A number as text, with separators as an English reader has them; a blank is zero."""
    rounded, places = _rounded(ROUND_HALF_UP)(value, digits), number(digits)
    if not isinstance(rounded, float) or not isinstance(places, float):
        return rounded
    if places > _MOST_PLACES:
        return NotANumber(f"a text of {_MOST_PLACES} decimals is the longest")
    return f"{Decimal(f'{rounded:.15g}'):,.{max(0, int(places))}f}"


def _length(value: Value) -> Value:
    return value if isinstance(value, CellError) else float(len(_units(value)) // 2)


def _right(value: Value, places: Value = 1.0) -> Value:
    count = number(places)
    if isinstance(value, CellError):
        return value
    if isinstance(count, CellError):
        return count
    if int(count) < 0:
        return NotANumber("there is no text of less than no characters")
    units = _units(value)
    return units[max(0, len(units) - 2 * int(count)) :].decode("utf-16-le", "replace")


def _units(value: Value) -> bytes:
    """A text as Excel counts it: a character outside the first plane is two."""
    return text(value).encode("utf-16-le")


def _sumproduct(first: Result, *others: Result) -> Value:
    args = (first, *others)
    if len({shape(arg) for arg in args}) > 1:
        return NotANumber("the ranges differ in size")
    columns = [values_of([arg]) for arg in args]
    fault = first_error(value for column in columns for value in column)
    if fault:
        return fault
    products = (math.prod(v if isinstance(v, float) else 0.0 for v in row) for row in zip(*columns, strict=True))
    return finite(lambda: float(sum(products)))


_LAST_DAY = 2_958_466  # the first that no date has


def _year(value: Value) -> Value:
    serial = number(value)
    if isinstance(serial, CellError):
        return serial
    if not 0 <= serial < _LAST_DAY:
        return OutOfRange("no date")
    return float(day(serial).year if serial >= 1 else 1900)  # day 0 is told as 0 January 1900


_LONGEST = 32_767


def _substitute(value: Value, old: Value, new: Value) -> Value:
    fault = first_error((value, old, new))
    if fault or not text(old):
        return fault or text(value)
    told, wanted, put = text(value), text(old), text(new)
    if len(told) + told.count(wanted) * (len(put) - len(wanted)) > _LONGEST:
        return NotANumber("longer than a cell can hold")
    return told.replace(wanted, put)


def _average(first: Result, *others: Result) -> Value:
    cells = _range([first, *others])
    return cells.error or Cell.binary("/", Cell(sum(cells.numbers, 0.0)), Cell(float(len(cells.numbers)))).value


def _large(cells: Result, place: Result) -> Result:
    held = _range([cells])

    def compute(nth: Value) -> Value:
        refuse_fraction("LARGE", nth)
        return words.nth_largest.cell(held, nth)

    return spread(compute, place)


def refuse_fraction(name: str, place: Value) -> None:
    """Raise Unsettled for the 1.5th largest: Excel's help does not say which it is, LibreOffice 7.4 takes the first."""
    if isinstance(place, float) and not place.is_integer():
        raise Unsettled(
            f"{name} of a place between two ({place:g}), where programs differ",
            f"{name} van een plaats tussen twee in ({place:g}), waarin programma's verschillen",
        )


def _rank(value: Result, cells: Result) -> Result:
    held = _range([cells])
    return spread(lambda one: words.place.cell(one, held), value)


def _not(value: Value) -> Value:
    known = truth(value)
    return known if isinstance(known, CellError) else not known


def _choose(place: Value, first: Value, *others: Value) -> Value:
    return words.choose.cell(place, first, *others)


def _counta(first: Result, *others: Result) -> Value:
    return float(sum(value is not None for value in values_of([first, *others])))


_SUBTOTALS = {1: "AVERAGE", 2: "COUNT", 3: "COUNTA", 4: "MAX", 5: "MIN", 9: "SUM"}


def _subtotal(kind: Result, first: Result, *others: Result) -> Value:
    """Over cells of which none is hidden or a subtotal itself: whoever asks has seen to that."""
    wanted = NotANumber() if several(kind) else number(kind)
    name = None if isinstance(wanted, CellError) else _SUBTOTALS.get(_without_hidden(int(wanted)))
    if name is None:
        told = "..." if several(kind) else text(kind)
        raise Incalculable(f"SUBTOTAL({told}, ...)", f"SUBTOTAAL({told}; ...)")
    value: Value = LIBRARY[name](first, *others)
    return value


def _without_hidden(kind: int) -> int:
    """101 to 111 do what 1 to 11 do, over the rows that are seen."""
    return kind - 100 if 100 < kind < 112 else kind  # noqa: PLR2004  told above


LIBRARY: dict[str, Callable[..., Result]] = {
    "IF": lambda test, then=True, otherwise=False: spread(words.where.cell, test, then, otherwise),
    "ISNUMBER": elementwise(words.is_number),
    "ISTEXT": elementwise(words.is_text),
    "ISBLANK": elementwise(words.is_blank),
    "ISERROR": elementwise(words.is_error),
    "IFERROR": lambda value, other: spread(lambda v, o: o if isinstance(v, CellError) else v, value, other),
    "IFNA": lambda value, other: spread(lambda v, o: o if v == NotAvailable() else v, value, other),
    "EXP": elementwise(words.exp),
    "LN": elementwise(words.ln),
    "ABS": elementwise(words.absolute),
    "INT": elementwise(words.whole),
    "ROUND": lambda value, digits: spread(_rounded(ROUND_HALF_UP), value, digits),
    "ROUNDUP": lambda value, digits: spread(_rounded(ROUND_UP), value, digits),
    "FIXED": lambda value, digits=2.0: spread(_fixed, value, digits),
    "LEN": lambda value: spread(_length, value),
    "RIGHT": lambda value, places=1.0: spread(_right, value, places),
    "YEAR": lambda value: spread(_year, value),
    "CHOOSE": lambda place, first, *others: spread(_choose, place, first, *others),
    "SUM": _over_ranges(words.total),
    "SUBTOTAL": _subtotal,
    "MIN": _over_ranges(words.lowest),
    "MAX": _over_ranges(words.highest),
    "COUNT": _over_ranges(words.count),
    "AVERAGE": _average,
    "COUNTA": _counta,
    "COUNTIF": countif,
    "COUNTIFS": countifs,
    "SUMIF": sumif,
    "SUMIFS": sumifs,
    "AVERAGEIF": averageif,
    "AVERAGEIFS": averageifs,
    "SUBSTITUTE": lambda value, old, new: spread(_substitute, value, old, new),
    "SUMPRODUCT": _sumproduct,
    "LARGE": _large,
    "RANK": _rank,
    "AND": _truth(all),
    "OR": _truth(any),
    "NOT": lambda value: spread(_not, value),
    "NA": lambda: NotAvailable(),  # noqa: PLW0108  the class would take a message
    "TRUE": lambda: True,
    "FALSE": lambda: False,
    "ROWS": lambda cells: float(shape(cells)[0]),
    "COLUMNS": lambda cells: float(shape(cells)[1]),
    "TOCOL": lambda cells: [[value] for value in values_of([cells])],
    "UNIQUE": unique,
    "FILTER": filtered,
    "MATCH": match,
    "INDEX": index,
}

_ALL = (slice(None),)
_FIRST_AND_THIRD = (slice(0, 3, 2),)
RANGES: dict[str, tuple[slice, ...]] = {
    **dict.fromkeys(("AND", "AVERAGE", "COUNT", "COUNTA", "MAX", "MIN", "OR", "SUM"), _ALL),
    **dict.fromkeys(("COUNTIF", "LARGE"), (slice(0, 1),)),
    **dict.fromkeys(("SUMIF", "AVERAGEIF"), _FIRST_AND_THIRD),
    **dict.fromkeys(("SUMIFS", "AVERAGEIFS"), (slice(0, 1), slice(1, None, 2))),
    "COUNTIFS": (slice(0, None, 2),),
    "RANK": (slice(1, 2),),
    "SUBTOTAL": (slice(1, None),),
}
"""The arguments of a function that are ranges: read at once, one cell too, and what is no number in it is nothing."""

NUMBERS: dict[str, tuple[slice, ...]] = {
    **dict.fromkeys(("ABS", "EXP", "FIXED", "INT", "LN", "ROUND", "ROUNDUP", "YEAR"), _ALL),
    **dict.fromkeys(("CHOOSE", "RANK"), (slice(0, 1),)),
    **dict.fromkeys(("INDEX", "RIGHT"), (slice(1, None),)),
}
"""The arguments of a function that are numbers, one by one: of their texts those count that look like one."""

CRITERIA = frozenset({"AVERAGEIF", "AVERAGEIFS", "COUNTIF", "COUNTIFS", "SUMIF", "SUMIFS"})
"""Functions that read the numbers in a text again."""
