"""Where a formula has a range and wants one value: a plain cell takes that of its own row or column, an array all.

Excel before dynamic arrays, and a newer one for the files of others, takes one unless the formula was entered as an
array. It tells arguments of three classes: ABS takes one value, SUM a range as it is, SUMPRODUCT arrays of anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from clv_xl.functions import CATALOGUE
from clv_xl.terms import Unit
from clv_xl.workbook.shift import shifted

from .evaluator import among, is_ours
from .refusals import Incalculable
from .spellings import ours
from .syntax import Binary, Call, Node, Omitted, Reference, parse

if TYPE_CHECKING:
    from .places import Key, Places

_ALL, _FIRST, _SECOND, _REST = slice(None), slice(0, 1), slice(1, 2), slice(1, None)
_ONE_BY_ONE = (
    "ABS ACOS ASIN ATAN CEILING CHAR CODE COS DATE DATEDIF DATEVALUE DAY EDATE EOMONTH EVEN EXACT EXP FACT "
    "FIND FIXED FLOOR HOUR INT ISBLANK ISERR ISERROR ISNA ISNUMBER ISTEXT LEFT LEN LN LOG LOG10 LOWER MID "
    "MINUTE MOD MONTH MROUND NOT ODD POWER PROPER QUOTIENT REPLACE REPT RIGHT ROUND ROUNDDOWN ROUNDUP SEARCH "
    "SECOND SIGN SIN SQRT SUBSTITUTE TAN TEXT TIME TIMEVALUE TRIM TRUNC UPPER VALUE WEEKDAY WEEKNUM YEAR"
)
# The arguments that are one value each; others of a function that is not named here may be ranges.
_SINGLE = {
    **dict.fromkeys(_ONE_BY_ONE.split(), (_ALL,)),
    **dict.fromkeys(("HLOOKUP", "LOOKUP", "MATCH", "RANK", "VLOOKUP", "XLOOKUP", "XMATCH"), (_FIRST,)),
    **dict.fromkeys(("AVERAGEIF", "COUNTIF", "LARGE", "PERCENTILE", "QUARTILE", "SMALL", "SUMIF"), (_SECOND,)),
    **dict.fromkeys(("SUMIFS", "AVERAGEIFS"), (slice(2, None, 2),)),
    "COUNTIFS": (slice(1, None, 2),),
    "INDEX": (_REST,),
    "SUBTOTAL": (_FIRST,),
}
# One value also inside what takes arrays, which is why SUMPRODUCT(IF(...)) must be entered as one.
_SINGLE_ALWAYS = {"IF": (_FIRST,), "CHOOSE": (_FIRST,), "IFERROR": (_ALL,), "IFNA": (_ALL,)}
# Arrays of anything.
_ARRAYS = {
    **dict.fromkeys(("FILTER", "FREQUENCY", "MDETERM", "MINVERSE", "MMULT", "SORT", "SUMPRODUCT", "UNIQUE"), (_ALL,)),
    "INDEX": (_FIRST,),
    "LOOKUP": (_REST,),
    "AGGREGATE": (slice(2, None),),
}
_GIVE_ARRAYS = frozenset(
    "ANCHORARRAY FILTER FREQUENCY MINVERSE MMULT SEQUENCE SORT SORTBY TOCOL TOROW TRANSPOSE UNIQUE".split()  # noqa: SIM905  a wall of quotes would hide the words
)
_CHOOSING = frozenset({"CHOOSE", "IF", "IFERROR", "IFNA"})
_OF_REFERENCE = frozenset({"COLUMN", "ROW"})


class _At(NamedTuple):
    """The cell of a formula, what LET's names stand for, and the names that are being followed."""

    key: Key
    bound: Mapping[str, Node] = {}
    followed: frozenset[str] = frozenset()


def crosses(formula: str, places: Places, key: Key) -> bool:
    """Whether a formula in a plain cell has several cells where Excel takes one; False where it cannot be read."""
    try:
        return _Crossing(places).within(parse(formula), _At(key), array=False)
    except (Incalculable, RecursionError):
        return False


class _Crossing:
    def __init__(self, places: Places) -> None:
        self._places = places

    def within(self, node: Node, at: _At, *, array: bool) -> bool:
        """Whether it has several cells for one; `array`: what is around it takes arrays of anything."""
        match node:
            case Binary(_, left, right):
                return any((not array and self._several(part, at)) or self.within(part, at, array=array)
                           for part in (left, right))  # fmt: skip
            case Reference(text) if text.casefold() in at.bound:
                return self.within(at.bound[text.casefold()], at, array=array)
            case Call(name="LET"):
                return self.within(node.args[-1], _let(node, at), array=array)
            case Call():
                return any(self._argument(node, place, at, array=array) for place in range(len(node.args)))
        return False

    def _argument(self, call: Call, place: int, at: _At, *, array: bool) -> bool:
        arg = call.args[place]
        if is_ours(call, self._places, at.key[0]):
            return self.within(arg, at, array=False)
        if place in among(_ARRAYS, call):
            return self.within(arg, at, array=True)
        always = place in among(_SINGLE_ALWAYS, call)
        single = always or (not array and place in among(_SINGLE, call))
        return (single and self._several(arg, at)) or self.within(arg, at, array=array and not always)

    def _several(self, node: Node, at: _At) -> bool:
        """Whether it gives several values of cells; those that are written in the formula are an array everywhere."""
        match node:
            case Binary(_, left, right):
                return self._several(left, at) or self._several(right, at)
            case Reference(text):
                return self._several_named(text, at)
            case Call(name="LET"):
                return self._several(node.args[-1], _let(node, at))
            case Call():
                return self._gives_several(node, at)
        return False

    def _several_named(self, text: str, at: _At) -> bool:
        low, (sheet, row, column) = text.casefold(), at.key
        if low in at.bound:
            return self._several(at.bound[low], at)
        named = self._places.name(text, sheet)
        if named is None:
            return self._places.find(text, sheet, row).area.size > 1
        if low in at.followed:
            return False
        inside = parse(shifted(named, row - 1, column - 1))
        return self._several(inside, at._replace(bound={}, followed=at.followed | {low}))

    def _gives_several(self, call: Call, at: _At) -> bool:
        if is_ours(call, self._places, at.key[0]):
            function = CATALOGUE[ours(call.written)]
            given = {name: arg for name, arg in zip(function.parameters, call.args, strict=False) if arg != Omitted()}
            ranges = {name for name, (other, _) in function.reads.items() if other not in given}
            single = [
                arg for name, arg in given.items() if not function.parameters[name].term.many and name not in ranges
            ]
            return function.unit is Unit.TABLE or any(self._several(arg, at) for arg in single)
        if call.name in _GIVE_ARRAYS:
            return True
        if call.name == "INDEX" and any(getattr(arg, "value", None) == 0.0 for arg in call.args[1:]):
            return self._several(call.args[0], at)  # a whole row or column
        every = call.name in _CHOOSING or call.name in _OF_REFERENCE
        return any(
            self._several(arg, at) for place, arg in enumerate(call.args) if every or place in among(_SINGLE, call)
        )


def _let(call: Call, at: _At) -> _At:
    """Where LET's names stand for something, too."""
    pairs = zip(call.args[:-1:2], call.args[1:-1:2], strict=False)
    told = {name.text.casefold(): node for name, node in pairs if isinstance(name, Reference)}
    return at._replace(bound={**at.bound, **told})
