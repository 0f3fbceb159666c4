"""What became of every row that was read: kept, or dropped for a reason that has a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clv_xl.orders.headers import Note
from clv_xl.terms import Text, counted

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

# In the order in which they are asked: a row is dropped for the first that holds.
REASONS = {
    "cancelled": Note("cancelled, failed, pending or credit invoice", "geannuleerd, mislukt, in afwachting of credit"),
    "missing_amount": Note("no amount", "geen bedrag"),
    "missing_customer": Note("no customer", "geen klant"),
    "missing_date": Note("no date", "geen datum"),
    "unreadable_date": Note("unreadable date", "onleesbare datum"),
    "date_out_of_range": Note("date before 1990 or after 2100", "datum vóór 1990 of na 2100"),
    "later": Note("after the as-of date", "na de peildatum"),
    "unreadable_amount": Note("unreadable amount", "onleesbaar bedrag"),
    "zero_amount": Note("amount is zero", "bedrag is nul"),
    "refunded": Note("order refunded in full", "bestelling geheel terugbetaald"),
    "refund": Note("refund (negative amount) without its order", "terugbetaling (negatief bedrag) zonder bestelling"),
}

_READ = Text("row read", "rij gelezen"), Text("rows read", "rijen gelezen")
_KEPT = Text("row kept", "rij gebruikt"), Text("rows kept", "rijen gebruikt")
_ORDERS = Text("order", "bestelling"), Text("orders", "bestellingen")
_MERGED = Text("row merged", "rij samengevoegd"), Text("rows merged", "rijen samengevoegd")
_LOWERED = (
    Text("row lowered its order (refund, discount)", "rij verlaagde haar bestelling (terugbetaling, korting)"),
    Text("rows lowered their order (refund, discount)", "rijen verlaagden hun bestelling (terugbetaling, korting)"),
)

_CODES = {reason: code for code, reason in enumerate(REASONS, 1)}


@dataclass(frozen=True)
class Ledger:
    """The account of an import. Rows without any value are no rows; ``read == kept + sum(dropped.values())``.

    read, kept       rows with something in them; rows that are part of an order in the result
    dropped          key of `REASONS` -> rows; only reasons that occurred
    examples         the same keys -> the first five row numbers in the sheet or file
    orders, merged   orders in the result; rows that were added to another row of their order (kept - orders)
    refunds          kept rows that lowered their order: negative amount, or a refund beside the amount
    refunded_amount  money of the negative rows that lower no order (dropped as refund or cancelled), as a positive sum
    currency         code or sign of the amounts, "" when the file names none
    first_date, last_date   of the orders
    notes            choices made: decimal sign, order of day and month, statuses that count
    """

    read: int
    kept: int
    dropped: dict[str, int]
    examples: dict[str, list[int]]
    orders: int
    merged: int
    refunds: int
    refunded_amount: float
    currency: str
    first_date: date
    last_date: date
    notes: tuple[Note, ...] = ()

    def lines(self, language: str = "en") -> list[str]:
        """Tell the ledger in words, in Dutch for "nl"."""
        dutch = language == "nl"
        span = (
            f"{self.first_date:%d-%m-%Y} t/m {self.last_date:%d-%m-%Y}"
            if dutch
            else f"{self.first_date:%Y-%m-%d} to {self.last_date:%Y-%m-%d}"
        )
        gone, rows, row = ("weggelaten", "rijen", "rij") if dutch else ("dropped", "rows", "row")
        lines = [
            f"{counted(self.read, *_READ)[language]}, {counted(self.kept, *_KEPT)[language]}",
            f"{counted(self.orders, *_ORDERS)[language]}, {span}; {counted(self.merged, *_MERGED)[language]}",
        ]
        for reason, count in self.dropped.items():
            shown = ", ".join(map(str, self.examples[reason])) + (" ..." if count > len(self.examples[reason]) else "")
            where = f"{row if count == 1 else rows} {shown}"
            lines.append(f"{gone}: {REASONS[reason].text(language)}: {_count(count, dutch)} ({where})")
        if self.refunds:
            lines.append(counted(self.refunds, *_LOWERED)[language])
        if self.refunded_amount:
            apart = (
                "terugbetaald buiten de bestellingen, niet afgetrokken"
                if dutch
                else ("refunded apart from the orders, not subtracted")
            )
            lines.append(f"{_money(self.refunded_amount, dutch)} {apart}")
        if self.currency:
            lines.append(f"{'valuta' if dutch else 'currency'}: {self.currency}")
        return lines + [note.text(language) for note in self.notes]


def _count(value: int, dutch: bool) -> str:
    return f"{value:,}".replace(",", ".") if dutch else f"{value:,}"


def _money(value: float, dutch: bool) -> str:
    shown = f"{value:,.2f}"
    return shown.translate(str.maketrans(",.", ".,")) if dutch else shown


class Sieve:
    """Why each of n rows is dropped; the first reason stands."""

    def __init__(self, size: int) -> None:
        self._codes = np.zeros(size, np.int8)

    def drop(self, reason: str, mask: NDArray[np.bool_]) -> None:
        """Drop the rows of `mask` (n) that are not dropped yet."""
        self._codes[mask & (self._codes == 0)] = _CODES[reason]

    def drop_at(self, reason: str, places: NDArray[np.intp]) -> None:
        """Drop the rows at `places`, all of them kept so far."""
        self._codes[places] = _CODES[reason]

    def rows(self, *reasons: str) -> NDArray[np.bool_]:
        """Tell which rows (n) are dropped for one of `reasons`."""
        return np.isin(self._codes, [_CODES[reason] for reason in reasons])

    @property
    def kept(self) -> NDArray[np.intp]:
        """Places of the rows that are kept."""
        return np.flatnonzero(self._codes == 0)

    @property
    def dropped(self) -> dict[str, int]:
        """Rows for each reason that occurred."""
        counts = np.bincount(self._codes, minlength=len(_CODES) + 1).tolist()
        return {reason: counts[code] for reason, code in _CODES.items() if counts[code]}
