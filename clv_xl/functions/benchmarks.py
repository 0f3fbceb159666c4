"""How a figure compares with its industry."""

from __future__ import annotations

import statistics
from collections.abc import Callable

from clv_xl.benchmarks import select
from clv_xl.catalogue import function
from clv_xl.errors import DivideByZero
from clv_xl.terms import Unit

NEEDS_FILE = "the figures stand in a file of the package, not in the workbook"
METRIC = "CLV"
MEDIAN = "median"

STATISTICS: dict[str, Callable[[list[float]], float]] = {
    MEDIAN: statistics.median,
    "low": min,
    "high": max,
    "count": lambda figures: float(len(figures)),
}


@function(
    Unit.ANY,
    en="Published figure for an industry (English or Dutch name), in the source's currency; percentages as shares. "
    "Sources in another unit or currency than most are left out. Indicative: see source, year and tier on the "
    "Benchmarks sheet.",
    nl="Gepubliceerd cijfer van een branche (Engelse of Nederlandse naam), in de valuta van de bron; percentages als"
    " deel. Bronnen in een andere eenheid of valuta dan de meeste tellen niet. Indicatief: zie bron en jaar op "
    "het blad Benchmarks.",
    python=NEEDS_FILE,
    examples=[
        (("Insurance", "CAC organic"), 355.99),
        (("verzekeringen", "cac organic", "low"), 121.98),
        (("Insurance", "CAC organic", "high"), 590),
        (("Insurance", "CAC organic", "count"), 2),
        (("Detailhandel", "Customer retention rate"), 0.63),
        (("Retail",), 150),
        (("Netherlands, all online", "Online spend total"), 30_600_000_000),
        (("Alchemy",), "#N/A"),
        (("Retail", "Happiness"), "#N/A"),
        (("Retail", "CLV", "mean"), "#VALUE!"),
        ((None,), "#VALUE!"),
        ((12,), "#VALUE!"),
    ],
)
def benchmark(industry: str, metric: str = METRIC, statistic: str = MEDIAN) -> float:
    """Published CLVs differ a hundredfold between sources: they tell an order of magnitude, not a target."""
    return STATISTICS[statistic.casefold()]([record.figure for record in select(industry, metric)])


@function(
    Unit.RATIO,
    en="Your figure / the median published for the industry: 1 is equal, 2 is double. Give it in the benchmark's "
    "currency, a rate as a share.",
    nl="Uw cijfer / de gepubliceerde mediaan van de branche: 1 is gelijk, 2 het dubbele. In de valuta van de "
    "benchmark, een percentage als deel.",
    python=NEEDS_FILE,
    examples=[
        ((300, "Retail"), 2),
        ((0.7, "Retail", "Customer retention rate"), 0.7 / 0.63),
        ((300, "Alchemy"), "#N/A"),
        (("300", "Retail"), "#VALUE!"),
    ],
)
def benchmark_ratio(value: float, industry: str, metric: str = METRIC) -> float:
    """A band to look at, not a pass or a fail."""
    published = statistics.median(record.figure for record in select(industry, metric))
    if not published:
        raise DivideByZero("the benchmark is 0")
    return value / published
