"""What speaks against believing a prediction or a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clv_xl.terms import Text, counted, dutch

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
    days = counted(gap, Text("day", "dag"), Text("days", "dagen"))
    return [
        Text(
            f"The last order is of {days.en} before the as-of date: if orders are missing, customers seem lost who "
            "are not.",
            f"De laatste bestelling is van {days.nl} vóór de peildatum: ontbreken er bestellingen, dan "
            "lijken klanten verloren die dat niet zijn.",
        )
    ]


def misses(prediction: Prediction) -> list[Text]:
    """What the model itself shows against it."""
    doubts, test, name = [], prediction.model.holdout, prediction.model.name
    if test is not None and abs(test.expected - test.actual) > _FAR * test.actual + 2 * max(test.actual, 1) ** 0.5:
        expected = counted(round(test.expected), Text("purchase", "aankoop"), Text("purchases", "aankopen"))
        made = Text("was", "werd") if round(test.actual) == 1 else Text("were", "werden")
        doubts.append(
            Text(
                f"In the holdout {name} expected {expected.en} and {test.actual:,.0f} "
                f"{made.en} made: "
                "something changed that no model knows, such as a season, a campaign or missing orders.",
                f"In de toetsperiode verwachtte {name} {expected.nl} en het {made.nl} er "
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
        buyers = counted(
            once, Text("customer", "klant die eenmaal kocht"), Text("customers", "klanten die eenmaal kochten")
        )
        doubts.append(
            Text(
                f"BG/NBD takes the {buyers.en} who bought once for active, however long ago: P(alive) is 1 then.",
                f"BG/NBD houdt de {buyers.nl} voor actief, hoe lang geleden ook: P(actief) is dan 1.",
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
