"""What the charts say: a message for a title, and the same in words for who cannot see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .horizon import unit_name

if TYPE_CHECKING:
    from clv_xl.models.histories import Floats

    from .statements import Statements


@dataclass(frozen=True)
class Titles:
    """The charts of an outlook in one language."""

    said: Statements

    @property
    def cumulative(self) -> str:
        """Repeat purchases added up."""
        track = self.said.outlook.tracking
        count = self.said.wording.count
        sums = {"expected": count(float(track.expected.sum())), "actual": count(float(track.actual.sum()))}
        return self.said.say("tracking.title", model=self._model, **sums)

    @property
    def incremental(self) -> str:
        """Repeat purchases in each period."""
        return self.said.say("incremental.title", unit=unit_name(self.said.outlook.tracking.unit, self.said.language))

    @property
    def counts(self) -> str:
        """Customers by repeat purchases."""
        counts, write = self.said.outlook.counts, self.said.wording.count
        return self.said.say(
            "counts.title.one" if round(float(counts.actual[0])) == 1 else "counts.title",
            actual=write(float(counts.actual[0])),
            expected=write(float(counts.expected[0])),
            count=write(float(counts.actual.sum())),
            model=self._model,
        )

    @property
    def holdout(self) -> str:
        """Purchases in the holdout; there must be one."""
        test, write = self.said.outlook.prediction.model.holdout, self.said.wording.count
        if test is None:
            return ""
        return self.said.say(
            "holdout.title",
            duration=self.said.duration(test.duration),
            actual=write(test.actual),
            expected=write(test.expected),
        )

    @property
    def alive(self) -> str:
        """Customers by P(alive)."""
        chance, write = self.said.outlook.prediction.probability_alive, self.said.wording.count
        gone = int(np.sum(chance < 0.5))  # noqa: PLR2004  as the text says
        key = "alive.title.one" if gone == 1 else "alive.title"
        return self.said.say(key, gone=write(gone), count=write(len(chance)))

    @property
    def tenths(self) -> list[str]:
        """0.0 - 0.1 and on, with the decimal sign of the language."""
        write = self.said.wording.number
        return [f"{write(place / 10, 1)} - {write((place + 1) / 10, 1)}" for place in range(10)]

    # ---- in words

    def alt_lines(self, title: str, actual: Floats, expected: Floats) -> str:
        """Of a chart of lines over time."""
        ends, write = self.said.outlook.tracking.ends, self.said.wording.count
        told = self.said.say(
            "alt.lines",
            unit=unit_name(self.said.outlook.tracking.unit, self.said.language),
            first=self.said.wording.day(str(ends[0])),
            last=self.said.wording.day(str(ends[-1])),
            actual=write(float(actual[-1])),
            expected=write(float(expected[-1])),
        )
        return f"{title}. {told}"

    def alt_columns(self, title: str, actual: Floats, expected: Floats, digits: int = 0) -> str:
        """Of a chart of columns, actual beside expected."""

        def listed(values: Floats) -> str:
            return ", ".join("-" if np.isnan(one) else self.said.wording.number(float(one), digits) for one in values)

        return f"{title}. {self.said.say('alt.columns', actual=listed(actual), expected=listed(expected))}"

    @property
    def alt_alive(self) -> str:
        """Of the chart of P(alive)."""
        counts = ", ".join(self.said.wording.count(one) for one in self.said.outlook.alive.tolist())
        return f"{self.alive}. {self.said.say('alt.alive', counts=counts)}"

    @property
    def _model(self) -> str:
        return self.said.outlook.prediction.model.name
