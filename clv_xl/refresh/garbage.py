"""Python's search for garbage, left out while very many cells are made that all stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let Python not look for cycles among objects, of which a refresh makes few: it would go through all cells again.

    A quarter of the time of a large workbook; what is in no cycle is freed as ever.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
