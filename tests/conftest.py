"""What every test may ask for: LibreOffice, IronCalc, and an answer computed once for all test workers."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from .evaluators import ironcalc_engine, libreoffice, once


@pytest.fixture(name="libreoffice", scope="session")
def libreoffice_fixture(tmp_path_factory: pytest.TempPathFactory) -> libreoffice.LibreOffice:
    return libreoffice.start(tmp_path_factory.mktemp("libreoffice"))


@pytest.fixture(name="ironcalc", scope="session")
def ironcalc_fixture(tmp_path_factory: pytest.TempPathFactory) -> ironcalc_engine.IronCalc:
    return ironcalc_engine.start(tmp_path_factory.mktemp("ironcalc"))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[], Any]], Any]:
    """`shared(key, compute)`: what `compute` gives, computed by one test worker only."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent

    return lambda key, compute: once(folder, key, compute)
