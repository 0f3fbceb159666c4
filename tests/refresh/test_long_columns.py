"""Orders by the thousand are computed from whole columns, and give what single cells give."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile

import pytest

from clv_xl.refresh import long_columns, refresh
from clv_xl.workbook import Formula, patch

from .conftest import HEADERS

COUNT = 6_000
ORDERS = [
    [f"o{i}", f"Klant {i % 700}" if i % 50 else None, dt.date(2022 + i % 3, 1 + i % 12, 1 + i % 28), i % 90 + 0.5]
    for i in range(COUNT)
]
CALLS = {
    "B1": "=AOV(Verkopen[Bedrag])",
    "B2": "=PURCHASE_FREQUENCY(Verkopen[Klant])",
    "B3": "=CLV(B1,B2,3)",
    "B4": ("=SUM(Verkopen[Bedrag])", sum(row[3] for row in ORDERS)),
    "B5": "=MAX(Verkopen[Datum])-MIN(Verkopen[Datum])+AOV(Verkoop!D2:D101)",
    "B6": '=COUNTIF(Verkopen[Bedrag],">50")*CLV(1,1)',
    "B7": '=COUNTIF(Verkopen[Klant],"klant 7")+SUMIF(Verkopen[Bedrag],">=89")*CLV(1,1)',
    "B8": "=COUNTA(Verkopen[Klant])+CLV(1,1)+Verkoop!D5",
    "B9": "=PARETO_SHARE(Verkopen[Bedrag],0.2)",
    "B10": "=SUMPRODUCT(Verkopen[Bedrag]*1)+CLV(1,1)",
}


@pytest.mark.parametrize("many", [5_000, 1 << 40], ids=["columns", "cells"])
def test_long_columns_give_what_cells_give(client, monkeypatch, many):
    monkeypatch.setattr(long_columns, "_MANY", many)
    done = refresh(client(CALLS, orders=ORDERS))
    amounts, known = [row[3] for row in ORDERS], [row[1] for row in ORDERS if row[1]]
    value, frequency = sum(amounts) / COUNT, len(known) / len(set(known))
    days = (max(row[2] for row in ORDERS) - min(row[2] for row in ORDERS)).days
    wanted = {
        "B1": value,
        "B2": frequency,
        "B3": value * frequency * 3,
        "B5": days + sum(amounts[:100]) / 100,
        "B6": sum(amount > 50 for amount in amounts),
        "B7": known.count("Klant 7") + sum(amount for amount in amounts if amount >= 89),
        "B8": len(known) + 1 + amounts[3],
        "B9": sum(sorted(amounts)[-COUNT // 5 :]) / sum(amounts),
        "B10": sum(amounts) + 1,
    }
    assert {change.cell: change.after for change in done.changes} == pytest.approx(wanted)
    assert not done.stale


def test_headers_are_all_that_a_table_refill_reads_of_long_columns(client, tmp_path):
    path = client(CALLS, orders=ORDERS)
    refresh(path)
    fewer = tmp_path / "fewer.csv"
    fewer.write_text("\n".join([";".join(HEADERS), "a;x;2024-01-01;10", "b;y;2024-02-01;30"]) + "\n", encoding="utf-8")
    done = refresh(path, orders=fewer)
    assert {change.cell: change.after for change in done.changes if change.cell in {"B1", "B2"}} == {"B1": 20, "B2": 1}
    assert not refresh(path).changed


REFILLED = [
    ["o1", "A & <B>", dt.date(2023, 5, 1), 12.5],
    *(
        [f"n{i}", f"klant {i % 900}", dt.date(2021 + i % 4, 1 + i % 12, 1 + i % 28), i % 70 + 0.25]
        for i in range(COUNT)
    ),
]
BESIDE = {
    **CALLS,
    "B4": ("=SUM(Verkopen[Bedrag])", sum(row[3] for row in ORDERS[:20])),
    "B11": '=IF(AOV(Verkopen[Bedrag])>0,COUNTIF(Verkopen[Klant],"KLANT 1*"),0)',
    "B12": '=COUNTIF(Verkopen[Klant],"<>klant 7")+COUNTIF(Verkopen[Bedrag],12.5)+CLV(1,1)',
    "B13": "=ROWS(Verkopen[#All])+CLV(1,1)+COUNTA(Verkoop!A2:D3)",
    "B14": "=COUNTA(Verkoop!A:A)+CLV(1,1)",
}


@pytest.mark.parametrize("formula", [None, '=COUNTIF(Verkopen[Klant],"klant 1*")+CLV(1,1)'])
def test_a_refill_is_the_same_from_columns_and_from_cells(client, monkeypatch, tmp_path, formula):
    """Also where a formula stands beside the table, on its sheet."""
    orders = tmp_path / "orders.csv"
    rows = [HEADERS, *([cell.isoformat() if isinstance(cell, dt.date) else cell for cell in row] for row in REFILLED)]
    with orders.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    seen = []
    for many in (5_000, 1 << 40):
        monkeypatch.setattr(long_columns, "_MANY", many)
        path = client(BESIDE, orders=ORDERS[:20])
        if formula is not None:
            patch(path, {"Verkoop": {"H1": Formula(formula, None)}})
        done = refresh(path, orders=orders)
        assert not done.stale
        with zipfile.ZipFile(path) as archive:
            sheets = {name: archive.read(name) for name in archive.namelist() if name.startswith("xl/")}
        seen.append((sheets, {(one.sheet, one.cell): one.after for one in done.changes}))
        assert not refresh(path).changed
    assert seen[0][0] == seen[1][0]
    assert seen[0][1] == seen[1][1]
    known = [row[1] for row in REFILLED]
    cells = {cell: value for (_, cell), value in seen[0][1].items()}
    assert cells["B11"] == sum(text.startswith("klant 1") for text in known)
    assert cells["B12"] == len(known) - known.count("klant 7") + sum(row[3] == 12.5 for row in REFILLED) + 1
    assert cells["B13"] == len(known) + 1 + 1 + 8
    assert cells["B14"] == len(known) + 1 + 1
    assert formula is None or cells["H1"] == cells["B11"] + 1
