"""What a new workbook with 100,000 orders of 20,000 customers costs, beside openpyxl writing as many cells.

    python benchmarks/template.py [--quick] [--profile FILE]
    python benchmarks/template.py --refresh [--beside FOLDER]

CPU seconds and peak MB of processes of their own, by turns; imports are not counted. The cells of openpyxl are those of
the workbook's two long tables, orders and customers, as plain cells: no formulas, charts, analysis or other sheets.

With --refresh: what refreshing that workbook costs; --beside another version of clv-xl, the folder of its sources.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime as dt
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd

from clv_xl.refresh import refresh
from clv_xl.template import making
from clv_xl.template.finishing import finished
from clv_xl.template.plan import Plan
from clv_xl.template.writing import Writer

SIZES = {"full": (100_000, 20_000), "quick": (10_000, 2_000)}
RUNS = 3
DAYS = 1_095
WHOLE = ("cells", "MB")
FIRST_DAY = pd.Timestamp("2022-01-01")


def shop(orders: int, customers: int) -> pd.DataFrame:
    """Made-up orders: customers who come one after the other, buy at their own pace, and leave."""
    chance = np.random.default_rng(7)
    pace = chance.gamma(0.9, 1.0, customers)
    buyer = np.r_[np.arange(customers), chance.choice(customers, orders - customers, p=pace / pace.sum())]
    came, stays = chance.integers(0, DAYS - 200, customers), chance.exponential(300, customers)
    last = np.minimum(came + stays, DAYS - 1)
    day = came[buyer] + np.r_[np.zeros(customers), chance.random(orders - customers)] * (last - came)[buyer]
    frame = pd.DataFrame(
        {
            "customer": np.char.add("C", np.char.zfill(buyer.astype(str), 6)).astype(object),
            "date": FIRST_DAY + pd.to_timedelta(day.astype(int), unit="D"),
            "amount": np.round(chance.gamma(2.0, 40.0, orders) + 5, 2),
        }
    )
    frame = frame.sort_values("date", kind="stable", ignore_index=True)
    frame.insert(0, "order", [f"A{number:07d}" for number in range(orders)])
    return frame


def generated(frame: pd.DataFrame, host: str) -> dict[str, float]:
    """CPU seconds of each part of making a workbook; raises when a cell would hold an error."""
    spent: dict[str, float] = {}
    analyse, computed = making.analyse, Plan.computed

    def timed(name: str, action: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            start = time.process_time()
            result = action(*given, **named)
            spent[name] = time.process_time() - start
            return result

        return run

    making.analyse = timed("analysis", analyse)
    Plan.computed = timed("values of formulas", computed)  # type: ignore[method-assign]
    context = timed("sheets", making.planned)("en", "EUR", host, frame)
    writer = Writer(context)
    written = timed("writing", writer.write)()
    content = timed("long tables and packing", finished)(
        written, language="en", addin=host == "addin", long=writer.long
    )
    spent["sheets"] -= spent["analysis"]
    spent["writing"] -= spent["values of formulas"]
    book = context.plan
    cells = sum(len(s.cells) + sum(len(b.columns) * len(b.columns[0]) for b in s.blocks) for s in book.sheets.values())
    return spent | {"cells": cells, "MB of file": len(content) / 1e6}


def by_openpyxl(frame: pd.DataFrame, write_only: bool) -> dict[str, float]:
    """The long tables as plain cells; dates and amounts with a number format, as ours have."""
    book = openpyxl.Workbook(write_only=write_only)
    sheets = [book.create_sheet(name) for name in ("Orders", "Customers")]
    cells = 0
    customers = frame.groupby("customer")["amount"].agg(["size", "sum"])
    people = [
        [place, name, dt.datetime(2022, 1, 1), dt.datetime(2024, 1, 1), *(float(total) for _ in range(12))]  # noqa: DTZ001  a sheet's dates have no zone
        for place, (name, total) in enumerate(zip(customers.index, customers["sum"], strict=True), 1)
    ]
    lines = list(frame.assign(date=frame["date"].dt.to_pydatetime()).itertuples(index=False, name=None))
    for sheet, rows in zip(sheets, (lines, people), strict=True):
        for row in rows:
            sheet.append(row)
            cells += len(row)
    target = io.BytesIO()
    book.save(target)
    return {"cells": cells, "MB of file": len(target.getvalue()) / 1e6}


JOBS: dict[str, Callable[[pd.DataFrame], dict[str, float]]] = {
    "clv-xl, excel": lambda frame: generated(frame, "excel"),
    "clv-xl, native": lambda frame: generated(frame, "native"),
    "openpyxl": lambda frame: by_openpyxl(frame, write_only=False),
    "openpyxl, write_only": lambda frame: by_openpyxl(frame, write_only=True),
}


def job(name: str, size: str) -> None:
    """Do one in this process."""
    frame = shop(*SIZES[size])
    start = time.process_time()
    told = JOBS[name](frame)
    told |= {"CPU s": time.process_time() - start, "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    print(json.dumps(told))


CASES: dict[str, Callable[[Path], dict[str, Any]]] = {
    "nothing changed": lambda _: {},
    "1 % more orders": lambda folder: {"orders": folder / "more.csv"},
    "another day": lambda _: {"as_of": (FIRST_DAY + pd.Timedelta(days=DAYS + 30)).date()},
}


def write(folder: Path, size: str) -> None:
    """The workbooks to refresh and the file with more orders."""
    frame = shop(*SIZES[size])
    later = frame.head(len(frame) // 100).assign(date=frame["date"].max() + pd.Timedelta(days=3))
    later["order"] = "B" + later["order"].str[1:]
    pd.concat([frame, later]).to_csv(folder / "more.csv", index=False)
    for host in ("excel", "native"):
        (folder / f"{host}.xlsx").write_bytes(making.made("en", "EUR", host, frame))


def refreshed(case: str, path: Path) -> dict[str, float]:
    """A workbook refreshed into a copy."""
    given = CASES[case](path.parent)
    start = time.process_time()
    refresh(path, out=path.with_name("out.xlsx"), **given)
    spent = time.process_time() - start
    return {"CPU s": spent, "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def refreshes(size: str, runs: int, beside: str | None) -> None:
    """Print what each case costs, by turns, for two hosts and for another version if one is given."""
    versions = {"this": os.environ.get("PYTHONPATH", "")} | ({"other": beside} if beside else {})
    taken: dict[tuple[str, str, str], list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Linux counts the memory of the parent as memory of the child, so the parent makes no workbooks.
        subprocess.run([sys.executable, __file__, "--write", name, size], check=True)
        keys = [(host, case, version) for host in ("excel", "native") for case in CASES for version in versions]
        for host, case, version in keys * runs:
            command = [sys.executable, __file__, "--refreshed", case, str(folder / f"{host}.xlsx")]
            told = subprocess.run(
                command, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": versions[version]}
            ).stdout
            taken.setdefault((host, case, version), []).append(json.loads(told))
    print(f"{SIZES[size][0]:,} orders of {SIZES[size][1]:,} customers refreshed; CPU s / MB, medians of {runs}")
    print("| | " + " | ".join(f"{host}, {case}" for host, case, _ in keys[:: len(versions)]) + " |")
    print("|---|" + "---|" * (len(keys) // len(versions)))
    for version in versions:
        medians = (
            [statistics.median(one[key] for one in found) for key in ("CPU s", "MB")]
            for (_, _, of), found in taken.items()
            if of == version
        )
        print(f"| {version} | " + " | ".join(f"{cpu:.2f} / {mb:.0f}" for cpu, mb in medians) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the orders, once")
    parser.add_argument("--profile", help="write a profile of the native workbook here instead")
    parser.add_argument("--refresh", action="store_true", help="measure refreshing the workbook instead")
    parser.add_argument("--beside", metavar="FOLDER", help="sources of another version, refreshed by turns with this")
    parser.add_argument("--job", nargs=2)
    parser.add_argument("--write", nargs=2)
    parser.add_argument("--refreshed", nargs=2)
    asked = parser.parse_args()
    size, runs = ("quick", 1) if asked.quick else ("full", RUNS)
    if asked.job:
        job(*asked.job)
    elif asked.write:
        write(Path(asked.write[0]), asked.write[1])
    elif asked.refreshed:
        print(json.dumps(refreshed(asked.refreshed[0], Path(asked.refreshed[1]))))
    elif asked.refresh:
        refreshes(size, runs, asked.beside)
    elif asked.profile:
        frame = shop(*SIZES[size])
        cProfile.runctx("generated(frame, 'native')", globals(), {"frame": frame}, asked.profile)
    else:
        table(size, runs)


def table(size: str, runs: int) -> None:
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in JOBS}
    for _ in range(runs):
        for name in JOBS:
            command = [sys.executable, __file__, "--job", name, size]
            taken[name].append(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    keys = list(dict.fromkeys(key for found in taken.values() for key in found[0]))
    medians = {name: {k: statistics.median(one[k] for one in found) for k in found[0]} for name, found in taken.items()}
    ours = medians["clv-xl, excel"]["CPU s"]
    print(f"{SIZES[size][0]:,} orders of {SIZES[size][1]:,} customers; medians of {runs}")
    print("| | " + " | ".join(medians) + " |\n|---|" + "---|" * len(medians))
    for key in keys:
        shown = (f"{found[key]:,.{0 if key in WHOLE else 2}f}" if key in found else "" for found in medians.values())
        print(f"| {key} | " + " | ".join(shown) + " |")
    print("| times clv-xl, excel | " + " | ".join(f"{found['CPU s'] / ours:.2f}" for found in medians.values()) + " |")


if __name__ == "__main__":
    main()
