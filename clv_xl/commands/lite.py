"""`clv-xl lite`: the functions as Python code inside a workbook, for Excel on Mac and the web."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clv_xl.errors import ClvError
from clv_xl.terms import Text

from .options import EXISTS, about, example, language

if TYPE_CHECKING:
    from collections.abc import Callable

    from clv_xl.hosts.lite import Done

_EMBEDDED = Text(
    "{}: carries the functions now. Open it in Excel with xlwings Lite, and trust its code once.",
    "{}: bevat de functies nu. Open het in Excel met xlwings Lite, en vertrouw de code eenmaal.",
)
_STRIPPED = Text("{}: carries them no more.", "{}: bevat ze niet meer.")
_SAME = Text("{}: nothing to change.", "{}: niets te wijzigen.")
_SUFFIX = Text("{} must end in {}, as {} does", "{} moet eindigen op {}, net als {}")

_file = click.argument("file", type=click.Path(readable=False, path_type=Path))
_out = click.option(
    "--out", type=click.Path(dir_okay=False, readable=False, path_type=Path), help="A copy to write instead of FILE."
)
_force = click.option("--force", is_flag=True, help="Replace what exists.")


@click.group(
    short_help="Carry the functions in a workbook, for Mac and the web.",
    epilog=example(
        "clv-xl lite embed client.xlsx --lang nl", "clv-xl lite extract client.xlsx", "clv-xl lite strip client.xlsx"
    ),
)
def lite() -> None:
    """Put our functions as Python code into a workbook, for the free add-in xlwings Lite.

    They then work in Excel on Windows, Mac and the web, for whoever opens the workbook with the add-in and trusts its
    code. Only the parts that list the code are written; a new workbook with formulas for it is made by
    clv-xl template --host lite.
    """


@lite.command(short_help="Put the functions into a workbook.", epilog=example("clv-xl lite embed client.xlsx"))
@_file
@_out
@_force
@language
def embed(file: Path, out: Path | None, force: bool, lang: str) -> None:
    """Put the functions into FILE, or bring them up to date; their help is in the language of --lang.

    Formulas stay as they are: one that another kind of workbook has stored shows #NAME? until it is typed again.
    clv-xl lite strip takes the functions out again; clv-xl undo knows refreshes only.
    """
    from clv_xl.hosts.lite import embed as put  # noqa: PLC0415  start-up stays fast

    _tell(file, out, force, lang, _EMBEDDED, lambda: put(file, language=lang, out=out))


@lite.command(short_help="Take the functions out of a workbook.", epilog=example("clv-xl lite strip client.xlsx"))
@_file
@_out
@_force
@language
def strip(file: Path, out: Path | None, force: bool, lang: str) -> None:
    """Take the functions out of FILE; code of your own behind them stays."""
    from clv_xl.hosts.lite import strip as take  # noqa: PLC0415  start-up stays fast

    _tell(file, out, force, lang, _STRIPPED, lambda: take(file, out=out))


@lite.command(
    short_help="Write the code of a workbook to files.",
    epilog=example("clv-xl lite extract client.xlsx", "clv-xl lite extract client.xlsx --out code"),
)
@_file
@click.option(
    "--out",
    type=click.Path(file_okay=False, readable=False, path_type=Path),
    help="The folder. [default: client.lite beside FILE]",
)
@_force
@language
def extract(file: Path, out: Path | None, force: bool, lang: str) -> None:
    """Write main.py, requirements.txt and other files that FILE carries for xlwings Lite to a folder, to be read.

    Nothing of it is run.
    """
    from clv_xl.hosts.lite import extract as read  # noqa: PLC0415  start-up stays fast

    folder = out or file.with_suffix(".lite")

    def written() -> None:
        for name, text in read(file).items():
            target = folder / name
            if target.exists() and not force:
                raise click.UsageError(EXISTS[lang].format(target))
            folder.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            click.echo(target)

    _or_told(file, lang, written)


def _tell(file: Path, out: Path | None, force: bool, lang: str, told: Text, change: Callable[[], Done]) -> None:
    if out is not None and out.suffix.lower() != file.suffix.lower():
        raise click.BadParameter(_SUFFIX[lang].format(out, file.suffix, file.name), param_hint="--out")
    if out is not None and out.exists() and not force:
        raise click.UsageError(EXISTS[lang].format(out))

    def changed() -> None:
        click.echo((told if change().changed else _SAME)[lang].format(out or file))

    _or_told(file, lang, changed)


def _or_told(file: Path, lang: str, work: Callable[[], None]) -> None:
    """Do something with a file, or say in a sentence why not."""
    from clv_xl.batch.task import reason  # noqa: PLC0415  start-up stays fast

    try:
        work()
    except (ClvError, OSError) as error:
        raise click.ClickException(about(file, reason(error, str(file))[lang])) from None
