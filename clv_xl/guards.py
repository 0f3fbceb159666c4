"""What a function refuses, derived from the terms of its arguments, said once for cells, columns and formulas.

1. An error in an argument comes back as itself, the first argument's first.
2. An empty range is #N/A.
3. What is no number (text, blank, boolean) is #VALUE!, and so is a range where `one_cell` takes a single value.
4. A number outside what its term allows is #NUM!.
5. Then the body speaks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import words
from .parameters import NOT_ONLY_NUMBERS, Parameter
from .terms import INFINITY, Term, Unit

if TYPE_CHECKING:
    from .operand import Operand


def guard(
    result: Any,
    given: Mapping[str, Any],
    terms: Mapping[str, Term],
    parameters: Mapping[str, Parameter],
    *,
    blanks: Collection[str] = (),
    one_cell: Collection[str] = (),
) -> Any:
    """A result behind the guards of the arguments `given`, each meaning its term; `blanks` may be blank."""
    in_order = [name for name in parameters if name in given]
    values = {name: given[name] for name in in_order if getattr(given[name], "constant", None) is None}
    ranges = [name for name in values if terms[name].many]
    limits = [test for name in values for test in _outside(terms[name], values[name])]
    if limits:
        result = words.where(_any(limits), words.NUM_ERROR, result)
    types = [_is_right(terms[name], value, name in blanks) for name, value in values.items() if name not in ranges]
    types += [words.single(values[name]) for name in one_cell if name in values]
    if types:
        result = words.where(_all(types), result, words.VALUE_ERROR)
    filled = [words.differs(_filled(terms[name], values[name]), 0) for name in ranges]
    if filled:
        result = words.where(_all(filled), result, words.NOT_AVAILABLE)
    faults = [words.total(value) if name in ranges else value for name, value in values.items()]
    if faults:
        result = words.where(words.is_error(words.fault(*faults)), words.fault(*faults), result)
    return result


def _is_right(term: Term, value: Any, blank: bool) -> Any:
    if term.choices:
        right = _any([words.same(value, choice) for choice in term.choices])
    else:
        right = (words.is_text if term.unit is Unit.TEXT else words.is_number)(value)
    return right + words.is_blank(value) if blank else right


def _outside(term: Term, value: Any) -> Iterator[Operand]:
    """Tests that are true where a value is beyond what its term allows."""
    if term.low > -INFINITY:
        yield (words.lowest(value) if term.many else value) < term.low
    if term.high < INFINITY:
        yield (words.highest(value) if term.many else value) > term.high
    if term.whole:
        yield words.differs(value, words.whole(value))


def _filled(term: Term, value: Any) -> Operand:
    return (words.filled if term.unit in NOT_ONLY_NUMBERS else words.count)(value)


def _any(tests: Sequence[Any]) -> Any:
    first, *others = tests
    for other in others:
        first = first + other
    return first


def _all(tests: Sequence[Any]) -> Any:
    first, *others = tests
    for other in others:
        first = first * other
    return first
