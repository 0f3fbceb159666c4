"""An outlook on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from clv_xl.report.wording import short

from .customers import columns
from .statements import Statements, is_extreme, parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rich.console import Console

    from clv_xl.models.selection import Candidate

    from .outlook import Outlook
    from .statements import Total

TOP = 10
_HEADS = ("customer", "top.orders", "top.last", "top.alive", "top.purchases", "top.value")
_WIDE = 6  # columns; more need narrower gaps to fit in 80 characters
_WIDEST = 20  # characters of an id


class Teller:
    """Speaks a language."""

    def __init__(self, out: Console, outlook: Outlook, language: str) -> None:
        self._out, self._outlook = out, outlook
        self._said = Statements(outlook, language)
        self._number = self._said.wording.number

    def tell(self) -> None:
        """Everything: rows, answer, totals, models, parameters, best customers, doubts."""
        said, say = self._said, self._said.say
        self._out.print(f"[bold]{escape(self._outlook.orders.source)}[/bold]")
        for line in self._outlook.orders.ledger.lines(said.language):
            self._line(line)
        self._line(f"{said.span}. {said.purchase}")
        self._out.print()
        self._out.print(f"[bold]{escape(said.answer)}[/bold]")
        self._totals()
        self._models()
        self._parameters()
        self._top()
        self._heading(say("doubts"))
        for doubt in said.doubts or [say("doubts.none")]:
            self._line(doubt)

    def _totals(self) -> None:
        said, say, told = self._said, self._said.say, self._outlook.prediction
        purchases, *known, value, active = said.totals
        count = said.wording.count
        self._out.print()
        self._likely(say("told.purchases", horizon=said.horizon), purchases, count)
        for mean in known:
            if mean.low is not None and mean.high is not None:
                self._line(say("told.mean", low=count(mean.low), high=count(mean.high)))
        self._likely(value.label, value, said.money)
        self._line(said.basis)
        self._line(say("told.active", active=count(active.expected), count=count(len(told.customers))))

    def _likely(self, label: str, total: Total, write: Callable[[float], str]) -> None:
        told = write(total.expected)
        if total.low is not None and total.high is not None:
            ends = {"low": write(total.low), "high": write(total.high)}
            told = self._said.say("told.likely", expected=told, level=self._said.level, **ends)
        self._line(f"{label}: {told}")

    def _models(self) -> None:
        said, say = self._said, self._said.say
        told = self._outlook.prediction
        self._heading(say("models"))
        heads = ("model", "model.loglik", "model.bic", "model.expected", "model.actual", "model.error", "model.verdict")
        rows = ([*self._candidate(one), said.verdict(one)] for one in told.compared)
        self._grid([say(head) for head in heads], rows, left=(0, 6))
        self._line(said.models_note)
        self._line(f"{say('chosen')}: {told.reason[said.language]}")

    def _candidate(self, one: Candidate) -> list[str]:
        number, test = self._number, one.holdout
        tested = ["-"] * 3 if test is None else [
            number(test.expected, 0), number(test.actual, 0), number(test.error, 3),
        ]  # fmt: skip
        return [one.name, number(one.fit.loglik, 1), number(one.fit.bic, 1), *tested]

    def _parameters(self) -> None:
        said, say = self._said, self._said.say
        told = self._outlook.prediction
        listed = [(say("parameters", model=told.model.name, unit=said.unit(2)), parameters(told.model.fit))]
        if told.spend is not None:
            listed.append((say("spend"), parameters(told.spend)))
        heads = [say(f"parameter{part}") for part in ("", ".estimate", ".low", ".high")]
        for title, rows in listed:
            self._heading(title)
            self._grid(heads, ([name, *map(self._exact, values)] for name, *values in rows), left=(0,))

    def _exact(self, value: float | None) -> str:
        if value is None:
            return "-"
        written = f"{value:.2e}" if is_extreme(value) else ""
        return (written.replace(".", ",") if self._said.language == "nl" else written) or self._number(value, 4)

    def _top(self) -> None:
        said, say = self._said, self._said.say
        told = self._outlook.prediction
        best = {name: values[:TOP].tolist() for name, values in columns(self._outlook).items()}
        size = len(best["customer"])
        self._heading(say("top", count=size))
        heads = [say(key) for key in _HEADS]
        rows = []
        for place in range(size):
            row = {name: values[place] for name, values in best.items()}
            bought, value = self._number(row["expected_purchases"], 1), self._number(row["predicted_value"], 0)
            if "predicted_value_low" in row:
                ends = [self._number(row[f"expected_purchases_{end}"], 0) for end in ("low", "high")]
                bought += f" ({ends[0]} - {ends[1]})"
                ends = [self._number(row[f"predicted_value_{end}"], 0) for end in ("low", "high")]
                value += f" ({ends[0]} - {ends[1]})"
            alive, day = said.wording.share(row["probability_alive"]), said.wording.day(str(row["last_order"]))
            rows.append([short(str(row["customer"]))[:_WIDEST], str(row["orders"]), day, alive, bought, value])
        self._grid(heads, rows, left=(0,))
        if told.intervals is not None:
            self._line(say("level", level=said.level))

    # ---- the parts

    def _heading(self, text: str) -> None:
        self._out.print(f"\n[bold]{escape(text)}[/bold]")

    def _line(self, text: str) -> None:
        if self._out.is_terminal:
            self._out.print(Padding(escape(text), (0, 0, 0, 2), expand=False))
        else:
            self._out.print(escape(f"  {text}"))

    def _grid(self, heads: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[int]) -> None:
        table = Table(box=None, padding=(0, 1 if len(heads) > _WIDE else 2, 0, 0))
        last = self._said.say("model.verdict")  # the only one that is not of a width known
        for place, head in enumerate(heads):
            table.add_column(
                escape(head), justify="left" if place in left else "right", no_wrap=head != last, overflow="fold"
            )
        for row in rows:
            table.add_row(*map(escape, row))
        self._out.print(Padding(table, (0, 0, 0, 2), expand=False))
