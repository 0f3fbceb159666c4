"""Two public order files, counted a second time in a different way."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from clv_xl.orders.cleaning import read_orders
from clv_xl.orders.totals import totals

DATA = Path(__file__).parents[1] / "data" / "orders"
CDNOW = DATA / "CDNOW_sample.txt"
RETAIL = DATA / "online_retail_5k.xlsx"


@pytest.fixture(scope="module")
def retail():
    return read_orders(RETAIL)


@pytest.fixture(scope="module")
def cdnow():
    return read_orders(CDNOW, {"customer": "1", "date": "3", "amount": "5"})


def test_online_retail_agrees_with_a_plain_groupby(retail):
    lines = pd.read_excel(RETAIL, dtype={"InvoiceNo": str}, engine="openpyxl")
    lines = lines[lines["CustomerID"].notna() & ~lines["InvoiceNo"].str.startswith("C") & (lines["UnitPrice"] > 0)]
    lines = lines.assign(money=lines["Quantity"] * lines["UnitPrice"], day=lines["InvoiceDate"].dt.normalize())
    invoices = lines.groupby("InvoiceNo").agg(who=("CustomerID", "first"), day=("day", "min"), money=("money", "sum"))

    found = totals(retail.frame)
    assert found.purchases == len(invoices)
    assert found.customers == invoices["who"].nunique()
    assert found.revenue == pytest.approx(invoices["money"].sum())
    assert found.revenue / found.purchases == pytest.approx(invoices["money"].mean())
    assert found.purchases / found.customers == pytest.approx(invoices.groupby("who").size().mean())

    end = invoices["day"].max()
    seen = invoices.groupby("who")["day"].agg(["min", "max"])
    gone = (end - seen["max"]).dt.days > 365
    lived = (seen["max"].where(gone, end) - seen["min"]).dt.days
    assert (found.as_of, found.first_date) == (end.date(), invoices["day"].min().date())
    assert found.churned == gone.sum()
    assert found.durations_total == pytest.approx(lived.sum() / 365.25)

    mine = retail.frame.set_index("order")
    assert mine["amount"].to_dict() == pytest.approx(invoices["money"].to_dict())
    assert mine["customer"].to_dict() == {order: str(int(who)) for order, who in invoices["who"].items()}
    assert mine["date"].to_dict() == invoices["day"].to_dict()


def test_online_retail_ledger(retail):
    ledger = retail.ledger
    assert (ledger.read, ledger.kept + sum(ledger.dropped.values())) == (5034, 5034)
    raw = pd.read_excel(RETAIL, dtype={"InvoiceNo": str}, engine="openpyxl")
    money, credit, known = (
        raw["Quantity"] * raw["UnitPrice"],
        raw["InvoiceNo"].str.startswith("C"),
        raw["CustomerID"].notna(),
    )
    assert ledger.dropped == {"cancelled": 104, "missing_customer": 1191, "zero_amount": 1}
    assert [credit.sum(), (~known & ~credit).sum(), (known & (money == 0)).sum()] == [*ledger.dropped.values()]
    assert ledger.refunded_amount == pytest.approx(-money[credit].sum())
    first = raw.index[credit][:5] + 2
    assert ledger.examples["cancelled"] == list(first)
    assert retail.mapping.columns == {
        "order": "InvoiceNo",
        "customer": "CustomerID",
        "date": "InvoiceDate",
        "quantity": "Quantity",
        "price": "UnitPrice",
    }
    assert retail.mapping.describe("nl")[-1] == "bedrag = Quantity x UnitPrice"


def test_cdnow_agrees_with_fixed_width_columns(cdnow):
    table = pd.read_fwf(CDNOW, header=None, names=["id", "sample", "day", "cds", "money"], dtype={"id": str})
    table = table[table["money"] > 0].assign(day=lambda t: pd.to_datetime(t["day"].astype(str), format="%Y%m%d"))
    found = totals(cdnow.frame)
    assert (found.purchases, found.customers) == (len(table), table["id"].nunique()) == (6911, 2349)
    assert found.revenue == pytest.approx(table["money"].sum())
    assert (found.first_date, found.as_of) == (date(1997, 1, 1), date(1998, 6, 30))
    ours = cdnow.frame.groupby("customer")["amount"].agg(["size", "sum"])
    theirs = table.groupby("id")["money"].agg(["size", "sum"])
    pd.testing.assert_frame_equal(ours, theirs, check_names=False, check_index_type=False)


def test_cdnow_ledger(cdnow):
    assert cdnow.ledger.dropped == {"zero_amount": 8}
    assert cdnow.ledger.read == 6919
    lines = CDNOW.read_text().splitlines()
    assert all(lines[row - 1].endswith(" 0.00") for row in cdnow.ledger.examples["zero_amount"])
    assert [str(note) for note in cdnow.ledger.notes] == [
        "decimal sign: point (as in '29.33')",
        "no order id: each row is one order",
    ]
