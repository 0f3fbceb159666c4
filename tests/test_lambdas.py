"""The LAMBDA as one types it in the Name Manager gives what the one in the file gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from clv_xl.cells import plain
from clv_xl.formula import Modern, spell
from clv_xl.functions import CATALOGUE
from clv_xl.hosts import lambdas

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
