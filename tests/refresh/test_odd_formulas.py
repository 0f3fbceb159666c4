"""Odd formulas over the orders never end a refresh: they give what Excel gives, or keep their value and are listed."""

import datetime as dt

import pytest
import xlsxwriter

from clv_xl.calculation import library
from clv_xl.refresh import refresh, refreshing

FILTER = "_xlfn._xlws.FILTER"
TOTAL = sum(10.0 * place + 5 for place in range(12))


def workbook(path, formula, value, array=""):
    with xlsxwriter.Workbook(path) as book:
        orders, report = book.add_worksheet("Orders"), book.add_worksheet("Report")
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        for place in range(12):
            orders.write_row(place + 1, 0, [f"o{place}", f"k{place % 3}"])
            orders.write_datetime(place + 1, 2, dt.datetime(2024, 1 + place, 3), day)
            orders.write(place + 1, 3, 10.0 * place + 5)
        columns = [{"header": header} for header in ("Order", "Customer", "Date", "Amount")]
        orders.add_table(0, 0, 12, 3, {"name": "Orders", "columns": columns})
        report.write_formula("A1", "=AOV(Orders[Amount])", None, "")
        if array:
            report.write_array_formula(array, formula, None, value)
            for row in range(2, 4):
                report.write(row - 1, 1, value)
        else:
            report.write_formula("B1", formula, None, value)
    return path


# What was computed elsewhere is lost, so that our calculator is believed.
@pytest.mark.parametrize(
    ("formula", "array", "after"),
    [
        (f"=SUM({FILTER}(Orders[Amount],E1:E2))", "", "#VALUE!"),
        (f"=IFERROR(SUM({FILTER}(Orders[Amount],E1:E2)),-1)", "", -1.0),
        (f"={FILTER}(Orders[Amount],E1:E2)", "B1:B3", "#VALUE!"),
        ("=ROUND(SUM(Orders[Amount]),400)", "", TOTAL),
        ("=ROUND(SUM(Orders[Amount]),-400)", "", 0.0),
        ("=SUM(Orders[Amount])*1E308", "", "#NUM!"),
    ],
)
def test_a_refresh_gives_what_excel_gives(tmp_path, formula, array, after):
    done = refresh(workbook(tmp_path / "a.xlsx", formula, "#NAME?", array))
    told = {change.cell: change.after for change in done.changes}
    assert not done.stale
    assert told.keys() == {"A1", "B1"}
    rows = told["B1"] if isinstance(told["B1"], list) else [[told["B1"]]]
    assert {getattr(value, "cell", value) for row in rows for value in row} == {after}


@pytest.fixture
def alone(monkeypatch):
    """No engine besides our calculator."""
    monkeypatch.setattr(refreshing, "engine_named", lambda _: None)


@pytest.mark.usefixtures("alone")
def test_what_no_reader_may_guess_is_listed(tmp_path):
    done = refresh(workbook(tmp_path / "a.xlsx", "=SUM(Orders[Amount])+ABS({1,2;3})", 7))
    assert [(stale.cell, "differ in length" in stale.reason.en) for stale in done.stale] == [("B1", True)]


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("fault", [ZeroDivisionError, IndexError, TypeError, KeyError, OverflowError, ValueError])
def test_a_fault_of_the_calculator_costs_one_cell(tmp_path, monkeypatch, fault):
    def fails(*_):
        raise fault

    monkeypatch.setitem(library.LIBRARY, "SUMPRODUCT", fails)
    done = refresh(workbook(tmp_path / "a.xlsx", "=SUMPRODUCT(Orders[Amount])", 7))
    assert [change.cell for change in done.changes] == ["A1"]
    assert [(stale.cell, stale.reason.nl[:26]) for stale in done.stale] == [("B1", "is hier niet te berekenen")]
