"""The program that a workbook carries for xlwings Lite: our own sources inside one main.py, and what they require.

Lite runs Python in the task pane (Pyodide). Its package manager could fetch clv-xl, but then a workbook would depend on
a published version and on a network that lets it through. So the modules that the functions need travel as plain text,
which whoever is asked to trust the workbook can read.
"""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from clv_xl.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

PROGRAM, REQUIREMENTS = "main.py", "requirements.txt"
ENTRY = "clv_xl.hosts.xlwings_udf"
"""The module whose names are the functions that Lite registers."""

START = "# ---- clv-xl {} ----"
END = "# ---- end of clv-xl; functions of your own may follow ----"

_PACKAGE = "clv_xl"
_DATA = re.compile(r'"(data/[\w.]+)"')
# Pyodide brings numpy and scipy in the one version that it was built with.
_VERSIONS = {"xlwings": "xlwings<1.0"}

_HEAD = """{start}
# Customer lifetime value in cells, for xlwings Lite. Written by `clv-xl lite embed`; `clv-xl lite strip` takes it out.
# Below are the sources of clv-xl as they are (MIT licence). They get the values of the cells in a call and give its
# result; they fetch nothing and send nothing.
import sys
import tempfile
from pathlib import Path

SOURCES = {{
"""

_TAIL = """}}

folder = Path(tempfile.mkdtemp(prefix="clv-xl-"))
for name, source in SOURCES.items():
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source, encoding="utf-8")
sys.path.insert(0, str(folder))
for name in [name for name in sys.modules if name.partition(".")[0] == "clv_xl"]:
    del sys.modules[name]  # of an earlier run of this program

from {entry} import *  # noqa: E402, F403
{language}{end}
"""
_IN_LANGUAGE = """from {entry} import functions  # noqa: E402

globals().update(functions("{language}"))
"""


@cache
def program(language: str = "en") -> str:
    """The text of main.py, with help for every function in this language."""
    texts = (f'    "{name}": {as_literal(text)},\n' for name, text in sorted(sources().items()))
    chosen = _IN_LANGUAGE.format(entry=ENTRY, language=language) if language != "en" else ""
    head = _HEAD.format(start=START.format(__version__))
    return head + "".join(texts) + _TAIL.format(entry=ENTRY, language=chosen, end=END)


@cache
def requirements() -> tuple[str, ...]:
    """The lines of requirements.txt: what our modules import as they load.

    What a function imports later serves callers in Python who bring it, such as a pandas Series.
    """
    roots = {
        name.partition(".")[0]
        for path, text in sources().items()
        if path.endswith(".py")
        for name in _imported(text, path, deep=False)
    }
    return tuple(_VERSIONS.get(root, root) for root in sorted(roots - set(sys.stdlib_module_names) - {_PACKAGE}))


@cache
def sources() -> dict[str, str]:
    """Path and text of every file that the functions need: modules by what they import, and the data they read."""
    files: dict[str, str] = {}
    waiting = [ENTRY]
    while waiting:
        found = _module(waiting.pop())
        if found is None or found[0] in files:
            continue
        path, file = found
        text = files[path] = file.read_text("utf-8")
        waiting += _imported(text, path, deep=True)
        for data in _DATA.findall(text):
            files[f"{_PACKAGE}/{data}"] = resources.files(_PACKAGE).joinpath(data).read_text("utf-8")
    return files


def own_part(text: str) -> str | None:
    """What a user wrote behind our program; None when a main.py is not ours."""
    _, mark, own = text.partition(END)
    return own.lstrip("\n") if mark and text.startswith(START.partition("{")[0]) else None


def as_literal(text: str) -> str:
    """A text as Python source, readable where that can be."""
    if "'''" in text or not text.endswith("\n"):
        return repr(text)
    return f"r'''{text}'''"


def _module(name: str) -> tuple[str, Traversable] | None:
    """The file of a module of ours."""
    root, *parts = name.split(".")
    if root != _PACKAGE:
        return None
    for path in ("/".join([*parts, "__init__.py"]), "/".join(parts) + ".py"):
        file = resources.files(_PACKAGE).joinpath(path)
        if file.is_file():
            return f"{_PACKAGE}/{path}", file
    return None


def _imported(text: str, path: str, *, deep: bool) -> Iterator[str]:
    """Full names of all that a module imports, also inside functions when `deep`, and of the packages around them."""
    package = path.split("/")[:-1]
    for node in _running(ast.parse(text), deep=deep):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            names = [".".join([*base, *filter(None, [node.module]), alias.name]) for alias in node.names]
        else:
            continue
        for name in names:
            steps = name.split(".")
            yield from (".".join(steps[:length]) for length in range(1, len(steps) + 1))


def _running(node: ast.AST, *, deep: bool) -> Iterator[ast.AST]:
    """The parts of a module that run, not what only type checkers read."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not deep:
            continue
        yield child
        yield from _running(child, deep=deep)
