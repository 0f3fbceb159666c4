"""CellRune in a process of its own: `python cellrune_process.py < question.json > answer.json`.

A program apart, without imports of this package: it starts in a twentieth of a second, and whatever a panic, a full
memory or a loop does to it, the refresh that asked goes on. Nothing is written but the answer.
"""

import json
import sys
from typing import Any

_LARGEST = 16_000_000  # cells of one array: A:D names four million


def answer(question: dict[str, Any]) -> list[dict[str, Any]]:
    """What every formula of the workbook gives, as CellRune says it."""
    import cellrune  # noqa: PLC0415  an extra

    with cellrune.Workbook.open_path(question["path"]) as book:
        # Read from a file, a spill keeps the size it has there; set anew it takes the room it needs.
        changes: list[Any] = [
            {"kind": "set_formula", "sheet": sheet, "address": address, "formula": f"={formula}", "dynamic_array": True}
            for sheet, address, formula in question["spills"]
        ]
        if changes:
            book.apply_changes_v2(0, changes)
        cells = book.recalculate(mode="full", calculation_limits={"max_array_cells": _LARGEST})["changed_cells"]
    return [
        {
            "sheet": cell["cell"]["sheet_name"],
            "address": cell["cell"]["address"],
            "anchor": cell["anchor"] and cell["anchor"]["address"],
            "area": cell["range"],
            "result": cell["result"],
        }
        for cell in cells
    ]


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
