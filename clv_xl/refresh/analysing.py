"""The analysis of the orders of a template, put in its tables and cells before its formulas are computed."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clv_xl.calculation import Calculator
from clv_xl.orders.attributes import Beside, told_left_out
from clv_xl.orders.headers import compact
from clv_xl.template.values import shown
from clv_xl.terms import Text
from clv_xl.workbook import address

from . import listings, sample
from .history import history
from .settings import Remark, named_cells, number

if TYPE_CHECKING:
    import pandas as pd

    from clv_xl.analysis import Analysis
    from clv_xl.orders.cleaning import Orders
    from clv_xl.orders.totals import Totals
    from clv_xl.workbook import Book

    from .gathering import Gathered
    from .listings import Listed
    from .refills import Refill
    from .revision import Revision

_COLUMNS = ("order", "customer", "date", "amount")
_HISTORY = "history"
_ASKED = ("margin", "discount", "horizon", "level")
"""The names of the cells that an analysis depends on, as arguments of `analyse`."""


def analysed(
    book: Book, after: Revision, work: Gathered, summary: Totals | None, language: str
) -> tuple[list[Refill], list[Remark]]:
    """Fill the tables of the analysis, then that of the history, in `after`; what could not be filled is told.

    Only tables that hold something else by now are filled, and of a workbook without such tables nothing is computed.
    """
    there, remarks = listings.found(book, language)
    refills: list[Refill] = []

    def fill(listed: Listed, values: Any) -> None:
        made, remark = listings.refill(listed, values, book, after, language)
        if made is not None:
            after.refill(made.table, made.body)
            refills.append(made)
        if remark is not None:
            remarks.append(remark)

    remarks += _left_unused(work)
    if there:
        remarks += _too_many(work)
        analysis = _analysis(after, work, summary)
        for key, listed in there.items():
            if key != _HISTORY:
                fill(listed, analysis.tables[key])
        _stamp(after, analysis, language)
    if _HISTORY in there:
        made_up = work.orders is not None and sample.is_sample(work.orders.frame)
        fill(there[_HISTORY], history(there[_HISTORY], after, language, sample=made_up))
    return refills, remarks


def _analysis(after: Revision, work: Gathered, summary: Totals | None) -> Analysis:
    from clv_xl.analysis import analyse  # noqa: PLC0415  brings the models, which only these tables need

    spots, calculator = named_cells(after), Calculator(after)
    asked = {name: number(after, calculator, spots.get(name)) for name in _ASKED}
    known = {name: value for name, value in asked.items() if value is not None}
    return analyse(_frame(work), as_of=None if summary is None else summary.as_of, **known)


def _frame(work: Gathered) -> pd.DataFrame:
    """The orders with what their table in the workbook tells of each; what a formula tells there is not known yet."""
    from clv_xl.analysis.base import no_orders  # noqa: PLC0415  likewise

    if work.orders is None:
        return no_orders()
    attributes = _beside(work, work.orders).attributes
    told = attributes.rename(columns={head: f"{head} " for head in attributes if head in _COLUMNS})
    return work.orders.frame.join(told)


def _beside(work: Gathered, orders: Orders) -> Beside:
    found = work.found
    table = None if found is None else found.table
    if found is None or table is None:
        return orders.beside
    computed = {compact(name) for name in table.calculated_columns}
    if work.refill is None:
        beside = orders.beside
        heads = beside.headers or ()
        return replace(beside, told=[place for place in beside.told if compact(heads[place]) not in computed])
    body, mapped = work.refill.body, set(found.mapping.positions.values())
    places = [
        place for place, name in enumerate(table.columns) if place not in mapped and compact(name) not in computed
    ]
    columns = []
    for place in places:
        cells = np.empty(len(body), object)
        cells[:] = [line[place] for line in body]
        columns.append(cells)
    return Beside([table.columns[place] for place in places], columns, range(len(places)), np.arange(len(body)))


def _left_unused(work: Gathered) -> list[Remark]:
    """Tell of columns of an imported file that describe its orders and that the table has no column for."""
    if work.refill is None or work.orders is None:
        return []
    table = work.refill.table
    heads = {compact(name) for name in table.columns}
    unused = ", ".join(str(head) for head in work.orders.attributes if compact(str(head)) not in heads)
    if not unused:
        return []
    return [
        Remark(
            table.sheet,
            address.name(*table.area.anchor),
            Text(
                f"the file also tells {unused}: to see what the best customers have in common, add columns with these "
                "heads to this table and refresh again with --orders",
                f"het bestand vermeldt ook {unused}: voeg kolommen met deze koppen aan deze tabel toe en werk opnieuw "
                "bij met --orders, om te zien wat de beste klanten gemeen hebben",
            ),
        )
    ]


def _too_many(work: Gathered) -> list[Remark]:
    """Tell of columns that describe the orders and that are more than the analysis looks at."""
    if work.orders is None:
        return []
    left_out = _beside(work, work.orders).left_out or work.orders.beside.left_out
    return [Remark("", "", told_left_out(left_out))] if left_out else []


def _stamp(after: Revision, analysis: Analysis, language: str) -> None:
    """Put single figures in the cells that have their names; what a formula fills is its own."""
    spots = named_cells(after)
    for name, fact in analysis.facts.items():
        key = spots.get(name)
        cell = None if key is None else after.cells(key[0]).get(key[1:])
        if key is None or (cell is not None and cell.formula is not None):
            continue
        old, new = None if cell is None else cell.value, shown(fact, language)
        near = isinstance(old, float) and isinstance(new, float) and math.isclose(old, new, rel_tol=listings.ALIKE)
        if old != new and not near:
            after.stamp(key, new)
