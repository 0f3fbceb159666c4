"""IronCalc: an engine that knows LAMBDA names, LET and optional arguments, as Excel 365 does."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from .sheets import Question, as_value, lay_out, pick


class IronCalc:
    """Loads a workbook and computes all of it."""

    def __init__(self, module: Any, folder: Path) -> None:
        self.module, self.folder = module, folder

    def load(self, path: Path) -> Any:
        """The workbook as IronCalc's model, computed; sheets count from 0, rows and columns from 1."""
        model = self.module.load_from_xlsx(str(path), "en", "UTC", "en")
        model.evaluate()
        return model

    def ask(self, questions: Sequence[Question], names: Mapping[str, str] | None = None) -> list[Any]:
        """The answers to the questions, from one load; `names` are defined names without the equals sign."""
        path = Path(tempfile.mkdtemp(dir=self.folder)) / "questions.xlsx"
        places = lay_out(path, questions, names)
        model = self.load(path)
        return pick(lambda row: as_value(model.get_cell_value(0, row + 1, 1)), places)


def start(folder: Path) -> IronCalc:
    """IronCalc working in this folder; without it a test is skipped, but not in CI."""
    try:
        import ironcalc  # noqa: PLC0415  it has no wheel for every system
    except ImportError:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("IronCalc (pip install ironcalc) is not installed")
    return IronCalc(ironcalc, folder)
