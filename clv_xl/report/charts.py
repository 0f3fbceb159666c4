"""Revenue and people per month as SVG: small in the table, larger with axes in the details; told in words too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .cautions import day_of
from .markup import Element, element
from .portfolio import months_to

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clv_xl.refresh.record import Month

    from .clients import Client

_SLOT, _SPARK_HEIGHT, _BAR = 5, 34, 3.4
_WIDTH, _HEIGHT = 480, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 50, 30, 28
_TICKS = 4
_EACH = 6  # months between labels
_SCALES = ((1e6, 1_000_000), (1e4, 1_000))  # from where on, and what amounts are then divided by


def spark(client: Client, window: Sequence[str]) -> Element:
    """The small chart: bars of revenue, a line of new customers, each on a scale of its own."""
    shown = [month for month in window if month in client.months]
    if not shown:
        return element("span", client.wording.say("chart.none"), class_="faint")
    revenue = _series(client, window, lambda month: month.revenue)
    people = _series(client, window, lambda month: month.new_customers)
    scale = _scale(revenue, _SPARK_HEIGHT)
    base = scale(0)
    partial = _partial_month(client)
    whole, rest, line = [], [], []
    for place, (month, amount, count) in enumerate(zip(window, revenue, people, strict=True)):
        x = place * _SLOT + _SLOT / 2
        if amount:
            (rest if month == partial else whole).append(f"M{x:g} {base:g}V{scale(amount):g}")
        if count is not None:
            line.append(f"{x:g},{_scale(people, _SPARK_HEIGHT)(count):g}")
    width = len(window) * _SLOT
    return element(
        "svg",
        element("path", d="".join(whole), class_="bars") if whole else None,
        element("path", d="".join(rest), class_="bars part") if rest else None,
        element("polyline", points=" ".join(line), class_="line"),
        class_="spark",
        viewBox=f"0 0 {width} {_SPARK_HEIGHT}",
        preserveAspectRatio="xMinYMid",
        role="img",
        aria_label=_told(client, window, revenue, people, client.wording.say("column.trend_new")),
    )


def chart(client: Client) -> Element | None:
    """The larger chart over the client's own last 24 months; None without months."""
    wording = client.wording
    if not client.months:
        return None
    last = max([*client.months, client.record.as_of[:7] if day_of(client.record.as_of) else ""])
    window = months_to(last)
    revenue = _series(client, window, lambda month: month.revenue)
    people = _series(client, window, lambda month: month.customers)
    plot = _HEIGHT - _TOP - _BOTTOM
    highest = max(abs(amount or 0) for amount in revenue)
    divisor = next((by for limit, by in _SCALES if highest >= limit), 1)
    money, count = _Axis(revenue, plot), _Axis(people, plot, whole=True)
    slot = (_WIDTH - _LEFT - _RIGHT) / len(window)
    drawn: list[Element] = []
    for tick in money.ticks:
        y = _TOP + money.at(tick)
        drawn.append(element("path", d=f"M{_LEFT} {y:g}H{_WIDTH - _RIGHT}", class_="zero" if tick == 0 else "grid"))
        digits = 0 if money.step >= divisor else 1 if money.step * 10 >= divisor else 2
        drawn.append(_text(_LEFT - 6, y + 4, wording.number(tick / divisor, digits), "end"))
    drawn += [_text(_WIDTH, _TOP + count.at(tick) + 4, wording.count(tick), "end") for tick in count.ticks]
    partial = _partial_month(client)
    points = []
    for place, (month, amount, number) in enumerate(zip(window, revenue, people, strict=True)):
        middle = _LEFT + (place + 0.5) * slot
        if amount is not None and number is not None:
            points.append(f"{middle:.4g},{_TOP + count.at(number):.4g}")
            y, zero = _TOP + money.at(amount), _TOP + money.at(0)
            told = f"{wording.month(month)}: {wording.money(amount, client.record.currency, 0)}, {wording.count(number)}"
            box = {"x": f"{middle - slot * 0.36:.4g}", "y": f"{min(y, zero):.4g}", "width": f"{slot * 0.72:.4g}"}
            bar = element("rect", element("title", told), height=f"{abs(zero - y):.4g}", **box)
            bar.set("class", "bar part" if month == partial else "bar")
            drawn.append(bar)
        if (len(window) - 1 - place) % _EACH == 0:
            drawn.append(_text(middle, _HEIGHT - 8, wording.month(month), "middle"))
    unit = client.record.currency or "?"
    unit = unit if divisor == 1 else f"{unit} × {wording.count(divisor)}"
    return element(
        "svg",
        *drawn,
        element("polyline", points=" ".join(points), class_="line"),
        _text(0, 14, wording.say("chart.revenue", currency=unit), class_="axis-bars"),
        _text(_WIDTH, 14, wording.say("chart.customers"), "end", class_="axis-line"),
        class_="chart",
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_label=_told(client, window, revenue, people, wording.say("chart.customers")),
    )


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


def _scale(values: Sequence[float | None], height: float) -> Callable[[float], float]:
    """Value -> place from the top, with 0 always on the scale."""
    known = [value for value in values if value is not None]
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
    span = (high - low) or 1.0
    return lambda value: round(1.5 + (height - 3) * (high - value) / span, 1)


class _Axis:
    """Round ticks over values, 0 among them, and where a value stands from the top."""

    def __init__(self, values: Sequence[float | None], height: float, *, whole: bool = False) -> None:
        known = [value for value in values if value is not None]
        low, high = min([0.0, *known]), max([0.0, *known])
        rough = ((high - low) or 1.0) / _TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        self.step = next(step * power for step in (1, 2, 5, 10) if step * power >= rough * 0.999)
        self.step = max(self.step, 1.0) if whole else self.step
        self._low = math.floor(low / self.step)
        self._high = max(math.ceil(high / self.step), self._low + 1)
        self._height = height
        self.ticks = [number * self.step for number in range(self._low, self._high + 1)]

    def at(self, value: float) -> float:
        """From the top of the plot."""
        return round(self._height * (self._high - value / self.step) / (self._high - self._low), 1)


def _text(x: float, y: float, text: str, anchor: str | None = None, class_: str | None = None) -> Element:
    return element("text", text, x=f"{x:g}", y=f"{y:g}", text_anchor=anchor, class_=class_)
