"""What an outlook says, in sentences and short tables that the screen and the workbook share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from clv_xl.models.customers import days_in
from clv_xl.models.opportunities import last_day_of, period_of
from clv_xl.models.prediction import VERDICTS
from clv_xl.report.wording import Wording
from clv_xl.terms import Text, counted

from .horizon import unit_name
from .texts import say

if TYPE_CHECKING:
    from clv_xl.models.estimation import Fit
    from clv_xl.models.selection import Candidate

    from .outlook import Outlook

_CUSTOMERS = Text("customer", "klant"), Text("customers", "klanten")
_PURCHASES = Text("purchase", "aankoop"), Text("purchases", "aankopen")
_KNOWN = 1e6  # an interval whose ends differ more says nothing


class Total(NamedTuple):
    """A total with its interval; the ends are None where there is none. `kind` is a number format of the theme."""

    label: str
    expected: float
    low: float | None
    high: float | None
    kind: str
    note: str


@dataclass(frozen=True)
class Statements:
    """An outlook in one language."""

    outlook: Outlook
    language: str

    @cached_property
    def wording(self) -> Wording:
        """Numbers and days as its readers write them."""
        return Wording(self.language)

    def say(self, key: str, **values: object) -> str:
        """A text by key, with its values."""
        return say(self.language, key, **values)

    def money(self, value: float) -> str:
        """An amount in the currency of the orders."""
        return self.wording.money(value, self.outlook.currency)

    def unit(self, count: float = 1) -> str:
        """The unit of time of the model."""
        return unit_name(self.outlook.prediction.population.unit, self.language, count)

    @property
    def horizon(self) -> str:
        """In words: 12 months."""
        return self.outlook.question.horizon.named(self.language)

    @property
    def end(self) -> str:
        """The last day that was looked at."""
        return self.wording.day(str(self.outlook.prediction.customers.end))

    # ---- sentences

    @property
    def answer(self) -> str:
        """The outlook in a sentence."""
        told = self.outlook.prediction
        return self.say(
            "answer",
            horizon=self.horizon,
            until=self.wording.day(str(self._until)),
            customers=counted(len(told.customers), *_CUSTOMERS)[self.language],
            are=(Text("is", "doet") if len(told.customers) == 1 else Text("are", "doen"))[self.language],
            purchases=counted(round(float(told.expected_purchases.sum())), *_PURCHASES)[self.language],
            value=self.money(float(told.value.sum())),
            basis=self.say("basis.revenue" if told.margin == 1 else "basis.margin"),
        )

    @property
    def _until(self) -> np.datetime64:
        """The last day that is looked ahead to."""
        told = self.outlook.prediction
        end, unit = told.customers.end, told.population.unit
        if self.outlook.periods:  # of the calendar: six months after 31 October end on 30 April
            return last_day_of(int(period_of(end.astype(np.int64).reshape(1), unit)[0]) + round(told.horizon), unit)
        return end + np.timedelta64(round(told.horizon * days_in(unit)), "D")

    @property
    def span(self) -> str:
        """The days that the orders cover, and how far their customers were watched."""
        ledger, day = self.outlook.orders.ledger, self.wording.day
        told = self.say("span", first=day(str(ledger.first_date)), last=day(str(ledger.last_date)))
        end = str(self.outlook.prediction.customers.end)
        return told if end == str(ledger.last_date) else self.say("span.seen", span=told, end=day(end))

    @property
    def purchase(self) -> str:
        """What counts as a purchase."""
        return self.say("purchase.period", unit=self.unit()) if self.outlook.periods else self.say("purchase.day")

    @property
    def basis(self) -> str:
        """What a value is: margin, discount."""
        told = self.outlook.prediction
        share = self.wording.share(told.margin)
        value = self.say("value.revenue") if told.margin == 1 else self.say("value.margin", margin=share)
        rate = self.wording.share(told.discount)
        plain = told.discount == 0
        return f"{value}; {self.say('value.plain') if plain else self.say('value.discounted', rate=rate, end=self.end)}"

    @property
    def level(self) -> str:
        """Of the intervals: 80%."""
        level = self.outlook.prediction.level
        decimals = f"{100 * level:.10g}".partition(".")[2]
        return self.wording.share(level, len(decimals))  # 99.5% is not 100%

    @property
    def models_note(self) -> str:
        """How to read the comparison."""
        test = self.outlook.prediction.model.holdout
        if test is None:
            return self.say("models.untested")
        return self.say("models.note", duration=self.duration(test.duration))

    def duration(self, time: float) -> str:
        """A time in the unit of the model: 26 weeks."""
        return f"{self.wording.count(time)} {self.unit(round(time))}"

    @property
    def doubts(self) -> list[str]:
        """What speaks against believing it."""
        return [doubt[self.language] for doubt in self.outlook.doubts]

    # ---- short tables

    @property
    def totals(self) -> list[Total]:
        """All customers together: purchases, their expectation where intervals are known, value, and who is active."""
        told = self.outlook.prediction
        bands = told.intervals
        purchases, value = (None, None) if bands is None else (bands.total_purchases, bands.total_value)
        expected, note = float(told.expected_purchases.sum()), self.say("total.purchases.note", level=self.level)
        bought = Total(self.say("total.purchases"), expected, *_ends(purchases), "count", note if purchases else "")
        known = []
        if purchases is not None:
            _, *ends = told.expected_total
            known = [Total(self.say("total.mean"), expected, *_ends(ends), "count", self.say("total.mean.note"))]
        worth = Total(self.say("total.value"), float(told.value.sum()), *_ends(value), "money", self.basis)
        active, count = float(told.probability_alive.sum()), self.wording.count(len(told.customers))
        note = self.say("total.active.note", count=count)
        return [bought, *known, worth, Total(self.say("total.active"), active, None, None, "count", note)]

    def verdict(self, one: Candidate) -> str:
        """How far a fit can be trusted."""
        return VERDICTS[one.fit.verdict][self.language]


def parameters(fit: Fit[Any]) -> list[tuple[str, float, float | None, float | None]]:
    """Name, estimate and 95 % interval of each; the ends are None where the data do not tell."""
    with np.errstate(over="ignore"):
        low, high = fit.interval(0.95)
    rows = zip(fit.names, fit.parameters.tolist(), low.tolist(), high.tolist(), strict=True)
    return [
        (name, value, *_ends((least, most) if most < _KNOWN * least else None)) for name, value, least, most in rows
    ]


def _ends(pair: tuple[float, float] | list[float] | None) -> tuple[float | None, float | None]:
    """An interval, if both ends are known."""
    if pair is None or not all(math.isfinite(end) for end in pair):
        return None, None
    return pair[0], pair[1]


def is_extreme(value: float) -> bool:
    """Whether four decimals show nothing of a parameter, or far too much."""
    return not 1e-3 <= value < 1e6  # noqa: PLR2004  as the text says
