"""What a call from Excel for Windows costs in Python: one cell, and one call over 100,000 rows.

    python benchmarks/udf.py

xlwings' own code for Windows on any machine, by the stand-in of pywin32 that the tests use: without what COM takes to
carry the values from one process to the other. CPU seconds, the median of several runs, ratios within one run.
"""

from __future__ import annotations

import statistics
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.hosts import windows
from tests.hosts.excel import laid_out

xw = windows.import_xlwings()

import numpy as np  # noqa: E402  after the stand-in
from xlwings.com_server import XLPython  # noqa: E402  likewise

from clv_xl.functions import CATALOGUE  # noqa: E402  likewise
from clv_xl.hosts import xlwings_udf  # noqa: E402  likewise

ROWS, CALLS, RUNS = 100_000, 2_000, 5
SERVER = XLPython()


def written_by_hand() -> str:
    """A module with the product alone, as one writes it by hand: xlwings' usual converters, no guards, no errors."""
    module = types.ModuleType("by_hand")
    module.__file__ = __file__
    sys.modules["by_hand"] = module

    @xw.func
    def product(order_value: Any, frequency: Any, lifespan: Any = 1) -> Any:
        return order_value * frequency * lifespan

    @xw.func
    @xw.arg("order_value", np.array, ndim=2)
    @xw.arg("frequency", np.array, ndim=2)
    @xw.arg("lifespan", np.array, ndim=2)
    def products(order_value: Any, frequency: Any, lifespan: Any = 1) -> Any:
        return order_value * frequency * lifespan

    for function in (product, products):
        setattr(module, function.__name__, function)
    return "by_hand"


def cpu(action: Callable[[], Any]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def called(module: str, name: str, *args: Any) -> Callable[[], Any]:
    return lambda: SERVER.CallUDF(module, name, args, None, None)


def repeated(action: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: [action() for _ in range(CALLS)]


def main() -> None:
    ours, by_hand = xlwings_udf.__name__, written_by_hand()
    scalars = (75.0, 5.0, 3.0)
    cells = tuple(laid_out(value) for value in scalars)
    left_out = windows.MISSING
    actions = {
        "CLV without xlwings": lambda: CATALOGUE["CLV"].cells(*scalars),
        "CLV, arguments as values": called(ours, "CLV", *scalars, left_out, left_out),
        "CLV, arguments as ranges": called(ours, "CLV", *cells, left_out, left_out),
        "the product by hand, as values": called(by_hand, "product", *scalars),
        "the product by hand, as ranges": called(by_hand, "product", *cells),
    }
    medians = {name: statistics.median(cpu(repeated(action)) for _ in range(RUNS)) for name, action in actions.items()}
    table("one cell", "microseconds", {name: taken / CALLS * 1e6 for name, taken in medians.items()})

    rng = np.random.default_rng(1)
    columns = [rng.uniform(low, high, ROWS) for low, high in ((5, 500), (0, 12), (0, 10))]
    good = [tuple((value,) for value in column.tolist()) for column in columns]
    bad = [list(column) for column in good]
    for row in range(0, ROWS, 10):
        bad[row % 3][row] = ((None,), ("text",), (-1.0,), (-2146826246,))[row // 10 % 4]
    dirty = [tuple(column) for column in bad]
    ids = tuple((f"c{number}",) for number in rng.integers(0, 20_000, ROWS).tolist())
    dates = tuple((float(number),) for number in rng.integers(45_000, 46_000, ROWS).tolist())
    actions = {
        "CLV without xlwings": lambda: CATALOGUE["CLV"].cells(*good),
        "CLV": called(ours, "CLV", *good, left_out, left_out),
        "CLV, one row in ten bad": called(ours, "CLV", *dirty, left_out, left_out),
        "the product by hand, numpy": called(by_hand, "products", *good),
        "AOV": called(ours, "AOV", good[0], left_out),
        "CUSTOMER_SUMMARY": called(ours, "CUSTOMER_SUMMARY", ids, dates, good[0], left_out, left_out),
    }
    medians = {name: statistics.median(cpu(action) for _ in range(RUNS)) for name, action in actions.items()}
    table(f"one call over {ROWS:,} rows", "milliseconds", {name: taken * 1e3 for name, taken in medians.items()})


def table(title: str, unit: str, figures: dict[str, float]) -> None:
    print(f"{title:<40} {unit:>14}")
    for name, figure in figures.items():
        print(f"  {name:<38} {figure:14.1f}")
    print()


if __name__ == "__main__":
    main()
