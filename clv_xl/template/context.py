"""What every sheet of a template is made with: language, currency, host, texts and the plan so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from .plan import Plan, SheetPlan
from .spelling import Speller
from .texts import texts
from .theme import Numbers


@dataclass
class Context:
    """One template in the making."""

    language: str
    currency: str
    host: str
    plan: Plan = field(default_factory=Plan)

    def __post_init__(self) -> None:
        self.numbers = Numbers(self.language, self.currency)
        self.speller = Speller(self.host)
        self._texts = texts(self.language)

    def text(self, key: str, **details: str) -> str:
        """A text of the catalogue; names of sheets, columns and the currency may stand in it."""
        return self._texts[key].format(**self._always, **details)

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

    def section(self, sheet: SheetPlan, row: int, key: str) -> None:
        """A heading over the whole width of a sheet."""
        sheet.put(row, 1, self.text(key), "section")
        for column in range(2, len(sheet.widths) + 1):
            sheet.put(row, column, None, "rule")
        sheet.heights[row] = 20

    def heads(self, sheet: SheetPlan, row: int, keys: list[str], right: tuple[int, ...] = ()) -> list[str]:
        """The header row of a list; heads over numbers stand on the right."""
        sheet.heights[row] = 20
        heads = [self.text(key) for key in keys]
        for column, head in enumerate(heads, 1):
            sheet.put(row, column, head, "head-right" if column in right else "head")
        return heads

    def column(self, key: str) -> str:
        """A column of the orders table, as formulas refer to it."""
        return f"{self.text('orders.table')}[{self.text(f'orders.{key}')}]"

    @property
    def sample_orders(self) -> str:
        """The number of sample orders in the table, as a formula counts them."""
        return f'COUNTIF({self.column("customer")},"{self.text("orders.sample")}-*")'

    def define(self, name: str, sheet: SheetPlan, row: int, column: int) -> None:
        """Name a cell."""
        self.plan.names[name] = sheet.place(row, column)


SHEETS = ("start", "inputs", "orders", "results", "benchmarks", "functions")
