"""Long tables of a template are read and filled as columns, and come out as from single cells."""

from __future__ import annotations

import csv
import datetime as dt
import random
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from clv_xl.orders import workbooks
from clv_xl.refresh import long_columns, refresh, revision
from clv_xl.template.making import made
from clv_xl.workbook import Book, Formula, patch

HEADS = ["order", "customer", "date", "amount", "channel"]
DAY = dt.date(2024, 6, 1)
LONG, NEVER = 40, 1 << 40


def lines(count: int, customers: int) -> list[list[Any]]:
    dice = random.Random(3)
    return [
        [
            f"o{i}", f"k{dice.randrange(customers)} & <co>", DAY - dt.timedelta(dice.randrange(700)),
            dice.randrange(100, 9_999) / 100, dice.choice(["web", "shop", ""]),
        ]
        for i in range(count)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> bytes:
    frame = pd.DataFrame(lines(400, 120), columns=HEADS)
    return made("en", "EUR", "native", frame.assign(date=pd.to_datetime(frame["date"])))


def content(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


BESIDE = {
    "nothing": {},
    "values": {"Orders": {"H7": 5.0, "H9": "mine", "A900": 3.0}, "Customers": {"T12": 7.0, "B500": "mine"}},
    "read": {
        "Orders": {"H9": 5.0, "A900": 3.0},
        "Overview": {"AD5": Formula("SUM(Orders!H9,Orders!A900,Orders!D10,Orders!D300)+CLV(1,1)", None)},
    },
    "formula": {"Customers": {"T12": Formula("MAX(CustomerList[Orders])+CLV(1,1)", None)}},
    "in the way": {"Customers": {"B135": "mine"}},
}


@pytest.mark.parametrize(
    ("what", "beside"),
    [
        *(("unchanged", beside) for beside in ("values", "read")),
        *(("as-of", beside) for beside in ("nothing", "formula")),
        *(("more", beside) for beside in ("values", "read", "in the way")),
        *(("fewer", beside) for beside in ("read", "formula")),
    ],
)
def test_long_tables_come_out_as_from_cells(tmp_path, monkeypatch, shop, what, beside):
    monkeypatch.setattr(workbooks, "LARGE", 0)
    monkeypatch.setattr(revision, "_LONG", 1)  # sums over columns differ in their last digit from those over cells
    file = tmp_path / "orders.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([HEADS, *(lines(500, 150) if what == "more" else lines(90, 60))])
    options: dict[str, Any] = {} if what == "unchanged" else {"orders": file}
    options = {"as_of": DAY + dt.timedelta(40)} if what == "as-of" else options
    seen = []
    for many in (LONG, NEVER):
        monkeypatch.setattr(long_columns, "_MANY", many)
        path = tmp_path / f"{many}.xlsx"
        path.write_bytes(shop)
        patch(path, BESIDE[beside], locked=BESIDE[beside])
        done = refresh(path, **options)
        told = [str(one) for one in (*done.changes, *done.stale, *done.remarks)]
        seen.append((told, done.named, content(path)))
    assert seen[0] == seen[1]
    assert done.changed is (what != "unchanged" or beside in ("read", "formula"))
    assert (what == "more" and beside == "in the way") is any("would grow over" in line for line in told)


def test_what_users_put_in_a_column_of_their_own_stays(tmp_path, monkeypatch, shop):
    """Blank texts too."""
    monkeypatch.setattr(workbooks, "LARGE", 0)
    monkeypatch.setattr(long_columns, "_MANY", LONG)
    path = tmp_path / "shop.xlsx"
    path.write_bytes(shop)
    book = openpyxl.load_workbook(path)
    sheet = book["Customers"]
    table = sheet.tables["CustomerList"]
    top, bottom = (int("".join(filter(str.isdigit, spot))) for spot in table.ref.split(":"))
    sheet[f"Q{top}"] = "Note"
    for row in range(top + 1, bottom + 1):
        sheet[f"Q{row}"] = sheet[f"B{row}"].value
    table.tableColumns.append(openpyxl.worksheet.table.TableColumn(id=17, name="Note"))
    table.ref = table.autoFilter.ref = f"A{top}:Q{bottom}"
    book.save(path)
    patch(path, {"Customers": {f"Q{row}": "" for row in range(top + 2, bottom + 1, 2)}}, locked=["Customers"])
    with Book(path) as before:
        notes = {row[1]: row[-1] for row in rows(before)}
    assert set(notes.values()) == {"", *list(notes)[::2]}
    assert refresh(path, as_of=DAY + dt.timedelta(40)).changed
    with Book(path) as after:
        assert {row[1]: row[-1] for row in rows(after)} == notes


def rows(book: Book) -> list[list[Any]]:
    """The list of customers as it stands in its cells."""
    body, cells = book.table("CustomerList").body, book.cells("Customers")
    columns = range(body.left, body.right + 1)
    return [[cells[row, column].value for column in columns] for row in range(body.top, body.bottom + 1)]


def test_which_tables_are_read_as_columns(tmp_path, monkeypatch, shop):
    path = tmp_path / "shop.xlsx"
    path.write_bytes(shop)
    monkeypatch.setattr(workbooks, "LARGE", 0)
    monkeypatch.setattr(long_columns, "_MANY", LONG)
    with Book(path) as book:
        long = long_columns.LongColumns.of_table(book, book.table("CustomerList"))
        assert long is not None
        assert long.rows() == rows(book)
        assert long_columns.LongColumns.of_table(book, book.table("History")) is None
    monkeypatch.setattr(workbooks, "LARGE", 1 << 40)
    with Book(path) as book:
        assert long_columns.LongColumns.of_table(book, book.table("CustomerList")) is None  # blanks read as texts
