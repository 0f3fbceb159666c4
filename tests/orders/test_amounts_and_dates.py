"""The decimal sign and the order of day and month are decided on the whole column."""

import numpy as np
import pytest

from clv_xl.errors import OrdersError
from clv_xl.orders.amounts import AmountColumn, decimal_sign
from clv_xl.orders.columns import Column
from clv_xl.orders.dates import dates


def read_amounts(*cells):
    column = AmountColumn.read(np.array([*cells, None], object)[:-1])
    sign, notes = decimal_sign([column])
    return column.values(sign).tolist(), [str(note) for note in notes]


def read_dates(*cells, **how):
    days, notes = dates(Column.read(np.array([*cells, None], object)[:-1]), **how)
    return days.astype(str).tolist(), [str(note) for note in notes]


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["€ 1.234,56", "-50,00", "1.234", "7"], [1234.56, -50, 1234, 7]),
        (["1,234.56", "(50.00)", "1,234", "$7"], [1234.56, -50, 1234, 7]),
        (["EUR 12,50", "12,50 €", "50,-", "50,--", "€-3,25", "4,00-"], [12.5, 12.5, 50, 50, -3.25, -4]),
        (["1 234,56", "1\u00a0234,5", "1'234,56", "\u22121,5"], [1234.56, 1234.5, 1234.56, -1.5]),
        (["1.234.567", "2.500"], [1234567, 2500]),
        (["0.125", "1.234"], [0.125, 1.234]),
        (["1234.567", "1.234"], [1234.567, 1.234]),
        (["1,5", "1.50.3", "1.23,4", "12 34", "5%", "1e3", ""], [1.5] + [np.nan] * 6),
        ([1.5, 2, "3,5", True, None], [1.5, 2, 3.5, np.nan, np.nan]),
    ],
)
def test_amounts(texts, values):
    assert read_amounts(*texts)[0] == pytest.approx(values, nan_ok=True)


def test_the_decimal_sign_is_told():
    assert read_amounts("1,50")[1] == ["decimal sign: comma (as in '1,50')"]
    assert read_amounts(1.5, "3")[1] == []


def test_without_proof_three_digits_are_thousands_and_told():
    values, notes = read_amounts("1.234", "2.500")
    assert values == [1234, 2500]
    assert notes == ["the point in '1.234' was read as a thousands sign: no amount shows decimals"]
    assert read_amounts("1,234")[0] == [1234]


def test_one_decision_for_all_columns_of_numbers():
    quantity, price = (AmountColumn.read(np.array([text, None], object)) for text in ("1.000", "12.50"))
    assert decimal_sign([quantity, price])[0] == "."


@pytest.mark.parametrize("texts", [["1,50", "1.50"], ["1.234", "1,234"]])
def test_two_notations_are_refused(texts):
    with pytest.raises(OrdersError, match="Amounts are written in two ways"):
        read_amounts(*texts)


@pytest.mark.parametrize(
    "cell",
    [
        "2024-05-03",
        "2024/5/3",
        "2024-05-03T10:00:00Z",
        "2024-05-03 09:58:12 +0000",
        "20240503",
        20240503.0,
        45415.0,
        45415.75,
        "45415",
        "45415,5",
        "3-5-2024",
        "03/05/2024 10:00",
        "3.5.24",
        "3 mei 2024",
        "3 May 2024",
        "03-mei-24",
        "May 3, 2024",
        "vrijdag 3 mei 2024",
        "Fri, 3 May 2024 10:00",
        np.datetime64("2024-05-03").item(),
    ],
)
def test_dates(cell):
    assert read_dates(cell)[0] == ["2024-05-03"]


@pytest.mark.parametrize("cell", ["2024-13-01", "2023-02-29", "32-1-2024", "1-2/2024", "May 2024", "2024", 99999999.0])
def test_no_dates(cell):
    assert read_dates(cell)[0] == ["NaT"]


def test_day_numbers_from_1904():
    assert read_dates(45415.0, date1904=True)[0] == ["2028-05-04"]
    assert read_dates(43953.0, "43953", date1904=True)[0] == ["2024-05-03", "2024-05-03"]


def test_the_order_of_day_and_month_is_told():
    assert read_dates("3-5-2024", "13-5-2024") == (
        ["2024-05-03", "2024-05-13"],
        ["dates: day first (as in '13-5-2024')"],
    )
    assert read_dates("3/5/2024", "5/13/2024") == (
        ["2024-03-05", "2024-05-13"],
        ["dates: month first (as in '5/13/2024')"],
    )
    assert read_dates("3-5-2024")[1] == ["dates: day first, assumed: no date tells day from month (as in '3-5-2024')"]
    assert read_dates("2024-05-03")[1] == []


def test_real_dates_beside_month_first_text_are_told():
    assert "swapped" in read_dates("5/13/2024", np.datetime64("2024-05-03").item())[1][1]


def test_both_orders_are_refused():
    with pytest.raises(OrdersError, match=r"'13-5-2024' has the day first, '5-13-2024' the month"):
        read_dates("13-5-2024", "5-13-2024")
