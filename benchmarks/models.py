r"""What fitting and using the prediction models costs, beside lifetimes and clvkit.

    python -m venv /tmp/lifetimes && /tmp/lifetimes/bin/pip install -r benchmarks/requirements-lifetimes.txt
    python -m venv /tmp/clvkit && /tmp/clvkit/bin/pip install -r benchmarks/requirements-clvkit.txt
    python benchmarks/models.py --lifetimes /tmp/lifetimes/bin/python --clvkit /tmp/clvkit/bin/python \
        --cache /tmp/models --markdown docs/benchmarks.md

CPU seconds of the call alone, medians of runs by turns, each package in processes of its own with one BLAS thread. What
they answer is compared: a time is void where the answers differ.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measuring import table

HERE = Path(__file__).parent
OURS = "clv-xl"
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
RUNS = 3

# ---- what is compared with what

ALL = (OURS, "lifetimes", "lifetimes, grouped", "clvkit")
FITS = {"bgnbd": "BG/NBD", "mbgnbd": "MBG/NBD", "pareto-nbd": "Pareto/NBD", "gamma-gamma": "Gamma-Gamma"}
STUDIES = {"sample": "CDNOW sample", "full": "CDNOW full"}
SIZES = (250_000, 500_000, 1_000_000)
FEW_ORDERS, MANY_ORDERS = 100_000, 1_000_000

CLOSE = {"log-likelihood": 1e-6, "parameters": 2e-3, "standard errors": 2e-2}
"""How far answers may differ, relatively; the rest within rounding."""
ROUNDING = 1e-7

FASTER_FITS, FASTER_SUMMARY, MILLION_S, ORDERS_S = 20, 8, 1.0, 0.5
"""What is asked: times lifetimes; CPU seconds for a million customers and of CLV_PREDICT over 100,000 rows."""


@dataclass
class Line:
    """One call: what it is, how it is told, who takes part, and what came of it."""

    task: str
    material: str
    name: str
    packages: tuple[str, ...]
    asked: str = ""
    found: dict[str, dict[str, Any]] = field(default_factory=dict)

    def times(self, package: str) -> float | None:
        """How many times our CPU seconds another takes; None without an answer like ours."""
        other, own = self.found.get(package), self.found[OURS]
        return other["cpu_s"] / own["cpu_s"] if other and not other["wrong"] else None


def fits() -> list[Line]:
    without = {"pareto-nbd": ALL[:-1]}
    return [
        Line(f"fit {model}", material, f"{name}, {study}", without.get(model, ALL))
        for material, study in STUDIES.items()
        for model, name in FITS.items()
    ]


def summaries() -> list[Line]:
    packages = (OURS, "lifetimes", "clvkit", "pandas")
    kinds = {"number": "whole numbers as ids", "text": "text as ids"}
    return [Line(f"summary {kind}", f"orders-{MANY_ORDERS}", told, packages) for kind, told in kinds.items()]


def large() -> list[Line]:
    # clvkit would take minutes: 280 times our time for the full CDNOW log
    packages = {SIZES[0]: (OURS, "lifetimes")}
    lines = [
        Line("fit bgnbd", f"customers-{size}", f"BG/NBD, {size:,} customers", packages.get(size, (OURS,)))
        for size in SIZES
    ]
    predict = "expected purchases and P(alive), 1,000,000 customers"
    return [*lines, Line("predict", f"customers-{SIZES[-1]}", predict, (OURS, "lifetimes", "clvkit"))]


def paths() -> list[Line]:
    told = {
        "mbgnbd numbers": "dates as numbers",
        "mbgnbd dates": "dates as such",
        "auto numbers": 'model "auto"',
        "mbgnbd numbers interval": "with intervals",
    }
    return [
        Line(f"cells {options}", f"orders-{FEW_ORDERS}", f"CLV_PREDICT of {FEW_ORDERS:,} rows, {what}", (OURS,))
        for options, what in told.items()
    ]


# ---- measuring


@dataclass(frozen=True)
class Bench:
    """Where the packages and the material are."""

    pythons: dict[str, str]
    cache: Path
    runs: int

    def measure(self, lines: list[Line]) -> None:
        """Run all by turns, so that a machine that grows busy slows all of them."""
        done: dict[tuple[int, str], list[dict[str, Any]]] = {}
        for _ in range(self.runs):
            for place, line in enumerate(lines):
                for package in line.packages:
                    if package in self.pythons:
                        done.setdefault((place, package), []).append(self._job(package, line))
        for (place, package), runs in done.items():
            lines[place].found[package] = _together(runs)
        for line in lines:
            for found in line.found.values():
                found["wrong"] = found["wrong"] or difference(line.found[OURS]["answer"], found["answer"])

    def _job(self, package: str, line: Line, *, threads: bool = False) -> dict[str, Any]:
        told = f"{package}: {line.task}, {line.material}"
        print(f"  {told:<75}", end="", file=sys.stderr, flush=True)
        command = [
            self.pythons[package],
            HERE / "model_jobs.py",
            package,
            line.task,
            self.cache / f"{line.material}.npz",
        ]
        kept = {name: value for name, value in os.environ.items() if name not in ONE_THREAD}
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=kept if threads else kept | ONE_THREAD
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}"])[-1]
            print(last, file=sys.stderr, flush=True)
            return {"wrong": last}
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        print(f"{statistics.median(found['cpu_s']):9.4f} s", file=sys.stderr, flush=True)
        return found

    def threads(self, lines: list[Line]) -> list[dict[str, Any]]:
        """Our own calls with as many BLAS threads as there are cores, beside one."""
        done: dict[tuple[str, bool], list[dict[str, Any]]] = {}
        for _ in range(self.runs):
            for line in lines:
                for many in (False, True):
                    found = self._job(OURS, line, threads=many)
                    done.setdefault((line.name, many), []).append(found)
        return [
            {"name": line.name, "one": _together(done[line.name, False])["cpu_s"],
             "many": _together(done[line.name, True])["cpu_s"]}
            for line in lines
        ]  # fmt: skip


def _together(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians over all runs of one call."""
    if wrong := next((run["wrong"] for run in runs if "wrong" in run), ""):
        return {"cpu_s": math.inf, "answer": {}, "wrong": wrong}
    return {
        "cpu_s": statistics.median(seconds for run in runs for seconds in run["cpu_s"]),
        "peak_mb": statistics.median(run["peak_mb"] for run in runs),
        "before_mb": statistics.median(run["before_mb"] for run in runs),
        "answer": runs[-1]["answer"],
        "versions": runs[-1]["versions"],
        "wrong": "",
    }


def difference(ours: dict[str, list[float]], theirs: dict[str, list[float]]) -> str:
    """The first answer that differs from ours, "" when all agree; what only one of them tells is passed over."""
    for what in ours.keys() & theirs.keys():
        mine, other, close = ours[what], theirs[what], CLOSE.get(what, ROUNDING)
        if len(mine) != len(other):
            return f"{what}: {len(other)} figures, not {len(mine)}"
        for one, two in zip(mine, other, strict=True):
            if not math.isclose(one, two, rel_tol=close):
                return f"{what}: {two:.7g}, not {one:.7g}"
    return ""


# ---- telling


def rows(lines: list[Line]) -> list[dict[str, Any]]:
    """For each line: times each other package, and our CPU seconds and memory."""
    return [
        {
            "name": line.name,
            **{package: line.times(package) for package in line.packages if package != OURS},
            "cpu_s": line.found[OURS]["cpu_s"],
            "peak_mb": line.found[OURS]["peak_mb"],
            "beyond_mb": line.found[OURS]["peak_mb"] - line.found[OURS]["before_mb"],
            "wrong": "; ".join(f"{who}: {one['wrong']}" for who, one in line.found.items() if one["wrong"]),
        }
        for line in lines
    ]


@dataclass(frozen=True)
class Table:
    """Lines of figures under heads; `columns` gives the head of each key."""

    title: str
    columns: dict[str, str]
    lines: list[dict[str, Any]]

    def markdown(self) -> str:
        heads = list(self.columns.values())
        text = [f"## {self.title}", "", _row(heads), _row(["---", *["---:"] * (len(heads) - 1)])]
        text += [_row([_figure(key, line.get(key)) for key in self.columns]) for line in self.lines]
        return "\n".join(text)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _figure(key: str, value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if key in {"cpu_s", "one", "many"}:
        return f"{value * 1000:,.1f} ms" if value < 0.1 else f"{value:,.2f} s"
    if key.endswith("_mb"):
        return f"{value:,.0f} MB"
    return f"{value:,.1f} x" if value < 10 else f"{value:,.0f} x"


OTHERS = {package: package for package in (*ALL[1:], "pandas")}


def _heads(lines: list[Line], **more: str) -> dict[str, str]:
    used = {package for line in lines for package in line.packages}
    return {"name": "", **{key: head for key, head in OTHERS.items() if key in used}, **more}


def asked(fitted: list[Line], summed: list[Line], many: list[Line], whole: list[Line]) -> list[dict[str, Any]]:
    """What was asked, what came of it."""

    def least(lines: list[Line]) -> float | None:
        times = [line.times("lifetimes") for line in lines]
        return None if None in times else min(times)  # type: ignore[type-var]

    limits = [
        ("fits: least times lifetimes", least(fitted), FASTER_FITS, True),
        ("summary of 1,000,000 orders: least times lifetimes", least(summed), FASTER_SUMMARY, True),
        ("BG/NBD of 1,000,000 customers, CPU s", many[2].found[OURS]["cpu_s"], MILLION_S, False),
        ("CLV_PREDICT of 100,000 rows, CPU s", whole[0].found[OURS]["cpu_s"], ORDERS_S, False),
    ]
    told = []
    for name, value, limit, more in limits:
        met = value is not None and (value >= limit if more else value <= limit)
        limit_told = f"at least {limit:g}" if more else f"at most {limit:g}"
        value_told = "-" if value is None else f"{value:.3g}"
        told.append({"name": name, "value": value_told, "limit": limit_told, "met": "yes" if met else "no"})
    return told


PAGE = """# Benchmarks of the prediction models

Written by the command below; do not edit. Measured on {date}.

```sh
python -m venv /tmp/lifetimes && /tmp/lifetimes/bin/pip install -r benchmarks/requirements-lifetimes.txt
python -m venv /tmp/clvkit && /tmp/clvkit/bin/pip install -r benchmarks/requirements-clvkit.txt
python benchmarks/models.py --lifetimes /tmp/lifetimes/bin/python --clvkit /tmp/clvkit/bin/python \\
    --cache /tmp/models --markdown docs/benchmarks.md
```

CPU time of the call alone (imports and reading not counted), medians of runs by turns, each package in processes of
its own with one BLAS thread. "7 x" under a package: it takes seven times our CPU time. Fits include standard errors,
except of Pareto/NBD in lifetimes, which has none, and of clvkit, which offers a bootstrap of 200 fits. "lifetimes,
grouped" is given equal customers gathered beforehand, as one row with a weight; clv-xl does so itself, in its time.
Only who answers like clv-xl has a figure (relative difference of log-likelihood below {loglik:g}, parameters
{parameters:g}, standard errors {errors:g}, all else {rounding:g}); "-" is another answer, or none.

{versions}
"""


def page(tables: list[Table], lines: list[Line], date: dt.date) -> str:
    versions: dict[str, dict[str, str]] = {}
    for line in lines:
        for package, found in line.found.items():
            if package not in {"pandas", "lifetimes, grouped"} and "versions" in found:
                versions[package] = found["versions"]
    told = "\n".join(
        f"- {package}: " + ", ".join(f"{name} {number}" for name, number in about.items())
        for package, about in versions.items()
    )
    head = PAGE.format(
        date=date, versions=told, loglik=CLOSE["log-likelihood"], parameters=CLOSE["parameters"],
        errors=CLOSE["standard errors"], rounding=ROUNDING,
    )  # fmt: skip
    return "\n".join([head, *("\n\n".join(one.markdown() for one in tables), "")])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for package in ("lifetimes", "clvkit"):
        parser.add_argument(f"--{package}", metavar="PYTHON", help=f"an interpreter that has {package}")
    parser.add_argument("--data", type=Path, default=HERE.parent / "tests" / "data", metavar="FOLDER")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="keep the material for another time")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables there too")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"processes of each call; {RUNS} when left out")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        cache = (told.cache or Path(temporary)).resolve()
        cache.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, HERE / "model_material.py", told.data, cache], check=True)
        pythons = {OURS: sys.executable, "pandas": sys.executable, "clvkit": told.clvkit}
        pythons |= dict.fromkeys(("lifetimes", "lifetimes, grouped"), told.lifetimes)
        bench = Bench({package: python for package, python in pythons.items() if python}, cache, told.runs)
        fitted, summed, many, whole = fits(), summaries(), large(), paths()
        lines = [*fitted, *summed, *many, *whole]
        bench.measure(lines)
        threads = bench.threads([*fitted, many[2], whole[0]])
    judged, own = asked(fitted, summed, many, whole), {"cpu_s": "clv-xl"}
    memory = {**own, "peak_mb": "peak", "beyond_mb": "of it beyond the data"}
    tables = [
        Table("What is asked", {"name": "", "value": "measured", "limit": "asked", "met": "met"}, judged),
        Table("Fits", _heads(fitted, **own), rows(fitted)),
        Table(f"Summary of {MANY_ORDERS:,} orders", _heads(summed, **own), rows(summed)),
        Table("Many customers", _heads(many, **memory), rows(many)),
        Table("From orders to predictions", _heads(whole, **memory), rows(whole)),
        Table("One BLAS thread, or one for each core", {"name": "", "one": "one", "many": "each core"}, threads),
    ]  # fmt: skip
    for one in tables:
        table(one.title, {**one.columns, "wrong": "wrong"} if "cpu_s" in one.columns else one.columns, one.lines)
    if told.markdown:
        told.markdown.write_text(page(tables, lines, dt.datetime.now(tz=dt.UTC).date()), "utf-8")


if __name__ == "__main__":
    main()
