"""Copies for readers without our functions."""

from __future__ import annotations

import re
import zipfile

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner

from clv_xl import CATALOGUE
from clv_xl.batch.publishing import copy_of, publish
from clv_xl.cli import main
from clv_xl.errors import WorkbookError
from clv_xl.template import write

from .workbooks import with_names

CELLS = {
    "B1": ("=CLV(50,36)", 1800),
    "B2": ("=IFERROR([1]!AOV(Orders[Amount]),0)*2", 40),
    "B3": ("=_xldudf_CLVXL_CAC(1000,0)", "#DIV/0!"),
    "B4": ("=CLV_CAC_STATUS(3)", "Healthy"),
    "B5": ("=B1*2", 3600),
    "B6": ("=SUM(Orders[Amount])", 60),
    "B7": ('=IF(B1>1,"",CLV(1,1))', ""),
}


def test_only_cells_that_call_ours_become_values(client, tmp_path):
    path = client(cells=CELLS)
    before = path.read_bytes()
    done = publish(path, copy_of(path))
    assert (done.path, done.formulas, path.read_bytes()) == (tmp_path / "client.values.xlsx", 5, before)
    values = openpyxl.load_workbook(done.path, data_only=True)["Report"]
    assert [values[spot].value for spot in CELLS] == [1800, 40, "#DIV/0!", "Healthy", 3600, 60, None]
    formulas = openpyxl.load_workbook(done.path)["Report"]
    assert [spot for spot in CELLS if str(formulas[spot].value).startswith("=")] == ["B5", "B6"]
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(done.path) as new:
        changed = {name for name in old.namelist() if name not in new.namelist() or old.read(name) != new.read(name)}
    assert changed <= {
        "xl/worksheets/sheet2.xml",
        "xl/calcChain.xml",
        "xl/_rels/workbook.xml.rels",
        "[Content_Types].xml",
    }


def test_a_reader_who_knows_none_of_ours_recomputes_the_rest(client, libreoffice):
    done = publish(path := client(cells={"B1": ("=CLV(50,36)", 1800), "B2": ("=B1*2", 3600)}), copy_of(path))
    report = libreoffice.values(done.path)["Report"]
    assert (report[1, 2], report[2, 2]) == (1800.0, 3600.0)


def test_a_published_template_calls_nothing_of_ours(tmp_path):
    path = tmp_path / "client.xlsx"
    write(str(path), language="nl", currency="EUR", host="addin")
    done = publish(path, copy_of(path))
    assert done.formulas > 10
    cells = [cell for sheet in openpyxl.load_workbook(done.path) for row in sheet.iter_rows() for cell in row]
    formulas = [cell.value for cell in cells if cell.data_type == "f"]
    called = {name for text in formulas for name in re.findall(r"([A-Z_.]+)\(", str(text))}
    assert len(formulas) > 100
    assert not called & CATALOGUE.keys()


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"B1": ("=B2*2", 0)}, "calls no function of clv-xl: everybody can read it as it is"),
        ({"B1": ("=CLV(50,36)", "#NAME?"), "B2": ("=CLV(1,1)", 1)}, "has no values in Report!B1: refresh it first"),
    ],
)
def test_what_cannot_be_published_is_a_sentence(client, cells, sentence):
    path = client(cells=cells)
    with pytest.raises(WorkbookError, match=sentence):
        publish(path, copy_of(path))
    assert not copy_of(path).exists()


def test_formulas_that_openpyxl_left_without_a_value_are_refused(client):
    path = client(cells=CELLS)
    openpyxl.load_workbook(path).save(path)
    with pytest.raises(
        WorkbookError, match="no values in Report!B1, Report!B2, Report!B3, Report!B4, Report!B7: refresh it first"
    ):
        publish(path, copy_of(path))


def test_a_call_behind_a_name_is_found(client, tmp_path):
    path = client(cells={"B1": ("=Worth*2", 3600), "B2": ("=Other", 5)})
    book = tmp_path / "named.xlsx"
    with_names(path, book, {"Worth": "CLV(50,36)", "Other": "Report!$C$1"})
    assert publish(book, copy_of(book)).formulas == 1


def test_no_copy_over_itself_or_an_open_one(client, tmp_path):
    path = client(cells=CELLS)
    with pytest.raises(WorkbookError, match="its own copy"):
        publish(path, path)
    (tmp_path / "~$client.values.xlsx").touch()
    with pytest.raises(WorkbookError, match="open in another program"):
        publish(path, copy_of(path))


def run(*words: object) -> str:
    """What `clv-xl publish` says."""
    result = CliRunner().invoke(main, ["publish", *map(str, words)])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "en",
            "conditional formats or validation on Report, conditional formats or validation on List, the name Worth.",
        ),
        (
            "nl",
            "voorwaardelijke opmaak of validatie op Report, voorwaardelijke opmaak of validatie op List, de naam",
        ),
    ],
)
def test_calls_that_stay_beside_the_cells_are_told(tmp_path, lang, told):
    path = tmp_path / "client.xlsx"
    with xlsxwriter.Workbook(path) as book:
        report, validated, plain = (book.add_worksheet(name) for name in ("Report", "List", "Plain"))
        report.write_formula("B1", "=CLV(50,36)", None, 1800)
        red = book.add_format({"bg_color": "red"})
        report.conditional_format("A1:A9", {"type": "formula", "criteria": "=CLV(A1,1)>9", "format": red})
        plain.conditional_format("A1:A9", {"type": "formula", "criteria": "=A1>9", "format": red})
        validated.data_validation("A1", {"validate": "custom", "value": "=CLV(A1,1)>9"})
        book.define_name("Worth", "=CLV(50,36)")
        book.define_name("Else", "=Report!$A$1")
    assert told in run(path, "--lang", lang)


def test_nothing_is_told_of_a_copy_that_is_current_and_calls_nothing(client):
    path = client(cells={"B1": ("=CLV(50,36)", 1800)})
    assert run(path, "--lang", "en").splitlines() == [f"{copy_of(path)}: 1 formula is a value now"]


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "Out of date, and so in the copy: Report!B1, Report!B2."),
        ("nl", "Verouderd, en zo in de kopie: Report!B1"),
    ],
)
def test_values_out_of_date_are_told(client, lang, told):
    """The first a refresh would change; the second it cannot compute."""
    cells = {"B1": ("=CLV(AOV(Orders[Amount]),36)", 1), "B2": ("=CLV(NOW(),36)", 1), "B3": ("=CLV(50,36)", 1800)}
    path = client(cells=cells)
    assert told in run(path, "--lang", lang)
    assert "B3" not in run(path, "--lang", lang, "--force")


def test_values_that_cannot_be_checked_are_told(tmp_path):
    """A template that lost its orders."""
    path = tmp_path / "client.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.set_custom_property("clv-xl", "1.0")
        book.add_worksheet("Report").write_formula("B1", "=CLV(50,36)", None, 1800)
    assert "Whether the values are up to date could not be told: " in run(path, "--lang", "en")
    assert "Of de waarden actueel zijn was niet na te gaan: " in run(path, "--lang", "nl", "--force")
