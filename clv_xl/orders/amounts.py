"""Amounts from numbers and from text; the decimal sign is decided once, over all number columns of the table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from clv_xl.errors import OrdersError
from clv_xl.orders.columns import NUMBER, Column
from clv_xl.orders.headers import Note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from clv_xl.orders.columns import Cells

_SIGNS = {"€": "EUR", "£": "GBP", "$": "$", "¥": "¥", "US$": "USD", "EURO": "EUR"}

# Blanks of every width, and the Unicode minus, in the one form that the patterns know.
_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-", "\u2019": "'"})
_GROUP_GAP = re.compile(r"(?<=\d)[ '](?=\d{3}(?!\d))")
_CURRENCY = r"(?:US\$|[€$£¥]|[A-Z]{3}|[Ee]uro)?"
_AMOUNT = re.compile(
    rf"(?P<open>\()? ?(?P<minus>[-+])? ?(?P<before>{_CURRENCY}) ?(?P<inner>[-+])? ?"
    rf"(?P<body>\d[\d.,]*?|[.,]\d+)(?:[.,]-{{1,2}}|(?P<after_minus>-))? ?(?P<after>{_CURRENCY}) ?(?P<close>\))?"
)
_PLAIN = re.compile(r"(-?)(\d+(?:[.,]\d+)?)")
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_FORMS = {
    sign: re.compile(rf"(?:\d{{1,3}}(?:{re.escape(other)}\d{{3}})+|\d*)(?:{re.escape(sign)}\d*)?")
    for sign, other in ((",", "."), (".", ","))
}


class _Text(NamedTuple):
    negative: bool
    body: str
    currency: str


@dataclass(frozen=True, eq=False)
class AmountColumn:
    """A column with its texts taken apart, before the decimal sign is known."""

    column: Column
    parts: list[_Text | None]

    @classmethod
    def read(cls, cells: Cells) -> AmountColumn:
        """Take `cells` (n raw values) apart."""
        return cls.of(Column.read(cells))

    @classmethod
    def of(cls, column: Column) -> AmountColumn:
        """Take the texts of a column apart."""
        return cls(column, [_parts(text) for text in column.texts])

    @property
    def currencies(self) -> set[str]:
        """The currency signs and codes that stand beside the amounts; euro and pound signs as EUR and GBP."""
        return {parts.currency for parts in self.parts if parts and parts.currency}

    def values(self, sign: str) -> NDArray[np.float64]:
        """Give the column as numbers (n); NaN where empty or unreadable. `sign` is the decimal sign of its texts.

        Currency signs and codes, thousands signs, "-50", "50-", "(50)" and "50,-" are understood.
        """
        result = self.column.numbers
        if self.parts:
            texts = self.column.spread(np.array([_value(parts, sign) for parts in self.parts], float), np.nan)
            result = np.where(self.column.kinds == NUMBER, result, texts)
        return np.where(np.isfinite(result), result, np.nan)


class Money(NamedTuple):
    """The money of n rows.

    gross       amount, or quantity x price; NaN where unreadable
    refund      what was paid back beside it, from 0; NaN where unreadable
    empty       rows without an amount
    currencies  signs and codes that stand beside the amounts
    notes       what was decided
    """

    gross: NDArray[np.float64]
    refund: NDArray[np.float64]
    empty: NDArray[np.bool_]
    currencies: set[str]
    notes: list[Note]


def read_money(cells: Mapping[str, Column]) -> Money:
    """Read the fields amount, or quantity and price, and refund; one decimal sign for all. Raises OrdersError."""
    fields = ("amount", "quantity", "price", "refund")
    columns = {field: AmountColumn.of(cells[field]) for field in fields if field in cells}
    sign, notes = decimal_sign(list(columns.values()))
    values = {field: column.values(sign) for field, column in columns.items()}
    if "amount" in columns:
        gross, empty = values["amount"], columns["amount"].column.empty
    else:
        gross = values["quantity"] * values["price"]
        empty = columns["quantity"].column.empty | columns["price"].column.empty
    refund = np.zeros(len(gross))
    if "refund" in columns:
        refund = np.where(columns["refund"].column.empty, 0.0, np.abs(values["refund"]))
    beside = [columns[field].currencies for field in ("amount", "price") if field in columns]
    return Money(gross, refund, empty, set().union(*beside), notes)


def decimal_sign(columns: Sequence[AmountColumn]) -> tuple[str, list[Note]]:
    """Decide on the decimal sign of all texts in `columns`; with the notes to show.

    A sign is proven by an amount that reads in one way only ("1,5", "1.234,56", "1.234.567"). Without proof a single
    sign before three digits ("1.234") is a thousands sign, and the note says so. Raises OrdersError when the column
    proves both signs, or when "1.234" and "1,234" both occur and nothing tells them apart.
    """
    proof: dict[str, str] = {}
    unclear: dict[str, str] = {}
    for body in (parts.body for column in columns for parts in column.parts if parts):
        if "." in body or "," in body:
            if _AMBIGUOUS.fullmatch(body):
                unclear.setdefault(re.sub(r"\d", "", body), body)
            else:
                sign = _proven(body)
                if _FORMS[sign].fullmatch(body):
                    proof.setdefault(sign, body)
    found = proof or {("." if thousands == "," else ","): body for thousands, body in unclear.items()}
    if len(found) > 1:
        raise OrdersError(
            f"Amounts are written in two ways: {found[',']!r} has a decimal comma, {found['.']!r} a decimal point. "
            "Give the column one notation.",
            f"Bedragen zijn op twee manieren geschreven: {found[',']!r} heeft een decimale komma, {found['.']!r} een "
            "decimale punt. Geef de kolom één schrijfwijze.",
        )
    if not found:
        return ".", []
    sign, example = next(iter(found.items()))
    names = {",": ("comma", "komma"), ".": ("point", "punt")}
    english, dutch = names[sign]
    if proof:
        return sign, [Note(f"decimal sign: {english} (as in {example!r})", f"decimaalteken: {dutch} (zie {example!r})")]
    english, dutch = names["." if sign == "," else ","]
    return sign, [
        Note(
            f"the {english} in {example!r} was read as a thousands sign: no amount shows decimals",
            f"de {dutch} in {example!r} is gelezen als duizendtalteken: geen enkel bedrag heeft decimalen",
        )
    ]


def currency_code(text: str) -> str:
    """Give each currency one spelling: "eur", "€" and "Euro" are EUR; a bare dollar sign stays as it is."""
    return _SIGNS.get(text.upper(), text.upper())


def _parts(text: str) -> _Text | None:
    if plain := _PLAIN.fullmatch(text):
        return _Text(bool(plain[1]), plain[2], "")
    found = _AMOUNT.fullmatch(_GROUP_GAP.sub("", text.translate(_BLANKS)))
    if not found or bool(found["open"]) != bool(found["close"]):
        return None
    currency = found["before"] or found["after"]
    negative = "-" in (found["minus"], found["inner"], found["after_minus"]) or bool(found["open"])
    return _Text(negative, found["body"], currency_code(currency))


def _proven(body: str) -> str:
    """Name the decimal sign that `body` proves: the last of two, the other of a repeated one, else the one there."""
    comma, point = body.count(","), body.count(".")
    if comma and point:
        return "," if body.rfind(",") > body.rfind(".") else "."
    if comma > 1 or point > 1:
        return "." if comma else ","
    return "," if comma else "."


def _value(parts: _Text | None, sign: str) -> float:
    if parts is None or not _FORMS[sign].fullmatch(parts.body):
        return np.nan
    other = "." if sign == "," else ","
    value = float(parts.body.replace(other, "").replace(sign, "."))
    return -value if parts.negative else value
