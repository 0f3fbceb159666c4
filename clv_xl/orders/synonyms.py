"""The words that exports use for each field, English and Dutch, the preferred ones first.

Headers come from the exports of webshops, payment providers and bookkeeping programs. Case, accents, spaces and
punctuation do not count: ``Invoice No``, ``invoice_no`` and ``InvoiceNo`` are one word.
"""

from __future__ import annotations

FIELDS = ("order", "customer", "date", "amount", "quantity", "price", "status", "cancelled", "currency", "refund")

FIELD_NAMES_NL = {
    "order": "bestelling",
    "customer": "klant",
    "date": "datum",
    "amount": "bedrag",
    "quantity": "aantal",
    "price": "prijs",
    "status": "status",
    "cancelled": "geannuleerd",
    "currency": "valuta",
    "refund": "terugbetaling",
}

SYNONYMS: dict[str, tuple[str, ...]] = {
    "order": (
        *("order id", "order number", "order no", "order nr", "order ref", "order reference", "orders id", "order"),
        *("ordernummer", "order nummer", "bestelnummer", "bestelling id", "bestelnr", "bestelling", "orderid"),
        *(
            "invoice no",
            "invoice number",
            "invoice id",
            "invoice nr",
            "invoice",
            "factuurnummer",
            "factuurnr",
            "factuur",
        ),
        *("transaction id", "transactie id", "transactienummer", "transactie", "transaction", "record id", "deal id"),
        *("entry number", "boekstuknummer", "bonnummer", "receipt number", "referentie", "reference", "id"),
    ),
    "customer": (
        # Shop plug-ins give guests customer id 0, and their billing address always.
        *("billing email", "customer id", "customer no", "customer number", "customer nr", "customer code"),
        *("customer key", "cust id", "client id", "client number", "client code", "user id", "account id", "member id"),
        *("klantnummer", "klant nummer", "klantnr", "klant id", "klantcode", "relatiecode", "relatienummer"),
        *("contactnummer", "debiteurnummer", "debiteurennummer", "debiteurcode", "debiteur nr", "lidnummer"),
        *("customer email", "email", "email address", "e mailadres", "from email address", "klant e mail", "mail"),
        *("customer", "client", "buyer", "klant", "debiteur", "afnemer", "koper", "contact", "relatie", "account"),
        *("associated company", "consumer bank account", "iban", "customer name", "client name", "buyer name"),
        *("klantnaam", "naam klant", "consumer name", "company", "company name", "bedrijf", "bedrijfsnaam"),
        *("debiteurnaam", "naam", "name"),
    ),
    "date": (
        *("order date", "orderdate", "date of order", "purchase date", "sale date", "sales date", "invoice date"),
        *("orderdatum", "besteldatum", "datum bestelling", "aankoopdatum", "verkoopdatum", "factuurdatum"),
        *("created at", "created date utc", "created utc", "created", "created date", "date created", "date"),
        *("datum", "transaction date", "transactiedatum", "datum transactie", "entry date", "boekdatum", "close date"),
        *("paid at", "paid date", "date paid", "payment date", "betaald op", "betaaldatum", "datum aanmaak"),
        *("aangemaakt op", "aangemaakt", "order created at", "timestamp", "time"),
    ),
    "amount": (
        *("net sales", "n revenue", "net revenue", "net amount", "amount excl vat", "amount ex vat", "total excl vat"),
        *("total excluding vat", "netto omzet", "nettobedrag", "netto bedrag", "bedrag excl btw"),
        *("bedrag exclusief btw", "totaalprijs exclusief btw eur", "totaalprijs exclusief btw", "totaal excl btw"),
        *("totaal exclusief btw", "omzet excl btw", "omzet exclusief btw"),
        *("converted amount", "order total", "order amount", "order value", "total amount", "amount total"),
        *("invoice total", "grand total", "amount", "total", "revenue", "sales", "total price", "total sales"),
        *("sales amount", "line total", "turnover", "orderbedrag", "ordertotaal", "orderwaarde", "bestelbedrag"),
        *("factuurbedrag", "totaalbedrag", "totaal bedrag", "bedrag", "totaal", "omzet", "besteding", "aankoopbedrag"),
        *("bedrag incl btw", "bedrag inclusief btw", "totaalprijs inclusief btw eur", "totaalprijs inclusief btw"),
        *("totaal incl btw", "totaal inclusief btw", "totaalprijs", "bruto", "gross", "gross sales"),
        *("total spent", "dollar value", "amount dc", "n revenue formatted", "subtotal", "order subtotal", "subtotaal"),
        *("monetary value", "spend", "waarde", "value"),
    ),
    "quantity": (
        *("quantity", "qty", "aantal", "hoeveelheid", "lineitem quantity", "items sold", "quantity ordered"),
        *("units", "aantal stuks", "stuks", "besteld aantal"),
    ),
    "price": (
        *("unit price", "price per unit", "price each", "item price", "lineitem price", "stuksprijs", "stukprijs"),
        *("eenheidsprijs", "prijs per stuk", "prijs per eenheid", "price", "prijs", "verkoopprijs", "sales price"),
    ),
    "status": (
        *("financial status", "payment status", "order status", "status", "betaalstatus", "orderstatus"),
        *("betalingsstatus", "bestelstatus", "factuurstatus", "deal stage"),
    ),
    "cancelled": ("cancelled at", "canceled at", "cancelled", "canceled", "geannuleerd op", "geannuleerd"),
    "currency": (
        *("converted currency", "order currency", "currency", "currency code", "valuta", "valutacode", "munteenheid"),
        *("munt", "muntsoort"),
    ),
    "refund": (
        *("converted amount refunded", "amount refunded", "refunded amount", "refund amount", "refund", "refunded"),
        *("refunds", "terugbetaald", "terugbetaald bedrag", "terugbetaling", "bedrag terugbetaald", "retourbedrag"),
    ),
}

# Columns that hold names: two people with one name become one customer, which the user must know.
CUSTOMER_NAMES = (
    *("customer name", "client name", "buyer name", "klantnaam", "naam klant", "consumer name", "company"),
    *("company name", "bedrijf", "bedrijfsnaam", "debiteurnaam", "naam", "name"),
)

# A Shopify export calls the order number "Name"; these headers together tell it.
SHOPIFY = ("name", "financial status", "created at", "lineitem name")

# Status words (letters only) of orders that are no purchase.
NOT_BOUGHT = frozenset(
    {
        *("cancelled", "canceled", "cancel", "voided", "void", "refunded", "fullyrefunded", "failed", "failure"),
        *("pending", "pendingpayment", "authorized", "authorised", "onhold", "draft", "checkoutdraft", "denied"),
        *("declined", "rejected", "expired", "abandoned", "trash", "deleted", "closedlost", "lost", "awaitingpayment"),
        *("incomplete", "chargeback", "chargedback", "reversed", "geannuleerd", "annulering", "vervallen", "verlopen"),
        *("mislukt", "geweigerd", "afgewezen", "concept", "wachtopbetaling", "wachtendopbetaling", "inafwachting"),
        *("terugbetaald", "geretourneerd", "returned", "verwijderd", "afgebroken", "teruggeboekt", "verloren"),
    }
)
