"""From raw rows to one row for each order, with a ledger of everything that was left out.

What counts as an order:
- Rows with the same order id and customer are one order: amounts added, first date. A row without an order id is an
  order of its own, named "row 12" after its place; purchases are then counted as rows.
- A refund is never a purchase. A negative row that names the order id of a purchase lowers that order, as does a
  refund column beside the amount; an order that comes to nothing is dropped as refunded. Every other negative row is
  dropped as refund: its money is told in the ledger and no order is changed.
- Rows whose status says cancelled, failed, pending or the like are no orders. Neither are credit invoices that are
  numbered with a C before the digits, when no row so numbered has a positive amount.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from clv_xl.errors import OrdersError
from clv_xl.orders.amounts import Money, currency_code, read_money
from clv_xl.orders.attributes import Beside
from clv_xl.orders.columns import DAY, NUMBER, OTHER, TEXT, Column, Ids
from clv_xl.orders.dates import dates
from clv_xl.orders.headers import Mapping, Note, compact, field_names
from clv_xl.orders.ledger import REASONS, Ledger, Sieve
from clv_xl.orders.synonyms import NOT_BOUGHT
from clv_xl.orders.tables import RawTable, read_table
from clv_xl.terms import Text, counted, dutch

if TYPE_CHECKING:
    from collections.abc import Mapping as Dictionary
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from clv_xl.orders.columns import Cells

    Mask = NDArray[np.bool_]

_FIELDS = ("order", "customer", "date", "amount")
_FIRST_DAY = np.datetime64("1990-01-01")
_LAST_DAY = np.datetime64("2100-12-31")
_CREDIT = re.compile(r"C\d+", re.IGNORECASE)
_NOT_CANCELLED = frozenset({"false", "no", "nee", "n", "0", "-", "onwaar"})
_EXAMPLES = 5
_STATUSES_SHOWN = 8
_LIKELY_REPEATED = 3  # orders with lines that all tell one amount: from here on it is no accident
_ROUNDING = 1e-9  # part of an order that its lines may differ from zero by adding floats


@dataclass(frozen=True, eq=False)
class Orders:
    """Clean orders.

    frame      one row for each order, by date: order (str), customer (str), date (datetime64[ns], midnight),
               amount (float, > 0)
    customers  the customer of each order as a number from 0, not all of which need occur
    ledger     the account of the rows
    mapping    the columns they came from
    source     name of the file or workbook
    beside     the other columns
    """

    frame: pd.DataFrame
    customers: NDArray[np.intp]
    ledger: Ledger
    mapping: Mapping
    source: str
    beside: Beside

    @property
    def attributes(self) -> pd.DataFrame:
        """What else describes an order, a row for each row of `frame`; see `Beside.attributes`."""
        return self.beside.attributes


def read_orders(
    path: str | Path,
    overrides: Dictionary[str, str] | None = None,
    sheet: str | None = None,
    *,
    until: date | None = None,
) -> Orders:
    """Read the clean orders of a file: `read_table`, `Mapping.find` and `clean` in one. Raises OrdersError."""
    raw = read_table(path, sheet)
    return clean(raw, Mapping.find(raw.headers, overrides), until=until)


def clean(raw: RawTable, mapping: Mapping, *, until: date | None = None) -> Orders:
    """Clean the rows of `raw`, whose columns `mapping` names; rows after the day `until` are dropped.

    Raises OrdersError when a column is not there, nothing is left, currencies differ, or dates or amounts are written
    in two ways.
    """
    if wrong := [field for field, place in mapping.positions.items() if place >= len(raw.columns)]:
        has = counted(len(raw.columns), Text("column", "kolom"), Text("columns", "kolommen"))
        raise OrdersError(
            f"{raw.source} has {has.en}; there is no column for {field_names(wrong, 'en')}.",
            f"{raw.source} heeft {has.nl}; er is geen kolom voor {field_names(wrong, 'nl')}.",
        )
    columns = {field: raw.column(place) for field, place in mapping.positions.items()}
    blank = _blank(raw, mapping, columns)
    rows = np.flatnonzero(~blank)
    if blank.any():
        columns = {field: column.take(rows) for field, column in columns.items()}
    numbers = rows + raw.first_row
    customers = columns["customer"].customers()
    when = columns["date"]
    days, notes = dates(when, date1904=raw.date1904)
    money = read_money(columns)
    orders, credit = _order_ids(columns.get("order"), len(rows), money.gross)
    status = columns.get("status")

    sieve = Sieve(len(rows))
    if status is not None:
        sieve.drop("cancelled", status.spread([_not_bought(text) for text in status.texts], fill=False))
    if "cancelled" in columns:
        sieve.drop("cancelled", _marked(columns["cancelled"], raw.columns[mapping.positions["cancelled"]][rows]))
    sieve.drop("cancelled", credit)
    sieve.drop("missing_amount", money.empty)
    sieve.drop("missing_customer", customers.codes < 0)
    sieve.drop("missing_date", when.empty)
    sieve.drop("unreadable_date", np.isnat(days))
    sieve.drop("date_out_of_range", (days < _FIRST_DAY) | (days > _LAST_DAY))
    # Refunds too: on that day they were still to come.
    sieve.drop("later", days > np.datetime64(until or _LAST_DAY))
    sieve.drop("unreadable_amount", np.isnan(money.gross) | np.isnan(money.refund))
    sieve.drop("zero_amount", money.gross == 0)
    _drop_refunds(sieve, orders, customers, money)

    kept, dropped = sieve.kept, sieve.dropped
    if not len(kept):
        told = Text(
            ", ".join(f"{REASONS[key].text('en')}: {n:,}" for key, n in dropped.items()),
            ", ".join(f"{REASONS[key].text('nl')}: {dutch(n)}" for key, n in dropped.items()),
        )
        read = counted(len(rows), Text("row", "rij"), Text("rows", "rijen"))
        raise OrdersError(
            f"{raw.source}: no orders left of {read.en} ({told.en or 'the table is empty'}).",
            f"{raw.source}: van {read.nl} zijn geen bestellingen over ({told.nl or 'de tabel is leeg'}).",
        )
    currency = _currency(mapping, columns.get("currency"), kept, money.currencies)
    group = _groups(orders, customers, kept)
    frame, buyers, first = _frame(group, orders, customers, numbers, days, money.gross - money.refund, kept)
    notes += money.notes
    if credit.any():
        notes.append(Note("order ids with a C before the digits are credits", "ordernummers met C zijn credits"))
    if "order" not in columns:
        notes.append(Note("no order id: each row is one order", "geen ordernummer: elke rij is één bestelling"))
    if "amount" in columns:
        notes += _repeated_totals(group, money.gross[kept])
    if status is not None:
        notes += _counted(status, kept)
    apart = sieve.rows("refund", "cancelled") & (money.gross < 0)
    ledger = Ledger(
        read=len(rows),
        kept=len(kept),
        dropped=dropped,
        examples={key: numbers[sieve.rows(key)][:_EXAMPLES].tolist() for key in dropped},
        orders=len(frame),
        merged=len(kept) - len(frame),
        refunds=int(np.sum((money.gross[kept] < 0) | (money.refund[kept] != 0))),
        refunded_amount=float(np.abs(money.gross[apart]).sum()),
        currency=currency,
        first_date=frame["date"].iloc[0].date(),
        last_date=frame["date"].iloc[-1].date(),
        notes=tuple(notes),
    )
    return Orders(frame, buyers, ledger, mapping, raw.source, _beside(raw, mapping, rows[first]))


def _beside(raw: RawTable, mapping: Mapping, rows: NDArray[np.intp]) -> Beside:
    """The columns that `frame` does not hold; the others need not stay in memory."""
    held = {mapping.positions.get(field) for field in _FIELDS}
    left = [place for place in range(len(raw.columns)) if place not in held]
    mapped = set(mapping.positions.values())
    headers = None if raw.headers is None else [raw.headers[place] for place in left]
    told = [at for at, place in enumerate(left) if place not in mapped]
    return Beside(headers, [raw.columns[place] for place in left], told, rows)


def _order_ids(column: Column | None, size: int, gross: NDArray[np.float64]) -> tuple[Ids, Mask]:
    """Order ids (n), and the rows whose id marks a credit invoice."""
    if column is None:
        return Ids(np.full(size, -1), np.empty(0, object)), np.zeros(size, bool)
    credit = column.spread([text[:1] in "Cc" and bool(_CREDIT.fullmatch(text)) for text in column.texts], fill=False)
    # A shop may number its sales so: then the C says nothing.
    if np.any(credit & (gross > 0)):
        credit[:] = False
    return column.orders(), credit


def _drop_refunds(sieve: Sieve, orders: Ids, customers: Ids, money: Money) -> None:
    """Drop the rows of orders that come to nothing, and negative rows that belong to no purchase."""
    left = sieve.kept
    group = _groups(orders, customers, left)
    gross, net = money.gross[left], (money.gross - money.refund)[left]
    bought = np.bincount(group, gross > 0) > 0
    nothing = np.bincount(group, net) <= _ROUNDING * np.bincount(group, np.abs(gross))
    sieve.drop_at("refunded", left[(bought & nothing)[group]])
    sieve.drop_at("refund", left[~bought[group]])


def _blank(raw: RawTable, mapping: Mapping, columns: dict[str, Column]) -> Mask:
    """Find rows without a value in any column; the other columns are looked at only where the mapped ones are empty."""
    blank = np.ones(len(raw), bool)
    for column in columns.values():
        blank &= column.empty
    for place in sorted(set(range(len(raw.columns))).difference(mapping.positions.values())):
        where = np.flatnonzero(blank)
        if not len(where):
            break
        blank[where] = Column.read(raw.columns[place][where]).empty
    return blank


def _not_bought(text: str) -> bool:
    word = compact(text)
    return word in NOT_BOUGHT or word.removeprefix("wc") in NOT_BOUGHT


def _marked(column: Column, cells: Cells) -> Mask:
    """Find rows with a date, a number or a word in the column that tells when an order was cancelled."""
    word = column.spread([text.casefold() not in _NOT_CANCELLED for text in column.texts], fill=False)
    number = (column.kinds == NUMBER) & (column.numbers != 0)
    other = np.flatnonzero(column.kinds == OTHER)
    true = np.zeros(len(cells), bool)
    true[other] = [isinstance(cell, bool | np.bool_) and bool(cell) for cell in cells[other]]
    marked: Mask = (column.kinds == DAY) | ((column.kinds == TEXT) & word) | number | true
    return marked


def _groups(orders: Ids, customers: Ids, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give a code for each order id and customer together, in order of appearance; a row without id stands alone."""
    order = orders.codes[rows].astype(np.int64)
    alone = order < 0
    order[alone] = len(orders.texts) + np.flatnonzero(alone)
    return pd.factorize(order * max(len(customers.texts), 1) + customers.codes[rows])[0]


def _frame(
    group: NDArray[np.intp],
    orders: Ids,
    customers: Ids,
    numbers: NDArray[np.intp],
    days: NDArray[np.datetime64],
    amounts: NDArray[np.float64],
    kept: NDArray[np.intp],
) -> tuple[pd.DataFrame, NDArray[np.intp], NDArray[np.intp]]:
    """Give the frame, the code of each order's customer, and the row that each order began with."""
    size = int(group.max()) + 1
    first = np.empty(size, np.intp)
    first[group[::-1]] = kept[::-1]
    earliest = days[first].astype(np.int64)
    np.minimum.at(earliest, group, days[kept].astype(np.int64))
    by_date = np.argsort(earliest, kind="stable")
    first = first[by_date]
    codes = orders.codes[first]
    ids = np.append(orders.texts, "")[codes]
    ids[codes < 0] = [f"row {number}" for number in numbers[first[codes < 0]].tolist()]
    buyers = customers.codes[first]
    frame = pd.DataFrame(
        {
            "order": pd.Series(ids, dtype=object),
            "customer": pd.Series(customers.texts[buyers], dtype=object),
            "date": earliest[by_date].astype("datetime64[D]").astype("datetime64[ns]"),
            "amount": np.bincount(group, amounts[kept])[by_date],
        }
    )
    return frame, buyers, first


def _currency(mapping: Mapping, column: Column | None, kept: NDArray[np.intp], beside: set[str]) -> str:
    if mapping.currency:
        return mapping.currency
    named = beside
    if column is not None:
        told = np.unique(column.codes[kept])
        named = {currency_code(column.texts[code]) for code in told if code >= 0 and column.texts[code]} or beside
    if len(named) > 1:
        raise OrdersError(
            f"Amounts are in {len(named)} currencies: {', '.join(sorted(named))}. Convert them to one first.",
            f"Bedragen zijn in {len(named)} valuta's: {', '.join(sorted(named))}. Reken ze eerst om naar één.",
        )
    return next(iter(named), "")


def _repeated_totals(group: NDArray[np.intp], amounts: NDArray[np.float64]) -> list[Note]:
    """Warn when all lines of every order tell one amount: likely the order total, then counted too often."""
    lines = np.bincount(group)
    low, high = np.full(len(lines), np.inf), np.full(len(lines), -np.inf)
    np.minimum.at(low, group, amounts)
    np.maximum.at(high, group, amounts)
    several = lines > 1
    if several.sum() < _LIKELY_REPEATED or np.any(low[several] != high[several]):
        return []
    return [
        Note(
            "all lines of an order tell the same amount: if that is the order total, it is counted too often",
            "alle regels van een bestelling noemen hetzelfde bedrag: is dat het totaal, dan telt het te vaak mee",
        )
    ]


def _counted(status: Column, kept: NDArray[np.intp]) -> list[Note]:
    """Tell which statuses were counted as purchases."""
    codes = status.codes[kept]
    counts = pd.Series(codes[status.kinds[kept] == TEXT]).value_counts()
    if counts.empty:
        return []
    most = counts.head(_STATUSES_SHOWN)
    shown = ", ".join(f"{status.texts[code]} ({count})" for code, count in zip(most.index.tolist(), most, strict=True))
    shown += ", ..." if len(counts) > _STATUSES_SHOWN else ""
    return [Note(f"statuses counted as purchases: {shown}", f"statussen die meetellen: {shown}")]
