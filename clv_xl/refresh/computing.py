"""The computing of one refresh, by turns of our calculator and an engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from clv_xl.calculation import Calculator, Incalculable
from clv_xl.calculation.refusals import Held, too_large
from clv_xl.calculation.rows import MOST_CELLS, Result, rows_of
from clv_xl.calculation.syntax import parse
from clv_xl.engines import Unavailable, installed
from clv_xl.engines.asking import MOST_PIECES, Piece, Side, ask
from clv_xl.engines.pieces import pieces
from clv_xl.workbook import address

from .formulas import Formulas
from .reasons import UNREPRODUCED, advised
from .sameness import Grid, alike
from .trust import Trust

if TYPE_CHECKING:
    from clv_xl.calculation.places import Key, Place
    from clv_xl.calculation.syntax import Node
    from clv_xl.cells import Value
    from clv_xl.engines import Engine
    from clv_xl.terms import Text

    from .revision import Revision

_ROUNDS = 50  # calculator and engine by turns: more than formulas lean on each other in any real workbook


class Computing:
    """The computing of one refresh, by turns of our calculator and the engine until neither gets further.

    Of the formulas that are looked at (`affected`), `live` ones are our calculator's and `settled` ones answered by
    the engine; `doubts` are beyond the calculator, and `dirty` those of them that something reaches that changed.
    """

    def __init__(
        self, before: Revision, after: Revision, touched: Sequence[Place], own: bool, engine: Engine | None
    ) -> None:
        self._before, self._engine = before, engine
        self._touched = list(touched)
        self._formulas = formulas = Formulas(after)
        self._free = formulas.ours | {key for key, cell in formulas.cells.items() if own and cell.value is None}
        self._trust = Trust(before, formulas, formulas.cells if own else self._free, engine)
        self._given: dict[Key, dict[Node, Result]] = {}
        self._known: dict[Key, Value] = {}
        self._settled: dict[Key, Grid] = {}
        self._stale: dict[Key, Text] = {}
        self._unfit: dict[Key, Incalculable] = {}
        self._aim()

    def run(self) -> None:
        """Compute as far as it goes."""
        for _ in range(_ROUNDS):
            resized = self._compute()
            if resized:
                self._resize(resized)
            elif self._engine is None or not (self._ask(self._engine) or self._doubt_left()):
                break

    def _aim(self) -> None:
        """Look at our calls and at what depends on them, on what was touched, or on what cannot be told."""
        formulas = self._formulas
        first = self._free | {key for key, reading in formulas.readings.items() if reading.blind}
        wanted = first | formulas.dependents(first, formulas.cells, self._touched)
        wanted |= formulas.blank_precedents(wanted)
        self._affected = [key for key in formulas.cells if key in wanted]
        areas = {key: formulas.fills[key].area for key in self._affected}
        self._stale |= {key: too_large().text for key, area in areas.items() if area.size > MOST_CELLS}

    def _resize(self, areas: Mapping[Key, address.Area]) -> None:
        """Let spills take other cells; what reads those is looked at, too."""
        if not areas:
            return
        self._touched += self._formulas.resize(areas)
        self._aim()
        for key in self._formulas.dependents(areas, self._settled):
            del self._settled[key]
            for spot in self._formulas.filled(key):
                self._known.pop(spot, None)

    # ---- our calculator's turn

    def _compute(self) -> dict[Key, address.Area]:
        """Compute what our calculator can; gives the areas of spills that take other cells than before."""
        open_ = [key for key in self._affected if key not in self._settled and key not in self._stale]
        self._doubts = {key: reason for key in open_ if (reason := self._trust.doubt(key))}
        live = [key for key in open_ if key not in self._doubts]
        self._dirty: set[Key] = set()
        while True:
            self._results_of(live)
            if [key for key in self._failed if self._trust.doubt_failed(key)]:
                return self._compute()
            moved = [*self._moved(), *self._failed, *self._stale]
            dirty = self._formulas.dependents([*moved, *self._dirty], self._doubts, self._touched) | (
                self._free & {*self._doubts}
            )
            if moved or self._touched or (dirty and self._engine is None):
                dirty |= {key for key in self._doubts if self._formulas.readings[key].blind}
            if dirty <= self._dirty:
                return self._resized
            self._dirty |= dirty

    def _results_of(self, live: Iterable[Key]) -> None:
        while self._try(live):
            pass  # what read a result that does not fit is computed again

    def _try(self, live: Iterable[Key]) -> bool:
        """Compute the cells; whether a result turned out not to fit its place."""
        known = len(self._unfit)
        self._unknown = self._dirty | {key for key in self._doubts if self._formulas.cells[key].value is None}
        unusable = [key for key in self._affected if key in self._unknown or key in self._stale or key in self._unfit]
        held = {spot: key for key in unusable for spot in self._formulas.filled(key)}
        self._calculator = Calculator(
            self._formulas.book, self._known, frozenset(live).__contains__, held=held, given=self._given,
            comma=self._trust.comma,
        )  # fmt: skip
        self._results: dict[Key, Grid] = {}
        self._failed: dict[Key, Incalculable] = {}
        self._resized: dict[Key, address.Area] = {}
        for key in live:
            if key in self._unfit:
                self._failed[key] = self._unfit[key]
                continue
            try:
                rows = rows_of(self._calculator.result(*key))
            except Incalculable as error:
                self._failed[key] = error
                continue
            try:
                self._results[key], area = self._formulas.fitted(key, rows)
            except Incalculable as error:
                self._failed[key] = self._unfit[key] = error
                continue
            if area is not None:
                self._resized[key] = area
        return len(self._unfit) > known

    def _moved(self) -> list[Key]:
        """The cells that show something else than the file holds."""
        return [key for key, rows in (self._results | self._settled).items() if not alike(rows, self._trust.shown(key))]

    # ---- the engine's turn

    def _ask(self, engine: Engine) -> bool:
        """Ask what can be asked by now; whether that helped."""
        hopeless = {key: reason for key in sorted(self._dirty) if (reason := self._trust.hopeless(key))}
        if hopeless:
            self._stale |= hopeless
            return True
        waiting = self._dirty | {key for key, error in self._failed.items() if isinstance(error, Held)}
        unanswered = [*(waiting & self._formulas.ours), *(self._failed.keys() - waiting)]
        blocked = self._formulas.dependents([*unanswered, *self._stale, *(self._unknown - self._dirty)], waiting)
        cells = sorted(waiting - self._formulas.ours - blocked)
        parts = self._parts(waiting - set(cells))
        if not cells and not parts:
            return False
        held = self._known | {
            spot: value for key, rows in self._results.items() for spot, value in self._formulas.spread(key, rows)
        }
        date1904 = self._formulas.book.date1904
        origins = {key: origin for key in cells if (origin := self._formulas.book.origin(key))}
        old = ask(engine, Side(self._before, self._trust.stored, {}, date1904), origins.values(), parts)
        unseen = Unavailable(UNREPRODUCED)
        new = ask(engine, Side(self._formulas.book, self._calculator, held, date1904), cells, parts)
        before = len(self._settled) + len(self._stale)
        self._settle({key: (old[origins[key]] if key in origins else unseen, new[key]) for key in cells})
        for part in parts:
            self._take(part, old[part], new[part])
        return bool(parts) or len(self._settled) + len(self._stale) > before

    def _doubt_left(self) -> bool:
        """Leave to the engine what still fails, now that all it reads is known; whether there is any."""
        found = [key for key, error in self._failed.items() if self._trust.doubt_left(key, error)]
        return bool(found)

    def _parts(self, unknown: set[Key]) -> list[Piece]:
        """What our own formulas need from the engine, as far as it does not wait for other cells."""
        found: list[Piece] = []
        for key in sorted(self._dirty & self._formulas.ours):
            try:
                wanted = pieces(parse(self._formulas.cells[key].formula or ""), self._calculator, key)
            except Incalculable as error:
                if not isinstance(error, Held):
                    self._stale[key] = error.text
                continue
            if not wanted:
                self._stale[key] = self._doubts[key]
            fills = [self._formulas.fills[other] for other in unknown if other != key]
            for call in wanted:
                places = self._calculator.reading(call.text, *key).places
                if not any(place.meets(other) for place in places for other in fills):
                    found.append((key, call))
        return found[:MOST_PIECES]

    def _settle(self, answers: Mapping[Key, tuple[Result | Unavailable, Result | Unavailable]]) -> None:
        """Believe the engine about cells that it computes as the file has them."""
        believed: dict[Key, Grid] = {}
        refused: dict[Key, Text] = {}
        resized: dict[Key, address.Area] = {}
        for key, (old, new) in answers.items():
            reason = self._trust.distrust(key, old, new)
            try:
                if reason is None:
                    believed[key], area = self._formulas.fitted(key, rows_of(new))
                    if area is not None:
                        resized[key] = area
            except Incalculable as error:
                reason = error.text
            if reason is not None:
                refused[key] = reason
        for key in self._formulas.dependents(refused, believed):
            del believed[key]  # asked again when what it reads is known, if ever
        first = refused.keys() - self._formulas.dependents(refused, refused)
        self._stale |= {key: refused[key] for key in sorted(first) if key in self._doubts}
        self._settled |= believed
        self._resize({key: area for key, area in resized.items() if key in believed})
        self._known |= {
            spot: value for key, rows in believed.items() for spot, value in self._formulas.spread(key, rows)
        }

    def _take(self, part: Piece, old: Result | Unavailable, new: Result | Unavailable) -> None:
        key, call = part
        if isinstance(new, Unavailable):
            self._stale[key] = new.reason
            return
        self._given.setdefault(key, {})[call] = new
        self._trust.weigh_again(key, call, old)

    # ---- what comes out

    def changes(self) -> Iterator[tuple[Key, Value, Result]]:
        """The cells that show something else, what the file holds for them and what they give now."""
        moved = set(self._moved())
        for key in (key for key in self._affected if key in moved):
            rows, cell = (self._results | self._settled)[key], self._formulas.cells[key]
            after = rows if cell.array is not None else rows[0][0]
            yield key, cell.value, after

    def left(self) -> Iterator[tuple[Key, Text]]:
        """The cells that keep an old value, and why."""
        reached = self._formulas.dependents([*self._moved(), *self._stale, *self._dirty], self._failed, self._touched)
        for key in self._formulas.cells:
            reason = self._stale.get(key)
            if reason is None and key in self._dirty:
                reason = self._trust.hopeless(key) or self._waited_for(key) or self._doubts[key]
                if self._engine is None and not installed():
                    reason = advised(reason)
            if reason is None and self._doubts.get(key) is UNREPRODUCED:
                reason = UNREPRODUCED  # told each time, not only when it went wrong
            if reason is None and key in self._failed and (key in self._free or key in reached):
                reason = self._failed[key].text
            if reason is not None:
                yield key, reason

    def _waited_for(self, key: Key) -> Text | None:
        """Which cell it reads that could not be computed."""
        for other in (*self._stale, *sorted(self._dirty)):
            fill = self._formulas.fills[other]
            if other != key and any(place.meets(fill) for place in self._formulas.readings[key].places):
                return Held(address.name(*other[1:]), other[0]).text
        return None
