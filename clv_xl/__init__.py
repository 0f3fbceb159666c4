"""Customer lifetime value in spreadsheets and in Python.

Every function of the catalogue is here under its name in lower case: ``clv_xl.clv(50, 36)`` is 1800.0. `CATALOGUE`
holds them all by the name a cell calls; `errors` tells what can go wrong. `clv_xl.refresh.refresh` makes a workbook
current, `clv_xl.template.write` writes a new one.
"""

from __future__ import annotations

from typing import Any

from . import errors
from .functions import CATALOGUE
from .version import __version__


def __getattr__(name: str) -> Any:
    if name == name.lower() and name.upper() in CATALOGUE:
        return CATALOGUE[name.upper()]
    raise AttributeError(f"clv_xl has no function {name!r}; `clv-xl functions` lists them")


def __dir__() -> list[str]:
    return sorted([*__all__, *(name.lower() for name in CATALOGUE)])


__all__ = ["CATALOGUE", "__version__", "errors"]
