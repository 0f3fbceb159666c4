import csv

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
