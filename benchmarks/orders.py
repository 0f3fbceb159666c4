"""What reading orders costs: workbooks of 100,000 and a million rows x 6, through the readers there are and through us.

    python benchmarks/orders.py            (needs the extra "large"; makes its files in a temporary folder)

CPU seconds, the median of several runs, each in a process of its own whose imports are not counted; peak MB of that
process. Ratios are to fastexcel alone, within one run in which all take turns, so a busy machine does not spoil them.
"""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fastexcel
import openpyxl
import pandas as pd
import python_calamine
import xlsxwriter

from clv_xl.orders.cleaning import read_orders
from clv_xl.orders.tables import read_area, read_table
from clv_xl.orders.totals import totals

RUNS = 3
SIZES = (100_000, 1_000_000)
FIRST_DAY = dt.datetime(2020, 1, 1)  # noqa: DTZ001  a sheet's dates have no zone
HEADERS = ["Order", "Customer", "Date", "Amount", "Status", "Country"]


def rows(count: int) -> Iterator[list[Any]]:
    rng = random.Random(1)
    for number in range(1, count + 1):
        day = FIRST_DAY + dt.timedelta(days=rng.randrange(1500), seconds=rng.randrange(86_400))
        customer = f"c{rng.randrange(count // 5):06d}@shop.nl"
        status, country = rng.choice(["paid", "shipped", "cancelled"]), rng.choice(["NL", "BE", "DE"])
        yield [f"A{number:07d}", customer, day, round(rng.uniform(5, 1500), 2), status, country]


def make(place: str, size: str) -> None:
    """Make the files; in a process of its own, because a process starts with the peak of the one that made it."""
    folder, count = Path(place), int(size)
    with xlsxwriter.Workbook(folder / f"{count}.xlsx", {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet("Orders")
        sheet.write_row(0, 0, HEADERS)
        sheet.add_table(0, 0, count, 5, {"columns": [{"header": header} for header in HEADERS]})
        for number, row in enumerate(rows(count), 1):
            sheet.write_row(number, 0, row)
    with (folder / f"{count}.csv").open("w", newline="") as file:
        lines = csv.writer(file, delimiter=";")
        lines.writerow(HEADERS)
        for order, customer, day, amount, *rest in rows(count):
            lines.writerow([order, customer, f"{day:%d-%m-%Y %H:%M}", str(amount).replace(".", ","), *rest])
    pd.DataFrame(rows(count), columns=HEADERS).to_parquet(folder / f"{count}.parquet")


def fastexcel_alone(path: str) -> Any:
    return fastexcel.read_excel(path).load_sheet(0, eager=True)


def calamine(path: str) -> Any:
    return python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def openpyxl_read_only(path: str) -> Any:
    return list(openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True))


def to_totals(path: str) -> Any:
    return totals(read_orders(path).frame)


def table_in_a_sheet(path: str) -> Any:
    return read_area(path, "Orders", (2, 1, int(Path(path).stem) + 1, 6), HEADERS, date1904=False)


ACTIONS: dict[str, tuple[Callable[[str], Any], str]] = {
    "fastexcel alone": (fastexcel_alone, "xlsx"),
    "read_table": (read_table, "xlsx"),
    "read_area (a table in a sheet)": (table_in_a_sheet, "xlsx"),
    "read_table, clean": (read_orders, "xlsx"),
    "read_table, clean, totals": (to_totals, "xlsx"),
    "calamine, rows of Python objects": (calamine, "xlsx"),
    "openpyxl read_only": (openpyxl_read_only, "xlsx"),
    "read_table of CSV": (read_table, "csv"),
    "CSV to totals": (to_totals, "csv"),
    "read_table of Parquet": (read_table, "parquet"),
    "Parquet to totals": (to_totals, "parquet"),
}


def run(name: str, folder: str, count: str) -> None:
    """Do one action in this process; prints CPU seconds and peak MB."""
    if name == "make":
        make(folder, count)
        return
    action, suffix = ACTIONS[name]
    importlib.import_module("pyarrow.parquet")
    start = time.process_time()
    action(f"{folder}/{count}.{suffix}")
    print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measured(name: str, folder: str, count: int) -> tuple[float, float]:
    command = [sys.executable, __file__, name, folder, str(count)]
    seconds, megabytes = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(seconds), float(megabytes)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for count in SIZES:
            subprocess.run([sys.executable, __file__, "make", folder, str(count)], check=True)
            names = [name for name in ACTIONS if "openpyxl" not in name or count == SIZES[0]]
            taken: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
            for _ in range(RUNS):
                for name in names:
                    taken[name].append(measured(name, folder, count))
            table(count, taken)


def table(count: int, taken: dict[str, list[tuple[float, float]]]) -> None:
    print(f"{f'{count:,} rows x {len(HEADERS)}':<40} {'CPU s':>8} {'x fastexcel':>12} {'peak MB':>9}")
    against = statistics.median(seconds for seconds, _ in taken["fastexcel alone"])
    for name, runs in taken.items():
        seconds, megabytes = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"  {name:<38} {seconds:8.2f} {seconds / against:12.2f} {megabytes:9.0f}")
    print(flush=True)


if __name__ == "__main__":
    run(*sys.argv[1:]) if sys.argv[1:] else main()
