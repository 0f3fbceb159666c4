"""CellRune: a small engine, held in the memory of a process of its own, that says when it does not know."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clv_xl.errors import cell_error
from clv_xl.terms import Text
from clv_xl.workbook import address

from .engine import Answers, EngineFailed, Unavailable

if TYPE_CHECKING:
    from clv_xl.calculation.places import Key
    from clv_xl.cells import Value

    from .scratch import Scratch

TIME = 120.0  # seconds; a million cells need about 10
_PROGRAM = Path(__file__).with_name("cellrune_process.py")


class CellRune:
    """Computes by the package cellrune (the extra `recalc`)."""

    spills = True
    approximates = False
    intersects = False
    genuine = False

    def __init__(self, seconds: float = TIME) -> None:
        self._seconds = seconds

    def values(self, scratch: Scratch, wanted: Sequence[Key]) -> Answers:
        question = {
            "path": str(scratch.path),
            "spills": [(key[0], address.name(*key[1:]), text) for key, text in scratch.spills.items()],
        }
        found = _ask(json.dumps(question), self._seconds)
        cells = {(cell["sheet"], *address.parse(cell["address"])): cell for cell in found}
        return {key: _result(key, cells) for key in wanted if key in cells}


def _ask(question: str, seconds: float) -> list[dict[str, Any]]:
    try:
        done = subprocess.run(  # noqa: S603  this Python, this package's own program
            [sys.executable, "-I", str(_PROGRAM)],
            input=question,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=seconds,
            check=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        found: list[dict[str, Any]] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise EngineFailed(
            f"CellRune had no answer after {seconds:g} seconds.", f"CellRune had na {seconds:g} seconden geen antwoord."
        ) from None
    except (subprocess.CalledProcessError, OSError, ValueError) as error:
        said = getattr(error, "stderr", "") or str(error)
        last = said.strip().splitlines()[-1] if said.strip() else f"exit code {getattr(error, 'returncode', '')}"
        raise EngineFailed(
            f"CellRune ended without an answer ({last}).", f"CellRune eindigde zonder antwoord ({last})."
        ) from None
    return found


def _result(key: Key, cells: Mapping[Key, dict[str, Any]]) -> Any:
    cell = cells[key]
    if cell["anchor"] != cell["address"]:
        return _value(cell["result"])
    top, left, bottom, right = address.area(cell["area"])
    rows = [
        [_value(cells[key[0], row, column]["result"]) for column in range(left, right + 1)]
        for row in range(top, bottom + 1)
    ]
    missing = (value for row in rows for value in row if isinstance(value, Unavailable))
    return next(missing, rows)


def _value(result: Mapping[str, Any]) -> Value | Unavailable:
    if result["kind"] == "unavailable":
        return Unavailable(_reason(result["code"], result.get("detail") or "", result["message"]))
    value = result["value"]
    match value["kind"]:
        case "blank":
            return None
        case "number":
            return float(value["value"])
        case "error":
            return cell_error(value["value"])
        case "text" | "logical":
            told: str | bool = value["value"]
            return told
    return Unavailable(Text("CellRune gives something no cell holds", "CellRune geeft iets wat in geen cel past"))


def _reason(code: str, detail: str, message: str) -> Text:
    if code.endswith("unsupported_function") and detail:
        return Text(f"CellRune does not know {detail}", f"CellRune kent {detail} niet")
    if code.endswith("blocked_by_upstream"):
        return Text("CellRune cannot compute a cell it reads", "CellRune kan een cel die hij leest niet berekenen")
    told = f"{message}: {detail}" if detail else message
    return Text(f"CellRune cannot compute it ({told})", f"CellRune kan hem niet berekenen ({told})")
