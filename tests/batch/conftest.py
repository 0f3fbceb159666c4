"""Small client workbooks, and tasks that worker processes can import."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from .workbooks import make_client


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
