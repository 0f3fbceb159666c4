"""`clv-xl doctor`: why Excel gets no answer from Python, and the cure."""

from __future__ import annotations

import json
import os
import sys

import click

from clv_xl.terms import Text

from .excel import ELSEWHERE
from .options import as_json, example, language

_WELL = Text("well", "goed")
_WRONG = Text("WRONG", "FOUT")
_CURE = Text("cure", "oplossing")
_DONE = Text("Nothing is wrong.", "Er is niets mis.")


@click.command(short_help="Find what keeps Excel from calling Python.", epilog=example("clv-xl doctor --lang nl"))
@language
@as_json
def doctor(lang: str, as_json: bool) -> None:
    """Look at the add-in for Excel, its settings and its Python; say what is wrong and what to do.

    Exit codes: 0 nothing is wrong, 1 something is.
    """
    from clv_xl.hosts.vba import checks, installation, registry  # noqa: PLC0415  start-up stays fast

    places = installation.Places.of(os.environ)
    if places is None:
        click.echo(json.dumps([]) if as_json else ELSEWHERE[lang])
        return
    found = list(checks.findings(places, registry.read))
    for finding in () if as_json else found:
        click.echo(f"{(_WELL if finding.well else _WRONG)[lang]:6}{finding.name}: {finding.found[lang]}")
        if finding.cure and not finding.well:
            click.echo(f"      {_CURE[lang]}: {finding.cure[lang]}")
    if as_json:
        listed = [
            {
                "check": finding.name,
                "well": finding.well,
                "found": finding.found[lang],
                "cure": finding.cure[lang] if finding.cure and not finding.well else None,
            }
            for finding in found
        ]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
    elif all(finding.well for finding in found):
        click.echo(_DONE[lang])
    sys.exit(0 if all(finding.well for finding in found) else 1)
