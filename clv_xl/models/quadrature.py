"""Integrals that the models need and scipy does not give."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import eigh_tridiagonal
from scipy.special import hyperu

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NODES = 64


@lru_cache
def legendre(nodes: int) -> tuple[Floats, Floats]:
    """Places and weights of Gauss and Legendre between 0 and 1."""
    places, weights = np.polynomial.legendre.leggauss(nodes)
    return (places + 1) / 2, weights / 2


@lru_cache(maxsize=4096)
def jacobi(a: float, b: float, nodes: int = NODES) -> tuple[Floats, Floats]:
    """Places p and weights such that weights @ f(p) is the mean of f under a beta distribution with a and b.

    Golub and Welsch (1969), with weights that add up to 1: scipy's `roots_jacobi` overflows for b of a few thousand.
    """
    k = np.arange(nodes, dtype=float)
    # Jacobi polynomials for (1 - y)^(b-1) (1 + y)^(a-1) and y = 2 p - 1
    n = 2 * k + a + b - 2
    with np.errstate(invalid="ignore", divide="ignore"):
        diagonal = (a - b) * (a + b - 2) / (n * (n + 2))
        squares = 4 * k * (k + b - 1) * (k + a - 1) * (k + a + b - 2) / (n**2 * (n + 1) * (n - 1))
    diagonal[0] = (a - b) / (a + b)
    squares[1] = 4 * a * b / ((a + b) ** 2 * (a + b + 1))
    places, vectors = eigh_tridiagonal(diagonal, np.sqrt(squares[1:]))
    return np.maximum((1 + places) / 2, np.finfo(float).tiny), vectors[0] ** 2


def discounted_tail(s: float, z: Floats) -> Floats:
    """exp(z) E_s(z), the integral of exp(-z u) (1 + u)^-s over u from 0: s > 0, z > 0."""
    return hyperu(1.0, 2.0 - s, z)
