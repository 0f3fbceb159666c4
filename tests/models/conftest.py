"""Published figures, and the CDNOW study they are about."""

from __future__ import annotations

import datetime as dt
import gzip
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


@cache
def _cdnow_full() -> tuple[np.ndarray, ...]:
    with gzip.open(DATA / "models" / "CDNOW_master.txt.gz", "rt", encoding="ascii") as file:
        ids, dates = np.loadtxt(file, dtype=int, usecols=(0, 1), skiprows=1).T
    days = np.array([f"{date // 10000}-{date // 100 % 100:02}-{date % 100:02}" for date in dates], "datetime64[D]")
    days = (days - np.datetime64("1997-09-30")).astype(float)  # up to 0: what the models are fitted to
    ids, days = np.unique(np.stack([ids, days]), axis=1)
    customers, first, counts = np.unique(ids[days <= 0], return_index=True, return_counts=True)
    known = days[days <= 0]
    future = np.bincount(np.searchsorted(customers, ids[days > 0]), minlength=len(customers))
    start, last = known[first], known[first + counts - 1]
    return counts - 1.0, (last - start) / 7, -start / 7, future.astype(float), customers


@pytest.fixture(scope="session")
def cdnow_full() -> tuple[np.ndarray, ...]:
    """Frequency, recency and T (weeks) of all 23,570 customers up to 30 September 1997."""
    return _cdnow_full()[:3]


@pytest.fixture(scope="session")
def cdnow_future() -> tuple[np.ndarray, ...]:
    """Frequency, recency, T, and purchases in the 39 weeks after, of the customers of the sample."""
    sample = np.unique(np.loadtxt(DATA / "orders" / "CDNOW_sample.txt", dtype=int, usecols=0))
    *columns, customers = _cdnow_full()
    return tuple(column[np.searchsorted(customers, sample)] for column in columns)
