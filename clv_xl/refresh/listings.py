"""The tables of a template that only Python can fill, found again in a workbook, and their rows made anew."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from clv_xl.analysis.tables import LISTINGS, Listing
from clv_xl.template.texts import texts
from clv_xl.template.values import shown
from clv_xl.terms import Text
from clv_xl.workbook import address
from clv_xl.workbook.shift import shifted

from .long_columns import LongCells
from .refills import Body, Refill, calculated, rows_of, spread
from .revision import DAYS_TO_1904
from .settings import Remark

if TYPE_CHECKING:
    from clv_xl.cells import Value
    from clv_xl.workbook import Book
    from clv_xl.workbook.address import Area
    from clv_xl.workbook.cells import Cell
    from clv_xl.workbook.tables import Table

    from .revision import Revision

ALIKE = 1e-9  # relative: computed on another machine a fit differs in its last digits, and that is no news


class LeftAlone(Exception):
    """A table is not filled, and why; nothing else stops for it."""

    def __init__(self, en: str, nl: str) -> None:
        super().__init__(en)
        self.text = Text(en, nl)


@dataclass(frozen=True)
class Listed:
    """A listing as it stands in a workbook: `places` of its columns in the table, from 0."""

    listing: Listing
    table: Table
    places: tuple[int, ...]

    @property
    def corner(self) -> str:
        """Where a person finds it."""
        return address.name(*self.table.area.anchor)

    def rows(self, cells: Mapping[tuple[int, int], Cell]) -> list[list[Value]]:
        """What it holds, whole rows of the table."""
        body = rows_of(self.table)
        if isinstance(cells, LongCells) and cells.columns.place.area == body:
            return cells.columns.rows()
        found = [[cells.get((row, column)) for column in _columns(body)] for row in range(body.top, body.bottom + 1)]
        return [[None if cell is None else cell.value for cell in row] for row in found]


def found(book: Book, language: str) -> tuple[dict[str, Listed], list[Remark]]:
    """The listings of a workbook by key, and what there is to say of those that are not there as they were made.

    A workbook that has none of them, as templates once had, has nothing to say.
    """
    words = texts(language)
    tables = {name.casefold(): table for name, table in book.tables.items()}
    there: dict[str, Listed] = {}
    remarks: list[Remark] = []
    missing = []
    for key, listing in LISTINGS.items():
        name = words[f"{key}.table"]
        table = tables.get(name.casefold())
        if table is None:
            missing.append(name)
            continue
        heads = {head.strip().casefold(): place for place, head in reversed(list(enumerate(table.columns)))}
        wanted = [head if head.isdigit() else words[f"{key}.{head}"] for head in listing.heads]
        lost = [head for head in wanted if head.casefold() not in heads]
        if lost or not table.header_rows:
            remarks.append(_renamed(table, lost))
            continue
        there[key] = Listed(listing, table, tuple(heads[head.casefold()] for head in wanted))
    if missing and (there or remarks):
        remarks.append(_missing(missing))
    return there, remarks


def refill(
    listed: Listed, values: pd.DataFrame | Sequence[Sequence[Value]], book: Book, after: Revision, language: str
) -> tuple[Refill | None, Remark | None]:
    """Other rows for a listing; None when it has them, or when it is left alone, which the remark tells.

    What users put in columns of their own stays with its row, and their calculated columns keep their formula.
    """
    rows = _shown(values, listed.listing, language, date1904=after.date1904)
    try:
        made, lost = _made(listed, rows, book, after)
    except LeftAlone as error:
        return None, Remark(listed.table.sheet, listed.corner, error.text)
    return made, lost


def _made(listed: Listed, rows: list[list[Value]], book: Book, after: Revision) -> tuple[Refill | None, Remark | None]:
    table, width = listed.table, len(listed.table.columns)
    cells = after.cells(table.sheet)
    old = listed.rows(cells)
    formulas = calculated(book, table)
    _refuse_formulas(listed, cells, formulas)
    body: Body = []
    for row in rows or [[None] * len(listed.places)]:
        line: list[Any] = [None] * width
        for place, value in zip(listed.places, row, strict=True):
            line[place] = value
        body.append(line)
    lost = _keep_own(listed, old, body, formulas)
    _keep_alike(old, body)
    plain = [place for place in range(width) if place not in formulas]
    different = sum(
        at >= len(old) or any(line[place] != old[at][place] for place in plain) for at, line in enumerate(body)
    )
    if not different and len(body) == len(old):
        return None, lost
    _refuse_obstacles(listed, len(body), cells, after)
    spread(formulas, body)
    return Refill(table, body, different), lost


def _shown(
    values: pd.DataFrame | Sequence[Sequence[Value]], listing: Listing, language: str, *, date1904: bool
) -> list[list[Value]]:
    """The rows as cells hold them; trailing blank ones only where the listing has a fixed number."""
    if not isinstance(values, pd.DataFrame):
        return [list(row) for row in values]
    columns = []
    for field in listing.fields:
        column = [shown(value, language) for value in values[field.key].tolist()]
        if field.kind in ("date", "month") and date1904:
            column = [day - DAYS_TO_1904 if isinstance(day, float) else day for day in column]
        columns.append(column)
    rows = [list(row) for row in zip(*columns, strict=True)]
    if listing.rows is not None:
        rows += [[None] * len(columns) for _ in range(listing.rows - len(rows))]
    return rows


def _keep_own(listed: Listed, old: list[list[Value]], body: Body, formulas: Mapping[int, str]) -> Remark | None:
    """Let what users put in columns of their own stay with its row; tells what no row is left for."""
    table, listing = listed.table, listed.listing
    own = [place for place in range(len(table.columns)) if place not in listed.places and place not in formulas]
    held = [place for place in own if any(row[place] not in (None, "") for row in old)]
    if not held:
        return None
    names = ", ".join(table.columns[place] for place in held)
    if not listing.own:
        raise LeftAlone(
            f"table {table.name} was not filled anew: it has a column of your own, {names}, and nothing tells to which "
            "row that belongs; move it out of the table",
            f"tabel {table.name} is niet opnieuw gevuld: er is een eigen kolom, {names}, en niets zegt bij welke rij "
            "die hoort; zet die buiten de tabel",
        )
    key = listed.places[listing.heads.index(listing.own)]
    kept = {row[key]: row for row in reversed(old) if row[key] is not None}
    for line in body:
        row = kept.pop(line[key], None)
        if row is not None:
            for place in held:
                line[place] = row[place]
    lost = sum(any(row[place] not in (None, "") for place in held) for row in kept.values())
    if not lost:
        return None
    return Remark(
        table.sheet,
        listed.corner,
        Text(
            f"{lost} row(s) of table {table.name} are gone with what you put there in {names}; the backup has it",
            f"{lost} rij(en) van tabel {table.name} zijn weg, met wat u daar in {names} zette; de reservekopie heeft "
            "het nog",
        ),
    )


def _keep_alike(old: list[list[Value]], body: Body) -> None:
    """Leave numbers that differ by rounding as they are stored."""
    for line, row in zip(body, old, strict=False):
        for place, value in enumerate(row):
            new = line[place]
            if new != value and isinstance(new, float) and isinstance(value, float):
                if math.isclose(new, value, rel_tol=ALIKE):
                    line[place] = value
            elif new is None and value == "":
                line[place] = value  # some programs store a blank text


def _refuse_formulas(listed: Listed, cells: Mapping[tuple[int, int], Cell], formulas: Mapping[int, str]) -> None:
    """Formulas that users put among the data, or that count rows by their address, are not written over."""
    body = rows_of(listed.table)
    if isinstance(cells, LongCells) and cells.columns.place.area == body:
        return
    own = [column for column in _columns(body) if column - body.left not in formulas]
    places = ((row, column) for row in range(body.top, body.bottom + 1) for column in own)
    typed = next((spot for spot in places if (cell := cells.get(spot)) is not None and cell.formula is not None), None)
    if typed is not None:
        where = f"{listed.table.sheet}!{address.name(*typed)}"
        raise LeftAlone(
            f"table {listed.table.name} was not filled anew: {where} holds a formula; move it out of the table",
            f"tabel {listed.table.name} is niet opnieuw gevuld: {where} bevat een formule; zet die buiten de tabel",
        )


def _refuse_obstacles(listed: Listed, rows: int, cells: Mapping[tuple[int, int], Cell], after: Revision) -> None:
    """What stands below a table that grows, or in a totals row that cannot move, is not written over."""
    table, body = listed.table, rows_of(listed.table)
    if rows == body.rows:
        return
    for column in _columns(body) if table.totals_rows else ():
        cell = cells.get((body.bottom + 1, column))
        if cell is not None and cell.formula is not None and shifted(cell.formula, 1, 0) != cell.formula:
            where = f"{table.sheet}!{address.name(body.bottom + 1, column)}"
            raise LeftAlone(
                f"table {table.name} was not filled anew: {where}, in its totals row, names cells by their address; "
                "let it name the columns of the table",
                f"tabel {table.name} is niet opnieuw gevuld: {where}, in de totaalrij, noemt cellen bij hun adres; "
                "laat haar de kolommen van de tabel noemen",
            )
    if rows < body.rows:
        return
    below = table.area._replace(top=table.area.bottom + 1, bottom=table.area.bottom + rows - body.rows)
    obstacle = after.obstacle(table.sheet, below, table.area)
    if obstacle is not None:
        raise LeftAlone(
            f"table {table.name} was not filled anew: it would grow over {obstacle.en}; move that",
            f"tabel {table.name} is niet opnieuw gevuld: die zou over {obstacle.nl} heen groeien; verplaats dat",
        )


def _columns(area: Area) -> range:
    return range(area.left, area.right + 1)


def _renamed(table: Table, lost: list[str]) -> Remark:
    names = ", ".join(lost)
    return Remark(
        table.sheet,
        address.name(*table.area.anchor),
        Text(
            f"table {table.name} was not filled anew: it has no column {names} any more",
            f"tabel {table.name} is niet opnieuw gevuld: er is geen kolom {names} meer",
        ),
    )


def _missing(names: list[str]) -> Remark:
    told = ", ".join(names)
    return Remark(
        "",
        "",
        Text(
            f"not filled, as they are not in this workbook any more: table(s) {told}",
            f"niet gevuld, want niet meer in deze werkmap: tabel(len) {told}",
        ),
    )
