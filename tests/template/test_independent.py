"""What a workbook shows against what pandas computes from the orders, and LibreOffice from the formulas."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pytest

from clv_xl.template import making, orders
from clv_xl.template.context import Context
from clv_xl.template.finishing import finished
from clv_xl.template.making import planned
from clv_xl.template.plan import PlannedCell
from clv_xl.template.published import MEASURES
from clv_xl.template.writing import Writer
from clv_xl.workbook.address import parse

from ..evaluators.libreoffice import LibreOffice
from . import truth
from .test_craft import differences
from .workbooks import Case, Spot, Tab, TablePart, Workbook, frame

TYPED = ("margin", "discount", "target_ratio", "silent_after", "spend", "new_customers")
CONTENTS = [Case(*case) for case in (("en", "native", "sample"), ("nl", "native", "cdnow"), ("nl", "excel", "retail"))]
FIGURES = {"margin": 0.45, "discount": 0.1, "spend": 1500.0, "new_customers": 30.0}
UNITS = {"month": 1, "maand": 1, "quarter": 3, "kwartaal": 3, "year": 12, "jaar": 12}
LEVERS = 6


def given(case: Case) -> pd.DataFrame:
    """The orders of a case."""
    found = frame(case.content)
    return orders.sample(case.language, "") if found is None else found


@cache
def made(case: Case) -> Workbook:
    """Its workbook with the figures of `FIGURES` typed in, which no orders tell."""
    context = planned(case.language, case.currency, case.host, frame(case.content))
    for name, value in FIGURES.items():
        type_in(context, name, value)
    return Workbook(case, finished(Writer(context).write(), language=case.language, addin=False))


def type_in(context: Context, name: str, value: Any) -> None:
    sheet, _, place = context.plan.names[name].partition("!")
    spot = (parse(place)[0], 2)
    cells = context.plan.sheets[sheet].cells
    cells[spot] = PlannedCell(value, style=cells[spot].style)


@pytest.fixture(params=[*CONTENTS, Case("en", "native", "one"), Case("nl", "native", "large")], ids=str)
def filled(request: pytest.FixtureRequest) -> Workbook:
    return made(request.param)


def typed(workbook: Workbook) -> dict[str, float]:
    return {name: float(str(workbook.named(name).value)) for name in TYPED}


def test_results_are_what_pandas_computes(filled: Workbook):
    expected = truth.results(given(filled.case), typed(filled))
    assert {name: filled.named(name).value for name in expected} == pytest.approx(expected, rel=1e-9)
    assert len(expected) >= 25


def test_levers_are_the_value_computed_again(filled: Workbook):
    tab, first = filled.tab("levers"), filled.named("net_now").row + 1
    for column, name in enumerate(("step_small", "step_middle", "lever_step"), 4):
        step = float(str(filled.named(name).value))
        shown = [tab.cells[first + at, column].value for at in range(LEVERS)]
        assert shown == pytest.approx(truth.gains(given(filled.case), typed(filled), step), rel=1e-9), name


def table(workbook: Workbook, key: str) -> tuple[Tab, TablePart]:
    name = workbook.texts[f"{key}.table"]
    return next((tab, part) for tab in workbook.tabs for part in tab.tables if part.name == name)


def rows(workbook: Workbook, key: str) -> pd.DataFrame:
    """A table of the workbook, its columns by the keys of their heads."""
    tab, part = table(workbook, key)
    heads = {text: name.rpartition(".")[2] for name, text in workbook.texts.items() if name.startswith(f"{key}.")}
    area = part.area
    return pd.DataFrame(
        {
            heads.get(head, head): [tab.cells[row, column].value for row in range(area.top + 1, area.bottom + 1)]
            for column, head in enumerate(part.heads, area.left)
        }
    )


def test_customers_are_what_pandas_computes(filled: Workbook):
    shown = rows(filled, "customers").set_index("customer").sort_index()
    expected = truth.people(given(filled.case)).sort_index()
    names = dict.fromkeys(expected.index) if filled.case.content != "sample" else None
    assert names is None or list(shown.index) == list(expected.index)
    columns = {"orders": "orders", "spend": "spend", "decile": "decile", "recency_score": "r", "frequency_score": "f"}
    for column, twin in columns.items():
        assert list(shown[column]) == pytest.approx(list(expected[twin]), rel=1e-9), column
    assert list(shown["monetary_score"]) == list(expected["m"])
    epoch = pd.Timestamp("1899-12-30")
    for column, twin in (("first_order", "first"), ("last_order", "last")):
        assert list(shown[column]) == list((expected[twin] - epoch).dt.days), column
    if filled.case.language == "en":
        assert list(shown["segment"]) == list(expected["segment"])


def test_customers_stand_by_predicted_value(filled: Workbook):
    shown = rows(filled, "customers")
    by = "spend" if shown["value"].isna().any() else "value"
    assert list(shown["rank"]) == list(range(1, len(shown) + 1))
    assert shown[by].is_monotonic_decreasing


def test_segments_and_deciles_add_up_what_pandas_does(filled: Workbook):
    tab, expected = filled.tab("segments"), truth.people(given(filled.case))
    by_segment = expected.groupby("segment")["spend"].agg(["size", "sum"])
    order = sorted(by_segment["size"].tolist())
    found = [cell for (_, column), cell in tab.cells.items() if column == 2 and "COUNTIFS(" in (cell.formula or "")]
    sizes = [cell.value for cell in found if str(cell.formula).endswith(f"$A{cell.row})")]
    segments, deciles = sizes[:11], sizes[-10:]
    assert sorted(size for size in segments if size) == order
    assert deciles == [float((expected["decile"] == tenth).sum()) for tenth in range(1, 11)]
    revenue = [tab.cells[cell.row, 4].value for cell in found][-10:]
    assert revenue == pytest.approx([expected["spend"][expected["decile"] == t].sum() for t in range(1, 11)])
    if filled.case.language == "en":
        for cell in [cell for cell in found if cell.value][: len(by_segment)]:
            name = tab.cells[cell.row, 1].value
            assert (cell.value, tab.cells[cell.row, 4].value) == pytest.approx(tuple(by_segment.loc[name])), name


def test_cohorts_are_what_pandas_computes(filled: Workbook):
    months = UNITS[str(filled.named("cohort_unit").value)]
    retention, value, sizes = truth.cohorts(given(filled.case), months)
    for key, expected in (("cohorts", retention), ("cohort_value", value)):
        shown = rows(filled, key)
        assert list(shown["customers"]) == list(sizes)
        figures = shown[[str(period) for period in range(truth.PERIODS)]].astype(float)
        assert figures.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-9, nan_ok=True), key


@pytest.mark.parametrize(
    ("language", "industry"), [("en", "eCommerce"), ("en", "SaaS"), ("nl", "Biotechnologie"), ("nl", "Kleding")]
)
def test_published_figures_are_those_of_the_source(language: str, industry: str):
    case = Case(language, "native", "one")
    content = making.made(language, case.currency, case.host, frame(case.content), industry=industry)
    workbook = Workbook(case, content)
    tab = workbook.tab("benchmarks")
    labels = {workbook.texts[f"measure.{key}"]: key for key in MEASURES}
    found = [cell for (_, column), cell in tab.cells.items() if column == 1 and cell.value in labels]
    assert [labels[cell.value] for cell in found[: len(MEASURES)]] == list(MEASURES)
    told = 0
    for cell in found[: len(MEASURES)]:
        measure, industry = MEASURES[labels[cell.value]], str(tab.cells[cell.row, 2].value)
        if case.language == "nl":
            industry = english(industry)
        figures = truth.published(industry, set(measure.metrics), measure.unit)
        scale = 100 if measure.kind == "share" else 1
        assert tab.cells[cell.row, 7].value == len(figures), cell
        shown = tab.cells[cell.row, 4].value
        assert shown == ("" if not figures else pytest.approx(sum(figures) / len(figures) / scale)), cell
        told += bool(figures)
    assert told >= 3


def english(industry: str) -> str:
    """The English name of an industry."""
    from clv_xl.benchmarks import records  # noqa: PLC0415  only names are asked

    return next((record.industry.en for record in records() if record.industry.nl == industry), "")


STATES: dict[str, dict[str, Any]] = {
    "no cost of acquisition": {"spend": 0.0},
    "no margin": {"margin": None},
    "nothing typed": dict.fromkeys(("margin", "discount", "spend", "new_customers", "industry")),
}


@pytest.mark.parametrize("state", STATES)
def test_libreoffice_finds_no_error_in_any_state(state: str, libreoffice: LibreOffice, tmp_path: Any):
    """And the same values as are stored."""
    case = Case("nl", "native", "sample")
    context = planned(case.language, case.currency, case.host)
    for name, value in STATES[state].items():
        type_in(context, name, value)
    content = finished(Writer(context).write(), language="nl", addin=False)
    (tmp_path / "state.xlsx").write_bytes(content)
    workbook = Workbook(case, content)
    wrong: list[tuple[Spot, Any]] = list(differences(workbook, libreoffice.values(tmp_path / "state.xlsx")))
    assert not wrong, wrong[:8]
    assert not [cell for cell in workbook.formulas if cell.error]
    shown = workbook.named("ratio_now").value
    assert shown == ""
