"""The package under test, called in one place: a refresh, an edit, and what counts as a proper refusal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from clv_xl.errors import ClvError
from clv_xl.refresh import refresh as _refresh
from clv_xl.workbook import Formula, patch

from .places import AREA

LONGEST_SENTENCE = 1_000

__all__ = ["ClvError", "Formula", "Refusal", "Result", "edit", "expect_sentence", "improper", "refresh"]


class Refusal(ClvError):
    """A refusal that came as a result and not as an exception."""


class Result(NamedTuple):
    """Whether the file was written, and what is said to have changed: cells and areas, as (sheet, address)."""

    changed: bool
    cells: list[tuple[str, str]]


def refresh(path: Path, *, orders: Path | None = None, backup: bool = False) -> Result:
    """Refresh a workbook in place."""
    done = _refresh(path, orders=orders, backup=backup)
    if getattr(done, "status", "") == "failed":
        raise Refusal(done.message)
    changed = done.status == "changed" if hasattr(done, "status") else done.changed
    return Result(changed, [(change.sheet, _place(change)) for change in done.changes])


def _place(change: Any) -> str:
    """The address of a cell, or the area of a table before and after: A9:P20 that gets 20 rows is A9:P28."""
    area = AREA.fullmatch(change.cell)
    if area is None or area[4] is None:
        return str(change.cell)
    rows = int(re.sub(r"\D", "", change.after.split(" ")[0]))
    return f"{area[1]}{area[2]}:{area[3]}{max(int(area[4]), int(area[2]) + rows - 1)}"


def edit(path: Path, edits: Mapping[str, Mapping[str, Any]]) -> bool:
    """Write cells in place."""
    return patch(path, edits).changed


def improper(error: BaseException) -> str:
    """Why an exception is no proper refusal, `""` when it is one: an error of ours that says one sentence."""
    told = str(error)
    if not isinstance(error, ClvError):
        return f"{type(error).__name__}: {told[:200]}"
    if not told.strip() or "\n" in told or len(told) > LONGEST_SENTENCE:
        return f"no sentence but {told[:200]!r} of {len(told)} characters"
    return ""


def expect_sentence(error: BaseException) -> None:
    """Fail where an exception is no proper refusal."""
    reason = improper(error)
    if reason:
        raise AssertionError(reason) from error
