"""How long customers stay: lifespan, churn and retention of customers and of revenue."""

from __future__ import annotations

from clv_xl.catalogue import function
from clv_xl.terms import Unit
from clv_xl.words import NUM_ERROR, Number, count, flags, total, where

SMALL = 1e-12


@function(
    Unit.TIME,
    en="Average lifespan so far: the sum of all durations / customers. Too low while customers are still active.",
    nl="Gemiddelde levensduur tot nu toe: som van alle duren / klanten. Te laag zolang er klanten actief zijn.",
    examples=[
        (([1, 2, 6],), 3),
        ((90, 30), 3),
        (([1, 2, 6], 4), 2.25),
        (([1, 2, 6], 0), "#DIV/0!"),
        (([1, -2],), "#NUM!"),
        (([1, 2], "four"), "#VALUE!"),
        ((["none"],), "#N/A"),
    ],
)
def lifespan(durations: Number, customers: Number | None = None) -> Number:
    """A sum over customers, not an average of averages."""
    return total(durations) / (count(durations) if customers is None else customers)


@function(
    Unit.TIME,
    en="Average lifespan with customers still active: total time observed / customers who left. Right when they leave "
    "at a steady pace; take one-time buyers apart.",
    nl="Gemiddelde levensduur met nog actieve klanten: alle waargenomen tijd / vertrokken klanten. Klopt als zij in "
    "een vast tempo vertrekken; houd eenmalige kopers apart.",
    examples=[
        (([1, 2, 6], [1, 1, 0]), 4.5),
        (([1, 2, 6], [True, True, False]), 4.5),
        ((90, 9), 10),
        (([1, 2, 6], [0, 0, 0]), "#DIV/0!"),
        (([1, -2], [1, 0]), "#NUM!"),
        (([None], [1]), "#N/A"),
    ],
    source="maximum likelihood for a constant hazard with right-censored durations",
)
def lifespan_exposure(durations: Number, churned: Number) -> Number:
    """Customers who have not left count with their time so far, and not as leavers."""
    return total(durations) / flags(churned)


@function(
    Unit.TIME,
    en="Average lifespan from churn: 1 / churn, in the period of the churn.",
    nl="Gemiddelde levensduur uit churn: 1 / churn, in de periode van de churn.",
    examples=[((0.05,), 20), ((0,), "#DIV/0!"), ((5,), "#NUM!"), (("5%",), "#VALUE!")],
)
def lifespan_churn(churn: Number) -> Number:
    """The mean of a geometric lifetime."""
    return 1 / churn


@function(
    Unit.SHARE,
    en="Churn rate: customers lost / customers at the start of the period.",
    nl="Churn: vertrokken klanten / klanten aan het begin van de periode.",
    examples=[((5, 100), 0.05), ((0, 100), 0), ((5, 0), "#DIV/0!"), ((120, 100), "#NUM!"), (("5", 100), "#VALUE!")],
)
def churn_rate(customers_lost: Number, customers_start: Number) -> Number:
    """No more can leave than were there."""
    lost = customers_lost / customers_start
    return where(lost > 1, NUM_ERROR, lost)


@function(
    Unit.SHARE,
    en="Retention rate: (customers at the end - new customers) / customers at the start.",
    nl="Retentie: (klanten aan het einde - nieuwe klanten) / klanten aan het begin.",
    examples=[
        ((110, 20, 100), 0.9),
        ((20, 20, 100), 0),
        ((110, 20, 0), "#DIV/0!"),
        ((10, 20, 100), "#NUM!"),
        ((130, 20, 100), "#NUM!"),
        ((110, "?", 100), "#VALUE!"),
    ],
)
def retention_rate(customers_end: Number, customers_new: Number, customers_start: Number) -> Number:
    """Outside 0 to 1 the three counts cannot belong together."""
    kept = (customers_end - customers_new) / customers_start
    return where((kept < 0) + (kept > 1), NUM_ERROR, kept)


@function(
    Unit.SHARE,
    en="Converts churn between periods: monthly 5 % is 46 % a year, not 60 %.",
    nl="Rekent churn om tussen perioden: 5 % per maand is 46 % per jaar, geen 60 %.",
    examples=[
        ((0.05, 12, 1), 0.45963991233736334),
        ((0.45963991233736334, 1, 12), 0.05),
        ((1, 12, 1), 1),
        ((0.05, 0, 1), "#NUM!"),
        ((0.05, 12, 0), "#DIV/0!"),
        ((5, 12, 1), "#NUM!"),
        (("5%", 12, 1), "#VALUE!"),
    ],
)
def churn_convert(rate: Number, from_per_year: Number, to_per_year: Number) -> Number:
    """Staying for a year is staying for every period in it."""
    converted = 1 - (1 - rate) ** (from_per_year / to_per_year)
    return where(from_per_year > 0, converted, NUM_ERROR)


@function(
    Unit.SHARE,
    en="Net revenue retention: (start + expansion - contraction - churned revenue) / start. Can be above 1.",
    nl="Netto-omzetretentie: (begin + uitbreiding - krimp - opgezegd) / begin. Kan boven 1 komen.",
    examples=[
        ((100, 20, 5, 10), 1.05),
        ((100, 0, 0, 0), 1),
        ((0, 20, 5, 10), "#DIV/0!"),
        ((100, 0, 60, 60), "#NUM!"),
        ((100, "x", 5, 10), "#VALUE!"),
    ],
)
def nrr(revenue_start: Number, expansion: Number, contraction: Number, churned_revenue: Number) -> Number:
    """No more revenue can be lost than there was."""
    return _kept(revenue_start, contraction, churned_revenue) + expansion / revenue_start


@function(
    Unit.SHARE,
    en="Gross revenue retention: (start - contraction - churned revenue) / start. Never above 1.",
    nl="Bruto-omzetretentie: (begin - krimp - opgezegd) / begin. Nooit boven 1.",
    examples=[
        ((100, 5, 10), 0.85),
        ((1844.36, 352.23, 1492.13), 0),
        ((0, 5, 10), "#DIV/0!"),
        ((100, 60, 60), "#NUM!"),
        ((100, None, 10), "#VALUE!"),
    ],
)
def grr(revenue_start: Number, contraction: Number, churned_revenue: Number) -> Number:
    """Expansion does not make up for what was lost."""
    return _kept(revenue_start, contraction, churned_revenue)


def _kept(revenue_start: Number, contraction: Number, churned_revenue: Number) -> Number:
    """The share of revenue that stays; cents that do not add up to zero in binary are zero."""
    kept = (revenue_start - contraction - churned_revenue) / revenue_start
    return where(kept < -SMALL, NUM_ERROR, where(kept < SMALL, 0, kept))
