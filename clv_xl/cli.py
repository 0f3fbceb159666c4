"""The command line: `clv-xl template | refresh | undo | publish | predict | functions | lite | excel | doctor`."""

from __future__ import annotations

import io
import sys

import click

from .commands.doctor import doctor
from .commands.excel import excel
from .commands.functions import functions
from .commands.lite import lite
from .commands.predict import predict
from .commands.publish import publish
from .commands.refresh import refresh
from .commands.template import template
from .commands.undo import undo
from .version import __version__


class _InOrder(click.Group):
    """Commands in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click passes it
        return list(self.commands)


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
