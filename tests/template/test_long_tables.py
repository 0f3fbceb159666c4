"""A long table is put into the finished sheet; nobody can tell it from one that XlsxWriter wrote."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pandas as pd
import pytest

from clv_xl.template import long_tables, orders
from clv_xl.template.making import made


def cells(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """What every cell of every sheet holds and how it looks, and the tables."""
    book = openpyxl.load_workbook(BytesIO(content))
    told: dict[str, list[tuple[Any, ...]]] = {}
    for sheet in book.worksheets:
        told[sheet.title] = [(sheet.dimensions, *sorted(table.ref for table in sheet.tables.values()))]
        told[sheet.title] += [
            (
                cell.coordinate,
                _digits(cell.value),
                cell.number_format,
                cell.alignment.horizontal,
                cell.protection.locked,
            )
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None or cell.has_style
        ]
    return told


def _digits(value: Any) -> Any:
    """XlsxWriter keeps sixteen digits of a number."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


def odd() -> pd.DataFrame:
    """The sample shop with texts that XML and sheets spell in another way."""
    frame = orders.sample("en", "Sample")
    texts = ["=1+1", "a & b", "<x>", " space ", "two\nlines", "é ü €", "'quoted'", "x" * 300, ""]
    return frame.assign(
        customer=[f"{texts[number % 8]} {number}" for number in range(len(frame))],
        note=[texts[number % 9] or None for number in range(len(frame))],
    )


@pytest.mark.parametrize("frame", [None, odd()], ids=["sample", "odd"])
def test_long_tables_are_as_short_ones(frame: pd.DataFrame | None, monkeypatch: pytest.MonkeyPatch):
    short = made("nl", "EUR", "native", frame)
    monkeypatch.setattr(long_tables, "LONG", 100)
    long = made("nl", "EUR", "native", frame)
    assert long != short
    assert cells(long) == cells(short)
