"""The portfolio as a workbook, read back by openpyxl and by LibreOffice."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clv_xl.refresh.record import CellChange, Record, StaleCell
from clv_xl.report import write
from clv_xl.report.wording import Wording

from ..evaluators import agrees
from .agency import AS_OF, agency

# openpyxl reads no sparklines, and says so
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

SHEETS = {
    "en": ["Portfolio", "Totals", "Changes", "Stale cells", "Refused"],
    "nl": ["Portfolio", "Totalen", "Wijzigingen", "Verouderde cellen", "Geweigerd"],
}
HOSTILE = ("=1+1", "+1", "-1", "@SUM(1)", "{=1}", "http://example.invalid", "007", "\x01\ud800", "x" * 40_000, "TRUE")


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    """Rows below the header in row 4, by header."""
    heads = [cell.value for cell in sheet[4]]
    return [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=5)]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_numbers_are_numbers_beside_their_clients(tmp_path: Path, language: str) -> None:
    path, say = tmp_path / "a.xlsx", Wording(language).say
    write(agency(), path, language=language)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == SHEETS[language]
    rows = {row[say("column.client")]: row for row in rows_of(book["Portfolio"])}
    records = {record.client: record for record in agency() if record.status != "failed"}
    assert set(rows) == set(records)
    for name, record in records.items():
        row, figures = rows[name], record.figures
        assert row[say("column.clv")] == pytest.approx(figures.get("clv_margin", figures["clv_revenue"]))
        assert row[say("column.customers")] == figures["customers"]
        assert row[say("column.clv_cac")] == (pytest.approx(figures["clv_cac"]) if "clv_cac" in figures else None)
        assert row[say("column.last_date")].date().isoformat() == record.last_date
        assert row[say("column.dropped")] == sum(record.dropped.values())
        month = record.months[-3]
        told = Wording(language).month(month.month)
        assert row[f"{say('column.revenue')} {told}"] == month.revenue
        assert row[f"{say('column.new')} {told}"] == month.new_customers
    assert book.properties.language == language
    assert book.properties.created.date() == AS_OF


@pytest.mark.parametrize("language", ["en", "nl"])
def test_totals_changes_stale_and_refused(tmp_path: Path, language: str) -> None:
    path, say = tmp_path / "a.xlsx", Wording(language).say
    write(agency(), path, language=language)
    _, totals, changes, stale, refused = openpyxl.load_workbook(path).worksheets
    known = [record for record in agency() if record.status != "failed"]
    for row in rows_of(totals):
        of = [record for record in known if record.currency == row[say("column.currency")]]
        assert row[say("total.revenue_all")] == pytest.approx(sum(record.figures["revenue"] for record in of))
        assert row[say("total.customers")] == sum(record.figures["customers"] for record in of)
    assert len(rows_of(changes)) == sum(len(record.changes) for record in known)
    assert [row[say("column.reason")] for row in rows_of(stale)] == [
        {"en": cell.en, "nl": cell.nl}[language] for record in known for cell in record.stale
    ]
    assert [row[say("column.message")] for row in rows_of(refused)] == [
        {"en": record.message, "nl": record.message_nl}[language] for record in agency()[-2:]
    ]


def test_text_from_data_stays_text(tmp_path: Path) -> None:
    path, base = tmp_path / "a.xlsx", agency()[0]
    records = [
        replace(
            base,
            client=text,
            file=text,
            industry=text,
            currency=text[:30],
            changes=(CellChange(text, text, text, text), CellChange("S", "A1", None, True)),
            stale=(StaleCell(text, text, text, text),),
        )
        for text in HOSTILE
    ]
    write([*records, *(Record(text, "failed", text, error=text, message=text) for text in HOSTILE)], path)
    with zipfile.ZipFile(path) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        assert not any(b"<f>" in parts.read(name) for name in sheets)
        assert not any(b"hyperlink" in parts.read(name) for name in parts.namelist())
    book = openpyxl.load_workbook(path)
    shown = {row["File"]: row["Client"] for row in rows_of(book["Refused"])}
    assert set(shown) >= set(HOSTILE[:7])
    assert len(next(text for text in shown if text.startswith("xx"))) == 32_767
    assert all(cell.data_type in "sn" for row in book["Refused"].iter_rows() for cell in row)
    assert {row["After"] for row in rows_of(book["Changes"])} >= {*HOSTILE[:7], True}


def test_no_column_is_too_narrow_for_its_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    large = [replace(r, figures={key: value * 1e5 for key, value in r.figures.items()}) for r in agency()]
    write(large, path)
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[:2]:
        widths = {}
        for dimension in sheet.column_dimensions.values():
            widths |= dict.fromkeys(range(dimension.min, dimension.max + 1), dimension.width)
        for row in sheet.iter_rows(min_row=5):
            for cell in row:
                if isinstance(cell.value, int | float) and "[$" in cell.number_format:
                    assert len(f"€ {cell.value:,.2f}") + 2 <= widths[cell.column]


def test_it_is_a_table_with_a_frozen_header_and_trends(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write(agency(), path)
    sheet = openpyxl.load_workbook(path)["Portfolio"]
    assert sheet.freeze_panes == "B5"
    (table,) = sheet.tables.values()
    assert re.fullmatch(r"A4:[A-Z]+16", table.ref)
    assert table.autoFilter is not None
    assert len({column.name for column in table.tableColumns}) == len(table.tableColumns)
    with zipfile.ZipFile(path) as parts:
        part = parts.read("xl/worksheets/sheet1.xml").decode()
    lines = re.findall(
        r"<xm:f>'?Portfolio'?!\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)</xm:f><xm:sqref>[A-Z]+(\d+)<", part
    )
    assert len(lines) == 2 * 12
    assert all(top == bottom == place for _, top, _, bottom, place in lines)  # its own row: it follows when sorted


@pytest.mark.parametrize("records", [[], agency()[-1:], agency()[:1]])
def test_it_opens_whatever_there_is(tmp_path: Path, records: list[Record]) -> None:
    path = tmp_path / "a.xlsx"
    write(records, path, language="nl")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == SHEETS["nl"]
    assert all(sheet["A4"].value for sheet in book.worksheets)


def test_libreoffice_shows_the_same(tmp_path: Path, libreoffice: Any) -> None:
    path = tmp_path / "a.xlsx"
    write(agency(), path, language="nl")
    shown = libreoffice.values(path)
    for sheet in openpyxl.load_workbook(path).worksheets:
        wanted = {
            (c.row, c.column): c.value for row in sheet.iter_rows() for c in row if isinstance(c.value, str | float)
        }
        assert [place for place, value in wanted.items() if not agrees(shown[sheet.title].get(place), value)] == []
