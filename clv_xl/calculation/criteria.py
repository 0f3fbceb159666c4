"""COUNTIF, SUMIFS and their kin: cells that answer to a criterion written as text."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence

from clv_xl.cells import Range, Value, finite, first_error, text
from clv_xl.errors import CELL_ERRORS, CellError, DivideByZero, NotANumber
from clv_xl.terms import Text

from .coercion import perhaps
from .refusals import Incalculable, LanguageBound, miscounted
from .rows import Result, rows_of, spread

_BEYOND = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
LIKE_A_NUMBER = re.compile(r"[^a-z]*\d[^a-z]*|true|false", re.IGNORECASE)
"""A date, a share, an amount, a truth: text that Excel may take for a number."""
CRITERIA_AT: dict[str, tuple[slice, ...]] = {
    **dict.fromkeys(("AVERAGEIF", "COUNTIF", "SUMIF"), (slice(1, 2),)),
    **dict.fromkeys(("AVERAGEIFS", "MAXIFS", "MINIFS", "SUMIFS"), (slice(2, None, 2),)),
    "COUNTIFS": (slice(1, None, 2),),
}
"""The arguments that are criteria."""
_CRITERION = re.compile(r"^(<=|>=|<>|<|>|=)?(.*)$", re.DOTALL)


def countif(cells: Result, criteria: Result) -> Result:
    """How many cells answer to a criterion, to each of several."""
    held = _range(cells)

    def compute(criterion: Value) -> Value:
        told = text(0.0 if criterion is None else criterion)  # of a blank cell
        symbol, wanted = _CRITERION.match(told).groups()  # type: ignore[union-attr]  # matches anything
        limit = _as_number(wanted)
        # TRUE is no 1, but which texts Excel takes for numbers or errors is not for us to guess.
        refuse_date("COUNTIF", criterion)
        odd = limit is None and (symbol in _BEYOND or (symbol and not wanted) or LIKE_A_NUMBER.fullmatch(wanted))
        if odd or isinstance(criterion, CellError) or wanted.upper() in CELL_ERRORS[1:]:
            told = criterion.cell if isinstance(criterion, CellError) else told
            raise Incalculable(f"COUNTIF with {told!r}", f"AANTAL.ALS met {told!r}")
        if symbol in _BEYOND and limit is not None:
            beyond = _BEYOND[symbol]
            return float(sum(beyond(value, limit) for value in held.numbers))
        pattern = wildcards(wanted.casefold())
        if limit is not None:
            same = held.tally[text(limit)]
        elif pattern is None:
            same = held.tally[wanted.casefold()]
        else:  # numbers, truths and blanks have no letters to match
            same = sum(count for key, count in held.text_tally.items() if pattern.fullmatch(key))
        return float(held.shape[0] * held.shape[1] - same if symbol == "<>" else same)

    return spread(compute, criteria)


def sumif(cells: Result, criterion: Result, amounts: Result = None) -> Result:
    """The numbers of the cells that answer to a criterion added up, or of those in the same places of `amounts`."""
    return _over(cells if amounts is None else amounts, (cells, criterion), Text("SUMIF", "SOM.ALS"), _sum)


def sumifs(amounts: Result, cells: Result, criterion: Result, *others: Result) -> Result:
    """The numbers added up in whose places all criteria hold."""
    return _over(amounts, (cells, criterion, *others), Text("SUMIFS", "SOMMEN.ALS"), _sum)


def averageif(cells: Result, criterion: Result, amounts: Result = None) -> Result:
    """The mean of the cells that answer to a criterion, or of those in the same places of `amounts`."""
    return _over(cells if amounts is None else amounts, (cells, criterion), Text("AVERAGEIF", "GEMIDDELDE.ALS"), _mean)


def averageifs(amounts: Result, cells: Result, criterion: Result, *others: Result) -> Result:
    """The mean of the numbers in whose places all criteria hold."""
    return _over(amounts, (cells, criterion, *others), Text("AVERAGEIFS", "GEMIDDELDEN.ALS"), _mean)


def countifs(cells: Result, criterion: Result, *others: Result) -> Result:
    """In how many places all criteria hold."""
    return _over(cells, (cells, criterion, *others), Text("COUNTIFS", "AANTALLEN.ALS"), None)


def _over(
    amounts: Result, pairs: Sequence[Result], name: Text, combine: Callable[[list[float]], Value] | None
) -> Result:
    """What `combine` makes of the numbers where all criteria hold, without it their places counted.

    For each where there are several criteria.
    """
    ranges, criteria = [_range(cells) for cells in pairs[::2]], pairs[1::2]
    held = _range(amounts)
    if len(ranges) != len(criteria):
        raise miscounted(name.en, 1 + len(pairs))
    if any(cells.shape != held.shape for cells in ranges):
        if name.en in ("SUMIF", "AVERAGEIF"):  # which take as many cells as the criterion is about
            raise Incalculable(f"{name.en} over ranges of two sizes", f"{name.nl} over bereiken van twee maten")
        return NotANumber("the ranges differ in size")

    def compute(*wanted: Value) -> Value:
        places = [_answers(cells, one, name) for cells, one in zip(ranges, wanted, strict=True)]
        both = places[0] if len(places) == 1 else sorted(set(places[0]).intersection(*places[1:]))
        if combine is None:
            return float(len(both))
        chosen = [held.values[place] for place in both]
        return first_error(chosen) or combine([value for value in chosen if type(value) is float])

    return spread(compute, *criteria)


def _sum(numbers: list[float]) -> Value:
    return finite(lambda: float(sum(numbers)))


def _mean(numbers: list[float]) -> Value:
    none = DivideByZero("there is nothing to take the mean of")
    return finite(lambda: sum(numbers) / len(numbers)) if numbers else none


def _answers(cells: Range, criterion: Value, name: Text) -> list[int]:
    """The places of the cells that answer to a criterion; found once, since tables of results ask again and again."""
    told = text(0.0 if criterion is None else criterion)
    symbol, wanted = _CRITERION.match(told).groups()  # type: ignore[union-attr]  # matches anything
    limit = _as_number(wanted)
    refuse_date(name.en, criterion)
    odd = limit is None and (symbol in _BEYOND or LIKE_A_NUMBER.fullmatch(wanted))
    if odd or isinstance(criterion, CellError) or wanted.upper() in CELL_ERRORS[1:]:
        told = criterion.cell if isinstance(criterion, CellError) else told
        raise Incalculable(f"{name.en} with {told!r}", f"{name.nl} met {told!r}")
    if told not in cells.answers:
        test = _test(symbol, wanted, limit)
        cells.answers[told] = [place for place, value in enumerate(cells.values) if test(value)]
    return cells.answers[told]


def refuse_date(name: str, criterion: Value) -> None:
    """Refuse a criterion that may be a day or an amount.

    Raises:
        LanguageBound: it is text in which another language reads another number.

    """
    if not isinstance(criterion, str):
        return
    symbol, wanted = _CRITERION.match(criterion).groups()  # type: ignore[union-attr]  # matches anything
    likely = perhaps(wanted) if symbol in _BEYOND else re.search(r"\d", wanted) and LIKE_A_NUMBER.fullmatch(wanted)
    if likely and _as_number(wanted) is None:
        raise LanguageBound(f"{name} with {criterion!r}", f"{name} met {criterion!r}")


def _test(symbol: str | None, wanted: str, limit: float | None) -> Callable[[Value], bool]:
    """Whether a cell answers."""
    if symbol in _BEYOND and limit is not None:
        beyond = _BEYOND[symbol]
        return lambda value: type(value) is float and beyond(value, limit)
    same = _alike(wanted, limit) if wanted or symbol is None else lambda value: value is None
    return (lambda value: not same(value)) if symbol == "<>" else same


def _alike(wanted: str, limit: float | None) -> Callable[[Value], bool]:
    """Whether a cell holds what is wanted; a number and its digits are one, and an empty text asks for no text."""
    folded = wanted.casefold()
    if limit is not None:
        shown = text(limit)
        return lambda value: (
            (value == limit or text(value) == shown)
            if type(value) is float
            else isinstance(value, str) and value == shown
        )
    pattern = wildcards(folded)
    if pattern is not None:
        return lambda value: isinstance(value, str) and pattern.fullmatch(value.casefold()) is not None
    if not folded:
        return lambda value: value is None or value == ""
    return lambda value: isinstance(value, str) and value.casefold() == folded


def _range(cells: Result) -> Range:
    return cells if isinstance(cells, Range) else Range(rows_of(cells))


def wildcards(wanted: str) -> re.Pattern[str] | None:
    """A criterion with * or ? as a pattern; a tilde before one means the sign itself."""
    if not re.search(r"[*?~]", wanted):
        return None
    parts = re.findall(r"~[*?~]|.", wanted, re.DOTALL)
    return re.compile("".join({"*": ".*", "?": "."}.get(part) or re.escape(part[-1]) for part in parts), re.DOTALL)


def _as_number(wanted: str) -> float | None:
    return float(wanted) if _NUMBER.fullmatch(wanted) else None
