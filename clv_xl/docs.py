"""The parts of the documentation that the catalogue writes: `python -m clv_xl.docs` puts them in their place.

Text between `<!-- functions -->` and `<!-- /functions -->` in README.md is generated, and docs/functions.*.md whole; a
test checks that they are current.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from .console import TOPICS, exact
from .functions import CATALOGUE
from .functions.help import clv_help
from .terms import LANGUAGES, Text

if TYPE_CHECKING:
    from .catalogue import Function
    from .cells import Value

_GENERATED = re.compile(r"(<!-- functions -->\n).*?(<!-- /functions -->)", re.DOTALL)


_TITLE = Text("The functions of clv-xl", "De functies van clv-xl")
_PYTHON = Text("Needs Python", "Heeft Python nodig")
_SOURCE = Text("Source", "Bron")
_FORMULA = Text("As a formula", "Als formule")


def reference(language: str) -> str:
    """A page with every function, its arguments and examples, as CLV_HELP tells them, as Markdown."""
    lines = [f"# {_TITLE[language]}", ""]
    for topic, specs in _topics().items():
        lines += [f"## {TOPICS[topic][language]}", ""]
        for spec in specs:
            lines += [f"### {spec.name}", "", *_explained(spec, language)]
    return "\n".join(lines[:-1]) + "\n"


def _explained(spec: Function, language: str) -> list[str]:
    (call, doc, *_), *rows = clv_help(spec.name, language)
    arguments = 1 + len(spec.parameters) if spec.parameters else 0
    lines = [f"`{call}`", "", _text(doc, language), ""]
    lines += [*_table(rows[:arguments], 4, language), *_table(rows[arguments:], 2, language)]
    if spec.source:
        lines += [f"{_SOURCE[language]}: {_text(spec.source, language)}", ""]
    if not spec.native:
        return [*lines, f"*{_PYTHON[language]}.*", ""]
    return [*lines, f"{_FORMULA[language]}: `={spec.formula(*spec.parameters, guarded=False)}`", ""]


def _table(rows: list[list[Value]], width: int, language: str) -> list[str]:
    """Rows of help as a table, of which the first column is code; none when there are only headings."""
    if len(rows) < 2:  # noqa: PLR2004  headings and one row
        return []
    heads, *others = [[_text(value, language) for value in row[:width]] for row in rows]
    code = [[f"`{row[0]}`".replace("|", "\\|"), *texts[1:]] for row, texts in zip(rows[1:], others, strict=True)]
    return [f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * width, *code)] + [""]


def _text(value: Value, language: str) -> str:
    shown = exact(value)
    if isinstance(value, float) and language == "nl":
        shown = shown.replace(".", ",")
    return re.sub(r"([*_<|])", r"\\\1", shown)


def _topics() -> dict[str, list[Function]]:
    topics: dict[str, list[Function]] = {}
    for spec in CATALOGUE.values():
        topics.setdefault(spec.topic, []).append(spec)
    return topics


def function_table() -> str:
    """Every function with its call and its meaning, by topic, as Markdown."""
    lines = ["| Function | What it gives |", "|---|---|"]
    for topic, specs in _topics().items():
        lines.append(f"| **{TOPICS[topic].en}** | |")
        for spec in specs:
            python = "" if spec.native else " *Needs Python.*"
            lines.append(f"| `{spec.signature}` | {spec.doc.en.replace('|', '&#124;')}{python} |")
    return "\n".join(lines) + "\n"


def current(text: str) -> str:
    """A page with its generated part made current."""
    return _GENERATED.sub(lambda found: found[1] + function_table() + found[2], text)


if __name__ == "__main__":
    readme = Path(__file__).parent.parent / "README.md"
    readme.write_text(current(readme.read_text(encoding="utf-8")), encoding="utf-8")
    for page in LANGUAGES:
        (readme.parent / "docs" / f"functions.{page}.md").write_text(reference(page), encoding="utf-8")
