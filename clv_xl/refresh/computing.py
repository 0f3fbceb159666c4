"""The computing of one refresh, by turns of our calculator and an engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from clv_xl.calculation import Calculator, Incalculable
from clv_xl.calculation.calculator import filled
from clv_xl.calculation.library import MOST_CELLS, Result, rows_of
from clv_xl.calculation.places import Place
from clv_xl.calculation.reading import VISIBLE, VOLATILE, approximate
from clv_xl.calculation.refusals import Held, too_large
from clv_xl.calculation.syntax import parse
from clv_xl.engines import Unavailable, installed
from clv_xl.engines.asking import MOST_PIECES, Piece, Side, ask
from clv_xl.engines.pieces import pieces
from clv_xl.workbook import address

from .reach import Reach
from .reasons import (
    APPROXIMATE,
    BLIND,
    CHANGING,
    FOREIGN,
    HIDING,
    LEFT_BEHIND,
    PIVOTED,
    UNREPRODUCED,
    advised,
)
from .sameness import Grid, alike, lost, same, shown

if TYPE_CHECKING:
    from clv_xl.calculation.calculator import Key
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
        self._before, self._after, self._engine = before, after, engine
        self._touched = list(touched)
        reader = Calculator(after)
        self._formulas = dict(after.formulas())
        self._readings = {key: reader.reading(cell.formula or "", *key) for key, cell in self._formulas.items()}
        self._ours = {key for key, reading in self._readings.items() if reading.calls}
        self._free = self._ours | {key for key, cell in self._formulas.items() if own and cell.value is None}
        self._own = own
        self._given_before: dict[Key, dict[Node, Result]] = {}
        self._given: dict[Key, dict[Node, Result]] = {}
        self._known: dict[Key, Value] = {}
        self._settled: dict[Key, Grid] = {}
        self._stale: dict[Key, Text] = {}
        self._checked: dict[Key, Text | None] = {}
        self._unfit: dict[Key, Incalculable] = {}
        self._pivots = [Place(*found) for found in after.pivots()]
        # The file as it is; what the engine gives for it is added to `_given_before` as it comes.
        self._stored = Calculator(before, compute=lambda _: False, given=self._given_before)
        self._aim()

    def run(self) -> None:
        """Compute as far as it goes."""
        for _ in range(_ROUNDS):
            resized = self._compute()
            if resized:
                self._resize(resized)
            elif self._engine is None or not self._ask(self._engine):
                break

    def _aim(self) -> None:
        """Look at our calls and at what depends on them, on what was touched, or on what cannot be told."""
        self._fills = {key: Place(key[0], cell.array or _one(key)) for key, cell in self._formulas.items()}
        self._reach = Reach({key: reading.places for key, reading in self._readings.items()}, self._fills)
        first = self._free | {key for key, reading in self._readings.items() if reading.blind}
        reached = self._dependents(first, self._formulas, self._touched)
        wanted = first | reached
        wanted |= self._blank_precedents(wanted)
        self._affected = [key for key in self._formulas if key in wanted]
        self._stale |= {key: too_large().text for key in self._affected if _is_huge(self._fills[key].area)}

    def _blank_precedents(self, keys: Iterable[Key]) -> set[Key]:
        """The formulas without a value that formulas read, near and far: a blank would be taken for what they give."""
        blank: dict[str, list[Key]] = {}
        for key, cell in self._formulas.items():
            if lost(cell.value):
                blank.setdefault(key[0], []).append(key)
        found: set[Key] = set()
        left = list(keys) if blank else []
        while left:
            for place in self._readings[left.pop()].places:
                new = [key for key in blank.get(place.sheet, ()) if place.meets(self._fills[key]) and key not in found]
                found.update(new)
                left += new
        return found

    def _dependents(self, keys: Iterable[Key], among: Iterable[Key], places: Iterable[Place] = ()) -> set[Key]:
        return self._reach.dependents([*places, *(self._fills[key] for key in keys)], among)

    # ---- our calculator's turn

    def _compute(self) -> dict[Key, address.Area]:
        """Compute what our calculator can; gives the areas of spills that take other cells than before."""
        open_ = [key for key in self._affected if key not in self._settled and key not in self._stale]
        self._doubts = {key: reason for key in open_ if (reason := self._doubt(key))}
        live = [key for key in open_ if key not in self._doubts]
        self._dirty: set[Key] = set()
        while True:
            self._results_of(live)
            moved = [*self._moved(), *self._failed, *self._stale]
            dirty = self._dependents([*moved, *self._dirty], self._doubts, self._touched) | (
                self._free & {*self._doubts}
            )
            if moved or self._touched or (dirty and self._engine is None):
                dirty |= {key for key in self._doubts if self._readings[key].blind}
            if dirty <= self._dirty:
                return self._resized
            self._dirty |= dirty

    def _results_of(self, live: Iterable[Key]) -> None:
        while self._try(live):
            pass  # what read a result that does not fit is computed again

    def _try(self, live: Iterable[Key]) -> bool:
        """Compute the cells; whether a result turned out not to fit its place."""
        known = len(self._unfit)
        self._unknown = self._dirty | {key for key in self._doubts if self._formulas[key].value is None}
        unusable = [key for key in self._affected if key in self._unknown or key in self._stale or key in self._unfit]
        held = {spot: key for key in unusable for spot in self._filled(key)}
        self._calculator = Calculator(
            self._after, self._known, frozenset(live).__contains__, held=held, given=self._given
        )
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
                self._results[key] = self._fitted(key, rows)
            except Incalculable as error:
                self._failed[key] = self._unfit[key] = error
        return len(self._unfit) > known

    def _doubt(self, key: Key) -> Text | None:
        """Why a formula is not computed by our calculator; None when it is."""
        if key not in self._checked:
            self._checked[key] = self._check(key)
        return self._checked[key]

    def _check(self, key: Key) -> Text | None:
        cell, answered = self._formulas[key], key in self._given
        if key in self._after.left_behind:
            return LEFT_BEHIND
        if self._passes_over(key):
            return HIDING
        if any(place.meets(pivot) for place in self._readings[key].places for pivot in self._pivots):
            return PIVOTED
        if answered and (lost(cell.value) or cell.value == ""):
            return None
        try:
            result = self._stored.evaluate(self._formula_before(key), *(self._after.origin(key) or key))
        except Incalculable as error:
            return error.text
        unprotected = ((self._own or key in self._free) and not answered) or lost(cell.value)
        return None if unprotected or same(rows_of(result)[0][0], cell.value) else UNREPRODUCED

    def _formula_before(self, key: Key) -> str:
        """A formula as the file has it."""
        origin = self._after.origin(key)
        cell = None if origin is None else self._before.cells(origin[0]).get(origin[1:])
        return (cell and cell.formula) or self._formulas[key].formula or ""

    def _moved(self) -> list[Key]:
        """The cells that show something else than the file holds."""
        return [key for key, rows in (self._results | self._settled).items() if not alike(rows, self._shown(key))]

    # ---- the engine's turn

    def _ask(self, engine: Engine) -> bool:
        """Ask what can be asked by now; whether that helped."""
        hopeless = {key: reason for key in sorted(self._dirty) if (reason := self._hopeless(key))}
        if hopeless:
            self._stale |= hopeless
            return True
        waiting = self._dirty | {key for key, error in self._failed.items() if isinstance(error, Held)}
        blocked = self._dependents([*(waiting & self._ours), *self._stale, *(self._unknown - self._dirty)], waiting)
        cells = sorted(waiting - self._ours - blocked)
        parts = self._parts(waiting - set(cells))
        if not cells and not parts:
            return False
        held = self._known | {
            spot: value for key, rows in self._results.items() for spot, value in self._spread(key, rows)
        }
        date1904 = self._after.date1904
        origins = {key: origin for key in cells if (origin := self._after.origin(key))}
        old = ask(engine, Side(self._before, self._stored, {}, date1904), origins.values(), parts)
        unseen = Unavailable(UNREPRODUCED)
        new = ask(engine, Side(self._after, self._calculator, held, date1904), cells, parts)
        before = len(self._settled) + len(self._stale)
        self._settle({key: (old[origins[key]] if key in origins else unseen, new[key]) for key in cells})
        for part in parts:
            self._take(part, old[part], new[part])
        return bool(parts) or len(self._settled) + len(self._stale) > before

    def _hopeless(self, key: Key) -> Text | None:
        """Why no engine can be believed about a formula."""
        reading = self._readings[key]
        if reading.functions & VOLATILE:
            return CHANGING
        if key in self._after.left_behind:
            return LEFT_BEHIND
        if self._passes_over(key):
            return HIDING
        if self._engine is not None and not self._engine.approximates and approximate(self._formulas[key].formula):
            return APPROXIMATE
        if any(place.meets(pivot) for place in reading.places for pivot in self._pivots):
            return PIVOTED
        return FOREIGN if reading.foreign else BLIND if reading.blind else None

    def _passes_over(self, key: Key) -> bool:
        """Whether a subtotal has hidden rows or other subtotals to pass over."""
        reading = self._readings[key]
        if not reading.functions & VISIBLE:
            return False
        others = (self._fills[other] for other, one in self._readings.items() if one.functions & VISIBLE)
        return any(
            self._after.hides_rows(place.sheet) or any(place.meets(other) for other in others)
            for place in reading.places
        )

    def _parts(self, unknown: set[Key]) -> list[Piece]:
        """What our own formulas need from the engine, as far as it does not wait for other cells."""
        found: list[Piece] = []
        for key in sorted(self._dirty & self._ours):
            try:
                wanted = pieces(parse(self._formulas[key].formula or ""), self._calculator, key)
            except Incalculable as error:
                if not isinstance(error, Held):
                    self._stale[key] = error.text
                continue
            if not wanted:
                self._stale[key] = self._doubts[key]
            fills = [self._fills[other] for other in unknown if other != key]
            for call in wanted:
                places = self._calculator.reading(call.text, *key).places
                if not any(place.meets(other) for place in places for other in fills):
                    found.append((key, call))
        return found[:MOST_PIECES]

    def _settle(self, answers: Mapping[Key, tuple[Result | Unavailable, Result | Unavailable]]) -> None:
        """Believe the engine about cells that it computes as the file has them."""
        believed: dict[Key, Grid] = {}
        refused: dict[Key, Text] = {}
        self._resized = {}
        for key, (old, new) in answers.items():
            reason = self._distrust(key, old, new)
            try:
                if reason is None:
                    believed[key] = self._fitted(key, rows_of(new))
            except Incalculable as error:
                reason = error.text
            if reason is not None:
                refused[key] = reason
        for key in self._dependents(refused, believed):
            del believed[key]  # asked again when what it reads is known, if ever
        first = refused.keys() - self._dependents(refused, refused)
        self._stale |= {key: refused[key] for key in sorted(first) if key in self._doubts}
        self._settled |= believed
        self._resize({key: area for key, area in self._resized.items() if key in believed})
        self._known |= {spot: value for key, rows in believed.items() for spot, value in self._spread(key, rows)}

    def _distrust(self, key: Key, old: Result | Unavailable, new: Result | Unavailable) -> Text | None:
        cell = self._formulas[key]
        if isinstance(new, Unavailable):
            return new.reason
        if lost(cell.value):
            return None
        if isinstance(old, Unavailable):
            return old.reason
        return None if alike(rows_of(old), self._shown(key)) else UNREPRODUCED

    def _take(self, part: Piece, old: Result | Unavailable, new: Result | Unavailable) -> None:
        key, call = part
        if isinstance(new, Unavailable):
            self._stale[key] = new.reason
            return
        self._given.setdefault(key, {})[call] = new
        if not isinstance(old, Unavailable):
            self._given_before.setdefault(key, {})[call] = old
        self._checked.pop(key, None)

    # ---- spills

    def _fitted(self, key: Key, rows: Grid) -> Grid:
        """A result in the shape of the cells it fills; a dynamic array takes others if they are free."""
        cell = self._formulas[key]
        height, width = (1, 1) if cell.array is None else (cell.array.rows, cell.array.columns)
        if (len(rows), len(rows[0])) == (height, width):
            return rows
        if cell.dynamic:
            self._resized[key] = self._room(key, len(rows), len(rows[0]))
            return rows
        if len(rows) == len(rows[0]) == 1:
            return [[rows[0][0]] * width for _ in range(height)]
        sizes = f"{len(rows)} x {len(rows[0])}", f"{height} x {width}"
        raise Incalculable(
            "its result is {} cells now, its range {}".format(*sizes),
            "de uitkomst is nu {} cellen, het bereik {}".format(*sizes),
        )

    def _room(self, key: Key, rows: int, columns: int) -> address.Area:
        """The area of a spill of another size; refused when something stands there."""
        sheet, top, left = key
        area = address.Area(top, left, top + rows - 1, left + columns - 1)
        obstacle = self._after.obstacle(sheet, area, self._fills[key].area)
        if obstacle:
            raise Incalculable(f"it would spill over {obstacle.en}", f"de uitkomst zou over {obstacle.nl} heen lopen")
        return area

    def _resize(self, areas: Mapping[Key, address.Area]) -> None:
        """Let spills take other cells; what reads those is looked at, too."""
        if not areas:
            return
        self._touched += [self._fills[key] for key in areas] + [Place(key[0], area) for key, area in areas.items()]
        self._after = self._after.spilling(areas)
        for key, area in areas.items():
            self._formulas[key] = self._formulas[key]._replace(array=area)
        self._aim()
        for key in self._dependents(areas, self._settled):
            del self._settled[key]
            for spot in self._filled(key):
                self._known.pop(spot, None)

    def _filled(self, key: Key) -> Iterator[Key]:
        """The cells that a formula fills."""
        sheet = key[0]
        return ((sheet, *spot) for spot in filled(self._fills[key].area, self._after.cells(sheet)))

    def _spread(self, key: Key, rows: Grid) -> Iterator[tuple[Key, Value]]:
        """The cells that a result fills."""
        return zip(self._fills[key].positions(), (value for row in rows for value in row), strict=True)

    # ---- what comes out

    def _shown(self, key: Key) -> Grid:
        origin = self._after.origin(key)
        return [[None]] if origin is None else shown(self._before, origin)

    def changes(self) -> Iterator[tuple[Key, Value, Result]]:
        """The cells that show something else, what the file holds for them and what they give now."""
        moved = set(self._moved())
        for key in (key for key in self._affected if key in moved):
            rows, cell = (self._results | self._settled)[key], self._formulas[key]
            after = rows if cell.array is not None else rows[0][0]
            yield key, cell.value, after

    def left(self) -> Iterator[tuple[Key, Text]]:
        """The cells that keep an old value, and why."""
        reached = self._dependents([*self._moved(), *self._stale, *self._dirty], self._failed, self._touched)
        for key in self._formulas:
            reason = self._stale.get(key)
            if reason is None and key in self._dirty:
                reason = self._hopeless(key) or self._waited_for(key) or self._doubts[key]
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
            fill = self._fills[other]
            if other != key and any(place.meets(fill) for place in self._readings[key].places):
                return Held(address.name(*other[1:]), other[0]).text
        return None


def _is_huge(area: address.Area) -> bool:
    return area.rows * area.columns > MOST_CELLS


def _one(key: Key) -> address.Area:
    return address.Area(key[1], key[2], key[1], key[2])
