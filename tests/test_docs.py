"""What the pages say is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from clv_xl import CATALOGUE, docs
from clv_xl.catalogue import Function
from clv_xl.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_function_table_is_current():
    assert docs.current(README) == README


def test_every_function_is_in_the_readme():
    assert all(f"`{spec.signature}`" in README for spec in CATALOGUE.values())


def test_every_command_is_in_the_readme():
    assert all(f"clv-xl {name}" in README for name in main.commands)


def test_links_and_pictures_lead_somewhere():
    pages = [README, *(page.read_text(encoding="utf-8") for page in ROOT.glob("docs/*.md"))]
    for link in (link for page in pages for link in re.findall(r"\]\((?!http)([^)#]+)\)", page)):
        assert (ROOT / link).exists(), link


def test_the_test_command_is_what_ci_calls():
    assert "bash tests/run" in README
    assert "bash tests/run" in (ROOT / ".ci" / "run").read_text()


def test_every_dependency_has_its_reason():
    declared = re.findall(r'^    "([\w-]+)>=', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert declared
    assert all(re.search(rf"^\| {name} ", README, re.MULTILINE) for name in declared)


def test_constraints_name_versions_and_no_addresses():
    lines = (ROOT / "constraints.txt").read_text().splitlines()[1:]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)


def test_contributing_shows_a_declaration_that_works():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1].replace("\n   ", "\n").strip()
    scope: dict[str, object] = {"__name__": "clv_xl.functions.acquisition"}
    names = "from clv_xl.catalogue import function; from clv_xl.terms import Unit; from clv_xl.words import Number\n"
    exec(names + code, scope)
    spec = scope["cac"]
    assert isinstance(spec, Function)
    assert spec(1000, 20) == 50
