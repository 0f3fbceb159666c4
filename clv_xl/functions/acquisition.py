"""What a new customer may cost: CAC, its ratio to CLV, and when it is earned back."""

from __future__ import annotations

from clv_xl.catalogue import function
from clv_xl.terms import LANGUAGES, Text, Unit
from clv_xl.words import NUM_ERROR, Number, ln, same, where

SMALL = 1e-9
SAFE_RATIO = 3
"""A CLV of three times the acquisition cost is safe."""

STATUS = {
    1: Text("Loss: a customer costs more than it brings", "Verlies: een klant kost meer dan hij oplevert"),
    3: Text("Thin: too little left after acquisition", "Krap: te weinig over na acquisitie"),
    5: Text("Healthy: three times the cost or more", "Gezond: drie keer de kosten of meer"),
}
HIGH_STATUS = Text("High: you can probably invest more in growth", "Hoog: u kunt waarschijnlijk meer in groei steken")


@function(
    Unit.MONEY,
    en="Customer acquisition cost: acquisition spend / new customers of the same period.",
    nl="Acquisitiekosten per klant (CAC): acquisitie-uitgaven / nieuwe klanten in dezelfde periode.",
    examples=[
        ((2280000, 17520), 130.13698630136986),
        ((0, 10), 0),
        ((1000, 0), "#DIV/0!"),
        ((1000, -5), "#NUM!"),
        ((1000, "five"), "#VALUE!"),
    ],
)
def cac(spend: Number, new_customers: Number) -> Number:
    """Spend and new customers of the same months; say whether salaries and tools are in."""
    return spend / new_customers


@function(
    Unit.RATIO,
    en="CLV / CAC: how many times a customer earns back the cost of winning it.",
    nl="CLV / CAC: hoeveel keer een klant de kosten van acquisitie terugverdient.",
    examples=[
        ((1500, 500), 3),
        ((-100, 50), -2),
        ((1500, 0), "#DIV/0!"),
        ((1500, None), "#VALUE!"),
        ((1500, -1), "#NUM!"),
    ],
)
def clv_cac(clv: Number, cac: Number) -> Number:
    """Only sound when the CLV is on margin, not on revenue."""
    return clv / cac


@function(
    Unit.TEXT,
    en="What a CLV/CAC ratio means: below 1 loss, below 3 thin, 3 to 5 healthy, above that high.",
    nl="Wat een CLV/CAC-verhouding betekent: onder 1 verlies, onder 3 krap, 3 tot 5 gezond, daarboven hoog.",
    examples=[
        ((0.5,), STATUS[1].en),
        ((2.9,), STATUS[3].en),
        ((3,), STATUS[5].en),
        ((3, "nl"), STATUS[5].nl),
        ((5.1, "NL"), HIGH_STATUS.nl),
        ((3, "de"), "#VALUE!"),
        (("3",), "#VALUE!"),
        ((-1,), "#NUM!"),
    ],
)
def clv_cac_status(ratio: Number, language: Number = "en") -> Number:  # type: ignore[assignment]  # a choice is text
    """A band, not praise: a very high ratio mostly means too little is invested."""
    in_english, *others = [_band(ratio, language_) for language_ in LANGUAGES]
    answer = in_english
    for language_, other in zip(LANGUAGES[1:], others, strict=True):
        answer = where(same(language, language_), other, answer)
    return answer


def _band(ratio: Number, language: str) -> Number:
    band: Number = where(ratio <= max(STATUS), STATUS[max(STATUS)][language], HIGH_STATUS[language])
    for limit in sorted(STATUS, reverse=True)[1:]:
        band = where(ratio < limit, STATUS[limit][language], band)
    return band


@function(
    Unit.MONEY,
    en="The most a new customer may cost: CLV / ratio, by default a third of the CLV.",
    nl="Wat een nieuwe klant maximaal mag kosten: CLV / verhouding, standaard een derde van de CLV.",
    examples=[((1500,), 500), ((1500, 5), 300), ((1500, 0), "#DIV/0!"), ((1500, -3), "#NUM!"), (("x",), "#VALUE!")],
)
def max_cac(clv: Number, ratio: Number = SAFE_RATIO) -> Number:
    """With ratio 1 it is the break-even cost."""
    return clv / ratio


@function(
    Unit.MONEY,
    en="The most a lead may cost: CLV x conversion / ratio.",
    nl="Wat een lead maximaal mag kosten: CLV x conversie / verhouding.",
    examples=[
        ((1500, 0.1), 50),
        ((1500, 0.1, 5), 30),
        ((1500, 10), "#NUM!"),
        ((1500, 0.1, 0), "#DIV/0!"),
        ((1500, "x"), "#VALUE!"),
    ],
)
def target_cpa(clv: Number, conversion: Number, ratio: Number = SAFE_RATIO) -> Number:
    """The maximum CAC, times the share of leads that become a customer."""
    return clv * conversion / ratio


@function(
    Unit.TIME,
    en="Periods until the acquisition cost is earned back: CAC / margin per period; longer when customers leave.",
    nl="Perioden tot de acquisitiekosten terugverdiend zijn: CAC / marge per periode; langer als klanten vertrekken.",
    examples=[
        ((120, 10), 12),
        ((120, 10, 0.05), 17.8637528124251),
        ((120, 10, 0.1), "#NUM!"),
        ((120, 10, 1e-17), 12),
        ((10, 10, 1), 1),
        ((20, 10, 1), "#NUM!"),
        ((120, -10), "#NUM!"),
        ((120, 0), "#DIV/0!"),
        ((120, 10, 5), "#NUM!"),
        ((120, None), "#VALUE!"),
    ],
)
def cac_payback(cac: Number, margin_per_period: Number, churn: Number = 0) -> Number:
    """#NUM! when it is never earned back: m (1 - (1 - c) ** n) / c stays below the CAC."""
    periods = cac / margin_per_period
    # told, as LN of nothing is #VALUE! in LibreOffice; with churn 1 the first period is all there is
    never = (periods < 0) + (periods * churn >= 1) * (churn < 1) + (periods > 1) * (churn >= 1)
    with_churn = ln(1 - periods * churn) / ln(1 - churn)
    return where(never, NUM_ERROR, where((churn > SMALL) * (churn < 1), with_churn, periods))


@function(
    Unit.SHARE,
    en="Retention needed for a value of ratio x CAC: K (1 + i) / (m + K), margin at the end of each period.",
    nl="Retentie die nodig is voor een waarde van verhouding x CAC: K (1 + i) / (m + K), marge aan het einde.",
    examples=[
        ((38, 130, 0.1), 0.8511904761904763),
        ((38, 0, 0.1), 0),
        ((38, 130, 0.1, 3), "#NUM!"),
        ((0, 130, 0), "#NUM!"),
        ((38, 130, 10), "#NUM!"),
        ((0, 0, 0.1), "#DIV/0!"),
        ((38, 130, "x"), "#VALUE!"),
    ],
    source="Gupta and Lehmann (2003), solved for retention",
)
def breakeven_retention(margin_per_period: Number, cac: Number, discount: Number, ratio: Number = 1) -> Number:
    """#NUM! when no retention up to 100 % is enough."""
    worth = cac * ratio
    needed = worth * (1 + discount) / (margin_per_period + worth)
    never = (margin_per_period <= 0) * (worth > 0) + (needed < 0) + (needed > 1)
    return where(never, NUM_ERROR, needed)


@function(
    Unit.COUNT,
    en="Orders until the acquisition cost is earned back: CAC / margin per order.",
    nl="Bestellingen tot de acquisitiekosten terugverdiend zijn: CAC / marge per bestelling.",
    examples=[((120, 40), 3), ((0, 40), 0), ((120, 0), "#DIV/0!"), ((-1, 40), "#NUM!"), ((120, "x"), "#VALUE!")],
)
def breakeven_orders(cac: Number, margin_per_order: Number) -> Number:
    """May be a fraction: 2.4 orders means in the third."""
    return cac / margin_per_order
