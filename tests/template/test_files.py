"""The templates that the project carries, as files."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from clv_xl.cells import plain
from clv_xl.commands import template as command
from clv_xl.errors import CELL_ERRORS, CellError, ClvError
from clv_xl.functions import CATALOGUE
from clv_xl.hosts import lambdas
from clv_xl.template import COMMITTED, made, write
from clv_xl.template.finishing import finished
from clv_xl.template.making import TRUSTED_FIRST
from clv_xl.template.spelling import HOSTS
from clv_xl.template.theme import INPUT
from clv_xl.workbook import Book

if TYPE_CHECKING:
    from ..evaluators.ironcalc_engine import IronCalc
    from ..evaluators.libreoffice import LibreOffice

FOLDER = Path(__file__).parents[2] / "templates"
NATIVE = [name for name, (_, host) in COMMITTED.items() if host == "native"]
CALLING = [name for name, (_, host) in COMMITTED.items() if host == "excel"]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def parts(content: bytes) -> dict[str, bytes]:
    """The parts of a file in their order; how they were compressed differs between builds of zlib."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def formula_cells(content: bytes) -> list[tuple[str, str, str, str | None]]:
    """Part, address, formula text and stored value of every formula cell."""
    found = []
    for name, part in parts(content).items():
        if not name.startswith("xl/worksheets/sheet"):
            continue
        for cell in ET.fromstring(part).iter(f"{MAIN}c"):
            formula = cell.find(f"{MAIN}f")
            if formula is not None:
                found.append((name, cell.get("r", ""), formula.text or "", cell.findtext(f"{MAIN}v")))
    return found


@pytest.mark.parametrize("name", COMMITTED)
def test_the_committed_file_is_what_the_package_writes(name: str):
    language, host = COMMITTED[name]
    committed, rebuilt = parts((FOLDER / name).read_bytes()), parts(made(language, "EUR", host))
    assert list(committed) == list(rebuilt)
    differing = [part for part in committed if committed[part] != rebuilt[part]]
    assert not differing, "rebuild them: python -m clv_xl.template templates"


def test_the_folder_holds_no_other_workbook():
    assert {path.name for path in FOLDER.glob("*.xl*")} == set(COMMITTED)


@pytest.mark.parametrize("host", HOSTS)
def test_two_builds_are_the_same_bytes(host: str):
    assert made("nl", "EUR", host) == made("nl", "EUR", host)


def test_the_command_offers_every_host():
    assert command.HOSTS == HOSTS


@pytest.mark.parametrize("host", HOSTS)
def test_values_stay_until_the_functions_are_trusted(host: str):
    book = parts(made("en", "EUR", host))["xl/workbook.xml"].decode()
    assert ("fullCalcOnLoad" in book) != (host in TRUSTED_FIRST)
    assert book.count("<calcPr ") == 1


@pytest.mark.parametrize("name", COMMITTED)
def test_every_formula_carries_a_value_that_is_no_error(name: str):
    cells = formula_cells((FOLDER / name).read_bytes())
    assert len(cells) > 100
    assert not [cell for cell in cells if cell[3] is None or cell[3] in CELL_ERRORS[1:]]


@pytest.mark.parametrize("name", COMMITTED)
def test_formulas_are_such_as_every_excel_takes(name: str):
    for _, address, formula, _ in formula_cells((FOLDER / name).read_bytes()):
        assert len(formula) < 1000, address
        assert "#" not in formula, f"{address} says an error outright"
        assert all(len(text) <= 255 for text in re.findall(r'"((?:[^"]|"")*)"', formula)), address
        assert not re.search(r"\b(IFERROR|OFFSET|INDIRECT|TODAY|NOW|RAND)\(", formula), address
        if name in NATIVE:
            assert "_xlfn" not in formula, address
            assert not re.search(rf"\b({'|'.join(CATALOGUE)})\(", formula), address


@pytest.mark.parametrize("name", COMMITTED)
def test_other_readers_open_it(name: str):
    book = openpyxl.load_workbook(FOLDER / name)
    assert len(book.sheetnames) == 6
    assert book.active.title == book.sheetnames[0]
    sheets = CalamineWorkbook.from_path(str(FOLDER / name))
    assert sheets.sheet_names == book.sheetnames
    assert len(sheets.get_sheet_by_name(book.sheetnames[2]).to_python()) > 120


@pytest.mark.parametrize("name", NATIVE)
def test_libreoffice_computes_the_stored_values(name: str, libreoffice: LibreOffice):
    computed = libreoffice.values(FOLDER / name)
    with Book(FOLDER / name) as book:
        for sheet in book.sheets:
            for spot, cell in book.cells(sheet).items():
                if cell.formula is not None:
                    assert same(computed[sheet].get(spot), cell.value), (sheet, spot, cell.formula)


@pytest.mark.parametrize("name", CALLING)
def test_ironcalc_computes_the_stored_values(name: str, ironcalc: IronCalc, tmp_path: Path):
    """IronCalc takes a name of the workbook before a parameter of the same name; Excel takes the parameter."""
    told = parts((FOLDER / name).read_bytes())
    told["xl/workbook.xml"] = re.sub(rb"(_xlpm|_xlop)\.(\w+)", rb"\1.\2_own", told["xl/workbook.xml"])
    with zipfile.ZipFile(tmp_path / name, "w") as file:
        for part, content in told.items():
            file.writestr(part, content)
    model = ironcalc.load(tmp_path / name)
    compared = 0
    with Book(FOLDER / name) as book:
        for place, sheet in enumerate(book.sheets):
            for spot, cell in book.cells(sheet).items():
                if cell.formula is not None:
                    assert same(plain(model.get_cell_value(place, *spot)), cell.value), (sheet, spot, cell.formula)
                    compared += 1
    assert compared > 100


def same(computed: Any, stored: Any) -> bool:
    """Equal within rounding; a blank text and no value are one."""
    if isinstance(computed, float) and isinstance(stored, float):
        return computed == pytest.approx(stored, rel=1e-9, abs=1e-9)
    return (computed or "") == (stored or "")


@pytest.mark.parametrize("name", COMMITTED)
def test_properties_say_what_it_is(name: str):
    language, host = COMMITTED[name]
    with Book(FOLDER / name) as book:
        properties = book.custom_properties
        assert properties["clv-xl language"] == language
        assert properties["clv-xl host"] == host
        assert properties["clv-xl currency"] == "EUR"
        assert properties["clv-xl"]
    core = parts((FOLDER / name).read_bytes())["docProps/core.xml"].decode()
    assert f"<dc:language>{language}</dc:language>" in core
    assert "<dc:creator>clv-xl</dc:creator>" in core


@pytest.mark.parametrize("name", CALLING)
def test_the_functions_travel_as_names(name: str):
    with Book(FOLDER / name) as book:
        told = {key: text for key, text in book.names.items() if key in CATALOGUE}
    assert told == lambdas.names()


def test_an_add_in_file_has_no_function_names_and_marks_its_calls(tmp_path: Path):
    write(tmp_path / "t.xlsx", host="addin")
    with Book(tmp_path / "t.xlsx") as book:
        assert not set(map(str.upper, book.names)) & set(CATALOGUE)
    sheet = parts((tmp_path / "t.xlsx").read_bytes())["xl/worksheets/sheet4.xml"].decode()
    calls = re.findall(rf'<f t="array" ref="\w+"( ca="1")?>[^<]*\b(?:{"|".join(CATALOGUE)})\(', sheet)
    assert len(calls) > 10
    assert all(calls)


@pytest.mark.parametrize("name", COMMITTED)
def test_names_are_legal_and_no_functions(name: str):
    with Book(FOLDER / name) as book:
        names = [key for key in book.names if key not in CATALOGUE]
        for key, text in book.names.items():
            assert "#REF" not in text, key
    for key in names:
        if key.startswith("_xlnm."):
            continue
        assert re.fullmatch(r"[a-z][a-z_]*", key), key
        assert not re.fullmatch(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]?\d*", key), key
        assert key.upper() not in CATALOGUE, key


@pytest.mark.parametrize("name", COMMITTED)
def test_cells_to_type_in_look_like_it_and_have_a_rule(name: str):
    book = openpyxl.load_workbook(FOLDER / name)
    for sheet in book.worksheets:
        ruled = {spot for rule in sheet.data_validations.dataValidation for spot in str(rule.sqref).split()}
        for row in sheet.iter_rows():
            for cell in row:
                unlocked = not cell.protection.locked
                assert not unlocked or cell.fill.fgColor.rgb == "FF" + INPUT[1:], cell
                assert unlocked == (cell.coordinate in ruled), cell
        for rule in sheet.data_validations.dataValidation:
            assert rule.promptTitle, rule.sqref
            assert rule.prompt, rule.sqref
            assert rule.errorTitle, rule.sqref
            assert rule.error, rule.sqref


@pytest.mark.parametrize("name", COMMITTED)
def test_sheets_with_formulas_are_protected_without_password_and_print_on_a4(name: str):
    book = openpyxl.load_workbook(FOLDER / name)
    for place, sheet in enumerate(book.worksheets):
        assert sheet.protection.sheet == (place in (0, 1, 3)), sheet.title
        assert sheet.protection.password is None
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.oddHeader.left.text
        assert sheet.oddFooter.right.text
        assert not sheet.merged_cells.ranges
    assert [sheet.sheet_state for sheet in book.worksheets] == ["visible"] * 6


@pytest.mark.parametrize("name", COMMITTED)
def test_tables_have_filters_bands_and_ids_as_text(name: str):
    book = openpyxl.load_workbook(FOLDER / name)
    for place in (2, 4, 5):
        (table,) = book.worksheets[place].tables.values()
        assert table.autoFilter is not None
        assert table.tableStyleInfo.showRowStripes
    orders = book.worksheets[2]
    (table,) = orders.tables.values()
    last = int(table.ref.rpartition("D")[2])
    assert orders.max_row == last
    for row in orders.iter_rows(min_row=6, max_row=last, max_col=2, values_only=True):
        assert all(isinstance(value, str) for value in row)


@pytest.mark.parametrize("name", COMMITTED)
def test_the_chart_has_a_title_from_a_cell_a_zero_baseline_and_words_for_who_cannot_see_it(name: str):
    told = parts((FOLDER / name).read_bytes())
    chart = told["xl/charts/chart1.xml"].decode()
    assert "<c:barChart>" in chart
    assert "3D" not in chart
    assert '<c:min val="0"/>' in chart
    assert re.search(r"<c:tx><c:strRef><c:f>\w+!\$A\$\d+</c:f>", chart)
    drawing = told["xl/drawings/drawing1.xml"].decode()
    assert re.search(r'descr="[^"]{20,}"', drawing)
    assert "twoCellAnchor" in drawing


@pytest.mark.parametrize(
    ("currency", "language", "shown"),
    [
        ("EUR", "nl", "[$€-413] #,##0.00"),
        ("EUR", "en", "[$€-1809]#,##0.00"),
        ("USD", "en", "[$$-409]#,##0.00"),
        ("GBP", "en", "[$£-809]#,##0.00"),
        ("CHF", "nl", "[$CHF] #,##0.00"),
    ],
)
def test_money_shows_its_currency_everywhere(currency: str, language: str, shown: str):
    assert shown in parts(made(language, currency, "native"))["xl/styles.xml"].decode()


@pytest.mark.parametrize("wrong", [{"language": "fr"}, {"currency": "euro"}, {"host": "lotus"}])
def test_what_there_is_not_is_refused(wrong: dict[str, str], tmp_path: Path):
    with pytest.raises(ClvError, match=next(iter(wrong.values()))) as refused:
        write(tmp_path / "t.xlsx", **wrong)
    assert not isinstance(refused.value, CellError)


def test_a_blank_result_is_said_to_be_text_once():
    plain, told = b'<c r="A1" s="3"><f>B1</f><v></v></c>', b'<c r="A1" s="3" t="str"><f>B1</f><v></v></c>'
    sheet = BytesIO()
    with zipfile.ZipFile(sheet, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", plain + told)
    with zipfile.ZipFile(BytesIO(finished(sheet.getvalue(), language="en", addin=False))) as archive:
        assert archive.read("xl/worksheets/sheet1.xml") == told + told
