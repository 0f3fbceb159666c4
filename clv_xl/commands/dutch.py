"""What click itself says about wrong usage, in Dutch; what the commands say is Dutch already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import IO, Any

import click

_VALUE = re.compile(r"""('[^']*'|"[^"]*") """)
_PATH = re.compile(r"""\w+ ('.*'|".*") (does not exist|is a directory|is a file|is not \w+)\.""", re.DOTALL)
_PATHS = {"does not exist": "bestaat niet", "is a directory": "is een map", "is a file": "is een bestand"}
_EXTRA = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)


def asked_for(args: Sequence[str]) -> bool:
    """Whether a command line asks for Dutch, however wrong it is otherwise."""
    return "--lang=nl" in args or ("--lang", "nl") in pairwise(args)


def in_dutch(error: click.ClickException) -> click.ClickException:
    """An error of click that tells the same in Dutch."""
    return _Wrong(_told(error), error.ctx) if isinstance(error, click.UsageError) else _Failed(error.message)


class _Failed(click.ClickException):
    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"Fout: {self.message}", file, err=True)


class _Wrong(click.UsageError):
    def show(self, file: IO[Any] | None = None) -> None:
        if self.ctx is not None:
            usage = self.ctx.get_usage().replace("Usage:", "Gebruik:", 1).replace("[OPTIONS]", "[OPTIES]")
            click.echo(f"{usage}\nHulp, in het Engels: {self.ctx.command_path} --help\n", file, err=True)
        click.echo(f"Fout: {self.message}", file, err=True)


def _told(error: click.UsageError) -> str:
    # Older versions of click have no class for an unknown command.
    option, command = getattr(error, "option_name", ""), getattr(error, "command_name", "")
    if isinstance(error, click.NoSuchOption) or command:
        known = getattr(error, "possibilities", None)
        return f"Er is geen {f'opdracht {command}' if command else f'optie {option}'}.{_meant(known)}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        what = "argument" if error.param.param_type_name == "argument" else "optie"
        return f"Er ontbreekt een {what}: {error.param.get_error_hint(error.ctx)}."
    if isinstance(error, click.BadOptionUsage):
        asks = "requires" in error.message
        return f"Optie {option} {'vraagt een waarde' if asks else 'heeft geen waarde'}."
    if isinstance(error, click.BadParameter):
        hint = error.param_hint or (error.param.get_error_hint(error.ctx) if error.param else "")
        wrong = error.message if error.param is None else _wrong(error.param.type, error.message)
        return f"Ongeldige waarde voor {hint}: {wrong}"
    if extra := _EXTRA.match(error.message):
        return f"Dit is te veel: {extra[1]}"
    return error.message


def _meant(names: Sequence[str] | None) -> str:
    return f" Bedoelt u {' of '.join(names)}?" if names else ""


def _wrong(kind: click.ParamType[Any], message: str) -> str:
    """Why a value is refused; what no option of ours brings about stays as click says it."""
    if (path := _PATH.match(message)) and path[2] in _PATHS:
        return f"{path[1]} {_PATHS[path[2]]}."
    value = _VALUE.match(message)
    given = value[1] if value else "dit"
    if isinstance(kind, click.Choice):
        return f"{given} is geen keuze. Kies uit: {', '.join(map(str, kind.choices))}."
    if isinstance(kind, click.DateTime):
        return f"{given} is geen datum zoals 2026-09-30 (jaar-maand-dag)."
    if isinstance(kind, click.IntRange):
        return f"{given if value else message.partition(' ')[0]} is geen geheel getal vanaf {kind.min}."
    if isinstance(kind, click.types.FloatParamType):
        return f"{given} is geen getal met een punt, zoals 0.6."
    return message
