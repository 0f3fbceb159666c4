"""The templates that the project carries, as files."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from clv_xl.cells import plain
from clv_xl.commands import template as command
from clv_xl.errors import CellError, ClvError
from clv_xl.functions import CATALOGUE
from clv_xl.hosts import lambdas
from clv_xl.template import COMMITTED, made, write
from clv_xl.template.finishing import finished
from clv_xl.template.spelling import HOSTS
from clv_xl.template.texts import LANGUAGES
from clv_xl.workbook import Book

from .workbooks import Case, Workbook, frame

if TYPE_CHECKING:
    from ..evaluators.ironcalc_engine import IronCalc

FOLDER = Path(__file__).parents[2] / "templates"
NATIVE = [name for name, (_, host) in COMMITTED.items() if host == "native"]
CALLING = [name for name, (_, host) in COMMITTED.items() if host == "excel"]
NOTHING = frame("empty")


def parts(content: bytes) -> dict[str, bytes]:
    """The parts of a file in their order; how they were compressed differs between builds of zlib."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


@pytest.mark.parametrize("name", COMMITTED)
def test_the_committed_file_is_what_the_package_writes(name: str, opened: Callable[[Case], Workbook]):
    language, host = COMMITTED[name]
    committed, rebuilt = parts((FOLDER / name).read_bytes()), opened(Case(language, host, "sample")).parts
    assert list(committed) == list(rebuilt)
    differing = [part for part in committed if committed[part] != rebuilt[part]]
    assert not differing, "rebuild them: python -m clv_xl.template templates"


@pytest.mark.parametrize("host", HOSTS)
def test_two_builds_are_the_same_bytes(host: str, opened: Callable[[Case], Workbook]):
    assert made("nl", "EUR", host) == opened(Case("nl", host, "sample")).content


@pytest.mark.filterwarnings("ignore:.* extension is not supported:UserWarning")  # openpyxl and data bars
@pytest.mark.parametrize("host", HOSTS)
def test_other_readers_open_it(host: str, opened: Callable[[Case], Workbook]):
    workbook = opened(Case("nl", host, "sample"))
    names = [tab.name for tab in workbook.tabs]
    book = openpyxl.load_workbook(BytesIO(workbook.content))
    assert book.sheetnames == names
    assert book.active.title == names[0]
    sheets = CalamineWorkbook.from_filelike(BytesIO(workbook.content))
    assert sheets.sheet_names == names
    (table,) = workbook.tab("orders").tables
    assert len(sheets.get_sheet_by_name(names[2]).to_python(skip_empty_area=False)) == table.area.bottom


def test_the_folder_holds_no_other_workbook():
    assert {path.name for path in FOLDER.glob("*.xl*")} == set(COMMITTED)


def test_the_command_offers_every_host():
    assert command.HOSTS == HOSTS


@pytest.mark.parametrize("name", CALLING)
def test_ironcalc_computes_the_stored_values(name: str, ironcalc: IronCalc, tmp_path: Path):
    """IronCalc takes a name of the workbook before a parameter of the same name; Excel takes the parameter.

    It also gives ISNUMBER of a column one answer, so that the sheet of cohorts is left to LibreOffice.
    """
    cohorts = LANGUAGES[COMMITTED[name][0]]["sheet.cohorts"]
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
                if cell.formula is not None and sheet != cohorts:
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
    assert shown in parts(made(language, currency, "native", NOTHING))["xl/styles.xml"].decode()


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
