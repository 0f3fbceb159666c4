"""What is refused is said in every language, wherever it is raised and however far it travels."""

from __future__ import annotations

import ast
import copy
import inspect
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from clv_xl import errors
from clv_xl.batch.cluster import ClusterError
from clv_xl.calculation.refusals import Incalculable
from clv_xl.engines import EngineFailed
from clv_xl.errors import CellError, ClvError
from clv_xl.terms import Text

PACKAGE = Path(errors.__file__).parent

KINDS = [
    *(kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, ClvError)),
    *(ClusterError, EngineFailed),
]
SPOKEN = [kind for kind in KINDS if not issubclass(kind, CellError)]
REFUSALS = {kind.__name__ for kind in SPOKEN}
NAMES = REFUSALS | {"Incalculable", "SyntaxRefused", "UnknownReference", "Text"}
# Methods that put a place before both sentences, and so take both.
MAKERS = {"_refusal": 2, "strange": 2}
# What one value may look like in two languages.
SPELLINGS = {
    r" or '[^']+'$": "",  # in place of an empty list
    r"\bdutch\((.+?)(, \d)?\)$": r"\1",  # a number, with so many decimals
    r"\b(en|nl)\b": "language",
    r" (and|or|language|of) ": " & ",  # between the items of a list
    "COLUMN|KOLOM": "column",
}


def spoken(file: Path) -> Iterator[tuple[str, ast.expr, ast.expr]]:
    """Where a file says something in two languages, and both."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        kept = NAMES | ({*MAKERS} if name in MAKERS else set())
        if name in kept and len(node.args) >= 2 and not any(isinstance(arg, ast.Starred) for arg in node.args):
            yield f"{file.relative_to(PACKAGE)}:{node.lineno}", *node.args[-2:]


def fields(text: ast.expr) -> set[str]:
    """The values that a text is filled with, whatever their format."""
    found = set()
    for node in ast.walk(text):
        if isinstance(node, ast.FormattedValue):
            source = ast.unparse(node.value)
            for spelling, same in SPELLINGS.items():
                source = re.sub(spelling, same, source)
            found.add(source)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(re.findall(r"\{\w*\}", node.value))
    return found


FOUND = [one for file in sorted(PACKAGE.rglob("*.py")) for one in spoken(file)]


@pytest.mark.parametrize(("en", "nl"), [one[1:] for one in FOUND], ids=[one[0] for one in FOUND])
def test_both_languages_say_the_same_values(en: ast.expr, nl: ast.expr) -> None:
    assert fields(en) == fields(nl)


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_every_refusal_is_made_with_two_sentences(file: Path) -> None:
    wrong = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS:
            said = {ast.dump(text) for text in node.args}
            if len(node.args) != 2 or len(said) != 2 or node.keywords:
                wrong.append(node.lineno)
    assert not wrong


def test_the_rule_would_notice() -> None:
    tree = ast.parse("OrdersError(f'{a} of {b}', f'{a}')\nOrdersError(f'{a:,} {b.text.en}', f'{dutch(a)} {b.text.nl}')")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) == 2]
    assert [fields(call.args[0]) == fields(call.args[1]) for call in calls] == [False, True]
    assert len(FOUND) > 400


@pytest.mark.parametrize("kind", SPOKEN)
def test_a_refusal_needs_both_languages_and_keeps_them_when_it_travels(kind: type[ClvError]) -> None:
    with pytest.raises(TypeError):
        kind("only English")  # type: ignore[call-arg]
    error = kind("closed", "gesloten")
    for one in (error, copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert type(one) is kind
        assert (str(one), one.text) == ("closed", Text("closed", "gesloten"))


@pytest.mark.parametrize("error", [CellError("why", "#N/A"), errors.OutOfRange("low"), errors.cell_error("#REF!")])
def test_what_a_cell_shows_survives_a_journey(error: CellError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), str(back), back.cell, back) == (type(error), str(error), error.cell, error)


def test_a_formula_that_is_not_computed_has_both_languages_too() -> None:
    assert Incalculable("a", "b").text == Text("a", "b")


def test_a_text_is_no_sequence() -> None:
    with pytest.raises(TypeError):
        list(Text("one", "een"))
