"""The formulas of a workbook as it will be: what each reads and fills, and which depend on which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from clv_xl.calculation import Calculator, Incalculable
from clv_xl.calculation.places import Key, Place
from clv_xl.calculation.spills import filled
from clv_xl.workbook.address import Area

from .reach import Reach
from .sameness import Grid, lost

if TYPE_CHECKING:
    from clv_xl.cells import Value

    from .revision import Revision


class Formulas:
    """The formulas of `book`, which is another revision once spills are resized.

    cells     their cells
    readings  what each reads and calls
    ours      those that call a function of ours
    fills     the cells that each fills
    """

    def __init__(self, book: Revision) -> None:
        reader = Calculator(book)
        self.book = book
        self.cells = dict(book.formulas())
        self.readings = {key: reader.reading(cell.formula or "", *key) for key, cell in self.cells.items()}
        self.ours = {key for key, reading in self.readings.items() if reading.calls}
        self._connect()

    def _connect(self) -> None:
        self.fills = {key: Place(key[0], cell.array or Area.cell(*key[1:])) for key, cell in self.cells.items()}
        self._reach = Reach({key: reading.places for key, reading in self.readings.items()}, self.fills)

    def dependents(self, keys: Iterable[Key], among: Iterable[Key], places: Iterable[Place] = ()) -> set[Key]:
        """Those of `among` that read one of `keys` or `places`, directly or through each other."""
        return self._reach.dependents([*places, *(self.fills[key] for key in keys)], among)

    def blank_precedents(self, keys: Iterable[Key]) -> set[Key]:
        """The formulas without a value that formulas read, near and far: a blank would be taken for what they give."""
        blank: dict[str, list[Key]] = {}
        for key, cell in self.cells.items():
            if lost(cell.value):
                blank.setdefault(key[0], []).append(key)
        found: set[Key] = set()
        left = list(keys) if blank else []
        while left:
            for place in self.readings[left.pop()].places:
                new = [key for key in blank.get(place.sheet, ()) if place.meets(self.fills[key]) and key not in found]
                found.update(new)
                left += new
        return found

    def filled(self, key: Key) -> Iterator[Key]:
        """The cells that a formula fills."""
        sheet = key[0]
        return ((sheet, *spot) for spot in filled(self.fills[key].area, self.book.cells(sheet)))

    def spread(self, key: Key, rows: Grid) -> Iterator[tuple[Key, Value]]:
        """The cells that a result fills."""
        return zip(self.fills[key].positions(), (value for row in rows for value in row), strict=True)

    def fitted(self, key: Key, rows: Grid) -> tuple[Grid, Area | None]:
        """A result in the shape of the cells it fills; with the new area where a dynamic array takes other cells.

        Raises:
            Incalculable: it does not fit, or other cells are not free.

        """
        cell = self.cells[key]
        height, width = (1, 1) if cell.array is None else (cell.array.rows, cell.array.columns)
        if (len(rows), len(rows[0])) == (height, width):
            return rows, None
        if cell.dynamic:
            return rows, self._room(key, len(rows), len(rows[0]))
        if len(rows) == len(rows[0]) == 1:
            return [[rows[0][0]] * width for _ in range(height)], None
        sizes = f"{len(rows)} x {len(rows[0])}", f"{height} x {width}"
        raise Incalculable(
            "its result is {} cells now, its range {}".format(*sizes),
            "de uitkomst is nu {} cellen, het bereik {}".format(*sizes),
        )

    def _room(self, key: Key, rows: int, columns: int) -> Area:
        """The area of a spill of another size; refused when something stands there."""
        sheet, top, left = key
        area = Area(top, left, top + rows - 1, left + columns - 1)
        obstacle = self.book.obstacle(sheet, area, self.fills[key].area)
        if obstacle:
            raise Incalculable(f"it would spill over {obstacle.en}", f"de uitkomst zou over {obstacle.nl} heen lopen")
        return area

    def resize(self, areas: Mapping[Key, Area]) -> list[Place]:
        """Let spills take other cells; gives the places they took and take."""
        moved = [self.fills[key] for key in areas] + [Place(key[0], area) for key, area in areas.items()]
        self.book = self.book.spilling(areas)
        for key, area in areas.items():
            self.cells[key] = self.cells[key]._replace(array=area)
        self._connect()
        return moved
