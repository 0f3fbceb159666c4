"""Imports run one way, and the core needs nothing but Python: LibreOffice's own has no numpy."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "clv_xl"

# A part may import what stands before it, whole packages in any order within themselves.
ORDER = (
    *(
        "terms",
        "errors",
        "version",
        "operand",
        "cells",
        "formula",
        "columns",
        "words",
        "grids",
        "parameters",
        "guards",
        "catalogue",
    ),
    *("benchmarks", "models", "functions", "workbook", "orders", "analysis", "hosts", "calculation", "engines"),
    *("template", "refresh", "report", "batch", "__init__", "console", "docs", "forecast"),
    *("commands", "cli", "__main__"),
)
# Some may import less than that.
ONLY = {
    "terms": set(),
    "errors": {"terms"},
    "version": set(),
    "operand": set(),
    "formula": {"cells", "errors", "operand"},
    "words": {"cells", "errors", "operand"},
    "workbook": {"errors", "terms"},
    "orders": {"errors", "terms"},
    "models": {"cells", "columns", "errors", "terms"},
    "hosts": {
        *("catalogue", "cells", "errors", "formula", "functions", "grids", "parameters", "terms", "version"),
        *("benchmarks", "workbook"),
    },
}
CORE = (
    "terms",
    "errors",
    "version",
    "operand",
    "cells",
    "formula",
    "words",
    "grids",
    "parameters",
    "guards",
    "catalogue",
    "benchmarks",
    "functions",
)
HEAVY = ("numpy", "pandas", "scipy", "lxml")

FILES = sorted(PACKAGE.rglob("*.py"))
OF_CORE = [file for file in FILES if file.relative_to(PACKAGE).with_suffix("").parts[0] in CORE]


def part_of(file: Path) -> str:
    return file.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(file: Path, *, inside_functions: bool = True) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of all that a file imports when it runs; what is for type checkers only is not."""
    package = ["clv_xl", *file.relative_to(PACKAGE).parts[:-1]]
    for node in _running(ast.parse(file.read_text(encoding="utf-8")), inside_functions):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            for alias in node.names:
                yield node.lineno, ".".join([*base, *filter(None, [node.module]), alias.name])


def _running(node: ast.AST, inside_functions: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not inside_functions:
            continue
        yield child
        yield from _running(child, inside_functions)


def imported_part(name: str) -> str | None:
    """The part of the package that a dotted name belongs to, `__init__` for its front door."""
    package, *rest = name.split(".")
    if package != "clv_xl":
        return None
    inside = rest and ((PACKAGE / rest[0]).is_dir() or (PACKAGE / f"{rest[0]}.py").is_file())
    return rest[0] if inside else "__init__"


def ids(file: Path) -> str:
    return str(file.relative_to(PACKAGE))


@pytest.mark.parametrize("file", FILES, ids=ids)
def test_imports_run_one_way(file: Path) -> None:
    own = part_of(file)
    assert own in ORDER, f"say in ORDER where {own} stands"
    allowed = ONLY.get(own, set(ORDER[: ORDER.index(own)])) | {own}
    assert allowed - {own} <= set(ORDER[: ORDER.index(own)])
    wrong = [
        f"{ids(file)}:{line} {name}" for line, name in imports(file) if imported_part(name) not in {None, *allowed}
    ]
    assert not wrong


@pytest.mark.parametrize("file", [*OF_CORE, PACKAGE / "__init__.py"], ids=ids)
def test_core_imports_the_standard_library_only(file: Path) -> None:
    names = [name.split(".")[0] for _, name in imports(file, inside_functions=False)]
    assert set(names) <= {*sys.stdlib_module_names, "clv_xl"}


def test_columns_import_numpy_and_nothing_else() -> None:
    names = {name.split(".")[0] for _, name in imports(PACKAGE / "columns.py")}
    assert names <= {*sys.stdlib_module_names, "clv_xl", "numpy"}


@pytest.mark.parametrize(
    "statement",
    [
        "import clv_xl",
        "import clv_xl.functions",
        "import clv_xl.hosts.lambdas",
        "from clv_xl.functions import CATALOGUE; assert CATALOGUE['CLV'](50, 36) == 1800",
    ],
)
def test_what_is_heavy_waits_until_it_is_needed(statement: str) -> None:
    code = f"{statement}\nimport sys; print(*sorted(set(sys.modules) & {set(HEAVY)}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_rules_would_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    for name in ("errors", "words", "cli"):
        (tmp_path / f"{name}.py").touch()
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "file.py"
    file.write_text(
        "from __future__ import annotations\nimport numpy.linalg\nfrom .. import words\nfrom ..cli import main\n"
        "if TYPE_CHECKING:\n    import pandas\n"
        "def f():\n    from clv_xl import errors, unknown\n    from .near import x\n"
    )
    found = [name for _, name in imports(file)]
    assert found[1:] == [
        *("numpy.linalg", "clv_xl.words", "clv_xl.cli.main"),
        *("clv_xl.errors", "clv_xl.unknown", "clv_xl.deep.near.x"),
    ]
    assert [imported_part(name) for name in found] == [None, None, "words", "cli", "errors", "__init__", "deep"]
    assert len(list(imports(file, inside_functions=False))) == 4
