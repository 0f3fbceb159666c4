"""The package under test, called in one place: a refresh, an edit, and what counts as a proper refusal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from clv_xl.errors import ClvError
from clv_xl.refresh import refresh as _refresh
from clv_xl.workbook import Formula, patch

LONGEST_SENTENCE = 1_000

__all__ = ["ClvError", "Formula", "Refusal", "Result", "edit", "expect_sentence", "improper", "refresh"]


class Refusal(ClvError):
    """A refusal that came as a result and not as an exception."""


class Result(NamedTuple):
    """Whether the file was written, and the cells that are said to have changed, as (sheet, address)."""

    changed: bool
    cells: list[tuple[str, str]]


def refresh(path: Path, *, orders: Path | None = None, backup: bool = False) -> Result:
    """Refresh a workbook in place."""
    done = _refresh(path, orders=orders, backup=backup)
    if getattr(done, "status", "") == "failed":
        raise Refusal(done.message)
    changed = done.status == "changed" if hasattr(done, "status") else done.changed
    return Result(changed, [(change.sheet, change.cell) for change in done.changes])


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
