"""What a file tells of its orders beside the fields: which columns, for which order, and none about a person."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clv_xl.orders.attributes import MOST_COLUMNS, is_personal
from clv_xl.orders.cleaning import clean, read_orders
from clv_xl.orders.headers import Mapping
from clv_xl.orders.tables import from_rows

FIELDS = ["Order", "Customer", "Date", "Amount"]
DAY = dt.date(2024, 1, 1)


def described(heads, rows, **more):
    """The attributes of orders of which only the other columns are told."""
    whole = [[f"o{at}", f"c{at % 7}", DAY + dt.timedelta(at), 10.0 + at, *row] for at, row in enumerate(rows)]
    headers = [*FIELDS, *heads]
    return clean(from_rows(headers, whole, source="test", **more), Mapping.find(headers)).attributes


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["web", "shop"] * 10, ["web", "shop"] * 10),
        (["web", "", None, "shop", " web "] * 4, ["web", None, None, "shop", "web"] * 4),
        ([1.0, 2.0, 3.0, None] * 5, ["1", "2", "3", None] * 5),
        ([True, False] * 10, ["TRUE", "FALSE"] * 10),
        ([1.0, "1", "B"] * 5, ["1", "1", "B"] * 5),
    ],
)
def test_a_column_of_few_values_describes_orders(values, told):
    assert described(["Channel"], [[value] for value in values])["Channel"].tolist() == told


@pytest.mark.parametrize(
    "values",
    [
        ["web"] * 20,
        [None] * 20,
        [f"v{at}" for at in range(20)],
        [f"v{at % 51}" for at in range(204)],
        [at / 4 for at in range(4)] * 5,
        [45000.0, 45001.0] * 10,
        [DAY, DAY + dt.timedelta(1)] * 10,
        ["2024-01-01", "2024-02-01"] * 10,
        ["web", "Jan <jan@shop.nl>"] * 10,
        ["web", "x" * 256] * 10,
    ],
    ids=[
        "one",
        "none",
        "as many as orders",
        "51",
        "fractions",
        "days as numbers",
        "days",
        "days as text",
        "an address",
        "a long text",
    ],
)
def test_other_columns_do_not(values):
    assert described(["Channel"], [[value] for value in values]).empty


def test_fifty_values_are_few_and_twelve_columns_enough():
    heads = [f"Trait {letter}" for letter in "ABCDEFGHIJKLMNOP"]
    found = described(heads, [[f"v{at % 50}"] * len(heads) for at in range(100)])
    assert list(found) == heads[:MOST_COLUMNS]
    assert found["Trait A"].nunique() == 50


@pytest.mark.parametrize(
    "head",
    [
        *("E-mail", "email_address", "Billing Email", "Customer e-mail", "Telefoon", "Mobile phone", "PhoneNumber"),
        *(
            "Adres",
            "Shipping Address 1",
            "ShippingStreet",
            "Straat + huisnummer",
            "Postcode",
            "Billing ZIP",
            "Zip code",
        ),
        *("Naam", "Name", "Billing Name", "First name", "lastName", "Voornaam", "Achternaam", "Contactpersoon"),
        *("Notes", "Order notes", "Opmerkingen", "Klant opmerking", "Customer note", "Birthday", "Geboortedatum"),
        *("Gender", "Naam ontvanger", "Company name", "IP address", "Geslacht", "Adrèsregel", "Leeftijd", "IBAN"),
        *("Ship to", "Bill-To", "Sold to", "Besteld door"),
    ],
)
def test_columns_about_a_person_are_left_out(head):
    assert is_personal(head)
    assert described([head], [["x"], ["y"]] * 10).empty


@pytest.mark.parametrize(
    "head",
    [
        *("Channel", "City", "Plaats", "Country", "Product name", "Productnaam", "Campaign name", "Source", "Kanaal"),
        *(
            "Payment method",
            "Category",
            "Discount code",
            "Shipping method",
            "Store",
            "Region",
            "Page",
            "Ship to country",
            "Message type",
        ),
    ][:-1],
)
def test_columns_about_an_order_are_not(head):
    assert not is_personal(head)
    assert list(described([head], [["x"], ["y"]] * 10)) == [head]


def test_a_head_is_one_that_a_table_may_have():
    """The head of a table is one line of at most 255 characters."""
    heads = ["Sales\r\n channel", "x" * 256, "y" * 255, "@ counter"]
    assert list(described(heads, [["a@"] * 4, ["b @c.d"] * 4] * 10)) == ["Sales channel", "y" * 255, "@ counter"]


def test_another_id_amount_or_date_is_no_trait():
    heads = ["Invoice number", "Grand total", "Paid at", "Channel"]
    rows = [[f"i{at % 3}", float(at % 3), "x" if at % 2 else "y", "web" if at % 2 else "shop"] for at in range(30)]
    assert list(described(heads, rows)) == ["Channel"]


def test_an_order_of_several_lines_is_what_its_first_kept_line_says(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    lines = ["order;customer;date;amount;channel"]
    for at in range(12):
        lines += [
            f"{at};c{at};2024-03-{28 - at:02};0;lost",
            f"{at};c{at};2024-03-{28 - at:02};5;{'web' if at % 3 else 'ads'}",
        ]
        lines += ["", f"{at};c{at};2024-03-{28 - at:02};5;late"]
    path.write_text("\n".join(lines), encoding="utf-8")
    orders = read_orders(path)
    wanted = ["web" if int(order) % 3 else "ads" for order in orders.frame["order"]]
    assert orders.attributes["channel"].tolist() == wanted
    assert orders.frame["order"].tolist() == [str(at) for at in range(11, -1, -1)]


def test_a_large_file_is_looked_at_only_when_asked(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    size = 30_000
    frame = pd.DataFrame(
        {
            "customer": [f"c{at}" for at in rng.integers(0, 900, size)],
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, size), "D"),
            "amount": rng.uniform(1, 90, size).round(2),
            "channel": rng.choice(["web", "shop"], size),
            "session": [f"s{at}" for at in range(size)],
        }
    )
    path = tmp_path / "large.csv"
    frame.to_csv(path, index=False)
    orders = read_orders(path)
    assert "attributes" not in vars(orders.beside)
    assert list(orders.attributes) == ["channel"]
    wanted = frame.sort_values("date", kind="stable")["channel"].tolist()
    assert orders.attributes["channel"].tolist() == wanted


def test_cells_of_a_column_are_what_a_workbook_holds():
    rows = [["3", 1.5, dt.datetime(2024, 5, 6, 7), "007"], [" 4 ", None, None, "12"], ["", "n/a", True, "a"]]
    headers = [*FIELDS, "Items", "Kilo's", "Sent", "Code"]
    whole = [[f"o{at}", f"c{at}", DAY, 5.0, *row] for at, row in enumerate(rows)]
    orders = clean(from_rows(headers, whole, source="test"), Mapping.find(headers))
    assert orders.beside.column("ITEMS ") == [3.0, 4.0, None]
    assert orders.beside.column("kilos") == [1.5, None, "n/a"]
    assert orders.beside.column("Sent") == [dt.datetime(2024, 5, 6, 7), None, True]
    assert orders.beside.column("code") == ["007", "12", "a"]
    assert orders.beside.column("Elsewhere") is None
