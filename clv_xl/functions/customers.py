"""What a customer base holds: a summary per customer, RFM scores, cohorts, deciles and the levers of CLV.

Sources: Fader, Hardie and Lee (2005) for frequency, recency and T; the RFM map is the public one that names each of the
25 pairs of scores once, with the lowest pair apart as lost.
"""

from __future__ import annotations

from itertools import accumulate
from math import prod

from clv_xl.catalogue import function
from clv_xl.cells import Range, Value
from clv_xl.models import purchases
from clv_xl.terms import LANGUAGES, TERMS, Text, Unit
from clv_xl.words import (
    NUM_ERROR,
    Number,
    choose,
    count,
    count_above,
    nth_largest,
    place,
    rounded_up,
    same,
    total,
    total_above,
    where,
    whole,
)

Rows = list[list[Value]]

ONE_ROW_EACH = "the result has as many rows as there are customers"
SUMMARY_HEADINGS = ["customer", "frequency", "recency", "T", "monetary value"]

_IDS = ["an", "bo", "an", "an", "bo"]
_DAYS = [45292, 45296, 45299, 45306, 45306]  # 1 to 15 January 2024
_PAID = [100, 40, 50, 30, -40]


@function(
    Unit.TABLE,
    en="One row per customer: repeat purchase days, first to last, first to as-of, mean spend per repeat day. One "
    "day is one purchase; refunds (below 0), rows without id, later orders are left out; a faulty row spoils "
    "its customer only.",
    nl="Eén rij per klant: herhaalde koopdagen, eerste tot laatste, eerste tot peildatum, gemiddelde per herhaalde "
    "dag. Eén dag is één aankoop; terugbetaling (onder 0), lege id en latere orders tellen niet; een foute "
    "rij raakt één klant.",
    python=ONE_ROW_EACH,
    by_row=True,
    examples=[
        (
            (_IDS, _DAYS, _PAID, 45313, "week"),
            [SUMMARY_HEADINGS, ["an", 2, 2, 3, 40], ["bo", 0, 0, 17 / 7, 0]],
        ),
        (
            (["an", None, "bo"], [45292, None, "soon"], [100, None, 40]),
            [SUMMARY_HEADINGS, ["an", 0, 0, 0, 0], ["bo", "#VALUE!", "#VALUE!", "#VALUE!", "#VALUE!"]],
        ),
        ((_IDS, _DAYS, _PAID[:4]), "#VALUE!"),
        ((_IDS, _DAYS, _PAID, 45313, "decade"), "#VALUE!"),
        ((_IDS, _DAYS, _PAID, -1), "#NUM!"),
        (([None], [None], [None]), "#N/A"),
    ],
    source="Fader, Hardie and Lee (2005), Counting your customers the easy way, Marketing Science 24(2)",
)
def customer_summary(ids: Range, dates: Range, amounts: Range, as_of: float | None = None, unit: str = "day") -> Rows:
    """What BG/NBD and Pareto/NBD read; a week is 7 days, a year 365.25, a month a twelfth of it."""
    until = int(as_of) if as_of is not None else purchases.last_day(dates)
    length = purchases.DAYS[unit.casefold()]
    rows: Rows = [list(SUMMARY_HEADINGS)]
    for customer in purchases.by_customer(purchases.read(ids, dates, amounts), until):
        if customer.error:
            rows.append([customer.name, *[customer.error] * 4])
            continue
        first, last = min(customer.spend), max(customer.spend)
        repeats = [spend for day, spend in customer.spend.items() if day != first]
        mean = sum(repeats) / len(repeats) if repeats else 0.0
        rows.append([customer.name, float(len(repeats)), (last - first) / length, (until - first) / length, mean])
    return rows


CHAMPIONS = Text("Champions", "Topklanten")
LOYAL = Text("Loyal", "Loyaal")
POTENTIAL = Text("Potential loyalist", "Potentieel loyaal")
NEW = Text("New", "Nieuw")
PROMISING = Text("Promising", "Veelbelovend")
ATTENTION = Text("Need attention", "Aandacht nodig")
SLEEPY = Text("About to sleep", "Dreigt in te slapen")
AT_RISK = Text("At risk", "Risico")
PRECIOUS = Text("Can't lose", "Niet te verliezen")
HIBERNATING = Text("Hibernating", "Slapend")
LOST = Text("Lost", "Verloren")

SEGMENTS = (
    (LOST, HIBERNATING, AT_RISK, AT_RISK, PRECIOUS),
    (HIBERNATING, HIBERNATING, AT_RISK, AT_RISK, PRECIOUS),
    (SLEEPY, SLEEPY, ATTENTION, LOYAL, LOYAL),
    (PROMISING, POTENTIAL, POTENTIAL, LOYAL, LOYAL),
    (NEW, POTENTIAL, POTENTIAL, CHAMPIONS, CHAMPIONS),
)
"""The segment by recency score (rows, 1 to 5) and frequency score (columns, 1 to 5)."""

RFM_HEADINGS = [
    Text("customer", "klant"),
    Text("recency (days)", "recentheid (dagen)"),
    Text("frequency (orders)", "frequentie (bestellingen)"),
    Text("monetary (total)", "besteding (totaal)"),
    Text("R score", "R-score"),
    Text("F score", "F-score"),
    Text("M score", "M-score"),
    Text("segment", "segment"),
]


@function(
    Unit.TABLE,
    en="RFM per customer: days since the last purchase, orders, total, their scores (highest is best; equal values "
    "score alike) and segment. Refunds (below 0) only lower the total; a faulty row spoils its customer only.",
    nl="RFM per klant: dagen sinds de laatste aankoop, bestellingen, totaal, scores (hoogste is best; gelijk scoort "
    "gelijk) en segment. Terugbetalingen (onder 0) verlagen alleen het totaal; een foute rij raakt één klant.",
    python=ONE_ROW_EACH,
    by_row=True,
    examples=[
        (
            (_IDS, _DAYS, _PAID, 45313, 2),
            [
                [heading.en for heading in RFM_HEADINGS],
                ["an", 7, 3, 180, 2, 2, 2, "Champions"],
                ["bo", 17, 1, 0, 1, 1, 1, "Lost"],
            ],
        ),
        (
            (["an", "bo"], [45292, 45292], [10, 10], None, None, "nl"),
            [
                [heading.nl for heading in RFM_HEADINGS],
                ["an", 0, 1, 10, 1, 1, 1, "Verloren"],
                ["bo", 0, 1, 10, 1, 1, 1, "Verloren"],
            ],
        ),
        ((_IDS[:4], _DAYS, _PAID), "#VALUE!"),
        ((_IDS, _DAYS, _PAID, 45313, 1), "#NUM!"),
        ((_IDS, _DAYS, _PAID, 45200), "#N/A"),
    ],
)
def rfm_table(
    ids: Range,
    dates: Range,
    amounts: Range,
    as_of: float | None = None,
    score_count: float = 5,
    language: str = "en",
) -> Rows:
    """A score says what share of the customers does worse, so one-time buyers all get frequency 1."""
    until = int(as_of) if as_of is not None else purchases.last_day(dates)
    classes, spoken = int(score_count), language.casefold()
    customers = purchases.by_customer(purchases.read(ids, dates, amounts), until)
    figures = [None if c.error else (float(max(c.spend) - until), float(c.orders), c.total) for c in customers]
    by_measure = [purchases.scores(list(column), classes) for column in zip(*filter(None, figures), strict=True)]
    rows: Rows = [[heading[spoken] for heading in RFM_HEADINGS]]
    for customer, figure in zip(customers, figures, strict=True):
        if figure is None:
            rows.append([customer.name, *[customer.error] * 7])
            continue
        scored = [score[value] for score, value in zip(by_measure, figure, strict=True)]
        recency, frequency = (_of_five(score, classes) for score in scored[:2])
        segment = SEGMENTS[recency - 1][frequency - 1][spoken]
        rows.append([customer.name, -figure[0], figure[1], figure[2], *map(float, scored), segment])
    return rows


def _of_five(score: int, classes: int) -> int:
    """A score as one from 1 to 5, lowest on lowest and highest on highest."""
    return 1 + (8 * (score - 1) + classes - 1) // (2 * (classes - 1))


@function(
    Unit.TEXT,
    en="RFM segment of a recency and a frequency score from 1 to 5: eleven names from Champions to Lost.",
    nl="RFM-segment bij een recentheids- en frequentiescore van 1 tot 5: elf namen van Topklanten tot Verloren.",
    examples=[
        ((5, 5), CHAMPIONS.en),
        ((1, 1), LOST.en),
        ((3, 3, "nl"), ATTENTION.nl),
        ((6, 1), "#NUM!"),
        ((2.5, 1), "#NUM!"),
        (("high", 1), "#VALUE!"),
        ((5, 5, "de"), "#VALUE!"),
    ],
)
def rfm_segment(recency_score: Number, frequency_score: Number, language: Number = "en") -> Number:  # type: ignore[assignment]  # a choice is text
    """Every pair of scores has exactly one name."""
    pair = (recency_score - 1) * len(SEGMENTS) + frequency_score
    answer, *others = [choose(pair, *(name[spoken] for row in SEGMENTS for name in row)) for spoken in LANGUAGES]
    for spoken, other in zip(LANGUAGES[1:], others, strict=True):
        answer = where(same(language, spoken), other, answer)
    return answer


COHORT_HEADINGS: list[Value] = ["cohort", "customers"]


@function(
    Unit.TABLE,
    en="Cohorts by period of first order: first day, customers, share of them who order in period 0 (the first), 1, "
    "2 ... Every row with an id is an order; what lies after the data is blank. One unreadable date refuses the "
    "table.",
    nl="Cohorten naar periode van eerste bestelling: eerste dag, klanten, deel dat bestelt in periode 0 (de eerste),"
    " 1, 2 ... Elke rij met klant is een bestelling; wat na de data ligt is leeg. Eén onleesbare datum weigert de"
    " tabel.",
    python="the result has as many rows and columns as there are periods",
    examples=[
        (
            (["an", "bo", "an", "cy"], [45292, 45300, 45351, 45352]),
            [["cohort", "customers", 0, 1, 2], [45292, 2, 1, 0.5, 0], [45352, 1, 1, "", ""]],
        ),
        ((["an", "bo"], [45292, 45400], "year"), [["cohort", "customers", 0], [45292, 2, 1]]),
        ((["an", "bo"], [45292, "soon"]), "#VALUE!"),
        ((["an", "bo"], [45292, -5]), "#NUM!"),
        ((["an", "bo"], [45292]), "#VALUE!"),
        ((["an"], [45292], "fortnight"), "#VALUE!"),
        (([None], [45292]), "#N/A"),
    ],
)
def cohort_retention(ids: Range, dates: Range, period: str = "month") -> Rows:
    """Weeks start on Monday, quarters in January; a period in which nobody was new has no row."""
    found = purchases.cohorts(purchases.read(ids, dates), period.casefold())
    return _triangle([(c.start, c.customers, [active / c.customers for active in c.active]) for c in found])


@function(
    Unit.TABLE,
    en="Cohorts by period of first purchase: first day, customers, value per customer up to and with period 0, 1, 2 "
    "..., times margin. Refunds (below 0) come off; what lies after the data is blank. An unreadable row "
    "refuses the table.",
    nl="Cohorten naar periode van eerste aankoop: eerste dag, klanten, waarde per klant tot en met periode 0, 1, 2 "
    "..., maal marge. Terugbetalingen (onder 0) gaan eraf; na de data is het leeg. Eén onleesbare rij weigert"
    " de tabel.",
    python="the result has as many rows and columns as there are periods",
    examples=[
        (
            (["an", "bo", "an", "cy", "bo"], [45292, 45300, 45351, 45352, 45352], [100, 50, 40, 30, -10]),
            [["cohort", "customers", 0, 1, 2], [45292, 2, 75, 95, 90], [45352, 1, 30, "", ""]],
        ),
        ((["an", "bo"], [45292, 45300], [100, 50], "year", 0.4), [["cohort", "customers", 0], [45292, 2, 30]]),
        ((["an", "bo"], [45292, 45300], [100, "?"]), "#VALUE!"),
        ((["an", "bo"], [45292, 45300], [100, 50], "year", 40), "#NUM!"),
        ((["an"], [45292], [-5]), "#N/A"),
    ],
)
def cohort_value(ids: Range, dates: Range, amounts: Range, period: str = "month", margin: float = 1) -> Rows:
    """A refund before the first purchase counts in period 0."""
    found = purchases.cohorts(purchases.read(ids, dates, amounts), period.casefold())
    return _triangle([(c.start, c.customers, [v * margin / c.customers for v in accumulate(c.value)]) for c in found])


def _triangle(cohorts: list[tuple[float, int, list[float]]]) -> Rows:
    """Cohorts with their figures as a table; the earliest cohort, which is first, is the longest."""
    width = len(cohorts[0][2])
    rows: Rows = [[*COHORT_HEADINGS, *map(float, range(width))]]
    for start, customers, figures in cohorts:
        rows.append([start, float(customers), *figures, *[""] * (width - len(figures))])
    return rows


@function(
    Unit.COUNT,
    en="Which tenth of the customers a value is in: 1 for the best tenth, 10 for the last. Equal values share a tenth.",
    nl="In welk tiende deel van de klanten een waarde valt: 1 is het beste tiende, 10 het laatste. Gelijk is gelijk.",
    examples=[
        ((90, [100, 90, 80, 70, 60, 50, 40, 30, 20, 10]), 2),
        ((10, [100, 10, 10, 10]), 3),
        ((10, [100, 90, 80, 10]), 8),
        ((100, [100]), 1),
        ((15, [100, 10]), "#N/A"),
        (("x", [100, 10]), "#VALUE!"),
        ((10, ["none"]), "#N/A"),
    ],
)
def customer_decile(value: Number, values: Number) -> Number:
    """By place from the top, so with fewer than ten customers some tenths are empty."""
    return 1 + whole(10 * (place(value, values) - 1) / count(values))


@function(
    Unit.SHARE,
    en="Share of the total value that the best customers bring; the best 20 % by default. Customers with a negative "
    "value count as they are, so the share can be above 1.",
    nl="Deel van de totale waarde dat de beste klanten brengen; standaard de beste 20 %. Klanten met een negatieve "
    "waarde tellen mee zoals ze zijn, dus het deel kan boven 1 komen.",
    examples=[
        (([100, 50, 30, 10, 10],), 0.5),
        (([100, 50, 50, 50, 50], 0.4), 0.5),
        (([100, 50, 30, 10, 10], 0), 0),
        (([100, -20],), 1.25),
        (([0, 0],), "#DIV/0!"),
        (([-5, 1],), "#NUM!"),
        (([100, 50], 20), "#NUM!"),
        (([100, 50], "most"), "#VALUE!"),
        ((["none"],), "#N/A"),
    ],
    one_cell=("top",),
)
def pareto_share(values: Number, top: Number = 0.2) -> Number:
    """The number of best customers is rounded up; of those who tie for the last place as many count as fit.

    Should a limit of more than 15 digits count as above itself, it does so in the sum and in the number: no difference.
    """
    best = rounded_up(count(values) * top - ROUNDING)
    least = nth_largest(values, best)
    brought = total_above(values, least) + (best - count_above(values, least)) * least
    everything = total(values)
    return where(everything < 0, NUM_ERROR, where(top > 0, brought, 0) / everything)


ROUNDING = 1e-9
"""0.07 x 100 is 7.000000000000001 to a computer; that is 7 customers, not 8."""

SENSITIVITY_HEADINGS = [
    Text("lever", "knop"),
    Text("from", "van"),
    Text("to", "naar"),
    Text("CLV", "CLV"),
    Text("gain", "winst"),
]
LEVERS = ("order_value", "frequency", "lifespan", "margin")


@function(
    Unit.TABLE,
    en="What each lever does for the CLV: order value, frequency, lifespan and margin, each raised by the change (10"
    " % by default) with the others as they are. The margin stops at 1.",
    nl="Wat elke knop met de CLV doet: orderwaarde, frequentie, levensduur en marge, elk verhoogd met de verandering"
    " (standaard 10 %), de andere gelijk. De marge stopt bij 1.",
    python="the result has a row for each lever",
    examples=[
        (
            (50, 12, 3, 0.5, 0.5, "nl"),
            [
                ["knop", "van", "naar", "CLV", "winst"],
                ["orderwaarde", 50, 75, 1350, 450],
                ["frequentie", 12, 18, 1350, 450],
                ["levensduur", 3, 4.5, 1350, 450],
                ["marge", 0.5, 0.75, 1350, 450],
            ],
        ),
        ((50, 12, 3, 60), "#NUM!"),
        ((50, 12, 3, 0.5, 10), "#NUM!"),
        ((50, None, 3, 0.5), "#VALUE!"),
    ],
)
def clv_sensitivity(
    order_value: float, frequency: float, lifespan: float, margin: float, change: float = 0.1, language: str = "en"
) -> Rows:
    """The levers multiply, so each brings the same share; only the margin meets a ceiling."""
    spoken = language.casefold()
    levels = dict(zip(LEVERS, (order_value, frequency, lifespan, margin), strict=True))
    base = prod(levels.values())
    rows: Rows = [[heading[spoken] for heading in SENSITIVITY_HEADINGS]]
    for lever, now in levels.items():
        better = min(now * (1 + change), TERMS[lever].high)
        worth = prod((levels | {lever: better}).values())
        rows.append([TERMS[lever].name[spoken], now, better, worth, worth - base])
    return rows
