"""BG/BB: Fader, Hardie and Shang (2010), Customer-Base Analysis in a Discrete-Time Noncontractual Setting.

Marketing Science 29(6). For customers who can buy once at each of a number of opportunities: a yearly gift, an event,
a subscription box that may be skipped. A customer buys at each with a chance of their own, until gone; the chance to be
gone before the next is the one of the shifted beta-geometric model. All likelihoods are sums of rising factorials.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import gammaln

from clv_xl.errors import NotAvailable

from .checks import MOST_PERIODS, columns, refuse, whole
from .estimation import Fit, above_zero, fitted
from .histories import Histories
from .shifted_beta_geometric import SBG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import ArrayLike, NDArray

    from .estimation import Floats, Objective

    Counts = NDArray[np.int64]

_STARTS = ((1.0, 1.0, 0.5, 2.0), (1.0, 3.0, 1.0, 10.0), (0.3, 1.0, 0.1, 0.5), (3.0, 3.0, 2.0, 2.0))
_AT_ONCE = 1 << 18  # terms of likelihoods, so that memory does not grow with the number of customers


@dataclass(frozen=True)
class BGBB:
    """Parameters alpha and beta of the chance to buy, gamma and delta of the chance to be gone (both beta); above 0.

    The mean chance to buy at an opportunity is alpha / (alpha + beta), to be gone before it gamma / (gamma + delta).
    Frequency counts the opportunities with a purchase, recency is the number of the last of them (0 without one), and
    opportunities are all there were; the purchase that made somebody a customer comes before the first.
    """

    alpha: float
    beta: float
    gamma: float
    delta: float

    def __post_init__(self) -> None:
        above_zero(self)

    # ---- fitting

    @classmethod
    def fit(
        cls, frequency: ArrayLike, recency: ArrayLike, opportunities: ArrayLike, weights: ArrayLike | None = None
    ) -> Fit[Self]:
        """Maximum likelihood.

        Args:
            frequency: opportunities with a purchase.
            recency: number of the last of them, 0 for who has none.
            opportunities: how many each customer has had; they may differ.
            weights: customers that each row stands for; 1 each when left out.

        Raises:
            CellError: histories that cannot be, or none.

        """
        x, t_x, n = _checked(frequency, recency, opportunities)
        *_, w = columns(opportunities=n, weights=1.0 if weights is None else weights)
        histories = Histories.of(x, t_x, n, w)
        if not histories.T.any():
            raise NotAvailable("no customer has had an opportunity yet")
        return fitted(cls, cls._objective(histories), _STARTS, histories.customers, scale=(1, 1, 1, 1))

    @classmethod
    def _objective(cls, histories: Histories) -> Objective:
        longest_first = np.argsort(histories.recency - histories.T, kind="stable")
        x, t_x, n = (
            column[longest_first].astype(np.int64) for column in (histories.frequency, histories.recency, histories.T)
        )
        weights = histories.weights[longest_first] / histories.customers
        last = int(n.max())
        bought = np.bincount(x, weights=weights, minlength=last + 1)

        def objective(theta: Floats) -> tuple[float, Floats]:
            model = cls(*np.exp(theta).tolist())
            terms = _Terms.of(model, last)
            value = 0.0
            alive, unbought, gone = np.zeros(last + 1), np.zeros(last + 1), np.zeros(last + 1)
            for rows in _portions(n - t_x):
                at, never, sooner = terms.of_rows(x[rows], t_x[rows], n[rows])
                top = np.maximum(never, sooner.max(axis=1, initial=-np.inf))
                lives, dies = np.exp(never - top), np.exp(sooner - top[:, None])
                total = lives + dies.sum(axis=1)
                value += float(weights[rows] @ (top + np.log(total)))
                lives *= weights[rows] / total
                dies *= (weights[rows] / total)[:, None]
                alive += np.bincount(n[rows], weights=lives, minlength=last + 1)
                gone += np.bincount(at.ravel(), weights=dies.ravel(), minlength=last + 1)
                unbought += np.bincount(n[rows] - x[rows], weights=lives, minlength=last + 1)
                unbought += np.bincount((at - x[rows, None]).ravel(), weights=dies.ravel(), minlength=last + 1)
            # Each rising factorial counts as often as the customers, or shares of them, that it stands in.
            a, b, c, d = model.alpha, model.beta, model.gamma, model.delta
            either = (alive + gone) @ _slopes(a + b, last)
            ended = np.r_[alive, 0.0] + np.r_[0.0, gone]
            over = ended @ _slopes(c + d, last + 1)
            slopes = np.array([
                bought @ _slopes(a, last) - either,
                unbought @ _slopes(b, last) - either,
                gone.sum() / c - over,
                (alive + gone) @ _slopes(d, last) - over,
            ])  # fmt: skip
            return value, slopes * np.array([a, b, c, d])

        return objective

    # ---- what is known of a customer

    def loglik(self, frequency: ArrayLike, recency: ArrayLike, opportunities: ArrayLike) -> Floats:
        """The log-likelihood of each customer."""
        return self._likelihoods(*_checked(frequency, recency, opportunities))[0]

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, opportunities: ArrayLike) -> Floats:
        """The chance that each customer is still there at the next opportunity, as in table 6 of the paper."""
        x, t_x, n = _checked(frequency, recency, opportunities)
        return np.asarray(self._still_there(x, t_x, n) * self._lifetime.retention(n + 1))

    def _still_there(self, x: Counts, t_x: Counts, n: Counts) -> Floats:
        """The chance not to be gone before the last opportunity so far."""
        loglik, never = self._likelihoods(x, t_x, n)
        return np.asarray(np.exp(never - loglik))

    def _likelihoods(self, x: Counts, t_x: Counts, n: Counts) -> tuple[Floats, Floats]:
        """Logarithms of the likelihood of each history, and of the part in which the customer is still there."""
        last = int(n.max(initial=0))
        longest_first = last - (n - t_x)
        key = (longest_first * (last + 1) + x) * (last + 1) + t_x
        _, first, of_row = np.unique(key, return_index=True, return_inverse=True)
        x, t_x, n = x[first], t_x[first], n[first]
        terms = _Terms.of(self, last)
        loglik, alive = np.empty(len(x)), np.empty(len(x))
        for rows in _portions(n - t_x):
            _, never, sooner = terms.of_rows(x[rows], t_x[rows], n[rows])
            alive[rows] = never
            loglik[rows] = np.logaddexp(never, np.logaddexp.reduce(sooner, axis=1, initial=-np.inf))
        return loglik[of_row], alive[of_row]

    @cached_property
    def _lifetime(self) -> SBG:
        """How many opportunities customers live."""
        return SBG(self.gamma, self.delta)

    # ---- what is expected

    def expected_purchases(self, n: ArrayLike) -> Floats:
        """Purchases of a new customer at the first n opportunities."""
        return self.conditional_expected_purchases(n, 0, 0, 0)

    def conditional_expected_purchases(
        self, m: ArrayLike, frequency: ArrayLike, recency: ArrayLike, opportunities: ArrayLike
    ) -> Floats:
        """Purchases of each customer at the m opportunities that follow; m one number or one for each."""
        x, t_x, n = _checked(frequency, recency, opportunities)
        ahead, end = columns(m=m, opportunities=n)
        m, end = whole(ahead, "m"), end.astype(np.int64)
        pairs, of_row = np.unique(end * (MOST_PERIODS + 1) + m, return_inverse=True)
        starts, lengths = np.divmod(pairs, MOST_PERIODS + 1)
        lives = self._lifetime.log_survival(int((starts + lengths).max(initial=0)))
        attended = np.array([
            np.exp(lives[start + 1 : start + length + 1] - lives[start]).sum()
            for start, length in zip(starts.tolist(), lengths.tolist(), strict=True)
        ])  # fmt: skip
        return np.asarray(self._still_there(x, t_x, n) * self._chance_to_buy(x, n) * attended[of_row])

    def _chance_to_buy(self, x: Counts, n: Counts) -> Floats:
        """The mean chance to buy at an opportunity of who was there at all n."""
        return np.asarray((self.alpha + x) / (self.alpha + self.beta + n))

    def probability_of_n_purchases(
        self, n: int, m: int, frequency: ArrayLike = 0, recency: ArrayLike = 0, opportunities: ArrayLike = 0
    ) -> Floats:
        """The chance that each customer (a new one, when left out) buys n times at the m opportunities that follow."""
        x, t_x, end = _checked(frequency, recency, opportunities)
        (times,), (ahead,) = whole(n, "n").tolist(), whole(m, "m").tolist()
        pairs, of_row = np.unique(x * (MOST_PERIODS + 1) + end, return_inverse=True)
        chances = np.array([
            _Terms.of(self._living(bought, had), ahead).chance(times)
            for bought, had in zip(*(part.tolist() for part in np.divmod(pairs, MOST_PERIODS + 1)), strict=True)
        ])[of_row]  # fmt: skip
        alive = self._still_there(x, t_x, end)
        return np.asarray(alive * chances + (1 - alive) * (times == 0))

    def _living(self, bought: int, had: int) -> BGBB:
        """What is known of a customer who is still there: a new one of this model."""
        return BGBB(self.alpha + bought, self.beta + had - bought, self.gamma, self.delta + had)

    def dert(self, discount: float, frequency: ArrayLike, recency: ArrayLike, opportunities: ArrayLike) -> Floats:
        """Discounted expected residual transactions: purchases still to come, each worth less the later it comes.

        Equation 14 of the paper. `discount` is the rate per opportunity, 0.1 for 10 %, and above 0; what is bought at
        the next opportunity is discounted once.
        """
        x, t_x, n = _checked(frequency, recency, opportunities)
        attended = self._lifetime.derl(discount, n + 1) / (1 + discount)
        return np.asarray(self._still_there(x, t_x, n) * self._chance_to_buy(x, n) * attended)

    # ---- simulation

    def simulate_future(self, m: int, alive: Floats, x: Floats, n: Floats, random: Generator) -> Floats:
        """Purchases at the m opportunities that follow: one draw for each customer.

        `alive` is the chance to be there at the next one, as `probability_alive` gives it.
        """
        lives = np.flatnonzero(random.random(len(x)) < alive)
        leave = np.maximum(random.beta(self.gamma, self.delta + n[lives] + 1), np.finfo(float).tiny)
        attended = np.minimum(random.geometric(leave), m)
        chance = random.beta(self.alpha + x[lives], self.beta + n[lives] - x[lives])
        bought = np.zeros(len(x))
        bought[lives] = random.binomial(attended, chance)
        return bought


@dataclass(frozen=True)
class _Terms:
    """Logarithms of the parts of a likelihood, by how often each thing happened.

    bought    rising factorials of alpha, unbought of beta, either of alpha + beta: their part in the chance to buy
    alive     the chance to live through so many opportunities
    gone      the chance to be gone just after them
    """

    bought: Floats
    unbought: Floats
    either: Floats
    alive: Floats
    gone: Floats

    @classmethod
    def of(cls, model: BGBB, last: int) -> Self:
        alive = _rises(model.delta, last) - (ended := _rises(model.gamma + model.delta, last + 1))[:-1]
        return cls(
            _rises(model.alpha, last),
            _rises(model.beta, last),
            _rises(model.alpha + model.beta, last),
            alive,
            np.log(model.gamma) + _rises(model.delta, last) - ended[1:],
        )

    def of_rows(self, x: Counts, t_x: Counts, n: Counts) -> tuple[Counts, Floats, Floats]:
        """Each opportunity that may have been the last; likelihoods that none was, and that each was."""
        after = t_x[:, None] + np.arange(int((n - t_x).max(initial=0)))
        at = np.minimum(after, n[:, None])
        never = self.bought[x] + self.unbought[n - x] - self.either[n] + self.alive[n]
        sooner = self.bought[x][:, None] + self.unbought[at - x[:, None]] - self.either[at] + self.gone[at]
        sooner[after >= n[:, None]] = -np.inf
        return at, never, sooner

    def chance(self, times: int) -> float:
        """That a new customer buys so many times in all."""
        last = len(self.alive) - 1
        if times > last:
            return 0.0
        lived = np.arange(times, last + 1)
        ways = gammaln(lived + 1) - gammaln(times + 1) - gammaln(lived - times + 1)
        buys = ways + self.bought[times] + self.unbought[lived - times] - self.either[lived]
        return float(np.exp(buys + np.r_[self.gone[times:last], self.alive[last]]).sum())


def _rises(a: float, last: int) -> Floats:
    """Logarithms of a (a + 1) ... (a + k - 1) for k from 0 to `last`."""
    return np.concatenate([[0.0], np.cumsum(np.log(a + np.arange(last)))])


def _slopes(a: float, last: int) -> Floats:
    """Their derivatives by a."""
    return np.concatenate([[0.0], np.cumsum(1 / (a + np.arange(last)))])


def _portions(lengths: Counts) -> Iterator[slice]:
    """Rows to take together, of rows with the longest first."""
    start = 0
    while start < len(lengths):
        end = start + max(_AT_ONCE // (int(lengths[start]) + 1), 1)
        yield slice(start, end)
        start = end


def _checked(frequency: ArrayLike, recency: ArrayLike, opportunities: ArrayLike) -> tuple[Counts, Counts, Counts]:
    columned = columns(frequency=frequency, recency=recency, opportunities=opportunities)
    n = whole(columned[2], "opportunities")
    x, t_x = whole(columned[0], "frequency"), whole(columned[1], "recency")
    refuse((t_x > n) | (x > t_x), "frequency is at most recency, and recency at most opportunities")
    refuse((x == 0) != (t_x == 0), "recency is 0 where frequency is 0, and only there")
    return x, t_x, n
