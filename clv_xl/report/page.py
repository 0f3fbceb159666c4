"""The portfolio as one page that needs no network: its style and script are inside, and nothing else may load."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import TYPE_CHECKING

from clv_xl.template import theme
from clv_xl.version import __version__

from . import markup
from .clients import LEVELS
from .details import details
from .markup import Child, Element, element
from .table import currency_title, labels, pill, skipped, table
from .wording import short

if TYPE_CHECKING:
    from .portfolio import Group, Portfolio
    from .wording import Wording


def page(portfolio: Portfolio) -> bytes:
    """The page, UTF-8."""
    wording = portfolio.wording
    style, script = _style(wording), _file("portfolio.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="generator", content=f"clv-xl {__version__}"),
        element("title", wording.say("title")),
        element("style", style),
    )
    body = element("body", *_content(portfolio), element("script", script))
    return markup.page(element("html", head, body, lang=wording.language))


def _content(portfolio: Portfolio) -> list[Child]:
    wording, clients = portfolio.wording, portfolio.clients
    if not portfolio.records:
        return [
            _header(portfolio),
            element(
                "main",
                element("h2", wording.say("empty.title")),
                element("p", wording.say("empty.text")),
                element("p", element("code", wording.say("empty.command"))),
                class_="empty",
            ),
            _foot(wording),
        ]
    numbers = {id(client): number for number, client in enumerate(clients, 1)}
    groups = [_group(group, portfolio, numbers) for group in portfolio.groups]
    parts: list[Child] = []
    if clients:
        parts += [
            element("p", wording.say("group.no_conversion"), class_="purpose") if len(groups) > 1 else None,
            _tools(wording, len(clients)),
            *groups,
            _legend(portfolio),
        ]
    parts.append(_failed(portfolio))
    if portfolio.skipped:
        parts.append(element("p", skipped(portfolio), class_="purpose"))
    if clients:
        listed = [details(client, numbers[id(client)]) for client in clients]
        title = element("h2", wording.say("details.title"))
        note = element("p", wording.say("details.note"), class_="purpose screen")
        parts.append(element("section", title, note, *listed, class_="details"))
    skip = element("a", wording.say("skip"), href="#clients", class_="skip")
    return [skip, _header(portfolio), element("main", *parts, id="clients"), _foot(wording)]


def _header(portfolio: Portfolio) -> Element:
    wording = portfolio.wording
    first, last = portfolio.days()
    spans = []
    if first:
        spans.append(wording.say("span", first=wording.day(first), last=wording.day(last)))
    newest = max((record.as_of for record in portfolio.records), default="")
    if newest:
        spans.append(wording.say("as_of", day=wording.day(newest)))
    return element(
        "header",
        element("h1", wording.say("title")),
        element("p", wording.say("purpose"), class_="purpose"),
        element("p", "; ".join(spans), class_="span") if spans else None,
        _counts(portfolio) if portfolio.records else None,
    )


def _counts(portfolio: Portfolio) -> Element:
    wording, clients = portfolio.wording, portfolio.clients
    counts = {status: sum(r.status == status for r in portfolio.records) for status in ("changed", "unchanged")}
    counts = {"clients": len(clients), **counts, "attention": sum(client.needs_attention for client in clients)}
    items = [(str(n), key) for key, n in counts.items()]
    tiles = [_tile(n, wording.say(f"count.{key}", int(n))) for n, key in items]
    if portfolio.failed:
        tiles.append(_tile(str(len(portfolio.failed)), wording.say("count.failed"), href="#refused"))
    for level in LEVELS:
        count = sum(client.verdict is not None and client.verdict.level == level for client in clients)
        if count:
            mark = pill(level, _word(level, wording))
            tiles.append(element("li", element("strong", str(count)), mark, class_="tile verdict"))
    return element("ul", *tiles, class_="tiles")


def _tile(number: str, label: str, href: str | None = None) -> Element:
    inner = [element("strong", number), element("span", label)]
    return element("li", *(inner if href is None else [element("a", *inner, href=href)]), class_="tile")


def _word(level: str, wording: Wording) -> str:
    return LEVELS[level][wording.language].partition(":")[0]


def _tools(wording: Wording, clients: int) -> Element:
    """For the script; without it they would do nothing and stay hidden."""
    options = [element("option", wording.say("tools.verdict.all"), value="")]
    options += [element("option", _word(level, wording), value=level) for level in LEVELS]
    options.append(element("option", wording.say("cell.no_ratio"), value="none"))
    return element(
        "form",
        element("label", wording.say("tools.find"), element("input", type="search", id="find")),
        element("label", wording.say("tools.verdict"), element("select", *options, id="verdict")),
        element("label", wording.say("tools.sort"), element("select", id="sort")),
        element(
            "label", element("input", type="checkbox", id="attention"), wording.say("tools.attention"), class_="check"
        ),
        element("output", id="shown", data_text=wording.say("tools.shown"), data_all=clients, aria_live="polite"),
        id="tools",
        role="search",
        aria_label=wording.say("tools"),
        hidden=True,
    )


def _group(group: Group, portfolio: Portfolio, numbers: dict[int, int]) -> Element:
    wording = portfolio.wording
    note = None if group.currency else element("p", wording.say("group.currency.unknown.note"), class_="purpose")
    shown = table(group, portfolio.window, wording, numbers)
    title = element("h2", currency_title(group, wording))
    return element(
        "section", title, note, _totals(group, wording), element("div", shown, class_="wide"), class_="group"
    )


def _totals(group: Group, wording: Wording) -> Element:
    span = {"first": wording.month(group.year[0]), "last": wording.month(group.year[-1])} if group.year else {}
    rows: list[tuple[str, str]] = []

    def money(amount: float) -> str:
        return wording.money(amount, group.currency, 0)

    if group.currency:
        if span:
            rows.append((wording.say("total.revenue", **span), money(group.in_year(lambda month: month.revenue))))
        rows.append((wording.say("total.revenue_all"), money(group.total("revenue"))))
    rows.append((wording.say("total.orders"), wording.count(group.total("purchases"))))
    rows.append((wording.say("total.customers"), wording.count(group.total("customers"))))
    if span:
        rows.append((wording.say("total.new", **span), wording.count(group.in_year(lambda month: month.new_customers))))
    return element("dl", *(element("div", element("dt", k), element("dd", v)) for k, v in rows), class_="totals")


def _legend(portfolio: Portfolio) -> Element:
    wording, window = portfolio.wording, portfolio.window
    verdicts = [element("li", pill(level, LEVELS[level][wording.language])) for level in LEVELS]
    trend = None
    if window:
        told = wording.say("legend.trend", first=wording.month(window[0]), last=wording.month(window[-1]))
        keys = [
            element("span", element("i", class_=f"key {name}"), wording.say(f"legend.trend.{name}"))
            for name in ("revenue", "partial", "new")
        ]
        trend = element("p", told, *keys, class_="keys")
    return element(
        "section",
        element("h2", wording.say("legend")),
        element("ul", *verdicts, class_="chips"),
        trend,
        element("p", wording.say("legend.change")),
        element("p", wording.say("benchmark.note")),
        class_="legend",
    )


def _failed(portfolio: Portfolio) -> Element | None:
    wording = portfolio.wording
    if not portfolio.failed:
        return None
    items = [
        element(
            "li",
            element("strong", element("bdi", short(r.file) or short(r.client))),
            element("p", wording.either(r.message, r.message_nl)),
        )
        for r in portfolio.failed
    ]
    return element(
        "section",
        element("h2", wording.say("failed.title")),
        element("p", wording.say("failed.note"), class_="purpose"),
        element("ul", *items, class_="failed"),
        id="refused",
    )


def _foot(wording: Wording) -> Element:
    return element("footer", element("p", wording.say("foot", version=__version__)))


def _style(wording: Wording) -> str:
    """The style sheet, with the colours of the workbook and the words of the cards."""
    names = {"ink": theme.INK, "navy": theme.NAVY, "link": theme.BLUE, "grey": theme.GREY, "pale": theme.PALE}
    names |= {"bar": theme.CHART_FILL, "head": theme.NAVY}
    for level, (fill, font) in {"good": theme.GOOD, "fair": theme.FAIR, "bad": theme.BAD}.items():
        names |= {f"{level}-fill": fill, level: font}
    colours = "".join(f"--{name}:{colour};" for name, colour in names.items())
    words = "".join(f'.{key}{{--label:"{label}"}}' for key, label in labels(wording).items())
    return f":root{{{colours}--font:{theme.FONT}}}{words}\n{_file('portfolio.css')}"


def _file(name: str) -> str:
    return resources.files("clv_xl").joinpath(f"data/{name}").read_text("utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
