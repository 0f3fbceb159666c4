"""The parts of the documentation that the catalogue writes: `python -m clv_xl.docs` puts them in their place.

Text between `<!-- functions -->` and `<!-- /functions -->` in README.md is generated; a test checks that it is current.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from .console import TOPICS
from .functions import CATALOGUE

if TYPE_CHECKING:
    from .catalogue import Function

_GENERATED = re.compile(r"(<!-- functions -->\n).*?(<!-- /functions -->)", re.DOTALL)


def function_table() -> str:
    """Every function with its call and its meaning, by topic, as Markdown."""
    topics: dict[str, list[Function]] = {}
    for spec in CATALOGUE.values():
        topics.setdefault(spec.topic, []).append(spec)
    lines = ["| Function | What it gives |", "|---|---|"]
    for topic, specs in topics.items():
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
