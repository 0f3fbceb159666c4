"""An outlook as one JSON document for programs."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .customers import columns
from .statements import parameters

if TYPE_CHECKING:
    from clv_xl.models.estimation import Fit
    from clv_xl.models.selection import Candidate

    from .outlook import Outlook

_TOP = 10


def document(outlook: Outlook) -> str:
    """Everything but all the customers as JSON; what is not known is null."""
    told, ledger, question = outlook.prediction, outlook.orders.ledger, outlook.question
    bands = told.intervals
    track, counts = outlook.tracking, outlook.counts
    record = {
        "source": outlook.orders.source,
        "columns": outlook.orders.mapping.columns,
        "currency": outlook.currency,
        "rows": {"read": ledger.read, "kept": ledger.kept, "dropped": ledger.dropped, "orders": ledger.orders},
        "first_order": str(ledger.first_date),
        "last_order": str(ledger.last_date),
        "as_of": str(told.customers.end),
        "customers": len(told.customers),
        "horizon": {"count": question.horizon.count, "unit": question.horizon.unit},
        "unit": told.population.unit,
        "margin": told.margin,
        "discount_a_year": told.discount,
        "level": told.level,
        "model": told.model.model,
        "reason": asdict(told.reason),
        "models": [_candidate(one) for one in told.compared],
        "parameters": _parameters(told.model.fit),
        "spend_parameters": None if told.spend is None else _parameters(told.spend),
        "expected_purchases": {
            "expected": float(told.expected_purchases.sum()),
            "parameters_only": None if bands is None else told.expected_total[1:],
            "likely": None if bands is None else bands.total_purchases,
        },
        "predicted_value": {
            "expected": float(told.value.sum()),
            "likely": None if bands is None else bands.total_value,
        },
        "active_customers": float(told.probability_alive.sum()),
        "top_customers": _top(outlook),
        "doubts": [asdict(doubt) for doubt in outlook.doubts],
        "tracking": {
            "unit": track.unit,
            "ends": track.ends.astype(str).tolist(),
            "actual": track.actual.tolist(),
            "expected": track.expected.tolist(),
        },
        "repeat_purchases_0_to_7_or_more": {"actual": counts.actual.tolist(), "expected": counts.expected.tolist()},
        "alive_by_tenths": outlook.alive.tolist(),
    }
    return json.dumps(_known(record), ensure_ascii=False, allow_nan=False)


def _top(outlook: Outlook) -> list[dict[str, Any]]:
    best = {name: values[:_TOP] for name, values in columns(outlook).items()}
    told = {name: values.astype(str) if values.dtype.kind == "M" else values for name, values in best.items()}
    rows = zip(*(values.tolist() for values in told.values()), strict=True)
    return [dict(zip(told, row, strict=True)) for row in rows]


def _candidate(one: Candidate) -> dict[str, Any]:
    test = one.holdout
    holdout = None if test is None else {
        "expected": test.expected,
        "actual": test.actual,
        "mean_absolute_error": test.error,
        "root_mean_squared_error": test.squared_error,
        "duration": test.duration,
    }  # fmt: skip
    fit = one.fit
    told = {"model": one.model, "loglik": fit.loglik, "bic": fit.bic, "verdict": str(fit.verdict)}
    return {**told, "holdout": holdout}


def _parameters(fit: Fit[Any]) -> list[dict[str, Any]]:
    return [dict(zip(("name", "estimate", "low", "high"), row, strict=True)) for row in parameters(fit)]


def _known(value: Any) -> Any:
    """The same with null for what is no number."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _known(item) for key, item in value.items()}
    return [_known(item) for item in value] if isinstance(value, list | tuple) else value
