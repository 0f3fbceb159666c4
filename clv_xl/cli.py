"""The command line: `clv-xl template | refresh | undo | publish | predict | functions | lite | excel | doctor`."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from .commands.doctor import doctor
from .commands.dutch import asked_for, in_dutch
from .commands.excel import excel
from .commands.functions import functions
from .commands.lite import lite
from .commands.predict import predict
from .commands.publish import publish
from .commands.refresh import refresh
from .commands.template import template
from .commands.undo import undo
from .version import __version__

_DUTCH = "clv_xl.dutch"


class _Commands(click.Group):
    """Commands in the order in which they are used, which refuse in the language that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click passes it
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_DUTCH] = asked_for(args)
        with _told(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        with _told(ctx):
            return super().invoke(ctx)


@contextmanager
def _told(ctx: click.Context) -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.ClickException as error:
        if ctx.meta[_DUTCH]:
            raise in_dutch(error) from None
        raise


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="clv-xl")
def main() -> None:
    """Customer lifetime value in spreadsheets: functions, templates, refresh, prediction.

    Exit codes: 0 done, 1 some failed, 2 wrong usage, 130 stopped.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows another, and no traceback


for command in (template, refresh, undo, publish, predict, functions, lite, excel, doctor):
    main.add_command(command)
