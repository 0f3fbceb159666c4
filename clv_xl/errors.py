"""What can go wrong, in one small tree. The message says what, where and what to do, in every language.

ClvError
├── CellError                 what a cell shows instead of a number
│   ├── NotANumber            #VALUE!   wrong type or shape
│   ├── OutOfRange            #NUM!     outside its range
│   ├── DivideByZero          #DIV/0!   nothing to divide by
│   └── NotAvailable          #N/A      unknown, empty or too little data
├── OrdersError               orders that cannot be found or read
│   ├── NothingToRefresh      neither orders nor functions of ours
│   └── Undecided             more or fewer places or columns than one: the user must say which
└── WorkbookError             a file that is refused, and left as it was
    ├── NotAWorkbook          no zip, truncated, parts missing
    ├── Encrypted             password-protected or rights-managed
    ├── Unsupported           .xls, .xlsb, signed, forms of the format that are not handled
    ├── OpenElsewhere         an owner file says another program has it open
    ├── ChangedUnderneath     somebody saved it while it was being refreshed
    └── CellRefused           a cell that must not be written
"""

from __future__ import annotations

from .terms import Text

# In the order of Excel's ERROR.TYPE, so that the place in this tuple is the code.
CELL_ERRORS = ("", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")


class ClvError(ValueError):
    """Anything that clv-xl refuses or cannot do; as a `str` it is English."""

    def __init__(self, en: str, nl: str) -> None:
        super().__init__(en, nl)  # `args` hold both, so that it travels between processes

    def __str__(self) -> str:
        return self.text.en

    @property
    def text(self) -> Text:
        """The message."""
        return Text(*self.args)


class CellError(ClvError):
    """An error that a cell shows, of which only `cell` is seen. Two are equal when they show the same."""

    cell = "#VALUE!"

    def __init__(self, message: str = "", cell: str | None = None) -> None:
        super().__init__(message, message)
        if cell is not None:
            self.cell = cell

    def __reduce__(self) -> tuple[type[CellError], tuple[str, str]]:
        return type(self), (str(self), self.cell)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellError) and other.cell == self.cell

    def __hash__(self) -> int:
        return hash(self.cell)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.cell!r}, {str(self)!r})"


class NotANumber(CellError):
    """A value of the wrong type, or a range of the wrong shape."""


class OutOfRange(CellError):
    """A number outside the range that its word allows."""

    cell = "#NUM!"


class DivideByZero(CellError):
    """Nothing to divide by: no customers, no purchases, no churn."""

    cell = "#DIV/0!"


class NotAvailable(CellError):
    """Unknown name, empty range or too little data."""

    cell = "#N/A"


_BY_CELL = {kind.cell: kind for kind in (NotANumber, OutOfRange, DivideByZero, NotAvailable)}


def cell_error(cell: str, message: str = "") -> CellError:
    """The error that shows as `cell`, e.g. ``cell_error("#NUM!")``."""
    kind = _BY_CELL.get(cell)
    return kind(message) if kind else CellError(message, cell)


class OrdersError(ClvError):
    """Orders that cannot be found, mapped or read."""


class NothingToRefresh(OrdersError):
    """A workbook that holds neither orders nor functions of ours."""


class Undecided(OrdersError):
    """Orders, or a column of theirs, that only the user can point out: with --sheet or --map."""


class WorkbookError(ClvError):
    """A workbook that is refused; it is left as it was."""


class NotAWorkbook(WorkbookError):
    """Not a workbook, or a damaged one."""


class Encrypted(WorkbookError):
    """A password-protected or rights-managed workbook."""


class Unsupported(WorkbookError):
    """A kind of workbook, or a form inside one, that cannot be patched safely."""


class OpenElsewhere(WorkbookError):
    """Another program has the workbook open."""


class ChangedUnderneath(WorkbookError):
    """The workbook changed on disk while it was being refreshed."""


class CellRefused(WorkbookError):
    """A cell that must not be written: table header, inside an array, merged away."""
