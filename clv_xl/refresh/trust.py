"""Which formulas our calculator and an engine are believed about, and why not the others."""

from __future__ import annotations

import re
from collections.abc import Container
from contextlib import suppress
from typing import TYPE_CHECKING

from clv_xl.calculation import Calculator, Incalculable
from clv_xl.calculation.crossing import crosses
from clv_xl.calculation.reading import VISIBLE, VOLATILE, approximate
from clv_xl.calculation.refusals import Held, Unsettled
from clv_xl.calculation.rows import Result, rows_of
from clv_xl.calculation.unsettled import unsettled
from clv_xl.engines import Unavailable

from .reasons import APPROXIMATE, BLIND, CHANGING, CROSSING, FOREIGN, HIDING, LEFT_BEHIND, UNREPRODUCED
from .sameness import Grid, alike, lost, same, shown

if TYPE_CHECKING:
    from clv_xl.calculation.places import Key
    from clv_xl.calculation.syntax import Call, Node
    from clv_xl.engines import Engine
    from clv_xl.terms import Text

    from .formulas import Formulas
    from .revision import Revision

_COMMA = re.compile(r"\d,\d")


class Trust:
    """Weighs formulas by what they give for the file as it is: `before`, of which `stored` is our calculator.

    Our calculator need not reproduce the file's value of formulas that are `exempt`.
    """

    def __init__(self, before: Revision, formulas: Formulas, exempt: Container[Key], engine: Engine | None) -> None:
        self._before, self._formulas, self._exempt, self._engine = before, formulas, exempt, engine
        self._given: dict[Key, dict[Node, Result]] = {}
        self._answered: set[Key] = set()
        self._weighed: dict[Key, Text | None] = {}
        self._failed: set[Key] = set()
        self._unsettled: dict[Key, Text] = {}
        self._out_of_date = formulas.book.out_of_date()
        # What the engine gives for the file is added to `_given` as it comes.
        self.stored = Calculator(before, compute=lambda _: False, given=self._given)
        self.comma = self._has_comma()
        if self.comma:
            self.stored = Calculator(before, compute=lambda _: False, given=self._given, comma=True)

    def _has_comma(self) -> bool:
        """Whether a text in the file joins a number with a decimal comma: its values tell the language of Excel."""
        joined = [
            (key, cell)
            for key, cell in self._formulas.cells.items()
            if isinstance(cell.value, str) and "&" in (cell.formula or "") and _COMMA.search(cell.value)
        ]
        if not joined:
            return False
        other = Calculator(self._before, compute=lambda _: False, comma=True)
        for key, cell in joined:
            origin, formula = self._formulas.book.origin(key) or key, self._formula_before(key)
            with suppress(Incalculable):
                told = [rows_of(calculator.evaluate(formula, *origin))[0][0] for calculator in (self.stored, other)]
                if told[1] == cell.value != told[0]:
                    return True
        return False

    def doubt(self, key: Key) -> Text | None:
        """Why a formula is not computed by our calculator; None when it is."""
        if key not in self._weighed:
            # Whether an exempt formula can be computed shows when it is, for the file as it will be: once is enough.
            told = key not in self._exempt or key in self._answered or key in self._failed
            computed = told or self._crosses(key)
            self._weighed[key] = self._hindered(key) or (self._weigh(key) if computed else None)
        return self._weighed[key]

    def _hindered(self, key: Key) -> Text | None:
        """What only Excel can do about the cells that a formula reads."""
        if key in self._formulas.book.left_behind:
            return LEFT_BEHIND
        return HIDING if self._passes_over(key) else self._outdated(key)

    def _weigh(self, key: Key) -> Text | None:
        cell, book = self._formulas.cells[key], self._formulas.book
        answered, crossing = key in self._answered, self._crosses(key)
        if answered and not crossing and (lost(cell.value) or cell.value == ""):
            return None
        try:
            result = self.stored.evaluate(self._formula_before(key), *(book.origin(key) or key))
        except Incalculable as error:
            self._remember(key, error)
            return error.text
        if same(rows_of(result)[0][0], cell.value):
            return None
        unprotected = (key in self._exempt and not answered) or lost(cell.value)
        return CROSSING if crossing else None if unprotected else UNREPRODUCED

    def _remember(self, key: Key, error: Incalculable) -> None:
        """Keep in mind what no other program shall be believed about."""
        if isinstance(error, Unsettled):
            self._unsettled[key] = error.text

    def _crosses(self, key: Key) -> bool:
        """Whether it means another thing in a plain cell than as an array, which our calculator takes it for."""
        cell = self._formulas.cells[key]
        return cell.array is None and crosses(cell.formula or "", self.stored.places, key)

    def doubt_failed(self, key: Key) -> Text | None:
        """Why a formula that could not be computed is beyond our calculator; None when it is not."""
        if key not in self._failed:
            self._failed.add(key)
            self._weighed.pop(key, None)
        return self.doubt(key)

    def doubt_left(self, key: Key, error: Incalculable) -> bool:
        """Doubt a formula that only fails with what its cells hold by now; False where that is of no use."""
        self._remember(key, error)
        useful = lost(self._formulas.cells[key].value) and not isinstance(error, Held) and self.doubt(key) is None
        if useful:
            self._weighed[key] = error.text
        return useful

    def _formula_before(self, key: Key) -> str:
        """A formula as the file has it."""
        origin = self._formulas.book.origin(key)
        cell = None if origin is None else self._before.cells(origin[0]).get(origin[1:])
        return (cell and cell.formula) or self._formulas.cells[key].formula or ""

    def weigh_again(self, key: Key, call: Call, stored: Result | Unavailable) -> None:
        """Forget a doubt, as an engine computed a part of the formula, which gives `stored` for the file."""
        if not isinstance(stored, Unavailable):
            self._given.setdefault(key, {})[call] = stored
        self._answered.add(key)
        self._weighed.pop(key, None)

    def hopeless(self, key: Key) -> Text | None:
        """Why no engine can be believed about a formula."""
        reading, formula = self._formulas.readings[key], self._formulas.cells[key].formula
        if reading.functions & VOLATILE:
            return CHANGING
        if hindered := self._hindered(key):
            return hindered
        alone = self._engine is not None and self._engine.intersects and key not in self._formulas.ours
        if lost(self._formulas.cells[key].value) and not alone and self._crosses(key):
            return CROSSING
        if told := self._differs(key):
            return told
        if self._engine is not None and not self._engine.approximates and approximate(formula):
            return APPROXIMATE
        return FOREIGN if reading.foreign else BLIND if reading.blind else None

    def _differs(self, key: Key) -> Text | None:
        """What only Excel itself may compute of a formula, as nothing is stored to compare with."""
        cell = self._formulas.cells[key]
        nothing = lost(cell.value) or (cell.value == "" and key in self._exempt)
        if not nothing or (self._engine is not None and self._engine.genuine):
            return None
        return self._unsettled.get(key) or unsettled(self._formula_before(key), self.stored, key)

    def _passes_over(self, key: Key) -> bool:
        """Whether a subtotal has hidden rows or other subtotals to pass over."""
        formulas, reading = self._formulas, self._formulas.readings[key]
        if not reading.functions & VISIBLE:
            return False
        others = [formulas.fills[other] for other, one in formulas.readings.items() if one.functions & VISIBLE]
        return any(
            formulas.book.hides_rows(place.sheet) or any(place.meets(other) for other in others)
            for place in reading.places
        )

    def _outdated(self, key: Key) -> Text | None:
        """What a formula reads that only Excel can bring up to date."""
        places = self._formulas.readings[key].places
        met = (reason for old, reason in self._out_of_date if any(place.meets(old) for place in places))
        return next(met, None)

    def distrust(self, key: Key, old: Result | Unavailable, new: Result | Unavailable) -> Text | None:
        """Why an engine is not believed that gives `old` for the file and `new` for its revision."""
        if isinstance(new, Unavailable):
            return new.reason
        if lost(self._formulas.cells[key].value):
            return None
        if isinstance(old, Unavailable):
            return old.reason
        return None if alike(rows_of(old), self.shown(key)) else UNREPRODUCED

    def shown(self, key: Key) -> Grid:
        """What the file shows for a formula."""
        origin = self._formulas.book.origin(key)
        return [[None]] if origin is None else shown(self._before, origin)
