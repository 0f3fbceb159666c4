"""What a command waits for before it starts: a module brings only what it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

NEEDLESS = {
    "clv_xl.cli": ("numpy", "pandas", "scipy", "lxml", "xlsxwriter"),
    "clv_xl.template.texts": ("pandas", "scipy", "xlsxwriter"),
    "clv_xl.analysis.tables": ("pandas", "scipy"),
    "clv_xl.refresh.refreshing": ("scipy", "xlsxwriter", "clv_xl.models.prediction"),
}
"""Module -> what nobody needs who imports it."""


@pytest.mark.parametrize("module", NEEDLESS)
def test_a_module_brings_only_what_it_needs(module: str):
    told = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.split()
    assert module in loaded
    assert set(NEEDLESS[module]) & set(loaded) == set()
