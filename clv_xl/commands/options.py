"""What several commands have in common."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

import click

from clv_xl.terms import LANGUAGES, Text

EXISTS = Text(
    "{} exists. Give another name, or --force to replace it.",
    "{} bestaat al. Geef een andere naam, of --force om het te vervangen.",
)
_NO_PAIR = Text("{!r} is not FIELD=COLUMN, e.g. customer=Email", "{!r} is niet VELD=KOLOM, bijv. customer=Email")

language = click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")

mapped = click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="FIELD=COLUMN,...",
    help="Say which column is which: customer=Email,amount=Total. Numbers count columns from 1.",
)


def told_columns(mapping: Iterable[str], lang: str) -> dict[str, str]:
    """What `mapped` was given: field -> column."""
    return dict(_pair(part, lang) for entry in mapping for part in entry.split(","))


def _pair(part: str, lang: str) -> tuple[str, str]:
    field, equals, column = part.partition("=")
    if not equals or not field.strip() or not column.strip():
        raise click.BadParameter(_NO_PAIR[lang].format(part), param_hint="--map")
    from clv_xl.orders.synonyms import FIELD_NAMES_NL  # noqa: PLC0415  start-up stays fast

    named = field.strip().casefold()
    english = {dutch: name for name, dutch in FIELD_NAMES_NL.items()}
    return english.get(named, named), column.strip()


def about(file: object, told: str) -> str:
    """What is to be told of a file, with where it is before it, or in place of its name."""
    name = f"{PurePath(str(file)).name} "
    return f"{file} {told.removeprefix(name)}" if told.startswith(name) else f"{file}: {told}"


def example(*lines: str) -> str:
    """The end of a help text: commands to copy."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)
