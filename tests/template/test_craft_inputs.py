"""Checks 9 to 14 of the craft: inputs, their rules and their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from clv_xl.functions import CATALOGUE
from clv_xl.template.theme import BLUE, INPUT

from .workbooks import MAIN, Spot, Tab, Workbook, area_of

TEXTS = ("promptTitle", "prompt", "errorTitle", "error")
MOST = {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 255}
FIRST_DATE = 36526  # 1 January 2000
CELL_LIKE = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]?\d*|[Cc]\d*")


def inputs(tab: Tab) -> list[Spot]:
    return [cell for cell in tab.cells.values() if not cell.look.locked]


def rules(tab: Tab) -> Iterator[tuple[tuple[int, int], Any]]:
    """Each cell with a validation, and its rule."""
    for rule in tab.findall("dataValidation"):
        for part in rule.get("sqref").split():
            area = area_of(part)
            for row in range(area.top, area.bottom + 1):
                for column in range(area.left, area.right + 1):
                    yield (row, column), rule


def test_09_what_may_be_typed_looks_like_it_and_nothing_else_does(workbook: Workbook):
    """One locked cell shows the look: the legend on the Overview."""
    legends = []
    for tab in workbook.tabs:
        for cell in tab.cells.values():
            looks = (cell.look.fill, cell.look.colour) == (INPUT[1:], BLUE[1:])
            if cell.look.locked and looks:
                legends.append(cell)
            assert cell.look.locked or looks, cell
    assert [workbook.key(next(t for t in workbook.tabs if t.name == cell.sheet)) for cell in legends] == ["overview"]
    assert isinstance(legends[0].value, str)


def test_10_every_input_has_label_unit_note_and_rule(workbook: Workbook):
    found = 0
    for tab in workbook.tabs:
        ruled = dict(rules(tab))
        for cell in inputs(tab):
            found += 1
            beside = [(column, other.value) for (row, column), other in tab.cells.items() if row == cell.row]
            texts = [column for column, text in beside if isinstance(text, str) and text.strip()]
            assert any(column < cell.column for column in texts), f"no label: {cell}"
            told = 2 if workbook.key(tab) == "inputs" else 1  # elsewhere the unit may stand over the column
            assert sum(column > cell.column for column in texts) >= told, f"no unit or note: {cell}"
            rule = ruled[cell.row, cell.column]
            for key in TEXTS:
                assert 0 < len(rule.get(key, "")) <= MOST[key], (key, cell)
            assert rule.get("showErrorMessage") == "1"
            assert rule.get("errorStyle", "stop") == "stop"
            assert rule.get("error") in workbook.texts.values(), "not of the language"
        assert {spot for spot, _ in rules(tab)} == {(cell.row, cell.column) for cell in inputs(tab)}, tab.name
    assert 15 <= found <= 60


def test_11_rules_have_bounds_that_fit_their_kind(workbook: Workbook):
    for tab in workbook.tabs:
        for spot, rule in rules(tab):
            cell, kind = tab.cells[spot], rule.get("type")
            first, last = (rule.findtext(f"{MAIN}formula{at}") for at in (1, 2))
            operator = rule.get("operator", "between")
            if "%" in cell.look.number:
                assert kind == "decimal", cell
                assert (operator, last) == ("between", "1"), cell
                assert 0 <= float(first) < 0.01, cell
            elif "yy" in cell.look.number:
                assert (kind, operator, first, last) == ("date", "between", str(FIRST_DATE), "TODAY()"), cell
            elif "[$" in cell.look.number:
                assert (kind, first) == ("decimal", "0"), cell
                assert operator in ("greaterThan", "greaterThanOrEqual"), cell
            elif kind != "list":
                assert kind in ("decimal", "whole"), cell
                assert operator in ("greaterThan", "greaterThanOrEqual", "between"), cell
                assert float(first) >= 0, cell
    lifespan = workbook.named("own_lifespan")
    (rule,) = (r for spot, r in rules(workbook.tab("inputs")) if spot[0] == lifespan.row)
    assert (rule.get("operator"), rule.findtext(f"{MAIN}formula1")) == ("greaterThan", "0")


def test_12_choices_come_from_a_named_list(workbook: Workbook):
    lists = [rule for tab in workbook.tabs for _, rule in rules(tab) if rule.get("type") == "list"]
    assert lists
    for rule in lists:
        name = rule.findtext(f"{MAIN}formula1").lstrip("=")
        sheet, _, place = workbook.names[name].rpartition("!")
        tab = next(tab for tab in workbook.tabs if tab.name == sheet.strip("'"))
        area = area_of(place)
        assert area.left == area.right
        choices = [tab.cells[row, area.left].value for row in range(area.top, area.bottom + 1)]
        assert all(isinstance(choice, str) and choice.strip() for choice in choices), name
        assert len(set(choices)) == len(choices) > 1, name
        below = tab.cells.get((area.bottom + 1, area.left))
        assert below is None or not below.value, f"{name} leaves out {below}"


def test_13_names_are_legal_and_every_input_has_one(workbook: Workbook):
    for name, text in workbook.names.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name), name
        assert not CELL_LIKE.fullmatch(name), name
        assert name.upper() not in CATALOGUE, name
        assert re.fullmatch(r"('[^']+'|\w+)!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", text), (name, text)
    named = {
        (cell.sheet, cell.row) for cell in map(workbook.named, [n for n in workbook.names if not _list(workbook, n)])
    }
    tab = workbook.tab("inputs")
    assert not [cell for cell in inputs(tab) if (tab.name, cell.row) not in named]
    assert "#REF" not in workbook.parts["xl/workbook.xml"].decode()


def _list(workbook: Workbook, name: str) -> bool:
    return ":" in workbook.names[name]


def test_14_sample_data_say_so_and_go_in_one_step(workbook: Workbook):
    """The rows of the one table of orders: nothing else is typed from the sample but inputs that say so."""
    banner = workbook.tab("orders").cells[3, 1].value
    sample = workbook.case.content == "sample"
    assert bool(banner) == sample, banner
    (table,) = workbook.tab("orders").tables
    cells = workbook.tab("orders").cells
    mark = workbook.texts["orders.sample"]
    for row in range(table.area.top + 1, table.area.bottom + 1):
        customer = cells[row, 2].value
        assert str(customer or "").startswith(mark) == sample, customer
    assert workbook.tab("orders").find("sheetProtection") is None
    marked = [cell for cell in workbook.tab("inputs").formulas if cell.value == workbook.texts["inputs.made_up"]]
    assert len(marked) >= (4 if sample else 0), "inputs of the sample that do not say so"


def test_inputs_follow_each_other_down_one_column(workbook: Workbook):
    """So that Tab goes through them in reading order."""
    tab = workbook.tab("inputs")
    found = inputs(tab)
    assert len({cell.column for cell in found}) == 1
    assert [cell.row for cell in found] == sorted(cell.row for cell in found)
