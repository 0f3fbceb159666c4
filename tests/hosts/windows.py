"""pywin32 as far as xlwings asks it, so that xlwings' own code for Windows runs anywhere; for a process of its own.

`import_xlwings()` gives xlwings as it is on Windows: `xw.func` keeps what it learns, `xlwings.udfs.import_udfs` writes
VBA, `XLPython().CallUDF` is what VBA calls, `xw.App` drives an `Excel.Application` (`applications` says which).
What hands values over keeps to pywin32: `marshalled` refuses what no VARIANT holds.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import sys
import types
from collections.abc import Callable
from typing import Any, Self

DISPATCH = "{00020400-0000-0000-C000-000000000046}"
MISSING = -2147352572  # DISP_E_PARAMNOTFOUND: what an argument that VBA left out becomes
applications: list[Callable[[], Any]] = []
"""What `DispatchEx("Excel.Application")` calls."""


class IID(str):
    """A GUID; pywin32 compares them without case."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        return super().__new__(cls, text.upper())


class ComError(Exception):
    """pywintypes.com_error: hresult, text, what Excel says, which argument."""

    def __init__(self, hresult: int = -2147352567, text: str = "Exception occurred.") -> None:
        super().__init__(hresult, text, None, None)
        self.hresult = hresult


class Time(dt.datetime):
    """pywintypes.TimeType: pywin32 gives dates a zone, UTC."""

    @classmethod
    def of(cls, moment: dt.datetime) -> Self:
        return cls(*moment.timetuple()[:6], moment.microsecond, tzinfo=dt.UTC)


class PyIDispatch:
    """The type of a COM object that nobody has wrapped."""


class Sink:
    """What xlwings names when it is imported and no test calls; no window is there."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __getattr__(self, _: str) -> Sink:
        return Sink()

    def __call__(self, *_: Any, **__: Any) -> Sink:
        return Sink()

    def __bool__(self) -> bool:
        return False


def marshalled(value: Any) -> Any:
    """A result as it arrives in VBA; refused as pywin32 refuses it, and stricter: only Double, String and Boolean."""
    if type(value) in {float, str, bool}:
        return value
    if not isinstance(value, list | tuple):
        raise TypeError(f"Objects of type {type(value).__name__!r} can not be converted to a COM VARIANT")
    if any(isinstance(row, list | tuple) for row in value) and len({len(row) for row in value}) > 1:
        raise TypeError("All dimensions must be a sequence of the same size")
    return [marshalled(item) for item in value]


def import_xlwings() -> types.ModuleType:
    """xlwings as it is on Windows; sys.platform is told the truth again afterwards."""
    _install()
    # What looks at sys.platform itself comes first.
    import asyncio  # noqa: F401, PLC0415  order matters
    import subprocess  # noqa: F401, PLC0415  likewise

    import numpy as np  # noqa: F401, PLC0415  likewise
    import pandas as pd  # noqa: F401, PLC0415  likewise

    platform, sys.platform = sys.platform, "win32"
    try:
        import xlwings  # noqa: PLC0415  it must not be imported before
    finally:
        sys.platform = platform
    return xlwings


def _install() -> None:
    def module(name: str, **contents: Any) -> types.ModuleType:
        made = types.ModuleType(name)
        vars(made).update(contents)
        sys.modules[name] = made
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, made)
        return made

    def unwrap(wrapped: Any) -> Any:
        raise ValueError(wrapped)  # nothing here was wrapped by Python

    module("pywintypes", IID=IID, com_error=ComError, error=ComError, TimeType=Time)
    module(
        "pythoncom",
        com_error=ComError,
        ole_error=ComError,
        IID_IDispatch=IID(DISPATCH),
        TypeIIDs={IID(DISPATCH): PyIDispatch},
        CoInitialize=lambda *_: None,
        __file__="pythoncom.dll",
    )
    for name in ("win32api", "win32con", "win32gui", "win32event"):
        module(name, __getattr__=lambda _: Sink())
    module("win32process", GetWindowThreadProcessId=lambda hwnd: (1, hwnd))
    module("win32timezone", TimeZoneInfo=Sink())
    module("win32com", __path__=[])
    module(
        "win32com.client",
        Dispatch=lambda wrapped, **_: wrapped,
        DispatchEx=lambda _: applications[-1](),
        gencache=Sink(),
        **{name: type(name, (), {}) for name in ("CDispatch", "DispatchBaseClass", "CoClassBaseClass")},
    )
    module("win32com.server", __path__=[])
    module("win32com.server.dispatcher")
    module("win32com.server.policy", DefaultPolicy=object)
    module("win32com.server.util", wrap=lambda made, **_: made, unwrap=unwrap)
    for name, value in {"PyDLL": Sink, "WINFUNCTYPE": ctypes.CFUNCTYPE, "oledll": Sink(), "windll": Sink()}.items():
        setattr(ctypes, name, value)
