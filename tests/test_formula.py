"""Random expressions of a body: a cell, a column, LibreOffice and IronCalc give the same.

Left out by construction, as the programs define it differently: 0^0 (1 in LibreOffice), a power of 0 or of a negative
number (LibreOffice and IronCalc take odd roots), LN of what is not above 0 (#VALUE! in LibreOffice), ISNUMBER of a
boolean (a number in LibreOffice), the first of two errors (the last in LibreOffice), results beyond 1E+15, and what is
so close to a limit that the last digit decides. Comparisons compare numbers: in the catalogue the guards see to it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from clv_xl import words
from clv_xl.cells import Cell, Value
from clv_xl.columns import Column
from clv_xl.errors import CellError, cell_error
from clv_xl.formula import Formula

from .evaluators import agrees
from .evaluators.sheets import Question

if TYPE_CHECKING:
    from .evaluators.ironcalc_engine import IronCalc
    from .evaluators.libreoffice import LibreOffice

SEED, HOW_MANY, DEEP = 20261122, 400, 5
NAMES = ("x", "y", "z")
ERROR = cell_error("#DIV/0!")  # one kind only: the programs differ in which of two they show
INPUTS: tuple[Value, ...] = (0.0, 1.0, -1.0, 2.5, -0.75, 12.0, 1000.0, 0.05, None, True, "text", ERROR)
CONSTANTS = (0, 1, -1, 2, 3, 0.5, -2.5, 0.1, 100)
COMPARISONS = ("<", "<=", ">", ">=", "=", "<>")
LARGE, CLOSE = 1e15, 1e-9

Tree = tuple[Any, ...]


class Awkward(Exception):
    """An expression on which programs differ by definition."""


@dataclass(frozen=True)
class Drawn:
    """An expression, what its names stand for, and what a cell makes of it."""

    tree: Tree
    inputs: dict[str, Value]
    value: Value


def numeric(draw: random.Random, depth: int) -> Tree:
    if depth == 0 or draw.random() < 0.15:
        return ("name", draw.choice(NAMES)) if draw.random() < 0.7 else ("constant", draw.choice(CONSTANTS))
    kind = draw.choice(
        ("+", "-", "*", "/", "^", "negative", "where", "where", "exp", "ln", "absolute", "whole", "rounded_up")
    )
    if kind == "where":
        return (kind, truth(draw, depth - 1), numeric(draw, depth - 1), numeric(draw, depth - 1))
    if kind in "+-*/^":
        return (kind, numeric(draw, depth - 1), numeric(draw, depth - 1))
    return (kind, numeric(draw, depth - 1))


def truth(draw: random.Random, depth: int) -> Tree:
    kind = draw.choice((*COMPARISONS, "is_number", "is_blank", "is_error", "fault", "and", "or"))
    if kind in ("is_number", "is_blank"):
        return (kind, ("name", draw.choice(NAMES)))
    if kind in ("and", "or") and depth > 0:
        return ("*" if kind == "and" else "+", truth(draw, depth - 1), truth(draw, depth - 1))
    if kind in ("is_error", "fault"):
        return (kind, *(numeric(draw, max(depth - 1, 0)) for _ in range(1 if kind == "is_error" else 2)))
    return (
        kind if kind not in ("and", "or") else "<",
        numeric(draw, max(depth - 1, 0)),
        numeric(draw, max(depth - 1, 0)),
    )


OPERATORS: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": words.same,
    "<>": words.differs,
    "negative": lambda a: -a,
    "fault": lambda a, b: words.is_error(words.fault(a, b)),
}


def build(tree: Tree, operands: dict[str, Any], watch: Callable[[Tree, list[Any], Any], None] | None = None) -> Any:
    """The expression over operands of any kind; constants stay plain numbers where Python lets them."""
    head, *rest = tree
    if head == "name":
        return operands[rest[0]]
    if head == "constant":
        return type(operands["x"]).lift(rest[0])
    parts = [build(part, operands, watch) for part in rest]
    result = OPERATORS[head](*parts) if head in OPERATORS else getattr(words, head)(*parts)
    if watch:
        watch(tree, [part.value for part in parts], result.value)
    return result


def refuse_awkward(tree: Tree, parts: list[Value], result: Value) -> None:
    head = tree[0]
    if head in COMPARISONS and any(isinstance(part, str | bool) for part in parts):
        raise Awkward("no numbers compared")
    if head == "where" and any(isinstance(part, str) for part in parts):
        raise Awkward("text handed on")
    if head == "is_number" and isinstance(parts[0], bool):
        raise Awkward("a boolean is a number in LibreOffice")
    kinds = {value.cell for value in (*parts, result) if isinstance(value, CellError)}
    if len(kinds) > 1 and head != "where":
        raise Awkward("two errors")
    numbers = [number for number in map(words.number, parts) if isinstance(number, float)]
    if len(numbers) == len(parts):
        _refuse_numbers(head, numbers, result)


def _refuse_numbers(head: str, numbers: list[float], result: Value) -> None:
    if head in ("^", "ln") and numbers[0] <= 0:
        raise Awkward("power or logarithm of what is not above 0")
    if head == "rounded_up" and numbers[0] < 0:
        raise Awkward("from 0 up")
    if head in ("whole", "rounded_up"):
        numbers = [numbers[0], float(round(numbers[0]))]
    if head in ("+", "-", "whole", "rounded_up", *COMPARISONS) and _nearly(*numbers, head):
        raise Awkward("the last digit decides")
    size = abs(result) if isinstance(result, float) else 1.0
    if isinstance(result, CellError) and head != "/":
        raise Awkward("too large for a number")
    if (size == 0 and head in ("^", "exp")) or (size > 0 and not 1 / LARGE < size < LARGE):
        raise Awkward("too large, or too small")


def _nearly(left: float, right: float, head: str) -> bool:
    if head == "+":
        right = -right
    return left != right and math.isclose(left, right, rel_tol=CLOSE)


def expressions() -> Iterator[Drawn]:
    draw = random.Random(SEED)
    while True:
        tree = numeric(draw, DEEP)
        inputs = {name: draw.choice(INPUTS) for name in NAMES}
        if tree[0] in ("name", "constant"):
            continue
        try:
            value = build(tree, {name: Cell(value) for name, value in inputs.items()}, refuse_awkward).value
        except Awkward:
            continue
        yield Drawn(tree, inputs, value)


def _some() -> list[Drawn]:
    """As many with a number as with an error: errors are what most random expressions end in."""
    numbers: list[Drawn] = []
    errors: list[Drawn] = []
    for drawn in expressions():
        group = errors if isinstance(drawn.value, CellError) else numbers
        if len(group) < HOW_MANY // 2:
            group.append(drawn)
        if len(errors) + len(numbers) == HOW_MANY:
            return numbers + errors
    raise AssertionError


DRAWN = _some()


def as_text(tree: Tree, style: type[Formula] = Formula, **places: str) -> str:
    return str(build(tree, {name: style(places.get(name, name)) for name in NAMES}))


def test_expressions_are_worth_it() -> None:
    """Each operator and word occurs, on both sides of every test."""
    seen = {node for drawn in DRAWN for node in _heads(drawn.tree)}
    elementwise = {"where", "exp", "ln", "absolute", "whole", "rounded_up", "is_number", "is_blank", "is_error"}
    assert seen == {"name", "constant"} | elementwise | set(OPERATORS)
    assert len({as_text(drawn.tree) for drawn in DRAWN}) > HOW_MANY * 0.7


def _heads(tree: Tree) -> Iterator[str]:
    yield tree[0]
    for part in tree[1:]:
        if isinstance(part, tuple):
            yield from _heads(part)


@pytest.mark.parametrize("block", range(0, HOW_MANY, 50))
def test_column(block: int) -> None:
    for drawn in DRAWN[block : block + 50]:
        column = build(drawn.tree, {name: Column.lift(Cell(value)) for name, value in drawn.inputs.items()})
        _same(drawn, _as_number(column.rows()[0][0]), _as_number(drawn.value))


def _as_number(value: Value) -> Value:
    """A column has no booleans, blanks or texts: what a cell hands on is a number there."""
    return words.number(value)


@pytest.fixture(scope="session")
def questions() -> list[Question]:
    return [Question(lambda places, tree=drawn.tree: as_text(tree, **places), drawn.inputs) for drawn in DRAWN]


def test_libreoffice(libreoffice: LibreOffice, questions: list[Question]) -> None:
    _all_same(libreoffice.ask(questions))


def test_ironcalc(ironcalc: IronCalc, questions: list[Question]) -> None:
    _all_same(ironcalc.ask(questions))


def _all_same(answers: list[Any]) -> None:
    for drawn, got in zip(DRAWN, answers, strict=True):
        _same(drawn, 0.0 if got is None else got, 0.0 if drawn.value is None else drawn.value)


def _same(drawn: Drawn, got: Value, want: Value) -> None:
    assert agrees(got, want), f"{as_text(drawn.tree)} with {drawn.inputs} gives {got!r}, not {want!r}"


X, Y, Z = (Formula(name) for name in "XYZ")


@pytest.mark.parametrize(
    ("spelled", "text"),
    [
        (X - (Y - Z), "X-(Y-Z)"),
        (X - Y - Z, "X-Y-Z"),
        (X / (Y * Z), "X/(Y*Z)"),
        (X * (Y + Z), "X*(Y+Z)"),
        (X**Y**Z, "X^(Y^Z)"),
        ((X**Y) ** Z, "X^Y^Z"),
        (-X, "-X"),
        ((-X) ** 2, "(-X)^2"),
        (2 ** (-X), "2^(-X)"),
        (X - (-Y), "X-(-Y)"),
        (-(X + Y), "-(X+Y)"),
        (X + (-2), "X+(-2)"),
        ((X < Y) * (Y <= Z), "(X<Y)*(Y<=Z)"),
        (X * 1 + 0, "X"),
        (1 - (1 + X), "1-(1+X)"),
        (words.where(X > 0, "a", 'say "b"'), 'IF(X>0,"a","say ""b""")'),
        (words.where(Formula.lift(0), X, Y), "Y"),
        (words.where(X > 0, cell_error("#NUM!"), 1e-9), "IF(X>0,#NUM!,1E-09)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_text(spelled: Formula, text: str) -> None:
    assert str(spelled) == text


def test_an_operand_is_no_truth() -> None:
    with pytest.raises(TypeError, match="where"):
        bool(X > 0)
