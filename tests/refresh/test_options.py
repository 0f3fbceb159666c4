"""What a refresh can be told: a day, another file to write, to write nothing; and what it remembers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from clv_xl.errors import OrdersError
from clv_xl.refresh import refresh
from clv_xl.template import write
from clv_xl.workbook import Book

from .conftest import HEADERS, ORDERS

CALLS = {"B1": "=AOV(Verkopen[Bedrag])"}


def values(path: Path, sheet: str, *cells: str) -> list[object]:
    book = openpyxl.load_workbook(path, data_only=True)
    return [book[sheet][cell].value for cell in cells]


def csv(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_dry_run_tells_the_changes_and_writes_nothing(client, tmp_path):
    path = client(CALLS)
    before, listed = path.read_bytes(), sorted(tmp_path.iterdir())
    told = refresh(path, dry_run=True)
    assert path.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == listed
    done = refresh(path)
    assert told.changed
    assert told.changes == done.changes != []
    assert (told.before, told.after, done.before) == (told.before, told.before, told.before)
    assert done.after not in {"", done.before}


def test_a_dry_run_meets_the_refusals_of_a_real_one(client, tmp_path):
    path = client(CALLS | {"A16": "below"}, table=True)
    book = openpyxl.load_workbook(path)
    book["Verkoop"]["A15"] = "in the way"
    path.unlink()
    book.save(path)
    more = csv(tmp_path / "more.csv", "Bestelling;Klant;Datum;Bedrag", *(f"n{i};k;2024-05-01;5" for i in range(20)))
    for dry_run in (True, False):
        with pytest.raises(ValueError, match="A15, which is not empty"):
            refresh(path, orders=more, dry_run=dry_run)


def test_a_copy_is_written_elsewhere_and_the_workbook_stays(client, tmp_path):
    path, out = client(CALLS), tmp_path / "out" / "copy.xlsx"
    out.parent.mkdir()
    before = path.read_bytes()
    refresh(path, out=out)
    assert path.read_bytes() == before
    assert values(out, "Rapport", "B1") == [sum(row[3] for row in ORDERS) / len(ORDERS)]
    assert not (tmp_path / ".clv-xl-backup").exists()
    refresh(out)
    again = tmp_path / "out" / "again.xlsx"
    assert not refresh(out, out=again).changed
    assert again.read_bytes() == out.read_bytes()


def test_columns_told_once_are_remembered_in_the_workbook(client):
    headers = ["Nr", "Wie", "Wanneer", "Hoeveel"]
    path = client({"B1": "=AOV(Verkopen[Hoeveel])"}, headers=headers)
    told = {"customer": "Wie", "date": "Wanneer", "amount": "Hoeveel"}
    assert refresh(path, columns=told).orders is not None
    assert not refresh(path).changed
    done = refresh(path)
    assert done.orders is not None
    assert {field: done.orders.mapping.columns[field] for field in told} == told


def test_columns_of_an_imported_file_are_remembered_apart(client, tmp_path):
    path = client(CALLS)
    file = csv(tmp_path / "export.csv", "Wie;Wanneer;Hoeveel", "a;2024-01-02;10", "b;2024-02-03;20")
    told = {"customer": "Wie", "date": "Wanneer", "amount": "Hoeveel"}
    with pytest.raises(OrdersError, match="--map"):
        refresh(path, orders=file)
    refresh(path, orders=file, columns=told)
    assert values(path, "Rapport", "B1") == [15]
    csv(file, "Wie;Wanneer;Hoeveel", "a;2024-01-02;10", "b;2024-02-03;40")
    refresh(path, orders=file)
    assert values(path, "Rapport", "B1") == [25]
    csv(file, "Klant;Datum;Bedrag", "a;2024-01-02;100")  # what is remembered no longer fits: the headers do
    refresh(path, orders=file)
    assert values(path, "Rapport", "B1") == [100]
    assert refresh(path).orders is not None  # the workbook's own columns were never told


def test_what_is_remembered_touches_no_other_part(client):
    path = client(CALLS, headers=["Nr", "Wie", "Wanneer", "Hoeveel"])
    told = {"customer": "Wie", "date": "Wanneer", "amount": "Hoeveel"}
    with Book(path) as book:
        before = {part: book.package.read(part) for part in book.package.parts}
    refresh(path, columns=told)
    with Book(path) as book:
        after = {part: book.package.read(part) for part in book.package.parts}
    changed = {part for part in after if after[part] != before.get(part)}
    assert changed <= {"docProps/custom.xml", "[Content_Types].xml", "_rels/.rels", "xl/worksheets/sheet2.xml"}
    assert set(before) <= set(after)


def test_an_as_of_date_leaves_later_orders_out_of_an_import(tmp_path):
    path = tmp_path / "shop.xlsx"
    write(path, language="en", currency="EUR")
    rows = [f"c{i % 5};2025-{month:02}-10;{10 * month}" for i, month in enumerate([1, 2, 3, 4, 5, 6])]
    file = csv(tmp_path / "orders.csv", "customer;date;amount", *rows)
    done = refresh(path, orders=file, as_of=dt.date(2025, 4, 30))
    assert done.orders is not None
    assert done.totals is not None
    assert (done.new_rows, done.orders.ledger.dropped) == (4, {"later": 2})
    assert (done.totals.as_of, done.totals.revenue) == (dt.date(2025, 4, 30), 100)
    with Book(path) as book:
        sheet, _, spot = book.names["as_of"].partition("!")
    assert values(path, sheet, spot.replace("$", "")) == [dt.datetime(2025, 4, 30)]
    again = refresh(path, as_of=dt.date(2025, 4, 30))
    assert not again.changed


def test_an_as_of_date_before_orders_that_the_sheets_count_is_refused(tmp_path):
    path = tmp_path / "shop.xlsx"
    write(path, language="nl", currency="EUR")
    before = path.read_bytes()
    with pytest.raises(OrdersError, match="--orders"):
        refresh(path, as_of=dt.date(2000, 1, 1))
    assert path.read_bytes() == before


def test_an_as_of_date_goes_to_the_workbooks_own_cell_for_it(client):
    path = client(CALLS | {"A9": dt.date(2020, 1, 1), "A10": "=A9+1"}, names={"as_of": "=Rapport!$A$9"})
    done = refresh(path, as_of=dt.date(2025, 1, 1))
    assert done.totals is not None
    assert done.totals.as_of == dt.date(2025, 1, 1)
    assert {(change.cell, change.after) for change in done.changes} >= {("A9", 45658.0), ("A10", 45659.0)}


def test_orders_may_stand_in_a_named_range_without_a_table(client):
    path = client({"B1": "=AOV(Verkoop!D2:D13)"}, names={"Orders": "=Verkoop!$A$1:$D$13"}, table=False)
    done = refresh(path)
    assert done.orders is not None
    assert done.orders.ledger.read == len(ORDERS)


def test_of_two_places_a_named_range_says_which(client):
    path = client({"B1": "=AOV(Verkoop!D2:D13)"}, names={"Bestellingen": "=Verkoop!$A$1:$D$13"}, table=False)
    book = openpyxl.load_workbook(path)
    copy = book.copy_worksheet(book["Verkoop"])
    copy.title = "Oud"
    book.save(path)
    done = refresh(path)
    assert done.orders is not None
    assert HEADERS[3] in done.orders.mapping.columns.values()
