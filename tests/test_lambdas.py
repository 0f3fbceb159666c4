"""The LAMBDA as one types it in the Name Manager gives what the one in the file gives."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.formula import Tokenizer

from clv_xl.cells import plain
from clv_xl.formula import Modern, spell
from clv_xl.functions import CATALOGUE
from clv_xl.hosts import lambdas
from clv_xl.template import made
from clv_xl.terms import LANGUAGES, Text

from .evaluators import agrees
from .evaluators.sheets import as_value

if TYPE_CHECKING:
    from .evaluators.ironcalc_engine import IronCalc


def typed(value: Any) -> str:
    """An argument as one types it, a list as an array: {1;2;3}."""
    return "{" + ";".join(map(typed, value)) + "}" if isinstance(value, list) else spell(plain(value))


NATIVE = [(spec, example) for spec in CATALOGUE.values() if spec.native for example in spec.examples]
# A blank cell cannot be typed: that takes a reference, as in test_catalogue. For arrays see the test of the bodies.
CASES = [case for case in NATIVE if not any(isinstance(value, list) or value is None for value in case[1].args)]
ARRAYS = [
    (spec, example)
    for spec, example in NATIVE
    if any(isinstance(value, list) for value in example.args)
    and isinstance(example.result, int | float)
    and "COUNT(" not in spec.formula(*map(typed, example.args), style=Modern, guarded=False)
    and not any(isinstance(item, str | None) for value in example.args if isinstance(value, list) for item in value)
]


def test_typed_lambda(ironcalc: IronCalc) -> None:
    model = ironcalc.module.create("typed", "en", "UTC", "en")
    for name in lambdas.names():
        model.new_defined_name(name, None, lambdas.for_people(CATALOGUE[name]))
    for row, (spec, example) in enumerate(CASES, 1):
        model.set_user_input(0, row, 1, f"={spec.name}({','.join(map(typed, example.args))})")
    model.evaluate()
    for row, (spec, example) in enumerate(CASES, 1):
        got = as_value(model.get_cell_value(0, row, 1))
        assert agrees(got, example.result), f"{spec.name}{example.args} gives {got!r}, not {example.result!r}"


def test_bodies_work_on_arrays(ironcalc: IronCalc) -> None:
    """COUNTIF, RANK and ROW would refuse them. Without guards and COUNT: IronCalc counts nothing in an array."""
    model = ironcalc.module.create("arrays", "en", "UTC", "en")
    model.new_defined_name("COUNTED", None, "=LAMBDA(cells,COUNT(cells))")
    model.set_user_input(0, 1, 1, "=COUNTED({1;2})")
    for row, (spec, example) in enumerate(ARRAYS, 2):
        body = spec.formula(*map(typed, example.args), style=Modern, guarded=False)
        model.set_user_input(
            0, row, 1, f"={body}".replace("_xlfn._xlws.", "").replace("_xlfn.", "").replace("_xlpm.", "")
        )
    model.evaluate()
    assert model.get_cell_value(0, 1, 1) == 0, "IronCalc can do it now: test the whole LAMBDA"
    assert {spec.name for spec, _ in ARRAYS} >= {"REPEAT_RATE", "CLV_HISTORIC", "CLV_CASHFLOW"}
    for row, (spec, example) in enumerate(ARRAYS, 2):
        got = as_value(model.get_cell_value(0, row, 1))
        assert agrees(got, example.result), f"{spec.name}{example.args} gives {got!r}, not {example.result!r}"


def test_names_are_the_native_functions() -> None:
    assert set(lambdas.names()) == {spec.name for spec in CATALOGUE.values() if spec.native}


@pytest.mark.parametrize(("name", "local"), [("lifespan", "lifespan_"), ("clv", "clv_"), ("margin", "margin")])
def test_a_parameter_called_like_a_function_wears_an_underscore(name: str, local: str) -> None:
    assert lambdas.local(name) == local


# Excel's specifications and limits: characters and nested levels of a formula, arguments of a function, letters of a
# name, of a text in a formula, and of a comment.
LONGEST_FORMULA, DEEPEST, MOST_ARGUMENTS, LONGEST_NAME, LONGEST_TEXT, LONGEST_COMMENT = 8192, 64, 253, 255, 255, 255


def depth(formula: str) -> int:
    """How many functions and parentheses stand in one another."""
    now = most = 0
    for token in Tokenizer(formula).items:
        now += {"OPEN": 1, "CLOSE": -1}.get(token.subtype, 0)
        most = max(most, now)
    return most


@pytest.mark.parametrize("name", lambdas.names())
def test_excel_takes_the_name(name: str) -> None:
    spec = CATALOGUE[name]
    stored, typed_in = f"={lambdas.names()[name]}", lambdas.for_people(spec)
    assert len(name) <= LONGEST_NAME
    assert len(spec.parameters) < MOST_ARGUMENTS
    for formula in (stored, typed_in):
        assert len(formula) <= LONGEST_FORMULA
        assert 1 <= depth(formula) <= DEEPEST
        assert all(len(text) <= LONGEST_TEXT for text in re.findall(r'"((?:[^"]|"")*)"', formula))
    assert "_xl" not in typed_in, "people type no marks"
    bare = re.sub(r'"[^"]*"', "", stored)
    used = set(re.findall(r"_xlpm\.(\w+)", bare)) - set(re.findall(r".LAMBDA\(_xlpm\.(\w+),", bare[2:]))
    assert used <= {lambdas.local(parameter) for parameter in spec.parameters}, (
        "each parameter that is used is declared"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_says_what_it_is_for(language: str) -> None:
    told = lambdas.comments(language)
    assert set(told) == set(lambdas.names())
    for name, comment in told.items():
        assert CATALOGUE[name].doc[language] in comment
        assert comment.strip() == comment
        assert "\n" not in comment
        assert len(comment) <= LONGEST_COMMENT


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_carries_the_comments(language: str) -> None:
    book = openpyxl.load_workbook(BytesIO(made(language, "EUR", "excel")))
    shown = {name: defined.comment for name, defined in book.defined_names.items() if name in CATALOGUE}
    assert shown == lambdas.comments(language)


@pytest.mark.parametrize(("spare", "with_call"), [(0, True), (-1, False)])
def test_a_call_too_long_for_a_comment_is_left_out(
    spare: int, with_call: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = CATALOGUE["CAC"]
    doc = "x" * (LONGEST_COMMENT - len(f"{spec.signature}: ") - spare)
    monkeypatch.setitem(CATALOGUE, "CAC", replace(spec, doc=Text(doc, doc)))
    assert lambdas.comments("en")["CAC"] == (f"{spec.signature}: {doc}" if with_call else doc)


def test_nesting_is_counted() -> None:
    assert [depth(text) for text in ("=A1", "=SUM(A1)", "=IF(A1,(B1+SUM(C1)),1)", '=IF(A1,"((",1)')] == [0, 1, 3, 1]
