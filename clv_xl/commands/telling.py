"""What a refresh did, for people: one workbook in full, of many a line each, and the sum of it all."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Cut

from clv_xl.batch.remote import is_address
from clv_xl.console import day, number, short, shown
from clv_xl.refresh.record import FIGURES
from clv_xl.terms import Text, Unit, counted
from clv_xl.workbook.replace import BACKUPS

if TYPE_CHECKING:
    from rich.console import Console

    from clv_xl.batch.task import Outcome
    from clv_xl.refresh.record import CellChange, Plain, Record

_YEARS = Text(", years", ", jaren")

STATUS = {
    "changed": Text("changed", "gewijzigd"),
    "unchanged": Text("unchanged", "gelijk"),
    "skipped": Text("skipped", "overgeslagen"),
    "failed": Text("failed", "mislukt"),
}
_CELLS = Text("cell", "cel"), Text("cells", "cellen")
_NEW_ORDERS = Text("new order", "nieuwe bestelling"), Text("new orders", "nieuwe bestellingen")
_PUT = (
    Text("order put in the table", "bestelling in de tabel gezet"),
    Text("orders put in the table", "bestellingen in de tabel gezet"),
)
_WOULD_GO = (
    Text("order would go into the table", "bestelling zou in de tabel komen"),
    Text("orders would go into the table", "bestellingen zouden in de tabel komen"),
)
_COLOURS = {"changed": "green", "unchanged": "dim", "failed": "red"}
_STATUS_WIDTH = 10
_WIDEST_FILE = 44
_SHOWN_CHANGES, _SHOWN_OF_MANY = 40, 10
_SHOWN_SKIPPED = 8
_WIDEST_VALUE = 24  # of the column of what cells showed before
_WIDEST_TEXT = 60


class Teller:
    """Speaks a language; a dry run is told as what would be."""

    def __init__(self, language: str, *, dry_run: bool) -> None:
        self._language, self._dry_run = language, dry_run

    def _say(self, en: str, nl: str) -> str:
        return nl if self._language == "nl" else en

    def _count(self, value: int) -> str:
        return number(value, self._language, 0)

    def _counted(self, count: int, what: tuple[Text, Text]) -> str:
        return counted(count, *what)[self._language]

    # ---- one workbook

    def whole(self, out: Console, outcome: Outcome) -> None:
        """Everything about one workbook: what was read, found, changed and left stale."""
        record = outcome.record
        out.print(f"[bold]{escape(record.file)}[/bold]")
        if not record.source:
            why = self._say(record.no_orders, record.no_orders_nl)
            _indented(out, f"{self._say('No orders', 'Geen bestellingen')}: {why}")
        else:
            self.read(out, record.source, [self._say(en, nl) for en, nl in outcome.notes])
        if record.figures:
            self._figures(out, record)
        if record.new_rows and record.status == "changed":
            out.print(f"  {self._counted(record.new_rows, _WOULD_GO if self._dry_run else _PUT)}")
        if record.changes:
            heading = self._say("Would change", "Zou wijzigen") if self._dry_run else self._say("Changed", "Gewijzigd")
            out.print(f"  {heading}:")
            self._changes(out, record, _SHOWN_CHANGES)
        self._left(out, record)
        self._doubts(out, record)
        if record.status == "unchanged":
            told = self._say(
                "Nothing to change: the file was not touched.", "Niets te wijzigen: het bestand is niet aangeraakt."
            )
            out.print(f"  {told}")
        elif record.backup:
            undo = f"clv-xl undo {_quoted(record.file)}"
            if is_address(record.file):
                told = self._say(
                    f"As it was: {BACKUPS}/{record.backup} beside it.",
                    f"Zoals het was: {BACKUPS}/{record.backup} ernaast.",
                )
            else:
                told = self._say(f"To put it back: {undo}", f"Terugzetten: {undo}")
            out.print(escape(f"  {told}"))

    def read(self, out: Console, source: str, notes: Sequence[str]) -> None:
        """Which orders were read, and how."""
        _indented(out, f"{self._say('Orders', 'Bestellingen')}: {source}")
        for note in notes:
            _indented(out, note, 4)

    def refusal(self, record: Record) -> str:
        """Why a workbook was not refreshed."""
        return self._say(record.message, record.message_nl)

    def _changes(self, out: Console, record: Record, most: int) -> None:
        """The cells that show something else now."""
        rows = [
            (f"{change.sheet}!{change.cell}", self._short(change.before, change), self._short(change.after, change))
            for change in record.changes[:most]
        ]
        if out.is_terminal:
            table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
            # What is too wide for the screen is cut in the values, and never in the name of a cell.
            for name, widest in ((True, None), (False, _WIDEST_VALUE), (True, None), (False, None)):
                table.add_column(no_wrap=name, max_width=widest)
            for cell, *values in rows:
                was, now = (Cut(value, no_wrap=True, overflow="ellipsis") for value in values)
                table.add_row(escape(f"    {cell}"), was, "->", now)
            out.print(table)
        else:
            width = max(len(cell) for cell, *_ in rows)
            for cell, before, after in rows:
                out.print(escape(f"    {cell:<{width}}  {before:<{_WIDEST_VALUE}}  ->  {after}"))
        if (more := len(record.changes) - most) > 0:
            count = self._count(more)
            out.print(f"    {self._say(f'and {count} more', f'en nog {count}')}")

    def _short(self, value: Plain, of: CellChange) -> str:
        if value is None or value == "":
            return self._say("(blank)", "(leeg)")
        told = of.dated and isinstance(value, str)
        text = day(str(value), self._language) if told else short(value, self._language)
        return text if len(text) <= _WIDEST_TEXT else f"{text[: _WIDEST_TEXT - 3].rstrip()}..."

    def _figures(self, out: Console, record: Record) -> None:
        table = Table(box=None, padding=(0, 2, 0, 2), show_header=False)
        table.add_column()
        table.add_column(justify="right")
        for key, figure in FIGURES.items():
            if key in record.figures:
                in_years = figure.unit == "years"
                label = figure.label[self._language] + (_YEARS[self._language] if in_years else "")
                unit = Unit.TIME if in_years else Unit(figure.unit)
                table.add_row(label, escape(shown(record.figures[key], unit, self._language, record.currency)))
        heading = self._say("Results up to", "Uitkomsten tot en met")
        out.print(f"  {heading} {day(record.as_of, self._language)}", table)

    def _left(self, out: Console, record: Record) -> None:
        """What is not up to date after a refresh, and what to do about it."""
        told = self._say("not recomputed", "niet herberekend")
        for cell in record.stale:
            _indented(out, f"{cell.sheet}!{cell.cell} {told}: {self._say(cell.en, cell.nl)}")
        for reminder in record.reminders:
            _indented(out, f"{self._say('To do in Excel', 'Te doen in Excel')}: {self._say(reminder.en, reminder.nl)}")

    def _doubts(self, out: Console, record: Record) -> None:
        """What speaks against the figures: a template's own checks, and cells that do not count as they should."""
        for one in record.remarks:
            told = self._say(one.en, one.nl)
            _indented(out, f"{one.sheet}!{one.cell}: {told}." if one.sheet else f"{told[0].upper()}{told[1:]}.")
        if record.sample:
            told = self._say("These are sample orders: put your own in.", "Dit zijn voorbeelddata: zet er uw eigen in.")
            _indented(out, told)
        if record.checks:
            told = self._say("points of attention, see Checks", "aandachtspunten, zie Controles")
            _indented(out, f"{told[0].upper()}{told[1:]}: {record.checks}")

    # ---- many

    def line(self, out: Console, record: Record, width: int) -> None:
        """One workbook of many in a line; `width` is that of the longest name."""
        status = STATUS[record.status][self._language]
        # The file stands before it: a sentence that begins with its name goes on from there.
        refusal = self.refusal(record).removeprefix(f"{PurePath(record.file).name} ")
        what = refusal if record.status == "failed" else self._what(record)
        row = Table.grid(padding=(0, 1, 0, 0))
        row.add_column(width=_STATUS_WIDTH, style=_COLOURS[record.status])
        row.add_column(width=min(width, _WIDEST_FILE), overflow="fold")
        row.add_column(overflow="fold")
        row.add_row(status, escape(record.file), escape(what))
        if out.is_terminal:
            out.print(row)
        else:
            out.print(escape(f"{status:<{_STATUS_WIDTH}} {record.file:<{width}} {what}".rstrip()))
        if self._dry_run and record.changes:
            self._changes(out, record, _SHOWN_OF_MANY)

    def _what(self, record: Record) -> str:
        parts = []
        if cells := len(record.changes):
            count = self._counted(cells, _CELLS)
            parts.append(self._say(f"would change {count}", f"zou {count} wijzigen") if self._dry_run else count)
        if record.new_rows and record.status == "changed":
            parts.append(self._counted(record.new_rows, _NEW_ORDERS))
        if stale := len(record.stale):
            count = self._count(stale)
            parts.append(self._say(f"{count} not recomputed", f"{count} niet herberekend"))
        if reminders := len(record.reminders):
            parts.append(self._say(f"{reminders} to do in Excel", f"{reminders} te doen in Excel"))
        if remarks := len(record.remarks):
            parts.append(self._say(f"{remarks} to know", f"{remarks} om te weten"))
        if record.sample:
            parts.append(self._say("sample orders", "voorbeelddata"))
        return ", ".join(parts)

    def summary(
        self, out: Console, records: Sequence[Record], *, planned: int, seconds: float, copies: Path | None
    ) -> None:
        """The sum of many, where the copies are and how to undo."""
        counts = Counter[str](record.status for record in records)
        parts = [
            f"{self._count(counts[status])} {told[self._language]}"
            for status, told in STATUS.items()
            if counts[status] or status != "skipped"
        ]
        took = number(seconds, self._language, 1)
        out.print(f"\n{', '.join(parts)} {self._say('in', 'in')} {took} s.")
        if skipped := sorted(Path(record.file).name for record in records if record.status == "skipped"):
            names = ", ".join(skipped[:_SHOWN_SKIPPED]) + (" ..." if len(skipped) > _SHOWN_SKIPPED else "")
            out.print(
                escape(
                    self._say(
                        f"Skipped, as there is nothing to refresh in them: {names}",
                        f"Overgeslagen, want er is niets bij te werken: {names}",
                    )
                )
            )
        if len(records) < planned:
            done, one = f"{self._count(len(records))}/{self._count(planned)}", len(records) == 1
            out.print(
                self._say(
                    f"Stopped: {done.replace('/', ' of ')} workbooks {'was' if one else 'were'} done, the others are "
                    "as they were.",
                    f"Gestopt: {done.replace('/', ' van ')} werkmappen {'is' if one else 'zijn'} gedaan, de andere "
                    "zijn zoals ze waren.",
                )
            )
        if stale := sum(len(record.stale) for record in records):
            count = self._counted(stale, _CELLS)
            out.print(
                self._say(
                    f"{count} could not be recomputed; refresh one workbook alone to see which and why.",
                    f"{count} niet herberekend; werk één werkmap bij om te zien welke en waarom.",
                )
            )
        changed = [record for record in records if record.status == "changed"]
        if self._dry_run:
            out.print(self._say("Nothing was written.", "Er is niets geschreven."))
        elif copies is not None and not any(record.status in {"changed", "unchanged"} for record in records):
            pass  # there are none
        elif copies is not None:
            out.print(
                escape(
                    self._say(
                        f"The copies are in {copies}; the originals are as they were.",
                        f"De kopieën staan in {copies}; de originelen zijn zoals ze waren.",
                    )
                )
            )
        elif kept := [record for record in changed if record.backup]:
            folder = escape(_quoted(_common(kept)))
            out.print(
                self._say(
                    f"As they were: in {BACKUPS} beside them. To put them back: clv-xl undo {folder}",
                    f"Zoals ze waren: in {BACKUPS} ernaast. Terugzetten: clv-xl undo {folder}",
                ),
                soft_wrap=True,
            )


def _indented(out: Console, text: str, by: int = 2) -> None:
    """A line whose further lines stand as far from the edge; a program reads it as one."""
    if out.is_terminal:
        out.print(Padding(escape(text), (0, 0, 0, by), expand=False))
    else:
        out.print(escape(f"{' ' * by}{text}"))


def _common(records: Sequence[Record]) -> str:
    """The folder that holds them all, as short as it can be said."""
    folders = [Path(record.file).absolute().parent for record in records if not is_address(record.file)]
    try:
        common = os.path.commonpath(folders)
    except ValueError:  # none, or on several drives
        return "."
    near = os.path.relpath(common)
    return near if len(near) < len(common) else common


def _quoted(text: str) -> str:
    """A name as one types it in a terminal."""
    return subprocess.list2cmdline([text]) if sys.platform == "win32" else shlex.quote(text)
