"""Workbooks with something to refresh: real ones with orders and calls planted in them, and templates with orders."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from clv_xl.template import write

from ..fidelity import Workbook
from . import subject
from .corpus import ground, planted

DATA = Path(__file__).parents[1] / "data" / "workbooks"
FIRST_ORDER = "B7"


def plant(source: Path, folder: Path) -> Path | None:
    """Copy a workbook and plant orders and calls without a value; None where that cannot be."""
    copy = Path(shutil.copyfile(source, folder / source.name))
    try:
        with Workbook(copy) as book:
            place = ground(book)
        if place is not None:
            subject.edit(copy, {place.sheet: planted(place)[0]})
            return copy
    except Exception:  # noqa: BLE001  encrypted, cut short: nothing can be planted
        pass
    copy.unlink()
    return None


def planted_in(sources: Iterable[Path], folder: Path) -> list[Path]:
    """Copies of the workbooks in which something could be planted."""
    folder.mkdir(parents=True, exist_ok=True)
    return [copy for source in sources if (copy := plant(source, folder))]


def orders_file(path: Path, count: int, *, amount: float = 10.0) -> Path:
    """Write a file of orders."""
    lines = [f"o{n},customer {n % 97},2024-{n % 12 + 1:02}-{n % 28 + 1:02},{amount + n % 13}" for n in range(count)]
    path.write_text("Order,Customer,Date,Amount\n" + "\n".join(lines) + "\n")
    return path


def template(folder: Path, count: int, *, host: str = "native") -> Path:
    """A template with orders in its table."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"template-{host}-{count}.xlsx"
    write(path, host=host)
    subject.refresh(path, orders=orders_file(folder / "orders.csv", count))
    (folder / "orders.csv").unlink()
    return path
