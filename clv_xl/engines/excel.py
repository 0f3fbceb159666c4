"""Excel itself, hidden, on a machine that has it (Windows or Mac)."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from clv_xl.cells import plain
from clv_xl.errors import CELL_ERRORS, cell_error
from clv_xl.hosts.xlwings_udf_values import from_com
from clv_xl.terms import Text

from .engine import Answers, EngineFailed, Unavailable

if TYPE_CHECKING:
    from clv_xl.calculation.places import Key

    from .scratch import Scratch

ELSEWHERE = Text(
    "Excel runs on Windows and Mac only: take --engine files or libreoffice here.",
    "Excel draait alleen op Windows en Mac: neem hier --engine files of libreoffice.",
)
FORCE_DISABLE_MACROS = 3  # msoAutomationSecurityForceDisable
_SPILLS_ON_WINDOWS = Text(
    "what spills is read in Excel for Windows only", "wat overloopt wordt alleen in Windows gelezen"
)


class Excel:
    """Computes in an instance of its own, which is closed at the end."""

    spills = True
    approximates = True
    intersects = True
    genuine = True

    def __init__(self) -> None:
        if sys.platform not in ("win32", "darwin"):
            raise EngineFailed(ELSEWHERE.en, ELSEWHERE.nl)
        if importlib.util.find_spec("xlwings") is None:
            raise EngineFailed(
                'The engine excel needs xlwings: pip install "clv-xl[excel]"',
                'Voor --engine excel is xlwings nodig: pip install "clv-xl[excel]"',
            )

    def values(self, scratch: Scratch, wanted: Sequence[Key]) -> Answers:
        import xlwings as xw  # noqa: PLC0415  an extra

        _spare_others()
        try:
            with xw.App(visible=False, add_book=False) as app:
                return _computed(app, scratch, wanted)
        except EngineFailed:
            raise
        except Exception as error:  # noqa: BLE001  whatever COM or AppleScript raises is one thing: no answer
            raise EngineFailed(f"Excel gave no answer ({error}).", f"Excel gaf geen antwoord ({error}).") from None


def _spare_others() -> None:
    """Keep xlwings from ending every Excel that shows it no window, such as one that edits a table inside Word."""
    if sys.platform == "win32":
        from xlwings import _xlwindows  # noqa: PLC0415  an extra

        _xlwindows.Apps.cleanup = staticmethod(lambda: None)


def _computed(app: Any, scratch: Scratch, wanted: Sequence[Key]) -> Answers:
    app.display_alerts = False
    app.screen_updating = False
    if sys.platform == "win32":
        app.api.AutomationSecurity = FORCE_DISABLE_MACROS
    book = app.books.open(str(scratch.path), update_links=False, read_only=True, ignore_read_only_recommended=True)
    try:
        app.api.CalculateFull() if sys.platform == "win32" else app.calculate()
        return {key: _read(book.sheets[key[0]].range(key[1:]), spills=key in scratch.spills) for key in wanted}
    finally:
        book.close()


def _read(cell: Any, *, spills: bool) -> Any:
    if not spills:
        return _value(cell)
    if sys.platform != "win32":
        return Unavailable(_SPILLS_ON_WINDOWS)
    if not cell.api.HasSpill:
        return _value(cell)
    area = cell.api.SpillingToRange
    return _rows(cell.resize(area.Rows.Count, area.Columns.Count))


def _value(cell: Any) -> Any:
    return _rows(cell)[0][0]


def _rows(area: Any) -> list[list[Any]]:
    """Values as a file holds them, errors by what they show; the scratch workbook has no formats that make dates.

    A formula never gives a blank, so what xlwings calls empty is the empty text.
    """
    shown = area.options(ndim=2, empty="", err_to_str=True).value
    return [[_stored(value) for value in row] for row in shown]


def _stored(value: Any) -> Any:
    if isinstance(value, str):
        return cell_error(value) if value in CELL_ERRORS[1:] else value
    # xlwings knows no error newer than #N/A and gives its code; a file holds #VALUE! for it, as Excel writes it.
    return plain(from_com(value))
