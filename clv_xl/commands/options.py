"""What several commands have in common."""

from __future__ import annotations

import click

from clv_xl.terms import LANGUAGES, Text

EXISTS = Text(
    "{} exists. Give another name, or --force to replace it.",
    "{} bestaat al. Geef een andere naam, of --force om het te vervangen.",
)

language = click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")


def example(*lines: str) -> str:
    """The end of a help text: commands to copy."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)
