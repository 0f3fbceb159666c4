"""What an edit, a refresh and the reading of orders cost, beside other tools: `python benchmarks/refresh.py --help`."""

from __future__ import annotations

import argparse
import json
import operator
import os
import platform
import shutil
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import throughput
from measuring import Run, against, job, line, side_by_side, table

Lines = list[dict[str, Any]]

MODULES = {
    "clv-xl": "clv_xl.workbook",
    "wolfxl": "wolfxl",
    "pyopenxlsx": "pyopenxlsx",
    "excelize": "excelize",
    "openpyxl": "openpyxl",
}
"""What each editing tool loads before it starts."""
READERS = {"read-clv-xl": "clv_xl.orders.tables", "read-fastexcel": "fastexcel pyarrow"}
VERSIONS = ("wolfxl", "pyopenxlsx", "excelize", "openpyxl", "fastexcel", "XlsxWriter", "distributed", "python-calamine")
OPENPYXL_TIMES, EDIT_MB, SMALL_S, SMALL_MB, READ_TIMES = 15, 100, 0.3, 60, 1.2
"""What is asked of an edit, of refreshing a small sheet beyond reading the orders, and of reading."""
PAIRS = 3
"""How many times as many runs a difference takes as a time: it is smaller than the noise of either."""


@dataclass
class Bench:
    """Where and how large: numbers of rows, of client workbooks and of runs."""

    cache: Path
    sizes: tuple[int, ...]
    clients: int
    runs: int

    def workbook(self, count: int) -> Path:
        """The workbook with so many orders, made when it is not there."""
        path = self.cache / f"orders-{count}.xlsx"
        if not path.exists() and (wrong := job("make", path, count).wrong):
            raise SystemExit(f"The workbook cannot be made: {wrong}")
        return path

    def starts(self, modules: dict[str, str]) -> dict[str, float]:
        """CPU seconds of an interpreter that loads the modules of each and ends."""
        jobs = {name: partial(job, "start", module) for name, module in modules.items()}
        return {name: line(name, runs)["cpu_s"] for name, runs in side_by_side(jobs, self.runs).items()}

    def edited(self, tool: str, kind: str, count: int) -> Run:
        """Cells of the workbook edited by a tool, and every cell checked."""
        source, out = self.workbook(count), self.cache / "edited.xlsx"
        out.unlink(missing_ok=True)
        run = job("edit", tool, source, out, kind, count)
        return _checked(run, source, out, kind, count)

    def refreshed(self, count: int) -> Run:
        """A copy of the workbook refreshed, and every cell checked."""
        source, folder = self.workbook(count), self.cache / "refreshed"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        out = folder / source.name
        shutil.copyfile(source, out)
        return _checked(job("refresh", out), source, out, "refresh", count)


def _checked(run: Run, source: Path, out: Path, kind: str, count: int) -> Run:
    if run.wrong:
        return run
    seen = job("check", out, kind, count)
    found = json.loads(seen.out) if not seen.wrong else {"wrong": f"not readable: {seen.wrong}", "formulas": "-"}
    run.wrong = found["wrong"]
    run.details = {"formulas": found["formulas"], "size": out.stat().st_size / source.stat().st_size}
    return run


def edit(bench: Bench) -> Lines:
    starts, lines = bench.starts({"python": "sys", **MODULES}), Lines()
    for count in bench.sizes:
        found = _edits(bench, tuple(MODULES), "ten", count, starts)
        against(found, "openpyxl", "times")
        columns = {**EDITED, "times": "openpyxl / this", "wrong": "wrong"}
        table(f"10 cells of {count:,} x 6; an empty interpreter takes {starts['python']:.3f} s", columns, found)
        ours = found[0]
        demand(f"times openpyxl, {count:,} rows", ours["times"], at_least=OPENPYXL_TIMES)
        others = [one["cpu_s"] for one in found[1:] if not one["wrong"]]
        if others:
            demand(f"times the fastest other, {count:,} rows", min(others) / ours["cpu_s"], at_least=1)
        demand(f"MB at {count:,} rows", ours["peak_mb"], at_most=EDIT_MB)
        lines += [{"rows": count, **one} for one in found]
    return lines


EDITED = {
    "name": "tool",
    "cpu_s": "CPU s",
    "start_s": "of it start",
    "peak_mb": "peak MB",
    "runs": "runs",
    "formulas": "formulas kept",
    "size": "file x",
}


def _edits(bench: Bench, tools: tuple[str, ...], kind: str, count: int, starts: dict[str, float]) -> Lines:
    jobs = {tool: partial(bench.edited, tool, kind, count) for tool in tools}
    return [{**line(tool, runs), "start_s": starts[tool]} for tool, runs in side_by_side(jobs, bench.runs).items()]


def small(bench: Bench) -> Lines:
    count, tools = bench.sizes[-1], ("clv-xl", "wolfxl", "pyopenxlsx")
    edits = _edits(bench, tools, "five", count, bench.starts({tool: MODULES[tool] for tool in tools}))
    against(edits, "clv-xl", "times")
    columns = {**EDITED, "times": "clv-xl / this", "wrong": "wrong"}
    table(f"5 cells of a small sheet beside {count:,} orders", columns, edits)
    jobs = {
        "orders read and cleaned": partial(job, "orders", bench.workbook(count)),
        "refresh": partial(bench.refreshed, count),
    }
    read, refresh = (line(name, runs) for name, runs in side_by_side(jobs, PAIRS * bench.runs).items())
    beyond = sorted(map(operator.sub, refresh["all_cpu_s"], read["all_cpu_s"]))
    rest: dict[str, Any] = {
        "name": "the rest, of each pair",
        "cpu_s": statistics.median(beyond),
        "least": beyond[0],
        "most": beyond[-1],
        "peak_mb": refresh["peak_mb"] - read["peak_mb"],
    }
    found = [read, refresh, rest]
    columns = {"name": "", "cpu_s": "CPU s", "least": "least", "most": "most", "peak_mb": "peak MB", "runs": "runs"}
    table(f"A small sheet refreshed beside {count:,} orders", {**columns, "wrong": "wrong"}, found)
    if not refresh["wrong"]:
        demand("CPU s of refreshing a small sheet, beyond the orders", rest["cpu_s"], at_most=SMALL_S)
        demand("MB of refreshing a small sheet, beyond the orders", rest["peak_mb"], at_most=SMALL_MB)
    return [{"rows": count, **one} for one in edits + found]


def read(bench: Bench) -> Lines:
    count = bench.sizes[-1]
    path, starts = bench.workbook(count), bench.starts(READERS)
    jobs = {name: partial(job, name, path) for name in READERS}
    lines = [{**line(name, runs), "start_s": starts[name]} for name, runs in side_by_side(jobs, bench.runs).items()]
    theirs = lines[-1]
    for one in lines:
        one["times"] = one["cpu_s"] / theirs["cpu_s"]
        one["times_started"] = (one["cpu_s"] - one["start_s"]) / (theirs["cpu_s"] - theirs["start_s"])
    columns = {"name": "", "cpu_s": "CPU s", "start_s": "of it start", "peak_mb": "peak MB", "runs": "runs"}
    times = {"times": "x fastexcel", "times_started": "without start", "wrong": "wrong"}
    table(f"{count:,} orders read", columns | times, lines)
    demand("times fastexcel, orders read", lines[0]["times"], at_most=READ_TIMES)
    return [{"rows": count, **one} for one in lines]


def batch(bench: Bench) -> Lines:
    shutil.rmtree(bench.cache / "reference", ignore_errors=True)
    lines = throughput.measure(bench.cache, bench.clients, bench.runs)
    columns = {
        "name": "",
        "files_per_s": "files/s",
        "files_per_cpu_s": "files/CPU s",
        "cpu_s": "CPU s",
        "peak_mb": "largest MB",
        "runs": "runs",
        "killed_after": "killed after",
        "identical": "same bytes",
        "leftovers": "left behind",
        "wrong": "wrong",
    }
    table(f"{bench.clients} client workbooks refreshed by the command line", columns, lines)
    return lines


PARTS: dict[str, Callable[[Bench], Lines]] = {"edit": edit, "small": small, "read": read, "batch": batch}
DEMANDS: Lines = []


def demand(what: str, value: float | None, *, at_least: float | None = None, at_most: float | None = None) -> None:
    """Note whether a figure is what was asked."""
    limit = f"at least {at_least:g}" if at_least is not None else f"at most {at_most:g}"
    met = value is not None and (at_least is None or value >= at_least) and (at_most is None or value <= at_most)
    DEMANDS.append({"what": what, "value": value, "limit": limit, "met": "yes" if met else "no"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split(":", maxsplit=1)[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all when none is named")
    parser.add_argument("--quick", action="store_true", help="small sizes, one run: does the benchmark itself work?")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures, each run's too")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="keep what is made for another time")
    told = parser.parse_args()
    if unknown := set(told.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as temporary:
        cache = (told.cache or Path(temporary)).resolve()
        cache.mkdir(parents=True, exist_ok=True)
        bench = Bench(cache, (2_000, 20_000), 12, 1) if told.quick else Bench(cache, (100_000, 1_000_000), 300, 3)
        found = {part: PARTS[part](bench) for part in told.parts or PARTS}
    if DEMANDS:
        title = "What is asked of large workbooks; these are small" if told.quick else "What is asked"
        table(title, {"what": "", "value": "measured", "limit": "asked", "met": "met"}, DEMANDS)
    if told.json:
        machine = {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}
        record = {**machine, "versions": {name: version(name) for name in VERSIONS}, **found, "asked": DEMANDS}
        told.json.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
