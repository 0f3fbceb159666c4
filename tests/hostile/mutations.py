"""`python tests/hostile/mutations.py COUNT`: damaged workbooks refreshed and patched; exit 1 on failure.

Each is a refusal in one sentence that leaves the file as it was, or a success that changes no more than it says.
"""

# ruff: noqa: T201  a script prints
from __future__ import annotations

import argparse
import difflib
import multiprocessing
import random
import re
import shutil
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

if __name__ == "__main__":  # as a script it is no part of a package
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    __package__ = "tests.hostile"

from ..fidelity import Workbook, differences
from . import bases, children, subject
from .corpus import NUMBER, TEXT, files_in, ground
from .mutants import mutant
from .places import address, position

SECONDS = 20
EDITED_TAGS = 40  # of a few cells, their rows and the dimension
_LARGEST_BASE = 150_000
# What says how many rows a table has, shows them, and looks like the rows above when it grows.
_FOLLOWS = re.compile(r"xl/(tables|charts)/\S+ differs|.*: (something outside its cells changed|the style of the .*)")
Edits = dict[str, dict[str, Any]]


class Base(NamedTuple):
    """A workbook to damage, and the edit that is tried on it."""

    name: str
    data: bytes
    edits: Edits


class Verdict(NamedTuple):
    """What became of one mutant under one job; `failure` is `""` when all is well."""

    number: int
    way: str
    base: str
    job: str
    outcome: str
    failure: str
    seconds: float


def gather(folders: Sequence[Path]) -> list[Base]:
    """Prepare what is damaged: planted copies of the workbooks in the folders, and templates."""
    with tempfile.TemporaryDirectory() as work:
        sources = [file for folder in folders for file in files_in(folder) if file.stat().st_size < _LARGEST_BASE]
        files = bases.planted_in(sources, Path(work, "planted"))
        files += [bases.template(Path(work, "templates"), 40, host=host) for host in ("native", "excel", "addin")]
        return [Base(file.name, file.read_bytes(), _edits(file)) for file in files]


def _edits(file: Path) -> Edits:
    """An edit of constants, of formula results and of blank cells in the first sheet."""
    with Workbook(file) as book:
        place = ground(book)
        if place is None:
            return {}
        cells = [
            (spot, cell) for spot, cell in book.cells(place.sheet).items() if place.free(*spot) or cell.formula is None
        ]
    edits: dict[str, Any] = {address(max([0, *(row for row, _ in place.taken)]) + 2, 2): TEXT}
    alone = [(spot, cell) for spot, cell in cells if not any(_inside(spot, area) for area in place.areas)]
    edits |= {address(*spot): NUMBER for spot, cell in alone[:40:9] if cell.formula is None}
    return {place.sheet: edits}


def _inside(spot: tuple[int, int], area: tuple[int, int, int, int]) -> bool:
    return area[0] <= spot[0] <= area[2] and area[1] <= spot[1] <= area[3]


def _refresh(path: Path, _: Edits) -> dict[str, list[str]] | None:
    """Refresh in a child; give the cells that are said to have changed, None when nothing was written."""
    done = subject.refresh(path, backup=True)
    if not done.changed:
        return None
    cells: dict[str, list[str]] = {}
    for sheet, spot in done.cells:
        cells.setdefault(sheet, []).append(spot)
    return cells


def _patch(path: Path, edits: Edits) -> dict[str, list[str]] | None:
    return {sheet: list(spots) for sheet, spots in edits.items()} if subject.edit(path, edits) else None


def _tried(job: Any, path: Path, edits: Edits) -> dict[str, Any]:
    try:
        return {"cells": job(path, edits)}
    except Exception as error:
        if improper := subject.improper(error):
            raise
        return {"refused": type(error).__name__, "improper": improper}


def _compared(before: str, after: str, cells: dict[str, list[str]]) -> list[str]:
    edited = {sheet: {place for spot in spots for place in _places(spot)} for sheet, spots in cells.items()}
    filled = any(":" in spot for spots in cells.values() for spot in spots)
    try:
        found = differences(Path(before), Path(after), edited)
        return [one for one in found if not (filled and _FOLLOWS.fullmatch(one))]
    except etree.XMLSyntaxError:  # what no reader can read is compared by its bytes
        return _of_bytes(Path(before), Path(after))


def _places(spot: str) -> list[tuple[int, int]]:
    first, _, last = spot.partition(":")
    (top, left), (bottom, right) = position(first), position(last or first)
    return list(product(range(top, bottom + 1), range(left, right + 1)))


def _of_bytes(before: Path, after: Path) -> list[str]:
    """Parts that differ in more than the edited cell and the area that the sheet says it uses."""
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(after) as new:
        pairs = {name: (old.read(name), new.read(name)) for name in old.namelist()}
        strange = sorted({*old.namelist()} ^ {*new.namelist()})
    for name, (one, other) in pairs.items():
        matcher = difflib.SequenceMatcher(None, one.split(b"<"), other.split(b"<"), autojunk=False)
        changed = sum(max(b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")
        if changed > EDITED_TAGS:
            strange.append(f"{name}: {changed} tags differ")
    return strange


def attempt(number: int, base: Base, way: str, data: bytes, job: Any, folder: Path) -> Verdict:
    """Do one job on one mutant, in a child, and judge it."""
    path, original = folder / "client.xlsx", folder / "original" / "mutant.xlsx"
    shutil.rmtree(folder, ignore_errors=True)
    original.parent.mkdir(parents=True)
    original.write_bytes(data)
    path.write_bytes(data)
    ended = children.run(_tried, job, path, base.edits, seconds=SECONDS)
    answer = ended.answer or {}
    same = path.exists() and path.read_bytes() == data
    failure, outcome = ended.trouble, "failed"
    if not failure and "refused" in answer:
        outcome = f"refused: {answer['refused']}"
        failure = "" if same else "refused and the file is another"
    elif not failure and answer["cells"] is None:
        outcome = "unchanged"
        failure = "" if same else "said to be unchanged and the file is another"
    elif not failure:
        outcome = "changed"
        compared = children.run(_compared, str(original), str(path), answer["cells"],
                                seconds=3 * SECONDS, memory=4 * children.MEMORY)  # fmt: skip
        failure = f"compared: {compared.trouble}" if compared.trouble else "; ".join(compared.answer[:3])
    elif not same:
        failure = f"the file changed, {failure}"
    kept = [file for file in folder.rglob("*") if file.is_file() and file not in (path, original)]
    if outcome == "changed" and job is _refresh:
        copies = [file for file in kept if file.suffix == ".bak"]
        failure = failure or ("" if [file.read_bytes() for file in copies] == [data] else "no true copy was kept")
    elif kept and not ended.trouble.startswith(("hangs", "crash")):
        failure = failure or f"left behind: {[file.name for file in kept]}"
    return Verdict(number, way, base.name, job.__name__[1:], outcome, failure, ended.seconds)


def judge(numbers: Sequence[int], found: Sequence[Base], seed: int, folder: Path, keep: Path | None) -> list[Verdict]:
    """Make the mutants of these numbers and judge each under both jobs; keep those that fail."""
    verdicts = []
    for number in numbers:
        chance = random.Random(f"{seed}-{number}")
        base = chance.choice(found)
        way, data = mutant(base.data, chance)
        for job in (_refresh, _patch):
            verdict = attempt(number, base, way, data, job, folder)
            verdicts.append(verdict)
            if verdict.failure and keep is not None:
                (keep / f"{seed}-{number}-{verdict.job}-{way}-{base.name}").write_bytes(data)
    shutil.rmtree(folder, ignore_errors=True)
    return verdicts


def _share(numbers: range, found: Sequence[Base], seed: int, keep: Path | None) -> list[Verdict]:
    # A file system in memory has no disk to wait for.
    memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="clv-xl-mutations-", dir=memory if memory.is_dir() else None)
    return judge(numbers, found, seed, Path(folder), keep)


def main() -> int:
    """Judge mutants and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", type=Path, action="append", help=f"of workbooks; by default {bases.DATA}")
    parser.add_argument("--keep", type=Path, help="keep mutants that fail in this folder")
    given = parser.parse_args()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    found = gather(given.folder or [bases.DATA])
    shares = [(range(first, given.count, given.jobs), found, given.seed, given.keep) for first in range(given.jobs)]
    if given.jobs == 1:
        verdicts = _share(*shares[0])
    else:
        with multiprocessing.get_context("fork").Pool(given.jobs) as pool:
            verdicts = [verdict for share in pool.starmap(_share, shares, chunksize=1) for verdict in share]
    for job in ("refresh", "patch"):
        outcomes = Counter(verdict.outcome for verdict in verdicts if verdict.job == job)
        print(f"{job}:", ", ".join(f"{outcome} {count}" for outcome, count in outcomes.most_common()))
    failures = [verdict for verdict in verdicts if verdict.failure]
    for failure, count in Counter(verdict.failure for verdict in failures).most_common(60):
        first = next(verdict for verdict in failures if verdict.failure == failure)
        print(f"  {count:4} x {failure[:400]}")
        print(f"         first: {first.number} {first.job} {first.way} {first.base} {first.seconds:.1f} s")
    slowest = max(verdicts, key=lambda verdict: verdict.seconds)
    print(f"slowest: {slowest.seconds:.1f} s, {slowest.number} {slowest.job} {slowest.way} {slowest.base}")
    taken = time.monotonic() - started
    print(f"{given.count} mutants of {len(found)} workbooks in {taken:.0f} s, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
