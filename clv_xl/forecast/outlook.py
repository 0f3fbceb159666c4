"""What orders say of the future: read, fitted, predicted, and held against the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clv_xl.analysis.doubts import misses, silence, unsure
from clv_xl.errors import CellError, ClvError, NotAvailable, OrdersError
from clv_xl.models.customers import days_in
from clv_xl.models.diagnostics import (
    PurchaseCounts,
    Tracking,
    alive_by_tenths,
    purchase_counts,
    tracking,
    tracking_of_periods,
)
from clv_xl.models.prediction import Prediction, predict
from clv_xl.models.purchase_days import PurchaseDays
from clv_xl.models.selection import COMPARED
from clv_xl.orders.cleaning import Orders, read_orders
from clv_xl.terms import Text, dutch

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from .horizon import Horizon

AUTO = "auto"
PERIODS = "bgbb"
"""The model that counts periods with a purchase, and not days."""

_CONTINUOUS = "week"
_RETURNED = 0.01  # of what was paid


@dataclass(frozen=True)
class Question:
    """What is asked of the orders.

    model             one of `selection.MODELS`, or `AUTO` for the best of those that can be compared
    horizon           how far ahead
    as_of             the last day to look at; None: the last day with an order
    margin, discount  share of revenue that is margin; rate a year
    level             of the intervals
    """

    model: str
    horizon: Horizon
    as_of: dt.date | None = None
    margin: float = 1.0
    discount: float = 0.0
    level: float = 0.8


@dataclass(frozen=True, eq=False)
class Outlook:
    """The answer. `currency` is "" where the orders name none; `doubts` are those of the prediction and more."""

    question: Question
    orders: Orders
    prediction: Prediction
    tracking: Tracking
    counts: PurchaseCounts
    alive: NDArray[np.int64]
    doubts: tuple[Text, ...]

    @property
    def currency(self) -> str:
        """Code or sign of the amounts."""
        return self.orders.ledger.currency

    @property
    def periods(self) -> bool:
        """Whether purchases are counted by period, as BG/BB does."""
        return self.prediction.model.model == PERIODS


def outlook(
    path: str | Path, question: Question, columns: Mapping[str, str] | None = None, sheet: str | None = None
) -> Outlook:
    """Read the orders of a file and answer a question about their customers.

    Raises:
        OrdersError: the orders cannot be read, or say too little.
        ClvError: the question cannot be asked.

    """
    check(question)
    orders = read_orders(path, columns, sheet, until=question.as_of)
    frame, unit = orders.frame, _unit(question)
    try:
        days = PurchaseDays.of(frame["customer"], frame["date"], frame["amount"], end=question.as_of)
        prediction, doubts = _predicted(days, question, unit)
        model, people = prediction.model.fit.model, prediction.population
        track = (tracking_of_periods if question.model == PERIODS else tracking)(days, model, unit)
        return Outlook(
            question,
            orders,
            prediction,
            track,
            purchase_counts(model, people.frequency, people.T),
            alive_by_tenths(prediction.probability_alive),
            (*_silence(orders, question), *_unsubtracted(orders), *misses(prediction), *doubts, *prediction.doubts),
        )
    except CellError as error:
        raise _too_little(orders, question, unit, error) from error


def check(question: Question) -> None:
    """Refuse what cannot be asked. Raises ClvError."""
    if not 0 <= question.margin <= 1:
        raise ClvError(
            f"The margin is {question.margin:g}: give it as a share, 0.6 for 60 %.",
            f"De marge is {question.margin:g}: geef die als aandeel, 0.6 voor 60 %.",
        )
    if not 0 <= question.discount <= 1:
        raise ClvError(
            f"The discount rate is {question.discount:g}: give it as a share a year, 0.1 for 10 %.",
            f"De disconteringsvoet is {question.discount:g}: geef die als aandeel per jaar, 0.1 voor 10 %.",
        )
    if not 0 < question.level < 1:
        raise ClvError(
            f"The level is {question.level:g}: give one between 0 and 1, 0.8 for 80 %.",
            f"Het niveau is {question.level:g}: geef er een tussen 0 en 1, 0.8 voor 80 %.",
        )
    if question.model == PERIODS and question.horizon.unit == "day":
        raise ClvError(
            "BG/BB counts whole periods: give the horizon in weeks, months or years, such as 6m.",
            "BG/BB telt hele perioden: geef de horizon in weken, maanden of jaren, bijvoorbeeld 6m.",
        )


def _unit(question: Question) -> str:
    return question.horizon.unit if question.model == PERIODS else _CONTINUOUS


def _predicted(days: PurchaseDays, question: Question, unit: str) -> tuple[Prediction, list[Text]]:
    ahead = question.horizon.count * days_in(question.horizon.unit) / days_in(unit)
    models = COMPARED if question.model == AUTO else (question.model,)

    prediction = predict(
        days, round(ahead) if question.model == PERIODS else ahead, unit=unit, models=models,
        margin=question.margin, discount=question.discount, level=question.level,
    )  # fmt: skip
    return prediction, unsure(prediction)


def _silence(orders: Orders, question: Question) -> list[Text]:
    first, last = orders.ledger.first_date, orders.ledger.last_date
    return [] if question.as_of is None else silence(first, last, question.as_of)


def _unsubtracted(orders: Orders) -> list[Text]:
    """What to say of refunds that name no order, and so lower nobody's spend."""
    paid, back = float(orders.frame["amount"].sum()), orders.ledger.refunded_amount
    if back <= _RETURNED * paid:
        return []
    share = 100 * back / paid
    return [
        Text(
            f"Refunds that name no order of theirs, {share:,.0f}% of what was paid, are not subtracted: value is too "
            "high by about as much.",
            f"Terugbetalingen zonder bijbehorende bestelling, {dutch(share)}% van wat er is betaald, zijn niet "
            "afgetrokken: de waarde is ongeveer zoveel te hoog.",
        )
    ]


def _too_little(orders: Orders, question: Question, unit: str, error: CellError) -> OrdersError:
    """Why no model can be fitted, in words for who gave the orders."""
    ledger = orders.ledger
    if question.model == PERIODS and isinstance(error, NotAvailable):
        en, nl = {
            "week": ("week", "hele week"),
            "month": ("month", "hele maand"),
            "year": ("year", "heel jaar"),
        }[unit]
        return OrdersError(
            f"{orders.source}: BG/BB needs customers with a whole {en} after that of their first order; the orders run "
            f"from {ledger.first_date} to {ledger.last_date}. Give more orders, or a horizon in a shorter unit.",
            f"{orders.source}: BG/BB heeft klanten nodig met een {nl} na die van hun eerste bestelling; de "
            f"bestellingen lopen van {ledger.first_date:%d-%m-%Y} t/m {ledger.last_date:%d-%m-%Y}. Geef meer "
            "bestellingen, of een horizon in een kortere eenheid.",
        )
    if ledger.first_date == ledger.last_date:
        return OrdersError(
            f"{orders.source}: all orders are of one day ({ledger.first_date}): nobody has had time to come back. Give "
            "orders of several months, or the day on which they were exported (--as-of).",
            f"{orders.source}: alle bestellingen zijn van één dag ({ledger.first_date:%d-%m-%Y}): niemand kon nog "
            "terugkomen. Geef bestellingen van enkele maanden, of de dag waarop ze zijn geëxporteerd (--as-of).",
        )
    return OrdersError(
        f"{orders.source}: no model can be fitted to these orders: {error}.",
        f"{orders.source}: op deze bestellingen is geen model te schatten (in het Engels: {error}).",
    )
