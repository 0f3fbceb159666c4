"""Shared formulas: one cell holds the text, others refer to it, and must not be left without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clv_xl.workbook.cell_xml import Explicit
from clv_xl.workbook.shift import shifted
from clv_xl.workbook.values import Cached, Formula

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clv_xl.workbook.address import Position
    from clv_xl.workbook.cell_xml import CellXml, Edit
    from clv_xl.workbook.survey import Survey

Masters = dict[bytes, tuple["Position", str]]


def lost_masters(survey: Survey, cells: CellXml, edits: Mapping[Position, Edit]) -> Masters:
    """Find the formulas that others share and that an edit takes away: place and text by their index."""
    masters: Masters = {}
    for (row, column), edit in edits.items():
        cell = survey.cells(row).get(column)
        formula = None if cell is None or isinstance(edit, Cached) else cells.formula(cell)
        if formula is None:
            continue
        tag, text = formula
        keeps = isinstance(edit, Formula) and edit.bare == text
        if tag.get(b"t") == b"shared" and b"ref" in tag and not keeps:
            masters[tag.get(b"si", b"")] = (row, column), text
    return masters


def spelled_out(
    survey: Survey, cells: CellXml, edits: Mapping[Position, Edit], masters: Masters
) -> dict[Position, Edit]:
    """Give the cells that shared a lost formula one of their own; the survey kept their rows."""
    out = dict(edits)
    for number in survey.kept:
        for column, cell in survey.cells(number).items():
            tag, text = cells.formula(cell) or ({}, "")
            master = masters.get(tag.get(b"si", b"")) if tag.get(b"t") == b"shared" else None
            place = number, column
            edit = edits.get(place)
            if master is None or place == master[0] or (place in edits and not isinstance(edit, Cached)):
                continue
            (row, left), shared = master
            own = text or shifted(shared, number - row, column - left)
            out[place] = Explicit(own, edit if isinstance(edit, Cached) else None)
    return out
