"""`python tests/hostile/kills.py COUNT`: refreshes killed at random moments; exit 1 when a file is neither old nor new.

A small workbook and one of some 5 MB take turns. Half of the moments lie anywhere in the refresh, half of them in the
part of it that writes. The killed file must be the old or the new one to the byte, and so must what was kept of it; the
next run must succeed, end in the new file, and leave nothing behind.
"""

# ruff: noqa: T201  a script prints
from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":  # as a script it is no part of a package
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    __package__ = "tests.hostile"

from . import bases, subject
from .damage import packed, unpacked

BACKUPS = ".clv-xl-backup"
SIZES = {"small": (90, 0), "large": (3_000, 5_000_000)}
"""Orders that are put in, and bytes of a picture that makes the workbook large without making its refresh slow."""
_ANYWHERE, _MARGIN = 0.5, 1.05


class Bench(NamedTuple):
    """A workbook before and after its refresh, and the seconds after which that writes and ends."""

    name: str
    old: bytes
    new: bytes
    orders: Path
    writes: float
    ends: float


class Kill(NamedTuple):
    """One kill: which file was found, what was left beside it, and what is wrong (`""`: nothing)."""

    state: str
    leftovers: int
    wrong: str


def benches(folder: Path, sizes: dict[str, tuple[int, int]]) -> list[Bench]:
    """Make the workbooks and measure their refresh."""
    found = []
    for name, (put, picture) in sizes.items():
        place = folder / f"bench-{name}"
        parts = unpacked(bases.template(place, 60).read_bytes())
        old = packed(parts | ({"xl/media/large.png": random.Random(name).randbytes(picture)} if picture else {}))
        orders = bases.orders_file(folder / f"{name}.csv", put, amount=25.0)
        news, times = set(), []
        for _ in range(3):
            path = _laid(place, old)
            began = time.monotonic()
            child = _start(path, orders)
            written = None
            while os.waitpid(child, os.WNOHANG) == (0, 0):
                if written is None and _beside(place):
                    written = time.monotonic() - began
                time.sleep(0.0005)
            times.append((time.monotonic() - began, written))
            news.add(path.read_bytes())
        if len(news) != 1:
            raise SystemExit(f"{name}: the same refresh gives other bytes each time")
        ends, writes = min((end, written or 0.0) for end, written in times)
        found.append(Bench(name, old, news.pop(), orders, writes, ends))
    return found


def kill(bench: Bench, folder: Path, chance: random.Random) -> Kill:
    """Kill one refresh, look, and run again."""
    path = _laid(folder, bench.old)
    anywhere = chance.random() < _ANYWHERE
    child = _start(path, bench.orders)
    # The clock of the other half starts when the writing does, however busy the machine is.
    ended = False
    while not anywhere and not ended and not _beside(folder):
        ended = os.waitpid(child, os.WNOHANG) != (0, 0)
    time.sleep(chance.uniform(0.0, (bench.ends if anywhere else bench.ends - bench.writes) * _MARGIN))
    if not ended:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if not path.exists():
        return Kill("gone", 0, "the workbook is gone")
    found = path.read_bytes()
    state = {bench.old: "old", bench.new: "new"}.get(found, "neither")
    wrong = "" if state != "neither" else f"{len(found)} bytes that are neither the old nor the new file"
    wrong = wrong or _untrue_copies(folder, bench)
    left = len(_beside(folder))
    again = _start(path, bench.orders)
    status = os.waitpid(again, 0)[1]
    if status:
        wrong = wrong or f"the next run fails with status {os.waitstatus_to_exitcode(status)}"
    elif path.read_bytes() != bench.new:
        wrong = wrong or "the next run does not end in the new file"
    wrong = wrong or _untrue_copies(folder, bench)
    if beside := _beside(folder):
        wrong = wrong or f"leftovers stay after the next run: {len(beside)} like {_kind(beside[0], folder)}"
    return Kill(state, left, wrong)


def _laid(folder: Path, content: bytes) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    path = folder / "client.xlsx"
    path.write_bytes(content)
    return path


def _start(path: Path, orders: Path) -> int:
    """Refresh in a forked child, which exits with 0, or 1 after an error."""
    child = os.fork()
    if child == 0:
        try:
            subject.refresh(path, orders=orders, backup=True)
        except BaseException as error:  # noqa: BLE001  a child must not run on into its parent's work
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    return child


def _beside(folder: Path) -> list[Path]:
    """Temporary files, in the folder of the workbook and among the kept copies."""
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file()
        and file.name != "client.xlsx"
        and not (BACKUPS in file.parts and not file.name.startswith("."))
    )


def _kind(file: Path, folder: Path) -> str:
    return str(file.relative_to(folder).with_name("...")).removesuffix("...") + file.name[:8] + "*" + file.suffix


def _untrue_copies(folder: Path, bench: Bench) -> str:
    """A kept copy must be the old file or the new one, whole."""
    copies = [file for file in (folder / BACKUPS).rglob("*.bak") if not file.name.startswith(".")]
    return "" if all(file.read_bytes() in (bench.old, bench.new) for file in copies) else "a kept copy is not whole"


def kill_all(
    count: int, seed: int, folder: Path, sizes: dict[str, tuple[int, int]], tell: Callable[[str], object]
) -> list[str]:
    """Kill that often, taking turns; give what is wrong."""
    found = benches(folder, sizes)
    for bench in found:
        tell(
            f"{bench.name}: {len(bench.old):,} bytes, writes after {bench.writes:.2f} s, ends after {bench.ends:.2f} s"
        )
    chance, states, wrongs, left = random.Random(seed), Counter[str](), Counter[str](), 0
    for number in range(count):
        bench = found[number % len(found)]
        done = kill(bench, folder / "work", chance)
        states[f"{bench.name} {done.state}"] += 1
        left += bool(done.leftovers)
        if done.wrong:
            wrongs[f"{bench.name}: {done.wrong}"] += 1
    tell(f"{count} kills: {dict(states)}; {left} left something beside the workbook")
    return [f"{times} x {wrong}" for wrong, times in wrongs.most_common()]


def main() -> int:
    """Kill and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=SIZES)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clv-xl-kills-") as folder:
        sizes = {name: size for name, size in SIZES.items() if given.only in (None, name)}
        wrongs = kill_all(given.count, given.seed, Path(folder), sizes, print)
    print(*wrongs, sep="\n", end="\n" if wrongs else "")
    return 1 if wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
