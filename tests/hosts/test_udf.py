"""Every function through xlwings' own code for Windows, from what Excel hands over to what a cell shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from clv_xl.catalogue import Example, Function, errors_seen
from clv_xl.errors import CELL_ERRORS, CellError, cell_error
from clv_xl.functions import CATALOGUE
from clv_xl.hosts import xlwings_udf
from clv_xl.parameters import OMITTED, Parameter
from clv_xl.terms import LANGUAGES, Unit

from ..evaluators import agrees
from .process import Ask, started

REF = cell_error("#REF!")
EPOCH = dt.datetime(1899, 12, 30)
BAD = (REF, "?", None, -1e9, 1e300, True)
CASES = [(spec, example) for spec in CATALOGUE.values() for example in spec.examples]
EACH = pytest.mark.parametrize("spec", CATALOGUE.values(), ids=lambda spec: spec.name)
EXAMPLES = pytest.mark.parametrize(
    ("spec", "example"), [pytest.param(*case, id=f"{case[0].name}{case[1].args}") for case in CASES]
)


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    with started() as ask:
        yield ask


def shown(answer: Any) -> Any:
    """What cells show of an answer, after VBA: a text that names an error is that error."""
    if isinstance(answer, list):
        rows = answer if isinstance(answer[0], list) else [answer]
        return [[shown(item) for item in row] for row in rows]
    return cell_error(answer) if answer in CELL_ERRORS[1:] else answer


def expected(result: Any) -> Any:
    """What the catalogue gives as cells show it: nothing spills as a blank."""
    if isinstance(result, list):
        return [[expected(item) for item in row] for row in result]
    return "" if result is None else result


def called(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(... if arg is OMITTED else arg for arg in args)


def stored(spec: Function, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments as cells give them that have the format of their kind: dates and currencies."""

    def of(unit: Unit, value: Any) -> Any:
        if isinstance(value, list):
            return [of(unit, item) for item in value]
        if unit is Unit.DATE and isinstance(value, int | float) and value > 60:
            return EPOCH + dt.timedelta(days=value)
        if unit is Unit.MONEY and type(value) in {int, float} and abs(value) < 1e9:
            return Decimal(repr(round(value, 4))) if round(value, 4) == value else value
        return value

    units = [parameter.term.unit for parameter in spec.parameters.values()]
    return tuple(of(unit, value) for unit, value in zip(units, args, strict=False)) + args[len(units) :]


def transposed(value: Any) -> Any:
    """A column as a row."""
    return [value] if isinstance(value, list) and not isinstance(value[0], list) else value


@EXAMPLES
def test_example(ask: Ask, spec: Function, example: Example) -> None:
    """From cells, from cells with formats, and from values that VBA took out of the cells."""
    args = called(example.args)
    ways = {
        "cells": (args, "cells"),
        "formats": (stored(spec, args), "cells"),
        "values": (args, "values"),
        "rows": (tuple(map(transposed, args)), "values"),
    }
    for way, (given, how) in ways.items():
        got = shown(ask("call", spec.name, given, how))
        assert agrees(got, example.result, example.within), f"{way}: {got!r}, not {example.result!r}"


@EACH
def test_left_out(ask: Ask, spec: Function) -> None:
    """Any argument left out in the midst, `CLV(,36)`, is left out; a required one is blank, as in a LAMBDA."""
    for args, place, parameter in arguments(spec):
        before, after = args[:place], args[place + 1 :]
        got = shown(ask("call", spec.name, called((*before, OMITTED, *after)), "cells"))
        one = (*before, OMITTED if parameter.optional else None, *after)
        assert agrees(got, expected(spec.cells(*one))), one


@EACH
def test_what_is_bad(ask: Ask, spec: Function) -> None:
    """Errors, text, blanks and booleans in place of an argument, or in the first cell of its range."""
    for args, place, _ in arguments(spec):
        for bad in BAD:
            value = args[place]
            check_as_cells(ask, spec, args, place, [bad, *value[1:]] if isinstance(value, list) else bad)


@EACH
def test_column(ask: Ask, spec: Function) -> None:
    """One call over a column, good and bad by turns; a table refuses it."""
    for args, place, _ in arguments(spec):
        if not isinstance(args[place], list):
            check_as_cells(ask, spec, args, place, [[cell] for bad in BAD for cell in (args[place], bad)])


def arguments(spec: Function) -> Iterator[tuple[tuple[Any, ...], int, Parameter]]:
    """Every argument of every example."""
    for example in spec.examples:
        for place, parameter in zip(range(len(example.args)), spec.parameters.values(), strict=False):
            yield example.args, place, parameter


def check_as_cells(ask: Ask, spec: Function, args: tuple[Any, ...], place: int, value: Any) -> None:
    """With one argument replaced the function gives what it gives without any host."""
    args = (*args[:place], value, *args[place + 1 :])
    want = expected(spec.cells(*args))
    for how in ("cells", "values"):
        assert agrees(shown(ask("call", spec.name, called(args), how)), want), (args, how)


def test_whole_numbers_are_errors_or_what_vba_hands_over(ask: Ask) -> None:
    codes = {2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!"}
    for number, cell in {**codes, 2042: "#N/A", 2045: "#VALUE!", 2050: "#VALUE!"}.items():
        code = number - 2146828288
        assert ask("raw", "CLV", (code, 36.0)) == cell
        assert ask("raw", "CLV_HISTORIC", (((50.0,), (code,)),)) == cell
    assert ask("raw", "CLV", (50, 36)) == 1800.0
    assert ask("raw", "CLV", (((50, 20),), 36)) == [1800.0, 720.0]


def test_a_flat_array_is_a_row(ask: Ask) -> None:
    assert ask("raw", "CLV", ((50.0, None, 20.0), 36.0)) == [1800.0, "#VALUE!", 720.0]
    assert ask("raw", "AOV", ((50.0, 20.0),)) == 35.0


def test_a_date_is_a_date_or_its_number(ask: Ask) -> None:
    ids, paid = ["an", "an"], [10.0, 20.0]
    day, noon = dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 11, 12)
    as_dates = ask("call", "CUSTOMER_SUMMARY", (ids, [day, noon], paid, dt.datetime(2024, 1, 31)), "cells")
    assert as_dates == ask("call", "CUSTOMER_SUMMARY", (ids, [45292, 45302.5], paid, 45322), "cells")
    assert as_dates[1] == ["an", 1.0, 10.0, 30.0, 20.0]


def test_a_table_is_rows_with_blanks_as_empty_text(ask: Ask) -> None:
    table = ask("call", "COHORT_RETENTION", (["an", "cy"], [45292, 45352]), "cells")
    assert table == [["cohort", "customers", 0.0, 1.0, 2.0], [45292.0, 1.0, 1.0, 0.0, 0.0], [45352.0, 1.0, 1.0, "", ""]]


def test_last_error_lives_in_the_process(ask: Ask) -> None:
    ask("call", "CLV", (50, 36, 1, 60), "cells")
    assert "margin is 60" in ask("call", "CLV_LASTERROR", (), "cells", True)


def test_a_fault_is_an_error_in_the_cell_and_told(ask: Ask) -> None:
    assert ask("broken", "CLV", (50.0, 36.0)) == "#VALUE!"
    told = ask("call", "CLV_LASTERROR", (), "cells", True)
    assert told == "#VALUE! CLV: RuntimeError: the disk is on fire"


def test_all_of_the_catalogue_is_imported_and_nothing_else(ask: Ask) -> None:
    vba, options = ask("imported")
    assert set(options) == set(CATALOGUE)
    assert vba.count("\nFunction ") == len(CATALOGUE)
    assert "ParamArray" not in vba


@EACH
def test_the_wizard_explains(ask: Ask, spec: Function) -> None:
    told = ask("imported")[1][spec.name]
    assert (told["Description"], told["Category"]) == (spec.doc.en, "CLV")
    assert (told["ArgumentDescriptions"] or []) == [p.term.doc.en for p in spec.parameters.values()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_in_a_language(ask: Ask, language: str) -> None:
    for name, (doc, arguments) in ask("help", language).items():
        spec = CATALOGUE[name]
        assert doc == spec.doc[language]
        assert arguments == {p.name: p.term.doc[language] for p in spec.parameters.values()}


def test_what_takes_long_does_not_run_in_the_wizard(ask: Ask) -> None:
    vba, _ = ask("imported")
    for name, spec in CATALOGUE.items():
        body = vba.split(f"\nFunction {name}(")[1].split("End Function")[0]
        assert ("CommandBars" in body) == (not spec.native)


class TestOfficeJs:
    """The same functions there: arguments as xlwings reads them, without the part of xlwings that needs a licence."""

    @EXAMPLES
    def test_example(self, spec: Function, example: Example) -> None:
        if len(example.args) <= len(spec.parameters):  # else Excel refuses it
            errors_seen.clear()
            got = getattr(xlwings_udf, spec.name)(*self.read(spec, example.args))
            # A blank that changes the formula cannot be told from an argument that is left out.
            decides = any(
                p.default is None and value is None
                for p, value in zip(spec.parameters.values(), example.args, strict=False)
            )
            want = expected(spec.cells(*self.read_alone(spec, example.args)) if decides else example.result)
            assert agrees(shown(got), want if isinstance(want, list) else [[want]], example.within)

    def read(self, spec: Function, args: tuple[Any, ...]) -> list[Any]:
        """Every argument, with xlwings' options: rows; a blank cell, as one left out, the default of xlwings."""
        alone = self.read_alone(spec, args)
        return [value if value is OMITTED or value is None else self.rows(value) for value in alone]

    @staticmethod
    def read_alone(spec: Function, args: tuple[Any, ...]) -> list[Any]:
        """The arguments as the catalogue shall get them."""
        full = zip(spec.parameters.values(), [*args, *[OMITTED] * (len(spec.parameters) - len(args))], strict=False)
        left_out = (None, OMITTED)
        return [(OMITTED if p.optional else None) if value in left_out else value for p, value in full]

    @staticmethod
    def rows(value: Any) -> list[list[Any]]:
        rows = [row if isinstance(row, list) else [row] for row in value] if isinstance(value, list) else [[value]]
        return [[cell.cell if isinstance(cell, CellError) else cell for cell in row] for row in rows]

    def test_errors_are_named(self) -> None:
        assert xlwings_udf.CLV([["#REF!"]], [[36]]) == [["#REF!"]]
        assert xlwings_udf.CLV([[50, None, "#N/A", 20]], [[36]]) == [[1800, "#VALUE!", "#N/A", 720]]
        assert xlwings_udf.CLV_HISTORIC([[50], ["#NUM!"]]) == [["#NUM!"]]
