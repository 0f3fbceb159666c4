"""The command line: `clv-xl template | refresh | functions`."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import click

from . import errors
from .terms import LANGUAGES
from .version import __version__

if TYPE_CHECKING:
    from .catalogue import Function
    from .refresh import Refreshed

HOSTS = ("excel", "native", "addin")

language = click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")


def _example(*lines: str) -> str:
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="clv-xl")
def main() -> None:
    """Customer lifetime value in spreadsheets: functions, templates, refresh.

    Exit codes: 0 done, 1 some failed, 2 wrong usage.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows another, and no traceback


@main.command(epilog=_example("clv-xl template client.xlsx --lang nl --currency EUR"))
@click.argument("out", type=click.Path(dir_okay=False))
@language
@click.option("--currency", default="EUR", show_default=True, help="Currency code of the amounts.")
@click.option(
    "--host",
    type=click.Choice(HOSTS),
    default="excel",
    show_default=True,
    help="excel: Excel 365 and 2024, nothing to install. native: any spreadsheet program. addin: with the add-in.",
)
@click.option("--force", is_flag=True, help="Replace the file when it exists.")
def template(out: str, lang: str, currency: str, host: str, force: bool) -> None:
    """Write a new workbook to OUT: inputs, orders, results, benchmarks."""
    from pathlib import Path  # noqa: PLC0415  start-up stays fast

    from .template import write  # noqa: PLC0415  likewise

    if not out.lower().endswith(".xlsx"):
        raise click.BadParameter(f"{out} must end in .xlsx", param_hint="OUT")
    try:
        if Path(out).exists() and not force:
            raise click.UsageError(f"{out} exists. Give another name, or --force to replace it.")
        write(out, language=lang, currency=currency, host=host)
    except (errors.ClvError, OSError) as error:
        raise click.ClickException(f"{out}: {_reason(error, out)}") from None
    click.echo(out)


@main.command(
    epilog=_example("clv-xl refresh client.xlsx", "clv-xl refresh client.xlsx --orders export.csv --map customer=Email")
)
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option(
    "--orders", type=click.Path(), help="A file (.xlsx, .csv, .txt) whose orders replace those in the workbook."
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="FIELD=COLUMN,...",
    help="Say which column is which: customer=Email,amount=Total. Numbers count columns from 1.",
)
@click.option("--sheet", help="The sheet that holds the orders.")
@click.option(
    "--backup/--no-backup",
    default=True,
    show_default=True,
    help="Keep a copy of each changed file as it was, in .clv-xl-backup beside it.",
)
@language
@as_json
def refresh(  # options of a command
    files: tuple[str, ...],
    orders: str | None,
    mapping: tuple[str, ...],
    sheet: str | None,
    backup: bool,
    lang: str,
    as_json: bool,
) -> None:
    """Recompute workbooks from their orders, changing only the cells that change."""
    from .refresh import refresh as refresh_one  # noqa: PLC0415  it loads pandas

    if sheet == "":
        raise click.BadParameter("name the sheet", param_hint="--sheet")
    columns = dict(_pair(part) for entry in mapping for part in entry.split(","))
    failed = 0
    for file in files:
        try:
            done = refresh_one(file, orders=orders, columns=columns, sheet=sheet, backup=backup)
        except (errors.ClvError, OSError) as error:
            failed += 1
            reason = _reason(error, file)
            if as_json:
                click.echo(json.dumps({"file": file, "error": type(error).__name__, "message": reason}))
            else:
                click.echo(f"{file}: {reason}", err=True)
            continue
        if as_json:
            click.echo(json.dumps(_record(done), ensure_ascii=False))
        else:
            from .console import show_refreshed  # noqa: PLC0415  only people need it

            show_refreshed(done, lang)
    sys.exit(1 if failed else 0)


def _reason(error: Exception, file: str) -> str:
    """What went wrong, without the system's numbers, temporary names, or the file's own name again."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror.lower()}; the file is as it was."
    return str(error).removeprefix(f"{PurePath(file).name}: ")


def _pair(part: str) -> tuple[str, str]:
    field, equals, column = part.partition("=")
    if not equals or not field.strip() or not column.strip():
        raise click.BadParameter(f"{part!r} is not FIELD=COLUMN, e.g. customer=Email", param_hint="--map")
    return field.strip().casefold(), column.strip()


def _plain(value: Any) -> Any:
    """A value as JSON holds it; an error is its text."""
    if isinstance(value, list):
        return [[_plain(item) for item in row] for row in value]
    return value.cell if isinstance(value, errors.CellError) else value


def _described(spec: Function, lang: str) -> dict[str, Any]:
    """A function as a program reads it."""
    from .hosts.lambdas import for_people  # noqa: PLC0415  start-up stays fast

    listed = [{"name": p.name, "optional": p.optional, "doc": p.term.doc[lang]} for p in spec.parameters.values()]
    told = {"name": spec.name, "topic": spec.topic, "call": spec.signature, "doc": spec.doc[lang], "arguments": listed}
    return {**told, "lambda": for_people(spec)} if spec.native else told


def _record(done: Refreshed) -> dict[str, Any]:
    from .refresh.results import results  # noqa: PLC0415  only here

    record: dict[str, Any] = {"file": str(done.path), "changed": done.changed, "new_rows": done.new_rows}
    if done.orders is not None:
        ledger = done.orders.ledger
        record |= {
            "read": ledger.read,
            "kept": ledger.kept,
            "dropped": ledger.dropped,
            "mapping": done.orders.mapping.columns,
        }
    else:
        record["no_orders"] = done.no_orders
    if done.totals is not None:
        record["as_of"] = done.totals.as_of.isoformat()
        record["results"] = {figure.label.en: _plain(figure.value) for figure in results(done.totals)}
    record["changes"] = [
        {"sheet": c.sheet, "cell": c.cell, "before": _plain(c.before), "after": _plain(c.after)} for c in done.changes
    ]
    record["stale"] = [{"sheet": c.sheet, "cell": c.cell, "reason": c.reason.en} for c in done.stale]
    return record


@main.command(
    context_settings={"ignore_unknown_options": True},
    epilog=_example("clv-xl functions CLV --lang nl", "clv-xl functions CLV 50 36", "clv-xl functions AOV 100,200,50"),
)
@click.argument("name", required=False)
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
@language
@as_json
def functions(name: str | None, args: tuple[str, ...], lang: str, as_json: bool) -> None:
    """List the functions, explain one (NAME), or compute one (NAME ARGS).

    A range is written with commas, 100,200,50, or with semicolons; with --lang nl a comma is a decimal comma. An empty
    argument ("") is left out.
    """
    from . import CATALOGUE, console  # noqa: PLC0415  start-up stays fast

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
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise click.UsageError(f"there is no function {name.upper()}.{hint} `clv-xl functions` lists them.")
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
    click.echo(console.exact(result))


def _argument(text: str, lang: str) -> Any:
    """A number, a text, a range written with commas or semicolons, or nothing."""
    from .parameters import OMITTED  # noqa: PLC0415  start-up stays fast

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
