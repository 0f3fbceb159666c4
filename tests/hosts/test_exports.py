"""The catalogue as other programs read it: Excel-DNA's IntelliSense, JSON, pages."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from clv_xl import docs
from clv_xl.cli import main
from clv_xl.errors import CELL_ERRORS, cell_error
from clv_xl.functions import CATALOGUE
from clv_xl.hosts import exports, lambdas
from clv_xl.parameters import OMITTED
from clv_xl.terms import LANGUAGES
from clv_xl.version import __version__

from ..evaluators import agrees

ROOT = Path(__file__).parents[2]
INTELLISENSE = "{http://schemas.excel-dna.net/intellisense/1.0}"
FORMATS = ("intellisense", "json", "markdown")


def run(*args: str) -> str:
    done = CliRunner().invoke(main, ["functions", *args])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("language", LANGUAGES)
def test_intellisense_is_what_excel_dna_reads(language: str):
    """IntelliSense > FunctionInfo > Function (Name, Description) > Argument (Name, Description), in its namespace."""
    root = etree.fromstring(exports.intellisense(language).encode())
    assert root.tag == f"{INTELLISENSE}IntelliSense"
    (info,) = root
    assert info.tag == f"{INTELLISENSE}FunctionInfo"
    assert [item.get("Name") for item in info] == list(CATALOGUE)
    for item in info:
        spec = CATALOGUE[item.get("Name")]
        assert item.tag == f"{INTELLISENSE}Function"
        assert dict(item.attrib) == {"Name": spec.name, "Description": spec.doc[language]}
        assert {argument.tag for argument in item} <= {f"{INTELLISENSE}Argument"}
        told = [(argument.get("Name").strip("[]"), argument.get("Description")) for argument in item]
        assert told == [(p.name, p.term.doc[language]) for p in spec.parameters.values()]
        optional = [argument.get("Name").startswith("[") for argument in item]
        assert optional == [p.optional for p in spec.parameters.values()]


class TestJson:
    @pytest.fixture
    def told(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(run("--export", "json"), parse_constant=pytest.fail)
        return read

    def test_every_function_is_in_it(self, told: dict[str, Any]):
        assert told["version"] == __version__
        assert [item["name"] for item in told["functions"]] == list(CATALOGUE)
        for item in told["functions"]:
            spec = CATALOGUE[item["name"]]
            assert item["call"] == spec.signature
            assert item["doc"] == {"en": spec.doc.en, "nl": spec.doc.nl}
            assert ("formula" in item) == ("lambda" in item) == spec.native == ("python" not in item)

    def test_arguments_say_what_is_allowed(self, told: dict[str, Any]):
        for item in told["functions"]:
            for argument, parameter in zip(item["arguments"], CATALOGUE[item["name"]].parameters.values(), strict=True):
                assert argument["name"] == parameter.name
                assert argument["unit"] == parameter.term.unit.value
                assert argument.get("low", -math.inf) == parameter.term.low
                assert argument.get("high", math.inf) == parameter.term.high
                assert tuple(argument.get("choices", ())) == parameter.term.choices
                assert (argument["optional"], argument["range"]) == (parameter.optional, parameter.term.many)
                default = None if parameter.default is OMITTED else parameter.default
                assert argument.get("default") == default
                assert set(argument["label"]) == set(argument["doc"]) == set(LANGUAGES)

    def test_examples_compute_as_they_are_told(self, told: dict[str, Any]):
        """From the JSON alone: another program can test itself with them."""

        def argument(value: Any) -> Any:
            if isinstance(value, list):
                return [argument(item) for item in value]
            if isinstance(value, dict):
                return OMITTED
            return cell_error(value) if isinstance(value, str) and value in CELL_ERRORS[1:] else value

        for item in told["functions"]:
            assert item["examples"]
            for example in item["examples"]:
                if item["name"] == "CLV_LASTERROR":  # depends on what was computed before
                    continue
                got = CATALOGUE[item["name"]].cells(*map(argument, example["arguments"]))
                within = [share] if (share := example.get("within", 0)) else []
                assert agrees(got, example["result"], *within), (item["name"], example)

    def test_formulas_are_those_of_the_hosts(self, told: dict[str, Any]):
        natives = {item["name"]: item for item in told["functions"] if "formula" in item}
        assert natives["CUSTOMER_VALUE"]["formula"].count("order_value*frequency") == 1
        assert {name: item["lambda"] for name, item in natives.items()} == {
            name: lambdas.for_people(CATALOGUE[name]) for name in lambdas.names()
        }


class TestPages:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_page_in_the_repository_is_current(self, language: str):
        page = (ROOT / "docs" / f"functions.{language}.md").read_text(encoding="utf-8")
        assert page == docs.reference(language), "renew it: python -m clv_xl.docs"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_function_and_argument_is_on_it(self, language: str):
        sections = re.split(r"^### (\w+)$", docs.reference(language), flags=re.MULTILINE)[1:]
        told = dict(zip(sections[::2], sections[1::2], strict=True))
        assert list(told) == list(CATALOGUE)
        for name, text in told.items():
            spec = CATALOGUE[name]
            assert f"\n`{spec.signature}`\n" in text
            for parameter in spec.parameters:
                assert f"\n| `{parameter}` | " in text

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_tables_have_as_many_cells_as_heads(self, language: str):
        width = 0
        for line in docs.reference(language).splitlines():
            cells = len(re.split(r"(?<!\\)\|", line)) if line.startswith("|") else 0
            assert not cells or not width or cells == width, line
            width = cells

    def test_dutch_writes_a_decimal_comma(self):
        assert "| 116,666666666667 |" in docs.reference("nl")
        assert "| 116.666666666667 |" in docs.reference("en")


class TestCommand:
    @pytest.mark.parametrize("form", FORMATS)
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_file_holds_what_the_screen_shows(self, form: str, language: str, tmp_path: Path):
        out = tmp_path / "out"
        asked = ("--export", form, "--lang", language)
        assert run(*asked, "--out", str(out)) == f"{out}\n"
        assert out.read_text(encoding="utf-8") == run(*asked)

    def test_a_file_is_replaced_only_when_asked(self, tmp_path: Path):
        out = tmp_path / "out.json"
        out.write_text("mine")
        done = CliRunner().invoke(main, ["functions", "--export", "json", "--out", str(out)])
        assert (done.exit_code, out.read_text()) == (2, "mine")
        assert "--force" in done.output
        run("--export", "json", "--out", str(out), "--force")
        assert out.read_text(encoding="utf-8").startswith("{")

    @pytest.mark.parametrize(
        ("args", "why"),
        [
            (("CLV", "--export", "json"), "leave the name out"),
            (("--out", "x"), "belong to --export"),
            (("--export", "pdf"), "pdf"),
        ],
    )
    def test_wrong_usage_is_told(self, args: tuple[str, ...], why: str):
        done = CliRunner().invoke(main, ["functions", *args])
        assert done.exit_code == 2
        assert why in done.output

    def test_a_place_that_cannot_be_written_is_told(self, tmp_path: Path):
        done = CliRunner().invoke(main, ["functions", "--export", "json", "--out", str(tmp_path / "no" / "out")])
        assert done.exit_code == 1
        assert "Traceback" not in done.output
        assert str(tmp_path / "no" / "out") in done.output
