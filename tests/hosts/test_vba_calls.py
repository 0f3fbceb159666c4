"""A call from a cell to Python and back: the VBA as it is in the files, run by LibreOffice, answered by xlwings."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from oletools.olevba import VBA_Parser

from clv_xl.functions import CATALOGUE
from clv_xl.hosts.vba import addin
from clv_xl.template.making import made

from .basic import Basic

if TYPE_CHECKING:
    from ..evaluators.libreoffice import LibreOffice

# LibreOffice shows what CVErr makes as a text, in which the number is Excel's.
VALUE, NUM, DIV, NA = "Error 2015", "Error 2036", "Error 2007", "Error 2042"
CELLS = {
    "A1": 50,
    "A2": 36,
    "A3": "x",
    "A4": "=1/0",
    "A6": True,
    "B1": 100,
    "B2": 200,
    "B3": 50,
    "C1": "ann",
    "C2": "bob",
    "C3": "ann",
    "D1": 45000,
    "D2": 45010,
    "D3": 45040,
    "W7": 10,
    "W8": 20,
}
CALLS: dict[str, tuple[str, Any]] = {
    "F1": ("CLV(A1,A2)", 1800),
    "F2": ("CLV(A1,A2,1,0.5)", 900),
    "F3": ("CLV(50,36,1,60)", NUM),
    "F4": ("CLV(A3,36)", VALUE),
    "F5": ("CAC(1000,0)", DIV),
    "F6": ('BENCHMARK("nothing")', NA),
    "F7": ("AOV(B1:B3)", 350 / 3),
    "F8": ("CAC(1000,20)", 50),
    "F9": ("REPEAT_RATE(B1:B3)", 1),
    "F10": ("CLV_RETENTION(100,0.8,0.1)", 100 * 0.8 / (1 + 0.1 - 0.8)),
    "F11": ("MAX_CAC(900)", 300),
    "F12": ("PURCHASE_FREQUENCY(C1:C3)", 1.5),
    "F13": ('CLV_CAC_STATUS(4,"nl")', None),
    "F14": ("CLV(A5,3)", VALUE),
    "F15": ("LIFESPAN_CHURN(0.05)", 20),
    "F16": ("CLV_VERSION()", None),
    "F18": ("AOV(B:B)", 350 / 3),
    "F19": ("PURCHASE_FREQUENCY(C:C)", 1.5),
    "F17": ("CLV_CASHFLOW(0.1,B1:B3)", 100 / 1.1 + 200 / 1.21 + 50 / 1.331),
}
SPILLS: dict[str, str] = {
    "H1:H3": "CLV(A1:A3,36)",
    "J1:M3": "CUSTOMER_SUMMARY(C1:C3,D1:D3,B1:B3)",
    "O1:P3": 'CLV_HELP("CAC")',
    "H6:J6": "CLV(TRANSPOSE(B1:B3),2)",
    "R1:R9": "CLV(W:W,2)",
}


MODULES = {"addin": ["clv_functions", "clv_python", "clv_ribbon"], "standalone": ["clv_functions", "clv_python"]}


def sources(content: bytes) -> dict[str, str]:
    """The modules with code, taken out of a file."""
    parser = VBA_Parser("file", data=zipfile.ZipFile(io.BytesIO(content)).read("xl/vbaProject.bin"))
    return {Path(name).stem: code for _, _, name, code in parser.extract_macros() if name.startswith("clv_")}


@pytest.fixture(scope="module", params=["addin", "standalone"])
def computed(
    request: pytest.FixtureRequest,
    libreoffice: LibreOffice,
    tmp_path_factory: pytest.TempPathFactory,
    shared: Callable[[str, Callable[[], Any]], Any],
) -> dict[str, Any]:
    """What LibreOffice shows in every cell."""

    def compute() -> dict[str, Any]:
        content = addin.build("en") if request.param == "addin" else made("en", "EUR", "standalone")
        formulas = {place: f"={call}" for place, (call, _) in CALLS.items()} | {p: f"={c}" for p, c in SPILLS.items()}
        modules = sources(content)
        assert list(modules) == MODULES[request.param]
        compiled = {f"Z{row}": f"={name}_compiles()" for row, name in enumerate(modules, 1)}
        basic = Basic(libreoffice.program, tmp_path_factory.mktemp("basic"))
        return {**basic.compute(modules, CELLS, formulas | compiled), "modules": len(modules)}

    return dict(shared(f"vba-{request.param}", compute))


@pytest.mark.parametrize("place", CALLS)
def test_a_cell_shows_what_python_gives(computed: dict[str, Any], place: str) -> None:
    call, expected = CALLS[place]
    if expected is None:
        expected = {"F13": CATALOGUE["CLV_CAC_STATUS"](4, "nl"), "F16": CATALOGUE["CLV_VERSION"]()}[place]
    assert computed[place] == (pytest.approx(expected, rel=1e-12) if isinstance(expected, float) else expected), call


def test_every_module_compiles(computed: dict[str, Any]) -> None:
    assert [computed[f"Z{row}"] for row in range(1, computed["modules"] + 1)] == [1] * computed["modules"]


def test_a_column_spills_and_a_bad_row_spoils_no_other(computed: dict[str, Any]) -> None:
    assert [computed[place] for place in ("H1", "H2", "H3")] == [1800, 1296, VALUE]


def test_a_row_of_results_stays_a_row(computed: dict[str, Any]) -> None:
    assert [computed[place] for place in ("H6", "I6", "J6")] == [200, 400, 100]


def test_a_table_spills_with_its_texts_and_numbers(computed: dict[str, Any]) -> None:
    expected = CATALOGUE["CUSTOMER_SUMMARY"].cells(
        [["ann"], ["bob"], ["ann"]], [[45000.0], [45010.0], [45040.0]], [[100.0], [200.0], [50.0]]
    )
    shown = [[computed[f"{column}{row}"] for column in "JKLM"] for row in (1, 2, 3)]
    assert shown == [[value if value != "" else None for value in row[:4]] for row in expected[:3]]


def test_whole_columns_begin_in_the_first_row_whatever_is_in_use(computed: dict[str, Any]) -> None:
    assert [computed[f"R{row}"] for row in range(1, 9)] == [VALUE] * 6 + [20, 40]


def test_help_spills(computed: dict[str, Any]) -> None:
    assert computed["O1"] == "CAC(spend, new_customers)"
    assert computed["O3"] == "spend"
