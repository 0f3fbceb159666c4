"""Formulas moved to another cell: the relative references in them move along."""

from __future__ import annotations

import re

from clv_xl.workbook.address import LAST_COLUMN, LAST_ROW, column_letters, column_number

_LOST = "#REF!"

# What may stand around a reference is consumed whole, so that nothing inside it is taken for one.
_TOKEN = re.compile(
    r"""
    "(?:[^"]|"")*"                                      # text
  | '(?:[^']|'')*'                                      # a quoted sheet name
  | \[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]           # table columns, or the number of another workbook
  | (?P<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3})(?![\w.(!?\\])
  | (?P<rows>\$?\d{1,7}:\$?\d{1,7})(?![\w.!])
  | (?P<cell>\$?[A-Za-z]{1,3}\$?\d{1,7})(?!\.?\w|[(!?\\])
  | [\w.?\\]+                                           # a name, a function or a number
    """,
    re.VERBOSE,
)
_PARTS = re.compile(r"(\$?)([A-Za-z]*)(\$?)(\d*)")


def shifted(formula: str, rows: int, columns: int) -> str:
    """Move a formula down and to the right, as copying its cell would."""
    if not rows and not columns:
        return formula

    def move(match: re.Match[str]) -> str:
        kind = match.lastgroup
        if kind is None:
            return match[0]
        ends = [_moved(end, rows, columns) for end in match[0].split(":")]
        return _LOST if None in ends else ":".join(end for end in ends if end)

    return _TOKEN.sub(move, formula)


def _moved(reference: str, rows: int, columns: int) -> str | None:
    """Move one end of a reference; None when it leaves the sheet."""
    match = _PARTS.fullmatch(reference)
    if match is None:
        return reference
    fixed_column, letters, fixed_row, digits = match.groups()
    # In $5 the mark belongs to the row, and there is no column.
    if not letters:
        fixed_column, fixed_row = "", fixed_column or fixed_row
    if letters and not fixed_column:
        column = column_number(letters) + columns
        if not 1 <= column <= LAST_COLUMN:
            return None
        letters = column_letters(column)
    if digits and not fixed_row:
        row = int(digits) + rows
        if not 1 <= row <= LAST_ROW:
            return None
        digits = str(row)
    return f"{fixed_column}{letters}{fixed_row}{digits}"
