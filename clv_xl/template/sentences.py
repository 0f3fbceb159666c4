"""Sentences of the catalogue as formulas, with figures in the place of their marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .context import Context


def sentence(context: Context, key: str, **parts: str) -> str:
    """A text with `[mark]` in it as a formula; `parts` are formulas by mark, `[money]` is the sign of the currency."""
    formula = context.quoted(key).replace("[money]", context.numbers.symbol)
    for mark, part in parts.items():
        formula = formula.replace(f"[{mark}]", f'"&{part}&"')
    return formula.removeprefix('""&').removesuffix('&""')


def percent(formula: str) -> str:
    """A share as a whole number of percents."""
    return f"ROUND(100*{formula},0)"


def whole(formula: str) -> str:
    """A figure without decimals."""
    return f"ROUND({formula},0)"


def timed(context: Context, key: str) -> str:
    """A text in which the chosen period may stand, as a formula; "" when it does not."""
    if "[period" not in context.text(key):
        return ""
    return sentence(context, key, period="period", periods="period_plural")


def number(context: Context, cell: str, mark: str = "") -> str:
    """A whole number as text behind a mark; FIXED has the separators of the user's own country, maybe not of ours."""
    old, new = (".", ",") if context.text("decimal") == "." else (",", ".")
    return f'IF(COUNT({cell})=0,"","{mark}"&SUBSTITUTE(FIXED({cell},0),"{old}","{new}"))'


def amount(context: Context, cell: str) -> str:
    """Money as text without cents."""
    return number(context, cell, context.numbers.symbol)
