"""What a formula reads, told from its words alone: also where its sense is beyond this package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clv_xl.workbook.shift import shifted

from .refusals import SyntaxRefused, UnknownReference
from .spellings import excels, normal, ours
from .syntax import Call, Literal, Reference, parse, tokens, walk

if TYPE_CHECKING:
    from .places import Place, Places

VOLATILE = frozenset({"NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY"})
"""Functions whose value is another one each time."""
VISIBLE = frozenset({"AGGREGATE", "SUBTOTAL"})
"""Functions that may pass over hidden rows."""
_BLIND = frozenset({"OFFSET", "INDIRECT"})
# What leaves the workbook: other programs, the network, the machine. No engine is handed such a formula.
_OUTSIDE = frozenset(
    "CALL CELL COPILOT DDE IMAGE INFO PY REGISTER.ID RTD SQL.REQUEST STOCKHISTORY TRANSLATE WEBSERVICE".split()  # noqa: SIM905  a wall of quotes would hide the words
)
_SHEETS = re.compile(r"^(?P<quote>'?)(?P<first>[^'!]+?):(?P<last>[^'!]+)(?P=quote)!(?P<spot>[^!]+)$")
_OTHER_BOOK = re.compile(r"^'?[^!]*\[[^\]]+\][^!]*!")


def approximate(formula: str | None) -> bool:
    """Whether a formula looks something up among values that must be sorted."""
    try:
        calls = [node for node in walk(parse(formula or "")) if isinstance(node, Call)]
    except SyntaxRefused:
        return False
    return any(
        call.name == "LOOKUP" or (call.name in _EXACT_AT and not _says_exact(call, _EXACT_AT[call.name]))
        for call in calls
    )


_EXACT_AT = {"MATCH": 2, "VLOOKUP": 3, "HLOOKUP": 3}


def _says_exact(call: Call, place: int) -> bool:
    given = call.args[place] if len(call.args) > place else None
    return isinstance(given, Literal) and given.value in (0.0, False)


@dataclass
class Reading:
    """What a formula reads.

    places     the areas
    functions  Excel's own functions it calls
    calls      whether it calls a function of ours, itself or through a name
    foreign    whether it needs another workbook, another program's functions or something outside the file
    blind      whether it reads cells that its text does not name
    """

    places: list[Place] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)
    calls: bool = False
    foreign: bool = False
    blind: bool = False


def read(formula: str, places: Places, sheet: str, row: int, column: int) -> Reading:
    """What a formula in a cell reads, names followed; what cannot be found is passed over."""
    found = Reading()
    try:
        _gather(formula, places, (sheet, row, column), found, set())
    except RecursionError:  # names that stand for names without end
        found.blind = True
    return found


def named_parts(formula: str) -> Iterator[Call | Reference]:
    """The calls and references of a formula; of one that cannot be read as a tree the names of its functions."""
    try:
        yield from (node for node in walk(parse(formula)) if isinstance(node, Call | Reference))
    except SyntaxRefused:
        try:
            words = tokens(normal(formula))
        except SyntaxRefused:
            return
        for word in words:
            if word.type == "FUNC" and word.subtype == "OPEN":
                yield Call("", (), word.value[:-1].removeprefix("@"))


def _gather(formula: str, places: Places, cell: tuple[str, int, int], found: Reading, followed: set[str]) -> None:
    sheet, row, column = cell
    text = normal(formula)
    try:
        words = tokens(text)
    except SyntaxRefused:
        found.blind = True
        return
    for word in words:
        if word.type == "FUNC" and word.subtype == "OPEN":
            written = word.value[:-1].removeprefix("@")
            named = places.name(written, sheet)
            _call(written, found)
            if named is not None and written.casefold() not in followed:  # a LAMBDA of the workbook's own
                followed.add(written.casefold())
                _gather(named, places, cell, found, followed)
        elif word.type == "OPERAND" and word.subtype == "RANGE":
            name = word.value.removeprefix("@")
            named = places.name(name, sheet)
            if named is None:
                found.foreign = found.foreign or "|" in name or bool(_OTHER_BOOK.match(name))
                found.blind = found.blind or name.startswith(":")
                found.places += _areas(name, places, sheet, row)
            elif name.casefold() not in followed:
                followed.add(name.casefold())
                _gather(shifted(named, row - 1, column - 1), places, cell, found, followed)


def _call(written: str, found: Reading) -> None:
    if ours(written):
        found.calls = True
        return
    # A1:INDEX(...) is an area that only the program knows
    corner, _, called = written.rpartition(":")
    name = excels(called)
    found.functions.add(name)
    found.foreign = found.foreign or not name or name in _OUTSIDE or name.startswith("CUBE")
    found.blind = found.blind or name in _BLIND or bool(corner)


def _areas(text: str, places: Places, sheet: str, row: int) -> Iterator[Place]:
    several = _SHEETS.match(text)
    texts = [text]
    if several:
        texts = [f"'{name}'!{several['spot']}" for name in places.between(several["first"], several["last"])]
    for one in texts:
        try:
            yield places.find(one, sheet, row)
        except UnknownReference:
            continue
