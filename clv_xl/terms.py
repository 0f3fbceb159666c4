"""The words of the business, once: every argument, label and limit of the catalogue comes from here.

Sources of the definitions: Gupta and Lehmann (2003) for margin, retention and discount; Fader, Hardie and Lee (2005)
for frequency, recency and T; Dutch labels as Dutch marketers write them (CLV, CAC and churn stay English).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LANGUAGES = ("en", "nl")
INFINITY = float("inf")


@dataclass(frozen=True)
class Text:
    """A text in both languages; in any other it is told in English."""

    en: str
    nl: str

    def __getitem__(self, language: str) -> str:
        return self.nl if language == "nl" else self.en

    __iter__ = None  # else Python would ask for item after item, each of which there is


def dutch(number: float, decimals: int = 0) -> str:
    """A number as it is written in Dutch: 1.048.576 or 0,25."""
    return f"{number:,.{decimals}f}".translate({ord(","): ".", ord("."): ","})


def counted(number: int, one: Text, many: Text) -> Text:
    """A number with what it counts: 1 order, 1,234 orders; 1 bestelling, 1.234 bestellingen."""
    what = one if number == 1 else many
    return Text(f"{number:,} {what.en}", f"{dutch(number)} {what.nl}")


class Unit(StrEnum):
    """What a value is measured in; hosts derive formats from it."""

    MONEY = "money"
    SHARE = "share"  # 0.6 for 60 %
    COUNT = "count"
    TIME = "time"  # in the period of the other arguments
    RATIO = "ratio"
    DATE = "date"
    TEXT = "text"
    FLAG = "flag"  # 1 or 0, TRUE or FALSE
    ANY = "any"  # numbers or text: customer ids
    TABLE = "table"  # a result of several rows


UNIT_NAMES = {
    Unit.MONEY: Text("money", "bedrag"),
    Unit.SHARE: Text("share, 0 to 1", "aandeel, 0 tot 1"),
    Unit.COUNT: Text("number", "aantal"),
    Unit.TIME: Text("periods", "perioden"),
    Unit.RATIO: Text("ratio", "verhouding"),
    Unit.DATE: Text("date", "datum"),
    Unit.TEXT: Text("text", "tekst"),
    Unit.FLAG: Text("1 or 0", "1 of 0"),
    Unit.ANY: Text("number or text", "getal of tekst"),
    Unit.TABLE: Text("table", "tabel"),
}


@dataclass(frozen=True)
class Term:
    """One word: unit, name, explanation and what is allowed: low <= value <= high.

    `many` is a range that is read whole; `whole` allows whole numbers only; `choices` are the texts allowed.
    """

    unit: Unit
    name: Text
    doc: Text
    low: float = -INFINITY
    high: float = INFINITY
    whole: bool = False
    many: bool = False
    choices: tuple[str, ...] = ()


def _money(name: tuple[str, str], en: str, nl: str, *, low: float = -INFINITY, many: bool = False) -> Term:
    return Term(Unit.MONEY, Text(*name), Text(en, nl), low=low, many=many)


def _share(name: tuple[str, str], en: str, nl: str, *, low: float = 0, many: bool = False) -> Term:
    return Term(Unit.SHARE, Text(*name), Text(en, nl), low=low, high=1, many=many)


def _count(name: tuple[str, str], en: str, nl: str, *, many: bool = False) -> Term:
    return Term(Unit.COUNT, Text(*name), Text(en, nl), low=0, many=many)


def _time(name: tuple[str, str], en: str, nl: str, *, many: bool = False) -> Term:
    return Term(Unit.TIME, Text(*name), Text(en, nl), low=0, many=many)


def _choice(name: tuple[str, str], en: str, nl: str, *choices: str) -> Term:
    return Term(Unit.TEXT, Text(*name), Text(en, nl), choices=choices)


TERMS = {
    # orders
    "revenue": _money(
        ("revenue", "omzet"),
        "Revenue excluding VAT, after discounts and refunds.",
        "Omzet exclusief btw, na kortingen en terugbetalingen.",
    ),
    "purchases": _count(("purchases", "aankopen"), "Number of purchases (orders).", "Aantal aankopen (bestellingen)."),
    "customers": _count(
        ("customers", "klanten"),
        "Number of customers in the same period.",
        "Aantal klanten in dezelfde periode.",
    ),
    "periods": Term(
        Unit.TIME,
        Text("periods", "perioden"),
        Text("Number of periods the data cover, e.g. 2 for two years.", "Aantal perioden in de gegevens, bijv. 2."),
        low=0,
    ),
    "order_value": _money(
        ("order value", "orderwaarde"),
        "Average order value (AOV); or customer value per period.",
        "Gemiddelde orderwaarde; of de klantwaarde per periode.",
        low=0,
    ),
    "frequency": _count(
        ("frequency", "frequentie"),
        "Purchases per customer per period; to a fitted model: repeat purchases (days) of the customer so far.",
        "Aankopen per klant per periode; voor een geschat model: herhaalaankopen (dagen) van de klant tot nu toe.",
    ),
    "orders_per_customer": _count(
        ("orders per customer", "bestellingen per klant"),
        "Range with the number of orders of each customer.",
        "Bereik met het aantal bestellingen van elke klant.",
        many=True,
    ),
    # lifespan and retention
    "durations": Term(
        Unit.TIME,
        Text("durations", "duren"),
        Text(
            "How long each customer has stayed so far: a range, or the total.",
            "Hoe lang elke klant tot nu toe bleef: een bereik, of het totaal.",
        ),
        low=0,
        many=True,
    ),
    "churned": Term(
        Unit.FLAG,
        Text("churned", "vertrokken"),
        Text(
            "Which customers left: a range of 1 or 0 (TRUE or FALSE), or how many.",
            "Welke klanten vertrokken: een bereik met 1 of 0 (WAAR of ONWAAR), of het aantal.",
        ),
        low=0,
        many=True,
    ),
    "lifespan": Term(
        Unit.TIME,
        Text("lifespan", "levensduur"),
        Text(
            "Average time a customer stays, in the period of the frequency.",
            "Gemiddelde tijd dat een klant blijft, in de periode van de frequentie.",
        ),
        low=0,
    ),
    "churn": _share(
        ("churn", "churn"),
        "Share of customers who leave per period: 0.05 for 5 %.",
        "Deel van de klanten dat per periode vertrekt: 0,05 voor 5 %.",
    ),
    "retention": _share(
        ("retention", "retentie"),
        "Share of customers who stay each period: 0.8 for 80 %.",
        "Deel van de klanten dat elke periode blijft: 0,8 voor 80 %.",
    ),
    "customers_lost": _count(
        ("customers lost", "vertrokken klanten"),
        "Customers who left during the period.",
        "Klanten die in de periode vertrokken.",
    ),
    "customers_start": _count(
        ("customers at the start", "klanten aan het begin"),
        "Customers at the start of the period.",
        "Klanten aan het begin van de periode.",
    ),
    "customers_end": _count(
        ("customers at the end", "klanten aan het einde"),
        "Customers at the end of the period.",
        "Klanten aan het einde van de periode.",
    ),
    "customers_new": _count(
        ("new customers", "nieuwe klanten"),
        "Customers won during the period.",
        "Klanten die in de periode nieuw waren.",
    ),
    "rate": _share(
        ("rate", "percentage"),
        "Churn per period to convert: 0.05 for 5 %.",
        "Om te rekenen churn per periode: 0,05 voor 5 %.",
    ),
    "from_per_year": Term(
        Unit.COUNT,
        Text("periods per year, from", "perioden per jaar, van"),
        Text(
            "Periods per year of the given rate: 12 for monthly.", "Perioden per jaar van de invoer: 12 is per maand."
        ),
        low=0,
    ),
    "to_per_year": Term(
        Unit.COUNT,
        Text("periods per year, to", "perioden per jaar, naar"),
        Text("Periods per year of the result: 1 for yearly.", "Perioden per jaar van de uitkomst: 1 is per jaar."),
        low=0,
    ),
    "revenue_start": _money(
        ("revenue at the start", "omzet aan het begin"),
        "Recurring revenue of the customers at the start.",
        "Terugkerende omzet van de klanten aan het begin.",
        low=0,
    ),
    "expansion": _money(
        ("expansion", "uitbreiding"),
        "Extra recurring revenue from those customers.",
        "Extra terugkerende omzet van die klanten.",
        low=0,
    ),
    "contraction": _money(
        ("contraction", "krimp"),
        "Recurring revenue lost to downgrades.",
        "Terugkerende omzet verloren door afschalen.",
        low=0,
    ),
    "churned_revenue": _money(
        ("churned revenue", "opgezegde omzet"),
        "Recurring revenue of the customers who left.",
        "Terugkerende omzet van de vertrokken klanten.",
        low=0,
    ),
    # value
    "margin": _share(
        ("margin", "marge"),
        "Gross margin as a share of revenue: 0.6 for 60 %.",
        "Brutomarge als deel van de omzet: 0,6 voor 60 %.",
    ),
    "discount": _share(
        ("discount rate", "disconteringsvoet"),
        "Discount rate per period: 0.1 for 10 %.",
        "Disconteringsvoet per periode: 0,1 voor 10 %.",
    ),
    "amounts": _money(("amounts", "bedragen"), "Range of order amounts.", "Bereik met orderbedragen.", many=True),
    "margin_per_period": _money(
        ("margin per period", "marge per periode"),
        "Gross margin of one customer per period, in money.",
        "Brutomarge van één klant per periode, als bedrag.",
    ),
    "growth": _share(
        ("growth", "groei"),
        "Growth of the margin per period: 0.05 for 5 %.",
        "Groei van de marge per periode: 0,05 voor 5 %.",
        low=-1,
    ),
    "timing": Term(
        Unit.COUNT,
        Text("timing", "moment"),
        Text(
            "When the margin comes: 0 at the end of each period, 1 at the start (as in PMT).",
            "Wanneer de marge komt: 0 aan het einde van elke periode, 1 aan het begin (als in BET).",
        ),
        low=0,
        high=1,
        whole=True,
    ),
    "acquisition": _money(
        ("acquisition cost", "acquisitiekosten"),
        "Cost to win the customer, taken off the value.",
        "Kosten om de klant te winnen, van de waarde afgetrokken.",
        low=0,
    ),
    "horizon": Term(
        Unit.TIME,
        Text("horizon", "horizon"),
        Text("Number of whole periods looked ahead.", "Aantal hele perioden vooruit."),
        low=1,
        high=10_000,
        whole=True,
    ),
    "margins": _money(
        ("margins", "marges"),
        "Range with the margin of period 1, 2, 3 ...; a blank is a period without margin.",
        "Bereik met de marge van periode 1, 2, 3 ...; leeg is een periode zonder marge.",
        many=True,
    ),
    "survival": _share(
        ("survival", "overleving"),
        "Range with the share of customers still there in each period.",
        "Bereik met het deel van de klanten dat er in elke periode nog is.",
        many=True,
    ),
    # acquisition
    "spend": _money(
        ("spend", "uitgaven"),
        "Acquisition spend: marketing and sales to win customers.",
        "Acquisitie-uitgaven: marketing en verkoop om klanten te winnen.",
        low=0,
    ),
    "new_customers": _count(
        ("new customers", "nieuwe klanten"),
        "Customers won with that spend, in the same period.",
        "Klanten die daarmee gewonnen zijn, in dezelfde periode.",
    ),
    "clv": _money(("CLV", "CLV"), "Customer lifetime value.", "Customer lifetime value (CLV)."),
    "cac": _money(
        ("CAC", "CAC"),
        "Customer acquisition cost: cost per new customer.",
        "Acquisitiekosten per nieuwe klant (CAC).",
        low=0,
    ),
    "ratio": Term(
        Unit.RATIO,
        Text("ratio", "verhouding"),
        Text("CLV divided by CAC; 3 is the usual target.", "CLV gedeeld door CAC; 3 is het gangbare doel."),
        low=0,
    ),
    "language": _choice(
        ("language", "taal"),
        'Language of the answer: "en" or "nl".',
        'Taal van het antwoord: "en" of "nl".',
        *LANGUAGES,
    ),
    "conversion": _share(
        ("conversion", "conversie"),
        "Share of leads that become a customer: 0.1 for 10 %.",
        "Deel van de leads dat klant wordt: 0,1 voor 10 %.",
    ),
    "margin_per_order": _money(
        ("margin per order", "marge per bestelling"),
        "Gross margin of one order, in money.",
        "Brutomarge van één bestelling, als bedrag.",
        low=0,
    ),
    # customer base
    "ids": Term(
        Unit.ANY,
        Text("ids", "klantnummers"),
        Text("Range with the customer of each order.", "Bereik met de klant van elke bestelling."),
        many=True,
    ),
    "dates": Term(
        Unit.DATE,
        Text("dates", "datums"),
        Text("Range with the date of each order.", "Bereik met de datum van elke bestelling."),
        low=1,
        high=2_958_465,
        many=True,
    ),
    "as_of": Term(
        Unit.DATE,
        Text("as-of date", "peildatum"),
        Text(
            "Date to count up to; left out, the last date in the data.", "Datum tot waar telt; weggelaten: de laatste."
        ),
        low=1,
        high=2_958_465,
    ),
    "unit": _choice(
        ("unit", "eenheid"),
        'Unit of time of recency and T: "day", "week", "month" or "year".',
        'Tijdseenheid van recentheid en T: "day", "week", "month" of "year".',
        "day",
        "week",
        "month",
        "year",
    ),
    "period": _choice(
        ("period", "periode"),
        'Length of a period: "week", "month", "quarter" or "year".',
        'Lengte van een periode: "week", "month", "quarter" of "year".',
        "week",
        "month",
        "quarter",
        "year",
    ),
    "recency_score": Term(
        Unit.COUNT,
        Text("recency score", "recentheidsscore"),
        Text(
            "RFM score for recency, 1 to 5 (5 is most recent).", "RFM-score voor recentheid, 1 tot 5 (5 is recentst)."
        ),
        low=1,
        high=5,
        whole=True,
    ),
    "frequency_score": Term(
        Unit.COUNT,
        Text("frequency score", "frequentiescore"),
        Text("RFM score for frequency, 1 to 5 (5 is most often).", "RFM-score voor frequentie, 1 tot 5 (5 is vaakst)."),
        low=1,
        high=5,
        whole=True,
    ),
    "score_count": Term(
        Unit.COUNT,
        Text("number of scores", "aantal scores"),
        Text("Number of score classes, 5 by default.", "Aantal scoreklassen, standaard 5."),
        low=2,
        high=10,
        whole=True,
    ),
    "value": _money(
        ("value", "waarde"),
        "Value of one customer; or your own figure to compare.",
        "Waarde van één klant; of uw eigen cijfer om te vergelijken.",
    ),
    "values": _money(
        ("values", "waarden"),
        "Range with the value of every customer.",
        "Bereik met de waarde van elke klant.",
        many=True,
    ),
    "top": _share(
        ("top share", "topaandeel"),
        "Share of customers at the top: 0.2 for the best 20 %.",
        "Deel van de klanten aan de top: 0,2 voor de beste 20 %.",
    ),
    "change": _share(
        ("change", "verandering"),
        "Change of each lever: 0.1 for 10 % better.",
        "Verandering van elke knop: 0,1 voor 10 % beter.",
    ),
    # prediction
    "frequencies": _count(
        ("frequencies", "frequenties"),
        "Range with the repeat purchases of each customer, as CUSTOMER_SUMMARY counts them.",
        "Bereik met de herhaalaankopen van elke klant, zoals CUSTOMER_SUMMARY ze telt.",
        many=True,
    ),
    "recencies": _time(
        ("recencies", "recentheden"),
        "Range with the time from first to last purchase of each customer; for BG/BB the number of the last "
        "opportunity used.",
        "Bereik met de tijd van eerste tot laatste aankoop van elke klant; voor BG/BB het nummer van de laatst benutte "
        "gelegenheid.",
        many=True,
    ),
    "ages": _time(
        ("T of each", "T van elk"),
        "Range with the time from first purchase to the end of the data (T) of each customer, in the unit of recency.",
        "Bereik met de tijd van eerste aankoop tot het einde van de data (T) van elke klant, in de eenheid van "
        "recentheid.",
        many=True,
    ),
    "opportunities": _count(
        ("opportunities", "gelegenheden"),
        "Range with the number of opportunities to buy that each customer has had.",
        "Bereik met het aantal gelegenheden om te kopen dat elke klant heeft gehad.",
        many=True,
    ),
    "monetary_values": _money(
        ("monetary values", "bestedingen"),
        "Range with the mean spend per repeat purchase of each customer.",
        "Bereik met de gemiddelde besteding per herhaalaankoop van elke klant.",
        many=True,
    ),
    "survivors": _count(
        ("survivors", "overgebleven klanten"),
        "Range with the customers of one cohort left after 0, 1, 2 ... periods.",
        "Bereik met de klanten van één cohort die er na 0, 1, 2 ... perioden nog zijn.",
        many=True,
    ),
    "parameters": Term(
        Unit.ANY,
        Text("parameters", "parameters"),
        Text(
            "The table of a fit (or its estimates, the model's name on top); or the parameters alone, in the order of "
            "that table.",
            "De tabel van een schatting (of de kolom estimate, met de naam van het model); of alleen de parameters, in "
            "die volgorde.",
        ),
        many=True,
    ),
    "model_name": _choice(
        ("model", "model"),
        'Whose the parameters are, when they do not say so: "bgnbd", "mbgnbd", "pareto-nbd" or "bgbb".',
        'Van welk model de parameters zijn, als die dat niet zeggen: "bgnbd", "mbgnbd", "pareto-nbd" of "bgbb".',
        "bgnbd",
        "mbgnbd",
        "pareto-nbd",
        "bgbb",
    ),
    "recency": _time(
        ("recency", "recentheid"),
        "Time from first to last purchase of the customer, 0 after one; for BG/BB the number of the last "
        "opportunity used.",
        "Tijd van eerste tot laatste aankoop van de klant, 0 na één; voor BG/BB het nummer van de laatst benutte "
        "gelegenheid.",
    ),
    "age": _time(
        ("T", "T"),
        "T: time from first purchase to the end of the data, in the unit of recency; for BG/BB the opportunities so "
        "far.",
        "T: tijd van eerste aankoop tot het einde van de data, in de eenheid van recentheid; voor BG/BB de "
        "gelegenheden tot nu toe.",
    ),
    "monetary_value": _money(
        ("monetary value", "besteding"),
        "Mean spend per repeat purchase of the customer; 0 without one.",
        "Gemiddelde besteding per herhaalaankoop van de klant; 0 zonder.",
    ),
    "time_ahead": _time(
        ("time ahead", "tijd vooruit"),
        "How far to look ahead, in the unit of recency and T of the fit; for BG/BB a number of opportunities.",
        "Hoe ver vooruit, in de eenheid van recentheid en T van de schatting; voor BG/BB een aantal gelegenheden.",
    ),
    "horizon_months": Term(
        Unit.TIME,
        Text("horizon in months", "horizon in maanden"),
        Text("Months looked ahead: 12 for a year.", "Aantal maanden vooruit: 12 is een jaar."),
        low=0,
        high=1200,
    ),
    "discount_per_year": _share(
        ("discount rate per year", "disconteringsvoet per jaar"),
        "Discount rate per year: 0.1 for 10 %.",
        "Disconteringsvoet per jaar: 0,1 voor 10 %.",
    ),
    "model": _choice(
        ("model", "model"),
        'Model of the purchases: "mbgnbd", "bgnbd", "pareto-nbd", or "auto" for the one that fits best.',
        'Model van de aankopen: "mbgnbd", "bgnbd", "pareto-nbd", of "auto" voor het best passende.',
        "auto",
        "bgnbd",
        "mbgnbd",
        "pareto-nbd",
    ),
    "interval": _share(
        ("interval", "interval"),
        "Chance that the CLV ends up between low and high: 0.8 for 80 %. Left out: no interval.",
        "Kans dat de CLV tussen low en high uitkomt: 0,8 voor 80 %. Weggelaten: geen interval.",
    ),
    "alpha": Term(
        Unit.RATIO,
        Text("alpha", "alpha"),
        Text(
            "Parameter alpha of SBG_FIT: the higher, the more leave.",
            "Parameter alpha van SBG_FIT: hoger is meer vertrek.",
        ),
        low=0,
    ),
    "beta": Term(
        Unit.RATIO,
        Text("beta", "beta"),
        Text(
            "Parameter beta of SBG_FIT: the higher, the more stay.", "Parameter beta van SBG_FIT: hoger is meer trouw."
        ),
        low=0,
    ),
    "renewal": Term(
        Unit.COUNT,
        Text("renewal", "verlenging"),
        Text(
            "Which renewal: 1 for the first, at the end of period 1.",
            "De hoeveelste verlenging: 1 is de eerste, aan het einde van periode 1.",
        ),
        low=1,
        high=10_000,
        whole=True,
    ),
    "renewals": Term(
        Unit.COUNT,
        Text("renewals", "verlengingen"),
        Text("Renewals made so far: 0 for a new customer.", "Verlengingen tot nu toe: 0 voor een nieuwe klant."),
        low=0,
        high=10_000,
        whole=True,
    ),
    # benchmarks and help
    "industry": Term(
        Unit.TEXT,
        Text("industry", "branche"),
        Text("Industry, in English or Dutch, as on the Benchmarks sheet.", "Branche, in het Engels of Nederlands."),
    ),
    "metric": Term(
        Unit.TEXT,
        Text("metric", "kengetal"),
        Text('Metric, e.g. "CLV", "CAC" or "AOV".', 'Kengetal, bijv. "CLV", "CAC" of "AOV".'),
    ),
    "statistic": _choice(
        ("statistic", "maatstaf"),
        'What to take of several sources: "median", "low", "high" or "count".',
        'Wat van meer bronnen te nemen: "median", "low", "high" of "count".',
        "median",
        "low",
        "high",
        "count",
    ),
    "function_name": Term(
        Unit.TEXT,
        Text("function", "functie"),
        Text('Name of a function, e.g. "CLV".', 'Naam van een functie, bijv. "CLV".'),
    ),
}
