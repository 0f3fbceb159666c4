"""The columns of a table that no field is mapped to: what they say about each order.

A column describes orders when few different words, whole numbers or truths stand in it and come back: a channel, a
city, a product group. One that is about a person never does, whatever stands in it: personal data are not spread over
a workbook.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from clv_xl.errors import CellError, OrdersError
from clv_xl.orders.amounts import AmountColumn, decimal_sign
from clv_xl.orders.columns import DAY, EMPTY, NUMBER, OTHER, Column
from clv_xl.orders.dates import dates
from clv_xl.orders.headers import candidates, compact
from clv_xl.orders.synonyms import FIELDS
from clv_xl.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clv_xl.orders.columns import Cells

FEWEST, MOST = 2, 50
"""How many different values a column that describes orders has."""
MOST_COLUMNS = 12
_AGAIN = 2  # orders for each value, on average: values that never come back name orders, they do not describe them
_GLANCE = 5_000  # rows that tell of nearly every column whether its values are too many

PERSONAL = frozenset(
    {
        *("mail", "email", "emailadres", "emailaddress", "mailadres", "phone", "telephone", "phonenumber", "mobile"),
        *("telefoon", "telefoonnummer", "telefoonnr", "mobiel", "gsm", "tel", "fax", "whatsapp"),
        *("address", "address1", "address2", "adres", "adresregel", "adres1", "adres2", "street", "straat"),
        *("straatnaam", "streetname", "housenumber", "huisnummer", "huisnr", "toevoeging", "apartment", "suite"),
        *("postcode", "postal", "postalcode", "zip", "zipcode", "postbus", "latitude", "longitude", "lat", "lng"),
        *("firstname", "lastname", "surname", "fullname", "middlename", "initials", "forename", "nickname"),
        *("voornaam", "achternaam", "tussenvoegsel", "voorletters", "voorvoegsel", "roepnaam", "familienaam"),
        *("username", "gebruikersnaam", "login", "salutation", "aanhef", "birthday", "birthdate", "birth", "dob"),
        *("geboortedatum", "geboortejaar", "geboorte", "verjaardag", "geslacht", "gender", "age", "leeftijd"),
        *("bsn", "passport", "paspoort", "iban", "rekeningnummer", "kvk", "ip", "ipadres", "ipaddress", "useragent"),
        *("note", "notes", "notitie", "notities", "opmerking", "opmerkingen", "comment", "comments", "remark"),
        *("remarks", "message", "bericht", "memo", "toelichting", "signature", "handtekening"),
    }
)
"""Words in the head of a column that is about a person, or in which people write about persons."""

NAMES = frozenset({"name", "names", "naam", "namen"})
PERSONS = frozenset(
    {
        *("first", "last", "full", "middle", "family", "given", "customer", "client", "buyer", "billing", "shipping"),
        *("delivery", "contact", "recipient", "receiver", "account", "user", "member", "person", "consumer", "sender"),
        *("card", "company", "voor", "achter", "klant", "debiteur", "koper", "afnemer", "relatie", "ontvanger"),
        *("contactpersoon", "bezorg", "aflever", "factuur", "verzend", "bedrijf", "gebruiker", "lid", "volledige"),
    }
)
"""Words that make a name that of a person; `Product name` may describe an order."""
CONTACTS = frozenset({"contactpersoon", "contactperson", "recipient", "ontvanger", "geadresseerde", "attention", "tav"})
PARTIES = frozenset({"shipto", "billto", "soldto", "deliverto", "orderedby", "bestelddoor", "leverenaan"})
"""Whole heads of a column with names; `Ship to country` is none."""

_WORDS = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+|\d+")
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_MAIL = re.compile(r"[^\s@]@[^\s@]+\.[a-zA-Z]")  # whatever the head of the column says
_LONGEST = 255  # characters of a head that Excel allows in a table; longer texts are remarks
_LARGE = 10_000  # a day in a sheet is a larger number, and so is what counts money
_TRUTHS = {True: "TRUE", False: "FALSE"}


@dataclass(frozen=True, eq=False)
class Beside:
    """The columns beside customer, date and amount, with the row of each order that speaks for it.

    headers  texts of the header row, None where the table has none
    columns  cells of each column, as `RawTable` has them                                         rows of the table
    told     places of the columns that are not mapped
    rows     the first row of each order that was kept                                           n, one for each order
    """

    headers: Sequence[str] | None
    columns: Sequence[Cells]
    told: Sequence[int]
    rows: NDArray[np.intp]

    @cached_property
    def attributes(self) -> pd.DataFrame:
        """The columns that describe an order (n rows): texts, None where an order says nothing, in order of the file.

        At most `MOST_COLUMNS`, each with `FEWEST` to `MOST` different values; none of them about a person.
        """
        return pd.DataFrame(self._describing[0], index=pd.RangeIndex(len(self.rows)))

    @property
    def left_out(self) -> list[str]:
        """The heads of further columns that describe an order, of which there were enough."""
        return self._describing[1] if len(self.told) > MOST_COLUMNS else []

    @cached_property
    def _describing(self) -> tuple[dict[str, pd.Series], list[str]]:
        found: dict[str, pd.Series] = {}
        left_out: list[str] = []
        for place in self.told if self.headers is not None else ():
            # A line break in the head of a table is a repair in some programs, and no difference to a reader.
            head = " ".join(self.headers[place].split()) if self.headers is not None else ""
            if not compact(head) or len(head) > _LONGEST or compact(head) in map(compact, [*found, *left_out]):
                continue
            if _is_field(head) or is_personal(head):
                continue
            values = _described(self.columns[place], self.rows)
            if values is not None and len(found) == MOST_COLUMNS:
                left_out.append(head)
            elif values is not None:
                found[head] = pd.Series(values, dtype=object)
        return found, left_out

    def column(self, head: str, held: Cells | None = None) -> list[Any] | None:
        """The cells of each order in the column of that head, as a workbook holds them; None when there is none.

        Whole numbers that a file holds as text are numbers; so are other texts where the workbook `held` numbers and
        all can be read so, else as days. Errors are blank.
        """
        heads = [compact(text) for text in self.headers or ()]
        if not compact(head) or compact(head) not in heads:
            return None
        cells = self.columns[heads.index(compact(head))][self.rows]
        column = Column.read(cells)
        texts: list[Any] = [text or None for text in column.texts]
        if all(_WHOLE.fullmatch(text) for text in texts if text):
            texts = [None if text is None else float(text) for text in texts]
        elif held is not None and _holds_values(held):
            texts = _valued(column) or texts
        values = column.spread(_objects(texts), None)
        numbers = column.kinds == NUMBER
        values[numbers] = column.numbers[numbers]
        for row in np.flatnonzero((column.kinds == DAY) | (column.kinds == OTHER)).tolist():
            cell = pd.Timestamp(cells[row]) if isinstance(cells[row], np.datetime64) else cells[row]
            values[row] = None if isinstance(cell, CellError) else cell
        filled: list[Any] = values.tolist()
        return filled


def _holds_values(cells: Cells) -> bool:
    """Whether a column holds numbers or days and nothing else."""
    kinds = set(Column.read(cells).kinds.tolist()) - {EMPTY}
    return bool(kinds) and kinds <= {NUMBER, DAY}


def _valued(column: Column) -> list[Any] | None:
    """The distinct texts of a column as numbers, else as days; None where one of them is neither."""
    texts = Column.read(_objects(column.texts))
    with suppress(OrdersError):  # two notations
        amounts = AmountColumn.of(texts)
        sign, _ = decimal_sign([amounts])
        numbers = amounts.values(sign)
        if np.all(np.isfinite(numbers) | texts.empty):
            return [None if blank else value for value, blank in zip(numbers.tolist(), texts.empty, strict=True)]
    with suppress(OrdersError):
        days, _ = dates(texts)
        if np.all(~np.isnat(days) | texts.empty):
            return list(days.tolist())
    return None


def told_left_out(heads: Sequence[str]) -> Text:
    """Which columns that describe an order are not used, in a sentence without its full stop."""
    names = ", ".join(heads)
    return Text(
        f"only the first {MOST_COLUMNS} columns that describe an order are used; left out: {names}",
        f"alleen de eerste {MOST_COLUMNS} kolommen die een bestelling beschrijven tellen mee; weggelaten: {names}",
    )


def is_personal(head: str) -> bool:
    """Whether the head of a column names a person, or how to reach one, or has room for remarks about one."""
    plain = unicodedata.normalize("NFKD", head)
    words = [word.casefold() for word in _WORDS.findall("".join(sign for sign in plain if sign.isascii()))]
    # "e-mail" and "first_name" are one word to who writes them so.
    joined = {first + second for first, second in pairwise(words)}
    told = {*words, *joined, compact(head)}
    if told & PERSONAL or told & CONTACTS or compact(head) in PARTIES:
        return True
    return bool(told & NAMES) and (len(words) == 1 or bool(told & PERSONS))


def _is_field(head: str) -> bool:
    """Whether a column holds what a field does: another id, date or amount of the same order."""
    return any(candidates(field, [head]) for field in FIELDS)


def _described(cells: Cells, rows: NDArray[np.intp]) -> NDArray[np.object_] | None:
    """The values of a column for the orders; None where it does not describe them."""
    if len(rows) > _GLANCE and _spelled(cells[rows[:_GLANCE]], fewest=0) is None:
        return None
    return _spelled(cells[rows])


def _spelled(cells: Cells, *, fewest: int = FEWEST) -> NDArray[np.object_] | None:
    column = Column.read(cells)
    if np.any(column.kinds == DAY) or any(map(_no_word, column.texts)):
        return None
    values = column.spread(_objects([text or None for text in column.texts]), None)
    numbers = np.flatnonzero(column.kinds == NUMBER)
    if len(numbers):
        different, places = np.unique(column.numbers[numbers], return_inverse=True)
        whole = np.all((different == np.floor(different)) & (np.abs(different) < _LARGE))
        if len(different) > MOST or not whole:
            return None
        values[numbers] = _objects([str(int(number)) for number in different.tolist()])[places]
    for row in np.flatnonzero(column.kinds == OTHER).tolist():
        cell = cells[row]
        values[row] = _TRUTHS[bool(cell)] if isinstance(cell, bool | np.bool_) else None
    codes, words = pd.factorize(values)
    filled = int(np.sum(codes >= 0))
    if not fewest <= len(words) <= MOST or (fewest and filled < _AGAIN * len(words)):
        return None
    return values


def _no_word(text: str) -> bool:
    return len(text) > _LONGEST or bool(_DATE.match(text) or _MAIL.search(text))


def _objects(values: Sequence[Any]) -> NDArray[np.object_]:
    array = np.empty(len(values), object)
    array[:] = values
    return array
