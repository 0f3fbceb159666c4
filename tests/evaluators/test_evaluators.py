"""The witnesses themselves: they compute, they say so when they cannot, and they are asked once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from clv_xl.errors import cell_error

from . import agrees, once
from . import libreoffice as soffice
from .sheets import ASKED, Question

if TYPE_CHECKING:
    from .ironcalc_engine import IronCalc
    from .libreoffice import LibreOffice

QUESTIONS = [
    Question(lambda at: f"{at['a']}*2", {"a": 21}),
    Question(lambda at: f"SUM({at['a']})", {"a": [1, "text", None, 2]}),
    Question(lambda at: f"{at['a']}*{at['b']}", {"a": [1, 2, 3], "b": [4, cell_error("#N/A"), 6]}, rows=3),
    Question(lambda at: f"IF(ISBLANK({at['a']}),{at['b']},0)", {"a": None, "b": cell_error("#DIV/0!")}),
    Question(lambda _: '"text"'),
    Question(lambda _: "1=1"),
]
ANSWERS = [42, 3, [4, cell_error("#N/A"), 18], cell_error("#DIV/0!"), "text", True]


def test_libreoffice_answers(libreoffice: LibreOffice) -> None:
    assert agrees(libreoffice.ask(QUESTIONS), ANSWERS)


def test_ironcalc_answers(ironcalc: IronCalc) -> None:
    assert agrees(ironcalc.ask(QUESTIONS), ANSWERS)


@pytest.fixture
def stale(tmp_path: Path) -> Path:
    """A workbook whose stored value is not what its formula gives."""
    book = xlsxwriter.Workbook(tmp_path / "stale.xlsx")
    book.add_worksheet(ASKED).write_formula(0, 0, "=6*7", None, 5)
    book.add_worksheet("Other").write_string(0, 0, "here")
    book.close()
    return tmp_path / "stale.xlsx"


def test_libreoffice_recomputes(libreoffice: LibreOffice, stale: Path) -> None:
    assert libreoffice.values(stale) == {ASKED: {(1, 1): 42}, "Other": {(1, 1): "here"}}


def test_libreoffice_trusts_the_file_when_told_to(libreoffice: LibreOffice, stale: Path) -> None:
    assert libreoffice.values(stale, recalculate=False)[ASKED] == {(1, 1): 5}


def test_libreoffice_converts(libreoffice: LibreOffice, stale: Path) -> None:
    first = libreoffice.convert(stale, "csv")
    assert {path.name: path.read_text().strip() for path in first.parent.glob("*.csv")} == {
        "stale-Asked.csv": "42",
        "stale-Other.csv": "here",
    }
    assert libreoffice.convert(stale, "pdf").read_bytes().startswith(b"%PDF")


def test_what_cannot_be_converted_is_told(libreoffice: LibreOffice, tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no more")
    with pytest.raises(RuntimeError, match=re.escape("made no pdf of broken.xlsx")):
        libreoffice.convert(tmp_path / "broken.xlsx", "pdf")


def test_without_libreoffice_a_test_is_skipped_but_fails_in_ci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soffice.shutil, "which", lambda _: None)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception):
        soffice.start(tmp_path)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception):
        soffice.start(tmp_path)


def test_once(tmp_path: Path) -> None:
    asked = []
    for _ in range(2):
        assert once(tmp_path, "answer", lambda: asked.append(1) or [42]) == [42]
    assert asked == [1]


def test_once_tells_everybody_of_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        once(tmp_path, "answer", lambda: 1 / 0)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        once(tmp_path, "answer", lambda: 42)


@pytest.mark.parametrize(
    ("got", "want"),
    [
        *((1.0, True), (True, 1), (1.0, "1"), ("1", 1), (cell_error("#N/A"), "#NUM!"), ("#N/A", 0)),
        *((None, 0), (0.0, None), (1.0, 1 + 1e-8), ([1.0], 1), ([1.0], [1, 2]), (1e-9, 0)),
    ],
)
def test_what_does_not_agree(got: object, want: object) -> None:
    assert not agrees(got, want)
