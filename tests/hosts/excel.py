"""Excel's objects as far as xlwings asks them: ranges, a workbook that takes VBA, an application that computes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from clv_xl.errors import CellError

from .windows import IID, MISSING, ComError, Time

RANGE = IID("{00020846-0000-0000-C000-000000000046}")
SCODES = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
    "#SPILL!": 2045,
    "#CALC!": 2050,
}
"""XlCVError, https://learn.microsoft.com/office/vba/api/excel.xlcverror."""


def variant(value: Any) -> Any:
    """A cell's value as pywin32 gives it: an error is its SCODE, a number a float, a date has a zone."""
    if isinstance(value, CellError):
        return SCODES[value.cell] - 2146828288
    if isinstance(value, dt.datetime):
        return Time.of(value)
    return value if value is None or isinstance(value, str | bool | Decimal) else float(value)


class Object:
    """A COM object: xlwings asks it for its type."""

    iid = ""

    @property
    def _oleobj_(self) -> Object:
        return self

    def GetTypeInfo(self) -> Object:  # noqa: N802  COM's name
        return self

    def GetTypeAttr(self) -> Object:  # noqa: N802  COM's name
        return self

    def GetIDsOfNames(self, *_: Any) -> None:  # noqa: N802  COM's name
        raise ComError(-2147352570, "Unknown name.")


class Collection(Object):
    """A COM collection: counted, iterated, called with a name."""

    def __init__(self, items: dict[str, Any]) -> None:
        self.items = items

    @property
    def Count(self) -> int:  # noqa: N802  COM's name
        return len(self.items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items.values())

    def __call__(self, name: str) -> Any:
        if name not in self.items:
            raise ComError(-2147352565, "Invalid index.")
        return self.items[name]


class Sheet(Object):
    """A worksheet: its values by row and column, and how far what stands in a cell spills."""

    def __init__(self, parent: Any, name: str, cells: dict[tuple[int, int], Any], spills: Any = ()) -> None:
        self.Parent, self.Name, self.cells, self.spills = parent, name, cells, dict(spills)

    def Cells(self, row: int, column: int) -> Range:  # noqa: N802  COM's name
        return Range(self, row, column)

    def Range(self, first: Range, last: Range) -> Range:  # noqa: N802  COM's name
        return Range(self, first.Row, first.Column, last.Row - first.Row + 1, last.Column - first.Column + 1)


class Range(Object):
    """An area of a sheet."""

    iid = RANGE

    def __init__(self, sheet: Sheet, row: int = 1, column: int = 1, height: int = 1, width: int = 1) -> None:
        self.Worksheet, self.Row, self.Column, self.shape = sheet, row, column, (height, width)

    def __call__(self, row: int, column: int) -> Range:
        """A cell counted from the first, also beyond the area."""
        return Range(self.Worksheet, self.Row + row - 1, self.Column + column - 1)

    @property
    def Rows(self) -> Collection:  # noqa: N802  COM's name
        return Collection(dict.fromkeys(map(str, range(self.shape[0]))))

    @property
    def Columns(self) -> Collection:  # noqa: N802  COM's name
        return Collection(dict.fromkeys(map(str, range(self.shape[1]))))

    @property
    def Value(self) -> Any:  # noqa: N802  COM's name
        """One value, or rows of them."""
        height, width = self.shape
        rows = tuple(
            tuple(variant(self.Worksheet.cells.get((self.Row + down, self.Column + across))) for across in range(width))
            for down in range(height)
        )
        return rows[0][0] if self.shape == (1, 1) else rows

    @property
    def HasSpill(self) -> bool:  # noqa: N802  COM's name
        return (self.Row, self.Column) in self.Worksheet.spills

    @property
    def SpillingToRange(self) -> Range:  # noqa: N802  COM's name
        return Range(self.Worksheet, self.Row, self.Column, *self.Worksheet.spills[self.Row, self.Column])


class Workbook(Object):
    """A workbook without sheets that takes what xlwings imports: VBA, and what it says about the functions."""

    Name = "Book1.xlsm"

    def __init__(self) -> None:
        self.vba, self.options = "", {}
        self.Application = Application()
        self.Worksheets = self.Sheets = Collection({})
        self.VBProject = self.VBComponents = self
        self.Application.MacroOptions = self._options

    def __call__(self, name: str) -> Any:
        raise ComError(-2147352565, name)  # no component of that name yet

    def Remove(self, component: Any) -> None:  # noqa: N802  COM's name
        """Never called: see `__call__`."""

    def Import(self, path: str) -> None:  # noqa: N802  COM's name
        self.vba = Path(path).read_text(encoding="utf-8")

    def _options(self, name: str, **told: Any) -> None:
        self.options[name.rpartition("!")[2]] = told


class Application(Object):
    """Excel itself, which opens a workbook by asking `computed` for what its sheets show, and notes what it did."""

    Version, Hwnd = "16.0", 4711
    AutomationSecurity = 1  # msoAutomationSecurityLow, what Excel starts with

    def __init__(self, computed: Callable[[str], dict[str, Any]] = dict) -> None:
        self.computed, self.Workbooks, self.did = computed, Books(self), []

    def CalculateFull(self) -> None:  # noqa: N802  COM's name
        self.did.append("CalculateFull")

    def Quit(self) -> None:  # noqa: N802  COM's name
        self.did.append("Quit")


OPENING = ("UpdateLinks", "ReadOnly", "Format", "Password", "WriteResPassword", "IgnoreReadOnlyRecommended")


class Books(Collection):
    """The open workbooks."""

    def __init__(self, application: Application) -> None:
        super().__init__({})
        self.Application = application

    def Open(self, path: str, *settings: Any) -> Opened:  # noqa: N802  COM's name
        given = {name: value for name, value in zip(OPENING, settings, strict=False) if value is not None}
        self.Application.did.append(("Open", given, self.Application.AutomationSecurity))
        return Opened(self.Application, path, self.Application.computed(path))


class Opened(Object):
    """A workbook with what its sheets show."""

    def __init__(self, application: Application, path: str, shown: dict[str, tuple[Any, ...]]) -> None:
        self.Application, self.FullName, self.Name = application, path, Path(path).name
        self.Worksheets = Collection({name: Sheet(self, name, *told) for name, told in shown.items()})

    def Close(self, *, SaveChanges: bool) -> None:  # noqa: N802, N803  COM's names
        self.Application.did.append(("Close", SaveChanges))


FUNCTION = re.compile(r"^Function (\w+)\((.*)\)$", re.MULTILINE)
CALL = re.compile(r'^\s+(\w+) = XLPy\.CallUDF\("([\w.]+)", "(\w+)", Array\((.*?)\), ThisWorkbook', re.MULTILINE)


def declared(vba: str) -> dict[str, tuple[str, list[tuple[str, bool]]]]:
    """The functions that VBA declares: module, arguments by name in the order of the call, which are Optional."""
    calls = {name: (module, function, given) for name, module, function, given in CALL.findall(vba)}
    found = {}
    for name, arguments in FUNCTION.findall(vba):
        module, function, given = calls.pop(name)
        split = [text.split() for text in arguments.split(", ") if text]
        assert function == name
        assert given.split(", ") == [words[-1] for words in split] or not split
        found[name] = module, [(words[-1], words[0] == "Optional") for words in split]
    assert not calls
    return found


def laid_out(value: Any) -> Range:
    """A value, a column (list) or rows (list of lists) as an area of a sheet."""
    rows = value if isinstance(value, list) else [value]
    rows = [row if isinstance(row, list) else [row] for row in rows]
    cells = {(down, across): item for down, row in enumerate(rows, 1) for across, item in enumerate(row, 1)}
    book = Opened(Application(), "Book1.xlsx", {"Sheet1": (cells,)})
    return Range(book.Worksheets("Sheet1"), 1, 1, len(rows), len(rows[0]))


def handed_over(value: Any, how: str) -> Any:
    """An argument as it reaches Python: "cells" as a Range, "values" as what Value2 gives; Ellipsis is left out."""
    if value is ...:
        return MISSING
    return laid_out(value) if how == "cells" else laid_out(value).Value


def too_many_or_few(arguments: Sequence[tuple[str, bool]], given: Sequence[Any]) -> bool:
    """Whether Excel gives #VALUE! without asking VBA."""
    return len(given) > len(arguments) or not all(optional for _, optional in arguments[len(given) :])
