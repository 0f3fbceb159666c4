"""What-if data tables and filters: what only Excel can bring up to date is said, and never made up."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from clv_xl.cli import main
from clv_xl.refresh import refresh
from clv_xl.refresh.recording import record
from clv_xl.refresh.revision import Revision
from clv_xl.workbook import Book

DATA = Path(__file__).parents[1] / "data" / "workbooks"
ORDERS, REPORT, TABLE = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/tables/table1.xml"
MEAN, SUM = 60.0, 720.0  # of the orders that the fixture makes

# Data tables for the input A1, each with what stands above it and, but for the last, inputs that are constants.
TABLES = {
    "C4": ("=AOV(Verkopen[Bedrag])*A1", MEAN * 2),  # reads the orders
    "F4": ("=A1*10", 20),  # does not
    "I4": ("=IF(A1>5,N1,0)", 0),  # reads them for other inputs than the present one
    "L4": ("=A1*3", 6),  # has one of them as input
    "S4": ("=R9*A1", SUM * 2),  # reads them in a way that its text does not tell
    "P4": ("=N2*A1", 99),  # reads a table that reads them
}
CELLS = {
    "A1": 2,
    "R9": ('=SUM(INDIRECT("Verkoop!D2:D13"))', SUM),
    "N1": ("=SUM(Verkopen[Bedrag])", SUM),
    "N2": ("=MAX(C4:C6)", 40),
    "N3": ("=MAX(F4:F6)+N1", 30 + SUM),
    "N4": ("=MAX(C4:C6)+N1", 40 + SUM),
    "N5": ("=CLV(N2,1)", 40),
    "K5": ("=MIN(Verkopen[Bedrag])", 5),
}


def put(path: Path, changes: dict[str, list[tuple[str, str]]]) -> Path:
    """Write other text into parts of a workbook; each must be there."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode("latin-1") for name in archive.namelist()}
    for part, pairs in changes.items():
        for old, new in pairs:
            assert parts[part].count(old) == 1, old
            parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text.encode("latin-1"))
    return path


def with_tables(client: Callable[..., Path]) -> Path:
    cells = dict(CELLS)
    forms = []
    for anchor, formula in TABLES.items():
        column, before = anchor[0], chr(ord(anchor[0]) - 1)
        cells[f"{column}3"] = formula
        for row in (4, 5, 6):
            cells.setdefault(f"{before}{row}", row)
            cells[f"{column}{row}"] = row * 5
        old = f'<c r="{anchor}"><v>'
        forms.append((old, f'{old[:-3]}<f t="dataTable" ref="{anchor}:{column}6" dt2D="0" dtr="0" r1="A1"/><v>'))
    return put(client(cells), {REPORT: forms})


def new_orders(path: Path, count: int = 20) -> Path:
    lines = [f"o{row};k{row % 4};{dt.date(2025, 1, 1) + dt.timedelta(row)};{7 * row + 1}" for row in range(count)]
    path.write_text("\n".join(["Bestelling;Klant;Datum;Bedrag", *lines]) + "\n", encoding="utf-8")
    return path


def cell(path: Path, place: str) -> str:
    with zipfile.ZipFile(path) as archive:
        found = re.search(f'<c r="{place}".*?</c>', archive.read(REPORT).decode())
    assert found
    return found[0]


@pytest.mark.parametrize(("file", "count"), [("data-table.xlsx", 9), ("ClosedXML__multi-table.xlsx", 1)])
def test_data_tables_made_by_excel_are_seen(file: str, count: int) -> None:
    with Book(DATA / file) as book:
        seen = {(sheet, str(area)) for sheet, area in Revision(book).data_tables()}
        written = {
            (sheet.name, area.decode())
            for sheet in book.sheets.values()
            for area in re.findall(rb'<(?:x:)?f\b[^>]*t="dataTable"[^>]*?ref="([^"]*)"', book.package.read(sheet.part))
        }
    assert seen == written
    assert len(seen) == count


@pytest.mark.parametrize("dry_run", [False, True])
def test_data_tables_that_read_what_changed_are_listed(
    tmp_path: Path, client: Callable[..., Path], dry_run: bool
) -> None:
    path = with_tables(client)
    before = path.read_bytes()
    kept = [cell(path, f"{column}{row}") for column in "CFILPS" for row in (4, 5, 6)]
    done = refresh(path, orders=new_orders(tmp_path / "new.csv"), dry_run=dry_run)
    tables = {stale.cell for stale in done.stale if "begins a what-if data table" in stale.reason.en}
    readers = {stale.cell for stale in done.stale if "reads a what-if data table" in stale.reason.en}
    assert tables == {"C4", "I4", "L4", "P4", "S4"}
    assert readers == {"N2", "N4"}
    assert {stale.cell for stale in done.stale} == tables | readers | {
        "N5",
        "P3",
        "R9",
        "S3",
    }  # which wait for N2 and R9
    assert {change.cell for change in done.changes} == {"C3", "K5", "N1", "N3"}
    assert kept == [cell(path, f"{column}{row}") for column in "CFILPS" for row in (4, 5, 6)]
    assert [stale.nl for stale in record(done, "x").stale if stale.cell == "C4"] == [
        "hier begint een gegevenstabel (wat-als), die alleen Excel berekent: druk daar op Ctrl+Alt+F9"
    ]
    if dry_run:
        assert path.read_bytes() == before
        return
    total = sum(7 * row + 1 for row in range(20))
    values = openpyxl.load_workbook(path, data_only=True)["Rapport"]
    assert [values[place].value for place in ("C3", "K5", "N1", "N3", "N4")] == [
        total / 20 * 2, 1, total, 30 + total, 40 + SUM,
    ]  # fmt: skip
    again = refresh(path)
    assert not again.changed
    assert {stale.cell for stale in again.stale} >= tables


def test_a_data_table_that_nothing_reaches_is_not_listed(client: Callable[..., Path]) -> None:
    cells = {"A1": 2, "C3": ("=A1*10", 20), "B4": 1, "C4": 10, "E1": ("=AOV(Verkopen[Bedrag])", 0)}
    path = put(client(cells), {REPORT: [
        ('<c r="C4"><v>', '<c r="C4"><f t="dataTable" ref="C4" dt2D="0" dtr="0" r1="A1"/><v>')
    ]})  # fmt: skip
    done = refresh(path)
    assert [change.cell for change in done.changes] == ["E1"]
    assert not done.stale


CRITERION = '<filterColumn colId="1"><filters><filter val="klant-1"/></filters></filterColumn>'
BUTTON = '<filterColumn colId="1" hiddenButton="1"/>'


def filtered(path: Path, column: str) -> Path:
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(ORDERS).decode()
    rows = [(match[0], f'{match[0]} hidden="1"') for match in re.finditer('<row r="(?:3|4|12)"', sheet)]
    return put(path, {
        TABLE: [('<autoFilter ref="A1:D13"/>', f'<autoFilter ref="A1:D13">{column}</autoFilter>')], ORDERS: rows,
    })  # fmt: skip


@pytest.mark.parametrize("count", [5, 12, 30])
def test_a_filter_that_hides_rows_is_told(tmp_path: Path, client: Callable[..., Path], count: int) -> None:
    path, orders = (
        filtered(client({"A1": ("=AOV(Verkopen[Bedrag])", MEAN)}), CRITERION),
        new_orders(tmp_path / "new.csv", count),
    )
    dry = record(refresh(path, orders=orders, dry_run=True), "x")
    done = record(refresh(path, orders=orders), "x")
    assert dry.reminders == done.reminders
    assert [(told.en[:33], told.nl[:32]) for told in done.reminders] == [
        ("the filter of table Verkopen hide", "het filter van tabel Verkopen ve"),
    ]
    with zipfile.ZipFile(path) as archive:
        table, sheet = archive.read(TABLE).decode(), archive.read(ORDERS).decode()
    assert f'<autoFilter ref="A1:D{count + 1}">{CRITERION}</autoFilter>' in table
    hidden = {number for number in re.findall(r'<row r="(\d+)"[^>]*hidden', sheet) if int(number) <= count + 1}
    assert hidden == {number for number in ("3", "4", "12") if int(number) <= count + 1}
    again = refresh(path, orders=orders)
    assert not again.changed
    assert not again.reminders
    assert not refresh(path).reminders


def test_a_hidden_button_is_no_filter(tmp_path: Path, client: Callable[..., Path]) -> None:
    path = filtered(client({"A1": ("=AOV(Verkopen[Bedrag])", MEAN)}), BUTTON)
    done = refresh(path, orders=new_orders(tmp_path / "new.csv"))
    assert done.changed
    assert not done.reminders


def test_what_is_left_to_do_is_told(tmp_path: Path, client: Callable[..., Path]) -> None:
    orders = str(new_orders(tmp_path / "new.csv"))
    path = filtered(client({"A1": ("=AOV(Verkopen[Bedrag])", MEAN)}), CRITERION)
    told = CliRunner().invoke(main, ["refresh", str(path), "--orders", orders, "--dry-run"], catch_exceptions=False)
    assert "To do in Excel: the filter of table Verkopen hides rows" in told.output
