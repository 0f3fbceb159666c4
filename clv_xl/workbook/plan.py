"""What a patch will write: the new parts of a workbook, sheet by sheet."""

from __future__ import annotations

import heapq
import re
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from clv_xl.errors import CellRefused
from clv_xl.workbook.address import Area, Position, name
from clv_xl.workbook.afterwards import Afterwards, Edits
from clv_xl.workbook.cell_xml import CellXml, Edit, attributes
from clv_xl.workbook.followers import followers
from clv_xl.workbook.guards import Guards, several
from clv_xl.workbook.moves import Move
from clv_xl.workbook.package import CONTENT_TYPES, relationships_part
from clv_xl.workbook.properties import property_parts
from clv_xl.workbook.rewriting import Change, Check, checked, rewritten
from clv_xl.workbook.row_xml import TableRow
from clv_xl.workbook.sharing import lost_masters, spelled_out
from clv_xl.workbook.splice import RowEdits, Splice
from clv_xl.workbook.survey import Survey, Wanted, sheet_chunks
from clv_xl.workbook.tail import Outline, followed, outline
from clv_xl.workbook.values import Cached, Frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from clv_xl.workbook.book import Book, Sheet
    from clv_xl.workbook.resize import Resize

_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*?)(?:/>|>\s*</(?:\w+:)?Relationship\s*>)")
_OVERRIDE = re.compile(rb"<(?:\w+:)?Override\s([^>]*?)(?:/>|>\s*</(?:\w+:)?Override\s*>)")


class Plan:
    """Gathers the parts that differ; sheets are written as they are read, and their cells counted then.

    Of the sheets named in `locked`, locked cells are written although their sheet is protected.
    """

    def __init__(self, book: Book, locked: Collection[str] = ()) -> None:
        self._book = book
        self._locked = {name.lower() for name in locked}
        self._sheets: list[SheetPlan] = []
        self._followed: dict[str, tuple[Outline, list[Change]]] = {}
        self._parts: dict[str, bytes] = {}
        self._loses_formulas = False

    @property
    def changed(self) -> bool:
        """Whether anything differs."""
        return bool(self._sheets or self._followed or self._parts)

    @property
    def cells(self) -> int:
        """How many cells differ, known when the parts are written."""
        return sum(sheet.cells.written for sheet in self._sheets)

    def edit(self, sheet: Sheet, edits: Mapping[Position, Edit], resizes: Sequence[Resize]) -> None:
        """Change cells and tables of one sheet."""
        if not edits and not resizes:
            return
        plan = SheetPlan(self._book, sheet, edits, resizes, protected=sheet.name.lower() not in self._locked)
        if plan.differs():
            self._sheets.append(plan)
            self._loses_formulas |= plan.loses_formulas
        for resize in resizes:
            self.replace(resize.table.part, resize.part())

    def follow(self, resizes: Sequence[Resize], edits: Edits) -> None:
        """Let all that refers to rows of a table, but for cells, follow tables that have other rows."""
        moves = [Move(resize.table.sheet, resize.table.area, resize.old, resize.new) for resize in resizes]
        resized = [move for move in moves if move.rows]
        for sheet in self._book.sheets.values() if resized else ():
            if sheet.kind == "worksheet" and sheet.part in self._book.package:
                self._follow(sheet, resized)
        for part, data in followers(self._book, moves, Afterwards(self._book, edits, resizes).values).items():
            self.replace(part, data)

    def _follow(self, sheet: Sheet, moves: Sequence[Move]) -> None:
        """Let formats, validations and sparklines of a sheet follow; one that has no other edits is read for them."""
        plan = next((plan for plan in self._sheets if plan.part == sheet.part), None)
        if plan is not None:
            plan.follow(moves)
        elif (rest := outline(sheet_chunks(self._book.package, sheet.part))) is not None:
            changes = list(followed(rest.mentions, moves, sheet.name))
            if changes:
                self._followed[sheet.part] = rest, changes

    def remember(self, properties: Mapping[str, str]) -> None:
        """Set custom properties of the file."""
        for part, data in property_parts(self._book, properties, self._parts).items():
            self.replace(part, data)

    def replace(self, part: str, data: bytes) -> None:
        """Give a part other content, or add one that is new; the same content is no change."""
        if part not in self._book.package or data != self._book.package.read(part):
            self._parts[part] = data

    def parts(self) -> tuple[dict[str, Iterable[bytes]], set[str]]:
        """Give the parts to replace and those to drop, as `Package.write` takes them."""
        where = self._book.path.name
        small, dropped = dict(self._parts), set()
        if self._loses_formulas:
            dropped = self._drop_calculation_chain(small)
        parts: dict[str, Iterable[bytes]] = {
            part: checked([data], f"{where}: {part}") if part.endswith((".xml", ".rels")) else [data]
            for part, data in small.items()
        }
        for part, (rest, changes) in self._followed.items():
            check = Check(f"{where}: {part}", rest.opened, rest.closing)
            parts[part] = rewritten(sheet_chunks(self._book.package, part), changes, check)
        return parts | {sheet.part: sheet.pieces() for sheet in self._sheets}, dropped

    def _drop_calculation_chain(self, parts: dict[str, bytes]) -> set[str]:
        """Take out the list of formula cells, which must not name a cell without one; Excel makes it anew."""
        package, links, dropped = self._book.package, relationships_part(self._book.part), set()
        for identity, link in self._book.links.items():
            if link.kind == "calcChain" and link.target in package:
                dropped.add(link.target)
                for part, pattern, key, value in (
                    (links, _RELATIONSHIP, b"Id", identity),
                    (CONTENT_TYPES, _OVERRIDE, b"PartName", f"/{link.target}"),
                ):
                    parts[part] = _without(parts.get(part) or package.read(part), pattern, key, value)
        return dropped


class SheetPlan:
    """The changes of one sheet: those of single cells made ready, those of tables made while it is written."""

    def __init__(
        self, book: Book, sheet: Sheet, edits: Mapping[Position, Edit], resizes: Sequence[Resize], *, protected: bool
    ) -> None:
        self._book, self._sheet, self._resizes = book, sheet, resizes
        self.part, self._where = sheet.part, f"{book.path.name}: {sheet.part}"
        wanted = Wanted({row for row, _ in edits})
        for (row, _), edit in edits.items():
            if isinstance(edit, Cached) and several(edit.value):
                wanted.rows.update(range(row, row + len(edit.value)))
        wanted.spills.update(place for place, edit in edits.items() if isinstance(edit, Cached | Frozen))
        for resize in resizes:
            resize.want(wanted)
        self._survey = Survey(self._chunks(), self._where, wanted)
        self.cells = self._writer()
        guards = Guards(book, sheet, self._survey, self.cells, protected=protected)
        edits = guards.expanded(_without_totals(edits, resizes))
        masters = lost_masters(self._survey, self.cells, edits)
        if masters:
            wanted.shared.update(masters)
            self._survey = Survey(self._chunks(), self._where, wanted)
            edits = spelled_out(self._survey, self.cells, edits, masters)
        for resize in resizes:
            self._refuse_twice(edits, resize)
            resize.check(self._survey, self.cells, protected=protected)
        self._regions = _regions(resizes)
        self._prepare(edits)

    def differs(self) -> bool:
        """Whether any byte differs; the rows of tables are read up to the first that does."""
        if self._changes or any(resize.old != resize.new for resize in self._resizes):
            return True
        return any(True for region in self._regions for _ in self._region(region, Splice(self._survey, self._writer())))

    def follow(self, moves: Sequence[Move]) -> None:
        """Let formats, validations and sparklines follow tables that have other rows."""
        self._changes += followed(self._survey.mentions, moves, self._sheet.name)
        self._changes.sort(key=itemgetter(0, 1))

    def pieces(self) -> Iterator[bytes]:
        """Give the whole part, block by block."""
        survey, splice = self._survey, Splice(self._survey, self.cells)
        regions = [self._region(region, splice) for region in self._regions]
        changes: Iterator[Change] = heapq.merge(self._changes, *regions, key=itemgetter(0, 1))
        return rewritten(self._chunks(), changes, Check(self._where, survey.opened, survey.closing))

    def _chunks(self) -> Iterator[bytes]:
        return sheet_chunks(self._book.package, self.part)

    def _writer(self) -> CellXml:
        rows, book = self._survey.rows, self._book
        return CellXml(self._sheet.name, rows.cell, rows.prefix, book.shared_string, book.date1904)

    def _prepare(self, edits: Mapping[Position, Edit]) -> None:
        """Make the changes of single cells, and those of the areas that follow."""
        survey = self._survey
        written: list[Position] = []
        outside: dict[int, dict[int, Edit]] = {}
        self._inside: dict[int, dict[int, Edit]] = {}
        for (row, column), edit in edits.items():
            inside = any(top <= row <= bottom for top, bottom, _ in self._regions)
            (self._inside if inside else outside).setdefault(row, {})[column] = edit
        self._changes: list[Change] = list(
            Splice(survey, self.cells, written).kept(sorted(outside.items(), key=itemgetter(0)))
        )
        # Beside a table cells are written with it; whether a formula goes must be known before.
        preview = self._writer()
        trial_changes = list(Splice(survey, preview, written).kept(sorted(self._inside.items(), key=itemgetter(0))))
        self.loses_formulas = bool(
            self.cells.formulas_lost or preview.formulas_lost or any(resize.loses_formulas for resize in self._resizes)
        )
        if self._changes or trial_changes or any(resize.old != resize.new for resize in self._resizes):
            self._changes += self._dimension(written)
        if survey.unfilled and (self._changes or self._regions):
            tag = survey.head[survey.start :].removesuffix(b"/>").rstrip() + b">"
            last = b"</%ssheetData>" % survey.prefix
            self._changes += [
                Change(survey.start, 0, survey.opened, tag), Change(survey.opened, _AFTER_ALL, survey.opened, last),
            ]  # fmt: skip
        self._changes.sort(key=itemgetter(0, 1))

    def _dimension(self, written: Sequence[Position]) -> list[Change]:
        """Let the area that the sheet says it uses cover the new cells."""
        if self._survey.dimension is None:
            return []
        used, start, end = self._survey.dimension
        bottom = used.bottom
        for resize in self._resizes:
            if resize.new.bottom < resize.old.bottom and resize.table.area.bottom == used.bottom:
                bottom = max(resize.last, used.top)
        tables = [resize.table.area._replace(bottom=resize.last) for resize in self._resizes]
        boxes = [used._replace(bottom=bottom), *(Area.cell(*place) for place in written), *tables]
        tops, lefts, bottoms, rights = zip(*boxes, strict=True)
        area = Area(min(tops), min(lefts), max(bottoms), max(rights))
        return [] if area == used else [Change(start, 0, end, str(area).encode())]

    def _region(self, region: Region, splice: Splice) -> Iterator[Change]:
        """Read the rows of tables again and give their changes."""
        top, bottom, resizes = region
        first, end = self._survey.places[top], self._survey.places[bottom + 1].offset
        beside = sorted((row, cells) for row, cells in self._inside.items() if top <= row <= bottom)
        streams = [resize.edits(self._survey) for resize in resizes]
        edits = _joined(beside, *streams) if beside or len(streams) > 1 else streams[0]
        return splice.stream(self._survey.rows.region(self._chunks(), first, end), edits, end)

    def _refuse_twice(self, edits: Iterable[Position], resize: Resize) -> None:
        for position in edits:
            if (resize.old if resize.old == resize.new else resize.whole).covers(*position):
                raise CellRefused(
                    f"{self._sheet.name}!{name(*position)}: this is in the body of a table that is filled too.",
                    f"{self._sheet.name}!{name(*position)}: dit ligt in een tabel die ook gevuld wordt.",
                )


Region = tuple[int, int, list["Resize"]]

_AFTER_ALL = 1 << 31


def _without_totals(edits: Mapping[Position, Edit], resizes: Sequence[Resize]) -> dict[Position, Edit]:
    """Hand the results of totals rows that move to their tables."""
    return {
        place: edit for place, edit in edits.items()
        if not (isinstance(edit, Cached) and any(resize.takes(place, edit) for resize in resizes))
    }  # fmt: skip


def _regions(resizes: Sequence[Resize]) -> list[Region]:
    """Join tables that stand side by side."""
    regions: list[Region] = []
    for resize in sorted(resizes, key=lambda resize: resize.whole):
        box = resize.whole
        if regions and box.top <= regions[-1][1]:
            top, bottom, joined = regions.pop()
            regions.append((top, max(bottom, box.bottom), [*joined, resize]))
        else:
            regions.append((box.top, box.bottom, [resize]))
    return regions


def _joined(*streams: Iterable[RowEdits]) -> Iterator[RowEdits]:
    for number, group in groupby(heapq.merge(*streams, key=itemgetter(0)), key=itemgetter(0)):
        rows = (cells.edits() if isinstance(cells, TableRow) else cells for _, cells in group)
        yield number, {column: edit for cells in rows for column, edit in cells.items()}


def _without(data: bytes, pattern: re.Pattern[bytes], key: bytes, value: str) -> bytes:
    """Take out the elements in which an attribute has this value."""

    def kept(match: re.Match[bytes]) -> bytes:
        return b"" if attributes(match[1]).get(key, b"").decode().lower() == value.lower() else match[0]

    return pattern.sub(kept, data)
