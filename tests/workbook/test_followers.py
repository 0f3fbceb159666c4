"""Charts, names and pivot sources follow a table; the truth is a workbook made with the new rows from the start."""

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from clv_xl.errors import Unsupported, cell_error
from clv_xl.workbook import Book, patch
from clv_xl.workbook.address import area
from clv_xl.workbook.charts import moved_chart
from clv_xl.workbook.followers import followers
from clv_xl.workbook.moves import Move, moved_formula

DATA = Path(__file__).parents[1] / "data"
HEADERS = ["customer", "date", "amount", "units"]
KINDS = ["area", "bar", "column", "doughnut", "line", "pie", "radar", "scatter", "stock"]
SHEETS = ["Orders", "Bob's orders", "R&D <2024>", "Bestellingen é"]


def rows_of(count, start=0):
    return [[f"c{n % 3} & co", 45000 + n, n + 0.5, n * 2] for n in range(start, start + count)]


def quoted(sheet):
    return "'" + sheet.replace("'", "''") + "'"


def make(path, rows, sheet="Orders"):
    """A table in B2 with headers, and all that refers to its columns or to parts of them."""
    last = 1 + len(rows)
    name = quoted(sheet)
    with xlsxwriter.Workbook(path) as book:
        orders, report = book.add_worksheet(sheet), book.add_worksheet("Report")
        options = {"name": "Orders", "data": rows, "columns": [{"header": header} for header in HEADERS]}
        orders.add_table(1, 1, last, 4, options)
        orders.write("A1", "title")
        orders.print_area(0, 0, last, 6)
        whole = {"categories": [sheet, 2, 1, last, 1], "values": [sheet, 2, 3, last, 3], "name": [sheet, 1, 3]}
        part = {"categories": [sheet, 2, 1, 3, 1], "values": [sheet, 2, 4, 3, 4], "name": "part"}
        dated = {"categories": [sheet, 2, 2, last, 2], "values": [sheet, 2, 4, last, 4], "y2_axis": True}
        for number, kind in enumerate(KINDS):
            chart = book.add_chart({"type": kind})
            for series in (whole, dated) if kind in ("column", "line", "scatter") else (whole, part, whole):
                chart.add_series(series)
            report.insert_chart(number * 16, 1, chart)
        both, line = book.add_chart({"type": "column"}), book.add_chart({"type": "line"})
        both.add_series(whole)
        line.add_series(dated | {"y_error_bars": {"type": "standard_error"}})
        both.combine(line)
        orders.insert_chart("H2", both)
        page = book.add_chartsheet("Page")
        chart = book.add_chart({"type": "line"})
        chart.add_series(whole)
        page.set_chart(chart)
        book.define_name("amounts", f"={name}!$D$3:$D${last + 1}")
        book.define_name("both", f"={name}!$B$3:$B${last + 1},{name}!$D$2:$D${last + 1}")
        book.define_name("total", f'=SUM({name}!$D$3:$D${last + 1})&"{sheet}!$D$3:$D$6"')
        book.define_name("Report!local", f"={name}!$B$2:$E${last + 1}")
        book.define_name("first", f"={name}!$D$3")
        book.define_name("part", f"={name}!$D$3:$D$4")
        book.define_name("column", f"={name}!$D:$D")
        book.define_name("structured", "=Orders[amount]")
    return path


def parts_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def reader(book):
    """What `followers` asks for: the values of an area, as the sheet has them."""

    def values(sheet, box):
        cells = book.cells(sheet)
        rows = range(box.top, box.bottom + 1), range(box.left, box.right + 1)
        return [[getattr(cells.get((row, column)), "value", None) for column in rows[1]] for row in rows[0]]

    return values


def refill(path, rows, out=None):
    """Fill the table and let the rest follow; give the parts that followed."""
    patched = patch(path, {}, tables={"Orders": rows}, out=out or path.with_name("followed.xlsx"))
    return {part for part in patched.parts if not part.startswith(("xl/worksheets/", "xl/tables/"))}


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("count", [2, 3, 4, 30])
def test_what_follows_is_as_if_made_with_the_new_rows(tmp_path, sheet, count):
    path, rows = make(tmp_path / "book.xlsx", rows_of(4), sheet), rows_of(count, start=2)
    moved = refill(path, rows)
    wanted = parts_of(make(tmp_path / "wanted.xlsx", rows, sheet))
    charts = [part for part in wanted if part.startswith("xl/charts/")]
    assert len(charts) == len(KINDS) + 2
    # A print area reaches beyond this table, so it grows with it and does not shrink.
    same = [*charts, *["xl/workbook.xml"] * (count >= 4)]
    followed = parts_of(tmp_path / "followed.xlsx")
    assert [part for part in same if followed[part] != wanted[part]] == []
    assert set(moved) == {*charts, *["xl/workbook.xml"] * (count != 4)}


def test_a_print_area_wider_than_the_table_does_not_shrink(tmp_path):
    path = make(tmp_path / "book.xlsx", rows_of(4))
    refill(path, rows_of(2))
    book = openpyxl.load_workbook(tmp_path / "followed.xlsx")
    assert book["Orders"].print_area == "'Orders'!$A$1:$G$6"
    assert book.defined_names["amounts"].attr_text == "'Orders'!$D$3:$D$4"


def test_the_same_rows_change_nothing(tmp_path):
    assert refill(make(tmp_path / "book.xlsx", rows_of(4)), rows_of(4)) == set()


def test_other_values_in_as_many_rows_renew_what_charts_keep(tmp_path):
    moved = refill(make(tmp_path / "book.xlsx", rows_of(4)), rows_of(4, start=9))
    assert len(moved) == len(KINDS) + 2
    assert all(part.startswith("xl/charts/") for part in moved)


def test_one_row_and_back(tmp_path):
    path = make(tmp_path / "book.xlsx", rows_of(4), "Bob's orders")
    refill(path, rows_of(1), tmp_path / "one.xlsx")
    one = openpyxl.load_workbook(tmp_path / "one.xlsx")
    assert one.defined_names["amounts"].attr_text == "'Bob''s orders'!$D$3:$D$3"
    refill(tmp_path / "one.xlsx", rows_of(7), tmp_path / "seven.xlsx")
    wanted = parts_of(make(tmp_path / "wanted.xlsx", rows_of(7), "Bob's orders"))
    seven = parts_of(tmp_path / "seven.xlsx")
    assert [part for part in wanted if part.startswith("xl/charts/") and seven[part] != wanted[part]] == []
    names = openpyxl.load_workbook(tmp_path / "seven.xlsx").defined_names
    assert names["amounts"].attr_text == "'Bob''s orders'!$D$3:$D$9"
    assert names["first"].attr_text == "'Bob''s orders'!$D$3"


def test_a_chart_of_one_cell_becomes_a_column(tmp_path):
    path = make(tmp_path / "book.xlsx", rows_of(1))
    refill(path, rows_of(5))
    followed, wanted = parts_of(tmp_path / "followed.xlsx"), parts_of(make(tmp_path / "wanted.xlsx", rows_of(5)))
    assert followed["xl/charts/chart1.xml"] == wanted["xl/charts/chart1.xml"]


def test_independent_readers_see_the_new_rows(tmp_path, libreoffice):
    path = make(tmp_path / "book.xlsx", rows_of(4), "Bob's orders")
    refill(path, rows_of(30))
    chart = openpyxl.load_workbook(tmp_path / "followed.xlsx")["Report"]._charts[2]  # noqa: SLF001  openpyxl has no other door to them
    assert chart.series[0].val.numRef.f == "'Bob''s orders'!$D$3:$D$32"
    assert len(chart.series[0].val.numRef.numCache.pt) == 30
    saved = libreoffice.convert(tmp_path / "followed.xlsx", "ods")
    with zipfile.ZipFile(saved) as archive:
        charts = [
            archive.read(name).decode() for name in archive.namelist() if re.fullmatch(r"Object \d+/content.xml", name)
        ]
    assert len(charts) == len(KINDS) + 2
    assert all("$D$32" in chart or ".D32" in chart for chart in charts)


# Formulas, with tables of four rows on two sheets of which one now has seven and one two.

GROWN = Move("Bob's orders", area("B2:E6"), area("B3:E6"), area("B3:E9"))
SHRUNK = Move("Orders", area("B2:E6"), area("B3:E6"), area("B3:E4"))
TOTALS = Move("Totals", area("B2:E7"), area("B3:E6"), area("B3:E9"))
LONE = Move("Lone", area("A1:C2"), area("A2:C2"), area("A2:C5"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'Bob''s orders'!$B$3:$B$6", "'Bob''s orders'!$B$3:$B$9"),
        ("('bob''s orders'!$B$3:$B$6,'Bob''s orders'!D2:D6)", "('bob''s orders'!$B$3:$B$9,'Bob''s orders'!D2:D9)"),
        ('SUM(Orders!$E$3:$E$6)/LEN("Orders!B3:B6")', 'SUM(Orders!$E$3:$E$4)/LEN("Orders!B3:B6")'),
        ("=SUMPRODUCT(Orders!B$3:$C6*Orders!D3:D6)", "=SUMPRODUCT(Orders!B$3:$C4*Orders!D3:D4)"),
        ("Orders!$B$6:$B$3", "Orders!$B$4:$B$3"),
        ("B3:B6", "B3:B4"),
        ("LOG10(B3:B6)", "LOG10(B3:B4)"),
        ("Totals!$B$3:$B$6+Totals!$E$7+Totals!$B$2:$E$7", "Totals!$B$3:$B$9+Totals!$E$10+Totals!$B$2:$E$10"),
        ("Lone!$A$1:$A$2+Lone!$A$2:$C$2+Lone!$B$2:$B$2", "Lone!$A$1:$A$5+Lone!$A$2:$C$5+Lone!$B$2:$B$5"),
        *[
            (same, same)
            for same in (
                "Orders[Amount]", "[1]Orders!$B$3:$B$6", "'[x.xlsx]Orders'!B3:B6", "First:Orders!$B$3:$B$6",
                "'First:Orders'!$B$3:$B$6", "Orders!$B$3:$B$5", "Orders!$B$4:$B$6", "Orders!$B$3:$B$7", "Orders!$B$3",
                "OFFSET(Orders!$B$3,0,0,4,1)", "Orders!B3:INDEX(Orders!B:B,6)", "Orders!A3:B6", "Orders!E3:F6",
                "Orders!B3:Orders!B6", "Orders!B:B", "Orders!3:6", "Other!B3:B6", "xOrders!B3:B6", "Orders!B3:B60",
                "Orders!B3:B6.5", "Lone!$A$2", "Lone!$A$2:$B$2", "#REF!$B$3:$B$6",
                "Orders!B0:B6", "Orders!XFE3:XFE6", "",
            )
        ],
    ],
)  # fmt: skip
def test_formulas(before, after):
    assert moved_formula(before, [GROWN, SHRUNK, TOTALS, LONE], "Orders") == after


# Forms of chart that XlsxWriter does not make.

CHART = '<c:chartSpace xmlns:c="urn:c">{}</c:chartSpace>'
VALUES = {
    "B3:B5": [["x"], ["<y>"], ["z"]],
    "D3:D5": [[1.5], [None], [cell_error("#N/A")]],
    "E3:E5": [["text"], [True], [""]],
    "B3:C5": [["2024", "jan"], [None, "feb"], ["2025", "jan"]],
}
MOVE = Move("Orders", area("B2:E4"), area("B3:E4"), area("B3:E5"))


def chart(made, xml, names=""):
    path = made(
        **{
            "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            f'<sheets><sheet name="Orders" sheetId="1" r:id="rId1"/></sheets>'
            f"<definedNames>{names}</definedNames></workbook>"
        }
    )
    with Book(path) as book:
        return moved_chart(xml.encode(), book, [MOVE, TOTALS], lambda _, box: VALUES[str(box)]).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (  # numbers: blanks are no points, errors are kept as text
            (
                "<c:val><c:numRef><c:f>Orders!$D$3:$D$4</c:f><c:numCache><c:formatCode>0.0</c:formatCode>"
                '<c:ptCount val="2"/><c:pt idx="0"><c:v>9</c:v></c:pt></c:numCache></c:numRef></c:val>'
            ),
            (
                "<c:val><c:numRef><c:f>Orders!$D$3:$D$5</c:f><c:numCache><c:formatCode>0.0</c:formatCode>"
                '<c:ptCount val="3"/><c:pt idx="0"><c:v>1.5</c:v></c:pt><c:pt idx="2"><c:v>#N/A</c:v></c:pt>'
                "</c:numCache></c:numRef></c:val>"
            ),
        ),
        (  # text among numbers
            '<c:numRef><c:f>Orders!$E$3:$E$4</c:f><c:numCache><c:ptCount val="0"/></c:numCache></c:numRef>',
            (
                '<c:numRef><c:f>Orders!$E$3:$E$5</c:f><c:numCache><c:ptCount val="3"/><c:pt idx="0"><c:v>0</c:v></c:pt>'
                '<c:pt idx="1"><c:v>1</c:v></c:pt><c:pt idx="2"><c:v>0</c:v></c:pt></c:numCache></c:numRef>'
            ),
        ),
        (  # a cache as text, of two areas
            (
                '<c:strRef><c:f>(Orders!$B$3:$B$4,Orders!$E$3:$E$4)</c:f><c:strCache><c:ptCount val="2"/></c:strCache>'
                "</c:strRef>"
            ),
            (
                '<c:strRef><c:f>(Orders!$B$3:$B$5,Orders!$E$3:$E$5)</c:f><c:strCache><c:ptCount val="6"/>'
                '<c:pt idx="0"><c:v>x</c:v></c:pt><c:pt idx="1"><c:v>&lt;y&gt;</c:v></c:pt>'
                '<c:pt idx="2"><c:v>z</c:v></c:pt>'
                '<c:pt idx="3"><c:v>text</c:v></c:pt><c:pt idx="4"><c:v>TRUE</c:v></c:pt>'
                '<c:pt idx="5"><c:v></c:v></c:pt>'
                "</c:strCache></c:strRef>"
            ),
        ),
        (  # levels of categories, the innermost first
            (
                '<c:f>Orders!$B$3:$C$4</c:f><c:multiLvlStrCache><c:ptCount val="2"/><c:lvl><c:pt idx="0"><c:v>jan</c:v>'
                '</c:pt><c:pt idx="1"><c:v>feb</c:v></c:pt></c:lvl><c:lvl><c:pt idx="0"><c:v>2024</c:v></c:pt></c:lvl>'
                "</c:multiLvlStrCache>"
            ),
            (
                '<c:f>Orders!$B$3:$C$5</c:f><c:multiLvlStrCache><c:ptCount val="3"/><c:lvl><c:pt idx="0"><c:v>jan</c:v>'
                '</c:pt><c:pt idx="1"><c:v>feb</c:v></c:pt><c:pt idx="2"><c:v>jan</c:v></c:pt></c:lvl><c:lvl>'
                '<c:pt idx="0"><c:v>2024</c:v></c:pt><c:pt idx="2"><c:v>2025</c:v></c:pt></c:lvl></c:multiLvlStrCache>'
            ),
        ),
        (  # more levels than columns: the copy goes
            (
                '<c:f>Orders!$D$3:$D$4</c:f><c:multiLvlStrCache><c:ptCount val="2"/>'
                "<c:lvl/><c:lvl></c:lvl><c:lvl></c:lvl></c:multiLvlStrCache>"
            ),
            "<c:f>Orders!$D$3:$D$5</c:f>",
        ),
        (  # charts since 2016
            (
                '<x:numDim type="val"><x:f>Orders!$D$3:$D$4</x:f><x:nf>Orders!$D$2</x:nf><x:lvl ptCount="2" '
                'formatCode="General"><x:pt idx="0">9</x:pt></x:lvl></x:numDim>'
            ),
            (
                '<x:numDim type="val"><x:f>Orders!$D$3:$D$5</x:f><x:nf>Orders!$D$2</x:nf><x:lvl ptCount="3" '
                'formatCode="General"><x:pt idx="0">1.5</x:pt><x:pt idx="2">#N/A</x:pt></x:lvl></x:numDim>'
            ),
        ),
        (  # a hidden name that follows
            '<x:strDim type="cat"><x:f>_xlchart.v1.0</x:f><x:lvl ptCount="0"></x:lvl></x:strDim>',
            (
                '<x:strDim type="cat"><x:f>_xlchart.v1.0</x:f><x:lvl ptCount="3"><x:pt idx="0">x</x:pt>'
                '<x:pt idx="1">&lt;y&gt;</x:pt><x:pt idx="2">z</x:pt></x:lvl></x:strDim>'
            ),
        ),
        (  # a name that is more than its cells: what it gives is not known here
            '<c:f>[0]!computed</c:f><c:numCache><c:ptCount val="1"/></c:numCache>',
            "<c:f>[0]!computed</c:f>",
        ),
        (  # cells of another workbook are not known here
            "<c:f>(Orders!$D$3:$D$4,'[1]x'!$A$1:$A$2)</c:f><c:numCache><c:ptCount val=\"4\"/></c:numCache>",
            "<c:f>(Orders!$D$3:$D$5,'[1]x'!$A$1:$A$2)</c:f>",
        ),
        (  # a series that is filtered out
            (
                "<c:numRef><c:extLst><c:ext><y:formulaRef><y:sqref>Orders!$D$3:$D$4</y:sqref></y:formulaRef></c:ext>"
                '</c:extLst><c:numCache><c:ptCount val="0"/></c:numCache></c:numRef>'
            ),
            (
                "<c:numRef><c:extLst><c:ext><y:formulaRef><y:sqref>Orders!$D$3:$D$5</y:sqref></y:formulaRef></c:ext>"
                '</c:extLst><c:numCache><c:ptCount val="3"/><c:pt idx="0"><c:v>1.5</c:v></c:pt>'
                '<c:pt idx="2"><c:v>#N/A</c:v></c:pt></c:numCache></c:numRef>'
            ),
        ),
        (  # a total moves, and what it is
            "<c:tx><c:strRef><c:f>Totals!$E$7</c:f></c:strRef></c:tx>",
            "<c:tx><c:strRef><c:f>Totals!$E$10</c:f></c:strRef></c:tx>",
        ),
        (  # labels from cells
            '<y:datalabelsRange><y:f>Orders!$B$3:$B$4</y:f><y:dlblRangeCache><c:ptCount val="0"/></y:dlblRangeCache>',
            (
                '<y:datalabelsRange><y:f>Orders!$B$3:$B$5</y:f><y:dlblRangeCache><c:ptCount val="3"/>'
                '<c:pt idx="0"><c:v>x</c:v></c:pt><c:pt idx="1"><c:v>&lt;y&gt;</c:v></c:pt>'
                '<c:pt idx="2"><c:v>z</c:v></c:pt>'
                "</y:dlblRangeCache>"
            ),
        ),
        *[
            (same, same)
            for same in (
                "<c:f>Orders!$D$3</c:f>",
                "<c:f>Other!$D$3:$D$4</c:f>",
                '<x:f dir="row">Orders!$D$3:$D$4</x:f>',
                "<y:fullRef><y:sqref>Orders!$D$3:$D$4</y:sqref></y:fullRef>",
                "<c:pivotSource><c:name>x</c:name></c:pivotSource><c:f>Orders!$D$3:$D$4</c:f>",
                '<c:f>Orders!$D$3:$D$4</c:f><c:externalData r:id="rId1"/>',
            )
        ],
    ],
)
def test_forms_of_charts(made, before, after):
    names = (
        '<definedName name="_xlchart.v1.0" hidden="1">Orders!$B$3:$B$4</definedName>'
        '<definedName name="computed">Orders!$D$3:$D$4*2</definedName>'
    )
    assert chart(made, CHART.format(before), names) == CHART.format(after)


def test_a_series_across_the_only_row_stays(made):
    across = "<c:val><c:numRef><c:f>Orders!$B$3:$E$3</c:f></c:numRef></c:val>"
    with Book(made()) as book:
        move = Move("Orders", area("B2:E3"), area("B3:E3"), area("B3:E5"))
        assert moved_chart(across.encode(), book, [move], lambda *_: []).decode() == across


def test_levels_of_real_charts_that_still_hold_are_not_touched(made):
    xml = (
        '<c:numRef><c:f>Orders!$D$3:$D$4</c:f><c:numCache><c:ptCount val="2"/><c:pt idx="0">\n<c:v>0.10000000000000001'
        '</c:v></c:pt><c:pt idx="1" formatCode="0%"><c:v>2.0</c:v></c:pt></c:numCache></c:numRef>'
    )
    with Book(made()) as book:
        assert moved_chart(xml.encode(), book, [MOVE._replace(new=MOVE.old)], lambda *_: [[0.1], [2]]) == xml.encode()


# Real workbooks.


def test_a_chart_sheet_and_a_pivot_table(workbooks):
    """Of ClosedXML: a chart sheet and a pivot table on the same three rows."""
    with Book(workbooks / "chartsheet-pivot.xlsx") as book:
        table, before = area("A1:B3"), {part: book.package.read(part) for part in book.package.parts}
        move = Move("Data", table, table._replace(top=2), table._replace(top=2, bottom=9))
        moved = followers(book, [move], lambda _, box: [[n] * box.columns for n in range(box.rows)])
    changes = {part: set(re.findall(r"[$\w!]*\b[A-Z$]+\d+:[$A-Z]+\d+", new.decode())) for part, new in moved.items()}
    assert changes == {
        "xl/charts/chart1.xml": {"Data!$A$2:$A$9", "Data!$B$2:$B$9"},
        "xl/pivotCache/pivotCacheDefinition1.xml": {"A1:B9"},
    }
    pivot = "xl/pivotCache/pivotCacheDefinition1.xml"
    assert moved[pivot] == before[pivot].replace(b'ref="A1:B3"', b'ref="A1:B9"')


def test_only_references_and_what_is_kept_of_them_change(tmp_path):
    path = make(tmp_path / "book.xlsx", rows_of(4))
    before = parts_of(path)
    refill(path, rows_of(9))
    followed = parts_of(tmp_path / "followed.xlsx")
    moved = {part: data for part, data in followed.items() if part.startswith(("xl/charts/", "xl/workbook.xml"))}
    assert moved != {part: before[part] for part in moved}
    volatile = re.compile(rb"(<c:f>)[^<]*|<c:ptCount[^>]*>|<c:pt .*?</c:pt>|(<definedName[^>]*>)[^<]*")
    for part, new in moved.items():
        assert volatile.sub(rb"\1\2", new) == volatile.sub(rb"\1\2", before[part]), part


def test_a_part_in_another_encoding_is_refused(made):
    strange = '<?xml version="1.0" encoding="windows-1252"?>'
    path = made(**{
        "xl/workbook.xml": strange + '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    })  # fmt: skip
    with Book(path) as book, pytest.raises(Unsupported, match=r"xl/workbook\.xml is written in windows-1252"):
        followers(book, [MOVE], lambda *_: [])
