"""`clv-xl publish`: a copy for readers without our functions."""

from __future__ import annotations

from pathlib import Path

import click

from clv_xl.errors import ClvError
from clv_xl.terms import Text, counted

from .options import EXISTS, about, example, language

_VALUES = (
    Text("formula is a value now", "formule is nu een waarde"),
    Text("formulas are values now", "formules zijn nu waarden"),
)
_OLD = Text(
    "Out of date, and so in the copy: {}. For new values: clv-xl refresh {}, and publish again.",
    "Verouderd, en zo in de kopie: {}. Voor nieuwe waarden: clv-xl refresh {}, en publiceer opnieuw.",
)
_UNCHECKED = Text(
    "Whether the values are up to date could not be told: {}", "Of de waarden actueel zijn was niet na te gaan: {}"
)
_REMAINING = Text(
    "Still calling functions of clv-xl, which does not work without them: {}.",
    "Roept nog functies van clv-xl aan, wat zonder die functies niet werkt: {}.",
)
_FOLDER = Text(
    "{} is a folder: name a workbook inside it, publish copies one at a time.",
    "{} is een map: noem een werkmap daarin, publish kopieert er één tegelijk.",
)
_SUFFIX = Text("{} must end in {}, as {} does", "{} moet eindigen op {}, net als {}")


@click.command(
    short_help="Copy a workbook for readers without clv-xl.",
    epilog=example("clv-xl publish client.xlsx", "clv-xl publish client.xlsx --out for-the-board.xlsx"),
)
@click.argument("file", type=click.Path(readable=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, readable=False, path_type=Path),
    help="The copy. [default: client.values.xlsx beside it]",
)
@click.option("--force", is_flag=True, help="Replace the copy when it exists.")
@language
def publish(file: Path, out: Path | None, force: bool, lang: str) -> None:
    """Copy a workbook with values in place of our functions, for readers without them.

    Only cells that call our functions change; all other formulas, charts and macros stay.
    """
    from clv_xl.batch import publishing  # noqa: PLC0415  start-up stays fast
    from clv_xl.batch.task import reason  # noqa: PLC0415  likewise

    if file.is_dir():
        raise click.BadParameter(_FOLDER[lang].format(file), param_hint="FILE")
    out = out or publishing.copy_of(file)
    if out.suffix.lower() != file.suffix.lower():
        raise click.BadParameter(_SUFFIX[lang].format(out, file.suffix, file.name), param_hint="--out")
    if out.exists() and not force:
        raise click.UsageError(EXISTS[lang].format(out))
    try:
        done = publishing.publish(file, out)
    except (ClvError, OSError) as error:
        raise click.ClickException(about(file, reason(error, str(file))[lang])) from None
    click.echo(f"{done.path}: {counted(done.formulas, *_VALUES)[lang]}")
    if done.old:
        click.echo(_OLD[lang].format(publishing.some(done.old)[lang], file.name))
    if done.unchecked is not None:
        click.echo(_UNCHECKED[lang].format(done.unchecked[lang]))
    if done.remaining:
        click.echo(_REMAINING[lang].format(publishing.some([told[lang] for told in done.remaining])[lang]))
