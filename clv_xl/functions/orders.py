"""What orders tell: order value, purchase frequency, customer value, repeat buyers.

Source: the definitions CLV = customer value x lifespan, customer value = average purchase value x purchase frequency;
always a ratio of sums, never an average of ratios.
"""

from __future__ import annotations

from clv_xl.catalogue import function
from clv_xl.terms import Unit
from clv_xl.words import Number, at_least, count, distinct, filled, total


@function(
    Unit.MONEY,
    en="Average order value: revenue / purchases. With purchases left out, revenue is a range of order amounts.",
    nl="Gemiddelde orderwaarde: omzet / aankopen. Zonder aankopen is omzet een bereik met orderbedragen.",
    reads={"revenue": ("purchases", "amounts")},
    examples=[
        ((1000, 10), 100),
        (([100, 200, 50],), 116.66666666666667),
        (([100, "n/a", None, 50],), 75),
        ((1000, 0), "#DIV/0!"),
        ((1000, -1), "#NUM!"),
        (("a lot", 10), "#VALUE!"),
        ((1000, None), "#VALUE!"),
        (([None, "none"],), "#N/A"),
    ],
)
def aov(revenue: Number, purchases: Number | None = None) -> Number:
    """Ratio of sums: 1 order of 10 and 9 orders of 110 give 100, not 60."""
    if purchases is None:
        return total(revenue) / count(revenue)
    return revenue / purchases


@function(
    Unit.COUNT,
    en="Purchases per customer per period. With customers left out, purchases is a range of ids, one per order.",
    nl="Aankopen per klant per periode. Zonder klanten is aankopen een bereik met de klant van elke bestelling.",
    reads={"purchases": ("customers", "ids")},
    examples=[
        ((60, 12), 5),
        ((60, 12, 2), 2.5),
        ((["an", "bo", "an", "cy", "Bo", "an"],), 2),
        (([101, 102, 101, None],), 1.5),
        ((60, 0), "#DIV/0!"),
        ((60, 12, 0), "#DIV/0!"),
        ((60, "dozen"), "#VALUE!"),
        ((-60, 12), "#NUM!"),
        (([None, None],), "#N/A"),
    ],
)
def purchase_frequency(purchases: Number, customers: Number | None = None, periods: Number = 1) -> Number:
    """Customers are compared without regard to case; the number 12 and the text "12" are one customer."""
    if customers is None:
        return filled(purchases) / distinct(purchases) / periods
    return purchases / customers / periods


@function(
    Unit.MONEY,
    en="Customer value per period: average order value x purchase frequency.",
    nl="Klantwaarde per periode: gemiddelde orderwaarde x aankoopfrequentie.",
    examples=[((100, 5), 500), ((100, 0), 0), ((100, -5), "#NUM!"), ((None, 5), "#VALUE!")],
)
def customer_value(order_value: Number, frequency: Number) -> Number:
    """Equals revenue / customers of the same period."""
    return order_value * frequency


@function(
    Unit.SHARE,
    en="Share of customers with two or more orders. Give a range with the number of orders of each customer.",
    nl="Deel van de klanten met twee of meer bestellingen. Geef een bereik met het aantal bestellingen per klant.",
    examples=[
        (([1, 2, 5, 1],), 0.5),
        (([1, 1, 0],), 0),
        (([0, 0],), "#DIV/0!"),
        (([1, -2],), "#NUM!"),
        (([None],), "#N/A"),
    ],
)
def repeat_rate(orders_per_customer: Number) -> Number:
    """Customers without an order do not count."""
    return at_least(orders_per_customer, 2) / at_least(orders_per_customer, 1)
