"""Other programs' idea of what a formula gives: LibreOffice and IronCalc, one load for many formulas.

Ask with `Question`s: the text of a formula as a function of where its inputs stand. An answer is a cell value as
`clv_xl.cells` knows it, a `CellError` among them, or rows of such values for an array formula.
"""

from __future__ import annotations

import math
import pickle
import time
from collections.abc import Callable
from itertools import repeat
from pathlib import Path
from typing import Any

from clv_xl.errors import CellError

TOLERANCE = 1e-9
WAIT = 300.0  # seconds for another worker's answer


def agrees(got: Any, want: Any, within: float = 0.0) -> bool:
    """Whether a value is what an example wants; errors are wanted by their text, tables cell by cell.

    Numbers may differ by the share `within`, or by rounding.
    """
    if isinstance(want, CellError):
        want = want.cell
    if isinstance(got, CellError):
        return bool(got.cell == want)
    if isinstance(want, list | tuple):
        return isinstance(got, list | tuple) and len(got) == len(want) and all(map(agrees, got, want, repeat(within)))
    if isinstance(want, bool) or want is None:
        return got is want
    if isinstance(want, str):
        return bool(got == want)
    number = isinstance(got, float | int) and not isinstance(got, bool)
    return number and math.isclose(got, want, rel_tol=max(TOLERANCE, within), abs_tol=0 if want else 1e-12)


def once(folder: Path, key: str, compute: Callable[[], Any]) -> Any:
    """What `compute` gives, computed by the first of several test workers and read by the others."""
    answer, claim = folder / f"{key}.pickle", folder / f"{key}.claim"
    try:
        claim.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + WAIT
        while not answer.exists():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{key}: another worker did not answer") from None
            time.sleep(0.05)
        fault, result = pickle.loads(answer.read_bytes())
        if fault:
            raise RuntimeError(f"{key} failed in another worker: {fault}") from None
        return result
    try:
        result = compute()
    except BaseException as error:
        _publish(answer, (repr(error), None))
        raise
    _publish(answer, ("", result))
    return result


def _publish(path: Path, result: Any) -> None:
    draft = path.with_suffix(".draft")
    draft.write_bytes(pickle.dumps(result))
    draft.replace(path)
