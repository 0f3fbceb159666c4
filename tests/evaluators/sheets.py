"""Questions laid out in a workbook: inputs on one sheet, formulas on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs

from clv_xl.cells import Value, plain
from clv_xl.errors import CELL_ERRORS, CellError, cell_error

ASKED, INPUTS = "Asked", "Inputs"


@dataclass(frozen=True)
class Question:
    """A formula and its inputs.

    `write` gets the place of every input by name and gives the text without the equals sign. An input is a cell value,
    a list (a column of cells) or a list of lists (rows). With `rows` it is an array formula over so many rows.
    """

    write: Callable[[Mapping[str, str]], str]
    inputs: Mapping[str, Any] = field(default_factory=dict)
    rows: int = 0


def lay_out(path: Path, questions: Sequence[Question], names: Mapping[str, str] | None = None) -> list[tuple[int, int]]:
    """Write the workbook; gives the row and number of rows of every answer, which all stand in the first column."""
    book = xlsxwriter.Workbook(path)
    asked, inputs = book.add_worksheet(ASKED), book.add_worksheet(INPUTS)
    for name, text in (names or {}).items():
        book.define_name(name, f"={text}")
    places, row, column = [], 0, 0
    for question in questions:
        refs = {}
        for name, value in question.inputs.items():
            block = as_block(value)
            _write(inputs, column, block)
            refs[name] = f"{INPUTS}!{_address(column, block)}"
            column += len(block[0])
        text = f"={question.write(refs)}"
        if question.rows:
            asked.write_array_formula(row, 0, row + question.rows - 1, 0, f"{{{text}}}")
        else:
            asked.write_formula(row, 0, text)
        places.append((row, question.rows))
        row += question.rows or 1
    book.close()
    return places


def pick(cell: Callable[[int], Value], places: Iterable[tuple[int, int]]) -> list[Any]:
    """The answers at these places: one value, or a list of them for an array formula."""
    return [[cell(row + i) for i in range(rows)] if rows else cell(row) for row, rows in places]


def as_block(value: Any) -> list[list[Value]]:
    """A value, a column or rows, as rows of cell values."""
    if not isinstance(value, list | tuple):
        return [[plain(value)]]
    rows = [row if isinstance(row, list | tuple) else [row] for row in value]
    return [[plain(item) for item in row] for row in rows]


def _write(sheet: Any, column: int, block: list[list[Value]]) -> None:
    for row, items in enumerate(block):
        for offset, value in enumerate(items):
            if isinstance(value, CellError):
                sheet.write_formula(row, column + offset, f"={value.cell}", None, value.cell)
            elif isinstance(value, bool):
                sheet.write_boolean(row, column + offset, value)
            elif isinstance(value, str):
                sheet.write_string(row, column + offset, value)
            elif value is not None:
                sheet.write_number(row, column + offset, value)


def _address(column: int, block: list[list[Value]]) -> str:
    # One cell as one address: `A1:A1` would be a range to some programs.
    return xl_range_abs(0, column, len(block) - 1, column + len(block[0]) - 1)


def as_value(content: Any) -> Value:
    """What a program stored in a cell, errors as `CellError`."""
    if isinstance(content, str) and content in CELL_ERRORS[1:]:
        return cell_error(content)
    return plain(content)
