"""The table of orders in a file: which sheet, which row holds the headers, the raw cells below it."""

from __future__ import annotations

import io
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import python_calamine

from clv_xl.errors import OrdersError
from clv_xl.orders import extent, parts, reach, workbooks
from clv_xl.orders.arrow import read_parquet
from clv_xl.orders.columns import Column, columns_of, factorized
from clv_xl.orders.header_rows import header_row, headers_of, sheet_of_orders
from clv_xl.orders.textfiles import read_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from clv_xl.orders.columns import Cells

_XLSX = (".xlsx", ".xlsm")
_WORKBOOKS = (*_XLSX, ".xlsb", ".ods")
_TEXTS = (".csv", ".txt", ".tsv")
_PARQUET = ".parquet"
_ZIP = b"PK\x03\x04"
_OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
_BLOCK = 1000
_BROKEN = (
    *(python_calamine.CalamineError, zipfile.BadZipFile, zlib.error, EOFError),
    *(OSError, ValueError, SyntaxError, RuntimeError),
)


@dataclass(frozen=True, eq=False)
class RawTable:
    """Cells as they stand in the file.

    headers    texts of the header row; None when the table has none, then columns go by number
    columns    one array (n rows) for each column: float64, datetime64, texts of pandas where all cells are alike, else
               objects: str, float, bool, None, date, datetime, CellError
    sheet      name of the sheet, "" for a file without sheets
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
    _texts: dict[int, tuple[NDArray[np.intp], list[str]]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    def column(self, place: int) -> Column:
        """Sort the cells of a column by kind."""
        texts = self.texts(place)
        return Column.read(self.columns[place]) if texts is None else Column.of_texts(*texts)

    def texts(self, place: int) -> tuple[NDArray[np.intp], list[str]] | None:
        """Tell the texts of a column apart, once, as `columns.factorized` does; None where not all cells are texts."""
        cells = self.columns[place]
        if isinstance(cells, np.ndarray):
            return None
        if place not in self._texts:
            self._texts[place] = factorized(cells)
        return self._texts[place]

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds a value."""
        starts = range(0, len(self), _BLOCK)  # the first block tells, as a rule
        return all(Column.read(cells[start : start + _BLOCK]).empty.all() for start in starts for cells in self.columns)


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
    columns = columns_of(rows, width)
    return RawTable(list(headers) if headers is not None else None, columns, sheet, first_row, source, date1904)


def read_table(path: str | Path, sheet: str | None = None) -> RawTable:
    """Read the orders of a workbook (.xlsx, .xlsm, .xlsb, .ods), text file (.csv, .txt, .tsv) or .parquet.

    In a workbook the sheet whose headers fit customer, date and amount best is taken; the header row is looked for in
    the first 20 rows. Raises OrdersError for a file that is missing, empty, damaged, password-protected or of another
    kind, for an unknown `sheet`, and when two sheets fit equally well.
    """
    path = Path(path)
    suffix = path.suffix.casefold()
    if suffix not in (*_WORKBOOKS, *_TEXTS, _PARQUET):
        raise OrdersError(
            f"{path.name} is no workbook or text file. Save it as .xlsx or .csv.",
            f"{path.name} is geen werkmap of tekstbestand. Sla het op als .xlsx of .csv.",
        )
    content = _content(path)
    if suffix in _WORKBOOKS:
        return _from_workbook(path, content, sheet)
    if content.startswith(_ZIP):
        raise OrdersError(
            f"{path.name} is a workbook. Give it its own ending, such as .xlsx.",
            f"{path.name} is een werkmap. Geef het bestand de uitgang die daarbij hoort, zoals .xlsx.",
        )
    if sheet is not None:
        raise OrdersError(
            f"{path.name} is no workbook: it has no sheet {sheet!r}.",
            f"{path.name} is geen werkmap: er is geen blad {sheet!r}.",
        )
    if suffix == _PARQUET:
        names, columns = read_parquet(path, content)
        return _table([name.strip() for name in names], columns, path.name, first_row=1)
    columns, head = read_columns(path, content)
    header = header_row(head)
    start = 0 if header is None else header + 1
    headers = None if header is None else headers_of(head[header], len(columns))
    return _table(headers, [cells[start:] for cells in columns], path.name, first_row=start + 1)


def read_area(
    path: str | Path, sheet: str, area: tuple[int, int, int, int], headers: Sequence[str], *, date1904: bool
) -> RawTable:
    """Read the body of a table of an .xlsx or .xlsm: `area` is its top, left, bottom and right, from 1.

    Values are those of the cells: dates as day numbers, errors as CellError, formulas as what they showed last.
    Raises OrdersError for a file that cannot be read.
    """
    path = Path(path)
    top, left, bottom, right = area
    if (bottom - top + 1) * (right - left + 1) > extent.MOST_CELLS:
        raise OrdersError(
            f"{path.name}: the orders on {sheet} are an area of more cells than can be read.",
            f"{path.name}: de bestellingen op {sheet} beslaan meer cellen dan te lezen zijn.",
        )
    book = io.BytesIO(_content(path))  # changed in place: a large one is not copied
    with _damaged(path):
        parts.hide_formats(book)
        content = book.getvalue()
        extent.refuse_far(content, sheet, path.name)
        columns = workbooks.read_area_cells(content, sheet, area, headers)
    return RawTable(list(headers), columns, sheet, area[0], path.name, date1904)


def _content(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for without end
            raise OrdersError(
                f"{path.name} is no file: give a workbook or text file with orders.",
                f"{path.name} is geen bestand: geef een werkmap of tekstbestand met bestellingen.",
            )
        content = path.read_bytes()
    except OSError as error:
        raise OrdersError(
            f"{path.name} cannot be opened: {error.strerror}.", f"{path.name} is niet te openen: {error.strerror}."
        ) from error
    if not content or content.isspace():
        raise OrdersError(f"{path.name} is empty.", f"{path.name} is leeg.")
    if content.startswith(_OLE2):
        raise OrdersError(
            f"{path.name} is password-protected or an old .xls. Save it as .xlsx without a password.",
            f"{path.name} heeft een wachtwoord of is een oud .xls-bestand. Sla het op als .xlsx zonder wachtwoord.",
        )
    return content


@contextmanager
def _damaged(path: Path) -> Iterator[None]:
    """Besides its own errors calamine lets zip, XML and Rust ones through; the file is broken in each case."""
    try:
        yield
    except OrdersError:
        raise
    except _BROKEN as error:
        raise OrdersError(
            f"{path.name} is damaged or no workbook: {error}.", f"{path.name} is beschadigd of geen werkmap: {error}."
        ) from error


def _from_workbook(path: Path, content: bytes, sheet: str | None) -> RawTable:
    if content.startswith(_ZIP):
        with _damaged(path):
            extent.refuse_bombs(content, path.name)

    def wanted(names: list[str]) -> list[str]:
        return names if sheet is None else [_named(sheet, names, path)]

    with _damaged(path):
        is_xlsx = path.suffix.casefold() in _XLSX
        if not is_xlsx:
            reach.refuse_far(content, path.name)
        sheets, complete = (
            workbooks.read_first(content, wanted) if is_xlsx else (workbooks.read_sheets(content, wanted), True)
        )
        name = sheet_of_orders(sheets, path.name)
        if is_xlsx:
            extent.refuse_far(content, name, path.name)
        rows = sheets[name]
        header = header_row(rows)
        start = 0 if header is None else header + 1
        if complete:
            columns = columns_of(rows[start:], max(map(len, rows)))
            columns = workbooks.with_errors(columns, content, name, start + 1) if is_xlsx else columns
        else:
            columns = workbooks.read_below(content, name, rows, start)
        headers = None if header is None else headers_of(rows[header], len(columns))
        date1904 = is_xlsx and parts.counts_from_1904(content)
    return _table(headers, columns, path.name, sheet=name, first_row=start + 1, date1904=date1904)


def _table(
    headers: list[str] | None,
    columns: list[Cells],
    source: str,
    *,
    sheet: str = "",
    first_row: int,
    date1904: bool = False,
) -> RawTable:
    table = RawTable(headers, columns, sheet, first_row, source, date1904)
    if table.is_blank:
        raise OrdersError(f"{source} holds no rows with orders.", f"{source} bevat geen rijen met bestellingen.")
    return table


def _named(sheet: str, names: list[str], path: Path) -> str:
    found = [name for name in names if name.casefold() == sheet.casefold()]
    if not found:
        raise OrdersError(
            f"{path.name} has no sheet {sheet!r}; it has: {', '.join(names)}.",
            f"{path.name} heeft geen blad {sheet!r}; wel: {', '.join(names)}.",
        )
    return found[0]
