"""A refresh before anything is written: what changes in an open workbook, what is left stale, what is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clv_xl.calculation import Calculator
from clv_xl.calculation.places import Key, Place
from clv_xl.errors import NothingToRefresh
from clv_xl.template.texts import LANGUAGES
from clv_xl.terms import Text
from clv_xl.workbook import Cached, Formula, address

from . import listings
from .analysing import analysed
from .dates import told_as_dates
from .filling import check_currency
from .gathering import OURS, gathered
from .long_columns import LongColumns
from .recalculation import Change, Stale, recalculate
from .refills import settled
from .reminders import reminders
from .revision import Revision
from .settings import AS_DISPLAYED, Remark, named_cells, set_as_of, unread_as_of
from .stamping import stamp, totals_of

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from clv_xl.cells import Value
    from clv_xl.engines import Engine
    from clv_xl.orders.totals import Totals
    from clv_xl.workbook import Book

    from .gathering import Gathered
    from .memory import Told
    from .refills import Body, Refill


@dataclass(frozen=True)
class Draft:
    """What a refresh of a workbook comes to.

    told    all changes as people are told them: tables that are filled anew in a line each, but for the orders, then
            cells
    listed  the lines of those tables
    stamps  constants that change, and `changes` results of formulas; `respelled` are formulas with another text
    named   what the cells with a name will show, and `named_before` show now
    """

    work: Gathered
    totals: Totals | None
    tables: Mapping[str, Body]
    told: Sequence[Change]
    listed: Sequence[Change]
    stamps: Sequence[Change]
    changes: Sequence[Change]
    respelled: Mapping[Key, Formula]
    stale: Sequence[Stale]
    reminders: Sequence[Text]
    remarks: Sequence[Remark]
    named: Mapping[str, Value]
    named_before: Mapping[str, Value]

    def edits(self) -> dict[str, dict[str, Any]]:
        """The cells to write, by sheet and address."""
        edits: dict[str, dict[str, Any]] = {}
        for (sheet, row, column), formula in self.respelled.items():
            edits.setdefault(sheet, {})[address.name(row, column)] = formula
        for change in self.stamps:
            edits.setdefault(change.sheet, {})[change.cell] = change.after
        for change in self.changes:
            cells = edits.setdefault(change.sheet, {})
            known = cells.get(change.cell)
            # A formula that follows the orders gets its new text and its new value at once.
            cells[change.cell] = Formula(known.text, change.after) if known else Cached(change.after)
        return edits

    def locked(self) -> set[str]:
        """The sheets whose protection does not hold for a refresh: templates protect them against slips of the hand."""
        return {change.sheet for change in (*self.stamps, *self.listed)}


def drafted(book: Book, told: Told, orders: Path | None, as_of: dt.date | None, engine: Engine | None) -> Draft:
    """Find the orders, or read those of a file, and compute all that depends on them.

    Raises OrdersError and WorkbookError as `refresh` does, and NothingToRefresh.
    """
    settings = book.custom_properties
    own, language = OURS in settings, _language(settings)
    work = gathered(book, told, orders, as_of)
    before = Revision(book, long=_long_columns(book, work, language if own else None))
    refills: list[Refill] = [] if work.refill is None else [work.refill]
    after = Revision(book, before=before, refills=refills)
    computes = own or _has_ours(before)
    # Formulas over the orders are looked at each time: who wrote the orders may not have calculated.
    touched = [work.found.read] if work.found is not None and computes else []
    doubt = unread_as_of(after) if as_of is None else set_as_of(after, as_of, book.date1904)
    remarks = [] if doubt is None else [doubt]
    if computes and not book.full_precision:
        remarks.append(AS_DISPLAYED)
    summary = totals_of(after, work.orders, book.date1904, as_of)
    check_currency(book, settings.get(f"{OURS} currency"), work.orders)
    if own:
        stamp(after, summary, work.orders, work.found, imported=orders is not None)
        made, told_of = analysed(book, after, work, summary, language)
        refills, remarks = refills + made, remarks + told_of
    touched += [*(refill.place for refill in refills), *map(_one, after.constants)]
    touched += [place for place, _ in after.out_of_date()]
    changes, stale = recalculate(before, after, touched, own=own, engine=engine)
    if work.orders is None and not (changes or stale or computes):
        raise _nothing(book.path, work.no_orders or Text("", ""))
    changes = settled(refills, after, changes)
    listed = [refill.told(language) for refill in refills if refill is not work.refill]
    stamps = [
        Change(key[0], address.name(*key[1:]), _value(before, key), value) for key, value in after.constants.items()
    ]
    return Draft(
        work=work,
        totals=summary,
        tables={refill.table.name: refill.body for refill in refills},
        told=[*listed, *told_as_dates([*stamps, *changes], book, before, after)],
        listed=listed,
        stamps=stamps,
        changes=changes,
        respelled={key: Formula(text, _value(before, key)) for key, text in after.respelled.items()},
        stale=stale,
        reminders=[reminder for refill in refills for reminder in reminders(book, refill.table)],
        remarks=remarks,
        named=_named(after, changes),
        named_before=_named(before, []),
    )


def _nothing(path: Path, why: Text) -> NothingToRefresh:
    return NothingToRefresh(f"{path.name}: nothing to refresh. {why.en}", f"{path.name}: niets bij te werken. {why.nl}")


def _language(settings: Mapping[str, str]) -> str:
    """The language of a template, which its tables and columns are named in."""
    language = settings.get(f"{OURS} language", "")
    return language if language in LANGUAGES else "en"


def _long_columns(book: Book, work: Gathered, language: str | None) -> list[LongColumns]:
    """The orders, and of a template in some language the tables of the analysis, where those are long."""
    there = {} if language is None else listings.found(book, language)[0]
    # What users put in columns of their own is written back, so only our own reader may read it.
    tables = [listed.table for listed in there.values() if len(listed.places) == len(listed.table.columns)]
    found = [LongColumns.of(book, work.found), *(LongColumns.of_table(book, table) for table in tables)]
    return [columns for columns in found if columns is not None]


def _one(key: Key) -> Place:
    return Place(key[0], address.Area.cell(*key[1:]))


def _has_ours(book: Revision) -> bool:
    reader = Calculator(book)
    return any(reader.calls_ours(cell.formula or "", sheet) for (sheet, _, _), cell in book.formulas())


def _value(book: Revision, key: Key) -> Value:
    cell = book.cells(key[0]).get(key[1:])
    return None if cell is None else cell.value


def _named(book: Revision, changes: Sequence[Change]) -> dict[str, Value]:
    """What the named cells show after some changes."""
    changed = {(change.sheet, *address.parse(change.cell)): _first(change.after) for change in changes}
    return {name: changed.get(key, _value(book, key)) for name, key in named_cells(book).items()}


def _first(value: Any) -> Value:
    shown: Value = value[0][0] if isinstance(value, list) else value
    return shown
