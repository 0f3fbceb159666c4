"""The tables of a template that only Python can fill: after a refresh they say what the orders of that day say."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from clv_xl.analysis import LISTINGS, analyse
from clv_xl.errors import OrdersError
from clv_xl.orders.cleaning import read_orders
from clv_xl.refresh import refresh
from clv_xl.refresh.recording import record
from clv_xl.template.making import made
from clv_xl.template.texts import texts
from clv_xl.template.values import shown
from clv_xl.workbook import Book

from .. import fidelity

LANGUAGES = ("en", "nl")
TRAITS = {"en": ["Channel", "Region", "Category"], "nl": ["Kanaal", "Regio", "Categorie"]}


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("templates")
    paths = {language: folder / f"{language}.xlsx" for language in LANGUAGES}
    for language, path in paths.items():
        path.write_bytes(made(language, "EUR", "native"))
    return paths


@pytest.fixture
def template(templates: dict[str, Path], tmp_path: Path) -> Path:
    return Path(shutil.copy(templates["en"], tmp_path / "client.xlsx"))


def orders(path: Path, size: int, *, customers: int = 60, seed: int = 1, language: str = "en") -> Path:
    """A shop whose best customers come from one channel."""
    rng = np.random.default_rng(seed)
    who = rng.integers(0, customers, size)
    channel, region, category = TRAITS[language]
    frame = pd.DataFrame(
        {
            "order": [f"n{at}" for at in range(size)],
            "customer": [f"=k{at:03}" for at in who],
            "date": (pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 700, size), "D")).strftime(
                "%Y-%m-%d"
            ),
            "amount": (rng.gamma(2, 30, size) * (1 + 4 * (who % 5 == 0))).round(2),
            channel: np.where(who % 5 == 0, "friends", np.where(who % 2, "web", "shop")),
            region: rng.choice(["north", "south"], size),
            category: rng.choice(["a", "b", "c"], size),
            "email": "somebody@example.com",
        }
    )
    frame.to_csv(path, index=False)
    return path


@lru_cache(maxsize=1)
def loaded(path: Path, _: int) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path, data_only=True)


def table(path: Path, name: str) -> list[list[Any]]:
    """The rows of a table, heads first, as another reader sees them."""
    with Book(path) as book:
        found = book.table(name)
    sheet = loaded(path, path.stat().st_mtime_ns)[found.sheet]
    return [[cell.value for cell in row] for row in sheet[str(found.area)]]


def serials(rows: list[list[Any]]) -> list[list[Any]]:
    epoch = dt.datetime(1899, 12, 30)
    return [
        [(value - epoch) / dt.timedelta(1) if isinstance(value, dt.datetime) else value for value in row]
        for row in rows
    ]


def expected(file: Path, key: str, language: str) -> list[list[Any]]:
    read = read_orders(file, {"customer": "customer"})
    analysis = analyse(read.frame.join(read.attributes[TRAITS[language]]), margin=0.45, discount=0.1)
    frame, listing = analysis.tables[key], LISTINGS[key]
    rows = [
        [shown(value, language) for value in row] for row in zip(*(frame[head] for head in listing.heads), strict=True)
    ]
    return rows or [[None] * len(listing.heads)]


def same(rows: list[list[Any]], wanted: list[list[Any]]) -> None:
    assert len(rows) == len(wanted)
    for row, other in zip(serials(rows), wanted, strict=True):
        assert [None if value == "" else value for value in row] == [
            pytest.approx(value, rel=1e-8) if isinstance(value, float) else value for value in other
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_is_current_as_it_is_made(templates: dict[str, Path], language: str) -> None:
    before = templates[language].read_bytes()
    done = refresh(templates[language])
    assert (done.changed, done.changes, done.remarks, done.stale) == (False, [], [], [])
    assert templates[language].read_bytes() == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [40, 1200], ids=["fewer", "more"])
def test_every_table_says_what_the_new_orders_say(
    templates: dict[str, Path], tmp_path: Path, language: str, size: int
) -> None:
    path = Path(shutil.copy(templates[language], tmp_path / "client.xlsx"))
    file = orders(tmp_path / "new.csv", size, customers=size // 4, language=language)
    done = refresh(path, orders=file, columns={"customer": "customer"})
    assert not done.stale
    assert not done.remarks
    words = texts(language)
    for key in LISTINGS:
        if key != "history":
            heads, *rows = table(path, words[f"{key}.table"])
            assert heads == [head if head.isdigit() else words[f"{key}.{head}"] for head in LISTINGS[key].heads]
            same(rows, expected(file, key, language))
    stored = path.read_bytes()
    for kwargs in ({}, {"orders": file, "columns": {"customer": "customer"}}):
        again = refresh(path, **kwargs)
        assert (again.changed, again.changes) == (False, [])
    assert path.read_bytes() == stored
    told = [change for change in record(done, "x").changes if ":" in change.cell]
    unit = {"en": "row", "nl": "rij"}[language]
    assert {change.sheet for change in told} >= {words[f"sheet.{key}"] for key in ("customers", "profile", "cohorts")}
    assert all(isinstance(change.before, str) and unit in change.before for change in told)


def test_rows_look_like_those_above_and_formats_and_charts_follow(template: Path, tmp_path: Path) -> None:
    refresh(template, orders=orders(tmp_path / "new.csv", 900, customers=400), columns={"customer": "customer"})
    with Book(template) as book:
        boxes = dict(book.tables)
        charts = b"".join(book.package.read(part) for part in book.package.parts if "charts/chart" in part)
    book = openpyxl.load_workbook(template)
    for found in (boxes[texts("en")[f"{key}.table"]] for key in LISTINGS):
        sheet, area = book[found.sheet], found.area
        for column in range(area.left, area.right + 1):
            styles = {sheet.cell(row, column).style_id for row in (area.top + 1, area.bottom)}
            assert len(styles) == 1, (found.name, column)
    tracking = boxes["Tracking"].area
    assert f"${tracking.top + 1}:".encode() in charts
    assert f"${tracking.bottom}".encode() in charts
    cohorts, value = boxes["Cohorts"].area, boxes["CohortValue"].area
    assert cohorts.bottom == value.bottom
    spans = {str(one.sqref) for one in book[boxes["Cohorts"].sheet].conditional_formatting}
    assert any(span.endswith(str(cohorts.bottom)) for span in spans)


def test_without_orders_nothing_is_left_of_the_old_ones(template: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("order;customer;date;amount;Channel;Region;Category\n1;a;2024-05-01;10;web;n;c\n", encoding="utf-8")
    done = refresh(template, orders=file)
    assert not done.stale
    _, row = table(template, "CustomerList")
    assert row[1] == "a"
    assert table(template, "Profile")[1:] == [[None] * len(LISTINGS["profile"].heads)]
    errors = [
        (sheet.title, cell.coordinate)
        for sheet in loaded(template, template.stat().st_mtime_ns).worksheets
        if sheet.title != "Help"  # which explains them
        for line in sheet.iter_rows()
        for cell in line
        if isinstance(cell.value, str) and cell.value.startswith("#")
    ]
    assert not errors


def test_own_columns_of_the_orders_come_from_the_file(template: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    lines = [f"{at};c{at % 6};2024-05-{1 + at % 28:02};{10 + at};{'=1+1' if at % 2 else 'web'};x" for at in range(40)]
    file.write_text("\n".join(["order;customer;date;amount;CHAN-nel;Size", *lines]), encoding="utf-8")
    done = refresh(template, orders=file)
    heads, *rows = table(template, "Orders")
    assert {row[heads.index("Channel")] for row in rows} == {"=1+1", "web"}
    assert {row[heads.index("Region")] for row in rows} == {None}
    with zipfile.ZipFile(template) as archive:
        assert b"<f>1+1</f>" not in b"".join(
            archive.read(name) for name in archive.namelist() if "worksheets/s" in name
        )
    assert not done.remarks  # one size is no trait
    file.write_text(file.read_text(encoding="utf-8").replace("CHAN-nel", "Kanaal"), encoding="utf-8")
    before = template.read_bytes()
    with pytest.raises(OrdersError, match="has a column Channel that"):
        refresh(template, orders=file)
    assert template.read_bytes() == before


def test_a_trait_that_the_table_has_no_column_for_is_told(template: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    lines = [f"{at};c{at % 6};2024-05-{1 + at % 28:02};{10 + at};{'ab'[at % 2]}" for at in range(40)]
    file.write_text("\n".join(["order;customer;date;amount;Size", *lines]), encoding="utf-8")
    (remark,) = refresh(template, orders=file).remarks
    assert "Size" in remark.text.en
    assert "Size" in remark.text.nl


def edited(path: Path, edit: Any) -> None:
    """A workbook as Excel would save it with a change: openpyxl keeps all that these tests look at."""
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)


def test_a_table_that_is_gone_or_renamed_is_left_alone_and_told(template: Path, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        del book["Profile"]
        sheet = book["Customers"]
        found = sheet.tables["CustomerList"]
        found.tableColumns[1].name = "Who"
        row = int(found.ref.split(":")[0].lstrip("A"))
        sheet.cell(row, 2).value = "Who"

    edited(template, edit)
    done = refresh(template, orders=orders(tmp_path / "new.csv", 300), columns={"customer": "customer"})
    told = {remark.sheet: remark.text for remark in done.remarks}
    assert set(told) == {"", "Customers"}
    assert "Profile" in told[""].en
    assert "Customer" in told["Customers"].nl
    assert len(table(template, "CustomerList")) == 281
    same(table(template, "Cohorts")[1:], expected(tmp_path / "new.csv", "cohorts", "en"))


def test_what_stands_below_a_table_is_not_written_over(template: Path, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sheet = book["Profile"]
        area = sheet.tables["Profile"].ref
        sheet.cell(int(area.split(":")[1].lstrip("ABCDEFGH")) + 3, 2).value = "mine"

    edited(template, edit)
    rows = table(template, "Profile")
    file = tmp_path / "new.csv"
    frame = pd.read_csv(orders(file, 2000, customers=400))
    frame["Category"] = [f"kind {at}" for at in np.random.default_rng(2).integers(0, 20, len(frame))]
    frame.to_csv(file, index=False)
    done = refresh(template, orders=file, columns={"customer": "customer"})
    (remark,) = done.remarks
    assert "Profile!B" in remark.text.en
    assert table(template, "Profile") == rows


def test_own_columns_stay_with_their_customer(template: Path, tmp_path: Path) -> None:
    """As Excel writes them: two columns more in the table, one of them calculated."""
    file = orders(tmp_path / "a.csv", 200, customers=30)
    refresh(template, orders=file, columns={"customer": "customer"})
    with Book(template) as book:
        area, part = book.table("CustomerList").area, book.table("CustomerList").part

    def edit(book: openpyxl.Workbook) -> None:
        sheet = book["Customers"]
        found = sheet.tables["CustomerList"]
        right = area.right
        for number, head in enumerate(("Note", "Double"), 1):
            sheet.cell(area.top, right + number).value = head
            column = openpyxl.worksheet.table.TableColumn(id=right + number, name=head)
            if head == "Double":
                column.calculatedColumnFormula = openpyxl.worksheet.table.TableFormula(
                    attr_text="CustomerList[[#This Row],[Orders]]*2"
                )
            found.tableColumns.append(column)
        for row in range(area.top + 1, area.bottom + 1):
            sheet.cell(row, right + 1).value = f"about {sheet.cell(row, 2).value}" if row % 2 else None
            sheet.cell(row, right + 2).value = "=CustomerList[[#This Row],[Orders]]*2"
        corner = sheet.cell(area.bottom, right + 2).coordinate
        found.ref = found.autoFilter.ref = f"A{area.top}:{corner}"

    edited(template, edit)
    assert part
    noted = {row[1]: row[-2] for row in table(template, "CustomerList")[1:]}
    done = refresh(
        template, orders=orders(tmp_path / "b.csv", 400, customers=45, seed=2), columns={"customer": "customer"}
    )
    heads, *rows = table(template, "CustomerList")
    assert len(rows) > len(noted)
    for row in rows:
        assert row[-2] == noted.get(row[1])
        assert row[-1] == 2 * row[heads.index("Orders")]
    gone = set(noted) - {row[1] for row in rows}
    assert all(noted[customer] is None for customer in gone) or done.remarks
    assert not refresh(template).changed
    formulas = openpyxl.load_workbook(template)["Customers"]
    assert formulas.cell(area.top + len(rows), area.right + 2).value == "=CustomerList[[#This Row],[Orders]]*2"
    file = tmp_path / "c.csv"
    file.write_text("order;customer;date;amount;Channel;Region;Category\n1;new;2024-05-01;10\n", encoding="utf-8")
    (remark,) = refresh(template, orders=file).remarks
    assert "Note" in remark.text.en


def test_a_formula_typed_among_the_data_stays(template: Path, tmp_path: Path) -> None:
    edited(template, lambda book: book["Customers"].__setitem__("F9", "=1+1"))
    done = refresh(template, orders=orders(tmp_path / "new.csv", 300), columns={"customer": "customer"})
    assert [(one.sheet, "F9" in one.text.en) for one in done.remarks] == [("Customers", True)]
    assert openpyxl.load_workbook(template)["Customers"]["F9"].value == "=1+1"


def test_all_else_of_a_workbook_stays_as_its_user_made_it(template: Path, tmp_path: Path) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet("Mine")
        sheet["A1"], sheet["A2"], sheet["B1"] = "a", 5, "=SUM(CustomerList[Spent so far])"
        chart = openpyxl.chart.BarChart()
        chart.add_data(openpyxl.chart.Reference(sheet, min_col=1, min_row=1, max_row=2), titles_from_data=True)
        sheet.add_chart(chart, "D4")
        book["Inputs"]["J3"] = "a word of mine"

    edited(template, edit)
    refresh(template)
    before = Path(shutil.copy(template, tmp_path / "before.xlsx"))
    file = orders(tmp_path / "new.csv", 300)
    done = refresh(template, orders=file, columns={"customer": "customer"})
    with fidelity.Workbook(before) as old, fidelity.Workbook(template) as new:
        assert list(old.raw) == [part for part in new.raw if part in old.raw]
        mine = old.sheets["Mine"]
        links = {mine, *(part for part in old.raw if "theme" in part or "styles" in part or "sharedStrings" in part)}
        assert {part for part in links if old.raw[part] != new.raw[part]} <= {mine}
        drawn = [part for part in old.raw if "drawing" in part]
        assert all(old.raw[part] == new.raw[part] for part in drawn)
        assert new.cells("Inputs")[3, 10].text == "a word of mine"
    total = read_orders(file, {"customer": "customer"}).frame["amount"].sum()
    assert openpyxl.load_workbook(template, data_only=True)["Mine"]["B1"].value == pytest.approx(total)
    assert not done.remarks


def test_a_dry_run_tells_the_same_and_writes_nothing(template: Path, tmp_path: Path) -> None:
    file, before = orders(tmp_path / "new.csv", 300), template.read_bytes()
    dry = refresh(template, orders=file, columns={"customer": "customer"}, dry_run=True)
    assert template.read_bytes() == before
    wet = refresh(template, orders=file, columns={"customer": "customer"})
    assert dry.changes == wet.changes
    assert (tmp_path / ".clv-xl-backup" / wet.backup).read_bytes() == before
