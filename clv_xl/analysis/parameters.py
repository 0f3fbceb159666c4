"""The parameters of a prediction, each with what it means in plain words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from clv_xl.models.customers import days_in
from clv_xl.terms import Text, dutch

from .tables import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from clv_xl.models.estimation import Fit
    from clv_xl.models.prediction import Prediction

    Meaning = Callable[[Mapping[str, float]], Text]


def parameters(prediction: Prediction) -> pd.DataFrame:
    """Those of the model of purchases, then those of spend; the standard error is blank where the data do not tell."""
    a_year = days_in("year") / days_in(prediction.population.unit)
    fits: list[tuple[str, Fit[Any]]] = [(prediction.model.name, prediction.model.fit)]
    if prediction.spend is not None:
        fits.append(("Gamma-Gamma", prediction.spend))
    rows = []
    for model, fit in fits:
        known = dict(zip(fit.names, fit.parameters.tolist(), strict=True))
        for name, error in zip(fit.names, fit.standard_errors.tolist(), strict=True):
            rows.append((f"{model} {name}", known[name], error, _meaning(name, known, a_year)))
    return pd.DataFrame(rows, columns=list(PARAMETERS.heads))


def _meaning(name: str, known: Mapping[str, float], a_year: float) -> Text:
    """What one parameter says; the second of a pair tells the mean that follows from both."""
    if name == "alpha":
        return _mean(
            "With r: an average active customer buys {} times a year.",
            "Met r: een gemiddelde actieve klant koopt {} keer per jaar.",
            known["r"] / known["alpha"] * a_year,
        )
    if name == "b":
        return _mean(
            "With a: after a purchase {}% of customers leave, on average.",
            "Met a: na een aankoop vertrekt gemiddeld {}% van de klanten.",
            100 * known["a"] / (known["a"] + known["b"]),
        )
    if name == "beta":
        gone = -math.expm1(-known["s"] * math.log1p(a_year / known["beta"]))
        return _mean(
            "With s: {}% of new customers leave within a year.",
            "Met s: van nieuwe klanten vertrekt {}% binnen een jaar.",
            100 * gone,
        )
    if name == "v":
        mean = known["p"] * known["v"] / (known["q"] - 1) if known["q"] > 1 else math.inf
        return _mean(
            "With p and q: an average customer spends {} a time.",
            "Met p en q: een gemiddelde klant besteedt {} per keer.",
            mean,
        )
    return _ALIKE[name]


_ALIKE = {
    "r": Text(
        "How alike customers are in how often they buy: below 1 they differ much.",
        "Hoe gelijk klanten zijn in hoe vaak zij kopen: onder 1 verschillen zij sterk.",
    ),
    "a": Text(
        "How alike customers are in the chance to leave: below 1 they differ much.",
        "Hoe gelijk klanten zijn in de kans op vertrek: onder 1 verschillen zij sterk.",
    ),
    "s": Text(
        "How alike customers are in how soon they leave: below 1 they differ much.",
        "Hoe gelijk klanten zijn in hoe snel zij vertrekken: onder 1 verschillen zij sterk.",
    ),
    "p": Text(
        "How alike the amounts of one customer are: the higher, the more alike.",
        "Hoe gelijk de bedragen van één klant zijn: hoe hoger, hoe gelijker.",
    ),
    "q": Text(
        "How alike customers are in what they spend a time: the higher, the more alike.",
        "Hoe gelijk klanten zijn in wat zij per keer besteden: hoe hoger, hoe gelijker.",
    ),
}


def _mean(en: str, nl: str, value: float) -> Text:
    if not math.isfinite(value):
        return Text("No mean follows: the customers differ too much.", "Er volgt geen gemiddelde: te veel verschil.")
    small = value < 100  # noqa: PLR2004  three digits are enough
    return Text(
        en.replace("{}", f"{value:,.1f}" if small else f"{value:,.0f}"),
        nl.replace("{}", f"{dutch(value, 1)}" if small else f"{dutch(value)}"),
    )
