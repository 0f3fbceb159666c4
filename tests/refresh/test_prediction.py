"""A refreshed workbook shows models fitted to its orders, and what they say of its customers."""

from __future__ import annotations

import datetime as dt

import openpyxl

from clv_xl.cells import serial
from clv_xl.functions import CATALOGUE
from clv_xl.refresh import refresh

ORDERS = [
    [
        f"o{number}",
        f"klant-{number % 7 + number % 3}",
        dt.date(2024, 1, 3) + dt.timedelta(days=5 * number),
        9.5 + number,
    ]
    for number in range(40)
]
PREDICT = "CLV_PREDICT(Verkopen[Klant],Verkopen[Datum],Verkopen[Bedrag],12,0.5,0.1)"
SUMMARY = "CUSTOMER_SUMMARY(Verkopen[Klant],Verkopen[Datum],Verkopen[Bedrag])"
CELLS = {
    "A1": f"{{A1:E2}}={PREDICT}",
    "G1": f"{{G1:K2}}={SUMMARY}",
    "M1": "{M1:Q2}=MBGNBD_FIT(H2:H10,I2:I10,J2:J10)",
    "S1": "{S1:S9}=P_ALIVE(M1:N11,H2:H10,I2:I10,J2:J10)",
    "U1": "=EXPECTED_PURCHASES(_xlfn.ANCHORARRAY(M1),90)",
    "U2": '=ROUND(100*P_ALIVE(N3:N6,H2,I2,J2,"mbgnbd"),2)',
}


def test_fits_and_predictions_follow_the_orders(client):
    path = client(CELLS, orders=ORDERS)
    done = refresh(path)
    assert not done.stale
    sheet = openpyxl.load_workbook(path, data_only=True)["Rapport"]

    def shown(area: str) -> list[list[object]]:
        return [["" if cell.value is None else cell.value for cell in row] for row in sheet[area]]

    ids, dates, amounts = ([order[place] for order in ORDERS] for place in (1, 2, 3))
    columns = ids, [serial(date) for date in dates], amounts
    predicted = CATALOGUE["CLV_PREDICT"](*columns, 12, 0.5, 0.1)
    summary = CATALOGUE["CUSTOMER_SUMMARY"](*columns)
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
    assert not refresh(path).changed
