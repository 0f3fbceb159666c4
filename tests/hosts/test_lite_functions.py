"""Every function, called as xlwings Lite calls it, from the program that a workbook carries and from nothing else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from clv_xl.catalogue import Example, Function
from clv_xl.errors import CellError, cell_error
from clv_xl.functions import CATALOGUE
from clv_xl.hosts import lite_program
from clv_xl.parameters import OMITTED

from ..evaluators import agrees
from . import fake_lite

LANGUAGES = ("en", "nl")
HEAVY = {"numpy", "pandas", "scipy", "lxml", "openpyxl"}
# Excel does not take a formula with more arguments than the function has.
CASES = [
    (spec, example)
    for spec in sorted(CATALOGUE.values(), key=lambda spec: spec.name != "CLV_LASTERROR")  # before there was any error
    for example in spec.examples
    if len(example.args) <= len(spec.parameters)
]


def block(value: Any) -> Any:
    """An argument as Excel hands it to a custom function."""
    if value is OMITTED:
        return None
    rows = value if isinstance(value, list) else [value]
    return [[cell(item) for item in (row if isinstance(row, list) else [row])] for row in rows]


def cell(value: Any) -> Any:
    if isinstance(value, CellError):
        return {"type": "Error", "errorType": fake_lite.ERRORS[value.cell], "basicValue": value.cell}
    return value


def value(shown: list[list[Any]]) -> Any:
    """What a cell shows, as an example tells it."""
    rows = [[cell_error(item["basicValue"]) if isinstance(item, dict) else item for item in row] for row in shown]
    return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows


@cache
def lite(language: str = "en", *programs: str, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Everything at once, from a Python that finds what is required and not the clv-xl of this repository."""
    asked = {
        "programs": programs or (lite_program.program(language),),
        "without": [*without, *(HEAVY - set(lite_program.requirements()))],
        "calls": [(spec.name, [block(arg) for arg in example.args]) for spec, example in CASES],
    }
    told: dict[str, Any] = run(asked)
    return told


def run(asked: dict[str, Any]) -> Any:
    with TemporaryDirectory() as folder:
        environment = {key: text for key, text in os.environ.items() if key != "PYTHONPATH"} | {"TMPDIR": folder}
        done = subprocess.run(
            [sys.executable, Path(fake_lite.__file__)], input=json.dumps(asked), env=environment, cwd=folder,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return json.loads(done.stdout)


def expected(spec: Function, example: Example) -> Any:
    """A blank cell alone is taken for an argument that is left out; all else is as the example says."""
    blanks = [p.optional and arg is None for p, arg in zip(spec.parameters.values(), example.args, strict=False)]
    if not any(blanks):
        return example.result
    return spec.cells(*(OMITTED if blank else arg for arg, blank in zip(example.args, blanks, strict=True)))


def test_every_function_gives_what_its_examples_say():
    for (spec, example), shown in zip(CASES, lite()["results"], strict=True):
        within = [share] if (share := getattr(example, "within", 0)) else []
        got = value(shown)
        want = expected(spec, example)
        if isinstance(want, list):
            want = [["" if item is None else item for item in row] for row in want]
        assert agrees(got, want, *within), f"{spec.name}{example.args} gives {got!r}, not {want!r}"


def test_the_examples_reach_every_function_and_all_kinds_of_values():
    assert {spec.name for spec, _ in CASES} == set(CATALOGUE)
    shown = [item for rows in lite()["results"] for row in rows for item in row]
    assert {type(item) for item in shown} >= {float, str, dict}
    assert {item["basicValue"] for item in shown if isinstance(item, dict)} >= {"#VALUE!", "#NUM!", "#DIV/0!", "#N/A"}
    assert any(len(rows) > 2 for rows in lite()["results"]), "something spills"


def test_dutch_computes_the_same():
    ours = [spec.name for spec, _ in CASES]
    same = [one == other for one, other in zip(lite()["results"], lite("nl")["results"], strict=True)]
    assert all(same), [name for name, alike in zip(ours, same, strict=True) if not alike]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_metadata_are_such_as_excel_takes(language: str):
    """What Microsoft documents of custom functions' metadata: which keys there are, and which characters."""
    told = lite(language)["metadata"]["functions"]
    assert [f["name"] for f in told] == sorted(CATALOGUE)
    assert len({f["id"].upper() for f in told}) == len(told)
    for f in told:
        assert re.fullmatch(r"[A-Za-z][\w.]{0,127}", f["name"])
        assert f["module name"] == f["name"], "xlwings finds the function in main.py under its name"
        assert f["description"] == CATALOGUE[f["name"]].doc[language]
        assert f["result"] == {"type": "any", "dimensionality": "matrix"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_argument_has_its_help(language: str):
    for f in lite(language)["metadata"]["functions"]:
        spec = CATALOGUE[f["name"]]
        told = [(p["name"], p["description"], p["optional"]) for p in f["parameters"]]
        assert told == [(p.name, p.term.doc[language], p.optional) for p in spec.parameters.values()]
        optional = [p["optional"] for p in f["parameters"]]
        assert optional == sorted(optional), "what may be left out comes last"


def test_the_program_brings_all_of_clv_xl_that_it_runs():
    (where,) = lite()["where"]
    assert "clv-xl-" in where
    assert str(Path(__file__).parents[2]) not in where


def test_closed_forms_need_no_numpy():
    """Were it ever missing, they still work: element by element."""
    bare = lite(without=tuple(HEAVY))["results"]
    for (spec, example), shown, usual in zip(CASES, bare, lite()["results"], strict=True):
        assert not spec.native or agrees(value(shown), value(usual)), f"{spec.name}{example.args}"


def test_the_program_may_be_run_again():
    """As Lite does when its text is edited: the newer one counts."""
    newer = lite_program.program("nl").replace("Customer lifetime value:", "x")
    calls = [("CLV", [[[50]], [[36]]])]
    told = run({"programs": [lite_program.program(), newer], "calls": calls})
    assert len(told["where"]) == 1
    assert told["results"] == [[[1800]]]
    (clv,) = (f for f in told["metadata"]["functions"] if f["name"] == "CLV")
    assert clv["description"].startswith("x orderwaarde")


def test_over_a_range_every_row_has_its_own_answer():
    prices = [[50], ["fifty"], [None], [cell(cell_error("#REF!"))], [20]]
    told = run({"programs": [lite_program.program()], "calls": [("CLV", [prices, [[36]]])]})
    assert [value([row]).cell if isinstance(row[0], dict) else row[0] for row in told["results"][0]] == [
        *(1800, "#VALUE!", "#VALUE!", "#REF!", 720),
    ]


def test_what_is_required_is_what_the_modules_import():
    required = lite_program.requirements()
    assert "xlwings<1.0" in required
    assert "numpy" in required
    assert not [line for line in required if "clv" in line], "no published clv-xl is needed"


def test_the_sources_are_plain_text_to_be_read():
    text = lite_program.program()
    for path, source in lite_program.sources().items():
        assert f"{path}" in text
        assert source in text, f"{path} is not readable"
    assert max(map(len, text.splitlines())) < 1000


@pytest.mark.parametrize("text", ["", "a", "'''", "a'''\n", "\\", "\\\n", '"""\n', "é\n", "'\n", "''\n"])
def test_any_text_is_written_as_python_reads_it(text: str):
    assert eval(lite_program.as_literal(text)) == text
