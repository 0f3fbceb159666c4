"""`clv-xl template`: a new workbook."""

from __future__ import annotations

import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clv_xl import errors
from clv_xl.terms import Text

from .options import EXISTS, about, example, mapped, told_columns

if TYPE_CHECKING:
    import pandas as pd

_SUFFIX = Text("{} must end in {}", "{} moet eindigen op {}")
_NO_SHEET = Text("name the sheet", "noem het blad")
_EMPTY = Text(
    "--empty is a workbook without orders: leave it out, or leave --orders out.",
    "--empty is een werkmap zonder bestellingen: laat dat weg, of laat --orders weg.",
)
_WITHOUT = Text(
    "{} is about the file of --orders: name that too.", "{} gaat over het bestand van --orders: noem dat ook."
)
_SAME = Text(
    "{} holds the orders, which are only read: name another file.",
    "{} bevat de bestellingen, die alleen worden gelezen: noem een ander bestand.",
)
_CURRENCY = Text(
    "The orders are in {0}, the workbook would be in {1}. Convert the amounts, or give --currency {0}.",
    "De bestellingen zijn in {0}, de werkmap zou in {1} zijn. Reken de bedragen om, of geef --currency {0}.",
)
LANGUAGES = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parents[1] / "template/texts")]))
"""Found as `clv_xl.template.texts` finds them, which takes a while to load."""
HOSTS = ("excel", "native", "addin", "standalone", "lite")
PERIODS = ("year", "month", "week")
_ISO = 3  # letters of a currency code


@click.command(
    short_help="Write a new workbook.",
    epilog=example(
        "clv-xl template client.xlsx --lang nl --currency EUR",
        'clv-xl template client.xlsx --orders export.csv --client "Harbor Skin" --logo harbor.png',
        "clv-xl template client.xlsx --orders export.csv --map customer=Email,amount=Total --industry Beauty",
        "clv-xl template client.xlsx --empty --period month --host native",
    ),
)
@click.argument("out", type=click.Path(dir_okay=False, readable=False))
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language.")
@click.option("--currency", help="Currency code of the amounts. [default: that of the orders, else EUR]")
@click.option(
    "--period",
    type=click.Choice(PERIODS),
    default="year",
    show_default=True,
    help="In which lifespan and frequency are typed and told.",
)
@click.option(
    "--host",
    type=click.Choice(HOSTS),
    default="excel",
    show_default=True,
    help="excel: Excel 365 and 2024, nothing to install. native: any spreadsheet program. addin: with the add-in. "
    "standalone: macros (.xlsm) that call Python on Windows, without the add-in. "
    "lite: with xlwings Lite, also on Mac and the web.",
)
@click.option(
    "--orders",
    type=click.Path(exists=True, dir_okay=False, readable=False, path_type=Path),
    help="The client's orders instead of the sample ones: .csv, .tsv, .txt, .xlsx, .xlsm, .xlsb, .ods or .parquet. "
    "Columns that describe an order (channel, city, product) come along.",
)
@mapped
@click.option("--sheet", help="The sheet that holds the orders.")
@click.option("--empty", is_flag=True, help="Without sample data.")
@click.option("--client", default="", metavar="NAME", help="Whose workbook it is: stands in its title.")
@click.option(
    "--logo",
    type=click.Path(exists=True, dir_okay=False, readable=False, path_type=Path),
    help="A PNG or JPEG picture for the first sheet.",
)
@click.option(
    "--industry",
    default="",
    metavar="NAME",
    help="The industry to compare with, as on the Benchmarks sheet. [default: with --orders or --empty none]",
)
@click.option("--force", is_flag=True, help="Replace the file when it exists.")
def template(  # options of a command
    out: str,
    lang: str,
    currency: str | None,
    period: str,
    host: str,
    orders: Path | None,
    mapping: tuple[str, ...],
    sheet: str | None,
    empty: bool,
    client: str,
    logo: Path | None,
    industry: str,
    force: bool,
) -> None:
    """Write a new workbook to OUT: what a customer is worth, who the best are, and which lever pays most.

    It holds sample orders until you give your own; `clv-xl refresh` makes it current later.
    """
    _check_options(out, lang, host, orders, mapping, sheet, empty=empty)
    from clv_xl.analysis.base import no_orders  # noqa: PLC0415  start-up stays fast
    from clv_xl.batch.task import reason  # noqa: PLC0415  likewise
    from clv_xl.template import write  # noqa: PLC0415  likewise

    if currency and len(currency.strip()) == _ISO:
        currency = currency.strip().upper()
    more: dict[str, Any] = {"period": period, "client": client.strip(), **_checked(logo, industry, lang)}
    try:
        if Path(out).exists() and not force:
            raise click.UsageError(EXISTS[lang].format(out))
        frame, theirs, told = _brought(orders, told_columns(mapping, lang), sheet, lang)
        if currency and theirs and currency != theirs:
            raise click.UsageError(_CURRENCY[lang].format(theirs, currency))
        write(
            out,
            language=lang,
            currency=currency or theirs or "EUR",
            host=host,
            frame=no_orders() if empty else frame,
            **more,
        )
    except (errors.ClvError, OSError) as error:
        raise click.ClickException(about(out, reason(error, out)[lang])) from None
    click.echo(out)
    if orders is not None:
        _tell(orders, told, lang)


def _check_options(
    out: str, lang: str, host: str, orders: Path | None, mapping: tuple[str, ...], sheet: str | None, *, empty: bool
) -> None:
    suffix = ".xlsm" if host == "standalone" else ".xlsx"
    if not out.lower().endswith(suffix):
        raise click.BadParameter(_SUFFIX[lang].format(out, suffix), param_hint="OUT")
    if sheet == "":
        raise click.BadParameter(_NO_SHEET[lang], param_hint="--sheet")
    if orders is None:
        for given, option in ((mapping, "--map"), (sheet, "--sheet")):
            if given:
                raise click.UsageError(_WITHOUT[lang].format(option))
        return
    if empty:
        raise click.UsageError(_EMPTY[lang])
    if Path(out).exists() and orders.samefile(out):
        raise click.BadParameter(_SAME[lang].format(out), param_hint="OUT")


def _checked(logo: Path | None, industry: str, lang: str) -> dict[str, Any]:
    """What is about the picture and the industry, refused under the name of its option."""
    from clv_xl.template import logo as pictures  # noqa: PLC0415  start-up stays fast
    from clv_xl.template import published  # noqa: PLC0415  likewise

    try:
        hint = "--logo"
        picture = None if logo is None else pictures.read(logo)
        hint = "--industry"
        if industry:
            published.named(industry)
    except errors.ClvError as error:
        raise click.BadParameter(error.text[lang], param_hint=hint) from None
    except OSError as error:
        raise click.BadParameter(f"{logo}: {error.strerror}", param_hint=hint) from None
    return {"logo": picture, "industry": industry}


def _brought(
    path: Path | None, columns: dict[str, str], sheet: str | None, lang: str
) -> tuple[pd.DataFrame | None, str, list[str]]:
    """The orders of a file, their currency, and how they were read."""
    if path is None:
        return None, "", []
    import pandas as pd  # noqa: PLC0415  start-up stays fast

    from clv_xl.orders.attributes import told_left_out  # noqa: PLC0415  likewise
    from clv_xl.orders.cleaning import read_orders  # noqa: PLC0415  likewise

    try:
        read = read_orders(path, columns, sheet)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror or error}") from None
    except errors.ClvError as error:
        raise click.ClickException(error.text[lang]) from None
    frame = pd.concat([read.frame.reset_index(drop=True), read.attributes], axis=1)
    theirs = read.ledger.currency
    known = len(theirs) == _ISO and theirs.isalpha()
    notes = [*read.mapping.describe(lang), *read.ledger.lines(lang)]
    if left_out := read.beside.left_out:
        notes.append(told_left_out(left_out)[lang])
    return frame, theirs if known else "", notes


def _tell(path: Path, notes: list[str], lang: str) -> None:
    from clv_xl.console import console  # noqa: PLC0415  start-up stays fast

    from .telling import Teller  # noqa: PLC0415  likewise

    Teller(lang, dry_run=False).read(console(), path.name, notes)
