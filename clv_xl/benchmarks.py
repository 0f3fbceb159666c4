"""The benchmark figures that travel with the package, read once, when first asked for.

Every record names its source, year and tier: A is a publisher's own data, B secondary or agency data, C only indicative
figures.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from .errors import NotAvailable
from .terms import LANGUAGES, Text

_SCALES = {"%": 0.01, "bn": 1e9, "m": 1e6}
_NEAREST = 4
_WORD = re.compile(r"\w{4,}")
_ENOUGH = 3  # letters that tell one name from another


@dataclass(frozen=True)
class Benchmark:
    """One published figure. `value` stands as the source prints it: 75 with the unit "% per year"."""

    industry: Text
    metric: str
    value: float
    unit: str
    currency: str
    source: str
    year: int | None
    url: str
    tier: str
    note: str

    @property
    def figure(self) -> float:
        """The value as our functions give it: a share of 1 where the source prints %, money and counts in full."""
        scale = _SCALES.get(self.unit.partition(" ")[0])
        return self.value if scale is None else float(f"{self.value * scale:.15g}")


@cache
def records() -> tuple[Benchmark, ...]:
    """All figures, in the order of the file."""
    text = resources.files("clv_xl").joinpath("data/benchmarks.csv").read_text("utf-8")
    return tuple(
        Benchmark(
            Text(row["industry"], row["industry_nl"]),
            row["metric"],
            float(row["value"]),
            row["unit"],
            row["currency"],
            row["source"],
            int(row["source_year"]) if row["source_year"] else None,
            row["url"],
            row["tier"],
            row["note"],
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def _by_industry() -> dict[str, list[Benchmark]]:
    found: dict[str, list[Benchmark]] = {}
    for record in records():
        for name in {_key(record.industry[language]) for language in LANGUAGES}:
            found.setdefault(name, []).append(record)
    return found


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


@cache
def select(industry: str, metric: str) -> tuple[Benchmark, ...]:
    """The figures of an industry, named in English or Dutch, that may be taken together.

    Figures in another unit or currency than most are left out; of equally many, the newest decide.

    Raises:
        NotAvailable: the industry or metric is unknown; the message names the nearest.

    """
    of_industry = _by_industry().get(_key(industry))
    if of_industry is None:
        names = [record.industry[language] for record in records() for language in LANGUAGES]
        raise NotAvailable(f"no industry {industry!r}; {_hint(industry, names)}")
    found = [record for record in of_industry if _key(record.metric) == _key(metric)]
    if not found:
        metrics = dict.fromkeys(record.metric for record in of_industry)
        raise NotAvailable(f"no {metric!r} for {industry}; there is {', '.join(metrics)}")
    kinds = Counter((record.unit, record.currency) for record in found)
    newest: dict[tuple[str, str], int] = {}
    for record in found:
        kind = record.unit, record.currency
        newest[kind] = max(newest.get(kind, 0), record.year or 0)
    chosen = max(kinds, key=lambda kind: (kinds[kind], newest[kind]))
    return tuple(record for record in found if (record.unit, record.currency) == chosen)


def _hint(wanted: str, names: Iterable[str]) -> str:
    near = nearest(wanted, names)
    return f"nearest: {', '.join(near)}" if near else "see the Benchmarks sheet for the names"


def nearest(wanted: str, names: Iterable[str]) -> list[str]:
    """The names most like a wanted one: first those that hold it, then those spelled like it, or with such a word."""
    by_key = {_key(name): name for name in names}
    key = _key(wanted)
    holding = sorted((name for name in by_key if len(key) >= _ENOUGH and key in name), key=len)
    like = difflib.get_close_matches(key, by_key, n=_NEAREST, cutoff=0.55)
    words = {word: name for name in reversed(by_key) for word in _WORD.findall(name)}
    worded = [words[word] for word in difflib.get_close_matches(key, words, n=_NEAREST, cutoff=0.75)]
    return [by_key[name] for name in dict.fromkeys([*holding, *like, *worded])][:_NEAREST]
