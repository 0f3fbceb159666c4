"""What customers will still bring, and the tables that tell how: outlook, models compared, tracking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clv_xl.errors import CellError
from clv_xl.models.customers import days_in
from clv_xl.models.diagnostics import tracking as tracked
from clv_xl.models.estimation import Verdict
from clv_xl.models.prediction import VERDICTS, Prediction, predict
from clv_xl.models.selection import DECISIVE
from clv_xl.terms import Text, dutch

from .tables import MODELS, OUTLOOK, TRACKING

if TYPE_CHECKING:
    from clv_xl.models.selection import Candidate

    from .base import Base

UNIT = "week"
"""Of time in the models: purchases are weeks apart rather than days or years."""

FEWEST = 10
"""Customers who came back: of fewer a model finds parameters that say more than the data."""

_SIMULATED = 3_000_000  # numbers drawn: half a second
_DRAWS = (100, 500)

_MOST_ROWS = 104  # of the tracking chart: two years of weeks
_WEEKS_APART = (1, 4, 13, 26, 52)


@dataclass(frozen=True)
class Question:
    """What is asked: the horizon in months, margin and discount as shares, level of the intervals."""

    margin: float
    discount: float
    horizon: float
    level: float


def predicted(base: Base, question: Question) -> tuple[Prediction | None, Text]:
    """The prediction and why its model was chosen; None and why not where no model can be fitted."""
    if not len(base):
        return None, Text(
            "There are no orders yet: nothing can be predicted.",
            "Er zijn nog geen bestellingen: er valt niets te voorspellen.",
        )
    if base.days.min() == base.end:
        return None, Text(
            "All orders are of one day: nobody has had time to come back, so nothing can be predicted.",
            "Alle bestellingen zijn van één dag: niemand kon nog terugkomen, dus er valt niets te voorspellen.",
        )
    repeaters = int(np.sum(base.last > base.first))
    if not repeaters:
        return None, Text(
            f"No customer came back on another day; a prediction takes at least {FEWEST} who did.",
            f"Geen klant kwam op een andere dag terug; een voorspelling vergt er minstens {FEWEST} die dat deden.",
        )
    if repeaters < FEWEST:
        came = Text("came", "kwam" if repeaters == 1 else "kwamen")
        return None, Text(
            f"Only {repeaters} of {len(base):,} customers {came.en} back on another day; a prediction takes at "
            f"least {FEWEST}.",
            f"Maar {repeaters} van {dutch(len(base))} klanten {came.nl} op een "
            f"andere dag terug; een voorspelling vergt er minstens {FEWEST}.",
        )
    least, most = _DRAWS
    try:
        prediction = predict(
            base.purchase_days,
            question.horizon * days_in("month") / days_in(UNIT),
            unit=UNIT,
            margin=question.margin,
            discount=question.discount,
            level=question.level,
            draws=min(max(_SIMULATED // len(base), least), most),
        )
    except CellError as error:
        return None, Text(
            f"No model can be fitted to these orders: {error}.",
            f"Op deze bestellingen is geen model te schatten (in het Engels: {error}).",
        )
    return prediction, prediction.reason


def outlook(prediction: Prediction, question: Question) -> pd.DataFrame:
    """What all customers together will do in the horizon."""
    bands = prediction.intervals
    orders, money = (None, None) if bands is None else (bands.total_purchases, bands.total_value)
    value = float(prediction.value.sum())
    revenue = float((prediction.expected_purchases * prediction.expected_spend).sum())
    spread = None if money is None or not value > 0 else [revenue * end / value for end in money]
    rows = [
        (
            Text("Orders (days on which a customer buys)", "Bestellingen (dagen waarop een klant koopt)"),
            float(prediction.expected_purchases.sum()),
            orders,
        ),
        (Text("Revenue, not discounted", "Omzet, niet verdisconteerd"), revenue, spread),
        (_worth(question), value, money),
        (
            Text("Customers who are still active", "Klanten die nog actief zijn"),
            float(prediction.probability_alive.sum()),
            None,
        ),
    ]
    told = [(figure, expected, *((None, None) if ends is None else ends)) for figure, expected, ends in rows]
    return pd.DataFrame(told, columns=list(OUTLOOK.heads))


def _worth(question: Question) -> Text:
    """What the predicted value is."""
    if question.margin == 1:
        basis = Text("Predicted CLV, revenue", "Voorspelde CLV, omzet")
    else:
        basis = Text("Predicted CLV, margin", "Voorspelde CLV, marge")
    if question.discount == 0:
        return Text(f"{basis.en}, not discounted", f"{basis.nl}, niet verdisconteerd")
    return Text(f"{basis.en}, at today's value", f"{basis.nl}, in waarde van nu")


def models(prediction: Prediction) -> pd.DataFrame:
    """The models compared; `off` says how far the expected purchases of the holdout were from the actual ones."""
    best = min(one.fit.bic for one in prediction.compared)
    rows: list[tuple[Any, ...]] = []
    for one in prediction.compared:
        test = one.holdout
        held: tuple[float | None, ...] = (None, None, None)
        if test is not None:
            held = (test.expected, test.actual, test.expected / test.actual - 1 if test.actual else None)
        rows.append((one.name, one.fit.bic, *held, _reading(one, best, used=one is prediction.model)))
    return pd.DataFrame(rows, columns=list(MODELS.heads))


def _reading(one: Candidate, best: float, *, used: bool) -> Text:
    """What became of a model of which the best has this BIC."""
    if one.fit.verdict is not Verdict.CONVERGED:
        verdict = VERDICTS[one.fit.verdict]
        return Text(f"used, but {verdict.en}", f"gebruikt, maar {verdict.nl}") if used else verdict
    if used:
        return Text("used", "gebruikt")
    if one.fit.bic - best < DECISIVE:
        return Text("fits about as well", "past ongeveer even goed")
    return Text("fits less well", "past minder goed")


def tracking(base: Base, prediction: Prediction) -> pd.DataFrame:
    """Repeat purchases so far and those that the model expects, added up, by week or a number of weeks."""
    seen = tracked(base.purchase_days, prediction.model.fit.model, UNIT)
    count = len(seen.ends)
    apart = next((weeks for weeks in _WEEKS_APART if count <= weeks * _MOST_ROWS), -(-count // _MOST_ROWS))
    rows = np.unique(np.append(np.arange(apart - 1, count, apart), count - 1))
    figures = (seen.ends[rows].astype("datetime64[ns]"), np.cumsum(seen.actual)[rows], np.cumsum(seen.expected)[rows])
    return pd.DataFrame(dict(zip(TRACKING.heads, figures, strict=True)))
