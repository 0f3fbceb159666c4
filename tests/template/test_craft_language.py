"""Checks 46 to 48 of the craft: one language at a time, the other in the same places, the same values anywhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import zip_longest
from string import Formatter

import pytest
from openpyxl.formula import Tokenizer

from clv_xl.functions import CATALOGUE
from clv_xl.template.texts import LANGUAGES

from .wording import is_data, visible
from .workbooks import CASES, Case, Spot, Tab, Workbook, area_of, literals, none

Opened = Callable[[Case], Workbook]
ENGLISH = re.compile(
    r"\b(the|and|with|your|you|from|for|customers?|your orders|order value|revenue|years?|months?|days?|spend|"
    r"used|purchases?|average|lifespan|frequency|results?|inputs?|gross|per (?:order|customer|year)|share|rank|"
    r"industry|source|sample|type|choose|date|amount|check|value per|money|how|what|which|when|higher|lower|native|"
    r"expected|actual|that|this|these|who|more|less|than|most|each|every|benchmarks? of)\b",
    re.IGNORECASE,
)
DUTCH = re.compile(
    r"\b(de|het|een|en|uw|klant(en)?|bestelling(en)?|omzet|jaar|jaren|maanden|dagen|gemiddelde?|levensduur|"
    r"waarde|aandeel|per klant|hoe|wat|welke|meer|minder|dan|elke|ieder|van|voor|met|bij|kolom|blad)\b",
    re.IGNORECASE,
)
NAMES = re.compile(
    r"customer lifetime value|customer acquisition cost|life ?time value|discounted expected residual transactions|"
    r"clv-xl \w+|=?\b[A-Z_.]{3,}\([^)]*\)?|"
    r"\bE-commerce\b|" + "|".join(CATALOGUE),
    re.IGNORECASE,
)
"""What stands in a text of any language and is a name."""
SAME = {
    "W-1???": "the order numbers of the sample data",
    "Customer lifetime value": "the term in both languages",
    "Benchmarks": "loan word in Dutch",
    "Basis": "the same word",
    "Orders": "loan word in Dutch",
    "Segment": "the same word",
    "Segmenten": "the same word",
    "Model": "the same word",
    "Privacy": "the same word",
    "Customer lifetime value (CLV, LTV)": "the term in both languages",
    "Parameter": "the same word",
    "Parameters": "the same word",
    "Cohort": "the same word",
    "Help": "the same word",
    "Lift": "the term in both languages",
    "Churn": "the term in both languages",
    "BG/NBD": "the name of a model",
    "MBG/NBD": "the name of a model",
    "Pareto/NBD": "the name of a model",
    "Gamma-Gamma": "the name of a model",
    "week": "the same word",
    "per ": "the same word",
    "over ": "the same word",
    "x": "times, as in 3x",
    "Excel 2016+, LibreOffice, Sheets": "names of programs",
}
"""Texts that are the same in Dutch, and why."""
WITHOUT_WORDS = re.compile(
    r"(?:MBG/NBD|BG/NBD|Pareto/NBD|Gamma-Gamma) \w+|[^A-Za-z]*|[A-Z]{1,5}([:/][A-Z]{1,5})*|[\w.]+@[\w.]+|https?://\S+|\d+\.\d+\.\d+\w*"
)


def fields(text: str) -> set[str]:
    """What stands in a text to be filled in when a workbook is made."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def marks(text: str) -> set[str]:
    """What formulas fill in."""
    return set(re.findall(r"\[\w+\]", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_46_catalogues_have_the_same_texts_with_the_same_gaps(language: str):
    english, other = LANGUAGES["en"], LANGUAGES[language]
    assert list(english) == list(other)
    for key in english:
        assert fields(english[key]) == fields(other[key]), key
        assert marks(english[key]) - {"[unit]"} <= marks(other[key]) <= marks(english[key]), key
        codes = key.startswith("format.")  # of Excel, and none of them words
        assert codes or bool(english[key].strip()) == bool(other[key].strip()), key


def test_46_no_words_of_the_other_language(workbook: Workbook):
    other = {"nl": ENGLISH, "en": DUTCH}[workbook.case.language]
    none(
        (match[0], place, text)
        for place, text in visible(workbook)
        if not text.startswith("http") and text not in LANGUAGES and (match := other.search(NAMES.sub("", text)))
    )


def test_48_readers_are_spoken_to_in_one_way(workbook: Workbook):
    """As `u` in Dutch; in English as `you`, which has no other."""
    none(
        (place, text)
        for place, text in visible(workbook)
        if workbook.case.language == "nl" and re.search(r"\b(je|jij|jou|jouw|jullie)\b", text, re.IGNORECASE)
    )


DUTCH_CASES = [case for case in CASES if case.language == "nl"]


@pytest.fixture(params=DUTCH_CASES, ids=str)
def both(request: pytest.FixtureRequest, opened: Opened) -> tuple[Workbook, Workbook]:
    case: Case = request.param
    return opened(Case("en", case.host, case.content)), opened(case)


def matched(both: tuple[Workbook, Workbook]) -> Iterator[tuple[Tab, Spot, Tab, Spot]]:
    """Cells of the one language and of the other in the same places; published figures go by industry, in words."""
    for english, dutch in zip(both[0].tabs, both[1].tabs, strict=True):
        sorted_otherwise = published(english)
        for spot, cell in english.cells.items():
            if not any(top <= spot[0] <= bottom for top, bottom in sorted_otherwise):
                yield english, cell, dutch, dutch.cells[spot]


def published(tab: Tab) -> list[tuple[int, int]]:
    """Rows of the table of published figures and of the list of industries."""
    name = tab.workbook.texts["benchmarks.table"]
    found = [(table.area.top + 1, table.area.bottom) for table in tab.tables if table.name == name]
    sheet, _, place = tab.workbook.names["industry_list"].rpartition("!")
    listed = area_of(place)
    return [*found, (listed.top, listed.bottom)] if sheet.strip("'") == tab.name else found


def test_switching_language_moves_no_cell(both: tuple[Workbook, Workbook]):
    for english, dutch in zip(both[0].tabs, both[1].tabs, strict=True):
        rows = published(english)
        kept = [{s for s in t.cells if not any(a <= s[0] <= b for a, b in rows)} for t in (english, dutch)]
        assert kept[0] == kept[1], english.name
        assert [table.area for table in english.tables] == [table.area for table in dutch.tables]
        assert [table.name.casefold() for table in english.tables] == [t.name.casefold() for t in english.tables]
    assert list(both[0].names) == list(both[1].names)


def test_switching_language_changes_no_number(both: tuple[Workbook, Workbook]):
    for english, dutch in zip(both[0].tabs, both[1].tabs, strict=True):
        one, other = (
            sorted(cell.value for cell in tab.cells.values() if isinstance(cell.value, float))
            for tab in (english, dutch)
        )
        assert one == pytest.approx(other, rel=1e-12), english.name
    none(
        (cell, other)
        for _, cell, _, other in matched(both)
        if isinstance(cell.value, float) and other.value != pytest.approx(cell.value, rel=1e-12)
    )


def test_switching_language_changes_every_text(both: tuple[Workbook, Workbook]):
    def same() -> Iterator[tuple[Spot, str]]:
        for tab, cell, twin_tab, twin in matched(both):
            assert type(cell.value) is type(twin.value) or {cell.value, twin.value} <= {None, ""}, (cell, twin)
            if cell.formula is None and isinstance(cell.value, str) and not is_data(tab, cell):
                if cell.value == twin.value and not free(cell.value):
                    yield cell, str(twin_tab.name)
            elif cell.formula is not None:
                for one, other in zip_longest(literals(cell.formula), literals(twin.formula or "")):
                    if one == other and not free(one):
                        yield cell, one

    none(same())


def free(text: str) -> bool:
    """Whether a text may be the same in both."""
    return text in SAME or WITHOUT_WORDS.fullmatch(text) is not None


def test_switching_language_changes_no_formula(both: tuple[Workbook, Workbook]):
    """But for the names of sheets, tables and columns, the texts, and the order of the parts of a sentence."""
    english, dutch = both
    words = {one.name: other.name for one, other in zip(english.tabs, dutch.tabs, strict=True)}
    heads: dict[str, tuple[str, dict[str, str]]] = {}
    for one, other in zip(english.tabs, dutch.tabs, strict=True):
        for table, twin in zip(one.tables, other.tables, strict=True):
            heads[table.name] = (twin.name, dict(zip(table.heads, twin.heads, strict=True)))

    def column(match: re.Match[str]) -> str:
        name, columns = heads.get(match[1], (match[1], {}))
        return f"{name}[{columns.get(match[2], match[2])}]"

    sheets = re.compile("'?\\b(" + "|".join(map(re.escape, words)) + ")\\b'?!")

    def translated(formula: str) -> str:
        return sheets.sub(lambda match: f"{words[match[1]]}!", re.sub(r"\b(\w+)\[([^\[\]]+)\]", column, formula))

    none(
        (cell, twin)
        for _, cell, _, twin in matched(both)
        if (cell.formula is None) != (twin.formula is None)
        or (cell.formula and bare(translated(cell.formula)) != bare(twin.formula or ""))
    )


def bare(formula: str) -> Counter[str] | str:
    """A formula without its texts; of a sentence, its parts in any order, words among them as the language needs."""
    formula = re.sub(r'"(?:[^"]|"")*"', "~", formula)
    if "&" not in formula:
        return formula.replace("'", "")
    words = {"&", "~", "cohort_unit", "period"}
    return Counter(token.value for token in Tokenizer(f"={formula}").items if token.value.strip() not in words)
