"""The clients of one currency as a table: a body for each basis of the CLV, so that sorting never mixes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .charts import spark
from .markup import Child, Element, element
from .portfolio import BASES
from .wording import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .cautions import Caution
    from .clients import Client, Comparison
    from .portfolio import Group, Portfolio
    from .wording import Wording

MARKS = {"bad": "✕", "fair": "!", "good": "✓", "high": "▲", "info": "i"}
"""The sign before a verdict or remark: meaning is never in the colour alone."""
ARROWS = {"up": "▲", "down": "▼"}


@dataclass(frozen=True)
class Column:
    """A column: its cell, the number it sorts by (None for not sortable), and whether it is a number."""

    key: str
    cell: Callable[[Client], Sequence[Child]]
    value: Callable[[Client], float | None] | None = None
    numeric: bool = True


def table(group: Group, window: Sequence[str], wording: Wording, numbers: dict[int, int]) -> Element:
    """The table; `numbers` tells id(client) -> the number of its details."""
    columns = _columns(window)
    heads = [_head("client", wording, sort="text")]
    for column in columns:
        sort = "number" if column.value else None
        heads.append(_head(column.key, wording, sort=sort, class_=None if column.numeric else "words"))
    bodies = []
    for basis in BASES:
        if clients := group.of(basis):
            title = element(
                "th",
                element("strong", wording.say(f"basis.{basis}.title")),
                element("span", wording.say(f"basis.{basis}.note"), class_="sub"),
                colspan=len(columns) + 1,
                scope="rowgroup",
            )
            head = element("tr", title, class_="basis")
            rows = [_row(client, columns, numbers[id(client)]) for client in clients]
            bodies.append(element("tbody", head, *rows, class_=basis))
    return element(
        "table",
        element("caption", currency_title(group, wording), class_="hidden"),
        element("colgroup", *(element("col", class_=f"col-{key}") for key in ("client", *(c.key for c in columns)))),
        element("thead", element("tr", *heads)),
        *bodies,
        class_="clients",
    )


def currency_title(group: Group, wording: Wording) -> str:
    """What a group is called."""
    if not group.currency:
        return wording.say("group.currency.unknown")
    return wording.say("group.currency", currency=short(group.currency))


def skipped(portfolio: Portfolio) -> str:
    """Which workbooks were no clients."""
    names = ", ".join(short(record.client) for record in portfolio.skipped)
    return portfolio.wording.say("skipped", len(portfolio.skipped), names=names)


def pill(level: str, text: str, **attributes: str) -> Element:
    """A mark and words in the colour of a level."""
    mark = element("span", MARKS[level], aria_hidden="true", class_="mark")
    return element("span", mark, text, class_=f"pill {level}", **attributes)


def chip(caution: Caution) -> Element:
    """A remark in short; the sentence shows on pointing and stands in the details."""
    return pill(caution.level, caution.label, title=caution.text)


def moved(client: Client) -> tuple[str, str]:
    """The change of the CLV: in percent, or why there is none; and in money."""
    change, wording = client.change, client.wording
    if change.money is None or change.kind == "same":
        return wording.say(f"change.{change.kind}"), ""
    money = wording.signed(wording.money(change.money, client.record.currency))
    return (money, "") if change.share is None else (wording.signed(wording.share(change.share)), money)


def beside(comparison: Comparison, wording: Wording) -> str:
    """What a comparison is of, and how good its source is."""
    sources = wording.say("benchmark.sources", len(comparison.published))
    tier = wording.say("benchmark.tier", tier=comparison.tier)
    return f"{wording.say(f'benchmark.{comparison.figure}')}, {sources}, {tier}"


def labels(wording: Wording) -> dict[str, str]:
    """Column -> what a card of a narrow screen calls it."""
    return {column.key: wording.say(f"column.{column.key}") for column in _columns(())}


def _columns(window: Sequence[str]) -> tuple[Column, ...]:
    def figure(key: str) -> Callable[[Client], float | None]:
        return lambda client: client.figures.get(key)

    return (
        Column("clv", _clv, lambda client: client.clv),
        Column("change", _change, lambda client: client.change.share),
        Column("clv_cac", _clv_cac, figure("clv_cac")),
        Column("max_cac", _max_cac, figure("max_cac")),
        Column("customers", lambda client: [_number(client, "customers", 0)], figure("customers")),
        Column("order_value", lambda client: [_money(client, "order_value")], figure("order_value")),
        Column("frequency", lambda client: [_number(client, "frequency", 2)], figure("frequency")),
        Column("lifespan", lambda client: [_number(client, "lifespan", 1)], figure("lifespan")),
        Column("benchmark", _benchmark),
        Column("trend", lambda client: [spark(client, window)], numeric=False),
        Column("attention", _attention, _gravity, numeric=False),
    )


def _head(key: str, wording: Wording, sort: str | None, class_: str | None = None) -> Element:
    note = f"column.{key}.note"
    told = element("span", wording.say(note), class_="sub") if key in _NOTED else None
    name = element("span", wording.say(f"column.{key}"), class_="name")
    return element("th", name, told, scope="col", data_sort=sort, data_key=key, class_=class_)


_NOTED = ("change", "frequency", "lifespan", "benchmark")


def _row(client: Client, columns: Sequence[Column], number: int) -> Element:
    industry = client.industry
    name = element("a", element("bdi", client.name), href=f"#c{number}")
    sub = element("span", industry, class_="sub") if industry else None
    cells = [element("th", name, sub, scope="row")]
    for column in columns:
        value = column.value(client) if column.value else None
        cell = element(
            "td",
            *column.cell(client),
            class_=column.key,
            data_v=None if value is None else f"{value:.6g}",
        )
        cells.append(cell)
    return element(
        "tr",
        *cells,
        id=f"r{number}",
        data_level=client.verdict.level if client.verdict else "none",
        data_attention=client.needs_attention,
    )


def _sub(text: str) -> Element | None:
    return element("span", text, class_="sub") if text else None


def _none(client: Client) -> Element:
    return element("span", client.wording.say("cell.none"), class_="faint")


def _number(client: Client, key: str, digits: int) -> Child:
    value = client.figures.get(key)
    return _none(client) if value is None else client.wording.number(value, digits)


def _money(client: Client, key: str) -> Child:
    value = client.figures.get(key)
    return _none(client) if value is None else client.wording.money(value, client.record.currency)


def _clv(client: Client) -> Sequence[Child]:
    if client.clv is None:
        return [_none(client)]
    money = client.wording.money(client.clv, client.record.currency)
    return [element("strong", money), _sub(client.wording.say(f"basis.{client.basis}"))]


def _change(client: Client) -> Sequence[Child]:
    kind = client.change.kind
    if client.clv is None:
        return [_none(client)]
    first, second = moved(client)
    if kind not in ARROWS:
        return [element("span", first, class_="faint")]
    arrow = element("span", ARROWS[kind], aria_hidden="true")
    spoken = element("span", client.wording.say(f"change.{kind}"), class_="hidden")
    return [element("span", arrow, spoken, f" {first}", class_=f"moved {kind}"), _sub(second)]


def _clv_cac(client: Client) -> Sequence[Child]:
    ratio, verdict = client.figures.get("clv_cac"), client.verdict
    if ratio is None or verdict is None:
        return [element("span", client.wording.say("cell.no_ratio"), class_="faint")]
    return [element("strong", client.wording.times(ratio)), " ", pill(verdict.level, verdict.word, title=verdict.text)]


def _max_cac(client: Client) -> Sequence[Child]:
    cac = client.figures.get("cac")
    now = "" if cac is None else client.wording.say("cell.cac", money=client.wording.money(cac, client.record.currency))
    return [_money(client, "max_cac"), _sub(now)]


def _benchmark(client: Client) -> Sequence[Child]:
    wording = client.wording
    if not client.comparisons:
        why = "benchmark.none" if client.industry else "benchmark.no_industry"
        return [element("span", wording.say(why), class_="faint")]
    best = client.comparisons[0]
    if best.ratio is None:
        return [element("span", wording.say("benchmark.currency", currency=best.currency), class_="faint")]
    return [wording.times(best.ratio), _sub(beside(best, wording))]


def _attention(client: Client) -> Sequence[Child]:
    if not client.cautions:
        return [_none(client)]
    return [element("ul", *(element("li", chip(caution)) for caution in client.cautions), class_="chips")]


def _gravity(client: Client) -> float:
    weight = {"bad": 10_000, "fair": 100, "info": 1}
    return float(sum(weight[caution.level] for caution in client.cautions))
