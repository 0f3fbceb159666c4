"""Small client workbooks, made by XlsxWriter."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import xlsxwriter

ORDERS = [["k1", dt.datetime(2024, 1, 3), 10], ["k2", dt.datetime(2024, 3, 3), 20], ["k1", dt.datetime(2025, 2, 2), 30]]


def make_client(path: Path, cells: dict[str, tuple[str, object]] | None = None) -> Path:
    """A workbook with an orders table and a report; its call of ours shows 0, so that a refresh changes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": ORDERS[0][1]})  # else two made a second apart differ
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet, report = book.add_worksheet("Sales"), book.add_worksheet("Report")
        columns = [{"header": "Customer"}, {"header": "Date", "format": day}, {"header": "Amount"}]
        sheet.add_table(0, 0, len(ORDERS), 2, {"name": "Orders", "columns": columns, "data": ORDERS})
        for spot, (formula, value) in (cells or {"B1": ("=CLV(AOV(Orders[Amount]),36)", 0)}).items():
            if formula.startswith("{"):
                report.write_array_formula(formula[1:].partition("}")[0], formula.partition("}")[2], None, value)
            else:
                report.write_formula(spot, formula, None, value)
    return path


def with_names(source: Path, target: Path, names: dict[str, str]) -> None:
    """A copy of a workbook of XlsxWriter with defined names."""
    told = "".join(f'<definedName name="{name}">{text}</definedName>' for name, text in names.items())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/workbook.xml":
                part = part.replace(b"<calcPr", f"<definedNames>{told}</definedNames><calcPr".encode())
            new.writestr(name, part)
