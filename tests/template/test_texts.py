"""Both languages: the same texts, the same cells, nothing of the one in the other, everything readable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

import pytest

from clv_xl.benchmarks import records
from clv_xl.functions import CATALOGUE
from clv_xl.template.context import Context
from clv_xl.template.making import planned
from clv_xl.template.spelling import HOSTS
from clv_xl.template.texts import LANGUAGES
from clv_xl.template.theme import BAD, FAIR, GOOD, STYLES, WHITE, style

ENGLISH = re.compile(
    r"\b(the|and|with|your|you|from|for|customers?|your orders|order value|revenue|years?|months?|days?|spend|"
    r"used|purchases?|average|lifespan|frequency|results?|inputs?|gross|per (?:order|customer|year)|"
    r"industry|source|sample|type|choose|date|amount|check|value per|money|how|what|which|when|higher|lower|native)\b",
    re.IGNORECASE,
)
ALLOWED = re.compile(r"customer lifetime value|clv-xl refresh|=?[A-Z_]{3,}\([^)]*\)?|\bE-commerce\b", re.IGNORECASE)


def strings(context: Context) -> Iterator[tuple[str, tuple[int, int], str]]:
    """Every text that a user can read, with its place; not the titles of sources."""
    benchmarks = context.text("sheet.benchmarks")
    for name, sheet in context.plan.sheets.items():
        for (row, column), cell in sheet.cells.items():
            if isinstance(cell.value, str) and not (name == benchmarks and column in (1, 6, 10)):
                yield name, (row, column), cell.value
            if cell.formula:
                for text in re.findall(r'"((?:[^"]|"")+)"', cell.formula):
                    yield name, (row, column), text
        for spot, rule in sheet.validations.items():
            for key in ("input_title", "input_message", "error_title", "error_message"):
                yield name, spot, rule[key]


def fields(text: str) -> set[str]:
    """What stands in a text to be filled in."""
    named = {name for _, name, _, _ in Formatter().parse(text) if name}
    return named | set(re.findall(r"\[\w+\]", text))


def test_the_languages_have_the_same_texts_with_the_same_gaps():
    english, dutch = LANGUAGES["en"], LANGUAGES["nl"]
    assert list(english) == list(dutch)
    for key in english:
        assert fields(english[key]) == fields(dutch[key]), key
        assert bool(english[key].strip()) == bool(dutch[key].strip()), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_data_has_a_translation(language: str):
    texts = LANGUAGES[language]
    for record in records():
        assert f"metric.{record.metric}" in texts
        assert f"unit.{record.unit}" in texts
    for spec in CATALOGUE.values():
        assert f"topic.{spec.topic}" in texts


@pytest.mark.parametrize("host", HOSTS)
def test_no_english_in_the_dutch_workbook(host: str):
    context = planned("nl", "EUR", host)
    functions = context.text("sheet.help")
    found = [
        (sheet, spot, text)
        for sheet, spot, text in strings(context)
        if ENGLISH.search(ALLOWED.sub("", text)) and not (sheet == functions and spot[1] in (1, 2, 4))
    ]
    assert not found


def test_dutch_says_u():
    for key, text in LANGUAGES["nl"].items():
        assert not re.search(r"\b(je|jij|jou|jouw|jullie)\b", text, re.IGNORECASE), key


@pytest.mark.parametrize("host", HOSTS)
def test_the_languages_have_the_same_cells_and_formulas(host: str):
    """But for the order of the benchmarks, which goes by the name of the industry."""
    english, dutch = planned("en", "EUR", host), planned("nl", "EUR", host)
    both = zip(list(english.plan.sheets.values())[:4], list(dutch.plan.sheets.values())[:4], strict=True)
    for one, other in both:
        assert list(one.cells) == list(other.cells)
        for spot, cell in one.cells.items():
            twin = other.cells[spot]
            assert cell.style == twin.style, (one.name, spot)
            assert cell.array == twin.array, (one.name, spot)
            assert _bare(english, cell.formula) == _bare(dutch, twin.formula), (one.name, spot)
        assert one.widths == other.widths
        assert list(one.validations) == list(other.validations)
    own = [name for name in english.plan.names if name not in CATALOGUE]
    assert own == [name for name in dutch.plan.names if name not in CATALOGUE]


def _bare(context: Context, formula: str | None) -> str | None:
    """A formula without its texts, tables and the order in which money and words stand."""
    if formula is None:
        return None
    for nth, table in enumerate(context.plan.tables.values()):
        for column, head in enumerate(table.columns):
            formula = formula.replace(f"{table.name}[{head}]", f"table{nth}[{column}]")
    return re.sub(r"~&|&~", "", re.sub(r'"(?:[^"]|"")*"', "~", formula))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_fits_its_column(language: str):
    context = planned(language, "EUR", "native")
    computed = context.plan.computed()
    for name, sheet in context.plan.sheets.items():
        for (row, column), cell in sheet.cells.items():
            shown = computed[name].get((row, column), cell.value)
            if isinstance(shown, float):
                kind = cell.style.partition(":")[2]
                shapes = {"money": f"€ {shown:,.2f}", "date": "30-06-2025", "": f"{shown:g}", "count": f"{shown:,.0f}"}
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
