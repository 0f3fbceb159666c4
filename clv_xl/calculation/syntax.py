"""Formula text as a tree: operators by Excel's precedence over the tokens of openpyxl's tokenizer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from clv_xl.errors import cell_error

from .refusals import SyntaxRefused

if TYPE_CHECKING:
    from clv_xl.cells import Value


@dataclass(frozen=True)
class Literal:
    """A number, text, boolean or error written in the formula."""

    value: Value


@dataclass(frozen=True)
class Omitted:
    """An argument left out between two commas."""


@dataclass(frozen=True)
class Reference:
    """A cell, an area, a table column or a name, as written."""

    text: str


@dataclass(frozen=True)
class Binary:
    """`left symbol right`."""

    symbol: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Call:
    """A function with its arguments; `written` is the name as the file has it, `name` the function's own."""

    name: str
    args: tuple[Node, ...]
    written: str


@dataclass(frozen=True)
class Block:
    """An array written in the formula: {1,2;3,4}."""

    rows: tuple[tuple[Value, ...], ...]


Node = Literal | Omitted | Reference | Binary | Call | Block

_BINDING = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_SIGN = 6  # binds tighter than ^ in Excel: -2^2 is 4

# [1]!CLV, 'C:\x\clv_xl.xlam'!CLV, _xll.CLV, _xldudf_CLV, _xldudf_NS_CLV, _xlfn.LET, _xlfn._xlws.FILTER
_PREFIX = re.compile(r"^(?:(?:'[^']*'|\[\d+\][^!]*|[\w.\[\]]+)!|_xll\.|_xlfn\.(?:_xlws\.)?)+", re.IGNORECASE)
_OFFICE_JS = re.compile(r"^_xldudf_", re.IGNORECASE)


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The tree of a formula, given without or with its equals sign.

    Raises:
        SyntaxRefused: what this reader does not know, such as intersections and unions of ranges.

    """
    from openpyxl.formula import Tokenizer  # noqa: PLC0415  slow to load, needed only here
    from openpyxl.formula.tokenizer import TokenizerError  # noqa: PLC0415  likewise

    try:
        tokens = [t for t in Tokenizer("=" + text.removeprefix("=")).items if t.type != "WHITE-SPACE"]
    except TokenizerError as error:
        raise SyntaxRefused(f"cannot read {text!r}: {error}", f"{text!r} is niet te lezen: {error}") from None
    reader = _Reader(tokens)
    tree = reader.expression(0)
    if reader.token is not None:
        raise SyntaxRefused(
            f"cannot read {text!r} from {reader.token.value!r}",
            f"{text!r} is niet te lezen vanaf {reader.token.value!r}",
        )
    return tree


class _Reader:
    def __init__(self, tokens: list[Any]) -> None:
        self._tokens, self._place = tokens, 0

    @property
    def token(self) -> Any:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take(self) -> Any:
        if self.token is None:
            raise SyntaxRefused("the formula ends too early", "de formule houdt te vroeg op")
        self._place += 1
        return self._tokens[self._place - 1]

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
            return _literal(token) if token.subtype != "RANGE" else Reference(token.value)
        raise SyntaxRefused(f"{token.value!r} is not expected there", f"{token.value!r} hoort daar niet")

    def _close(self) -> None:
        if self._take().subtype != "CLOSE":
            raise SyntaxRefused("a bracket is not closed", "een haakje is niet gesloten")

    def _call(self, written: str) -> Call:
        args: list[Node] = []
        while True:
            token = self.token
            if token is not None and (token.type == "SEP" or token.subtype == "CLOSE"):
                args.append(Omitted())
            else:
                args.append(self.expression(0))
            if self._take().subtype == "CLOSE":
                break
        if len(args) == 1 and isinstance(args[0], Omitted):
            args = []
        return Call(own_name(written), tuple(args), written)

    def _block(self) -> Block:
        rows: list[list[Value]] = [[]]
        while True:
            token = self._take()
            if token.type == "ARRAY" and token.subtype == "CLOSE":
                return Block(tuple(map(tuple, rows)))
            if token.type == "SEP":
                if token.subtype == "ROW":
                    rows.append([])
            elif token.type == "OPERAND":
                rows[-1].append(_literal(token).value)
            elif token.type != "ARRAYROW":
                raise SyntaxRefused(
                    f"{token.value!r} is not expected in an array", f"{token.value!r} hoort niet in een matrix"
                )


def own_name(written: str) -> str:
    """The function's own name: `[1]!CLV`, `_xll.CLV`, `_xldudf_CLV` and `_xlfn.LET` without what stands before."""
    return _OFFICE_JS.sub("", _PREFIX.sub("", written)).upper()


def _literal(token: Any) -> Literal:
    text = token.value
    if token.subtype == "NUMBER":
        return Literal(float(text))
    if token.subtype == "TEXT":
        return Literal(text[1:-1].replace('""', '"'))
    if token.subtype == "LOGICAL":
        return Literal(text.upper() == "TRUE")
    return Literal(cell_error(text))


def walk(node: Node) -> Iterator[Node]:
    """Every node of a tree, itself first."""
    yield node
    children = node.args if isinstance(node, Call) else (node.left, node.right) if isinstance(node, Binary) else ()
    for child in children:
        yield from walk(child)


def calls(node: Node) -> list[Call]:
    """The function calls of a tree, outermost first."""
    return [part for part in walk(node) if isinstance(part, Call)]


def references(node: Node) -> list[str]:
    """The references of a tree, as written."""
    return [part.text for part in walk(node) if isinstance(part, Reference)]
