"""Checks 15 to 25 of the craft: formulas.

A formula in which the native workbook spells out one of our functions is not meant to be read: what it must be is
tested with the function itself. It is known by being another one than in the workbook that calls functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import FORMULAE

from clv_xl.benchmarks import records
from clv_xl.errors import CELL_ERRORS
from clv_xl.functions import CATALOGUE
from clv_xl.hosts.lite import PREFIX
from clv_xl.template.context import SHEETS
from clv_xl.template.spelling import HOSTS
from clv_xl.workbook.address import Position

from .workbooks import Case, Spot, Workbook, area_of, none

CONSTANTS = {"0", "1", "12", "100"}
LONGEST, DEEPEST = 200, 4
SENTENCE = 320
"""Characters of a sentence with figures in it: parts one after the other, read from left to right."""
VOLATILE = {"NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "OFFSET", "INDIRECT", "CELL", "INFO"}
SINCE_2010 = {"IFERROR", *FORMULAE}
"""Functions of Excel 2010, which LibreOffice and Google Sheets have too."""
DYNAMIC = {"UNIQUE", "FILTER", "SORT", "SORTBY", "SEQUENCE", "LET", "LAMBDA", "XLOOKUP", "MAP", "REDUCE", "BYROW"}
COUNTED = re.compile(r"\bCOUNT\(([^()]*)\)([<=>]+)(\d+)")
UNIQUE = "ROWS(_xlfn.UNIQUE(_xlfn._xlws.FILTER("
"""How the newer hosts count ids: each function takes what the one before gives, and so all are nested."""
REFERENCE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)")


@cache
def tokens(formula: str) -> tuple[Token, ...]:
    return tuple(Tokenizer(f"={formula}").items)


def functions(formula: str) -> list[str]:
    """Names of what a formula calls."""
    return [t.value[:-1] for t in tokens(formula) if t.type == Token.FUNC and t.subtype == Token.OPEN]


def depth(formula: str) -> int:
    """How deep functions are nested."""
    deepest = now = 0
    for token in tokens(formula):
        if token.type == Token.FUNC:
            now += 1 if token.subtype == Token.OPEN else -1
            deepest = max(deepest, now)
    return deepest


def length(formula: str) -> int:
    """Characters but for the texts, which are prose."""
    return len(re.sub(r'"(?:[^"]|"")*"', '""', formula))


Opened = Callable[[Case], Workbook]


@pytest.fixture
def readable(workbook: Workbook, opened: Opened) -> list[Spot]:
    """The formulas that a reader is meant to follow."""
    if workbook.case.host != "native":
        return workbook.formulas
    calling = opened(Case(workbook.case.language, "excel", workbook.case.content))
    same = {(cell.sheet, cell.row, cell.column, cell.formula) for cell in calling.formulas}
    found = [cell for cell in workbook.formulas if (cell.sheet, cell.row, cell.column, cell.formula) in same]
    assert len(found) > len(workbook.formulas) / 2
    return found


def test_15_no_constants_in_formulas(workbook: Workbook, readable: list[Spot]):
    """How many of its own arguments a COUNT has found is no figure: it changes with the formula."""
    home = workbook.tab("inputs").name
    none(
        (token.value, cell)
        for cell in readable
        if cell.sheet != home
        for token in tokens(COUNTED.sub(_asked, cell.formula or ""))
        if token.type == Token.OPERAND and token.subtype == Token.NUMBER and token.value not in CONSTANTS
    )


def _asked(match: re.Match[str]) -> str:
    areas = [area_of(part.rpartition("!")[2]) if ":" in part else None for part in match[1].split(",")]
    arguments = sum((a.bottom - a.top + 1) * (a.right - a.left + 1) if a else 1 for a in areas)
    return match[0] if int(match[3]) != arguments else f"COUNT({match[1]}){match[2]}0"


def relative(cell: Spot) -> str:
    """A formula as it would stand in any other row: addresses of the R1C1 kind."""

    def told(match: re.Match[str]) -> str:
        fixed_column, letters, fixed_row, row = match.groups()
        return f"{fixed_column}{letters}R{row if fixed_row else int(row) - cell.row}"

    return REFERENCE.sub(told, cell.formula or "")


def test_16_a_column_of_a_table_has_one_formula(workbook: Workbook):
    for tab in workbook.tabs:
        for table in tab.tables:
            for column in range(table.area.left, table.area.right + 1):
                rows = range(table.area.top + 1, table.area.bottom + 1)
                kinds = {
                    relative(cell) if cell.formula is not None else None
                    for row in rows
                    if (cell := tab.cells.get((row, column))) is not None
                }
                assert len(kinds) <= 1, (table.name, column, kinds)


def test_17_no_error_is_covered_up(workbook: Workbook):
    none(cell for cell in workbook.formulas if re.search(r"\bIF(ERROR|NA)\(", cell.formula or ""))


def test_18_formulas_are_short_and_flat(readable: list[Spot]):
    none(
        (length(formula), depth(formula), cell)
        for cell in readable
        if (formula := cell.formula or "") and UNIQUE not in formula
        if length(formula) > (SENTENCE if "&" in formula else LONGEST) or depth(formula) > DEEPEST
    )


def test_18_spelled_out_formulas_are_such_as_excel_takes(workbook: Workbook):
    for cell in workbook.formulas:
        assert len(cell.formula or "") < 2000, cell
        assert depth(cell.formula or "") <= 20, cell
        assert all(len(text) <= 255 for text in re.findall(r'"((?:[^"]|"")*)"', cell.formula or "")), cell


def test_19_nothing_is_volatile(workbook: Workbook):
    none(cell for cell in workbook.formulas if VOLATILE & set(functions(cell.formula or "")))


def test_20_no_cell_holds_an_error(workbook: Workbook, readable: list[Spot]):
    none(cell for cell in workbook.formulas if cell.error or str(cell.value) in CELL_ERRORS[1:])
    none(cell for cell in readable if "#" in re.sub(r'"[^"]*"|\[[^\]]*\]', "", cell.formula or ""))


def test_21_no_dates_are_made_text_by_codes_of_one_language(workbook: Workbook):
    none(cell for cell in workbook.formulas if "TEXT" in functions(cell.formula or ""))


def test_22_newer_functions_are_marked(workbook: Workbook):
    host = workbook.case.host
    for cell in workbook.formulas:
        for name in functions(cell.formula or ""):
            ours = name.removeprefix(PREFIX) in CATALOGUE
            newer = name.startswith("_xlfn.")
            assert newer or ours or name in SINCE_2010, (name, cell)
            assert host != "native" or not (newer or ours), (name, cell)
            bare = name.rpartition(".")[2]
            assert newer or bare not in DYNAMIC, (name, cell)
            if ours or bare in DYNAMIC:
                assert cell.dynamic, f"stored as if it were of an old Excel: {cell}"


def test_23_no_whole_columns_or_rows(workbook: Workbook):
    whole = re.compile(r"\$?\b[A-Z]{1,3}:\$?[A-Z]{1,3}\b|(?<![A-Z\d$])\$?\d+:\$?\d+\b")
    for cell in workbook.formulas:
        assert not whole.search(re.sub(r'"[^"]*"|\[[^\]]*\]', "", cell.formula or "")), cell
    assert not [text for text in workbook.names.values() if whole.search(text.rpartition("!")[2])]


@pytest.mark.parametrize("host", [host for host in HOSTS if host != "native"])
@pytest.mark.parametrize("content", ["sample", "empty"])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_24_all_kinds_of_workbook_agree(language: str, content: str, host: str, opened: Opened):
    """A file of one kind cannot hold the functions of another beside its own; the files agree cell by cell."""
    native, other = (values(opened(Case(language, each, content))) for each in ("native", host))
    assert native.keys() == other.keys()
    catalogue = opened(Case(language, host, content)).texts
    tabs, texts = {key: catalogue[f"sheet.{key}"] for key in SHEETS}, set(catalogue.values())
    for (sheet, spot), value in native.items():
        found = other[sheet, spot]
        if isinstance(value, float):
            assert found == pytest.approx(value, rel=1e-9, abs=1e-9), (sheet, spot)
        else:
            of_its_kind = sheet == tabs["help"] or (sheet == tabs["overview"] and found in texts and value in texts)
            assert found == value or of_its_kind, (sheet, spot)


def values(workbook: Workbook) -> dict[tuple[str, Position], Any]:
    return {(tab.name, spot): cell.value for tab in workbook.tabs for spot, cell in tab.cells.items()}


def column(workbook: Workbook, table: str, head: str) -> list[Any]:
    """The values of a column of a table, by the keys of its texts."""
    name, wanted = workbook.texts[f"{table}.table"], workbook.texts.get(f"{table}.{head}", head)
    tab, part = next((tab, part) for tab in workbook.tabs for part in tab.tables if part.name == name)
    at = part.area.left + part.heads.index(wanted)
    return [tab.cells[row, at].value for row in range(part.area.top + 1, part.area.bottom + 1)]


def test_25_parts_add_up(workbook: Workbook):
    customers = [name for name in column(workbook, "orders", "customer") if name]
    amounts = [amount for amount in column(workbook, "orders", "amount") if amount is not None]
    listed = [name for name in column(workbook, "customers", "customer") if name]
    assert sorted(listed) == sorted(set(customers))
    assert sum(filter(None, column(workbook, "customers", "spend"))) == pytest.approx(sum(amounts))
    assert sum(filter(None, column(workbook, "customers", "orders"))) == len(amounts)
    assert sum(filter(None, column(workbook, "cohorts", "customers"))) == len(listed)
    assert len(column(workbook, "benchmarks", "value")) == len(records())


def test_25_the_workbook_checks_itself(workbook: Workbook):
    total = workbook.named("points_of_attention")
    tab = workbook.tab("checks")
    assert total.sheet == tab.name
    attention = workbook.texts["checks.attention"]
    found = [cell for cell in tab.cells.values() if cell.value == attention and cell.row != total.row]
    assert len(found) == total.value
    echoes = [cell for cell in workbook.tab("overview").formulas if "points_of_attention" in (cell.formula or "")]
    assert echoes
