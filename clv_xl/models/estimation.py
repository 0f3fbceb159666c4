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
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtri
from threadpoolctl import ThreadpoolController

from clv_xl.errors import OutOfRange

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Objective = Callable[[Floats], tuple[float, Floats]]


class Likelihood(NamedTuple):
    """Mean log-likelihood of the customers, as a function of the logarithms of the scaled parameters.

    objective  gives it and its gradient
    hessian    gives its second derivatives by the scaled parameters themselves; differences of the gradient serve where
               it is left out
    """

    objective: Objective
    hessian: Callable[[Floats], Floats] | None = None


Model = TypeVar("Model")

LOWEST, HIGHEST = -12.0, 14.0  # of the logarithm of a parameter, in the scale of the data
_AT_A_BOUND = 1e-3
_ALIKE = math.log(1e4)  # customers so alike that rounding decides how alike
_FLAT = 1e-5  # gradient of the mean log-likelihood
_NOTHING_TO_GAIN = 1e-2  # gradient of the log-likelihood itself: what few customers leave open is not worth a climb
_FLAT_ENOUGH = 1e-8
_STEP = 1e-4  # of the differences that give the Hessian
_NEWTON_STEPS = 5
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
        with np.errstate(over="ignore"):  # infinite is what it is, where the data hardly tell
            return self.parameters * np.exp(-half), self.parameters * np.exp(half)

    @cached_property
    def _spread(self) -> Floats:
        return np.sqrt(np.diag(self.covariance))


def above_zero(model: object) -> None:
    """Refuse a model, a dataclass of numbers, when one of them is not above 0. Raises OutOfRange."""
    for field in fields(model):  # type: ignore[arg-type]  # a dataclass by contract
        value = getattr(model, field.name)
        if not 0 < value < math.inf:
            raise OutOfRange(f"{field.name} is a number above 0, not {value}")


def fitted(
    model: Callable[..., Model],
    likelihood: Likelihood | Objective,
    starts: Sequence[Sequence[float]],
    customers: float,
    *,
    scale: ArrayLike,
    offset: float = 0.0,
    near: Floats | None = None,
) -> Fit[Model]:
    """Fit a model.

    Args:
        model: makes the model of its parameters.
        likelihood: what is maximised, or just its objective.
        starts: scaled parameters to begin with; the next is tried when one does not end in a clear maximum.
        customers: how many the mean is over.
        scale: what the scaled parameters are multiplied with to be those of the data.
        offset: what the mean log-likelihood lacks by the scaling.
        near: scaled parameters that are close to the maximum, if known.

    """
    climb = _Climb(likelihood if isinstance(likelihood, Likelihood) else Likelihood(likelihood))
    with one_thread():
        tops = (climb.from_afar(np.log(start)) for start in starts)
        best = None if near is None else climb.from_near(np.log(near))
        while best is None or best.verdict(customers) is not Verdict.CONVERGED:
            top = next(tops, None)
            if top is None:
                break
            best = top if best is None or top.value > best.value else best
    if best is None:
        raise ValueError("no start is given")
    return Fit(
        model(*(np.exp(best.theta) * np.asarray(scale, float)).tolist()),
        (best.value + offset) * customers,
        customers,
        best.covariance(customers),
        best.verdict(customers),
        climb.evaluations,
    )


def one_thread() -> Any:
    """A context in which matrices are multiplied by one thread: several wait longer for each other than these take."""
    return _linear_algebra().limit(limits=1)


@cache
def _linear_algebra() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="blas")


@dataclass(frozen=True)
class _Top:
    """Where a climb ended; the Hessian is that of the mean log-likelihood."""

    theta: Floats
    value: float
    gradient: Floats
    hessian: Floats

    def covariance(self, customers: float) -> Floats:
        try:
            np.linalg.cholesky(-self.hessian)
            return np.asarray(np.linalg.inv(-self.hessian * customers), np.float64)
        except np.linalg.LinAlgError:
            return np.full_like(self.hessian, np.nan)

    def verdict(self, customers: float) -> Verdict:
        if np.any((self.theta < LOWEST + _AT_A_BOUND) | (self.theta > HIGHEST - _AT_A_BOUND)):
            return Verdict.BOUND
        if not np.abs(self.gradient).max() < max(_FLAT, _NOTHING_TO_GAIN / customers):
            return Verdict.NOT
        if np.any(self.theta > _ALIKE):
            return Verdict.WEAK
        spread = np.diag(self.covariance(customers))
        return Verdict.CONVERGED if np.all(spread < _WIDEST**2) else Verdict.WEAK


class _Climb:
    """Uphill on one likelihood; turned upside down, as minimisers want it."""

    def __init__(self, likelihood: Likelihood) -> None:
        self._objective, self._exact = likelihood
        self.evaluations = 0

    def from_afar(self, start: Floats) -> _Top:
        """By L-BFGS-B, and by Newton steps at the end."""
        options: Any = {"maxiter": 500, "maxfun": 1000, "ftol": 1e-9, "gtol": 1e-5, "maxcor": 12}
        found = minimize(
            self._descent, np.clip(start, LOWEST, HIGHEST), jac=True, method="L-BFGS-B",
            bounds=[(LOWEST, HIGHEST)] * len(start), options=options,
        )  # fmt: skip
        return self._newton(found.x, float(found.fun), found.jac)

    def from_near(self, start: Floats) -> _Top:
        """By Newton steps alone, as far as they lead."""
        return self._newton(start, *self._descent(start))

    def _newton(self, theta: Floats, value: float, gradient: Floats) -> _Top:
        for _ in range(_NEWTON_STEPS):
            hessian = self._hessian(theta, gradient)
            if np.abs(gradient).max() < _FLAT_ENOUGH:
                break
            step = _downhill(hessian, gradient)
            if step is None or np.any((theta - step < LOWEST) | (theta - step > HIGHEST)):
                break
            lower, flatter = self._descent(theta - step)
            if not lower <= value + 1e-13 * abs(value) or not np.abs(flatter).max() < np.abs(gradient).max():
                break
            theta, value, gradient = theta - step, lower, flatter
            if np.abs(step).max() < _STEP and np.abs(gradient).max() < 10 * _FLAT_ENOUGH:
                break  # the Hessian is as good here as its differences are
        return _Top(theta, -value, -gradient, -hessian)

    def _descent(self, theta: Floats) -> tuple[float, Floats]:
        self.evaluations += 1
        value, gradient = self._objective(theta)
        return -value, -gradient

    def _hessian(self, theta: Floats, gradient: Floats) -> Floats:
        if self._exact:
            scale = np.exp(theta)
            return np.asarray(np.diag(gradient) - self._exact(theta) * np.outer(scale, scale))
        steps = np.eye(len(theta)) * _STEP
        rows = [self._descent(theta + step)[1] - self._descent(theta - step)[1] for step in steps]
        hessian = np.array(rows) / (2 * _STEP)
        return np.asarray(0.5 * (hessian + hessian.T))


def _downhill(hessian: Floats, gradient: Floats) -> Floats | None:
    """The step to where the gradient vanishes, if that is downhill."""
    try:
        step = np.asarray(np.linalg.solve(hessian, gradient), np.float64)
    except np.linalg.LinAlgError:
        return None
    return step if np.isfinite(step).all() and gradient @ step > 0 else None
