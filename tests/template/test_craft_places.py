"""Checks 40 to 45 of the craft: paper, protection and tables."""

from __future__ import annotations

import pytest

from clv_xl.analysis import LISTINGS

from .workbooks import Tab, Workbook, area_of, none

A4 = "9"
LONG = 45  # rows that surely do not fit a page of A4
WIDE = {"cohorts"}  # on two pages beside each other, as on one its figures would be 4 points high
OPEN = {"orders"}  # sheets where a client pastes, sorts and adds, so not protected
MAY = ("formatColumns", "formatRows", "sort", "autoFilter")  # on a protected sheet
FIRST_ROW_IS_HEAD = "1"


def test_40_it_prints_on_a4_one_page_wide(workbook: Workbook):
    areas, titles = workbook.printing("Print_Area"), workbook.printing("Print_Titles")
    for tab in workbook.tabs:
        page = tab.find("pageSetup")
        assert page.get("paperSize") == A4, tab.name
        assert page.get("orientation") in ("portrait", "landscape"), tab.name
        breaks = tab.find("colBreaks")
        if breaks is None:
            assert page.get("fitToWidth", "1") == "1", tab.name
            assert page.get("fitToHeight") == "0", tab.name
            assert tab.find("pageSetUpPr").get("fitToPage") == "1", tab.name
        else:
            assert workbook.key(tab) in WIDE, tab.name
            assert len(breaks) == 1, tab.name
            assert _fits(tab, int(breaks[0].get("id")), int(page.get("scale"))), tab.name
        margins = tab.find("pageMargins")
        assert all(0.3 <= float(margins.get(side)) <= 1 for side in ("left", "right", "top", "bottom")), tab.name
        header, footer = (tab.root.findtext(f".//{{*}}odd{part}") or "" for part in ("Header", "Footer"))
        for code in ("&F", "&A", "&P", "&N", "&D"):
            assert code in header + footer, (tab.name, code)
        assert len(header) > len("&L&R&A"), tab.name
        if tab.last[0] > LONG and tab.tables:
            assert tab.name in titles, f"{tab.name}: the head of a long table is on its first page alone"
        growing = tab.tables and tab.name not in areas
        assert growing or tab.name in areas, f"{tab.name}: no print area"


def _fits(tab: Tab, first: int, scale: int) -> bool:
    """Whether the columns up to `first` and those after it are each a page wide on A4 on its side."""
    widths = [int(tab.width(column) * 7 + 5) / 96 * scale / 100 for column in range(1, tab.last[1] + 1)]
    return max(sum(widths[:first]), sum(widths[first:])) <= 11.69 - 1


def test_40_what_is_printed_holds_all_cells(workbook: Workbook):
    for name, text in workbook.printing("Print_Area").items():
        area = area_of(text.rpartition("!")[2])
        tab = next(tab for tab in workbook.tabs if tab.name == name)
        none(
            cell
            for (row, column), cell in tab.cells.items()
            if cell.value not in (None, "") and (row > area.bottom or column > area.right)
        )
        assert (area.top, area.left) == (1, 1), name


def test_40_text_on_paper_stays_readable(workbook: Workbook):
    """A sheet that is fitted to one page wide is made smaller: not below half of its size."""
    for tab in workbook.tabs:
        if workbook.key(tab) in WIDE:
            assert int(tab.find("pageSetup").get("scale")) >= 50, tab.name
            continue
        inches = sum(int(tab.width(column) * 7) for column in range(1, tab.last[1] + 1)) / 96
        margins = tab.find("pageMargins")
        wide = 11.69 if tab.find("pageSetup").get("orientation") == "landscape" else 8.27
        free = wide - float(margins.get("left")) - float(margins.get("right"))
        assert free / inches >= 0.5, (tab.name, round(free / inches, 2))


def test_41_formulas_are_protected_without_a_password(workbook: Workbook):
    """Not on the sheet of orders, which holds one formula: the line that says that they are a sample."""
    for tab in workbook.tabs:
        lock = tab.find("sheetProtection")
        if workbook.key(tab) in OPEN:
            assert lock is None, tab.name
            assert len(tab.formulas) <= 1, tab.name
            continue
        if lock is None:
            none(cell for cell in tab.formulas if not tab.in_table(cell))
            continue
        assert lock.get("sheet") == "1", tab.name
        assert not {"password", "hashValue", "algorithmName", "saltValue"} & set(lock.attrib), tab.name
        for action in MAY:
            assert lock.get(action) == "0", (tab.name, action)


def test_42_sheets_may_be_added(workbook: Workbook):
    assert workbook.root.find("{*}workbookProtection") is None


def test_43_tables_have_heads_and_bands(workbook: Workbook):
    """And no row of totals: below it a table could not grow by pasting, and its sums stand in named cells."""
    names = []
    for tab in workbook.tabs:
        for table in tab.tables:
            names.append(table.name.casefold())
            part, area = table.part, table.area
            assert part.get("displayName") == table.name
            assert part.get("headerRowCount", FIRST_ROW_IS_HEAD) == FIRST_ROW_IS_HEAD
            assert part.get("totalsRowCount", "0") == "0", table.name
            assert all(head.strip() for head in table.heads), table.name
            assert len({head.casefold() for head in table.heads}) == len(table.heads), table.name
            cells = [tab.cells[area.top, column].value for column in range(area.left, area.right + 1)]
            assert cells == table.heads, table.name
            style = part.find("{*}tableStyleInfo")
            if area.left == area.right:  # a list of sentences, which run on over the cells beside it
                continue
            assert style.get("showRowStripes") == "1", table.name
            assert style.get("name", "").startswith("TableStyle"), table.name
    assert len(set(names)) == len(names) >= 8


def test_43_nothing_stands_below_a_table_that_grows(workbook: Workbook):
    growing = {workbook.texts[f"{key}.table"] for key, listing in LISTINGS.items() if listing.rows is None}
    for tab in workbook.tabs:
        for table in tab.tables:
            if table.name not in growing:
                continue
            area = table.area
            below = [tab.cells.get((area.bottom + 1, column)) for column in range(area.left, area.right + 1)]
            none(cell for cell in below if cell is not None and cell.value not in (None, ""))


def test_44_tables_can_be_filtered(workbook: Workbook):
    for tab in workbook.tabs:
        for table in tab.tables:
            assert table.part.find("{*}autoFilter").get("ref") == table.part.get("ref"), table.name


@pytest.mark.parametrize("table", ["orders", "customers"])
def test_45_ids_are_text(workbook: Workbook, table: str):
    name = workbook.texts[f"{table}.table"]
    tab = workbook.tab(table)
    (found,) = (part for part in tab.tables if part.name == name)
    heads = {workbook.texts[f"{table}.{key}"] for key in ("order", "customer") if f"{table}.{key}" in workbook.texts}
    assert heads
    for head in heads:
        column = found.area.left + found.heads.index(head)
        for row in range(found.area.top + 1, found.area.bottom + 1):
            cell = tab.cells[row, column]
            assert cell.look.number == "@", cell
            assert isinstance(cell.value, str | None), cell
