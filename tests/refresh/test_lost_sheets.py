"""A workbook of ours of which somebody deleted a sheet: one refresh computes all that can be, the next one nothing."""

from pathlib import Path

import openpyxl
import pytest

from clv_xl.refresh import refresh
from clv_xl.template import write


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "client.xlsx"
    write(path)
    return path


@pytest.mark.parametrize("sheet", ["Inputs", "Results", "Prediction"])
def test_a_second_refresh_writes_nothing(whole: Path, tmp_path: Path, sheet: str) -> None:
    path = tmp_path / "client.xlsx"
    book = openpyxl.load_workbook(whole)
    del book[sheet]
    book.save(path)  # without values, so that every formula must be computed
    assert refresh(path, backup=False).changed
    before = path.stat().st_mtime_ns, path.read_bytes()
    again = refresh(path, backup=False)
    assert (again.changed, again.changes) == (False, [])
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
