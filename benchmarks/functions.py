"""What a call costs: 100,000 rows through CLV in one call and cell by cell, and what an import costs.

    python benchmarks/functions.py

CPU seconds, the median of several runs. Ratios are within one run, so a busy machine does not spoil them.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from clv_xl.functions import CATALOGUE

ROWS, RUNS, IMPORTS = 100_000, 5, 7
CLV = CATALOGUE["CLV"]


def cpu(action: Callable[[], Any]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def import_cpu(statement: str) -> float:
    """CPU seconds of a fresh interpreter for a statement, without what the interpreter itself takes."""
    code = f"import time; start = time.process_time(); {statement}; print(time.process_time() - start)"
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def main() -> None:
    rng = np.random.default_rng(1)
    arrays = (rng.uniform(5, 500, ROWS), rng.uniform(0, 12, ROWS), rng.uniform(0, 10, ROWS), 0.6, 0.1)
    cells = tuple(a.reshape(-1, 1).tolist() if isinstance(a, np.ndarray) else a for a in arrays)
    dirty = [list(map(list, column)) if isinstance(column, list) else column for column in cells]
    for row in range(0, ROWS, 10):
        dirty[row % 3][row][0] = (None, "text", -1.0, True)[row // 10 % 4]
    one_by_one = list(zip(*([row[0] for row in column] for column in cells[:3]), strict=True))

    actions: dict[str, Callable[[], Any]] = {
        "one call, arrays": lambda: CLV(*arrays),
        "one call, rows of cells": lambda: CLV.cells(*cells),
        "one call, rows of cells, one in ten bad": lambda: CLV.cells(*dirty),
        "one call per cell": lambda: [CLV.cells(*row, 0.6, 0.1) for row in one_by_one],
    }
    medians = {name: statistics.median(cpu(action) for _ in range(RUNS)) for name, action in actions.items()}
    table(f"CLV of {ROWS:,} rows", medians, "one call per cell")

    statements = ["import clv_xl", "import clv_xl.functions, clv_xl.hosts.lambdas", "import numpy", "import pandas"]
    runs: dict[str, list[float]] = {statement: [] for statement in statements}
    for _ in range(IMPORTS):
        for statement in statements:
            runs[statement].append(import_cpu(statement))
    table("import", {name: statistics.median(times) for name, times in runs.items()}, "import pandas")


def table(title: str, seconds: dict[str, float], against: str) -> None:
    print(f"{title:<45} {'CPU s':>8}   {against} / this")
    for name, taken in seconds.items():
        print(f"  {name:<43} {taken:8.3f}   {seconds[against] / taken:8.1f}")
    print()


if __name__ == "__main__":
    main()
