import csv
import shutil
import subprocess

import pytest

from clv_xl.workbook import Cached, patch

SOFFICE = shutil.which("soffice", path="/usr/bin:/bin")

pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")


def shown(path, tmp_path):
    """What LibreOffice shows of the first sheet."""
    subprocess.run(
        [
            SOFFICE, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
            "--convert-to", "csv", "--outdir", tmp_path / "csv", path,
        ],
        check=True, capture_output=True, timeout=180, env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )  # fmt: skip
    with (tmp_path / "csv" / path.with_suffix(".csv").name).open(encoding="utf-8") as file:
        return list(csv.reader(file))


def test_patched_workbooks_open(real, tmp_path):
    for name, sheet, edits, cells in [
        ("strict.xlsx", "Sheet1", {"A1": "patched", "H9": 12}, {(0, 0): "patched", (8, 7): "12"}),
        ("prefix.xlsx", "SylkTest", {"B1": 99, "H1": Cached(101)}, {(0, 1): "99"}),
        ("no-references.xlsx", "工作表1", {"A1": 77, "A12": "end"}, {(0, 0): "77", (11, 0): "end"}),
    ]:
        path = real(name)
        patch(path, {sheet: edits})
        rows = shown(path, tmp_path)
        for (row, column), text in cells.items():
            assert rows[row][column] == text, name


def test_a_grown_table_opens(real, tmp_path):
    path = real("table-slicer.xlsx")
    patch(path, {}, tables={"Table1": [[n + column for column in range(11)] for n in range(50)]})
    rows = shown(path, tmp_path)
    assert len(rows) == 51
    assert rows[50] == [str(49 + column) for column in range(11)]
