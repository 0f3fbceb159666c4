"""Formulas that say something: a text of the catalogue with figures in it, and amounts as a sentence has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .context import Context


def sentence(context: Context, key: str, **parts: str) -> str:
    """A text as a formula: `[mark]` in it is filled by the formula of that name."""
    formula = context.quoted(key)
    for mark, part in parts.items():
        formula = formula.replace(f"[{mark}]", f'"&{part}&"')
    return formula.removeprefix('""&').removesuffix('&""')


def timed(context: Context, key: str) -> str:
    """A text in which the chosen period may stand, as a formula; "" when it does not."""
    if "[period" not in context.text(key):
        return ""
    return sentence(context, key, period="period", periods="period_plural")


def percent(step: str) -> str:
    """A share as a whole number of percents."""
    return f"ROUND(100*{step},0)"


def amount(context: Context, cell: str) -> str:
    """Money as text without cents; spelled out, because TEXT reads separators as the user's own language has them."""
    mark, separator = context.numbers.symbol, "," if context.text("decimal") == "." else "."
    whole = f"ROUND({cell},0)"
    rest = f"MOD({whole},thousand)"
    zeros = f'IF({rest}<100,"0","")&IF({rest}<thousand/100,"0","")'
    plain = f"OR({whole}<thousand,{whole}>=thousand*thousand)"
    return f'IF(COUNT({cell})=0,"","{mark}"&IF({plain},{whole},INT({whole}/thousand)&"{separator}"&{zeros}&{rest}))'
