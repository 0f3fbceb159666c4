"""Sample orders are the ones that a template comes with, and nobody else's whatever their customers are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from clv_xl.errors import OrdersError
from clv_xl.refresh import refresh
from clv_xl.refresh.recording import record
from clv_xl.template import write
from clv_xl.template.texts import LANGUAGES
from clv_xl.workbook import Book, patch


def orders(path: Path, name: str) -> Path:
    rows = [f"W-{2000 + n},{name}-{n % 9:03},2025-0{n % 9 + 1}-15,{20 + n}" for n in range(40)]
    path.write_text("\n".join(["order,customer,date,amount", *rows]))
    return path


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_orders_of_a_template_are_sample_orders(tmp_path, language):
    path = tmp_path / "a.xlsx"
    write(path, language=language)
    assert record(refresh(path, dry_run=True), "a.xlsx").sample


def test_customers_whose_names_look_like_sample_are_real(tmp_path):
    path = tmp_path / "a.xlsx"
    write(path, language="en")
    told = record(refresh(path, orders=orders(tmp_path / "a.csv", "Sample")), "a.xlsx")
    assert not told.sample
    # What stands beside these orders would be lost: it is somebody's.
    with Book(path) as book:
        table = book.tables[LANGUAGES["en"]["orders.table"]]
    top = table.area.top
    patch(path, {table.sheet: {f"E{top + 1}": "kept", f"F{top + 2}": "kept too"}})
    with pytest.raises(OrdersError, match="would empty it"):
        refresh(path, orders=orders(tmp_path / "b.csv", "Sample"))


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_banner_speaks_of_sample_orders_and_of_nobody_elses(tmp_path, language):
    """Customers of one's own may be called as those of the sample are."""
    words, path = LANGUAGES[language], tmp_path / "a.xlsx"

    def banner() -> object:
        with Book(path) as book:
            return book.cells(words["sheet.orders"])[3, 1].value

    write(path, language=language)
    refresh(path)
    assert banner() == words["orders.banner"]
    refresh(path, orders=orders(tmp_path / "a.csv", words["orders.sample"]))
    assert not banner()


def test_a_sample_order_that_was_tried_out_is_still_one(tmp_path):
    path = tmp_path / "a.xlsx"
    write(path, language="en")
    with Book(path) as book:
        table = book.tables[LANGUAGES["en"]["orders.table"]]
    patch(path, {table.sheet: {f"D{table.area.top + 1}": 99.0}})
    assert record(refresh(path, dry_run=True), "a.xlsx").sample


def test_one_real_order_makes_them_real(tmp_path):
    path = tmp_path / "a.xlsx"
    write(path, language="en")
    with Book(path) as book:
        table = book.tables[LANGUAGES["en"]["orders.table"]]
    patch(path, {table.sheet: {f"A{table.area.top + 1}": "X-1"}})
    assert not record(refresh(path, dry_run=True), "a.xlsx").sample
