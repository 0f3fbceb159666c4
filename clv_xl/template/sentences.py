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


def number(context: Context, cell: str) -> str:
    """A figure as text without decimals; spelled out, as TEXT reads separators as the user's own language has them."""
    return f'IF(COUNT({cell})=0,"",{_grouped(context, whole(cell))})'


def amount(context: Context, cell: str) -> str:
    """Money as text without cents."""
    return f'IF(COUNT({cell})=0,"","{context.numbers.symbol}"&{_grouped(context, whole(cell))})'


def _grouped(context: Context, told: str) -> str:
    """A whole number with a separator between thousands, up to thousands of millions."""
    separator = "," if context.text("decimal") == "." else "."
    three, thousands = "LEN(thousand)-1", f"INT({told}/thousand)"
    millions = f'INT({told}/thousand/thousand)&"{separator}"&RIGHT({thousands},{three})'
    more = f"IF({told}<thousand*thousand,{thousands},{millions})"
    return f'IF({told}<thousand,{told},{more}&"{separator}"&RIGHT({told},{three}))'
