"""Cell values between xlwings and the catalogue.

What arrives, and as what the catalogue gets it:

| in the sheet           | Excel for Windows (COM)      | Office.js (Lite, Server)    | catalogue            |
|------------------------|------------------------------|-----------------------------|----------------------|
| number                 | float; Decimal for a currency| int or float                | float                |
| date                   | datetime, or serial          | serial                      | serial               |
| blank cell             | None                         | None; of a single cell see below | None            |
| text, TRUE             | str, bool                    | str, bool                   | str, bool            |
| error                  | int: 0x800A0000 + its number | "#N/A"                      | `CellError`          |
| one cell               | the value                    | [[value]]                   | the value            |
| row, column, block     | rows; a flat tuple is a row  | rows                        | rows                 |
| argument left out      | the declared default         | the declared default        | `OMITTED`            |
| required one left out  | None                         | None                        | None                 |

Office.js tells no blank single cell from an argument that is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from clv_xl.cells import Value, plain
from clv_xl.errors import CELL_ERRORS, CellError, cell_error

CV_ERRORS = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
}
"""The number of every error in VBA: `CVErr(2042)` is #N/A (enumeration XlCVError)."""

_UNCHANGED = {float, str, bool}
_SCODE = 0x800A0000 - 2**32
_NEWEST = 2099
_KNOWN = {_SCODE + number: cell for cell, number in CV_ERRORS.items()}


def from_com(value: Any) -> Any:
    """An argument as pywin32 hands it over, untouched by xlwings: converter "raw"."""
    if isinstance(value, tuple | list):
        rows = value if value and isinstance(value[0], tuple | list) else [value]
        if int not in _types(rows):
            return rows
        return [[_decoded(item) if type(item) is int else item for item in row] for row in rows]
    return _decoded(value) if type(value) is int else value


def from_office_js(value: Any) -> Any:
    """An argument as xlwings reads it there, with `ndim=2` and `err_to_str`; `OMITTED` passes."""
    if not isinstance(value, list):
        return value
    if len(value) == len(value[0]) == 1:
        return _named(value[0][0])
    return [[_named(item) for item in row] for row in value]


def _decoded(number: int) -> Value:
    """An error's code as the error; cells have no other whole numbers, VBA code that calls a function may."""
    if _SCODE + CV_ERRORS["#NULL!"] <= number <= _SCODE + _NEWEST:
        return cell_error(_KNOWN.get(number, "#VALUE!"))
    return float(number)


def _named(value: Any) -> Any:
    return cell_error(value) if isinstance(value, str) and value in CELL_ERRORS[1:] else value


def to_rows(result: Any) -> list[list[Any]]:
    """A result as rows of what any host takes: errors by their text, blanks as "", one value as one row of one."""
    rows = result if isinstance(result, list) else [[plain(result)]]
    return rows if _types(rows) <= _UNCHANGED else [[_shown(item) for item in row] for row in rows]


def _types(rows: Sequence[Sequence[Any]]) -> set[type]:
    """Looking at all cells once is ten times as fast as making them anew."""
    return set(map(type, chain.from_iterable(rows)))


def _shown(value: Value) -> float | str | bool:
    if isinstance(value, CellError):
        return value.cell
    return "" if value is None else value
