"""A workbook of ours of which somebody deleted a sheet: one refresh computes all that can be, the next one nothing."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from clv_xl.errors import OrdersError
from clv_xl.refresh import refresh
from clv_xl.template import write


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "client.xlsx"
    write(path)
    return path


@pytest.mark.parametrize("sheet", ["Inputs", "Results", "Prediction"])
def test_a_second_refresh_writes_nothing(whole: Path, tmp_path: Path, sheet: str) -> None:
    path = tmp_path / "client.xlsx"
    book = openpyxl.load_workbook(whole)
    del book[sheet]
    book.save(path)  # without values, so that every formula must be computed
    assert refresh(path, backup=False).changed
    before = path.stat().st_mtime_ns, path.read_bytes()
    again = refresh(path, backup=False)
    assert (again.changed, again.changes) == (False, [])
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before


@pytest.mark.parametrize("imported", [False, True], ids=["own orders", "orders of a file"])
@pytest.mark.parametrize(("language", "sheet"), [("en", "Orders"), ("nl", "Bestellingen")])
def test_a_template_whose_orders_were_deleted_is_told_so(tmp_path: Path, language: str, sheet: str, imported: bool):
    path, orders = tmp_path / "client.xlsx", tmp_path / "orders.csv"
    write(path, language=language)
    book = openpyxl.load_workbook(path)
    del book[sheet]
    book.save(path)
    orders.write_text("customer,date,amount\na,2024-01-01,10\n")
    with pytest.raises(OrdersError) as refused:
        refresh(path, orders=orders if imported else None)
    assert f"its sheet {sheet} with the orders table is gone" in refused.value.text.en
    assert f"het blad {sheet} met de tabel van bestellingen is weg" in refused.value.text.nl


def test_orders_on_a_sheet_of_another_name_are_still_found(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "client.xlsx"
    book = openpyxl.load_workbook(whole)
    del book["Orders"]
    sheet = book.create_sheet("Export")
    for row in (["Order", "Customer", "Date", "Amount"], ["o1", "a", dt.date(2024, 1, 1), 10.0]):
        sheet.append(row)
    sheet.add_table(Table(displayName="Shop", ref="A1:D2"))
    book.save(path)
    found = refresh(path, dry_run=True).orders
    assert found is not None
    assert found.ledger.kept == 1
