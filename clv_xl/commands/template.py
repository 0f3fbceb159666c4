"""`clv-xl template`: a new workbook."""

from __future__ import annotations

import click

from clv_xl import errors
from clv_xl.batch.task import reason
from clv_xl.terms import Text

from .options import EXISTS, example, language

_SUFFIX = Text("{} must end in {}", "{} moet eindigen op {}")
HOSTS = ("excel", "native", "addin", "standalone", "lite")


@click.command(
    short_help="Write a new workbook.", epilog=example("clv-xl template client.xlsx --lang nl --currency EUR")
)
@click.argument("out", type=click.Path(dir_okay=False, readable=False))
@language
@click.option("--currency", default="EUR", show_default=True, help="Currency code of the amounts.")
@click.option(
    "--host",
    type=click.Choice(HOSTS),
    default="excel",
    show_default=True,
    help="excel: Excel 365 and 2024, nothing to install. native: any spreadsheet program. addin: with the add-in. "
    "standalone: macros (.xlsm) that call Python on Windows, without the add-in. "
    "lite: with xlwings Lite, also on Mac and the web.",
)
@click.option("--force", is_flag=True, help="Replace the file when it exists.")
def template(out: str, lang: str, currency: str, host: str, force: bool) -> None:
    """Write a new workbook to OUT: inputs, orders, results, benchmarks."""
    from pathlib import Path  # noqa: PLC0415  start-up stays fast

    from clv_xl.template import write  # noqa: PLC0415  likewise

    suffix = ".xlsm" if host == "standalone" else ".xlsx"
    if not out.lower().endswith(suffix):
        raise click.BadParameter(_SUFFIX[lang].format(out, suffix), param_hint="OUT")
    try:
        if Path(out).exists() and not force:
            raise click.UsageError(EXISTS[lang].format(out))
        write(out, language=lang, currency=currency, host=host)
    except (errors.ClvError, OSError) as error:
        raise click.ClickException(f"{out}: {reason(error, out)[lang]}") from None
    click.echo(out)
