"""Material of the benchmark of the models: the CDNOW study, and customers simulated as BG/NBD says they buy.

python benchmarks/model_material.py DATA FOLDER
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clv_xl.models.customers import Customers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Columns = dict[str, NDArray[np.generic]]

CUSTOMERS = (250_000, 500_000, 1_000_000)
FEW_ORDERS, MANY_ORDERS = 100_000, 1_000_000
SEED = 1
RARE = (0.25, 31.0, 0.8, 2.4)
"""r, alpha (days), a and b of most shops: two thirds never come back."""
LOYAL = (0.8, 60.0, 0.4, 4.0)
"""The same for a shop with about five orders a customer."""
FIRST, DAYS = np.datetime64("2023-01-01"), 730


def purchases(customers: int, parameters: tuple[float, float, float, float]) -> tuple[NDArray[np.intp], Columns]:
    """Customers' places and the days of what they bought in two years, by customer: a BG/NBD simulated exactly."""
    r, alpha, a, b = parameters
    rng = np.random.default_rng(SEED)
    start = rng.uniform(0, DAYS - 1, customers)
    rate = rng.gamma(r, 1 / alpha, customers)
    lasts = rng.geometric(np.maximum(rng.beta(a, b, customers), 1e-9))
    count = rng.poisson(rate * (DAYS - start))
    who = np.repeat(np.arange(customers), count)
    # Given their number, the purchases of a Poisson process fall anywhere.
    when = start[who] + rng.random(len(who)) * (DAYS - start)[who]
    order = np.lexsort((when, who))
    rank = np.arange(len(who)) - np.repeat(np.cumsum(count) - count, count)
    alive = rank < lasts[who]
    who, when = np.r_[np.arange(customers), who[alive]], np.r_[start, when[order][alive]]
    order = np.argsort(who, kind="stable")
    seconds = (when[order] * 86_400).astype("timedelta64[s]")
    # What a customer spends at a purchase: gamma-gamma.
    spent = rng.gamma(6.25, 1, len(who)) / rng.gamma(3.75, 1 / 15.4, customers)[who[order]]
    return who[order], {"date": FIRST.astype("datetime64[s]") + seconds, "amount": np.maximum(spent.round(2), 0.01)}


def orders(count: int) -> Columns:
    """So many orders, as an export has them: by time."""
    customer, columns = purchases(count // 4, LOYAL)
    if len(customer) < count:
        raise ValueError(f"only {len(customer)} orders are simulated")
    columns = {"customer": customer, **columns}
    columns = {name: column[:count] for name, column in columns.items()}
    by_time = np.argsort(columns["date"], kind="stable")
    return {name: column[by_time] for name, column in columns.items()}


def summary(customers: Customers) -> Columns:
    names = ("frequency", "recency", "T", "monetary_value")
    return {name: getattr(customers, name) for name in names}


def simulated(count: int) -> Columns:
    """So many customers, in days."""
    customer, columns = purchases(count, RARE)
    return summary(Customers.of(customer, columns["date"], columns["amount"], unit="day"))


def cdnow(path: Path, columns: tuple[int, int, int], heads: int) -> Columns:
    """The CDNOW customers up to 30 September 1997, in weeks, as in the papers."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        who, when, amount = np.loadtxt(file, usecols=columns, skiprows=heads).T
    texts = [f"{date // 10_000}-{date // 100 % 100:02}-{date % 100:02}" for date in when.astype(int)]
    days = np.array(texts, "datetime64[D]")
    return summary(Customers.of(who.astype(int), days, amount, end="1997-09-30"))


def write(data: Path, folder: Path) -> None:
    """Write all that is not there yet."""
    made = {
        "sample": lambda: cdnow(data / "orders" / "CDNOW_sample.txt", (1, 2, 4), 0),
        "full": lambda: cdnow(data / "models" / "CDNOW_master.txt.gz", (0, 1, 3), 1),
        **{f"customers-{count}": lambda count=count: simulated(count) for count in CUSTOMERS},
        **{f"orders-{count}": lambda count=count: orders(count) for count in (FEW_ORDERS, MANY_ORDERS)},
    }
    for name, make in made.items():
        path = folder / f"{name}.npz"
        if not path.exists():
            draft = path.with_suffix(".part.npz")
            np.savez(draft, **make())
            draft.replace(path)


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:]))
