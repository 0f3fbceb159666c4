"""What is measured of the models, in the environment of one package.

python benchmarks/model_jobs.py PACKAGE TASK MATERIAL.npz: prints the CPU seconds of several runs, the peak memory of
the process and what was answered. This module loads numpy and one package, so that it runs in any environment.
"""

# ruff: noqa: PLC0415 - a package is loaded only where it is installed
from __future__ import annotations

import json
import platform
import resource
import sys
import time
import warnings
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Material = Mapping[str, Any]
    Answer = dict[str, list[float]]

ENOUGH, MOST = 2.0, 15  # CPU seconds after which nothing is repeated, and runs
RARE = (0.25, 31.0, 0.8, 2.4)  # what the predictions are made with
AHEAD, MONTHS_AHEAD = 90.0, 12


class Job(NamedTuple):
    """What is timed, and what its result says, for comparison with others; not timed."""

    action: Callable[[], Any]
    answer: Callable[[Any], Answer]


# ---- clv-xl


def clv_xl_fit(model: str, given: Material) -> Job:
    from clv_xl.models.gamma_gamma import GammaGamma
    from clv_xl.models.selection import MODELS

    if model == "gamma-gamma":
        return Job(lambda: _with_errors(GammaGamma.fit(given["frequency"], given["monetary_value"])), _clv_xl_answer)
    history = [given[name] for name in ("frequency", "recency", "T")]
    return Job(lambda: _with_errors(MODELS[model].fit(*history)), _clv_xl_answer)


def _with_errors(fit: Any) -> Any:
    _ = fit.standard_errors  # computed when asked for
    return fit


def _clv_xl_answer(fit: Any) -> Answer:
    return {
        "log-likelihood": [fit.loglik],
        "parameters": fit.parameters.tolist(),
        "standard errors": fit.standard_errors.tolist(),
    }


def clv_xl_summary(ids: str, given: Material) -> Job:
    from clv_xl.models.customers import Customers

    orders = _frame(ids, given)
    return Job(
        lambda: Customers.of(orders["customer"], orders["date"], orders["amount"], unit="day"),
        lambda made: _summed(made.ids, made.frequency, made.recency, made.T, made.monetary_value),
    )


def clv_xl_predict(_: str, given: Material) -> Job:
    from clv_xl.models.bg_nbd import BGNBD

    model, history = BGNBD(*RARE), [given[name] for name in ("frequency", "recency", "T")]
    return Job(
        lambda: (model.conditional_expected_purchases(AHEAD, *history), model.probability_alive(*history)), _picked
    )


def clv_xl_cells(how: str, given: Material) -> Job:
    """The function of a cell, over columns as a sheet hands them over: dates as such or as Excel's serial numbers."""
    from clv_xl import clv_predict

    model, dates, *interval = how.split()
    days = (given["date"] - np.datetime64("1899-12-30")) / np.timedelta64(1, "D")
    when = days.tolist() if dates == "numbers" else given["date"].astype("datetime64[us]").tolist()
    columns = [[[value] for value in column] for column in (_texts(given["customer"]), when, given["amount"].tolist())]
    options = {"model": model, **({"interval": 0.8} if interval else {})}
    return Job(
        lambda: clv_predict(*columns, MONTHS_AHEAD, **options),
        lambda rows: {"customers": [len(rows) - 1], "expected purchases": [sum(row[2] for row in rows[1:])]},
    )


# ---- lifetimes

FITTERS = {
    "bgnbd": "BetaGeoFitter",
    "mbgnbd": "ModifiedBetaGeoFitter",
    "pareto-nbd": "ParetoNBDFitter",
    "gamma-gamma": "GammaGammaFitter",
}


def lifetimes_fit(model: str, given: Material) -> Job:
    fitter, columns = _fitter(model), _lifetimes_columns(model, given)
    return Job(lambda: fitter().fit(*columns), lambda fit: _lifetimes_answer(model, fit, columns, 1.0))


def lifetimes_fit_grouped(model: str, given: Material) -> Job:
    """As who knows that it takes weights would call it, with equal customers gathered beforehand."""
    rows, weights = np.unique(np.stack(_lifetimes_columns(model, given)), axis=1, return_counts=True)
    fitter, columns = _fitter(model), list(rows)
    return Job(
        lambda: fitter().fit(*columns, weights=weights),
        lambda fit: _lifetimes_answer(model, fit, columns, weights),
    )


def _fitter(model: str) -> Any:
    import lifetimes

    return getattr(lifetimes, FITTERS[model])


def _lifetimes_columns(model: str, given: Material) -> list[Any]:
    if model == "gamma-gamma":
        spent = (given["frequency"] > 0) & (given["monetary_value"] > 0)
        return [given["frequency"][spent], given["monetary_value"][spent]]
    return [given["frequency"], given["recency"], given["T"]]


def _lifetimes_answer(model: str, fit: Any, columns: list[Any], weights: Any) -> Answer:
    """Its own likelihood on the true scale: it keeps a mean or the like, most of them in a time of its own."""
    weights = np.broadcast_to(weights, len(columns[0]))
    loglik = -float(fit._negative_log_likelihood_)
    loglik *= float(weights.mean() if model == "pareto-nbd" else weights.sum())
    if model != "gamma-gamma":
        loglik += float(weights @ columns[0]) * float(np.log(fit._scale))  # noqa: SLF001  told nowhere else
    answer = {"log-likelihood": [loglik], "parameters": [float(value) for value in fit.params_.values]}
    if model != "pareto-nbd":  # it has none of that model
        answer["standard errors"] = fit.standard_errors_.tolist()
    return answer


def lifetimes_summary(ids: str, given: Material) -> Job:
    from lifetimes.utils import summary_data_from_transaction_data as summarise

    orders = _frame(ids, given)
    return Job(lambda: summarise(orders, "customer", "date", "amount"), _frame_summed)


def lifetimes_predict(_: str, given: Material) -> Job:
    import lifetimes
    import pandas as pd

    model, history = lifetimes.BetaGeoFitter(), [given[name] for name in ("frequency", "recency", "T")]
    model.params_ = pd.Series(RARE, ["r", "alpha", "a", "b"])

    def predict() -> Any:
        expected = model.conditional_expected_number_of_purchases_up_to_time(AHEAD, *history)
        return expected, model.conditional_probability_alive(*history)

    return Job(predict, _picked)


# ---- clvkit


def clvkit_fit(model: str, given: Material) -> Job:
    import clvkit

    base = _clvkit_base(given)
    fitter = {"bgnbd": clvkit.BGNBD, "mbgnbd": clvkit.MBGNBD, "gamma-gamma": clvkit.GammaGamma}[model]

    def answer(fit: Any) -> Answer:
        told = {"parameters": fit.params_.tolist()}
        return told if model == "gamma-gamma" else {**told, "log-likelihood": [fit.log_likelihood_]}

    return Job(lambda: fitter().fit(base), answer)


def _clvkit_base(given: Material) -> Any:
    import clvkit
    import pandas as pd

    return clvkit.CustomerBase(
        pd.DataFrame({name: given[name] for name in ("frequency", "recency", "T", "monetary_value")}),
        time_unit="D", collapse="D", observation_period_end=pd.Timestamp(0), has_monetary=True, on_negative="net",
    )  # fmt: skip


def clvkit_summary(ids: str, given: Material) -> Job:
    import clvkit

    orders = _frame(ids, given)
    return Job(
        lambda: clvkit.CustomerBase.from_transactions(orders, "customer", "date", "amount").to_pandas(), _frame_summed
    )


def clvkit_predict(_: str, given: Material) -> Job:
    import clvkit
    import pandas as pd

    model, base = clvkit.BGNBD(), _clvkit_base(given)
    model.params_ = pd.Series(RARE, ["r", "alpha", "a", "b"])
    model.time_unit_ = model.collapse_ = "D"
    return Job(
        lambda: (model.predict(AHEAD, base).to_pandas(), model.probability_alive(base).to_pandas()),
        lambda made: _picked([frame.iloc[:, -1] if frame.ndim > 1 else frame for frame in made]),
    )


# ---- pandas


def pandas_summary(ids: str, given: Material) -> Job:
    """As one writes it by hand."""
    orders = _frame(ids, given)

    def summarise() -> Any:
        days = orders.assign(day=orders["date"].dt.floor("D"))
        visits = days.groupby(["customer", "day"])["amount"].sum().reset_index()
        customers = visits.groupby("customer")
        made = customers["day"].agg(["min", "max", "count"])
        made["frequency"] = made["count"] - 1.0
        made["recency"] = (made["max"] - made["min"]).dt.days.astype(float)
        made["T"] = (visits["day"].max() - made["min"]).dt.days.astype(float)
        repeated = customers["amount"].sum() - customers["amount"].first()
        made["monetary_value"] = (repeated / made["frequency"]).where(made["frequency"] > 0, 0.0)
        return made[["frequency", "recency", "T", "monetary_value"]]

    return Job(summarise, _frame_summed)


# ---- what several use


def _frame(ids: str, given: Material) -> Any:
    """Orders as an export read by pandas; customers are numbers or addresses."""
    import pandas as pd

    customer = given["customer"] if ids == "number" else _texts(given["customer"])
    return pd.DataFrame({"customer": customer, "date": given["date"], "amount": given["amount"]})


def _texts(numbers: Any) -> list[str]:
    return [f"c{number:07d}@shop.nl" for number in numbers.tolist()]


def _frame_summed(frame: Any) -> Answer:
    columns = [frame[name].to_numpy() for name in ("frequency", "recency", "T", "monetary_value")]
    return _summed(frame.index.to_numpy(), *columns)


def _summed(ids: Any, *columns: Any) -> Answer:
    """Sums that differ when one customer does: each column, and times the customer's rank."""
    order = np.argsort(ids)
    rank = np.linspace(0, 1, len(order))
    return {
        "customers": [len(order)],
        "columns": [float(np.sum(column)) for column in columns],
        "columns by customer": [float(np.sum(column[order] * rank)) for column in columns],
    }


def _picked(made: Any) -> Answer:
    expected, alive = (np.asarray(column, float) for column in made)
    some = slice(0, len(expected), max(len(expected) // 50, 1))
    return {
        "predictions": [float(expected.sum()), float(alive.sum())],
        "of 50 customers": [*expected[some].tolist(), *alive[some].tolist()],
    }


JOBS: dict[str, dict[str, Callable[[str, Material], Job]]] = {
    "clv-xl": {"fit": clv_xl_fit, "summary": clv_xl_summary, "predict": clv_xl_predict, "cells": clv_xl_cells},
    "lifetimes": {"fit": lifetimes_fit, "summary": lifetimes_summary, "predict": lifetimes_predict},
    "lifetimes, grouped": {"fit": lifetimes_fit_grouped},
    "clvkit": {"fit": clvkit_fit, "summary": clvkit_summary, "predict": clvkit_predict},
    "pandas": {"summary": pandas_summary},
}
VERSIONS = {"clv-xl": "clv-xl", "lifetimes": "lifetimes", "lifetimes, grouped": "lifetimes", "clvkit": "clvkit"}


def main(package: str, task: str, material: str) -> None:
    warnings.simplefilter("ignore")  # of lifetimes, with the pandas of today
    kind, _, what = task.partition(" ")
    with np.load(material) as file:
        given = {name: file[name] for name in file.files}
    job = JOBS[package][kind](what, given)
    before = _peak_mb()
    taken: list[float] = []
    while not taken or (sum(taken) < ENOUGH and len(taken) < MOST):
        start = time.process_time()
        result = job.action()
        taken.append(time.process_time() - start)
    peak = _peak_mb()
    names = ["numpy", "scipy", "pandas", *([VERSIONS[package]] if package in VERSIONS else [])]
    about = {"Python": platform.python_version(), **{name: version(name) for name in names}}
    # The first run still loads and compiles; it counts where it is so long that there is no other.
    told = {
        "cpu_s": taken[1:] or taken,
        "peak_mb": peak,
        "before_mb": before,
        "answer": job.answer(result),
        "versions": about,
    }
    print(json.dumps(told))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
