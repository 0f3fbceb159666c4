"""Which published figures may stand beside a client's own, and under which name of an industry."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from clv_xl.benchmarks import Benchmark, nearest, records
from clv_xl.errors import ClvError
from clv_xl.terms import LANGUAGES, Text

SOURCE_CURRENCY = "USD"
"""Of every amount that is compared, so that one exchange rate converts them all."""

INDICATIVE = "Client article"
"""How the source of the seven sector figures begins that stand on top."""


@dataclass(frozen=True)
class Measure:
    """A figure that is compared.

    name      of the cell with the client's own
    kind      of number: `money`, `rate`, `share`
    metrics   that sources give for it, defined as ours is; told in this unit only
    unit      as the sources print it; other units are another definition
    general   the industry that stands in for one without a figure of its own
    told      whether sources say on what basis it is; if not there is no ratio
    """

    name: str
    kind: str
    metrics: tuple[str, ...]
    unit: str
    general: str = ""
    told: bool = True


MEASURES = {
    "clv": Measure("clv_revenue", "money", ("CLV", "LTV"), "per customer", told=False),
    "cac": Measure("cac_now", "money", ("CAC", "CAC blended median"), "per customer"),
    "ratio": Measure("ratio_now", "rate", ("LTV:CAC", "LTV:CAC p50"), "ratio"),
    "retention": Measure(
        "retention_per_year", "share", ("Customer retention rate",), "% per year", "Average of 15 industries"
    ),
    "order_value": Measure("order_value", "money", ("AOV",), "per order"),
    "repeat": Measure("repeat_share", "share", ("Repeat purchase rate",), "% of customers", "E-commerce average"),
    "margin": Measure("margin", "share", ("Gross margin",), "% of revenue", "All industries"),
}


@dataclass(frozen=True)
class Published:
    """A record, the one name of its industry, and the measure that it is compared under, "" for none."""

    record: Benchmark
    industry: Text
    measure: str


@cache
def published() -> tuple[Published, ...]:
    """All records, with only the best tier of an industry's figures compared: a bad figure would spoil a good one."""
    names = _names()
    measures = [_measure(record) for record in records()]
    best: dict[tuple[str, Text], str] = {}
    for record, measure in zip(records(), measures, strict=True):
        at = measure, names[record.industry]
        best[at] = min(best.get(at, record.tier), record.tier)
    return tuple(
        Published(r, names[r.industry], m if best[m, names[r.industry]] == r.tier else "")
        for r, m in zip(records(), measures, strict=True)
    )


def industries() -> list[Text]:
    """Those of which a figure is compared."""
    return list({one.industry: None for one in published() if one.measure})


def named(name: str) -> Text:
    """The industry of this name, in English or Dutch. Raises ClvError, with the nearest, when there is none."""
    known = industries()
    for one in known:
        if name.strip().casefold() in {one[language].casefold() for language in LANGUAGES}:
            return one
    names = {to: sorted({one[to] for one in known}, key=str.casefold) for to in LANGUAGES}
    near = {to: nearest(name, names[to]) for to in LANGUAGES}
    en, nl = ("; ".join(near[to] or near[other]) for to, other in (LANGUAGES, LANGUAGES[::-1]))
    hint = Text(f" Nearest: {en}." if en else "", f" Het dichtst erbij: {nl}." if nl else "")
    raise ClvError(
        f"There is no industry {name!r} to compare with.{hint.en} All {len(names['en'])} are on the Benchmarks sheet "
        "of a new workbook.",
        f"Er is geen branche {name!r} om mee te vergelijken.{hint.nl} Alle {len(names['nl'])} staan op het blad "
        "Benchmarks van een nieuwe werkmap.",
    )


def _measure(record: Benchmark) -> str:
    for key, measure in MEASURES.items():
        if record.metric in measure.metrics and record.unit == measure.unit:
            return key if record.currency in ("", SOURCE_CURRENCY) else ""
    return ""


def _names() -> dict[Text, Text]:
    """One name for what is written alike in a language: a spreadsheet would take them together in that one only."""
    named: dict[Text, Text] = {}
    for record in sorted(records(), key=lambda record: record.tier):  # the best source names it
        one = record.industry
        named.setdefault(one, next((named[other] for other in named if _alike(one, other)), one))
    return named


def _alike(one: Text, other: Text) -> bool:
    return any(one[language].casefold() == other[language].casefold() for language in LANGUAGES)
