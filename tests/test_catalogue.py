"""Rules that hold for every function of the catalogue, whatever it computes, in every host that can run here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from clv_xl import catalogue
from clv_xl.catalogue import Example, Function
from clv_xl.errors import CellError, cell_error
from clv_xl.functions import CATALOGUE
from clv_xl.hosts import lambdas
from clv_xl.parameters import OMITTED
from clv_xl.terms import LANGUAGES, TERMS, UNIT_NAMES, Text, Unit

from .evaluators import agrees, reserved
from .evaluators.sheets import Question

if TYPE_CHECKING:
    from clv_xl.cells import Value

    from .evaluators.ironcalc_engine import IronCalc
    from .evaluators.libreoffice import LibreOffice

Shared = Callable[[str, Callable[[], Any]], Any]
REF = cell_error("#REF!")

NONE_IS_LEFT_OUT = "from Python None leaves an optional argument out; a blank cell is given, and blank"
ONE_VALUE = "IronCalc hands a range of one cell to a LAMBDA as its value, and SUM of a text is #VALUE!, RANK unknown"
HOST_DIFFERS = {
    ("face", "AOV(1000, None)"): NONE_IS_LEFT_OUT,
    ("ironcalc", "LIFESPAN(['none'],)"): ONE_VALUE,
    ("ironcalc", "CLV_HISTORIC(['none'],)"): ONE_VALUE,
    ("ironcalc", "CLV_CASHFLOW(0.1, ['none'])"): ONE_VALUE,
    ("ironcalc", "CUSTOMER_DECILE(10, ['none'])"): ONE_VALUE,
    ("ironcalc", "PARETO_SHARE(['none'],)"): ONE_VALUE,
}
"""Where a host gives something else by its own rules, and why. A test fails as soon as it no longer does."""


def name_of(spec: Function, example: Example) -> str:
    return f"{spec.name}{example.args}"


MADE_OF_NUMPY, PLAIN_PYTHON = ("clv_xl.columns", "clv_xl.models."), "clv_xl.models.purchases"
CASES = [(spec, example) for spec in CATALOGUE.values() for example in spec.examples]
NATIVE = [(spec, example) for spec, example in CASES if spec.native]


@pytest.fixture(autouse=True)
def no_error_yet() -> None:
    catalogue.errors_seen.clear()


def over(cases: list[tuple[Function, Example]]) -> pytest.MarkDecorator:
    params = [pytest.param(spec, example, id=name_of(spec, example)) for spec, example in cases]
    return pytest.mark.parametrize(("spec", "example"), params)


def given(spec: Function, example: Example) -> dict[str, Any]:
    return dict(zip(spec.parameters, example.args, strict=False))


def is_error(example: Example) -> bool:
    return isinstance(example.result, str) and example.result.startswith("#")


def needs_numpy(spec: Function) -> bool:
    """Whether it is one of the models, which are unknown where there is no numpy."""
    return spec.topic in {"fits", "prediction"} or spec.name == "SBG_LIFETIME"


def ranges(spec: Function, example: Example) -> set[str]:
    """The arguments of this call that are read as a whole range."""
    arguments = given(spec, example)
    return {name for name in arguments if spec.term(name, arguments).many}


def single(spec: Function, example: Example) -> list[str]:
    """The arguments of this call that are one cell, and may be a column of cells."""
    taken = ranges(spec, example) | set(spec.one_cell)
    return [] if spec.unit is Unit.TABLE else [n for n in given(spec, example) if n not in taken]


def check(host: str, spec: Function, example: Example, got: Any) -> None:
    name = name_of(spec, example)
    if (host, name) in HOST_DIFFERS:
        assert not agrees(got, example.result, example.within), f"{host}: take {name} off HOST_DIFFERS"
    else:
        assert agrees(got, example.result, example.within), f"{host}: {name} gives {got!r}, not {example.result!r}"


def face(spec: Function, example: Example) -> Any:
    try:
        return spec(*example.args)
    except CellError as error:
        return error


def test_what_differs_is_an_example() -> None:
    assert {name for _, name in HOST_DIFFERS} <= {name_of(*case) for case in CASES}


class TestPython:
    @over(CASES)
    def test_cell(self, spec: Function, example: Example) -> None:
        check("cell", spec, example, spec.cells(*example.args))

    @over(CASES)
    def test_face(self, spec: Function, example: Example) -> None:
        """Called from Python an error is raised, and None leaves an argument out."""
        got = face(spec, example)
        check("face", spec, example, got)
        if isinstance(got, CellError):
            assert str(got).startswith(spec.name), "the message says which function"

    @over(CASES)
    def test_column(self, spec: Function, example: Example) -> None:
        """Repeated over a column, among bad rows; without arguments for that, ranges come as arrays."""
        _check_column("column", spec, example)

    @over(CASES)
    def test_column_without_numpy(self, spec: Function, example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in ("numpy", "pandas", "scipy"):
            monkeypatch.setitem(sys.modules, module, None)
        for module in [name for name in sys.modules if name.startswith(MADE_OF_NUMPY) and name != PLAIN_PYTHON]:
            monkeypatch.delitem(sys.modules, module)
        if needs_numpy(spec):
            got = spec.cells(*example.args)
            assert got == cell_error("#NAME?") or (is_error(example) and agrees(got, example.result))
        else:
            _check_column("without numpy", spec, example)
        assert "clv_xl.columns" not in sys.modules

    @over(CASES)
    def test_range_in_a_row_or_as_an_array(self, spec: Function, example: Example) -> None:
        """A range is read the same from tuples, and from an array of objects."""
        numpy = pytest.importorskip("numpy")
        many = ranges(spec, example)

        def arrays(name: str, value: Any) -> Any:
            if name not in many or not isinstance(value, list):
                return value
            block = [row if isinstance(row, list) else [row] for row in value]
            array = numpy.empty((len(block), len(block[0])), dtype=object)
            array[:] = block
            return array

        named = [arrays(name, value) for name, value in given(spec, example).items()]
        check("array", spec, example, spec.cells(*named, *example.args[len(named) :]))


BAD: tuple[Value, ...] = (REF, "?", None, -1e9, 1e300, True)


def _check_column(host: str, spec: Function, example: Example) -> None:
    arguments = given(spec, example)
    columns = single(spec, example)
    if not columns:
        check(host, spec, example, spec.cells(*example.args))
    for spoiled in columns:
        column = [arguments[spoiled]]
        for bad in BAD:
            column += [bad, arguments[spoiled]]
        rows: dict[str, list[list[Any]]] = {
            name: [[value] for value in (column if name == spoiled else [arguments[name]] * len(column))]
            for name in columns
        }
        got = spec.cells(*(arguments | rows).values())
        assert len(got) == len(column)
        for row in got[::2]:
            check(host, spec, example, row[0])
        one_by_one = [[spec.cells(*(arguments | {spoiled: value}).values())] for value in column]
        assert agrees(got, one_by_one), f"{spec.name}: {spoiled} in a column is not the same as in a cell"
        assert agrees(got[1], [REF]), "an error comes back as itself"


# ---- other programs


def spelled(spec: Function, example: Example) -> Question:
    """The plain formula over its inputs in cells, ranges in columns."""
    return Question(lambda places: spec.formula(**places), given(spec, example))


def spelled_over_columns(spec: Function, example: Example) -> Question:
    """The plain formula as an array formula: the example, with an error in its first argument, and again."""
    arguments = given(spec, example)
    first = single(spec, example)[0]
    columns = {name: [arguments[name]] * 3 for name in single(spec, example)}
    columns[first][1] = REF
    return Question(lambda places: spec.formula(**places), arguments | columns, rows=3)


def called(spec: Function, example: Example) -> Question:
    """A call of the LAMBDA, with what the example leaves out left out."""
    return Question(lambda places: f"{spec.name}({','.join(places.values())})", given(spec, example))


def left_out() -> Iterator[tuple[Function, tuple[Any, ...]]]:
    """Every call with one optional argument in its midst left out."""
    for spec, example in NATIVE:
        for place, name in enumerate(given(spec, example)):
            if spec.parameters[name].optional and place < len(example.args) - 1:
                yield spec, (*example.args[:place], OMITTED, *example.args[place + 1 :])


def spelled_left_out(spec: Function, args: tuple[Any, ...]) -> Question:
    inputs = {n: v for n, v in zip(spec.parameters, args, strict=False) if v is not OMITTED}
    return Question(lambda places: spec.formula(**places), inputs)


def called_left_out(spec: Function, args: tuple[Any, ...]) -> Question:
    names = list(spec.parameters)[: len(args)]
    return Question(
        lambda places: f"{spec.name}({','.join(places.get(name, '') for name in names)})",
        spelled_left_out(spec, args).inputs,
    )


def spoiled() -> Iterator[tuple[Function, tuple[Any, ...]]]:
    """A call of every function that gives a value, with an error in one argument after the other."""
    for spec in CATALOGUE.values():
        if not spec.native:
            continue
        example = next(example for example in reversed(spec.examples) if not is_error(example))
        for place, value in enumerate(example.args):
            bad = [*value, REF] if isinstance(value, list) else REF
            yield spec, (*example.args[:place], bad, *example.args[place + 1 :])


LEFT_OUT = list(left_out())
SPOILED = list(spoiled())
WITH_COLUMNS = [(spec, example) for spec, example in NATIVE if single(spec, example)]


@pytest.fixture(scope="session")
def in_libreoffice(libreoffice: LibreOffice, shared: Shared) -> dict[str, Any]:
    """Every example as a plain formula, and as an array formula over columns."""
    questions = {name_of(*case): spelled(*case) for case in NATIVE}
    questions |= {f"{name_of(*case)} column": spelled_over_columns(*case) for case in WITH_COLUMNS}
    questions |= {f"{spec.name}{args}": spelled_left_out(spec, args) for spec, args in LEFT_OUT + SPOILED}
    asked = [*questions.values()]
    return shared("catalogue-libreoffice", lambda: dict(zip(questions, libreoffice.ask(asked), strict=True)))


@pytest.fixture(scope="session")
def in_ironcalc(ironcalc: IronCalc, shared: Shared) -> dict[str, Any]:
    """Every example as a call of the LAMBDA name."""
    questions = {name_of(*case): called(*case) for case in NATIVE}
    questions |= {f"{spec.name}{args}": called_left_out(spec, args) for spec, args in LEFT_OUT + SPOILED}
    asked, names = [*questions.values()], lambdas.names()
    return shared("catalogue-ironcalc", lambda: dict(zip(questions, ironcalc.ask(asked, names), strict=True)))


class TestLibreOffice:
    @over(NATIVE)
    def test_formula(self, spec: Function, example: Example, in_libreoffice: dict[str, Any]) -> None:
        check("libreoffice", spec, example, in_libreoffice[name_of(spec, example)])

    @over(WITH_COLUMNS)
    def test_array_formula(self, spec: Function, example: Example, in_libreoffice: dict[str, Any]) -> None:
        """A row with an error is an error and spoils no other; LibreOffice loses which one, joining arrays with &."""
        first, bad, last = in_libreoffice[f"{name_of(spec, example)} column"]
        check("libreoffice array", spec, example, first)
        check("libreoffice array", spec, example, last)
        assert isinstance(bad, CellError)


class TestIronCalc:
    """LAMBDA names; over columns they cannot be tried here: IronCalc's ISNUMBER and ISERROR read one cell only."""

    @over(NATIVE)
    def test_lambda(self, spec: Function, example: Example, in_ironcalc: dict[str, Any]) -> None:
        check("ironcalc", spec, example, in_ironcalc[name_of(spec, example)])


@pytest.mark.parametrize("host", ["in_libreoffice", "in_ironcalc"])
@pytest.mark.parametrize(("spec", "args"), [pytest.param(*case, id=f"{case[0].name}{case[1]}") for case in LEFT_OUT])
def test_an_argument_left_out(spec: Function, args: tuple[Any, ...], host: str, request: pytest.FixtureRequest) -> None:
    got, want = request.getfixturevalue(host)[f"{spec.name}{args}"], spec.cells(*args)
    assert agrees(got, want), f"{host}: {spec.name}{args} gives {got!r}, not {want!r}"


@pytest.mark.parametrize("host", ["python", "in_libreoffice", "in_ironcalc"])
@pytest.mark.parametrize(("spec", "args"), [pytest.param(*case, id=f"{case[0].name}{case[1]}") for case in SPOILED])
def test_an_error_comes_back(spec: Function, args: tuple[Any, ...], host: str, request: pytest.FixtureRequest) -> None:
    key = f"{spec.name}{args}"
    got = spec.cells(*args) if host == "python" else request.getfixturevalue(host)[key]
    assert agrees(got, REF), f"{host}: {key} gives {got!r}"


# ---- the declarations

LONGEST_TEXT, MOST_ARGUMENTS, LONGEST_NAME = 255, 20, 31  # of VBA and Excel's function wizard
LONGEST_FORMULA, DEEPEST = 8192, 64
LONG_PLACE = "Instellingen!$AB$1234"


@pytest.mark.parametrize("spec", CATALOGUE.values(), ids=CATALOGUE)
class TestDeclaration:
    def test_is_told_in_every_language(self, spec: Function) -> None:
        for text in (spec.doc, *(p.term.doc for p in spec.parameters.values())):
            _told(text)

    def test_its_name_is_free(self, spec: Function) -> None:
        assert spec.name == spec.name.upper()
        assert spec.name not in reserved.EXCEL
        _usable(spec.name)

    def test_names_of_arguments_are_free(self, spec: Function) -> None:
        assert len(spec.parameters) <= MOST_ARGUMENTS
        for name in spec.parameters:
            assert name == name.lower() != spec.name.lower()
            _usable(name)

    def test_optional_arguments_come_last(self, spec: Function) -> None:
        optional = [parameter.optional for parameter in spec.parameters.values()]
        assert optional == sorted(optional)

    def test_defaults_are_allowed(self, spec: Function) -> None:
        for parameter in spec.parameters.values():
            default, term = parameter.default, parameter.term
            if not parameter.optional or default is None:
                continue
            if isinstance(default, str):
                assert term.unit is Unit.TEXT
                assert default in (term.choices or [default])
            else:
                assert not isinstance(default, bool)
                assert term.low <= default <= term.high
                assert not term.whole or default == int(default)

    def test_shows_a_value_and_an_error(self, spec: Function) -> None:
        errors = [is_error(example) for example in spec.examples]
        assert any(errors)
        if spec.parameters:  # what takes no argument may answer anew every time
            assert not all(errors)

    def test_shows_every_argument(self, spec: Function) -> None:
        assert max(len(example.args) for example in spec.examples) >= len(spec.parameters)

    def test_a_vectorised_body_gets_columns_of_numbers(self, spec: Function) -> None:
        """What is no number is one cell; a blank in a column never means the default, so the default is none."""
        if not spec.vectorised:
            return
        assert not spec.native
        assert spec.unit not in {Unit.TABLE, Unit.TEXT}
        single = [p for p in spec.parameters.values() if not p.term.many]
        assert {p.name for p in single} > set(spec.one_cell)
        for parameter in single:
            if parameter.name not in spec.one_cell:
                assert parameter.term.unit not in {Unit.TEXT, Unit.ANY}
                assert parameter.default in (OMITTED, None)

    def test_has_one_reason_to_need_python(self, spec: Function) -> None:
        assert spec.native == (not spec.python.strip())
        assert spec.unit in UNIT_NAMES


@pytest.mark.parametrize("spec", [s for s in CATALOGUE.values() if s.native], ids=lambda spec: spec.name)
class TestNativeText:
    def test_lambda_fits(self, spec: Function) -> None:
        _fits(lambdas.for_files(spec))
        _fits(lambdas.for_people(spec))

    def test_lambda_for_people_has_no_marks_of_the_file(self, spec: Function) -> None:
        text = lambdas.for_people(spec)
        assert text.startswith("=LAMBDA(")
        assert "_xl" not in text

    def test_lambda_binds_no_name_of_a_function(self, spec: Function) -> None:
        """IronCalc resolves a parameter called like a workbook name to that name: #NAME?."""
        heads = lambdas.for_files(spec).split("(", 1)[1].split(",")[: len(spec.parameters)]
        names = [head.removeprefix("_xlpm.").removeprefix("_xlop.") for head in heads]
        assert not {name.upper() for name in names} & set(CATALOGUE)
        for name in names:
            _usable(name)

    def test_plain_formula_fits(self, spec: Function) -> None:
        required = [name for name, parameter in spec.parameters.items() if not parameter.optional]
        _fits(spec.formula(**dict.fromkeys(required, LONG_PLACE)))
        _fits(spec.formula(**dict.fromkeys(spec.parameters, LONG_PLACE)))
        assert "_xl" not in spec.formula(**dict.fromkeys(spec.parameters, LONG_PLACE)), "no function newer than 2007"


def test_every_term_is_used() -> None:
    used = {name for spec in CATALOGUE.values() for name in spec.parameters}
    read = {term for spec in CATALOGUE.values() for _, term in spec.reads.values()}
    assert set(TERMS) == used | read


@pytest.mark.parametrize("name", TERMS)
def test_term_is_told(name: str) -> None:
    term = TERMS[name]
    _told(term.doc)
    assert all(term.name[language].strip() for language in LANGUAGES)
    assert term.low < term.high


def test_reserved_names_are_met() -> None:
    """The lists above would notice: a clash of each kind is one."""
    for name in (
        "end",
        "new",
        "date",
        "type",
        "in",
        "to",
        "CLV2",
        "R1C1",
        "R",
        "c",
        "two words",
        "clv.cac",
        "_clv",
        "x" * 32,
    ):
        with pytest.raises(AssertionError):
            _usable(name)
    assert {"RATE", "RENTE", "GROWTH", "GROEI", "FREQUENCY", "DURATION"} <= reserved.EXCEL


def _told(text: Text) -> None:
    told = [text[language] for language in LANGUAGES]
    assert len(set(told)) == len(told)
    for words in told:
        assert words == words.strip()
        assert 0 < len(words) <= LONGEST_TEXT


def _usable(name: str) -> None:
    assert reserved.IDENTIFIER.fullmatch(name)
    assert not reserved.CELL.fullmatch(name)
    assert name.lower() not in reserved.VBA
    assert len(name) <= LONGEST_NAME


def _fits(text: str) -> None:
    assert len(text) <= LONGEST_FORMULA
    pieces = text.split('"')
    assert max(map(len, pieces[1::2]), default=0) <= LONGEST_TEXT
    depth = deepest = 0
    for letter in "".join(pieces[::2]):
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    assert depth == 0
    assert deepest <= DEEPEST
