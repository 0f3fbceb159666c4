"""openpyxl's tokenizer of formulas without the rest of openpyxl, which takes longer to load than most refreshes."""

from __future__ import annotations

from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


@cache
def tokenizer() -> ModuleType:
    """The module `openpyxl.formula.tokenizer`, on its own; raises ModuleNotFoundError."""
    package = find_spec("openpyxl")  # tells where it is, and loads nothing
    folders = () if package is None else package.submodule_search_locations or ()
    spec = PathFinder.find_spec("tokenizer", [str(Path(folder, "formula")) for folder in folders])
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("No module named 'openpyxl.formula.tokenizer'", name="openpyxl")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
