"""Customer lifetime value in spreadsheets and in Python.

Every function of the catalogue is here under its name in lower case: ``clv_xl.clv(50, 36)`` is 1800.0. `CATALOGUE`
holds them all by the name a cell calls; `errors` tells what can go wrong. `clv_xl.refresh.refresh` makes a workbook
current, `clv_xl.template.write` writes a new one.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from . import errors
from .version import __version__

if TYPE_CHECKING:
    from .functions import CATALOGUE


def __getattr__(name: str) -> Any:
    if find_spec(f"{__name__}.{name}") is not None:
        raise AttributeError(f"clv_xl.{name} is a module: import it first")  # as `from clv_xl import ...` does then
    from .functions import CATALOGUE  # noqa: PLC0415  patching a workbook takes less time than loading them

    if name == "CATALOGUE":
        return CATALOGUE
    if name == name.lower() and name.upper() in CATALOGUE:
        return CATALOGUE[name.upper()]
    raise AttributeError(f"clv_xl has no function {name!r}; `clv-xl functions` lists them")


def __dir__() -> list[str]:
    from .functions import CATALOGUE  # noqa: PLC0415  as above

    return sorted([*__all__, *(name.lower() for name in CATALOGUE)])


__all__ = ["CATALOGUE", "__version__", "errors"]
