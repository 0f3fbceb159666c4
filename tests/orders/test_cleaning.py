"""Every dropped row has a reason, and refunds are never purchases."""

from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clv_xl.errors import CellError, OrdersError
from clv_xl.orders.cleaning import clean
from clv_xl.orders.headers import Mapping
from clv_xl.orders.ledger import REASONS
from clv_xl.orders.tables import from_rows

DAY = datetime(2024, 5, 1, 13, 30)
HEADERS = ["order", "customer", "date", "amount", "status"]
GOOD = ["good", "ann", DAY, 10.0, "paid"]


def run(rows, headers=HEADERS, **about):
    raw = from_rows(headers, rows, source="test", **about)
    return clean(raw, Mapping.find(headers))


@pytest.mark.parametrize(
    ("reason", "row"),
    [
        *(("cancelled", ["1", "bob", DAY, 5.0, word]) for word in ("Cancelled", "voided", "wc-on-hold", "Geannuleerd")),
        *(("cancelled", ["1", "bob", DAY, 5.0, word]) for word in ("pending", "FAILED", "refunded", "Mislukt")),
        ("cancelled", ["C12", "bob", DAY, -5.0, ""]),
        *(("missing_customer", ["1", who, DAY, 5.0, ""]) for who in (None, "", " ", 0.0, "0", "Guest", "gast", "n/a")),
        *(("missing_customer", ["1", who, DAY, 5.0, ""]) for who in ("-", "'", CellError("", "#N/A"), float("nan"))),
        *(("missing_date", ["1", "bob", day, 5.0, ""]) for day in (None, "", "  ")),
        *(
            ("unreadable_date", ["1", "bob", day, 5.0, ""])
            for day in ("soon", True, "2024-02-30", -3.0, 1.7e12, "31-2-24")
        ),
        *(
            ("date_out_of_range", ["1", "bob", day, 5.0, ""])
            for day in ("1989-12-31", "2101-01-01", date(1900, 1, 1), 5.0)
        ),
        *(("missing_amount", ["1", "bob", DAY, amount, ""]) for amount in (None, "", " ")),
        *(("unreadable_amount", ["1", "bob", DAY, amount, ""]) for amount in ("250k", "ten", True, "(5", float("inf"))),
        *(("zero_amount", ["1", "bob", DAY, amount, ""]) for amount in (0.0, "0,00", "€ 0")),
        ("refund", ["1", "bob", DAY, -5.0, "paid"]),
    ],
)
def test_each_reason(reason, row):
    orders = run([GOOD, row, [None] * 5, GOOD[:1]])
    ledger = orders.ledger
    # The row of blanks is no row; the one with only an order id lacks its amount first.
    expected = {reason: 1, "missing_amount": 1} if reason != "missing_amount" else {reason: 2}
    assert ledger.dropped == {key: expected[key] for key in REASONS if key in expected}
    assert ledger.examples[reason][0] == 3
    assert (ledger.read, ledger.kept, ledger.orders) == (3, 1, 1)
    for language in ("en", "nl"):
        assert any(REASONS[reason].text(language) in line for line in ledger.lines(language))


def test_lines_of_an_order_are_added_and_the_first_day_counts():
    later = datetime(2024, 5, 3)
    orders = run([["1", "ann", later, 10.0, ""], ["1", "ann", DAY, 5.0, ""], ["1", "bob", later, 1.0, ""]])
    frame = orders.frame
    assert frame["amount"].tolist() == [15.0, 1.0]
    assert frame["date"].tolist() == [pd.Timestamp("2024-05-01"), pd.Timestamp("2024-05-03")]
    assert (orders.ledger.kept, orders.ledger.orders, orders.ledger.merged) == (3, 2, 1)
    assert frame.dtypes["date"] == "datetime64[ns]"


def test_without_an_order_id_each_row_is_an_order():
    orders = run([["ann", DAY, 5.0], ["ann", DAY, 5.0]], ["customer", "date", "amount"])
    assert orders.frame["order"].tolist() == ["row 2", "row 3"]
    assert "each row is one order" in orders.ledger.lines()[-1]


def test_a_refund_lowers_the_order_it_names():
    orders = run([["1", "ann", DAY, 10.1, ""], ["1", "ann", DAY, -4.0, ""], ["2", "ann", DAY, -3.0, ""]])
    assert orders.frame["amount"].tolist() == pytest.approx([6.1])
    assert orders.ledger.refunds == 1
    assert orders.ledger.dropped == {"refund": 1}
    assert orders.ledger.refunded_amount == 3.0
    assert "3,00 terugbetaald buiten de bestellingen, niet afgetrokken" in orders.ledger.lines("nl")


def test_an_order_that_comes_to_nothing_is_refunded():
    # 10.1 + 20.2 - 30.3 is a little above zero in floats.
    rows = [["1", "bob", DAY, amount, ""] for amount in (10.1, 20.2, -30.3)]
    orders = run([GOOD, *rows])
    assert orders.ledger.dropped == {"refunded": 3}
    assert orders.ledger.refunded_amount == 0


def test_a_refund_column_lowers_its_row():
    headers = ["order", "customer", "date", "amount", "refunded amount", "cancelled at"]
    rows = [
        ["1", "ann", DAY, 10.0, "4.00", ""],
        ["2", "ann", DAY, 10.0, -10.0, ""],
        ["3", "ann", DAY, 10.0, None, "2024-06-01 10:00"],
        ["4", "ann", DAY, 10.0, "x", False],
        ["5", "ann", DAY, 10.0, 0.0, 0.0],
    ]
    orders = run(rows, headers)
    assert orders.frame["amount"].tolist() == [6.0, 10.0]
    assert orders.ledger.dropped == {"cancelled": 1, "unreadable_amount": 1, "refunded": 1}
    assert orders.ledger.refunds == 1


def test_a_c_before_sales_numbers_means_nothing():
    orders = run([["C1", "ann", DAY, 10.0, ""], ["C1", "ann", DAY, -4.0, ""]])
    assert orders.frame["amount"].tolist() == [6.0]


def test_customer_ids_have_one_spelling():
    ids = [12345.0, 12345, "12345", " 12345 ", "'12345", "12345.0"]
    assert run([["", who, DAY, 1.0, ""] for who in ids]).frame["customer"].unique().tolist() == ["12345"]
    mails = ["Ann@Shop.nl", "ann@shop.NL "]
    assert run([["", who, DAY, 1.0, ""] for who in mails]).frame["customer"].unique().tolist() == ["ann@shop.nl"]
    assert run([["", "00012", DAY, 1.0, ""]]).frame["customer"].tolist() == ["00012"]


def test_more_currencies_are_refused_by_name():
    headers = ["customer", "date", "amount", "currency"]
    with pytest.raises(OrdersError, match="2 currencies: EUR, USD"):
        run([["ann", DAY, 1.0, "eur"], ["ann", DAY, 1.0, "USD"]], headers)
    assert (
        run([["ann", DAY, 1.0, "eur"], ["ann", DAY, 1.0, "€"], ["", DAY, 1.0, "USD"]], headers).ledger.currency == "EUR"
    )
    with pytest.raises(OrdersError, match=r"2 currencies: \$, EUR"):
        run([["ann", DAY, "€ 1,50"], ["ann", DAY, "$ 1,50"]], headers[:3])


def test_totals_repeated_on_each_line_are_told():
    rows = [[str(order), "ann", DAY, 10.0 * order, ""] for order in (1, 2, 3) for _ in range(2)]
    assert any("same amount" in str(note) for note in run(rows).ledger.notes)
    rows[0][3] = 1.0
    assert not any("same amount" in str(note) for note in run(rows).ledger.notes)


def test_statuses_that_count_are_told():
    rows = [["1", "ann", DAY, 1.0, "paid"], ["2", "ann", DAY, 1.0, "shipped"], ["3", "ann", DAY, 1.0, "paid"]]
    assert "statuses counted as purchases: paid (2), shipped (1)" in run(rows).ledger.lines()


def test_nothing_left_says_why():
    with pytest.raises(OrdersError, match=r"no orders left of 2 rows \(no customer: 2\)"):
        run([["1", "", DAY, 1.0, ""], ["2", None, DAY, 1.0, ""]])
    with pytest.raises(OrdersError, match="the table is empty"):
        run([])


def test_a_column_number_beyond_the_table():
    raw = from_rows(None, [["ann", DAY, 1.0]], source="test", first_row=1)
    with pytest.raises(OrdersError, match="3 columns; there is no column for amount"):
        clean(raw, Mapping.find(None, {"customer": "1", "date": "2", "amount": "4"}))


CELL = st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=6), st.just(CellError("", "#REF!")))
ROWS = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(["1", "2", "C3", "", None, 4.0]), CELL),
        st.one_of(st.sampled_from(["ann", "bob", "guest", 7.0]), CELL),
        st.one_of(st.sampled_from([DAY, 45000.0, "2024-01-31", "1-2-2024", 20240131.0, "1 mei 2024"]), CELL),
        st.one_of(st.sampled_from([10.0, -10.0, 0.0, "5,50", "-1.234,00", "€ 3"]), CELL),
        st.one_of(st.sampled_from(["", "paid", "cancelled"]), CELL),
    ),
    max_size=30,
)


@settings(max_examples=200, deadline=None)
@given(ROWS)
def test_every_row_is_accounted_for(rows):
    try:
        orders = run(rows)
    except OrdersError:
        return
    ledger, frame = orders.ledger, orders.frame
    assert ledger.read == ledger.kept + sum(ledger.dropped.values())
    assert ledger.orders == len(frame) == ledger.kept - ledger.merged
    assert set(ledger.dropped) == set(ledger.examples) <= set(REASONS)
    assert all(len(ledger.examples[key]) == min(count, 5) for key, count in ledger.dropped.items())
    assert (frame["amount"] > 0).all()
    assert (frame["customer"] != "").all()
    assert frame["date"].is_monotonic_increasing
    assert not frame.duplicated(["order", "customer"]).any()


def test_only_an_address_loses_its_capitals():
    ids = ["Ann@Shop.NL", "@SUM(A1)", "@Ann", "Ann @ Home", "A@B", "ann@shop.nl", "@sum(a1)"]
    found = run([["", who, DAY, 1.0, ""] for who in ids]).frame["customer"].tolist()
    assert found == ["ann@shop.nl", "@SUM(A1)", "@Ann", "Ann @ Home", "A@B", "ann@shop.nl", "@SUM(A1)"]
