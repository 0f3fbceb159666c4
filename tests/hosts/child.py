"""The process that Excel calls: `python -m tests.hosts.child`, questions and answers pickled.

A question is (what, ...); an answer (True, result) or (False, what went wrong).
"""

from __future__ import annotations

import pickle
import sys
from typing import Any
from unittest import mock

from . import excel, windows

xw = windows.import_xlwings()

import xlwings.udfs  # noqa: E402  as it is on Windows
from xlwings.com_server import XLPython  # noqa: E402  likewise

from clv_xl import catalogue  # noqa: E402  after xlwings
from clv_xl.hosts import xlwings_udf  # noqa: E402  after xlwings

MODULE = xlwings_udf.__name__


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
