"""Programs that read workbooks, as witnesses that a changed one can still be opened."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine

from .places import position, unescaped

_BATCH, _PATIENCE, _SLOW = 40, 60, 20


@cache
def opens(path: Path, sheet: str, reader: Any) -> bool:
    """Whether a reader opens a workbook within its time: some take openpyxl minutes."""
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(_SLOW)
    try:
        reader(path, sheet, [])
    except BaseException:  # noqa: BLE001  panics of readers are no Exceptions
        return False
    finally:
        signal.alarm(0)
    return True


def by_openpyxl(path: Path, sheet: str, spots: Sequence[str]) -> list[Any]:
    """The values of cells, by openpyxl."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells what it does not keep
        page = openpyxl.load_workbook(path, data_only=True)[sheet]
    values = [page[spot].value for spot in spots]
    return [unescaped(value) if isinstance(value, str) else value for value in values]


def by_calamine(path: Path, sheet: str, spots: Sequence[str]) -> list[Any]:
    """The values of cells, by calamine."""
    rows = (
        python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    )
    return [rows[row - 1][column - 1] for row, column in map(position, spots)]


def opened_by_libreoffice(files: Sequence[Path]) -> set[Path]:
    """The workbooks that LibreOffice can read, tried in batches and one by one where a batch fails."""
    program = shutil.which("soffice")
    if program is None:
        raise SystemExit("LibreOffice (soffice) is not installed.")
    opened: set[Path] = set()
    with tempfile.TemporaryDirectory() as profile:

        def convert(batch: Sequence[Path]) -> set[Path]:
            with tempfile.TemporaryDirectory() as out:
                # Names that differ only in their ending would meet in one result.
                named = {Path(out, f"{place}-{len(files)}.csv"): file for place, file in enumerate(batch)}
                inputs = [shutil.copyfile(file, name.with_suffix(file.suffix)) for name, file in named.items()]
                command = [program, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore"]
                command += ["--convert-to", "csv", "--outdir", out, *map(str, inputs)]
                # In a session of its own: what soffice starts must end with it.
                with subprocess.Popen(
                    command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
                ) as started:
                    try:
                        started.wait(_PATIENCE)
                    except subprocess.TimeoutExpired:
                        os.killpg(started.pid, signal.SIGKILL)
                return {file for name, file in named.items() if name.exists()}

        for start in range(0, len(files), _BATCH):
            pending = list(files[start : start + _BATCH])
            while pending:
                opened |= convert(pending)
                missing = [file for file in pending if file not in opened]
                # A crash takes what comes after it along; what comes first is tried alone.
                opened |= convert(missing[:1]) if missing and len(pending) > 1 else set()
                pending = missing[1:]
    return opened
