"""The workbooks of the craft's checks: each made once, and read once by each test worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .workbooks import CASES, Case, Workbook, content_of

_READ: dict[Case, Workbook] = {}


@pytest.fixture(scope="session")
def opened(shared: Callable[[str, Callable[[], Any]], Any]) -> Callable[[Case], Workbook]:
    """`opened(case)`: its workbook."""

    def workbook(case: Case) -> Workbook:
        if case not in _READ:
            _READ[case] = Workbook(case, shared(f"template-{case}", lambda: content_of(case)))
        return _READ[case]

    return workbook


@pytest.fixture(params=CASES, ids=str, scope="session")
def workbook(request: pytest.FixtureRequest, opened: Callable[[Case], Workbook]) -> Workbook:
    return opened(request.param)
