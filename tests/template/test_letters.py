"""How wide the tests take a text to be, and how they show a number: against LibreOffice."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from fontTools.ttLib import TTFont
from lxml import etree

from clv_xl.template.theme import Numbers

from ..evaluators.libreoffice import LibreOffice
from .letters import points, shown
from .workbooks import Look

LIBERATION = Path("/usr/share/fonts/truetype/liberation")
VALUES = (0.0, 1.0, -3.5, 0.456, 1234.56, 1234567.891, 45000.0)
KINDS = ("money", "count", "rate", "exact", "one", "share", "whole", "round", "ratio", "date")


def look(size: float = 10, *, bold: bool = False) -> Look:
    return Look("Arial", size, bold, "", "", "General", False, 0, "", True)


@pytest.mark.parametrize("bold", [False, True])
def test_letters_are_as_wide_as_in_the_font_of_libreoffice(bold: bool):
    path = LIBERATION / f"LiberationSans-{'Bold' if bold else 'Regular'}.ttf"
    if not path.exists():
        pytest.skip("the fonts of LibreOffice are elsewhere")
    font = TTFont(path)
    glyphs, advances, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    for text in ("€ 1.234.567,89", "Wat een klant waard is: één bedrag", "CLV/CAC 3,2x (-12%); 'k'"):
        wide = sum(advances[glyphs[ord(letter)]][0] for letter in text) * 10 / em
        assert points(text, look(bold=bold)) == pytest.approx(wide, rel=0.01), text


def test_numbers_are_shown_as_libreoffice_shows_them(libreoffice: LibreOffice, tmp_path: Path):
    codes = [Numbers("en", currency).format(kind) for kind in KINDS for currency in ("EUR", "CHF")]
    with xlsxwriter.Workbook(tmp_path / "numbers.xlsx") as book:
        sheet = book.add_worksheet("Numbers")
        for row, code in enumerate(codes):
            form = book.add_format({"num_format": code})
            for column, value in enumerate(VALUES):
                sheet.write_number(row, column, value, form)
    root = etree.parse(libreoffice.convert(tmp_path / "numbers.xlsx", "fods"))
    told = [[text.text for text in row.iterfind(".//{*}p")] for row in root.iterfind(".//{*}table-row")][: len(codes)]
    for code, row in zip(codes, told, strict=True):
        for value, cell in zip(VALUES, row, strict=True):
            if "yy" not in code or value >= 1:
                assert shown(value, code) == cell, code
