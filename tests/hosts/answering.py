"""A process that answers the calls of `basic` with what xlwings' COM server gives Excel. Argument: the folder."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import windows

SCODE = 0x800A0000 - 2**32


def main(folder: Path) -> None:
    windows.import_xlwings()
    from xlwings.com_server import XLPython  # noqa: PLC0415  xlwings as it is on Windows

    server = XLPython()
    answered: set[Path] = set()
    while True:
        for asked in set(folder.glob("*.asked")) - answered:
            lines = iter(asked.read_text(encoding="utf-8").splitlines())
            module, name = next(lines), next(lines)
            try:
                told = "\n".join(written(windows.marshalled(server.CallUDF(module, name, read(lines), None, None))))
            except Exception:  # noqa: BLE001  COM makes an error of any
                told = "text #raised"
            part = asked.with_suffix(".telling")
            part.write_text(told + "\n", encoding="utf-8")
            answered.add(asked)  # the file stays: LibreOffice looks for it after it has given it its name
            part.rename(asked.with_suffix(".answer"))
        time.sleep(0.002)


def read(lines: Iterator[str]) -> Any:
    """A value as pywin32 hands it over."""
    kind, _, rest = next(lines).partition(" ")
    if kind == "row":
        return tuple(read(lines) for _ in range(int(rest)))
    if kind == "rows":
        rows, columns = map(int, rest.split())
        return tuple(tuple(read(lines) for _ in range(columns)) for _ in range(rows))
    plain = {"missing": windows.MISSING, "blank": None, "text": rest, "flag": rest == "1"}
    return plain[kind] if kind in plain else float(rest) if kind == "number" else SCODE + int(rest)


def written(value: Any) -> Iterator[str]:
    """A result, as pywin32 makes variants of it: a list of lists has two dimensions."""
    if isinstance(value, list | tuple):
        if isinstance(value[0], list | tuple):
            yield f"rows {len(value)} {len(value[0])}"
            for row in value:
                for item in row:
                    yield from written(item)
        else:
            yield f"row {len(value)}"
            for item in value:
                yield from written(item)
    elif isinstance(value, bool):
        yield f"flag {int(value)}"
    elif isinstance(value, str):
        yield f"text {value}"
    else:
        yield f"number {value!r}"


main(Path(sys.argv[1]))
