"""The template for xlwings Lite: calls as Office.js stores them, values in the cells, the code inside."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from clv_xl.calculation.spellings import ours
from clv_xl.cli import main
from clv_xl.errors import CELL_ERRORS
from clv_xl.functions import CATALOGUE
from clv_xl.hosts import lite
from clv_xl.hosts.lite_program import program
from clv_xl.refresh import refresh
from clv_xl.template import made
from clv_xl.template.making import planned
from clv_xl.workbook import Book

from ..fidelity import Workbook

LANGUAGES = ("en", "nl")
CALL = re.compile(rf"(?<!\w)(_xldudf_)?({'|'.join(CATALOGUE)})\(")


def template(folder: Path, language: str = "en") -> Path:
    file = folder / "lite.xlsx"
    file.write_bytes(made(language, "EUR", "lite"))
    return file


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_builds_are_the_same_bytes(language: str):
    assert made(language, "EUR", "lite") == made(language, "EUR", "lite")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_computes_what_the_excel_template_computes(language: str):
    by_names, by_lite = (planned(language, "EUR", host).plan.computed() for host in ("excel", "lite"))
    told = planned(language, "EUR", "lite")
    start = told.text("sheet.overview")
    assert {name: cells for name, cells in by_lite.items() if name != start} == {
        name: cells for name, cells in by_names.items() if name != start
    }
    differing = {spot for spot, shown in by_lite[start].items() if by_names[start][spot] != shown}
    assert not differing


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_call_wears_the_mark_and_every_formula_its_value(language: str, tmp_path: Path):
    calls = formulas = 0
    with Book(template(tmp_path, language)) as book:
        assert not {name.upper() for name in book.names} & set(CATALOGUE), "such a name stops all functions of Lite"
        for sheet in book.sheets:
            for spot, cell in book.cells(sheet).items():
                if cell.formula is None:
                    continue
                formulas += 1
                assert cell.value is None or getattr(cell.value, "cell", None) not in CELL_ERRORS, (sheet, spot)
                for mark, name in re.findall(CALL, re.sub(r'"[^"]*"', "", cell.formula)):
                    assert mark, (sheet, spot, cell.formula)
                    assert ours(mark + name) == name
                    calls += 1
    assert formulas > 100
    assert calls > 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_carries_the_functions_in_its_language(language: str, tmp_path: Path):
    assert lite.extract(template(tmp_path, language))["main.py"] == program(language)


def test_it_says_where_it_works():
    for language in ("en", "nl"):
        texts = [str(cell.value) for cell in planned(language, "EUR", "lite").plan.sheets.popitem()[1].cells.values()]
        start = planned(language, "EUR", "lite")
        about = [str(c.value) for c in start.plan.sheets[start.text("sheet.overview")].cells.values()]
        assert any("xlwings Lite" in text for text in about)
        assert any("xlwings Lite" in text for text in texts), "the list of functions says what they need"


def test_refresh_computes_it_and_leaves_the_code(tmp_path: Path):
    file = template(tmp_path)
    before = raw(file)
    done = refresh(file, as_of=dt.date(2030, 1, 1))
    with Book(file) as book:
        cell = {
            name: book.names[name].rpartition("!")[2].replace("$", "") for name in ("clv_margin", "lifespan_so_far")
        }
    assert {change.cell for change in done.changes} >= set(cell.values())
    assert not done.stale
    after = raw(file)
    changed = {part for part in before if before[part] != after[part]}
    assert changed
    assert all(part.startswith(("xl/worksheets/", "xl/charts/", "xl/tables/", "docProps/")) for part in changed)
    assert set(after) == set(before)


def raw(file: Path) -> dict[str, tuple[int, int, bytes]]:
    with Workbook(file) as book:
        return book.raw


def test_the_command_writes_it(tmp_path: Path):
    out = tmp_path / "lite.xlsx"
    main(["template", str(out), "--host", "lite", "--lang", "nl"], standalone_mode=False)
    assert out.read_bytes() == made("nl", "EUR", "lite")
    with zipfile.ZipFile(BytesIO(out.read_bytes())) as archive:
        assert archive.testzip() is None
