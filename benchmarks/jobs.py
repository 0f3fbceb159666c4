"""What is measured, each in a process of its own: `python benchmarks/jobs.py JOB ARGUMENT...`.

What makes and checks workbooks is here as well, so that the measuring process stays small.
"""

# ruff: noqa: PLC0415 - a job loads what it needs and no more: that is part of what it costs
from __future__ import annotations

import importlib
import json
import math
import sys
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

import material

Cells = material.Cells


def start(modules: str) -> None:
    """Load modules and do nothing."""
    for module in modules.split():
        importlib.import_module(module)


def edit(tool: str, source: str, out: str, kind: str, count: str) -> None:
    """Change ten cells or five in a copy of a workbook."""
    EDITORS[tool](source, out, edits(kind, count))


def edits(kind: str, count: str) -> Cells:
    return material.ten(int(count)) if kind == "ten" else material.five()


def _clv_xl(source: str, out: str, cells: Cells) -> None:
    from clv_xl.workbook import Cached, patch

    kept = material.formulas()
    # Only this patcher tells the result of a formula from a number in its place.
    new = {address: Cached(value) if address in kept else value for address, value in cells[material.RESULTS].items()}
    patch(source, {**cells, material.RESULTS: new}, out=out)


def _openpyxl(source: str, out: str, cells: Cells) -> None:
    import openpyxl

    _edit_like_openpyxl(openpyxl.load_workbook(source), out, cells)


def _wolfxl(source: str, out: str, cells: Cells) -> None:
    import wolfxl

    _edit_like_openpyxl(wolfxl.load_workbook(source, modify=True), out, cells)


def _edit_like_openpyxl(book: Any, out: str, cells: Cells) -> None:
    for sheet, given in cells.items():
        for address, value in given.items():
            book[sheet][address] = value
    book.save(out)
    book.close()


def _pyopenxlsx(source: str, out: str, cells: Cells) -> None:
    import pyopenxlsx

    book = pyopenxlsx.load_workbook(source)
    for sheet, given in cells.items():
        for address, value in given.items():
            book[sheet][address].value = value
    book.save(out)
    book.close()


def _excelize(source: str, out: str, cells: Cells) -> None:
    import excelize

    book = excelize.open_file(source)
    for sheet, given in cells.items():
        for address, value in given.items():
            book.set_cell_value(sheet, address, value)
    book.save_as(out)
    book.close()


EDITORS: dict[str, Callable[[str, str, Cells], None]] = {
    "clv-xl": _clv_xl,
    "wolfxl": _wolfxl,
    "pyopenxlsx": _pyopenxlsx,
    "excelize": _excelize,
    "openpyxl": _openpyxl,
}


def check(out: str, kind: str, count: str) -> None:
    """Print what is wrong with an edited or refreshed workbook, every cell read by calamine, and how many formulas."""
    if kind == "refresh":
        told: Cells = {material.RESULTS: material.refreshed(int(count))}
    else:
        told = edits(kind, count)
    kept = _formulas(out)
    print(json.dumps({"wrong": _difference(out, told, int(count)), "formulas": kept}))


def _difference(out: str, told: Cells, count: int) -> str:
    """The first cell that is not what it must be."""
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(out)
    over = {(int(address[1:]), address[0]): value for address, value in told.get(material.ORDERS, {}).items()}
    edited = {row for row, _ in over}
    found = book.get_sheet_by_name(material.RESULTS).to_python()
    for row, (are, must) in enumerate(zip_longest(found, material.results(told[material.RESULTS]), fillvalue=[]), 1):
        if not all(map(_same, are, must)) or len(are) != len(must):
            return f"{material.RESULTS} row {row} holds {are}, not {must}"
    found = book.get_sheet_by_name(material.ORDERS).iter_rows()
    expected = (list(order) for order in material.orders(count))
    if (head := next(found)) != list(material.HEADERS):
        return f"the headers are {head}"
    for row, (are, must) in enumerate(zip_longest(found, expected, fillvalue=[]), 2):
        if row in edited:
            must = [over.get((row, column), value) for column, value in zip("ABCDEF", must, strict=True)]  # noqa: PLW2901
        if are != must:
            return f"{material.ORDERS} row {row} holds {are}, not {must}"
    return ""


def _same(is_: object, must: object) -> bool:
    if isinstance(is_, float) and isinstance(must, int | float):
        return math.isclose(is_, must, rel_tol=1e-12)
    return is_ == must


def _formulas(out: str) -> str:
    """How many formulas of the results are still there."""
    import openpyxl

    book = openpyxl.load_workbook(out, read_only=True)
    texts = {cell.coordinate: cell.value for row in book[material.RESULTS].iter_rows() for cell in row if cell.value}
    kept = sum(texts.get(address) == text for address, text in material.formulas().items())
    book.close()
    return f"{kept} of {len(material.formulas())}"


def make(path: str, count: str) -> None:
    draft = Path(path).with_suffix(".part")
    material.write(draft, int(count))
    draft.replace(path)


def read_clv_xl(path: str) -> None:
    """Cells of the orders, as they stand."""
    from clv_xl.orders.tables import read_table

    print(len(read_table(path)))


def read_fastexcel(path: str) -> None:
    import fastexcel

    print(fastexcel.read_excel(path).load_sheet(0).to_arrow().num_rows)


def orders(path: str) -> None:
    """The orders read and cleaned: what a refresh cannot do without."""
    from clv_xl.orders.cleaning import read_orders

    print(len(read_orders(path, None, material.ORDERS).frame))


def refresh(path: str) -> None:
    from clv_xl.refresh import refresh as refresh_one

    done = refresh_one(path)
    print(json.dumps({"cells": len(done.changes), "stale": len(done.stale)}))


def write_clients(folder: str, count: str) -> None:
    import clients

    clients.write(Path(folder), int(count))


def check_clients(folder: str, made: str, reference: str) -> None:
    """Print what is wrong with refreshed workbooks, and how many are the reference's byte for byte."""
    import clients

    print(json.dumps(clients.compare(Path(folder), Path(made), Path(reference))))


def workers(address: str, count: str) -> None:
    """Wait until a cluster has its workers."""
    from distributed import Client

    with Client(address) as cluster:
        cluster.wait_for_workers(int(count), timeout=60)


JOBS: dict[str, Callable[..., None]] = {
    "start": start,
    "edit": edit,
    "check": check,
    "make": make,
    "read-clv-xl": read_clv_xl,
    "read-fastexcel": read_fastexcel,
    "orders": orders,
    "refresh": refresh,
    "write-clients": write_clients,
    "check-clients": check_clients,
    "workers": workers,
}

if __name__ == "__main__":
    JOBS[sys.argv[1]](*sys.argv[2:])
