"""`clv-xl functions`: list, explain, compute, export."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clv_xl import errors
from clv_xl.terms import Text

from .options import EXISTS, as_json, example, language

if TYPE_CHECKING:
    from clv_xl.catalogue import Function

FORMATS = ("intellisense", "json", "markdown")

_ONLY_EXPORT = Text("--out and --force belong to --export.", "--out en --force horen bij --export.")
_ALL = Text("--export writes all functions: leave the name out.", "--export schrijft alle functies: laat de naam weg.")
_UNKNOWN = Text(
    "there is no function {}.{} `clv-xl functions` lists them.",
    "er is geen functie {}.{} `clv-xl functions` toont ze alle.",
)


@click.command(
    short_help="List, explain, compute or export our functions.",
    context_settings={"ignore_unknown_options": True},
    epilog=example(
        "clv-xl functions CLV --lang nl",
        "clv-xl functions CLV 50 36",
        "clv-xl functions AOV 100,200,50",
        "clv-xl functions --export intellisense --out clv_xl.intellisense.xml",
    ),
)
@click.argument("name", required=False)
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--export",
    type=click.Choice(FORMATS),
    help="Write them all for another program: help for Excel-DNA's IntelliSense, data, or a page to read.",
)
@click.option("--out", type=click.Path(dir_okay=False, readable=False, path_type=Path), help="File of --export.")
@click.option("--force", is_flag=True, help="Replace it when it exists.")
@language
@as_json
def functions(
    name: str | None,
    args: tuple[str, ...],
    export: str | None,
    out: Path | None,
    force: bool,
    lang: str,
    as_json: bool,
) -> None:
    """List the functions, explain one (NAME), or compute one (NAME ARGS).

    A range is written with commas, 100,200,50, or with semicolons; with --lang nl a comma is a decimal comma. An empty
    argument ("") is left out.
    """
    from clv_xl import CATALOGUE, console  # noqa: PLC0415  start-up stays fast

    if export is not None or out is not None or force:
        _export(export, name, out, force, lang)
        return
    if name is None:
        if as_json:
            listed = [
                {"name": f.name, "topic": f.topic, "call": f.signature, "doc": f.doc[lang]} for f in CATALOGUE.values()
            ]
            click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        else:
            console.list_functions(CATALOGUE.values(), lang)
        return
    spec = CATALOGUE.get(name.upper())
    if spec is None:
        from difflib import get_close_matches  # noqa: PLC0415  only here

        near = get_close_matches(name.upper(), CATALOGUE, n=3)
        hint = Text(f" Did you mean {' or '.join(near)}?", f" Soms {' of '.join(near)}?") if near else Text("", "")
        raise click.UsageError(_UNKNOWN[lang].format(name.upper(), hint[lang]))
    if not args and any(not parameter.optional for parameter in spec.parameters.values()):
        if as_json:
            click.echo(json.dumps(_described(spec, lang), ensure_ascii=False, indent=2))
        else:
            console.explain_function(spec, lang)
        return
    result = spec.cells(*(_argument(arg, lang) for arg in args))
    if as_json:
        why = {"why": str(result)} if isinstance(result, errors.CellError) else {}
        click.echo(json.dumps({"function": spec.name, "result": _plain(result), **why}, ensure_ascii=False))
        return
    if isinstance(result, list):
        console.show_table(result)
        return
    if isinstance(result, errors.CellError) and str(result):
        click.echo(str(result), err=True)
    told = console.exact(result)
    click.echo(told.replace(".", ",") if lang == "nl" and isinstance(result, float) else told)


def _export(form: str | None, name: str | None, out: Path | None, force: bool, lang: str) -> None:
    """Write all functions in a format, to a file or to the screen."""
    if form is None:
        raise click.UsageError(_ONLY_EXPORT[lang])
    if name is not None:
        raise click.UsageError(_ALL[lang])
    if out is None:
        click.echo(_exported(form, lang), nl=False)
        return
    if out.exists() and not force:
        raise click.UsageError(EXISTS[lang].format(out))
    from clv_xl.batch.task import reason  # noqa: PLC0415  start-up stays fast

    try:
        out.write_text(_exported(form, lang), encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{out}: {reason(error, str(out))[lang]}") from None
    click.echo(out)


def _exported(form: str, lang: str) -> str:
    from clv_xl import docs  # noqa: PLC0415  start-up stays fast
    from clv_xl.hosts import exports  # noqa: PLC0415  likewise

    if form == "intellisense":
        return exports.intellisense(lang)
    if form == "json":
        return json.dumps(exports.catalogue(), ensure_ascii=False, indent=2) + "\n"
    return docs.reference(lang)


def _argument(text: str, lang: str) -> Any:
    """A number, a text, a range written with commas or semicolons, or nothing."""
    from clv_xl.parameters import OMITTED  # noqa: PLC0415  start-up stays fast

    separator = ";" if ";" in text or lang == "nl" else ","
    parts = [part.strip() for part in text.split(separator)]
    if lang == "nl":
        parts = [part.replace(",", ".") if _DECIMAL_COMMA.fullmatch(part) else part for part in parts]
    return [[_value(part)] for part in parts] if len(parts) > 1 else _value(parts[0]) if text else OMITTED


_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")


def _value(text: str) -> Any:
    if text.upper() in errors.CELL_ERRORS[1:]:
        return errors.cell_error(text.upper())
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    try:
        return float(text)
    except ValueError:
        return text or None


def _plain(value: Any) -> Any:
    """A value as JSON holds it; an error is its text."""
    if isinstance(value, list):
        return [[_plain(item) for item in row] for row in value]
    return value.cell if isinstance(value, errors.CellError) else value


def _described(spec: Function, lang: str) -> dict[str, Any]:
    """A function as a program reads it."""
    from clv_xl.hosts.lambdas import for_people  # noqa: PLC0415  start-up stays fast

    listed = [{"name": p.name, "optional": p.optional, "doc": p.term.doc[lang]} for p in spec.parameters.values()]
    told = {"name": spec.name, "topic": spec.topic, "call": spec.signature, "doc": spec.doc[lang], "arguments": listed}
    return {**told, "lambda": for_people(spec)} if spec.native else told
