"""What the buttons of the add-in ask of Python; `ClvAsk` in data/clv_ribbon.bas calls by name."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path


def template(language: str) -> str:
    """The path of a new template that calls the add-in."""
    from clv_xl.template import write  # noqa: PLC0415  start-up stays fast

    path = Path(tempfile.mkdtemp(prefix="clv-xl-")) / "CLV.xlsx"
    write(path, language=language, host="addin")
    return str(path)


def refresh(path: str, language: str) -> str:
    """What `clv-xl refresh` says of a workbook; in a process of its own, as this one lives as long as Excel."""
    done = subprocess.run(  # noqa: S603  our own program, on a path that Excel gives
        [sys.executable, "-P", "-X", "utf8", "-m", "clv_xl", "refresh", path, "--lang", language],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    return "\n".join(part.strip() for part in (done.stdout, done.stderr) if part.strip())
