"""New orders in a table: everything that reads its rows, by whatever name, reads those that it has now."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from clv_xl.errors import OrdersError, WorkbookError
from clv_xl.refresh import refresh

from ..evaluators.libreoffice import LibreOffice

HEADERS = ["Klant", "Datum", "Bedrag", "Btw", "Netto"]


def make(path: Path, count: int, *, cells: dict[str, Any], names: dict[str, str], total: bool = True) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet, report = book.add_worksheet("Verkoop"), book.add_worksheet("Rapport")
        for row in range(count):
            sheet.write_row(1 + row, 0, [f"k{row % 3}", 45000 + row, 10.0 * row + 5])
        columns: list[dict[str, Any]] = [{"header": header} for header in HEADERS]
        columns[3]["formula"] = "=[@Bedrag]*0.21"
        columns[4]["formula"] = "=C2-D2"
        if total:
            columns[2] |= {"total_function": "sum", "total_value": sum(10.0 * row + 5 for row in range(count))}
            columns[3] |= {"total_function": "max", "total_value": (10.0 * count - 5) * 0.21}
        sheet.add_table(0, 0, count + total, 4, {"name": "Orders", "columns": columns, "total_row": total})
        for row in range(count):
            sheet.write_formula(1 + row, 3, "=Orders[[#This Row],[Bedrag]]*0.21", None, (10.0 * row + 5) * 0.21)
            sheet.write_formula(1 + row, 4, f"=C{2 + row}-D{2 + row}", None, (10.0 * row + 5) * 0.79)
        for spot, (formula, value) in cells.items():
            report.write_formula(spot, formula, None, value)
        for name, text in names.items():
            book.define_name(name, text)
    return path


def orders(path: Path, count: int) -> Path:
    lines = [f"k{row % 4};{dt.date(2024, 1, 1) + dt.timedelta(row)};{7 * row + 1}" for row in range(count)]
    path.write_text("\n".join(["Klant;Datum;Bedrag", *lines]) + "\n", encoding="utf-8")
    return path


CELLS = {
    "B1": ("=AOV(Orders[Bedrag])", 0),
    "B2": ("=AOV(bedragen)", 0),
    "B3": ("=SUM(Verkoop!C2:C7)", 180),
    "B4": ("=Verkoop!C8", 180),
    "B5": ("=SUM(bedragen)*CLV(1,1)", 180),
    "B6": ("=SUM(Orders[Netto])", 180 * 0.79),
    "B7": ("=Orders[[#Totals],[Bedrag]]", 180),
    "B8": ("=AVERAGE(Verkoop!$C$2:$C$7)+B3", 210),
}
NAMES = {"bedragen": "=Verkoop!$C$2:$C$7"}


@pytest.mark.parametrize("count", [2, 6, 15])
def test_all_that_reads_the_rows_of_the_orders_follows_them(
    tmp_path: Path, libreoffice: LibreOffice, count: int
) -> None:
    path = make(tmp_path / "shop.xlsx", 6, cells=CELLS, names=NAMES)
    done = refresh(path, orders=orders(tmp_path / "new.csv", count))
    assert not done.stale
    total = sum(7 * row + 1 for row in range(count))
    book = openpyxl.load_workbook(path, data_only=True)
    report, sheet = book["Rapport"], book["Verkoop"]
    wanted = [total / count, total / count, total, total, total, total * 0.79, total, total / count + total]
    assert [report[f"B{row}"].value for row in range(1, 9)] == pytest.approx(wanted)
    taxes = [(7 * row + 1) * 0.21 for row in range(count)]
    assert [sheet.cell(2 + row, 4).value for row in range(count)] == pytest.approx(taxes)
    assert [sheet.cell(2 + count, column).value for column in (3, 4)] == pytest.approx([total, max(taxes)])
    formulas = openpyxl.load_workbook(path)
    assert formulas["Rapport"]["B3"].value == f"=SUM(Verkoop!C2:C{count + 1})"
    assert [formulas["Verkoop"].cell(2 + row, 5).value for row in range(count)] == [
        f"=C{2 + row}-D{2 + row}" for row in range(count)
    ]
    assert not refresh(path).changed
    assert not refresh(path, orders=tmp_path / "new.csv").changed
    seen = libreoffice.values(path)["Rapport"]  # it does not know `[Bedrag]`, as XlsxWriter writes totals
    assert [seen[row, 2] for row in (3, 6, 8)] == pytest.approx([wanted[row - 1] for row in (3, 6, 8)])


def test_an_array_over_the_old_rows_is_listed(tmp_path: Path) -> None:
    with_array = tmp_path / "array.xlsx"
    with xlsxwriter.Workbook(with_array) as made:
        sheet, report = made.add_worksheet("Verkoop"), made.add_worksheet("Rapport")
        sheet.add_table(0, 0, 3, 2, {
            "name": "Orders", "columns": [{"header": header} for header in HEADERS[:3]],
            "data": [["a", 45000, 5], ["b", 45001, 6], ["a", 45002, 7]],
        })  # fmt: skip
        report.write_formula("B1", "=AOV(Orders[Bedrag])", None, 6)
        report.write_array_formula("C1:C2", "{=LARGE(Verkoop!C2:C4,{1;2})}", None, 7)
    done = refresh(with_array, orders=orders(tmp_path / "new.csv", 9))
    assert [(cell.cell, "names the rows" in cell.reason.en) for cell in done.stale] == [("C1", True)]


def test_a_totals_row_that_adds_up_addresses_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shop.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Verkoop")
        columns: list[dict[str, Any]] = [{"header": header} for header in HEADERS[:3]]
        sheet.add_table(0, 0, 4, 2, {
            "name": "Orders", "columns": columns, "total_row": True,
            "data": [["a", 45000, 5], ["b", 45001, 6], ["a", 45002, 7]],
        })  # fmt: skip
        sheet.write_formula("C5", "=SUM(C$2:C$4)", None, 18)
        made.add_worksheet("Rapport").write_formula("B1", "=AOV(Orders[Bedrag])", None, 6)
    before = path.read_bytes()
    with pytest.raises(OrdersError, match="names cells by their address"):
        refresh(path, orders=orders(tmp_path / "new.csv", 9))
    assert path.read_bytes() == before


PLAIN = [["a", 45000, 5], ["b", 45001, 6], ["a", 45002, 7]]


def plain(path: Path, cells: dict[str, Any]) -> Path:
    with xlsxwriter.Workbook(path) as made:
        sheet, report = made.add_worksheet("Verkoop"), made.add_worksheet("Rapport")
        columns = [{"header": header} for header in HEADERS[:3]]
        sheet.add_table(0, 0, 3, 2, {"name": "Orders", "columns": columns, "data": PLAIN})
        for spot, (formula, value) in cells.items():
            if formula.startswith("{"):
                report.write_dynamic_array_formula(spot, formula, None, value)
            else:
                report.write_formula(spot.partition(":")[0], formula, None, value)
    return path


def test_a_result_that_fits_nowhere_is_read_by_nobody(tmp_path: Path) -> None:
    cells = {"A1:A3": ("{=UNIQUE(Orders[Bedrag])}", 5), "A4": ("=1+0", 1), "B1": ("=CLV(COUNTA(A1:A3),2)", 6)}
    path = plain(tmp_path / "shop.xlsx", cells | {"C1": ("=AOV(Orders[Bedrag])", 6)})
    done = refresh(path, orders=orders(tmp_path / "new.csv", 9))
    assert {cell.cell for cell in done.stale} == {"A1", "B1"}
    assert {change.cell for change in done.changes} == {"C1"}


def test_formulas_without_a_value_that_others_read_are_computed(tmp_path: Path) -> None:
    path = plain(tmp_path / "shop.xlsx", {
        "B1": ("=10+5", 15), "B2": ("=CLV(B1,2)", 30), "B3": ("=SUM(Orders[Bedrag])+B1", 33), "B4": ("=LEN(B9)", 0),
    })  # fmt: skip
    openpyxl.load_workbook(path).save(path)  # which drops all values
    refresh(path)
    report = openpyxl.load_workbook(path, data_only=True)["Rapport"]
    assert [report[f"B{row}"].value for row in (1, 2, 3, 4)] == [15, 30, 33, None]


def test_what_is_only_like_a_number_is_left_to_an_engine_that_knows(tmp_path: Path, libreoffice: LibreOffice) -> None:
    criteria = ['">=2024-01-05"', '">k1"', '">50%"', '"5.0"', '"<>8.0"', '">7"', '"k1"', '"k*"', '"<>k1"']
    columns = ["Datum", "Klant", "Bedrag", "Bedrag", "Bedrag", "Bedrag", "Klant", "Klant", "Klant"]
    cells = {
        f"B{row}": (f"=COUNTIF(Orders[{column}],{criterion})", 0)
        for row, (column, criterion) in enumerate(zip(columns, criteria, strict=True), 2)
    }
    path = plain(tmp_path / "shop.xlsx", cells | {"B1": ("=AOV(Orders[Bedrag])", 6)})
    openpyxl.load_workbook(path).save(path)
    done = refresh(path, orders=orders(tmp_path / "new.csv", 9))
    left = {cell.cell for cell in done.stale}
    report = openpyxl.load_workbook(path, data_only=True)["Rapport"]
    seen = libreoffice.values(path)["Rapport"]
    told = {spot: report[spot].value for spot in cells if spot not in left}
    assert told == {spot: seen[int(spot[1:]), 2] for spot in told}
    assert {"B5", "B7", "B8", "B9", "B10"} <= told.keys()


def test_looking_up_among_sorted_values_is_not_asked_of_cellrune(tmp_path: Path) -> None:
    cells = {"B1": ("=AOV(Orders[Bedrag])", 6), "B2": ("=MATCH(6,Orders[Bedrag],1)", 2)}
    cells |= {"B3": ("=MATCH(6,Orders[Bedrag],0)", 2), "B4": ("=VLOOKUP(5,Orders[[Bedrag]:[Bedrag]],1,FALSE)", 5)}
    done = refresh(plain(tmp_path / "shop.xlsx", cells), orders=orders(tmp_path / "new.csv", 9))
    assert [(cell.cell, "sorted" in cell.reason.en) for cell in done.stale] == [("B2", True)]


def test_a_value_that_is_not_reproduced_is_told_each_time(tmp_path: Path) -> None:
    path = plain(tmp_path / "shop.xlsx", {"B1": ("=AOV(Orders[Bedrag])", 0), "B2": ("=ROUND(B1/3,2)", 99)})
    assert [cell.cell for cell in refresh(path).stale] == ["B2"]
    again = refresh(path)
    assert not again.changed
    assert [cell.cell for cell in again.stale] == ["B2"]


def test_a_place_where_no_copy_can_be_written_is_told(tmp_path: Path) -> None:
    path = plain(tmp_path / "shop.xlsx", {"B1": ("=AOV(Orders[Bedrag])", 0)})
    for out in (tmp_path, tmp_path / "nowhere" / "copy.xlsx"):
        with pytest.raises(WorkbookError, match="cannot be written"):
            refresh(path, out=out)


@pytest.mark.parametrize("count", [2, 15])
def test_formats_and_validations_follow(tmp_path: Path, count: int) -> None:
    path, data = tmp_path / "shop.xlsx", orders(tmp_path / "new.csv", count)
    with xlsxwriter.Workbook(path) as made:
        sheet, report, other = (made.add_worksheet(name) for name in ("Verkoop", "Rapport", "Lijst"))
        columns = [{"header": header} for header in HEADERS[:3]]
        rows = [[f"k{row}", 45000 + row, 5 + row] for row in range(6)]
        sheet.add_table(0, 0, 6, 2, {"name": "Orders", "columns": columns, "data": rows})
        sheet.conditional_format("C2:C7", {"type": "2_color_scale"})
        report.write_formula("B1", "=AOV(Orders[Bedrag])", None, 7.5)
        report.data_validation("C1", {"validate": "list", "source": "=Verkoop!$A$2:$A$7"})
        other.conditional_format("A1:A3", {"type": "formula", "criteria": "=A1>MAX(Verkoop!$C$2:$C$7)"})
        other.data_validation("C1", {"validate": "list", "source": "=Verkoop!$A$2:$A$3"})
    before = path.read_bytes()
    assert refresh(path, orders=data, dry_run=True).changed
    assert path.read_bytes() == before
    refresh(path, orders=data)
    book = openpyxl.load_workbook(path)
    assert [str(one.sqref) for one in book["Verkoop"].conditional_formatting] == [f"C2:C{count + 1}"]
    assert book["Rapport"].data_validations.dataValidation[0].formula1 == f"Verkoop!$A$2:$A${count + 1}"
    (format_,) = book["Lijst"].conditional_formatting
    assert format_.rules[0].formula == [f"A1>MAX(Verkoop!$C$2:$C${count + 1})"]
    assert book["Lijst"].data_validations.dataValidation[0].formula1 == "Verkoop!$A$2:$A$3"
    assert not refresh(path, orders=data).changed
