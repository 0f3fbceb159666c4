"""Which column is the customer, which the date, which the amount: found by header, or told with ``--map``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from clv_xl.errors import OrdersError, Undecided
from clv_xl.orders.synonyms import CUSTOMER_NAMES, FIELD_NAMES_NL, FIELDS, SHOPIFY, SYNONYMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Dictionary

REQUIRED = ("customer", "date", "amount")

_NAMED_CURRENCY = re.compile(r"[(\[]\s*([A-Z]{3})\s*[)\]]\s*$")
_IN_BRACKETS = re.compile(r"[(\[].*?[)\]]")


@dataclass(frozen=True)
class Note:
    """Something the user must be told about a choice, in English and Dutch."""

    en: str
    nl: str

    def text(self, language: str) -> str:
        """Give the wording in `language` ("nl", else English)."""
        return self.nl if language == "nl" else self.en

    def __str__(self) -> str:
        return self.en


@lru_cache(maxsize=1 << 15)
def compact(text: str) -> str:
    """Strip case, accents, spaces and punctuation: what is left of two headers is compared."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if sign.isalnum())


_RANKS = {field: {compact(word): rank for rank, word in reversed([*enumerate(SYNONYMS[field])])} for field in FIELDS}
_NAMES = frozenset(map(compact, CUSTOMER_NAMES))
_SHOPIFY = frozenset(map(compact, SHOPIFY))


@dataclass(frozen=True)
class Mapping:
    """The columns that hold each field.

    columns    field -> header, or the column number as text where headers are missing or occur twice: `find` takes
               them as overrides and finds the same mapping again
    positions  field -> place of the column, from 0
    currency   the code that the header of the amount names ("Total (EUR)"), else ""
    notes      what was chosen among several and what else would fit
    """

    columns: dict[str, str]
    positions: dict[str, int]
    currency: str = ""
    notes: tuple[Note, ...] = ()

    @classmethod
    def find(cls, headers: Sequence[str] | None, overrides: Dictionary[str, str] | None = None) -> Mapping:
        """Find the mapping for `headers` (None: the table has none).

        `overrides` names columns by header or by number from 1, and rules. Raises OrdersError when customer, date or
        amount (or quantity and price, whose product is the amount) is missing, or an override fits no column.
        """
        told = dict(overrides or {})
        if strange := [field for field in told if field not in FIELDS]:
            raise OrdersError(
                f"--map knows no field {', '.join(strange)}; fields: {', '.join(FIELDS)}",
                f"--map kent geen veld {', '.join(strange)}; velden: {', '.join(FIELDS)}",
            )
        positions = {field: _told(field, column, headers) for field, column in told.items()}
        alternatives = _fill(positions, headers) if headers is not None else {}
        if "amount" not in told and ("quantity" in told or "price" in told):
            positions.pop("amount", None)
        product = "amount" not in positions and "quantity" in positions and "price" in positions
        unused = set() if product else {"quantity", "price"}
        if missing := [field for field in REQUIRED if field not in positions and not (field == "amount" and product)]:
            raise _missing(missing, told, headers)

        kept = {field: positions[field] for field in FIELDS if field in positions and field not in unused}
        notes = [note for field, note in alternatives.items() if field in kept]
        currency = ""
        if headers is not None:
            named = _NAMED_CURRENCY.search(headers[kept["amount"]]) if "amount" in kept else None
            if named:
                # The amounts are converted: the currency column tells what was paid, not what stands here.
                currency = named[1]
                kept.pop("currency", None)
            notes += _by_name(headers[kept["customer"]])
        columns = {field: _column_name(place, headers) for field, place in kept.items()}
        return cls(columns, kept, currency, tuple(notes))

    def describe(self, language: str = "en") -> list[str]:
        """Give lines to show: one for each field, in the language of the user, then the notes."""
        lines = []
        for field in FIELDS:
            if field in self.columns and field not in {"quantity", "price"}:
                column = self.columns[field]
                number = ("kolom " if language == "nl" else "column ") if column.isdecimal() else ""
                lines.append(f"{_field_name(field, language)} = {number}{column}")
            elif field == "amount":
                lines.append(f"{_field_name(field, language)} = {self.columns['quantity']} x {self.columns['price']}")
        return lines + [note.text(language) for note in self.notes]


def candidates(field: str, headers: Sequence[str]) -> list[int]:
    """List the columns that fit `field`, the best first: by synonym, brackets left out last, then by place."""
    ranks = _RANKS[field]
    fits = []
    plain = [compact(header) for header in headers]
    if _SHOPIFY.issubset(plain):
        if field == "order":
            ranks = {**ranks, "name": -1}
        elif field == "customer":
            ranks = {word: rank for word, rank in ranks.items() if word != "name"}
    for place, header in enumerate(headers):
        bare = compact(_IN_BRACKETS.sub("", header))
        if plain[place] in ranks:
            fits.append((ranks[plain[place]], 0, place))
        elif bare in ranks:
            fits.append((ranks[bare], 1, place))
    return [place for _, _, place in sorted(fits)]


def fitness(headers: Sequence[str]) -> tuple[int, int]:
    """Score `headers` as those of orders: required fields found (0-3), all fields found."""
    filled = [header for header in headers if header]  # a stray cell makes rows of thousands of blanks
    found = {field for field in FIELDS if candidates(field, filled)}
    amount = "amount" in found or {"quantity", "price"} <= found
    return ("customer" in found) + ("date" in found) + amount, len(found)


def _fill(positions: dict[str, int], headers: Sequence[str]) -> dict[str, Note]:
    """Add the fields that `positions` lacks, each in its own column; returns what else would fit, by field."""
    notes = {}
    for field in FIELDS:
        fits = [place for place in candidates(field, headers) if place not in positions.values()]
        if fits and field not in positions:
            positions[field] = fits[0]
            if len(fits) > 1:
                notes[field] = _alternatives(field, fits, headers)
    return notes


def _told(field: str, column: str, headers: Sequence[str] | None) -> int:
    if headers is not None:
        for same in (str.strip, compact):
            for place, header in enumerate(headers):
                if same(header) == same(column) != "":
                    return place
    number = int(column) if column.strip().isdecimal() else 0
    if number < 1 or (headers is not None and number > len(headers)):
        raise Undecided(
            f"--map {field}={column}: no such column. {_seen(headers, 'en')}",
            f"--map {field}={column}: die kolom is er niet. {_seen(headers, 'nl')}",
        )
    return number - 1


def _column_name(place: int, headers: Sequence[str] | None) -> str:
    if headers is None or not compact(headers[place]):
        return str(place + 1)
    name = headers[place].strip()
    return name if _told("", name, headers) == place else str(place + 1)


def _field_name(field: str, language: str) -> str:
    return FIELD_NAMES_NL[field] if language == "nl" else field


def field_names(fields: Iterable[str], language: str) -> str:
    """Name fields in a sentence."""
    return ", ".join(_field_name(field, language) for field in fields)


def _alternatives(field: str, fits: list[int], headers: Sequence[str]) -> Note:
    first, *others = (_column_name(place, headers) for place in fits)
    also = ", ".join(others)
    dutch = FIELD_NAMES_NL[field]
    return Note(f"{field} = {first}; would fit too: {also}", f"{dutch} = {first}; zou ook passen: {also}")


def _by_name(header: str) -> list[Note]:
    if compact(header) not in _NAMES:
        return []
    return [
        Note(
            "customers are told apart by name: two people with one name become one customer",
            "klanten worden op naam onderscheiden: twee mensen met dezelfde naam worden één klant",
        )
    ]


def _missing(missing: list[str], told: dict[str, str], headers: Sequence[str] | None) -> Undecided:
    def typed(column: str) -> str:
        return ",".join(
            [f"{field}={name}" for field, name in told.items()] + [f"{field}={column}" for field in missing]
        )

    return Undecided(
        f"No column found for {field_names(missing, 'en')}. {_seen(headers, 'en')} Say which: --map {typed('COLUMN')}",
        f"Geen kolom gevonden voor {field_names(missing, 'nl')}. {_seen(headers, 'nl')} "
        f"Zeg welke: --map {typed('KOLOM')}",
    )


def _seen(headers: Sequence[str] | None, language: str) -> str:
    dutch = language == "nl"
    if headers is None:
        return (
            "De tabel heeft geen koppen: noem de kolommen met hun nummer, vanaf 1."
            if dutch
            else "The table has no headers: name its columns by number, from 1."
        )
    empty = "(leeg)" if dutch else "(empty)"
    seen = ", ".join(header.strip() or empty for header in headers)
    return f"Gevonden koppen: {seen}." if dutch else f"Headers seen: {seen}."
