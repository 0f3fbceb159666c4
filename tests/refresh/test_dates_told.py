"""Changes of cells that show a day are told as days: on the screen, to programs and in reports."""

from __future__ import annotations

import datetime as dt
import json

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner

from clv_xl.cli import main
from clv_xl.refresh import refresh
from clv_xl.refresh.recording import record
from clv_xl.workbook.book import Book

NEW = "customer,date,amount\na,2025-10-01,5\nb,2025-11-29,7\n"


@pytest.fixture(params=[False, True], ids=["1900", "1904"])
def shop(tmp_path, request):
    """A workbook whose last day of orders shows as a date, a moment, a time, a number and within a text."""
    path = tmp_path / "shop.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": request.param}) as book:
        look = {code: book.add_format({"num_format": code}) for code in ("d mmm yyyy", "dd-mm-yy hh:mm", "hh:mm", "0")}
        sheet = book.add_worksheet("Orders")
        last, shift = 45961.0, 1462.0 if request.param else 0.0
        rows = [["a", last - 30 - shift, 5], ["b", last - shift, 7]]
        heads = [{"header": head} for head in ("customer", "date", "amount")]
        sheet.add_table(0, 0, 2, 2, {"name": "Orders", "columns": heads, "data": rows})
        report = book.add_worksheet("Report")
        report.write_formula("A1", "=CLV(AOV(Orders[amount]),2)", None, 12)
        newest = "MAX(Orders[date])"
        report.write_formula("A2", f"={newest}", look["d mmm yyyy"], last - shift)
        report.write_formula("A3", f"={newest}+0.5", look["dd-mm-yy hh:mm"], last - shift + 0.5)
        report.write_formula("A4", f"={newest}", look["0"], last - shift)
        report.write_formula("A5", f"={newest}/100000", look["hh:mm"], (last - shift) / 100000)
        report.write_formula("A6", f'=IF({newest}>0,"none",{newest})', look["d mmm yyyy"], last - shift)
    (tmp_path / "new.csv").write_text(NEW)
    return path


def run(*args: object) -> str:
    done = CliRunner().invoke(main, [str(arg) for arg in args], env={"COLUMNS": "120"})
    assert done.exit_code == 0, done.output
    return done.output


def test_a_date_is_told_as_one_in_the_language(shop):
    args = "refresh", shop, "--orders", shop.with_name("new.csv"), "--dry-run", "--lang"
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in run(*args, "en").splitlines() if "->" in line}
    assert lines["Report!A2"] == "2025-10-31 -> 2025-11-29"
    assert lines["Report!A3"] == "2025-10-31 12:00 -> 2025-11-29 12:00"
    assert "," in lines["Report!A4"]
    assert lines["Report!A5"].startswith("0.4")
    dutch = {line.split()[0]: " ".join(line.split()[1:]) for line in run(*args, "nl").splitlines() if "->" in line}
    assert dutch["Report!A2"] == "31-10-2025 -> 29-11-2025"
    assert dutch["Report!A3"] == "31-10-2025 12:00 -> 29-11-2025 12:00"


def test_programs_get_iso_and_reports_get_dates(shop):
    folder = shop.parent
    reports = [part for name in ("r.html", "r.xlsx", "r.json") for part in ("--report", folder / name)]
    line = json.loads(run("refresh", shop, "--orders", folder / "new.csv", "--dry-run", "--json", *reports))
    told = {change["cell"]: change for change in line["changes"]}
    assert (told["A2"]["before"], told["A2"]["after"], told["A2"]["dated"]) == ("2025-10-31", "2025-11-29", True)
    assert told["A3"]["after"] == "2025-11-29T12:00:00"
    assert isinstance(told["A4"]["after"], float)
    assert told["A4"]["dated"] is False
    (stored,) = json.loads((folder / "r.json").read_text())["records"]
    assert stored["changes"] == line["changes"]
    assert "31\N{NO-BREAK SPACE}Oct\N{NO-BREAK SPACE}2025" in (folder / "r.html").read_text("utf-8")
    book = openpyxl.load_workbook(folder / "r.xlsx")
    rows = [row for row in book["Changes"].iter_rows(values_only=True) if row[2] == "A2"]
    assert [row[3:5] for row in rows] == [(dt.datetime(2025, 10, 31), dt.datetime(2025, 11, 29))]


def test_a_text_in_a_cell_for_dates_stays_a_text(client):
    path = client({"B1": "=CLV(50,36)"})
    book = openpyxl.load_workbook(path)
    for spot in ("B2", "B3"):
        book["Rapport"][spot] = f'=IF(B1>0,"{"31-02-2025" if spot == "B2" else "none"}",45961)'
        book["Rapport"][spot].number_format = "dd-mm-yyyy"
    book.save(path)
    changes = {one.cell: one for one in record(refresh(path, dry_run=True), "x").changes}
    assert (changes["B2"].after, changes["B2"].dated) == ("31-02-2025", False)


def test_styles_are_not_read_when_no_number_changed_in_a_styled_cell(client, monkeypatch):
    monkeypatch.setattr(Book, "date_styles", property(lambda _: pytest.fail("read")))
    done = refresh(client({"B1": "=CLV(50,36)"}))
    assert [one.after for one in done.changes] == [1800.0]
