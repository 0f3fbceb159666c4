"""`clv-xl predict`: what the customers in an orders file will bring."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clv_xl.errors import ClvError
from clv_xl.terms import Text

from .options import EXISTS, as_json, example, language, mapped, told_columns

if TYPE_CHECKING:
    import datetime as dt

    from clv_xl.forecast.outlook import Outlook

_SUFFIX = Text("{} must end in {}", "{} moet eindigen op {}")
_NO_FOLDER = Text("there is no folder {}", "er is geen map {}")
_ORDERS = Text(
    "{} holds the orders, which are only read: name another file",
    "{} bevat de bestellingen, die alleen worden gelezen: noem een ander bestand",
)
_NO_SHEET = Text("name the sheet", "noem het blad")

MODELS = ("auto", "bgnbd", "mbgnbd", "pareto-nbd", "bgbb")
OUTPUTS = (".xlsx", ".csv", ".parquet")


@click.command(
    short_help="Predict what customers will bring.",
    epilog=example(
        "clv-xl predict orders.csv",
        "clv-xl predict orders.csv --horizon 12m --margin 0.6 --discount 0.1 --out predictions.xlsx",
        "clv-xl predict export.xlsx --map customer=Email --model pareto-nbd --json",
        "clv-xl predict orders.csv --pictures charts --lang nl",
    ),
)
@click.argument("orders", type=click.Path(exists=True, dir_okay=False, readable=False, path_type=Path))
@click.option(
    "--model",
    type=click.Choice(MODELS),
    default="auto",
    show_default=True,
    help="auto tries bgnbd, mbgnbd and pareto-nbd, and says why it takes which. bgbb counts periods with an order.",
)
@click.option(
    "--horizon",
    default="12m",
    show_default=True,
    metavar="12m|39w|180d|1y",
    help="How far ahead. For bgbb its unit is the period: m, w or y.",
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="The last day to look at.")
@click.option("--margin", type=float, default=1.0, help="Share of revenue, 0.6 for 60 %. [default: value is revenue]")
@click.option("--discount", type=float, default=0.0, help="Rate a year, 0.1 for 10 %. [default: not discounted]")
@click.option("--level", type=float, default=0.8, show_default=True, help="Of the intervals, 0.8 for 80 %.")
@mapped
@click.option("--sheet", help="The sheet that holds the orders.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, readable=False, path_type=Path),
    help="Write all customers: .xlsx (a workbook with charts), .csv or .parquet.",
)
@click.option("--force", is_flag=True, help="Replace the files of --out and --pictures when they exist.")
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, readable=False, path_type=Path),
    help="A folder for the charts, as SVG and PNG; needs the extra `pictures`.",
)
@language
@as_json
def predict(  # options of a command
    orders: Path,
    model: str,
    horizon: str,
    as_of: dt.datetime | None,
    margin: float,
    discount: float,
    level: float,
    mapping: tuple[str, ...],
    sheet: str | None,
    out: Path | None,
    force: bool,
    pictures: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Predict what the customers in ORDERS will buy and bring: how many, how much, who, and how sure that is.

    ORDERS is a file with a row for each order: .csv, .tsv, .txt, .xlsx, .xlsm, .xlsb, .ods or .parquet; a workbook of
    clv-xl too. It is only read. In a CSV an id that a spreadsheet would compute (=1+1) gets an apostrophe before it.
    """
    # The matrices are tiny: a tenth of the run would go into starting threads for them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from clv_xl.forecast.horizon import Horizon  # noqa: PLC0415  start-up stays fast
    from clv_xl.forecast.outlook import Question, outlook  # noqa: PLC0415  likewise

    if sheet == "":
        raise click.BadParameter(_NO_SHEET[lang], param_hint="--sheet")
    columns = told_columns(mapping, lang)
    try:
        ahead = Horizon.read(horizon)
    except ClvError as error:
        raise click.BadParameter(error.text[lang], param_hint="--horizon") from None
    day = None if as_of is None else as_of.date()
    try:
        if out is not None:
            _check_out(out, orders, lang, force=force)
        if pictures is not None:
            from clv_xl.forecast.pictures import files, needed  # noqa: PLC0415  only here

            needed()
            there = [] if force else [file for file in files(pictures) if file.exists()]
            if there:
                raise click.UsageError(EXISTS[lang].format(there[0]))
        told = outlook(orders, Question(model, ahead, day, margin, discount, level), columns, sheet)
        if out is not None:
            from clv_xl.forecast.files import write  # noqa: PLC0415  only here

            write(told, out, lang)
        if pictures is not None:
            from clv_xl.forecast.pictures import draw  # noqa: PLC0415  only here

            draw(told, pictures, lang)
    except OSError as error:
        raise click.ClickException(f"{error.filename or orders}: {error.strerror or error}") from None
    except ClvError as error:
        raise click.ClickException(error.text[lang]) from None
    _tell(told, lang, [path for path in (out, pictures) if path is not None], as_json=as_json)


def _check_out(out: Path, orders: Path, lang: str, *, force: bool) -> None:
    if out.suffix.lower() not in OUTPUTS:
        raise click.BadParameter(_SUFFIX[lang].format(out, ", ".join(OUTPUTS)), param_hint="--out")
    if not out.absolute().parent.is_dir():
        raise click.BadParameter(_NO_FOLDER[lang].format(out.absolute().parent), param_hint="--out")
    if out.exists() and out.samefile(orders):
        raise click.BadParameter(_ORDERS[lang].format(out), param_hint="--out")
    if out.exists() and not force:
        raise click.UsageError(EXISTS[lang].format(out))


def _tell(told: Outlook, lang: str, written: list[Path], *, as_json: bool) -> None:
    if as_json:
        from clv_xl.forecast.plain import document  # noqa: PLC0415  only here

        click.echo(document(told))
        return
    from clv_xl.console import console  # noqa: PLC0415  start-up stays fast
    from clv_xl.forecast.telling import Teller  # noqa: PLC0415  likewise
    from clv_xl.forecast.texts import say  # noqa: PLC0415  likewise

    Teller(console(), told, lang).tell()
    for path in written:
        click.echo(say(lang, "written", path=path))
