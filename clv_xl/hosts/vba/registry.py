"""Windows' registry, as far as it is asked."""

from __future__ import annotations

import sys
from collections.abc import Callable

Read = Callable[[str, str], str | int | None]
"""A value by its key (`HKLM\\SOFTWARE\\...`) and name; None when there is none."""


def read(key: str, name: str) -> str | int | None:
    """A value of this computer's registry; None where there is no registry."""
    if sys.platform != "win32":
        return None
    import winreg  # noqa: PLC0415  Windows only

    roots = {"HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCU": winreg.HKEY_CURRENT_USER}
    root, _, path = key.partition("\\")
    try:
        with winreg.OpenKey(roots[root], path) as opened:
            value: str | int = winreg.QueryValueEx(opened, name)[0]
    except OSError:
        return None
    return value
