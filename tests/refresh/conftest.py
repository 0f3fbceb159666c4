"""Client workbooks to refresh, made by XlsxWriter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

HEADERS = ["Bestelling", "Klant", "Datum", "Bedrag"]
ORDERS = [
    [f"o{number}", f"klant-{number % 3}", dt.date(2024, 1 + number % 12, 3), 10.0 * number + 5] for number in range(12)
]


def _put(sheet: Any, spot: str, content: Any) -> None:
    formula, value = content if isinstance(content, tuple) else (content, "")
    if isinstance(formula, str) and formula.startswith("{"):
        area, _, text = formula[1:].partition("}")
        sheet.write_array_formula(area, text, None, value)
    elif isinstance(formula, str) and formula.startswith("="):
        sheet.write_formula(spot, formula, None, value)
    else:
        sheet.write(spot, formula)


@pytest.fixture
def client(tmp_path: Path) -> Callable[..., Path]:
    """`client(cells, names, table=True)`: a workbook with an orders sheet and a report sheet of formulas.

    `cells` maps a place on the report to a value, a formula, or a formula with the value the file holds for it.
    """

    def make(
        cells: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
        *,
        table: bool = True,
        headers: Sequence[str] = HEADERS,
        orders: Sequence[Sequence[Any]] = ORDERS,
        name: str = "client.xlsx",
        properties: Mapping[str, str] | None = None,
    ) -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(path) as book:
            sheet, report = book.add_worksheet("Verkoop"), book.add_worksheet("Rapport")
            day = book.add_format({"num_format": "dd-mm-yyyy"})
            sheet.write_row(0, 0, headers)
            for row, order in enumerate(orders, 1):
                for column, value in enumerate(order):
                    if isinstance(value, dt.date):
                        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), day)
                    else:
                        sheet.write(row, column, value)
            if table:
                columns = [{"header": header} for header in headers]
                sheet.add_table(0, 0, len(orders), len(headers) - 1, {"name": "Verkopen", "columns": columns})
            report.write_comment("H1", "a note that must stay")
            chart = book.add_chart({"type": "column"})
            chart.add_series({"values": "=Rapport!$B$1:$B$3"})
            report.insert_chart("D5", chart)
            for spot, content in (cells or {}).items():
                _put(report, spot, content)
            for given, told in (properties or {}).items():
                book.set_custom_property(given, told)
            for given, refers_to in (names or {}).items():
                book.define_name(given, refers_to)
        return path

    return make
