"""What customers will do: how likely each still is one, what each will buy, spend and be worth.

Given columns, one call answers for every row; a row that cannot be is an error and spoils no other.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from clv_xl.catalogue import function
from clv_xl.cells import Range, Value
from clv_xl.errors import NotANumber, NotAvailable
from clv_xl.terms import Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Rows = list[list[Value]]

NO_WORDS = "Excel has no word for the functions that the models are made of"
PREDICTED = ["customer", "P(alive)", "expected purchases", "expected spend", "predicted CLV"]
ENDS = ["low", "high"]
MOST = 2.0**53

_BG = ["BG/NBD", 0.243, 4.414, 0.793, 2.426]  # of the CDNOW study
_PARETO = ["Pareto/NBD", 0.5534, 10.5802, 0.6061, 11.6562]
_BB = ["BG/BB", 1.20350708053, 0.74976667776, 0.656756817145, 2.78388732533]  # of the donations study
_BUYERS = [*["an"] * 16, *["bo", "cy", "di", "ed"] * 2, "fa"]
_DAYS = [*range(45304, 45331, 2), 45329, 45331, *(45299, 45308, 45304, 45307), *(45304, 45311, 45324, 45308), 45292]
_SPEND = ["Gamma-Gamma", 6.24934918031, 3.74425633405, 15.4443066821]


_DRAWS = 250
"""Simulations for an interval in cells, where one waits for them."""


@function(
    Unit.SHARE,
    en="Chance that a customer has not left, by the parameters of a fit; for BG/BB: is still there at the next "
    "opportunity.",
    nl="Kans dat een klant niet vertrokken is, volgens de parameters van een schatting; bij BG/BB: er bij de volgende "
    "gelegenheid nog is.",
    python=NO_WORDS,
    vectorised=True,
    one_cell=("model_name",),
    examples=[
        ((_BG, 2, 30.43, 38.86), 0.726578570081),
        ((_BG[1:], 0, 0, 38.86, "bgnbd"), 1),
        ((_PARETO, 26, 30.86, 31), 0.997917766552),
        ((_BB, 4, 5, 6), 0.696803586187),
        ((_BG[1:], 2, 30.43, 38.86), "#VALUE!"),
        ((_BG, 2, 38.86, 30.43), "#NUM!"),
        ((_BG, 0.5, 30.43, 38.86), "#NUM!"),
        ((_BG, "two", 30.43, 38.86), "#VALUE!"),
        ((["BG/NBD", -1, 4.414, 0.793, 2.426], 2, 30.43, 38.86), "#NUM!"),
    ],
    source="Parameters of Fader, Hardie and Lee (2005), Marketing Science 24(2); values by the R package BTYD 2.4.3",
)
def p_alive(
    parameters: Range, frequency: Floats, recency: Floats, age: Floats, model_name: str | None = None
) -> Floats:
    """BG/NBD takes everyone who bought once for alive; MBG/NBD does not."""
    model = _model(parameters, model_name)
    return _of_possible(model, model.probability_alive, (frequency, recency, age))


@function(
    Unit.RATIO,
    en="Purchases to expect of a customer in the time ahead, by the parameters of a fit; without frequency, recency "
    "and T: of a new customer, after the first purchase.",
    nl="Te verwachten aankopen van een klant in de tijd vooruit, volgens de parameters van een schatting; zonder "
    "frequentie, recentheid en T: van een nieuwe klant, na de eerste aankoop.",
    python=NO_WORDS,
    vectorised=True,
    one_cell=("model_name",),
    examples=[
        ((_BG, 39, 2, 30.43, 38.86), 1.22602817477),
        ((_BG, 6), 0.2807558935767553),
        ((_BB, 10, 4, 5, 6), 3.62794314564),
        ((_BG[1:], 39, 2, 30.43, 38.86, "bgnbd"), 1.22602817477),
        ((_BG, -1, 2, 30.43, 38.86), "#NUM!"),
        ((_BG, 39, 2, 30.43), "#VALUE!"),
        ((_BG, 39, None, 30.43, 38.86), "#VALUE!"),
        ((_BB, 1.5, 4, 5, 6), "#NUM!"),
    ],
    source="Fader, Hardie and Lee (2005), Marketing Science 24(2); values by the R package BTYD 2.4.3",
)
def expected_purchases(
    parameters: Range,
    time_ahead: Floats,
    frequency: Floats | None = None,
    recency: Floats | None = None,
    age: Floats | None = None,
    model_name: str | None = None,
) -> Floats:
    """Days with a purchase; for BG/BB opportunities used."""
    model = _model(parameters, model_name)
    history = [column for column in (frequency, recency, age) if column is not None]
    if not history:
        history = [0 * time_ahead] * 3
    if len(history) < 3:  # noqa: PLR2004  frequency, recency, T
        raise NotANumber("give frequency, recency and T of a customer, or none of them for a new one")
    return _of_possible(model, model.conditional_expected_purchases, history, time_ahead)


@function(
    Unit.MONEY,
    en="Spend per purchase to expect of a customer, by the table of GAMMA_GAMMA_FIT (or p, q and v): between their own "
    "mean and that of all. With frequency 0 it is the mean of all.",
    nl="Te verwachten besteding per aankoop van een klant, volgens de tabel van GAMMA_GAMMA_FIT (of p, q en v): tussen "
    "het eigen gemiddelde en dat van allen. Bij frequentie 0 het gemiddelde van allen.",
    python=NO_WORDS,
    vectorised=True,
    examples=[
        ((_SPEND, 3, 35), 35.0217702865),
        ((_SPEND[1:], 0, 0), 6.24934918031 * 15.4443066821 / 2.74425633405),
        (([6.25, 0.9, 15.44], 0, 0), "#NUM!"),
        ((_BG, 3, 35), "#VALUE!"),
        ((_SPEND, 3, None), "#VALUE!"),
        ((_SPEND, 1.5, 35), "#NUM!"),
    ],
    source="Fader and Hardie (2013), The Gamma-Gamma model of monetary value; value by the R package BTYD 2.4.3",
)
def expected_spend(parameters: Range, frequency: Floats, monetary_value: Floats) -> Floats:
    """A mean below 0, of who brought back more than was bought, counts as 0."""
    from clv_xl.models.fit_table import model_of  # noqa: PLC0415  scipy waits until it is needed
    from clv_xl.models.gamma_gamma import GammaGamma  # noqa: PLC0415  as above

    model = model_of(parameters, among=(GammaGamma,))
    frequency = _counted(frequency)
    possible = (frequency == frequency // 1) & (model.p * frequency + model.q > 1)
    return _where(possible, model.expected_spend, frequency, monetary_value)


@function(
    Unit.RATIO,
    en="Discounted expected residual transactions: all purchases still to come, each worth less the later it comes, by "
    "the parameters of a fit. Times the margin per purchase it is a CLV. The unit is that of recency and T.",
    nl="Discounted expected residual transactions: alle aankopen die nog komen, elk minder waard naarmate later, "
    "volgens de parameters van een schatting. Maal de marge per aankoop is het een CLV. Eenheid: van recentheid en T.",
    python=NO_WORDS,
    vectorised=True,
    one_cell=("discount_per_year", "unit", "model_name"),
    examples=[
        ((_PARETO, math.expm1(0.0027 * 365.25 / 7), 26, 30.86, 31, "week"), 86.0303756154),
        ((_BB, 0.1, 4, 5, 6, "year"), 3.19705849361),
        ((_BG[1:], math.expm1(0.05), 2, 30.43, 38.86, "year", "bgnbd"), 0.636041348245),
        ((_BG, 10, 2, 30.43, 38.86, "week"), "#NUM!"),
        ((_BG, 0, 2, 30.43, 38.86, "week"), "#NUM!"),
        ((_BG, 0.1, 2, 30.43, 38.86, "lustrum"), "#VALUE!"),
        ((_BG, 0.1, 2, None, 38.86, "week"), "#VALUE!"),
    ],
    source="Fader, Hardie and Lee (2005), RFM and CLV, J. of Marketing Research 42; Fader, Hardie and Shang (2010)",
)
def dert(
    parameters: Range,
    discount_per_year: float,
    frequency: Floats,
    recency: Floats,
    age: Floats,
    unit: str,
    model_name: str | None = None,
) -> Floats:
    """For BG/BB the unit is the time between two opportunities, and the next one is discounted once."""
    from clv_xl.models.customers import days_in  # noqa: PLC0415  scipy waits until it is needed
    from clv_xl.models.lifetime_value import continuous_rate  # noqa: PLC0415  as above

    model = _model(parameters, model_name)
    rate = continuous_rate(discount_per_year, days_in("year") / days_in(unit))
    rate = math.expm1(rate) if _counts_periods(model) else rate
    return _of_possible(model, lambda *history: model.dert(rate, *history), (frequency, recency, age))


@function(
    Unit.TABLE,
    en="Per customer: chance not to have left, purchases (days) and spend per purchase expected in the horizon, and "
    "the CLV these make, discounted from the last date. Rows count as in CUSTOMER_SUMMARY; refunds lower the spend.",
    nl="Per klant: kans niet vertrokken te zijn, verwachte aankopen (dagen) en besteding per aankoop binnen de horizon,"
    " en de CLV daarvan, verdisconteerd. Rijen tellen als in CUSTOMER_SUMMARY; retouren verlagen de besteding.",
    python="models are fitted to the orders, and the result has as many rows as there are customers",
    by_row=True,
    examples=[
        (
            (_BUYERS, _DAYS, [10.0] * len(_DAYS), 1, 0.5),
            [
                PREDICTED,
                ["an", 0.96252878, 12.147962, 10, 60.739812],
                ["bo", 0.16204939, 0.25331758, 10, 1.2665879],
                ["cy", 0.17424735, 0.34731343, 10, 1.7365672],
                ["di", 0.69255931, 1.2296619, 10, 6.1483095],
                ["ed", 0.086711355, 0.16768459, 10, 0.83842293],
                ["fa", 0.12719723, 0.093970767, 10, 0.46985383],
            ],
            1e-6,
        ),
        ((_BUYERS, _DAYS, [10.0], 12), "#VALUE!"),
        ((_BUYERS, _DAYS, [10.0] * len(_DAYS), 0), "#NUM!"),
        ((_BUYERS, _DAYS, [10.0] * len(_DAYS), 12, 60), "#NUM!"),
        ((["an", "bo"], [45292, 45292], [10, 10], 12, 0.5, 0.1, "auto", 45292, 0.8), "#N/A"),
        (([None], [None], [None], 12), "#N/A"),
    ],
    source="Batislam, Denizel and Filiztekin (2007) for MBG/NBD; Fader and Hardie (2013) for the spend",
)
def clv_predict(
    ids: Range,
    dates: Range,
    amounts: Range,
    horizon_months: float,
    margin: float = 1,
    discount_per_year: float = 0,
    model: str = "mbgnbd",
    as_of: float | None = None,
    interval: float | None = None,
) -> Rows:
    """A month is a twelfth of 365.25 days. Where repeat buyers are too few to tell them apart, all spend the mean.

    Purchases that came back whole are expected as often again: they lower the spend per purchase of all.
    """
    import numpy as np  # noqa: PLC0415  where there is none, other functions do without

    from clv_xl.models.order_cells import key_of, read_orders  # noqa: PLC0415  as above
    from clv_xl.models.prediction import predict  # noqa: PLC0415  as above
    from clv_xl.models.selection import COMPARED  # noqa: PLC0415  as above

    wanted, asked = model.casefold(), interval is not None
    days, faulty, places = read_orders(ids, dates, amounts, as_of)
    found = predict(
        days, horizon_months, unit="month", models=COMPARED if wanted == "auto" else (wanted,),
        margin=margin, discount=discount_per_year, holdout=wanted == "auto",
        **({"level": interval, "draws": _DRAWS} if asked else {"draws": 0}),
    )  # fmt: skip
    figures = [found.probability_alive, found.expected_purchases, found.expected_spend, found.value]
    figures += (found.intervals.value if found.intervals else [np.full(len(days.ids), np.nan)] * 2) if asked else []
    table = np.column_stack(figures)
    rows: Rows = [[name, *row] for name, row in zip(days.ids.tolist(), table.tolist(), strict=True)]
    if not np.isfinite(table).all():
        unknown = NotAvailable("these orders do not tell the model well enough for an interval")
        rows = [[v if not isinstance(v, float) or math.isfinite(v) else unknown for v in row] for row in rows]
    if faulty:
        by_key = {key_of(row[0]): row for row in rows}
        by_key |= {key: [name, *[error] * table.shape[1]] for key, (name, error) in faulty.items()}
        rows = [by_key[key] for key in sorted(by_key, key=places.__getitem__)]
    return [[*PREDICTED, *(ENDS if asked else [])], *rows]


def _model(parameters: Range, said: str | None) -> Any:
    from clv_xl.models.fit_table import model_of  # noqa: PLC0415  scipy waits until it is needed

    return model_of(parameters, said)


def _counts_periods(model: Any) -> bool:
    from clv_xl.models.bg_bb import BGBB  # noqa: PLC0415  scipy waits until it is needed

    return isinstance(model, BGBB)


def _of_possible(
    model: Any, figure: Callable[..., Floats], history: Sequence[Floats], ahead: Floats | None = None
) -> Floats:
    """A figure of the customers whose history can be, NaN of the others."""
    x, t_x, end = history
    x = _counted(x)
    possible = (x == x // 1) & (t_x <= end) & ((x == 0) == (t_x == 0))
    if _counts_periods(model):
        from clv_xl.models.checks import MOST_PERIODS  # noqa: PLC0415  scipy waits until it is needed

        possible &= (t_x == t_x // 1) & (end == end // 1) & (x <= t_x) & (end <= MOST_PERIODS)
        if ahead is not None:
            possible &= (ahead == ahead // 1) & (ahead <= MOST_PERIODS)
    return _where(possible, figure, *(() if ahead is None else (ahead,)), x, t_x, end)


def _counted(frequency: Floats) -> Floats:
    """Frequencies, NaN where they are above all numbers that are told apart: the models get lost in those."""
    counts = frequency.copy()
    counts[frequency > MOST] = math.nan
    return counts


def _where(possible: NDArray[np.bool_], figure: Callable[..., Floats], *columns: Floats) -> Floats:
    """A figure of the rows that are possible; where none is, the model is asked for its sentence about that."""
    if not possible.any():
        return figure(*columns)
    result: Floats = columns[0] * math.nan
    result[possible] = figure(*(column[possible] for column in columns))
    return result
