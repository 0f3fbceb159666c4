"""LibreOffice without a window, in a profile of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from .sheets import ASKED, Question, as_value, lay_out, pick

if TYPE_CHECKING:
    from clv_xl.cells import Value

TIMEOUT = 120  # seconds; some workbooks make soffice hang
# 0 recomputes on load, 1 trusts the values in the file.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">\
<value>{mode}</value></prop><prop oor:name="ODFRecalcMode" oor:op="fuse"><value>{mode}</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{locale}</value>\
</prop></item>
</oor:items>
"""
_FILTERS = {"csv": "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"}


class LibreOffice:
    """Converts and computes; one instance is one profile, and one process at a time.

    A locale is such as `nl-NL`, "" for that of the system.
    """

    def __init__(self, program: str, folder: Path, locale: str = "") -> None:
        self.program, self.folder, self.locale = program, folder, locale

    def convert(self, path: Path, kind: str, *, recalculate: bool = True, options: Sequence[str] = ()) -> Path:
        """The file as `kind` ("csv", "pdf", "xlsx" ...), in a new folder; csv is one file `NAME-SHEET.csv` a sheet.

        The path of the first result is given; `recalculate=False` keeps the values that stand in the file.
        """
        profile = self.folder / f"profile-{'computes' if recalculate else 'trusts'}"
        settings = profile / "user" / "registrymodifications.xcu"
        if not settings.exists():
            settings.parent.mkdir(parents=True)
            settings.write_text(_SETTINGS.format(mode=0 if recalculate else 1, locale=self.locale))
        target = Path(tempfile.mkdtemp(dir=self.folder))
        source = target / "source" / path.name  # a copy: a lock file beside the original makes loading fail
        source.parent.mkdir()
        shutil.copyfile(path, source)
        command = [self.program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", *options]
        command += ["--convert-to", _FILTERS.get(kind, kind), "--outdir", str(target), str(source)]
        said = _run(command)
        results = sorted(target.glob(f"*.{kind}"))
        if not results:
            raise RuntimeError(f"LibreOffice made no {kind} of {path.name}: {said}")
        return results[0]

    def values(self, path: Path, *, recalculate: bool = True) -> dict[str, dict[tuple[int, int], Value]]:
        """Every value of every sheet, by row and column from 1; errors are `CellError`, blanks are left out."""
        converted = self.convert(path, "xlsx", recalculate=recalculate)
        with warnings.catch_warnings():
            warnings.filterwarnings(
                "ignore", ".* extension is not supported", UserWarning
            )  # data bars, as LibreOffice writes them
            book = openpyxl.load_workbook(converted, data_only=True)
        return {
            sheet.title: {
                (cell.row, cell.column): as_value(cell.value)
                for row in sheet.iter_rows()
                for cell in row
                if cell.value is not None
            }
            for sheet in book.worksheets
        }

    def ask(self, questions: Sequence[Question], names: Mapping[str, str] | None = None) -> list[Any]:
        """The answers to the questions, from one start of LibreOffice."""
        path = Path(tempfile.mkdtemp(dir=self.folder)) / "questions.xlsx"
        places = lay_out(path, questions, names)
        values = self.values(path)[ASKED]
        return pick(lambda row: values.get((row + 1, 1)), places)


def _run(command: list[str]) -> str:
    # An activated venv on PATH makes LibreOffice's own Python start in the wrong place.
    path = {"PATH": "/usr/bin:/bin"} if os.name == "posix" else {}
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))} | path
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            said, _ = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # soffice is a script; the program is its child
            raise
    return said


def start(folder: Path, locale: str = "") -> LibreOffice:
    """LibreOffice with a profile in this folder; without it a test is skipped, but not in CI."""
    program = shutil.which("soffice")
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("LibreOffice (soffice) is not installed")
    return LibreOffice(program, folder, locale)
