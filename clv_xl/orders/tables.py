"""The table of orders in a file: which sheet, which row holds the headers, the raw cells below it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import python_calamine

from clv_xl.errors import OrdersError
from clv_xl.orders.headers import fitness
from clv_xl.orders.textfiles import read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clv_xl.orders.columns import Cells

_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".ods")
_TEXTS = (".csv", ".txt", ".tsv")
_ZIP = b"PK\x03\x04"
_OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
_HEADER_ROWS = 20
_LIKELY = 2  # of customer, date and amount: what makes a row the headers
_DATE1904 = re.compile(rb"""<(?:\w+:)?workbookPr\b[^>]*\bdate1904=["'](?:1|true|on)["']""")
_VALUE = re.compile(r"[\d\s.,:;/+()€$£%T-]*\d[\d\s.,:;/+()€$£%T-]*|\S+@\S+\.\S+")


@dataclass(frozen=True, eq=False)
class RawTable:
    """Cells as they stand in the file.

    headers    texts of the header row; None when the table has none, then columns go by number
    columns    one object array (n rows) for each column: str, float, bool, None, date, datetime, CellError
    sheet      name of the sheet, "" for a text file
    first_row  number in the sheet or file of the first row of `columns`, from 1
    source     name to show
    date1904   day numbers count from 1904
    """

    headers: list[str] | None
    columns: list[Cells]
    sheet: str
    first_row: int
    source: str
    date1904: bool = False

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0


def from_rows(
    headers: Sequence[str] | None,
    rows: Sequence[Sequence[Any]],
    *,
    source: str,
    sheet: str = "",
    first_row: int = 2,
    date1904: bool = False,
) -> RawTable:
    """Make a table of cells that are already read; `rows` may differ in length, dates may be day numbers of Excel."""
    width = len(headers) if headers is not None else max(map(len, rows), default=0)
    columns = []
    for place in range(width):
        cells = (row[place] if place < len(row) else None for row in rows)
        columns.append(np.fromiter(cells, dtype=object, count=len(rows)))
    return RawTable(list(headers) if headers is not None else None, columns, sheet, first_row, source, date1904)


def read_table(path: str | Path, sheet: str | None = None) -> RawTable:
    """Read the orders of a workbook (.xlsx, .xlsm, .xlsb, .ods) or text file (.csv, .txt, .tsv).

    In a workbook the sheet whose headers fit customer, date and amount best is taken; the header row is looked for in
    the first 20 rows. Raises OrdersError for a file that is missing, empty, damaged, password-protected or of another
    kind, for an unknown `sheet`, and when two sheets fit equally well.
    """
    path = Path(path)
    suffix = path.suffix.casefold()
    if suffix not in _WORKBOOKS + _TEXTS:
        raise OrdersError(f"{path.name} is no workbook or text file. Save it as .xlsx or .csv.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OrdersError(f"{path.name} cannot be opened: {error.strerror}.") from error
    if not content.strip():
        raise OrdersError(f"{path.name} is empty.")
    if content.startswith(_OLE2):
        raise OrdersError(f"{path.name} is password-protected or an old .xls. Save it as .xlsx without a password.")
    if suffix in _WORKBOOKS:
        return _from_workbook(path, content, sheet)
    if content.startswith(_ZIP):
        raise OrdersError(f"{path.name} is a workbook, no text file. Give it its own ending, such as .xlsx.")
    if sheet is not None:
        raise OrdersError(f"{path.name} is a text file: it has no sheet {sheet!r}.")
    rows = read_rows(path, content)
    return _below_headers(rows, _header_row(rows), path.name, "", date1904=False)


def _from_workbook(path: Path, content: bytes, sheet: str | None) -> RawTable:
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            kinds = python_calamine.SheetTypeEnum.WorkSheet
            names = [about.name for about in book.sheets_metadata if about.typ == kinds]
            if sheet is not None:
                names = [_named(sheet, names, path)]
            sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    # Besides its own errors calamine lets zip, XML and Rust ones through; the file is broken in each case.
    except (python_calamine.CalamineError, OSError, ValueError, zipfile.BadZipFile) as error:
        if isinstance(error, OrdersError):
            raise
        raise OrdersError(f"{path.name} is damaged or no workbook: {error}.") from error
    name = sheet_of_orders(sheets, path.name)
    rows = sheets[name]
    return _below_headers(rows, _header_row(rows), path.name, name, date1904=_counts_from_1904(content))


def sheet_of_orders(sheets: dict[str, list[list[Any]]], source: str) -> str:
    """Name the sheet that fits orders best; OrdersError when all are empty or two fit equally."""
    fits: dict[str, tuple[int, int]] = {}
    for name, rows in sheets.items():
        row = _header_row(rows)
        filled = sum(1 for cells in rows[: (row or 0) + _HEADER_ROWS] if any(map(_filled, cells)))
        if filled > (row is not None):
            fits[name] = (0, 0) if row is None else fitness(_texts(rows[row]))
    if not fits:
        raise OrdersError(f"{source} has no sheet with rows.")
    best = max(fits.values())
    names = [name for name, fit in fits.items() if fit == best]
    if len(names) > 1:
        raise OrdersError(
            f"{source} has {len(names)} sheets that fit equally: {', '.join(names)}. Say which: --sheet {names[0]!r}"
        )
    return names[0]


def _header_row(rows: Sequence[Sequence[Any]]) -> int | None:
    """Place of the header row among the first 20; None when the first filled row holds values already."""
    first = [(place, row) for place, row in enumerate(rows[:_HEADER_ROWS]) if any(map(_filled, row))]
    if not first:
        return None
    fits = [(fitness(_texts(row)), -place) for place, row in first]
    best, place = max(fits)
    if best[0] >= _LIKELY:
        return -place
    if any(_is_value(cell) for cell in first[0][1]) and sum(map(_filled, first[0][1])) > 1:
        return None
    # Unknown words: the widest row of texts, the uppermost of those.
    texts = [(sum(map(_filled, row)), -place) for place, row in first if not any(map(_is_value, row))]
    return -max(texts)[1] if texts else None


def _below_headers(
    rows: Sequence[Sequence[Any]], header: int | None, source: str, sheet: str, *, date1904: bool
) -> RawTable:
    start = 0 if header is None else header + 1
    body = rows[start:]
    if not any(any(map(_filled, row)) for row in body):
        raise OrdersError(f"{source} holds no rows with orders.")
    headers = None
    if header is not None:
        headers = _texts(rows[header])
        headers += [""] * (max(map(len, rows)) - len(headers))
    return from_rows(headers, body, source=source, sheet=sheet, first_row=start + 1, date1904=date1904)


def _texts(row: Sequence[Any]) -> list[str]:
    return ["" if cell is None else str(cell).strip() for cell in row]


def _filled(cell: object) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _is_value(cell: object) -> bool:
    """Tell a number, a date or an e-mail address: what a header never is."""
    if isinstance(cell, str):
        return bool(_VALUE.fullmatch(cell.strip()))
    return isinstance(cell, int | float | date | time | timedelta)


def _named(sheet: str, names: list[str], path: Path) -> str:
    found = [name for name in names if name.casefold() == sheet.casefold()]
    if not found:
        raise OrdersError(f"{path.name} has no sheet {sheet!r}; it has: {', '.join(names)}.")
    return found[0]


def _counts_from_1904(content: bytes) -> bool:
    """Tell whether the workbook part says so; read here because calamine applies it to date cells only."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return False
        return bool(_DATE1904.search(archive.read("xl/workbook.xml")))
