"""`python tests/hostile/corpus.py FOLDER`: real workbooks edited and refreshed; exit 1 on harm.

Of every workbook one copy gets an edit in free cells of its first worksheet, and another copy gets orders and calls
planted beside its cells and is refreshed twice. Both must differ from the original in those cells only.
"""

# ruff: noqa: T201  a script prints
from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

if __name__ == "__main__":  # as a script it is no part of a package
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    __package__ = "tests.hostile"

from lxml import etree

from ..fidelity import Workbook, differences
from . import subject
from .places import AREA, address, number, position, unescaped
from .readers import by_calamine, by_openpyxl, opened_by_libreoffice, opens

SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm")
NUMBER, TEXT = 1234.5, " tëxt & <x> _x0041_ "
AMOUNTS = (100.0, 50.0, 30.0, 20.0)
HEADERS = ("Customer", "Date", "Amount")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


class Outcome(NamedTuple):
    """What became of a workbook: `harms` is what went wrong, `edit` and `refresh` what was done or the refusal."""

    file: str
    edit: str
    refresh: str
    harms: list[str]


class Ground(NamedTuple):
    """The first worksheet of a workbook: its cells, and the areas nothing may be written into."""

    sheet: str
    taken: set[tuple[int, int]]
    areas: list[tuple[int, int, int, int]]

    def free(self, row: int, column: int) -> bool:
        """Whether nothing stands in a cell."""
        inside = any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in self.areas)
        return not inside and (row, column) not in self.taken

    @property
    def edge(self) -> int:
        """The first column right of everything."""
        return max([0, *(column for _, column in self.taken), *(area[3] for area in self.areas)]) + 1


def ground(book: Workbook) -> Ground | None:
    """Look at the first worksheet; None when there is no worksheet."""
    if not book.sheets:
        return None
    sheet, part = next(iter(book.sheets.items()))
    root = book.root(sheet)
    texts = [str(text) for text in root.xpath("//@ref[not(parent::*[local-name()='dimension'])]")]
    for kind, linked in book.linked(part):
        if kind in ("table", "pivotTable") and linked:
            described = etree.fromstring(book.read(linked))
            texts += [described.get("ref", "")] + [
                str(text) for text in described.xpath("*[local-name()='location']/@ref")
            ]
    areas = [
        (int(m[2]), number(m[1]), int(m[4] or m[2]), number(m[3] or m[1])) for m in map(AREA.fullmatch, texts) if m
    ]
    whole = (1, 1, _LAST_ROW, _LAST_COLUMN)
    return Ground(sheet, set(book.spots(sheet)), [area for area in areas if area != whole])


def free_cells(place: Ground) -> list[tuple[int, int]]:
    """Free cells among the others, beside them, below them, and far away."""
    rows = sorted({row for row, _ in place.taken}) or [1]
    width = min(place.edge, 60)
    inside = ((row, column) for row in rows[:200] for column in range(1, width) if place.free(row, column))
    spots = [*list(inside)[:1], (rows[len(rows) // 2], place.edge + 1), (rows[-1] + 2, 3), (rows[-1] + 900, 300)]
    return [spot for spot in spots if place.free(*spot) and spot[0] <= _LAST_ROW and spot[1] <= _LAST_COLUMN]


def planted(place: Ground) -> tuple[dict[str, Any], dict[str, Any]]:
    """Orders with calls beside them, as edits of a sheet; and the values that a refresh must give the calls."""
    top, left = 3, place.edge + 1
    if left + 8 > _LAST_COLUMN:
        top, left = max(row for row, _ in place.taken) + 3, 1
    edits: dict[str, Any] = {address(top, left + column): header for column, header in enumerate(HEADERS)}
    for row, amount in enumerate(AMOUNTS, top + 1):
        edits[address(row, left)] = f"customer {row % 3}"
        edits[address(row, left + 1)] = dt.date(2024, 1, row % 28 + 1)
        edits[address(row, left + 2)] = amount
    amounts = f"{address(top + 1, left + 2)}:{address(top + len(AMOUNTS), left + 2)}"
    aov, clv, nested, total = (address(row, left + 4) for row in range(top + 1, top + 5))
    calls = {
        aov: (f"=AOV({amounts})", None, 50.0),
        clv: (f"=CLV({aov},4,3,0.5)", None, 300.0),
        nested: (f'=IFERROR(CLV(AOV(SUM({amounts}),COUNT({amounts})),-1),"none")', None, "none"),
        total: (f"=SUM({aov},{clv})", None, 350.0),
        address(top, left + 4): (f"=SUM({amounts})", 200.0, 200.0),
    }
    edits |= {spot: subject.Formula(text, cached) for spot, (text, cached, _) in calls.items()}
    return edits, {spot: value for spot, (_, _, value) in calls.items()}


def check(path: Path, folder: Path) -> Outcome:
    """Edit one copy of a workbook and refresh another."""
    try:
        with Workbook(path) as book:
            place = ground(book)
    except Exception as error:  # noqa: BLE001  any file may lie in the folder
        return Outcome(path.name, f"not readable: {type(error).__name__}", *_refused(path, folder))
    if place is None:
        return Outcome(path.name, "no worksheet", *_refused(path, folder))
    edit, harms = _guarded(_edit, path, folder / "edited", place)
    refresh, more = _guarded(_refresh, path, folder / "refreshed", place)
    return Outcome(path.name, edit, refresh, harms + more)


def _guarded(job: Any, path: Path, folder: Path, place: Ground) -> tuple[str, list[str]]:
    """Do a job on a copy; an error must be a refusal and leave the copy as it was."""
    folder.mkdir(parents=True, exist_ok=True)
    copy = Path(shutil.copyfile(path, folder / path.name))
    try:
        return "done", job(path, copy, place)
    except Exception as error:  # noqa: BLE001  that is what is looked for
        harms = [f"{job.__name__[1:]}: {improper}"] if (improper := subject.improper(error)) else []
        if copy.read_bytes() != path.read_bytes():
            harms.append(f"{job.__name__[1:]}: refused, and the file is another all the same")
        copy.unlink()
        return f"{type(error).__name__}: {error}", harms


def _refused(path: Path, folder: Path) -> tuple[str, list[str]]:
    """A file that nothing can be planted in is refused or left alone."""

    def job(path: Path, copy: Path, _: Any) -> list[str]:
        subject.refresh(copy)
        return ["refresh: written"] if copy.read_bytes() != path.read_bytes() else []

    job.__name__ = "_refresh"
    return _guarded(job, path, folder / "refreshed", Ground("", set(), []))


def _edit(path: Path, copy: Path, place: Ground) -> list[str]:
    values = dict(zip(free_cells(place), (NUMBER, TEXT, True, NUMBER), strict=False))
    subject.edit(copy, {place.sheet: {address(*spot): value for spot, value in values.items()}})
    harms = differences(path, copy, {place.sheet: list(values)})
    wanted = {address(*spot): value for spot, value in values.items()}
    harms += _wrong(copy, place.sheet, wanted) + _unopened(path, copy, place.sheet, wanted)
    return [f"edit: {harm}" for harm in harms]


def _refresh(path: Path, copy: Path, place: Ground) -> list[str]:
    edits, wanted = planted(place)
    subject.edit(copy, {place.sheet: edits})
    before = copy.stat().st_mtime_ns
    if not subject.refresh(copy).changed or copy.stat().st_mtime_ns == before:
        return ["refresh: nothing was written"]
    spots = {position(spot) for spot in edits}
    harms = differences(path, copy, {place.sheet: spots})
    harms += _wrong(copy, place.sheet, wanted) + _unopened(path, copy, place.sheet, wanted)
    now, content = copy.stat().st_mtime_ns, copy.read_bytes()
    if subject.refresh(copy).changed or copy.stat().st_mtime_ns != now or copy.read_bytes() != content:
        harms.append("the second refresh writes again")
    # Another process may be writing in this folder.
    if leftovers := [file.name for file in copy.parent.glob(f".clv-xl-*-{os.getpid()}-*")]:
        harms.append(f"left behind: {leftovers}")
    return [f"refresh: {harm}" for harm in harms]


def _wrong(path: Path, sheet: str, wanted: dict[str, Any]) -> list[str]:
    """Values that are not there, by a reader of XML of our own."""
    with Workbook(path) as book:
        cells = book.cells(sheet)
    return [
        f"{spot} holds {found} and not {value!r}"
        for spot, value in wanted.items()
        if not _same(found := cells.get(position(spot)), value)
    ]


def _same(found: Any, value: Any) -> bool:
    if found is None or found.text is None:
        return False
    if isinstance(value, bool):
        return (found.kind, found.text) == ("b", str(int(value)))
    if isinstance(value, str):
        return found.kind == "str" and unescaped(found.text) == value
    return found.kind == "n" and abs(float(found.text) - value) <= 1e-12 * abs(value)


def _unopened(path: Path, copy: Path, sheet: str, wanted: dict[str, Any]) -> list[str]:
    """Readers that open the original and not the copy, or see other values in it."""
    harms = []
    for name, reader in (("openpyxl", by_openpyxl), ("calamine", by_calamine)):
        if not opens(path, sheet, reader):
            continue
        try:
            seen = reader(copy, sheet, list(wanted))
        except BaseException as error:  # noqa: BLE001  likewise
            harms.append(f"{name} opens the original, not the copy: {type(error).__name__} {error}")
            continue
        # Dates and percentages are shown by the style of the column, which the new cells do not have.
        harms += [
            f"{name} sees {value!r} and not {wanted[spot]!r} in {spot}"
            for spot, value in zip(wanted, seen, strict=True)
            if value != wanted[spot] and not isinstance(value, dt.date | dt.time | dt.timedelta)
        ]
    return harms


def unopened_by_libreoffice(originals: Sequence[Path], folder: Path) -> dict[str, list[str]]:
    """Harms by file name: copies in `folder` that LibreOffice does not open although it opens their originals."""
    copies = [
        copy for kind in ("edited", "refreshed") for path in originals if (copy := folder / kind / path.name).exists()
    ]
    opened = opened_by_libreoffice(copies)
    missing = [copy for copy in copies if copy not in opened]
    known = opened_by_libreoffice([path for path in originals if path.name in {copy.name for copy in missing}])
    names = {path.name for path in known}
    harms: dict[str, list[str]] = {}
    for copy in missing:
        if copy.name in names:
            harms.setdefault(copy.name, []).append(
                f"LibreOffice opens the original, not the copy that was {copy.parent.name}"
            )
    return harms


def files_in(folder: Path) -> list[Path]:
    """The workbooks of a folder and of the folders in it."""
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES)


def _outcomes(files: Sequence[Path], folder: Path, jobs: int) -> Iterator[Outcome]:
    # Names may be the same in two folders.
    work = [(file, folder / str(file.parent).strip("/").replace("/", "_")) for file in files]
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        yield from pool.starmap(check, work, chunksize=4)


def main() -> int:
    """Check a folder and print what became of its workbooks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="keep the edited and refreshed copies in this folder")
    parser.add_argument("--no-libreoffice", action="store_true")
    given = parser.parse_args()
    files = files_in(given.folder)
    folder = given.keep or Path(tempfile.mkdtemp(prefix="clv-xl-corpus-"))
    outcomes = list(_outcomes(files, folder, given.jobs))
    unopened: dict[str, list[str]] = {}
    if not given.no_libreoffice:
        for parent in sorted({file.parent for file in files}):
            group = [file for file in files if file.parent == parent]
            unopened |= unopened_by_libreoffice(group, folder / str(parent).strip("/").replace("/", "_"))
    harmed = 0
    for outcome in outcomes:
        harms = outcome.harms + unopened.get(outcome.file, [])
        harmed += bool(harms)
        if harms or outcome.edit != "done" or outcome.refresh != "done":
            print(f"{outcome.file}\n  edit: {outcome.edit}\n  refresh: {outcome.refresh}")
        print(*(f"  HARM {harm}" for harm in harms[:8]), sep="\n", end="\n" if harms else "")
    for job in ("edit", "refresh"):
        print(f"{job}:", dict(Counter(getattr(outcome, job).partition(":")[0] for outcome in outcomes).most_common()))
    print(f"{len(files)} workbooks, {harmed} harmed")
    if not given.keep:
        shutil.rmtree(folder)
    return 1 if harmed else 0


if __name__ == "__main__":
    sys.exit(main())
