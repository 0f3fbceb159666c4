"""Checks 1 to 8 of the craft: structure."""

from __future__ import annotations

import re

from clv_xl.template.making import TRUSTED_FIRST
from clv_xl.template.theme import STYLES
from clv_xl.version import __version__

from .workbooks import MAIN, Workbook

MOST = 31  # characters of a sheet's name


def test_01_it_opens_on_the_overview(workbook: Workbook):
    view = workbook.root.find(f".//{MAIN}workbookView")
    assert view.get("activeTab", "0") == "0"
    assert view.get("firstSheet", "0") == "0"
    assert workbook.tabs[0] is workbook.tab("overview")
    for tab in workbook.tabs:
        shown = tab.find("sheetView")
        assert (shown.get("tabSelected") == "1") == (tab is workbook.tabs[0]), tab.name
        assert 85 <= int(shown.get("zoomScale", 100)) <= 110, tab.name
        pane = shown.find(f"{MAIN}pane")
        for selection in shown.iter(f"{MAIN}selection"):
            assert pane is not None or selection.get("activeCell", "A1") == "A1", tab.name


def test_02_names_of_sheets_are_such_as_excel_takes_and_say_something(workbook: Workbook):
    names = [tab.name for tab in workbook.tabs]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name) <= MOST
        assert not re.search(r"[\[\]:*?/\\]|^'|'$", name)
        assert not re.fullmatch(r"(Sheet|Blad|Table|Tabel)\s?\d*", name, re.IGNORECASE)
        assert name.casefold() != "history" or workbook.case.language == "en"  # reserved by Excel in English too


def test_03_nothing_is_hidden_but_lists(workbook: Workbook):
    for tab in workbook.tabs:
        assert tab.state in ("visible", "hidden"), tab.name
        if tab.state == "hidden":
            assert not tab.formulas, tab.name
            assert not [cell for cell in tab.cells.values() if isinstance(cell.value, float)], tab.name
        for element in (*tab.findall("row"), *tab.findall("col")):
            assert element.get("hidden") in (None, "0"), tab.name


def test_04_no_links_no_connections_no_macros(workbook: Workbook):
    macros = workbook.case.host == "standalone"
    unwanted = r"externalLink|connections|queryTable|activeX|ctrlProps|embeddings|pivotCache"
    for name in workbook.parts:
        assert not re.search(unwanted, name), name
        assert macros or "vba" not in name.lower(), name
        if name.endswith(".rels"):
            outside = re.findall(rb'Target="([^"]*)" TargetMode="External"', workbook.parts[name])
            assert all(target.startswith(b"https://") for target in outside), (name, outside)
    for cell in workbook.formulas:
        assert not re.search(r"\[\d+\][^\[\]]*!|\.xls", cell.formula or ""), cell


def test_05_properties_and_overview_say_what_it_is(workbook: Workbook):
    core, custom = (workbook.parts[f"docProps/{name}.xml"].decode() for name in ("core", "custom"))
    title = workbook.tab("overview").cells[1, 1].value
    assert f"<dc:title>{title}</dc:title>" in core
    assert "<dc:creator>clv-xl</dc:creator>" in core
    assert f"<dc:language>{workbook.texts['language.code']}</dc:language>" in core
    told = dict(re.findall(r'name="([^"]+)"><vt:lpwstr>([^<]*)<', custom))
    case = workbook.case
    assert told["clv-xl"] == __version__
    assert [told[f"clv-xl {key}"] for key in ("language", "host", "currency")] == [
        *(case.language, case.host, case.currency)
    ]
    overview = workbook.tab("overview")
    shown = "\n".join(str(cell.value) for cell in overview.cells.values())
    for fact in (__version__, workbook.texts["language"], case.currency):
        assert fact in shown, fact
    assert [cell for cell in overview.formulas if cell.formula == "as_of"]


def test_06_every_sheet_has_a_heading_and_says_what_it_is_for(workbook: Workbook):
    for tab in workbook.tabs:
        heading, purpose = tab.cells[1, 1], tab.cells[2, 1]
        assert heading.look.size == STYLES["title"]["font_size"], tab.name
        assert heading.look.bold
        assert isinstance(heading.value, str)
        assert 2 <= len(heading.value) <= 80, heading
        assert isinstance(purpose.value, str)
        assert purpose.value.endswith("."), purpose
        assert 20 <= len(purpose.value) <= 200, purpose


def test_07_no_cells_are_merged(workbook: Workbook):
    assert not [tab.name for tab in workbook.tabs if tab.find("mergeCells") is not None]


def test_08_every_formula_carries_its_value_and_is_computed_on_opening(workbook: Workbook):
    """But where the functions are trusted first: computing before that would turn values into #NAME?."""
    waits = workbook.case.host in TRUSTED_FIRST
    (calculation,) = workbook.root.iter(f"{MAIN}calcPr")
    assert (calculation.get("fullCalcOnLoad") == "1") != waits
    assert len(workbook.formulas) > 100
    assert not [cell for cell in workbook.formulas if cell.value is None]
