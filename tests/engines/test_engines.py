"""An engine gives what another gives, or a reason; it never harms who asks."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import openpyxl
import pytest

import clv_xl.engines.libreoffice as libreoffice_module
import clv_xl.engines.scratch as scratch_module
from clv_xl.calculation import Calculator
from clv_xl.engines import Asked, EngineFailed, Scratch, TooLarge, Unavailable, asking, engine, write
from clv_xl.engines.asking import Side, ask
from clv_xl.engines.cellrune import CellRune
from clv_xl.engines.libreoffice import LibreOffice
from clv_xl.errors import cell_error
from clv_xl.workbook.address import Area, parse
from clv_xl.workbook.cells import Cell
from clv_xl.workbook.tables import Table

from ..evaluators import agrees

TABLE = [["k", "v"], ["a", 1.5], ["b", 2.0], ["a", -4.0], ["=c", 1e-7]]
# Formulas of the kind that client workbooks hang on our results, all known to LibreOffice 7.4.
BOTH = [
    'VLOOKUP("b",T[],2,FALSE)', 'SUMIFS(T[v],T[k],"a")', "INDEX(T[v],MATCH(MAX(T[v]),T[v],0))", 'TEXT(1234.5,"0.00")',
    "MEDIAN(T[v])", "STDEV(T[v])", "price*2", "ROUND(price/7,2)", "local", 'AVERAGEIF(T[k],"a",T[v])', "1/0", 'T!A5&""',
    "MATCH(9,T[v],0)", 'SUMPRODUCT((T[k]="a")*T[v])', "YEAR(DATE(2024,5,3))", "TRUE", '"<&>"&"é"', "F1+1",
    "RANK(2,T[v])",
    "PERCENTILE(T[v],0.9)", "NPV(0.1,T[v])", "PMT(0.01,12,-1000)", "EOMONTH(45000,1)", 'LEFT("abc",2)',
]  # fmt: skip


class Book:
    """A sheet of data with a table, and a sheet of formulas, in memory."""

    def __init__(self, formulas):
        self.sheets, self.names = (
            {"T": None, "F & G": None},
            {"price": "T!$B$3", "far": "[1]S!$A$1", "_xlnm.Print_Area": "T!$A$1"},
        )
        self.local_names = {("F & G", "local"): "T!$B$2"}
        self.tables = {"T": Table("T", "T", Area(1, 1, 5, 2), ["k", "v"], 1, 0, "", [])}
        rows = enumerate(TABLE, 1)
        data = {(row, column): Cell(value) for row, line in rows for column, value in enumerate(line, 1)}
        asked = {(row, 1): Cell(None, formula) for row, formula in enumerate(formulas, 1)}
        self._cells = {"T": data | {(99, 99): Cell("unread")}, "F & G": asked | {(1, 6): Cell(41.0)}}

    def cells(self, sheet):
        return self._cells[sheet]


def laid_out(path: Path, formulas, **told) -> tuple[Scratch, list]:
    book = Book(formulas)
    calculator = Calculator(book)
    asked = {("F & G", row, 1): Asked(formula) for row, formula in enumerate(formulas, 1)}
    reads = [place for key, one in asked.items() for place in calculator.reading(one.formula, *key).places]
    return write(path, book, asked, reads, {}, **told), list(asked)


@pytest.mark.usefixtures("libreoffice")
def test_two_engines_agree(tmp_path):
    scratch, keys = laid_out(tmp_path / "scratch.xlsx", BOTH)
    before = scratch.path.read_bytes()
    one, other = CellRune().values(scratch, keys), LibreOffice().values(scratch, keys)
    differ = [
        (BOTH[key[1] - 1], one[key], other[key]) for key in keys if not agrees(plain(one[key]), plain(other[key]))
    ]
    assert not differ
    assert plain(one["F & G", 2, 1]) == -2.5
    assert plain(one["F & G", 11, 1]) == cell_error("#DIV/0!")
    assert scratch.path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["scratch.xlsx"]


def plain(value):
    return value[0][0] if isinstance(value, list) else value


def test_the_scratch_workbook_holds_what_is_read_and_nothing_else(tmp_path):
    laid_out(tmp_path / "scratch.xlsx", ["SUM(T!A2:B2)"], date1904=True, annex=("annex", {(2, 3): "=x", (1, 1): True}))
    book = openpyxl.load_workbook(tmp_path / "scratch.xlsx")
    assert book.sheetnames == ["T", "F & G", "annex"]
    assert [[cell.value for cell in row] for row in book["T"]] == [["k", "v"], ["a", 1.5]]
    assert book["F & G"]["A1"].value == "=SUM(T!A2:B2)"
    assert (book["annex"]["C2"].value, book["annex"]["C2"].data_type, book["annex"]["A1"].value) == ("=x", "s", True)
    assert book["T"].tables["T"].ref == "A1:B5"
    assert (list(book.defined_names), list(book["F & G"].defined_names)) == (["price"], ["local"])
    assert book.epoch.year == 1904


def test_spills_take_the_room_they_need(tmp_path):
    book = Book([])
    key = ("F & G", 1, 1)
    asked = {key: Asked("_xlfn._xlws.SORT(_xlfn.UNIQUE(T[k]))", Area(1, 1, 1, 1), spills=True)}
    asked["F & G", 1, 3] = Asked("COUNTA(_xlfn.ANCHORARRAY(A1))")
    reads = Calculator(book).reading("T[k]", *key).places
    given = CellRune().values(write(tmp_path / "scratch.xlsx", book, asked, reads, {}), list(asked))
    assert given[key] == [["=c"], ["a"], ["b"]]
    assert plain(given["F & G", 1, 3]) == 3.0


@pytest.mark.parametrize(
    ("formula", "reason"),
    [("FOO(1)", "does not know FOO"), ("A2+1", "a cell it reads"), ("NOW()", "volatile")],
)
def test_what_an_engine_cannot_compute_has_a_reason_in_two_languages(tmp_path, formula, reason):
    scratch, keys = laid_out(tmp_path / "scratch.xlsx", [formula, "FOO(1)"])
    given = CellRune().values(scratch, keys)[keys[0]]
    assert reason in given.reason.en
    assert given.reason.nl != given.reason.en


def asked_of(chosen, formulas):
    book = Book(formulas)
    keys = [("F & G", row, 1) for row in range(1, len(formulas) + 1)]
    return list(
        ask(chosen, Side(book, Calculator(book, compute=lambda _: False), {}, date1904=False), keys, []).values()
    )


def test_what_an_unknown_name_shows_is_no_value():
    unknown, known = asked_of(CellRune(), ["nobodys_name+1", "1+1"])
    assert isinstance(unknown, Unavailable)
    assert known == 2.0


def test_an_engine_that_dies_hangs_or_talks_nonsense_is_a_reason(tmp_path, monkeypatch):
    def program(code: str) -> None:
        path = tmp_path / "program.py"
        path.write_text(code)
        monkeypatch.setattr("clv_xl.engines.cellrune._PROGRAM", path)

    for code, reason in (
        ("import os; os.abort()", "without an answer"),
        ("raise SystemExit('out of memory')", "out of memory"),
        ("print('no json')", "without an answer"),
    ):
        program(code)
        (given,) = asked_of(CellRune(), ["1+1"])
        assert reason in given.reason.en
    program("import time; time.sleep(60)")
    (given,) = asked_of(CellRune(seconds=0.3), ["1+1"])
    assert "no answer after 0.3 seconds" in given.reason.en


def test_a_damaged_workbook_is_a_failure_told_in_a_sentence(tmp_path):
    (tmp_path / "damaged.xlsx").write_bytes(b"PK no workbook")
    with pytest.raises(EngineFailed, match=r"^[^\n]+\.$"):
        CellRune().values(Scratch(tmp_path / "damaged.xlsx", {}), [("S", 1, 1)])


def test_libreoffice_that_makes_nothing_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(libreoffice_module, "_program", lambda: shutil.which("true"))
    with pytest.raises(EngineFailed, match="could not compute"):
        LibreOffice().values(Scratch(tmp_path / "x.xlsx", {}), [])


def test_libreoffice_that_hangs_is_ended(tmp_path, monkeypatch):
    path = tmp_path / "soffice"
    path.write_text("#!/bin/sh\nexec sleep 60\n")
    path.chmod(0o755)
    monkeypatch.setattr(libreoffice_module, "_program", lambda: str(path))
    with pytest.raises(EngineFailed, match="no answer"):
        LibreOffice(seconds=0.2).values(Scratch(tmp_path / "x.xlsx", {}), [])


def test_libreoffice_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(libreoffice_module, "_INSTALLED", ())
    with pytest.raises(EngineFailed, match="not installed here"):
        engine("libreoffice")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="docs/excel-checklist.md is for machines with Excel")
def test_excel_says_where_it_runs():
    with pytest.raises(EngineFailed, match="Windows and Mac only"):
        engine("excel")


def test_excel_needs_its_extra(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(EngineFailed, match=r"clv-xl\[excel\]"):
        engine("excel")


def test_a_million_cells_are_not_copied(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch_module, "LARGEST", 9)
    with pytest.raises(TooLarge):
        laid_out(tmp_path / "scratch.xlsx", ["SUM(T[])"])
    (given,) = asked_of(CellRune(), ["SUM(T[])"])
    assert "more than a million cells" in given.reason.en


def test_engines_by_name(monkeypatch):
    assert isinstance(engine("files"), CellRune)
    assert isinstance(engine("libreoffice"), LibreOffice)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert engine("files") is None


def test_large_values_reach_the_engine_by_a_sheet_of_their_own():
    annex = asking.Annex({"annex 0"})
    texts = [
        annex.text(value)
        for value in (1.5, -2.0, 'say "x"', True, cell_error("#N/A"), [[1.0, "a"], [None, 2.0]], "x" * 300)
    ]
    assert texts == ["1.5", "(-2.0)", '"say ""x"""', "TRUE", "#N/A", "'annex 1'!A1:B2", "'annex 1'!C1"]
    assert annex.cells[parse("B2")] == 2.0
    assert annex.cells[parse("C1")] == "x" * 300
