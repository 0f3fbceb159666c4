"""Overview, Inputs, Results, Levers and Checks: what they say of typed and of counted figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from clv_xl.calculation import Calculator
from clv_xl.cells import Value
from clv_xl.functions import CATALOGUE
from clv_xl.template import orders
from clv_xl.template.context import Context
from clv_xl.template.levers import LEVERS, STRATEGIES
from clv_xl.template.making import planned
from clv_xl.template.plan import Block, Readable
from clv_xl.workbook.address import area as read_area
from clv_xl.workbook.address import parse

from .states import HOSTS, check, clear_orders, made, type_in, value, values

MARGIN, CAC = 0.45, 50.0


def shown(context: Context, sheet: str, label: str, column: int, calculator: Calculator | None = None) -> Value:
    """What stands in a column of the row with this label."""
    name = context.text(f"sheet.{sheet}")
    rows = context.plan.sheets[name].cells.items()
    row = min(spot[0] for spot, cell in rows if spot[1] == 1 and cell.value == context.text(label))
    return (calculator or Calculator(Readable(context.plan))).value(name, row, column)


def filled(context: Context, **typed: Value) -> Context:
    for name, own in typed.items():
        type_in(context, name, own)
    return context


@pytest.mark.parametrize("host", HOSTS)
def test_further_results_are_what_pandas_computes(host: str):
    frame = orders.sample("en", "")
    buyers = frame.groupby("customer")["date"].agg(["size", "max"])
    years = (frame["date"].max() - frame["date"].min()).days / 365.25
    context = made("en", host)
    found = values(context, "lifespan_used", "value_per_year", "clv_margin", "order_value", "repeat_per_year")
    life, year = float(found["lifespan_used"]), float(found["value_per_year"]) * MARGIN
    predicted = context.analysis.tables["customers"]["value"]
    expected = {
        "repeat_share": (buyers["size"] > 1).mean(),
        "customers_per_year": len(buyers) / years,
        "active_share": ((frame["date"].max() - buyers["max"]).dt.days <= 365).mean(),
        "historic_revenue": frame["amount"].sum() / len(buyers),
        "historic_margin": frame["amount"].sum() / len(buyers) * MARGIN,
        "lifetime_multiple": float(found["clv_margin"]) / (frame["amount"].mean() * MARGIN),
        "retention_per_year": np.exp(-1 / life),
        "margin_per_year": year,
        "later_margin": float(found["repeat_per_year"]) * frame["amount"].mean() * MARGIN,
        "retention_needed": CAC * 1.1 / (year + CAC),
        "predicted_total": predicted.sum(),
        "predicted_each": predicted.mean(),
    }
    assert values(context, *expected) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("period", "a_year", "several"), [("year", 1, "years"), ("month", 12, "months"), ("week", 52.18, "weeks")]
)
def test_what_is_told_per_period(period: str, a_year: float, several: str):
    context = filled(made("en", "native"), period=period)
    yearly = values(context, "orders_per_year", "value_per_year", "lifespan_used", "clv_revenue")
    expected = {
        "periods_per_year": a_year,
        "frequency_per_period": float(yearly["orders_per_year"]) / a_year,
        "value_per_period": float(yearly["value_per_year"]) / a_year,
        "lifespan_periods": float(yearly["lifespan_used"]) * a_year,
        "churn_per_period": 1 - np.exp(-1 / (float(yearly["lifespan_used"]) * a_year)),
        "clv_period": yearly["clv_revenue"],
    }
    assert values(context, *expected) == pytest.approx(expected, rel=1e-12)
    assert value(context, "period_plural") == several
    assert shown(context, "inputs", "inputs.own_value", 5) == f"EUR per customer per {period}"
    assert shown(context, "inputs", "inputs.own_lifespan", 5) == several


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"period": "month", "own_value": 50.0, "own_lifespan": 36.0}, {"clv_revenue": 1800, "value_per_year": 600}),
        ({"own_order_value": 75.0, "own_frequency": 5.0, "own_lifespan": 3.0}, {"clv_revenue": 1125}),
        ({"period": "month", "own_value": 50.0, "own_churn": 0.05, "margin": 0.6}, {"clv_margin": 600}),
        ({"own_value": 500.0, "own_lifespan": 9.0, "margin": 1.0}, {"clv_margin": 4500, "cac_ceiling": 1500}),
        ({"own_value": 600.0, "own_order_value": 50.0, "own_lifespan": 1.0}, {"orders_per_year": 12}),
        ({"period": "week", "own_frequency": 1.0, "own_order_value": 10.0}, {"value_per_year": 521.8}),
        ({"own_lifespan": 2.0, "own_churn": 0.9}, {"lifespan_used": 2}),
    ],
)
def test_figures_typed_without_orders(host: str, typed: dict[str, Value], expected: dict[str, float]):
    context = filled(made("en", host, "empty"), **typed)
    assert values(context, *expected) == pytest.approx(expected, rel=1e-12)


def test_own_figures_go_before_the_orders_and_the_levers_follow():
    context = filled(made("en", "native"), own_value=200.0, own_lifespan=4.0)
    assert values(context, "clv_revenue", "later_margin") == pytest.approx({"clv_revenue": 800, "later_margin": 90})
    assert shown(context, "levers", "levers.lifespan", 6) == pytest.approx(800 * MARGIN * 0.1)


@pytest.mark.parametrize("host", HOSTS)
def test_levers_and_strategies(host: str):
    context = made("en", host)
    calculator = Calculator(Readable(context.plan))
    found = values(
        context, "clv_margin", "clv_revenue", "order_value", "repeat_per_year", "lifespan_used", "customers_per_year"
    )
    now = {name: float(shown) for name, shown in found.items()}
    life = now["order_value"] * now["repeat_per_year"] * now["lifespan_used"] * MARGIN
    whole = {  # of a lever twice as good
        "price": now["clv_revenue"],
        "order_value": now["clv_margin"],
        "frequency": now["clv_margin"],
        "lifespan": life,
        "margin": now["clv_margin"],
        "cac": CAC,
    }
    for column, step in ((4, 0.01), (5, 0.05), (6, 0.1)):
        gains = [shown(context, "levers", f"levers.{lever}", column, calculator) for lever in LEVERS]
        assert gains == pytest.approx([whole[lever] * step for lever in LEVERS], rel=1e-9)
        for strategy, levers in STRATEGIES.items():
            gain = sum(whole[lever] for lever in levers) * step
            assert shown(context, "levers", f"levers.{strategy}", column, calculator) == pytest.approx(gain, rel=1e-9)
    yearly = whole["price"] * 0.1 * now["customers_per_year"]
    assert shown(context, "levers", "levers.price", 7, calculator) == pytest.approx(yearly, rel=1e-9)
    marked = [str(shown(context, "levers", f"levers.{lever}", 8, calculator)).startswith("◄") for lever in LEVERS]
    assert marked == [True, *[False] * 5]
    assert value(context, "net_now") == pytest.approx(now["clv_margin"] - CAC)
    assert value(context, "lever_message") == (
        f"Price (same volume): 10% better adds most, €{now['clv_revenue'] / 10:.0f} per customer."
    )


def test_a_margin_gets_no_better_than_all():
    context = filled(made("en", "native"), margin=0.95)
    gain = 0.05 * float(values(context, "clv_revenue")["clv_revenue"])
    assert shown(context, "levers", "levers.margin", 6) == pytest.approx(gain)


def test_the_grid_is_the_clv_of_a_workbook_with_those_figures():
    """Each corner computed by typing its order value and lifespan into another template."""
    context = made("en", "native")
    found = values(context, "order_value", "lifespan_used", "clv_margin")
    name = context.text("sheet.levers")
    (head,) = (
        spot[0]
        for spot, cell in context.plan.sheets[name].cells.items()
        if cell.value == context.text("levers.grid.down")
    )
    calculator = Calculator(Readable(context.plan))
    sides = [calculator.value(name, head, column) for column in range(2, 7)]
    assert sides == pytest.approx([-0.2, -0.1, 0, 0.1, 0.2])
    assert [calculator.value(name, head + row, 1) for row in range(1, 6)] == pytest.approx(sides)
    assert calculator.value(name, head + 3, 4) == pytest.approx(found["clv_margin"], rel=1e-12)
    for row, column in ((1, 2), (1, 6), (5, 2), (5, 6), (2, 5)):
        other = filled(
            made("en", "native"),
            own_order_value=float(found["order_value"]) * (1 + sides[column - 2]),
            own_lifespan=float(found["lifespan_used"]) * (1 + sides[row - 1]),
        )
        assert calculator.value(name, head + row, column) == pytest.approx(value(other, "clv_margin"), rel=1e-9)


DOUBTS: dict[str, tuple[str, dict[str, Value]]] = {
    "made_up": ("client", {"margin": MARGIN}),
    "refused": ("sample", {"margin": 60.0}),
    "enough": ("one", {}),
    "active": ("one", {}),
    "many_active": ("sample", {"active_limit": 0.5}),
    "young": ("sample", {"own_lifespan": 5.0}),
    "period": ("sample", {"own_lifespan": 36.0}),
    "churn": ("sample", {"own_lifespan": 4.0, "own_churn": 0.3}),
    "typed_value": ("sample", {"own_value": 100.0, "own_order_value": 20.0, "own_frequency": 4.0}),
    "low": ("sample", {"own_value": 10.0, "own_lifespan": 1.0}),
    "predicted": ("sample", {"margin": 0.5}),
    "stale": ("sample", {"silent_after": 300.0}),
}
CALM: dict[str, tuple[str, dict[str, Value]]] = {
    "made_up": ("client", {"margin": 0.3, "discount": 0.1, "spend": 500.0, "new_customers": 12.0}),
    "refused": ("sample", {"margin": 0.6, "period": "week", "horizon": 24.0}),
    "enough": ("one", {"few_customers": 1.0, "few_orders": 1.0}),
    "active": ("one", {"own_lifespan": 3.0}),
    "many_active": ("sample", {"active_limit": 0.9}),
    "young": ("sample", {"own_lifespan": 2.0}),
    "period": ("sample", {"own_lifespan": 36.0, "period": "month"}),
    "churn": ("sample", {"own_lifespan": 4.0, "own_churn": 0.25}),
    "typed_value": ("sample", {"own_value": 80.0, "own_order_value": 20.0, "own_frequency": 4.0}),
    "low": ("sample", {}),
    "predicted": ("sample", {"spend": 9.0}),
    "stale": ("sample", {"silent_after": 300.0, "own_lifespan": 1.5}),
}


@pytest.mark.parametrize("key", DOUBTS)
def test_a_doubt_is_raised_when_there_is_one_only(key: str):
    (state, typed), (calm_state, calm) = DOUBTS[key], CALM[key]
    assert check(filled(made("en", "native", state), **typed), key) == 1
    assert check(filled(made("en", "native", calm_state), **calm), key) == 0


def changed(context: Context, listing: str, column: str, row: int, new: Value) -> Context:
    """One cell of a table changed by somebody."""
    table = context.plan.tables[context.text(f"{listing}.table")]
    at = table.columns.index(context.text(f"{listing}.{column}"))
    sheet = context.plan.sheets[table.sheet]

    def edited(block: Block) -> Block:
        columns = [list(values) for values in block.columns]
        columns[at][row] = new
        return replace(block, columns=columns)

    spot = table.area.top + 1, table.area.left
    sheet.blocks = [edited(block) if block.covers(*spot) else block for block in sheet.blocks]
    return context


SUMS = ("customers", "orders", "revenue", "segments", "deciles", "cohorts", "benchmarks", "formula")


@pytest.mark.parametrize(("language", "host"), [("en", "excel"), ("nl", "native"), ("en", "addin")])
def test_sums_agree_and_say_so(language: str, host: str):
    context = made(language, host)
    assert {key: check(context, f"sum_{key}") for key in SUMS} == dict.fromkeys(SUMS, 0)


@pytest.mark.parametrize(
    ("key", "column", "new", "off"),
    [
        ("customers", "rank", None, -1),
        ("orders", "orders", 1e6, None),
        ("revenue", "spend", 0.0, None),
        ("segments", "segment", None, -1),
        ("deciles", "decile", None, None),
    ],
)
def test_a_sum_that_is_off_is_a_point_of_attention(key: str, column: str, new: Value, off: float | None):
    context = made("en", "native")
    before = value(context, "points_of_attention")
    changed(context, "customers", column, 3, new)
    found = check(context, f"sum_{key}")
    assert found != 0 if off is None else found == off
    assert float(str(value(context, "points_of_attention"))) > float(str(before))


def test_sums_of_empty_tables_are_blank():
    context = made("en", "native", "empty")
    assert {check(context, f"sum_{key}") for key in SUMS if key != "benchmarks"} == {""}


@pytest.mark.parametrize("language", ["en", "nl"])
def test_changed_orders_are_noticed(language: str):
    context = made(language, "native")
    assert check(context, "stale") == 0
    clear_orders(context, keep=100)
    assert check(context, "stale") == 1
    assert check(context, "sum_orders") == len(orders.sample("en", "")) - 100
    sheet, _, spot = context.plan.names["orders_counted"].partition("!")
    told = Calculator(Readable(context.plan)).value(sheet, parse(spot)[0], 6)
    assert told == context.text("inputs.stale")


@pytest.mark.parametrize(
    ("language", "amount", "told"),
    [
        ("en", 0.4, "€0"),
        ("en", 999.4, "€999"),
        ("en", 999.6, "€1,000"),
        ("en", 1005.0, "€1,005"),
        ("en", 10050.0, "€10,050"),
        ("nl", 1800.0, "€ 1.800"),
        ("nl", 999_999.0, "€ 999.999"),
        ("nl", 1_000_000.0, "€ 1.000.000"),
        ("en", 12_005_000.6, "€12,005,001"),
        ("en", 999_999_999.0, "€999,999,999"),
    ],
)
def test_amounts_in_sentences(language: str, amount: float, told: str):
    context = filled(made(language, "native", "empty"), own_value=amount, own_lifespan=1.0)
    assert value(context, "clv_revenue_told") == told


class TestOverview:
    """Its first lines, whatever is known."""

    @staticmethod
    def lines(context: Context) -> list[Value]:
        name = context.text("sheet.overview")
        calculator = Calculator(Readable(context.plan))
        return [calculator.value(name, row, 1) for row in (3, 4, 5)]

    def test_all_known(self):
        notice, worth, then = self.lines(made("en", "native"))
        context = made("en", "native")
        clv, most = (float(str(value(context, name))) for name in ("clv_margin", "cac_ceiling"))
        assert str(notice).startswith("SAMPLE DATA")
        assert worth == (
            f"A customer is worth €{clv:.0f} of gross margin, so a new one may cost at most €{most:.0f} "
            "and now costs €50."
        )
        assert then == f"{value(context, 'verdict')}. {value(context, 'lever_message')}"

    def test_own_orders_with_made_up_figures(self):
        context = made("nl", "native", "client")
        assert self.lines(context)[0] == ""
        filled(context, margin=MARGIN)
        assert str(self.lines(context)[0]).startswith("VOORBEELDCIJFERS")

    def test_own_orders_and_nothing_typed(self):
        """It says what it can, and every blank tile says what is still to be typed."""
        context = made("en", "native", "client")
        _, worth, then = self.lines(context)
        revenue = float(str(value(context, "clv_revenue")))
        assert str(worth).startswith(f"A customer brings €{revenue:.0f} of revenue. Type your gross margin")
        assert "acquisition spend" in str(then)
        calculator = Calculator(Readable(context.plan))
        tiles = [[calculator.value("Overview", row, column) for row in (8, 9)] for column in range(1, 12, 2)]
        asked = [str(note) for shown, note in tiles if shown == "\N{EN DASH}"]
        assert len(asked) == 4
        assert all(note.startswith("type ") for note in asked)
        assert tiles[-1][1] == "revenue, over 12 months"

    def test_without_spend_margin_or_anything(self):
        context = filled(made("en", "native"), spend=None)
        assert str(self.lines(context)[1]).endswith("Type your acquisition spend and new customers to compare.")
        filled(context, margin=None)
        assert "of revenue. Type your gross margin" in str(self.lines(context)[1])
        notice, worth, then = self.lines(made("en", "native", "empty"))
        assert (notice, str(worth).split()[0], then) == ("", "Paste", "Start with step 1 at the bottom of this sheet.")

    def test_the_chart_of_value_is_that_of_the_cohorts(self):
        context = made("en", "native")
        overview = context.plan.sheets[context.text("sheet.overview")]
        assert len(overview.charts) == 2
        (value_shown, cost) = overview.charts[1].series
        cohorts = context.text("sheet.cohorts")
        assert {value_shown.sheet, cost.sheet} == {cohorts}
        calculator = Calculator(Readable(context.plan))
        place = context.plan.names["curve_cac"].rpartition("!")[2].replace("$", "")
        area = read_area(place)
        assert {calculator.value(cohorts, row, area.left) for row in range(area.top, area.bottom + 1)} == {CAC}

    def test_a_logo_and_a_client(self):
        png = bytes.fromhex(
            "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ffff3f0005fe02fea7"
            "35810000000049454e44ae426082"
        )
        context = planned("en", "EUR", "native", orders.sample("en", "").head(40), client="The mill", logo=png)
        overview = context.plan.sheets[context.text("sheet.overview")]
        assert overview.cells[1, 1].value == "Customer lifetime value: The mill"
        assert [image[1] for image in overview.images] == [png]

    def test_it_is_one_page_and_its_first_chart_starts_on_a_small_screen(self):
        """A window of 1366 x 768 shows about 1330 x 440 pixels of cells."""
        overview = made("en", "native").plan.sheets["Overview"]
        assert sum(int(width * 7 + 5) for width in overview.widths) < 1330
        top = overview.charts[0].area.top
        assert sum(overview.heights.get(row, 16) for row in range(1, top)) * 4 / 3 < 260


def test_no_name_clashes_with_a_table_or_a_function():
    """Excel repairs, and so empties, a file in which one name means two things."""
    for language in ("en", "nl"):
        plan = made(language, "native").plan
        names = [name.casefold() for name in (*plan.names, *plan.tables, *CATALOGUE)]
        assert len(names) == len(set(names))


def test_a_thousand_customers_with_one_order_each():
    dates = pd.Timestamp("2023-01-01") + pd.to_timedelta(np.arange(1000) % 700, unit="D")
    ids = [f"c{n}" for n in range(1000)]
    frame = pd.DataFrame({"order": ids, "customer": ids, "date": dates, "amount": 10.0})
    context = planned("en", "EUR", "native", frame, figures={"margin": MARGIN})
    assert values(context, "repeat_share", "lifetime_multiple") == pytest.approx(
        {"repeat_share": 0, "lifetime_multiple": 1}
    )
