"""Published figures, and the CDNOW study they are about."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clv_xl import customer_summary

DATA = Path(__file__).parents[1] / "data"


@cache
def _oracles() -> dict[str, dict[str, Any]]:
    entries = json.loads((DATA / "models" / "oracles.json").read_text(encoding="utf-8"))
    return {entry["id"]: entry for entry in entries}


class Oracle:
    """One published figure; `holds` compares within the tolerance it came with."""

    def __init__(self, name: str) -> None:
        entry = _oracles()[name]
        self.inputs: Any = entry["inputs"]
        self.expected: Any = entry["expected"]
        tolerance = entry["tolerance"]
        self.close = {"abs": tolerance.get("abs", 0.0), "rel": tolerance.get("rel", 0.0)}

    @property
    def parameters(self) -> list[float]:
        given = self.inputs["params"]
        return list(given.values()) if isinstance(given, dict) else given

    def customers(self) -> tuple[np.ndarray, ...]:
        """Frequency, recency and T of the customers it is about."""
        rows = self.inputs["rows"]
        if isinstance(rows, str):  # as another entry
            family = "pnbd" if "pnbd" in rows else "bgnbd"
            rows = _oracles()[f"{family}-cet25-t1"]["inputs"]["rows"]
        return tuple(np.array([row[key] for row in rows], float) for key in ("x", "t_x", "T"))

    def holds(self, values: Any, expected: Any = None) -> None:
        wanted = self.expected if expected is None else expected
        got = np.ravel(np.asarray(values, float))
        assert got.tolist() == pytest.approx(np.ravel(np.asarray(wanted, float)).tolist(), **self.close)


@pytest.fixture
def oracle() -> type[Oracle]:
    return Oracle


@pytest.fixture(scope="session")
def cdnow() -> tuple[np.ndarray, ...]:
    """Frequency, recency, T (weeks) and mean spend of the 2,357 customers of the sample, up to 30 September 1997."""
    lines = [line.split() for line in (DATA / "orders" / "CDNOW_sample.txt").read_text(encoding="ascii").splitlines()]
    rows = customer_summary(
        [line[1] for line in lines],
        [dt.datetime.strptime(line[2], "%Y%m%d") for line in lines],
        [float(line[4]) for line in lines],
        dt.datetime(1997, 9, 30),
        "week",
    )
    return tuple(np.array([row[1:] for row in rows[1:]], float).T)
