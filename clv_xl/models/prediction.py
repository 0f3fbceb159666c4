"""From orders to what each customer will still bring: the model chosen, fitted and read, with intervals and doubts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from clv_xl.errors import CellError, NotANumber, OutOfRange
from clv_xl.terms import Text, dutch

from .customers import days_in
from .estimation import Verdict, one_thread
from .gamma_gamma import CORRELATED, GammaGamma, frequency_spend_correlation
from .intervals import Simulation, delta_interval, simulate
from .lifetime_value import continuous_rate, discounted_purchases
from .selection import COMPARED, Candidate, Population, candidates, chosen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .customers import Customers
    from .estimation import Fit, Floats
    from .purchase_days import PurchaseDays

VERDICTS = {
    Verdict.CONVERGED: Text(Verdict.CONVERGED, "geconvergeerd"),
    Verdict.WEAK: Text(Verdict.WEAK, "zwak bepaald"),
    Verdict.BOUND: Text(Verdict.BOUND, "op een grens"),
    Verdict.NOT: Text(Verdict.NOT, "niet geconvergeerd"),
}
DRAWS = 1_000
_YEAR = "year"
_FEW_CUSTOMERS, _FEW_REPEATERS = 100, 30


@dataclass(frozen=True, eq=False)
class Prediction:
    """What u customers will do and bring in a time that follows the data.

    population          the customers and what the model read of them
    model, compared     the model that was used and all that were tried; `reason` says why
    spend               the model of what a purchase brings; None: every purchase brings the mean of all
    horizon             how far ahead, in the unit of the population
    margin, discount    share of revenue; rate a year
    probability_alive   the chance that each customer has not left                           u
    expected_purchases  days with an order (BG/BB: periods) in the horizon                   u
    expected_spend      revenue of one of them                                               u
    value               margin on what is expected, discounted to the end of the data        u
    intervals           of what will happen, by simulation; None where none was asked for or the fit did not converge
    level               of all intervals, 0.8 for 80 %
    doubts              what speaks against believing it
    """

    population: Population
    model: Candidate
    compared: Sequence[Candidate]
    reason: Text
    spend: Fit[GammaGamma] | None
    horizon: float
    margin: float
    discount: float
    level: float
    probability_alive: Floats
    expected_purchases: Floats
    expected_spend: Floats
    value: Floats
    intervals: Simulation | None
    doubts: Sequence[Text]

    @property
    def customers(self) -> Customers:
        """Whom it is about."""
        return self.population.customers

    @cached_property
    def expected_total(self) -> tuple[float, float, float]:
        """Expected purchases of all together, and the interval that the parameters leave: chance is not in it."""
        histories, horizon = self.population.histories, self.horizon

        def total(model: Any) -> float:
            return float(model.conditional_expected_purchases(horizon, *histories).sum())

        return (float(self.expected_purchases.sum()), *delta_interval(self.model.fit, total, self.level))


def predict(
    days: PurchaseDays,
    horizon: float,
    *,
    unit: str = "week",
    models: Sequence[str] = COMPARED,
    margin: float = 1.0,
    discount: float = 0.0,
    level: float = 0.8,
    draws: int = DRAWS,
    seed: int = 1,
    holdout: bool = True,
) -> Prediction:
    """Predict what the customers of some orders will bring.

    Args:
        days: their purchases.
        horizon: how far to look ahead, in `unit`; whole for BG/BB.
        unit: of time: day, week, month or year; for BG/BB the length of an opportunity.
        models: which to try; the best is used. See `selection.MODELS`.
        margin: share of revenue that is margin.
        discount: rate a year, 0.1 for 10 %.
        level: of the intervals.
        draws: simulations for the intervals; 0 for none.
        seed: the same seed gives the same intervals.
        holdout: whether to hold forecasts against the last third of the time; without it BIC alone chooses.

    Raises:
        CellError: no orders to go on, or an argument outside its range.

    """
    _check(horizon, margin, discount, level, models)
    with one_thread():
        found = candidates(days, unit, models, holdout=holdout)
        best, reason = chosen(found)
        people = Population.of(days, unit, best.model)
        known, model = people.customers, best.fit.model
        spend, money_doubts = _spend(known)
        per_purchase = _expected_spend(known, spend)
        rate = continuous_rate(discount, days_in(_YEAR) / days_in(unit))
        purchases = model.conditional_expected_purchases(horizon, *people.histories)
        present = purchases if rate == 0 else discounted_purchases(model, horizon, rate, *people.histories)
        intervals = None
        if draws and best.fit.verdict is Verdict.CONVERGED:  # else nobody knows which parameters to draw
            with np.errstate(invalid="ignore", divide="ignore"):
                worth = margin * np.where(purchases > 0, present / purchases, 1.0)
            worth = worth * (per_purchase if spend is None else _kept(known))
            intervals = simulate(
                best.fit, spend, (*people.histories, known.valued, known.monetary_value), horizon,
                worth=worth, level=level, draws=draws, seed=seed,
            )  # fmt: skip
        return Prediction(
            people, best, found, reason, spend, horizon, margin, discount, level,
            model.probability_alive(*people.histories), purchases, per_purchase, margin * per_purchase * present,
            intervals, [*_doubts(best, people, horizon), *money_doubts],
        )  # fmt: skip


def _check(horizon: float, margin: float, discount: float, level: float, models: Sequence[str]) -> None:
    if not (horizon > 0 and math.isfinite(horizon)):
        raise OutOfRange("the horizon is a time above 0")
    if "bgbb" in models:
        if len(models) > 1:
            raise NotANumber("BG/BB counts periods: it cannot be compared with models of purchase days")
        if horizon != int(horizon):
            raise OutOfRange("BG/BB looks ahead whole periods")
    if not 0 <= margin <= 1:
        raise OutOfRange(f"the margin is {margin:g}; it is a share, 0.6 for 60 %")
    if not 0 <= discount <= 1:
        raise OutOfRange(f"the discount rate is {discount:g}; it is a share a year, 0.1 for 10 %")
    if not 0 < level < 1:
        raise OutOfRange(f"the level is {level:g}; it lies between 0 and 1, 0.8 for 80 %")


def _spend(known: Customers) -> tuple[Fit[GammaGamma] | None, list[Text]]:
    """The model of spend, if the data carry one, and what speaks against it."""
    doubts = []
    try:
        fit = GammaGamma.fit(known.valued, known.monetary_value)
        fit.model.expected_spend(known.valued, known.monetary_value)
    except CellError:
        fit = None
    if fit is None or fit.verdict is not Verdict.CONVERGED:
        return None, [
            Text(
                "Too few repeat buyers with known amounts to tell what each spends: all purchases count as the mean.",
                "Te weinig vaste klanten met bekende bedragen om ieders besteding te schatten: elke aankoop telt als "
                "het gemiddelde.",
            )
        ]
    try:
        correlation = frequency_spend_correlation(known.valued, known.monetary_value)
    except CellError:
        correlation = 0.0
    if abs(correlation) > CORRELATED:
        more = Text("more", "meer") if correlation > 0 else Text("less", "minder")
        doubts.append(
            Text(
                f"Who buys often spends {more.en} at a time (correlation {correlation:.2f}); the model of spend takes "
                "the two for independent.",
                f"Wie vaak koopt, besteedt {more.nl} per keer (correlatie {dutch(correlation, 2)}); het "
                "bestedingsmodel neemt aan dat dit los van elkaar staat.",
            )
        )
    return fit, doubts


def _expected_spend(known: Customers, spend: Fit[GammaGamma] | None) -> Floats:
    if spend is not None:
        return _kept(known) * spend.model.expected_spend(known.valued, known.monetary_value)
    bought = float(known.frequency.sum()) + len(known)
    return np.full(len(known), max(float(known.spend.sum()), 0.0) / bought)


def _kept(known: Customers) -> float:
    """The share of repeat purchases of which something was left: the model of spend is of those only."""
    kept = float(known.valued.sum())
    return kept / (kept + known.noted.get("returned_days", 0))


def _doubts(best: Candidate, people: Population, horizon: float) -> list[Text]:
    verdict, doubts = best.fit.verdict, []
    if verdict is not Verdict.CONVERGED:
        said = VERDICTS[verdict]
        doubts.append(
            Text(
                f"The fit of {best.name} is {said.en}: these orders do not say enough; take the figures as rough.",
                f"De schatting van {best.name} is {said.nl}: deze bestellingen zeggen te weinig; neem de "
                "cijfers als ruw.",
            )
        )
    count, repeaters = len(people.frequency), int(np.sum(people.frequency > 0))
    if count < _FEW_CUSTOMERS or repeaters < _FEW_REPEATERS:
        doubts.append(
            Text(
                f"Few customers ({count}) or few who bought again ({repeaters}): the estimates are unsure.",
                f"Weinig klanten ({count}) of weinig die opnieuw kochten ({repeaters}): de schattingen zijn onzeker.",
            )
        )
    if horizon > float(people.T.max()):
        doubts.append(
            Text(
                "The horizon is longer than the data: nobody was watched for so long.",
                "De horizon is langer dan de data: niemand is zo lang gevolgd.",
            )
        )
    return doubts
