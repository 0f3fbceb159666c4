"""The cells that depend on others, near and far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clv_xl.calculation.places import Key, Place
    from clv_xl.workbook.address import Area


class Reach:
    """Which formulas read what: `reads` tells the areas of each, `fills` the cells that each fills."""

    def __init__(self, reads: Mapping[Key, Iterable[Place]], fills: Mapping[Key, Place]) -> None:
        self._fills = fills
        self._single: defaultdict[Key, list[Key]] = defaultdict(list)
        self._areas: defaultdict[str, list[tuple[Area, Key]]] = defaultdict(list)
        for key, places in reads.items():
            for place in places:
                if place.area.size == 1:
                    self._single[place.sheet, *place.area.anchor].append(key)
                else:
                    self._areas[place.sheet].append((place.area, key))

    def dependents(self, sources: Iterable[Place], among: Iterable[Key]) -> set[Key]:
        """Those of `among` that read a source, directly or through each other."""
        left = set(among)
        areas = {sheet: [pair for pair in pairs if pair[1] in left] for sheet, pairs in self._areas.items()}
        found: set[Key] = set()
        waiting = list(sources)
        while waiting:
            place = waiting.pop()
            readers = {key for area, key in areas.get(place.sheet, ()) if area.meets(place.area)}
            if readers:
                areas[place.sheet] = [pair for pair in areas[place.sheet] if pair[1] not in readers]
            readers |= self._readers(place) & left
            new = readers - found
            found |= new
            waiting += [self._fills[key] for key in new]
        return found

    def _readers(self, place: Place) -> set[Key]:
        """Formulas that read a single cell of a place."""
        area = place.area
        if area.size <= len(self._single):
            return {key for spot in place.positions() for key in self._single.get(spot, ())}
        return {
            key
            for (sheet, row, column), keys in self._single.items()
            if sheet == place.sheet and area.covers(row, column)
            for key in keys
        }
