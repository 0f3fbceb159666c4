"""`clv-xl excel`: the add-in for Excel for Windows."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clv_xl import errors
from clv_xl.terms import Text

from .options import EXISTS, as_json, example, language

if TYPE_CHECKING:
    from clv_xl.hosts.vba.installation import Places

_SUFFIX = Text("{} must end in .xlam", "{} moet eindigen op .xlam")
ELSEWHERE = Text(
    "The add-in is for Excel on Windows. Here, take a workbook that carries the functions: clv-xl template client.xlsx "
    "(Excel 365 and 2024, on a Mac and on the web too), or --host native for any spreadsheet program. "
    "clv-xl excel build makes the add-in for another computer.",
    "De invoegtoepassing is voor Excel op Windows. Neem hier een werkmap die de functies bij zich heeft: clv-xl "
    "template client.xlsx (Excel 365 en 2024, ook op een Mac en op het web), of --host native voor elk "
    "rekenbladprogramma. clv-xl excel build maakt de invoegtoepassing voor een andere computer.",
)
_NONE = Text("none", "geen")
_OTHER_XLWINGS = Text(
    'The add-in works with xlwings {} only; here is {}. Run: pip install "clv-xl[excel]"',
    'De invoegtoepassing werkt alleen met xlwings {}; hier is {}. Voer uit: pip install "clv-xl[excel]"',
)
_INSTALLED = Text(
    "Installed: {}. Start Excel anew and type =CLV(50,36) in a cell.",
    "Geïnstalleerd: {}. Start Excel opnieuw en typ =CLV(50;36) in een cel.",
)
_REMOVED = Text("Removed: {}", "Verwijderd: {}")
_NOTHING = Text("Nothing was installed.", "Er was niets geïnstalleerd.")
_NOT_INSTALLED = Text("Not installed: {}", "Niet geïnstalleerd: {}")
_STATUS = Text("{}: clv-xl {}, help in {}, Python {}", "{}: clv-xl {}, hulp in {}, Python {}")


@click.group(short_help="The add-in for Excel for Windows.", epilog=example("clv-xl excel install --lang nl"))
def excel() -> None:
    """=CLV() and all other functions in every workbook, with help, in Excel for Windows."""


@excel.command(short_help="Write the add-in to a file.", epilog=example("clv-xl excel build clv_xl.xlam --lang nl"))
@click.argument("out", type=click.Path(dir_okay=False, readable=False, path_type=Path))
@language
@click.option("--force", is_flag=True, help="Replace the file when it exists.")
def build(out: Path, lang: str, force: bool) -> None:
    """Write the add-in to OUT, on any system: the same bytes every time."""
    from clv_xl.batch.task import reason  # noqa: PLC0415  start-up stays fast
    from clv_xl.hosts.vba import addin  # noqa: PLC0415  likewise

    if out.suffix.lower() != ".xlam":
        raise click.BadParameter(_SUFFIX[lang].format(out), param_hint="OUT")
    if out.exists() and not force:
        raise click.UsageError(EXISTS[lang].format(out))
    try:
        out.write_bytes(addin.build(lang))
    except OSError as error:
        raise click.ClickException(f"{out}: {reason(error, str(out))[lang]}") from None
    click.echo(out)


@excel.command(short_help="Install the add-in for this user.", epilog=example("clv-xl excel install --lang nl"))
@language
def install(lang: str) -> None:
    """Put the add-in in Excel's start folder and note which Python it calls: this one.

    Excel need not run, and nothing is to be trusted or imported. Installing again keeps your settings.
    """
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  start-up stays fast

    from clv_xl.batch.task import reason  # noqa: PLC0415  likewise
    from clv_xl.hosts.vba import XLWINGS, installation  # noqa: PLC0415  likewise

    places = _places(lang)
    try:
        found = version("xlwings")
    except PackageNotFoundError:
        found = _NONE[lang]
    if found != XLWINGS:
        raise click.ClickException(_OTHER_XLWINGS[lang].format(XLWINGS, found))
    try:
        installation.install(places, Path(sys.executable), lang)
    except errors.ClvError as error:
        raise click.ClickException(error.text[lang]) from None
    except OSError as error:
        raise click.ClickException(reason(error, str(places.addin))[lang]) from None
    click.echo(_INSTALLED[lang].format(places.addin))


@excel.command(short_help="Remove the add-in.", epilog=example("clv-xl excel uninstall"))
@language
def uninstall(lang: str) -> None:
    """Remove the add-in; settings that you wrote yourself stay."""
    from clv_xl.batch.task import reason  # noqa: PLC0415  start-up stays fast
    from clv_xl.hosts.vba import installation  # noqa: PLC0415  likewise

    places = _places(lang)
    try:
        gone = installation.uninstall(places)
    except errors.ClvError as error:
        raise click.ClickException(error.text[lang]) from None
    except OSError as error:
        raise click.ClickException(reason(error, str(places.addin))[lang]) from None
    click.echo(_REMOVED[lang].format(", ".join(map(str, gone))) if gone else _NOTHING[lang])


@excel.command(short_help="Say what is installed.", epilog=example("clv-xl excel status --json"))
@language
@as_json
def status(lang: str, as_json: bool) -> None:
    """Say which add-in is installed and which Python it calls; exit code 1 when there is none."""
    from clv_xl.hosts.vba.addin import built_as  # noqa: PLC0415  start-up stays fast
    from clv_xl.hosts.vba.installation import INTERPRETER, Settings  # noqa: PLC0415  likewise

    places = _places(lang)
    told = built_as(places.addin)
    python = Settings.read(places.settings).values.get(INTERPRETER)
    if as_json:
        click.echo(json.dumps({"addin": str(places.addin), "installed": bool(told), **told, "python": python}))
    elif told:
        click.echo(_STATUS[lang].format(places.addin, told["version"], told["language"], python or _NONE[lang]))
    else:
        click.echo(_NOT_INSTALLED[lang].format(places.addin))
    sys.exit(0 if told else 1)


def _places(lang: str) -> Places:
    from clv_xl.hosts.vba import installation  # noqa: PLC0415  start-up stays fast

    places = installation.Places.of(os.environ)
    if places is None:
        raise click.ClickException(ELSEWHERE[lang])
    return places
