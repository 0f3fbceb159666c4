"""A refreshed workbook shows models fitted to its orders, and what they say of its customers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from clv_xl.cells import serial
from clv_xl.functions import CATALOGUE
from clv_xl.refresh import refresh

ORDERS = [
    (f"klant-{number % 7 + number % 3}", serial(dt.date(2024, 1, 3)) + 5 * number, 9.5 + number) for number in range(40)
]
SPILLS = {
    "A1": "=CLV_PREDICT(Orders[Klant],Orders[Datum],Orders[Bedrag],12,0.5,0.1)",
    "G1": "=CUSTOMER_SUMMARY(Orders[Klant],Orders[Datum],Orders[Bedrag])",
    "M1": "=MBGNBD_FIT(H2:H10,I2:I10,J2:J10)",
    "S1": "=P_ALIVE(_xlfn.ANCHORARRAY(M1),H2:H10,I2:I10,J2:J10)",
}
SINGLE = {
    "U1": "=EXPECTED_PURCHASES(M1:N11,90)",
    "U2": '=ROUND(100*P_ALIVE(N3:N6,H2,I2,J2,"mbgnbd"),2)',
    "U3": '=DERT(N2:N6,0.1,H2,I2,J2,"day")*SBG_RETENTION(1,1,1)',
}


def make(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet, report = book.add_worksheet("Verkoop"), book.add_worksheet("Rapport")
        columns = [{"header": header} for header in ("Klant", "Datum", "Bedrag")]
        sheet.add_table(0, 0, len(ORDERS), 2, {"name": "Orders", "columns": columns, "data": ORDERS})
        for spot, formula in SPILLS.items():
            report.write_dynamic_array_formula(spot, formula)
        for spot, formula in SINGLE.items():
            report.write_formula(spot, formula, None, "")
    return path


def test_fits_and_predictions_follow_the_orders(tmp_path: Path) -> None:
    path = make(tmp_path / "client.xlsx")
    assert not refresh(path).stale
    sheet = openpyxl.load_workbook(path, data_only=True)["Rapport"]

    def shown(area: str) -> list[list[Any]]:
        return [["" if cell.value is None else cell.value for cell in row] for row in sheet[area]]

    columns = tuple(zip(*ORDERS, strict=True))
    predicted, summary = CATALOGUE["CLV_PREDICT"](*columns, 12, 0.5, 0.1), CATALOGUE["CUSTOMER_SUMMARY"](*columns)
    assert len(predicted) == len(summary) == 10
    assert shown("A1:E10") == predicted
    assert shown("G1:K10") == summary
    history = [[row[place] for row in summary[1:]] for place in (1, 2, 3)]
    table = CATALOGUE["MBGNBD_FIT"](*history)
    assert shown("M1:Q11") == table
    alive = CATALOGUE["P_ALIVE"](table, *history)
    assert shown("S1:S9") == [[value] for value in alive]
    assert sheet["U1"].value == CATALOGUE["EXPECTED_PURCHASES"](table, 90)
    assert sheet["U2"].value == round(100 * alive[0], 2)
    assert sheet["U3"].value == CATALOGUE["DERT"](table, 0.1, *(values[0] for values in history), "day") / 2
    assert not refresh(path).changed
