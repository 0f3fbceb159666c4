"""Formula text as a tree: operators by Excel's precedence over the tokens of openpyxl's tokenizer."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from clv_xl.errors import cell_error

from .refusals import SyntaxRefused, too_deep
from .spellings import excels, normal
from .tokenizer import tokenizer

if TYPE_CHECKING:
    from clv_xl.cells import Value


@dataclass(frozen=True)
class Literal:
    """A number, text, boolean or error written in the formula."""

    value: Value
    kind: type = field(init=False, repr=False)  # lest TRUE equals 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", type(self.value))


@dataclass(frozen=True)
class Omitted:
    """An argument left out between two commas."""


@dataclass(frozen=True)
class Reference:
    """A cell, an area, a table column or a name, as written, and where it starts in the formula."""

    text: str
    start: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Binary:
    """`left symbol right`."""

    symbol: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Call:
    """A function with its arguments; `written` is its name as the file has it, `name` Excel's own, if it is Excel's.

    `text` is the whole call as it stands in the formula, from `start`; calls that say the same are equal.
    """

    name: str
    args: tuple[Node, ...]
    written: str
    text: str = field(default="", compare=False)
    start: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Block:
    """An array written in the formula: {1,2;3,4}."""

    rows: tuple[tuple[Literal, ...], ...]


Node = Literal | Omitted | Reference | Binary | Call | Block

_BINDING = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_SIGN = 6  # binds tighter than ^ in Excel: -2^2 is 4


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The tree of a formula, given without or with its equals sign.

    Raises:
        SyntaxRefused: what this reader does not know, such as intersections and unions of ranges.

    """
    bare = normal(text)
    reader = _Reader(bare, tokens(bare))
    try:
        tree = reader.expression(0)
    except RecursionError:
        raise too_deep() from None
    if reader.token is not None:
        raise SyntaxRefused(
            f"cannot read {text!r} from {reader.token.value!r}",
            f"{text!r} is niet te lezen vanaf {reader.token.value!r}",
        )
    return tree


def tokens(text: str) -> list[Any]:
    """The tokens of a formula that `normal` gave, blanks among them, as openpyxl's tokenizer cuts them.

    Raises:
        SyntaxRefused: text that is no formula.

    """
    cutter = tokenizer()
    try:
        found = list(cutter.Tokenizer("=" + text).items)
    except (cutter.TokenizerError, IndexError) as error:  # unbalanced brackets end in either
        raise SyntaxRefused(f"cannot read {text!r}: {error}", f"{text!r} is niet te lezen: {error}") from None
    for token in found:
        if token.subtype == "NUMBER" and not _NUMBER.fullmatch(token.value):
            token.subtype = "RANGE"  # a name such as nan or inf, which Python takes for a number
    return found


class _Reader:
    def __init__(self, text: str, items: list[Any]) -> None:
        ends = accumulate(len(token.value) for token in items)
        kept = [(token, end) for token, end in zip(items, ends, strict=True) if token.type != "WHITE-SPACE"]
        self._text, self._place = text, 0
        self._tokens, self._ends = [token for token, _ in kept], [end for _, end in kept]

    @property
    def token(self) -> Any:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take(self) -> Any:
        if self.token is None:
            raise SyntaxRefused("the formula ends too early", "de formule houdt te vroeg op")
        self._place += 1
        return self._tokens[self._place - 1]

    @property
    def _start(self) -> int:
        """Where the token taken last starts."""
        return self._ends[self._place - 1] - len(self._tokens[self._place - 1].value)

    def expression(self, binding: int) -> Node:
        left = self._operand()
        while self.token is not None:
            kind, symbol = self.token.type, self.token.value
            if kind == "OPERATOR-POSTFIX":
                self._take()
                left = Binary("/", left, Literal(100.0))
            elif kind == "OPERATOR-INFIX" and _BINDING.get(symbol, 0) > binding:
                self._take()
                left = Binary(symbol, left, self.expression(_BINDING[symbol]))
            elif kind == "OPERATOR-INFIX" and symbol not in _BINDING:
                raise SyntaxRefused(f"the operator {symbol!r} is not known", f"de operator {symbol!r} is onbekend")
            else:
                break
        return left

    def _operand(self) -> Node:
        token = self._take()
        if token.type == "OPERATOR-PREFIX":
            inner = self.expression(_SIGN)
            return Binary("*", Literal(-1.0), inner) if token.value == "-" else inner
        if token.type == "PAREN" and token.subtype == "OPEN":
            inner = self.expression(0)
            self._close()
            return inner
        if token.type == "FUNC" and token.subtype == "OPEN":
            return self._call(token.value[:-1])
        if token.type == "ARRAY" and token.subtype == "OPEN":
            return self._block()
        if token.type == "OPERAND":
            return self._reference(token) if token.subtype == "RANGE" else _literal(token)
        raise SyntaxRefused(f"{token.value!r} is not expected there", f"{token.value!r} hoort daar niet")

    def _reference(self, token: Any) -> Node:
        at, text = self._start, token.value
        if text.startswith("@"):  # one value of several, which a file should spell SINGLE
            return Call("SINGLE", (Reference(text[1:], at + 1),), "_xlfn.SINGLE", text, at)
        return Reference(text, at)

    def _close(self) -> None:
        if self._take().subtype != "CLOSE":
            raise SyntaxRefused("a bracket is not closed", "een haakje is niet gesloten")

    def _call(self, written: str) -> Call:
        start, args = self._start, list[Node]()
        while True:
            token = self.token
            if token is not None and (token.type == "SEP" or token.subtype == "CLOSE"):
                args.append(Omitted())
            else:
                args.append(self.expression(0))
            end = self._take()
            if end.subtype == "CLOSE":
                break
            if end.type != "SEP":
                raise SyntaxRefused(f"{end.value!r} is not expected there", f"{end.value!r} hoort daar niet")
        if len(args) == 1 and isinstance(args[0], Omitted):
            args = []
        text = self._text[start : self._ends[self._place - 1]]
        if not written.startswith("@"):
            return Call(excels(written), tuple(args), written, text, start)
        bare = written[1:]
        inner = Call(excels(bare), tuple(args), bare, text[1:], start + 1)
        return Call("SINGLE", (inner,), "_xlfn.SINGLE", text, start)

    def _block(self) -> Block:
        rows: list[list[Literal]] = [[]]
        while True:
            rows[-1].append(self._constant())
            token = self._separator()
            if token.subtype == "CLOSE":
                break
            if token.subtype == "ROW":
                rows.append([])
        if len({len(row) for row in rows}) > 1:
            raise SyntaxRefused(
                "the rows of an array differ in length", "de rijen van een matrix verschillen in lengte"
            )
        return Block(tuple(map(tuple, rows)))

    def _separator(self) -> Any:
        """What ends an element of an array."""
        token = self._take()
        while token.type == "ARRAYROW":  # the marks of rows lie around the separators
            token = self._take()
        if token.type != "SEP" and (token.type, token.subtype) != ("ARRAY", "CLOSE"):
            raise _misplaced(token)
        return token

    def _constant(self) -> Literal:
        """An element of an array, which may have a sign but be no reference."""
        token = self._take()
        while token.type == "ARRAYROW":
            token = self._take()
        signed = token.type == "OPERATOR-PREFIX"
        negative = signed and token.value == "-"
        if signed:
            token = self._take()
        if token.type != "OPERAND" or token.subtype == "RANGE" or (signed and token.subtype != "NUMBER"):
            raise _misplaced(token)
        found = _literal(token)
        return Literal(-found.value) if negative and isinstance(found.value, float) else found


def _misplaced(token: Any) -> SyntaxRefused:
    return SyntaxRefused(f"{token.value!r} is not expected in an array", f"{token.value!r} hoort niet in een matrix")


def _literal(token: Any) -> Literal:
    text = token.value
    if token.subtype == "NUMBER":
        value = float(text)
        if math.isinf(value):
            raise SyntaxRefused(f"{text} is larger than any number", f"{text} is groter dan enig getal")
        return Literal(value)
    if token.subtype == "TEXT":
        return Literal(text[1:-1].replace('""', '"'))
    if token.subtype == "LOGICAL":
        return Literal(text.upper() == "TRUE")
    return Literal(cell_error(text))


def walk(node: Node) -> Iterator[Node]:
    """Every node of a tree, itself first."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        children = node.args if isinstance(node, Call) else (node.left, node.right) if isinstance(node, Binary) else ()
        waiting += reversed(children)


def calls(node: Node) -> list[Call]:
    """The function calls of a tree, outermost first."""
    return [part for part in walk(node) if isinstance(part, Call)]


def references(node: Node) -> list[str]:
    """The references of a tree, as written."""
    return [part.text for part in walk(node) if isinstance(part, Reference)]
