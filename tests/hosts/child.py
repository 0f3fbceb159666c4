"""The process that Excel calls: `python -m tests.hosts.child`, questions and answers pickled.

A question is (what, ...); an answer (True, result) or (False, what went wrong).
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from click.testing import CliRunner

from . import excel, windows

xw = windows.import_xlwings()

import xlwings.udfs  # noqa: E402  as it is on Windows
from xlwings.com_server import XLPython  # noqa: E402  likewise

from clv_xl import catalogue  # noqa: E402  after xlwings
from clv_xl.cli import main  # noqa: E402  after xlwings
from clv_xl.engines import Scratch, Unavailable  # noqa: E402  after xlwings
from clv_xl.engines import excel as excel_engine  # noqa: E402  after xlwings
from clv_xl.engines.cellrune import CellRune  # noqa: E402  after xlwings
from clv_xl.errors import cell_error  # noqa: E402  after xlwings
from clv_xl.hosts import xlwings_udf  # noqa: E402  after xlwings
from clv_xl.workbook import Book  # noqa: E402  after xlwings

MODULE = xlwings_udf.__name__


class OnWindows:
    """The module sys there."""

    platform = "win32"

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


class Session:
    """A workbook into which xlwings imported the functions, and the server that it calls."""

    def __init__(self) -> None:
        self.book, self.server = excel.Workbook(), XLPython()
        xlwings.udfs.import_udfs(MODULE, self.book)
        self.functions = excel.declared(self.book.vba)

    def imported(self) -> tuple[str, dict[str, Any]]:
        """The VBA that xlwings wrote, and what it told Excel about the functions."""
        return self.book.vba, self.book.options

    def call(self, name: str, args: tuple[Any, ...], how: str, keep: bool = False) -> Any:
        """A function as a cell calls it; `keep` the last error for CLV_LASTERROR."""
        if not keep:
            catalogue.errors_seen.clear()
        module, arguments = self.functions[name]
        if excel.too_many_or_few(arguments, args):
            return "#VALUE!"
        full = (*args, *[...] * (len(arguments) - len(args)))
        given = tuple(excel.handed_over(value, how) for value in full)
        caller = excel.laid_out(None) if how == "cells" else None
        return windows.marshalled(self.server.CallUDF(module, name, given, self.book, caller))

    def raw(self, name: str, args: tuple[Any, ...]) -> Any:
        """The same with arguments as they are."""
        return windows.marshalled(self.server.CallUDF(self.functions[name][0], name, args, None, None))

    def broken(self, name: str, args: tuple[Any, ...]) -> Any:
        """The same with a fault in the function."""
        with mock.patch.object(catalogue.Function, "cells", side_effect=RuntimeError("the disk is on fire")):
            return self.raw(name, args)

    def help(self, language: str) -> dict[str, Any]:
        """What xlwings knows of every function: its text, and that of its arguments."""
        known = {name: udf.__xlfunc__ for name, udf in xlwings_udf.functions(language).items()}
        return {name: (f["ret"]["doc"], {arg["name"]: arg["doc"] for arg in f["args"]}) for name, f in known.items()}

    def run(self, *args: str) -> tuple[int, str, str, list[Any]]:
        """The command line on Windows with Excel: exit code, what it told, what Excel was asked."""
        application = excel.Application(computed)
        with mock.patch.object(xlwings._xlwindows, "subprocess") as others:  # noqa: SLF001  it would look for Excel
            told = self._on_windows(lambda: application, args)
        return *told, application.did + [str(call.args[0]) for call in others.run.mock_calls if call.args]

    def run_without_excel(self, *args: str) -> tuple[int, str, str]:
        """The same where Excel cannot be started."""
        return self._on_windows(missing, args)

    def _on_windows(self, start: Callable[[], Any], args: tuple[str, ...]) -> tuple[int, str, str]:
        windows.applications.append(start)
        on_windows = OnWindows()
        with (
            mock.patch("clv_xl.engines.excel.sys", on_windows),
            mock.patch("clv_xl.commands.refresh.sys", on_windows),
        ):
            done = CliRunner().invoke(main, args, catch_exceptions=False)
        windows.applications.pop()
        return done.exit_code, done.stdout, done.stderr

    def read(self, value: Any) -> Any:
        """What the engine reads from an area of a sheet that holds this."""
        area = xw.Range(impl=xlwings._xlwindows.Range(xl=excel.laid_out(value)))  # noqa: SLF001  as call_udf makes one
        return excel_engine._rows(area)  # noqa: SLF001  no engine here gives #SPILL!


def missing() -> None:
    raise windows.ComError(-2147221005, "Invalid class string")


def computed(path: str) -> dict[str, Any]:
    """What the sheets of a scratch workbook show, in the place of Excel computed by CellRune: cells and spills."""
    with Book(path) as book:
        cells = {name: book.cells(name) for name in book.sheets}
    formulas = {(name, *spot): cell for name in cells for spot, cell in cells[name].items() if cell.formula is not None}
    scratch = Scratch(Path(path), {key: cell.formula for key, cell in formulas.items() if cell.dynamic})
    shown: dict[str, Any] = {name: ({}, {}) for name in cells}
    for (name, row, column), value in CellRune().values(scratch, list(formulas)).items():
        values, spills = shown[name]
        rows = value if isinstance(value, list) else [[value]]
        if isinstance(value, list):
            spills[row, column] = len(rows), len(rows[0])
        for down, items in enumerate(rows):
            for across, item in enumerate(items):
                values[row + down, column + across] = cell_error("#NAME?") if isinstance(item, Unavailable) else item
    return shown


def serve() -> None:
    told, sys.stdout = sys.stdout.buffer, sys.stderr  # xlwings prints what it imported
    session = Session()
    while True:
        try:
            what, *question = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = True, getattr(session, what)(*question)
        except Exception as error:  # noqa: BLE001  told to the test
            answer = False, f"{type(error).__name__}: {error}"
        pickle.dump(answer, told)
        told.flush()


if __name__ == "__main__":
    serve()
