"""An agency's folder as a consultant handles it: refreshed with a report, put back, published."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
import python_calamine
import xlsxwriter
from click.testing import CliRunner

from clv_xl import CATALOGUE
from clv_xl.batch.journal import Journal
from clv_xl.cli import main
from clv_xl.template import write

from ..workbook.macros import with_macros
from .workbooks import make_client

ORDERS = [
    *(("k1", "2024-01-10", 40), ("k2", "2024-02-01", 60), ("k1", "2024-06-28", 80), ("k3", "2025-01-05", 20)),
    *(("k2", "2025-03-03", 100), ("k4", "2025-05-20", 30), ("k4", "2025-06-30", 90)),
]
TEMPLATES = {"Noord": ("nl", "EUR", "excel"), "Harbor": ("en", "USD", "native"), "Marlowe": ("en", "GBP", "addin")}


def run(*args: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, list(map(str, args)))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("[!.]*"))
        if path.is_file() and ".clv-xl-backup" not in path.parts
    }


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("agency")
    folder, exports = root / "clients", root / "exports"
    (folder / "uk").mkdir(parents=True)
    exports.mkdir()
    for name, (language, currency, host) in TEMPLATES.items():
        path = folder / ("uk" if currency == "GBP" else "") / f"{name}.xlsx"
        write(str(path), language=language, currency=currency, host=host)
    make_client(folder / "Atelier.xlsx")
    with_macros(make_client(folder / "Kaasboer.xlsx")).chmod(0o644)
    (folder / "Kaasboer.xlsx").unlink()
    with xlsxwriter.Workbook(folder / "Planning.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Task", "Who", "Hours"])
        sheet.write_row(1, 0, ["Report", "Anna", 4])
    for number, name in enumerate([*TEMPLATES, "Atelier", "Kaasboer"], 1):
        rows = "".join(f"{customer},{day},{amount * number}\n" for customer, day, amount in ORDERS)
        (exports / f"{name}.csv").write_text(f"customer,date,amount\n{rows}")
    return root


@pytest.fixture
def agency(originals: Path, tmp_path: Path) -> Path:
    shutil.copytree(originals, tmp_path / "agency")
    return tmp_path / "agency"


def test_one_run_makes_all_current_and_tells_it_in_three_kinds_of_report(agency):
    before = content(agency / "clients")
    reports = [part for kind in ("html", "xlsx", "json") for part in ("--report", agency / f"p.{kind}")]
    code, out, err = run("refresh", agency / "clients", "--orders", agency / "exports", *reports, "--jobs", 1)
    assert (code, err) == (0, "")
    assert "5 changed, 0 unchanged, 1 skipped, 0 failed in" in out
    assert "Skipped, as there is nothing to refresh in them: Planning.xlsx" in out
    after = content(agency / "clients")
    assert [name for name in before if before[name] == after[name]] == ["Planning.xlsx"]

    told = {record["client"]: record for record in json.loads((agency / "p.json").read_text())["records"]}
    assert {name: record["status"] for name, record in told.items()} == {
        **dict.fromkeys([*TEMPLATES, "Atelier", "Kaasboer"], "changed"),
        "Planning": "skipped",
    }
    # By hand: up to 2025-06-30 k1 left after 170 days; k2, k3 and k4 are active, 515, 176 and 41 days. Whoever left was
    # seen to leave 365 days later, so k1 and k2 were watched: 170 days, and 150 up to 2024-06-30, for one who left.
    years, lifespan = (170 + 515 + 176 + 41) / 365.25, (170 + 150) / 365.25
    for number, name in enumerate(TEMPLATES, 1):
        figures = told[name]["figures"]
        clv = 60 * number * (1 + 3 / years * lifespan)
        assert figures == pytest.approx(
            {
                "revenue": 420 * number,
                "purchases": 7,
                "customers": 4,
                "order_value": 60 * number,
                "frequency": 1 / lifespan + 3 / years,
                "value_per_year": clv / lifespan,
                "lifespan_so_far": years / 4,
                "lifespan": lifespan,
                "clv_revenue": clv,
                "clv_margin": clv * 0.45,
                "margin": 0.45,
                "cac": 50,
                "clv_cac": clv * 0.45 / 50,
                "max_cac": clv * 0.45 / 3,
            }
        )
        assert (told[name]["currency"], told[name]["as_of"]) == (TEMPLATES[name][1], "2025-06-30")
        assert told[name]["previous"] == {}, "sample orders are nobody's figures"
        assert told[name]["checks"] >= 1
    assert told["Noord"]["months"][-1] == {
        "month": "2025-06",
        "revenue": 90.0,
        "orders": 1,
        "customers": 1,
        "new_customers": 0,
    }

    page = (agency / "p.html").read_text()
    assert all(name in page for name in told)
    assert "1 other workbook holds neither orders nor functions of clv-xl and was skipped: Planning." in page
    rows = python_calamine.CalamineWorkbook.from_path(agency / "p.xlsx").get_sheet_by_name("Portfolio").to_python()
    assert {row[0] for row in rows} >= told.keys() - {"Planning"}
    assert "skipped: Planning" in rows[1][0]


def test_the_next_month_is_told_beside_this_one(agency):
    clients, exports = agency / "clients", agency / "exports"
    run("refresh", clients, "--orders", exports, "--jobs", 1)
    for file in exports.iterdir():
        file.write_text(file.read_text() + "k5,2025-07-02,500\n")
    _, out, _ = run("refresh", clients, "--orders", exports, "--jobs", 1, "--json")
    for record in map(json.loads, out.splitlines()):
        if record["status"] != "skipped":
            assert record["figures"]["customers"] == record["previous"]["customers"] + 1, record["client"]
            assert record["figures"]["revenue"] == pytest.approx(record["previous"]["revenue"] + 500)


def test_an_unrelated_workbook_is_at_fault_only_when_it_is_named(agency):
    planning, pattern = agency / "clients" / "Planning.xlsx", f"{agency}/clients/P*.xlsx"
    code, _, err = run("refresh", pattern)
    assert (code, err.startswith(f"{planning}: nothing to refresh.")) == (0, True)
    assert run("refresh", planning)[0] == 1
    assert run("refresh", pattern, planning)[0] == 1
    assert run("refresh", planning, agency / "clients", "--jobs", 1)[0] == 1
    assert run("refresh", pattern, "--orders", agency / "exports")[0] == 0
    code, _, err = run("refresh", planning, "--orders", agency / "exports")
    assert (code, "There are no orders for it in" in err) == (1, True)


def test_a_template_that_nobody_filled_says_so(agency):
    _, out, _ = run("refresh", agency / "clients" / "Harbor.xlsx", "--json")
    assert json.loads(out)["sample"]
    _, out, _ = run("refresh", agency / "clients" / "Harbor.xlsx", "--report", agency / "p.html")
    assert "These are sample orders: put your own in." in out
    assert "sample orders" in (agency / "p.html").read_text()


@pytest.mark.parametrize("options", [("--dry-run",), ("--out", "copies")], ids=" ".join)
def test_the_originals_stay(agency, options, monkeypatch):
    monkeypatch.chdir(agency)
    before = content(agency / "clients")
    code, _, _ = run("refresh", "clients", "--orders", "exports", "--report", "p.json", "--jobs", 1, *options)
    assert (code, content(agency / "clients")) == (0, before)
    records = json.loads((agency / "p.json").read_text())["records"]
    assert sum(record["status"] == "changed" and len(record["changes"]) > 0 for record in records) == 5
    assert not list(agency.rglob(".clv-xl-backup"))
    if "--out" in options:
        assert set(content(agency / "copies")) == set(before) - {"Planning.xlsx"}


def test_the_position_on_a_day(agency):
    orders = agency / "exports"
    code, out, _ = run("refresh", agency / "clients", "--orders", orders, "--as-of", "2024-12-31", "--json")
    records = [record for record in map(json.loads, out.splitlines()) if record["status"] != "skipped"]
    assert code == 0
    assert {record["as_of"] for record in records} == {"2024-12-31"}
    assert {record["figures"]["purchases"] for record in records} == {3.0}
    path = agency / "clients" / "Harbor.xlsx"
    book = openpyxl.load_workbook(path, data_only=True)
    ((sheet, spot),) = book.defined_names["as_of"].destinations
    assert book[sheet][spot].value == dt.datetime(2024, 12, 31)


def test_undo_gives_every_byte_back(agency):
    clients = agency / "clients"
    before = content(clients)
    run("refresh", clients, "--orders", agency / "exports", "--jobs", 2)
    after = content(clients)
    assert sum(before[name] != after[name] for name in before) == 5
    code, out, _ = run("undo", clients, "--lang", "nl")
    assert (code, content(clients)) == (0, before)
    assert "5 teruggezet." in out
    assert sum(len(Journal(folder).entries()) for folder in (clients, clients / "uk")) == 15


def test_libreoffice_computes_the_same(tmp_path):
    cells = {"B1": ("=CLV(AOV(Orders[Amount]),36)", 360), "B2": ("=PMT(0.1,3,-B1)", 144.76132930513597)}
    path = make_client(tmp_path / "client.xlsx", {**cells, "B3": ('=TEXT(B1,"0.00")&" euro"', "360.00 euro")})
    for engine in ("files", "libreoffice"):
        code, out, err = run("refresh", path, "--engine", engine, "--out", tmp_path / engine)
        assert (code, "not recomputed" in out, err) == (0, False, "")
    mine, theirs = (values(tmp_path / engine / "client.xlsx") for engine in ("files", "libreoffice"))
    assert mine["Sales"] == theirs["Sales"]
    hand = [[720], [pytest.approx(720 * 0.1 / (1 - 1.1**-3), rel=1e-12)], ["720.00 euro"]]
    assert mine["Report"] == hand
    assert theirs["Report"] == hand


def test_excel_where_there_is_none_is_a_sentence(agency, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    before = content(agency / "clients")
    code, _, err = run("refresh", agency / "clients", "--engine", "excel")
    assert (code, "Excel runs on Windows and Mac only" in err) == (2, True)
    assert content(agency / "clients") == before


def values(path: Path) -> dict[str, list[list[object]]]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    return {sheet: book.get_sheet_by_name(sheet).to_python() for sheet in book.sheet_names}


def test_a_refreshed_client_is_published_with_its_values(agency, libreoffice):
    path = agency / "clients" / "Noord.xlsx"
    run("refresh", path, "--orders", agency / "exports" / "Noord.csv")
    assert run("publish", path)[0] == 0
    copy = path.with_name("Noord.values.xlsx")
    assert values(copy) == values(path)
    formulas = [
        str(getattr(cell.value, "text", cell.value))
        for sheet in openpyxl.load_workbook(copy)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(formulas) > 20
    assert not {name for text in formulas for name in re.findall(r"([A-Z_.]+)\(", text)} & CATALOGUE.keys()
    with zipfile.ZipFile(copy) as parts:
        listed = parts.read("[Content_Types].xml") + parts.read("xl/_rels/workbook.xml.rels")
        assert ("xl/calcChain.xml" in parts.namelist()) == (b"calcChain" in listed)
    assert libreoffice.convert(copy, "xlsx", recalculate=False).exists()
    # A published copy is no client.
    assert "Noord.values" not in run("refresh", agency / "clients", "--jobs", 1)[1]


def test_a_published_spill_keeps_its_cells(tmp_path, libreoffice):
    path = tmp_path / "client.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, report = book.add_worksheet("Sales"), book.add_worksheet("Report")
        columns = [{"header": "Customer"}, {"header": "Date"}, {"header": "Amount"}]
        data = [["k1", 45300, 10], ["k2", 45400, 20], ["k1", 45500, 30]]
        sheet.add_table(0, 0, 3, 2, {"name": "Orders", "columns": columns, "data": data})
        report.write_dynamic_array_formula("A1", "=CUSTOMER_SUMMARY(Orders[Customer],Orders[Date],Orders[Amount])")
        report.write_formula("H1", "=SUM(C1:C3)", None, 0)
    code, out, err = run("refresh", path)
    assert code == 0, out + err
    assert run("publish", path)[0] == 0
    copy = tmp_path / "client.values.xlsx"
    assert values(copy) == values(path)
    shown = values(copy)["Report"]
    assert [row[0] for row in shown[1:]] == ["k1", "k2"]
    report = openpyxl.load_workbook(copy)["Report"]
    assert [cell.coordinate for row in report.iter_rows() for cell in row if cell.data_type == "f"] == ["H1"]
    with zipfile.ZipFile(copy) as parts:
        assert b"CUSTOMER_SUMMARY" not in parts.read("xl/worksheets/sheet2.xml")
    assert libreoffice.values(copy)["Report"][2, 1] == "k1"


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_where_no_copy_was_made_none_is_spoken_of_and_no_folder_left(tmp_path, jobs, lang):
    for name in ("a.xlsx", "usa/b.xlsx"):
        path = tmp_path / "clients" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"no workbook")
    out = tmp_path / "copies" / "q3"
    args = ("refresh", tmp_path / "clients", "--out", out, "--jobs", jobs, "--lang", lang)
    code, told, _ = run(*args)
    assert code == 1
    assert "q3" not in told
    assert not out.parent.exists()
    make_client(tmp_path / "clients" / "c.xlsx")
    assert f"staan in {out}" in run(*args)[1] or lang == "en"
    assert [path.name for path in out.rglob("*")] == ["c.xlsx"]
