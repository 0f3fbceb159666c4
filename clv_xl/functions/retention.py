"""How long customers stay: lifespan, churn and retention of customers and of revenue."""

from __future__ import annotations

import math

from clv_xl.catalogue import function
from clv_xl.errors import OutOfRange
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


@function(
    Unit.SHARE,
    en="Share of the customers of a cohort with a contract that renews: (beta + n - 1) / (alpha + beta + n - 1) at the "
    "n-th renewal. It rises, as who is likely to leave leaves early.",
    nl="Deel van de klanten van een cohort met een contract dat verlengt: (beta + n - 1) / (alpha + beta + n - 1) bij "
    "de n-de verlenging. Het stijgt, want wie snel vertrekt is het eerst weg.",
    examples=[
        ((1, 1, 1), 0.5),
        ((0.75, 1.25, 3), 0.8125),
        ((0, 0, 1), "#DIV/0!"),
        ((1, 1, 0), "#NUM!"),
        ((1, 1, 1.5), "#NUM!"),
        ((-1, 1, 1), "#NUM!"),
        ((1, "b", 1), "#VALUE!"),
    ],
    source="Fader and Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21(1)",
)
def sbg_retention(alpha: Number, beta: Number, renewal: Number) -> Number:
    """Alpha and beta from SBG_FIT."""
    return (beta + renewal - 1) / (alpha + beta + renewal - 1)


@function(
    Unit.TIME,
    en="Periods to expect of a customer with a contract, the one that has just begun included, each discounted per "
    "period from now. Times SBG_RETENTION of the next renewal: of who is about to renew (DERL).",
    nl="Te verwachten perioden van een klant met een contract, de zojuist begonnen periode inbegrepen, verdisconteerd "
    "per periode. Maal SBG_RETENTION: van wie op het punt staat te verlengen (DERL).",
    python="Excel has no word for the hypergeometric function",
    examples=[
        ((2, 3), 4),
        ((2, 3, 0, 1), 5),
        ((1, 1, 0.1), 1.1 * math.log(11)),
        ((1, 1), "#NUM!"),
        ((0, 1, 0.1), "#NUM!"),
        ((2, 3, 0.1, 0.5), "#NUM!"),
        ((2, "b", 0.1), "#VALUE!"),
    ],
    source="Fader and Hardie (2010), Customer-base valuation in a contractual setting, Marketing Science 29(1)",
)
def sbg_lifetime(alpha: float, beta: float, discount: float = 0, renewals: float = 0) -> float:
    """Without a discount it is finite only for alpha above 1."""
    import numpy as np  # noqa: PLC0415  where there is none, other functions do without

    from clv_xl.models.shifted_beta_geometric import SBG  # noqa: PLC0415  scipy waits until it is needed

    with np.errstate(all="ignore"):
        if discount:
            lifetime = 1 + float(SBG(alpha, beta).derl(discount, renewals + 1)[0]) / (1 + discount)
        else:
            lifetime = SBG(alpha, beta + renewals).expected_lifetime
    if not math.isfinite(lifetime):
        raise OutOfRange("no number comes out of this")
    return lifetime
