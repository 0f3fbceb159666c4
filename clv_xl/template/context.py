"""What every sheet of a template is made with: language, currency, host, texts and the plan so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from clv_xl.terms import LANGUAGES as KNOWN
from clv_xl.terms import Text
from clv_xl.workbook.address import Area

from .plan import Block, Plan, SheetPlan
from .spelling import Speller
from .texts import said, texts
from .theme import Numbers
from .values import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clv_xl.analysis import Analysis, Listing
    from clv_xl.cells import Value

SHEETS = (
    *("overview", "inputs", "orders", "results", "customers", "segments", "profile", "cohorts", "prediction"),
    *("levers", "benchmarks", "history", "checks", "help"),
)
"""The sheets in the order of their tabs."""


_EPOCH, _DAY = pd.Timestamp("1899-12-30"), pd.Timedelta(days=1)
"""Day 0 of the numbers that dates after February 1900 have in Excel."""


@dataclass(frozen=True)
class Brief:
    """What is asked of a template.

    period    in which a lifespan and a frequency are told: `year`, `month` or `week`
    client    whose workbook it is, "" for nobody's
    logo      a PNG or JPEG picture for the first sheet
    industry  of the drop-down, as the benchmarks call it in a language; "" for one that is common, None for none
    figures   what is typed beforehand, by the name of the input
    """

    language: str = "en"
    currency: str = "EUR"
    host: str = "excel"
    period: str = "year"
    client: str = ""
    logo: bytes | None = None
    industry: str | None = ""
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass
class Context:
    """One template in the making.

    orders    those in the workbook: columns order, customer, date, amount, and others that describe an order
    analysis  what they say
    typed     what stands in the cells to type in, by the name of the input
    """

    brief: Brief
    orders: pd.DataFrame
    analysis: Analysis
    typed: Mapping[str, float] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)

    def __post_init__(self) -> None:
        self.language, self.currency, self.host = self.brief.language, self.brief.currency, self.brief.host
        self.numbers = Numbers(self.language, self.currency)
        self.speller = Speller(self.host)
        self._texts = texts(self.language)

    @property
    def title(self) -> str:
        """Of the workbook."""
        title = self.text("overview.title")
        return f"{title}: {self.brief.client}" if self.brief.client else title

    def text(self, key: str, **details: str) -> str:
        """A text of the catalogue; names of sheets, columns and the currency may stand in it."""
        return self._texts[key].format(**self._always, **details)

    @property
    def spoken(self) -> str:
        """The language in which functions answer: that of the workbook where they know it, else English."""
        return self.language if self.language in KNOWN else KNOWN[0]

    def said(self, words: Text) -> str:
        """Words of the code in the language of the workbook."""
        return said(words, self.language)

    def word(self, key: str, otherwise: str) -> str:
        """A word for what comes from elsewhere, and that word itself while it has no translation."""
        return self._texts.get(key, otherwise)

    @property
    def _always(self) -> dict[str, str]:
        sheets = {f"{key}_sheet": self._texts[f"sheet.{key}"] for key in SHEETS}
        return {**sheets, "currency": self.currency}

    def quoted(self, key: str, **details: str) -> str:
        """A text as a formula holds it."""
        return '"' + self.text(key, **details).replace('"', '""') + '"'

    def sheet(self, key: str, widths: tuple[float, ...], *, landscape: bool = True) -> SheetPlan:
        """A new sheet with its heading and the line that says what it is for."""
        sheet = self.plan.add(SheetPlan(self.text(f"sheet.{key}"), widths, landscape=landscape))
        sheet.put(1, 1, self.text(f"{key}.title"), "title")
        sheet.heights[1] = 26
        sheet.put(2, 1, self.text(f"{key}.purpose"), "purpose")
        return sheet

    def section(self, sheet: SheetPlan, row: int, key: str, right: int = 0, left: int = 1) -> None:
        """A heading over the columns from `left` up to `right`, by default over the whole width of a sheet."""
        sheet.put(row, left, self.text(key), "section")
        for column in range(left + 1, (right or len(sheet.widths)) + 1):
            sheet.put(row, column, None, "rule")
        sheet.heights[row] = 20

    def heads(
        self, sheet: SheetPlan, row: int, keys: Sequence[str], right: tuple[int, ...] = (), left: int = 1
    ) -> list[str]:
        """The header row of a list from the column `left` on; heads over numbers stand on the right."""
        sheet.heights[row] = max(sheet.heights.get(row, 0), 20)
        heads = [self.head(key) for key in keys]
        for column, head in enumerate(heads, left):
            sheet.put(row, column, head, "head-right" if column in right else "head")
        return heads

    def head(self, key: str) -> str:
        """The head of a column; a period of a cohort is its own."""
        column = key.rpartition(".")[2]
        return column if column.isdigit() else self.text(key)

    def listing(
        self,
        sheet: SheetPlan,
        listing: Listing,
        row: int,
        left: int = 1,
        *,
        wrapped: str = "phrase",
        number: str = "number",
    ) -> Area:
        """Put a table of the analysis on a sheet, its header in `row`; gives the area of its cells.

        `wrapped` is the style of words: `phrase` wraps them, `run` lets them run on over empty cells. `number` is that
        of figures: `tight` makes those smaller that do not fit.
        """
        frame = self.analysis.tables[listing.key]
        heads = [self.head(f"{listing.key}.{head}") for head in listing.heads]
        for column, (head, told) in enumerate(zip(heads, listing.fields, strict=True), left):
            sheet.put(row, column, head, "head-word" if told.kind in ("word", "text") else "head-number")
        sheet.heights[row] = max(sheet.heights.get(row, 0), 20)
        columns = [self.cells(frame[head]) for head in listing.heads]
        words = {"word": wrapped, "text": "run:text"}
        styles = [words.get(told.kind, f"{number}:{told.kind}") for told in listing.fields]
        sheet.blocks.append(Block(row + 1, left, columns, styles))
        self.plan.table(self.text(f"{listing.key}.table"), sheet, row, heads, len(columns[0]), left)
        return Area(row + 1, left, row + len(columns[0]), left + len(columns) - 1)

    def cells(self, column: pd.Series[Any]) -> Sequence[Value]:
        """A column as the cells of a table, which is never without a row."""
        if not len(column):
            return [None]
        if column.dtype.kind == "M":
            days = (column - _EPOCH) / _DAY
            return cast("list[Value]", days.astype(object).where(days.notna(), None).tolist())
        return [shown(value, self.language) for value in column.tolist()]

    def fact(self, name: str) -> Value:
        """A single figure or word of the analysis as a cell of this workbook holds it."""
        return shown(self.analysis.facts[name], self.language)

    def column(self, key: str, table: str = "orders") -> str:
        """A column of a table, the orders if no other is told, as formulas refer to it."""
        return f"{self.text(f'{table}.table')}[{self.head(f'{table}.{key}')}]"

    @property
    def sample_orders(self) -> str:
        """The number of sample orders in the table, as a formula counts them: by order and customer together.

        Real customers may be called Sample-12; only where some are is the order looked at, which takes longer.
        """
        orders, customers, name = self.column("order"), self.column("customer"), self.text("orders.sample")
        both = f'COUNTIFS({orders},"W-1???",{customers},"{name}-???")'
        return f'IF(COUNTIF({customers},"{name}-*")=0,0,{both})'

    def define(self, name: str, sheet: SheetPlan, row: int, column: int) -> None:
        """Name a cell."""
        self.plan.names[name] = sheet.place(row, column)
