import csv

import xlsxwriter

from clv_xl.workbook import Cached, patch


def shown(path, sheet, libreoffice):
    """What LibreOffice shows of a sheet."""
    folder = libreoffice.convert(path, "csv", recalculate=False).parent
    with (folder / f"{path.stem}-{sheet}.csv").open(encoding="utf-8") as file:
        return list(csv.reader(file))


def test_patched_workbooks_open(real, libreoffice):
    for name, sheet, edits, cells in [
        ("strict.xlsx", "Sheet1", {"A1": "patched", "H9": 12}, {(0, 0): "patched", (8, 7): "12"}),
        ("prefix.xlsx", "SylkTest", {"B1": 99, "H1": Cached(101)}, {(0, 1): "99"}),
        ("no-references.xlsx", "工作表1", {"A1": 77, "A12": "end"}, {(0, 0): "77", (11, 0): "end"}),
    ]:
        path = real(name)
        patch(path, {sheet: edits})
        rows = shown(path, sheet, libreoffice)
        for (row, column), text in cells.items():
            assert rows[row][column] == text, name


def test_a_grown_table_opens(real, libreoffice):
    path = real("table-slicer.xlsx")
    patch(path, {}, tables={"Table1": [[n + column for column in range(11)] for n in range(50)]})
    rows = shown(path, "Sheet 1", libreoffice)
    assert len(rows) == 51
    assert rows[50] == [str(49 + column) for column in range(11)]


def test_totals_of_a_grown_table_are_those_of_its_rows(tmp_path, libreoffice):
    path = tmp_path / "totals.xlsx"
    columns = [{"header": "a", "total_string": "Total"}, {"header": "b", "total_function": "sum", "total_value": 3}]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Orders")
        sheet.add_table(0, 0, 3, 1, {"name": "T", "data": [[1, 1], [2, 2]], "columns": columns, "total_row": True})
        # LibreOffice knows the columns of a table only with its name.
        sheet.write_formula("B4", "=SUBTOTAL(109,T[b])", None, 3)
    patch(path, {"Orders": {"B9": Cached(0)}}, tables={"T": [[n, n * n] for n in range(1, 8)]})
    folder = libreoffice.convert(path, "csv", recalculate=True).parent
    with (folder / "totals-Orders.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[8] == ["Total", str(sum(n * n for n in range(1, 8)))]
