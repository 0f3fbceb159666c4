"""The history of a template: a row for each day that a refresh looked at, and none of the sample orders."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from clv_xl.analysis.tables import HISTORY_CELLS
from clv_xl.refresh import refresh
from clv_xl.workbook import Book, Formula, address, patch

from .test_analysis_tables import orders, serials, table, templates

__all__ = ["templates"]  # a fixture

TOLD = {"columns": {"customer": "customer"}}


@pytest.fixture
def template(templates: dict[str, Path], tmp_path: Path) -> Path:
    return Path(shutil.copy(templates["nl"], tmp_path / "klant.xlsx"))


def rows(path: Path) -> list[list[object]]:
    return serials(table(path, "Historie")[1:])


def day(number: object) -> dt.date:
    assert isinstance(number, float)
    return dt.date(1899, 12, 30) + dt.timedelta(number)


def test_each_refresh_adds_the_row_of_its_day(template: Path, tmp_path: Path) -> None:
    assert len(rows(template)) > 1  # of the sample orders
    days = [dt.date(2024, 6, 30), dt.date(2024, 3, 31), dt.date(2024, 9, 30)]
    for last in days:
        done = refresh(template, orders=orders(tmp_path / "new.csv", 600, language="nl"), as_of=last, **TOLD)
        found = [row for row in rows(template) if row[0] is not None and day(row[0]) == last]
        assert len(found) == 1
        named = [done.named[HISTORY_CELLS[head]] for head in HISTORY_CELLS]
        assert found[0] == [value if isinstance(value, float) else None for value in named]
        assert found[0][3] == pytest.approx(done.totals.revenue if done.totals else None)
    assert [day(row[0]) for row in rows(template)] == sorted(days)
    before = template.read_bytes()
    assert not refresh(template, as_of=days[-1]).changed
    assert template.read_bytes() == before


def test_the_row_of_a_day_is_replaced(template: Path, tmp_path: Path) -> None:
    last = dt.date(2024, 6, 30)
    refresh(template, orders=orders(tmp_path / "new.csv", 600, language="nl"), as_of=last, **TOLD)
    (first,) = rows(template)
    refresh(template, orders=orders(tmp_path / "new.csv", 900, language="nl"), as_of=last, **TOLD)
    (second,) = rows(template)
    assert first[0] == second[0]
    assert first[1] != second[1]


def test_what_the_user_changes_counts_in_the_row_of_today(template: Path, tmp_path: Path) -> None:
    refresh(template, orders=orders(tmp_path / "new.csv", 600, language="nl"), **TOLD)
    (first,) = rows(template)
    with Book(template) as book:
        sheet, _, spot = book.names["margin"].partition("!")
        row, _ = address.parse(spot.replace("$", ""))
    patch(template, {sheet.strip("'"): {f"B{row}": 0.9}})
    refresh(template)
    (second,) = rows(template)
    margin = list(HISTORY_CELLS).index("clv_margin")
    assert second[margin] == pytest.approx(2 * first[margin])
    assert second[:margin] == first[:margin]


def test_sample_rows_stay_while_the_orders_are_the_sample_ones(template: Path) -> None:
    before = rows(template)
    with Book(template) as book:
        sheet, _, spot = book.names["margin"].partition("!")
        row, _ = address.parse(spot.replace("$", ""))
    patch(template, {sheet.strip("'"): {f"B{row}": 0.9}})
    refresh(template)
    after = rows(template)
    assert after[:-1] == before[:-1]
    assert after[-1] != before[-1]


def test_what_reads_the_history_reads_the_new_row(template: Path, tmp_path: Path) -> None:
    readers = {"Z1": Formula("=MAX(Historie[Bestellingen])", 0), "Z2": Formula("=ROWS(Historie)", 0)}
    patch(template, {"Bestellingen": readers})
    done = refresh(template, orders=orders(tmp_path / "new.csv", 600, language="nl"), **TOLD)
    with Book(template) as book:
        cells = book.cells("Bestellingen")
    assert cells[1, 26].value == done.named["purchases"] == 600
    assert cells[2, 26].value == 1
