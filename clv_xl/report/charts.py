"""Revenue and people per month as SVG: small in the table, larger with axes in the details; told in words too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .cautions import day_of
from .markup import Element, element
from .portfolio import WINDOW, months_to
from .wording import short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clv_xl.refresh.record import Month

    from .clients import Client
    from .wording import Wording

_SLOT, _SPARK_HEIGHT = 5, 40  # whole units: 300 clients must stay small
_WIDTH, _HEIGHT = 480, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 50, 30, 28
_STEP = (_WIDTH - _LEFT - _RIGHT) / WINDOW
_TICKS = 4
_UNIT = 12  # characters that fit beside an axis title
_EACH = 6  # months between labels
_SCALES = ((1e6, 1_000_000), (1e4, 1_000))  # from where on, and what amounts are then divided by


def spark(client: Client, window: Sequence[str]) -> Element:
    """The small chart: bars of revenue, a line of new customers, each on a scale of its own."""
    shown = [month for month in window if month in client.months]
    if not shown:
        return element("span", client.wording.say("chart.none"), class_="faint")
    revenue = _series(client, window, lambda month: month.revenue)
    people = _series(client, window, lambda month: month.new_customers)
    scale, heads = _scale(revenue), _scale(people)
    base = scale(0)
    partial = _partial_month(client)
    whole: list[str] = []
    rest: list[str] = []
    line: list[str] = []
    for place, (month, amount, count) in enumerate(zip(window, revenue, people, strict=True)):
        x = place * _SLOT + _SLOT // 2
        if amount:
            (rest if month == partial else whole).append(f"M{x} {base}V{scale(amount)}")
        if count is not None:
            line.append(f"{x},{heads(count)}")
    width = len(window) * _SLOT
    return element(
        "svg",
        element("path", d="".join(whole), class_="bars") if whole else None,
        element("path", d="".join(rest), class_="bars part") if rest else None,
        element("polyline", points=" ".join(line), class_="line"),
        class_="spark",
        viewBox=f"0 0 {width} {_SPARK_HEIGHT}",
        role="img",
        aria_label=_told(client, window, revenue, people, client.wording.say("column.trend_new")),
    )


def chart(client: Client) -> Element | None:
    """The larger chart over the client's own last 24 months; None without months."""
    if not client.months:
        return None
    wording, currency = client.wording, short(client.record.currency)[:_UNIT]
    window = months_to(max([*client.months, client.record.as_of[:7] if day_of(client.record.as_of) else ""]))
    revenue = _series(client, window, lambda month: month.revenue)
    people = _series(client, window, lambda month: month.customers)
    money, count = _Axis(revenue), _Axis(people, whole=True)
    divisor = next((by for limit, by in _SCALES if money.highest >= limit), 1)
    unit = currency if divisor == 1 else f"{currency} \N{MULTIPLICATION SIGN} {wording.count(divisor)}"
    return element(
        "svg",
        *_axes(client, money, count, divisor),
        *_bars(client, window, revenue, money),
        element("polyline", points=" ".join(_points(people, count)), class_="line"),
        _text(0, 14, _heading(unit.strip(), wording), class_="axis-bars"),
        _text(_WIDTH, 14, wording.say("chart.customers"), "end", class_="axis-line"),
        class_="chart",
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_label=_told(client, window, revenue, people, wording.say("chart.customers")),
    )


def _heading(currency: str, wording: Wording) -> str:
    return wording.say("chart.revenue", currency=currency) if currency else wording.say("chart.revenue.unknown")


def _axes(client: Client, money: _Axis, count: _Axis, divisor: int) -> Iterator[Element]:
    """Lines across and both rows of numbers."""
    wording = client.wording
    digits = 0 if money.step >= divisor else 1 if money.step * 10 >= divisor else 2
    lines = "".join(f"M{_LEFT} {money.at(tick)}H{_WIDTH - _RIGHT}" for tick in money.ticks)
    yield element("path", d=lines, class_="grid")
    yield element("path", d=f"M{_LEFT} {money.at(0)}H{_WIDTH - _RIGHT}", class_="zero")
    left = (_text(_LEFT - 6, money.at(tick) + 4, wording.number(tick / divisor, digits)) for tick in money.ticks)
    right = (_text(_WIDTH, count.at(tick) + 4, wording.count(tick)) for tick in count.ticks)
    yield element("g", *left, *right, text_anchor="end")


def _bars(client: Client, window: Sequence[str], revenue: Sequence[float | None], axis: _Axis) -> Iterator[Element]:
    """A bar a month, one path for all: of 300 clients each rectangle would make a megabyte."""
    broken, zero = _partial_month(client), axis.at(0)
    whole: list[str] = []
    part: list[str] = []
    names: list[Element] = []
    for place, (month, amount) in enumerate(zip(window, revenue, strict=True)):
        middle = _LEFT + (place + 0.5) * _STEP
        if amount:
            (part if month == broken else whole).append(f"M{middle:g} {zero}V{axis.at(amount)}")
        if (len(window) - 1 - place) % _EACH == 0:
            names.append(_text(middle, _HEIGHT - 8, client.wording.month(month)))
    yield element("g", *names, text_anchor="middle")
    for bars, class_ in ((whole, "bars"), (part, "bars part")):
        if bars:
            yield element("path", d="".join(bars), class_=class_)


def _points(people: Sequence[float | None], axis: _Axis) -> list[str]:
    return [
        f"{_LEFT + (place + 0.5) * _STEP:g},{axis.at(number)}"
        for place, number in enumerate(people)
        if number is not None
    ]


def partial(client: Client) -> str:
    """What to say of a last month that is not complete, "" when it is."""
    if client.months and _partial_month(client) in client.months:
        return client.wording.say("chart.partial", day=client.wording.day(client.record.as_of))
    return ""


def _partial_month(client: Client) -> str:
    """The month that the figures end in, unless they end on its last day."""
    day = day_of(client.record.as_of)
    if day is None:
        return ""
    try:
        day.replace(day=day.day + 1)
    except ValueError:
        return ""
    return client.record.as_of[:7]


def _series(client: Client, window: Sequence[str], what: Callable[[Month], float]) -> list[float | None]:
    """A number a month: 0 without orders, None before the first month that is known and after the last."""
    end = max([*client.months, client.record.as_of[:7]])
    first = min(client.months)
    return [
        what(client.months[month]) if month in client.months else 0.0 if first < month <= end else None
        for month in window
    ]


def _told(
    client: Client,
    window: Sequence[str],
    revenue: Sequence[float | None],
    people: Sequence[float | None],
    series: str,
) -> str:
    wording = client.wording

    def span(values: Sequence[float | None], write: Callable[[float], str]) -> str:
        known = [(value, month) for month, value in zip(window, values, strict=True) if value is not None]
        (low, low_month), (high, high_month) = min(known), max(known)
        return wording.say(
            "chart.alt.range",
            low=write(low),
            low_month=wording.month(low_month),
            high=write(high),
            high_month=wording.month(high_month),
            end=write(known[-1][0]),
        )

    return wording.say(
        "chart.alt",
        first=wording.month(window[0]),
        last=wording.month(window[-1]),
        revenue=span(revenue, lambda value: wording.money(value, client.record.currency, 0)),
        series=series,
        people=span(people, wording.count),
    )


def _scale(values: Sequence[float | None]) -> Callable[[float], int]:
    """Value -> place from the top of the small chart, with 0 always on the scale."""
    known = [value for value in values if value is not None]
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
    span = (high - low) or 1.0
    return lambda value: round(2 + (_SPARK_HEIGHT - 4) * (high - value) / span)


class _Axis:
    """Round ticks over values, 0 among them, and where a value stands from the top."""

    def __init__(self, values: Sequence[float | None], *, whole: bool = False) -> None:
        known = [value for value in values if value is not None]
        low, high = min([0.0, *known]), max([0.0, *known])
        self.highest = max(high, -low)
        rough = ((high - low) or 1.0) / _TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(step * power for step in (1, 2, 5, 10) if step * power >= rough * 0.999)
        self.step = max(step, 1.0) if whole else step
        self._low = math.floor(low / self.step)
        self._high = max(math.ceil(high / self.step), self._low + 1)
        self.ticks = [number * self.step for number in range(self._low, self._high + 1)]

    def at(self, value: float) -> int:
        """From the top of the picture."""
        plot = _HEIGHT - _TOP - _BOTTOM
        return round(_TOP + plot * (self._high - value / self.step) / (self._high - self._low))


def _text(x: float, y: float, text: str, anchor: str | None = None, class_: str | None = None) -> Element:
    return element("text", text, x=f"{x:g}", y=f"{y:g}", text_anchor=anchor, class_=class_)
