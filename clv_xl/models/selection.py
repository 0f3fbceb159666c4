"""Which model of purchases fits a customer base best: by BIC, and where that does not decide, by a holdout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from clv_xl.errors import CellError, NotANumber
from clv_xl.terms import Text, dutch

from .bg_bb import BGBB
from .bg_nbd import BGNBD
from .customers import Customers
from .diagnostics import ByFrequency, by_frequency
from .estimation import Verdict
from .holdout import calibration_holdout
from .mbg_nbd import MBGNBD
from .opportunities import merged, opportunities
from .pareto_nbd import ParetoNBD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .estimation import Fit, Floats
    from .purchase_days import PurchaseDays

MODELS: dict[str, Any] = {"bgnbd": BGNBD, "mbgnbd": MBGNBD, "pareto-nbd": ParetoNBD, "bgbb": BGBB}
NAMES = {"bgnbd": "BG/NBD", "mbgnbd": "MBG/NBD", "pareto-nbd": "Pareto/NBD", "bgbb": "BG/BB"}
COMPARED = ("bgnbd", "mbgnbd", "pareto-nbd")
"""The models in continuous time: the likelihood of BG/BB, which counts periods, cannot be set beside theirs."""

DECISIVE = 6.0
"""A difference in BIC from here on is strong evidence: Kass and Raftery (1995), Bayes factors, JASA 90."""

_HELD_OUT = 1 / 3  # of the time that the data cover


@dataclass(frozen=True, eq=False)
class Population:
    """Customers as one kind of model reads them; times in `unit`, for BG/BB periods that are over."""

    customers: Customers
    frequency: Floats
    recency: Floats
    T: Floats
    unit: str

    @classmethod
    def of(cls, days: PurchaseDays, unit: str, model: str) -> Population:
        """Count purchase days in continuous time, or for BG/BB periods with a purchase."""
        if model != "bgbb":
            known = Customers.from_days(days, unit)
            return cls(known, known.frequency, known.recency, known.T, unit)
        over = opportunities(days, unit)
        days = merged(days.until(int(over.end.astype(np.int64))), unit)
        return cls(Customers.from_days(days, unit), over.frequency, over.recency, over.n, unit)

    @property
    def histories(self) -> tuple[Floats, Floats, Floats]:
        """Frequency, recency and T."""
        return self.frequency, self.recency, self.T


@dataclass(frozen=True)
class Forecast:
    """What a model, fitted to the first part of the data, says of the rest.

    expected, actual  purchases of all customers in the holdout
    error             mean absolute error of a customer's purchases
    squared_error     root of the mean squared error
    duration          of the holdout, in the unit of the model
    by_frequency      purchases in the holdout, by those in the calibration
    """

    expected: float
    actual: float
    error: float
    squared_error: float
    duration: float
    by_frequency: ByFrequency


@dataclass(frozen=True)
class Candidate:
    """A fitted model beside others; `holdout` is None where the data are too short or too few for one."""

    model: str
    fit: Fit[Any]
    holdout: Forecast | None

    @property
    def name(self) -> str:
        """As the papers write it."""
        return NAMES[self.model]


def candidates(days: PurchaseDays, unit: str, models: Sequence[str], *, holdout: bool = True) -> list[Candidate]:
    """Fit models; with `holdout` each once more, to the first two thirds of the time, to see what it says of the last.

    Raises:
        NotANumber: no such model.
        CellError: the data cannot be read as the model needs them.

    """
    if unknown := [model for model in models if model not in MODELS]:
        raise NotANumber(f"{unknown[0]!r} is no model: choose from {', '.join(MODELS)}")
    found = []
    for model in models:
        people = Population.of(days, unit, model)
        fit = MODELS[model].fit(*people.histories)
        found.append(Candidate(model, fit, _forecast(days, unit, model) if holdout else None))
    return found


def chosen(found: Sequence[Candidate]) -> tuple[Candidate, Text]:
    """The candidate to use, and why: by BIC; among those that it does not tell apart, by the holdout."""
    if len(found) == 1:
        return found[0], Text(f"{found[0].name} was asked for.", f"Om {found[0].name} is gevraagd.")
    sound = [one for one in found if one.fit.verdict is Verdict.CONVERGED]
    pool = sound or list(found)
    best = min(pool, key=lambda one: one.fit.bic)
    if len(pool) == 1:
        return best, Text(f"{best.name}: the only one that converged.", f"{best.name}: de enige die convergeerde.")
    near = [one for one in pool if one.fit.bic - best.fit.bic < DECISIVE]
    if len(near) == 1:
        rest = min((one for one in pool if one is not best), key=lambda one: one.fit.bic)
        gap = rest.fit.bic - best.fit.bic
        return best, Text(
            f"{best.name}: its BIC is {gap:.1f} lower than that of {rest.name}, which decides.",
            f"{best.name}: de BIC is {dutch(gap, 1)} lager dan die van {rest.name}, en dat beslist.",
        )
    names = " / ".join(one.name for one in near)
    tested = [one for one in near if one.holdout is not None]
    if len(tested) < len(near):
        return best, Text(
            f"{best.name}: lowest BIC; it does not tell {names} apart clearly, and the data are too short to test.",
            f"{best.name}: laagste BIC; die scheidt {names} niet duidelijk, en de data zijn te kort om te toetsen.",
        )
    closest = min(tested, key=_miss)
    return closest, Text(
        f"{closest.name}: BIC does not tell {names} apart; it misses least in the holdout.",
        f"{closest.name}: BIC scheidt {names} niet; dit model zit in de toetsperiode het dichtst bij.",
    )


def _miss(one: Candidate) -> float:
    return one.holdout.squared_error if one.holdout is not None else np.inf


def _forecast(days: PurchaseDays, unit: str, model: str) -> Forecast | None:
    """The holdout of a model; None where nobody bought again in the calibration, or it cannot be fitted."""
    start = int(days.first.min())
    split, until = days.end - max(int((days.end - start) * _HELD_OUT), 1), days.end
    try:
        if model == "bgbb":  # what it counts are whole periods
            split, until = (
                int(opportunities(days.until(end), unit).end.astype(np.int64)) for end in (split, until)
            )  # fmt: skip
            days = merged(days.until(until), unit)
        people = Population.of(days.until(split), unit, model)
        if not people.frequency.any():
            return None
        held = calibration_holdout(days, _day(split), _day(until), unit)
        duration = round(held.duration) if model == "bgbb" else held.duration
        fit = MODELS[model].fit(*people.histories)
        expected = fit.model.conditional_expected_purchases(duration, *people.histories)
    except CellError:
        return None
    miss = expected - held.frequency
    return Forecast(
        float(expected.sum()), float(held.frequency.sum()), float(np.abs(miss).mean()),
        float(np.sqrt(np.mean(miss**2))), duration,
        by_frequency(people.frequency, held.frequency, expected),
    )  # fmt: skip


def _day(number: int) -> np.datetime64:
    return np.datetime64(number, "D")
