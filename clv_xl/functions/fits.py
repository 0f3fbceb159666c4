"""Models fitted to a customer base: a table with the parameters, which the functions of prediction take.

A fit that the data carry badly is a result too; its verdict says so. The small examples were computed from the
formulas of the papers in 40 digits.
"""

from __future__ import annotations

from clv_xl.catalogue import function
from clv_xl.cells import Range, Value
from clv_xl.errors import NotANumber
from clv_xl.terms import Unit

Rows = list[list[Value]]

SEARCHED = "the parameters are searched for step by step, and the result is a table"
PRINTED = 1e-4
"""The share by which the figures of the examples are rounded."""


def _shown(model: str, customers: int, loglik: float, aic: float, bic: float, **parameters: list[Value]) -> Rows:
    """The table of an example."""
    rows: Rows = [
        ["parameter", "estimate", "standard error", "low (95 %)", "high (95 %)"],
        ["model", model, "", "", ""],
    ]
    rows += [[name, *known] for name, known in parameters.items()]
    figures: dict[str, Value] = {
        "log-likelihood": loglik,
        "AIC": aic,
        "BIC": bic,
        "customers": customers,
        "verdict": "converged",
    }
    return [*rows, *([name, figure, "", "", ""] for name, figure in figures.items())]


@function(
    Unit.TABLE,
    en="BG/NBD fitted to customers: parameters with standard error and 95 % interval, log-likelihood, AIC, BIC and a "
    "verdict. Give the table to P_ALIVE, EXPECTED_PURCHASES and DERT. Wholly blank rows are passed over.",
    nl="BG/NBD geschat op klanten: parameters met standaardfout en 95 %-interval, log-likelihood, AIC, BIC en een "
    "oordeel. Geef de tabel aan P_ALIVE, EXPECTED_PURCHASES en DERT. Geheel lege rijen tellen niet mee.",
    python=SEARCHED,
    examples=[
        (
            ([1, 0, 31, 2, 1, 2], [2, 0, 38, 1, 2, 5], [28, 26, 38, 35, 37, 26]),
            _shown(
                *("BG/NBD", 6, -60.0501323, 128.100265, 127.267302),
                r=[0.850077, 0.633348, 0.197366, 3.66138],
                alpha=[1.47633, 1.46397, 0.211402, 10.31],
                a=[0.382924, 0.34705, 0.0648123, 2.26239],
                b=[0.450066, 0.53854, 0.0431267, 4.69685],
            ),
            PRINTED,
        ),
        (([1, 0], [2, 0], [28]), "#VALUE!"),
        (([1, "one"], [2, 1], [28, 28]), "#VALUE!"),
        (([1, 0], [30, 0], [28, 28]), "#NUM!"),
        (([0, 0], [0, 0], [0, 0]), "#N/A"),
    ],
    source="Fader, Hardie and Lee (2005), Counting your customers the easy way, Marketing Science 24(2)",
)
def bgnbd_fit(frequencies: Range, recencies: Range, ages: Range) -> Rows:
    """Customers may leave after each repeat purchase, so who bought once is alive with certainty."""
    return _purchases("bgnbd", frequencies, recencies, ages)


@function(
    Unit.TABLE,
    en="MBG/NBD fitted to customers, as BGNBD_FIT. Customers may leave after the first purchase too, so it suits a "
    "base in which many buy once.",
    nl="MBG/NBD geschat op klanten, als BGNBD_FIT. Klanten kunnen ook na de eerste aankoop vertrekken; dat past bij "
    "een bestand waarin velen één keer kopen.",
    python=SEARCHED,
    examples=[
        (
            ([15, 1, 1, 1, 1, 0], [27, 5, 3, 20, 1, 0], [27, 32, 23, 27, 24, 39]),
            _shown(
                *("MBG/NBD", 6, -46.5506613, 101.101323, 100.268361),
                r=[1.19399, 1.23372, 0.157571, 9.04746],
                alpha=[4.15487, 4.63419, 0.466827, 36.9792],
                a=[0.643677, 0.715185, 0.0729298, 5.68109],
                b=[1.53423, 2.01097, 0.117542, 20.0259],
            ),
            PRINTED,
        ),
        (([1, None], [2, 1], [28, 28]), "#VALUE!"),
        (([1.5, 0], [2, 0], [28, 28]), "#NUM!"),
        (([-1, 0], [2, 0], [28, 28]), "#NUM!"),
    ],
    source="Batislam, Denizel and Filiztekin (2007), Int. J. of Research in Marketing 24(3)",
)
def mbgnbd_fit(frequencies: Range, recencies: Range, ages: Range) -> Rows:
    """The default of CLV_PREDICT."""
    return _purchases("mbgnbd", frequencies, recencies, ages)


@function(
    Unit.TABLE,
    en="Pareto/NBD fitted to customers, as BGNBD_FIT. Customers may leave at any moment.",
    nl="Pareto/NBD geschat op klanten, als BGNBD_FIT. Klanten kunnen op elk moment vertrekken.",
    python=SEARCHED,
    examples=[
        (
            ([1, 26, 1, 2, 1, 6, 9, 1], [1, 33, 6, 2, 1, 5, 33, 5], [28, 34, 35, 39, 37, 38, 35, 38]),
            _shown(
                *("Pareto/NBD", 8, -91.353338, 190.706676, 191.024442),
                r=[3.12157, 3.11537, 0.441429, 22.0742],
                alpha=[6.93452, 7.11674, 0.927786, 51.8305],
                s=[0.890845, 0.832831, 0.142572, 5.56636],
                beta=[7.09651, 10.0376, 0.44368, 113.506],
            ),
            PRINTED,
        ),
        (([0, 1], [0, 0], [28, 28]), "#NUM!"),
        ((["none"], [0], [28]), "#N/A"),
    ],
    source="Schmittlein, Morrison and Colombo (1987), Counting your customers, Management Science 33(1)",
)
def pareto_nbd_fit(frequencies: Range, recencies: Range, ages: Range) -> Rows:
    """The oldest of the three."""
    return _purchases("pareto-nbd", frequencies, recencies, ages)


@function(
    Unit.TABLE,
    en="BG/BB fitted to customers who can buy once at each of a number of opportunities (a yearly gift, an event): "
    "opportunities used after the first, the number of the last used, and all there were. Table as BGNBD_FIT.",
    nl="BG/BB geschat op klanten die bij elke gelegenheid één keer kunnen kopen (jaarlijkse gift, evenement): benutte "
    "gelegenheden na de eerste, nummer van de laatst benutte, en alle. Tabel als BGNBD_FIT.",
    python=SEARCHED,
    examples=[
        (
            ([2, 5, 4, 6, 1, 1, 0, 0, 6, 3], [6, 6, 6, 6, 1, 1, 0, 0, 6, 5], [6] * 10),
            _shown(
                *("BG/BB", 10, -31.3583462, 70.7166923, 71.9270327),
                alpha=[2.07671, 2.82717, 0.144072, 29.9346],
                beta=[0.892492, 1.01161, 0.0967831, 8.23018],
                gamma=[0.180871, 0.209216, 0.01874, 1.74568],
                delta=[0.795173, 1.24352, 0.0370953, 17.0453],
            ),
            PRINTED,
        ),
        (([2, 0], [1, 0], [6, 6]), "#NUM!"),
        (([1, 0], [1, 0], [6.5, 6]), "#NUM!"),
        (([0, 0], [0, 0], [0, 0]), "#N/A"),
    ],
    source="Fader, Hardie and Shang (2010), Customer-base analysis in a discrete-time noncontractual setting, "
    "Marketing Science 29(6)",
)
def bgbb_fit(frequencies: Range, recencies: Range, opportunities: Range) -> Rows:
    """The purchase that made somebody a customer comes before the first opportunity."""
    return _purchases("bgbb", frequencies, recencies, opportunities)


def _purchases(model: str, frequencies: Range, recencies: Range, ages: Range) -> Rows:
    from clv_xl.models.fit_table import columns_of, table  # noqa: PLC0415  scipy waits until it is needed
    from clv_xl.models.selection import MODELS  # noqa: PLC0415  as above

    return table(MODELS[model].fit(*columns_of(frequencies=frequencies, recencies=recencies, T=ages)))


@function(
    Unit.TABLE,
    en="Gamma-Gamma fitted to what customers spend per purchase: from repeat buyers with a mean above 0, who are the "
    "customers it counts. Give the table to EXPECTED_SPEND; table as BGNBD_FIT.",
    nl="Gamma-Gamma geschat op besteding per aankoop: op herhaalkopers met een gemiddelde boven 0; zij zijn de klanten "
    "die geteld worden. Geef de tabel aan EXPECTED_SPEND; tabel als BGNBD_FIT.",
    python=SEARCHED,
    examples=[
        (
            ([4, 5, 3, 1, 1, 2, 4, 3, 1, 5, 1, 1], [37, 115, 27, 49, 8, 35, 41, 48, 32, 27, 45, 58]),
            _shown(
                *("Gamma-Gamma", 12, -53.1600051, 112.32001, 113.77473),
                p=[3.78275, 2.49821, 1.03671, 13.8025],
                q=[7.35703, 4.7111, 2.09717, 25.8091],
                v=[75.49, 83.549, 8.62616, 660.635],
            ),
            PRINTED,
        ),
        (([2, 3], [25]), "#VALUE!"),
        (([0, 0], [0, 0]), "#N/A"),
        (([1.5, 2], [20, 30]), "#NUM!"),
    ],
    source="Fader and Hardie (2013), The Gamma-Gamma model of monetary value, note 025",
)
def gamma_gamma_fit(frequencies: Range, monetary_values: Range) -> Rows:
    """What a customer spends is taken as independent of how often."""
    from clv_xl.models.fit_table import columns_of, table  # noqa: PLC0415  scipy waits until it is needed
    from clv_xl.models.gamma_gamma import GammaGamma  # noqa: PLC0415  as above

    return table(GammaGamma.fit(*columns_of(frequencies=frequencies, monetary_values=monetary_values)))


@function(
    Unit.TABLE,
    en="sBG fitted to one cohort with a contract: how many customers were left after 0, 1, 2 ... renewals. Give alpha "
    "and beta to SBG_RETENTION and SBG_LIFETIME; table as BGNBD_FIT.",
    nl="sBG geschat op één cohort met een contract: hoeveel klanten er na 0, 1, 2 ... verlengingen nog waren. Geef "
    "alpha en beta aan SBG_RETENTION en SBG_LIFETIME; tabel als BGNBD_FIT.",
    python=SEARCHED,
    examples=[
        (
            ([1000, 631, 468, 382, 326, 289, 262, 241],),
            _shown(
                *("sBG", 1000, -1680.26519, 3364.53038, 3374.34589),
                alpha=[0.704077, 0.065599, 0.586562, 0.845137],
                beta=[1.18204, 0.152476, 0.917982, 1.52206],
            ),
            PRINTED,
        ),
        (([100, None, 60],), "#VALUE!"),
        (([100, 60, 70],), "#NUM!"),
        (([100],), "#N/A"),
    ],
    source="Fader and Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21(1)",
)
def sbg_fit(survivors: Range) -> Rows:
    """Counts, not shares: how sure the parameters are depends on the number of customers."""
    from clv_xl.models.fit_table import table  # noqa: PLC0415  scipy waits until it is needed
    from clv_xl.models.shifted_beta_geometric import SBG  # noqa: PLC0415  as above

    left = list(survivors.values)
    while left and left[-1] is None:
        left.pop()
    if set(map(type, left)) != {float}:
        raise NotANumber("survivors are numbers, without a blank between")
    return table(SBG.fit_survivors(left))  # type: ignore[arg-type]  # floats, as was just seen
