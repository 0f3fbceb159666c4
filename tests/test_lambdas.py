"""The LAMBDA as one types it in the Name Manager gives what the one in the file gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clv_xl.cells import plain
from clv_xl.formula import spell
from clv_xl.functions import CATALOGUE
from clv_xl.hosts import lambdas

from .evaluators import agrees
from .evaluators.sheets import as_value

if TYPE_CHECKING:
    from .evaluators.ironcalc_engine import IronCalc

CASES = [
    (spec, example)
    for spec in CATALOGUE.values()
    if spec.native
    for example in spec.examples
    if not any(isinstance(value, list) or value is None for value in example.args)
]


def test_typed_lambda(ironcalc: IronCalc) -> None:
    model = ironcalc.module.create("typed", "en", "UTC", "en")
    for name in lambdas.names():
        model.new_defined_name(name, None, lambdas.for_people(CATALOGUE[name]))
    for row, (spec, example) in enumerate(CASES, 1):
        model.set_user_input(0, row, 1, f"={spec.name}({','.join(spell(plain(value)) for value in example.args)})")
    model.evaluate()
    for row, (spec, example) in enumerate(CASES, 1):
        got = as_value(model.get_cell_value(0, row, 1))
        assert agrees(got, example.result), f"{spec.name}{example.args} gives {got!r}, not {example.result!r}"


def test_names_are_the_native_functions() -> None:
    assert set(lambdas.names()) == {spec.name for spec in CATALOGUE.values() if spec.native}


@pytest.mark.parametrize(("name", "local"), [("lifespan", "lifespan_"), ("clv", "clv_"), ("margin", "margin")])
def test_a_parameter_called_like_a_function_wears_an_underscore(name: str, local: str) -> None:
    assert lambdas.local(name) == local
