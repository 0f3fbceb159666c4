"""The sheets of customers, segments, profile, cohorts, prediction and history, against pandas and LibreOffice."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from clv_xl.analysis.analysis import FACTS
from clv_xl.analysis.tables import HISTORY, HISTORY_CELLS, PERIODS
from clv_xl.calculation import Calculator
from clv_xl.cells import Value
from clv_xl.functions.customers import SEGMENTS
from clv_xl.orders.cleaning import read_orders
from clv_xl.orders.totals import totals
from clv_xl.refresh.results import results
from clv_xl.template import cohorts, history, inputs, orders, prediction, profile, segments
from clv_xl.template.context import Context
from clv_xl.template.making import made, planned
from clv_xl.template.plan import PlannedCell, Readable
from clv_xl.template.texts import LANGUAGES
from clv_xl.workbook.address import parse

if TYPE_CHECKING:
    from ..evaluators.libreoffice import LibreOffice

DATA = Path(__file__).parents[1] / "data" / "orders"
OURS = ("customers", "segments", "profile", "cohorts", "prediction", "history")
CONTENTS = ("sample", "cdnow", "retail")
MARGIN = 0.45
TYPED = {"margin": MARGIN, "spend": 1500.0, "new_customers": 30.0}
"""A client's own figures: beside own orders nothing made up stands."""


@cache
def frame(content: str) -> pd.DataFrame:
    """Orders; those of the retailer with a column that describes them, made up."""
    if content == "sample":
        return orders.sample("en", "Sample")
    if content == "cdnow":
        found = read_orders(DATA / "CDNOW_sample.txt", {"customer": "1", "date": "3", "amount": "5"}).frame
        return found[found["customer"].isin(sorted(set(found["customer"]))[:400])].reset_index(drop=True)
    found = read_orders(DATA / "online_retail_5k.xlsx").frame
    many = found["customer"].map(found["customer"].value_counts()) > 1
    return found.assign(channel=np.where(many, "shop", "market"))


@cache
def plan(content: str, host: str = "native", language: str = "en") -> Context:
    given = {"empty": frame("sample").iloc[:0], "one": frame("sample").iloc[:1]}
    return planned(language, "EUR", host, given[content] if content in given else frame(content), figures=TYPED)


@cache
def shown(content: str, host: str = "native", language: str = "en") -> dict[str, dict[tuple[int, int], Value]]:
    context = plan(content, host, language)
    names = {context.text(f"sheet.{key}"): key for key in OURS}
    return {names[name]: cells for name, cells in context.plan.computed().items() if name in names}


def named(context: Context, name: str) -> Value:
    sheet, _, spot = context.plan.names[name].partition("!")
    return Calculator(Readable(context.plan)).value(sheet, *parse(spot))


def retyped(content: str, **typed: Value) -> Context:
    """A workbook with own figures typed, None for a cleared cell."""
    context = planned("en", "EUR", "native", frame(content), figures=TYPED)
    for name, value in typed.items():
        sheet, _, spot = context.plan.names[name].partition("!")
        context.plan.sheets[sheet].cells[parse(spot)[0], inputs.OWN] = PlannedCell(value)
    return context


def cell(context: Context, key: str, row: int, column: int) -> Value:
    return Calculator(Readable(context.plan)).value(context.text(f"sheet.{key}"), row, column)


def column(cells: dict[tuple[int, int], Value], rows: range, at: int) -> list[Value]:
    return [cells[row, at] for row in rows]


def blanked(values: pd.Series[Any]) -> list[Any]:
    return [pytest.approx(value, rel=1e-12) if np.isfinite(value) else "" for value in values]


@pytest.mark.parametrize("host", ["native", "excel"])
@pytest.mark.parametrize("content", CONTENTS)
class TestSegments:
    """Against the customers as pandas groups them, and their sums against the orders themselves."""

    def test_each(self, content: str, host: str):
        customers = plan(content, host).analysis.tables["customers"]
        groups = customers.groupby(customers["segment"].map(lambda text: text.en))
        expected = groups.agg(
            customers=("customer", "size"), spend=("spend", "sum"), value=("value", "mean"), alive=("alive", "mean")
        ).reindex([text.en for text in segments.ORDER.values()])
        counts, spend = expected["customers"].fillna(0), expected["spend"].fillna(0)
        cells, rows = shown(content, host)["segments"], range(segments.FIRST, segments.TOTAL)
        assert column(cells, rows, segments.CUSTOMERS) == list(counts)
        assert column(cells, rows, segments.SHARE) == blanked(counts / len(customers))
        assert column(cells, rows, segments.REVENUE) == pytest.approx(list(spend))
        assert column(cells, rows, segments.REVENUE_SHARE) == blanked(spend / customers["spend"].sum())
        assert column(cells, rows, segments.VALUE) == blanked(expected["value"])
        assert column(cells, rows, segments.ALIVE) == blanked(expected["alive"])
        best = (spend / spend.sum()).idxmax()
        shares = round(100 * counts[best] / len(customers)), round(100 * spend[best] / spend.sum())
        told = f"{best}: {shares[0]}% of the customers, {shares[1]}% of the revenue."
        assert cells[segments.MESSAGE, 1] == told

    def test_all_together_are_the_orders(self, content: str, host: str):
        cells, given = shown(content, host)["segments"], frame(content)
        for total in (segments.TOTAL, segments.DECILES + 2 + segments.TENTHS):
            assert cells[total, segments.CUSTOMERS] == given["customer"].nunique()
            assert cells[total, segments.SHARE] == pytest.approx(1)
            assert cells[total, segments.REVENUE] == pytest.approx(given["amount"].sum())
            assert cells[total, segments.REVENUE_SHARE] == pytest.approx(1)
        assert cells[segments.TOTAL, segments.ADVICE] == LANGUAGES["en"]["segments.complete"]

    def test_map(self, content: str, host: str):
        context, cells = plan(content, host), shown(content, host)["segments"]
        customers = context.analysis.tables["customers"]
        counts = pd.crosstab(customers["recency_score"], customers["frequency_score"])
        planned_cells = context.plan.sheets["Segments"].cells
        top = segments.MAP + 2
        for recency in range(1, 6):
            for frequency in range(1, 6):
                row = top + 2 * (5 - recency)
                count = counts.get(frequency, pd.Series(dtype=float)).get(recency, 0)
                assert cells[row, 1 + frequency] == count
                assert planned_cells[row + 1, 1 + frequency].value == SEGMENTS[recency - 1][frequency - 1].en

    def test_deciles(self, content: str, host: str):
        spend = frame(content).groupby("customer")["amount"].sum()
        worse = (len(spend) - spend.rank(method="max")).astype(int)  # how many spent more
        groups = spend.groupby(1 + 10 * worse // len(spend)).agg(["size", "sum"]).reindex(range(1, 11), fill_value=0)
        cells, first = shown(content, host)["segments"], segments.DECILES + 2
        rows = range(first, first + segments.TENTHS)
        assert column(cells, rows, segments.CUSTOMERS) == list(groups["size"])
        assert column(cells, rows, segments.REVENUE) == pytest.approx(list(groups["sum"]))
        assert column(cells, rows, segments.VALUE) == pytest.approx(list(groups["sum"].cumsum() / spend.sum()))


@pytest.mark.parametrize("host", ["native", "excel"])
@pytest.mark.parametrize("content", CONTENTS)
def test_all_cohorts_together(content: str, host: str):
    """Against the orders: period by period over the customers whose first order is old enough."""
    context, cells, given = plan(content, host), shown(content, host)["cohorts"], frame(content)
    months = given["date"].dt.year * 12 + given["date"].dt.month - 1
    period = months // {"month": 1, "quarter": 3, "year": 12}[context.analysis.facts["cohort_unit"].en]
    first = period.groupby(given["customer"]).min()
    since = period - given["customer"].map(first)
    worth = 0.0
    for number in range(PERIODS):
        old = first[first + number <= period.max()].index
        now = given[(since == number) & given["customer"].isin(old)]
        row = cohorts.FIRST + number
        assert cells[row, cohorts.CUSTOMERS] == len(old)
        if not len(old):
            assert column(cells, range(row, row + 1), cohorts.RETENTION) == [""]
            assert [cells[row, at] for at in (cohorts.REVENUE, cohorts.MARGIN)] == ["", ""]
            continue
        worth += now["amount"].sum() / len(old)
        assert cells[row, cohorts.RETENTION] == pytest.approx(now["customer"].nunique() / len(old))
        assert cells[row, cohorts.REVENUE] == pytest.approx(worth)
        assert cells[row, cohorts.MARGIN] == pytest.approx(worth * MARGIN)
        assert cells[row, cohorts.CAC] == 50
    letters = {"curve_periods": "A", "curve_value": "E", "curve_cac": "F"}
    for name, letter in letters.items():
        assert context.plan.names[name] == f"Cohorts!${letter}${cohorts.FIRST}:${letter}${cohorts.LAST}"


@pytest.mark.parametrize(
    ("spend", "message"),
    [
        (0.0, "The CAC is earned back in the quarter of the first order."),
        (2_000.0, "The CAC is earned back in quarter {after} after the first order."),
        (1e9, "The CAC is not earned back by quarter 9."),
        ("unknown", "Type margin and spend to see when the CAC is earned back."),
    ],
)
def test_when_a_customer_is_earned_back(spend: Value, message: str):
    context = retyped("sample", spend=spend)
    margins = [cell(context, "cohorts", row, cohorts.MARGIN) for row in range(cohorts.FIRST, cohorts.LAST + 1)]
    cac = named(context, "cac_now")
    after = next((at for at, margin in enumerate(margins) if cac != "" and margin != "" and margin >= cac), None)
    assert cell(context, "cohorts", cohorts.MESSAGE, 1) == message.format(after=after)
    if "{after}" in message:
        assert after


@pytest.mark.parametrize("content", [*CONTENTS, "empty", "one"])
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_fact_has_a_cell_of_its_name(content: str, language: str):
    context = plan(content, language=language)
    for name in FACTS:
        fact = context.analysis.facts[name]
        value = named(context, name)
        assert value == (fact[language] if hasattr(fact, "nl") else fact), name


def test_the_profile_names_the_strongest_trait_that_is_no_chance():
    table = plan("sample").analysis.tables["profile"]
    clear = table[table["reading"].map(lambda text: text.en) == "more than chance"]
    best = clear.loc[clear["lift"].astype(float).idxmax()]
    told = shown("sample")["profile"][profile.MESSAGE, 1]
    assert told == (
        f"{best['attribute']} {best['trait']}: {round(best['lift'], 1):g} times as common in the top 20% as among all "
        f"customers ({best['top_customers']} of these {best['customers']} are in it)."
    )


@pytest.mark.parametrize("content", ["cdnow", "empty", "one"])
def test_the_profile_says_how_to_fill_it(content: str):
    cells = shown(content)["profile"]
    assert str(cells[profile.MESSAGE, 1]).startswith("No characteristics to compare: add columns such as channel")
    assert cells[profile.SIDE["lift"], profile.FIGURE] == ""


class TestPrediction:
    """What it says, and that it says so when its inputs have changed."""

    def test_message(self):
        expected = plan("cdnow").analysis.tables["outlook"]
        told = str(shown("cdnow")["prediction"][prediction.MESSAGE, 1])
        (orders_, _), (_, worth) = expected["value"][:2], expected["value"][1:3]
        low, high = expected["low"][2], expected["high"][2]
        assert f"order {orders_:.0f} times, worth €{worth:,.0f} of gross margin" in told
        assert told.endswith(f"(between €{low:,.0f} and €{high:,.0f} with a chance of 80%).")

    def test_without_a_model_it_says_why(self):
        reasons = {content: plan(content).analysis.facts["prediction_reason"].en for content in ("empty", "one")}
        assert len(set(reasons.values())) == len(reasons)
        for content, reason in reasons.items():
            cells = shown(content)["prediction"]
            assert cells[prediction.MESSAGE, 1] == reason
            assert named(plan(content), "tracking_message") == reason

    @pytest.mark.parametrize(("margin", "said"), [(None, "fresh"), (0.5, "stale"), (MARGIN, "fresh")])
    def test_a_changed_margin_is_noticed(self, margin: float | None, said: str):
        context = retyped("sample", **({} if margin is None else {"margin": margin}))
        assert cell(context, "prediction", prediction.BASIS, 1) == context.text(f"prediction.{said}")

    def test_how_it_did(self):
        tables = plan("sample").analysis.tables
        last = tables["tracking"].iloc[-1]
        used = tables["models"][tables["models"]["model"] == plan("sample").analysis.facts["prediction_model"]]
        assert named(plan("sample"), "tracking_message") == (
            f"Repeat orders so far: {last['actual']:.0f} made, {last['expected']:.0f} expected by the model; "
            f"in the holdout it was {abs(100 * used['off'].iloc[0]):.0f}% off."
        )


class TestHistory:
    """Rows computed backwards are what the workbook of that day would have shown."""

    @pytest.mark.parametrize("content", ["sample", "cdnow"])
    def test_rows(self, content: str):
        given, table = frame(content), plan(content).analysis.tables[HISTORY.key]
        ends = list(table["as_of"].dt.date)
        assert 1 < len(ends) <= history.MOST
        assert ends[-1] == given["date"].max().date()
        assert all((end + dt.timedelta(days=1)).day == 1 and end.month % 3 == 0 for end in ends[:-1])
        assert ends[0] >= (given["date"].min() + pd.DateOffset(years=1)).date()
        for _, row in table.iterrows():
            then = results(totals(given, as_of=row["as_of"].date()))
            told = {"orders": "purchases", **{name: name for name in ("customers", "revenue", "order_value")}}
            told |= {name: name for name in ("frequency", "lifespan", "clv_revenue")}
            assert {name: row[name] for name in told} == pytest.approx({name: then[key] for name, key in told.items()})
            assert row["clv_margin"] == pytest.approx(row["clv_revenue"] * MARGIN)
            assert row["cac"] == 50
            assert row["ratio"] == pytest.approx(row["clv_margin"] / 50)

    def test_last_row_is_what_the_results_say(self):
        for content in CONTENTS:
            context = plan(content)
            row = context.analysis.tables[HISTORY.key].iloc[-1]
            for column, name in HISTORY_CELLS.items():
                if column != "as_of":
                    assert row[column] == pytest.approx(named(context, name)), (content, name)

    def test_message(self):
        clv = plan("sample").analysis.tables[HISTORY.key]["clv_margin"]
        way = "rose" if clv.iloc[-1] >= clv.iloc[0] else "fell"
        change = round(abs(100 * (clv.iloc[-1] / clv.iloc[0] - 1)))
        told = shown("sample")["history"][history.MESSAGE, 1]
        assert told == f"CLV on gross margin {way} {change}% over the {len(clv)} rows below."

    def test_no_orders_give_no_rows(self):
        assert not len(plan("empty").analysis.tables[HISTORY.key])
        assert shown("empty")["history"][history.MESSAGE, 1] == LANGUAGES["en"]["history.empty"]


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_names_are_such_as_excel_takes(language: str):
    """Tables and defined names share one space, whatever the case; a sheet called History is refused."""
    context = plan("sample", "excel", language)
    known = [name.casefold() for name in (*context.plan.names, *context.plan.tables)]
    assert len(set(known)) == len(known)
    assert "history" not in [name.casefold() for name in context.plan.sheets]


@pytest.mark.parametrize(("content", "language"), [("retail", "en"), ("sample", "nl"), ("empty", "en"), ("one", "nl")])
def test_libreoffice_computes_the_same(content: str, language: str, tmp_path: Path, libreoffice: LibreOffice):
    path = tmp_path / "native.xlsx"
    given = {"empty": frame("sample").iloc[:0], "one": frame("sample").iloc[:1]}
    orders_ = given[content] if content in given else frame(content)
    path.write_bytes(made(language, "EUR", "native", orders_, figures=TYPED))
    computed = libreoffice.values(path)
    for key, cells in shown(content, "native", language).items():
        sheet = computed[LANGUAGES[language][f"sheet.{key}"]]
        for spot, value in cells.items():
            if isinstance(value, float):
                assert sheet[spot] == pytest.approx(value, rel=1e-9, abs=1e-12), (key, spot)
            else:
                assert (sheet.get(spot) or "") == value, (key, spot)
