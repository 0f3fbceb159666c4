"""Headers of real exports find their fields, in English and Dutch."""

import pytest

from clv_xl.errors import OrdersError
from clv_xl.orders.headers import Mapping

# Headers as the programs write them; the fields that must be found.
EXPORTS = {
    "shopify": (
        [
            "Name",
            "Email",
            "Financial Status",
            "Paid at",
            "Currency",
            "Subtotal",
            "Shipping",
            "Taxes",
            "Total",
            "Created at",
            "Lineitem quantity",
            "Lineitem name",
            "Lineitem price",
            "Billing Name",
            "Cancelled at",
            "Refunded Amount",
            "Id",
        ],
        {
            "order": "Name",
            "customer": "Email",
            "date": "Created at",
            "amount": "Total",
            "status": "Financial Status",
            "cancelled": "Cancelled at",
            "currency": "Currency",
            "refund": "Refunded Amount",
        },
    ),
    "woocommerce analytics": (
        ["Date", "Order #", "N. Revenue (formatted)", "Status", "Customer", "Customer type", "Items sold", "Net Sales"],
        {"order": "Order #", "customer": "Customer", "date": "Date", "amount": "Net Sales", "status": "Status"},
    ),
    "woocommerce plug-in": (
        [
            "order_id",
            "order_number",
            "order_date",
            "paid_date",
            "status",
            "order_total",
            "order_subtotal",
            "order_currency",
            "customer_id",
            "customer_email",
            "billing_email",
        ],
        {
            "order": "order_id",
            "customer": "billing_email",
            "date": "order_date",
            "amount": "order_total",
            "status": "status",
            "currency": "order_currency",
        },
    ),
    "stripe": (
        [
            "id",
            "Description",
            "Created (UTC)",
            "Amount",
            "Amount Refunded",
            "Currency",
            "Converted Amount",
            "Converted Amount Refunded",
            "Fee",
            "Converted Currency",
            "Status",
            "Customer ID",
            "Customer Email",
        ],
        {
            "order": "id",
            "customer": "Customer ID",
            "date": "Created (UTC)",
            "amount": "Converted Amount",
            "status": "Status",
            "currency": "Converted Currency",
            "refund": "Converted Amount Refunded",
        },
    ),
    "paypal nl": (
        ["Datum", "Tijd", "Tijdzone", "Naam", "Type", "Status", "Valuta", "Bruto", "Kosten", "Netto", "Transactie-ID"],
        {
            "order": "Transactie-ID",
            "customer": "Naam",
            "date": "Datum",
            "amount": "Bruto",
            "status": "Status",
            "currency": "Valuta",
        },
    ),
    "moneybird": (
        [
            "id",
            "referentie",
            "status",
            "datum",
            "vervaldatum",
            "contact",
            "contactnummer",
            "valuta",
            "betaald op",
            "aantal",
            "totaalprijs exclusief btw",
            "totaalprijs exclusief btw (EUR)",
            "totaalprijs inclusief btw (EUR)",
        ],
        {
            "order": "referentie",
            "customer": "contactnummer",
            "date": "datum",
            "amount": "totaalprijs exclusief btw (EUR)",
            "status": "status",
        },
    ),
    "e-boekhouden": (
        ["Relatiecode", "Relatie", "Factuurnummer", "Factuurdatum", "Vervaldatum", "Bedrag", "Openstaand", "Soort"],
        {"order": "Factuurnummer", "customer": "Relatiecode", "date": "Factuurdatum", "amount": "Bedrag"},
    ),
    "etsy": (
        [
            "Sale Date",
            "Item Name",
            "Quantity",
            "Price",
            "Order Total",
            "Transaction ID",
            "Date Paid",
            "Order ID",
            "Buyer",
        ],
        {"order": "Order ID", "customer": "Buyer", "date": "Sale Date", "amount": "Order Total"},
    ),
    "bigcommerce": (
        ["Order ID", "Order Date", "Order Status", "Order Total", "Tax Total", "Refund Amount", "Email Address"],
        {
            "order": "Order ID",
            "customer": "Email Address",
            "date": "Order Date",
            "amount": "Order Total",
            "status": "Order Status",
            "refund": "Refund Amount",
        },
    ),
    "hubspot": (
        ["Record ID", "Deal Name", "Deal Stage", "Amount", "Close Date", "Create Date", "Associated Company"],
        {
            "order": "Record ID",
            "customer": "Associated Company",
            "date": "Close Date",
            "amount": "Amount",
            "status": "Deal Stage",
        },
    ),
    "generic nl": (
        ["Factuurnummer", "Factuurdatum", "Klant", "Debiteur", "Subtotaal", "BTW", "Totaal", "Bedrag excl. BTW"],
        {"order": "Factuurnummer", "customer": "Klant", "date": "Factuurdatum", "amount": "Bedrag excl. BTW"},
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_headers_of_an_export(name):
    headers, expected = EXPORTS[name]
    assert Mapping.find(headers).columns == expected


@pytest.mark.parametrize("write", [str.upper, str.lower, lambda h: h.replace(" ", "_"), lambda h: f"  {h}. "])
def test_case_blanks_and_punctuation_do_not_count(write):
    mapping = Mapping.find([write(header) for header in ("Order Date", "Klantnummer", "Totaal bedrag")])
    assert mapping.positions == {"date": 0, "customer": 1, "amount": 2}


def test_accents_do_not_count():
    assert Mapping.find(["Dátum", "Klänt", "Bedrag (€)"]).positions == {"date": 0, "customer": 1, "amount": 2}


def test_line_total_only_without_an_amount():
    assert "quantity" not in Mapping.find(["klant", "datum", "bedrag", "aantal", "stuksprijs"]).positions
    assert "price" in Mapping.find(["klant", "datum", "aantal", "stuksprijs"]).positions
    told = Mapping.find(["klant", "datum", "bedrag", "aantal", "stuksprijs"], {"price": "stuksprijs"})
    assert told.describe("en") == ["customer = klant", "date = datum", "amount = aantal x stuksprijs"]


def test_alternatives_are_told_in_both_languages():
    mapping = Mapping.find(["Klant", "E-mail", "Datum", "Bedrag", "Totaal"])
    assert mapping.describe("en")[-2:] == [
        "customer = E-mail; would fit too: Klant",
        "amount = Bedrag; would fit too: Totaal",
    ]
    assert mapping.describe("nl") == [
        "klant = E-mail",
        "datum = Datum",
        "bedrag = Bedrag",
        "klant = E-mail; zou ook passen: Klant",
        "bedrag = Bedrag; zou ook passen: Totaal",
    ]


def test_names_as_customers_are_told():
    assert "by name" in str(Mapping.find(["Naam", "Datum", "Bedrag"]).notes[0])


def test_currency_in_the_header_of_the_amount_rules():
    mapping = Mapping.find(["klant", "datum", "valuta", "bedrag (EUR)"])
    assert mapping.currency == "EUR"
    assert "currency" not in mapping.positions


def test_overrides_by_header_and_number():
    headers = ["a", "b", "c", "datum"]
    mapping = Mapping.find(headers, {"customer": "B", "amount": "3"})
    assert mapping.positions == {"customer": 1, "date": 3, "amount": 2}
    assert Mapping.find(headers, mapping.columns) == mapping


def test_equal_headers_are_told_apart_by_number():
    mapping = Mapping.find(["datum", "klant", "bedrag", "bedrag"], {"amount": "4"})
    assert mapping.columns["amount"] == "4"
    assert Mapping.find(["datum", "klant", "bedrag", "bedrag"], mapping.columns).positions == mapping.positions


def test_without_headers_numbers_are_needed():
    assert Mapping.find(None, {"customer": "1", "date": "3", "amount": "5"}).positions == {
        "customer": 0,
        "date": 2,
        "amount": 4,
    }
    with pytest.raises(OrdersError, match=r"no headers.*--map customer=1,date=COLUMN,amount=COLUMN"):
        Mapping.find(None, {"customer": "1"})


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({}, r"for customer, amount\. Headers seen: x, datum, \(empty\)\. .*--map customer=COLUMN,amount=COLUMN"),
        ({"customer": "y"}, "customer=y: no such column. Headers seen: x, datum"),
        ({"customer": "4"}, "customer=4: no such column"),
        ({"customer": "0"}, "customer=0: no such column"),
        ({"klant": "x"}, "no field klant"),
    ],
)
def test_what_is_missing_is_named(overrides, message):
    with pytest.raises(OrdersError, match=message):
        Mapping.find(["x", "datum", ""], overrides)
