"""A stand-in for xlwings Lite and the Excel around it: registers the functions of a main.py, and calls them.

Own code, as the part of xlwings that does this is not free for commercial use. It follows what Microsoft documents of
custom functions (metadata, values, errors, left-out arguments) and xlwings of its decorators and of what a function is
handed. Standard library only, so that it runs in Pyodide too: `answer` takes and gives JSON.
"""

from __future__ import annotations

import inspect
import json
import math
import re
import sys
import types
from typing import Any

ERRORS = {
    "#DIV/0!": "Div0",
    "#N/A": "NotAvailable",
    "#NAME?": "Name",
    "#NULL!": "Null",
    "#NUM!": "Num",
    "#REF!": "Ref",
    "#VALUE!": "Value",
}
LONGEST_TEXT = 32_767


# ---- the decorators of xlwings


def func(f: Any = None, **options: Any) -> Any:
    def inner(f: Any) -> Any:
        told = _told(f)
        told["options"] = {key: options.get(key) for key in ("name", "namespace", "volatile", "cache", "help_url")}
        return f

    return inner if f is None else inner(f)


def arg(name: str, convert: Any = None, **options: Any) -> Any:
    def inner(f: Any) -> Any:
        known = _told(f)["args"]
        if name not in known:
            raise ValueError(f"no argument {name}")
        known[name] |= options | ({} if convert is None else {"convert": convert})
        return f

    return inner


def ret(convert: Any = None, **options: Any) -> Any:
    def inner(f: Any) -> Any:
        _told(f)["ret"] |= options | ({} if convert is None else {"convert": convert})
        return f

    return inner


def _told(f: Any) -> dict[str, Any]:
    if not hasattr(f, "__xlfunc__"):
        arguments = {}
        for parameter in inspect.signature(f).parameters.values():
            if parameter.kind is not parameter.POSITIONAL_OR_KEYWORD:
                raise TypeError("xlwings knows positional arguments only")
            arguments[parameter.name] = {"default": parameter.default}
        f.__xlfunc__ = {"args": arguments, "ret": {}, "options": {}}
    return f.__xlfunc__


# ---- what Excel is told of the functions


def metadata(module: dict[str, Any]) -> dict[str, Any]:
    """The functions as JSON metadata; xlwings declares arguments and results as blocks of any type."""
    found = []
    for name, f in sorted(module.items()):
        if not hasattr(f, "__xlfunc__"):
            continue
        told = f.__xlfunc__
        namespace, own = told["options"].get("namespace"), told["options"].get("name")
        shown = own or f.__name__.upper()
        found.append(
            {
                "id": f.__name__.upper(),
                "name": f"{namespace.upper()}.{shown}" if namespace else shown,
                "description": f.__doc__,
                "parameters": [
                    {
                        "name": key,
                        "description": options.get("doc"),
                        "type": "any",
                        "dimensionality": "matrix",
                        "optional": options["default"] is not inspect.Parameter.empty,
                    }
                    for key, options in told["args"].items()
                ],
                "result": {"type": "any", "dimensionality": "matrix"},
                "module name": name,
            }
        )
    return {"allowErrorForDataTypeAny": True, "functions": found}


# ---- one cell


def calculate(module: dict[str, Any], name: str, cells: list[Any]) -> list[list[Any]]:
    """What a cell shows: the arguments are blocks of cells as Excel hands them over, null for one that is left out."""
    f = {f.__name__.upper(): f for f in module.values() if hasattr(f, "__xlfunc__")}[name]
    told = list(f.__xlfunc__["args"].values())
    given = []
    for number, options in enumerate(told):
        block = cells[number] if number < len(cells) else None
        given.append(_argument(block, options))
    try:
        result = f(*given)
    except Exception as error:  # noqa: BLE001  a cell shows an error, whatever it was
        return [[{"type": "Error", "errorType": "Value", "message": repr(error)}]]
    return [[_shown(value) for value in row] for row in _block(result)]


def _argument(block: Any, options: dict[str, Any]) -> Any:
    if block is None or block == [[None]]:  # a blank cell alone is taken for an argument that is left out
        default = options["default"]
        return None if default is inspect.Parameter.empty else default
    values = [[_read(value, err_to_str=options.get("err_to_str", False)) for value in row] for row in block]
    if options.get("ndim") == 2:
        return values
    if len(values) == 1:
        return values[0][0] if len(values[0]) == 1 else values[0]
    return [row[0] for row in values] if len(values[0]) == 1 else values


def _read(value: Any, *, err_to_str: bool) -> Any:
    if isinstance(value, dict):
        return value["basicValue"] if err_to_str else None
    return None if value == "" else value


def _block(result: Any) -> list[list[Any]]:
    rows = result if isinstance(result, list | tuple) else [[result]]
    rows = [row if isinstance(row, list | tuple) else [row] for row in rows]
    if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
        raise ValueError("Excel shows #VALUE! for a result that is no block")
    return rows


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise ValueError("longer than a cell holds")
        return {"type": "Error", "errorType": ERRORS[value], "basicValue": value} if value in ERRORS else value
    if isinstance(value, float) and not math.isfinite(value):
        return {"type": "Error", "errorType": "Num", "basicValue": "#NUM!"}
    if not isinstance(value, bool | int | float):
        raise TypeError(f"{type(value)} is nothing that Excel takes")
    return value


# ---- the workbook


def answer(asked: str) -> str:
    """Run a main.py and calculate cells; `asked` and the answer are JSON."""
    question = json.loads(asked)
    stand_in = types.ModuleType("xlwings")
    for decorator in (func, arg, ret):
        decorator.__module__ = "xlwings.server"
        setattr(stand_in, decorator.__name__, decorator)
    stand_in.__version__ = "0"
    sys.modules["xlwings"] = stand_in
    for name in question.get("without", []):
        sys.modules[name] = None  # type: ignore[assignment]  # what makes an import fail
    module: dict[str, Any] = {"__name__": "main"}
    for program in question["programs"]:  # Lite runs it anew whenever it changes
        exec(compile(program, "main.py", "exec"), module)
    where = {re.sub(r"clv_xl.*", "", m.__file__ or "") for n, m in sys.modules.items() if n.startswith("clv_xl")}
    results = [calculate(module, name, cells) for name, cells in question["calls"]]
    return json.dumps({"metadata": metadata(module), "results": results, "where": sorted(where)})


if __name__ == "__main__":
    sys.stdout.write(answer(sys.stdin.read()))
