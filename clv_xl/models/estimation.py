"""Maximum likelihood for the models of this package: one optimiser, one verdict, one kind of result.

A model hands over the mean log-likelihood of its customers and the gradient, as a function of the logarithms of its
parameters. L-BFGS-B climbs, Newton steps finish, and the Hessian they need (differences of the gradient) is the one
that the standard errors come from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtri

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Objective = Callable[[Floats], tuple[float, Floats]]

Model = TypeVar("Model")

LOWEST, HIGHEST = -12.0, 14.0  # of the logarithm of a parameter, in the scale of the data
_AT_A_BOUND = 1e-3
_FLAT = 1e-5  # gradient of the mean log-likelihood
_FLAT_ENOUGH = 1e-8
_STEP = 1e-4  # of the differences that give the Hessian
_NEWTON_STEPS = 4
_WIDEST = 2.0  # standard error of a logarithm: the 95 % interval spans a factor of 2,500


class Verdict(StrEnum):
    """How far a fit can be trusted."""

    CONVERGED = "converged"
    WEAK = "weakly identified"  # very different parameters fit these data almost as well
    BOUND = "on a bound"  # the likelihood still rises where a parameter ends
    NOT = "not converged"


@dataclass(frozen=True)
class Fit(Generic[Model]):
    """A fitted model and how well it is known.

    model        the parameters
    loglik       the maximised log-likelihood, natural logarithm, of all customers together
    customers    how many there are; weights add up to it
    covariance   of the logarithms of the parameters, k x k; NaN where the data do not tell
    verdict      how far to trust it
    evaluations  of the likelihood and its gradient
    """

    model: Model
    loglik: float
    customers: float
    covariance: Floats
    verdict: Verdict
    evaluations: int

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The parameters, by name."""
        return tuple(field.name for field in fields(self.model))  # type: ignore[arg-type]  # a dataclass by contract

    @cached_property
    def parameters(self) -> Floats:
        """The parameters, in the order of `names`."""
        return np.array(astuple(self.model))  # type: ignore[call-overload]  # as above

    @cached_property
    def standard_errors(self) -> Floats:
        """Of the parameters, by the delta method; NaN where the data do not tell."""
        return self.parameters * self._spread

    @property
    def aic(self) -> float:
        """Akaike's criterion; lower is better."""
        return 2 * len(self.parameters) - 2 * self.loglik

    @property
    def bic(self) -> float:
        """Schwarz's criterion, with one observation for each customer; lower is better."""
        return len(self.parameters) * math.log(self.customers) - 2 * self.loglik

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Low and high end of each parameter: normal on the logarithmic scale, so never below zero."""
        half = float(ndtri(0.5 + level / 2)) * self._spread
        return self.parameters * np.exp(-half), self.parameters * np.exp(half)

    @cached_property
    def _spread(self) -> Floats:
        return np.sqrt(np.diag(self.covariance))


def fitted(
    model: Callable[..., Model],
    objective: Objective,
    starts: Sequence[Sequence[float]],
    customers: float,
    *,
    scale: Sequence[float],
    offset: float = 0.0,
) -> Fit[Model]:
    """Fit a model.

    Args:
        model: makes the model of its parameters.
        objective: mean log-likelihood and its gradient, of the logarithms of the scaled parameters.
        starts: scaled parameters to begin with; the next is tried when one does not end in a clear maximum.
        customers: how many the mean is over.
        scale: what the scaled parameters are multiplied with to be those of the data.
        offset: what the mean log-likelihood lacks by the scaling.

    """
    best: _Top | None = None
    evaluations = 0
    for start in starts:
        top = _climb(objective, np.log(np.array(start, float)))
        evaluations += top.evaluations
        if best is None or top.value > best.value:
            best = top
        if top.verdict(customers) is Verdict.CONVERGED:
            break
    if best is None:
        raise ValueError("no start is given")
    return Fit(
        model(*(np.exp(best.theta) * np.array(scale)).tolist()),
        (best.value + offset) * customers,
        customers,
        best.covariance(customers),
        best.verdict(customers),
        evaluations,
    )


@dataclass(frozen=True)
class _Top:
    """Where a climb ended; the Hessian is that of the mean log-likelihood."""

    theta: Floats
    value: float
    gradient: Floats
    hessian: Floats
    evaluations: int

    def covariance(self, customers: float) -> Floats:
        try:
            np.linalg.cholesky(-self.hessian)
            return np.asarray(np.linalg.inv(-self.hessian * customers), np.float64)
        except np.linalg.LinAlgError:
            return np.full_like(self.hessian, np.nan)

    def verdict(self, customers: float) -> Verdict:
        if np.any((self.theta < LOWEST + _AT_A_BOUND) | (self.theta > HIGHEST - _AT_A_BOUND)):
            return Verdict.BOUND
        if not np.abs(self.gradient).max() < _FLAT:
            return Verdict.NOT
        spread = np.diag(self.covariance(customers))
        return Verdict.CONVERGED if np.all(spread < _WIDEST**2) else Verdict.WEAK


def _climb(objective: Objective, start: Floats) -> _Top:
    evaluations = 0

    def descent(theta: Floats) -> tuple[float, Floats]:
        nonlocal evaluations
        evaluations += 1
        value, gradient = objective(theta)
        return -value, -gradient

    options: Any = {"maxiter": 500, "maxfun": 1000, "ftol": 1e-9, "gtol": 1e-5, "maxcor": 12}
    found = minimize(
        descent, np.clip(start, LOWEST, HIGHEST), jac=True, method="L-BFGS-B",
        bounds=[(LOWEST, HIGHEST)] * len(start), options=options,
    )  # fmt: skip
    theta, value, gradient = found.x, float(found.fun), found.jac
    for _ in range(_NEWTON_STEPS):
        hessian = _hessian(descent, theta)
        if np.abs(gradient).max() < _FLAT_ENOUGH:
            break
        step = _newton(hessian, gradient)
        if step is None or np.any((theta - step < LOWEST) | (theta - step > HIGHEST)):
            break
        lower, flatter = descent(theta - step)
        if not lower <= value + 1e-13 * abs(value) or not np.abs(flatter).max() < np.abs(gradient).max():
            break
        theta, value, gradient = theta - step, lower, flatter
        if np.abs(step).max() < _STEP and np.abs(gradient).max() < 10 * _FLAT_ENOUGH:
            break  # the Hessian is as good here as its differences are
    return _Top(theta, -value, -gradient, -hessian, evaluations)


def _newton(hessian: Floats, gradient: Floats) -> Floats | None:
    """The step to where the gradient vanishes, if that is downhill."""
    try:
        step = np.asarray(np.linalg.solve(hessian, gradient), np.float64)
    except np.linalg.LinAlgError:
        return None
    return step if np.isfinite(step).all() and gradient @ step > 0 else None


def _hessian(objective: Objective, theta: Floats) -> Floats:
    steps = np.eye(len(theta)) * _STEP
    rows = np.array([objective(theta + step)[1] - objective(theta - step)[1] for step in steps]) / (2 * _STEP)
    return 0.5 * (rows + rows.T)
