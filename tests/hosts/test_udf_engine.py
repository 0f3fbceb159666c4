"""`clv-xl refresh --engine excel` through xlwings' own code for Windows, with CellRune in the place of Excel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from clv_xl.errors import cell_error
from clv_xl.workbook import Book, address

from ..batch.workbooks import ORDERS, make_client
from .process import Ask, started

FORCE_DISABLE = 3  # msoAutomationSecurityForceDisable


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    with started() as ask:
        yield ask


def values(path: Path, sheet: str = "Report") -> dict[str, Any]:
    with Book(path) as book:
        return {address.name(*spot): cell.value for spot, cell in book.cells(sheet).items()}


def test_excel_computes_what_depends_on_ours(ask: Ask, tmp_path: Path) -> None:
    cells = {
        "B1": ("=CLV(AOV(Orders[Amount]),36)", 360),
        "B2": ("=PMT(0.1,3,-B1)", 144.76132930513597),
        "B3": ('=TEXT(B1,"0.00")&" euro"', "360.00 euro"),
        "B4": ('=IF(B1>500,"","low")', "low"),
        "B5": ("=1/(B1-720)", 1 / (360 - 720)),
        "B6": ("=B1>500", False),
    }
    path = make_client(tmp_path / "client.xlsx", cells)
    before = path.read_bytes()
    code, out, err, did = ask("run", "refresh", str(path), "--engine", "excel", "--out", str(tmp_path / "new"))
    assert (code, "not recomputed" in out, err) == (0, False, "")
    annuity = 720 * 0.1 / (1 - 1.1**-3)
    assert list(values(tmp_path / "new" / "client.xlsx").values()) == [
        *(720, pytest.approx(annuity, rel=1e-12), "720.00 euro", "", cell_error("#DIV/0!"), True)
    ]
    assert path.read_bytes() == before
    opened = {"UpdateLinks": False, "ReadOnly": True, "IgnoreReadOnlyRecommended": True}
    computed_once = [("Open", opened, FORCE_DISABLE), "CalculateFull", ("Close", False), "Quit"]
    assert did == computed_once * 2, "as it was, to see that the file's own values come out, and as it is now"


def test_what_spills_is_read_whole(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "client.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, report = book.add_worksheet("Sales"), book.add_worksheet("Report")
        columns = [{"header": header} for header in ("Customer", "Date", "Amount")]
        sheet.add_table(0, 0, 3, 2, {"name": "Orders", "columns": columns, "data": ORDERS})
        report.write_formula("A1", "=CLV(AOV(Orders[Amount]),36)", None, 360)
        report.write_dynamic_array_formula("B1:C1", "=_xlfn.SEQUENCE(A1/360,2,A1)", None, 360)
        report.write_number("C1", 361)
    code, out, err, _ = ask("run", "refresh", str(path), "--engine", "excel")
    assert (code, "not recomputed" in out, err) == (0, False, "")
    assert values(path) == {"A1": 720, "B1": 720, "C1": 721, "B2": 722, "C2": 723}


def test_values_as_a_file_holds_them(ask: Ask) -> None:
    cells = [[1.5, "x", "", True], [cell_error("#N/A"), cell_error("#SPILL!"), cell_error("#CALC!"), -2146826246.0]]
    value_error = cell_error("#VALUE!")
    assert ask("read", cells) == [
        [1.5, "x", "", True],
        [cell_error("#N/A"), value_error, value_error, -2146826246.0],
    ]


def test_no_answer_is_a_sentence(ask: Ask, tmp_path: Path) -> None:
    cells = {"B1": ("=CLV(AOV(Orders[Amount]),36)", 0), "B2": ("=MEDIAN(B1,1)", 0.5)}
    path = make_client(tmp_path / "client.xlsx", cells)
    code, out, err = ask("run_without_excel", "refresh", str(path), "--engine", "excel")
    assert code == 0, "what is ours is refreshed"
    assert "Excel gave no answer" in out + err
    assert "Traceback" not in out + err
