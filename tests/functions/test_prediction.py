"""Models in cells: against published figures, against the models themselves, and over what no model can bear."""

from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clv_xl.cells import Value, serial
from clv_xl.errors import CellError, NotAvailable, cell_error
from clv_xl.functions import CATALOGUE
from clv_xl.models.customers import Customers
from clv_xl.models.fit_table import table as fit_table
from clv_xl.models.gamma_gamma import GammaGamma
from clv_xl.models.prediction import predict
from clv_xl.models.purchase_days import PurchaseDays
from clv_xl.models.selection import COMPARED, MODELS
from clv_xl.models.shifted_beta_geometric import SBG

DATA = Path(__file__).parents[1] / "data"
FITS = {"bgnbd": "BGNBD_FIT", "mbgnbd": "MBGNBD_FIT", "pareto-nbd": "PARETO_NBD_FIT", "bgbb": "BGBB_FIT"}
CONTINUOUS = [FITS[model] for model in COMPARED]
END = serial(dt.date(1997, 9, 30))
Rows = list[list[Value]]


def call(name: str, *args: Any) -> Any:
    return CATALOGUE[name].cells(*args)


def column(values: Any) -> Rows:
    return [[value] for value in values]


def estimates(rows: Rows) -> dict[str, Value]:
    return {str(row[0]): row[1] for row in rows[1:]}


@pytest.fixture(scope="module")
def oracles() -> dict[str, Any]:
    entries = json.loads((DATA / "models/oracles.json").read_text(encoding="utf-8"))
    return {entry["id"]: entry for entry in entries}


@pytest.fixture(scope="module")
def orders() -> tuple[Rows, Rows, Rows]:
    """The CDNOW sample as a sheet holds it: ids, serial dates and amounts in columns."""
    lines = [line.split() for line in (DATA / "orders/CDNOW_sample.txt").read_text(encoding="ascii").splitlines()]
    dates = [serial(dt.date(int(line[2][:4]), int(line[2][4:6]), int(line[2][6:]))) for line in lines]
    return column(line[1] for line in lines), column(dates), column(float(line[4]) for line in lines)


@pytest.fixture(scope="module")
def summary(orders: tuple[Rows, Rows, Rows]) -> tuple[Rows, ...]:
    """Frequency, recency, T (weeks) and monetary value, as CUSTOMER_SUMMARY spills them."""
    rows = call("CUSTOMER_SUMMARY", *orders, END, "week")
    return tuple(column(row[place] for row in rows[1:]) for place in range(1, 5))


class TestFits:
    @pytest.mark.parametrize(
        ("name", "fit", "errors", "names"),
        [
            ("BGNBD_FIT", "bgnbd-fit-clvtools", "bgnbd-se-clvtools", "r alpha a b"),
            ("MBGNBD_FIT", "mbgnbd-fit-btydplus", None, "r alpha a b"),
            ("PARETO_NBD_FIT", "pnbd-fit-clvtools", "pnbd-se-clvtools", "r alpha s beta"),
        ],
    )
    def test_published_fits_of_cdnow(
        self, name: str, fit: str, errors: str | None, names: str, summary: tuple[Rows, ...], oracles: dict[str, Any]
    ) -> None:
        rows = call(name, *summary[:3])
        got, want = estimates(rows), oracles[fit]
        assert {key: got["log-likelihood" if key == "loglik" else key] for key in want["expected"]} == pytest.approx(
            want["expected"], **want["tolerance"]
        )
        assert [row[0] for row in rows[2:6]] == names.split()
        assert (got["customers"], got["verdict"]) == (2357, "converged")
        assert got["AIC"] == pytest.approx(8 - 2 * got["log-likelihood"])
        assert got["BIC"] == pytest.approx(4 * math.log(2357) - 2 * got["log-likelihood"])
        if errors:
            told = [row[2] for row in rows[2:6]]
            assert told == pytest.approx(oracles[errors]["expected"], **oracles[errors]["tolerance"])
        for _, estimate, error, low, high in rows[2:6]:
            half = 1.959963984540054 * error / estimate
            assert (low, high) == pytest.approx((estimate * math.exp(-half), estimate * math.exp(half)))

    def test_published_fit_of_spend(self, summary: tuple[Rows, ...], oracles: dict[str, Any]) -> None:
        got, want = estimates(call("GAMMA_GAMMA_FIT", summary[0], summary[3])), oracles["gg-fit-clvtools"]
        assert {key: got[key] for key in "pqv"} == pytest.approx(want["expected"], **want["tolerance"])
        assert (got["model"], got["customers"]) == ("Gamma-Gamma", 946)

    def test_published_fit_of_donations(self, oracles: dict[str, Any]) -> None:
        lines = [line.split(",") for line in (DATA / "models/donations.csv").read_text(encoding="ascii").splitlines()]
        heads = lines[0]
        columns = {head: [float(line[place]) for line in lines[1:]] for place, head in enumerate(heads)}
        x, t_x, n, many = (columns[head] for head in heads)
        spread = [column(np.repeat(values, np.array(many, int)).tolist()) for values in (x, t_x, n)]
        got, want = estimates(call("BGBB_FIT", *spread)), oracles["bgbb-fit-btyd"]
        assert {key: got["log-likelihood" if key == "loglik" else key] for key in want["expected"]} == pytest.approx(
            want["expected"], **want["tolerance"]
        )

    def test_published_fit_of_renewals(self, oracles: dict[str, Any]) -> None:
        shares = oracles["sbg-data"]["expected"]
        for kind in ("regular", "highend"):
            left = [10 * share for share in shares[kind][:8]]
            want = oracles[f"sbg-fit-{kind}"]
            got = estimates(call("SBG_FIT", [*left, None, None]))
            assert {key: got[key] for key in want["expected"]} == pytest.approx(want["expected"], **want["tolerance"])

    def test_the_library_fits_the_same(self, summary: tuple[Rows, ...]) -> None:
        plain = [np.ravel(values) for values in summary]
        for model in COMPARED:
            assert call(FITS[model], *summary[:3]) == fit_table(MODELS[model].fit(*plain[:3]))
        assert call("GAMMA_GAMMA_FIT", summary[0], summary[3]) == fit_table(GammaGamma.fit(plain[0], plain[3]))
        assert call("SBG_FIT", [100, 60, 50]) == fit_table(SBG.fit_survivors([100.0, 60.0, 50.0]))

    def test_blank_rows_are_passed_over_and_half_blank_ones_refused(self) -> None:
        x, t_x, end = [1, 0, 31, 2, 1, 2], [2, 0, 38, 1, 2, 5], [28, 26, 38, 35, 37, 26]
        assert call("BGNBD_FIT", [*x, None], [*t_x, None], [*end, None]) == call("BGNBD_FIT", x, t_x, end)
        assert call("BGNBD_FIT", [*x, None], [*t_x, 0], [*end, 20]) == cell_error("#VALUE!")
        assert call("BGNBD_FIT", [*x, True], [*t_x, 0], [*end, 20]) == cell_error("#VALUE!")
        assert call("BGNBD_FIT", [*x, cell_error("#DIV/0!")], [*t_x, 0], [*end, 20]) == cell_error("#DIV/0!")


NASTY = {
    "one customer": ([2], [3], [5]),
    "one who bought once": ([0], [0], [5]),
    "one-time buyers": ([0] * 20, [0] * 20, list(range(1, 21))),
    "T is 0": ([0] * 5, [0] * 5, [0] * 5),
    "identical": ([3] * 30, [10] * 30, [20] * 30),
    "all until the end": ([3] * 30, [20] * 30, list(range(20, 50))),
    "heavy": ([400, 350, 1, 0], [30, 31, 2, 0], [39, 39, 39, 39]),
    "few": ([1, 0, 0, 0, 1], [1, 0, 0, 0, 9], [10, 9, 8, 7, 10]),
    "enormous": ([10**6, 1], [10**9, 1], [10**9, 10**9]),
    "beyond counting": ([1e300, 1], [1, 1], [2, 2]),
}


class TestNastyData:
    @pytest.mark.parametrize("name", FITS.values())
    @pytest.mark.parametrize("case", NASTY)
    def test_a_fit_is_a_table_with_a_verdict_or_an_error(self, name: str, case: str) -> None:
        rows = call(name, *NASTY[case])
        if isinstance(rows, CellError):
            assert rows.cell in {"#NUM!", "#N/A"}
            assert str(rows).startswith(name)
            return
        _are_cells(rows)
        assert {len(row) for row in rows} == {5}
        parameters = [row[1] for row in rows[2:6]]
        assert all(isinstance(value, float) and value > 0 for value in parameters)
        alive = call("P_ALIVE", rows, *map(column, NASTY[case]))
        _are_cells(alive)
        assert all(0 <= value <= 1 for (value,) in alive)
        _are_cells(call("EXPECTED_PURCHASES", rows, 3, *map(column, NASTY[case])))

    @pytest.mark.parametrize(
        ("frequency", "spend"), [([1], [5]), ([3] * 9, [10] * 9), ([1, 2], [1e-9, 1e12]), ([2, 2], [-1, 0])]
    )
    def test_spend(self, frequency: list[float], spend: list[float]) -> None:
        rows = call("GAMMA_GAMMA_FIT", frequency, spend)
        if isinstance(rows, CellError):
            assert rows == cell_error("#N/A")
        else:
            _are_cells(rows)
            _are_cells(call("EXPECTED_SPEND", rows, column([0, 1, 9]), column([0, 3, 8])))

    @pytest.mark.parametrize("left", [[10, 10], [10, 0], [1, 0.5], [5, 5, 5, 5], [9, 8, 7, 6, 5], [1e12, 1]])
    def test_renewals(self, left: list[float]) -> None:
        rows = call("SBG_FIT", left)
        _are_cells(rows)
        alpha, beta = (row[1] for row in rows[2:4])
        _are_cells([[call("SBG_LIFETIME", alpha, beta, 0.1), call("SBG_RETENTION", alpha, beta, 2)]])

    @pytest.mark.parametrize("model", ["auto", *COMPARED])
    @pytest.mark.parametrize("interval", [None, 0.8])
    @pytest.mark.parametrize(
        "days",
        [[100], [100] * 30, list(range(100, 130)), [100, 100, 150, 180], [*range(100, 400, 2), 100, 300], [1, 2958465]],
    )
    def test_predictions(self, model: str, interval: float | None, days: list[float]) -> None:
        ids = [f"c{number}" if number % 3 or len(days) > 50 else "c1" for number in range(len(days))]
        rows = call("CLV_PREDICT", ids, days, [10.0] * len(days), 6, 0.5, 0.1, model, None, interval)
        if isinstance(rows, CellError):
            assert rows == cell_error("#N/A"), rows
        else:
            _are_cells(rows)


def _are_cells(rows: Rows) -> None:
    for row in rows:
        for value in row:
            assert isinstance(value, str | CellError) or (type(value) is float and math.isfinite(value)), row


class TestParameters:
    """What a function takes for parameters: never a guess at whose they are."""

    HISTORY = (2, 30.43, 38.86)
    VALUES = (0.243, 4.414, 0.793, 2.426)

    def test_every_form_of_a_table(self, summary: tuple[Rows, ...]) -> None:
        table = call("BGNBD_FIT", *summary[:3])
        forms = {
            "table": table,
            "first two columns": [row[:2] for row in table],
            "without headings": table[1:],
            "estimates": [[row[1]] for row in table],
            "estimates from the model on": [[row[1]] for row in table[1:6]],
            "labels and model": [["model", "bgnbd"], *table[2:6]],
        }
        values = [row[1] for row in table[2:6]]
        want = call("P_ALIVE", values, *self.HISTORY, "bgnbd")
        assert type(want) is float
        assert want == MODELS["bgnbd"](*values).probability_alive(*self.HISTORY)[0]
        for form, cells in forms.items():
            assert call("P_ALIVE", cells, *self.HISTORY) == want, form
        assert call("P_ALIVE", table, *self.HISTORY, "BGNBD") == want
        assert call("P_ALIVE", [values], *self.HISTORY, "bgnbd") == want, "in a row"

    def test_the_model_matters(self) -> None:
        alive = {model: call("P_ALIVE", list(self.VALUES), 0, 0, 38.86, model) for model in COMPARED}
        assert alive["bgnbd"] == 1
        assert len(set(alive.values())) == 3

    @pytest.mark.parametrize(
        ("cells", "model", "error"),
        [
            (VALUES, None, "#VALUE!"),
            (VALUES[:3], "bgnbd", "#VALUE!"),
            ((*VALUES, 1.0), "bgnbd", "#VALUE!"),
            (("BG/NBD", *VALUES), "mbgnbd", "#VALUE!"),
            (("BG/NBD", "Pareto/NBD", *VALUES), None, "#VALUE!"),
            (("Gamma-Gamma", *VALUES), None, "#VALUE!"),
            (("BG/NBD", *VALUES[:3]), None, "#VALUE!"),
            (("BG/NBD", 0.0, *VALUES[1:]), None, "#NUM!"),
            (("BG/BB", -1.0, *VALUES[1:]), None, "#NUM!"),
            (VALUES, "clv", "#VALUE!"),
            ((None,), "bgnbd", "#N/A"),
            ((*VALUES[:3], cell_error("#REF!")), "bgnbd", "#REF!"),
        ],
    )
    def test_what_is_refused(self, cells: tuple[Value, ...], model: str | None, error: str) -> None:
        got = call("P_ALIVE", column(cells), *self.HISTORY, model)
        assert isinstance(got, CellError)
        assert got.cell == error

    def test_two_columns_of_numbers_are_no_parameters(self) -> None:
        cells = [["BG/NBD", "se"], *([value, 0.1] for value in self.VALUES)]
        assert call("P_ALIVE", cells, *self.HISTORY) == cell_error("#VALUE!")


class TestElementwise:
    @pytest.mark.parametrize("kind", COMPARED)
    def test_one_call_is_the_model_s(self, kind: str, summary: tuple[Rows, ...]) -> None:
        table = call(FITS[kind], *summary[:3])
        model = MODELS[kind](*(row[1] for row in table[2:6]))
        plain = [np.ravel(values) for values in summary]
        assert np.ravel(call("P_ALIVE", table, *summary[:3])).tolist() == model.probability_alive(*plain[:3]).tolist()
        expected = model.conditional_expected_purchases(39, *plain[:3])
        assert np.ravel(call("EXPECTED_PURCHASES", table, 39, *summary[:3])).tolist() == expected.tolist()
        rate = math.log(1.1) * 7 / 365.25
        assert np.ravel(call("DERT", table, 0.1, *summary[:3], "week")) == pytest.approx(model.dert(rate, *plain[:3]))

    def test_published_figures_of_25_customers(self, oracles: dict[str, Any]) -> None:
        rows = oracles["bgnbd-cet25-t1"]["inputs"]["rows"]
        history = [column(row[key] for row in rows) for key in ("x", "t_x", "T")]
        for prefix, model in (("bgnbd", "bgnbd"), ("mbgnbd", "mbgnbd"), ("pnbd", "pareto-nbd")):
            for t in (1, 3, 6):
                want = oracles[f"{prefix}-cet25-t{t}"]
                given = want["inputs"]["params"]
                values = list(given.values()) if isinstance(given, dict) else given
                got = np.ravel(call("EXPECTED_PURCHASES", values, t, *history, model)).tolist()
                assert got == pytest.approx(want["expected"], **want["tolerance"])
            want = oracles[f"{prefix}-palive25"]
            got = np.ravel(call("P_ALIVE", values, *history, model)).tolist()
            assert got == pytest.approx(want["expected"], **want["tolerance"])

    def test_a_bad_row_is_one_error(self) -> None:
        rows = [
            (2.0, 30.43, 38.86, None),
            ("two", 30.43, 38.86, "#VALUE!"),
            (None, 30.43, 38.86, "#VALUE!"),
            (2.0, None, 38.86, "#VALUE!"),
            (-1.0, 30.43, 38.86, "#NUM!"),
            (2.5, 30.43, 38.86, "#NUM!"),
            (2.0, 39.0, 38.86, "#NUM!"),
            (0.0, 1.0, 38.86, "#NUM!"),
            (2.0, 0.0, 38.86, "#NUM!"),
            (1e300, 30.43, 38.86, "#NUM!"),
            (cell_error("#DIV/0!"), 30.43, 38.86, "#DIV/0!"),
            (2.0, 30.43, 38.86, None),
        ]
        history = [column(values) for values in zip(*(row[:3] for row in rows), strict=True)]
        model = ["BG/NBD", *TestParameters.VALUES]
        calls = {
            "P_ALIVE": (model, *history),
            "EXPECTED_PURCHASES": (model, 39, *history),
            "DERT": (model, 0.1, *history, "week"),
        }
        for name, args in calls.items():
            for (got,), (*_, error) in zip(call(name, *args), rows, strict=True):
                assert got.cell == error if isinstance(got, CellError) else error is None, (name, got, error)

    def test_several_horizons_of_one_customer(self) -> None:
        model = ["BG/NBD", *TestParameters.VALUES]
        got = call("EXPECTED_PURCHASES", model, [[0, 39, -1]], *TestParameters.HISTORY)
        assert got == [[0, pytest.approx(1.22602817477), cell_error("#NUM!")]]

    def test_discount_and_model_are_one_cell(self) -> None:
        model = ["BG/NBD", *TestParameters.VALUES]
        assert call("DERT", model, [[0.1], [0.2]], *TestParameters.HISTORY, "week") == cell_error("#VALUE!")

    def test_the_unit_of_time_does_not_matter(self, summary: tuple[Rows, ...]) -> None:
        """Days or weeks: the same DERT, as the discount is a rate per year."""
        in_days = [summary[0], *(column(7 * row[0] for row in values) for values in summary[1:3])]
        per_week = call("DERT", call("MBGNBD_FIT", *summary[:3]), 0.1, *summary[:3], "week")
        per_day = call("DERT", call("MBGNBD_FIT", *in_days), 0.1, *in_days, "day")
        assert np.ravel(per_day) == pytest.approx(np.ravel(per_week), rel=1e-5)

    def test_arrays_and_pandas_keep_their_form(self) -> None:
        model = ["BG/NBD", *TestParameters.VALUES]
        frequency = pd.Series([2.0, -1.0], index=["a", "b"])
        got = CATALOGUE["P_ALIVE"](model, frequency, 30.43, 38.86)
        assert got.index.tolist() == ["a", "b"]
        assert got["a"] == pytest.approx(0.726578570081)
        assert math.isnan(got["b"])


class TestContracts:
    @pytest.mark.parametrize("case", ["case1", "case2"])
    def test_published_residual_lifetimes(self, case: str, oracles: dict[str, Any]) -> None:
        """DERL: of who is about to renew, with n - 1 renewals made."""
        entry = oracles[f"sbg-derl-{case}"]
        alpha, beta = entry["inputs"]["alpha"], entry["inputs"]["beta"]
        made = column(entry["inputs"]["renewals"])
        retention, lifetime = call("SBG_RETENTION", alpha, beta, made), call("SBG_LIFETIME", alpha, beta, 0.1, made)
        got = [stay * periods for (stay,), (periods,) in zip(retention, lifetime, strict=True)]
        assert got == pytest.approx(entry["expected"], **entry["tolerance"])

    @pytest.mark.parametrize(("alpha", "beta", "discount"), [(1.8, 0.4, 0.1), (0.704, 1.182, 0.2), (3, 5, 0)])
    @pytest.mark.parametrize("renewals", [0, 1, 7])
    def test_a_lifetime_is_the_sum_of_survival(self, alpha: float, beta: float, discount: float, renewals: int) -> None:
        alive, total = 1.0, 0.0
        for period in range(200_000 if discount == 0 else 400):
            total += alive / (1 + discount) ** period
            alive *= (beta + renewals + period) / (alpha + beta + renewals + period)
        assert call("SBG_LIFETIME", alpha, beta, discount, renewals) == pytest.approx(total, rel=1e-5)


class TestPrediction:
    def test_equals_the_library(self, orders: tuple[Rows, Rows, Rows]) -> None:
        rows = call("CLV_PREDICT", *orders, 12, 0.4, 0.1, "mbgnbd", END, 0.8)
        days = PurchaseDays.of(*(np.ravel(np.array(values, object)).tolist() for values in orders), end=END)
        want = predict(days, 12, unit="month", models=["mbgnbd"], margin=0.4, discount=0.1, level=0.8, draws=250)
        assert rows[0] == [
            "customer",
            "P(alive)",
            "expected purchases",
            "expected spend",
            "predicted CLV",
            "low",
            "high",
        ]
        assert [row[0] for row in rows[1:]] == days.ids.tolist()
        figures = np.array([row[1:] for row in rows[1:]], float).T
        assert want.intervals is not None
        for got, column_ in zip(
            figures,
            [want.probability_alive, want.expected_purchases, want.expected_spend, want.value, *want.intervals.value],
            strict=True,
        ):
            assert got.tolist() == column_.tolist()
        assert len(rows) == 1 + 2357

    def test_agrees_with_the_functions_it_is_made_of(self, orders: tuple[Rows, Rows, Rows]) -> None:
        """Without refunds and discount: P_ALIVE, and EXPECTED_PURCHASES x EXPECTED_SPEND x margin."""
        rows = call("CLV_PREDICT", *orders, 12, 0.4, 0, "pareto-nbd", END)
        told = call("CUSTOMER_SUMMARY", *orders, END, "month")
        history = [column(row[place] for row in told[1:]) for place in range(1, 5)]
        table = call("PARETO_NBD_FIT", *history[:3])
        money = call("GAMMA_GAMMA_FIT", history[0], history[3])
        alive = np.ravel(call("P_ALIVE", table, *history[:3]))
        bought = np.ravel(call("EXPECTED_PURCHASES", table, 12, *history[:3]))
        spend = np.ravel(call("EXPECTED_SPEND", money, history[0], history[3]))
        figures = np.array([row[1:] for row in rows[1:]], float).T
        for got, want in zip(figures, (alive, bought, spend, 0.4 * bought * spend), strict=True):
            assert got.tolist() == pytest.approx(want.tolist(), rel=1e-6)

    def test_published_holdout(self, orders: tuple[Rows, Rows, Rows], oracles: dict[str, Any]) -> None:
        """The 39 weeks that followed: what BG/NBD expected of all customers together."""
        rows = call("CLV_PREDICT", *orders, 39 * 7 / (365.25 / 12), 1, 0, "bgnbd", END)
        want = oracles["bgnbd-holdout-clvtools"]["expected"]["sum_cet"]
        assert sum(row[2] for row in rows[1:]) == pytest.approx(want, rel=1e-5)

    def test_auto_takes_one_of_the_models(self, orders: tuple[Rows, Rows, Rows]) -> None:
        rows = {model: call("CLV_PREDICT", *orders, 12, 1, 0, model, END) for model in ("auto", *COMPARED)}
        auto = rows.pop("auto")
        assert auto in rows.values()

    ORDERS = (
        [*"abcd" * 3, "a", None, "B"],
        [*range(100, 148, 4), 150.0, 151.0, 152.5],
        [*range(1, 13), -2, 99, 7],
    )

    @pytest.mark.parametrize(
        ("date", "amount", "error"),
        [
            ("soon", 5, "#VALUE!"),
            (None, 5, "#VALUE!"),
            (0, 5, "#NUM!"),
            (3_000_000, 5, "#NUM!"),
            (cell_error("#REF!"), 5, "#REF!"),
            (130, "five", "#VALUE!"),
            (130, None, "#VALUE!"),
            (130, cell_error("#DIV/0!"), "#DIV/0!"),
        ],
    )
    def test_a_bad_row_spoils_its_customer_only(self, date: Any, amount: Any, error: str) -> None:
        """As in CUSTOMER_SUMMARY: the same customers in the same order, with the same errors."""
        ids, dates, amounts = self.ORDERS
        given = [*ids, "b"], [*dates, date], [*amounts, amount]
        rows, told = (call(name, *given, *more) for name, more in (("CLV_PREDICT", (12,)), ("CUSTOMER_SUMMARY", ())))
        assert [row[0] for row in rows[1:]] == [row[0] for row in told[1:]] == ["a", "b", "c", "d"]
        assert [cell.cell for cell in rows[2][1:]] == [error] * 4
        clean = [
            [value for value, name in zip(values, ids, strict=True) if name not in {"b", "B"}] for values in self.ORDERS
        ]
        sound = call("CLV_PREDICT", *clean, 12, 1, 0, "mbgnbd", 152)
        assert [rows[0], rows[1], *rows[3:]] == sound

    def test_rows_without_an_id_are_passed_over(self) -> None:
        """But their date is one of the data's, as in CUSTOMER_SUMMARY."""
        want = call("CLV_PREDICT", *self.ORDERS, 12, 1, 0, "mbgnbd", 160)
        for date in (160, "soon", None, cell_error("#REF!")):
            given = [[*values, more] for values, more in zip(self.ORDERS, (None, date, "x"), strict=True)]
            assert call("CLV_PREDICT", *given, 12, 1, 0, "mbgnbd", None if date == 160 else 160) == want

    def test_an_error_for_an_id_has_its_own_row(self) -> None:
        ids, dates, amounts = self.ORDERS
        rows = call("CLV_PREDICT", [*ids, cell_error("#N/A")], [*dates, 150], [*amounts, 1], 12)
        assert rows[-1] == [NotAvailable()] * 5

    def test_customers_are_those_of_the_summary(self) -> None:
        ids, dates, amounts = self.ORDERS
        rows = call(
            "CLV_PREDICT", [*ids, "later", "refunded"], [*dates, 200, 120], [*amounts, 5, -5], 12, 1, 0, "bgnbd", 160
        )
        assert [row[0] for row in rows[1:]] == ["a", "b", "c", "d"]
        assert rows == call("CLV_PREDICT", *self.ORDERS, 12, 1, 0, "bgnbd", 160)

    def test_an_interval_holds_the_share_it_says(self, orders: tuple[Rows, Rows, Rows]) -> None:
        """At least that share of what each spent in the 39 weeks after lies inside; many intervals are 0 to 0."""
        rows = call("CLV_PREDICT", *orders, 39 * 7 / (365.25 / 12), 1, 0, "mbgnbd", END, 0.8)
        whole = Customers.of(*(np.ravel(np.array(values, object)).tolist() for values in orders))
        early = Customers.of(*(np.ravel(np.array(values, object)).tolist() for values in orders), end=END)
        place = {name: number for number, name in enumerate(whole.ids.tolist())}
        spent = np.array(
            [
                whole.spend[place[name]] - paid
                for name, paid in zip(early.ids.tolist(), early.spend.tolist(), strict=True)
            ]
        )
        low, high = np.array([row[5:] for row in rows[1:]], float).T
        assert np.mean((low <= spent) & (spent <= high)) > 0.8

    @pytest.mark.parametrize(
        ("more", "error"),
        [
            ((0,), "#NUM!"),
            ((-1,), "#NUM!"),
            (("12",), "#VALUE!"),
            ((None,), "#VALUE!"),
            ((12, 40), "#NUM!"),
            ((12, 1, 10), "#NUM!"),
            ((12, 1, 0, "bgbb"), "#VALUE!"),
            ((12, 1, 0, "mbgnbd", 99), "#N/A"),
            ((12, 1, 0, "mbgnbd", None, 0), "#NUM!"),
            ((12, 1, 0, "mbgnbd", None, 1), "#NUM!"),
            ((12, 1, 0, "mbgnbd", None, 80), "#NUM!"),
            (([12, 24],), "#VALUE!"),
        ],
    )
    def test_refusals(self, more: tuple[Any, ...], error: str) -> None:
        got = call("CLV_PREDICT", *self.ORDERS, *more)
        assert isinstance(got, CellError)
        assert got.cell == error
        assert str(got).startswith("CLV_PREDICT: ")
