"""What a refresh tells beside its figures, and advice that works when it is followed."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from clv_xl.errors import OrdersError
from clv_xl.refresh import refresh
from clv_xl.refresh.reasons import BLIND, FOREIGN
from clv_xl.refresh.recording import record
from clv_xl.refresh.settings import Remark
from clv_xl.workbook import Book

DAY = dt.date(2025, 1, 1)
NAMES = {"own_as_of": "=Rapport!$A$1", "as_of": "=Rapport!$A$2"}
CALL = {"B1": "=CLV(50,36)"}


def cell_of(path: Path, spot: tuple[int, int]) -> object:
    with Book(path) as book:
        return book.cells("Rapport")[spot].value


@pytest.mark.parametrize(
    ("own", "other", "told"),
    [
        (("=A3", 45000), ("=A1", 45000), "A1: a formula fills"),
        ("autumn", ("=A1", 45000), "A1: this as-of date holds text"),
        ("autumn", 45000, ""),
        (45000, ("=A1", 45000), ""),
        ("", ("=A1", 45000), ""),
    ],
)
def test_an_as_of_date_that_cannot_be_set_is_told(client, own, other, told):
    path = client(CALL | {"A1": own, "A2": other}, NAMES)
    done = refresh(path, as_of=DAY)
    assert "; ".join(f"{one.cell}: {one.text.en}" for one in done.remarks).startswith(told)
    assert bool(done.remarks) == bool(told)
    (typed,) = [1] if own != "autumn" else [2]
    assert (cell_of(path, (typed, 1)) == 45658) is not bool(told)
    if own == "autumn":
        assert cell_of(path, (1, 1)) == "autumn"


@pytest.mark.parametrize(("typed", "counts"), [("31-12-2024", False), (20241231, False), (45657, True), ("", True)])
def test_an_as_of_date_that_does_not_count_is_told(client, typed, counts):
    done = refresh(client(CALL | {"A2": typed}, {"as_of": "=Rapport!$A$2"}))
    told = record(done, "client.xlsx").remarks
    assert [(one.sheet, one.cell) for one in told] == ([] if counts else [("Rapport", "A2")])
    assert all("type it as a date" in one.en and "typ haar als datum" in one.nl for one in told)
    assert all(isinstance(one, Remark) for one in done.remarks)


def test_a_range_whose_corner_is_computed_is_beyond_reading_and_not_foreign(client):
    ranges = {
        "B2": ("=SUM(Verkoop!D2:INDEX(Verkoop!D:D,13))", 1),
        "B3": ("=SUM(Verkoop!D2:OFFSET(Verkoop!D2,3,0))", 1),
        "B4": ("=SUM(Verkoop!D2:WEBSERVICE(1))", 1),
    }
    found = {cell.cell: cell.reason for cell in refresh(client(CALL | ranges)).stale}
    assert found == {"B2": BLIND, "B3": BLIND, "B4": FOREIGN}


def two_tables(path: Path, headers: tuple[str, str, str]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name in ("North", "South"):
            sheet = book.add_worksheet(name)
            columns = [{"header": header} for header in headers]
            sheet.add_table(0, 0, 2, 2, {"columns": columns, "data": [["a", 45000, 5], ["b", 45001, 7]]})
        book.add_worksheet("Report").write_formula("A1", "=CLV(50,36)", None, 0)
    return path


@pytest.mark.parametrize(
    ("headers", "advice", "followed"),
    [
        (("customer", "date", "amount"), "--sheet 'North'", {"sheet": "North"}),
        (
            ("p", "q", "r"),
            "--map customer=COLUMN,date=COLUMN,amount=COLUMN",
            {"sheet": "North", "columns": {"customer": "p", "date": "q", "amount": "r"}},
        ),
    ],
)
def test_advice_about_the_workbooks_own_orders_works_when_a_file_is_given(tmp_path, headers, advice, followed):
    path, file = two_tables(tmp_path / "a.xlsx", headers), tmp_path / "new.csv"
    file.write_text("customer,date,amount\nc,2024-05-01,9\n")
    with pytest.raises(OrdersError) as refused:
        refresh(path, orders=file)
    said = refused.value.text
    if headers[0] == "customer":
        assert advice in said.en
        assert advice in said.nl
    assert "give them once in a refresh without --orders" in said.en
    assert "geef ze eenmaal zonder --orders" in said.nl
    refresh(path, **followed)
    refresh(path, orders=file)
    with Book(path) as book:
        assert [book.cells(name)[2, 1].value for name in ("North", "South")] == ["c", "a"]


def test_a_plain_sheet_cannot_be_filled_in_either_language(client, tmp_path):
    file = tmp_path / "new.csv"
    file.write_text("customer,date,amount\nc,2024-05-01,9\n")
    with pytest.raises(OrdersError, match="press Ctrl") as refused:
        refresh(client(CALL, table=False), orders=file)
    assert "heeft geen tabel met bestellingen om te vullen" in refused.value.text.nl
    assert "--orders" not in str(refused.value)


@pytest.mark.parametrize(("told", "spelled"), [(True, "0"), (True, "false"), (False, "1")])
def test_precision_as_displayed_is_told(client, told, spelled):
    """The cents that Excel cuts off from B1 are in what clv-xl writes for B2."""
    path = client({"B1": ("=CLV(10.006,1)", 0), "B2": ("=B1*1000", 0.0)})
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    whole = parts["xl/workbook.xml"]
    parts["xl/workbook.xml"] = whole.replace(b"<calcPr", f'<calcPr fullPrecision="{spelled}"'.encode())
    with zipfile.ZipFile(path, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    done = refresh(path)
    assert [change.cell for change in done.changes] == ["B1", "B2"]
    assert ["displayed" in remark.text.en and "weergegeven" in remark.text.nl for remark in done.remarks] == [
        True
    ] * told
