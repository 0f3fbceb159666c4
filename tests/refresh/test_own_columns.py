"""Own columns of the orders table, filled from a file of text: numbers stay numbers, days stay days."""

import datetime as dt

import openpyxl
import pytest

from clv_xl.refresh import refresh

from .conftest import HEADERS, ORDERS

DAY = dt.date(2024, 1, 2)


def imported(client, held, texts, separator=";"):
    """What an own column that `held` values holds after an import of these texts."""
    orders = [[*order, held[at % len(held)]] for at, order in enumerate(ORDERS)]
    path = client({"A1": "=CLV(SUM(Verkopen[Extra]),2)"}, headers=[*HEADERS, "Extra"], orders=orders)
    export = path.with_name("new.csv")
    lines = [f"n{at};k{at % 3};2024-05-{1 + at:02};{10 + at};{texts[at % len(texts)]}" for at in range(12)]
    export.write_text("\n".join([";".join([*HEADERS, "Extra"]), *lines]).replace(";", separator), encoding="utf-8")
    refresh(path, orders=export)
    rows = openpyxl.load_workbook(path)["Verkoop"].iter_rows(min_row=2, min_col=5, values_only=True)
    return [value for (value,) in rows][: len(texts)]


@pytest.mark.parametrize(
    ("held", "texts", "after"),
    [
        ([1.5, 2], ["1.5", "-1.0", ""], [1.5, -1, None]),
        ([1.5], ["1,5", "1.234,25"], [1.5, 1234.25]),
        ([1.5], ["€ 4,50", "€ 3,25"], [4.5, 3.25]),
        ([DAY], ["2024-06-01", "2024-06-03"], [dt.datetime(2024, 6, 1), dt.datetime(2024, 6, 3)]),
        ([1.5], ["1.5", "none yet"], ["1.5", "none yet"]),
        (["1.10"], ["1.5", "1.10"], ["1.5", "1.10"]),
        ([None], ["1.5", "1.10"], ["1.5", "1.10"]),
        ([1.5], ["1.5", "1,5"], ["1.5", "1,5"]),
        (["0031"], ["0031", "0049"], ["0031", "0049"]),
    ],
    ids=["point", "comma", "currency", "days", "remarks", "texts", "blanks", "two notations", "codes"],
)
def test_texts_become_what_the_column_held(client, held, texts, after):
    assert imported(client, held, texts) == after
