"""A refreshed workbook shows what its orders say, and is in everything else the file it was."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import python_calamine

from clv_xl.calculation import Calculator
from clv_xl.errors import ClvError, OpenElsewhere, OrdersError, WorkbookError
from clv_xl.hosts import lambdas
from clv_xl.refresh import draft, refresh
from clv_xl.refresh.results import results
from clv_xl.template import write
from clv_xl.workbook import Book, Cached, address, patch
from clv_xl.workbook.address import parse

from .conftest import HEADERS, ORDERS

DATA = Path(__file__).parent.parent / "data"
CDNOW, RETAIL = DATA / "orders" / "CDNOW_sample.txt", DATA / "orders" / "online_retail_5k.xlsx"
CDNOW_COLUMNS = {"customer": "1", "date": "3", "amount": "5"}

CALLS = {
    "A1": "Order value",
    "B1": "=AOV(Verkopen[Bedrag])",
    "B2": "=PURCHASE_FREQUENCY(Verkopen[Klant])",
    "B3": "=ROUND(CLV(B1,B2,3)*1.5,2)",
    "B4": ("=SUM(Verkopen[Bedrag])", 720),
    "B5": ("=B4*2", 1440),
}


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shown(path: Path, sheet: str, *cells: str) -> list[object]:
    book = openpyxl.load_workbook(path, data_only=True)
    return [book[sheet][cell].value for cell in cells]


def test_calls_of_ours_are_recomputed_from_the_orders(client):
    path = client(CALLS)
    done = refresh(path)
    frame = pd.DataFrame(ORDERS, columns=HEADERS)
    value, frequency = frame["Bedrag"].mean(), len(frame) / frame["Klant"].nunique()
    assert shown(path, "Rapport", "B1", "B2", "B3") == [value, frequency, round(value * frequency * 3 * 1.5, 2)]
    assert [(change.cell, change.before) for change in done.changes] == [("B1", None), ("B2", None), ("B3", None)]
    assert done.changed
    assert not done.stale


def test_everything_else_in_the_file_stays_byte_for_byte(client):
    path = client(CALLS)
    before = parts(path)
    refresh(path)
    after = parts(path)
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet2.xml"]


def test_independent_readers_open_it(client, libreoffice):
    path = client(CALLS)
    refresh(path)
    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("Rapport").to_python()
    assert [row[1] for row in rows[:3]] == [60.0, 4.0, 1080.0]
    seen = libreoffice.values(path, recalculate=False)["Rapport"]
    assert [seen[row, 2] for row in (1, 2, 3, 4, 5)] == [60.0, 4.0, 1080.0, 720.0, 1440.0]


def test_a_second_refresh_changes_nothing(client):
    path = client(CALLS)
    refresh(path)
    before, stamp = digest(path), path.stat().st_mtime_ns
    done = refresh(path)
    assert (done.changed, list(done.changes), digest(path), path.stat().st_mtime_ns) == (False, [], before, stamp)


def test_a_copy_of_a_changed_file_is_kept_beside_it(client):
    path = client(CALLS)
    before = digest(path)
    refresh(path)
    refresh(path)
    assert [digest(copy) for copy in (path.parent / ".clv-xl-backup").iterdir()] == [before]


def test_no_copy_where_none_is_wanted(client):
    path = client(CALLS)
    refresh(path, backup=False)
    assert sorted(path.parent.iterdir()) == [path]


def test_orders_from_a_file_fill_the_table_and_everything_follows(client):
    path = client(CALLS | {"A9": 0}, {"orders_churned": "=Rapport!$A$9"}, properties={"clv-xl": "0.1.0"})
    done = refresh(path, orders=CDNOW, columns=CDNOW_COLUMNS)
    frame = pd.read_fwf(CDNOW, header=None, names=["id", "sample", "date", "cds", "amount"])
    frame = frame[frame["amount"] > 0]
    days = pd.to_datetime(frame["date"].astype(str), format="%Y%m%d")
    silent = (days.max() - days.groupby(frame["id"]).max()).dt.days > 365
    value, frequency = frame["amount"].sum() / len(frame), len(frame) / frame["id"].nunique()
    got = shown(path, "Rapport", "B1", "B2", "B4", "B5", "A9")
    want = [value, frequency, frame["amount"].sum(), 2 * frame["amount"].sum(), silent.sum()]
    assert np.allclose(got, want, rtol=1e-12)
    table = openpyxl.load_workbook(path)["Verkoop"].tables["Verkopen"]
    assert table.ref == table.autoFilter.ref == f"A1:D{len(frame) + 1}"
    assert done.new_rows == len(frame)
    assert shown(path, "Verkoop", "C2") == [dt.datetime(1997, 1, 1)]
    before = digest(path)
    assert not refresh(path).changed
    assert digest(path) == before


def test_online_retail_lines_become_orders_and_the_file_is_not_touched(tmp_path):
    path = tmp_path / "shop.xlsx"
    shutil.copy(RETAIL, path)
    before = digest(path)
    done = refresh(path)
    frame = pd.read_excel(RETAIL, engine="openpyxl")
    bought = frame[~frame["InvoiceNo"].astype(str).str.startswith("C") & frame["CustomerID"].notna()]
    bought = bought[bought["Quantity"] * bought["UnitPrice"] != 0]
    revenue = (bought["Quantity"] * bought["UnitPrice"]).sum()
    purchases, customers = bought["InvoiceNo"].nunique(), bought["CustomerID"].nunique()
    last = bought["InvoiceDate"].dt.normalize().max()
    spans = bought.groupby("CustomerID")["InvoiceDate"].agg(["min", "max"]).apply(lambda column: column.dt.normalize())
    left = (last - spans["max"]).dt.days > 365
    lived = (spans["max"].where(left, last) - spans["min"]).dt.days.sum() / 365.25
    assert ((last - spans["min"]).dt.days >= 365).mean() < 0.5  # a year of orders: too short to see who left
    repeats = (purchases - customers) / lived
    got = results(done.totals)
    assert np.isclose(got["order_value"], revenue / purchases, rtol=1e-12)
    assert np.isclose(got["frequency"], customers / lived + repeats, rtol=1e-12)
    so_far = revenue / customers  # nobody can be seen to have left: the CLV is what customers have paid until now
    assert np.isclose(got["clv_revenue"], so_far, rtol=1e-12)
    ledger = done.orders.ledger
    assert ledger.read == len(frame) == ledger.kept + sum(ledger.dropped.values())
    assert (done.changed, digest(path)) == (False, before)


def test_dirty_rows_are_counted_by_reason_and_dropped(client):
    dirty = [
        *ORDERS,
        ["o12", None, dt.date(2024, 5, 1), 10],
        ["o13", "x", "soon", 10],
        ["o14", "x", dt.date(2024, 5, 1), 0],
    ]
    done = refresh(client({"B1": "=CLV(50,36)"}, orders=dirty))
    assert done.orders.ledger.dropped == {"missing_customer": 1, "unreadable_date": 1, "zero_amount": 1}
    assert (done.orders.ledger.read, done.totals.purchases) == (15, 12)


def test_the_workbooks_own_date_and_patience_rule_the_stamps(client):
    names = {"as_of": "=Rapport!$A$1", "silent_after": "=Rapport!$A$2", "orders_churned": "=Rapport!$A$3"}
    path = client({"A1": 45900, "A2": 30, "A3": 0}, names, properties={"clv-xl": "0.1.0"})  # 31 August 2025
    done = refresh(path)
    assert (done.totals.as_of, done.totals.churned) == (dt.date(2025, 8, 31), 3)
    assert shown(path, "Rapport", "A3") == [3]


@pytest.mark.parametrize(
    ("as_of", "day"), [(20260630, "2024-12-03"), (("=TODAY()", 45900), "2025-08-31"), (1e300, None)]
)
def test_an_as_of_date_that_is_none_or_cannot_be_computed(client, as_of, day):
    names = {"as_of": "=Rapport!$A$1", "silent_after": "=Rapport!$A$2"}
    done = refresh(client({"A1": as_of, "A2": 1e300, "B1": "=CLV(50,36)"}, names))
    assert done.totals.as_of.isoformat() == (day or "2024-12-03")


def test_cells_of_somebody_elses_names_are_not_stamped(client):
    path = client({"A1": 12345, "B1": "=CLV(50,36)"}, {"orders_counted": "=Rapport!$A$1"})
    refresh(path)
    assert shown(path, "Rapport", "A1") == [12345]


def test_orders_of_a_template_that_cannot_be_read_stop_the_refresh(client):
    mixed = [*ORDERS, ["o12", "x", "01-13-2024", 10], ["o13", "x", "13-01-2024", 10]]
    cells = CALLS | {"A9": 7}
    path = client(cells, {"orders_churned": "=Rapport!$A$9"}, properties={"clv-xl": "0.1.0"}, orders=mixed)
    refused(path, OrdersError, "two ways")


def test_a_template_with_an_empty_table_shows_no_customers(client):
    cells = CALLS | {"A9": 7}
    empty = [[None, None, None, None]]
    path = client(cells, {"orders_churned": "=Rapport!$A$9"}, properties={"clv-xl": "0.1.0"}, orders=empty)
    refresh(path)
    assert shown(path, "Rapport", "A9", "B1") == [0, "#N/A"]


def test_dates_in_a_workbook_that_counts_from_1904(client, tmp_path):
    source = client({"B1": ("=MAX(Verkopen[Datum])", 45629), "B2": "=CLV(50,36)"}, headers=HEADERS)
    path = tmp_path / "from1904.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"<workbookPr ", b'<workbookPr date1904="1" '))
    export = tmp_path / "export.csv"
    export.write_text("customer;date;amount\nan;2024-02-01;10\nbo;2024-03-01;20\n")
    refresh(path, orders=export)
    book = openpyxl.load_workbook(path, data_only=True)
    assert book["Rapport"]["B1"].value == 45352 - 1462
    assert book["Verkoop"]["C3"].value == dt.datetime(2024, 3, 1)


def test_columns_of_the_users_own_are_not_emptied(client):
    path = client(CALLS, headers=[*HEADERS, "Kanaal"], orders=[[*order, "web"] for order in ORDERS])
    refused(path, OrdersError, "has a column Kanaal that", orders=CDNOW, columns=CDNOW_COLUMNS)


def test_another_currency_is_refused(client, tmp_path):
    export = tmp_path / "export.csv"
    export.write_text("customer;date;amount;currency\nan;2024-02-01;10;USD\n")
    path = client(CALLS, properties={"clv-xl": "0.1.0", "clv-xl currency": "EUR"})
    refused(path, OrdersError, "orders are in USD, client.xlsx is in EUR", orders=export)


def test_a_save_by_somebody_else_meanwhile_is_noticed(client, monkeypatch):
    path = client(CALLS)
    compute = draft.recalculate

    def slow(*args: object, **named: object) -> object:
        path.write_bytes(path.read_bytes() + b" ")
        return compute(*args, **named)

    monkeypatch.setattr(draft, "recalculate", slow)
    with pytest.raises(WorkbookError, match="saved by somebody else"):
        refresh(path)
    assert path.read_bytes().endswith(b" ")


def test_formulas_without_a_value_are_computed_in_a_template(client):
    path = client(CALLS, properties={"clv-xl": "0.1.0"})
    book = openpyxl.load_workbook(path)
    book.save(path)
    refresh(path)
    assert shown(path, "Rapport", "B1", "B2", "B3", "B4", "B5") == [60, 4, 1080, 720, 1440]


def test_formulas_without_a_value_get_one_when_they_read_orders_or_calls_of_ours(client):
    path = client(CALLS | {"B6": "=B1+1", "B7": "=LEN(A1)"})
    book = openpyxl.load_workbook(path)
    book.save(path)
    refresh(path)
    cells = ("B1", "B2", "B3", "B4", "B5", "B6", "B7")
    assert shown(path, "Rapport", *cells) == [60, 4, 1080, 720, 1440, 61, None]


def test_a_workbook_without_calls_of_ours_is_never_touched(client):
    path = client({"A1": 5, "B1": "=A1*2", "B2": ("=A1+1", 99)})
    book = openpyxl.load_workbook(path)
    book.save(path)
    before = digest(path)
    assert not refresh(path).changed
    assert digest(path) == before


def test_our_lambda_respelled_by_excel_is_still_ours(client):
    ours = lambdas.names()["CLV_HORIZON"]
    assert "1E-07" in ours
    names = {"CLV_HORIZON": "=" + ours.replace("1E-07", "0.0000001")}
    path = client({"B1": "=CLV_HORIZON(100,0.8,0.1,5)"}, names)
    refresh(path)
    assert shown(path, "Rapport", "B1") == [pytest.approx(212.40973369677607)]


def test_a_formula_beyond_us_keeps_its_value_and_is_listed(client):
    path = client(CALLS | {"B6": ("=CUBEVALUE(A1)+B1", 7), "B7": ("=B4+B1+1", 99), "C1": ("=NOW()", 5)})
    done = refresh(path)
    assert {(cell.cell, cell.reason.en) for cell in done.stale} == {
        ("B6", "it needs another workbook, another add-in or something outside the file"),
        ("B7", "computed here it does not give the value the file holds"),
    }
    assert shown(path, "Rapport", "B6", "B7", "C1") == [7, 99, 5]


def test_a_bad_argument_shows_its_error_in_that_cell_only(client):
    path = client({"A1": "fifty", "A2": 50, "B1": "=CLV(A1,36)", "B2": "=CLV(A2,36)", "B3": "=CLV(A2,36,1,60)"})
    refresh(path)
    assert shown(path, "Rapport", "B1", "B2", "B3") == ["#VALUE!", 1800, "#NUM!"]


def test_a_spill_of_the_same_size_is_rewritten_whole(client):
    cells = {"A1": 50, "A2": "x", "A3": 20, "B1": ("{B1:B3}=CLV(A1:A3,36)", 0), "C1": ("=B3*2", 0)}
    path = client(cells)
    refresh(path)
    assert shown(path, "Rapport", "B1", "B2", "B3", "C1") == [1800, "#VALUE!", 720, 1440]


def test_a_spill_of_another_size_is_left_and_listed(client):
    path = client({"A1": 50, "A2": 20, "B1": ("{B1:B3}=CLV(A1:A2,36)", 0)})
    done = refresh(path)
    assert [(cell.cell, cell.reason.en) for cell in done.stale] == [
        ("B1", "its result is 2 x 1 cells now, its range 3 x 1")
    ]


def test_text_from_orders_is_never_a_formula(client, tmp_path):
    export = tmp_path / "export.csv"
    export.write_text('order,customer,date,amount\n=1+1,=HYPERLINK("x"),2024-05-01,10\n')
    path = client(CALLS)
    refresh(path, orders=export)
    book = openpyxl.load_workbook(path)
    assert [book["Verkoop"][cell].data_type for cell in ("A2", "B2")] == ["s", "s"] or [
        book["Verkoop"][cell].data_type for cell in ("A2", "B2")
    ] == ["inlineStr", "inlineStr"]
    assert "<is><t>=1+1</t></is>" in parts(path)["xl/worksheets/sheet1.xml"].decode()


def test_a_plain_sheet_of_orders_is_found_too(client):
    path = client({"B1": "=AOV(Verkoop!D2:D13)"}, table=False)
    refresh(path)
    assert shown(path, "Rapport", "B1") == [60]


def test_a_workbook_with_calls_but_no_orders_is_refreshed_and_says_so(client):
    done = refresh(client({"B1": "=CLV(50,36)"}, headers=["a", "b", "c", "d"]))
    assert done.changed
    assert done.no_orders is not None
    assert "No column found for customer, date, amount" in done.no_orders.en
    assert "Geen kolom gevonden voor klant, datum, bedrag" in done.no_orders.nl


def test_the_mapping_can_be_told(client):
    headers = ["a", "b", "c", "d"]
    done = refresh(client(headers=headers), columns={"customer": "b", "date": "c", "amount": "d"})
    assert done.totals.purchases == len(ORDERS)


# ---- refusals: a clear sentence, and the file as it was


def refused(path: Path, error: type[Exception], sentence: str, **told: object) -> None:
    before = digest(path) if path.is_file() else None
    with pytest.raises(error, match=sentence):
        refresh(path, **told)
    assert (digest(path) if path.is_file() else None) == before
    if path.is_file():
        assert not [
            name
            for name in [entry.name for entry in path.parent.iterdir()]
            if "tmp" in name.casefold() or name.startswith(".clv-xl-")
        ]


def test_missing_column(client):
    path = client(headers=["order", "klant", "datum", "gewicht"])
    refused(
        path, OrdersError, r"No column found for amount\. Headers seen: .*gewicht.*--map amount=COLUMN", sheet="Verkoop"
    )


def test_empty_sheet(client):
    refused(client(headers=[], orders=[], table=False), OrdersError, "nothing to refresh")


def test_an_orders_file_for_a_workbook_without_a_table(client):
    refused(client(CALLS, table=False), OrdersError, "no orders table.*Ctrl", orders=CDNOW, columns=CDNOW_COLUMNS)


def test_password_protected(tmp_path):
    path = tmp_path / "secret.xlsx"
    source = DATA / "workbooks" / "encrypted.xlsx"
    shutil.copy(source, path)
    refused(path, WorkbookError, "password")


def test_old_xls(tmp_path):
    path = tmp_path / "old.xls"
    path.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000))
    refused(path, WorkbookError, "xls")


def test_truncated(client):
    path = client(CALLS)
    path.write_bytes(path.read_bytes()[:-600])
    refused(path, WorkbookError, "damaged|cut|truncated|not a zip")


def test_no_such_file(tmp_path):
    refused(tmp_path / "gone.xlsx", WorkbookError, "gone.xlsx")


@pytest.mark.parametrize("owner", ["~$client.xlsx", ".~lock.client.xlsx#"])
def test_open_elsewhere(client, owner):
    path = client(CALLS)
    (path.parent / owner).write_text("")
    refused(path, OpenElsewhere, "open")


def test_read_only(client):
    path = client(CALLS)
    path.chmod(0o444)
    refused(path, WorkbookError, "read-only")


def test_a_failure_at_the_last_moment_leaves_the_file_whole(client, monkeypatch):
    path = client(CALLS)
    before = digest(path)

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(WorkbookError, match=r"The disk is full: client\.xlsx is left as it was"):
        refresh(path, backup=False)
    assert digest(path) == before
    assert sorted(path.parent.iterdir()) == [path]


def recalculated_as_excel_does(path: Path) -> None:
    """Every formula with its value, after somebody typed in a cell and saved."""
    with Book(path) as book:
        calculator = Calculator(book)
        edits = {
            sheet: {
                address.name(*spot): Cached(calculator.value(sheet, *spot))
                for spot, cell in book.cells(sheet).items()
                if cell.formula is not None
            }
            for sheet in book.sheets
        }
    patch(path, edits)


@pytest.mark.parametrize("change", ["date", "silent_after", "as_of"])
def test_the_template_notices_what_changed_since(tmp_path, change):
    path = tmp_path / "client.xlsx"
    write(path)
    with Book(path) as book:
        names, table = book.names, book.tables["Orders"]

    def state() -> object:
        with Book(path) as book:
            cells = book.cells("Inputs")
            return cells[parse(names["control_now"].split("!")[1])[0], 6].value

    assert state() == "up to date"
    assert not refresh(path).changed
    spots = {
        "date": ("Orders", f"C{table.area.bottom}", 45830),
        "silent_after": ("Inputs", f"B{parse(names['silent_after'].split('!')[1])[0]}", 200),
        "as_of": ("Inputs", f"B{parse(names['as_of'].split('!')[1])[0]}", 46000),
    }
    sheet, cell, typed = spots[change]
    patch(path, {sheet: {cell: typed}})
    recalculated_as_excel_does(path)
    assert str(state()).startswith("orders changed")
    refresh(path)
    assert state() == "up to date"
    assert not refresh(path).changed


WITHOUT_OURS = [file.name for file in (DATA / "workbooks").glob("*.xls?") if file.name != "own-web-extension.xlsx"]


@pytest.mark.parametrize("name", sorted(WITHOUT_OURS))
def test_real_workbooks_without_anything_of_ours_are_left_as_they_are(tmp_path, name):
    path = tmp_path / name
    shutil.copy(DATA / "workbooks" / name, path)
    refused(path, ClvError, ".")


def test_a_name_of_the_sheet_goes_before_one_of_the_workbook(client):
    names = {"price": "=Rapport!$A$1", "Rapport!price": "=Rapport!$A$2"}
    path = client({"A1": 50, "A2": 20, "B1": "=CLV(price,36)"}, names)
    refresh(path)
    assert shown(path, "Rapport", "B1") == [720]


def test_a_sheets_own_clv_is_not_ours(client):
    path = client({"B1": ("=CLV(50,36)", 7)}, {"Rapport!CLV": "=_xlfn.LAMBDA(_xlpm.a,_xlpm.b,_xlpm.a)"})
    refresh(path)
    assert shown(path, "Rapport", "B1") == [7]


def test_orders_written_without_calculating_are_noticed(tmp_path):
    path = tmp_path / "shop.xlsx"
    write(path, language="en", currency="EUR")
    with Book(path) as book:
        table = next(iter(book.tables.values()))
        spots = {name: book.names[name].replace("$", "").split("!") for name in ("purchases", "orders_counted")}
    rows = [[f"o{i}", f"c{i % 7}", dt.date(2024, 1 + i % 12, 3), 20.0] for i in range(50)]
    fields = [[row[0], row[1], row[2], row[3]] for row in rows]
    patch(path, {}, tables={table.name: [line + [None] * (len(table.columns) - 4) for line in fields]})
    assert refresh(path).changed
    counted = {name: shown(path, *spot)[0] for name, spot in spots.items()}
    assert counted == {"purchases": 50, "orders_counted": 50}
    assert not refresh(path).changed


def test_elsewhere_a_value_that_is_not_that_of_the_orders_is_listed(client):
    path = client(CALLS | {"B4": ("=SUM(Verkopen[Bedrag])", 99)})
    done = refresh(path)
    assert {(cell.cell, cell.reason.en) for cell in done.stale} == {
        ("B4", "computed here it does not give the value the file holds"),
        ("B5", "it reads Rapport!B4, which keeps an old value"),
    }
    assert shown(path, "Rapport", "B4") == [99]
