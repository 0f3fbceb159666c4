"""Long tables of a template are read and filled as columns, and come out as from single cells."""

from __future__ import annotations

import csv
import datetime as dt
import random
import zipfile
from pathlib import Path
from typing import Any

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


def test_which_tables_are_read_as_columns(tmp_path, monkeypatch, shop):
    path = tmp_path / "shop.xlsx"
    path.write_bytes(shop)
    monkeypatch.setattr(workbooks, "LARGE", 0)
    monkeypatch.setattr(long_columns, "_MANY", LONG)
    with Book(path) as book:
        long = long_columns.LongColumns.of_table(book, book.table("CustomerList"))
        body = book.table("CustomerList").body
        cells = book.cells("Customers")
        assert long is not None
        assert long.rows() == [
            [cells[row, column].value for column in range(body.left, body.right + 1)]
            for row in range(body.top, body.bottom + 1)
        ]
        assert long_columns.LongColumns.of_table(book, book.table("History")) is None
    monkeypatch.setattr(workbooks, "LARGE", 1 << 40)
    with Book(path) as book:
        assert long_columns.LongColumns.of_table(book, book.table("CustomerList")) is None  # blanks read as texts
