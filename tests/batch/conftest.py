"""Small client workbooks, and tasks that worker processes can import."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import xlsxwriter

ORDERS = [["k1", dt.datetime(2024, 1, 3), 10], ["k2", dt.datetime(2024, 3, 3), 20], ["k1", dt.datetime(2025, 2, 2), 30]]


def make_client(path: Path, cells: dict[str, tuple[str, object]] | None = None) -> Path:
    """A workbook with an orders table and a report; its call of ours shows 0, so that a refresh changes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet, report = book.add_worksheet("Sales"), book.add_worksheet("Report")
        columns = [{"header": "Customer"}, {"header": "Date", "format": day}, {"header": "Amount"}]
        sheet.add_table(0, 0, len(ORDERS), 2, {"name": "Orders", "columns": columns, "data": ORDERS})
        for spot, (formula, value) in (cells or {"B1": ("=CLV(AOV(Orders[Amount]),36)", 0)}).items():
            if formula.startswith("{"):
                report.write_array_formula(formula[1:].partition("}")[0], formula.partition("}")[2], None, value)
            else:
                report.write_formula(spot, formula, None, value)
    return path


@pytest.fixture
def client(tmp_path: Path) -> Callable[..., Path]:
    """`client("clients/acme.xlsx")`: a workbook below a folder of the test."""
    return lambda name="client.xlsx", cells=None: make_client(tmp_path / name, cells)


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """`batch_tasks`, from a folder that processes search as well."""
    folder = Path(__file__).parent / "importable"
    monkeypatch.syspath_prepend(folder)
    import batch_tasks  # noqa: PLC0415  only now it can be found

    yield batch_tasks
    sys.modules.pop("batch_tasks")
