"""What speaks against believing a prediction or a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clv_xl.terms import Text, dutch

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from clv_xl.models.prediction import Prediction

_FAR = 0.2  # of the purchases of a holdout
_CERTAIN = 0.99


def silence(first: dt.date, last: dt.date, as_of: dt.date) -> list[Text]:
    """What to say of an as-of day long after the last order: everybody then seems to have left."""
    gap = (as_of - last).days
    if gap <= max((last - first).days, 7) / 10:
        return []
    return [
        Text(
            f"The last order is of {gap:,} days before the as-of date: if orders are missing, customers seem lost who "
            "are not.",
            f"De laatste bestelling is van {dutch(gap)} dagen vóór de peildatum: ontbreken er bestellingen, dan "
            "lijken klanten verloren die dat niet zijn.",
        )
    ]


def misses(prediction: Prediction) -> list[Text]:
    """What the model itself shows against it."""
    doubts, test, name = [], prediction.model.holdout, prediction.model.name
    if test is not None and abs(test.expected - test.actual) > _FAR * test.actual + 2 * max(test.actual, 1) ** 0.5:
        doubts.append(
            Text(
                f"In the holdout {name} expected {test.expected:,.0f} purchases and {test.actual:,.0f} were made: "
                "something changed that no model knows, such as a season, a campaign or missing orders.",
                f"In de toetsperiode verwachtte {name} {dutch(test.expected)} aankopen en het werden er "
                f"{dutch(test.actual)}: er veranderde iets dat geen model kent, zoals seizoen, acties of "
                "ontbrekende bestellingen.",
            )
        )
    if prediction.probability_alive.min() > _CERTAIN:
        return [
            *doubts,
            Text(
                "The model sees nobody leave: P(alive) is nearly 1 for all. Data of a longer time may tell who left.",
                "Het model ziet niemand vertrekken: P(actief) is voor iedereen vrijwel 1. Data over langere tijd "
                "zeggen misschien wie weg is.",
            ),
        ]
    once = int(np.sum(prediction.population.frequency == 0))
    if prediction.model.model == "bgnbd" and once:
        doubts.append(
            Text(
                f"BG/NBD takes the {once:,} customers who bought once for active, however long ago: "
                "their P(alive) is 1.",
                f"BG/NBD houdt de {dutch(once)} klanten die eenmaal kochten voor actief, hoe lang geleden ook: hun "
                "P(actief) is 1.",
            )
        )
    return doubts


def unsure(prediction: Prediction) -> list[Text]:
    """What to say where no interval is given."""
    if prediction.intervals is not None:
        return []
    return [
        Text(
            "The parameters are so unsure that no intervals can be given.",
            "De parameters zijn zo onzeker dat er geen intervallen te geven zijn.",
        )
    ]


def untold(columns: Sequence[str]) -> list[Text]:
    """Which columns are not in the profile."""
    if not columns:
        return []
    names = ", ".join(columns)
    return [
        Text(
            f"Not in the profile, as nearly every customer has another value or all have the same: {names}.",
            f"Niet in het profiel, want vrijwel elke klant heeft een andere waarde of allen dezelfde: {names}.",
        )
    ]
