"""Workbooks of small shops, as an agency keeps them, and whether they were refreshed well."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import random
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import python_calamine

from clv_xl.template.inputs import ORDERS
from clv_xl.template.making import planned
from clv_xl.template.writing import Writer

KINDS = tuple(itertools.product(("en", "nl"), ("EUR", "USD", "GBP")))
_NEW = 0.2
"""Share of the orders that came after the last refresh."""
_SILENT_AFTER, _YEAR = 365, 365.25

Orders = list[tuple[str, str, dt.datetime, float]]


def orders(number: int) -> Orders:
    """50 to 400 orders of shop `number`, by date: id, customer, date, amount."""
    rng = random.Random(number)
    count = rng.randint(50, 400)
    days = sorted(rng.randrange(900) for _ in range(count))
    first = dt.datetime(2023, 6, 1)  # noqa: DTZ001  a sheet's dates have no zone
    typical = rng.uniform(20, 200)
    return [
        (
            f"{number}-{place}",
            f"K{int(count / 2 * rng.random() ** 2):04}",
            first + dt.timedelta(days=day),
            round(typical * rng.lognormvariate(0, 0.5), 2),
        )
        for place, day in enumerate(days, 1)
    ]


def write(folder: Path, count: int) -> None:
    """Write workbooks in two languages and three currencies, as their owners saved them after adding new orders."""
    draft = folder.with_suffix(".part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for number in range(count):
        language, currency = KINDS[number % len(KINDS)]
        content = _saved(language, currency, orders(number))
        (draft / f"client-{number:03}.{language}.{currency}.xlsx").write_bytes(content)
    draft.replace(folder)


def _saved(language: str, currency: str, given: Orders) -> bytes:
    """A template with orders and each formula's value, but what only a refresh counts is as before the new orders."""
    before = _planned(language, currency, given[: int(len(given) * (1 - _NEW))])
    context = _planned(language, currency, given)
    inputs = context.text("sheet.inputs")
    now, old = context.plan.sheets[inputs].cells, before.plan.sheets[inputs].cells
    for spot, cell in old.items():
        if spot[1] == ORDERS and isinstance(cell.value, float):
            now[spot] = replace(now[spot], value=cell.value)
    return Writer(context).write()


def _planned(language: str, currency: str, given: Orders) -> Any:
    frame = pd.DataFrame(given, columns=["order", "customer", "date", "amount"])
    return planned(language, currency, "excel", frame)


def compare(folder: Path, made: Path, reference: Path) -> dict[str, Any]:
    """Every file refreshed: other than it was made, with the lifespan as computed here, and as the reference."""
    wrong, identical, names = "", 0, sorted(path.name for path in made.iterdir())
    for number, name in enumerate(names):
        content = (folder / name).read_bytes()
        if content == (made / name).read_bytes():
            wrong = wrong or f"{name} was not refreshed"
        values, lifespan = _values(folder / name), _lifespan(orders(number))
        if not any(isinstance(value, float) and math.isclose(value, lifespan, rel_tol=1e-9) for value in values):
            wrong = wrong or f"{name} does not show its lifespan so far, {lifespan}"
        same = content == (reference / name).read_bytes()
        identical += same
        if not same and values != _values(reference / name):
            wrong = wrong or f"{name} holds other values than with one process"
    return {"wrong": wrong, "identical": f"{identical} of {len(names)}"}


def _lifespan(given: Orders) -> float:
    """Years that the average customer stayed so far, by hand: a result that hangs on what only a refresh counts."""
    visits: dict[str, list[dt.datetime]] = {}
    for _, customer, day, _ in given:
        visits.setdefault(customer, []).append(day)
    end = given[-1][2]
    stays = (
        (days[-1] if (end - days[-1]).days > _SILENT_AFTER else end) - days[0]
        for days in visits.values()  # by date
    )
    return sum(stay.days for stay in stays) / _YEAR / len(visits)


def _values(path: Path) -> list[Any]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    return [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
