"""Sheets of which long tables are held as columns read as they do cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from clv_xl.calculation.places import Place
from clv_xl.orders import workbooks
from clv_xl.refresh import long_columns, refresh
from clv_xl.refresh.long_columns import LongCells
from clv_xl.refresh.revision import Revision
from clv_xl.workbook import Book, Formula
from clv_xl.workbook.address import area, parse
from clv_xl.workbook.cells import Cell

MANY = pytest.mark.parametrize("many", [30, 1 << 40], ids=["columns", "cells"])
FIRST = [[f"a{i}", i + 0.5] for i in range(40)]
SECOND = [[i * 2.0, Formula(f"=D{i + 2}+1", None)] for i in range(35)]
PLAIN = [[i * 2.0, f"b{i}"] for i in range(35)]


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two tables of three rows side by side, read by their address on their own sheet and on another."""
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, other = book.add_worksheet("Both"), book.add_worksheet("Other")
        for name, left, headers in (("First", 0, ["Who", "Much"]), ("Second", 3, ["Base", "More"])):
            sheet.add_table(0, left, 3, left + 1, {"name": name, "columns": [{"header": head} for head in headers]})
        sheet.write("H2", "note")
        sheet.write_formula("H1", "=SUM(B2:B4)+SUM(D2:D4)", None, 0)
        other.write_formula("A1", "=SUM(Both!B2:B4)+SUM(Both!D2:D4)", None, 0)
    return path


def wanted(second: list[list[Any]]) -> dict[str, Any]:
    cells = {"A1": "Who", "B1": "Much", "D1": "Base", "E1": "More", "H2": "note", "H1": "SUM(B2:B41)+SUM(D2:D36)"}
    cells |= {f"A{row}": who for row, (who, _) in enumerate(FIRST, 2)}
    cells |= {f"B{row}": much for row, (_, much) in enumerate(FIRST, 2)}
    cells |= {f"D{row}": base for row, (base, _) in enumerate(second, 2)}
    return cells | {f"E{row}": getattr(more, "bare", more) for row, (_, more) in enumerate(second, 2)}


def told(cells: Mapping[tuple[int, int], Cell]) -> dict[tuple[int, int], Any]:
    found = {spot: cell.formula or cell.value for spot, cell in cells.items()}
    assert len(cells) == len(found) == len(list(cells))
    return {spot: value for spot, value in found.items() if value is not None}


@MANY
@pytest.mark.parametrize("second", [SECOND, PLAIN], ids=["computed", "plain"])
@pytest.mark.parametrize("names", [("First", "Second"), ("Second", "First")], ids="-".join)
def test_two_tables_of_one_sheet(two, monkeypatch, many, second, names):
    monkeypatch.setattr(long_columns, "_MANY", many)
    bodies = {"First": FIRST, "Second": second}
    with Book(two) as book:
        after = Revision(book)
        assert after.cells("Other")  # read before it follows, the other way round below
        for name in names:
            after.refill(book.tables[name], bodies[name])
        cells = after.cells("Both")
        assert isinstance(cells, LongCells) is (many == 30)
        expected = {parse(spot): value for spot, value in wanted(second).items()}
        assert told(cells) == expected
        assert told(after.cells("Other")) == {(1, 1): "SUM(Both!B2:B41)+SUM(Both!D2:D36)"}
        assert after.respelled.keys() == {("Both", 1, 8), ("Other", 1, 1)}
        computed = {key[1:] for key, _ in after.formulas() if key[0] == "Both"}
        assert computed == {(1, 8), *((row, 5) for row in range(2, 37) if second is SECOND)}
        for spot, inside in (((1, 9), False), ((5, 1), True), ((5, 4), True)):
            after.stamp(("Both", *spot), 7.0)
            expected[spot] = 7.0
            assert told(after.cells("Both")) == expected, inside
        much = after.column(Place("Both", area("B2:B41")))
        assert much is None or much.numbers == [much for _, much in FIRST]


COUNT = 60
ROWS = [[f"o{i}", f"k{i % 7}", 45_000 + i, i * 3.0 + 1] for i in range(COUNT)]


def above(
    path: Path, beside: Mapping[str, str | float], formulas: Mapping[str, str], orders: list[list[Any]] = ROWS
) -> Path:
    """A workbook with cells beside its orders table, which has its head in row 5, and a report."""
    with xlsxwriter.Workbook(path) as book:
        sheet, report = book.add_worksheet("Orders"), book.add_worksheet("Report")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for spot, value in beside.items():
            sheet.write_formula(spot, value, None, 0) if str(value).startswith("=") else sheet.write(spot, value)
        columns = [{"header": head} for head in ("Order", "Customer", "Date", "Amount")]
        sheet.add_table(4, 0, 4 + len(orders), 3, {"name": "Orders", "columns": columns})
        for row, values in enumerate(orders, 5):
            for column, value in enumerate(values):
                sheet.write(row, column, value, day if column == 2 else None)
        for spot, formula in formulas.items():
            report.write_formula(spot, formula, None, 0)
    return path


@MANY
@pytest.mark.parametrize(
    ("beside", "total"),
    [
        ({}, 0),
        ({"A1": "=COUNTA(Orders[Order])+CLV(1,1)"}, COUNT + 1),
        ({"A1": "=COUNTA(Orders[Order])+CLV(1,1)", "F3": "=SUM(F9,A66)*CLV(1,1)", "F9": 5.0, "A66": 2.0}, COUNT + 8),
        ({"A1": "=(F9+F8)*CLV(1,1)", "F8": "=F9+CLV(1,1)", "F9": 5.0}, 11),
    ],
    ids=["nothing", "formula", "formulas and values", "formula beside"],
)
def test_formulas_above_orders(tmp_path, monkeypatch, many, beside, total):
    """What stands above the orders is computed, what stands beside and below them is read."""
    monkeypatch.setattr(long_columns, "_MANY", many)
    calls = {
        "A1": "=SUM(Orders!A1,Orders!F3)+CLV(1,1)",
        "A2": "=AOV(Orders[Amount])",
        "A3": "=COUNT(Orders!A:F)+CLV(1,1)",
        "A4": "=Orders!D7+CLV(1,1)",
    }
    path = above(tmp_path / "above.xlsx", beside, calls)
    done = refresh(path)
    assert not done.stale
    after = {change.cell: change.after for change in done.changes if change.sheet == "Report"}
    numbers = sum(not str(value).startswith("=") for value in beside.values())
    computed = sum(str(value).startswith("=") for value in beside.values())
    amounts = [row[3] for row in ROWS]
    assert after == {"A1": total + 1, "A2": sum(amounts) / COUNT, "A3": 2 * COUNT + numbers + computed + 1, "A4": 5}
    assert not refresh(path).changed


def test_orders_by_the_thousand_are_not_read_as_cells(tmp_path, monkeypatch):
    """Not for a formula above them either."""
    monkeypatch.setattr(workbooks, "LARGE", 0)
    orders = [[f"o{i}", f"k{i % 7}", 45_000 + i % 900, i % 50 + 1.0] for i in range(5_000)]
    path = above(
        tmp_path / "above.xlsx", {"A1": "=COUNTA(Orders[Order])+CLV(1,1)"}, {"A1": "=AOV(Orders[Amount])"}, orders
    )
    whole, cells = [], Book.cells

    def watched(book: Book, name: str, **told: int) -> Any:
        whole.append(name if not told else "")
        return cells(book, name, **told)

    monkeypatch.setattr(Book, "cells", watched)
    changes = {(change.sheet, change.cell): change.after for change in refresh(path).changes}
    assert changes["Report", "A1"] == 25.5
    assert "Report" in whole
    assert "Orders" not in whole
