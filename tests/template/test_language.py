"""A third language is one file: a made-up one, every text of which is English in brackets, shows what is said twice.

What stands outside brackets in its workbook was not taken from the file.
"""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

import clv_xl
from clv_xl import CATALOGUE
from clv_xl.analysis.profile import BLANK, CLEAR, OTHER
from clv_xl.benchmarks import records
from clv_xl.functions.acquisition import HIGH_STATUS, STATUS
from clv_xl.functions.customers import SEGMENTS
from clv_xl.refresh import refresh
from clv_xl.template import texts
from clv_xl.template.context import Context
from clv_xl.template.making import made, planned
from clv_xl.template.texts import LANGUAGES
from clv_xl.terms import TERMS, Text

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
KEPT = re.compile(r"language\.code|decimal|format\.\w+")
"""No words: the code of the language, and how numbers and dates are written."""
ONE_WORD = re.compile(r"sheet\.\w+|\w+\.table")
"""Names that stand in formulas without quotes."""

WRAPPED = re.compile(r"⟦[^⟦⟧]*⟧|Ξ\w+Ξ")
HOSTS = ("excel", "native")
OURS = {
    # names
    "functions": r"=?_?(?:" + "|".join(CATALOGUE) + r")\b(?:\(.*\))?",
    "hosts and kinds": r"clv-xl|excel|native|LAMBDA",
    "models": r"\b(?:M?BG/NBD|Pareto/NBD|Gamma-Gamma|BG/BB)\b(?: (?:r|alpha|a|b|s|beta|p|q|v)\b)?",
    # data
    "orders": r"S\d+|[A-Z]+\d*-\d+",
    "codes": r"\b(?:EUR|USD|GBP|en|xx|nl)\b",
    "tiers": r"\b[ABC]+\b",
    # said by functions, which know English and Dutch
    "verdicts": "|".join(re.escape(text.en) for text in (*STATUS.values(), HIGH_STATUS)),
    "results of examples": "Champions",
}

WHOLE = {("xl", "si"), ("xl/charts", "t"), ("xl/charts", "v"), ("docProps", "title"), ("docProps", "subject")}
ATTRIBUTES = {
    ("xl/worksheets", "dataValidation"): ("promptTitle", "prompt", "errorTitle", "error"),
    ("xl/worksheets", "hyperlink"): ("tooltip",),
    ("xl/tables", "table"): ("displayName",),
    ("xl/tables", "tableColumn"): ("name",),
    ("xl", "sheet"): ("name",),
    ("xl/drawings", "cNvPr"): ("descr",),
}
"""Where texts stand in a file: elements of a folder's parts, and attributes of elements."""


def wrap(key: str, text: str) -> str:
    if KEPT.fullmatch(key) or not text:
        return text
    return f"Ξ{text}Ξ" if ONE_WORD.fullmatch(key) else f"⟦{text}⟧"


def unwrapped(text: str) -> str:
    return (
        re.sub("[⟦⟧Ξ]", "", text).replace('""&', "").replace('&""', "")
    )  # where a sentence begins or ends with a figure


def plain(value: object) -> object:
    return unwrapped(value) if isinstance(value, str) else value


def unbracketed(text: str) -> str:
    """What stands outside all brackets, which may stand in one another."""
    while (less := WRAPPED.sub("", text)) != text:
        text = less
    return text


def pseudo() -> dict[str, str]:
    """All texts of English, and all words that the code has in two languages, in brackets."""
    words = [record.industry.en for record in records()]
    words += [spec.doc.en for spec in CATALOGUE.values()] + [term.name.en for term in TERMS.values()]
    words += [name.en for row in SEGMENTS for name in row]
    words += [text.en for text in (CLEAR, BLANK, OTHER)] + [text.en for text in _analysed()]
    return {key: wrap(key, text) for key, text in LANGUAGES["en"].items()} | {
        f"said.{word}": f"⟦{word}⟧" for word in words
    }


def _analysed() -> Iterator[Text]:
    """What the analysis says of the sample orders."""
    analysis = planned("en", "EUR", "native").analysis
    values = (value for table in analysis.tables.values() for column in table for value in table[column])
    yield from (value for value in (*values, *analysis.facts.values()) if isinstance(value, Text))


def write(folder: Path, name: str = "xx") -> None:
    (folder / f"{name}.py").write_text(f"TEXTS = {pseudo()!r}\n", "utf-8")


@pytest.fixture
def language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The made-up language, put where the modules of languages are looked for."""
    write(tmp_path)
    monkeypatch.setattr(texts, "__path__", [*texts.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    found = texts.found(texts.__path__)
    assert list(found) == ["en", "nl", "xx"]
    monkeypatch.setitem(texts.LANGUAGES, "xx", found["xx"])
    yield "xx"
    del sys.modules["clv_xl.template.texts.xx"]


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def visible(content: bytes) -> Iterator[tuple[str, str]]:
    """Every text of a file that somebody can see, with the part it is in."""
    for name, part in parts(content).items():
        if not name.endswith(".xml"):
            continue
        for node in etree.fromstring(part).iter(etree.Element):
            yield from ((name, text) for text in _of(name, node))


def _of(name: str, node: etree._Element) -> Iterable[str]:
    tag = etree.QName(node).localname
    folder = "xl/worksheets" if name.startswith("xl/worksheets/") else name.rpartition("/")[0]
    if (folder, tag) in WHOLE:
        return ["".join(node.itertext())]
    if (folder, tag) in ATTRIBUTES:
        return filter(None, map(node.get, ATTRIBUTES[folder, tag]))
    if (folder, tag) == ("xl/worksheets", "f"):
        return ["".join(re.findall(r'"((?:[^"]|"")*)"', node.text or ""))]  # the pieces of a sentence, put together
    if (folder, tag) == ("xl/worksheets", "c") and node.get("t") == "str":
        return [node.findtext(f"{MAIN}v") or ""]
    return [re.sub(r"&[LCRAFDPN]|&\d+", " ", node.text or "")] if tag in ("oddHeader", "oddFooter") else []


@pytest.mark.parametrize("host", HOSTS)
def test_every_visible_text_comes_from_the_file_of_the_language(language: str, host: str):
    sources = {record.source for record in records()}
    outside = re.compile("|".join(OURS.values()))
    data = _data(planned(language, "EUR", host))
    found = {}
    for part, text in visible(made(language, "EUR", host)):
        if text in data or any(source.startswith(text) for source in sources):
            continue
        if re.search(r"[^\W\d_]{2,}", outside.sub("", unbracketed(text))):
            found[text] = part
    assert not found


def _data(context: Context) -> set[str]:
    """What stands in the orders, and in tables of the analysis where they name customers or traits."""
    sheets = {context.text("sheet.orders"), context.text("sheet.profile")}
    blocks = [block for name in sheets for block in context.plan.sheets[name].blocks]
    return {text for block in blocks for column in block.columns for text in column if isinstance(text, str)}


@pytest.mark.parametrize("host", HOSTS)
def test_a_language_changes_no_number_and_no_formula(language: str, host: str):
    """The published figures stand in the order of their names: there the rows are the same, in another order."""
    english, other = planned("en", "EUR", host), planned(language, "EUR", host)
    assert list(english.plan.names) == list(map(unwrapped, other.plan.names))
    for one, two in zip(_sheets(english), _sheets(other), strict=True):
        assert one == two


def _sheets(context: Context) -> Iterator[object]:
    """Name, cells with their looks and values, and tables of each sheet, without brackets."""
    computed = context.plan.computed()
    published = context.plan.tables[context.text("benchmarks.table")]
    for name, sheet in context.plan.sheets.items():
        rows: dict[int, list[object]] = {}
        for (row, column), cell in sheet.cells.items():
            shown = computed[name].get((row, column), cell.value)
            told = column, plain(cell.formula), cell.array, cell.style, plain(shown)
            rows.setdefault(row, []).append(told)
        listed = [rows.pop(row) for row in list(rows) if name == published.sheet and row > published.area.top]
        without_rows = [re.sub(r"(?<=[A-Z])\d+", "", repr(cells)) for cells in listed]
        blocks = [[list(map(plain, column)) for column in block.columns] for block in sheet.blocks]
        yield unwrapped(name), rows, sorted(without_rows), blocks, [block.styles for block in sheet.blocks]


@pytest.mark.parametrize("host", ["addin", "standalone", "lite"])
def test_a_workbook_of_every_host_is_made_in_it(language: str, host: str):
    """What these carry besides (macros, code) is in English where they know no other."""
    assert parts(made(language, "EUR", host))["xl/workbook.xml"]


def words_in_cells(path: Path) -> dict[tuple[str, str], str]:
    """The texts in cells, formulas apart, by sheet and place."""
    cells = (cell for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row)
    return {(cell.parent.title, cell.coordinate): cell.value for cell in cells if cell.data_type == "s"}


def test_a_refresh_leaves_the_words_of_the_language(language: str, tmp_path: Path):
    path = tmp_path / "client.xlsx"
    path.write_bytes(made(language, "EUR", "native"))
    before = words_in_cells(path)
    refresh(path)
    after = words_in_cells(path)
    assert {spot: (text, after.get(spot)) for spot, text in before.items() if after.get(spot) != text} == {}


def test_dutch_has_the_numbers_and_formulas_of_english():
    """But for the order of the benchmarks and of segments, which goes by name."""
    english, dutch = planned("en", "EUR", "native"), planned("nl", "EUR", "native")
    others = _named(dutch)
    for key, value in _named(english).items():
        other = others[key]
        assert isinstance(value, str) == isinstance(other, str), key
        if not isinstance(value, str):
            assert value == other, key


def _named(context: Context) -> dict[str, object]:
    computed = context.plan.computed()
    found: dict[str, object] = {}
    for name, place in context.plan.names.items():
        match = re.fullmatch(r"(\w+)!\$([A-Z]+)\$(\d+)", place)
        if match:
            column = sum((ord(letter) - 64) * 26**at for at, letter in enumerate(reversed(match[2])))
            found[name] = computed[match[1]].get((int(match[3]), column))
    return found


def test_the_command_offers_a_language_as_soon_as_its_file_is_there(tmp_path: Path):
    package = Path(clv_xl.__file__).parent
    shutil.copytree(package, tmp_path / "clv_xl", ignore=shutil.ignore_patterns("__pycache__"))
    write(tmp_path / "clv_xl" / "template" / "texts", "fy")
    command = [sys.executable, "-m", "clv_xl", "template", "t.xlsx", "--lang"]
    told = {"cwd": tmp_path, "env": {**os.environ, "PYTHONPATH": str(tmp_path)}, "capture_output": True, "text": True}
    assert "[en|fy|nl]" in subprocess.run([*command[:-2], "--help"], check=True, **told).stdout
    subprocess.run([*command, "fy"], check=True, **told)
    names = [text for part, text in visible((tmp_path / "t.xlsx").read_bytes()) if part == "xl/workbook.xml"]
    assert names[0] == "ΞOverviewΞ"
    assert len(names) == 14


def test_what_a_language_does_not_say_is_said_in_english(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(texts.LANGUAGES, "xx", {"sheet.inputs": "Eingaben", "format.date": "dd.mm.yyyy"})
    context = planned("xx", "EUR", "native")
    assert list(context.plan.sheets)[:2] == ["Overview", "Eingaben"]
    assert context.numbers.format("date") == "dd.mm.yyyy"
    assert context.text("results.purpose") == "Computed from the sheet Eingaben; nothing to type here."
