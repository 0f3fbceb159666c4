"""A fit as a table in a sheet, and the model back out of that table or of its parameters alone."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from clv_xl.errors import NotANumber, OutOfRange

from .estimation import above_zero
from .gamma_gamma import GammaGamma
from .selection import MODELS, NAMES
from .shifted_beta_geometric import SBG

if TYPE_CHECKING:
    from clv_xl.cells import Range, Value

    from .estimation import Fit, Floats

HEADINGS: list[Value] = ["parameter", "estimate", "standard error", "low (95 %)", "high (95 %)"]
LEVEL = 0.95
MOST = 2.0**53

_KINDS: dict[str, Any] = {**{NAMES[key]: kind for key, kind in MODELS.items()}, "Gamma-Gamma": GammaGamma, "sBG": SBG}
_BY_WORD = {word.casefold(): name for key, name in NAMES.items() for word in (key, name)}
_BY_WORD |= {name.casefold(): name for name in _KINDS}


def table(fit: Fit[Any]) -> list[list[Value]]:
    """Parameters with what is known of them, and the figures of the fit; what the data do not tell is blank."""
    (name,) = (name for name, kind in _KINDS.items() if type(fit.model) is kind)
    with np.errstate(over="ignore"):  # an end of an interval may be beyond all numbers
        low, high = fit.interval(LEVEL)
    figures = zip(fit.parameters, fit.standard_errors, low, high, strict=True)
    rows: list[list[Value]] = [
        HEADINGS,
        ["model", name],
        *([parameter, *map(_known, known)] for parameter, known in zip(fit.names, figures, strict=True)),
        ["log-likelihood", _known(fit.loglik)],
        ["AIC", _known(fit.aic)],
        ["BIC", _known(fit.bic)],
        ["customers", _known(fit.customers)],
        ["verdict", fit.verdict.value],
    ]
    return [[*row, *[""] * (len(HEADINGS) - len(row))] for row in rows]


def _known(value: float) -> Value:
    return float(value) if math.isfinite(value) else ""


def model_of(cells: Range, said: str | None = None, *, among: tuple[Any, ...] = tuple(MODELS.values())) -> Any:
    """The model whose parameters a range holds.

    Args:
        cells: the table, its first two columns, or the estimates alone: those of a model that is named above them or
            by `said`, or of the only one of `among`.
        said: the model, where the range does not name it.
        among: the models that will do.

    Raises:
        NotANumber: no model is named, another one than was said, or the parameters are not all there.
        OutOfRange: a parameter is not above 0.

    """
    words = {_BY_WORD[word] for cell in cells.values if isinstance(cell, str) and (word := cell.casefold()) in _BY_WORD}
    named = words | ({_BY_WORD[said.casefold()]} if said else set())
    if len(named) > 1:
        raise NotANumber(f"the parameters are said to be of {' and of '.join(sorted(named))}")
    if not named and len(among) > 1:
        raise NotANumber("whose parameters these are is not said: give the whole table of the fit, or name the model")
    kind = _KINDS[named.pop()] if named else among[0]
    if kind not in among:
        fit = " or ".join(name for name, one in _KINDS.items() if one in among)
        raise NotANumber(f"these are parameters of another model: give those of {fit}")
    names = [field.name for field in fields(kind)]
    estimates = _estimates(cells, names, exactly=not words)
    if len(estimates) != len(names):
        raise NotANumber(f"the parameters are {', '.join(names)}: {len(names)} numbers, in this order")
    model = kind(*estimates)
    above_zero(model)
    return model


def _estimates(cells: Range, names: list[str], *, exactly: bool) -> list[float]:
    """The numbers beside the names of the parameters; without names, those of one column or row."""
    labelled = {row[0].strip().casefold(): row[1] for row in cells.rows if len(row) > 1 and isinstance(row[0], str)}
    beside = [value for name in names if isinstance(value := labelled.get(name), float)]
    if beside:
        return beside
    if 1 not in cells.shape:
        return []
    numbers = cells.numbers
    return numbers if exactly else numbers[: len(names)]


def columns_of(**ranges: Range) -> list[Floats]:
    """Ranges as columns of numbers; rows that are blank in all of them are passed over.

    Raises:
        NotANumber: they differ in length, or something else than a number stands in them.
        OutOfRange: a number that the models get lost in.

    """
    together = list(zip(*(cells.values for cells in ranges.values()), strict=False))
    if len({cells.shape[0] * cells.shape[1] for cells in ranges.values()}) > 1:
        raise NotANumber("the ranges differ in length: one row per customer in each")
    blank = (None,) * len(ranges)
    rows = [row for row in together if row != blank]
    for name, column in zip(ranges, zip(*rows, strict=True), strict=True):
        if set(map(type, column)) != {float}:
            raise NotANumber(f"{name} holds something else than numbers")
        if max(column) > MOST:
            raise OutOfRange(f"{name} holds {max(column):g}: a number beyond all that are told apart")
    return list(np.array(rows, np.float64).T)
