"""Orders whose ids and names would be formulas, markup or nothing at all elsewhere: stored as text, to the letter."""

import csv
import re
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
import python_calamine
import xlsxwriter

from clv_xl.template import write

from ..fidelity import Workbook
from . import subject
from .places import unescaped
from .readers import opened_by_libreoffice

FORMULAS = ["=1+1", "=cmd|' /C calc'!A0", "+SUM(1,2)", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x.example")', "{=1}",
"'=1", "\t=1+1"]  # fmt: skip
MARKUP = [
    "</t>",
    "]]>",
    "&#0;",
    "&lt;",
    "<!-- x -->",
    '"><script>',
    "_x0041_",
    "_x005F_x0041_",
    "_xD800_",
    "{p}",
    "%s%n",
    "<f>1</f>",
]
LETTERS = [
    "🧾👩‍👩‍👧",
    "עברית 123",
    "العربية",
    "a\u202eb",
    "é",
    "e\u0301",
    "\u00a0x\u00a0",
    "ﬁ",
    "\ufeffx",
    "a\u2028b",
    "a\nb",
    "long " + "x" * 250,
]
NUMBERS = ["007", "1e5", "1.50", "TRUE", "12/31/2024", "\uff19\uff19", "0x1F", "1_000", "inf"]
TEXTS = FORMULAS + MARKUP + LETTERS + NUMBERS
CLEANED = {"'=1": "=1", "\t=1+1": "=1+1", "\u00a0x\u00a0": "x"}
"""What ids are cleaned to: an apostrophe in front and blanks around are nothing."""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "client.xlsx"
    write(path, host="native")
    return path


@pytest.fixture
def client(template, tmp_path):
    return Path(shutil.copyfile(template, tmp_path / "client.xlsx"))


def refreshed(path, orders):
    assert subject.refresh(path, orders=orders).changed
    return path


def as_csv(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["Order", "Customer", "Date", "Amount"], *rows])
    return path


def as_workbook(path, rows):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, values in enumerate([["Order", "Customer", "Date", "Amount"], *rows]):
            for column, value in enumerate(values):
                (sheet.write_string if isinstance(value, str) else sheet.write)(row, column, value)
    return path


def orders_of(texts):
    return [[f"o{number} {text}", text, "2024-01-15", 10 + number] for number, text in enumerate(texts)]


def stored(path):
    """Customers as openpyxl, calamine and a reader of our own see them; formulas among them, and kinds of cells."""
    page = openpyxl.load_workbook(path)["Orders"]
    table = next(iter(page.tables.values()))
    cells = page[table.ref]
    header = [cell.value for cell in cells[0]]
    place = next(place for place, name in enumerate(header) if re.search("customer", str(name), re.IGNORECASE))
    column = [row[place] for row in cells[1:]]
    rows = (
        python_calamine.CalamineWorkbook.from_path(str(path))
        .get_sheet_by_name("Orders")
        .to_python(skip_empty_area=False)
    )
    with Workbook(path) as book:
        own = book.cells("Orders")
    return (
        [unescaped(str(cell.value)) for cell in column],
        [rows[cell.row - 1][cell.column - 1] for cell in column],
        [unescaped(own[cell.row, cell.column].text) for cell in column],
        [cell.coordinate for cell in column if cell.data_type == "f" or own[cell.row, cell.column].formula is not None],
        {own[cell.row, cell.column].kind for cell in column},
    )


@pytest.mark.parametrize("make", [as_csv, as_workbook], ids=["csv", "xlsx"])
def test_ids_are_stored_as_text_to_the_letter(make, client, tmp_path):
    # XlsxWriter spells an escape within an escape wrongly.
    texts = [text for text in TEXTS if make is as_csv or text != "_x005F_x0041_"]
    path = refreshed(client, make(tmp_path / f"orders.{'csv' if make is as_csv else 'xlsx'}", orders_of(texts)))
    by_openpyxl, by_calamine, own, formulas, kinds = stored(path)
    assert formulas == []
    assert kinds == {"str"}
    for seen in (by_openpyxl, by_calamine, own):
        assert seen == [CLEANED.get(text, text) for text in texts]
    assert opened_by_libreoffice([path]) == {path}


def test_no_text_of_an_order_becomes_markup(client, tmp_path):
    path = refreshed(client, as_csv(tmp_path / "orders.csv", orders_of(FORMULAS + MARKUP)))
    with zipfile.ZipFile(path) as archive:
        sheets = b"".join(archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
    assert not re.findall(rb"<f>[^<]*(?:cmd|calc|HYPERLINK|\b1\+1)", sheets)
    assert b"<script>" not in sheets


@pytest.mark.parametrize("length", [32_766, 32_767])
def test_the_longest_texts_are_kept(length, client, tmp_path):
    text = "x" * length
    path = refreshed(client, as_csv(tmp_path / "orders.csv", [["o1", text, "2024-01-15", 10]]))
    by_openpyxl, by_calamine, own, *_ = stored(path)
    assert by_openpyxl == by_calamine == own == [text]


@pytest.mark.parametrize("text", ["x" * 32_768, "🧾" * 16_384, "=" * 100_000], ids=["letters", "pairs", "formula"])
def test_a_text_too_long_for_a_cell_is_refused(text, client, tmp_path):
    path = client
    before = path.read_bytes()
    orders = as_csv(tmp_path / "orders.csv", [["o1", text, "2024-01-15", 10]])
    with pytest.raises(subject.ClvError) as refused:
        subject.refresh(path, orders=orders)
    assert not subject.improper(refused.value)
    assert re.search("32,767|too long|longer", str(refused.value))
    assert path.read_bytes() == before


@pytest.mark.parametrize("control", ["\x01", "\x08", "\x0b", "\x1b", "\x7f", "\x85", "\ufffe", "\x00"], ids=ascii)
def test_control_characters_make_a_whole_file_or_a_refusal(control, client, tmp_path):
    path = client
    before = path.read_bytes()
    orders = tmp_path / "orders.csv"
    orders.write_bytes(f"Order,Customer,Date,Amount\no1,a{control}b,2024-01-15,10\no2,c,2024-01-16,20\n".encode())
    try:
        subject.refresh(path, orders=orders)
    except subject.ClvError as error:
        subject.expect_sentence(error)
        assert path.read_bytes() == before
        return
    by_openpyxl, _, own, formulas, _ = stored(path)
    assert formulas == []
    assert own[1] == by_openpyxl[1] == "c"
    assert own[0] == f"a{control}b"


@pytest.mark.parametrize("code", ["utf-16", "cp1252", "utf-8-sig", "latin-1"])
def test_bytes_of_other_encodings(code, client, tmp_path):
    orders = tmp_path / "orders.csv"
    orders.write_bytes("Order,Customer,Date,Amount\no1,Zoë,2024-01-15,10\n".encode(code))
    path = client
    before = path.read_bytes()
    try:
        subject.refresh(path, orders=orders)
    except subject.ClvError as error:
        subject.expect_sentence(error)
        assert path.read_bytes() == before
    else:
        assert stored(path)[2] == ["Zoë"]


@pytest.mark.parametrize("surrogate", ["\ud800", "\udc00x"], ids=ascii)
def test_lone_surrogates_in_a_cell(surrogate, client):
    path = client
    page = openpyxl.load_workbook(path)["Orders"]
    free = f"A{page.max_row + 5}"
    assert subject.edit(path, {"Orders": {free: f"a{surrogate}b"}})
    with Workbook(path) as book:
        row = int(free[1:])
        assert unescaped(book.cells("Orders")[row, 1].text) == f"a{surrogate}b"
    assert openpyxl.load_workbook(path)["Orders"][free].value
