"""The 50 checks of a well-made workbook: which test holds each, and which hold otherwise than the note says.

Tests are named `test_NN_...` after the number of their check, in the modules `test_craft*.py` beside this one; each
runs over every workbook of `workbooks.CASES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clv_xl.errors import CellError

from ..evaluators import libreoffice
from .workbooks import Case, Spot, Workbook

HERE = Path(__file__).parent
ALL = set(range(1, 51))
QUALIFIED = {
    5: "The as-of date stands on the Overview and not in the properties, where it would be wrong after one is typed.",
    8: "Hosts whose functions are there only once they are trusted keep the stored values: else #NAME? would show.",
    9: "One locked cell has the look of an input: the legend that explains it.",
    15: "How many arguments a COUNT has found is no assumption; functions that native spells out have their own tests.",
    18: "Texts are prose and not counted, and a sentence may be 320 long; what native spells out has its own limits.",
    24: "A file holds the functions of one host, so hosts are compared file by file instead of in a column.",
    26: "Arial is taken as wide as Helvetica, whose metrics are published; LibreOffice's font is as wide.",
    27: "A table that starts below row 20 cannot have its head frozen: what stands above would fill the screen.",
    30: "White, and the pairs of a verdict that words repeat, are not counted among the six colours.",
    31: "Presentation sheets are all but that of the orders, which is for pasting.",
    40: "A sheet of which a table grows has no print area, which would cut what is added. Cohorts prints its two heat "
    "maps on a page each, else letters would be under six points.",
    41: "The sheet of orders is open: on a protected one no row can be added to a table.",
    43: "A list of sentences has no bands, as they run on over the cells beside it. No row of "
    "totals: it stands where a table grows by pasting; sums stand in named cells above or elsewhere.",
    46: "Names of sources, functions and customers are in no language, and left out.",
    47: "A number that stands in a sentence has the decimal separator of the reader's country.",
}
"""Checks that are tested, but not to the letter."""
REASONED = {
    49: "Held by tests/refresh and tests/batch: twice changes nothing, and what users add survives.",
}
"""Checks that no test of these modules holds."""


def held() -> set[int]:
    modules = HERE.glob("test_craft*.py")
    return {
        int(number)
        for path in modules
        for number in re.findall(r"^def test_(\d\d)_", path.read_text("utf-8"), re.MULTILINE)
    }


def test_every_check_is_held_or_reasoned():
    assert held() | set(REASONED) == ALL
    assert not held() & set(REASONED)
    assert set(QUALIFIED) <= held()
    assert all(reason.endswith(".") for reason in (*QUALIFIED.values(), *REASONED.values()))


OPENED = (Case("en", "native", "sample"), Case("nl", "native", "retail"))
Opened = Callable[[Case], Workbook]


@pytest.fixture(scope="module", params=["en-US", "nl-NL"])
def elsewhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> libreoffice.LibreOffice:
    return libreoffice.start(tmp_path_factory.mktemp(request.param), request.param)


@pytest.mark.parametrize("case", OPENED, ids=str)
def test_47_it_opens_with_the_same_values_in_both_countries(
    case: Case, opened: Opened, elsewhere: libreoffice.LibreOffice, tmp_path: Path
):
    """All computed anew by LibreOffice, whose locale reads and shows numbers otherwise."""
    path = tmp_path / "workbook.xlsx"
    path.write_bytes(opened(case).content)
    computed = elsewhere.values(path)
    differing = list(differences(opened(case), computed))
    assert not differing, differing[:8]


def test_47_a_dutch_program_shows_numbers_the_dutch_way(
    opened: Opened, elsewhere: libreoffice.LibreOffice, tmp_path: Path
):
    """Whatever the language of the workbook: its formats hold no separators of a country."""
    path = tmp_path / "workbook.xlsx"
    path.write_bytes(opened(OPENED[0]).content)
    shown = elsewhere.convert(path, "fods").read_text("utf-8")
    mark = "," if elsewhere.locale == "nl-NL" else "."
    assert f">45{mark}0%<" in shown


@pytest.mark.parametrize("case", [Case("en", "native", "empty"), Case("nl", "native", "one")], ids=str)
def test_50_programs_without_our_functions_compute_it(
    case: Case, opened: Opened, libreoffice: libreoffice.LibreOffice, tmp_path: Path
):
    """LibreOffice here; Excel 2016 and Google Sheets were not seen."""
    path = tmp_path / "workbook.xlsx"
    path.write_bytes(opened(case).content)
    differing = list(differences(opened(case), libreoffice.values(path)))
    assert not differing, differing[:8]


def differences(workbook: Workbook, computed: dict[str, dict[tuple[int, int], Any]]) -> Any:
    """Cells that another program gives another value."""
    for tab in workbook.tabs:
        for spot, cell in tab.cells.items():
            found = computed[tab.name].get(spot)
            if isinstance(cell.value, float) and isinstance(found, float):
                if found != pytest.approx(cell.value, rel=1e-9, abs=1e-9):
                    yield cell, found
            elif (_told(found) or "") != (cell.value or "") and not _joined(cell, found):
                yield cell, found


def _told(found: Any) -> Any:
    """What a cell shows: the word for an error that a sheet explains comes back as that error."""
    return found.cell if isinstance(found, CellError) else found


def _joined(cell: Spot, found: Any) -> bool:
    """Whether only the separator of decimals differs, which a number in a sentence takes from the reader's country."""
    texts = isinstance(found, str) and isinstance(cell.value, str) and "&" in (cell.formula or "")
    return texts and re.sub(r"(?<=\d),(?=\d)", ".", found) == cell.value
