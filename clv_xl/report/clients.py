"""A client as the portfolio shows it: what the record says, judged by the functions that a cell would call."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from clv_xl.benchmarks import Benchmark, select
from clv_xl.errors import CellError
from clv_xl.functions import CATALOGUE
from clv_xl.functions.acquisition import HIGH_STATUS, STATUS

from .cautions import Caution, cautions
from .wording import Wording, short

if TYPE_CHECKING:
    from datetime import date

    from clv_xl.refresh.record import Month, Record

Basis = Literal["margin", "revenue", "none"]
COMPARED = {"order_value": "AOV", "clv_cac": "LTV:CAC", "margin": "Gross margin", "cac": "CAC"}
"""Figure -> metric of the benchmarks: only what is defined alike on both sides, as in the template; never a CLV."""
_IN_MONEY = ("order_value", "cac")
LEVELS = {"bad": STATUS[1], "fair": STATUS[3], "good": STATUS[5], "high": HIGH_STATUS}
"""The verdicts on CLV/CAC, worst first."""
_LEVEL_OF = {text.en: level for level, text in LEVELS.items()}
_TO = "\N{WORD JOINER}\N{EN DASH}\N{WORD JOINER}"
_SAME = 1e-9  # of the value: what is below it is rounding


@dataclass(frozen=True)
class Change:
    """The CLV against the last refresh. kind: first (no CLV before), basis (another before), same, up, down."""

    kind: Literal["first", "basis", "same", "up", "down"]
    money: float | None = None
    share: float | None = None


@dataclass(frozen=True)
class Verdict:
    """What CLV/CAC means, as a level and in words."""

    level: str
    text: str

    @property
    def word(self) -> str:
        """The first word of the verdict: Healthy."""
        return self.text.partition(":")[0]


@dataclass(frozen=True)
class Comparison:
    """A figure beside the median published for the industry; `ratio` is None where the two may not be compared."""

    figure: str
    own: float
    median: float
    ratio: float | None
    published: tuple[Benchmark, ...]

    @property
    def currency(self) -> str:
        """Of the published figure, "" when it is no amount."""
        return self.published[0].currency

    @property
    def tier(self) -> str:
        """The tiers of its sources: A, or A to C, never broken over lines."""
        tiers = sorted({benchmark.tier for benchmark in self.published})
        return tiers[0] if len(tiers) == 1 else f"{tiers[0]}{_TO}{tiers[-1]}"


@dataclass(frozen=True)
class Client:
    """One workbook that was refreshed, or was current; in the language of the reader."""

    record: Record
    wording: Wording
    today: date | None

    @cached_property
    def name(self) -> str:
        """What to call the client."""
        return short(self.record.client) or short(self.record.file) or "?"

    @property
    def industry(self) -> str:
        """In the reader's language where the benchmarks know it."""
        known = [comparison.published[0].industry[self.wording.language] for comparison in self.comparisons]
        return known[0] if known else short(self.record.industry)

    @cached_property
    def figures(self) -> dict[str, float]:
        """The figures that are numbers."""
        return {key: value for key, value in self.record.figures.items() if math.isfinite(value)}

    @cached_property
    def months(self) -> dict[str, Month]:
        """Calendar month -> what happened in it."""
        return {month.month: month for month in self.record.months if math.isfinite(month.revenue)}

    @property
    def basis(self) -> Basis:
        """What the CLV is on; only clients with the same may be compared."""
        return "margin" if "clv_margin" in self.figures else "revenue" if "clv_revenue" in self.figures else "none"

    @property
    def clv(self) -> float | None:
        """The CLV on that basis."""
        return self.figures.get(f"clv_{self.basis}")

    @cached_property
    def change(self) -> Change:
        """Of the CLV since the last refresh."""
        before = {key: v for key, v in self.record.previous.items() if key.startswith("clv_") and math.isfinite(v)}
        old, new = before.get(f"clv_{self.basis}"), self.clv
        if new is None or old is None:
            known = new is not None and any(f"clv_{basis}" in before for basis in ("margin", "revenue"))
            return Change("basis" if known else "first")
        money = new - old
        share = money / old if old > 0 else None  # a change of a loss has no meaningful percentage
        if abs(money) <= _SAME * max(abs(new), abs(old)):
            return Change("same", 0.0, 0.0)
        return Change("up" if money > 0 else "down", money, share)

    @property
    def compared(self) -> str:
        """With what the CLV is compared, "" when with nothing."""
        if self.change.kind == "first":
            return ""
        day = self.record.previous_day
        return (
            self.wording.say("compared.refresh", day=self.wording.day(day))
            if day
            else self.wording.say("compared.shown")
        )

    @cached_property
    def verdict(self) -> Verdict | None:
        """On CLV/CAC; it only holds for CLV on margin."""
        ratio = self.figures.get("clv_cac")
        if ratio is None or self.basis != "margin":
            return None
        status = CATALOGUE["CLV_CAC_STATUS"].cells
        ratio = max(ratio, 0.0)  # a negative CLV is a loss too, though no ratio
        return Verdict(_LEVEL_OF[status(ratio, "en")], status(ratio, self.wording.language))

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """With the industry; first what can be compared."""
        found = [self._comparison(figure, metric) for figure, metric in COMPARED.items() if figure in self.figures]
        return tuple(sorted(filter(None, found), key=lambda comparison: comparison.ratio is None))

    def _comparison(self, figure: str, metric: str) -> Comparison | None:
        industry, own = self.record.industry, self.figures[figure]
        median = CATALOGUE["BENCHMARK"].cells(industry, metric) if industry.strip() else None
        if not isinstance(median, float):
            return None
        published = select(industry, metric)
        alike = figure not in _IN_MONEY or published[0].currency == self.record.currency
        ratio = CATALOGUE["BENCHMARK_RATIO"].cells(own, industry, metric) if alike else None
        return Comparison(figure, own, median, None if isinstance(ratio, CellError) else ratio, published)

    @cached_property
    def cautions(self) -> tuple[Caution, ...]:
        """What a reader must know, the gravest first."""
        return cautions(self.record, self.basis, self.today, self.wording)

    @property
    def needs_attention(self) -> bool:
        """Whether something may be wrong or should be done."""
        return any(caution.level != "info" for caution in self.cautions)
