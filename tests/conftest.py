"""What every test may ask for: LibreOffice, IronCalc, Chromium, and an answer computed once for all test workers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from .evaluators import ironcalc_engine, libreoffice, once

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(name="libreoffice", scope="session")
def libreoffice_fixture(tmp_path_factory: pytest.TempPathFactory) -> libreoffice.LibreOffice:
    return libreoffice.start(tmp_path_factory.mktemp("libreoffice"))


@pytest.fixture(name="ironcalc", scope="session")
def ironcalc_fixture(tmp_path_factory: pytest.TempPathFactory) -> ironcalc_engine.IronCalc:
    return ironcalc_engine.start(tmp_path_factory.mktemp("ironcalc"))


# Not for the session: while it lives an event loop runs, and tests of other modules start their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from .report import chromium  # noqa: PLC0415  brings the driver, which only these tests need

    with chromium.started() as browser:
        yield browser


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[], Any]], Any]:
    """`shared(key, compute)`: what `compute` gives, computed by one test worker only."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent

    return lambda key, compute: once(folder, key, compute)
