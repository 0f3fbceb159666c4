"""A template from its sheets to its file."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clv_xl.analysis import analyse
from clv_xl.errors import ClvError
from clv_xl.hosts import lambdas
from clv_xl.workbook.replace import refuse_if_open

from . import (
    benchmarks,
    checks,
    cohorts,
    customers,
    guide,
    history,
    inputs,
    levers,
    logo,
    orders,
    overview,
    prediction,
    profile,
    published,
    results,
    segments,
)
from .context import SHEETS, Brief, Context
from .finishing import finished
from .input_items import sampled
from .spelling import HOSTS
from .texts import LANGUAGES, texts
from .writing import Writer

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

    import pandas as pd

    from clv_xl.analysis import Analysis

    from .plan import SheetPlan

COMMITTED = {
    "clv-template.en.xlsx": ("en", "excel"),
    "clv-template.nl.xlsx": ("nl", "excel"),
    "clv-template.en.native.xlsx": ("en", "native"),
    "clv-template.nl.native.xlsx": ("nl", "native"),
}
"""The templates that the project carries, with their language and host."""

TRUSTED_FIRST = ("standalone", "lite")
"""Hosts whose functions are not there yet when Excel opens the file: computing all would turn values into #NAME?."""

_AS_STORED = '<calcPr calcId="191029"/>'  # of today's Excel, which computes anew what an older one has stored
_CURRENCY = re.compile(r"[A-Z]{3}")


def _inputs(context: Context) -> SheetPlan:
    return inputs.build(context, benchmarks.industries(context))


BUILDERS: tuple[Callable[[Context], SheetPlan], ...] = (
    *(_inputs, orders.build, results.build, customers.build, segments.build, profile.build, cohorts.build),
    *(prediction.build, levers.build, benchmarks.build, history.build, checks.build, guide.build, overview.build),
)
"""Each makes one sheet, after those that it names cells of."""


ASKED = ("margin", "discount", "horizon", "level")
"""The inputs that the analysis asks for."""


def _asked(typed: Mapping[str, float]) -> dict[str, Any]:
    return {name: typed[name] for name in ASKED if name in typed}


@cache
def _analysis_of_sample(language: str) -> Analysis:
    typed = sampled(sample=True)
    given = orders.sample(language, texts(language)["orders.sample"])
    return analyse(given, **_asked(typed))


def planned(
    language: str = "en", currency: str = "EUR", host: str = "excel", frame: pd.DataFrame | None = None, **more: Any
) -> Context:
    """A template as a plan, with these orders instead of the sample ones; `more` as in `Brief`."""
    brief = checked(Brief(language, currency, host, **more))
    if frame is not None and not brief.industry:
        brief = replace(brief, industry=None)  # the sample shop's says nothing about others
    typed = {**sampled(sample=frame is None), **brief.figures}
    given = orders.sample(language, texts(language)["orders.sample"]) if frame is None else frame
    known = frame is None and not brief.figures
    analysis = _analysis_of_sample(language) if known else analyse(given, **_asked(typed))
    context = Context(brief, given, analysis, typed)
    if brief.industry:
        context.brief = replace(brief, industry=context.said(published.named(brief.industry)))
    for build in BUILDERS:
        build(context)
    sheets = context.plan.sheets
    context.plan.sheets = {name: sheets[name] for name in (context.text(f"sheet.{key}") for key in SHEETS)}
    if context.speller.host == "excel":
        context.plan.names.update(lambdas.names())
    return context


def checked(brief: Brief) -> Brief:
    """Refuse what there is not. Raises ClvError."""
    if brief.language not in LANGUAGES:
        raise ClvError(
            f"There is no template in {brief.language!r}: choose {' or '.join(LANGUAGES)}.",
            f"Er is geen sjabloon in {brief.language!r}: kies {' of '.join(LANGUAGES)}.",
        )
    if brief.host not in HOSTS:
        raise ClvError(
            f"There is no kind of template {brief.host!r}: choose {', '.join(HOSTS)}.",
            f"Er is geen soort sjabloon {brief.host!r}: kies {', '.join(HOSTS)}.",
        )
    if not _CURRENCY.fullmatch(brief.currency):
        raise ClvError(
            f"{brief.currency!r} is no currency: give its three capitals, such as EUR.",
            f"{brief.currency!r} is geen valuta: geef de drie hoofdletters, zoals EUR.",
        )
    if brief.logo is not None:
        logo.checked(brief.logo)
    return brief


def made(
    language: str = "en", currency: str = "EUR", host: str = "excel", frame: pd.DataFrame | None = None, **more: Any
) -> bytes:
    """A template as the bytes of its file; see `planned`."""
    context = planned(language, currency, host, frame, **more)
    writer = Writer(context)
    content = finished(
        writer.write(),
        language=context.text("language.code"),
        addin=host == "addin",
        comments=lambdas.comments(context.spoken) if host == "excel" else {},
        opening=lambda xml: _opening(xml, host, context.spoken),
        long=writer.long,
    )
    if host == "lite":
        from clv_xl.hosts import lite  # noqa: PLC0415  only this host carries its program

        content = lite.embedded(content, context.spoken)
    return content


def _opening(xml: str, host: str, language: str) -> str:
    """The workbook's part as its host needs it when Excel opens the file."""
    if host in TRUSTED_FIRST:
        xml = re.sub(r"<calcPr[^>]*/>", _AS_STORED, xml)
    if host == "standalone":
        from clv_xl.hosts.vba.wizard import described  # noqa: PLC0415  only this host has macros

        xml = described(xml, language)
    return xml


def write(
    path: str | os.PathLike[str],
    *,
    language: str = "en",
    currency: str = "EUR",
    host: str = "excel",
    frame: pd.DataFrame | None = None,
    **more: Any,
) -> None:
    """Write a template.

    Args:
        path: the file, which is replaced when it is there.
        language: of everything that is read in it: the name of a module of `texts`.
        currency: an ISO code; it is in the number formats, nothing is converted.
        host: `excel` carries the functions as LAMBDA names, `native` spells every formula out, `addin` calls the
            installed add-in, `standalone` carries what the add-in does as macros, for a file that ends in .xlsm, `lite`
            carries the functions as Python code for xlwings Lite.
        frame: orders instead of the sample ones, columns order, customer, date, amount and any that describe an order.
        **more: period, client, logo and industry, as in `Brief`.

    Raises:
        ClvError: a language, currency, host or industry that there is not, a logo that is no picture, or a file that is
            open in another program.
        OSError: a place that cannot be written; what stood there stays.

    """
    target = Path(path)
    content = made(language, currency, host, frame, **more)
    refuse_if_open(target)
    draft = target.with_name(f".{target.name[:200]}.part")
    try:
        draft.write_bytes(content)
        draft.replace(target)  # a full disk must not take what stood there
    finally:
        draft.unlink(missing_ok=True)
