"""LibreOffice without a window, in a profile of its own: it computes everything anew and is read back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clv_xl.workbook import Book

from .engine import Answers, EngineFailed

if TYPE_CHECKING:
    from clv_xl.calculation.places import Key

    from .scratch import Scratch

TIME = 120.0  # seconds; some workbooks make it hang
_INSTALLED = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
)
# 0 computes on load; LibreOffice would else trust the values in the file.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">\
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


class LibreOffice:
    """Computes by converting the scratch workbook."""

    spills = False
    approximates = True
    intersects = True
    genuine = False

    def __init__(self, seconds: float = TIME) -> None:
        self._seconds = seconds
        self._program = _program()

    def values(self, scratch: Scratch, wanted: Sequence[Key]) -> Answers:
        with (
            tempfile.TemporaryDirectory(prefix="clv-xl-", ignore_cleanup_errors=True) as folder,
            Book(self._converted(scratch.path, Path(folder))) as book,
        ):
            sheets = {sheet: book.cells(sheet) for sheet in {key[0] for key in wanted}}
        found: dict[Key, Any] = {}
        for key in wanted:
            cells = sheets[key[0]]
            cell = cells.get(key[1:])
            if cell is not None and cell.array is not None:
                top, left, bottom, right = cell.array
                spots = [[cells.get((row, column)) for column in range(left, right + 1)]
                         for row in range(top, bottom + 1)]  # fmt: skip
                found[key] = [[spot and spot.value for spot in line] for line in spots]
            elif cell is not None:
                found[key] = cell.value
        return found

    def _converted(self, path: Path, folder: Path) -> Path:
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        target = folder / "computed"
        _run(
            [
                *(self._program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"),
                *("--convert-to", "xlsx", "--outdir", str(target), str(path)),
            ],
            self._seconds,
        )
        result = target / f"{path.stem}.xlsx"
        if not result.exists():
            raise EngineFailed(
                "LibreOffice could not compute the workbook.", "LibreOffice kon de werkmap niet berekenen."
            )
        return result


def _program() -> str:
    found = shutil.which("soffice") or next((path for path in _INSTALLED if Path(path).exists()), None)
    if found is None:
        raise EngineFailed(
            "LibreOffice (soffice) is not installed here. Install it, or use another engine.",
            "LibreOffice (soffice) is hier niet geïnstalleerd. Installeer het, of neem een andere --engine.",
        )
    return found


def _run(command: list[str], seconds: float) -> None:
    # An activated venv on PATH makes LibreOffice's own Python start in the wrong place.
    path = {"PATH": "/usr/bin:/bin"} if os.name == "posix" else {}
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))} | path
    with subprocess.Popen(  # noqa: S603  the program found above, no text of a workbook among its arguments
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)  # soffice is a script; the program is its child
            process.kill()
            raise EngineFailed(
                f"LibreOffice had no answer after {seconds:g} seconds.",
                f"LibreOffice had na {seconds:g} seconden geen antwoord.",
            ) from None
