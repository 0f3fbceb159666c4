"""What a customer is worth: customer lifetime value, simple, historical and discounted.

Sources: Gupta and Lehmann (2003), Customers as Assets, for retention and discount; Berger and Nasr (1998) for a finite
horizon. Every argument is per the same period.
"""

from __future__ import annotations

from clv_xl.catalogue import function
from clv_xl.terms import Unit
from clv_xl.words import NUM_ERROR, Number, absolute, present_value, total, where

ENDLESS = 1e-12
"""Margins that shrink by less than this each period add up to no number."""
SMALL = 1e-7
"""Rates and ratios closer to zero than this are computed by the first terms of their series."""


@function(
    Unit.MONEY,
    en="Customer lifetime value: order value x frequency x lifespan x margin; with a discount rate, as an annuity.",
    nl="Customer lifetime value: orderwaarde x frequentie x levensduur x marge; met disconto als annuïteit.",
    examples=[
        ((50, 36), 1800),
        ((75, 5, 3), 1125),
        ((75, 5, 3, 0.6), 675),
        ((75, 5, 3, 0.6, 0.1), 559.5416979714501),
        ((75, 5, 3, 1, 1e-16), 1125),
        ((50, 36, None, None), 1800),
        ((50, 36, 1, 60), "#NUM!"),
        ((50, -36), "#NUM!"),
        (("fifty", 36), "#VALUE!"),
        ((None, 36), "#VALUE!"),
    ],
)
def clv(
    order_value: Number, frequency: Number, lifespan: Number = 1, margin: Number = 1, discount: Number = 0
) -> Number:
    """With the lifespan left out, the frequency is per lifetime: 50 a month x 36 months is 1,800."""
    annuity = (1 - (1 + discount) ** -lifespan) / discount
    nearly = lifespan * (1 - (lifespan + 1) / 2 * discount)  # its series, where the annuity would lose its digits
    periods = where(discount > 0, where(discount > SMALL, annuity, nearly), lifespan)
    return order_value * frequency * periods * margin


@function(
    Unit.MONEY,
    en="Historical value of a customer: the sum of all amounts so far, times margin.",
    nl="Historische klantwaarde: de som van alle bedragen tot nu toe, maal de marge.",
    examples=[
        (([50] * 10,), 500),
        (([50] * 10, 0.3), 150),
        (([50, None, "gift"],), 50),
        (([50] * 10, 30), "#NUM!"),
        ((["none"],), "#N/A"),
    ],
)
def clv_historic(amounts: Number, margin: Number = 1) -> Number:
    """USD 50 a year for ten years is USD 500."""
    return total(amounts) * margin


@function(
    Unit.MONEY,
    en="Value from churn: revenue per customer per period x margin / churn.",
    nl="Klantwaarde uit churn: omzet per klant per periode x marge / churn.",
    examples=[
        ((50, 0.6, 0.05), 600),
        ((50, 0.6, 0), "#DIV/0!"),
        ((50, 60, 0.05), "#NUM!"),
        ((50, 0.6, "x"), "#VALUE!"),
    ],
)
def clv_churn(revenue: Number, margin: Number, churn: Number) -> Number:
    """Undiscounted: churn 0 would make it endless."""
    return revenue * margin / churn


@function(
    Unit.MONEY,
    en="Value of a customer who stays with a retention rate, discounted (Gupta-Lehmann): m r / (1 + i - r (1 + g)).",
    nl="Waarde van een klant die met een retentie blijft, contant (Gupta-Lehmann): m r / (1 + i - r (1 + g)).",
    examples=[
        ((100, 0.8, 0.1), 266.6666666666667),
        ((100, 0.8, 0.1, 0, 1), 366.6666666666667),
        ((100, 0.8, 0.1, 0.05), 307.6923076923077),
        ((100, 0.8, 0.1, 0, 0, 50), 216.66666666666669),
        ((100, 1.2, 0.1), "#NUM!"),
        ((100, 1, 0), "#NUM!"),
        ((100, 1, 0.05, 0.05), "#NUM!"),
        ((100, 0.95, 0.14, 0.20), "#NUM!"),
        ((100, 0.8, 0.1, 0, 0.5), "#NUM!"),
        (("a lot", 0.8, 0.1), "#VALUE!"),
    ],
    source="Gupta and Lehmann (2003), Customers as Assets, Journal of Interactive Marketing 17(1)",
)
def clv_retention(
    margin_per_period: Number,
    retention: Number,
    discount: Number,
    growth: Number = 0,
    timing: Number = 0,
    acquisition: Number = 0,
) -> Number:
    """The first margin has not grown yet: growth starts with the second."""
    return margin_per_period * _multiple(retention, discount, growth, timing) - acquisition


@function(
    Unit.RATIO,
    en="Margin multiple: what one unit of margin per period is worth with this retention and discount rate.",
    nl="Margeveelvoud: wat één eenheid marge per periode waard is bij deze retentie en disconteringsvoet.",
    examples=[
        ((0.8, 0.1), 2.6666666666666665),
        ((0.9, 0.1), 4.5),
        ((0.6, 0.16), 1.0714285714285714),
        ((0.8, 0.1, 0, 1), 3.666666666666667),
        ((80, 0.1), "#NUM!"),
        ((1, 0), "#NUM!"),
        ((None, 0.1), "#VALUE!"),
    ],
    source="Gupta and Lehmann (2003), Customers as Assets, Journal of Interactive Marketing 17(1)",
)
def margin_multiple(retention: Number, discount: Number, growth: Number = 0, timing: Number = 0) -> Number:
    """Between 1 and 4.5 for the retention and discount rates that companies have."""
    return _multiple(retention, discount, growth, timing)


def _multiple(retention: Number, discount: Number, growth: Number, timing: Number) -> Number:
    """The sum of (r (1 + g) / (1 + i)) ** t, from the end of the first period or from its start."""
    shrink = 1 + discount - retention * (1 + growth)
    return where(shrink < ENDLESS, NUM_ERROR, where(timing > 0, 1 + discount, retention) / shrink)


@function(
    Unit.MONEY,
    en="Value over a number of periods: margin x retention, growing and discounted, up to the horizon.",
    nl="Waarde over een aantal perioden: marge x retentie, met groei en disconto, tot aan de horizon.",
    examples=[
        ((100, 0.8, 0.1, 5), 212.40973369677607),
        ((100, 0.8, 0.1, 5, 0, 1), 292.0633838330671),
        ((100, 1, 0, 5), 500),
        ((100, 1, 0.1, 1), 90.9090909090909),
        ((100, 0.8, 0.1, 5, 0.05, 0, 50), 177.79178074026242),
        ((100, 0, 0.1, 3, 0, 1), 100),
        ((100, 0.8, 0.1, 2.5), "#NUM!"),
        ((100, 0.8, 10, 5), "#NUM!"),
        ((100, 0.8, 0.1, None), "#VALUE!"),
    ],
    source="Berger and Nasr (1998), Customer lifetime value, Journal of Interactive Marketing 12(1), case 1",
)
def clv_horizon(
    margin_per_period: Number,
    retention: Number,
    discount: Number,
    horizon: Number,
    growth: Number = 0,
    timing: Number = 0,
    acquisition: Number = 0,
) -> Number:
    """A geometric sum; where its ratio is 1 within rounding, the first two terms of its series take over."""
    ratio = retention * (1 + growth) / (1 + discount)
    short = 1 - ratio
    periods = where(absolute(short) > SMALL, (1 - ratio**horizon) / short, horizon * (1 - (horizon - 1) / 2 * short))
    return margin_per_period * where(timing > 0, 1, retention / (1 + discount)) * periods - acquisition


@function(
    Unit.MONEY,
    en="Present value of a row of margins, one per period (end of period, like NPV), with the share still there.",
    nl="Contante waarde van een reeks marges, één per periode (einde periode, als NHW), met het deel dat er nog is.",
    examples=[
        ((0.1, [100, 80, 64]), 205.10894064613072),
        ((0.1, [100, 100, 100], [1, 0.8, 0.64]), 205.10894064613072),
        ((0.1, [100, None, 64]), 138.99323816679187),
        ((0, [100, 80, 64], [1, 1, 1], 44), 200),
        ((10, [100, 80]), "#NUM!"),
        ((0.1, [100, 80], [1, 8]), "#NUM!"),
        ((0.1, [100, 80], [1]), "#VALUE!"),
        ((0.1, ["none"]), "#N/A"),
    ],
    one_cell=("discount",),
)
def clv_cashflow(discount: Number, margins: Number, survival: Number | None = None, acquisition: Number = 0) -> Number:
    """A blank cell is a period without margin; it keeps its place, which NPV would not."""
    flows = (margins,) if survival is None else (margins, survival)
    return present_value(discount, *flows) - acquisition
