"""The arguments of a function: what a word means there, and what to say when a value is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .cells import Cell, Range
from .errors import CellError
from .terms import INFINITY, Term, Unit

OMITTED: Any = type("Omitted", (), {"__repr__": lambda _: "OMITTED"})()
"""An argument that was left out; a blank cell is None."""

NOT_ONLY_NUMBERS = (Unit.ANY, Unit.FLAG)
"""What a range may hold besides numbers without being empty."""


@dataclass(frozen=True)
class Parameter:
    """One argument: its term, and its default when it may be left out."""

    name: str
    term: Term
    default: Any = OMITTED

    @property
    def optional(self) -> bool:
        """Whether it may be left out."""
        return self.default is not OMITTED


def reasons(parameter: Parameter, term: Term, value: Range | Cell) -> Iterator[str]:
    """Why a value is refused, `term` being what the argument means in this call; to follow its name."""
    if isinstance(value, Range):
        yield from _range_reasons(term, value)
        return
    content = value.value
    if isinstance(content, CellError):
        yield f"is {content.cell}"
    elif content is None and not parameter.optional:
        yield "is empty"
    elif term.choices and isinstance(content, str) and content.casefold() not in term.choices:
        yield f"is {content!r}; choose from {', '.join(term.choices)}"
    elif term.unit is not Unit.TEXT and not isinstance(content, float) and content is not None:
        yield f"is {content!r}, not a number"
    elif isinstance(content, float) and not (
        term.low <= content <= term.high and (not term.whole or content.is_integer())
    ):
        yield f"is {content:g}; allowed is {_allowed(term)}"


def _range_reasons(term: Term, cells: Range) -> Iterator[str]:
    if cells.error:
        yield f"holds {cells.error.cell}"
    elif term.unit not in NOT_ONLY_NUMBERS and not cells.numbers:
        yield "holds no numbers"
    for number in cells.numbers:
        if not term.low <= number <= term.high:
            yield f"holds {number:g}; allowed is {_allowed(term)}"


def _allowed(term: Term) -> str:
    kind = "a whole number" if term.whole else "a share, 0.6 for 60 %," if term.unit is Unit.SHARE else "a number"
    if term.high == INFINITY:
        return f"{kind} from {term.low:g} up"
    return f"{kind} from {term.low:g} to {term.high:g}"
