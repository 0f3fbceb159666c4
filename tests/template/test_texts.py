"""Both languages: the same texts, the same cells, nothing of the one in the other, everything readable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

import pytest

from clv_xl.benchmarks import records
from clv_xl.template.context import Context
from clv_xl.template.making import planned
from clv_xl.template.plan import SheetPlan
from clv_xl.template.spelling import HOSTS
from clv_xl.template.texts import LANGUAGES
from clv_xl.template.theme import BAD, FAIR, GOOD, STYLES, WHITE, style

ENGLISH = re.compile(
    r"\b(the|and|with|your|you|from|for|customers?|your orders|order value|revenue|years?|months?|days?|spend|"
    r"used|purchases?|average|lifespan|frequency|results?|inputs?|gross|per (?:order|customer|year)|"
    r"industry|source|sample|type|choose|date|amount|check|value per|money|how|what|which|when|higher|lower|native)\b",
    re.IGNORECASE,
)
ALLOWED = re.compile(
    r"customer lifetime value|clv-xl refresh|=?[A-Z_]{3,}\([^)]*\)?|\bE-commerce\b|Excel, LibreOffice", re.IGNORECASE
)


def strings(context: Context) -> Iterator[tuple[str, tuple[int, int], str]]:
    """Every text that a user can read, with its place; not names: of industries, sources, customers, functions."""
    for name, sheet in context.plan.sheets.items():
        yield name, (0, 0), name
        yield from ((name, spot, text) for spot, text in _in_cells(context, sheet))
        for spot, rule in sheet.validations.items():
            for key in ("input_title", "input_message", "error_title", "error_message"):
                yield name, spot, rule[key]
        for chart in sheet.charts:
            for text in (*(series.name for series in chart.series), chart.value_title, chart.category_title, chart.alt):
                yield name, chart.area.anchor, text
    for table in context.plan.tables.values():
        yield table.sheet, table.area.anchor, table.name


def _in_cells(context: Context, sheet: SheetPlan) -> Iterator[tuple[tuple[int, int], str]]:
    named = {}  # columns that hold names, and the row above them
    for key, columns in {"benchmarks": (1, 10), "functions": (1, 3)}.items():
        table = context.plan.tables[context.text(f"{key}.table")]
        named.update({column: table.area.top for column in columns if table.sheet == sheet.name})
    for (row, column), cell in sheet.cells.items():
        if isinstance(cell.value, str) and row <= named.get(column, row):
            yield (row, column), cell.value
        yield from (((row, column), text) for text in re.findall(r'"((?:[^"]|"")*)"', cell.formula or ""))
    for block in sheet.blocks:
        for column, (values, look) in enumerate(zip(block.columns, block.styles, strict=True), block.left):
            if look == "cell":  # words of ours; what is data has a number format
                yield from (((block.top, column), text) for text in set(values) if isinstance(text, str))


def fields(text: str) -> set[str]:
    """What stands in a text to be filled in."""
    named = {name for _, name, _, _ in Formatter().parse(text) if name}
    return named | set(re.findall(r"\[\w+\]", text))


def test_the_languages_have_the_same_texts_with_the_same_gaps():
    english, dutch = LANGUAGES["en"], LANGUAGES["nl"]
    assert list(english) == list(dutch)
    for key in english:
        assert fields(english[key]) == fields(dutch[key]), key
        if not key.startswith("format."):
            assert bool(english[key].strip()) == bool(dutch[key].strip()), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_data_has_a_translation(language: str):
    texts = LANGUAGES[language]
    for record in records():
        assert f"metric.{record.metric}" in texts
        assert f"unit.{record.unit}" in texts


@pytest.mark.parametrize("host", HOSTS)
def test_no_english_in_the_dutch_workbook(host: str):
    found = [told for told in strings(planned("nl", "EUR", host)) if ENGLISH.search(ALLOWED.sub("", told[2]))]
    assert not found


def test_dutch_says_u():
    told = [*LANGUAGES["nl"].values(), *(text for _, _, text in strings(planned("nl", "EUR", "native")))]
    assert not [text for text in told if re.search(r"\b(je|jij|jou|jouw|jullie)\b", text, re.IGNORECASE)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_and_tables_have_names_that_formulas_take_as_they_are(language: str):
    texts = LANGUAGES[language]
    names = [text for key, text in texts.items() if key.startswith("sheet.") or key.endswith(".table")]
    assert all(re.fullmatch(r"[^\W\d]\w{0,30}", name) for name in names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_heads_of_a_table_differ_and_need_no_escape_in_a_reference(language: str):
    for table in planned(language, "EUR", "native").plan.tables.values():
        heads = [head.casefold() for head in table.columns]
        assert len(set(heads)) == len(heads), table.name
        assert not [head for head in heads if not head.strip() or set(head) & set("[]#'@")], table.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_fits_its_column(language: str):
    context = planned(language, "EUR", "native")
    computed = context.plan.computed()
    for name, sheet in context.plan.sheets.items():
        for (row, column), cell in sheet.cells.items():
            shown = computed[name].get((row, column), cell.value)
            if isinstance(shown, float):
                kind = cell.style.partition(":")[2]
                shapes = {
                    "money": f"€ {shown:,.2f}",
                    "date": "30-06-2025",
                    "": f"{shown:g}",
                    "year": f"{shown:.0f}",
                    "count": f"{shown:,.0f}",
                }
                text = shapes.get(kind, f"{shown:,.2f}")
                assert len(text) + 2 <= sheet.widths[column - 1], (name, row, column, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_on_inputs_fits_what_excel_allows(language: str):
    context = planned(language, "EUR", "native")
    for sheet in context.plan.sheets.values():
        for rule in sheet.validations.values():
            assert len(rule["input_title"]) <= 32
            assert len(rule["error_title"]) <= 32
            assert len(rule["input_message"]) <= 255
            assert len(rule["error_message"]) <= 255


def _brightness(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_font_stands_out_from_its_fill():
    context = planned("en", "EUR", "native")
    looks = [style(name, context.numbers) for name in STYLES]
    pairs = [(look["font_color"], look.get("bg_color", WHITE)) for look in looks]
    for font, fill in [*pairs, *((font, fill) for fill, font in (GOOD, FAIR, BAD))]:
        bright, dark = sorted((_brightness(font), _brightness(fill)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 4.5, (font, fill)
